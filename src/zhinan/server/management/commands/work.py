"""`zhinan manage work`: the worker process, which does what waits and what recurs until it is told to stop."""

from __future__ import annotations

import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.db.utils import OperationalError

from zhinan.server import jobs
from zhinan.server.clock import now
from zhinan.server.starting.lifeline import end_with_parent


class Command(BaseCommand):
    """Runs one worker. Several may run side by side."""

    help = "The worker: sends messages, closes calls that are over, sweeps up. / 后台工作进程。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop / 做完到期的就停")
        parser.add_argument("--interval", type=float, default=1.0, help="seconds between looks / 每隔几秒看一次")
        parser.add_argument("--with-parent", action="store_true", help="stop when the starting process is gone / 随父进程结束")

    def handle(self, *args: Any, once: bool, interval: float, with_parent: bool, **options: Any) -> None:  # Any: Django's
        if with_parent:
            end_with_parent()
        worker = jobs.worker()
        _stop_gently(worker)
        self._patiently(lambda: jobs.prepare(at=now()))
        while worker.running:
            self._patiently(lambda: _round(worker))
            if once:
                return
            time.sleep(interval)

    def _patiently(self, step: Callable[[], None]) -> None:
        """A database that is busy or away for a moment is asked again the next time."""
        try:
            step()
        except OperationalError as busy:
            self.stderr.write(f"work: {busy}")


def _round(worker: Any) -> None:  # Any: the library has no types
    close_old_connections()
    jobs.reap(at=now())
    jobs.tick(at=now())
    if jobs.is_waiting():
        worker.run()


def _stop_gently(worker: Any) -> None:  # Any: as above
    """On SIGTERM or Ctrl-C the task at hand is finished; a second one does not wait."""

    def stop(number: int, frame: FrameType | None) -> None:
        if not worker.running:
            sys.exit(1)
        worker.running = False
        if not worker.running_task:
            sys.exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
