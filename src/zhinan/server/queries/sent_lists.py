"""A list that was sent, as it was then: what stood on it, in whose order, with which letter, to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhinan.policy.form_answers import read_answer
from zhinan.server import packs
from zhinan.server.models import Authority, Entry, Listing, Submission, User
from zhinan.server.queries.applications import form_for
from zhinan.server.queries.bodies import body_for, procedure_of
from zhinan.server.queries.lists import entries_of, goes_by_list_from, quota_of, sent_listing
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

_REQUESTED = "project.requested_grant"


@dataclass(frozen=True, slots=True)
class SentEntry:
    """A place on the list, with what was handed in by then. `requested` is in fen; 0 where nothing was asked for."""

    rank: int
    code: str
    title: str
    unit: str
    leader: str
    scheme: Text
    requested: int
    remark: str


@dataclass(frozen=True, slots=True)
class SentList:
    """The list with its letter."""

    listing: Listing
    stage: Text
    to: Authority
    quota: int | None
    entries: tuple[SentEntry, ...]


def sent_list(user: User, listing: int) -> SentList:
    """A list that was sent. Raises `NotSeen` for someone who may not see it."""
    row = sent_listing(user, listing)
    entries = list(entries_of(row))
    handed_in = _handed_in(row, entries)
    stage, to = _route(row, entries)
    shown = tuple(_entry(entry, handed_in.get(entry.application_id)) for entry in entries)
    return SentList(row, stage, to, quota_of(row.call, row.stage, row.body), shown)


def _handed_in(listing: Listing, entries: list[Entry]) -> Mapping[int, Submission]:
    """What each case had handed in last when the list was sent."""
    cases = [entry.application_id for entry in entries]
    rows = Submission.objects.filter(application__in=cases, at__lte=listing.sent_at).order_by("number")
    return {row.application_id: row for row in rows}


def _route(listing: Listing, entries: list[Entry]) -> tuple[Text, Authority]:
    """The stage the list was made at, and the body it went to."""
    case = entries[0].application
    action = goes_by_list_from(case, listing.stage)
    to = body_for(case, action.to) if action else None
    return procedure_of(case).stages[listing.stage].name, to or listing.call.authority


def _entry(entry: Entry, submission: Submission | None) -> SentEntry:
    case = entry.application
    content: Mapping[str, Any] = submission.content if submission else {}  # Any: as JSON has it
    texts = {each["key"]: each["text"] for each in content.get("answers", ())}
    return SentEntry(
        entry.rank, case.code, content.get("title") or case.title, content.get("unit_name") or case.organisation.name,
        content.get("leader") or case.leader.name, packs.scheme(case.call.pack, case.scheme).name,
        _fen(entry, texts.get(_REQUESTED, "")), entry.remark,
    )  # fmt: skip


def _fen(entry: Entry, text: str) -> int:
    field = form_for(entry.application.call, entry.application.scheme).field(_REQUESTED)
    try:
        amount = read_answer(field, text) if field else None
    except BadInput:
        return 0
    return amount if isinstance(amount, int) else 0
