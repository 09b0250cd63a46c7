"""Calibrated scores: what the scores say once each expert's severity is allowed for, with standard errors and wild scores.

    calibrate([Score("P1", "A", Decimal(80)), …]).cases["P1"].estimate

A score is taken as μ + case + expert + the rest, cases and experts as random effects that cross (everyone scores a few cases).
Their variances are estimated by restricted maximum likelihood (Patterson & Thompson 1971), the effects are their best linear
unbiased predictions (Henderson 1975). Calibrated scores never rank; they flag.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from zhinan.review import mistakes
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
    Indices: TypeAlias = np.ndarray[Any, np.dtype[np.intp]]

#: A score further than so many standard deviations from what all the other scores say of it is wild.
WILD = 3.0
#: With fewer than these the variances are rough, and it is said.
LEAST_EXPERTS, LEAST_CASES = 5, 15


@dataclass(frozen=True, slots=True)
class Score:
    """What one expert gave one case."""

    case: str
    expert: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The calibrated score of a case and its standard error, in points."""

    estimate: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Severity:
    """By how many points an expert scores above the others (generous) or below them (negative: severe)."""

    effect: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Variance:
    """Where differences between scores come from, in squared points: the cases, the experts' severity, the rest."""

    case: float
    expert: float
    residual: float

    @property
    def total(self) -> float:
        """The variance of one score."""
        return self.case + self.expert + self.residual


@dataclass(frozen=True, slots=True)
class Wild:
    """A score far from `expected`, what all the other scores say of it; `residual_sd`: how far, in standard deviations."""

    case: str
    expert: str
    value: float
    expected: float
    residual_sd: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that calibration says of a round; empty and `None` when it is not estimable, with the reason in `says`.

    components: the groups of cases that share no expert with one another (one, if `is_connected`)
    is_rough: so few experts or cases that the variances are no more than an indication
    """

    cases: Mapping[str, Calibrated]
    severity: Mapping[str, Severity]
    variance: Variance | None
    is_connected: bool
    components: tuple[tuple[str, ...], ...]
    wild: tuple[Wild, ...]
    is_estimable: bool
    is_rough: bool
    says: Text


def calibrate(scores: Sequence[Score]) -> Calibration:
    """Calibrated scores, severities, variances and wild scores; the same whatever order the scores come in.

    Wild scores are found by deletion: each is compared with what the others predict of it, in standard deviations of that
    prediction, which is fair to small panels too.

    Raises `BadInput` for an expert's second score of a case or one that is no number.
    """
    ordered = sorted(scores, key=lambda each: (each.case, each.expert))
    must_be_sound(ordered)
    components = _components(ordered)
    cases, experts = sorted({each.case for each in ordered}), sorted({each.expert for each in ordered})
    if why := _not_estimable(ordered, len(cases), len(experts), len(components)):
        return Calibration({}, {}, None, len(components) <= 1, components, (), False, True, why)
    at_case, at_expert = ({name: at for at, name in enumerate(names)} for names in (cases, experts))
    fitted = _fit(
        [at_case[each.case] for each in ordered],
        [at_expert[each.expert] for each in ordered],
        [float(each.value) for each in ordered],
    )
    is_rough = len(experts) < LEAST_EXPERTS or len(cases) < LEAST_CASES
    wild = (
        Wild(each.case, each.expert, float(each.value), expected, far)
        for each, expected, far in zip(ordered, fitted.expected, fitted.deletion, strict=True)
        if abs(far) > WILD
    )
    return Calibration(
        cases={name: Calibrated(*pair) for name, pair in zip(cases, fitted.cases, strict=True)},
        severity={name: Severity(*pair) for name, pair in zip(experts, fitted.experts, strict=True)},
        variance=fitted.variance,
        is_connected=len(components) == 1,
        components=components,
        wild=tuple(sorted(wild, key=lambda each: -abs(each.residual_sd))),
        is_estimable=True,
        is_rough=is_rough,
        says=_says(fitted.variance, len(components), is_rough=is_rough),
    )


def must_be_sound(scores: Iterable[Score]) -> None:
    """Raises `BadInput` for an expert's second score of a case, and for a score that is no finite number."""
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for each in scores:
        if not each.value.is_finite():
            problems.append(mistakes.NOT_A_SCORE.at(case=each.case, expert=each.expert))
        if (each.case, each.expert) in seen:
            problems.append(mistakes.SCORED_TWICE.at(case=each.case, expert=each.expert))
        seen.add((each.case, each.expert))
    if problems:
        raise BadInput(problems)


def _components(scores: Iterable[Score]) -> tuple[tuple[str, ...], ...]:
    """The cases, grouped by who is tied to whom through common experts."""
    of_expert: dict[str, list[str]] = defaultdict(list)
    leads: dict[str, str] = {}

    def leader(case: str) -> str:
        while leads[case] != case:
            leads[case] = leads[leads[case]]
            case = leads[case]
        return case

    for each in scores:
        leads.setdefault(each.case, each.case)
        of_expert[each.expert].append(each.case)
    for cases in of_expert.values():
        for case in cases[1:]:
            leads[leader(case)] = leader(cases[0])
    groups: dict[str, list[str]] = defaultdict(list)
    for case in sorted(leads):
        groups[leader(case)].append(case)
    return tuple(sorted(map(tuple, groups.values())))


def _not_estimable(scores: Sequence[Score], cases: int, experts: int, components: int) -> Text | None:
    if not scores:
        return Text("还没有评分", "nothing is scored yet")
    if len({each.value for each in scores}) == 1:
        return Text("所有评分都相同，没有差别可以校准", "all scores are equal: there is no difference to calibrate")
    spare = len(scores) - (cases + experts - components)
    if spare > 0:
        return None
    return Text(
        f"{cases} 个项目、{experts} 位专家共 {len(scores)} 份评分，交叉不够，分不清项目的差别、专家的松紧和偶然的出入",
        f"{len(scores)} scores of {cases} cases by {experts} experts cross too little to tell quality, severity and chance apart",
    )


def _says(variance: Variance, components: int, *, is_rough: bool) -> Text:
    shares = {name: f"{100 * getattr(variance, name) / variance.total:.0f}" for name in ("case", "expert", "residual")}
    told = Text(
        "评分的差别：{case}% 来自项目，{expert}% 来自专家松紧，{residual}% 是其余",
        "scores differ by the cases ({case}% of the variance), by severity ({expert}%) and by the rest ({residual}%)",
    ).filled(**shares)
    if components > 1:
        zh = f"；项目分成 {components} 组，组间没有共同的专家，各组之间的比较只靠假定各组专家松紧相近"
        en = f"; no expert links the {components} groups of cases: comparing them rests on the experts being alike on average"
        told = Text(told.zh + zh, told.en + en)
    if is_rough:
        zh = f"；专家不足 {LEAST_EXPERTS} 位或项目不足 {LEAST_CASES} 个，只作参考"
        en = f"; fewer than {LEAST_EXPERTS} experts or {LEAST_CASES} cases: an indication, no more"
        told = Text(told.zh + zh, told.en + en)
    return told


# ─── restricted maximum likelihood ───

#: Variance ratios are searched as λ/(1+λ) from 0 to this: beyond it the rest is nothing.
_MOST_SHARE = 1 - 1e-6
#: Where the search looks before it begins: shares for cases and for experts.
_STARTS = tuple((case, expert) for case in (0.1, 0.35, 0.7) for expert in (0.02, 0.2, 0.5))
#: Residuals smaller than this part of the scores' spread are rounding.
_ROUNDING = 1e-5
#: Rows of a dense product made at a time, so that memory stays small.
_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class _Fitted:
    cases: list[tuple[float, float]]
    experts: list[tuple[float, float]]
    variance: Variance
    expected: list[float]
    deletion: list[float]


def _fit(cases: Sequence[int], experts: Sequence[int], values: Sequence[float]) -> _Fitted:
    """The model fitted to scores, given by the numbers of their case and expert; in the units of `values`."""
    import numpy as np

    y = np.asarray(values)
    middle, scale = float(y.mean()), float(y.std())
    is_turned = max(experts) > max(cases)  # the larger side is the one to eliminate
    first, second = (np.asarray(side, dtype=np.intp) for side in ((experts, cases) if is_turned else (cases, experts)))
    crossed = _Crossed(first, second, (y - middle) / scale)
    ratios = _best_ratios(crossed)
    at = crossed.at(*ratios)
    one, two = at.effects(centre=not is_turned), at.effects(second=True, centre=is_turned)
    of_cases, of_experts = (two, one) if is_turned else (one, two)
    expected, deletion = at.deleted()
    noise = at.noise * scale**2
    ratio_case, ratio_expert = ratios[::-1] if is_turned else ratios
    return _Fitted(
        cases=[(middle + scale * value, scale * error) for value, error in zip(*of_cases, strict=True)],
        experts=[(scale * value, scale * error) for value, error in zip(*of_experts, strict=True)],
        variance=Variance(noise * ratio_case, noise * ratio_expert, noise),
        expected=[middle + scale * value for value in expected],
        deletion=deletion,
    )


def _best_ratios(crossed: _Crossed) -> tuple[float, float]:
    """The ratios (to the residual variance) of the two sides' variances at which the restricted likelihood is highest."""
    import numpy as np
    from scipy.optimize import minimize

    count = len(crossed.y)

    def ratio(share: float) -> float:
        return float(share) / (1 - float(share))

    def each_deviance(shares: Array) -> tuple[float, Array]:
        ratios = [ratio(each) for each in shares]
        at = crossed.at(*ratios)
        return at.deviance / count, at.slope() * np.asarray([(1 + each) ** 2 for each in ratios]) / count

    begin = min(_STARTS, key=lambda shares: crossed.at(*map(ratio, shares)).deviance)
    bounds = [(0.0, _MOST_SHARE)] * 2
    options = {"ftol": 1e-14, "gtol": 1e-9, "maxiter": 200, "maxls": 10}
    found = minimize(each_deviance, np.asarray(begin), jac=True, bounds=bounds, method="L-BFGS-B", options=options)
    return ratio(found.x[0]), ratio(found.x[1])


class _Crossed:
    """Scores that two sides cross in; `first` and `second` number the members of each side, `first` the larger."""

    def __init__(self, first: Indices, second: Indices, y: Array) -> None:
        import numpy as np
        from scipy.sparse import csr_array

        self.first, self.second, self.y = first, second, y
        self.sizes = np.bincount(first).astype(float), np.bincount(second).astype(float)
        self.counts = csr_array((np.ones(len(y)), (first, second)), shape=(len(self.sizes[0]), len(self.sizes[1])))

    def at(self, ratio: float, other: float) -> _Point:
        """The model at these ratios of the two sides' variances to the residual one."""
        return _Point(self, ratio, other)

    def sums(self, v: Array) -> tuple[Array, Array]:
        """The sums of `v` by member of each side."""
        import numpy as np

        one, two = np.bincount(self.first, weights=v), np.bincount(self.second, weights=v)
        return one.astype(float), two.astype(float)


class _Point:
    """The model at given ratios a, b: V = I + a Z₁Z₁' + b Z₂Z₂', handled through its mixed-model equations.

    The first side's block D = I + aN₁ is diagonal and eliminated; what stays is S = I + bG, G = N₂ - a C'D⁻¹C, as large as
    the second side. Everything is in units of the residual variance, which `noise` estimates.
    """

    def __init__(self, crossed: _Crossed, ratio: float, other: float) -> None:
        import numpy as np
        from scipy.linalg import cho_factor

        self.of, self.a, self.b = crossed, ratio, other
        self.d = 1 + ratio * crossed.sizes[0]
        self.g = np.diag(crossed.sizes[1]) - ratio * self._inner(1 / self.d)
        self.factor = cho_factor(np.eye(len(self.g)) + other * self.g, lower=True)
        self.ones = self.solve(np.ones_like(crossed.y))
        self.q = float(self.ones.sum())
        self.mean = float(self.ones @ crossed.y) / self.q
        self.rest = self.solve(crossed.y - self.mean)  # P y
        self.squares = max(float(crossed.y @ self.rest), 1e-300)
        self.noise = self.squares / (len(crossed.y) - 1)

    def _inner(self, weights: Array) -> Array:
        """C' diag(weights) C."""
        import numpy as np

        counts = self.of.counts
        inner: Array = (counts.T @ counts.multiply(weights[:, np.newaxis])).toarray()
        return inner

    def solve(self, v: Array) -> Array:
        """V⁻¹ v."""
        from scipy.linalg import cho_solve

        one, two = self.of.sums(v)
        other = self.b * cho_solve(self.factor, two - self.a * (self.of.counts.T @ (one / self.d)))
        this = self.a * (one - self.of.counts @ other) / self.d
        solved: Array = v - this[self.of.first] - other[self.of.second]
        return solved

    @property
    def deviance(self) -> float:
        """-2 × the restricted log likelihood, the residual variance at its best, but for a constant."""
        import numpy as np

        log_v = np.log(self.d).sum() + 2 * np.log(np.diag(self.factor[0])).sum()
        return float(log_v + np.log(self.q) + (len(self.of.y) - 1) * np.log(self.noise))

    def slope(self) -> Array:
        """The derivatives of the deviance by the two ratios: tr(PZZ') - |Z'Py|² / noise."""
        import numpy as np

        inverse = self.inverse()
        traces = (
            (self.of.sizes[0] / self.d).sum() - self.b * (inverse * self._inner(self.d**-2)).sum(),
            (inverse * self.g).sum(),
        )
        pairs = zip(traces, self.of.sums(self.ones), self.of.sums(self.rest), strict=True)
        return np.asarray([trace - one @ one / self.q - rest @ rest / self.noise for trace, one, rest in pairs])

    def inverse(self) -> Array:
        """S⁻¹."""
        import numpy as np
        from scipy.linalg.lapack import dpotri

        lower = np.tril(dpotri(self.factor[0], lower=1)[0])
        inverse: Array = lower + np.tril(lower, -1).T
        return inverse

    def effects(self, *, second: bool = False, centre: bool) -> tuple[list[float], list[float]]:
        """The predicted effects of one side with the standard errors of their prediction; `centre`: with the mean added."""
        import numpy as np

        at, ratio = (1, self.b) if second else (0, self.a)
        effect = ratio * self.of.sums(self.rest)[at]
        by_mean = ratio * self.of.sums(self.ones)[at]
        own = ratio * (np.diag(self.inverse()) if second else self._block()[0])
        error = own + ((1 - by_mean) if centre else by_mean) ** 2 / self.q
        values = effect + self.mean if centre else effect
        return values.tolist(), np.sqrt(np.maximum(error, 0) * self.noise).tolist()

    def _block(self) -> tuple[Array, Array]:
        """The diagonal of the first side's block of the inverse equations; C S⁻¹ at each score."""
        import numpy as np

        inverse, counts = self.inverse(), self.of.counts
        squares, met = np.empty(len(self.d)), np.empty(len(self.of.y))
        for begin in range(0, len(self.d), _ROWS):
            rows = counts[begin : begin + _ROWS]
            product = rows @ inverse
            squares[begin : begin + _ROWS] = rows.multiply(product).sum(axis=1)
            here = (begin <= self.of.first) & (self.of.first < begin + _ROWS)
            met[here] = product[self.of.first[here] - begin, self.of.second[here]]
        return 1 / self.d + self.a * self.b * squares / self.d**2, met

    def deleted(self) -> tuple[list[float], list[float]]:
        """For each score what all the others predict of it, and how far it is from that in standard deviations."""
        import numpy as np

        block, met = self._block()
        first, second = self.of.first, self.of.second
        own = 1 - self.a * block[first] - self.b * np.diag(self.inverse())[second] + 2 * self.a * self.b * met / self.d[first]
        leverage = np.maximum(own - self.ones**2 / self.q, 1e-12)  # of P
        away = self.rest / leverage
        noise = (self.squares - away * self.rest) / (len(self.of.y) - 2)  # without this score
        far = away * np.sqrt(leverage / np.maximum(noise, 1e-300))
        is_rounding = np.sqrt(self.noise) < _ROUNDING
        return (self.of.y - away).tolist(), (np.zeros_like(far) if is_rounding else far).tolist()
