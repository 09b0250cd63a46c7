"""Closing the scoring, outlying sheets, the committee, the ranking: what is refused, what is worked out, where cases go."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.server.review import Review
from zhinan.server.actions import results, scoring
from zhinan.server.models import Conduct, Message, Round, RoundCase, RoundStatus, Scoring, Seat, User
from zhinan.server.queries import results as read
from zhinan.server.queries.chain import verify
from zhinan.server.refused import NotSeen, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's


@pytest.fixture
def review() -> Review:
    return Review(cases=4, experts=12)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def stages(round: Round) -> list[str]:
    return [place.case.stage for place in round.cases.select_related("case").order_by("number")]


def test_closing_works_out_scores_and_sends_the_cases_on(review: Review) -> None:
    round = review.closed()

    assert round.status == RoundStatus.CLOSED
    assert [place.official for place in round.cases.all()] == [Decimal(65), Decimal(70), Decimal(75), Decimal(80)]
    assert stages(round) == ["ranking"] * 4
    assert "3 份评分的平均数" in round.figures["how"]["1"]["zh"]
    assert verify().faults == ()


def test_too_few_sheets_are_refused_naming_every_panel_and_label(review: Review) -> None:
    round = review.taken()
    for seat in review.seats(round):
        if seat.round_case.number not in (2, 3) or seat.label == "A":
            review.hand_in(seat, 80)

    with pytest.raises(Refused) as no:
        results.close(round.code, by=review.officer, at=review.later(days=11))

    assert codes(no) == ["sheets-missing", "sheets-missing"]
    assert [("2 号" in each.message.zh or "3 号" in each.message.zh, "B、C" in each.message.zh) for each in no.value.problems] == [
        (True, True), (True, True),
    ]  # fmt: skip
    round.refresh_from_db()
    assert (round.status, set(stages(round))) == (RoundStatus.SCORING, {"review"})


def test_a_second_click_is_told_that_it_is_done(review: Review) -> None:
    round = review.closed()

    with pytest.raises(Refused) as no:
        results.close(round.code, by=review.officer, at=review.later(days=11))

    assert codes(no) == ["not-scoring"]


@pytest.mark.parametrize("who", ["auditor", "leadership", "leader", "expert"])
def test_nobody_but_the_officers_in_charge_closes(review: Review, who: str) -> None:
    round = review.scored()
    people = {
        "auditor": review.auditor, "leadership": review.leadership, "leader": review.leaders[0], "expert": review.experts[0].user,
    }  # fmt: skip

    with pytest.raises(Refused):
        results.close(round.code, by=people[who], at=review.at)  # type: ignore[arg-type]  # every expert of the world has a user

    round.refresh_from_db()
    assert round.status == RoundStatus.SCORING


def reviewer(seat: Seat) -> User:
    """Who sits there."""
    assert seat.expert.user is not None
    return seat.expert.user


# -- outlying sheets ----------------------------------------------------------------------------------
def wild(review: Review) -> tuple[Round, Scoring]:
    """A round in which one sheet is far from all others, and that sheet."""
    odd: list[int] = []

    def points(seat: Seat) -> int:
        odd.append(seat.id)
        return 20 if len(odd) == 1 else 78 + (seat.id * 7 + seat.round_case.number * 3) % 5

    round = review.closed(points)
    return round, Scoring.objects.get(seat=odd[0])


@pytest.fixture
def large() -> Review:
    return Review(cases=8, experts=8, size=3)


def test_an_outlying_sheet_is_flagged_and_its_expert_asked_without_a_title(large: Review) -> None:
    round, sheet = wild(large)

    assert sheet.is_wild
    assert Scoring.objects.filter(is_wild=True).count() == 1
    assert "wild" in sheet.seat.round_case.flags
    asked = Message.objects.get(kind="explain-wild")
    assert asked.to == sheet.seat.expert.user
    case = sheet.seat.round_case.case
    assert not any(word in asked.subject + asked.body for word in (case.title, case.code, case.organisation.name))
    assert asked.link == f"/reviewing/seat/{sheet.seat_id}/explain/"
    assert [each.id for each in read.unexplained(round)] == [sheet.id]


def test_the_ranking_waits_for_the_reason_and_then_goes_on(large: Review) -> None:
    round, sheet = wild(large)
    with pytest.raises(Refused) as no:
        results.rank(round.code, by=large.officer, at=large.later(days=12))
    assert codes(no) == ["wild-unexplained"]
    with pytest.raises(Refused) as short:
        results.explain_wild(sheet.seat_id, "  ok ", by=reviewer(sheet.seat), at=large.later(days=12))
    assert codes(short) == ["reason-short"]

    results.explain_wild(sheet.seat_id, "技术路线与已公开成果重复，缺少创新。", by=reviewer(sheet.seat), at=large.later(days=12))

    assert Conduct.objects.get(kind="wild-explained").expert == sheet.seat.expert
    results.rank(round.code, by=large.officer, at=large.later(days=12))
    round.refresh_from_db()
    assert round.status == RoundStatus.RANKED
    assert verify().faults == ()


def test_an_officer_records_why_a_reason_is_missing(large: Review) -> None:
    round, sheet = wild(large)
    number, label = sheet.seat.round_case.number, sheet.seat.label

    results.excuse(round.code, number, label, "专家住院，联系不上，已请监督人员备案。", by=large.officer, at=large.later(days=12))

    round.refresh_from_db()
    assert read.unexplained(round) == ()
    with pytest.raises(Refused) as no:
        results.excuse(round.code, number, label, "再记一次再记一次再记一次", by=large.officer, at=large.later(days=12))
    assert codes(no) == ["not-wild"]
    results.rank(round.code, by=large.officer, at=large.later(days=12))
    assert verify().faults == ()


def test_only_one_s_own_outlying_sheet_can_be_explained(large: Review) -> None:
    _, sheet = wild(large)
    other = Seat.objects.filter(round_case=sheet.seat.round_case).exclude(id=sheet.seat_id)[0]

    with pytest.raises(NotSeen):
        results.explain_wild(sheet.seat_id, "这不是我的评分表，我来说明。", by=reviewer(other), at=large.at)
    with pytest.raises(Refused) as no:
        results.explain_wild(other.id, "我的评分没有问题，也来说明。", by=reviewer(other), at=large.at)
    assert codes(no) == ["not-wild"]


# -- a further pass -----------------------------------------------------------------------------------
def test_after_a_further_pass_the_scores_are_worked_out_again_before_the_ranking(review: Review) -> None:
    round = review.closed()
    place = round.cases.get(number=1)
    scoring.ask_again(round.code, [1], "会评认为需要再评", by=review.officer, at=review.later(days=12))
    with pytest.raises(Refused) as waits:
        results.rank(round.code, by=review.officer, at=review.later(days=12))
    assert "second-pass-open" in codes(waits)
    for seat in Seat.objects.filter(round_case=place).order_by("label"):
        sheet = seat.scorings.get(pass_number=2)
        review.hand_in(seat, 95, at=review.later(days=13), version=sheet.version)

    with pytest.raises(Refused) as stale:
        results.rank(round.code, by=review.officer, at=review.later(days=13))
    assert codes(stale) == ["scores-stale"]
    results.work_out_again(round.code, by=review.officer, at=review.later(days=14), line=2)

    place.refresh_from_db()
    assert place.official == Decimal(95)
    ranked = results.rank(round.code, by=review.officer, at=review.later(days=15))
    assert [each.number for each in ranked.cases.order_by("place")] == [1, 4, 3, 2]
    assert verify().faults == ()


def test_a_line_must_lie_within_the_cases(review: Review) -> None:
    round = review.scored()

    with pytest.raises(Refused) as no:
        results.close(round.code, by=review.officer, at=review.at, line=5)

    assert codes(no) == ["bad-line"]


# -- the committee ------------------------------------------------------------------------------------
def test_a_major_project_goes_to_the_committee_and_the_ranking_waits_for_its_advice(review: Review) -> None:
    round = results.close(review.scored().code, by=review.officer, at=review.later(days=11), major=[2, 3])
    assert stages(round) == ["ranking", "argumentation", "argumentation", "ranking"]
    with pytest.raises(Refused) as no:
        results.rank(round.code, by=review.officer, at=review.later(days=12))
    assert codes(no) == ["at-committee", "at-committee"]

    for number, supports in ((2, True), (3, False)):
        results.advise(
            round.code,
            number,
            supports=supports,
            reason="委员会听取汇报后形成一致意见。",
            by=review.officer,
            at=review.later(days=12),
        )

    assert stages(round) == ["ranking", "ranking", "not-established", "ranking"]
    refused = round.cases.get(number=3).case
    assert set(Message.objects.filter(kind="not-established").values_list("case", flat=True)) == {refused.id}
    assert len(read.comments_for(refused, refused.leader, at=review.later(days=12))) == 3
    ranked = results.rank(round.code, by=review.officer, at=review.later(days=13))
    assert ranked.cases.get(number=3).place is None
    assert ranked.cases.filter(place__isnull=False).count() == 3
    assert verify().faults == ()


def test_advice_on_a_case_that_is_not_before_the_committee_is_refused(review: Review) -> None:
    round = review.closed()

    with pytest.raises(Refused) as no:
        results.advise(round.code, 1, supports=True, reason="短", by=review.officer, at=review.at)

    assert codes(no) == ["not-at-committee", "reason-short"]


# -- the ranking --------------------------------------------------------------------------------------
def test_the_ranking_is_fixed_and_cases_go_on_to_the_proposal(review: Review) -> None:
    round = review.ranked()

    assert [each.number for each in round.cases.order_by("place")] == [4, 3, 2, 1]
    assert set(stages(round)) == {"proposal"}
    with pytest.raises(Refused) as no:
        results.rank(round.code, by=review.officer, at=review.later(days=12))
    assert codes(no) == ["not-closed"]


def test_equals_that_no_rule_parts_share_a_place(review: Review) -> None:
    round = review.ranked(lambda seat: 80)

    assert list(round.cases.values_list("place", flat=True)) == [1, 1, 1, 1]
    assert "并列" in round.figures["decided_by"]["1"]["zh"]


def test_the_leadership_reads_the_ranking_once_it_is_fixed_and_never_the_results(review: Review) -> None:
    round = review.closed()
    with pytest.raises(NotSeen):
        read.ranking(review.leadership, round.code)
    results.rank(round.code, by=review.officer, at=review.later(days=12))

    found = read.ranking(review.leadership, round.code)

    assert [line.place.number for line in found.lines] == [4, 3, 2, 1]
    assert not found.sees_results
    with pytest.raises(NotSeen):
        read.results(review.leadership, round.code)


def test_what_applicants_are_told_holds_no_score_and_no_expert(review: Review) -> None:
    round = review.ranked()
    secret = {str(place.official) for place in round.cases.all()} | {expert.name for expert in review.experts}

    told = [f"{row.subject}{row.body}" for row in Message.objects.filter(to__in=review.leaders)]
    events = [event.body for case in review.cases for event in case.events.all()]

    assert not [(word, text) for word in secret for text in told if word in text]
    assert not [word for word in {expert.code for expert in review.experts} for text in events if word in text]
    assert not [text for text in events if "official" in text or "calibrated" in text]


def test_comments_stay_closed_until_the_outcome_is_public(review: Review) -> None:
    review.ranked()
    case = RoundCase.objects.filter(round__status=RoundStatus.RANKED)[0].case

    assert read.comments_for(case, case.leader, at=review.later(days=30)) == ()
    assert read.comments_for(case, review.officer, at=review.later(days=30)) == ()
