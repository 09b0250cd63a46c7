"""Experts to applications, sizes and loads alone: our plan and its bounds beside networkx and CP-SAT in the same run.

`python -m benchmarks.assignment` takes matrices made up in the shapes that are published, up to 2000 × 2000. Every plan is
checked here by code of its own. Rounds with every rule are in `assignment_draw`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx
import numpy as np
from ortools.sat.python import cp_model

from benchmarks.measure import Spent, machine, record, timed
from zhinan.assignment.arrays import ArrayPlan, Arrays, assign
from zhinan.assignment.problem import FULL_MATCH

Figures = dict[str, Any]
#: Seconds that each search for whole panels may take, as in `zhinan assign`; and that CP-SAT may take in all.
SECONDS, FOR_CP_SAT = 25.0, 20.0
#: networkx and CP-SAT are asked up to so many pairs.
FOR_NETWORKX, PAIRS_FOR_CP_SAT = 125_000, 45_000


@dataclass(frozen=True, slots=True)
class Shape:
    """One instance: its kind of scores, applications, experts, panel size, most and least load."""

    kind: str
    cases: int
    experts: int
    size: int
    most: int
    least: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.cases} × {self.experts}, panels of {self.size}, loads {self.least} to {self.most}"


SHAPES = (
    Shape("affinity", 118, 177, 3, 4), Shape("affinity", 118, 177, 3, 4, 2), Shape("bids", 613, 201, 3, 12),
    Shape("bids", 442, 161, 3, 12), Shape("uniform", 200, 200, 5, 8), Shape("affinity", 200, 200, 5, 8),
    Shape("affinity", 2000, 1000, 5, 15), Shape("affinity", 2000, 2000, 5, 8), Shape("uniform", 2000, 2000, 5, 8),
)  # fmt: skip


def made(shape: Shape, seed: int) -> Arrays:
    """Scores of a kind: uniform; affinity of random interests; or bids, more for some applications than for others."""
    random = np.random.default_rng(seed)
    size = (shape.experts, shape.cases)
    if shape.kind == "uniform":
        scores = random.random(size)
    elif shape.kind == "affinity":
        scores = 1 / (1 + np.exp(-random.normal(size=(size[0], 12)) @ random.normal(size=(12, size[1])) / 3))
    else:
        wanted = 0.03 + random.beta(1.2, 12, size[1])
        drawn = random.random(size)
        scores = np.select([drawn < wanted / 3, drawn < wanted * 2 / 3, drawn < wanted], [1.0, 0.5, 0.25], 0.0)
    scores[random.random(size) < 0.02] = -np.inf
    return Arrays(
        scores, np.full(shape.experts, shape.most), np.full(shape.experts, shape.least), np.full(shape.cases, shape.size)
    )


def breaks(arrays: Arrays, plan: ArrayPlan) -> int:
    """How many sizes, loads and forbidden pairs a plan breaks."""
    seats = [(expert, case) for case, panel in enumerate(plan.panels) for expert in panel]
    loads = np.bincount([expert for expert, _ in seats], minlength=arrays.experts)
    return int(
        sum(len(set(panel)) != size for panel, size in zip(plan.panels, arrays.size, strict=True))
        + ((loads > arrays.most) | (loads < arrays.least)).sum()
        + sum(arrays.scores[seat] == -np.inf for seat in seats)
    )


def by_networkx(arrays: Arrays) -> float:
    """The largest total by networkx's network simplex, on scores of a millionth; least loads are not asked of it."""
    graph = networkx.DiGraph()
    graph.add_node("end", demand=int(arrays.size.sum()))
    for case, size in enumerate(arrays.size):
        graph.add_node(("case", case), demand=-int(size))
    for expert, most in enumerate(arrays.most):
        graph.add_edge(("expert", expert), "end", capacity=int(most), weight=0)
    for expert, case in np.argwhere(np.isfinite(arrays.scores)):
        cost = -round(arrays.scores[expert, case] * FULL_MATCH)
        graph.add_edge(("case", int(case)), ("expert", int(expert)), capacity=1, weight=cost)
    return float(-networkx.network_simplex(graph)[0] / FULL_MATCH)


def by_cp_sat(arrays: Arrays) -> tuple[float, float]:
    """The best worst panel by CP-SAT and its bound, on one thread, when it is sure or its time is up."""
    model, units = cp_model.CpModel(), 10_000
    seat = {(int(e), int(c)): model.new_bool_var("") for e, c in np.argwhere(np.isfinite(arrays.scores))}
    of_case: list[list[tuple[int, int]]] = [[] for _ in arrays.size]
    of_expert: list[list[tuple[int, int]]] = [[] for _ in arrays.most]
    for pair in seat:
        of_expert[pair[0]].append(pair)
        of_case[pair[1]].append(pair)
    lowest = model.new_int_var(0, units * int(arrays.size.max()), "")
    for pairs, size in zip(of_case, arrays.size, strict=True):
        model.add(sum(seat[pair] for pair in pairs) == int(size))
        model.add(sum(round(arrays.scores[pair] * units) * seat[pair] for pair in pairs) >= lowest)
    for pairs, least, most in zip(of_expert, arrays.least, arrays.most, strict=True):
        model.add_linear_constraint(sum(seat[pair] for pair in pairs), int(least), int(most))
    model.maximize(lowest)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 1, FOR_CP_SAT
    status = solver.solve(model)
    found = solver.objective_value / units if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else float("nan")
    return found, solver.best_objective_bound / units


def measured(shape: Shape) -> Figures:
    """One instance by us and, where they can bear it, by the peers in the same run."""
    arrays = made(shape, seed=7)
    plan, spent = kept(lambda: assign(arrays, seconds=SECONDS))
    figures: Figures = {
        "instance": str(shape), "zhinan": times(spent), "total": plan.total, "largest total": plan.largest_total,
        "share": round(plan.total / plan.largest_total, 6), "worst": plan.worst, "bound on worst": plan.bound_on_worst,
        "rules broken": breaks(arrays, plan),
    }  # fmt: skip
    if arrays.scores.size <= FOR_NETWORKX and not shape.least:
        largest, spent = kept(lambda: by_networkx(arrays))
        assert abs(largest - plan.largest_total) < 1e-3, "two solvers, two largest totals"
        figures["networkx"] = {**times(spent), "largest total": largest}
    if arrays.scores.size <= PAIRS_FOR_CP_SAT:
        (worst, bound), spent = kept(lambda: by_cp_sat(arrays))
        figures["CP-SAT"] = {**times(spent), "worst": worst, "bound on worst": bound}
    return figures


def kept(work: Callable[[], Any]) -> tuple[Any, Spent]:
    """What a piece of work gave, and how long it took."""
    out: list[Any] = []
    spent = timed(lambda: out.append(work()))
    return out[0], spent


def times(spent: Spent) -> dict[str, float]:
    """Both clocks, in seconds."""
    return {"wall s": round(spent.wall, 2), "cpu s": round(spent.cpu, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=4_000_000, help="leave out instances of more pairs (default: none)")
    most = parser.parse_args().most
    assign(made(Shape("uniform", 20, 30, 3, 4), 1))  # libraries are loaded once
    found = []
    for shape in SHAPES:
        if shape.cases * shape.experts <= most:
            found.append(measured(shape))
            print(found[-1], flush=True)
    print(record("assignment", {"machine": machine("numpy", "ortools", "highspy", "networkx"), "found": found}))


if __name__ == "__main__":
    main()
