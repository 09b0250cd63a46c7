"""What there is when a walk begins: a city and its county, an open call, applications at every step, and people signed in."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client

from tests.server import making
from tests.server.review import shown_asking, shown_notice, shown_round
from zhinan.server import clock
from zhinan.server.actions import applications, calls, chain, papers, people
from zhinan.server.models import (
    Application,
    Attachment,
    Event,
    Invitee,
    Listing,
    Meeting,
    Remark,
    Role,
    RoundStatus,
    Seat,
    User,
)
from zhinan.server.queries.applications import filled
from zhinan.server.queries.sheets import sheet
from zhinan.values.text import Text

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PAPER = "evidence-below-threshold"
#: The applications there are, by how far they have come; each of a unit and a leader of its own (`leader-draft` …).
STEPS = ("draft", "ready", "handed-in", "sent", "accepted", "returned", "refused", "withdrawn", "listed")


def fill(*, password: str) -> dict[str, dict[str, str]]:
    """Fill an empty database. Returns the session of every person, and what the rows are called that addresses name."""
    making.NOON = clock.now().replace(microsecond=0) - timedelta(days=3)  # the factories' day, brought up to the real calendar
    with transaction.atomic():
        rows = _yinchuan()
        making.Xinjiang()
    User.objects.update(password=make_password(password))  # once for all: making one takes a while, by intent
    return {"sessions": {user.username: session(user) for user in User.objects.all()}, "rows": rows}


def _rounds(place: making.Yinchuan, rows: dict[str, str]) -> dict[str, str]:
    """A round whose scoring is over and one whose ranking is fixed, with their expert and the leadership."""
    expert = making.person("expert")
    making.post(expert, Role.EXPERT, authority=place.city)
    making.post(making.person("leadership"), Role.LEADERSHIP, authority=place.city)
    cases = {step: Application.objects.get(code=rows[step]) for step in ("sent", "accepted", "refused")}
    closed = shown_round(place.officer, cases["sent"], expert, number=1, status=RoundStatus.CLOSED)
    ranked = shown_round(place.officer, cases["accepted"], expert, number=2)
    scoring = shown_round(place.officer, cases["refused"], expert, number=3, status=RoundStatus.SCORING)
    scoring.scorings.all().delete()
    for seat in (closed, ranked, scoring):
        Invitee.objects.create(round=seat.round_case.round, expert=seat.expert, asked_at=making.NOON, declared_at=making.NOON)
    _meeting(closed, place.officer)
    until = clock.now() + timedelta(days=3)
    objection = shown_notice(ranked, place.officer, at=clock.now())
    asking = shown_asking(place.officer, cases["accepted"], closed.expert, number=4, until=until)
    return {
        "asking-round": asking.code, "notice": objection.line.notice.code, "objection": objection.receipt,
        "seat": str(closed.id), "closed-round": closed.round_case.round.code, "ranked-round": ranked.round_case.round.code,
        "open-seat": str(scoring.id), "expert": closed.expert.code, "open-round": scoring.round_case.round.code,
    }  # fmt: skip


def _meeting(seat: Seat, officer: User) -> None:
    """A meeting in the midst of a ballot."""
    Meeting.objects.create(
        round=seat.round_case.round, agenda=[1], present=[seat.expert.code], held_at=making.NOON, opened_at=making.NOON, place="一楼",
        results={"1": {"ballot": 1, "is_open": True, "told": []}}, made_by=officer,
    )  # fmt: skip
    Remark.objects.create(seat=seat, text="指标偏低，建议补充。", at=making.NOON)


def session(user: User) -> str:
    """The session of a person who has signed in."""
    visitor = Client()
    visitor.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return str(visitor.cookies["sessionid"].value)


def _yinchuan() -> dict[str, str]:
    place = making.Yinchuan()
    place.facts()
    place.unit.name = "枸杞实验企业"
    place.unit.save()
    making.post(making.person("keeper"), Role.KEEPER)
    making.post(making.person("auditor"), Role.AUDITOR, authority=place.city)
    rows = {step: _Walked(place, number, step).case.code for number, step in enumerate(STEPS, start=10)}
    _units()
    _calls(place)
    seats = _rounds(place, rows)
    secret = people.invite(
        by=place.admin, email="new@example.org", name="新成员", role=Role.MEMBER, at=clock.now(), link="/join/{secret}/", organisation=place.unit
    )  # fmt: skip
    return rows | seats | {
        "invitation": secret, "sent-list": str(Listing.objects.exclude(sent_at=None).latest("id").id),
        "paper": str(Attachment.objects.filter(application__code=rows["ready"]).latest("id").id),
        "new-unit": making.code_of(41), "person": str(place.officer.id), "event": str(Event.objects.filter(case__code=rows["sent"]).latest("sequence").sequence),
    }  # fmt: skip


def _units() -> None:
    phone = making.unit(40, name="贺兰山下软件企业")
    making.post(making.person("phone-leader"), Role.MEMBER, organisation=phone)
    making.post(making.person("phone-admin"), Role.UNIT_ADMIN, organisation=phone)
    new = making.unit(41, name="新注册企业", status="registered")
    making.post(making.person("newcomer"), Role.UNIT_ADMIN, organisation=new)


def _calls(place: making.Yinchuan) -> None:
    """A call in the making and one that was closed, beside the open one."""
    place.open_call("yc-closed")
    calls.close("yc-closed", by=place.officer, at=making.NOON, reason="额度已满")
    calls.create(
        by=place.officer, authority=place.city, code="yc-draft", pack="yinchuan-2026", schemes=("sme-innovation", "regional-collaboration"),
        title=Text("第二批次", "Second call"), at=making.NOON,
    )  # fmt: skip


class _Walked:
    """An application brought to a step by the people whose turn it is."""

    def __init__(self, place: making.Yinchuan, number: int, step: str) -> None:
        self.place, self.at = place, making.NOON
        unit = making.unit(number, name=f"{number}号示例企业")
        self.leader = making.person(f"leader-{step}")
        self.admin = making.person(f"admin-{step}")
        making.post(self.leader, Role.MEMBER, organisation=unit)
        making.post(self.admin, Role.UNIT_ADMIN, organisation=unit)
        self.case = applications.start(by=self.leader, call=place.call, scheme="sme-innovation", organisation=unit, at=self.at)
        applications.save(self.case.code, making.GOOD | {"project.title": f"示例项目：{step}"}, by=self.leader, at=self.at)
        for each in _PATHS[step]:
            getattr(self, each)()

    def papers(self) -> None:
        papers.add(
            self.case.code,
            PAPER,
            name="上年度财务报表.pdf",
            content=PDF,
            declared_type="application/pdf",
            by=self.leader,
            at=self.at,
        )

    def hand_in(self) -> None:
        applications.submit(self.case.code, by=self.admin, at=self.at, begun_at=self.at)

    def check(self, by: User) -> None:
        self.case.refresh_from_db()
        lines = sheet(filled(self.case, on=self.at.date()), self.case.stage).lines
        chain.answer(self.case.code, {line.item: ("yes", "") for line in lines if line.is_asked}, by=by, at=self.at)

    def list_it(self) -> None:
        self.check(self.place.recommender)
        chain.put_on_list(self.case.code, by=self.place.recommender, at=self.at)

    def send(self) -> None:
        self.case.refresh_from_db()
        chain.send_list(
            self.place.call.code, self.case.stage, "xingqing", letter="兴科函〔2026〕1号", letter_date=self.at.date(),
            by=self.place.recommender, at=self.at,
        )  # fmt: skip

    def accept(self) -> None:
        self.check(self.place.officer)
        chain.move(self.case.code, "accept", by=self.place.officer, at=self.at)

    def give_back(self) -> None:
        chain.move(
            self.case.code, "ask-correction", by=self.place.officer, at=self.at, reason="摘要过短，请补充研究内容",
            marked={"project.summary": {"kind": "incomplete", "note": "写明关键指标"}},
        )  # fmt: skip

    def refuse(self) -> None:
        self.check(self.place.officer)
        chain.move(self.case.code, "refuse", by=self.place.officer, at=self.at, reason="项目已得到其他层级支持", clause="九(二)3")

    def withdraw(self) -> None:
        applications.withdraw(self.case.code, by=self.admin, at=self.at, reason="单位调整计划")


_PATHS = {
    "draft": (), "ready": ("papers",), "handed-in": ("papers", "hand_in"), "listed": ("papers", "hand_in", "list_it"),
    "sent": ("papers", "hand_in", "list_it", "send"), "accepted": ("papers", "hand_in", "list_it", "send", "accept"),
    "returned": ("papers", "hand_in", "list_it", "send", "give_back"), "refused": ("papers", "hand_in", "list_it", "send", "refuse"),
    "withdrawn": ("papers", "withdraw"),
}  # fmt: skip
