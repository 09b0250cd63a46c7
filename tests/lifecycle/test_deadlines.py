"""Working days are counted as the year's announcement says; a deadline ends with its day in Beijing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lifecycle.making import DEADLINE, SECOND
from zhinan.lifecycle.deadlines import (
    BEIJING,
    Calendar,
    add_working_days,
    clock_time,
    day_in_beijing,
    due,
    end_of_working_day,
    has_passed,
    is_workday,
    notice_window,
)
from zhinan.policy.procedure import Deadline

# An invented year: three days off from Wednesday 1 April 2026, and the Saturday after worked instead.
YEAR = Calendar(
    holidays=frozenset({date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 3)}),
    makeup_workdays=frozenset({date(2026, 4, 4)}),
    known_until=date(2026, 12, 31),
)
TUESDAY = date(2026, 3, 31)
ENTERED = datetime(2026, 3, 31, 9, 0, tzinfo=BEIJING)


def test_a_workday_is_a_weekday_that_is_no_holiday_or_a_weekend_day_that_is_worked() -> None:
    days = [date(2026, 3, 31) + timedelta(days=n) for n in range(7)]

    assert [is_workday(day, YEAR) for day in days] == [True, False, False, False, True, False, True]
    assert [is_workday(day, Calendar()) for day in days] == [True, True, True, True, False, False, True]


def test_a_day_announced_both_ways_is_worked() -> None:
    assert is_workday(TUESDAY, Calendar(frozenset({TUESDAY}), frozenset({TUESDAY})))


@pytest.mark.parametrize(
    ("n", "day"),
    [(0, TUESDAY), (1, date(2026, 4, 4)), (2, date(2026, 4, 6)), (6, date(2026, 4, 10)), (7, date(2026, 4, 13))],
)
def test_the_day_itself_is_not_counted(n: int, day: date) -> None:
    assert add_working_days(TUESDAY, n, YEAR) == day


def test_no_days_are_counted_backwards() -> None:
    with pytest.raises(ValueError, match="-1"):
        add_working_days(TUESDAY, -1, YEAR)


def test_counting_ends_with_the_calendar() -> None:
    assert add_working_days(date(9999, 12, 30), 5, Calendar()) == date.max


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60), st.sampled_from([YEAR, Calendar()]))
def test_so_many_working_days_lie_between(day: date, n: int, calendar: Calendar) -> None:
    end = add_working_days(day, n, calendar)
    between = [day + timedelta(days=each) for each in range(1, (end - day).days + 1)]

    assert is_workday(end, calendar)
    assert sum(is_workday(each, calendar) for each in between) == n


def test_holidays_are_known_only_until_they_were_announced() -> None:
    assert [YEAR.is_known(day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [True, False]
    assert not Calendar().is_known(date.min)


@pytest.mark.parametrize(
    ("deadline", "moment"),
    [
        (None, None),
        (Deadline(), None),
        (Deadline(asked=True), None),
        (Deadline(on="2026-05-06"), datetime(2026, 5, 6, 23, 59, 59, tzinfo=BEIJING)),
        (Deadline(days=15), datetime(2026, 4, 15, 23, 59, 59, tzinfo=BEIJING)),
        (Deadline(working_days=2), datetime(2026, 4, 6, 23, 59, 59, tzinfo=BEIJING)),
    ],
)
def test_a_stage_is_due_at_the_end_of_its_day(deadline: Deadline | None, moment: datetime | None) -> None:
    assert due(deadline, entered_at=ENTERED, set_to=None, calendar=YEAR) == moment
    assert due(deadline, entered_at=ENTERED, set_to=DEADLINE, calendar=YEAR) == DEADLINE


def test_the_day_of_entry_is_the_day_in_beijing() -> None:
    entered = datetime(2026, 3, 30, 16, 0, tzinfo=UTC)  # already the 31st there

    assert due(Deadline(days=1), entered_at=entered, set_to=None, calendar=YEAR) == datetime(
        2026, 4, 1, 23, 59, 59, tzinfo=BEIJING
    )


def test_a_deadline_has_passed_only_when_its_second_and_the_grace_are_over() -> None:
    moments = [DEADLINE - SECOND, DEADLINE, DEADLINE + SECOND * 0.9, DEADLINE + SECOND, DEADLINE + 60 * SECOND]

    assert [has_passed(DEADLINE, at) for at in moments] == [False, False, False, True, True]
    assert [has_passed(DEADLINE, at, 59 * SECOND) for at in moments] == [False, False, False, False, True]
    assert not has_passed(None, DEADLINE)


# -- notices and answers -----------------------------------------------------------------------------
#: May Day 2026 as it might be announced: five days off from 1 May, two weekend days worked for it (26 April and 9 May).
MAY = Calendar(
    holidays=frozenset(date(2026, 5, day) for day in range(1, 6)),
    makeup_workdays=frozenset({date(2026, 4, 26), date(2026, 5, 9)}),
    known_until=date(2026, 12, 31),
)


@pytest.mark.parametrize(
    ("opens", "working_days", "closes"),
    [
        (datetime(2026, 4, 24, 9, tzinfo=BEIJING), 1, date(2026, 4, 26)),  # a Friday; the Sunday after is worked
        (datetime(2026, 4, 24, 9, tzinfo=BEIJING), 5, date(2026, 4, 30)),
        (datetime(2026, 4, 30, 17, 30, tzinfo=BEIJING), 1, date(2026, 5, 6)),  # on the eve of the holidays
        (datetime(2026, 4, 30, 17, 30, tzinfo=BEIJING), 5, date(2026, 5, 11)),  # the Saturday counts
        (datetime(2026, 5, 2, 10, tzinfo=BEIJING), 3, date(2026, 5, 8)),  # put up on a day off
        (datetime(2026, 4, 23, 16, 0, tzinfo=UTC), 1, date(2026, 4, 26)),  # already the 24th in Beijing
        (datetime(2026, 4, 23, 15, 59, 59, tzinfo=UTC), 1, date(2026, 4, 24)),
    ],
)
def test_a_notice_runs_whole_working_days_to_the_end_of_the_last(opens: datetime, working_days: int, closes: date) -> None:
    window = notice_window(opens, working_days, MAY)

    assert window == (opens, datetime.combine(closes, datetime.min.time(), BEIJING) + timedelta(days=1) - SECOND)
    assert [moment.utcoffset() for moment in window] == [timedelta(hours=8)] * 2
    assert end_of_working_day(opens, working_days, MAY) == window[1]  # as long as an answer may take


@pytest.mark.parametrize("working_days", [0, -3])
def test_a_notice_has_at_least_one_day(working_days: int) -> None:
    with pytest.raises(ValueError, match=str(working_days)):
        notice_window(ENTERED, working_days, MAY)


@given(st.timedeltas(timedelta(0), timedelta(300)), st.integers(1, 30))
def test_so_many_whole_working_days_lie_within_a_notice(later: timedelta, working_days: int) -> None:
    opens, closes = notice_window(datetime(2026, 1, 1, tzinfo=BEIJING) + later, working_days, MAY)
    whole = [opens.date() + timedelta(days=n) for n in range(1, (closes.date() - opens.date()).days + 1)]

    assert opens < closes
    assert sum(is_workday(day, MAY) for day in whole) == working_days
    assert is_workday(closes.date(), MAY)


def test_a_moment_is_shown_by_a_clock_in_beijing_and_where_there_is_none_as_it_stands() -> None:
    last = datetime.max.replace(tzinfo=UTC)

    assert clock_time(datetime(2026, 3, 31, 16, 0, 0, 999_999, tzinfo=UTC)) == "2026-04-01 00:00:00"
    assert clock_time(last) == "9999-12-31 23:59:59"
    assert (day_in_beijing(datetime(2026, 3, 31, 16, tzinfo=UTC)), day_in_beijing(last)) == (date(2026, 4, 1), date.max)
