"""Days as policy documents count them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.values.dates import read_day, shift_days, shift_months, whole_years


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-28",
        "2026-2-28",
        "2026/2/28",
        "2026.2.28",
        "2026年2月28日",
        "2026年2月28",
        " 2026 年 2 月 28 日 ",
        "２０２６－０２－２８",
    ],
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_day(text) == date(2026, 2, 28)


@pytest.mark.parametrize(
    "text", ["", "2026-02", "2026-02-30", "2026-13-01", "0000-01-01", "28-02-2026", "20260228", "二〇二六年", "٢٠٢٦-٠٢-٢٨"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it says: the caller has the text
        read_day(text)


@given(st.dates())
def test_an_iso_day_is_read_as_itself(day: date) -> None:
    assert read_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 1), -1, date(2026, 2, 1)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(1, 1, 1), -1, date.min),
        (date(9999, 12, 1), 1, date.max),
        (date(2026, 1, 1), 10**30, date.max),
        (date(2026, 1, 1), -(10**30), date.min),
    ],
)
def test_a_day_moves_by_calendar_months(day: date, months: int, moved: date) -> None:
    assert shift_months(day, months) == moved


@given(st.dates(), st.integers(-2000, 2000))
def test_a_day_moved_by_months_and_back_is_at_most_three_days_off(day: date, months: int) -> None:
    moved = shift_months(day, months)

    if date(200, 1, 1) < moved < date(9800, 1, 1):
        assert timedelta(0) <= day - shift_months(moved, -months) <= timedelta(3)


@given(st.dates(), st.integers(-(10**12), 10**12))
def test_a_day_moved_by_days_stays_in_the_calendar(day: date, days: int) -> None:
    moved = shift_days(day, days)

    assert moved in (date.min, date.max) or moved - day == timedelta(days)


def test_a_move_past_the_largest_number_ends_at_the_edge() -> None:
    assert shift_days(date(2026, 1, 1), 10**30) == date.max
    assert shift_days(date(2026, 1, 1), -(10**30)) == date.min


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (date(1986, 12, 31), date(2026, 12, 30), 39),
        (date(1986, 12, 31), date(2026, 12, 31), 40),
        (date(2024, 2, 29), date(2025, 2, 28), 0),
        (date(2024, 2, 29), date(2025, 3, 1), 1),
        (date(2024, 2, 29), date(2028, 2, 29), 4),
        (date(2026, 3, 1), date(2026, 3, 1), 0),
        (date(2026, 3, 1), date(2025, 3, 1), -1),
        (date(2026, 3, 1), date(2025, 3, 2), -1),
    ],
)
def test_a_year_is_complete_on_its_anniversary(start: date, end: date, years: int) -> None:
    assert whole_years(start, end) == years


@given(st.dates(), st.dates())
def test_whole_years_never_exceed_the_time_between(start: date, end: date) -> None:
    years = whole_years(start, end)

    assert shift_months(start, 12 * years) <= end
