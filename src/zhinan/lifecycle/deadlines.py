"""Until when: working days by the Chinese calendar, the moment a stage is due, and whether it has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from zhinan.policy.procedure import Deadline
from zhinan.values.dates import shift_days

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
_END_OF_DAY = time(23, 59, 59, tzinfo=BEIJING)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off and working weekends as they are announced each year; nothing is announced for days after `known_until`."""

    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = frozenset()
    known_until: date | None = None

    def is_known(self, day: date) -> bool:
        """Whether the holidays around `day` have been announced; before that, only weekends are counted off."""
        return self.known_until is not None and day <= self.known_until


def is_workday(day: date, calendar: Calendar) -> bool:
    """Whether people work on that day: a Monday to Friday that is no holiday, or a weekend day announced as a working day.

    >>> is_workday(date(2026, 3, 1), Calendar(makeup_workdays=frozenset({date(2026, 3, 1)})))
    True
    """
    if day in calendar.makeup_workdays:
        return True
    return day.weekday() < _SATURDAY and day not in calendar.holidays


def add_working_days(day: date, n: int, calendar: Calendar) -> date:
    """The `n`th working day after `day`, which itself is not counted. Raises `ValueError` when `n` is negative.

    >>> add_working_days(date(2026, 3, 6), 1, Calendar())
    datetime.date(2026, 3, 9)
    """
    if n < 0:
        raise ValueError(n)
    while n and day < date.max:
        day = shift_days(day, 1)
        n -= is_workday(day, calendar)
    return day


def in_beijing(at: datetime) -> datetime:
    """The same moment by a clock in Beijing; as it stands where the calendar ends and no clock can show it."""
    try:
        return at.astimezone(BEIJING)
    except OverflowError:  # such a moment is no deadline, but must not break a page
        return at


def day_in_beijing(at: datetime) -> date:
    """The day it is in Beijing at that moment."""
    return in_beijing(at).date()


def clock_time(at: datetime) -> str:
    """A moment as a clock in Beijing shows it, to the second.

    >>> clock_time(datetime(2026, 3, 31, 9, 0, tzinfo=timezone.utc))
    '2026-03-31 17:00:00'
    """
    return in_beijing(at).strftime("%Y-%m-%d %H:%M:%S")


def due(deadline: Deadline | None, *, entered_at: datetime, set_to: datetime | None, calendar: Calendar) -> datetime | None:
    """When a stage entered at `entered_at` is due: the moment the authority set, else the end of the due day in Beijing.

    `None` where nothing is due: no limit is written, or the authority was asked for one and has set none.
    """
    if set_to is not None or deadline is None:
        return set_to
    entered = day_in_beijing(entered_at)
    if deadline.on:
        return datetime.combine(date.fromisoformat(deadline.on), _END_OF_DAY)
    if deadline.days:
        return datetime.combine(shift_days(entered, deadline.days), _END_OF_DAY)
    if deadline.working_days:
        return end_of_working_day(entered_at, deadline.working_days, calendar)
    return None


def end_of_working_day(after: datetime, n: int, calendar: Calendar) -> datetime:
    """The last second of the `n`th working day after the day of `after` in Beijing, such as when an answer is due.

    The day itself is not counted, as in the Civil Code (民法典 第二百零一条). Raises `ValueError` when `n` is negative.
    """
    return datetime.combine(add_working_days(day_in_beijing(after), n, calendar), _END_OF_DAY)


def notice_window(opens_at: datetime, working_days: int, calendar: Calendar) -> tuple[datetime, datetime]:
    """The first and last moment, in Beijing, of a public notice that runs so many whole working days.

    The authority sets the number. The day the notice goes up is not counted. Raises `ValueError` when there is no day at all.
    """
    if working_days < 1:
        raise ValueError(working_days)
    return in_beijing(opens_at), end_of_working_day(opens_at, working_days, calendar)


def has_passed(due: datetime | None, at: datetime, grace: timedelta = timedelta()) -> bool:
    """Whether `at` is later than `due` by more than `grace`. What is not due never passes.

    Counted to the second, as a clock shows it: a request at 17:00:00.8 is in time for 17:00:00.
    """
    return due is not None and at.replace(microsecond=0) - due > grace
