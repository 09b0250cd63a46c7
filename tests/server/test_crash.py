"""The real server, killed twice while people save, upload and hand in: what was acknowledged is there, and the record is whole.

`python -m benchmarks.crash` does it twenty times on each database.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from django.db import connection

from benchmarks import crash


def _refuse_here() -> str:
    """Why no server can be started and killed here; empty if it can."""
    if not Path("/proc/self/stat").exists():
        return f"its processes cannot be found on {sys.platform}"
    try:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
    except OSError as failure:
        return f"no port may be opened: {failure}"
    return ""


@pytest.mark.skipif(bool(_refuse_here()), reason=_refuse_here())
def test_nothing_acknowledged_is_lost_when_the_server_is_killed() -> None:
    engine = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    kills: list[crash.Killed] = crash.run(engine, kills=2, applicants=4, rest=0.2, tell=lambda each: None)
    assert [each.faults for each in kills] == [[], [], []]
    assert kills[-1].acknowledged["autosave"] > 0
