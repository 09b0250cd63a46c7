"""Rounds of review, read: their rules as values, their cases, which cases wait for one, what stands in the way, the course."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from zhinan.assignment.conflict_rules import ConflictRules
from zhinan.assignment.problem import PanelRules
from zhinan.lifecycle.purposes import Purpose, purposes
from zhinan.review.score import ScoreRule
from zhinan.review.sheet import SheetForm, problems_of_form, sheet_from_json, shipped_sheets
from zhinan.server import packs
from zhinan.server.clock import BEIJING
from zhinan.server.models import (
    Answer,
    Application,
    Authority,
    Call,
    Invitee,
    Role,
    Round,
    RoundCase,
    RoundStatus,
    Section,
    User,
)
from zhinan.server.queries import round_mistakes as wrong
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.people import posts_of
from zhinan.values.problem import Problem
from zhinan.values.text import Text

#: A case stands in at most one round that is none of these.
OVER = (RoundStatus.DECIDED, RoundStatus.CANCELLED)
STATES: Mapping[str, tuple[Text, str]] = {
    RoundStatus.DRAFT: (Text("准备中", "being prepared"), "quiet"),
    RoundStatus.ASKING: (Text("邀请专家、申报回避", "experts are asked and declare"), "info"),
    RoundStatus.DRAWING: (Text("抽取已提交", "the draw is committed"), "info"),
    RoundStatus.SCORING: (Text("评分中", "scoring"), "info"),
    RoundStatus.CLOSED: (Text("评分结束", "scoring is over"), "info"),
    RoundStatus.RANKED: (Text("已排序", "ranked"), "good"),
    RoundStatus.DECIDED: (Text("已定立项安排", "decided"), "good"),
    RoundStatus.CANCELLED: (Text("已取消", "cancelled"), "quiet"),
}
_DIRECTION = "project.direction"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a round as values; `sheet` is `None` until one is chosen."""

    sheet: SheetForm | None
    panel: PanelRules
    conflicts: ConflictRules
    score: ScoreRule


def rules_of(round: Round) -> Rules:
    """The rules of a round. What is stored was checked when it was set."""
    sheet = sheet_from_json(round.sheet) if round.sheet else None
    return Rules(sheet, PanelRules(**round.panel), ConflictRules.from_json(round.conflicts), ScoreRule.from_json(round.scoring))


def sheet_called(key: str) -> SheetForm | None:
    """A shipped sheet."""
    return next((each for each in shipped_sheets() if each.key == key), None)


# -- which cases wait for a round -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that may be put into a round: its scheme, its direction as it was answered."""

    case: Application
    scheme: Text
    field: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them: by scheme, by direction, by section; blank for all."""

    scheme: str = ""
    field: str = ""
    section: str = ""


def review_stages(call: Call) -> dict[str, frozenset[str]]:
    """The stages of each scheme of a call that are for review."""
    found = {scheme: purposes(packs.procedure(call.pack, scheme)) for scheme in call.schemes}
    return {scheme: frozenset(id for id, each in all.items() if Purpose.REVIEW in each) for scheme, all in found.items()}


def waiting_cases(round: Round) -> QuerySet[Application]:
    """The cases of the round's call (of its section) that stand at a review stage and are in no open round."""
    at_review = Q(pk__in=())
    for scheme, stages in review_stages(round.call).items():
        at_review |= Q(scheme=scheme, stage__in=stages)
    taken = RoundCase.objects.exclude(round__status__in=OVER).values("case")
    cases = Application.objects.filter(at_review, call=round.call).exclude(id__in=taken)
    cases = cases.filter(section=round.section) if round.section_id else cases
    return cases.select_related("organisation", "section", "call").order_by("submitted_at", "id")


def waiting_for(round: Round, wanted: Wanted) -> list[Waiting]:
    """The cases that may be put in, narrowed; three queries."""
    cases = list(waiting_cases(round))
    fields = directions_of(cases)
    found = [Waiting(case, packs.scheme(round.call.pack, case.scheme).name, fields.get(case.id, "")) for case in cases]
    return [
        each for each in found
        if wanted.scheme in ("", each.case.scheme) and wanted.field in ("", each.field)
        and wanted.section in ("", str(each.case.section_id or ""))
    ]  # fmt: skip


def directions_of(cases: list[Application]) -> dict[int, str]:
    """The direction each case has answered with."""
    rows = Answer.objects.filter(application__in=cases, key=_DIRECTION)
    return {row.application_id: row.text.strip()[:60] for row in rows}


# -- lists -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A round in the list, with its state in words."""

    round: Round
    state: Text
    tone: str
    cases: int


def lines(rounds: QuerySet[Round]) -> list[Line]:
    """Rounds as lines of a list, with their numbers of cases."""
    counted = rounds.annotate(number=Count("cases", distinct=True))
    return [Line(each, *STATES[each.status], each.number) for each in counted]


def calls_for(user: User) -> list[Call]:
    """The calls a person may make a round for: of the authorities whose officer they are, with cases to review."""
    mine = [post.authority_id for post in posts_of(user) if post.role == Role.OFFICER and post.authority_id]
    return list(Call.objects.filter(authority__in=mine).exclude(status__in=("draft", "cancelled")).order_by("-year", "code"))


def sections_for(user: User, authority: Authority) -> list[Section]:
    """The sections whose round a person may make: their own; all, for an officer of the whole authority."""
    held = [post for post in posts_of(user) if post.role == Role.OFFICER and post.authority_id == authority.id]
    if any(post.section_id is None for post in held):
        return list(Section.objects.filter(authority=authority).order_by("id"))
    return [post.section for post in held if post.section]


# -- what stands in the way --------------------------------------------------------------------------


def left_review(round: Round) -> list[Problem]:
    """The cases of a round that are no longer to be reviewed."""
    gone = [place.case for place, is_here in places_of(round) if not is_here]
    return [wrong.LEFT_REVIEW.at(code=case.code, stage=procedure_of(case).stages[case.stage].name) for case in gone]


def problems_to_open(round: Round, *, at: datetime) -> list[Problem]:
    """Why experts cannot be asked yet."""
    return list(_problems_to_open(round, at=at))


def _problems_to_open(round: Round, *, at: datetime) -> Iterator[Problem]:
    if not round.cases.exists():
        yield wrong.NO_CASES.at()
    yield from left_review(round)
    rules = rules_of(round)
    yield from problems_of_form(rules.sheet) if rules.sheet else (wrong.NO_SHEET.at(),)
    yield from rules.panel.problems()
    yield from problems_of_days(round, at=at)
    if round.mode == "plan" and not round.plan_reason:
        yield wrong.NO_PLAN_REASON.at()


_DECLARE, _SCORE = Text("申报回避截止时间", "the end of the declaring"), Text("评分截止时间", "the end of the scoring")


def problems_of_days(round: Round, *, at: datetime) -> Iterator[Problem]:
    """What is wrong with the days of a round: unset, past, or in the wrong order."""
    for what, day in ((_DECLARE, round.declare_by), (_SCORE, round.score_by)):
        if day is None:
            yield wrong.NO_DAY.at(what=what)
        elif day <= at:
            yield wrong.DAY_OVER.at(what=what, when=f"{day.astimezone(BEIJING):%Y-%m-%d %H:%M}")
    if round.declare_by and round.score_by and round.score_by <= round.declare_by:
        yield wrong.DAYS_CROSS.at()


# -- the course --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a round as `parts/steps.html` shows it: what it is called, `done now next`, who must act or what is known."""

    name: Text
    state: str
    note: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many: cases, experts asked, declared, declined."""

    cases: int
    asked: int
    declared: int
    declined: int

    @property
    def open(self) -> int:
        """Those who have not answered."""
        return self.asked - self.declared - self.declined


def numbers_of(round: Round) -> Numbers:
    """The numbers of a round; two queries."""
    found = Invitee.objects.filter(round=round).aggregate(
        asked=Count("id"), declined=Count("id", filter=Q(declined_at__isnull=False)),
        declared=Count("id", filter=Q(declared_at__isnull=False, declined_at=None)),
    )  # fmt: skip
    return Numbers(round.cases.count(), found["asked"], found["declared"], found["declined"])


_ORDER = (
    RoundStatus.DRAFT, RoundStatus.ASKING, RoundStatus.DRAWING, RoundStatus.SCORING, RoundStatus.CLOSED, RoundStatus.RANKED,
    RoundStatus.DECIDED,
)  # fmt: skip


def course(round: Round, numbers: Numbers) -> tuple[Step, ...]:
    """The steps of a round: what is done, where it stands, who must act."""
    if round.status == RoundStatus.CANCELLED:
        return ()
    here = _ORDER.index(RoundStatus(round.status))
    found = []
    for place, (name, note) in enumerate(_steps(round, numbers)):
        state = "done" if place < here else "now" if place == here else "next"
        found.append(Step(name, state, note if state == "now" else Text("", "")))
    return tuple(found)


def _steps(round: Round, numbers: Numbers) -> Iterator[tuple[Text, Text]]:
    yield (
        Text("选项目、定规则", "Cases and rules"),
        Text(f"经办人员 · {numbers.cases} 个项目", f"officer · {numbers.cases} cases"),
    )
    yield (
        Text("邀请专家、申报回避", "Asking and declaring"),
        Text(
            f"专家 · 已申报 {numbers.declared}，未答复 {numbers.open}",
            f"experts · {numbers.declared} declared, {numbers.open} open",
        ),
    )
    yield Text("抽取专家组", "The draw"), Text("经办人员和监督人员封存、开启", "officer and supervision seal and open")
    yield Text("评分", "Scoring"), Text("专家", "experts")
    yield Text("会评、排序", "Meeting and ranking"), Text("经办人员", "officer")
    yield Text("资金分配", "Allocation"), Text("经办人员", "officer")
    yield Text("完成", "Done"), Text("", "")


# -- for the pages -----------------------------------------------------------------------------------


def named(rounds: QuerySet[Round], words: str) -> QuerySet[Round]:
    """Those whose name or code has these words."""
    return rounds.filter(Q(name_zh__icontains=words) | Q(name_en__icontains=words) | Q(code__icontains=words))


def takes_part(user: User, *, only_officers: bool = False) -> bool:
    """Whether rounds are a person's work at all, though there may be none yet."""
    roles = (Role.OFFICER,) if only_officers else (Role.OFFICER, Role.AUDITOR)
    return posts_of(user).filter(role__in=roles, authority__isnull=False).exists()


def places_of(round: Round) -> list[tuple[RoundCase, bool]]:
    """The cases of a round, each with whether it still stands at review."""
    stages = review_stages(round.call)
    places = round.cases.select_related("case__organisation", "case__call").order_by("number")
    return [(place, place.case.stage in stages.get(place.case.scheme, frozenset())) for place in places]
