"""A platform started for the walks: a home of its own, a server process on a free port, opened again after it was closed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep

ROOT = Path(__file__).resolve().parents[2]
#: So many times a quarter of a second a server may take to answer.
_PATIENCE = 240


def environment(home: Path, base_url: str = "http://127.0.0.1:8000") -> dict[str, str]:
    """The settings of an office in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHINAN_") and name != "DATABASE_URL"}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "zhinan.server.settings", "ZHINAN_HOME": str(home), "ZHINAN_DEMO": "1", "ZHINAN_BASE_URL": base_url,
        "ZHINAN_SECRET_KEY": "a key for the walks, which guards nothing",
    }  # fmt: skip


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Seeds:
    """A filled home, the session of each person by login, and what the rows are called that addresses name."""

    home: Path
    sessions: Mapping[str, str]
    rows: Mapping[str, str]


@dataclass(slots=True)
class Office:
    """A server over a home. `url` stays the same when it is closed and opened again."""

    home: Path
    sessions: Mapping[str, str]
    rows: Mapping[str, str]
    port: int = field(default_factory=_free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def open(self, application: str = "zhinan.server.wsgi:application") -> None:
        """Start the server and wait until it answers."""
        log = (self.home.parent / "server.log").open("ab")
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", "1", "--blocking-threads", "4", "--no-ws", application,
        ]  # fmt: skip
        with log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment(self.home, self.url), stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(_PATIENCE):
            assert self._process is not None
            assert self._process.poll() is None, self.told
            try:
                with urllib.request.urlopen(f"{self.url}/", timeout=30):
                    return
            except urllib.error.HTTPError as answer:
                answer.close()
                return
            except OSError:
                sleep(0.25)
        raise AssertionError(self.told)

    @property
    def told(self) -> str:
        """What the server has said."""
        return (self.home.parent / "server.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def close(self) -> None:
        """Stop the server, all its processes at once, as a failing machine would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
