"""Calibrated scores against the simple ways: how near they come to a known truth, and how long they take.

`python -m benchmarks.bench_review` simulates rounds whose truth is known, as many panels of 5 as are asked, and works out every
method on the same scores in the same run: the mean, the trimmed mean, the per-expert z-score, and `zhinan.review.calibrate`.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scipy.stats import kendalltau

from benchmarks.measure import Spent, machine, median_of, median_ratio, record, timed
from zhinan.review.calibrate import Score, calibrate

#: Cases, panels of so many, scores of each expert; severity against a quality of sd 10 and a noise of sd 9.
PANEL, EACH, QUALITY, NOISE = 5, 10, 10.0, 9.0
SEVERITIES = (0.0, 3.0, 7.0, 12.0)
#: The share of the cases that is funded.
FUNDED = 0.3

Estimates = Mapping[str, float]
Method = Callable[[Sequence[Score]], Estimates]


@dataclass(frozen=True, slots=True)
class Round:
    """A simulated round: the quality of each case, and what its panel scored."""

    quality: Mapping[str, float]
    scores: Sequence[Score]


def simulated(cases: int, severity: float, seed: int) -> Round:
    """Panels drawn at random, everyone with the same number of cases and no case twice."""
    chance = random.Random(seed)
    quality = {f"P{at:05}": chance.gauss(0, QUALITY) for at in range(cases)}
    experts = {f"E{at:05}": chance.gauss(0, 1) * severity for at in range(cases * PANEL // EACH)}
    load = dict.fromkeys(experts, 0)
    scores = []
    for case, true in quality.items():
        for expert in sorted(load, key=lambda each: (load[each], chance.random()))[:PANEL]:
            load[expert] += 1
            value = 70 + true + experts[expert] + chance.gauss(0, NOISE)
            scores.append(Score(case, expert, Decimal(f"{value:.1f}")))
    return Round(quality, scores)


def _panels(scores: Sequence[Score]) -> Mapping[str, list[float]]:
    panels: dict[str, list[float]] = defaultdict(list)
    for each in scores:
        panels[each.case].append(float(each.value))
    return panels


def mean(scores: Sequence[Score]) -> Estimates:
    """The mean of each panel."""
    return {case: sum(values) / len(values) for case, values in _panels(scores).items()}


def trimmed(scores: Sequence[Score]) -> Estimates:
    """The mean of each panel without its highest and its lowest score."""
    return {case: sum(sorted(values)[1:-1]) / (len(values) - 2) for case, values in _panels(scores).items()}


def z_score(scores: Sequence[Score]) -> Estimates:
    """The mean of scores that were standardised expert by expert."""
    of_expert: dict[str, list[float]] = defaultdict(list)
    for each in scores:
        of_expert[each.expert].append(float(each.value))
    scale = {expert: (statistics.fmean(values), statistics.pstdev(values) or 1) for expert, values in of_expert.items()}
    standard = [
        Score(each.case, each.expert, Decimal((float(each.value) - scale[each.expert][0]) / scale[each.expert][1]))
        for each in scores
    ]
    return mean(standard)


def reml(scores: Sequence[Score]) -> Estimates:
    """Ours: estimates, standard errors, severities, wild scores."""
    return {case: each.estimate for case, each in calibrate(scores).cases.items()}


METHODS: Mapping[str, Method] = {"mean": mean, "trimmed mean": trimmed, "z-score": z_score, "zhinan, REML": reml}


def nearness(quality: Mapping[str, float], estimates: Estimates) -> tuple[float, float]:
    """Kendall's tau to the truth; the share of the funded who ought to be."""
    names = list(quality)
    tau = float(kendalltau([quality[name] for name in names], [estimates[name] for name in names]).statistic)
    places = int(len(names) * FUNDED)
    best = set(sorted(names, key=lambda name: -quality[name])[:places])
    funded = set(sorted(names, key=lambda name: -estimates[name])[:places])
    return tau, len(best & funded) / places


def measure(cases: int, severity: float, rounds: int) -> dict[str, object]:
    """All methods on the same `rounds` rounds, one after the other in each."""
    near: dict[str, list[tuple[float, float]]] = defaultdict(list)
    spent: dict[str, list[Spent]] = defaultdict(list)
    for seed in range(rounds):
        given = simulated(cases, severity, seed)
        for name, method in METHODS.items():
            kept: list[Estimates] = []
            spent[name].append(timed(lambda method=method, kept=kept, given=given: kept.append(method(given.scores))))
            near[name].append(nearness(given.quality, kept[0]))
    gain = [ours[0] - plain[0] for ours, plain in zip(near["zhinan, REML"], near["mean"], strict=True)]
    return {
        "cases": cases,
        "severity": severity,
        "rounds": rounds,
        "tau gained on the mean": round(statistics.fmean(gain), 4),
        "standard error": round(statistics.stdev(gain) / rounds**0.5, 4) if rounds > 1 else None,
        "methods": {
            name: {
                "tau": round(statistics.fmean(tau for tau, _ in near[name]), 3),
                "funded": round(statistics.fmean(share for _, share in near[name]), 3),
                "seconds": round(median_of(spent[name], "wall"), 4),
                "times the mean": round(median_ratio(spent[name], spent["mean"], "wall"), 1),
            }
            for name in METHODS
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, nargs="*", default=[300, 2000], help="sizes of a round (default: 300 2000)")
    parser.add_argument("--rounds", type=int, default=12, help="rounds of 300 cases; larger sizes take fewer (default: 12)")
    asked = parser.parse_args()
    reml(simulated(60, 7, 1).scores)  # libraries are loaded once
    found = []
    for cases in asked.cases:
        for severity in SEVERITIES:
            figures = measure(cases, severity, max(asked.rounds * 300 // max(cases, 300), 2))
            found.append(figures)
            print(f"\n{cases} cases × {PANEL}, severity sd {severity:g}, {figures['rounds']} rounds;"
                  f" tau gained on the mean {figures['tau gained on the mean']} (s.e. {figures['standard error']})")  # fmt: skip
            for name, each in figures["methods"].items():
                print(f"  {name:14} tau {each['tau']:.3f}  funded {each['funded']:.3f}"
                      f"  {each['seconds']:.4f} s  {each['times the mean']:.1f} × the mean")  # fmt: skip
    print("\n", record("bench_review", {"machine": machine("numpy", "scipy"), "found": found}))


if __name__ == "__main__":
    main()
