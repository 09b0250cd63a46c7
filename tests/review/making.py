"""Small sheets, candidates and simulated panels for the tests of review."""

from __future__ import annotations

import random
from decimal import Decimal

from zhinan.review.calibrate import Score
from zhinan.review.sheet import Criterion, SheetForm
from zhinan.values.problem import Problem
from zhinan.values.text import Text, same


def told(problem: Problem) -> tuple[str, str, str, str, str]:
    """A problem as its code, its sentences and its mends."""
    return problem.code, problem.message.zh, problem.message.en, problem.mend.zh, problem.mend.en


def criterion(key: str, weight: str, most: str) -> Criterion:
    return Criterion(
        key=key, name=Text(f"指标{key}", f"criterion {key}"), weight=Decimal(weight), most=Decimal(most), says=same("…")
    )


def sheet(**given: object) -> SheetForm:
    """Three criteria of 50, 30 and 20 per cent, out of 10, 30 and 7 points, in halves."""
    plain: dict[str, object] = {
        "key": "trial",
        "name": Text("试用表", "trial sheet"),
        "evaluation_class": "basic-research",
        "criteria": (criterion("a", "50", "10"), criterion("b", "30", "30"), criterion("c", "20", "7")),
        "step": Decimal("0.5"),
        "comment_least": 5,
    }
    return SheetForm(**{**plain, **given})  # type: ignore[arg-type]  # each test gives what it is about


class Panel:
    """A simulated round: the truth, and the scores of panels of `k` drawn evenly from `experts`."""

    def __init__(self, cases: int, k: int, experts: int, *, severity: float, seed: int, noise: float = 9.0) -> None:
        chance = random.Random(seed)
        self.quality = {f"P{at:04}": chance.gauss(0, 10) for at in range(cases)}
        self.severity = {f"E{at:04}": chance.gauss(0, 1) * severity for at in range(experts)}
        load = dict.fromkeys(self.severity, 0)
        self.scores: list[Score] = []
        for case, quality in self.quality.items():
            for expert in sorted(load, key=lambda each: (load[each], chance.random()))[:k]:
                load[expert] += 1
                value = 70 + quality + self.severity[expert] + chance.gauss(0, noise)
                self.scores.append(Score(case, expert, Decimal(f"{value:.3f}")))

    def expected(self, score: Score) -> float:
        """What the score would be without noise."""
        return 70 + self.quality[score.case] + self.severity[score.expert]

    @property
    def means(self) -> dict[str, float]:
        """The mean score of each case."""
        kept: dict[str, list[float]] = {}
        for each in self.scores:
            kept.setdefault(each.case, []).append(float(each.value))
        return {case: sum(values) / len(values) for case, values in kept.items()}
