"""Agreement against published examples, against its definition pair by pair, and against a truth that is known."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.review.making import Panel
from zhinan.review.agreement import Agreement, agreement, reliability
from zhinan.review.calibrate import Score
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

#: Shrout & Fleiss 1979, table 2: six targets, four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
#: Krippendorff 2011, four observers (rows) of twelve units, some missing.
KRIPPENDORFF = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def test_the_example_of_shrout_and_fleiss() -> None:
    found = reliability(SHROUT_FLEISS)

    assert (round(found["icc_single"], 2), round(found["icc_mean"], 2)) == (0.17, 0.44)


def test_the_example_of_krippendorff() -> None:
    units = [[float(value) for value in unit if value != "."] for unit in zip(*map(str.split, KRIPPENDORFF), strict=True)]

    assert round(reliability([unit for unit in units if len(unit) > 1])["alpha"], 3) == 0.849


def alpha(groups: Sequence[Sequence[float]]) -> float:
    """Krippendorff's alpha for interval data as it is defined: over ordered pairs of pairable values."""
    values = [value for group in groups for value in group]
    within = sum((a - b) ** 2 / (len(group) - 1) for group in groups for a, b in permutations(group, 2)) / len(values)
    among = sum((a - b) ** 2 for a, b in permutations(values, 2)) / (len(values) * (len(values) - 1))
    return 1 - within / among


groups = st.lists(st.lists(st.integers(0, 20), min_size=2, max_size=5), min_size=2, max_size=8).filter(
    lambda drawn: len({value for group in drawn for value in group}) > 1
)


@given(groups)
def test_alpha_is_what_its_definition_gives(drawn: list[list[int]]) -> None:
    assert reliability(drawn)["alpha"] == pytest.approx(alpha(drawn), abs=1e-9)


@given(groups)
def test_a_panels_mean_follows_from_one_score_by_spearman_and_brown(drawn: list[list[int]]) -> None:
    found, count = reliability(drawn), sum(map(len, drawn))
    size = (count - sum(len(group) ** 2 for group in drawn) / count) / (len(drawn) - 1)

    assert found["icc_mean"] * (1 + (size - 1) * found["icc_single"]) == pytest.approx(size * found["icc_single"], abs=1e-9)


def test_the_interval_holds_the_truth_as_often_as_it_should() -> None:
    truth = 100 / (100 + 36 + 81)
    held = 0
    for seed in range(40):
        found = agreement(Panel(60, 4, 80, severity=6, seed=seed).scores, seed=str(seed), rounds=300)
        low, high = found.intervals["icc_single"]
        assert low < found.icc_single < high
        held += low <= truth <= high

    assert held >= 33  # of 40: 38 are expected


def test_a_seed_gives_one_answer_whatever_the_order() -> None:
    panel = Panel(40, 4, 20, severity=3, seed=4)
    shuffled = list(panel.scores)
    random.Random(1).shuffle(shuffled)
    found = agreement(panel.scores, seed="round-7")

    assert agreement(shuffled, seed="round-7") == found
    assert agreement(panel.scores, seed="round-8").intervals != found.intervals
    low, high = found.intervals["alpha"]
    assert f"Krippendorff α {found.alpha:.2f} [{low:.2f}, {high:.2f}]" in found.says.zh


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ([], Text("无法估计：有两份以上评分的项目 0 个、专家 0 位，至少要 15 个、5 位", "not estimable: 0 cases with two scores or more and 0 experts; 15 and 5 are needed")),
        (Panel(30, 4, 4, severity=1, seed=1).scores, Text("无法估计：有两份以上评分的项目 30 个、专家 4 位，至少要 15 个、5 位", "not estimable: 30 cases with two scores or more and 4 experts; 15 and 5 are needed")),
        (Panel(14, 5, 9, severity=1, seed=1).scores, Text("无法估计：有两份以上评分的项目 14 个、专家 9 位，至少要 15 个、5 位", "not estimable: 14 cases with two scores or more and 9 experts; 15 and 5 are needed")),
        (Panel(30, 1, 9, severity=1, seed=1).scores, Text("无法估计：有两份以上评分的项目 0 个、专家 9 位，至少要 15 个、5 位", "not estimable: 0 cases with two scores or more and 9 experts; 15 and 5 are needed")),
        ([Score(str(case), str(expert), Decimal(80)) for case in range(20) for expert in range(5)], Text("无法估计：所有评分都相同", "not estimable: all scores are equal")),
    ],
)  # fmt: skip
def test_what_is_not_estimable_is_said_and_no_number_is_given(scores: list[Score], why: Text) -> None:
    assert agreement(scores, seed="s") == Agreement(None, None, None, {}, is_estimable=False, says=why)


def test_experts_who_agree_wholly_and_panels_nobody_can_tell_apart() -> None:
    whole = agreement([Score(str(case), str(expert), Decimal(case)) for case in range(20) for expert in range(5)], seed="s")
    none = agreement([Score(str(case), str(expert), Decimal(expert)) for case in range(20) for expert in range(5)], seed="s")

    assert (whole.icc_single, whole.icc_mean, whole.alpha) == (1, 1, 1)
    assert (none.icc_single, none.icc_mean, none.intervals["icc_mean"]) == (0, 0, (0, 0))
    assert -0.25 < none.alpha < -0.2


def test_an_experts_second_score_is_refused() -> None:
    with pytest.raises(BadInput):
        agreement([Score("1", "A", Decimal(1)), Score("1", "A", Decimal(2))], seed="s")
