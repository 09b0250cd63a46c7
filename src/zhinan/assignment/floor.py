"""The lowest panel, lifted: a linear programme that gives a panel a row only once it falls below.

The highest sum that every panel can reach comes from raising the lowest panel alone; then the largest total is sought with
every panel up to a level. Only a few panels ever need a row, which is what makes it quick.
"""

from __future__ import annotations

import numpy as np

from zhinan.assignment.pool import Pool
from zhinan.assignment.solve import Floats, Programme

#: A sum this far below another is not below it.
TINY = 1e-6
#: Panels are given a row so many at a time.
ROWS_AT_ONCE = 20


class Floor:
    """The programme of the largest total, with a column for the lowest panel's sum and rows for panels that fall below it."""

    def __init__(self, pool: Pool, programme: Programme) -> None:
        self.pool, self.programme = pool, programme
        self.gain, self.start = pool.match / pool.scale, pool.starts()
        self.lowest = programme.add_column(0.0)
        self.row_of: dict[int, int] = {}
        self.prices: Floats | None = None
        self._add_rows(self._scores(), np.inf)

    def highest(self) -> float:
        """The highest sum that every panel can reach in parts: nothing whole can pass it."""
        edges = len(self.gain)
        while True:
            self.programme.hold(self.lowest, 0.0, np.inf)
            self.programme.seek(np.r_[np.zeros(edges), 1.0], is_near=True)
            status = self.programme.solve()
            assert status == "optimal", f"the lowest panel: {status}"
            highest = self.programme.objective()
            self.prices = self.programme.prices()
            if self.point_at(max(highest - TINY, 0.0)) is not None:
                return highest

    def point_at(self, level: float) -> Floats | None:
        """The largest total with every panel up to `level`, in parts; None when that cannot be."""
        self.programme.hold(self.lowest, level, level)
        self.programme.seek(np.r_[self.gain, 0.0], is_near=False)
        while True:
            if self.programme.solve() != "optimal":
                return None
            if not self._add_rows(self._scores(), level - TINY):
                return self.programme.point()[:-1]

    def _scores(self) -> Floats:
        point = self.programme.point()[: len(self.gain)]
        return self.pool.scores(point) / self.pool.scale

    def _add_rows(self, scores: Floats, level: float) -> bool:
        """Give a row to the lowest panels below `level` that have none; whether there were any."""
        below = [int(case) for case in np.argsort(scores, kind="stable") if scores[case] < level and int(case) not in self.row_of]
        for case in below[: max(ROWS_AT_ONCE, len(below) // 4) if np.isfinite(level) else ROWS_AT_ONCE]:
            begin, end = self.start[case], self.start[case + 1]
            row = self.programme.add_row(np.r_[begin:end, self.lowest], np.r_[self.gain[begin:end], -1.0], 0.0)
            self.row_of[case] = row
        return bool(below)
