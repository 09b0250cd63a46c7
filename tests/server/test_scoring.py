"""Sheets: saved as they are typed, handed in whole and then fixed; opened again, asked for a second time; what stays on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from tests.server.review import Review
from zhinan.server.actions import results, scoring, seats
from zhinan.server.models import Conduct, Event, Message, Round, Scoring, Seat, User
from zhinan.server.queries.chain import verify
from zhinan.server.queries.reviewing import at_seat, progress_of, queue_of
from zhinan.server.refused import NotSeen, Refused, Stale
from zhinan.values.problem import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def review() -> Review:
    return Review(cases=2, experts=8)


@pytest.fixture
def round(review: Review) -> Round:
    return review.taken()


def of(seat: Seat) -> User:
    assert seat.expert.user is not None
    return seat.expert.user


def codes(refused: BadInput) -> list[str]:
    return [problem.code for problem in refused.problems]


def whole(round: Round, points: str = "1") -> dict[str, str]:
    criteria = [each["key"] for each in round.sheet["criteria"]]
    return {**dict.fromkeys(criteria, points), "comment": "思路清楚，指标可以考核。" * 20, "verdict": "recommend"}


def test_what_is_typed_is_kept_as_it_is_and_is_in_no_record(review: Review, round: Round) -> None:
    seat, events = review.seats(round)[0], Event.objects.count()
    key = round.sheet["criteria"][0]["key"]

    first = scoring.save(seat.id, {key: "十二分吧", "comment": "𠮷\0好"}, version=0, by=of(seat), at=review.at)
    again = scoring.save(seat.id, {key: "十二分吧"}, version=0, by=of(seat), at=review.at)  # sent twice
    then = scoring.save(seat.id, {key: "12"}, version=1, by=of(seat), at=review.at)

    assert (first.version, again.version, then.version) == (1, 1, 2)
    assert Scoring.objects.get(seat=seat).answers == {key: "12", "comment": "𠮷好"}
    assert Event.objects.count() == events
    assert verify().faults == ()


def test_two_windows_do_not_overwrite_one_another(review: Review, round: Round) -> None:
    seat, key = review.seats(round)[0], round.sheet["criteria"][0]["key"]
    scoring.save(seat.id, {key: "10"}, version=0, by=of(seat), at=review.at)

    with pytest.raises(Stale):
        scoring.save(seat.id, {key: "5"}, version=0, by=of(seat), at=review.at)

    assert Scoring.objects.get(seat=seat).answers == {key: "10"}


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_lost(review: Review, round: Round) -> None:
    seat, keys = review.seats(round)[0], [each["key"] for each in round.sheet["criteria"]]
    typed = {**whole(round), keys[0]: "一百", keys[1]: "1000", "comment": "好" * 5001, "verdict": ""}

    with pytest.raises(BadInput) as no:
        scoring.hand_in(seat.id, typed, version=0, by=of(seat), at=review.at)

    assert {problem.file for problem in no.value.problems} == {keys[0], keys[1], "comment", "verdict"}
    assert not Scoring.objects.filter(handed_in_at__isnull=False).exists()


def test_a_sheet_that_was_handed_in_is_fixed_and_a_second_click_changes_nothing(review: Review, round: Round) -> None:
    seat = review.seats(round)[0]
    given = scoring.hand_in(seat.id, whole(round), version=0, by=of(seat), at=review.at)
    again = scoring.hand_in(seat.id, whole(round, "2"), version=0, by=of(seat), at=review.later(hours=1))

    assert (given.id, given.total, again.total, again.handed_in_at) == (again.id, again.total, given.total, review.at)
    with pytest.raises(Refused) as no:
        scoring.save(seat.id, whole(round, "2"), version=given.version, by=of(seat), at=review.at)
    assert codes(no.value) == ["sheet-fixed"]
    assert Event.objects.filter(action="hand-in-sheet").count() == 1
    assert verify().faults == ()


def test_only_who_sits_there_writes(review: Review, round: Round) -> None:
    mine, other = review.seats(round)[:2]

    for by in (of(other), review.officer, review.leaders[0], review.auditor):
        with pytest.raises(NotSeen):
            scoring.save(mine.id, {}, version=0, by=by, at=review.at)
        with pytest.raises(NotSeen):
            scoring.hand_in(mine.id, whole(round), version=0, by=by, at=review.at)


def test_a_seat_that_waits_for_its_answer_or_was_given_up_takes_no_sheet(review: Review) -> None:
    round = review.drawn()
    asked, left = review.seats(round)[:2]
    seats.decline_seat(left.id, "出差", by=of(left), at=review.at)

    with pytest.raises(Refused) as no:
        scoring.save(asked.id, {"comment": "好"}, version=0, by=of(asked), at=review.at)
    assert codes(no.value) == ["sheet-fixed"]
    with pytest.raises(NotSeen):
        scoring.save(left.id, {"comment": "好"}, version=0, by=of(left), at=review.at)


@pytest.mark.parametrize(
    ("answers", "code"), [({"gift": "1"}, "sheet-no-such-field"), ({"comment": "好" * 20_001}, "sheet-answer-too-long")]
)
def test_what_no_sheet_asks_is_refused(review: Review, round: Round, answers: dict[str, str], code: str) -> None:
    seat = review.seats(round)[0]

    with pytest.raises(Refused) as no:
        scoring.save(seat.id, answers, version=0, by=of(seat), at=review.at)

    assert codes(no.value) == [code]


def test_who_is_late_may_still_hand_in_and_it_is_noted_once(review: Review, round: Round) -> None:
    assert round.score_by is not None
    late = round.score_by + timedelta(minutes=1)
    mine = [seat for seat in review.seats(round) if seat.expert == review.seats(round)[0].expert]
    for seat in mine:
        scoring.hand_in(seat.id, whole(round), version=0, by=of(seat), at=late)

    assert [(row.kind, row.expert, row.round_code) for row in Conduct.objects.all()] == [("late", mine[0].expert, round.code)]
    assert [line.is_late for case in progress_of(round, at=late).cases for line in case.seats if line.seat in mine] == [
        True
    ] * len(mine)
    assert verify().faults == ()


def test_a_sheet_is_given_back_with_a_reason_and_its_expert_learns_no_name(review: Review, round: Round) -> None:
    seat = review.seats(round)[0]
    given = scoring.hand_in(seat.id, whole(round), version=0, by=of(seat), at=review.at)
    unit = seat.round_case.case.organisation.name

    for reason, number in (("", seat.id), ("漏打一项", 10**9)):
        with pytest.raises(Refused):
            scoring.reopen(round.code, number, reason, by=review.officer, at=review.at)
    open_again = scoring.reopen(round.code, seat.id, f"{unit}漏打一项", by=review.officer, at=review.at)

    told = Message.objects.filter(to=of(seat)).latest("id")
    assert (open_again.handed_in_at, open_again.total, open_again.version) == (None, None, given.version + 1)
    assert unit not in told.body and "漏打一项" in told.body  # noqa: PT018  # one message, looked at whole
    assert verify().faults == ()
    scoring.hand_in(seat.id, whole(round, "2"), version=open_again.version, by=of(seat), at=review.at)
    assert verify().faults == ()


def test_a_sheet_is_not_given_back_by_others_or_once_scoring_is_over(review: Review) -> None:
    round = review.scored()
    seat = review.seats(round)[0]
    for by in (review.auditor, of(seat), review.leaders[0]):
        with pytest.raises(Refused):
            scoring.reopen(round.code, seat.id, "漏打", by=by, at=review.at)
    results.close(round.code, by=review.officer, at=review.later(days=11))

    with pytest.raises(Refused) as no:
        scoring.reopen(round.code, seat.id, "漏打", by=review.officer, at=review.later(days=11))

    assert codes(no.value) == ["scoring-not-open"]


def test_a_second_pass_begins_with_the_first_and_counts_once_it_is_in(review: Review) -> None:
    round = review.closed()
    first = {seat.id: Scoring.objects.get(seat=seat) for seat in review.seats(round) if seat.round_case.number == 1}

    rows = scoring.ask_again(round.code, [1], "分差较大", by=review.officer, at=review.later(days=12))
    seat = next(seat for seat in review.seats(round) if seat.id == rows[0].seat_id)
    now = at_seat(of(seat), seat.id, at=review.later(days=12))
    changed = {**now.sheet.answers, round.sheet["criteria"][0]["key"]: "1"}
    scoring.hand_in(seat.id, changed, version=0, by=of(seat), at=review.later(days=12))

    assert {row.seat_id for row in rows} == first.keys()
    assert now.can_write and dict(now.sheet.answers) == first[seat.id].answers  # noqa: PT018  # the sheet as it opens
    assert [row.total for row in Scoring.objects.filter(seat=seat)] == [
        first[seat.id].total,
        Scoring.objects.exclude(handed_in_at=None).latest("handed_in_at").total,
    ]
    assert Scoring.objects.get(seat=seat, pass_number=2).total != first[seat.id].total
    assert not Conduct.objects.filter(kind="late").exists()  # the day was that of the first pass
    assert verify().faults == ()


@pytest.mark.parametrize(("numbers", "reason"), [([], "再评"), ([9], "再评"), ([1], " ")])
def test_a_second_pass_needs_cases_and_a_reason(review: Review, numbers: list[int], reason: str) -> None:
    round = review.closed()

    with pytest.raises(Refused):
        scoring.ask_again(round.code, numbers, reason, by=review.officer, at=review.later(days=12))

    assert not Scoring.objects.filter(pass_number=2).exists()


def test_there_is_no_second_pass_while_one_is_open_or_scoring_goes_on(review: Review) -> None:
    round = review.closed()
    scoring.ask_again(round.code, [1], "再评", by=review.officer, at=review.later(days=12))

    with pytest.raises(Refused) as no:
        scoring.ask_again(round.code, [1, 2], "再评", by=review.officer, at=review.later(days=12))

    assert codes(no.value) == ["second-pass-no-cases"]
    round.status = "scoring"
    round.save()
    with pytest.raises(Refused) as no:
        scoring.ask_again(round.code, [2], "再评", by=review.officer, at=review.later(days=12))
    assert codes(no.value) == ["second-pass-not-now"]


def test_only_those_who_owe_a_sheet_are_reminded(review: Review, round: Round) -> None:
    seat = review.seats(round)[0]
    everyone = {of(each) for each in review.seats(round)}
    mine = [each for each in review.seats(round) if each.expert == seat.expert]
    for each in mine:
        scoring.hand_in(each.id, whole(round), version=0, by=of(each), at=review.at)

    number = scoring.remind(round.code, by=review.officer, at=review.at)

    told = {message.to for message in Message.objects.filter(kind="scoring")}
    assert (number, told) == (len(everyone) - 1, everyone - {of(seat)})
    now = progress_of(round, at=review.at)
    assert (now.given, now.waiting, now.short) == (len(mine), now.seats - len(mine), 2)


def test_a_queue_is_by_the_day_it_is_due_with_what_is_done_at_the_end(review: Review, round: Round) -> None:
    expert = max(review.experts, key=lambda each: sum(seat.expert == each for seat in review.seats(round)))
    assert expert.user is not None
    mine = [seat for seat in review.seats(round) if seat.expert == expert]
    scoring.hand_in(mine[0].id, whole(round), version=0, by=expert.user, at=review.at)

    lines = queue_of(expert.user, at=review.at).lines

    assert [line.seat.id for line in lines] == [*(seat.id for seat in mine[1:]), mine[0].id]
    assert [line.is_open for line in lines] == [True] * (len(mine) - 1) + [False]


def test_a_queue_takes_as_many_queries_for_many_cases_as_for_one(
    review: Review, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    round = review.taken()
    user = of(review.seats(round)[0])
    with django_assert_max_num_queries(11):
        queue_of(user, at=review.at)


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=40))
def test_whatever_is_typed_comes_back_as_it_was(review: Review, text: str) -> None:
    round = Round.objects.first() or review.taken()
    seat = review.seats(round)[0]
    row = Scoring.objects.filter(seat=seat).first()

    scoring.save(seat.id, {"comment": text}, version=row.version if row else 0, by=of(seat), at=review.at)

    kept = Scoring.objects.get(seat=seat).answers["comment"]
    assert kept == text.replace("\0", "").encode("utf-8", "replace").decode()
    assert at_seat(of(seat), seat.id, at=review.at).sheet.answers["comment"] == kept
