"""Made-up rounds of a programme, with every rule there is: kinds of seats, outside experts, employers, bars, loads."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from zhinan.assignment.problem import Bar, Expert, Instance, PanelRules
from zhinan.values.text import Text

SAME_EMPLOYER = (Bar(rule="same-employer", reason=Text("与申报单位同单位", "works for the applicant")),)


def likeness(random: np.random.Generator, cases: int, experts: int) -> NDArray[np.float32]:
    """Cases × experts: each stands in a few of forty fields; the rest is chance."""
    of_cases, of_experts = (random.dirichlet(np.full(40, 0.1), count).astype(np.float32) for count in (cases, experts))
    same = of_cases @ of_experts.T
    return (0.7 * np.sqrt(same / same.max()) + 0.3 * random.random((cases, experts), dtype=np.float32)).astype(np.float32)


def programme(cases: int, experts: int, *, seed: int = 0, size: int = 5) -> Instance:
    """A programme's round: one finance seat, two from outside, one of an employer, bars, loads of one and a half times the need.

    A large round keeps each case's best pairs of each kind and some by chance, as a bank of experts would.
    """
    random = np.random.default_rng(seed)
    match = likeness(random, cases, experts)
    in_finance, outside = random.random(experts) < 0.25, random.random(experts) < 0.45
    unit, applicant = random.integers(0, max(experts // 3, 1), experts), random.integers(0, max(experts // 3, 1), cases)
    load = math.ceil(1.5 * cases * size / experts)
    roster = tuple(
        Expert(
            id=f"E{number:05}", kinds=frozenset({"finance" if in_finance[number] else "technical"}), unit=f"U{unit[number]}",
            is_outside=bool(outside[number]), most=load,
        )
        for number in range(experts)
    )  # fmt: skip
    names = [f"C{number:05}" for number in range(cases)]
    pairs = _candidates(random, match, in_finance, outside)
    matches = {(names[case], roster[expert].id): int(match[case, expert] * 1_000_000) for case, expert in pairs}
    barred = {
        (names[case], roster[expert].id): SAME_EMPLOYER
        for case, expert in pairs if unit[expert] == applicant[case] or random.random() < 0.03
    }  # fmt: skip
    return Instance(
        cases=tuple(names), experts=roster, rules=PanelRules(size=size, finance=1, outside=2), match=matches, barred=barred,
    )  # fmt: skip


def _candidates(
    random: np.random.Generator, match: NDArray[np.float32], in_finance: NDArray[np.bool_], outside: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    cases, experts = match.shape
    if experts <= 500:
        return [(case, expert) for case in range(cases) for expert in range(experts)]
    kept = [random.integers(0, experts, (cases, 30))]
    for members, best in ((~in_finance, 50), (in_finance, 14), (~in_finance & outside, 14)):
        ids = np.flatnonzero(members)
        for_case = [np.argpartition(-match[begin : begin + 500, ids], best, axis=1)[:, :best] for begin in range(0, cases, 500)]
        kept.append(ids[np.concatenate(for_case)])
    chosen = np.concatenate(kept, axis=1)
    keys = np.unique(np.repeat(np.arange(cases), chosen.shape[1]) * experts + chosen.ravel())
    return list(zip((keys // experts).tolist(), (keys % experts).tolist(), strict=True))
