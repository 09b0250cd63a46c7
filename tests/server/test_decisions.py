"""The decision on the money: rules, departures, what-if, clearance, the record of every case, where cases go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import DjangoDbBlocker

from tests.server.making import NOON, Xinjiang, check_all, person, send_on
from tests.server.review import Review, lasting, put_back, shown_round
from zhinan.lifecycle.purposes import Purpose, purposes
from zhinan.review.allocation import AWARD, REFUSE, RESERVE
from zhinan.server import packs
from zhinan.server.actions import chain, clearance, decisions, results
from zhinan.server.actions.results import way
from zhinan.server.models import (
    Application,
    Call,
    FundedProject,
    Message,
    Notice,
    NoticeLine,
    Outcome,
    RegisterFact,
    Round,
    RoundStatus,
    Scoring,
)
from zhinan.server.queries import allocation as read
from zhinan.server.queries.chain import verify
from zhinan.server.queries.clearance import alike, latest, look_into, standing
from zhinan.server.queries.results import comments_for, goes_on_before_decision, preferences_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import BadInput

GRANT = 30_000_000  # fen: what each case of the world is given by the formula
BUDGET = 10 * GRANT


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Review]:
    with lasting(4, 9, tmp_path_factory.mktemp("files"), django_db_blocker) as made:
        yield made


@pytest.fixture
def review(world: Review) -> Iterator[Review]:
    with put_back():
        yield world


@pytest.fixture
def round(review: Review) -> Round:
    return Round.objects.get()


@pytest.fixture
def xinjiang(review: Review) -> Xinjiang:
    return Xinjiang()


def codes(refused: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def settle(review: Review, round: Round, **rules: object) -> None:
    decisions.settle(round.code, {"budget": BUDGET, **rules}, by=review.officer, at=review.later(days=13))


def clear(review: Review, round: Round) -> None:
    clearance.check(round.code, [case.code for case in review.cases], by=review.officer, at=review.later(days=13))


def clause(round: Round) -> str:
    return packs.pack(round.call.pack).clauses[0].path


def decide(review: Review, round: Round) -> list[Outcome]:
    return decisions.decide(round.code, clause=clause(round), by=review.officer, at=review.later(days=14))


def told(round: Round) -> list[tuple[str, int, str]]:
    return list(Outcome.objects.filter(round=round).order_by("place", "id").values_list("outcome", "amount", "code"))


# -- the walk under a budget --------------------------------------------------------------------------
def test_the_decision_is_recorded_for_every_case_and_each_goes_its_way(review: Review, round: Round) -> None:
    review.decide(round, awards=2)

    assert told(round) == [
        (AWARD, GRANT, "in-order"), (AWARD, GRANT, "in-order"), (RESERVE, 0, "projects-full"), (REFUSE, 0, "beyond-reserve")
    ]  # fmt: skip
    places = round.cases.order_by("place").select_related("case")
    assert [place.case.stage for place in places] == ["public-notice", "public-notice", "proposal", "not-established"]
    assert (round.status, round.quotas["rules"]["most_projects"]) == (RoundStatus.DECIDED, 2)
    assert verify().faults == ()


def test_a_grant_is_what_was_frozen_at_submission_and_never_more_than_was_asked(review: Review) -> None:
    cases = review.cases

    assert read.amounts_of(cases) == {case.id: GRANT for case in cases}
    case = cases[0]
    case.answers.filter(key="project.requested_grant").update(text="20万元")
    assert read.amounts_of([case]) == {case.id: 20_000_000}
    case.answers.filter(key="project.requested_grant").update(text="900万元")
    assert read.amounts_of([case]) == {case.id: GRANT}


def test_without_a_budget_nothing_is_decided(review: Review, round: Round) -> None:

    with pytest.raises(Refused) as no:
        decide(review, round)

    assert codes(no) == ["budget-not-set"]


def test_every_award_must_be_clear_and_every_refusal_names_a_clause(review: Review, round: Round) -> None:
    settle(review, round, most_projects=1, most_reserves=0)

    with pytest.raises(Refused) as no:
        decisions.decide(round.code, by=review.officer, at=review.later(days=14))

    assert codes(no) == ["award-not-clear", "clause-for-refusal"]
    assert not Outcome.objects.exists()


def test_a_stale_check_counts_for_nothing(review: Review, round: Round) -> None:
    settle(review, round, most_projects=1)
    clear(review, round)

    with pytest.raises(Refused) as no:
        decisions.decide(round.code, clause=clause(round), by=review.officer, at=review.later(days=13 + 31))

    assert codes(no) == ["award-not-clear"]


def test_a_round_gives_no_more_than_the_call_has_left(review: Review, round: Round) -> None:
    type(round.call).objects.filter(id=round.call_id).update(budget=2 * GRANT)

    with pytest.raises(Refused) as no:
        settle(review, round)
    assert codes(no) == ["over-the-call"]
    settle(review, round, budget=2 * GRANT)
    clear(review, round)
    decide(review, round)

    assert [outcome for outcome, _, _ in told(round)] == [AWARD, AWARD, RESERVE, RESERVE]


def test_a_second_click_decides_nothing_twice(review: Review, round: Round) -> None:
    review.decide(round)

    with pytest.raises(Refused) as no:
        decide(review, round)

    assert codes(no) == ["not-ranked-yet"]
    assert Outcome.objects.count() == 4


@pytest.mark.parametrize("who", ["auditor", "leadership", "leader"])
def test_nobody_but_the_officers_in_charge_decides(review: Review, round: Round, who: str) -> None:
    people = {"auditor": review.auditor, "leadership": review.leadership, "leader": review.leaders[0]}

    with pytest.raises(Refused):
        decisions.settle(round.code, {"budget": BUDGET}, by=people[who], at=review.at)
    with pytest.raises(Refused):
        decisions.decide(round.code, by=people[who], at=review.at)


@pytest.mark.parametrize(
    "rules", [{}, {"budget": -1}, {"budget": "x"}, {"budget": 1, "most_projects": -2}, {"budget": 1, "surprise": 1}]
)
def test_rules_that_cannot_be_are_refused(review: Review, round: Round, rules: dict[str, object]) -> None:

    with pytest.raises(BadInput):
        decisions.settle(round.code, rules, by=review.officer, at=review.at)


# -- departures and what-if ---------------------------------------------------------------------------
def test_a_departure_carries_its_reason_and_pushes_the_last_one_out(review: Review, round: Round) -> None:
    settle(review, round, most_projects=2)
    last = round.cases.get(place=4).case
    with pytest.raises(Refused) as short:
        decisions.depart(round.code, last.code, to=AWARD, reason="重要", by=review.officer, at=review.at)
    assert codes(short) == ["departure-reason"]

    decisions.depart(round.code, last.code, to=AWARD, reason="自治区党委专题会议确定的重点任务", by=review.officer, at=review.at)
    clear(review, round)
    decide(review, round)

    assert [(outcome, code) for outcome, _, code in told(round)] == [
        (AWARD, "in-order"), (RESERVE, "projects-full"), (RESERVE, "projects-full"), (AWARD, "departure")
    ]  # fmt: skip
    assert Outcome.objects.get(is_departure=True).case == last
    assert "重点任务" in Outcome.objects.get(case=last).reason_zh
    assert verify().faults == ()


def test_a_departure_can_be_taken_back_and_not_twice(review: Review, round: Round) -> None:
    settle(review, round, most_projects=2)
    code = round.cases.get(place=1).case.code
    decisions.depart(round.code, code, to=REFUSE, reason="核查发现申报材料不实", by=review.officer, at=review.at)

    decisions.keep_to_rank(round.code, code, by=review.officer, at=review.at)

    with pytest.raises(Refused) as no:
        decisions.keep_to_rank(round.code, code, by=review.officer, at=review.at)
    assert codes(no) == ["no-departure"]
    round.refresh_from_db()
    assert read.departures_of(round) == {}


def test_a_departure_never_gives_more_than_was_computed(review: Review, round: Round) -> None:
    settle(review, round)
    code = round.cases.get(place=1).case.code

    for amount in (0, GRANT + 1):
        with pytest.raises(BadInput):
            decisions.depart(
                round.code, code, to=AWARD, reason="按任务量核减或核增资金", amount=amount, by=review.officer, at=review.at
            )


def test_other_rules_are_tried_side_by_side_without_being_kept(review: Review, round: Round) -> None:
    settle(review, round, most_projects=1)
    round.refresh_from_db()

    board = read.board(review.officer, round.code, at=review.at, changes={"most_projects": 3})

    assert board.compared is not None
    assert board.allocation is not None
    assert (len(board.compared.comes_in), board.compared.goes_out, board.compared.money) == (2, (), 2 * GRANT)
    assert len(board.allocation.awarded) == 1
    round.refresh_from_db()
    assert round.quotas["rules"]["most_projects"] == 1


def test_an_auditor_reads_the_allocation_and_the_leadership_does_not(review: Review, round: Round) -> None:

    assert not read.board(review.auditor, round.code, at=review.at).may_run
    for stranger in (review.leadership, review.leaders[0], review.experts[0].user):
        assert stranger is not None
        with pytest.raises(NotSeen):
            read.board(stranger, round.code, at=review.at)


# -- other procedures ---------------------------------------------------------------------------------
def at_stage(pack: str, scheme: str, stage: str) -> Application:
    """A case that stands there, in no database."""
    return Application(call=Call(pack=pack), scheme=scheme, stage=stage)


def decided_at() -> list[tuple[str, str, str]]:
    """Every stage of a shipped scheme from which a decision moves a case: the last for review, ranking or proposal."""
    wanted = {Purpose.REVIEW, Purpose.RANKING, Purpose.PROPOSAL}
    found = []
    for pack in packs.every_pack():
        for scheme in pack.schemes:
            of = purposes(packs.procedure(pack.id, scheme.id))
            found += [(pack.id, scheme.id, stage) for stage, each in of.items() if each & wanted]
    return found


@pytest.mark.parametrize(("pack", "scheme", "stage"), decided_at())
def test_every_procedure_has_a_way_on_and_only_the_last_stage_a_way_out(pack: str, scheme: str, stage: str) -> None:
    case = at_stage(pack, scheme, stage)

    on = way(case)

    assert on is not None
    assert goes_on_before_decision(case, on.to) or decisions.way_out(case) is not None


def test_in_the_two_zones_one_stage_reviews_ranks_and_is_left_when_the_money_is_decided(xinjiang: Xinjiang) -> None:
    case = xinjiang.handed_in()
    check_all(case, by=xinjiang.park_officer)
    chain.move(case.code, "pass", by=xinjiang.park_officer, at=NOON)
    send_on(case, by=xinjiang.park_officer, letter="园科函〔2026〕1号")
    send_on(case, by=xinjiang.city_officer, letter="乌科函〔2026〕7号")
    chain.move(case.code, "submit-listed", by=xinjiang.recommender, at=NOON)
    check_all(case, by=xinjiang.officer)
    chain.move(case.code, "accept", by=xinjiang.officer, at=NOON)
    case.refresh_from_db()
    seat = shown_round(xinjiang.officer, case, person("xj-expert"), status=RoundStatus.SCORING, code="xj-001")
    round = seat.round_case.round
    Round.objects.filter(id=round.id).update(scoring={"least_sheets": 1}, quotas={}, closed_at=None)
    at = NOON + timedelta(days=50)

    stages = []
    results.close(round.code, by=xinjiang.officer, at=at)
    stages.append(Application.objects.get(id=case.id).stage)
    Scoring.objects.update(wild_reason="已经说明")
    with pytest.raises(Refused) as open_ones:
        results.rank(round.code, by=xinjiang.officer, at=at)
    assert set(codes(open_ones)) == {"preference-unstated"}
    stated = {1: {each.key: True for each in preferences_of([case])[case.id] if each.is_met is None}}
    results.rank(round.code, stated=stated, by=xinjiang.officer, at=at)
    stages.append(Application.objects.get(id=case.id).stage)
    decisions.settle(round.code, {"budget": 100 * GRANT}, by=xinjiang.officer, at=at)
    clearance.check(round.code, [case.code], by=xinjiang.officer, at=at)
    decisions.decide(round.code, by=xinjiang.officer, at=at)
    stages.append(Application.objects.get(id=case.id).stage)

    assert stages == ["region-review", "region-review", "establishment"]
    assert [outcome for outcome, _, _ in told(round)] == [AWARD]


# -- what becomes known -------------------------------------------------------------------------------
def test_only_the_refused_are_told_at_once_and_read_comments_without_labels(review: Review, round: Round) -> None:
    review.decide(round, awards=2)
    refused, awarded = (Outcome.objects.get(round=round, outcome=REFUSE), Outcome.objects.filter(round=round, outcome=AWARD)[0])

    assert set(Message.objects.filter(kind="not-established").values_list("to__username", flat=True)) >= {
        refused.case.leader.username
    }
    assert not Message.objects.filter(kind="not-established", to=awarded.case.leader).exists()
    body = Message.objects.filter(kind="not-established")[0].body
    assert not [word for word in (str(refused.place), "分", "1 项") if f"第 {word}" in body or f"{word} 分" in body]
    comments = comments_for(refused.case, refused.case.leader, at=review.later(days=15))
    assert len(comments) == 3
    assert comments_for(awarded.case, awarded.case.leader, at=review.later(days=15)) == ()
    assert comments_for(refused.case, awarded.case.leader, at=review.later(days=15)) == ()


def test_the_awarded_read_comments_when_the_notice_is_public(review: Review, round: Round) -> None:
    review.decide(round, awards=1)
    case = Outcome.objects.get(round=round, outcome=AWARD).case
    notice = Notice.objects.create(
        code="n1", call=round.call, round=round, title_zh="公示", title_en="notice", working_days=5, opens_at=review.later(days=20),
        closes_at=review.later(days=27), by=review.officer,
    )  # fmt: skip
    NoticeLine.objects.create(
        notice=notice, case=case, number=1, title=case.title, unit="", leader="", scheme_zh="", scheme_en=""
    )

    assert comments_for(case, case.leader, at=review.later(days=19)) == ()
    assert len(comments_for(case, case.leader, at=review.later(days=20))) == 3


# -- the reserve --------------------------------------------------------------------------------------
def test_the_reserve_is_taken_up_within_the_money_or_let_go(review: Review, round: Round) -> None:
    review.decide(round, awards=2)
    outcome = Outcome.objects.get(round=round, outcome=RESERVE)
    decisions.resolve_reserve(
        round.code,
        outcome.case.code,
        takes_up=True,
        reason="前一项目自愿放弃，按序递补",
        by=review.officer,
        at=review.later(days=16),
    )

    outcome.refresh_from_db()
    assert (outcome.outcome, outcome.amount, outcome.code) == (AWARD, GRANT, "from-reserve")
    outcome.case.refresh_from_db()
    assert outcome.case.stage == "public-notice"
    with pytest.raises(Refused) as no:
        decisions.resolve_reserve(
            round.code, outcome.case.code, takes_up=False, reason="再办一次再办一次", by=review.officer, at=review.at
        )
    assert "not-in-reserve" in codes(no)
    assert verify().faults == ()


def test_a_reserve_beyond_the_money_is_not_taken_up(review: Review, round: Round) -> None:
    settle(review, round, budget=3 * GRANT)
    clear(review, round)
    decide(review, round)
    outcome = Outcome.objects.get(round=round, outcome=RESERVE)

    with pytest.raises(Refused) as no:
        decisions.resolve_reserve(
            round.code,
            outcome.case.code,
            takes_up=True,
            reason="希望递补这一个备选项目",
            by=review.officer,
            at=review.later(days=16),
        )
    assert codes(no) == ["reserve-over-budget"]

    decisions.resolve_reserve(
        round.code, outcome.case.code, takes_up=False, reason="本批次不再递补备选项目", clause=clause(round), by=review.officer,
        at=review.later(days=16),
    )  # fmt: skip
    outcome.case.refresh_from_db()
    assert outcome.case.stage == "not-established"


# -- the check before an award ------------------------------------------------------------------------
def found(case: Application, review: Review) -> dict[str, bool]:
    seen: dict[str, bool] = {}
    for each in look_into(case, at=review.later(days=13)):
        seen[each.check] = seen.get(each.check, True) and each.is_met
    return seen


def test_a_sound_case_is_clear(review: Review) -> None:
    assert found(review.cases[0], review) == {"integrity": True, "conditions": True, "limits": True, "duplicates": True}


def test_what_the_register_has_learnt_since_stands_in_the_way_and_can_be_set_aside_with_a_reason(
    review: Review, round: Round
) -> None:
    settle(review, round, most_projects=1)
    case = round.cases.get(place=1).case
    RegisterFact.objects.filter(organisation=case.organisation, key="applicant.legal_person").update(
        value="否", observed_on=review.later(days=5).date()
    )
    clear(review, round)
    last = latest(case)
    assert last is not None
    assert (last.is_clear, standing(last, at=review.later(days=13)).state) == (False, "problems")
    with pytest.raises(Refused) as no:
        decide(review, round)
    assert codes(no) == ["award-not-clear"]
    with pytest.raises(Refused) as short:
        clearance.override(round.code, case.code, reason="可以", by=review.officer, at=review.later(days=13))
    assert codes(short) == ["clearance-reason"]

    clearance.override(
        round.code, case.code, reason="登记有误，已与登记机关核实更正", by=review.officer, at=review.later(days=13)
    )

    assert standing(latest(case), at=review.later(days=13)).state == "overridden"
    decide(review, round)
    assert verify().faults == ()


def test_only_what_was_found_can_be_set_aside(review: Review, round: Round) -> None:
    case = review.cases[0]

    with pytest.raises(Refused) as no:
        clearance.override(round.code, case.code, reason="没有问题也先认定一下", by=review.officer, at=review.at)

    assert codes(no) == ["nothing-to-override"]


def test_a_funded_project_of_the_same_unit_much_like_it_is_held_up_with_the_pair(review: Review) -> None:
    case = review.cases[0]
    FundedProject.objects.create(
        special="sme_innovation",
        level="city",
        title=f"{case.title}（二期）",
        unit=case.organisation.uscc,
        established_on=NOON.date(),
    )

    twins = [each for each in look_into(case, at=review.at) if each.check == "duplicates"]

    assert [each.is_met for each in twins] == [False]
    assert case.title in twins[0].says.zh
    assert "（二期）" in twins[0].says.zh
    assert "%" in twins[0].says.zh


def test_a_funded_project_of_another_unit_or_one_concluded_is_no_duplicate(review: Review) -> None:
    case = review.cases[0]
    for unit, concluded in (("91640100MA00000019", None), (case.organisation.uscc, NOON.date())):
        FundedProject.objects.create(
            special="sme_innovation", level="county", title=f"{case.title}2", unit=unit, established_on=NOON.date(), concluded_on=concluded
        )  # fmt: skip

    assert found(case, review)["duplicates"]


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("枸杞多糖提取工艺研究", "枸杞多糖提取工艺的研究", True), ("枸杞多糖提取工艺研究", "葡萄酒酿造废渣利用", False), ("", "", False),
        ("ＡＢＣ Project", "abc-project", True), ("一", "一", False), ("𠮷野𠮷野", "𠮷野𠮷野", True),
    ],
)  # fmt: skip
def test_likeness_is_that_of_the_wording(one: str, other: str, is_alike: bool) -> None:
    assert (alike(one, other) >= 0.6) is is_alike
    assert alike(one, other) == alike(other, one)


def test_a_case_of_another_round_cannot_be_checked_from_here(review: Review, round: Round) -> None:

    with pytest.raises(NotSeen):
        clearance.check(round.code, ["yc-2026-9999"], by=review.officer, at=review.at)
    with pytest.raises(Refused) as no:
        clearance.check(round.code, [], by=review.officer, at=review.at)
    assert codes(no) == ["nothing-to-check"]
