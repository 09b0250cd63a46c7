"""What recurs, as rows: who runs it, when it is next due; and the sessions that are over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from zhinan.server.clock import BEIJING
from zhinan.server.models import Schedule


def keep_schedules(every: Mapping[str, timedelta], *, at: datetime) -> None:
    """Have exactly these tasks recur. A new one is due at once; a daily one in the morning."""
    for task, interval in every.items():
        seconds, first = int(interval.total_seconds()), _first(interval, at)
        Schedule.objects.get_or_create(task=task, defaults={"every_seconds": seconds, "next_at": first})
        Schedule.objects.filter(task=task).exclude(every_seconds=seconds).update(every_seconds=seconds, next_at=first)
    Schedule.objects.exclude(task__in=every).delete()


def _first(interval: timedelta, at: datetime) -> datetime:
    if interval < timedelta(days=1):
        return at
    morning = at.astimezone(BEIJING).replace(hour=8, minute=0, second=0, microsecond=0)
    return morning if morning >= at else morning + timedelta(days=1)


def due_schedules(*, at: datetime) -> list[Schedule]:
    """What is due."""
    return list(Schedule.objects.filter(next_at__lte=at).order_by("next_at", "id"))


def claim(due: Schedule, *, at: datetime) -> bool:
    """Whether this worker may run it: only the one that moves the time forward does. Times missed are not made up for."""
    every = timedelta(seconds=due.every_seconds)
    next_at = due.next_at + every * ((at - due.next_at) // every + 1)
    return Schedule.objects.filter(id=due.id, next_at=due.next_at).update(next_at=next_at) == 1


def sweep_sessions(*, at: datetime) -> int:
    """Take away sessions that are over. Returns how many."""
    return Session.objects.filter(expire_date__lt=at).delete()[0]
