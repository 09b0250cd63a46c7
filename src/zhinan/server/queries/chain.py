"""The chain of events, read: the timeline of a case, and the proof that nothing was changed, taken out or put in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from zhinan.server.clock import BEIJING
from zhinan.server.hashing import link
from zhinan.server.models import Application, ChainHead, Event, User
from zhinan.server.queries.kept import Fault, faults_of_calls, faults_of_cases, faults_of_lists, faults_of_topics
from zhinan.server.queries.rows_told import faults_of_rows
from zhinan.server.queries.told import Body, Told, ToldCase
from zhinan.values.text import Text


@dataclass(frozen=True, slots=True)
class Verified:
    """How many events, cases and submissions were looked at, the hash of the last event, and every fault found."""

    events: int
    cases: int
    submissions: int
    head: str
    faults: tuple[Fault, ...]


def verify() -> Verified:
    """Look at every event, at every row the events speak of, and at every file handed in."""
    with _one_moment():
        walk = _Walk()
        faults = [*walk.whole_chain(), *faults_of_cases(walk.told.cases, Application.objects.all())]
        known = set(walk.codes.values())
        faults += [Fault(code, _GONE, code) for code in walk.told.cases if code not in known]
        faults += [*faults_of_calls(walk.told), *faults_of_lists(walk.told), *faults_of_topics(walk.told)]
        faults += faults_of_rows(walk.told.rows)
    return walk.found(faults)


def verify_case(case: Application) -> Verified:
    """Look at the events of one case, at its rows and its files."""
    with _one_moment():
        walk = _Walk(Event.objects.filter(case=case))
        faults = [*walk.chain_of_case(), *faults_of_cases(walk.told.cases, Application.objects.filter(id=case.id))]
    return walk.found(faults)


def hashes_at(sequences: list[int]) -> dict[int, str]:
    """The hashes that the events with these numbers have now; one that is not there is left out."""
    found: dict[int, str] = {}
    for begin in range(0, len(sequences), 500):
        some = Event.objects.filter(sequence__in=sequences[begin : begin + 500])
        found |= dict(some.values_list("sequence", "hash"))
    return found


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything read within is as of one moment, and nobody who writes has to wait."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


@dataclass(frozen=True, slots=True)
class _Row:
    """An event as it is kept, without the rows it points to."""

    sequence: int
    case: int | None
    case_sequence: int | None
    at: datetime
    actor: int | None
    action: str
    body: str
    previous: str
    case_previous: str
    hash: str


_COLUMNS = (
    "sequence", "case_id", "case_sequence", "at", "actor_id", "action", "body", "previous", "case_previous", "hash",
)  # fmt: skip
#: What the body of every event has.
_PARTS = {"sequence", "at", "actor", "actor_name", "action", "case", "case_sequence", "payload"}
_GONE = Text("办件被删除，事件还在", "the case was deleted; its events are still there")
_UNREADABLE = Text("事件内容无法读取：被改动", "the content cannot be read: it was changed")


class _Walk:
    """One pass over events, in order, with what they tell; two look-ups beside it, however many there are."""

    def __init__(self, events: QuerySet[Event] | None = None) -> None:
        self.rows = Event.objects.all() if events is None else events
        self.count, self.sequence, self.hash = 0, 0, ""
        self.told = Told()
        self.codes: dict[int | None, str] = dict(Application.objects.values_list("id", "code"))
        self.people: dict[int | None, str] = dict(User.objects.values_list("id", "username"))

    def found(self, faults: list[Fault]) -> Verified:
        submissions = sum(len(case.handed_in) for case in self.told.cases.values())
        return Verified(self.count, len(self.told.cases), submissions, self.hash, tuple(faults))

    def whole_chain(self) -> Iterator[Fault]:
        for row in self._in_order():
            if row.sequence != self.sequence + 1:
                yield Fault(f"#{self.sequence + 1}", Text("事件缺失：被删去", "the event is missing: it was taken out"))
            if row.previous != self.hash:
                yield Fault(f"#{row.sequence}", Text("与前一事件的链接断开", "the link to the event before is broken"))
            yield from self._event(row)
            self.sequence, self.hash = row.sequence, row.hash
        head = ChainHead.objects.filter(id=1).first()
        if ((head.sequence, head.hash) if head else (0, "")) != (self.sequence, self.hash):
            yield Fault(
                f"#{self.sequence}",
                Text("链尾与记录不一致：其后的事件被删去或添加", "the chain does not end as recorded: events are gone or new"),
            )  # fmt: skip

    def chain_of_case(self) -> Iterator[Fault]:
        for row in self._in_order():
            yield from self._event(row)
            self.sequence, self.hash = row.sequence, row.hash

    def _in_order(self) -> Iterator[_Row]:
        rows = self.rows.order_by("sequence").values_list(*_COLUMNS)
        for values in rows.iterator(chunk_size=5000):
            self.count += 1
            yield _Row(*values)

    def _event(self, row: _Row) -> Iterator[Fault]:
        where, code = f"#{row.sequence}", self.codes.get(row.case, "")
        if row.hash != link(row.body, row.previous, row.case_previous):
            yield Fault(
                where, Text("内容与哈希不符：事件被改动", "the content does not fit its hash: the event was changed"), code
            )
        body = _read(row.body)
        if body is None:
            yield Fault(where, _UNREADABLE, code)
            return
        for told in self._columns(row, body):
            yield Fault(where, Text(f"列“{told}”与事件内容不符", f"the column “{told}” is not what the event says"), code)
        try:
            yield from self._hear(row, body, where)
        except (KeyError, TypeError, ValueError, AttributeError):
            yield Fault(where, _UNREADABLE, code)

    def _hear(self, row: _Row, body: Body, where: str) -> Iterator[Fault]:
        code = body["case"]
        self.told.rows.update(body["payload"].get("rows", {}))
        if not code:
            self.told.hear(body)
            return
        case = self.told.cases.setdefault(code, ToldCase())
        if body["case_sequence"] != case.events + 1 or row.case_previous != case.hash:
            yield Fault(where, Text(f"办件 {code} 的事件链断开", f"the chain of case {code} is broken"), code)
        case.events, case.hash = body["case_sequence"], row.hash
        case.hear(body)

    def _columns(self, row: _Row, body: Body) -> Iterator[str]:
        """The columns that do not say what the hashed body says."""
        said = {
            "sequence": row.sequence, "action": row.action, "at": row.at.astimezone(BEIJING).isoformat(),
            "case": self.codes.get(row.case, ""), "case_sequence": row.case_sequence, "actor": self.people.get(row.actor, ""),
        }  # fmt: skip
        return (name for name, value in said.items() if body[name] != value)


def _read(text: str) -> Body | None:
    """The body of an event; `None` when it is none."""
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) and body.keys() >= _PARTS and isinstance(body["payload"], dict) else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline."""

    event: Event
    payload: dict[str, object]


def timeline(case: Application) -> list[Entry]:
    """What happened to a case, the latest first."""
    events = Event.objects.filter(case=case).select_related("actor").order_by("-sequence")
    return [Entry(event, json.loads(event.body)["payload"]) for event in events]
