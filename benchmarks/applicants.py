"""Applicants in the last minute: each saves, hands in, clicks twice, loses the line, tries again; every answer is noted."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode

#: A small file that is what it says it is.
PAPER = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
#: The fields that are typed into: long texts, which any wording fits.
FIELDS = ("project.summary", "project.content", "project.foundation", "project.schedule")
UPLOAD = "evidence-below-threshold"
#: Whoever has had no answer for so long tries again.
TIMEOUT = 30.0
_TOKEN = "t" * 32
_RECEIPT = re.compile(r"/cases/(?P<code>[^/]+)/receipt/(?P<number>\d+)/")
_NUMBER = re.compile(r"第(\d+)次保存")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request and what came of it. `status` 0: no answer came. Moments are in seconds since 1970.

    Of a hand-in the beginning is noted as well, under `asking`: what is cut off may have been done all the same.
    """

    kind: str
    code: str
    begun_at: float
    ended_at: float
    status: int
    key: str = ""
    number: int = 0
    version: int = 0
    receipt: str = ""
    sha256: str = ""

    @property
    def is_acknowledged(self) -> bool:
        """Whether the applicant was told that it is kept."""
        return self.status in (200, 302, 303) and (self.kind != "submit" or bool(self.receipt))


def number_in(text: str) -> int:
    """Which of the applicant's texts this is; 0 for one that was there before."""
    found = _NUMBER.search(text)
    return int(found[1]) if found else 0


class Ledger:
    """What was asked and answered, noted by all applicants together; once it `is_over` they go home."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self._lock = threading.Lock()
        self._attempts: list[Attempt] = []

    def note(self, attempt: Attempt) -> None:
        """Write one down."""
        with self._lock:
            self._attempts.append(attempt)

    def all(self) -> list[Attempt]:
        """Everything noted so far."""
        with self._lock:
            return list(self._attempts)

    def keep(self, path: Path) -> list[Attempt]:
        """Write everything noted so far into a file, for the office to compare."""
        attempts = self.all()
        path.write_text(json.dumps([asdict(each) for each in attempts], ensure_ascii=False), encoding="utf-8")
        return attempts


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: its status (0 when none came), where it leads, its body."""

    status: int
    location: str = ""
    body: bytes = b""


@dataclass(slots=True)
class Line:
    """One connection of one applicant, opened again when it broke."""

    port: int
    session: str
    timeout: float = TIMEOUT
    _open: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/x-www-form-urlencoded", **more: str
    ) -> Answered:
        """Send one request and read the answer."""
        cookies = f"sessionid={self.session}; csrftoken={_TOKEN}"
        headers = {"Cookie": cookies, "X-CSRFToken": _TOKEN, "Content-Type": kind, **more}
        try:
            if self._open is None:
                self._open = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            self._open.request(method, path, body or None, headers)
            answer = self._open.getresponse()
            return Answered(answer.status, answer.getheader("Location", "") or "", answer.read())
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return Answered(0)

    def send_and_hang_up(self, path: str, body: bytes) -> None:
        """Send a request and be gone before the answer."""
        line = Line(self.port, self.session, timeout=0.05)
        line.ask("POST", path, body)
        line.hang_up()

    def hang_up(self) -> None:
        """Close the connection."""
        if self._open is not None:
            self._open.close()
            self._open = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an applicant means to do: when to hand in and how, how long to rest between saves, when to go home."""

    submits_at: float
    goes_at: float
    rest: float
    clicks_twice: bool = False
    hangs_up: bool = False
    uploads: bool = False


@dataclass(slots=True)
class Applicant:
    """One applicant at work on one application."""

    code: str
    session: str
    port: int
    plan: Plan
    ledger: Ledger
    chance: random.Random
    number: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    receipt: str = ""

    def work(self) -> None:
        """Type and save until it is time to hand in; then hand in until it is answered; look at the receipt; go home."""
        line = Line(self.port, self.session)
        _sleep(self.chance.random() * self.plan.rest)
        while time.time() < self.plan.submits_at and not self._is_over():
            self._save(line)
            if self.plan.uploads and self.chance.random() < 0.2:
                self._upload(line)
            _sleep(min(self.plan.rest * (0.5 + self.chance.random()), max(self.plan.submits_at - time.time(), 0)))
        while not self._is_over() and not self._hand_in(line):
            _sleep(0.3 + self.chance.random())
        if self.receipt:
            self._note("receipt", line, "GET", f"/cases/{self.code}/receipt/1/")
            self._save(line)
        line.hang_up()

    def _is_over(self) -> bool:
        return time.time() >= self.plan.goes_at or self.ledger.is_over.is_set()

    # ─── What can be done ───

    def _save(self, line: Line) -> None:
        key = self.chance.choice(FIELDS)
        self.number += 1
        number, text = self.number, f"第{self.number}次保存：{'枸杞多糖提取。' * self.chance.randint(1, 40)}"
        body: dict[str, object] = {"texts": {key: text}, "versions": {key: self.versions[key]} if key in self.versions else {}}
        begun = time.time()
        answer = line.ask(
            "POST", f"/cases/{self.code}/save/", json.dumps(body).encode(), kind="application/json", Accept="application/json"
        )  # fmt: skip
        version = 0
        if answer.status == 200:
            version = int(json.loads(answer.body)["versions"][key])
            self.versions[key] = version
        else:
            self.versions.pop(key, None)  # whether it arrived is not known
        self.ledger.note(Attempt("autosave", self.code, begun, time.time(), answer.status, key, number, version))

    def _upload(self, line: Line) -> None:
        content = PAPER + f"%{self.code} {self.chance.random()}\n".encode()
        disposition = 'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf'
        parts = [
            f'--zhinan\r\nContent-Disposition: form-data; name="upload"\r\n\r\n{UPLOAD}\r\n'.encode(),
            f"--zhinan\r\n{disposition}\r\n\r\n".encode(),
            content,
            b"\r\n--zhinan--\r\n",
        ]
        begun = time.time()
        answer = line.ask("POST", f"/cases/{self.code}/papers/", b"".join(parts), kind="multipart/form-data; boundary=zhinan")
        sha256 = hashlib.sha256(content).hexdigest()
        self.ledger.note(Attempt("upload", self.code, begun, time.time(), answer.status, sha256=sha256))

    def _hand_in(self, line: Line) -> bool:
        """Whether there was an answer that settles it: a receipt, or a refusal."""
        path, body = f"/cases/{self.code}/submit/", urlencode({"agree": "yes", "number": "1"}).encode()
        if self.plan.hangs_up:
            begun = self._ask()
            line.send_and_hang_up(path, body)
            self.ledger.note(Attempt("submit", self.code, begun, time.time(), 0))
        clicks = [threading.Thread(target=self._click_elsewhere, args=(path, body))] if self.plan.clicks_twice else []
        for click in clicks:
            click.start()
        settled = self._click(line, path, body)
        for click in clicks:
            click.join()
        return settled

    def _ask(self) -> float:
        begun = time.time()
        self.ledger.note(Attempt("asking", self.code, begun, begun, 0))
        return begun

    def _click_elsewhere(self, path: str, body: bytes) -> None:
        line = Line(self.port, self.session)
        self._click(line, path, body)
        line.hang_up()

    def _click(self, line: Line, path: str, body: bytes) -> bool:
        begun = self._ask()
        answer = line.ask("POST", path, body)
        found = _RECEIPT.search(answer.location)
        receipt = f"{found['code']}-R{found['number']}" if found else ""
        self.receipt = self.receipt or receipt
        self.ledger.note(Attempt("submit", self.code, begun, time.time(), answer.status, receipt=receipt))
        return 0 < answer.status < 500

    def _note(self, kind: str, line: Line, method: str, path: str) -> None:
        begun = time.time()
        answer = line.ask(method, path)
        self.ledger.note(Attempt(kind, self.code, begun, time.time(), answer.status))


def _sleep(seconds: float) -> None:
    time.sleep(max(seconds, 0))


def set_to_work(
    ready: Sequence[Mapping[str, str]], *, port: int, ledger: Ledger, plan: Callable[[random.Random], Plan], seed: int = 1
) -> list[threading.Thread]:  # fmt: skip
    """One thread an applicant, all started."""
    threads = []
    for position, each in enumerate(ready):
        chance = random.Random(f"{seed} {position}")
        applicant = Applicant(each["code"], each["session"], port, plan(chance), ledger, chance)
        threads.append(threading.Thread(target=applicant.work, name=each["code"], daemon=True))
    for thread in threads:
        thread.start()
    return threads
