"""Control through shareholdings: chains, diamonds, circles, and units known by name or code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.assignment.control import Groups, Holding, groups_of, roots_of
from zhinan.assignment.ties import Unit
from zhinan.values.problem import BadInput


def groups(*held: tuple[str, str, int], threshold: int = 500) -> dict[str, set[str]]:
    found = groups_of([Holding(Unit(owner), Unit(owned), share) for owner, owned, share in held], threshold)
    return {unit: set(roots) for unit, roots in found.items()}


def test_control_reaches_through_a_chain() -> None:
    assert groups(("a", "b", 510), ("b", "c", 500), ("c", "d", 499)) == {"a": {"a"}, "b": {"a"}, "c": {"a"}, "d": {"d"}}


def test_what_is_held_through_several_hands_adds_up() -> None:
    assert groups(("a", "b", 900), ("a", "c", 900), ("b", "d", 300), ("c", "d", 300))["d"] == {"a"}


def test_a_circle_has_one_root_and_what_hangs_below_it_too() -> None:
    circle = [("c", "b", 600), ("b", "a", 600), ("a", "c", 600), ("a", "d", 700)]

    assert groups(*circle) == {unit: {"a"} for unit in "abcd"}
    assert groups(*circle, ("x", "b", 400), threshold=400) == {unit: {"x"} for unit in "abcdx"}


def test_two_owners_of_a_half_each_do_not_become_one() -> None:
    assert groups(("a", "c", 500), ("b", "c", 500)) == {"a": {"a"}, "b": {"b"}, "c": {"a", "b"}}


def test_a_unit_is_found_by_code_and_by_name() -> None:
    found = groups_of([Holding(Unit("母", "1"), Unit("子", "2"), 600), Holding(Unit("子"), Unit("孙"), 600)], 500)

    assert [roots_of(unit, found) for unit in (Unit(code="2"), Unit("子"), Unit("孙"), Unit("孙", "3"))] == [{"1"}] * 4
    assert roots_of(Unit("别家"), found) == frozenset()


def test_two_units_of_one_name_stay_apart() -> None:
    found = groups_of([Holding(Unit("母", "1"), Unit("子", "2"), 600), Holding(Unit("父", "3"), Unit("子", "4"), 600)], 500)

    assert [roots_of(Unit("子", code), found) for code in ("2", "4", "")] == [{"1"}, {"3"}, {"子"}]


@pytest.mark.parametrize("held", [(Unit("a"), Unit("b"), 1001), (Unit("a"), Unit("b"), -1), (Unit(), Unit("b"), 500)])
def test_a_holding_that_cannot_be_is_refused(held: tuple[Unit, Unit, int]) -> None:
    with pytest.raises(BadInput) as refused:
        Holding(*held)

    assert refused.value.problems[0].code == "holding-out-of-range"


units = st.sampled_from([Unit(name) for name in "abcdef"])
holdings = st.lists(st.builds(Holding, units, units, st.integers(0, 1000)), max_size=12)


@given(holdings, st.integers(1, 1000), st.randoms(use_true_random=False))
def test_the_order_of_the_holdings_never_matters(held: list[Holding], threshold: int, chance: st.Random) -> None:
    assert groups_of(chance.sample(held, len(held)), threshold) == groups_of(held, threshold)


@given(holdings, st.integers(1, 1000))
def test_a_holding_that_controls_puts_both_under_one_root(held: list[Holding], threshold: int) -> None:
    found: Groups = groups_of(held, threshold)

    assert all(found.values())
    for holding in held:
        if holding.per_mille >= threshold:
            assert roots_of(holding.owner, found) <= roots_of(holding.owned, found)


@given(holdings)
def test_a_root_is_under_itself_alone(held: list[Holding]) -> None:
    found = groups_of(held, 501)

    assert all(found[root] == {root} for roots in found.values() for root in roots)
