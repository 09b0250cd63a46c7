"""Work in the background: what is due runs once, what a killed worker left is run again, nothing grows for ever."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from tests.server.making import NOON, Yinchuan, person
from zhinan.server import jobs
from zhinan.server.actions import work
from zhinan.server.actions.notify import tell
from zhinan.server.clock import BEIJING, now
from zhinan.server.models import Call, Message, Schedule
from zhinan.values.text import same

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=BEIJING)


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """The worker listens for signals; the tests go on listening themselves."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def due() -> dict[str, datetime]:
    return {row.task: row.next_at.astimezone(BEIJING) for row in Schedule.objects.all()}


def queued() -> list[tuple[str, str]]:
    return [(row.task_path.rpartition(".")[2], row.status) for row in DBTaskResult.objects.order_by("enqueued_at", "task_path")]


def test_a_worker_that_starts_has_everything_recur_and_the_daily_mail_in_the_morning() -> None:
    jobs.prepare(at=NOON)
    Schedule.objects.create(task="gone", every_seconds=5, next_at=NOON)
    Schedule.objects.filter(task="sweep").update(every_seconds=7, next_at=NOON + timedelta(days=99))

    jobs.prepare(at=NOON)

    assert due() == {
        "deliver_messages": NOON, "send_digests": MORNING, "lapse_overdue": NOON, "remind_reviewers": MORNING, "sweep": NOON,
    }  # fmt: skip


def test_what_is_due_is_queued_once_and_times_missed_are_not_made_up_for() -> None:
    jobs.prepare(at=NOON)
    late = NOON + timedelta(seconds=100)

    assert sorted(jobs.tick(at=late)) == ["deliver_messages", "lapse_overdue", "sweep"]
    assert (jobs.tick(at=late), due()["deliver_messages"]) == ([], NOON + timedelta(seconds=105))
    assert sorted(queued()) == [("deliver_messages", "READY"), ("lapse_overdue", "READY"), ("sweep", "READY")]


def test_of_two_workers_that_see_the_same_thing_due_one_gets_it() -> None:
    jobs.prepare(at=NOON)
    first, second = Schedule.objects.get(task="sweep"), Schedule.objects.get(task="sweep")

    assert (work.claim(first, at=NOON), work.claim(second, at=NOON)) == (True, False)


@pytest.mark.django_db(transaction=True)  # a worker lets go of old connections, which the test's own would be
def test_a_task_left_running_by_a_killed_worker_is_run_again() -> None:
    jobs.deliver_messages.enqueue()
    left = DBTaskResult.objects.get()
    left.claim("a worker that is no more")
    tell([person("leader")], kind="x", subject=same("题"), body=same("文"), link="/", at=NOON)
    DBTaskResult.objects.update(started_at=now() - timedelta(minutes=11))

    call_command("work", once=True)

    task = DBTaskResult.objects.get(id=left.id)
    assert (task.status, task.return_value, len(task.worker_ids)) == ("SUCCESSFUL", 1, 2)
    assert [message.delivery for message in Message.objects.all()] == ["sent"]


def test_a_task_that_still_runs_is_left_alone() -> None:
    jobs.sweep.enqueue()
    DBTaskResult.objects.get().claim("a worker")

    assert (jobs.reap(at=now()), queued()) == (0, [("sweep", "RUNNING")])


def test_a_task_on_which_three_workers_died_is_given_up() -> None:
    jobs.sweep.enqueue()
    task = DBTaskResult.objects.get()
    for worker in ("first", "second", "third"):
        task.claim(worker)

    assert jobs.reap(at=now() + timedelta(minutes=11)) == 1
    task.refresh_from_db()
    assert (task.status, task.traceback) == ("FAILED", "3 workers ended while they ran it")


def test_every_task_may_be_run_twice() -> None:
    Yinchuan()
    tell([person("reader", wants_digest=True)], kind="x", subject=same("题"), body=same("文"), link="/", at=NOON)

    first = [task.call() for task in (jobs.send_digests, jobs.deliver_messages, jobs.lapse_overdue, jobs.sweep)]
    again = [task.call() for task in (jobs.send_digests, jobs.deliver_messages, jobs.lapse_overdue, jobs.sweep)]

    assert (first, again) == ([1, 1, 1, 0], [0, 0, 0, 0])
    assert Call.objects.get(code="yc-2026").status == "closed"


def test_what_is_done_with_is_swept_away_and_what_is_not_stays() -> None:
    for age, status in ((2, "SUCCESSFUL"), (0, "SUCCESSFUL"), (2, "FAILED"), (31, "FAILED")):
        jobs.sweep.enqueue()
        row = DBTaskResult.objects.get(status="READY")
        DBTaskResult.objects.filter(id=row.id).update(status=status, finished_at=NOON - timedelta(days=age))
    jobs.sweep.enqueue()
    Session.objects.create(session_key="over", session_data="", expire_date=NOON - timedelta(seconds=1))
    Session.objects.create(session_key="valid", session_data="", expire_date=NOON + timedelta(days=1))

    assert (jobs.sweep_tasks(at=NOON), work.sweep_sessions(at=NOON)) == (2, 1)
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "READY", "SUCCESSFUL"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["valid"]


def test_a_signal_lets_the_task_at_hand_end_and_a_second_one_does_not_wait() -> None:
    from zhinan.server.management.commands.work import _stop_gently

    worker = jobs.worker()
    _stop_gently(worker)
    worker.running_task = True
    signal.raise_signal(signal.SIGTERM)
    assert worker.running is False
    with pytest.raises(SystemExit) as left:
        signal.raise_signal(signal.SIGTERM)
    assert left.value.code == 1


def test_an_idle_worker_leaves_at_once() -> None:
    from zhinan.server.management.commands.work import _stop_gently

    _stop_gently(jobs.worker())
    with pytest.raises(SystemExit) as left:
        signal.raise_signal(signal.SIGTERM)
    assert left.value.code == 0
