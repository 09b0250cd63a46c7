"""Moving a case: the one way a stage changes. The procedure says where to, the event says it happened."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from zhinan.lifecycle.deadlines import due
from zhinan.lifecycle.fold import opening
from zhinan.lifecycle.guards import Circumstances
from zhinan.lifecycle.kinds import deadline_stage
from zhinan.lifecycle.moves import refuse, stage_after
from zhinan.policy.procedure import Procedure
from zhinan.server.actions.record import record
from zhinan.server.calendar import calendar
from zhinan.server.hashing import Json
from zhinan.server.models import Application, Authority, Section, StageLimit, User
from zhinan.server.queries.access import roles_in, writing_stages
from zhinan.server.queries.applications import filled, open_correction
from zhinan.server.queries.bodies import body_for, procedure_of
from zhinan.server.refused import Refused


def take(
    case: Application, action: str, *, by: User | None, circumstances: Circumstances, payload: Json | None = None,
    roles: frozenset[str] | None = None, due_at: datetime | None = None,
) -> str:  # fmt: skip
    """Take a step, if it may be taken: the case enters the next stage and the event is recorded. The case must be locked.

    `by` nobody, the platform itself takes it in the `roles` given; `due_at` is when the next stage is due, where that is set.
    Returns the stage entered. Raises `Refused` with what the lifecycle says.
    """
    procedure, stage = procedure_of(case), case.stage
    held = roles_in(by, case) if roles is None and by is not None else roles or frozenset()
    if problem := refuse(procedure, stage=stage, action=action, roles=held, circumstances=circumstances):
        raise Refused(problem)
    to = stage_after(procedure, stage, action)
    enter(case, to, at=circumstances.at, due_at=due_at)
    told: Json = {"steps": [[stage, action]], "from": stage, "to": to, **(payload or {})}
    record(action, actor=by, at=circumstances.at, case=case, payload=told)
    return to


def enter(case: Application, stage: str, *, at: datetime, due_at: datetime | None = None) -> None:
    """Bring a case into a stage: who it waits for, until when, who may see it from now on."""
    procedure = procedure_of(case)
    writes = stage in writing_stages(case)
    body = None if writes or procedure.stages[stage].is_final else body_for(case, stage)
    case.stage, case.body, case.entered_at = stage, body, at
    if body is not None and body.id == case.call.authority_id and case.section_id is None:
        case.section = section_of(case, body, at=at)
    case.due_at = due_at or due_of(case, stage, at=at)
    case.save(update_fields=["stage", "body", "section", "entered_at", "due_at", "submitted_at", "grant", "verdict", "title"])
    if body is not None:
        case.reached.add(body)


def due_of(case: Application, stage: str, *, at: datetime) -> datetime | None:
    """When a case that enters a stage is due there: what the call has set, or what the procedure counts in days."""
    procedure = procedure_of(case)
    if stage == opening(procedure).stage:
        return case.call.closes_at
    limit = StageLimit.objects.filter(call=case.call, stage=stage, body=None).first()
    set_to = limit.due_at if limit else None
    return due(procedure.stages[stage].deadline, entered_at=at, set_to=set_to, calendar=calendar())


def deadline_for(case: Application, action: str) -> datetime | None:
    """The deadline that an action is measured by."""
    procedure = procedure_of(case)
    stage = deadline_stage(procedure, case.stage, action)
    if stage == case.stage:
        correction = open_correction(case) if stage in writing_stages(case) else None
        return correction.due_at or case.due_at if correction else case.due_at
    return due_of(case, stage, at=case.entered_at)


def grace() -> int:
    """How long a request that began in time may take, in seconds."""
    return int(settings.GRACE_SECONDS)


def section_of(case: Application, authority: Authority, *, at: datetime) -> Section | None:
    """The section that takes an application in, where the pack names one with certainty and the authority has it."""
    sections = filled(case, on=at.date()).result.sections
    if len(sections) != 1:
        return None
    return Section.objects.filter(authority=authority, name_zh=sections[0]).first()


def carried(procedure: Procedure) -> list[list[str]]:
    """The steps of the call that a case passes through as it is started."""
    return [[step.stage, step.action] for step in opening(procedure).path]
