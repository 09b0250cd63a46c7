"""What a person may do with a case now, and why not: the circumstances of a step, put to the procedure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from zhinan.lifecycle.fold import early_stages, opening
from zhinan.lifecycle.guards import Circumstances
from zhinan.lifecycle.kinds import ActionKind, Needs, kind_of, needs
from zhinan.lifecycle.moves import offers, refuse
from zhinan.policy.procedure import Action
from zhinan.server import packs
from zhinan.server.actions.moving import deadline_for, grace
from zhinan.server.clock import BEIJING
from zhinan.server.models import Application, User
from zhinan.server.queries.access import acting_roles, writing_stages
from zhinan.server.queries.applications import filled
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.lists import goes_by_list, was_listed
from zhinan.server.queries.sheets import Sheet, sheet
from zhinan.server.refused import Refused
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text

_UNKNOWN_MARK = Mistake(
    "unknown-field",
    Text("表单里没有“{key}”这一项", "the form has no field “{key}”"),
    Text("从表单中选择要改的项", "choose what is to be corrected from the form"),
)
_ACADEMICIAN = "academician-present"
_STILL_TO_SAY = "·"  # stands for what the page will ask; whether a step is open does not depend on it


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that is a person's to take: what it means, what it asks, and why it may not be taken now."""

    action: Action
    kind: ActionKind
    needs: Needs
    goes_by_list: bool
    problem: Problem | None


def offered(case: Application, *, by: User, at: datetime) -> tuple[Offer, ...]:
    """What a person may do with a case where it stands, before anything is written; nothing beyond intake."""
    procedure = procedure_of(case)
    roles = acting_roles(by, case)
    mine = [action for action in offers(procedure, case.stage, roles) if action.to != case.stage]
    if not mine or case.stage not in early_stages(procedure):
        return ()
    by_list = goes_by_list(case)
    now = sheet(filled(case, on=day_of(case, at)), case.stage)
    return tuple(
        Offer(
            action, kind_of(procedure, case.stage, action.id), needs(procedure, case.stage, action.id),
            by_list is not None and by_list.id == action.id, _refused(case, action.id, now, roles=roles, at=at),
        )
        for action in mine
    )  # fmt: skip


def _refused(case: Application, action: str, now: Sheet, *, roles: frozenset[str], at: datetime) -> Problem | None:
    pack = packs.pack(case.call.pack)
    given = replace(
        _known(case, action, now, at=at), reason=_STILL_TO_SAY, clause=pack.clauses[0].path, marked=frozenset({_STILL_TO_SAY}),
        letter=_STILL_TO_SAY,
    )  # fmt: skip
    by_list = goes_by_list(case)
    if by_list is not None and by_list.id == action:
        given = replace(given, is_listed=True)  # it is put on the list next, and the list says how many places there are
    return refuse(procedure_of(case), stage=case.stage, action=action, roles=roles, circumstances=given)


def circumstances(
    case: Application, action: str, *, at: datetime, begun_at: datetime | None = None, reason: str = "", clause: str = "",
    marked: Mapping[str, Mapping[str, str]] | None = None,
) -> Circumstances:  # fmt: skip
    """Everything a guard may ask about a step. Raises `Refused` for a mark on something the form does not have."""
    now = filled(case, on=day_of(case, at))
    marks = marked or {}
    known = {field.key for field in now.form.fields} | {upload.id for upload in now.form.uploads}
    if unknown := sorted(set(marks) - known):
        raise Refused(*(_UNKNOWN_MARK.at(key=key[:60]) for key in unknown))
    found = _known(case, action, sheet(now, case.stage), at=at)
    return replace(found, begun_at=begun_at, reason=reason, clause=clause, marked=frozenset(marks))


def _known(case: Application, action: str, the_sheet: Sheet, *, at: datetime) -> Circumstances:
    return Circumstances(
        at=at, deadline=deadline_for(case, action), grace=timedelta(seconds=grace()), submitted_at=case.submitted_at,
        is_registered=True, rules_versioned=bool(case.call.pack_digest), unanswered=the_sheet.unanswered, failed=the_sheet.failed,
        known_clauses=_clauses(case), is_listed=was_listed(case),
        topic=case.topic.title if case.topic else "", is_academician_required=_wants_academician(case),
    )  # fmt: skip


def _wants_academician(case: Application) -> bool:
    """Whether the scheme binds the academician to come in person at the stage the case stands at."""
    duties = packs.scheme(case.call.pack, case.scheme).duties
    return any(duty.at == case.stage and duty.guard == _ACADEMICIAN for duty in duties)


def _clauses(case: Application) -> frozenset[str]:
    return frozenset(clause.path for clause in packs.pack(case.call.pack).clauses)


def day_of(case: Application, at: datetime) -> date:
    """The day conditions are judged on: that of the application in Beijing, however late it is looked at."""
    return (case.submitted_at or at).astimezone(BEIJING).date()


def correct_until(case: Application, to: str, *, correct_by: datetime | None) -> datetime | None:
    """Until when a returned case may be corrected: what the officer sets, else the later of filing's end and this stage's."""
    if correct_by is not None or to not in writing_stages(case):
        return correct_by
    if to != opening(procedure_of(case)).stage:
        return None
    return max((moment for moment in (case.call.closes_at, case.due_at) if moment is not None), default=None)
