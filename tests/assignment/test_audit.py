"""The independent check: it names each rule that is broken, once for each place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhinan.assignment.audit import violations
from zhinan.assignment.plan import Place, propose
from zhinan.assignment.problem import Bar, Expert, Instance, PanelRules
from zhinan.values.text import Text

Made = Callable[..., Instance]
TECHNICAL, FINANCE = frozenset({"technical"}), frozenset({"finance"})

EXPERTS = (
    Expert(id="A", kinds=TECHNICAL, unit="U1", is_outside=True, most=2),
    Expert(id="B", kinds=TECHNICAL, unit="U2", is_outside=True, most=1, least=1),
    Expert(id="C", kinds=FINANCE, unit="U3", most=2),
    Expert(id="D", kinds=TECHNICAL, unit="U4", group="U1", most=1),
    Expert(id="E", kinds=TECHNICAL, unit="U5", most=1),
)
INSTANCE = Instance(
    cases=("case",), experts=EXPERTS, rules=PanelRules(size=3, finance=1, outside=2, threshold=100),
    match={("case", id): 500 for id in "ABCD"} | {("case", "E"): 99},
    barred={("case", "D"): (Bar(rule="same-unit", reason=Text("同单位", "same employer")),)},
)  # fmt: skip


def seats(**kinds: str) -> tuple[Place, ...]:
    return tuple(Place(id, kind, INSTANCE.match.get(("case", id), 0)) for id, kind in kinds.items())


GOOD = seats(A="technical", B="technical", C="finance")


@pytest.mark.parametrize(
    ("panels", "rules"),
    [
        ({"case": GOOD}, []),
        ({"case": GOOD, "another": ()}, ["case"]),
        ({}, ["size", "finance", "outside", "least"]),
        ({"case": GOOD[:2]}, ["size", "finance"]),
        ({"case": seats(A="technical", B="finance", C="finance")}, ["kind", "finance"]),
        ({"case": seats(A="technical", D="technical", C="finance")}, ["barred", "outside", "unit", "least"]),
        ({"case": seats(B="technical", E="technical", C="finance")}, ["no-match", "outside"]),
        ({"case": (*GOOD[:2], Place("C", "finance", 501))}, ["match"]),
        ({"case": (*GOOD[:2], Place("Z", "finance", 500))}, ["unknown"]),
        ({"case": (GOOD[0], GOOD[0], GOOD[2])}, ["twice", "unit", "least"]),
    ],
)
def test_each_broken_rule_is_named(panels: Mapping[str, tuple[Place, ...]], rules: list[str]) -> None:
    assert [violation.rule for violation in violations(INSTANCE, panels)] == rules


def test_a_violation_says_where_in_both_languages() -> None:
    (one,) = violations(INSTANCE, {"case": (*GOOD[:2], Place("C", "technical", 500))})[1:]

    assert (one.rule, one.case, one.expert) == ("finance", "case", "")
    assert one.text == Text("case：财务管理席 0 个，应为 1 个", "case: has 0 finance seats, not 1")


@given(seed=st.integers(0, 500), change=st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_it_agrees_with_the_rules_said_a_second_time(
    made: Made, keeps_every_rule: Callable[..., bool], seed: int, change: int
) -> None:
    """Somebody is put in somebody else's seat: both say yes, or both say no."""
    instance = made(seed, experts=36, units=18, finance=1, outside=1)
    panels: dict[str, Any] = dict(propose(instance, lift_worst=False).panels)
    case, number = instance.cases[change % len(instance.cases)], change % instance.rules.size
    incoming = instance.experts[change % len(instance.experts)]
    place = Place(incoming.id, panels[case][number].kind, instance.match[case, incoming.id])
    panels[case] = (*panels[case][:number], place, *panels[case][number + 1 :])

    assert (violations(instance, panels) == []) is keeps_every_rule(instance, panels)
