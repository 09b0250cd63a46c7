"""Working days are counted as the year's announcement says; a deadline ends with its day in Beijing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lifecycle.making import DEADLINE, SECOND
from zhinan.lifecycle.deadlines import BEIJING, Calendar, add_working_days, due, has_passed, is_workday
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
