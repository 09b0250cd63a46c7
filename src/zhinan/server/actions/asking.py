"""Asking experts to a round: officers ask and remind; experts declare what ties them, or decline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhinan.server.actions.notify import holders, tell
from zhinan.server.actions.record import record, whole
from zhinan.server.actions.rounds import need
from zhinan.server.actions.seats import accept_seat, conflict_seat, decline_seat
from zhinan.server.clock import BEIJING
from zhinan.server.hashing import Json
from zhinan.server.models import SITTING, Expert, Invitee, Role, Round, RoundStatus, Seat, SeatStatus, Tie, User
from zhinan.server.queries import round_mistakes as wrong
from zhinan.server.queries.asking import RELATIONS, barred_from_all, units_of
from zhinan.server.queries.review_access import RUN, bank_for, invitee_for, round_for
from zhinan.server.refused import Refused
from zhinan.values.problem import Problem
from zhinan.values.text import Text

__all__ = [
    "Relation",
    "accept_seat",
    "ask",
    "conflict_seat",
    "declare",
    "decline",
    "decline_seat",
    "remind",
    "remind_reviewers",
]  # fmt: skip
#: A reminder goes out this long before a day ends.
NOTICE = timedelta(days=2)
#: Ties that were declared for a round are known by it.
SOURCE = "round"


@dataclass(frozen=True, slots=True)
class Relation:
    """What an expert ticked: a unit by its key on the page, the kind of relation, a note."""

    unit: str
    kind: str
    note: str = ""


# -- the officer ---------------------------------------------------------------------------------------


@whole()
def ask(code: str, experts: Sequence[str], *, by: User, at: datetime) -> list[Invitee]:
    """Ask experts of the bank, by their codes, to a round; whoever was asked already is left as they are.

    Raises `NotSeen`, `Refused` with every expert who cannot be asked.
    """
    round = round_for(by, code, to=RUN, lock=True)
    need(round, RoundStatus.ASKING)
    wanted = list(dict.fromkeys(experts))
    if not wanted:
        raise Refused(wrong.NOBODY_CHOSEN.at())
    _refuse_late(round, at=at)
    known = {each.code: each for each in bank_for(round).filter(code__in=wanted).select_related("user")}
    barred = barred_from_all(round, list(known.values()), at=at)
    if problems := list(filter(None, (_refuse_asking(each, known, barred) for each in wanted))):
        raise Refused(*problems)
    asked = set(Invitee.objects.filter(round=round, expert__code__in=wanted).values_list("expert__code", flat=True))
    rows = [Invitee.objects.create(round=round, expert=known[each], asked_at=at) for each in wanted if each not in asked]
    _tell_asked(rows, round, at=at)
    _record("ask-experts", round, by=by, at=at, rows=rows, number=len(rows))
    return rows


def _refuse_asking(code: str, known: Mapping[str, Expert], barred: frozenset[str]) -> Problem | None:
    if code not in known:
        return wrong.NOT_IN_BANK.at(code=code)
    if known[code].user_id is None:
        return wrong.NO_ACCOUNT.at(code=code)
    return wrong.BARRED_FOR_ALL.at(code=code) if code in barred else None


def _tell_asked(rows: Sequence[Invitee], round: Round, *, at: datetime) -> None:
    """Not a title, not a unit: only that there is a review, and until when to answer."""
    until = f"{round.declare_by.astimezone(BEIJING):%Y-%m-%d %H:%M}" if round.declare_by else ""
    tell(
        [row.expert.user for row in rows if row.expert.user], kind="asked-to-review", at=at,
        link=f"/reviewing/{round.code}/declare/",
        subject=Text("邀请您参加项目评审", "You are asked to review projects"),
        body=Text(
            f"请在 {until} 前看一看本轮涉及的单位，申报与您有利害关系的，或者说明不能参加。申报之前看不到项目。",
            f"By {until}, please look at the units of this round and declare those you are tied to, or say that you cannot come. "
            "Projects are not shown before that.",
        ),
    )  # fmt: skip


@whole()
def remind(code: str, *, by: User, at: datetime) -> int:
    """Remind everyone who has not answered. Returns how many. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    need(round, RoundStatus.ASKING)
    waiting = list(_unanswered(round))
    _tell_waiting(waiting, round, at=at)
    _record("remind-experts", round, by=by, at=at, number=len(waiting))
    return len(waiting)


def _unanswered(round: Round) -> list[Invitee]:
    rows = Invitee.objects.filter(round=round, declared_at=None, declined_at=None)
    return list(rows.select_related("expert__user").order_by("id"))


def _tell_waiting(rows: Sequence[Invitee], round: Round, *, at: datetime) -> None:
    until = f"{round.declare_by.astimezone(BEIJING):%Y-%m-%d %H:%M}" if round.declare_by else ""
    tell(
        [row.expert.user for row in rows if row.expert.user], kind="declare-soon", at=at,
        link=f"/reviewing/{round.code}/declare/",
        subject=Text("请申报回避", "Please declare"),
        body=Text(f"您受邀评审，申报回避到 {until} 截止。", f"You were asked to review; declaring ends on {until}."),
    )  # fmt: skip


# -- the expert ----------------------------------------------------------------------------------------


@whole()
def declare(code: str, relations: Sequence[Relation], *, confirms_others: bool, by: User, at: datetime) -> Invitee:
    """Declare the units one is tied to, and that there are no others. May be done again until the draw is committed.

    Raises `NotSeen`, `Refused` with everything that is wrong.
    """
    invitee = _answering(code, by=by, at=at)
    units = {each.key: each for each in units_of(invitee.round)}
    problems = [problem for each in relations if (problem := _refuse_relation(each, units))]
    if not confirms_others:
        problems.append(wrong.OTHERS_UNCONFIRMED.at())
    if problems:
        raise Refused(*problems)
    before = _withdraw(invitee, at=at)
    ties = [
        Tie.objects.create(
            expert=invitee.expert, kind=each.kind, unit=units[each.unit].code, unit_name=units[each.unit].name[:120],
            note=each.note.strip()[:400], source=SOURCE, made_at=at,
        )
        for each in relations
    ]  # fmt: skip
    invitee.units = [{"tie": tie.id, "unit": tie.unit, "name": tie.unit_name, "kind": tie.kind, "note": tie.note} for tie in ties]
    invitee.declared_at, invitee.declined_at, invitee.reason = at, None, ""
    invitee.save()
    _record("declare", invitee.round, by=by, at=at, rows=(invitee, *before, *ties))
    return invitee


def _refuse_relation(relation: Relation, units: Mapping[str, object]) -> Problem | None:
    if relation.unit not in units:
        return wrong.NOT_OF_ROUND.at()
    return None if relation.kind in RELATIONS else wrong.KIND_MISSING.at(unit=units[relation.unit])


def _withdraw(invitee: Invitee, *, at: datetime) -> list[Tie]:
    """Take back what was declared for this round before."""
    ties = list(Tie.objects.filter(id__in=[each["tie"] for each in invitee.units], withdrawn_at=None))
    for tie in ties:
        tie.withdrawn_at = at
        tie.save()
    return ties


@whole()
def decline(code: str, reason: str, *, by: User, at: datetime) -> Invitee:
    """Say that one cannot come, and why. Raises `NotSeen`, `Refused`."""
    invitee = _answering(code, by=by, at=at)
    if not reason.strip():
        raise Refused(wrong.REASON_MISSING.at())
    before = _withdraw(invitee, at=at)
    invitee.units, invitee.declared_at, invitee.declined_at, invitee.reason = [], None, at, reason.strip()[:400]
    invitee.save()
    _record("decline-asking", invitee.round, by=by, at=at, rows=(invitee, *before))
    return invitee


def _answering(code: str, *, by: User, at: datetime) -> Invitee:
    """The asking of this person, while it can be answered; the round is locked first, as everywhere."""
    seen = invitee_for(by, code)
    Round.objects.select_for_update().get(id=seen.round_id)
    invitee = invitee_for(by, code, lock=True)
    if invitee.round.status != RoundStatus.ASKING:
        raise Refused(wrong.DECLARED_ALREADY.at())
    _refuse_late(invitee.round, at=at)
    return invitee


def _refuse_late(round: Round, *, at: datetime) -> None:
    if round.declare_by and round.declare_by <= at:
        raise Refused(wrong.DECLARING_OVER.at(when=f"{round.declare_by.astimezone(BEIJING):%Y-%m-%d %H:%M}"))


# -- what the platform does by itself --------------------------------------------------------------------


def remind_reviewers(*, at: datetime) -> int:
    """Once a day: remind whoever is late while the day is near, tell the officers what stayed open. Returns how many."""
    return sum(_remind_asked(each, at=at) for each in _ending("declare_by", RoundStatus.ASKING, at=at)) + sum(
        _remind_seated(each, at=at) for each in _ending("score_by", RoundStatus.SCORING, at=at)
    )


def _ending(day: str, status: str, *, at: datetime) -> list[Round]:
    """The rounds in a state whose day is within two days ahead, or was over within the last."""
    within = {f"{day}__gt": at - timedelta(days=1), f"{day}__lte": at + NOTICE}
    return list(Round.objects.filter(status=status, **within).select_related("call__authority").order_by("id"))


def _remind_asked(round: Round, *, at: datetime) -> int:
    waiting = _unanswered(round)
    assert round.declare_by is not None  # it is what was looked for
    if round.declare_by > at:
        _tell_waiting(waiting, round, at=at)
    elif waiting:
        _tell_officers(round, Text(f"{len(waiting)} 位专家没有申报回避", f"{len(waiting)} experts have not declared"), at=at)
    return len(waiting)


def _remind_seated(round: Round, *, at: datetime) -> int:
    """Those whose seat has no sheet yet."""
    seats = Seat.objects.filter(round_case__round=round, status__in=SITTING)
    late = seats.exclude(scorings__handed_in_at__isnull=False, scorings__pass_number=round.passes)
    people = list(User.objects.filter(expert__seats__in=late).distinct())
    assert round.score_by is not None
    until = f"{round.score_by.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    if round.score_by > at:
        tell(
            people, kind="score-soon", link="/reviewing/", at=at, subject=Text("请完成评分", "Please finish your scoring"),
            body=Text(f"您还有评分没有提交，{until} 截止。", f"You have sheets to hand in by {until}."),
        )  # fmt: skip
    elif people:
        unanswered = late.filter(status=SeatStatus.ASKED).count()
        _tell_officers(round, Text(
            f"评分已截止，{late.count()} 席没有提交，其中 {unanswered} 席没有答复",
            f"scoring ended with {late.count()} sheets missing, {unanswered} of the seats never answered",
        ), at=at)  # fmt: skip
    return len(people)


def _tell_officers(round: Round, what: Text, *, at: datetime) -> None:
    tell(
        holders(Role.OFFICER, authority=round.call.authority), kind="round-late", link=f"/rounds/{round.code}/", at=at,
        subject=Text(f"{round.name_zh}：{what.zh}", f"{round.name_en}: {what.en}"),
        body=Text("可以延期、提醒或更换专家。", "You can put the day off, remind them, or replace experts."),
    )  # fmt: skip


def _record(action: str, round: Round, *, by: User, at: datetime, rows: Sequence[Invitee | Tie] = (), **told: object) -> None:
    payload: Json = {"round": round.code, "call": round.call.code, **told}
    record(action, actor=by, at=at, payload=payload, rows=rows)
