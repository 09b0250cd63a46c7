"""Rounds until the draw: made, ruled, filled with cases, opened; experts asked, declaring, declining, reminded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.server.making import person
from tests.server.review import SHEET, Review
from zhinan.server.actions import asking, rounds
from zhinan.server.models import Conduct, Invitee, Message, Round, RoundCase, Tie
from zhinan.server.queries import asking as reads
from zhinan.server.queries.chain import verify
from zhinan.server.queries.rounds import Wanted, course, numbers_of, waiting_for
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db


def codes(refused: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [each.code for each in refused.value.problems]


# -- making ------------------------------------------------------------------------------------------


def test_a_new_round_begins_with_defaults_that_are_marked_and_must_be_confirmed() -> None:
    world = Review(cases=1, experts=0)
    round = rounds.create(world.y.call.code, name=Text("第一轮", "First"), by=world.officer, at=world.at)
    assert (round.code, round.status, round.blindness, round.mode, round.cap) == ("yc-2026-r1", "draft", "double", "lottery", 500)
    assert round.sheet["is_default"] is True

    rounds.put_case(round.code, world.cases[0].code, by=world.officer, at=world.at)
    with pytest.raises(Refused) as refused:
        rounds.open_asking(round.code, confirmed=False, by=world.officer, at=world.at)
    assert codes(refused) == ["round-no-day", "round-no-day", "round-defaults-unconfirmed"]

    rounds.settle(
        round.code, declare_by=world.later(days=1), score_by=world.later(days=2), by=world.officer, at=world.at
    )  # fmt: skip
    opened = rounds.open_asking(round.code, confirmed=True, by=world.officer, at=world.at)
    assert (opened.status, opened.sheet["is_default"]) == ("asking", False)
    assert verify().faults == ()


def test_everything_that_is_wrong_with_rules_is_told_at_once_and_nothing_is_kept() -> None:
    world = Review(cases=1, experts=0)
    round = rounds.create(world.y.call.code, name=Text("第一轮", "First"), by=world.officer, at=world.at)
    heavy = {**SHEET, "criteria": [{**each, "weight": "50"} for each in SHEET["criteria"]]}  # type: ignore[attr-defined]  # the criteria of a sheet are a list
    with pytest.raises(Refused) as refused:
        rounds.settle(
            round.code, name=Text("", ""), sheet=heavy, panel={"size": 4, "finance": 0, "outside": 0, "per_unit": 1, "threshold": 0},
            conflicts={"rules": {"kin": {"on": False}}}, cap=0, mode="plan", by=world.officer, at=world.at,
        )  # fmt: skip
    assert codes(refused) == [
        "round-no-name", "panel-size-not-odd", "weights-off", "conflict-rule-is-fixed", "round-bad-cap",
        "round-plan-reason-missing",
    ]  # fmt: skip
    kept = Round.objects.get(code=round.code)
    assert (kept.name_zh, kept.panel, kept.cap, kept.mode) == (round.name_zh, round.panel, 500, "lottery")


def test_a_case_stands_in_one_open_round_only_and_may_be_in_another_when_that_is_cancelled() -> None:
    world = Review(cases=2, experts=0)
    first = world.made()
    second = rounds.create(world.y.call.code, name=Text("第二轮", "Second"), by=world.officer, at=world.at)
    assert waiting_for(second, Wanted()) == []
    with pytest.raises(Refused) as refused:
        rounds.put_case(second.code, world.cases[0].code, by=world.officer, at=world.at)
    assert codes(refused) == ["round-case-in-another"]

    rounds.cancel(first.code, "规则有误", by=world.officer, at=world.at)
    assert {each.case.code for each in waiting_for(second, Wanted())} == {case.code for case in world.cases}
    rounds.put_cases(second.code, [case.code for case in world.cases], by=world.officer, at=world.at)
    assert RoundCase.objects.filter(round=second).count() == 2
    assert verify().faults == ()


def test_all_cases_are_put_in_or_none_and_one_that_is_no_longer_at_review_holds_the_round_up() -> None:
    world = Review(cases=2, experts=0)
    round = rounds.create(world.y.call.code, name=Text("第一轮", "First"), by=world.officer, at=world.at)
    with pytest.raises(Refused) as refused:
        rounds.put_cases(round.code, [world.cases[0].code, "yc-2026-9999"], by=world.officer, at=world.at)
    assert (codes(refused), round.cases.count()) == (["round-case-not-for-review"], 0)
    with pytest.raises(Refused) as refused:
        rounds.put_cases(round.code, [], by=world.officer, at=world.at)
    assert codes(refused) == ["round-nothing-chosen"]

    full = world.made()
    world.cases[0].stage = "withdrawn"
    world.cases[0].save()
    with pytest.raises(Refused) as refused:
        rounds.open_asking(full.code, confirmed=True, by=world.officer, at=world.at)
    assert codes(refused) == ["round-case-left-review"]
    rounds.take_out(full.code, world.cases[0].code, by=world.officer, at=world.at)
    assert rounds.open_asking(full.code, confirmed=True, by=world.officer, at=world.at).status == "asking"


def test_numbers_are_shuffled_when_asking_begins_and_say_nothing_of_the_order_of_the_applications() -> None:
    world = Review(cases=8, experts=0)
    round = world.opened()
    order = [place.case.code for place in round.cases.order_by("number")]
    assert sorted(order) == [case.code for case in world.cases]
    assert order != sorted(order)  # one in 40320 with another key; the key of the tests is fixed
    assert [place.number for place in round.cases.order_by("number")] == list(range(1, 9))


def test_a_round_is_for_the_officers_in_charge_and_not_for_those_who_apply_in_it() -> None:
    world = Review(cases=1, experts=0)
    round = world.made()
    for stranger in (world.y.recommender, world.leaders[0], person("nobody")):
        with pytest.raises(NotSeen):
            rounds.cancel(round.code, "x", by=stranger, at=world.at)
    with pytest.raises(Refused) as refused:
        rounds.cancel(round.code, "x", by=world.auditor, at=world.at)
    assert codes(refused) == ["not-in-charge"]


def test_steps_that_do_not_fit_are_refused_and_repeated_clicks_change_nothing() -> None:
    world = Review(cases=1, experts=1)
    round = world.opened()
    for act in (
        lambda: rounds.open_asking(round.code, confirmed=True, by=world.officer, at=world.at),
        lambda: rounds.settle(round.code, cap=400, by=world.officer, at=world.at),
        lambda: rounds.put_case(round.code, world.cases[0].code, by=world.officer, at=world.at),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["round-not-now"]
    first = asking.ask(round.code, ["zj-001"], by=world.officer, at=world.at)
    assert (len(first), asking.ask(round.code, ["zj-001", "zj-001"], by=world.officer, at=world.at)) == (1, [])
    assert Message.objects.filter(kind="asked-to-review").count() == 1


def test_days_are_put_off_only_ahead_and_in_order() -> None:
    world = Review(cases=1, experts=0)
    round = world.opened()
    with pytest.raises(Refused) as refused:
        rounds.put_off(round.code, declare_by=world.at - timedelta(days=1), by=world.officer, at=world.at)
    assert codes(refused) == ["round-day-over"]
    with pytest.raises(Refused) as refused:
        rounds.put_off(round.code, score_by=world.later(days=1), by=world.officer, at=world.at)
    assert codes(refused) == ["round-days-cross"]
    late = world.later(days=5)  # the declaring is over: the scoring can still be put off
    moved = rounds.put_off(round.code, score_by=world.later(days=30), by=world.officer, at=late)
    assert moved.score_by == world.later(days=30)


def test_the_course_says_what_is_done_and_what_comes_next() -> None:
    world = Review(cases=1, experts=2)
    round = world.asked()
    steps = course(round, numbers_of(round))
    assert [step.state for step in steps] == ["done", "now", "next", "next", "next", "next", "next"]
    assert "2" in steps[1].note.zh


# -- asking and declaring ------------------------------------------------------------------------------


def test_an_expert_declares_units_and_nothing_shows_a_title_or_which_unit_belongs_with_which() -> None:
    world = Review(cases=3, experts=2)
    round = world.asked()
    units = reads.units_of(round)
    assert [unit.name for unit in units] == sorted(unit.name for unit in units)
    assert {f"申报企业{number}" for number in (1, 2, 3)} <= {unit.name for unit in units}

    expert, tied = world.experts[0], next(unit for unit in units if unit.name == "申报企业2")
    assert expert.user is not None
    given = [asking.Relation(tied.key, "consulting", "去年顾问")]
    invitee = asking.declare(round.code, given, confirms_others=True, by=expert.user, at=world.at)
    tie = Tie.objects.get(expert=expert)
    assert (tie.kind, tie.unit, tie.unit_name, tie.source, tie.note) == (
        "consulting",
        tied.code,
        "申报企业2",
        "round",
        "去年顾问",
    )
    assert invitee.units == [{"tie": tie.id, "unit": tied.code, "name": "申报企业2", "kind": "consulting", "note": "去年顾问"}]
    assert verify().faults == ()


def test_what_was_declared_can_be_changed_until_the_draw_and_the_old_tie_stays_withdrawn_on_record() -> None:
    world = Review(cases=2, experts=1)
    round = world.asked()
    user, key = world.experts[0].user, reads.units_of(round)[0].key
    assert user is not None
    asking.declare(round.code, [asking.Relation(key, "kin")], confirms_others=True, by=user, at=world.at)
    asking.declare(round.code, [], confirms_others=True, by=user, at=world.later(hours=1))
    assert [tie.withdrawn_at for tie in Tie.objects.all()] == [world.later(hours=1)]
    asking.decline(round.code, "出差", by=user, at=world.later(hours=2))
    invitee = world.invitee(round)
    assert (invitee.declared_at, invitee.declined_at, invitee.reason) == (None, world.later(hours=2), "出差")
    asking.declare(round.code, [], confirms_others=True, by=user, at=world.later(hours=3))
    assert world.invitee(round).declined_at is None
    assert verify().faults == ()


def test_what_is_wrong_with_a_declaration_is_told_at_once() -> None:
    world = Review(cases=1, experts=1)
    round = world.asked()
    user = world.experts[0].user
    assert user is not None
    units = reads.units_of(round)
    relations = [asking.Relation("no-such", "kin"), asking.Relation(units[0].key, "friendship")]
    with pytest.raises(Refused) as refused:
        asking.declare(round.code, relations, confirms_others=False, by=user, at=world.at)
    assert codes(refused) == ["declare-unit-unknown", "declare-kind-missing", "declare-others-unconfirmed"]
    with pytest.raises(Refused) as refused:
        asking.decline(round.code, "  ", by=user, at=world.at)
    assert codes(refused) == ["round-reason-missing"]
    with pytest.raises(Refused) as refused:
        asking.declare(round.code, [], confirms_others=True, by=user, at=world.later(days=3))
    assert codes(refused) == ["declaring-over"]
    with pytest.raises(NotSeen):
        asking.declare(round.code, [], confirms_others=True, by=world.leaders[0], at=world.at)
    assert (Tie.objects.count(), Conduct.objects.count()) == (0, 0)


def test_whom_one_may_ask_fits_some_case_and_is_not_barred_from_all() -> None:
    world = Review(cases=2, experts=3)
    round = world.opened()
    first, second, third = world.experts
    first.unit_name = "申报企业1"  # works for one applicant: may still review the other
    first.save()
    world.officer.expert = second  # type: ignore[attr-defined]  # an official of the authority never reviews for it
    second.user = None
    second.save()
    third.directions, third.summary, third.keywords = ["D-YC01"], "", []
    third.save()
    found = {each.expert.code: (each.fits, each.barred) for each in reads.candidates(round, at=world.at)}
    assert found == {"zj-001": (1, 1), "zj-002": (2, 0)}
    with pytest.raises(Refused) as refused:
        asking.ask(round.code, ["zj-002", "zj-099"], by=world.officer, at=world.at)
    assert codes(refused) == ["asking-no-account", "asking-not-in-bank"]

    second.user = world.officer
    second.save()
    assert "zj-002" not in {each.expert.code for each in reads.candidates(round, at=world.at)}
    with pytest.raises(Refused) as refused:
        asking.ask(round.code, ["zj-002"], by=world.officer, at=world.at)
    assert codes(refused) == ["asking-barred-for-all"]


def test_messages_to_experts_say_no_title_no_unit_and_no_case() -> None:
    world = Review(cases=2, experts=2)
    round = world.asked()
    asking.remind(round.code, by=world.officer, at=world.at)
    said = "".join(f"{each.subject}{each.body}{each.link}" for each in Message.objects.filter(to__expert__isnull=False))
    secrets = [case.title for case in world.cases] + [case.code for case in world.cases] + ["申报企业"]
    assert said
    assert [secret for secret in secrets if secret in said] == []


def test_reminders_go_to_those_who_have_not_answered_once_a_day_and_then_to_the_officers() -> None:
    world = Review(cases=1, experts=3)
    round = world.asked()
    assert world.experts[0].user is not None
    asking.declare(round.code, [], confirms_others=True, by=world.experts[0].user, at=world.at)
    assert asking.remind(round.code, by=world.officer, at=world.at) == 2

    Message.objects.all().delete()
    assert asking.remind_reviewers(at=world.at) == 0  # the day is still three days off
    assert asking.remind_reviewers(at=world.later(days=2)) == 2
    assert set(Message.objects.values_list("to__username", "kind")) == {
        ("r-expert-2", "declare-soon"), ("r-expert-3", "declare-soon"),
    }  # fmt: skip
    Message.objects.all().delete()
    assert asking.remind_reviewers(at=world.later(days=3, hours=1)) == 2
    assert list(Message.objects.values_list("to__username", "kind")) == [("officer", "round-late")]
    assert asking.remind_reviewers(at=world.later(days=4, hours=1)) == 0


def test_rare_characters_and_nul_do_no_harm() -> None:
    world = Review(cases=1, experts=1)
    round = world.asked()
    user, unit = world.experts[0].user, reads.units_of(round)[0]
    assert user is not None
    asking.declare(round.code, [asking.Relation(unit.key, "declared", "𠮷𡈽" * 400)], confirms_others=True, by=user, at=world.at)
    assert len(Tie.objects.get().note) == 400
    assert Invitee.objects.get().units[0]["note"].startswith("𠮷𡈽")
    assert verify().faults == ()
