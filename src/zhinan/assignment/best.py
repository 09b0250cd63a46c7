"""The best seats of a pool: the largest total, then the worst panel lifted, each with a bound that nothing can pass.

Where panel sizes and loads are all there is, the largest total is one flow; otherwise a linear programme with every rule,
which nearly always ends in whole seats. Panels left in parts are settled by a small integer programme with those that hold
the experts they want.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from zhinan.assignment.floor import TINY, Floor
from zhinan.assignment.pool import Bools, Pool
from zhinan.assignment.solve import Floats, Ints, Programme, cheapest_flow

#: How far below the highest reachable sum whole seats are looked for, in turn.
YIELDING = (1.0, 0.9999, 0.999, 0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.5, 0.0)
#: Then what is open is halved so many times, until it is this near (as a share).
HALVINGS, NEAR = 8, 0.001
#: Above so many pairs the linear programme begins with the likely ones.
MANY = 300_000
#: How many panels the small integer programme may hold, in turn; then all.
TOGETHER = (60, 200, 600)


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What seats (by case) and loads (by expert) are worth, in parts of a full match, where sizes and loads are all there is.

    `seat` and `load` are those of the largest total; `lowest_seat`, `lowest_load` and the weights of the panels (`weight`, which
    add up to 1) those of the lowest panel lifted. With them anyone can bound what edges outside the pool could bring.
    """

    seat: Floats
    load: Floats
    lowest_seat: Floats
    lowest_load: Floats
    weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The seats taken, an edge each; whole-number bounds on the total and on the worst panel's sum.

    `prices` are given where panel sizes and loads are all there is and the worst panel was lifted.
    """

    seats: Bools
    bound_on_total: int
    bound_on_worst: int
    prices: Prices | None = None


def largest_by_flow(pool: Pool) -> Bools | None:
    """The seats of the largest total where panel sizes and loads are all there is; exact. None when there are none."""
    cases, experts = pool.cases, pool.experts
    sink = cases + experts
    nodes = np.arange(experts, dtype=np.int64) + cases
    tails, heads = np.r_[pool.case, nodes], np.r_[pool.expert + cases, np.full(experts, sink)]
    capacities = np.r_[np.ones(len(pool.case), dtype=np.int64), pool.most - pool.least]
    costs = np.r_[-pool.match, np.zeros(experts, dtype=np.int64)]
    supplies = np.r_[pool.size, -pool.least, pool.least.sum() - pool.size.sum()]
    flow = cheapest_flow(tails, heads, capacities, costs, supplies)
    return None if flow is None else flow[: len(pool.case)] > 0


def best_seats(pool: Pool, *, lift_worst: bool = True, seconds: float | None = None) -> Best | None:
    """The best seats, or None when no panels keep every rule."""
    if pool.size.sum() < pool.least.sum() or not pool.cases:
        return None if pool.cases or pool.least.any() else Best(np.zeros(0, dtype=bool), 0, 0)
    return _Search(pool, seconds).best(lift_worst=lift_worst)


def step_of(matches: Ints) -> int:
    """The greatest whole number that divides every match: panels' sums can only be its multiples."""
    return int(np.gcd.reduce(matches)) if len(matches) else 0


class _Search:
    """One search over one pool."""

    def __init__(self, pool: Pool, seconds: float | None) -> None:
        self.pool, self.seconds = pool, seconds
        self.gain = pool.match / pool.scale
        self.start = pool.starts()

    def best(self, *, lift_worst: bool) -> Best | None:
        """The best seats, or None when there are none."""
        pool = self.pool
        is_plain = pool.is_plain()
        plain = largest_by_flow(pool) if is_plain else None
        if is_plain and plain is None:
            return None
        if plain is not None and not lift_worst:
            return Best(plain, int(pool.match[plain].sum()), self.simple_bound())
        programme = Programme(self.gain, pool.rows())
        solved = programme.solve_from(pool.likely()) if len(pool.case) > MANY else programme.solve()
        if solved != "optimal":
            return None
        bound = int(pool.match[plain].sum()) if plain is not None else round(programme.objective() * pool.scale)
        if not lift_worst:
            seats = self._whole(programme.point(), 0.0)
            return None if seats is None else Best(seats, bound, self.simple_bound())
        return self._lifted(programme, bound, programme.prices() if is_plain else None)

    def simple_bound(self) -> int:
        """No panel can pass the sum of its best matches; so neither can the worst."""
        pool = self.pool
        tops = [
            np.sort(pool.match[begin:end])[-size:].sum()
            for (begin, end), size in zip(pairwise(self.start), pool.size, strict=True)
        ]
        return int(min(tops, default=0))

    def _lifted(self, programme: Programme, bound: int, prices: Floats | None) -> Best | None:
        floor = Floor(self.pool, programme)
        highest = floor.highest()
        seats = self._highest_whole(floor, highest)
        if seats is None:
            return None
        limit = _down_to(round(highest * self.pool.scale), step_of(self.pool.match))
        found = None if prices is None else self._prices(prices, floor)
        return Best(seats, bound, min(self.simple_bound(), limit), found)

    def _highest_whole(self, floor: Floor, highest: float) -> Bools | None:
        """Whole seats with every panel as high as can be: first the next lower levels, then halving what is left open."""
        step = step_of(self.pool.match) / self.pool.scale
        seats, failed = None, highest + max(step, TINY)
        for share in YIELDING:
            level = _down_to_step(highest * share, step)
            if level < failed and (seats := self._whole_at(floor, level)) is not None:
                break
            failed = min(failed, level)
        for _ in range(HALVINGS):
            if seats is None:
                break
            reached = float(self.pool.scores(seats).min()) / self.pool.scale
            if failed - reached <= max(NEAR * failed, step + TINY):
                break
            level = max(_down_to_step((reached + failed) / 2, step), reached + step)
            better = self._whole_at(floor, level)
            seats, failed = (seats, level) if better is None else (better, failed)
        return seats

    def _whole_at(self, floor: Floor, level: float) -> Bools | None:
        point = floor.point_at(max(level - TINY, 0.0))
        return None if point is None else self._whole(point, level)

    def _prices(self, prices: Floats, floor: Floor) -> Prices | None:
        """The prices of both programmes, by case and by expert; the rows of sizes and loads come first."""
        cases, loads, lowest = self.pool.cases, slice(2 * self.pool.cases, 2 * self.pool.cases + self.pool.experts), floor.prices
        if lowest is None:
            return None
        weight = np.zeros(cases)
        for case, row in floor.row_of.items():
            weight[case] = max(0.0, -lowest[row]) if row < len(lowest) else 0.0
        if (share := float(weight.sum())) <= 0:
            return None
        return Prices(prices[:cases], prices[loads], lowest[:cases] / share, lowest[loads] / share, weight / share)

    # -- whole seats --

    def _whole(self, point: Floats, level: float) -> Bools | None:
        """Whole seats beside a point in parts, every panel up to `level`; None when none were found."""
        seats = point > 0.5
        partly = (point > TINY) & (point < 1 - TINY)
        short = self.pool.scores(seats) / self.pool.scale < level - TINY
        open_cases = np.unique(np.r_[self.pool.case[partly], np.flatnonzero(short)])
        if not len(open_cases):
            return seats
        for most in TOGETHER:
            if most >= self.pool.cases:
                break
            chosen = self._with_rivals(open_cases, seats, len(open_cases) + most)
            if len(chosen) < self.pool.cases and (settled := self._settled(chosen, seats, level)) is not None:
                return settled
        return self._settled(np.arange(self.pool.cases), seats, level)

    def _with_rivals(self, cases: Ints, seats: Bools, most: int) -> Ints:
        """These cases and those that hold the experts they would most like to have, up to `most`."""
        pool, chosen = self.pool, [int(case) for case in cases]
        holders: dict[int, list[int]] = {}
        for edge in np.flatnonzero(seats):
            holders.setdefault(int(pool.expert[edge]), []).append(int(pool.case[edge]))
        known, at = set(chosen), 0
        while at < len(chosen) and len(chosen) < most:
            begin, end = self.start[chosen[at]], self.start[chosen[at] + 1]
            wanted = begin + np.argsort(-pool.match[begin:end], kind="stable")[: 3 * pool.size[chosen[at]]]
            for edge in wanted:
                fresh = [case for case in holders.get(int(pool.expert[edge]), ()) if case not in known]
                chosen += fresh[: most - len(chosen)]
                known.update(chosen[-len(fresh) :] if fresh else ())
            at += 1
        return np.array(sorted(chosen), dtype=np.int64)

    def _settled(self, cases: Ints, seats: Bools, level: float) -> Bools | None:
        """Whole seats for these cases, the others as they are."""
        pool = self.pool
        inside = np.zeros(pool.cases, dtype=bool)
        inside[cases] = True
        kept = inside[pool.case]
        used = np.bincount(pool.expert[seats & ~kept], minlength=pool.experts)
        part = replace(
            pool.some(kept), case=np.searchsorted(cases, pool.case[kept]), size=pool.size[cases], finance=pool.finance[cases],
            outside=pool.outside[cases], most=np.maximum(pool.most - used, 0), least=np.maximum(pool.least - used, 0),
        )  # fmt: skip
        programme = Programme(
            part.match / part.scale, part.rows(), whole=True, seconds=self.seconds, gap=1e-6 if level <= 0 else 1e-4
        )
        start = part.starts()
        if level > 0:
            for begin, end in pairwise(start):
                programme.add_row(np.arange(begin, end), part.match[begin:end] / part.scale, level)
        if programme.solve() == "infeasible" or not programme.has_point():
            return None
        settled = seats & ~kept
        settled[kept] = programme.point() > 0.5
        return settled


def _down_to(value: int, step: int) -> int:
    return value // step * step if step else value


def _down_to_step(level: float, step: float) -> float:
    """The highest sum not above the level that panels can have at all."""
    return int((level + TINY) / step) * step if step > TINY else level
