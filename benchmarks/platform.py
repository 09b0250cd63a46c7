"""A platform of one's own to load and to kill: a home, a database dropped afterwards, the server in processes of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
#: How long after a deadline a request that began in time may still arrive; short, so that a run can see it pass.
GRACE_SECONDS = 5
#: So many worker processes serve: SQLite has one writer, PostgreSQL as many as there are cores here.
WORKERS = {"SQLite": 1, "PostgreSQL": 2}
#: How a module that knows rows is run: Django is ready before it is imported.
_READY = "import sys, runpy, django; django.setup(); runpy.run_module(sys.argv.pop(1), run_name='__main__')"
#: A server that is not up after so many seconds will not come up.
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where a platform keeps its things, and the port it listens on."""

    engine: str
    home: Path
    database: str
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """What the platform's processes are told."""
        known = {"ZHINAN_HOME": str(self.home), "ZHINAN_GRACE_SECONDS": str(GRACE_SECONDS), "ZHINAN_SECRET_KEY": "b" * 64}
        known["ZHINAN_REQUIRE_2FA"] = "no"  # nobody is here to hold the telephone
        url = f"http://127.0.0.1:{self.port}"
        settings = {"DJANGO_SETTINGS_MODULE": "zhinan.server.settings", "ZHINAN_BASE_URL": url, "DATABASE_URL": self.database}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHINAN_")}
        return {**kept, **known, **settings}

    def call(self, module: str, *words: str) -> Any:  # Any: what the other process says, as JSON has it
        """Run one of our modules beside the platform and read the JSON it prints last."""
        command = [sys.executable, "-c", _READY, module, *words]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{module} {words}: {done.stderr[-4000:]}")
        return json.loads(done.stdout.splitlines()[-1])


def postgresql_url() -> str:
    """The PostgreSQL server whose databases may be made and dropped; the same one as the tests have."""
    return os.environ.get("ZHINAN_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")


@contextmanager
def place(engine: str) -> Iterator[Place]:
    """An empty platform on `SQLite` or `PostgreSQL`; everything of it is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="zhinan-bench-"))
    name = f"zhinan_bench_{os.getpid()}"
    server = postgresql_url()
    try:
        if engine == "SQLite":
            yield Place(engine, home, f"sqlite:///{home / 'zhinan.sqlite3'}", _free_port())
        else:
            _tell(server, f'CREATE DATABASE "{name}"')
            yield Place(engine, home, urlsplit(server)._replace(path=f"/{name}").geturl(), _free_port())
    finally:
        if engine == "PostgreSQL":
            _tell(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(home, ignore_errors=True)


def _tell(server: str, statement: str) -> None:
    import psycopg  # noqa: PLC0415  # only where there is a PostgreSQL to speak to

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """The platform's server, started as an office starts it; it can be stopped, or killed with all its processes."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.process: subprocess.Popen[bytes] | None = None
        self.log = place.home / "server.log"

    def start(self) -> float:
        """Start, wait until it answers, and say how many seconds that took."""
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                _command(self.place), env=self.place.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        while not self.answers():
            if time.monotonic() - begun > _PATIENCE or self.process.poll() is not None:
                self.kill()
                raise RuntimeError(f"the server did not come up:\n{self.log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.05)
        return time.monotonic() - begun

    def answers(self) -> bool:
        """Whether it serves a page."""
        connection = HTTPConnection("127.0.0.1", self.place.port, timeout=10)
        try:
            connection.request("GET", "/accounts/login/")
            return connection.getresponse().status < 500
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """`kill -9` to every process of it: the one that was started, those that listen, the one that works."""
        while pids := _processes_of(self.place.home):
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        if self.process is not None:
            self.process.wait()


def _processes_of(home: Path) -> list[int]:
    """Every living process of the platform at `home`, whoever its parent is, as Linux tells it; the dead have no environment."""
    mark, found = f"ZHINAN_HOME={home}".encode(), []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in environ.read_bytes().split(b"\0"):
                found.append(int(environ.parent.name))
    return found


def _command(place: Place) -> list[str]:
    """As an office starts it."""
    where = ["--host", "127.0.0.1", "--port", str(place.port), "--workers", str(WORKERS[place.engine])]
    return [sys.executable, "-m", "zhinan", "serve", *where]
