"""Rows as the record tells them: the state of a row at an event, and whether it still is as its last event left it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Model, QuerySet

from zhinan.server.clock import BEIJING
from zhinan.server.hashing import Json, canonical, digest
from zhinan.server.models import (
    Award,
    Ballot,
    Clearance,
    Conduct,
    Draw,
    Expert,
    Invitee,
    Meeting,
    Notice,
    NoticeLine,
    Objection,
    Outcome,
    Release,
    Remark,
    Round,
    RoundCase,
    Scoring,
    Seat,
    Talk,
    Tenure,
    Tie,
)
from zhinan.server.queries.kept import Fault
from zhinan.values.text import Text

#: The rows that are told whole by their events.
TOLD: tuple[type[Model], ...] = (
    Award, Ballot, Clearance, Conduct, Draw, Expert, Invitee, Meeting, Notice, NoticeLine, Objection, Outcome, Release, Remark,
    Round, RoundCase, Scoring, Seat, Talk, Tenure, Tie,
)  # fmt: skip
#: What is personal or in confidence stands in the record as a hash only; the row itself holds the words.
_SEALED = {
    "expert": {"name", "email", "identity", "unit", "unit_name", "summary"}, "tenure": {"unit", "unit_name"},
    "tie": {"person", "unit", "unit_name", "note"}, "conduct": {"note"}, "invitee": {"units", "reason"}, "seat": {"reason"},
    "draw": {"private"},
    "scoring": {"answers", "wild_reason"}, "remark": {"text"}, "ballot": {"choice", "remark"},
    "objection": {"name", "contact", "ground", "findings", "answer"}, "meeting": {"minutes", "results"},
    "talk": {"present", "matters", "promises"}, "roundcase": {"hidden"},
}  # fmt: skip
#: What is longer than this stands in the record as a hash.
_LONGEST = 600


def key_of(row: Model) -> str:
    """What the record calls a row: its kind and its number."""
    return f"{row._meta.model_name}:{row.pk}"


def state_of(row: Model) -> Json:
    """Every column of a row, as JSON; what is long or in confidence as the SHA-256 of its canonical JSON."""
    key, sealed = key_of(row), _SEALED.get(str(row._meta.model_name), set())
    state: Json = {}
    for field in row._meta.concrete_fields:
        if field.primary_key:
            continue
        value = _plain(getattr(row, field.attname))
        is_hidden = field.name in sealed and value not in ("", None, [], {})
        if is_hidden or len(text := canonical(value)) > _LONGEST:
            value = {"sha256": digest(f"{key}.{field.name}:{canonical(value)}" if is_hidden else text)}
        state[field.name] = value
    return state


def states_of(rows: Iterable[Model], gone: Iterable[str] = ()) -> dict[str, Json | None]:
    """The states of rows by their keys, for the payload of an event; `gone` are the keys of rows that were deleted."""
    return {key_of(row): state_of(row) for row in rows} | dict.fromkeys(gone)


def faults_of_rows(told: Mapping[str, Mapping[str, object] | None]) -> Iterator[Fault]:
    """Every row that is not as its last event left it, that is gone, or that no event made."""
    left = {key for key, state in told.items() if state is not None}
    for model in TOLD:
        for row in _kept(model).iterator(chunk_size=500):
            key = key_of(row)
            left.discard(key)
            said = told.get(key)
            if said is None:
                yield Fault(
                    key, Text("这一行没有任何事件：不是由平台产生的", "the row has no event: it was not made by the platform")
                )
                continue
            now = state_of(row)
            for name in (name for name in now if now[name] != said.get(name)):
                yield Fault(f"{key}", Text(f"列“{name}”与事件不符", f"the column “{name}” is not what the events say"))
    for key in sorted(left):
        yield Fault(key, Text("这一行被删除，事件还在", "the row was deleted; its events are still there"))


def _kept(model: type[Model]) -> QuerySet[Model]:
    """The rows of a kind that the record answers for: a sheet only from when it was handed in."""
    rows = model._default_manager.order_by("pk")
    return rows.filter(handed_in_at__isnull=False) if model is Scoring else rows


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value) if isinstance(value, str) else value
