"""A lifeline: a process started by another ends when that one is gone, however it went."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

#: How often a forked process looks whether the one it came from is still there, in seconds.
_LOOKS_EVERY = 0.5
#: How long it may take to end the gentle way: to answer what it was asked, in seconds.
_PATIENCE = 5


def end_with_parent() -> None:
    """Watch the pipe the parent holds; once it closes, end this process the gentle way, and so all that are forked from it."""
    threading.Thread(target=_wait_and_end, name="lifeline", daemon=True).start()
    os.register_at_fork(after_in_child=_end_with_forker)


def _wait_and_end() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _end_with_forker() -> None:
    """granian's workers are forked, and a fork takes no threads along: left alone, they would hold the port for ever."""
    threading.Thread(target=_look_and_end, args=(os.getppid(),), name="lifeline", daemon=True).start()


def _look_and_end(forker: int) -> None:
    while os.getppid() == forker:
        time.sleep(_LOOKS_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE)
    os.kill(os.getpid(), signal.SIGKILL)
