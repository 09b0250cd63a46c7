"""Official scores, worked by hand: decimals, half up, what is left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.review.score import Official, ScoreRule, official
from zhinan.values.problem import BadInput
from zhinan.values.text import Text


def points(text: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, text.split()))


@pytest.mark.parametrize(
    ("rule", "totals", "expected"),
    [
        # (81 + 82 + 82.375) / 3 = 81.79166…
        (ScoreRule(), "82 81 82.375", Official(Decimal("81.79"), points("81 82 82.375"), (), Text("3 份评分的平均数", "the mean of 3 sheets"))),
        # 80.005 lies half way: up
        (ScoreRule(least_sheets=2), "80 80.01", Official(Decimal("80.01"), points("80 80.01"), (), Text("2 份评分的平均数", "the mean of 2 sheets"))),
        (ScoreRule(kind="median"), "90 60 80 71", Official(Decimal("75.50"), points("60 71 80 90"), (), Text("4 份评分的中位数", "the median of 4 sheets"))),
        (ScoreRule(kind="median", decimals=0), "90 60 80.5", Official(Decimal(81), points("60 80.5 90"), (), Text("3 份评分的中位数", "the median of 3 sheets"))),
        (
            ScoreRule(kind="trimmed-mean"),
            "70 99.5 80 81 12",
            Official(
                Decimal("77.00"), points("70 80 81"), points("12 99.5"),
                Text("共 5 份评分，两端各去 1 份（12、99.5），其余 3 份取平均数", "of 5 sheets 1 at each end are left out (12, 99.5); the mean of the other 3"),
            ),
        ),
        (
            ScoreRule(kind="trimmed-mean"),
            "70 80 81 12",
            Official(
                Decimal("60.75"), points("12 70 80 81"), (),
                Text("共 4 份评分，两端各去 1 份后不足 3 份，不去，取平均数", "without 1 at each end fewer than 3 of 4 sheets would stay: the mean of all is taken"),
            ),
        ),
        (
            ScoreRule(least_sheets=3),
            "70 80",
            Official(None, (), points("70 80"), Text("有效评分 2 份，至少要 3 份，不出官方分数", "2 sheets were handed in and 3 are asked, so there is no official score")),
        ),
    ],
)  # fmt: skip
def test_a_score_is_what_the_rule_makes_of_the_totals(rule: ScoreRule, totals: str, expected: Official) -> None:
    assert official(points(totals), rule) == expected


def test_equal_scores_at_an_end_lose_one_sheet_only() -> None:
    found = official(points("90 90 90 60 60"), ScoreRule(kind="trimmed-mean"))

    assert (found.score, found.used, found.dropped) == (Decimal("80.00"), points("60 90 90"), points("60 90"))


def test_no_sheets_make_no_score_whatever_the_rule_asks() -> None:
    assert official([], ScoreRule(least_sheets=1)).score is None


totals = st.lists(st.decimals(0, 100, places=3), max_size=9)


@given(totals, st.sampled_from(["mean", "trimmed-mean", "median"]), st.randoms(use_true_random=False))
def test_the_order_of_the_sheets_never_matters(drawn: list[Decimal], kind: str, chance) -> None:
    shuffled = list(drawn)
    chance.shuffle(shuffled)

    assert official(shuffled, ScoreRule(kind=kind)) == official(drawn, ScoreRule(kind=kind))


@given(totals, st.sampled_from(["mean", "trimmed-mean", "median"]), st.integers(1, 4))
def test_a_score_lies_among_the_totals_it_was_made_of_and_no_sheet_is_lost(
    drawn: Sequence[Decimal], kind: str, trim: int
) -> None:
    found = official(drawn, ScoreRule(kind=kind, trim=trim, decimals=3))

    assert sorted([*found.used, *found.dropped]) == sorted(drawn)
    assert found.score is None or min(found.used) <= found.score <= max(found.used)


def test_a_rule_is_read_back_as_it_was_stored_and_defaults_stand_for_what_is_absent() -> None:
    rule = ScoreRule(kind="trimmed-mean", trim=2, least_kept=4, least_sheets=5, decimals=3, ties=("criterion:a", "lot"))

    assert ScoreRule.from_json(rule.to_json()) == rule
    assert ScoreRule.from_json({}) == ScoreRule()


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"kind": "best"}, ["setting-wrong"]),
        ({"trim": 0, "decimals": 4}, ["setting-wrong", "setting-wrong"]),
        ({"least_sheets": "3"}, ["setting-wrong"]),
        ({"ties": ["lot", "median"]}, ["lot-not-last"]),
        ({"ties": ["median", "median"]}, ["tie-rule-twice"]),
        ({"ties": ["criterion:", "age"]}, ["tie-rule-unknown", "tie-rule-unknown"]),
        ({"ties": 3}, ["setting-wrong"]),
        (None, ["setting-wrong"]),
    ],
)
def test_a_rule_that_is_wrong_is_told(stored: object, expected: list[str]) -> None:
    with pytest.raises(BadInput) as bad:
        ScoreRule.from_json(stored)

    assert [each.code for each in bad.value.problems] == expected


def test_a_tie_by_a_criterion_of_another_sheet_is_told() -> None:
    assert [each.code for each in ScoreRule(ties=("criterion:a", "criterion:z")).problems(["a", "b"])] == ["tie-rule-unknown"]
