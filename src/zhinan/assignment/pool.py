"""The pool in columns: every seat an expert may take, and the panel rules as rows of a linear programme."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from zhinan.assignment.problem import FULL_MATCH, Instance
from zhinan.assignment.solve import Floats, Ints, Rows

Bools = NDArray[np.bool_]

#: How many of the best edges of a case (of each kind of seat, from outside and not) and of an expert are likely.
LIKELY_OF_CASE, LIKELY_OF_EXPERT = 10, 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """Seats that may be filled, one an edge: `expert` sits in a technical or finance seat of `case` with `match`.

    Edges are in order of case. `size`, `finance`, `outside` are by case; `root`, `is_outside`, `most`, `least` by expert.
    `scale` is the whole number that stands for a match of 1.
    """

    case: Ints
    expert: Ints
    in_finance: Bools
    match: Ints
    size: Ints
    finance: Ints
    outside: Ints
    per_unit: int
    root: Ints
    is_outside: Bools
    most: Ints
    least: Ints
    scale: int = FULL_MATCH

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return len(self.size)

    @property
    def experts(self) -> int:
        """How many experts there are."""
        return len(self.most)

    def some(self, keep: Bools) -> Pool:
        """The pool with these edges only."""
        return replace(
            self, case=self.case[keep], expert=self.expert[keep], in_finance=self.in_finance[keep], match=self.match[keep]
        )

    def scores(self, seats: Floats | Bools | Ints) -> Floats:
        """Each case's sum of matches, when each edge is taken so far."""
        return np.bincount(self.case, weights=seats * self.match.astype(float), minlength=self.cases).astype(float)

    def starts(self) -> Ints:
        """Where each case's edges begin; the last number is where all end."""
        return np.searchsorted(self.case, np.arange(self.cases + 1))

    def same_root(self) -> Ints:
        """A number for each edge, the same for those of one case and one employer's group."""
        return self.case * (int(self.root.max(initial=0)) + 1) + self.root[self.expert]

    def same_pair(self) -> Ints:
        """A number for each edge, the same for those of one case and one expert (who may have two kinds of seats)."""
        return self.case * self.experts + self.expert

    def likely(self) -> Bools:
        """The edges that solutions are mostly made of: the best of each case by kind of seat and region, and of each expert."""
        of_case = (self.case * 2 + self.in_finance) * 2 + self.is_outside[self.expert]
        return (_rank(of_case, self.match) < LIKELY_OF_CASE) | (_rank(self.expert, self.match) < LIKELY_OF_EXPERT)

    def is_plain(self) -> bool:
        """Whether panel sizes and loads are all there is: then it is one flow."""
        return not (self.outside.any() or self.finance.any() or len(_crowded(self.same_root(), self.per_unit)[0]))

    def rows(self) -> Rows:
        """Every panel rule and load as a row; the seats of the cases come first: technical, then finance."""
        parts = [
            _counted(self.case + self.cases * self.in_finance, np.r_[self.size - self.finance, self.finance], exactly=True),
            _bounded(self.expert, self.least.astype(float), self.most.astype(float)),
        ]
        if self.outside.any():
            parts.append(_at_least(self.case, self.is_outside[self.expert], self.outside))
        parts.append(_at_most(self.same_root(), self.per_unit))
        if self.per_unit > 1 and self.finance.any():
            parts.append(_at_most(self.same_pair(), 1))
        return _stacked(parts)


def pool_of(instance: Instance) -> Pool:
    """The pool of a problem; cases and experts are numbered in order of their ids."""
    cases, experts = numbered(instance)
    roots = {root: number for number, root in enumerate(sorted({expert.root for expert in instance.experts}))}
    edges = [
        (cases[case], experts[expert.id], seat == "finance", match) for case, expert, seat, match in instance.candidates()
    ]  # fmt: skip
    columns = np.array(edges, dtype=np.int64).reshape(-1, 4).T
    ordered = sorted(instance.experts, key=lambda expert: expert.id)
    rules, count = instance.rules, len(cases)
    return Pool(
        case=columns[0], expert=columns[1], in_finance=columns[2].astype(bool), match=columns[3],
        size=np.full(count, rules.size), finance=np.full(count, rules.finance), outside=np.full(count, rules.outside),
        per_unit=rules.per_unit, root=np.array([roots[expert.root] for expert in ordered], dtype=np.int64),
        is_outside=np.array([expert.is_outside for expert in ordered], dtype=bool),
        most=np.array([expert.most for expert in ordered], dtype=np.int64),
        least=np.array([expert.least for expert in ordered], dtype=np.int64),
    )  # fmt: skip


def numbered(instance: Instance) -> tuple[dict[str, int], dict[str, int]]:
    """The number of each case and of each expert in the pool."""
    cases = {case: number for number, case in enumerate(sorted(instance.cases))}
    experts = {id: number for number, id in enumerate(sorted(expert.id for expert in instance.experts))}
    return cases, experts


def _rank(group: Ints, match: Ints) -> Ints:
    """Each edge's place within its group, by match, from 0."""
    order = np.lexsort((-match, group))
    first = np.r_[True, group[order][1:] != group[order][:-1]]
    place = np.arange(len(group))
    rank = np.empty_like(place)
    rank[order] = place - np.maximum.accumulate(np.where(first, place, 0))
    return rank


# -- rows ----------------------------------------------------------------------------------------------


def _counted(row: Ints, wanted: Ints, *, exactly: bool) -> Rows:
    return _rows(row, np.ones(len(row)), wanted.astype(float), wanted.astype(float) if exactly else np.full(len(wanted), np.inf))


def _bounded(row: Ints, lower: Floats, upper: Floats) -> Rows:
    return _rows(row, np.ones(len(row)), lower, upper)


def _at_least(row: Ints, counts: Bools, wanted: Ints) -> Rows:
    kept = np.flatnonzero(counts)
    return _rows(row[kept], np.ones(len(kept)), wanted.astype(float), np.full(len(wanted), np.inf), kept)


def _at_most(same: Ints, most: int) -> Rows:
    """At most so many of the edges that carry the same number; only where there are more."""
    crowded, number = _crowded(same, most)
    count = int(number.max(initial=-1)) + 1
    return _rows(number, np.ones(len(crowded)), np.full(count, -np.inf), np.full(count, float(most)), crowded)


def _crowded(same: Ints, most: int) -> tuple[Ints, Ints]:
    """The edges whose number occurs more than `most` times, and for each which of these numbers it is, from 0."""
    _, inverse, counts = np.unique(same, return_inverse=True, return_counts=True)
    crowded = np.flatnonzero(counts[inverse] > most)
    _, number = np.unique(inverse[crowded], return_inverse=True)
    return crowded, number.astype(np.int64)


def _rows(row: Ints, value: Floats, lower: Floats, upper: Floats, column: Ints | None = None) -> Rows:
    column = np.arange(len(row)) if column is None else column
    order = np.lexsort((column, row))
    start = np.r_[0, np.cumsum(np.bincount(row, minlength=len(lower)))]
    return Rows(start, column[order], value[order], lower, upper)


def _stacked(parts: list[Rows]) -> Rows:
    offsets = np.cumsum([0, *(len(part.index) for part in parts)])
    starts = [part.start[:-1] + offset for part, offset in zip(parts, offsets, strict=False)]
    return Rows(
        np.concatenate([*starts, offsets[-1:]]), np.concatenate([part.index for part in parts]),
        np.concatenate([part.value for part in parts]), np.concatenate([part.lower for part in parts]),
        np.concatenate([part.upper for part in parts]),
    )  # fmt: skip
