"""An applicant's own applications: lists of them, and what is needed to begin another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from zhinan.lifecycle.fold import opening
from zhinan.server import packs
from zhinan.server.models import Application, Call, Correction, Organisation, Post, Role, User
from zhinan.server.queries.access import stages_written_in, visible_cases
from zhinan.server.queries.people import posts_of
from zhinan.values.text import Text

PAGE_SIZE = 25
_OF_A_UNIT = (Role.UNIT_ADMIN, Role.MEMBER)


class State(StrEnum):
    """How an application stands, for those who made it."""

    DRAFT = "draft"
    RETURNED = "returned"
    UNDER_WAY = "under-way"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Mine:
    """One application in its unit's list."""

    case: Application
    scheme: Text
    stage: Text
    state: State
    correction: Correction | None
    days_left: int | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for the applicant."""
        return self.state in (State.DRAFT, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list."""

    rows: tuple[Mine, ...]
    number: int
    last: int
    total: int


def applications_of(user: User, *, at: datetime, state: str = "", words: str = "", page: int = 1) -> Listed:
    """The applications a person leads or administers, the last saved first; the same number of queries however many there are."""
    mine = _mine(user)
    states = _states(mine)
    found = mine.filter(_in_state(states, state)) if state in list(State) else mine
    if words:
        found = found.filter(Q(title__icontains=words) | Q(code__icontains=words) | Q(call__title_zh__icontains=words))
    total = found.values("id").count()
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), last)
    cases = list(found.order_by("-saved_at", "-id")[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    open_ones = {each.application_id: each for each in Correction.objects.filter(application__in=cases, answered_at=None)}
    return Listed(tuple(_row(case, states, open_ones.get(case.id), at) for case in cases), number, last, total)


def _mine(user: User) -> QuerySet[Application]:
    units = [post.organisation_id for post in posts_of(user) if post.role == Role.UNIT_ADMIN]
    return visible_cases(user).filter(Q(leader=user) | Q(organisation__in=units))


#: The state of a case by its pack, its scheme and its stage.
_States = Mapping[tuple[str, str, str], State]


def _states(cases: QuerySet[Application]) -> _States:
    """What each stage these cases stand at means; a returned draft is told by its having been handed in."""
    seen = cases.order_by().values_list("call__pack", "scheme", "stage").distinct()
    return {(pack, scheme, stage): _state(pack, scheme, stage) for pack, scheme, stage in seen}


def _state(pack: str, scheme: str, stage: str) -> State:
    procedure = packs.procedure(pack, scheme)
    if stage == opening(procedure).stage:
        return State.DRAFT
    if stage in stages_written_in(procedure):
        return State.RETURNED
    return State.ENDED if procedure.stages[stage].is_final else State.UNDER_WAY


def _in_state(states: _States, wanted: str) -> Q:
    def among(state: State) -> Q:
        places = Q(pk__in=[])
        for (pack, scheme, stage), found in states.items():
            if found is state:
                places |= Q(call__pack=pack, scheme=scheme, stage=stage)
        return places

    if wanted == State.DRAFT:
        return among(State.DRAFT) & Q(submitted_at=None)
    if wanted == State.RETURNED:
        return among(State.RETURNED) | (among(State.DRAFT) & Q(submitted_at__isnull=False))
    return among(State(wanted))


def _row(case: Application, states: _States, correction: Correction | None, at: datetime) -> Mine:
    procedure = packs.procedure(case.call.pack, case.scheme)
    state = states[case.call.pack, case.scheme, case.stage]
    if state is State.DRAFT and case.submitted_at is not None:
        state = State.RETURNED
    left = (case.due_at - at).days if case.due_at and state in (State.DRAFT, State.RETURNED) else None
    scheme = packs.scheme(case.call.pack, case.scheme).name
    return Mine(case, scheme, procedure.stages[case.stage].name, state, correction, left)


# ─── beginning another ───


def units_of(user: User) -> list[tuple[Organisation, bool]]:
    """The units a person may apply for, each with whether they administer it."""
    held: dict[int, tuple[Organisation, bool]] = {}
    for post in posts_of(user):
        unit = post.organisation
        if unit is not None and post.role in _OF_A_UNIT:
            held[unit.id] = (unit, post.role == Role.UNIT_ADMIN or held.get(unit.id, (unit, False))[1])
    return list(held.values())


def leaders_of(unit: Organisation, *, at: datetime) -> list[User]:
    """Everyone of a unit who may lead an application, by name."""
    held = Post.objects.filter(
        Q(until=None) | Q(until__gte=at.date()), organisation=unit, role__in=_OF_A_UNIT, user__is_active=True
    )
    people = {post.user_id: post.user for post in held.select_related("user").order_by("user__name", "user_id")}
    return list(people.values())


def draft_of(leader: User, call: Call, scheme: str, unit: Organisation) -> Application | None:
    """The draft that a person already leads under a scheme of a call, if there is one."""
    stage = opening(packs.procedure(call.pack, scheme)).stage
    return Application.objects.filter(
        leader=leader, call=call, scheme=scheme, organisation=unit, submitted_at=None, stage=stage
    ).first()  # fmt: skip
