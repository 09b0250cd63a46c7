"""The picture of the scores of a round: every sheet, the official score, the calibrated one with its interval, the line.

Only where things stand is worked out here; the template draws, and the table beside it says the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

#: Shown at most; of a longer list, those nearest to the line (or the first).
MOST = 60
#: The drawing, in its own units: how wide, where the scores begin and end, how high a row is, what stands above the first.
WIDTH, LEFT, RIGHT, ROW, TOP = 760, 170, 740, 22, 34
#: An interval of 95 in 100.
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn of a case; the line is drawn after those with `is_above`."""

    name: str
    sheets: Sequence[Decimal]
    official: Decimal | None
    calibrated: Decimal | None = None
    standard_error: Decimal | None = None
    is_above: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the drawing: `y` of its middle, `sheets` and `official` as x, the interval from `low` to `high`."""

    name: str
    y: int
    base: int
    sheets: tuple[int, ...]
    official: int | None
    calibrated: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the scale."""

    x: int
    value: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing; `line` is the y of the line, where there is one; `left_out` how many cases are not in it."""

    width: int
    height: int
    bottom: int
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    line: int | None
    left_out: int


def chart(cases: Sequence[Shown]) -> Chart | None:
    """The drawing of these cases in this order; `None` where nothing was scored."""
    above = sum(each.is_above for each in cases)
    has_line = 0 < above < len(cases)
    first = min(max(0, above - MOST // 2), max(0, len(cases) - MOST)) if has_line else 0
    shown = cases[first : first + MOST]
    values = [float(value) for each in shown for value in (*each.sheets, each.official) if value is not None]
    if not values:
        return None
    low, high = _scale(values)
    bottom = TOP + ROW * len(shown)
    rows = tuple(_row(each, at, low, high) for at, each in enumerate(shown))
    step = max(1, round((high - low) / 6))
    ticks = tuple(Tick(_x(value, low, high), value) for value in range(low, high + 1, step))
    line = TOP + ROW * (above - first) if has_line else None
    return Chart(WIDTH, bottom + 8, bottom, rows, ticks, line, len(cases) - len(shown))


def _scale(values: Sequence[float]) -> tuple[int, int]:
    """Whole numbers around the values, at least ten apart."""
    low, high = floor(min(values)) - 1, ceil(max(values)) + 1
    return (low, high) if high - low >= 10 else (low - 5, high + 5)


def _x(value: float, low: int, high: int) -> int:
    inside = min(max(value, low), high)
    return round(LEFT + (RIGHT - LEFT) * (inside - low) / (high - low))


def _row(each: Shown, at: int, low: int, high: int) -> Row:
    y = TOP + ROW * at + ROW // 2
    calibrated = None if each.calibrated is None else float(each.calibrated)
    reach = None if calibrated is None or each.standard_error is None else _Z * float(each.standard_error)
    ends = (None, None) if calibrated is None or reach is None else (calibrated - reach, calibrated + reach)
    return Row(
        each.name, y, y + 5, tuple(_x(float(value), low, high) for value in each.sheets),
        None if each.official is None else _x(float(each.official), low, high),
        None if calibrated is None else _x(calibrated, low, high),
        *(None if end is None else _x(end, low, high) for end in ends),
    )  # fmt: skip
