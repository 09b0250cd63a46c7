"""The platform's processes: one listens, one works in the background; both end with the one that started them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from zhinan.server.refused import Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

#: How long a process has to end by itself, in seconds; then it is ended.
PATIENCE = 25
_NOT_UP = Mistake(
    "not-up", Text("平台没有启动：{why}", "the platform did not start: {why}"),
    Text("看上面的出错信息；改正后再启动", "see what was printed above; start again when it is mended"),
)  # fmt: skip


class Processes:
    """What runs: `server` listens at an address, `worker` does what waits."""

    def __init__(self, *, host: str, port: int, workers: int = 1) -> None:
        self.host, self.port = host, port
        self.server = _start("zhinan.server.starting.listen", host, str(port), str(workers))
        self.worker = _start_worker()

    def wait_until_up(self, seconds: float = 60) -> None:
        """Until a page is answered. Raises `Refused` if the server ends or takes longer."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.server.poll() is not None:
                raise Refused(_NOT_UP.at(why=Text("进程已退出", "its process has ended")))
            if self._answers():
                return
            time.sleep(0.1)
        raise Refused(_NOT_UP.at(why=Text(f"{seconds:.0f} 秒内没有应答", f"no answer within {seconds:.0f} seconds")))

    def _answers(self) -> bool:
        near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        asked = HTTPConnection(near, self.port, timeout=60)
        try:
            asked.request("GET", "/")  # the first page is slow; nobody should have to wait for it
            return asked.getresponse().status > 0
        except (OSError, HTTPException):
            return False
        finally:
            asked.close()

    @property
    def is_working(self) -> bool:
        """Whether the worker runs."""
        return self.worker.poll() is None

    def watch(self) -> int:
        """Until the server ends; a worker that ends before it is started again. Returns the server's exit code."""
        while (code := self.server.poll()) is None:
            if not self.is_working:
                time.sleep(1)  # one that cannot start must not be started a thousand times
                self.worker = _start_worker()
            time.sleep(0.5)
        return code

    def stop(self) -> None:
        """End both, the gentle way first."""
        running = [process for process in (self.server, self.worker) if process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for process in (self.server, self.worker):
            if process.stdin:
                process.stdin.close()


@contextmanager
def running(*, host: str, port: int, workers: int = 1) -> Iterator[Processes]:
    """The platform, up and answering; stopped at the end, whatever happened."""
    processes = Processes(host=host, port=port, workers=workers)
    try:
        with _told_to_stop():
            processes.wait_until_up()
            yield processes
    finally:
        processes.stop()


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """SIGTERM (a service manager, a container) stops the platform as Ctrl-C does."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _start_worker() -> subprocess.Popen[bytes]:
    return _start("zhinan", "manage", "work", "--with-parent")


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C reaches the starter alone, which ends the others in order."""
    return subprocess.Popen([sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE, start_new_session=True)
