"""Days as policy documents count them: whole years, ages, and moving a day by months or years."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from zhinan.values.width import half_width

_DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")


def read_day(text: str) -> date:
    """The day written in `text`: `2026-02-28`, `2026/2/28`, `2026.2.28` or `2026年2月28日`.

    Raises `ValueError` when it is not written as a day, or there is no such day.

    >>> read_day("2026年2月28日")
    datetime.date(2026, 2, 28)
    """
    found = _DAY.fullmatch(half_width(text).strip())
    if not found:
        raise ValueError(text)
    return date(*(int(part) for part in found.groups()))


def shift_months(day: date, months: int) -> date:
    """`day` moved by calendar months; a day the month lacks becomes its last day.

    Days before year 1 or after 9999 stay at the edge of the calendar.

    >>> shift_months(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shift_days(day: date, days: int) -> date:
    """`day` moved by `days`, staying inside the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def whole_years(start: date, end: date) -> int:
    """Whole years from `start` to `end` (周年, 周岁); negative when `end` is earlier.

    A year is complete on the anniversary itself; for 29 February, on 1 March of a common year.

    >>> whole_years(date(1986, 12, 31), date(2026, 12, 31))
    40
    """
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
