"""Moving a case on from review to award: everything a guard may ask about such a step, gathered from the rows in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from zhinan.lifecycle.guards import Circumstances
from zhinan.lifecycle.purposes import Purpose, purposes_of
from zhinan.policy.procedure import Action
from zhinan.server.actions.moving import take
from zhinan.server.actions.offering import circumstances
from zhinan.server.hashing import Json
from zhinan.server.models import (
    SITTING,
    Application,
    Clearance,
    NoticeLine,
    Objection,
    ObjectionStatus,
    Outcome,
    RoundCase,
    RoundStatus,
    Scoring,
    Seat,
    Talk,
    User,
)
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.clearance import is_alive

#: Objections that still wait for their answer.
OPEN = (ObjectionStatus.RECEIVED, ObjectionStatus.ACCEPTED)
_FIXED = (RoundStatus.RANKED, RoundStatus.DECIDED)


def stands_at(case: Application, purpose: Purpose) -> bool:
    """Whether the stage that a case stands at is for this."""
    return purpose in purposes_of(procedure_of(case), case.stage)


def actions_with(case: Application, *guards: str) -> tuple[Action, ...]:
    """The actions of the stage a case stands at that have one of these guards."""
    return tuple(action for action in procedure_of(case).stages[case.stage].actions if action.guard in guards)


def step(
    case: Application, action: Action, *, by: User, at: datetime, payload: Json | None = None, due_at: datetime | None = None,
    **given: object,
) -> str:  # fmt: skip
    """Take a step of the review or after it, in the roles the action names; `given` is what the officer brings along.

    Whether `by` may act at all is for the round to say (`round_for(…, to=RUN)`), before this is called. The case must be locked.
    Returns the stage entered. Raises `Refused` with what the lifecycle says.
    """
    known = replace(known_of(case, action.id, at=at), **given)  # type: ignore[arg-type]  # fields of circumstances, by name
    roles = frozenset(action.by)
    told: Json = {name: given[name] for name in ("reason", "clause", "letter", "batch") if given.get(name)}
    return take(case, action.id, by=by, circumstances=known, roles=roles, payload={**told, **(payload or {})}, due_at=due_at)


def known_of(case: Application, action: str, *, at: datetime) -> Circumstances:
    """What the platform knows about a case between intake and award, for the guards."""
    place = RoundCase.objects.filter(case=case).exclude(round__status=RoundStatus.CANCELLED).select_related("round").last()
    outcome = Outcome.objects.filter(case=case).order_by("-id").first()
    line = NoticeLine.objects.filter(case=case, is_withdrawn=False).select_related("notice").order_by("-id").first()
    talk = Talk.objects.filter(case=case).order_by("-id").first()
    clearance = Clearance.objects.filter(case=case).order_by("-id").first()
    present = {name for name, is_there in _present(talk).items() if is_there}
    found = circumstances(case, action, at=at)
    return replace(
        found,
        sheets_wanted=_seats(place) if place else None, sheets_in=_sheets(place) if place else 0,
        score=place.official if place else None, is_ranked=bool(place and place.round.status in _FIXED and place.place),
        preferences_applied=bool(place and place.round.status in _FIXED), rank=place.place if place else None,
        amount=outcome.amount if outcome else None, cap=case.grant, budget_left=_left(place, case),
        clearance_problems=_lacking(clearance), talk_held_at=talk.held_at if talk else None, present=frozenset(present),
        notice_opens=line.notice.opens_at if line else None, notice_closes=line.notice.closes_at if line else None,
        open_objections=Objection.objects.filter(line__case=case, status__in=OPEN).count() if line else None,
    )  # fmt: skip


def _present(talk: Talk | None) -> dict[str, bool]:
    return {"unit": talk.is_unit_present, "leader": talk.is_leader_present} if talk else {}


def _seats(place: RoundCase) -> int:
    return place.seats.filter(status__in=SITTING).count()


def _sheets(place: RoundCase) -> int:
    """How many who sit on the panel have handed a sheet in, in whatever pass."""
    handed = Scoring.objects.filter(handed_in_at__isnull=False).values("seat")
    return Seat.objects.filter(round_case=place, status__in=SITTING, id__in=handed).count()


def _lacking(clearance: Clearance | None) -> tuple[str, ...] | None:
    """What the last check before the award found against the case; `None` before it was made."""
    if clearance is None:
        return None
    return () if clearance.is_clear else tuple(str(each["zh"]) for each in clearance.checks if not each["is_met"])


def _left(place: RoundCase | None, case: Application) -> int | None:
    """What the other awards leave of the budget (fen) of the call, or of the round where the call has none; `None` of neither."""
    budget, others = case.call.budget, Outcome.objects.filter(case__call=case.call)
    if budget is None and place is not None:
        budget, others = place.round.quotas.get("rules", {}).get("budget"), others.filter(round=place.round)
    if budget is None:
        return None
    alive = [row for row in others.filter(outcome="award").exclude(case=case).select_related("case__call") if is_alive(row.case)]
    return int(budget) - sum(row.amount for row in alive)
