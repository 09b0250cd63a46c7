"""Releasing, read: which papers of a case its experts may be given, what in them could tell who applies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from zhinan.server import keeping
from zhinan.server.models import Attachment, Release, Round, RoundCase, User
from zhinan.server.paper.neutral import KINDS, neutral, words_of
from zhinan.server.queries.blind import (
    WITH_CASE,
    BlindDocument,
    File,
    HandedIn,
    document_of,
    handed_in,
    neutral_name,
    papers_handed_in,
    upload_names,
)
from zhinan.server.queries.review_access import SEE, round_for, runs
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text

#: So many of the words found are shown.
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case of the round: how many papers it has, how many are released."""

    place: RoundCase
    papers: int
    released: int


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper as an officer decides on it: whether it can be made neutral, its number once released, what it holds.

    `found` are words in its text that tell who applies; `is_silent` that no text could be read in it (a scan, a picture).
    """

    id: int
    upload: Text
    name: str
    kind: str
    size: int
    can_be: bool
    released: int | None
    found: tuple[str, ...]
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A case on the release page: its papers, and the document as its experts read it."""

    round: Round
    place: RoundCase
    known: HandedIn
    document: BlindDocument
    papers: tuple[PaperLine, ...]
    may_run: bool
    before: int | None
    after: int | None


def cases_of(user: User, code: str) -> tuple[Round, tuple[CaseLine, ...], bool]:
    """The cases of a round with the numbers of their papers; whether the person may release. Raises `NotSeen`."""
    round = round_for(user, code, to=SEE)
    places = list(round.cases.select_related(*WITH_CASE).order_by("number"))
    known = handed_in(places)
    released = Counter(Release.objects.filter(round_case__round=round).values_list("round_case_id", flat=True))
    lines = tuple(CaseLine(place, len(known[place.id].content.get("papers", ())), released[place.id]) for place in places)
    return round, lines, runs(user, round)


def place_of(round: Round, number: int) -> RoundCase:
    """A case of a round by its number. Raises `NotSeen`."""
    found = round.cases.select_related(*WITH_CASE).filter(number=number).first() if number < 2**31 else None
    if found is None:
        raise NotSeen
    return found


def case_of(user: User, code: str, number: int) -> Case:
    """A case with its papers, each searched for what tells who applies. Raises `NotSeen`."""
    round = round_for(user, code, to=SEE)
    place = place_of(round, number)
    known = handed_in([place])[place.id]
    released = dict(Release.objects.filter(round_case=place).values_list("attachment_id", "number"))
    names = upload_names(known)
    papers = tuple(
        _paper_line(known, row, names.get(upload, Text(upload, upload)), released.get(row.id))
        for row, upload in papers_handed_in(known)
    )
    numbers = list(round.cases.order_by("number").values_list("number", flat=True))
    at = numbers.index(number)
    return Case(
        round, place, known, document_of(known), papers, runs(user, round), numbers[at - 1] if at else None,
        numbers[at + 1] if at + 1 < len(numbers) else None,
    )  # fmt: skip


def _paper_line(known: HandedIn, row: Attachment, upload: Text, released: int | None) -> PaperLine:
    words = _words(row.sha256, row.kind) if known.is_blind else ""
    found = known.mask.found(words)[:_SHOWN]
    return PaperLine(row.id, upload, row.name, row.kind, row.size, row.kind in KINDS, released, found, not words.strip())


@lru_cache(maxsize=32)
def _words(sha256: str, kind: str) -> str:
    """The words of a kept file; a file of one hash never changes."""
    path = keeping.path_of(sha256)
    return words_of(kind, path.read_bytes()) if path.is_file() else ""


def preview_of(user: User, code: str, number: int, paper: int) -> File:
    """A paper as its experts would get it once it is released. Raises `NotSeen`, `BadInput` where it cannot be made neutral."""
    known = handed_in([place_of(round_for(user, code, to=SEE), number)])
    (case,) = known.values()
    for at, (row, _) in enumerate(papers_handed_in(case), start=1):
        if row.id == paper and (path := keeping.path_of(row.sha256)).is_file():
            content = path.read_bytes()
            return File(neutral_name(at, row.kind), row.kind, neutral(row.kind, content) if case.is_blind else content)
    raise NotSeen
