"""Conflict rules as settings: written and read, their defaults, and what an authority may not set."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.assignment.conflict_rules import RULES, ConflictRules
from zhinan.values.problem import BadInput

FIXED = {"own-application", "same-unit", "kin", "declared", "official", "applies-in-round"}


def codes(**given: Any) -> list[str]:
    with pytest.raises(BadInput) as refused:
        ConflictRules.from_json(given)
    return [problem.code for problem in refused.value.problems]


def test_the_defaults_told_whole() -> None:
    on = {rule: {"on": True} for rule in RULES}
    on |= {"acted-before": {"on": False}, "competing-unit": {"on": False}}
    for rule, years in {"past-unit": 3, "supervision": None, "recent-work": 3, "interest": 3, "dispute": None}.items():
        on[rule] = {"on": True, "years": years}

    assert ConflictRules().to_json() == {
        "rules": on,
        "named_most": 3,
        "suspect_bars": True,
        "group_threshold": 500,
    }


def test_six_rules_are_never_switched_off() -> None:
    assert {rule.id for rule in RULES.values() if rule.is_fixed} == FIXED
    assert codes(rules={rule: {"on": False} for rule in RULES}) == ["conflict-rule-is-fixed"] * len(FIXED)


@given(
    st.frozensets(st.sampled_from(sorted(RULES.keys() - FIXED))),
    st.dictionaries(st.sampled_from(["past-unit", "interest", "supervision"]), st.none() | st.integers(0, 100)),
    st.integers(0, 100),
    st.booleans(),
    st.integers(1, 1000),
)
def test_what_was_written_is_read_again(
    off: frozenset[str], years: dict[str, int | None], named: int, suspect: bool, threshold: int
) -> None:
    rules = ConflictRules(off=off, years=years, named_most=named, suspect_bars=suspect, group_threshold=threshold)
    again = ConflictRules.from_json(rules.to_json())

    assert again.to_json() == rules.to_json()
    assert [again.looks_back(rule) for rule in RULES] == [rules.looks_back(rule) for rule in RULES]


def test_what_is_not_said_stays_at_its_default() -> None:
    assert ConflictRules.from_json({}) == ConflictRules()
    assert ConflictRules.from_json({"rules": {"competing-unit": {"on": True}}}).off == {"acted-before"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"rules": {"astrology": {"on": True}}}, ["no-such-conflict-rule"]),
        ({"rules": {"kin": {"on": True, "years": 3}}}, ["conflict-rule-is-not-timed"]),
        ({"rules": {"past-unit": {"years": -1}}}, ["conflict-setting-out-of-range"]),
        ({"rules": {"past-unit": {"years": True}}}, ["conflict-rules-misshapen"]),
        ({"rules": {"past-unit": {"years": "3", "on": 1}}}, ["conflict-rules-misshapen"] * 2),
        ({"rules": {"past-unit": {"months": 3}}}, ["no-such-conflict-setting"]),
        ({"rules": {"past-unit": None}}, ["conflict-rules-misshapen"]),
        ({"rules": []}, ["conflict-rules-misshapen"]),
        ({"named_most": 2.5, "colour": "red"}, ["no-such-conflict-setting", "conflict-rules-misshapen"]),
        ({"group_threshold": 0, "named_most": 101}, ["conflict-setting-out-of-range"] * 2),
    ],
)
def test_what_cannot_be_is_refused_all_at_once(given: dict[str, Any], expected: list[str]) -> None:
    assert codes(**given) == expected


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(BadInput):
        ConflictRules.from_json([1])


def test_a_refusal_names_the_rule_as_the_officer_knows_it() -> None:
    with pytest.raises(BadInput) as refused:
        ConflictRules(off=frozenset({"kin"}))

    assert refused.value.problems[0].message.zh == "回避规则“近亲属”不能关闭"
