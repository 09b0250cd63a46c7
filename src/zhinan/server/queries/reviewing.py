"""Reviewing, read: an expert's queue, a seat with its sheet; and, for those in charge, how far a round has come.

Of a case an expert gets from here only what `blind` gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from zhinan.review.score import ScoreRule
from zhinan.review.sheet import SheetForm, check_filled, read_filled, sheet_from_json, total
from zhinan.server.models import (
    SITTING,
    Expert,
    Invitee,
    Meeting,
    Role,
    Round,
    RoundStatus,
    Scoring,
    Seat,
    SeatStatus,
    User,
)
from zhinan.server.queries.blind import HandedIn, handed_in
from zhinan.server.queries.people import posts_of
from zhinan.server.queries.results import unexplained
from zhinan.server.queries.review_access import expert_of, seat_for, seats_of
from zhinan.server.refused import NotSeen
from zhinan.values.problem import Problem
from zhinan.values.text import Text

#: Statuses of a round in which its experts have the cases before them.
AT_WORK = (RoundStatus.SCORING, RoundStatus.CLOSED)
#: A seat belongs to an expert's queue from the draw on.
_DRAWN = (*AT_WORK, RoundStatus.RANKED, RoundStatus.DECIDED)


# -- a sheet -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetState:
    """The sheet of a seat as it stands: the answers as typed, what is wrong with them, what they come to.

    `scoring` is the row of the latest pass, `None` before anything was typed; `subtotal` counts what is readable.
    """

    form: SheetForm
    scoring: Scoring | None
    pass_number: int
    answers: Mapping[str, str]
    problems: Mapping[str, list[Problem]]
    subtotal: Decimal
    left: int

    @property
    def version(self) -> int:
        """Grows with each save."""
        return self.scoring.version if self.scoring else 0

    @property
    def is_handed_in(self) -> bool:
        """Whether it is fixed."""
        return self.scoring is not None and self.scoring.handed_in_at is not None


def sheet_of(round: Round, scoring: Scoring | None) -> SheetState:
    """The sheet of a seat, from its latest row; no query."""
    form = sheet_from_json(round.sheet)
    answers = {key: str(text) for key, text in (scoring.answers if scoring else {}).items()}
    problems = check_filled(form, answers)
    criteria = [each.key for each in form.criteria]
    readable = {key: "0" if key in problems else answers[key] for key in criteria}
    points = read_filled(replace(form, comment_least=0, asks_verdict=False), readable).points
    left = sum(key in problems for key in form.fields)
    number = scoring.pass_number if scoring else 1
    return SheetState(form, scoring, number, answers, problems, total(form, points), left)


def latest(seats: Iterable[Seat]) -> dict[int, Scoring]:
    """The row of the latest pass of each seat; one query."""
    rows = Scoring.objects.filter(seat__in=[seat.id for seat in seats]).order_by("pass_number")
    return {row.seat_id: row for row in rows}


def may_write(seat: Seat, scoring: Scoring | None) -> bool:
    """Whether the expert may write: on a seat they took, until it is handed in; a later pass while the scores are discussed."""
    if seat.status != SeatStatus.TAKEN or (scoring is not None and scoring.handed_in_at is not None):
        return False
    first = scoring is None or scoring.pass_number == 1
    return seat.round_case.round.status == (RoundStatus.SCORING if first else RoundStatus.CLOSED)


# -- the queue -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A round to which the expert is asked, while they may declare."""

    round: Round
    is_answered: bool
    declined: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A seat in the queue: the number and masked title of its case, how it stands, until when."""

    seat: Seat
    title: str
    state: Text
    tone: str
    due: datetime | None
    is_late: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for an expert, by the day it is due; and the meetings they are called to."""

    asked: tuple[Asked, ...]
    lines: tuple[Line, ...]
    meetings: tuple[Meeting, ...]


def queue_of(user: User, *, at: datetime) -> Queue:
    """An expert's queue; a fixed number of queries. Raises `NotSeen` for someone who is no expert.

    Whoever holds the post of an expert and is in no bank yet has an empty one.
    """
    if not Expert.objects.filter(user=user).exists() and posts_of(user).filter(role=Role.EXPERT).exists():
        return Queue((), (), ())
    expert = expert_of(user)
    invited = Invitee.objects.filter(expert=expert).exclude(round__status=RoundStatus.CANCELLED)
    rows = list(invited.select_related("round__call__authority").order_by("round__declare_by", "id"))
    declared = {row.round_id for row in rows if row.declared_at is not None}
    asked = tuple(
        Asked(row.round, row.declared_at is not None or row.declined_at is not None, row.declined_at is not None)
        for row in rows if row.round.status in (RoundStatus.ASKING, RoundStatus.DRAWING)
    )  # fmt: skip
    seats = list(_seats(user))
    sheets, known = latest(seats), handed_in([seat.round_case for seat in seats])
    lines = [_line(seat, sheets.get(seat.id), _title(known[seat.round_case_id], declared), at=at) for seat in seats]
    rounds = {seat.round_case.round_id for seat in seats}
    meetings = Meeting.objects.filter(round__in=rounds, closed_at=None, round__status=RoundStatus.CLOSED)
    return Queue(asked, tuple(sorted(lines, key=_order)), tuple(meetings.select_related("round").order_by("held_at", "id")))


def _seats(user: User) -> QuerySet[Seat]:
    rows = seats_of(user).filter(round_case__round__status__in=_DRAWN)
    return rows.select_related("round_case__case__organisation", "round_case__case__leader")


def _order(line: Line) -> tuple[bool, str, str, int]:
    due = line.due.isoformat() if line.due else "9"
    return (not line.is_open, due, line.seat.round_case.round.code, line.seat.round_case.number)


def _title(known: HandedIn, declared: Collection[int]) -> str:
    """The masked title of a case: told to those who have declared to its round, while it is under way."""
    round = known.place.round
    return known.title if round.id in declared and round.status in AT_WORK else ""


def _line(seat: Seat, scoring: Scoring | None, title: str, *, at: datetime) -> Line:
    round = seat.round_case.round
    state, tone, is_open = _state(seat, scoring)
    due = round.score_by if round.status == RoundStatus.SCORING else None
    return Line(seat, title, state, tone, due, bool(is_open and due and at > due), is_open)


_WAITS, _TO_SCORE = Text("等您答复", "waits for your answer"), Text("待评分", "to be scored")
_BEGUN, _GIVEN = Text("评分中", "begun"), Text("已提交", "handed in")
_AGAIN, _ENDED = Text("请再评一次", "to be scored again"), Text("评分已结束", "scoring is over")


def _state(seat: Seat, scoring: Scoring | None) -> tuple[Text, str, bool]:
    """How a seat stands in words, its tone, whether something is left for its expert to do."""
    if scoring is not None and scoring.handed_in_at is not None:
        return _GIVEN, "good", False
    if seat.status == SeatStatus.ASKED and seat.round_case.round.status == RoundStatus.SCORING:
        return _WAITS, "warn", True
    if not may_write(seat, scoring):
        return _ENDED, "quiet", False
    if scoring is not None and scoring.pass_number > 1:
        return _AGAIN, "warn", True
    return (_BEGUN, "info", True) if scoring is not None else (_TO_SCORE, "warn", True)


# -- a seat --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AtSeat:
    """A seat as its expert sees it. `known` is what was handed in, masked; `None` before they have declared or when it is over.

    `before` and `after` are the seats beside it in the queue; `wild` whether a reason is asked for this sheet.
    """

    seat: Seat
    sheet: SheetState
    state: Text
    tone: str
    known: HandedIn | None
    can_write: bool
    before: int | None
    after: int | None
    wild: bool


def at_seat(user: User, seat: int, *, at: datetime) -> AtSeat:
    """A seat of an expert, with the case behind it; a fixed number of queries. Raises `NotSeen`."""
    seats = list(_seats(user))
    row = next((each for each in seats if each.id == seat), None)
    if row is None:
        raise NotSeen
    sheets, round = latest(seats), row.round_case.round
    ids = [line.seat.id for line in sorted((_line(each, sheets.get(each.id), "", at=at) for each in seats), key=_order)]
    place, scoring = ids.index(seat), sheets.get(seat)
    state, tone, _ = _state(row, scoring)
    has_declared = Invitee.objects.filter(round=round, expert=row.expert, declared_at__isnull=False).exists()
    known = handed_in([row.round_case])[row.round_case_id] if has_declared and round.status in AT_WORK else None
    asks_reason = scoring is not None and scoring.is_wild and any(each.id == scoring.id for each in unexplained(round))
    return AtSeat(
        row, sheet_of(round, scoring), state, tone, known, may_write(row, scoring),
        ids[place - 1] if place > 0 else None, ids[place + 1] if place + 1 < len(ids) else None, asks_reason,
    )  # fmt: skip


def sheet_at(user: User, seat: int) -> SheetState:
    """The sheet of an expert's seat alone; two queries. Raises `NotSeen`."""
    row = seat_for(user, seat)
    return sheet_of(row.round_case.round, latest([row]).get(row.id))


# -- how far a round has come --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat as those in charge see it: who sits there, how it stands, when and how it was handed in."""

    seat: Seat
    scoring: Scoring | None
    state: Text
    tone: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class CaseProgress:
    """A case with its seats; `enough` whether so many sheets are in that it can have a score."""

    number: int
    title: str
    code: str
    seats: tuple[SeatLine, ...]
    given: int
    enough: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the scoring of a round has come. `least` is how many sheets a score needs."""

    round: Round
    cases: tuple[CaseProgress, ...]
    least: int

    @property
    def given(self) -> int:
        """How many sheets are in."""
        return sum(case.given for case in self.cases)

    @property
    def seats(self) -> int:
        """How many there could be."""
        return sum(len(case.seats) for case in self.cases)

    @property
    def short(self) -> int:
        """How many cases have too few sheets yet."""
        return sum(not case.enough for case in self.cases)

    @property
    def waiting(self) -> int:
        """How many seats have nothing handed in."""
        return self.seats - self.given


def progress_of(round: Round, *, at: datetime) -> Progress:
    """How far the scoring of a round has come; three queries."""
    least = ScoreRule.from_json(round.scoring).least_sheets
    seats: dict[int, list[Seat]] = defaultdict(list)
    rows = Seat.objects.filter(round_case__round=round, status__in=SITTING)
    for seat in rows.select_related("expert", "round_case__round").order_by("label", "id"):
        seats[seat.round_case_id].append(seat)
    sheets = latest(seat for some in seats.values() for seat in some)
    cases = []
    for place in round.cases.select_related("case").order_by("number"):
        lines = tuple(_seat_line(seat, sheets.get(seat.id), at=at) for seat in seats[place.id])
        given = sum(line.scoring is not None and line.scoring.handed_in_at is not None for line in lines)
        cases.append(CaseProgress(place.number, place.case.title, place.case.code, lines, given, given >= least))
    return Progress(round, tuple(cases), least)


_NO_ANSWER, _NOTHING = Text("尚未答复", "has not answered"), Text("尚未开始", "not begun")
_WRITING, _NOT_GIVEN = Text("正在填写", "being written"), Text("未提交", "not handed in")


def _seat_line(seat: Seat, scoring: Scoring | None, *, at: datetime) -> SeatLine:
    due = seat.round_case.round.score_by
    if scoring is not None and scoring.handed_in_at is not None:
        late = due is not None and scoring.pass_number == 1 and scoring.handed_in_at > due
        return SeatLine(seat, scoring, _GIVEN, "good", late)
    is_over = due is not None and at > due
    if seat.status == SeatStatus.ASKED:
        return SeatLine(seat, scoring, _NO_ANSWER, "bad" if is_over else "warn", is_over)
    if not may_write(seat, scoring):
        return SeatLine(seat, scoring, _NOT_GIVEN, "bad", is_late=True)
    return SeatLine(seat, scoring, _WRITING if scoring else _NOTHING, "bad" if is_over else "info", is_over)
