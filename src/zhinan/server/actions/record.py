"""The record: every action adds one event to the chain, in the transaction that did it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Model

from zhinan.server.clock import BEIJING
from zhinan.server.hashing import Json, canonical, link
from zhinan.server.models import Application, ChainHead, Event, User
from zhinan.server.queries.rows_told import states_of
from zhinan.server.refused import Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

_NOT_RECORDED = Mistake(
    "not-recorded", Text("这一步没有记录下来，因此没有执行", "this step could not be recorded and was not done"),
    Text("稍后重试；如果一直如此，请联系平台管理员", "try again; if it goes on, tell the keeper of the platform"),
)  # fmt: skip


def record(  # an event has its actor, moment, case, content and rows
    action: str, *, actor: User | None, at: datetime, case: Application | None = None, payload: Json | None = None,
    rows: Iterable[Model] = (), gone: Iterable[str] = (),
) -> Event:  # fmt: skip
    """Add an event. Must be called inside the transaction of the action, last, since it makes others wait for its end.

    `rows` are the rows of experts, rounds and awards (`rows_told.TOLD`) that the action made or changed, as they are now; `gone`
    the keys of those it deleted.
    """
    if not connection.in_atomic_block:
        raise Refused(_NOT_RECORDED.at())
    head = ChainHead.objects.select_for_update().get_or_create(id=1)[0]
    before = _last_of(case) if case else None
    states = states_of(rows, gone)
    number, case_number = head.sequence + 1, before.case_sequence + 1 if before and before.case_sequence else 1
    body = canonical({
        "sequence": number, "at": at.astimezone(BEIJING).isoformat(), "actor": actor.username if actor else "",
        "actor_name": actor.name if actor else "", "action": action, "case": case.code if case else "",
        "case_sequence": case_number if case else None, "payload": {**(payload or {}), **({"rows": states} if states else {})},
        **({"pack": case.call.pack, "pack_digest": case.call.pack_digest} if case else {}),
    })  # fmt: skip
    case_previous = before.hash if before else ""
    event = Event(
        sequence=number, case=case, case_sequence=case_number if case else None, at=at, actor=actor, action=action,
        body=body, previous=head.hash, case_previous=case_previous, hash=link(body, head.hash, case_previous),
    )  # fmt: skip
    event.save(force_insert=True)
    head.sequence, head.hash = number, event.hash
    head.save(update_fields=["sequence", "hash"])
    return event


def _last_of(case: Application) -> Event | None:
    return Event.objects.filter(case=case).order_by("-case_sequence").first()


#: An action is whole or not at all.
whole = transaction.atomic
