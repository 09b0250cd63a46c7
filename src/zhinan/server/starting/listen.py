"""Listening: granian with the platform's pages, run as `python -m zhinan.server.starting.listen HOST PORT WORKERS`."""

from __future__ import annotations

import sys

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from zhinan.server.starting.lifeline import end_with_parent

#: Requests that one process holds at a time. Each has a thread, so that the moment it arrived is noted at once, however
#: many there are; how many are worked on at a time is decided in `web/arrival.py`.
THREADS = 256


def main(host: str, port: str, workers: str) -> None:
    """Listen until told to stop. A worker that dies is started again."""
    end_with_parent()
    Server(
        "zhinan.server.wsgi:application", address=host, port=int(port), workers=int(workers), interface=Interfaces.WSGI,
        blocking_threads=THREADS, respawn_failed_workers=True, workers_kill_timeout=20, log_level=LogLevels.error,
        websockets=False,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
