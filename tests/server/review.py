"""The world of a review: Yinchuan with accepted cases at the review stage and a bank of experts; the rest by calling actions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.server.making import GOOD, NOON, PDF, Yinchuan, check_all, hand_in, person, post, send_on, unit
from zhinan.assignment import lottery
from zhinan.assignment.conflict_rules import ConflictRules
from zhinan.assignment.problem import Expert as Drawable
from zhinan.assignment.problem import Instance, PanelRules
from zhinan.review.sheet import sheet_from_json, shipped_sheets
from zhinan.server import keeping, packs
from zhinan.server.actions import applications, asking, chain, clearance, decisions, draws, results, rounds, scoring, seats
from zhinan.server.actions.record import record
from zhinan.server.hashing import digest
from zhinan.server.models import (
    SITTING,
    Application,
    Draw,
    Expert,
    ExpertStatus,
    Invitee,
    Notice,
    NoticeLine,
    Objection,
    Outcome,
    RegisterFact,
    Role,
    Round,
    RoundCase,
    RoundStatus,
    Scoring,
    Seat,
    SeatStatus,
    User,
)  # fmt: skip
from zhinan.values.text import Text

#: What the cases of the world are about; experts know about the same.
TITLES = (
    "枸杞多糖提取工艺研究",
    "葡萄酒酿造废渣利用",
    "钽铌铍材料精密加工",
    "奶牛精准饲喂系统",
    "光伏组件回收",
    "灌区智能配水",
    "羊绒纤维检测",
    "煤化工废水处理",
)
KNOWN = {
    "applicant.legal_person": "是", "applicant.sector": "工业", "applicant.incidents": "无", "applicant.titles": "科技型中小企业",
}  # fmt: skip
#: A score sheet of three criteria.
SHEET = {
    "key": "trial", "name": {"zh": "试用评分表", "en": "trial sheet"}, "evaluation_class": "applied-development", "step": "1",
    "comment_least": 0, "asks_verdict": True, "is_default": False,
    "criteria": [
        {"key": key, "name": {"zh": zh, "en": key}, "weight": weight, "most": "100", "says": {"zh": zh, "en": key}, "clause": ""}
        for key, zh, weight in (("innovation", "创新性", "40"), ("feasibility", "可行性", "30"), ("benefit", "效益", "30"))
    ],
}  # fmt: skip
#: The phrases that the two parties of a draw seal.
PHRASES = {"officer": "凤城的秋天有风，2026", "auditor": "黄河水向北流去，2026"}


class Review:
    """Yinchuan with `cases` cases accepted for review, each of a unit of its own, and a bank of `experts` experts.

    Every third expert is from outside the region, every fourth for finance only, each of an employer of their own. `officer`
    runs the rounds, `auditor` supervises. `asked()`, `declared()`, `drawn()` bring a round as far as their names say; `at` is
    when all of it happens.
    """

    def __init__(self, cases: int = 4, experts: int = 12, *, size: int = 3) -> None:
        self.y = Yinchuan()
        self.at = NOON + timedelta(days=40)
        self.size = size
        self.officer: User = self.y.officer
        self.auditor, self.leadership = person("r-auditor"), person("r-leadership")
        post(self.auditor, Role.AUDITOR, authority=self.y.city)
        post(self.leadership, Role.LEADERSHIP, authority=self.y.city)
        self.leaders: list[User] = []
        self.cases = [self._case(number) for number in range(1, cases + 1)]
        self.experts = [self._expert(number) for number in range(1, experts + 1)]

    # -- what there is --------------------------------------------------------------------------------

    def _case(self, number: int) -> Application:
        place = unit(200 + number, name=f"申报企业{number}")
        RegisterFact.objects.bulk_create(
            RegisterFact(organisation=place, key=key, value=value, source="register", observed_on=NOON.date())
            for key, value in KNOWN.items()
        )
        leader, admin = person(f"r-leader-{number}"), person(f"r-admin-{number}")
        post(leader, Role.MEMBER, organisation=place)
        post(admin, Role.UNIT_ADMIN, organisation=place)
        self.leaders.append(leader)
        case = applications.start(by=leader, call=self.y.call, scheme="sme-innovation", organisation=place, at=NOON)
        title = TITLES[(number - 1) % len(TITLES)]
        answers = {**GOOD, "project.title": f"{title}{number}", "project.summary": f"{title}，立足本地产业。"}
        hand_in(case, answers, leader=leader, admin=admin)
        send_on(case, by=self.y.recommender, letter=f"兴科函〔2026〕{number}号")
        check_all(case, by=self.officer)
        chain.move(case.code, "accept", by=self.officer, at=NOON)
        case.refresh_from_db()
        return case

    def _expert(self, number: int) -> Expert:
        user = person(f"r-expert-{number}", name=f"专家{number}")
        post(user, Role.EXPERT, authority=self.y.city)
        at = NOON
        with transaction.atomic():
            expert = Expert.objects.create(
                code=f"zj-{number:03d}", bank=self.y.city, user=user, name=user.name, email=user.email, unit_name=f"第{number}研究院",
                region="110108" if number % 3 == 0 else "640104", kinds=["finance"] if number % 4 == 0 else ["technical"],
                directions=["D-YC09"], keywords=[TITLES[number % len(TITLES)][:4]], summary=TITLES[number % len(TITLES)], most=10,
                status=ExpertStatus.ACTIVE, source="test", made_at=at, changed_at=at,
            )  # fmt: skip
            record(
                "put-expert", actor=self.officer, at=at, payload={"bank": self.y.city.code, "expert": expert.code}, rows=[expert]
            )
        return expert

    # -- a round, as far as it has come ----------------------------------------------------------------

    def made(self, **rules: object) -> Round:
        """A round with every case, its rules set, still being prepared."""
        round = rounds.create(self.y.call.code, name=Text("第一轮网上评审", "First round"), by=self.officer, at=self.at)
        rounds.put_cases(round.code, [case.code for case in self.cases], by=self.officer, at=self.at)
        panel = {"size": self.size, "finance": 1, "outside": 0, "per_unit": 1, "threshold": 100_000}
        given = {
            "sheet": SHEET,
            "panel": panel,
            "cap": 800,
            "declare_by": self.at + timedelta(days=3),
            "score_by": self.at + timedelta(days=10),
            **rules,
        }
        return rounds.settle(round.code, by=self.officer, at=self.at, **given)  # type: ignore[arg-type]  # by name

    def opened(self, **rules: object) -> Round:
        """A round to which experts can be asked."""
        return rounds.open_asking(self.made(**rules).code, confirmed=True, by=self.officer, at=self.at)

    def asked(self, **rules: object) -> Round:
        """A round to which every expert was asked."""
        round = self.opened(**rules)
        asking.ask(round.code, [expert.code for expert in self.experts], by=self.officer, at=self.at)
        round.refresh_from_db()
        return round

    def declared(self, **rules: object) -> Round:
        """A round in which every expert has declared to be tied to nobody."""
        round = self.asked(**rules)
        for expert in self.experts:
            assert expert.user is not None
            asking.declare(round.code, [], confirms_others=True, by=expert.user, at=self.at)
        return round

    def committed(self, **rules: object) -> Draw:
        """A draw that is committed, and sealed by nobody."""
        return draws.commit(self.declared(**rules).code, by=self.officer, at=self.at)

    def drawn(self, **rules: object) -> Round:
        """A round whose panels are drawn; experts have seats to answer."""
        draw = self.committed(**rules)
        code = draw.round.code
        if draw.mode == "lottery":
            for who, user in (("officer", self.officer), ("auditor", self.auditor)):
                draws.seal(code, PHRASES[who], by=user, at=self.at)
            for who, user in (("officer", self.officer), ("auditor", self.auditor)):
                draws.open_seal(code, PHRASES[who], by=user, at=self.at)
        draws.draw(code, by=self.officer, at=self.at)
        draw.round.refresh_from_db()
        return draw.round

    def taken(self, **rules: object) -> Round:
        """A round whose experts have all taken their seats."""
        round = self.drawn(**rules)
        for seat in self.seats(round):
            assert seat.expert.user is not None
            seats.accept_seat(seat.id, by=seat.expert.user, at=self.at)
        return round

    def scored(self, points: Callable[[Seat], int] = lambda seat: 80, **rules: object) -> Round:
        """A round whose sheets are all handed in; `points` says what each seat gives, of a hundred."""
        round = self.taken(**rules)
        for seat in self.seats(round):
            self.hand_in(seat, points(seat))
        round.refresh_from_db()
        return round

    def hand_in(self, seat: Seat, points: int, *, at: datetime | None = None, version: int = 0) -> None:
        """Hand in the sheet of a seat with so many points of a hundred on every criterion, and a comment of its own."""
        assert seat.expert.user is not None
        form = sheet_from_json(seat.round_case.round.sheet)
        answers = {each.key: f"{each.most * points / 100 // form.step * form.step:f}" for each in form.criteria}
        comment = f"第 {seat.round_case.number} 号项目的意见：思路清楚，指标可测，组织有力。" * 4 + f"{points} 分，{seat.label}。"
        full = {**answers, "comment": comment, "verdict": "recommend"}
        scoring.hand_in(seat.id, full, version=version, by=seat.expert.user, at=at or self.at)

    def closed(self, points: Callable[[Seat], int] = lambda seat: 60 + 5 * seat.round_case.number, **rules: object) -> Round:
        """A round whose scoring is closed; unless told otherwise a case scores the higher the higher its number."""
        round = results.close(self.scored(points, **rules).code, by=self.officer, at=self.later(days=11))
        round.refresh_from_db()
        return round

    def ranked(self, points: Callable[[Seat], int] = lambda seat: 60 + 5 * seat.round_case.number, **rules: object) -> Round:
        """A round whose ranking is fixed."""
        return results.rank(self.closed(points, **rules).code, by=self.officer, at=self.later(days=12))

    def decided(self, awards: int = 2, **rules: object) -> Round:
        """A round that is decided: so many awards, one in reserve, the others refused."""
        return self.decide(self.ranked(**rules), awards=awards)

    def decide(self, round: Round, *, awards: int = 2) -> Round:
        """A ranked round brought to its decision."""
        at, rules = self.later(days=13), {"budget": 10_000_000_000, "most_projects": awards, "most_reserves": 1}
        decisions.settle(round.code, rules, by=self.officer, at=at)
        clearance.check(round.code, [case.code for case in self.cases], by=self.officer, at=at)
        decisions.decide(round.code, clause=packs.pack(round.call.pack).clauses[0].path, by=self.officer, at=at)
        round.refresh_from_db()
        return round

    # -- looking --------------------------------------------------------------------------------------

    def invitee(self, round: Round, number: int = 1) -> Invitee:
        """The asking of an expert by their number, from 1."""
        return Invitee.objects.get(round=round, expert=self.experts[number - 1])

    def seats(self, round: Round) -> list[Seat]:
        """The seats that count, by the number of their case and by label."""
        rows = Seat.objects.filter(round_case__round=round, status__in=SITTING).select_related(
            "expert__user", "round_case__round"
        )
        return list(rows.order_by("round_case__number", "label"))

    def seat(self, round: Round) -> Seat:
        """Some seat of the round that waits for its expert."""
        return Seat.objects.filter(round_case__round=round, status="asked").order_by("id")[0]

    def later(self, **delta: int) -> datetime:
        """A moment after `at`."""
        return self.at + timedelta(**delta)


def shown_round(
    officer: User, case: Application, expert: User, *, number: int = 1, status: str = RoundStatus.RANKED, code: str = "zj-001"
) -> Seat:
    """Rows of a round of one case and one expert whose sheet is outlying, for pages that are only looked at; its seat."""
    form = next(each for each in shipped_sheets() if each.key == "applied-development")
    round = Round.objects.create(
        code=f"{case.call.code}-r{number}", call=case.call, name_zh=f"秘密评审{number}", name_en=f"Secret round {number}", status=status,
        sheet=form.to_json(), panel={"size": 1, "finance": 0, "outside": 0, "per_unit": 1, "threshold": 0},
        conflicts=ConflictRules().to_json(), quotas={"rules": {"budget": 60_000_000}}, made_at=NOON, made_by=officer, closed_at=NOON,
        ranked_at=NOON if status == RoundStatus.RANKED else None,
    )  # fmt: skip
    place = RoundCase.objects.create(
        round=round, case=case, number=1, stage=case.stage, official=80, place=1 if status == RoundStatus.RANKED else None
    )
    given = {
        "name": "秘密专家",
        "unit_name": "某研究院",
        "region": "110108",
        "kinds": ["technical"],
        "made_at": NOON,
        "changed_at": NOON,
    }
    made = Expert.objects.filter(user=expert).first() or Expert.objects.create(
        code=code, bank=case.call.authority, user=expert, status=ExpertStatus.ACTIVE, **given
    )
    draw = _shown_draw(round, made.code, officer)
    seat = Seat.objects.create(
        round_case=place, expert=made, draw=draw, kind="technical", label="A", status=SeatStatus.TAKEN, made_at=NOON
    )
    answers = {each.key: f"{each.most * 4 / 5:f}" for each in form.criteria} | {"comment": "秘密意见：" + "思路清楚。" * 20}
    Scoring.objects.create(seat=seat, answers=answers, version=1, total=80, saved_at=NOON, handed_in_at=NOON, is_wild=True)
    return seat


def _shown_draw(round: Round, code: str, officer: User) -> Draw:
    """A draw of one expert for one case, as it would have been made."""
    expert = Drawable(id="e-0000000001", kinds=frozenset({"technical"}), unit="u-0000000001")
    instance = Instance(
        cases=("0001",), experts=(expert,), rules=PanelRules(**round.panel), match={("0001", expert.id): 900_000}
    )  # fmt: skip
    commitment = lottery.commit(instance, cap=1000, rule_version="shown")
    openings = list(PHRASES.values())
    drawn = lottery.draw(instance, commitment, lottery.seed_of(commitment.commit_hash, openings))
    sealed = [
        {"party": party, "by": "", "hash": lottery.sealed(said)}
        for party, said in zip(("officer", "supervision"), openings, strict=True)
    ]
    return Draw.objects.create(
        round=round, number=1, instance=instance.to_json(), input_hash=instance.input_hash(), commitment=commitment.to_json(),
        commit_hash=commitment.commit_hash, sealed=sealed,
        openings=[{"place": place, "said": said} for place, said in enumerate(openings)], seed=drawn.seed, result=drawn.to_json(),
        result_hash=drawn.result_hash, private={"experts": {expert.id: code}, "bars": {}}, committed_at=NOON, committed_by=officer,
        drawn_at=NOON, drawn_by=officer,
    )  # fmt: skip


def shown_asking(officer: User, case: Application, expert: Expert, *, number: int, until: datetime) -> Round:
    """Rows of a round of one case to which an expert was asked who has not answered, for pages that are only looked at."""
    form = next(each for each in shipped_sheets() if each.key == "applied-development")
    round = Round.objects.create(
        code=f"{case.call.code}-r{number}", call=case.call, name_zh=f"秘密评审{number}", name_en=f"Secret round {number}",
        status=RoundStatus.ASKING, sheet=form.to_json(), conflicts=ConflictRules().to_json(), made_at=NOON, made_by=officer,
        panel={"size": 1, "finance": 0, "outside": 0, "per_unit": 1, "threshold": 0}, declare_by=until,
        score_by=until + timedelta(days=9),
    )  # fmt: skip
    RoundCase.objects.create(round=round, case=case, number=1, stage=case.stage)
    Invitee.objects.create(round=round, expert=expert, asked_at=NOON)
    return round


@contextmanager
def lasting(cases: int, experts: int, files: Path, blocker: DjangoDbBlocker) -> Iterator[Review]:
    """A world with a ranked round that many tests share; each puts back what it changed (`put_back`)."""
    with blocker.unblock(), override_settings(MEDIA_ROOT=files), transaction.atomic():
        made = Review(cases, experts)
        made.ranked()
        yield made
        transaction.set_rollback(True)


@contextmanager
def put_back() -> Iterator[None]:
    """Whatever is done to the rows within is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def shown_notice(seat: Seat, officer: User, *, at: datetime, days: int = 5) -> Objection:
    """Rows of a notice of the one case of a shown round, open from `at` for so many days, with an objection and its evidence."""
    place = seat.round_case
    case, round = place.case, place.round
    reason = {"reason_zh": "名次在额度内", "reason_en": "within the budget", "code": "in-rank"}
    Outcome.objects.create(round=round, case=case, place=1, outcome="award", amount=30_000_000, at=at, by=officer, **reason)
    notice = Notice.objects.create(
        code=f"{round.code}-n1", call=round.call, round=round, title_zh="拟立项项目公示", title_en="Proposed projects", working_days=5,
        contact_zh="市科技局规划科", contact_en="planning section", opens_at=at, closes_at=at + timedelta(days=days), by=officer,
    )  # fmt: skip
    line = NoticeLine.objects.create(
        notice=notice, case=case, number=1, title=case.title, unit=case.organisation.name, leader=case.leader.name, scheme_zh="专项",
        scheme_en="scheme", amount=30_000_000,
    )  # fmt: skip
    sha256 = hashlib.sha256(PDF).hexdigest()
    keeping.keep(PDF, sha256)
    return Objection.objects.create(
        receipt=f"{notice.code}-0a1b", line=line, name="秘密异议人", contact="objector@example.org", ground="秘密理由：样机不是申报单位做的。",
        files=[{"name": "秘密证据.pdf", "sha256": sha256, "size": len(PDF), "kind": "pdf"}], secret_hash=digest("0a1b2c"), made_at=at,
        due_at=at + timedelta(days=20),
    )  # fmt: skip
