"""Jobs: what the platform does by itself, again and again; each may be run twice without harm.

Tasks are rows of django-tasks-db. What a killed worker left running is brought back, and what is done with is swept away.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from zhinan.server.actions import asking, lapsing, messages, work
from zhinan.server.clock import now

#: A task that has run for longer was left behind by a worker that is no more.
LIMIT = timedelta(minutes=10)
#: So many workers may end on a task before it is given up: it may be what ends them.
TRIES = 3
_KEPT = {"SUCCESSFUL": timedelta(days=1), "FAILED": timedelta(days=30)}


@task()
def deliver_messages() -> int:
    """Send the messages that wait."""
    return messages.deliver(at=now())


@task()
def send_digests() -> int:
    """One mail a day to those who want it so."""
    return messages.send_digests(at=now())


@task()
def lapse_overdue() -> int:
    """Close the calls whose deadline has passed, and what was never handed in."""
    return lapsing.lapse_overdue(now())


@task()
def remind_reviewers() -> int:
    """Remind experts whose day is near, and tell officers what stayed open."""
    return asking.remind_reviewers(at=now())


@task()
def sweep() -> int:
    """Take away what is done with."""
    return sweep_tasks(at=now()) + work.sweep_sessions(at=now())


#: Each recurring task and how often it runs.
EVERY = {
    "deliver_messages": timedelta(seconds=15), "send_digests": timedelta(days=1), "lapse_overdue": timedelta(minutes=1),
    "remind_reviewers": timedelta(days=1), "sweep": timedelta(hours=1),
}  # fmt: skip
# Any: the library has no types
_TASKS: dict[str, Any] = {each.name: each for each in (deliver_messages, send_digests, lapse_overdue, remind_reviewers, sweep)}


def prepare(*, at: datetime) -> None:
    """Have the recurring tasks on record; a worker calls it as it starts."""
    work.keep_schedules(EVERY, at=at)


def tick(*, at: datetime) -> list[str]:
    """Put what is due into the queue; of several workers one does. Returns the tasks."""
    begun = []
    for due in work.due_schedules(at=at):
        with transaction.atomic():  # claimed and queued, or neither
            if work.claim(due, at=at):
                _TASKS[due.task].enqueue()
                begun.append(due.task)
    return begun


def worker() -> Worker:
    """The library's worker; each run of it empties the queue."""
    return Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=get_random_string(32), excluded_queue_names=[],
    )  # fmt: skip


def is_waiting() -> bool:
    """Whether a task may be run now; asked without a lock, so that an idle worker is in nobody's way."""
    return DBTaskResult.objects.ready().exists()


def reap(*, at: datetime) -> int:
    """Bring back what a killed worker left running; what has ended several is given up. Returns how many."""
    return sum(_bring_back(each, at=at) for each in DBTaskResult.objects.running().filter(started_at__lt=at - LIMIT))


def _bring_back(each: DBTaskResult[..., object], *, at: datetime) -> int:
    still_left = DBTaskResult.objects.running().filter(id=each.id, started_at=each.started_at)
    if len(each.worker_ids) < TRIES:
        return still_left.update(status="READY")
    told = f"{TRIES} workers ended while they ran it"
    return still_left.update(status="FAILED", finished_at=at, exception_class_path="builtins.TimeoutError", traceback=told)


def sweep_tasks(*, at: datetime) -> int:
    """Take away tasks that were finished long ago. Returns how many."""
    old = [DBTaskResult.objects.filter(status=status, finished_at__lt=at - kept) for status, kept in _KEPT.items()]
    return sum(rows.delete()[0] for rows in old)
