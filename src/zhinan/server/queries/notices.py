"""Notices and awards as anyone may read them, and objections as their handlers and their objectors may."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhinan.server.hashing import digest
from zhinan.server.models import Award, Notice, NoticeLine, Objection, Round, Talk, User
from zhinan.server.queries.review_access import objections_for, published_notices
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text

#: What became of an objection, in words for everyone.
STATUS_NAMES = {
    "received": Text("已收到，待受理", "received"), "accepted": Text("已受理，核查中", "being looked into"),
    "not-admitted": Text("不予受理", "not admitted"), "upheld": Text("成立", "upheld"), "dismissed": Text("不成立", "dismissed"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as anyone may read it: `is_open` while objections are taken."""

    notice: Notice
    title: Text
    authority: Text
    contact: Text
    lines: tuple[NoticeLine, ...]
    is_open: bool

    @property
    def standing(self) -> tuple[NoticeLine, ...]:
        """The lines that no objection has taken off."""
        return tuple(line for line in self.lines if not line.is_withdrawn)


def notices(*, at: datetime, words: str = "", only_open: bool = False) -> list[Shown]:
    """The published notices, the newest first."""
    rows = published_notices().prefetch_related("lines")
    if words:
        rows = rows.filter(lines__title__icontains=words).distinct() | rows.filter(lines__unit__icontains=words).distinct()
    found = [_shown(row, list(row.lines.all()), at) for row in rows]
    return [each for each in found if each.is_open or not only_open]


def notice(code: str, *, at: datetime) -> Shown:
    """One notice. Raises `NotSeen`."""
    row = published_notices().filter(code=code).first()
    if row is None:
        raise NotSeen
    return _shown(row, list(row.lines.order_by("number")), at)


def _shown(row: Notice, lines: Sequence[NoticeLine], at: datetime) -> Shown:
    authority = row.call.authority
    return Shown(
        row, Text(row.title_zh, row.title_en or row.title_zh), Text(authority.name_zh, authority.name_en or authority.name_zh),
        Text(row.contact_zh, row.contact_en or row.contact_zh), tuple(lines),
        row.ended_at is None and row.opens_at <= at <= row.closes_at,
    )  # fmt: skip


def notices_of(round: Round, *, at: datetime) -> list[Shown]:
    """The notices of a round."""
    return [_shown(row, list(row.lines.order_by("number")), at) for row in published_notices().filter(round=round)]


# -- objections --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Answered:
    """What an objector may read of their own objection."""

    receipt: str
    notice: Text
    number: int
    title: str
    status: Text
    made_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    answer: str


def answer_to(receipt: str, word: str) -> Answered | None:
    """What became of an objection, for who holds its receipt and its word; `None` for anyone else."""
    row = Objection.objects.filter(receipt=receipt).select_related("line__notice").first()
    if not hmac.compare_digest(row.secret_hash if row else digest(""), digest(word)) or row is None:
        return None
    line = row.line
    return Answered(
        row.receipt, Text(line.notice.title_zh, line.notice.title_en), line.number, line.title, STATUS_NAMES[row.status],
        row.made_at, row.due_at, row.answered_at, row.answer,
    )  # fmt: skip


def objections(user: User, *, status: str = "", round: Round | None = None) -> list[Objection]:
    """The objections a person handles or audits, those that wait first, the earliest due first."""
    rows = objections_for(user)
    rows = rows.filter(status=status) if status else rows
    rows = rows.filter(line__notice__round=round) if round else rows
    waits = {"received": 0, "accepted": 1}
    return sorted(rows, key=lambda row: (waits.get(row.status, 2), row.due_at or row.made_at, row.id))


# -- talks and awards --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PublicAward:
    """An award as it is published, for good: no grade, no score, no expert."""

    number: str
    title: str
    unit: str
    leader: str
    scheme: Text
    call: Text
    authority: Text
    letter: str
    amount: int
    issued_at: datetime


def public_awards(*, words: str = "", year: int | None = None, call: str = "") -> list[PublicAward]:
    """The awards that were issued, the newest first."""
    rows = Award.objects.select_related("case__call__authority", "case__organisation", "case__leader")
    if words:
        rows = rows.filter(case__title__icontains=words) | rows.filter(case__organisation__name__icontains=words)
    rows = rows.filter(issued_at__year=year) if year else rows
    rows = rows.filter(case__call__code=call) if call else rows
    lines = {line.case_id: line for line in NoticeLine.objects.filter(case__in=rows.values("case"))}
    return [_award(row, lines.get(row.case_id)) for row in rows]


def _award(row: Award, line: NoticeLine | None) -> PublicAward:
    call, authority = row.case.call, row.case.call.authority
    scheme = Text(line.scheme_zh, line.scheme_en) if line else Text(row.case.scheme, row.case.scheme)
    return PublicAward(
        row.number, line.title if line else row.case.title, line.unit if line else row.case.organisation.name,
        line.leader if line else row.case.leader.name, scheme, Text(call.title_zh, call.title_en),
        Text(authority.name_zh, authority.name_en or authority.name_zh), row.letter, row.amount, row.issued_at,
    )  # fmt: skip


def talks_of(round: Round) -> dict[int, Talk]:
    """The last talk of each case of a round, by the case's id."""
    rows = Talk.objects.filter(case__rounds__round=round).order_by("id")
    return {row.case_id: row for row in rows}
