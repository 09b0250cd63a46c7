"""Calibration against closed forms, against brute force, and against a truth that is known."""

from __future__ import annotations

import math
import random
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from tests.review.making import Panel
from zhinan.review.calibrate import Calibration, Score, calibrate
from zhinan.values.problem import BadInput
from zhinan.values.text import Text


def scores(text: str) -> list[Score]:
    """`A1 80, B1 70`: expert, case, value."""
    return [Score(name[1:], name[0], Decimal(value)) for name, value in (each.split() for each in text.split(","))]


@pytest.mark.parametrize("seed", range(5))
def test_balanced_panels_give_the_estimates_of_the_analysis_of_variance(seed: int) -> None:
    cases, experts = 20, 6
    panel = Panel(cases, experts, experts, severity=5, seed=seed)
    y = np.array([float(each.value) for each in sorted(panel.scores, key=lambda each: (each.case, each.expert))])
    y = y.reshape(cases, experts)
    by_case, by_expert = y.mean(1), y.mean(0)
    square_case = experts * ((by_case - y.mean()) ** 2).sum() / (cases - 1)
    square_expert = cases * ((by_expert - y.mean()) ** 2).sum() / (experts - 1)
    square_rest = ((y - by_case[:, None] - by_expert + y.mean()) ** 2).sum() / ((cases - 1) * (experts - 1))

    found = calibrate(panel.scores).variance

    assert found is not None
    assert found.case == pytest.approx((square_case - square_rest) / experts, rel=1e-6)
    assert found.expert == pytest.approx((square_expert - square_rest) / cases, rel=1e-6)
    assert found.residual == pytest.approx(square_rest, rel=1e-6)


@pytest.mark.parametrize(("cases", "k", "experts"), [(12, 3, 7), (10, 6, 15)])  # more cases, and more experts
def test_everything_equals_what_whole_matrices_give(cases: int, k: int, experts: int) -> None:
    given = [*Panel(cases, k, experts, severity=6, seed=3).scores, *scores("ZP0000 -50,ZP0001 70,ZP0002 70,ZP0003 75")]
    given = sorted(given, key=lambda each: (each.case, each.expert))
    found = calibrate(given)
    names, people = sorted(found.cases), sorted(found.severity)
    assert (len(names), len(people)) == (cases, experts + 1)
    y = np.array([float(each.value) for each in given])
    one, of_case = np.ones(len(y)), np.array([[each.case == name for name in names] for each in given], float)
    of_expert = np.array([[each.expert == name for name in people] for each in given], float)
    var = found.variance
    v = var.case * of_case @ of_case.T + var.expert * of_expert @ of_expert.T + var.residual * np.eye(len(y))
    inverse = np.linalg.inv(v)
    mean_of = one @ inverse / (one @ inverse @ one)
    p = inverse - np.outer(inverse @ one, mean_of)
    linear = {"case": np.outer(np.ones(len(names)), mean_of) + var.case * of_case.T @ p, "expert": var.expert * of_expert.T @ p}

    for side, design, got in (
        ("case", of_case, [(found.cases[name].estimate, found.cases[name].standard_error) for name in names]),
        ("expert", of_expert, [(found.severity[name].effect, found.severity[name].standard_error) for name in people]),
    ):
        by, own = linear[side], getattr(var, side)
        error = by @ v @ by.T - own * (by @ design + (by @ design).T) + own * np.eye(design.shape[1])
        np.testing.assert_allclose([value for value, _ in got], by @ y, atol=1e-8)
        np.testing.assert_allclose([value for _, value in got], np.sqrt(np.diag(error)), atol=1e-8)

    [wild] = [each for each in found.wild if each.expert == "Z"]
    at = [(each.case, each.expert) for each in given].index((wild.case, "Z"))
    kept = np.arange(len(y)) != at
    rest = np.linalg.inv(v[np.ix_(kept, kept)])
    mean = one[kept] @ rest @ y[kept] / (one[kept] @ rest @ one[kept])
    assert wild.expected == pytest.approx(mean + v[at, kept] @ rest @ (y[kept] - mean))
    assert (wild.case, wild.value) == ("P0000", -50)


def deviance(given: list[Score], case: float, expert: float) -> float:
    """-2 × the restricted log likelihood at these ratios, straight from its definition."""
    names, people = sorted({each.case for each in given}), sorted({each.expert for each in given})
    y, one = np.array([float(each.value) for each in given]), np.ones(len(given))
    of_case = np.array([[each.case == name for name in names] for each in given], float)
    of_expert = np.array([[each.expert == name for name in people] for each in given], float)
    v = case * of_case @ of_case.T + expert * of_expert @ of_expert.T + np.eye(len(y))
    inverse = np.linalg.inv(v)
    p = inverse - np.outer(inverse @ one, one @ inverse) / (one @ inverse @ one)
    return np.linalg.slogdet(v)[1] + np.log(one @ inverse @ one) + (len(y) - 1) * np.log(y @ p @ y)


@pytest.mark.parametrize("seed", range(4))
def test_no_other_variances_are_likelier(seed: int) -> None:
    given = Panel(15, 3, 9, severity=4 if seed else 0, seed=seed).scores
    var = calibrate(given).variance
    best = deviance(given, var.case / var.residual, var.expert / var.residual)
    grid = [0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.7, 1, 1.5, 2, 3, 5, 10, 100]

    assert min(deviance(given, case, expert) for case in grid for expert in grid) >= best - 1e-6


def tau(panel: Panel, estimate: dict[str, float]) -> float:
    return float(
        kendalltau([panel.quality[case] for case in panel.quality], [estimate[case] for case in panel.quality]).statistic
    )


def gains(severity: float) -> list[float]:
    """By how much calibrated scores come nearer to the truth than means do, round by round (Kendall's tau)."""
    found = []
    for seed in range(12):
        panel = Panel(120, 5, 60, severity=severity, seed=seed)
        calibrated = {case: each.estimate for case, each in calibrate(panel.scores).cases.items()}
        found.append(tau(panel, calibrated) - tau(panel, panel.means))
    return found


def test_where_experts_differ_in_severity_calibration_comes_nearer_to_the_truth() -> None:
    found = gains(severity=7)  # to a quality of sd 10 and a noise of sd 9

    assert sum(found) / len(found) > 0.02
    assert sum(gain > 0 for gain in found) >= 11


def test_where_they_do_not_it_costs_next_to_nothing() -> None:
    found = gains(severity=0)

    assert sum(found) / len(found) > -0.005
    assert min(found) > -0.02


def test_variances_and_severities_are_found_again() -> None:
    panel = Panel(300, 5, 100, severity=6, seed=8)
    found = calibrate(panel.scores)

    assert found.variance.case == pytest.approx(np.var(list(panel.quality.values())), rel=0.15)
    assert found.variance.expert == pytest.approx(np.var(list(panel.severity.values())), rel=0.35)
    assert found.variance.residual == pytest.approx(81, rel=0.1)
    off = [(found.severity[name].effect - truth) / found.severity[name].standard_error for name, truth in panel.severity.items()]
    assert sum(abs(each) < 2 for each in off) >= 88  # of 100: some 95 are expected
    away = [(found.cases[name].estimate - 70 - truth) / found.cases[name].standard_error for name, truth in panel.quality.items()]
    assert sum(abs(each) < 2 for each in away) >= 270  # of 300


def test_wild_scores_are_flagged_and_few_others_are() -> None:
    panel = Panel(100, 5, 40, severity=4, seed=2)
    chance = random.Random(5)
    spoilt = set(chance.sample(range(len(panel.scores)), 5))
    given = [
        Score(each.case, each.expert, each.value + (60 if float(each.value) > panel.expected(each) else -60))
        if at in spoilt
        else each
        for at, each in enumerate(panel.scores)
    ]
    found = {(each.case, each.expert) for each in calibrate(given).wild}
    wrong = {(panel.scores[at].case, panel.scores[at].expert) for at in spoilt}

    assert found >= wrong
    assert len(found - wrong) <= 3


def test_the_order_of_the_scores_never_matters() -> None:
    panel = Panel(30, 3, 12, severity=5, seed=1)
    shuffled = list(panel.scores)
    random.Random(3).shuffle(shuffled)

    assert calibrate(shuffled) == calibrate(panel.scores)


def test_other_units_give_the_same_answer_in_other_units() -> None:
    panel = Panel(30, 3, 12, severity=5, seed=1)
    half = calibrate([Score(each.case, each.expert, each.value / 2 - 10) for each in panel.scores])
    whole = calibrate(panel.scores)

    for case, each in whole.cases.items():
        assert half.cases[case].estimate == pytest.approx(each.estimate / 2 - 10, abs=1e-5)
        assert half.cases[case].standard_error == pytest.approx(each.standard_error / 2, abs=1e-5)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([], Text("还没有评分", "nothing is scored yet")),
        (
            scores("A1 80,A2 70,A3 60"),
            Text(
                "3 个项目、1 位专家共 3 份评分，交叉不够，分不清项目的差别、专家的松紧和偶然的出入",
                "3 scores of 3 cases by 1 experts cross too little to tell quality, severity and chance apart",
            ),
        ),
        (
            scores("A1 80,B1 70,C1 60"),
            Text(
                "1 个项目、3 位专家共 3 份评分，交叉不够，分不清项目的差别、专家的松紧和偶然的出入",
                "3 scores of 1 cases by 3 experts cross too little to tell quality, severity and chance apart",
            ),
        ),
        (
            scores("A1 80,A2 80,B1 80,B2 80"),
            Text("所有评分都相同，没有差别可以校准", "all scores are equal: there is no difference to calibrate"),
        ),
        (
            scores("A1 80,B2 70,C3 75"),
            Text(
                "3 个项目、3 位专家共 3 份评分，交叉不够，分不清项目的差别、专家的松紧和偶然的出入",
                "3 scores of 3 cases by 3 experts cross too little to tell quality, severity and chance apart",
            ),
        ),
    ],
)
def test_what_cannot_be_told_apart_is_said_and_no_number_is_given(given: list[Score], why: Text) -> None:
    found = calibrate(given)

    assert (found.cases, found.severity, found.variance, found.wild, found.is_estimable, found.says) == (
        {},
        {},
        None,
        (),
        False,
        why,
    )


def test_rounds_that_fall_apart_say_so() -> None:
    found = calibrate(scores("A1 80,A2 70,B1 75,B2 68,C3 60,C4 90,D3 66,D4 85"))

    assert (found.is_estimable, found.is_connected, found.is_rough) == (True, False, True)
    assert found.components == (("1", "2"), ("3", "4"))
    assert "项目分成 2 组，组间没有共同的专家" in found.says.zh
    assert "no expert links the 2 groups of cases" in found.says.en
    assert found.says.zh.endswith("；专家不足 5 位或项目不足 15 个，只作参考")


def finite(found: Calibration) -> bool:
    numbers = [value for each in found.cases.values() for value in (each.estimate, each.standard_error)]
    numbers += [value for each in found.severity.values() for value in (each.effect, each.standard_error)]
    numbers += [value for each in found.wild for value in (each.expected, each.residual_sd)]
    return all(map(math.isfinite, numbers))


def test_panels_that_agree_to_the_last_point_are_not_wild() -> None:
    additive = [
        Score(str(case), str(expert), Decimal(50 + 3 * case + expert * expert)) for case in range(6) for expert in range(5)
    ]
    found = calibrate(additive)

    assert finite(found)
    assert found.wild == ()
    assert found.cases["5"].estimate - found.cases["0"].estimate == pytest.approx(15, abs=1e-3)
    assert found.severity["4"].effect - found.severity["0"].effect == pytest.approx(16, abs=1e-3)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 6), st.integers(0, 5)), st.integers(0, 100) | st.sampled_from([0, 50, 100]), max_size=30
    )
)
def test_whatever_is_scored_there_is_an_honest_answer(drawn: dict[tuple[int, int], int]) -> None:
    found = calibrate([Score(f"P{case}", f"E{expert}", Decimal(value)) for (case, expert), value in drawn.items()])

    assert finite(found)
    assert found.is_estimable == bool(found.cases)
    assert {case for part in found.components for case in part} == {f"P{case}" for case, _ in drawn}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (scores("A1 80,A1 70"), "scored-twice"),
        ([Score("1", "A", Decimal("nan"))], "not-a-score"),
        ([Score("1", "A", Decimal("inf"))], "not-a-score"),
    ],
)
def test_what_is_no_score_is_refused(given: list[Score], code: str) -> None:
    with pytest.raises(BadInput) as bad:
        calibrate(given)

    assert [each.code for each in bad.value.problems] == [code]
