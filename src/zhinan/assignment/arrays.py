"""The plain problem on arrays: scores of experts for applications, loads, panel sizes. Read from a folder, solved, bounded.

Large problems are solved on a pool of each application's and each expert's best pairs; what the pairs left out could bring is
bounded by the prices of the solution (linear programming duality), so that the bounds hold for the whole problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhinan.assignment.best import Best, Prices, best_seats, largest_by_flow
from zhinan.assignment.pool import Bools, Pool
from zhinan.assignment.problem import FULL_MATCH
from zhinan.assignment.solve import Floats, Ints
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

#: Up to so many pairs, the largest total is sought over all of them.
ALL_PAIRS = 6_000_000
#: Up to so many, the worst panel is lifted over all of them too.
FEW_PAIRS = 150_000
#: The best pairs of an application, and of an expert, that a pool holds; and the most rounds of adding what was left out.
OF_CASE, OF_EXPERT, ROUNDS = 60, 12, 3
#: Bounds this close to what was found need no further round.
CLOSE = 0.0005
#: Applications looked at together, so that a large matrix is never copied whole.
_CHUNK = 500

_MISSING = Mistake(
    "assign-missing-file",
    Text("缺少文件 {name}", "the file {name} is missing"),
    Text(
        "文件夹里应有 scores.npy、loads.npy、covs.npy，可以有 loads-lb.npy",
        "it holds scores.npy, loads.npy, covs.npy, and loads-lb.npy if wanted",
    ),
)
_UNREADABLE = Mistake(
    "assign-unreadable-file",
    Text("{name} 不是数值数组：{why}", "{name} is no array of numbers: {why}"),
    Text("用 numpy.save 保存数值数组，不要保存对象", "save an array of numbers with numpy.save, not objects"),
)
_SHAPE = Mistake(
    "assign-wrong-shape",
    Text("{name} 的形状是 {have}，应为 {want}", "{name} has the shape {have}; it should be {want}"),
    Text(
        "scores 一行一位专家、一列一个项目；loads 按专家，covs 按项目",
        "scores: experts × applications; loads: experts; covs: applications",
    ),
)
_NUMBERS = Mistake(
    "assign-wrong-numbers",
    Text("{name} 里有不能用的数：{what}", "{name} holds numbers that cannot be used: {what}"),
    Text(
        "scores 为有限数，-inf 表示不能分配；loads、covs 为非负整数",
        "scores: finite, -inf means never; the others whole, not negative",
    ),
)
_TOO_FEW = Mistake(
    "assign-infeasible",
    Text(
        "排不出：需要 {wanted} 个席位，专家最多承担 {have} 个",
        "impossible: {wanted} seats are wanted, experts take {have} at most",
    ),
    Text(
        "提高负荷上限，减小评审组，或减少不能分配的配对；下限之和也不能超过席位数",
        "raise loads, shrink panels or forbid fewer pairs; least loads may not add up to more than the seats",
    ),
)


_NOBODY = Mistake(
    "assign-too-few-experts",
    Text("项目 {case} 要 {wanted} 位专家，能分配的只有 {have} 位", "application {case} wants {wanted} experts and has {have}"),
    Text("减小评审组，或减少不能分配的配对（编号从 0 起）", "shrink the panel or forbid fewer pairs (counted from 0)"),
)
#: Of applications that lack experts, so many are named.
_NAMED = 10
#: More than anything can need, and small enough to be added up.
_PLENTY = 2**31


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """`scores` experts × applications (-inf: never), `most` and `least` loads by expert, `size` of each application's panel."""

    scores: Floats
    most: Ints
    least: Ints
    size: Ints

    @property
    def cases(self) -> int:
        """How many applications."""
        return len(self.size)

    @property
    def experts(self) -> int:
        """How many experts."""
        return len(self.most)


@dataclass(frozen=True, slots=True, eq=False)
class ArrayPlan:
    """Who sits where (`panels[a]`: rows of `scores`), the total, the worst panel, and bounds that hold for the whole problem.

    `worst` is the lowest sum of a panel that has seats. `pairs` is how many pairs were looked at together in the end;
    `largest_total` is nan where it was not worked out.
    """

    panels: tuple[tuple[int, ...], ...]
    total: float
    worst: float
    bound_on_total: float
    bound_on_worst: float
    pairs: int
    largest_total: float


def read_arrays(folder: Path) -> Arrays:
    """The arrays of a folder. Raises `BadInput` with everything that is wrong with them."""
    names = ["scores.npy", "loads.npy", "covs.npy", *(["loads-lb.npy"] if (folder / "loads-lb.npy").exists() else [])]
    read: dict[str, NDArray[np.floating] | NDArray[np.integer]] = {}
    problems: list[Problem] = []
    for name in names:
        try:
            with (folder / name).open("rb") as file:
                found = np.lib.format.read_array(file, allow_pickle=False)
            if found.dtype.kind not in "iuf":
                problems.append(_UNREADABLE.at(name=name, why=str(found.dtype)))
            read[name] = found
        except FileNotFoundError:
            problems.append(_MISSING.at(name=name))
        except (OSError, ValueError) as error:
            problems.append(_UNREADABLE.at(name=name, why=str(error)[:120]))
    if problems:
        raise BadInput(problems)
    scores, most, size = read["scores.npy"], read["loads.npy"], read["covs.npy"]
    least = read.get("loads-lb.npy", np.zeros(scores.shape[:1], dtype=np.int64))
    if problems := [*_wrong_shapes(scores, most, size, least)] or [*_wrong_numbers(scores, most, size, least)]:
        raise BadInput(problems)
    as_float: Floats = np.asarray(scores, dtype=scores.dtype if scores.dtype == np.float32 else np.float64)
    return Arrays(as_float, _whole(most), _whole(least), _whole(size))


def _wrong_shapes(scores: NDArray, most: NDArray, size: NDArray, least: NDArray) -> list[Problem]:  # type: ignore[type-arg]  # whatever the files hold
    if scores.ndim != 2 or not scores.size:
        return [_SHAPE.at(name="scores.npy", have=_said(scores), want="(n, m), n, m ≥ 1")]
    experts, cases = scores.shape
    wanted = (("loads.npy", most, experts), ("covs.npy", size, cases), ("loads-lb.npy", least, experts))
    return [_SHAPE.at(name=name, have=_said(array), want=f"({count},)") for name, array, count in wanted if array.size != count]


def _said(array: NDArray) -> str:  # type: ignore[type-arg]  # of any kind
    return str(tuple(array.shape))


def _wrong_numbers(scores: NDArray, most: NDArray, size: NDArray, least: NDArray) -> list[Problem]:  # type: ignore[type-arg]  # as above
    found = []
    if np.isnan(scores).any() or np.isposinf(scores).any():
        found.append(_NUMBERS.at(name="scores.npy", what="NaN, inf"))
    elif (np.isfinite(scores) & (scores < 0)).any() and len(np.unique(size[size > 0])) > 1:
        found.append(
            _NUMBERS.at(name="scores.npy", what=Text("负分，而评审组大小不一", "negative scores with panels of several sizes"))
        )
    for name, array in (("loads.npy", most), ("covs.npy", size), ("loads-lb.npy", least)):
        if not np.isfinite(array).all() or (array < 0).any() or (array != np.floor(array)).any():
            found.append(_NUMBERS.at(name=name, what=Text("负数或小数", "negative or not whole")))
    if not found and (np.ravel(least) > np.ravel(most)).any():
        found.append(_NUMBERS.at(name="loads-lb.npy", what=Text("下限大于上限", "a least above its most")))
    return found


def _whole(array: NDArray) -> Ints:  # type: ignore[type-arg]  # checked before
    whole: Ints = np.minimum(np.ravel(array), _PLENTY).astype(np.int64)
    return whole


# -- solving -------------------------------------------------------------------------------------------


def assign(arrays: Arrays, *, seconds: float | None = None) -> ArrayPlan:
    """The worst panel lifted as far as it goes, then the largest total. `seconds` bounds each search for whole panels.

    Raises `BadInput` when no panels keep sizes, loads and forbidden pairs.
    """
    if lacking := _lacking(arrays):
        raise BadInput(lacking)
    seated = arrays.size > 0
    if not seated.all():
        return _with_empty(arrays, seated, seconds)
    unit = _Unit(arrays)
    everything = arrays.experts * arrays.cases <= ALL_PAIRS
    whole = unit.pool(np.ones((arrays.cases, arrays.experts), dtype=bool)) if everything else None
    top = largest_by_flow(whole) if whole is not None else None
    if whole is not None and top is None:
        raise _infeasible(arrays)
    pool = whole if whole is not None and len(whole.case) <= FEW_PAIRS else unit.feasible(whole, top)
    for _ in range(ROUNDS):
        best = best_seats(pool, seconds=seconds)
        if best is None:
            raise _infeasible(arrays)
        if pool is whole or best.prices is None:
            break
        bounds, missed = unit.priced(best.prices, pool)
        if not len(missed[0]) or _is_close(bounds, pool, best):
            break
        pool = unit.pool(unit.with_pairs(pool, missed))
    assert best is not None  # the loop ran at least once
    largest = None if top is None or whole is None else int(whole.match[top].sum())
    return unit.told(best, pool, pool is whole, largest)


def _with_empty(arrays: Arrays, seated: Bools, seconds: float | None) -> ArrayPlan:
    """The plan for the applications that want a panel, and empty panels for the others: those would be the worst for ever."""
    if not seated.any():
        return ArrayPlan(((),) * arrays.cases, 0.0, 0.0, 0.0, 0.0, 0, 0.0)
    plan = assign(replace(arrays, scores=arrays.scores[:, seated], size=arrays.size[seated]), seconds=seconds)
    panels = iter(plan.panels)
    return replace(plan, panels=tuple(next(panels) if has_seats else () for has_seats in seated))


def _lacking(arrays: Arrays) -> list[Problem]:
    """What shows at a glance that it cannot be."""
    have = np.zeros(arrays.cases, dtype=np.int64)
    for begin in range(0, arrays.experts, _CHUNK):
        usable = np.isfinite(arrays.scores[begin : begin + _CHUNK]) & (arrays.most[begin : begin + _CHUNK, None] > 0)
        have += usable.sum(axis=0)
    short = np.flatnonzero(have < arrays.size)[:_NAMED]
    found = [_NOBODY.at(case=int(case), wanted=int(arrays.size[case]), have=int(have[case])) for case in short]
    if not arrays.least.sum() <= arrays.size.sum() <= arrays.most.sum():
        found += _infeasible(arrays).problems
    return found


def _infeasible(arrays: Arrays) -> BadInput:
    return BadInput([_TOO_FEW.at(wanted=int(arrays.size.sum()), have=int(arrays.most.sum()))])


def _is_close(bounds: tuple[float, float], pool: Pool, best: Best) -> bool:
    scores = pool.scores(best.seats)
    have = (float(scores.sum()) / pool.scale, float(scores.min()) / pool.scale)
    return all(bound <= found * (1 + CLOSE) + 1e-9 for bound, found in zip(bounds, have, strict=True))


class _Unit:
    """Scores brought to parts of a full match: shifted where they are negative, divided by the largest."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        finite = arrays.scores[np.isfinite(arrays.scores)]
        self.shift = min(0.0, float(finite.min(initial=0.0)))
        self.top = max(float(finite.max(initial=0.0)) - self.shift, 1e-12)

    def rows(self, begin: int, end: int) -> Floats:
        """The scores of some applications by expert, in parts of a full match; -inf where a pair is forbidden."""
        return (self.arrays.scores[:, begin:end].T.astype(np.float64) - self.shift) / self.top

    def pool(self, chosen: Bools | tuple[Ints, Ints]) -> Pool:
        """The pool of these pairs, applications × experts or their numbers; never a forbidden one."""
        a = self.arrays
        case, expert = chosen.nonzero() if isinstance(chosen, np.ndarray) else chosen
        score = a.scores[expert, case].astype(np.float64)
        keep = np.isfinite(score)
        case, expert, score = case[keep], expert[keep], (score[keep] - self.shift) / self.top
        order = np.lexsort((expert, case))
        none = np.zeros(a.cases, dtype=np.int64)
        return Pool(
            case=case[order], expert=expert[order], in_finance=np.zeros(len(case), dtype=bool),
            match=np.rint(score[order] * FULL_MATCH).astype(np.int64), size=a.size, finance=none, outside=none, per_unit=1,
            root=np.arange(a.experts), is_outside=np.zeros(a.experts, dtype=bool), most=a.most, least=a.least,
        )  # fmt: skip

    def feasible(self, whole: Pool | None, top: Bools | None) -> Pool:
        """A pool of best pairs in which there are panels; wider and wider, as far as every pair.

        Raises `BadInput` when there are none among all pairs either.
        """
        of_case, of_expert = OF_CASE, OF_EXPERT
        while True:
            pool = self.pool(self.best_pairs(of_case, of_expert, whole, top))
            if top is not None or largest_by_flow(pool) is not None:
                return pool
            if of_case >= self.arrays.experts:
                raise _infeasible(self.arrays)
            of_case, of_expert = 4 * of_case, 4 * of_expert

    def best_pairs(self, of_case: int, of_expert: int, whole: Pool | None, top: Bools | None) -> tuple[Ints, Ints]:
        """The best pairs of every application and of every expert, and those of the largest total, so that it can be done."""
        a = self.arrays
        parts = [np.zeros((2, 0), dtype=np.int64)]
        most = min(a.experts, max(of_case, 4 * int(a.size.max(initial=0))))
        for begin in range(0, a.cases, _CHUNK):
            rows = self.rows(begin, min(begin + _CHUNK, a.cases))
            best = (
                np.argpartition(-rows, most - 1, axis=1)[:, :most]
                if most < a.experts
                else np.tile(np.arange(a.experts), (len(rows), 1))
            )
            parts.append(np.stack([np.repeat(np.arange(begin, begin + len(rows)), best.shape[1]), best.ravel()]))
        few = min(a.cases, of_expert)
        for begin in range(0, a.experts, _CHUNK):
            rows = a.scores[begin : begin + _CHUNK]
            best = (
                np.argpartition(-rows, few - 1, axis=1)[:, :few] if few < a.cases else np.tile(np.arange(a.cases), (len(rows), 1))
            )
            parts.append(np.stack([best.ravel(), np.repeat(np.arange(begin, begin + len(rows)), best.shape[1])]))
        if whole is not None and top is not None:
            parts.append(np.stack([whole.case[top], whole.expert[top]]))
        return self._once(np.concatenate(parts, axis=1))

    def with_pairs(self, pool: Pool, more: NDArray[np.int64]) -> tuple[Ints, Ints]:
        """The pairs of a pool and some more."""
        return self._once(np.concatenate([np.stack([pool.case, pool.expert]), more], axis=1))

    def _once(self, pairs: NDArray[np.int64]) -> tuple[Ints, Ints]:
        keys = np.unique(pairs[0] * self.arrays.experts + pairs[1])
        return keys // self.arrays.experts, keys % self.arrays.experts

    # -- bounds for the whole problem --

    def priced(self, prices: Prices, pool: Pool) -> tuple[tuple[float, float], NDArray[np.int64]]:
        """Bounds on total and worst panel over every pair, and the pairs outside the pool that would pay.

        By weak duality: what seats and loads are worth at these prices, and what any pair brings beyond them.
        """
        a = self.arrays
        total, lowest = self._held(prices.seat, prices.load), self._held(prices.lowest_seat, prices.lowest_load)
        missed = [np.zeros((2, 0), dtype=np.int64)]
        inside = np.zeros((min(_CHUNK, a.cases), a.experts), dtype=bool)
        for begin in range(0, a.cases, _CHUNK):
            end = min(begin + _CHUNK, a.cases)
            rows = self.rows(begin, end)
            allowed, weight = np.isfinite(rows), prices.weight[begin:end, None]
            beyond = rows - prices.seat[begin:end, None] - prices.load
            worth = np.where(allowed, rows, 0.0) * weight
            lift = np.where(allowed, worth - prices.lowest_seat[begin:end, None] - prices.lowest_load, 0.0)
            total += float(np.maximum(beyond, 0.0).sum())
            lowest += float(np.maximum(lift, 0.0).sum())
            inside[:] = False
            of = (pool.case >= begin) & (pool.case < end)
            inside[pool.case[of] - begin, pool.expert[of]] = True
            case, expert = (((beyond > 1e-7) | ((lift > 1e-9) & (weight > 0))) & ~inside[: end - begin]).nonzero()
            missed.append(np.stack([case + begin, expert]))
        return (total, lowest), np.concatenate(missed, axis=1)

    def _held(self, seat: Floats, load: Floats) -> float:
        a = self.arrays
        return float(a.size @ seat + a.most @ np.maximum(load, 0.0) + a.least @ np.minimum(load, 0.0))

    # -- telling --

    def told(self, best: Best, pool: Pool, is_whole: bool, largest: int | None) -> ArrayPlan:
        """The plan in the units of the scores."""
        a, scale = self.arrays, float(pool.scale)
        bounds = [best.bound_on_total / scale, best.bound_on_worst / scale]
        if not is_whole:
            simple = self._simple_bounds()
            priced = simple if best.prices is None else self.priced(best.prices, pool)[0]
            bounds = [min(pair) for pair in zip(priced, simple, strict=True)]
            if largest is not None:
                bounds[0] = min(bounds[0], largest / scale)
        panels: list[list[int]] = [[] for _ in range(a.cases)]
        for edge in np.flatnonzero(best.seats):
            panels[int(pool.case[edge])].append(int(pool.expert[edge]))
        sums = np.array([float(a.scores[panel, case].astype(np.float64).sum()) for case, panel in enumerate(panels)])
        rounding = 0.5 / scale * self.top  # what rounding a score to a whole number can hide
        seats, most = int(a.size.sum()), int(a.size.max(initial=0))
        total, worst = float(sums.sum()), float(sums.min())
        return ArrayPlan(
            panels=tuple(tuple(sorted(panel)) for panel in panels), total=total, worst=worst,
            bound_on_total=max(bounds[0] * self.top + seats * (self.shift + rounding), total),
            bound_on_worst=max(bounds[1] * self.top + most * (self.shift + rounding), worst), pairs=len(pool.case),
            largest_total=float("nan") if largest is None else max(largest / scale * self.top + seats * self.shift, total),
        )  # fmt: skip

    def _simple_bounds(self) -> tuple[float, float]:
        """No panel can pass the sum of its best scores: so neither can the total pass them all, nor the worst the lowest."""
        a, sums = self.arrays, []
        for begin in range(0, a.cases, _CHUNK):
            for row, size in zip(self.rows(begin, begin + _CHUNK), a.size[begin : begin + _CHUNK], strict=True):
                sums.append(float(np.partition(row, a.experts - size)[a.experts - size :].sum()))
        return sum(sums), min(sums)
