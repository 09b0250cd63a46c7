"""Panel meetings, read: as the officer runs them, and as an expert sits in them, who knows the others by their labels alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from zhinan.review.sheet import COMMENT, VERDICT, VERDICTS, SheetForm, sheet_from_json
from zhinan.review.votes import VoteRule
from zhinan.server.models import Ballot, Meeting, Remark, Round, RoundCase, RoundStatus, Scoring, Seat, SeatStatus, User
from zhinan.server.queries.blind import WITH_CASE, HandedIn, handed_in
from zhinan.server.queries.results import FLAGS, GREY, MOVES, WILD
from zhinan.server.queries.review_access import SEE, round_for, runs, seats_of
from zhinan.server.queries.reviewing import latest
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text

#: What proposes a case for the agenda.
PROPOSES = frozenset({GREY, MOVES, WILD})


# -- what both see -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What one ballot on a case came to."""

    ballot: int
    passed: bool
    needs_second: bool
    says: Text


@dataclass(frozen=True, slots=True)
class Voting:
    """The ballots on a case: the number of the last one, whether it is open, what the closed ones came to."""

    ballot: int
    is_open: bool
    told: tuple[Told, ...]

    @property
    def may_open(self) -> bool:
        """Whether a ballot may be held now: the first, or another where the last decided nothing."""
        return not self.is_open and (not self.told or self.told[-1].needs_second)


def voting_of(meeting: Meeting, number: int) -> Voting:
    """The ballots of a meeting on a case."""
    kept: Mapping[str, Any] = meeting.results.get(str(number), {})
    told = tuple(
        Told(each["ballot"], each["passed"], each["needs_second"], Text(each["says"]["zh"], each["says"]["en"]))
        for each in kept.get("told", ())
    )
    return Voting(kept.get("ballot", 0), bool(kept.get("is_open", False)), told)


def meeting_of(round: Round, *, lock: bool = False) -> Meeting | None:
    """The meeting of a round that is not over, else its last one."""
    rows = Meeting.objects.filter(round=round).select_related("round")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    return rows.filter(closed_at=None).order_by("-number").first() or rows.order_by("-number").first()


@dataclass(frozen=True, slots=True)
class Said:
    """What someone of the panel said of a case."""

    label: str
    text: str
    at: datetime


def _said(places: Sequence[int], known: Mapping[int, HandedIn]) -> dict[int, tuple[Said, ...]]:
    """What was said of each case, by label; who applies is masked here too."""
    found: dict[int, list[Said]] = defaultdict(list)
    for row in Remark.objects.filter(seat__round_case__in=places).select_related("seat").order_by("id"):
        place = row.seat.round_case_id
        found[place].append(Said(row.seat.label, known[place].mask.over(row.text), row.at))
    return {place: tuple(some) for place, some in found.items()}


@dataclass(frozen=True, slots=True)
class GivenSheet:
    """A sheet as others read it: by label. `points` are (criterion, points, most)."""

    label: str
    pass_number: int
    points: tuple[tuple[Text, str, str], ...]
    total: Decimal | None
    verdict: Text
    comment: str


def _given(sheet: Scoring, form: SheetForm, known: HandedIn) -> GivenSheet:
    answers = {key: str(text) for key, text in sheet.answers.items()}
    points = tuple((each.name, answers.get(each.key, ""), str(each.most)) for each in form.criteria)
    verdict, comment = VERDICTS.get(answers.get(VERDICT, ""), Text("", "")), known.mask.over(answers.get(COMMENT, ""))
    return GivenSheet(sheet.seat.label, sheet.pass_number, points, sheet.total, verdict, comment)


# -- the officer ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """A case as the officer has it on the meeting's page.

    `voted` is how many have voted in the open ballot: more nobody knows until it is closed. `again` whether its panel is being
    asked for a second pass, with how many of those sheets are in.
    """

    place: RoundCase
    on_agenda: bool
    is_proposed: bool
    flags: tuple[tuple[Text, str], ...]
    members: int
    present: int
    voting: Voting
    voted: int
    said: tuple[Said, ...]
    again: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Member:
    """An expert of the round: their labels by case, whether they are present."""

    code: str
    name: str
    seats: tuple[str, ...]
    is_present: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A meeting as its officer runs it; `meeting` is `None` before one is called."""

    round: Round
    meeting: Meeting | None
    items: tuple[Item, ...]
    members: tuple[Member, ...]
    rule: VoteRule
    may_run: bool
    is_now: bool
    past: tuple[Meeting, ...]


def run_of(user: User, code: str) -> Run:
    """The meeting of a round for those who run or audit it; a fixed number of queries. Raises `NotSeen`."""
    round = round_for(user, code, to=SEE)
    meeting = meeting_of(round)
    places = list(round.cases.select_related(*WITH_CASE).order_by("number"))
    seats = list(
        Seat.objects.filter(round_case__round=round, status=SeatStatus.TAKEN).select_related("expert", "round_case__round")
        .order_by("round_case__number", "label", "id")
    )  # fmt: skip
    by_place: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats:
        by_place[seat.round_case_id].append(seat)
    known = handed_in(places)
    said = _said([place.id for place in places], known)
    sheets = latest(seats)
    voted = _voted(meeting)
    items = tuple(_item(place, meeting, by_place[place.id], sheets, said.get(place.id, ()), voted[place.id]) for place in places)
    rule = VoteRule.from_json(meeting.rule if meeting else round.voting)
    past = tuple(Meeting.objects.filter(round=round, closed_at__isnull=False).order_by("number"))
    return Run(round, meeting, items, _members(seats, meeting), rule, runs(user, round), round.status == RoundStatus.CLOSED, past)


def _voted(meeting: Meeting | None) -> Counter[int]:
    """How many have voted in the ballots that are open, by the case's place in the round."""
    if meeting is None:
        return Counter()
    rows = Ballot.objects.filter(meeting=meeting).select_related("round_case")
    return Counter(row.round_case_id for row in rows if row.ballot == voting_of(meeting, row.round_case.number).ballot)


def _item(  # what is known of a case, each by its name
    place: RoundCase, meeting: Meeting | None, seats: Sequence[Seat], sheets: Mapping[int, Scoring], said: tuple[Said, ...],
    voted: int,
) -> Item:  # fmt: skip
    voting = voting_of(meeting, place.number) if meeting else Voting(0, is_open=False, told=())
    present = set(meeting.present) if meeting else set()
    later = [sheets[seat.id] for seat in seats if seat.id in sheets and sheets[seat.id].pass_number > 1]
    again = (sum(row.handed_in_at is not None for row in later), len(later)) if later else None
    flags = tuple(FLAGS[flag] for flag in place.flags if flag in FLAGS)
    return Item(
        place, meeting is not None and place.number in meeting.agenda, bool(PROPOSES.intersection(place.flags)), flags,
        len(seats), sum(seat.expert.code in present for seat in seats), voting, voted if voting.is_open else 0, said, again,
    )  # fmt: skip


def _members(seats: Sequence[Seat], meeting: Meeting | None) -> tuple[Member, ...]:
    """The experts of the round; once an agenda is set, those who have a case on it."""
    found: dict[str, tuple[str, list[str]]] = {}
    for seat in seats:
        if meeting is None or not meeting.agenda or seat.round_case.number in meeting.agenda:
            found.setdefault(seat.expert.code, (seat.expert.name, []))[1].append(f"{seat.round_case.number}{seat.label}")
    present = set(meeting.present) if meeting else set()
    return tuple(Member(code, name, tuple(labels), code in present) for code, (name, labels) in sorted(found.items()))


# -- the expert ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sitting:
    """A case of the agenda as an expert of its panel has it before them.

    `others` are sheets of the passes before the one they are still writing. `choice` is their own vote in the open ballot.
    """

    seat: Seat
    known: HandedIn
    own: GivenSheet | None
    others: tuple[GivenSheet, ...]
    said: tuple[Said, ...]
    voting: Voting
    choice: str
    may_vote: bool
    is_asked_again: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The meeting as an expert sits in it."""

    round: Round
    meeting: Meeting
    items: tuple[Sitting, ...]
    is_present: bool
    is_open: bool


def panel_of(user: User, code: str) -> Panel:
    """The meeting of a round, for an expert with a case on its agenda; a fixed number of queries. Raises `NotSeen`.

    Sheets of others are seen only while the discussion is open.
    """
    taken = seats_of(user).filter(round_case__round__code=code, status=SeatStatus.TAKEN)
    mine = list(taken.select_related("round_case__case__organisation", "round_case__case__leader").order_by("round_case__number"))
    round = mine[0].round_case.round if mine else None
    meeting = meeting_of(round) if round else None
    if round is None or meeting is None or round.status != RoundStatus.CLOSED:
        raise NotSeen
    seats = [seat for seat in mine if seat.round_case.number in meeting.agenda]
    if not seats:
        raise NotSeen
    is_open = meeting.opened_at is not None and meeting.closed_at is None
    places = [seat.round_case_id for seat in seats]
    known = handed_in([seat.round_case for seat in seats])
    said = _said(places, known) if is_open else {}
    sheets = _sheets(places)
    form, expert = sheet_from_json(round.sheet), seats[0].expert
    votes = {(row.round_case_id, row.ballot): row for row in Ballot.objects.filter(meeting=meeting, expert=expert)}
    is_present = expert.code in meeting.present
    items = []
    for seat in seats:
        voting, place = voting_of(meeting, seat.round_case.number), known[seat.round_case_id]
        rows = sheets[seat.round_case_id]
        own = [row for row in rows if row.seat_id == seat.id]
        vote = votes.get((seat.round_case_id, voting.ballot)) if voting.is_open else None
        items.append(Sitting(
            seat, place, next((_given(row, form, place) for row in reversed(own) if row.handed_in_at), None),
            _others(seat, rows, own, form, place) if is_open else (), said.get(seat.round_case_id, ()), voting,
            vote.choice if vote else "", is_open and is_present and voting.is_open,
            bool(own) and own[-1].handed_in_at is None,
        ))  # fmt: skip
    return Panel(round, meeting, tuple(items), is_present, is_open)


def _sheets(places: Sequence[int]) -> dict[int, list[Scoring]]:
    """Every sheet of these cases by those who sit there, by label and pass."""
    found: dict[int, list[Scoring]] = defaultdict(list)
    rows = Scoring.objects.filter(seat__round_case__in=places, seat__status=SeatStatus.TAKEN).select_related("seat")
    for row in rows.order_by("seat__label", "pass_number"):
        found[row.seat.round_case_id].append(row)
    return found


def _others(
    seat: Seat, rows: Sequence[Scoring], own: Sequence[Scoring], form: SheetForm, known: HandedIn
) -> tuple[GivenSheet, ...]:  # fmt: skip
    """The latest sheets of the others; whoever has one of their own to hand in reads none of that pass."""
    if not own or own[0].handed_in_at is None:  # who has scored nothing reads nothing
        return ()
    before = own[-1].pass_number if own[-1].handed_in_at is None else len(rows) + 1
    shown: dict[int, Scoring] = {}
    for row in rows:
        if row.seat_id != seat.id and row.handed_in_at is not None and row.pass_number < before:
            shown[row.seat_id] = row
    return tuple(_given(row, form, known) for row in shown.values())


# -- minutes -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """A meeting with what its minutes tell: how many belong to it and were present, each case with what its ballots came to."""

    round: Round
    meeting: Meeting
    members: int
    present: int
    items: tuple[Item, ...]
    rule: VoteRule


def minutes_of(user: User, code: str, number: int) -> Written:
    """What the minutes of a meeting tell; no name of an expert is among it. Raises `NotSeen`."""
    run = run_of(user, code)
    meeting = Meeting.objects.filter(round=run.round, number=number).first() if number < 2**15 else None
    if meeting is None:
        raise NotSeen
    seats = Seat.objects.filter(
        round_case__round=run.round, round_case__number__in=meeting.agenda, status=SeatStatus.TAKEN
    )  # fmt: skip
    members = set(seats.values_list("expert__code", flat=True))
    items = tuple(_item(each.place, meeting, (), {}, each.said, 0) for each in run.items if each.place.number in meeting.agenda)
    present = members.intersection(meeting.present)
    return Written(run.round, meeting, len(members), len(present), items, VoteRule.from_json(meeting.rule))
