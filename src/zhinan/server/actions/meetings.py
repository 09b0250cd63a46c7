"""What happens in a panel meeting: called, opened, ballots held and counted, remarks, closed with its minutes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import QuerySet

from zhinan.review.votes import CHOICES, VoteRule, tally
from zhinan.review.votes import Ballot as Cast
from zhinan.server.actions.applications import storable
from zhinan.server.actions.notify import tell
from zhinan.server.actions.record import record, whole
from zhinan.server.clock import BEIJING
from zhinan.server.hashing import Json
from zhinan.server.models import Ballot, Meeting, Remark, Round, RoundStatus, Seat, SeatStatus, User
from zhinan.server.queries.meetings import meeting_of, voting_of
from zhinan.server.queries.review_access import RUN, round_for, seats_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

_NOT_NOW = Mistake(
    "meeting-not-now", Text("评分结束之后、排序之前才能开会", "a meeting is held after the scoring and before the ranking"),
    Text("先结束评分", "close the scoring first"),
)  # fmt: skip
_HELD = Mistake(
    "meeting-held-already", Text("已有一次会评没有结束", "a meeting is not over yet"), Text("先结束它", "close it first")
)
_NO_MEETING = Mistake(
    "meeting-none", Text("没有正在进行的会评", "no meeting is being held"), Text("先召集会评", "call one first")
)
_NO_AGENDA = Mistake(
    "meeting-no-agenda", Text("议程里还没有项目，或者选了不在本轮的项目", "the agenda is empty, or holds a case of elsewhere"),
    Text("勾选要讨论的项目", "tick the cases to discuss"),
)  # fmt: skip
_VOTED_ON = Mistake(
    "meeting-case-voted-on", Text("{number} 号项目已经投过票，不能移出议程", "case {number} was voted on: it stays"),
    Text("保留它", "keep it"),
)  # fmt: skip
_NOBODY = Mistake(
    "meeting-nobody-present", Text("还没有登记到会的专家", "no expert is entered as present"),
    Text("先勾选到会的专家", "tick those who are present first"),
)  # fmt: skip
_STRANGER = Mistake(
    "meeting-stranger", Text("到会名单里有不是本次会评的专家", "someone entered as present has no case on the agenda"),
    Text("刷新页面后再选", "reload the page and choose again"),
)  # fmt: skip
_BALLOT_OPEN = Mistake(
    "meeting-ballot-open", Text("{number} 号项目正在投票", "a ballot on case {number} is open"),
    Text("先结束投票", "close it first"),
)  # fmt: skip
_NOT_OPEN = Mistake(
    "meeting-not-open", Text("讨论还没有开始，或已经结束", "the discussion is not open"),
    Text("等主持人开始讨论", "wait until it is opened"),
)  # fmt: skip
_NO_BALLOT = Mistake(
    "meeting-no-ballot", Text("这个项目现在没有投票", "there is no open ballot on this case"),
    Text("刷新页面看看", "reload the page"),
)  # fmt: skip
_NO_MORE = Mistake(
    "meeting-no-second-ballot",
    Text("这个项目的投票已有结果，不再投票", "the ballot on this case has a result; there is no other"),
    Text("只有票数相当、弃权可以改变结果或不足法定人数时才再投一次", "another is held only where the last decided nothing"),
)  # fmt: skip
_NOT_PRESENT = Mistake(
    "meeting-not-present", Text("您不在到会名单里，不能投票", "you are not entered as present and cannot vote"),
    Text("请主持人登记到会", "ask the officer to enter you"),
)  # fmt: skip
_NO_CHOICE = Mistake(
    "meeting-no-choice", Text("没有选同意、不同意或弃权", "neither support, nor oppose, nor abstain was chosen"),
    Text("选一项再投", "choose one"),
)  # fmt: skip
_NOTHING_SAID = Mistake(
    "meeting-nothing-said", Text("没有写内容", "nothing was written"), Text("写下您的意见", "write what you have to say")
)
_NO_MINUTES = Mistake(
    "meeting-no-minutes",
    Text("会议纪要还没有写", "the minutes are not written yet"),
    Text("写明讨论情况", "say what was discussed"),
)
_MOST_MINUTES = 20_000


# -- the officer ---------------------------------------------------------------------------------------


@whole()
def call_meeting(code: str, agenda: Collection[int], *, held_at: datetime, place: str, by: User, at: datetime) -> Meeting:
    """Call a meeting of a round, or change what was set: its cases, day and place. Raises `NotSeen`, `Refused`."""
    round = _running(code, by)
    meeting = _open_one(round)
    numbers = set(round.cases.values_list("number", flat=True))
    problems = [] if agenda and set(agenda) <= numbers else [_NO_AGENDA.at()]
    if meeting is not None:
        problems += [_VOTED_ON.at(number=number) for number in sorted(map(int, meeting.results)) if number not in agenda]
    if problems:
        raise Refused(*problems)
    if meeting is None:
        number = Meeting.objects.filter(round=round).count() + 1
        rule = VoteRule.from_json(round.voting).to_json()
        meeting = Meeting(round=round, number=number, rule=rule, made_by=by)
    meeting.agenda, meeting.held_at, meeting.place = sorted(set(agenda)), held_at, place.strip()[:120]
    meeting.present = [each for each in meeting.present if each in _members(round, meeting)]
    meeting.save()
    _record("call-meeting", meeting, {"agenda": meeting.agenda}, by=by, at=at, rows=(meeting,))
    where = Text(meeting.place or "地点另行通知", meeting.place or "place to be told")
    _tell(
        meeting, Text("请参加会评", "You are called to a meeting"),
        Text("{when}，{where}。", "{when}, {where}.").filled(when=_when(held_at), where=where), at=at,
    )  # fmt: skip
    return meeting


@whole()
def attend(code: str, experts: Collection[str], *, by: User, at: datetime) -> Meeting:
    """Enter who is present, by their codes. Not while a ballot is open. Raises `NotSeen`, `Refused`."""
    meeting = _held(_running(code, by))
    _refuse_open_ballot(meeting)
    if not set(experts) <= _members(meeting.round, meeting):
        raise Refused(_STRANGER.at())
    meeting.present = sorted(set(experts))
    meeting.save(update_fields=["present"])
    _record("enter-presence", meeting, {"present": len(meeting.present)}, by=by, at=at, rows=(meeting,))
    return meeting


@whole()
def open_discussion(code: str, *, by: User, at: datetime) -> Meeting:
    """Open the discussion: from now on those on a panel read each other's sheets, by label. Raises `NotSeen`, `Refused`."""
    meeting = _held(_running(code, by))
    if not meeting.present:
        raise Refused(_NOBODY.at())
    if meeting.opened_at is not None:
        return meeting  # a second click
    meeting.opened_at = at
    meeting.save(update_fields=["opened_at"])
    _record("open-discussion", meeting, {}, by=by, at=at, rows=(meeting,))
    _tell(meeting, Text("会评已开始", "The discussion is open"), Text("请进入会评。", "Please come in."), at=at)
    return meeting


@whole()
def open_ballot(code: str, number: int, *, by: User, at: datetime) -> Meeting:
    """Open a ballot on a case: the first, or another where the last decided nothing. Raises `NotSeen`, `Refused`."""
    meeting = _discussing(_running(code, by))
    voting = voting_of(meeting, number)
    if number not in meeting.agenda:
        raise NotSeen
    if voting.is_open:
        return meeting  # a second click
    if not voting.may_open:
        raise Refused(_NO_MORE.at())
    kept = meeting.results.get(str(number), {"told": []})
    meeting.results = {**meeting.results, str(number): {**kept, "ballot": voting.ballot + 1, "is_open": True}}
    meeting.ballot = max(meeting.ballot, voting.ballot + 1)
    meeting.save(update_fields=["results", "ballot"])
    _record("open-ballot", meeting, {"number": number, "ballot": voting.ballot + 1}, by=by, at=at, rows=(meeting,))
    return meeting


@whole()
def close_ballot(code: str, number: int, *, by: User, at: datetime) -> Meeting:
    """Close the open ballot on a case and count it. Raises `NotSeen`, `Refused`."""
    meeting = _discussing(_running(code, by))
    voting = voting_of(meeting, number)
    if not voting.is_open:
        raise Refused(_NO_BALLOT.at())
    seats = _seats(meeting.round).filter(round_case__number=number)
    members = set(seats.values_list("expert__code", flat=True))
    present = members.intersection(meeting.present)
    rows = Ballot.objects.filter(meeting=meeting, round_case__number=number, ballot=voting.ballot).select_related("expert")
    cast = [Cast(row.expert.code, row.choice) for row in rows if row.expert.code in present]
    found = tally(cast, present, VoteRule.from_json(meeting.rule), members=len(members))
    told: Json = {
        "ballot": voting.ballot, "passed": found.passed, "needs_second": found.needs_second or not found.is_quorate,
        "counts": dict(found.counts), "needed": found.needed, "is_quorate": found.is_quorate, "present": len(present),
        "members": len(members), "says": {"zh": found.says.zh, "en": found.says.en}, "at": at.astimezone(BEIJING).isoformat(),
    }  # fmt: skip
    kept = meeting.results[str(number)]
    meeting.results = {**meeting.results, str(number): {**kept, "is_open": False, "told": [*kept["told"], told]}}
    meeting.save(update_fields=["results"])
    _record(
        "close-ballot",
        meeting,
        {"number": number, "ballot": voting.ballot, "passed": found.passed},
        by=by,
        at=at,
        rows=(meeting,),
    )
    return meeting


@whole()
def close_meeting(code: str, minutes: str, *, by: User, at: datetime) -> Meeting:
    """Close the meeting with its minutes: from now on nobody reads the sheets of others. Raises `NotSeen`, `Refused`."""
    meeting = _held(_running(code, by))
    _refuse_open_ballot(meeting)
    text = storable(minutes).strip()[:_MOST_MINUTES]
    if not text:
        raise Refused(_NO_MINUTES.at())
    meeting.minutes, meeting.closed_at = text, at
    meeting.save(update_fields=["minutes", "closed_at"])
    _record("close-meeting", meeting, {}, by=by, at=at, rows=(meeting,))
    return meeting


def _running(code: str, by: User) -> Round:
    round = round_for(by, code, to=RUN, lock=True)
    if round.status != RoundStatus.CLOSED:
        raise Refused(_NOT_NOW.at())
    return round


def _open_one(round: Round) -> Meeting | None:
    found = meeting_of(round, lock=True)
    return found if found is not None and found.closed_at is None else None


def _held(round: Round) -> Meeting:
    meeting = _open_one(round)
    if meeting is None:
        raise Refused(_NO_MEETING.at())
    return meeting


def _discussing(round: Round) -> Meeting:
    meeting = _held(round)
    if meeting.opened_at is None:
        raise Refused(_NOT_OPEN.at())
    return meeting


def _refuse_open_ballot(meeting: Meeting) -> None:
    open_ones = [_BALLOT_OPEN.at(number=number) for number in meeting.agenda if voting_of(meeting, number).is_open]
    if open_ones:
        raise Refused(*open_ones)


def _members(round: Round, meeting: Meeting) -> set[str]:
    """The codes of those with a case on the agenda."""
    return set(_seats(round).filter(round_case__number__in=meeting.agenda).values_list("expert__code", flat=True))


# -- the expert ----------------------------------------------------------------------------------------


@whole()
def vote(code: str, number: int, choice: str, *, by: User, at: datetime) -> Ballot:
    """Vote on a case, or change one's vote, while its ballot is open. Raises `NotSeen`, `Refused`."""
    seat, meeting = _sitting(code, number, by)
    voting = voting_of(meeting, number)
    if not voting.is_open:
        raise Refused(_NO_BALLOT.at())
    if seat.expert.code not in meeting.present:
        raise Refused(_NOT_PRESENT.at())
    if choice not in CHOICES:
        raise Refused(_NO_CHOICE.at())
    given = {"choice": choice, "at": at}
    row, _ = Ballot.objects.update_or_create(
        meeting=meeting, round_case=seat.round_case, expert=seat.expert, ballot=voting.ballot, defaults=given
    )
    _record("vote", meeting, {"number": number, "ballot": voting.ballot}, by=by, at=at, rows=(row,))
    return row


@whole()
def say(code: str, number: int, text: str, *, by: User, at: datetime) -> Remark:
    """Say something of a case while it is discussed; others of the panel read it by label. Raises `NotSeen`, `Refused`."""
    seat, meeting = _sitting(code, number, by)
    said = storable(text).strip()[:2000]
    if not said:
        raise Refused(_NOTHING_SAID.at())
    row = Remark.objects.create(seat=seat, text=said, at=at)
    _record("remark", meeting, {"number": number, "label": seat.label}, by=by, at=at, rows=(row,))
    return row


def _sitting(code: str, number: int, by: User) -> tuple[Seat, Meeting]:
    """The expert's seat for a case of the agenda, and the meeting, locked, while it is discussed."""
    seat = seats_of(by).filter(round_case__round__code=code, round_case__number=number, status=SeatStatus.TAKEN).first()
    meeting = meeting_of(seat.round_case.round, lock=True) if seat else None
    if seat is None or meeting is None or number not in meeting.agenda:
        raise NotSeen
    if meeting.opened_at is None or meeting.closed_at is not None or seat.round_case.round.status != RoundStatus.CLOSED:
        raise Refused(_NOT_OPEN.at())
    return seat, meeting


# -- telling -------------------------------------------------------------------------------------------


def _tell(meeting: Meeting, subject: Text, body: Text, *, at: datetime) -> None:
    """Tell those with a case on the agenda; no case is named."""
    seats = _seats(meeting.round).filter(round_case__number__in=meeting.agenda).select_related("expert__user")
    people = {seat.expert.user.id: seat.expert.user for seat in seats if seat.expert.user is not None}
    tell(people.values(), kind="meeting", subject=subject, body=body, link=f"/reviewing/{meeting.round.code}/meeting/", at=at)


def _seats(round: Round) -> QuerySet[Seat]:
    return Seat.objects.filter(round_case__round=round, status=SeatStatus.TAKEN)


def _when(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _record(
    action: str, meeting: Meeting, told: Json, *, by: User, at: datetime, rows: Sequence[Meeting | Ballot | Remark]
) -> None:
    round = meeting.round
    payload: Json = {"round": round.code, "call": round.call.code, "meeting": meeting.number, **told}
    record(action, actor=by, at=at, payload=payload, rows=rows)
