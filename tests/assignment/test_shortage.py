"""When there are no panels: what is missing, why, and the one rule that would do if it gave way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhinan.assignment.plan import Short, propose
from zhinan.assignment.problem import Bar, Expert, Instance, PanelRules
from zhinan.assignment.shortage import Relaxation, relaxations, shortages
from zhinan.values.text import Text

Made = Callable[..., Instance]
BAR = (Bar(rule="kin", reason=Text("亲属", "kin")),)


def problem(experts: str, *, cases: str = "X", rules: PanelRules, **more: Any) -> Instance:
    """`A B:f C@U1 D*` are a technical expert, a finance one, one of U1 and one from outside; one case each unless `2` follows."""
    roster = []
    for word in experts.split():
        unit = word.partition("@")[2].rstrip("*2") or f"unit of {word[0]}"
        kind = "finance" if ":f" in word else "technical"
        most = 2 if word.endswith("2") else 1
        roster.append(Expert(id=word[0], kinds=frozenset({kind}), unit=unit, is_outside="*" in word, most=most))
    match = {(case, one.id): 500_000 for case in cases for one in roster}
    return Instance(cases=tuple(cases), experts=tuple(roster), rules=rules, **{"match": match, **more})


def relaxed(instance: Instance, relaxation: Relaxation) -> Instance:
    """The problem after the rule gave way, read from the machine's part of the relaxation alone."""
    if relaxation.rule in {"load", "least"}:
        field, change = ("most", 1) if relaxation.rule == "load" else ("least", 0)
        return replace(instance, experts=tuple(
            replace(one, **{field: one.most + 1 if change else 0}) if relaxation.subject in {"", one.id} else one
            for one in instance.experts
        ))  # fmt: skip
    return replace(instance, rules=replace(instance.rules, **{relaxation.rule: relaxation.new}))


def told(instance: Instance) -> list[tuple[str, str, int]]:
    return [(one.case, one.kind, one.missing) for one in shortages(instance)]


def test_nothing_is_missing_where_there_are_panels() -> None:
    assert shortages(problem("A B C", rules=PanelRules(size=3))) == ()


def test_a_kind_that_is_missing_and_why() -> None:
    instance = problem("A B C D:f E:f", rules=PanelRules(size=3, finance=1), barred={("X", "D"): BAR, ("X", "E"): BAR})
    (one,) = shortages(instance)

    assert (one.case, one.kind, one.missing) == ("X", "finance", 1)
    assert one.why == Text(
        "X：缺 1 名财务管理专家。名册 2 名，应回避 2 名，不够匹配 0 名，可选 0 名，需 1 名",
        "X: 1 finance expert(s) missing. Of 2 in the roster 2 are barred and 0 fit too little; 0 are left for 1 seats",
    )
    assert one.relaxation is not None
    assert (one.relaxation.rule, one.relaxation.new) == ("finance", 0)


def test_loads_that_are_used_up_ask_for_one_more_of_one_expert() -> None:
    instance = problem("A B C D E", cases="XY", rules=PanelRules(size=3))
    (one,) = shortages(instance)

    assert (one.kind, one.missing) == ("technical", 1)
    assert "件数已被其他项目用满" in one.why.zh
    assert one.relaxation is not None
    assert (one.relaxation.rule, one.relaxation.subject, one.relaxation.old, one.relaxation.new) == ("load", "A", 1, 2)


def test_one_employer_too_many() -> None:
    instance = problem("A@U B@U C@V", rules=PanelRules(size=3))
    (one,) = shortages(instance)

    assert "只来自 2 个单位" in one.why.zh
    assert one.relaxation is not None
    assert (one.relaxation.rule, one.relaxation.old, one.relaxation.new) == ("per_unit", 1, 2)


def test_too_few_from_outside() -> None:
    instance = problem("A B* C D", rules=PanelRules(size=3, outside=2))
    (one,) = shortages(instance)

    assert (one.case, one.kind, one.missing) == ("X", "outside", 1)
    assert one.relaxation is not None
    assert (one.relaxation.rule, one.relaxation.new) == ("outside", 1)


def test_a_threshold_that_is_too_high_is_lowered_as_little_as_will_do() -> None:
    match = {("X", "A"): 900, ("X", "B"): 800, ("X", "C"): 700, ("X", "D"): 100}
    instance = problem("A B C D", rules=PanelRules(size=3, threshold=850), match=match)
    (one,) = shortages(instance)

    assert one.missing == 2
    assert one.relaxation is not None
    assert (one.relaxation.rule, one.relaxation.old, one.relaxation.new) == ("threshold", 850, 700)


def test_a_least_load_that_cannot_be_had() -> None:
    instance = problem("A B C D", rules=PanelRules(size=3))
    instance = replace(instance, experts=tuple(replace(one, least=1) for one in instance.experts))
    (one,) = shortages(instance)

    assert (one.case, one.kind, one.missing) == ("", "least", 1)
    assert one.relaxation is not None
    assert one.relaxation.rule == "least"


def test_bars_never_give_way() -> None:
    instance = problem("A B C", rules=PanelRules(size=3), barred={("X", id): BAR for id in "ABC"})

    assert told(instance) == [("X", "technical", 3)]
    assert [one.rule for one in relaxations(instance)] == ["size"]


@pytest.mark.parametrize("lift", [True, False])
def test_a_plan_that_cannot_be_says_what_is_missing(lift: bool) -> None:
    with pytest.raises(Short) as short:
        propose(problem("A B", rules=PanelRules(size=3)), lift_worst=lift)

    assert [(one.case, one.missing) for one in short.value.shortages] == [("X", 1)]


RULES = st.fixed_dictionaries({"size": st.just(5), "finance": st.integers(0, 2), "outside": st.integers(0, 4)})


@given(seed=st.integers(0, 10_000), rules=RULES, experts=st.integers(8, 20))
@settings(max_examples=25, deadline=None)
def test_something_is_missing_exactly_when_there_is_no_plan_and_what_helps_helps(
    made: Made, seed: int, rules: dict[str, int], experts: int
) -> None:
    instance = made(seed, cases=3, experts=experts, units=10, **rules)
    missing = told(instance)
    try:
        propose(instance, lift_worst=False)
    except Short as short:
        assert [(one.case, one.kind, one.missing) for one in short.shortages] == missing != []
        for relaxation in relaxations(instance):
            assert sum(number for _, _, number in told(relaxed(instance, relaxation))) == relaxation.left
    else:
        assert missing == []
