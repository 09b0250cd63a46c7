"""The plain problem on arrays: what a plan keeps, what it reaches, whether its bounds are true, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from zhinan.assignment import arrays as module
from zhinan.assignment.arrays import ArrayPlan, Arrays, assign, read_arrays
from zhinan.values.problem import BadInput

#: Scores are twentieths, so that sums can be compared as whole numbers.
STEPS = 20
#: What rounding scores to millionths can hide in the sum of one panel.
ROUNDED = 1e-5

SEEDS = st.integers(0, 1_000_000)
SHAPES = st.fixed_dictionaries({
    "cases": st.integers(1, 7), "experts": st.integers(3, 10), "most_size": st.integers(1, 3),
    "never": st.sampled_from([0.0, 0.1, 0.3]), "lower": st.booleans(),
})  # fmt: skip


def made(seed: int, *, cases: int, experts: int, most_size: int, never: float, lower: bool) -> Arrays:
    """A problem that usually has panels; one score is full, so that twentieths stay twentieths of a full match."""
    random = np.random.default_rng(seed)
    scores = random.integers(0, STEPS + 1, (experts, cases)) / STEPS
    scores[random.random(scores.shape) < never] = -np.inf
    scores[0, 0] = 1.0
    size = random.integers(0, most_size + 1, cases)
    most = random.integers(0, 2, experts) + -(-int(size.sum()) * 5 // (4 * experts))
    least = random.integers(0, 2, experts) if lower else np.zeros(experts)
    return Arrays(scores, most, np.minimum(least, most).astype(np.int64), size)


def planned(arrays: Arrays) -> ArrayPlan | None:
    try:
        return assign(arrays)
    except BadInput:
        return None


def sums(arrays: Arrays, plan: ArrayPlan) -> list[float]:
    return [sum(arrays.scores[expert, case] for expert in panel) for case, panel in enumerate(plan.panels)]


def keeps_everything(arrays: Arrays, plan: ArrayPlan) -> bool:
    """Sizes, loads, nobody twice, no forbidden pair, said as plainly as it can be."""
    loads = [0] * arrays.experts
    for panel in plan.panels:
        for expert in panel:
            loads[expert] += 1
    return (
        [len(set(panel)) for panel in plan.panels] == [len(panel) for panel in plan.panels] == arrays.size.tolist()
        and all(least <= load <= most for least, load, most in zip(arrays.least, loads, arrays.most, strict=True))
        and all(np.isfinite(arrays.scores[expert, case]) for case, panel in enumerate(plan.panels) for expert in panel)
    )


def by_cp_sat(arrays: Arrays, *, of: str, worst: int = 0) -> int | None:
    """The exact largest total with no panel below `worst`, or the exact best worst panel, in twentieths; None without panels."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    seat = {pair: model.new_bool_var("") for pair in np.ndindex(arrays.scores.shape) if np.isfinite(arrays.scores[pair])}
    points = {pair: round(arrays.scores[pair] * STEPS) for pair in seat}
    rows = []
    for case in range(arrays.cases):
        model.add(sum(seat[pair] for pair in seat if pair[1] == case) == int(arrays.size[case]))
        if arrays.size[case]:
            rows.append(sum(points[pair] * seat[pair] for pair in seat if pair[1] == case))
    for expert in range(arrays.experts):
        model.add_linear_constraint(
            sum(seat[pair] for pair in seat if pair[0] == expert), int(arrays.least[expert]), int(arrays.most[expert])
        )
    for row in rows:
        model.add(row >= worst)
    lowest = model.new_int_var(0, STEPS * 10 if rows else 0, "")
    for row in rows:
        model.add(row >= lowest)
    model.maximize(lowest if of == "worst" else sum(rows))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL
    return round(solver.objective_value)


# -- all pairs -----------------------------------------------------------------------------------------


@given(seed=SEEDS, shape=SHAPES)
@settings(max_examples=150, deadline=None)
def test_a_plan_keeps_sizes_loads_and_forbidden_pairs_and_stays_below_its_bounds(seed: int, shape: dict[str, Any]) -> None:
    arrays = made(seed, **shape)
    plan = planned(arrays)
    if plan is None:
        return
    assert keeps_everything(arrays, plan)
    found = sums(arrays, plan)
    seated = [score for score, size in zip(found, arrays.size, strict=True) if size]
    assert plan.total == pytest.approx(sum(found))
    assert plan.worst == pytest.approx(min(seated, default=0.0))
    assert plan.total <= plan.bound_on_total
    assert plan.worst <= plan.bound_on_worst
    assert plan.total <= plan.largest_total <= plan.bound_on_total


@given(seed=SEEDS, shape=SHAPES)
@settings(max_examples=60, deadline=None)
def test_it_reaches_what_a_second_solver_proves(seed: int, shape: dict[str, Any]) -> None:
    """The worst panel exactly, where scores have a common step; then the total to within 0.1 % of the largest with that worst."""
    arrays = made(seed, **shape)
    plan, largest, worst = planned(arrays), by_cp_sat(arrays, of="total"), by_cp_sat(arrays, of="worst")

    assert (plan is None) == (largest is None) == (worst is None)
    if plan is None or largest is None or worst is None:
        return
    assert round(plan.worst * STEPS) == worst
    assert plan.bound_on_worst * STEPS >= worst - ROUNDED
    assert plan.largest_total * STEPS == pytest.approx(largest, abs=STEPS * ROUNDED)
    assert plan.bound_on_total * STEPS >= largest - ROUNDED
    at_worst = by_cp_sat(arrays, of="total", worst=worst)
    assert at_worst is not None
    assert at_worst * 0.999 - STEPS * ROUNDED <= plan.total * STEPS <= at_worst + STEPS * ROUNDED


@given(seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_scores_of_any_kind_reach_the_best_worst_to_within_a_thousandth(seed: int) -> None:
    random = np.random.default_rng(seed)
    arrays = Arrays(random.random((9, 6)) * 10.0 ** random.integers(-3, 6), *loads(9, most=3), np.full(6, 3))
    plan, top = assign(arrays), float(arrays.scores.max())
    scaled = Arrays(np.rint(arrays.scores / top * 1000) / STEPS, arrays.most, arrays.least, arrays.size)  # thousandths
    worst = by_cp_sat(scaled, of="worst")

    assert worst is not None
    assert plan.worst / top >= worst / 1000 * 0.999 - 0.0016  # three scores, each half a thousandth off
    assert plan.bound_on_worst / top >= worst / 1000 - 0.0016


def loads(experts: int, *, most: int, least: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.full(experts, most), np.full(experts, least)


def test_negative_scores_are_as_good_as_shifted_ones() -> None:
    arrays = made(3, cases=6, experts=10, most_size=1, never=0.1, lower=False)
    arrays = Arrays(arrays.scores, arrays.most + 3, arrays.least, np.full(6, 2))
    shifted = Arrays(arrays.scores - 7.0, arrays.most, arrays.least, arrays.size)
    plan, low = assign(arrays), assign(shifted)

    assert low.total == pytest.approx(plan.total - 7.0 * 12)
    assert low.worst == pytest.approx(plan.worst - 7.0 * 2)
    assert low.bound_on_total == pytest.approx(plan.bound_on_total - 7.0 * 12, abs=1e-3)
    assert low.bound_on_worst == pytest.approx(plan.bound_on_worst - 7.0 * 2, abs=1e-3)
    assert low.largest_total == pytest.approx(plan.largest_total - 7.0 * 12, abs=1e-3)


def test_an_application_without_seats_does_not_hide_the_worst_panel() -> None:
    scores = np.array([[1.0, 0.9, 0.5], [0.8, 0.1, 0.5]])
    plan = assign(Arrays(scores, *loads(2, most=1), np.array([1, 1, 0])))

    assert plan.panels == ((1,), (0,), ())
    assert (plan.total, plan.worst) == pytest.approx((1.7, 0.8))
    assert plan.largest_total == pytest.approx(1.7)


def test_nothing_to_do_is_a_plan_too() -> None:
    nothing = Arrays(np.ones((2, 3)), *loads(2, most=1), np.zeros(3, dtype=np.int64))

    plan = assign(nothing)
    assert (plan.panels, plan.total, plan.bound_on_total, plan.worst, plan.bound_on_worst) == (((), (), ()), 0, 0, 0, 0)
    assert codes(lambda: assign(Arrays(np.ones((2, 3)), *loads(2, most=1, least=1), nothing.size))) == {"assign-infeasible"}


def test_the_same_arrays_have_the_same_plan() -> None:
    arrays = made(11, cases=7, experts=10, most_size=3, never=0.1, lower=True)

    assert assign(arrays).panels == assign(arrays).panels


# -- a pool of the best pairs --------------------------------------------------------------------------


@pytest.fixture(params=["with the largest total known", "without"])
def pruned(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pools so small that most pairs are left out and have to be priced."""
    if request.param == "without":
        monkeypatch.setattr(module, "ALL_PAIRS", 0)
    monkeypatch.setattr(module, "FEW_PAIRS", 0)
    monkeypatch.setattr(module, "OF_CASE", 2)
    monkeypatch.setattr(module, "OF_EXPERT", 1)


@pytest.mark.usefixtures("pruned")
@pytest.mark.parametrize("seed", range(25))
def test_bounds_from_a_pool_hold_for_the_whole_problem(seed: int) -> None:
    random = np.random.default_rng(seed)
    cases, experts = int(random.integers(4, 9)), int(random.integers(9, 20))
    arrays = made(seed, cases=cases, experts=experts, most_size=2, never=0.2, lower=seed % 2 == 0)
    plan, largest, worst = planned(arrays), by_cp_sat(arrays, of="total"), by_cp_sat(arrays, of="worst")

    assert (plan is None) == (largest is None)  # a pool in which it cannot be is widened, never the answer
    if plan is None or largest is None or worst is None:
        return
    assert keeps_everything(arrays, plan)
    assert plan.bound_on_total * STEPS >= largest - ROUNDED * STEPS
    assert plan.bound_on_worst * STEPS >= worst - ROUNDED * STEPS
    assert plan.total * STEPS <= largest + ROUNDED
    assert plan.worst * STEPS <= worst + ROUNDED


@pytest.mark.usefixtures("pruned")
def test_pricing_brings_in_what_the_pool_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROUNDS", 20)
    random = np.random.default_rng(5)
    arrays = Arrays(random.integers(0, STEPS + 1, (40, 20)) / STEPS, *loads(40, most=2, least=1), np.full(20, 3))
    plan, worst = assign(arrays), by_cp_sat(arrays, of="worst")

    assert plan.pairs < 40 * 20
    assert round(plan.worst * STEPS) == worst
    assert plan.bound_on_worst >= plan.worst
    assert plan.bound_on_total >= plan.total


@pytest.mark.usefixtures("pruned")
def test_panels_that_are_in_no_small_pool_are_found_all_the_same() -> None:
    """Everyone's best pairs lie with the same few experts, and the pairs that are needed are among the worst."""
    scores = np.tile(np.linspace(1.0, 0.0, 30)[:, None], (1, 12))
    plan = assign(Arrays(scores, *loads(30, most=1), np.full(12, 2)))

    assert sorted(expert for panel in plan.panels for expert in panel) == list(range(24))


@pytest.mark.parametrize("pairs", [0, 6_000_000])
def test_where_no_pair_is_worth_anything_there_is_a_plan_all_the_same(pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ALL_PAIRS", pairs)
    plan = assign(Arrays(np.zeros((9, 4)), *loads(9, most=1), np.full(4, 2)))

    assert (plan.total, plan.worst) == (0.0, 0.0)
    assert 0.0 <= plan.bound_on_total < 1e-9
    assert 0.0 <= plan.bound_on_worst < 1e-9
    assert isnan(plan.largest_total) == (pairs == 0)


# -- reading and refusing ------------------------------------------------------------------------------

GOOD = {"scores": np.array([[0.5, 1.0], [0.25, -np.inf], [1.0, 0.0]]), "loads": np.array([1, 1, 2]), "covs": np.array([1, 2])}


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """A folder of arrays: the good ones, with some of them replaced; None leaves one out."""

    def written(**replaced: Any) -> Path:
        for name, array in {**GOOD, **replaced}.items():
            if isinstance(array, bytes):
                (tmp_path / f"{name.replace('_', '-')}.npy").write_bytes(array)
            elif array is not None:
                np.save(tmp_path / f"{name.replace('_', '-')}.npy", array, allow_pickle=True)
        return tmp_path

    return written


def codes(work: Callable[[], object]) -> set[str]:
    with pytest.raises(BadInput) as refused:
        work()
    return {problem.code for problem in refused.value.problems}


def test_arrays_are_read_as_they_are(folder: Callable[..., Path]) -> None:
    read = read_arrays(folder(loads_lb=np.array([0, 1, 1])))

    assert (read.experts, read.cases) == (3, 2)
    assert np.array_equal(read.scores, GOOD["scores"])
    assert [array.tolist() for array in (read.most, read.least, read.size)] == [[1, 1, 2], [0, 1, 1], [1, 2]]


@pytest.mark.parametrize("dtype", ["float32", "float16", "float64"])
def test_numbers_of_any_kind_are_read(folder: Callable[..., Path], dtype: str) -> None:
    """Loads as whole floats, as a column, or beyond all need, and scores of any width."""
    read = read_arrays(
        folder(
            scores=GOOD["scores"].astype(dtype), loads=np.array([[1.0], [1e300], [2.0]]), loads_lb=np.array([[0.0], [1.0], [0.0]])
        )
    )

    assert assign(read).panels == assign(read_arrays(folder(loads=np.array([1, 2, 2])))).panels
    assert read.least.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("replaced", "code", "of"),
    [
        ({"scores": None}, "assign-missing-file", "scores.npy"),
        ({"loads": None}, "assign-missing-file", "loads.npy"),
        ({"covs": None}, "assign-missing-file", "covs.npy"),
        ({"scores": np.array([["a", None]], dtype=object)}, "assign-unreadable-file", "scores.npy"),
        ({"covs": np.array(["1", "2"])}, "assign-unreadable-file", "covs.npy"),
        ({"scores": GOOD["scores"] + 1j}, "assign-unreadable-file", "scores.npy"),
        ({"loads": np.array([True, True, True])}, "assign-unreadable-file", "loads.npy"),
        ({"loads": np.array([1, 1, 2], dtype="timedelta64[s]")}, "assign-unreadable-file", "loads.npy"),
        ({"loads": b""}, "assign-unreadable-file", "loads.npy"),
        ({"loads": b"1 1 2\n"}, "assign-unreadable-file", "loads.npy"),
        ({"loads": b"PK\x03\x04 an archive of arrays"}, "assign-unreadable-file", "loads.npy"),
        ({"loads_lb": b"\x93NUMPY\x01\x00"}, "assign-unreadable-file", "loads-lb.npy"),
        ({"scores": np.ones(6)}, "assign-wrong-shape", "scores.npy"),
        ({"scores": np.float64(1)}, "assign-wrong-shape", "scores.npy"),
        ({"scores": np.ones((0, 2))}, "assign-wrong-shape", "scores.npy"),
        ({"loads": np.array([1, 1])}, "assign-wrong-shape", "loads.npy"),
        ({"covs": np.array([1, 1, 1])}, "assign-wrong-shape", "covs.npy"),
        ({"loads_lb": np.array([0])}, "assign-wrong-shape", "loads-lb.npy"),
        ({"scores": np.full((3, 2), np.nan)}, "assign-wrong-numbers", "scores.npy"),
        ({"scores": np.full((3, 2), np.inf)}, "assign-wrong-numbers", "scores.npy"),
        ({"scores": GOOD["scores"] - 1}, "assign-wrong-numbers", "scores.npy"),
        ({"loads": np.array([1, -1, 2])}, "assign-wrong-numbers", "loads.npy"),
        ({"loads": np.array([1, np.inf, 2])}, "assign-wrong-numbers", "loads.npy"),
        ({"covs": np.array([1, 1.5])}, "assign-wrong-numbers", "covs.npy"),
        ({"covs": np.array([1, np.nan])}, "assign-wrong-numbers", "covs.npy"),
        ({"loads_lb": np.array([-1, 0, 0])}, "assign-wrong-numbers", "loads-lb.npy"),
        ({"loads_lb": np.array([0, 2, 0])}, "assign-wrong-numbers", "loads-lb.npy"),
        ({"loads": np.array([[1], [1], [2]]), "loads_lb": np.array([0, 0, 3])}, "assign-wrong-numbers", "loads-lb.npy"),
    ],
)  # fmt: skip
def test_what_is_refused_when_it_is_read(folder: Callable[..., Path], replaced: dict[str, Any], code: str, of: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_arrays(folder(**replaced))

    (problem,) = refused.value.problems
    assert problem.code == code
    assert of in problem.message.zh
    assert of in problem.message.en


def test_everything_that_is_wrong_is_said_at_once(folder: Callable[..., Path]) -> None:
    assert codes(lambda: read_arrays(folder(scores=None, loads=b"?"))) == {"assign-missing-file", "assign-unreadable-file"}
    with pytest.raises(BadInput) as refused:
        read_arrays(folder(loads=np.array([-1, 1, 1]), covs=np.array([0.5, 1])))
    assert len(refused.value.problems) == 2


def test_negative_scores_are_taken_where_all_panels_are_of_one_size(folder: Callable[..., Path]) -> None:
    read = read_arrays(folder(scores=GOOD["scores"] - 1, covs=np.array([1, 1])))

    assert assign(read).total == pytest.approx(0.0)

    read = read_arrays(folder(scores=GOOD["scores"] - 1, covs=np.array([2, 0])))
    assert (assign(read).panels, assign(read).worst) == (((0, 2), ()), pytest.approx(-0.5))


FAIR: dict[str, Any] = {
    "scores": np.array([[0.5, 1.0], [-np.inf, 0.5], [1.0, 0.0]]), "most": np.array([1, 1, 2]),
    "least": np.zeros(3, dtype=np.int64), "size": np.array([2, 1]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"most": np.array([1, 1, 0])}, {"assign-too-few-experts", "assign-infeasible"}),
        ({"most": np.array([1, 0, 1])}, {"assign-infeasible"}),
        ({"most": np.array([1, 5, 1]), "size": np.array([2, 2])}, {"assign-infeasible"}),  # only all together show it
        ({"least": np.array([1, 1, 2])}, {"assign-infeasible"}),
        ({"least": np.array([0, 1, 0]), "size": np.array([2, 0])}, {"assign-infeasible"}),
        ({"size": np.array([0, 4])}, {"assign-too-few-experts"}),
        ({"size": np.array([2**31, 1])}, {"assign-too-few-experts", "assign-infeasible"}),
        ({"scores": np.full((3, 2), -np.inf)}, {"assign-too-few-experts"}),
    ],
)
@pytest.mark.parametrize("pairs", ["all", "few"])
def test_what_cannot_be_is_refused(changed: dict[str, Any], said: set[str], pairs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if pairs == "few":
        monkeypatch.setattr(module, "ALL_PAIRS", 0)
    assert keeps_everything(Arrays(**FAIR), assign(Arrays(**FAIR)))

    assert codes(lambda: assign(Arrays(**{**FAIR, **changed}))) == said
