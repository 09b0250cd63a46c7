"""The problem as JSON and as a hash; what is wrong with it is said before anything is solved."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhinan.assignment.plan import propose
from zhinan.assignment.problem import Expert, Instance, PanelRules
from zhinan.values.problem import BadInput

Made = Callable[..., Instance]


@given(seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_a_problem_survives_being_written(made: Made, seed: int) -> None:
    instance = made(seed, finance=1, outside=1)
    again = Instance.from_json(json.loads(json.dumps(instance.to_json())))

    assert again == replace(instance, cases=tuple(sorted(instance.cases)))
    assert again.input_hash() == instance.input_hash()


def test_any_change_changes_the_hash(made: Made) -> None:
    instance = made(1)
    pair = next(iter(instance.match))
    changed = [
        replace(instance, match={**instance.match, pair: instance.match[pair] + 1}),
        replace(instance, barred={}),
        replace(instance, rules=PanelRules(size=5, outside=1)),
        replace(instance, experts=instance.experts[1:]),
    ]

    assert len({instance.input_hash(), *(one.input_hash() for one in changed)}) == 5


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        (PanelRules(size=5, finance=1, outside=2), []),
        (PanelRules(size=4), ["panel-size-not-odd"]),
        (PanelRules(size=3, finance=4), ["panel-rule-impossible"]),
        (PanelRules(size=3, outside=-1, per_unit=0), ["panel-rule-impossible"] * 2),
        (PanelRules(size=3, threshold=1_000_001), ["match-threshold-impossible"]),
    ],
)
def test_rules_that_cannot_be(rules: PanelRules, codes: list[str]) -> None:
    assert [problem.code for problem in rules.problems()] == codes


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cases": ("A", "A")}, "assignment-id-twice"),
        ({"match": {("A", "nobody"): 1}}, "assignment-bad-pair"),
        ({"match": {("A", "E"): -1}}, "assignment-bad-pair"),
        ({"experts": (Expert(id="E", kinds=frozenset({"poet"}), unit="U"),)}, "assignment-bad-expert"),
        ({"experts": (Expert(id="E", kinds=frozenset({"finance"}), unit="U", most=1, least=2),)}, "assignment-bad-expert"),
    ],
)
def test_a_problem_not_written_as_it_should_be_is_refused(change: dict[str, Any], code: str) -> None:
    good = Instance(
        cases=("A",),
        experts=(Expert(id="E", kinds=frozenset({"technical"}), unit="U"),),
        rules=PanelRules(size=1),
        match={("A", "E"): 1},
    )
    with pytest.raises(BadInput) as refused:
        propose(replace(good, **change))

    assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize("spoil", ["cases", "experts", "rules", "match", "barred"])
def test_what_is_no_problem_is_not_read(made: Made, spoil: str) -> None:
    for wrong in (None, 7, "x", {"a": 1}, [1]):
        with pytest.raises(BadInput):
            Instance.from_json({**made(1).to_json(), spoil: wrong})


def test_who_counts_as_one_employer() -> None:
    common = {"kinds": frozenset({"technical"})}
    roots = [Expert(id="E", unit=unit, group=group, **common).root for unit, group in (("U", "G"), ("U", ""), ("", ""))]

    assert roots == ["G", "U", "=E"]
