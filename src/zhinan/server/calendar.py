"""The calendar of working days: what the officers have entered, as the deadlines read it."""

from __future__ import annotations

from zhinan.lifecycle.deadlines import Calendar
from zhinan.server.models import Holiday


def calendar() -> Calendar:
    """Holidays and working weekends; known up to the last day entered."""
    days = list(Holiday.objects.all())
    return Calendar(
        frozenset(each.day for each in days if not each.is_workday), frozenset(each.day for each in days if each.is_workday),
        known_until=max((each.day for each in days), default=None),
    )  # fmt: skip
