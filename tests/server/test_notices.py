"""From the decision to the award: notice, objections, talks, issue; who may, when, and what the record says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.server.making import PDF, person, post
from tests.server.review import Review
from zhinan.server.actions import awards, clearance, notices, objections
from zhinan.server.models import (
    Award,
    Event,
    FundedProject,
    Holiday,
    Message,
    Notice,
    Objection,
    Role,
    Round,
)
from zhinan.server.queries import notices as reads
from zhinan.server.queries.chain import verify
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import BadInput

pytestmark = pytest.mark.django_db

WORDS = notices.Wording(title_zh="拟立项公示", contact_zh="市科技局规划科，本局一楼")
RAISED = objections.Raised(name="甄实名", contact="someone@example.org", ground="这个项目的样机在申报之前已经由别的单位完成。")


class Decided(Review):
    """A round in which two of four cases are proposed; `day` is the moment of its decision."""

    def __init__(self) -> None:
        super().__init__()
        self.round: Round = self.decided()
        self.day = self.later(days=13)

    def published(self, days: int = 5) -> Notice:
        return notices.publish(self.round.code, working_days=days, wording=WORDS, by=self.officer, at=self.day)

    def objected(self, notice: Notice, number: int = 1) -> Objection:
        return objections.raise_objection(notice.code, number, RAISED, at=self.day + timedelta(hours=2))[0]

    def over(self, notice: Notice) -> datetime:
        return notice.closes_at + timedelta(minutes=1)

    def stage(self, notice: Notice, number: int = 1) -> str:
        return notice.lines.get(number=number).case.stage

    def talked(self, notice: Notice) -> datetime:
        at = self.over(notice)
        notices.end(notice.code, by=self.officer, at=at)
        for line in notice.lines.filter(is_withdrawn=False):
            held = awards.Held(held_at=at, matters="资金专款专用，按期报告进展。", is_unit_present=True, is_leader_present=True)
            awards.hold_talk(self.round.code, line.case.code, held, by=self.officer, at=at)
        return at

    def issue(self, codes: list[str], at: datetime, letter: str = "银科发〔2026〕9号", *, done: bool = True) -> list[Award]:
        return awards.issue(self.round.code, codes, letter=letter, fiscal_procedure_done=done, by=self.officer, at=at)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Decided]:
    """Made once; every test puts back what it changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Decided()
        transaction.set_rollback(True)


def codes_of(refused: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


# -- the notice --------------------------------------------------------------------------------------
def test_a_notice_freezes_what_is_proposed_and_runs_its_working_days(world: Decided) -> None:
    friday = world.day.replace(hour=10)
    Holiday.objects.create(day=(friday + timedelta(days=1)).date(), name="调休假")
    notice = notices.publish(world.round.code, working_days=5, wording=WORDS, by=world.officer, at=friday)
    lines = list(notice.lines.order_by("number"))
    assert [line.number for line in lines] == [1, 2]
    assert all(
        (line.title, line.unit, line.leader) == (line.case.title, line.case.organisation.name, line.case.leader.name)
        for line in lines
    )
    assert [line.amount for line in lines] == [line.case.grant for line in lines]
    counted, day = 0, friday.date()
    while counted < 5:
        day += timedelta(days=1)
        counted += day.weekday() < 5 and not Holiday.objects.filter(day=day).exists()
    assert (notice.closes_at.astimezone(friday.tzinfo).date(), notice.opens_at) == (day, friday)
    assert {world.stage(notice, number) for number in (1, 2)} == {"public-notice"}
    assert verify().faults == ()


@pytest.mark.parametrize(
    ("days", "contact", "codes"),
    [(0, "科", ["bad-working-days"]), (400, "", ["bad-working-days", "no-contact"]), (5, "  ", ["no-contact"])],
)
def test_a_notice_that_says_too_little_is_refused_with_everything_at_once(
    world: Decided, days: int, contact: str, codes: list[str]
) -> None:
    with pytest.raises(Refused) as refused:
        notices.publish(
            world.round.code,
            working_days=days,
            wording=notices.Wording(title_zh="", contact_zh=contact),
            by=world.officer,
            at=world.day,
        )
    assert codes_of(refused) == codes
    assert not Notice.objects.exists()


def test_a_round_without_a_decision_has_nothing_to_publish(world: Decided) -> None:
    Round.objects.filter(id=world.round.id).update(status="ranked")
    with pytest.raises(Refused) as refused:
        world.published()
    assert codes_of(refused) == ["not-decided"]


def test_the_same_list_is_not_published_twice(world: Decided) -> None:
    world.published()
    with pytest.raises(Refused) as refused:
        world.published()
    assert codes_of(refused) == ["nothing-proposed"]


def test_only_those_in_charge_publish(world: Decided) -> None:
    for stranger in (world.y.recommender, world.leaders[0], world.leadership, world.y.admin):
        with pytest.raises(NotSeen):
            notices.publish(world.round.code, working_days=5, wording=WORDS, by=stranger, at=world.day)
    with pytest.raises(Refused) as refused:
        notices.publish(world.round.code, working_days=5, wording=WORDS, by=world.auditor, at=world.day)
    assert codes_of(refused) == ["not-in-charge"]


def test_a_notice_does_not_end_before_its_time_nor_with_an_objection_open(world: Decided) -> None:
    notice = world.published()
    with pytest.raises(Refused) as early:
        notices.end(notice.code, by=world.officer, at=notice.closes_at)
    world.objected(notice)
    with pytest.raises(Refused) as open_one:
        notices.end(notice.code, by=world.officer, at=world.over(notice))
    assert (codes_of(early), codes_of(open_one)) == (["notice-still-open"], ["objections-open"])
    assert world.stage(notice) == "public-notice"


def test_its_cases_go_on_when_it_has_ended_once(world: Decided) -> None:
    notice = world.published()
    notices.end(notice.code, by=world.officer, at=world.over(notice))
    assert {world.stage(notice, number) for number in (1, 2)} == {"warning-talk"}
    with pytest.raises(Refused) as again:
        notices.end(notice.code, by=world.officer, at=world.over(notice))
    assert codes_of(again) == ["notice-ended"]
    assert verify().faults == ()


# -- objections --------------------------------------------------------------------------------------
def test_an_objection_is_kept_with_its_evidence_and_answered_to_who_holds_its_word(world: Decided) -> None:
    notice = world.published()
    raised = objections.Raised(
        **{
            **{name: getattr(RAISED, name) for name in ("name", "contact", "ground")},
            "files": [("证据.pdf", PDF, "application/pdf")],
        }
    )
    row, word = objections.raise_objection(notice.code, 1, raised, at=world.day + timedelta(hours=1))
    assert [(file["name"], file["kind"], file["size"]) for file in row.files] == [("证据.pdf", "pdf", len(PDF))]
    assert word not in str(Event.objects.order_by("-sequence")[0].body)
    found = reads.answer_to(row.receipt, word)
    assert found is not None
    assert (found.status.zh, found.answer) == ("已收到，待受理", "")
    assert [reads.answer_to(row.receipt, wrong) for wrong in ("", "x", word[:-1])] == [None, None, None]
    assert reads.answer_to("no-such", word) is None
    assert verify().faults == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": " "}, "objector-name"), ({"contact": "1"}, "objector-contact"), ({"ground": "不服"}, "objection-ground"),
        ({"ground": "𠮷" * 5000}, "objection-ground"), ({"files": [("a.exe", b"MZ" * 99, "")]}, "upload-wrong-kind"),
        ({"files": [("a.pdf", PDF, "")] * 6}, "too-much-evidence"),
    ],
)  # fmt: skip
def test_an_objection_that_cannot_be_looked_into_is_refused_and_nothing_kept(
    world: Decided, changed: dict[str, object], code: str
) -> None:
    notice = world.published()
    given = {"name": RAISED.name, "contact": RAISED.contact, "ground": RAISED.ground, **changed}
    with pytest.raises(BadInput) as refused:
        objections.raise_objection(notice.code, 1, objections.Raised(**given), at=world.day + timedelta(hours=1))  # type: ignore[arg-type]  # by name
    assert code in codes_of(refused)
    assert not Objection.objects.exists()


def test_objections_are_taken_while_the_notice_is_open_and_to_a_line_that_stands(world: Decided) -> None:
    notice = world.published()
    for at in (notice.opens_at - timedelta(seconds=1), notice.closes_at + timedelta(seconds=1)):
        with pytest.raises(Refused) as refused:
            objections.raise_objection(notice.code, 1, RAISED, at=at)
        assert codes_of(refused) == ["notice-closed"]
    for code, number in ((notice.code, 9), (notice.code, -1), (notice.code, 2**40), ("no-such", 1)):
        with pytest.raises(NotSeen):
            objections.raise_objection(code, number, RAISED, at=world.day)


def test_a_dismissed_objection_lets_the_case_go_on_an_upheld_one_ends_it(world: Decided) -> None:
    notice = world.published()
    first, second = world.objected(notice, 1), world.objected(notice, 2)
    at = world.day + timedelta(days=1)
    for row in (first, second):
        objections.admit(row.receipt, by=world.officer, at=at)
    assert {world.stage(notice, number) for number in (1, 2)} == {"objection"}
    said = {"findings": "调阅了样机合同和照片。", "answer": "经核查，样机由申报单位自己完成。"}
    objections.answer(first.receipt, is_upheld=False, by=world.officer, at=at, **said)
    objections.answer(second.receipt, is_upheld=True, by=world.officer, at=at, **said)
    assert [world.stage(notice, number) for number in (1, 2)] == ["public-notice", "not-established"]
    shown = reads.notice(notice.code, at=at)
    assert [line.number for line in shown.standing] == [1]
    assert Message.objects.filter(kind="objection-upheld", case=notice.lines.get(number=2).case).exists()
    notices.end(notice.code, by=world.officer, at=world.over(notice))
    assert [world.stage(notice, number) for number in (1, 2)] == ["warning-talk", "not-established"]
    assert verify().faults == ()


def test_a_case_goes_on_only_when_its_last_objection_is_answered(world: Decided) -> None:
    notice = world.published()
    rows = [world.objected(notice), world.objected(notice)]
    at = world.day + timedelta(days=1)
    said = {"findings": "逐项核对了原始记录。", "answer": "所反映的情况与事实不符，不成立。"}
    for row in rows:
        objections.admit(row.receipt, by=world.officer, at=at)
    objections.answer(rows[0].receipt, is_upheld=False, by=world.officer, at=at, **said)
    assert world.stage(notice) == "objection"
    objections.answer(rows[1].receipt, is_upheld=False, by=world.officer, at=at, **said)
    assert world.stage(notice) == "public-notice"
    assert verify().faults == ()


def test_one_raised_in_time_is_admitted_after_the_notice_has_closed(world: Decided) -> None:
    notice = world.published()
    row = world.objected(notice)
    objections.admit(row.receipt, by=world.officer, at=world.over(notice) + timedelta(days=2))
    assert world.stage(notice) == "objection"


def test_an_objection_is_handled_once_in_order_and_in_writing(world: Decided) -> None:
    notice = world.published()
    row, at = world.objected(notice), world.day + timedelta(days=1)
    said = {"findings": "逐项核对了原始记录。", "answer": "所反映的情况与事实不符，不成立。"}

    def refused(do: object) -> list[str]:
        with pytest.raises(Refused) as no, transaction.atomic():
            do()  # type: ignore[operator]  # a function of no arguments
        return codes_of(no)

    assert refused(lambda: objections.answer(row.receipt, is_upheld=False, by=world.officer, at=at, **said)) == [
        "not-admitted-yet"
    ]
    assert refused(lambda: objections.not_admit(row.receipt, reason="无", by=world.officer, at=at)) == ["answer-missing"]
    objections.admit(row.receipt, by=world.officer, at=at)
    assert refused(lambda: objections.admit(row.receipt, by=world.officer, at=at)) == ["objection-handled"]
    assert refused(lambda: objections.answer(row.receipt, is_upheld=None, by=world.officer, at=at, **said)) == ["no-result"]
    assert refused(lambda: objections.answer(row.receipt, is_upheld=True, findings="", answer="", by=world.officer, at=at)) == [
        "answer-missing"
    ]
    objections.answer(row.receipt, is_upheld=False, by=world.officer, at=at, **said)
    assert refused(lambda: objections.answer(row.receipt, is_upheld=True, by=world.officer, at=at, **said)) == [
        "objection-handled"
    ]
    other = world.objected(notice, 2)
    assert (
        objections.not_admit(other.receipt, reason="没有提供任何可以核实的线索。", by=world.officer, at=at).status
        == "not-admitted"
    )


def test_who_objects_is_for_the_officers_in_charge_and_the_auditors(world: Decided) -> None:
    notice = world.published()
    row = world.objected(notice)
    assert [each.receipt for each in reads.objections(world.officer)] == [row.receipt]
    assert [each.receipt for each in reads.objections(world.auditor)] == [row.receipt]
    for stranger in (world.y.recommender, world.leadership, *world.leaders):
        assert reads.objections(stranger) == []
        with pytest.raises(NotSeen):
            objections.admit(row.receipt, by=stranger, at=world.day)
    body = Event.objects.get(action="raise-objection").body
    assert (RAISED.name in body, RAISED.ground in body, RAISED.contact in body) == (False, False, False)


# -- talk and award ----------------------------------------------------------------------------------
def test_a_talk_needs_both_sides_and_what_was_said(world: Decided) -> None:
    notice = world.published()
    at = world.over(notice)
    code = notice.lines.get(number=1).case.code
    full = {"held_at": at, "matters": "资金专款专用，按期报告进展。", "is_unit_present": True, "is_leader_present": True}
    for changed, expected in (
        ({}, ["no-talk-now"]), ({"matters": "好", "held_at": at + timedelta(days=1)}, ["no-talk-now", "talk-matters", "talk-in-future"])
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            awards.hold_talk(world.round.code, code, awards.Held(**{**full, **changed}), by=world.officer, at=at)  # type: ignore[arg-type]  # by name
        assert codes_of(refused) == expected
    notices.end(notice.code, by=world.officer, at=at)
    with pytest.raises(Refused), transaction.atomic():
        awards.hold_talk(world.round.code, code, awards.Held(**{**full, "is_leader_present": False}), by=world.officer, at=at)  # type: ignore[arg-type]  # by name
    assert world.stage(notice) == "warning-talk"
    awards.hold_talk(world.round.code, code, awards.Held(**full), by=world.officer, at=at)  # type: ignore[arg-type]  # by name
    assert world.stage(notice) == "establishment"
    assert verify().faults == ()


def test_a_batch_is_issued_whole_told_and_enters_the_register(world: Decided) -> None:
    notice = world.published()
    at = world.talked(notice)
    codes = [line.case.code for line in notice.lines.order_by("number")]
    clearance.check(world.round.code, codes, by=world.officer, at=at)
    issued = world.issue(codes, at)
    assert [(each.case.code, each.amount, each.batch) for each in issued] == [
        (line.case.code, line.amount, 1) for line in notice.lines.order_by("number")
    ]
    assert {world.stage(notice, number) for number in (1, 2)} == {"signing"}
    assert FundedProject.objects.filter(unit__in=[each.case.organisation.uscc for each in issued]).count() == 2
    assert {each.to_id for each in Message.objects.filter(kind="award")} >= {each.case.leader_id for each in issued}
    assert [row.number for row in reads.public_awards()] == sorted((each.number for each in issued), reverse=False)
    assert verify().faults == ()


def test_a_batch_with_one_that_is_not_ready_is_not_issued_at_all(world: Decided) -> None:
    notice = world.published()
    at = world.talked(notice)
    proposed = [line.case.code for line in notice.lines.order_by("number")]
    refused_case = next(case.code for case in world.cases if case.code not in proposed)
    for codes, letter, expected in (
        ([*proposed, refused_case], "银科发〔2026〕9号", "not-ready-to-issue"), ([], "", "nothing-to-issue"), (proposed, "  ", "award-letter")
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            world.issue(codes, at, letter)
        assert expected in codes_of(refused)
    assert not Award.objects.exists()
    assert {world.stage(notice, number) for number in (1, 2)} == {"establishment"}


def test_what_was_issued_is_not_issued_again(world: Decided) -> None:
    notice = world.published()
    at = world.talked(notice)
    codes = [line.case.code for line in notice.lines.all()]
    world.issue(codes, at)
    with pytest.raises(Refused) as refused:
        world.issue(codes, at)
    assert "not-ready-to-issue" in codes_of(refused)
    assert Award.objects.count() == 2


def test_who_applies_in_the_round_does_not_run_it(world: Decided) -> None:
    post(world.leaders[0], Role.OFFICER, authority=world.y.city)
    with pytest.raises(Refused) as refused:
        notices.publish(world.round.code, working_days=5, wording=WORDS, by=world.leaders[0], at=world.day)
    assert codes_of(refused) == ["own-round"]
    assert person("n-nobody").posts.count() == 0
