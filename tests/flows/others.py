"""The other people of a round, who act without a browser: experts who declare, score and vote while one of them is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tests.flows.between import POINTS
from tests.flows.rows import session
from tests.server.review import Review
from zhinan.review.sheet import sheet_from_json
from zhinan.server import clock
from zhinan.server.actions import asking, meetings, scoring
from zhinan.server.actions import seats as seating
from zhinan.server.models import SITTING, Ballot, Expert, Invitee, Meeting, Seat, SeatStatus, User
from zhinan.server.queries import chain

if TYPE_CHECKING:
    from django.db.models import QuerySet


def fill() -> dict[str, object]:
    """Five cases accepted for review and a bank of eight experts: the session of every person."""
    with transaction.atomic():
        Review(cases=5, experts=8)
    return {"sessions": {user.username: session(user) for user in User.objects.all()}, "rows": {}}


def declare(code: str) -> int:
    """Everyone who has not answered declares to be tied to nobody."""
    waiting = Invitee.objects.filter(round__code=code, declared_at=None, declined_at=None).select_related("expert__user")
    for invitee in waiting:
        asking.declare(code, [], confirms_others=True, by=_user(invitee.expert), at=clock.now())
    return len(waiting)


def seats(code: str) -> list[dict[str, object]]:
    """The seats of a round: who sits in them, for which case."""
    return [
        {"seat": each.id, "login": _user(each.expert).username, "label": each.label, "case": each.round_case.number}
        for each in _sitting(code)
    ]  # fmt: skip


def score(code: str) -> int:
    """Everyone else takes their seat and hands their sheet in."""
    at, given = clock.now(), 0
    for seat in _sitting(code):
        if seat.status == SeatStatus.ASKED:
            seating.accept_seat(seat.id, by=_user(seat.expert), at=at)
        if not seat.scorings.filter(handed_in_at__isnull=False).exists():
            scoring.hand_in(seat.id, _sheet(seat), version=0, by=_user(seat.expert), at=at)
            given += 1
    return given


def _sheet(seat: Seat) -> dict[str, str]:
    """A sheet with about the points of its case: an expert more lenient than the next by a point."""
    form = sheet_from_json(seat.round_case.round.sheet)
    points = POINTS[seat.round_case.number] + ord(seat.label) - ord("B")
    answers = {each.key: f"{each.most * points / 100 // form.step * form.step:f}" for each in form.criteria}
    comment = f"{seat.round_case.number} 号项目：目标明确，路线可行，指标可以测量；产业化的时间安排偏紧，建议补充中试条件的说明。"
    return {**answers, "comment": comment * 3 + f"给 {points} 分，{seat.label}。", "verdict": "recommend"}


def vote(code: str) -> int:
    """Everyone present who has not voted in the open ballot votes in favour."""
    meeting = Meeting.objects.get(round__code=code, closed_at=None)
    given = 0
    for number, told in meeting.results.items():
        if not told["is_open"]:
            continue
        voted = Ballot.objects.filter(meeting=meeting, round_case__number=number, ballot=told["ballot"]).values("expert")
        for seat in _sitting(code).filter(round_case__number=number).exclude(expert__in=voted):
            meetings.vote(code, int(number), "support", by=_user(seat.expert), at=clock.now())
            given += 1
    return given


def _sitting(code: str) -> QuerySet[Seat]:
    rows = Seat.objects.filter(round_case__round__code=code, status__in=SITTING)
    return rows.select_related("expert__user", "round_case__round").order_by("round_case__number", "label")


def _user(expert: Expert) -> User:
    assert expert.user is not None
    return expert.user


def verify() -> list[str]:
    """What is wrong with the record, in words."""
    return [str(fault) for fault in chain.verify().faults]
