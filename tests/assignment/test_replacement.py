"""A seat that falls empty: the next alternate who fits, else the fewest changes; every rule is kept, or it is said why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhinan.assignment.audit import violations
from zhinan.assignment.lottery import commit, draw, seed_of
from zhinan.assignment.plan import Place, Short
from zhinan.assignment.problem import Bar, Expert, Instance, PanelRules
from zhinan.assignment.replacement import Change, replace
from zhinan.values.text import Text

Made = Callable[..., Instance]


@given(seed=st.integers(0, 300), seat=st.integers(0, 1000), declines=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_whoever_leaves_the_panels_stay_whole(
    made: Made, keeps_every_rule: Callable[..., bool], seed: int, seat: int, declines: int
) -> None:
    """Several seats fall empty one after another, and those who declined never come back to that case."""
    instance = made(seed, cases=5, experts=50, units=25, finance=1, outside=2)
    try:
        commitment = commit(instance, cap=500, rule_version="1")
    except Short:
        return
    drawn = draw(instance, commitment, seed_of(commitment.commit_hash, ["nonce"]))
    panels, case, gone = drawn.panels, instance.cases[seat % 5], set()
    for _ in range(declines):
        leaving = panels[case][seat % instance.rules.size].expert
        gone.add(leaving)
        try:
            done = replace(instance, panels, drawn.alternates, case, leaving, gone)
        except Short:
            return
        members = {place.expert for place in done.panels[case]}
        assert keeps_every_rule(instance, done.panels)
        assert violations(instance, done.panels) == []
        assert not members & gone
        assert done.incoming in members
        assert (case, leaving, done.incoming) in {(change.case, change.out, change.into) for change in done.changed}
        if done.alternate:
            row = drawn.alternates[case][done.kind]
            assert row[done.alternate - 1] == done.incoming
            assert [id for id, _ in done.passed] == list(row[: done.alternate - 1])
            assert len(done.changed) == 1
        panels = done.panels


TECHNICAL = frozenset({"technical"})


def expert(id: str, unit: str = "", *, most: int = 1, is_outside: bool = False) -> Expert:
    return Expert(id=id, kinds=TECHNICAL, unit=unit or f"unit of {id}", most=most, is_outside=is_outside)


def seats(ids: str) -> tuple[Place, ...]:
    return tuple(Place(id, "technical", 500_000) for id in ids)


def instance(*experts: Expert, cases: str = "XY", barred: str = "", **rules: int) -> Instance:
    return Instance(
        cases=tuple(cases), experts=experts, rules=PanelRules(**{"size": 3, **rules}),
        match={(case, one.id): 500_000 for case in cases for one in experts},
        barred={("X", id): (Bar(rule="kin", reason=Text("亲属", "kin")),) for id in barred},
    )  # fmt: skip


def test_alternates_are_passed_over_each_with_its_reason() -> None:
    problem = instance(
        *(expert(id) for id in "ABCDE"), expert("F", is_outside=True), expert("G"), expert("H", "unit of B"), expert("I"),
        expert("J", is_outside=True), expert("O", is_outside=True), barred="G", outside=1,
    )  # fmt: skip
    panels = {"X": seats("ABO"), "Y": seats("CDF")}
    alternates = {"X": {"technical": ("B", "C", "G", "H", "I", "Z", "J")}}

    done = replace(problem, panels, alternates, "X", "O")

    assert (done.incoming, done.kind, done.alternate) == ("J", "technical", 7)
    assert done.panels == {"X": seats("ABJ"), "Y": seats("CDF")}
    assert done.changed == (Change("X", "O", "J", "technical"),)
    assert [(id, text.zh) for id, text in done.passed] == [
        ("B", "已在组内"), ("C", "件数已满（1）"), ("G", "应回避或已谢绝"), ("H", "组内已有同一单位的专家"), ("I", "外地专家人数会不足"),
        ("Z", "已不在可选之列"),
    ]  # fmt: skip
    assert done.why == Text("O 退出，按抽取时的次序由第 7 候补 J 递补", "O leaves; alternate 7, J, is next in the order drawn")


def test_where_no_alternate_fits_one_move_elsewhere_makes_room() -> None:
    """G is barred from X; only if C moves over and G takes C's place in Y do both panels stand: two changes, no more."""
    problem = instance(*(expert(id) for id in "ABCDEFG"), barred="GDE")
    panels = {"X": seats("ABF"), "Y": seats("CDE")}

    done = replace(problem, panels, {}, "X", "F")

    assert (done.incoming, done.alternate) == ("C", 0)
    assert done.changed == (Change("X", "F", "C", "technical"), Change("Y", "C", "G", "technical"))
    assert done.why.zh == "F 退出，候补名单中无人符合，按改动最少的办法由 C 补入，共变动 2 席"


def test_where_nothing_helps_the_shortage_is_named() -> None:
    problem = instance(*(expert(id) for id in "ABC"), cases="X")
    with pytest.raises(Short) as short:
        replace(problem, {"X": seats("ABC")}, {}, "X", "C")

    assert [(one.case, one.kind, one.missing) for one in short.value.shortages] == [("X", "technical", 1)]


def test_who_has_no_seat_cannot_leave_it() -> None:
    with pytest.raises(KeyError):
        replace(instance(expert("A"), expert("B"), expert("C"), cases="X"), {"X": seats("ABC")}, {}, "X", "D")
