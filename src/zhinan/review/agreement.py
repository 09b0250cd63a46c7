"""How far experts agree: intraclass correlations and Krippendorff's alpha, with intervals from a given seed.

Experts differ from case to case, so correlations are those of the one-way model (Shrout & Fleiss 1979: ICC(1,1) and ICC(1,k)),
with the n₀ of the analysis of variance where panels are unequal; alpha is for interval data (Krippendorff 2011). All three follow
from size, mean and squares of each case, whatever scores are missing. The intervals resample whole cases.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from zhinan.review.calibrate import LEAST_CASES, LEAST_EXPERTS, Score, must_be_sound
from zhinan.values.text import Text

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

#: The share of resampled values that an interval holds.
LEVEL = 0.95
#: Resampled cases looked at together: so many that they stay near the processor.
_DRAWN = 100_000


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the experts of a round agree; `None` and empty when it is not estimable, with the reason in `says`.

    icc_single, icc_mean: how well one score, and the mean of a panel, tells the cases apart; an estimate below 0 stands as 0
    alpha: Krippendorff's, for interval data, below 0 where experts disagree more than chance has them
    intervals: of each by name, 95 per cent
    """

    icc_single: float | None
    icc_mean: float | None
    alpha: float | None
    intervals: Mapping[str, tuple[float, float]]
    is_estimable: bool
    says: Text


def agreement(scores: Sequence[Score], *, seed: str, rounds: int = 1000) -> Agreement:
    """The agreement in `scores`, the same for the same seed whatever their order; `rounds`: how often cases are resampled.

    Fewer than 5 experts or 15 cases with two scores or more: not estimable, and no number is given. Raises `BadInput` for an
    expert's second score of a case or one that is no number.
    """
    must_be_sound(scores)
    panels: dict[str, list[float]] = defaultdict(list)
    for each in sorted(scores, key=lambda each: (each.case, each.expert)):
        panels[each.case].append(float(each.value))
    groups = [panel for panel in panels.values() if len(panel) > 1]
    experts = len({each.expert for each in scores})
    if why := _not_estimable(groups, experts):
        return Agreement(None, None, None, {}, False, why)
    values = reliability(groups)
    intervals = dict(zip(values, _intervals(groups, seed, rounds), strict=True))
    told = Text(
        "单份评分的信度 {single}，专家组平均分的信度 {mean}（ICC），Krippendorff α {alpha}",
        "reliability (ICC) of one score {single}, of a panel's mean {mean}; Krippendorff's alpha {alpha}",
    )
    single, mean, alpha = (_ranged(value, intervals[name]) for name, value in values.items())
    return Agreement(**values, intervals=intervals, is_estimable=True, says=told.filled(single=single, mean=mean, alpha=alpha))


def reliability(groups: Sequence[Sequence[float]]) -> dict[str, float]:
    """`icc_single`, `icc_mean` and `alpha` of scores grouped by case, each group of two or more, not all scores equal.

    >>> {name: round(value, 3) for name, value in reliability([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8]]).items()}
    {'icc_single': 0.252, 'icc_mean': 0.574, 'alpha': 0.197}
    """
    import numpy as np

    once = np.arange(len(groups))[np.newaxis]
    single, mean, alpha = (float(each[0]) for each in _measures(_parts(groups), once))
    return {"icc_single": single, "icc_mean": mean, "alpha": alpha}


def _not_estimable(groups: Sequence[Sequence[float]], experts: int) -> Text | None:
    if experts < LEAST_EXPERTS or len(groups) < LEAST_CASES:
        return Text(
            f"无法估计：有两份以上评分的项目 {len(groups)} 个、专家 {experts} 位，至少要 {LEAST_CASES} 个、{LEAST_EXPERTS} 位",
            f"not estimable: {len(groups)} cases with two scores or more and {experts} experts; "
            f"{LEAST_CASES} and {LEAST_EXPERTS} are needed",
        )
    if len({value for group in groups for value in group}) == 1:
        return Text("无法估计：所有评分都相同", "not estimable: all scores are equal")
    return None


def _ranged(value: float, interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{value:.2f} [{low:.2f}, {high:.2f}]"


def _parts(groups: Sequence[Sequence[float]]) -> Array:
    """For each group: its size, its mean less the mean of all, its squares about its own mean, as three rows."""
    import numpy as np

    middle = float(np.mean([value for group in groups for value in group]))
    arrays = [np.asarray(group, dtype=float) - middle for group in groups]
    return np.asarray([[len(each), each.mean(), ((each - each.mean()) ** 2).sum()] for each in arrays]).T


def _measures(parts: Array, chosen: Any) -> tuple[Array, Array, Array]:  # Any: an array of indices, sample by sample
    """The three measures of each sample of groups (rows of `chosen`)."""
    import numpy as np

    sizes, means, squares = (row[chosen] for row in parts)
    count, groups = sizes.sum(axis=1), chosen.shape[1]
    middle = (sizes * means).sum(axis=1) / count
    within = squares.sum(axis=1)
    between = (sizes * (means - middle[:, np.newaxis]) ** 2).sum(axis=1)
    mean_between, mean_within = between / (groups - 1), within / (count - groups)
    size = (count - (sizes**2).sum(axis=1) / count) / (groups - 1)
    observed = 2 * (sizes / (sizes - 1) * squares).sum(axis=1) / count
    expected = 2 * (between + within) / (count - 1)
    with np.errstate(divide="ignore", invalid="ignore"):  # a sample of equal scores tells nothing apart
        single = (mean_between - mean_within) / (mean_between + (size - 1) * mean_within)
        mean, alpha = 1 - mean_within / mean_between, 1 - observed / expected
    return np.fmax(single, 0), np.fmax(mean, 0), np.nan_to_num(alpha)


def _intervals(groups: Sequence[Sequence[float]], seed: str, rounds: int) -> list[tuple[float, float]]:
    """The percentile intervals of the three measures over samples of the groups, drawn with replacement."""
    import numpy as np

    random = np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big"))
    parts, at_once = _parts(groups), max(_DRAWN // len(groups), 1)
    samples: list[list[Array]] = [[], [], []]
    for begin in range(0, rounds, at_once):
        shape = (min(at_once, rounds - begin), len(groups))
        chosen = (random.random(shape) * len(groups)).astype(np.intp)
        for kept, measured in zip(samples, _measures(parts, chosen), strict=True):
            kept.append(measured)
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    intervals = []
    for kept in samples:
        low, high = np.quantile(np.concatenate(kept), ends)
        intervals.append((float(low), float(high)))
    return intervals
