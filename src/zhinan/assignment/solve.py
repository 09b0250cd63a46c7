"""The one door to the solvers: OR-Tools' min-cost flow on whole numbers, and HiGHS for linear and integer programmes.

Both are loaded when first used. A plan never depends on how many processors there are: HiGHS runs on one thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
#: An integer programme is left after so many branches, so that it ends the same way on a slow machine.
MOST_NODES = 2000

_DUAL, _PRIMAL = 1, 4  # HiGHS's numbers of its simplex methods

#: A column whose price is above this would gain something.
_GAINS = 1e-9

Status = Literal["optimal", "infeasible", "stopped"]

_NO_SOLVER = Mistake(
    "no-solver",
    Text("求解器 ortools、highspy 没有安装或不能一起使用", "the solvers (ortools, highspy) are missing or do not fit"),
    Text('安装：pip install "zhinan[assignment]"', 'install them: pip install "zhinan[assignment]"'),
)  # fmt: skip


def cheapest_flow(tails: Ints, heads: Ints, capacities: Ints, costs: Ints, supplies: Ints) -> Ints | None:
    """The flow of least cost on whole numbers, one number an arc; None when the supplies cannot be met.

    `supplies[v] > 0` leaves node v, `< 0` is taken in; they add up to nothing.
    """
    try:
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
    except ImportError as error:
        raise BadInput([_NO_SOLVER.at()]) from error
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    nodes = np.arange(len(supplies), dtype=np.int64)
    flow.set_nodes_supplies(nodes, supplies)
    status = flow.solve()
    if status == flow.INFEASIBLE:
        return None
    assert status == flow.OPTIMAL, f"min-cost flow: {status}"  # reading the flows of a failed solve would crash Python
    return np.asarray(flow.flows(np.arange(len(tails), dtype=np.int32)), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of a programme: `lower <= value @ x[index] <= upper`, one behind the other from `start`."""

    start: Ints
    index: Ints
    value: Floats
    lower: Floats
    upper: Floats


class Programme:
    """A linear or integer programme to be maximised; rows can be added and moved, and it is solved again from where it was."""

    def __init__(self, gain: Floats, rows: Rows, *, whole: bool = False, seconds: float | None = None, gap: float = 1e-6) -> None:
        try:
            import highspy
        except ImportError as error:
            raise BadInput([_NO_SOLVER.at()]) from error
        self._highs: Any = highspy.Highs()  # Any: highspy has no types
        self._status: Any = highspy.HighsModelStatus
        for option, setting in (
            ("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", gap), ("mip_max_nodes", MOST_NODES),
            ("parallel", "off"),
        ):  # fmt: skip
            self._highs.setOptionValue(option, setting)
        if whole:  # it is slower here, and has called the second best the best
            self._highs.setOptionValue("presolve", "off")
        if seconds is not None:
            self._highs.setOptionValue("time_limit", float(seconds))
        self._highs.passModel(_model(highspy, gain, rows, whole=whole))
        self.columns, self.rows = len(gain), len(rows.lower)

    def solve(self) -> Status:
        """Solve from where it was. `stopped` when a limit came first; then a point may be at hand all the same."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == self._status.kOptimal:
            return "optimal"
        if status in {self._status.kInfeasible, self._status.kUnboundedOrInfeasible}:
            return "infeasible"
        return "stopped"

    def solve_from(self, likely: NDArray[np.bool_]) -> Status:
        """Solve with the likely columns alone, then with those that would still gain, until none would; for many columns.

        The others wait with an upper end of 0, so that in the end the whole programme is solved, and proven.
        """
        waiting = np.flatnonzero(~likely)
        self._end(waiting, 0.0)
        while self.solve() == "optimal":
            beyond = np.asarray(self._highs.getSolution().col_dual, dtype=np.float64)[waiting]
            if not (beyond > _GAINS).any():
                break
            self._end(waiting[beyond > _GAINS], 1.0)
            waiting = waiting[beyond <= _GAINS]
        self._end(waiting, 1.0)
        return self.solve()

    def _end(self, columns: Ints, upper: float) -> None:
        numbers = columns.astype(np.int32)
        self._highs.changeColsBounds(len(numbers), numbers, np.zeros(len(numbers)), np.full(len(numbers), upper))

    def has_point(self) -> bool:
        """Whether a point that keeps every row is at hand (after `stopped`)."""
        return bool(self._highs.getInfo().primal_solution_status == 2)

    def point(self) -> Floats:
        """The solution, one number a column."""
        return np.asarray(self._highs.getSolution().col_value, dtype=np.float64)

    def prices(self) -> Floats:
        """What one unit more of each row would bring."""
        return np.asarray(self._highs.getSolution().row_dual, dtype=np.float64)

    def objective(self) -> float:
        """The gain of the solution."""
        return float(self._highs.getInfo().objective_function_value)

    def add_column(self, gain: float, rows: Sequence[int] = ()) -> int:
        """Add a column without an upper end that counts once in each of these rows; its number comes back."""
        self._highs.addCol(gain, 0.0, self._highs.inf, len(rows), np.array(rows, dtype=np.int32), np.ones(len(rows)))
        self.columns += 1
        return self.columns - 1

    def add_row(self, index: Ints, value: Floats, lower: float) -> int:
        """Add `value @ x[index] >= lower`; its number comes back."""
        self._highs.addRow(lower, self._highs.inf, len(index), index.astype(np.int32), value)
        self.rows += 1
        return self.rows - 1

    def seek(self, gain: Floats, *, is_near: bool) -> None:
        """Maximise something else from here on. `is_near`: the point at hand is probably a good one, so go on from there."""
        self._highs.setOptionValue("simplex_strategy", _PRIMAL if is_near else _DUAL)
        self._highs.changeColsCost(len(gain), np.arange(len(gain), dtype=np.int32), gain)

    def hold(self, column: int, lower: float, upper: float) -> None:
        """Keep a column between two ends."""
        self._highs.changeColBounds(column, lower, upper)


def _model(highspy: Any, gain: Floats, rows: Rows, *, whole: bool) -> Any:  # Any: highspy has no types
    model = highspy.HighsLp()
    columns = len(gain)
    model.num_col_, model.num_row_ = columns, len(rows.lower)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = gain
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.ones(columns)
    model.row_lower_, model.row_upper_ = rows.lower, rows.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = rows.start.astype(np.int32)
    model.a_matrix_.index_ = rows.index.astype(np.int32)
    model.a_matrix_.value_ = rows.value
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    return model
