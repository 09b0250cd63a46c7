"""Handing in: what is lacking, what is late, what is frozen; and handing in again after a correction."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.making import GOOD, NOON, PDF, Xinjiang, Yinchuan, hand_in, ready_draft, unit
from zhinan.server.actions import applications, calls, chain, papers
from zhinan.server.hashing import content_hash
from zhinan.server.models import Application, Event, Message, Organisation, Shareholding, Submission
from zhinan.server.queries.applications import filled, lacking
from zhinan.server.refused import Refused
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db

CLOSES = NOON + timedelta(days=30)
SECOND = timedelta(seconds=1)


@pytest.fixture
def yinchuan() -> Yinchuan:
    made = Yinchuan()
    made.facts()
    return made


@pytest.fixture
def ready(yinchuan: Yinchuan) -> Application:
    return ready_draft(yinchuan)


def told(refused: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def texts(case: Application) -> dict[str, str]:
    return dict(case.answers.values_list("key", "text"))


# ─── handing in ───


def test_everything_that_is_lacking_is_told_at_once(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    applications.save(case.code, {**GOOD, "applicant.staff": "未知", "project.total_budget": "很多"}, by=yinchuan.leader, at=NOON)
    with pytest.raises(Refused) as refused:
        applications.submit(case.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    assert [problem.message.zh for problem in refused.value.problems] == [
        "“总预算”应是金额，却写成“很多”", "“从业人数”还没有填", "缺少材料：上年度财务报表",
    ]  # fmt: skip
    assert not Submission.objects.exists()


def test_what_is_handed_in_is_frozen_numbered_and_told(yinchuan: Yinchuan, ready: Application) -> None:
    submission = applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON, number=1)
    ready.refresh_from_db()
    content = submission.content
    assert {each["key"]: each["text"] for each in content["answers"]} == {key: text for key, text in texts(ready).items() if text}
    assert [(paper["upload"], paper["name"]) for paper in content["papers"]] == [("evidence-below-threshold", "报表.pdf")]
    assert (submission.receipt, submission.content_hash, submission.verdict, submission.grant) == (
        "yc-2026-0001-R1", content_hash(content), "eligible", 30_000_000,
    )  # fmt: skip
    assert (ready.stage, ready.body, ready.submitted_at) == ("recommendation", yinchuan.county, NOON)
    payload = json.loads(Event.objects.get(action="submit").body)["payload"]
    assert (payload["receipt"], payload["content_hash"], payload["number"]) == (submission.receipt, submission.content_hash, 1)
    heard = set(Message.objects.values_list("to__username", "kind"))
    assert heard == {("leader", "submitted"), ("admin", "submitted"), ("recommender", "arrived")}


def test_handing_in_twice_is_handing_in_once(yinchuan: Yinchuan, ready: Application) -> None:
    first = applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON, number=1)
    again = applications.submit(ready.code, by=yinchuan.leader, at=NOON + SECOND, begun_at=NOON, number=1)
    late = applications.submit(ready.code, by=yinchuan.admin, at=CLOSES + timedelta(days=9), begun_at=CLOSES + timedelta(days=9))
    assert (first, again, late) == (first, first, first)
    assert Event.objects.filter(action="submit").count() == 1


def test_a_retry_that_arrives_after_a_return_is_still_the_first_submission(yinchuan: Yinchuan, ready: Application) -> None:
    first = applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON, number=1)
    _return(ready, yinchuan, {"project.summary": {"kind": "incomplete", "note": "再写"}})
    assert applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON, number=1) == first
    ready.refresh_from_db()
    assert ready.stage == "draft"


def test_the_leader_of_a_unit_s_application_does_not_hand_it_in(yinchuan: Yinchuan, ready: Application) -> None:
    with pytest.raises(Refused) as refused:
        applications.submit(ready.code, by=yinchuan.leader, at=NOON, begun_at=NOON)
    assert told(refused) == ["role-may-not"]


@pytest.mark.parametrize(
    ("begun", "arrived", "is_taken"),
    [
        (CLOSES, CLOSES, True),
        (CLOSES, CLOSES + timedelta(seconds=60), True),
        (CLOSES + timedelta(milliseconds=900), CLOSES + SECOND, True),  # counted to the second, as a clock shows it
        (CLOSES, CLOSES + timedelta(seconds=61), False),
        (CLOSES + SECOND, CLOSES + SECOND, False),
    ],
)
def test_a_request_that_began_in_time_has_the_grace_to_arrive(
    yinchuan: Yinchuan, ready: Application, begun: datetime, arrived: datetime, is_taken: bool
) -> None:
    try:
        applications.submit(ready.code, by=yinchuan.admin, at=arrived, begun_at=begun)
    except Refused as refused:
        assert (is_taken, [problem.code for problem in refused.problems]) == (False, ["past-deadline"])
        ready.refresh_from_db()
        assert (ready.stage, ready.submitted_at, texts(ready)["project.title"]) == ("draft", None, GOOD["project.title"])
    else:
        assert is_taken


def test_too_late_is_told_before_what_is_lacking(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    with pytest.raises(Refused) as refused:
        applications.submit(case.code, by=yinchuan.admin, at=CLOSES + timedelta(days=1), begun_at=CLOSES + timedelta(days=1))
    assert told(refused) == ["past-deadline"]


def test_a_request_in_its_grace_is_taken_though_the_platform_has_closed_the_call(yinchuan: Yinchuan, ready: Application) -> None:
    calls.close(yinchuan.call.code, by=None, at=CLOSES + SECOND)
    assert applications.submit(ready.code, by=yinchuan.admin, at=CLOSES + 2 * SECOND, begun_at=CLOSES).number == 1


def test_a_call_that_was_closed_early_or_cancelled_takes_nothing_more(yinchuan: Yinchuan, ready: Application) -> None:
    for end in (calls.cancel, calls.close):
        with transaction.atomic():
            end(yinchuan.call.code, by=yinchuan.officer, at=NOON, reason="停")
            with pytest.raises(Refused) as refused:
                applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
            assert told(refused) == ["call-ended"]
            transaction.set_rollback(True)


def test_an_unconfirmed_unit_fills_in_but_does_not_hand_in(yinchuan: Yinchuan, ready: Application) -> None:
    Organisation.objects.update(status="registered")
    with pytest.raises(Refused) as refused:
        applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    assert told(refused) == ["unit-not-confirmed"]


def test_a_revision_is_noted_before_anything_is_handed_in(yinchuan: Yinchuan, ready: Application) -> None:
    calls.revise(yinchuan.call.code, by=yinchuan.officer, at=NOON, reason="补充说明", notice=Text("补充说明", "more"))
    with pytest.raises(Refused) as refused:
        applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    assert told(refused) == ["revision-not-noted"]
    assert applications.take_note(ready.code, by=yinchuan.leader, at=NOON).edition == 2
    applications.take_note(ready.code, by=yinchuan.leader, at=NOON)
    assert json.loads(Event.objects.get(action="rebase").body)["payload"] == {"from_edition": 1, "to_edition": 2}
    assert applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON).content["edition"] == 2


def test_after_handing_in_nothing_is_saved(yinchuan: Yinchuan, ready: Application) -> None:
    applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    for act in (
        lambda: applications.save(ready.code, {"project.title": "x"}, by=yinchuan.leader, at=NOON),
        lambda: papers.add(
            ready.code, "evidence-below-threshold", name="a.pdf", content=PDF, declared_type="", by=yinchuan.leader, at=NOON
        ),
        lambda: papers.remove(ready.code, ready.attachments.get().id, by=yinchuan.leader, at=NOON),
        lambda: applications.hand_over(ready.code, by=yinchuan.leader, at=NOON),
        lambda: applications.take_note(ready.code, by=yinchuan.leader, at=NOON),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert told(refused) == ["not-your-part"]
    assert texts(ready)["project.title"] == GOOD["project.title"]


KEYS = sorted(GOOD)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    saves=st.lists(st.tuples(st.sampled_from(KEYS), st.text(st.characters(exclude_categories=["Cs"]), max_size=12)), max_size=6)
)
def test_whatever_was_saved_before_exactly_what_stands_there_is_frozen(
    yinchuan: Yinchuan, ready: Application, saves: list[tuple[str, str]]
) -> None:
    with transaction.atomic():
        for key, text in saves:
            applications.save(ready.code, {key: text}, by=yinchuan.leader, at=NOON, refresh=False)
        applications.save(ready.code, GOOD, by=yinchuan.leader, at=NOON)
        for key, text in saves:
            applications.save(ready.code, {key: text}, by=yinchuan.admin, at=NOON, refresh=False)
        try:
            submission = applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
        except Refused as refused:
            assert refused.problems == [lack.problem for lack in lacking(filled(ready, on=NOON.date()))]
        else:
            frozen = {each["key"]: each["text"] for each in submission.content["answers"]}
            assert frozen == {key: text for key, text in {**texts(ready)}.items() if text}
            assert frozen == {
                **frozen,
                **{key: text.replace("\0", "") for key, text in dict([*GOOD.items(), *saves]).items() if text.replace("\0", "")},
            }
        transaction.set_rollback(True)


def test_limits_are_judged_with_every_other_unit_of_the_group_held(yinchuan: Yinchuan, ready: Application) -> None:
    """The rows that one limit counts together are locked in one order: the unit, its group, the joint enterprise."""
    parent = unit(7)
    Shareholding.objects.create(owner=parent.uscc, owned=yinchuan.unit.uscc, per_mille=900)
    assert applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON).number == 1


# ─── correcting ───


def _return(case: Application, yinchuan: Yinchuan, marked: dict[str, dict[str, str]]) -> None:
    chain.move(case.code, "return-to-draft", by=yinchuan.recommender, at=NOON, reason="数据不符", marked=marked)


def test_only_what_was_marked_can_be_corrected_and_the_answer_says_what_changed(yinchuan: Yinchuan, ready: Application) -> None:
    applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    _return(ready, yinchuan, {"project.summary": {"kind": "incomplete", "note": "再写"}})
    with pytest.raises(Refused) as refused:
        applications.save(ready.code, {"project.summary": "新", "project.title": "新"}, by=yinchuan.leader, at=NOON)
    assert (told(refused), texts(ready)["project.summary"]) == (["not-marked"], GOOD["project.summary"])
    applications.save(ready.code, {"project.summary": "新"}, by=yinchuan.leader, at=NOON)
    second = applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON, number=2)
    ready.refresh_from_db()
    assert (second.number, ready.stage, ready.corrections.get().answered_at) == (2, "recommendation", NOON)
    assert applications.changed_keys(ready.submissions.get(number=1), second) == ["project.summary"]
    payloads = [json.loads(event.body)["payload"] for event in Event.objects.filter(action="submit").order_by("sequence")]
    assert [payload["changed"] for payload in payloads] == [[], ["project.summary"]]


def test_a_change_of_something_unmarked_undoes_the_whole_submission(yinchuan: Yinchuan, ready: Application) -> None:
    applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    _return(ready, yinchuan, {"project.summary": {"kind": "incomplete", "note": ""}})
    ready.answers.filter(key="project.title").update(text="换了")  # as nobody can by the platform
    with pytest.raises(Refused) as refused:
        applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    assert (told(refused), ready.submissions.count(), ready.corrections.get().answered_at) == (["other-fields-changed"], 1, None)


def test_of_the_papers_too_only_what_was_marked_changes(yinchuan: Yinchuan, ready: Application) -> None:
    applications.submit(ready.code, by=yinchuan.admin, at=NOON, begun_at=NOON)
    _return(ready, yinchuan, {"project.summary": {"kind": "incomplete", "note": ""}})
    with pytest.raises(Refused) as refused:
        papers.remove(ready.code, ready.attachments.get().id, by=yinchuan.leader, at=NOON)
    assert told(refused) == ["paper-not-marked"]


def test_where_a_person_applies_the_person_hands_in() -> None:
    yinchuan = Yinchuan()
    call = yinchuan.open_call("yt-2026", ("young-talent",))
    case = applications.start(by=yinchuan.leader, call=call, scheme="young-talent", organisation=yinchuan.unit, at=NOON)
    with pytest.raises(Refused) as refused:
        applications.submit(case.code, by=yinchuan.leader, at=NOON, begun_at=NOON)
    assert "blank" in told(refused)
    assert "role-may-not" not in told(refused)


def test_a_whole_application_of_the_two_zones_goes_to_its_park() -> None:
    case = Xinjiang().handed_in()
    assert (case.stage, case.body and case.body.code) == ("park-check", "urumqi-park")


def test_a_submission_with_the_same_answers_has_the_same_content(yinchuan: Yinchuan) -> None:
    case = yinchuan.draft()
    submission = hand_in(case, GOOD, leader=yinchuan.leader, admin=yinchuan.admin)
    assert [each["key"] for each in submission.content["answers"]] == sorted(
        each["key"] for each in submission.content["answers"]
    )
