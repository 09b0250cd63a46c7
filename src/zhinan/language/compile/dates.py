"""Days in columns: moved, subtracted, counted in whole years, with the same calendar as `values.dates`."""

from __future__ import annotations

from datetime import date

import polars as pl

from zhinan.language.compile.numbers import CannotCompile, Number, toward_zero
from zhinan.values.quantity import DAYS, MONTHS

#: Years 1 to 9999, the calendar of Python's dates; a day moved beyond stays at its edge.
_MAX_YEARS = date.max.year - date.min.year
#: Moved further than this, every day is at the edge.
_FURTHEST_MONTHS, _FURTHEST_DAYS = 12 * (_MAX_YEARS + 1), date.max.toordinal()


def days_between(start: pl.Expr, end: pl.Expr) -> Number:
    """Days from `start` to `end`."""
    return Number(_physical(end) - _physical(start), -_FURTHEST_DAYS, _FURTHEST_DAYS)


def whole_years(start: pl.Expr, end: pl.Expr) -> Number:
    """Whole years from `start` to `end`; a year is complete on the anniversary, for 29 February on 1 March."""
    years = end.dt.year().cast(pl.Int64) - start.dt.year().cast(pl.Int64)
    early = (_month_and_day(end) < _month_and_day(start)).cast(pl.Int64)
    return Number(years - early, -_MAX_YEARS - 1, _MAX_YEARS)


def shifted(day: pl.Expr, length: Number, sign: int, unit: str) -> pl.Expr:
    """`day` moved by `length` (cut to whole days or months), staying inside the calendar."""
    if length.over is not None:
        raise CannotCompile
    factor = sign if unit in (DAYS, MONTHS) else sign * 12
    furthest = _FURTHEST_DAYS if unit == DAYS else _FURTHEST_MONTHS
    steps = toward_zero(length, factor, furthest)
    if unit == DAYS:
        return _clamped(_physical(day) + steps)
    if isinstance(steps, int):  # quicker where the number of months is the same for all
        return _clamped(_physical(day.dt.offset_by(f"{steps}mo")))
    return _moved_by_months(day, steps)


def _moved_by_months(day: pl.Expr, months: pl.Expr) -> pl.Expr:
    """The same day of the month `months` later, or the last day of that month."""
    reached = day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64) - 1 + months
    first, last = date.min.year * 12, date.max.year * 12 + 11
    inside = reached.clip(first, last)
    month = pl.date(inside // 12, inside % 12 + 1, 1)
    there = _physical(month) + pl.min_horizontal(day.dt.day().cast(pl.Int64), _days_in(month)) - 1
    moved = pl.when(reached < first).then(_FIRST).when(reached > last).then(_LAST).otherwise(there)
    return _as_date(pl.when(reached.is_not_null()).then(moved))


_EPOCH = date(1970, 1, 1).toordinal()
_FIRST, _LAST = date.min.toordinal() - _EPOCH, date.max.toordinal() - _EPOCH


def _days_in(month: pl.Expr) -> pl.Expr:
    return month.dt.days_in_month().cast(pl.Int64)


def _month_and_day(day: pl.Expr) -> pl.Expr:
    return day.dt.month().cast(pl.Int32) * 32 + day.dt.day().cast(pl.Int32)


def _physical(day: pl.Expr) -> pl.Expr:
    return day.to_physical().cast(pl.Int64)


def _clamped(physical: pl.Expr) -> pl.Expr:
    return _as_date(physical.clip(_FIRST, _LAST))


def _as_date(physical: pl.Expr) -> pl.Expr:
    return physical.cast(pl.Int32).cast(pl.Date)
