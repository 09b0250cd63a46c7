"""A case's stage is the fold of its steps; where a case begins, and the way it goes when all goes well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from zhinan.lifecycle import mistakes
from zhinan.policy.procedure import Action, Procedure, Stage
from zhinan.values.problem import BadInput

#: Roles that stand on the side of the one who applies, by how they are found.
APPLICANT_SIDE = frozenset(("applicant", "leader", "unit-account", "partner", "sub-unit", "poster", "solver"))
#: Roles that decide on intake where a procedure does not mark the stage.
AUTHORITY_SIDE = frozenset(("authority", "section"))
#: Intake and the signing, in the map of workflows.
INTAKE, SIGNING = "WF-APP-15", "WF-APP-22"
#: What the map of workflows calls a step of applying; and what it calls work, acceptance, what follows them, keeping up a title.
APPLYING, KEEPING_UP = "WF-APP-", ("WF-EXE-", "WF-ACC-", "WF-POST-", "WF-REG-")
#: Who alone acts where all that is left is to pay.
PAYING = frozenset(("finance",))
BEFORE_DEADLINE, SUBMIT = "before-deadline", "submit"


@dataclass(frozen=True, slots=True)
class Step:
    """An action taken in a stage. Ids of actions are unique within their stage only, so both are kept."""

    stage: str
    action: str


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a case begins: `stage`, and the steps of the call (`path`) that stand before it."""

    path: tuple[Step, ...]
    stage: str


class BrokenHistory(BadInput):
    """A step that does not fit: `step` cannot be taken in `stage`, where the case was."""

    def __init__(self, step: Step, stage: str) -> None:
        self.step = step
        self.stage = stage
        super().__init__([mistakes.BROKEN_HISTORY.at(action=step.action, stated=step.stage, stage=stage)])


def action_of(procedure: Procedure, stage: str, action: str) -> Action:
    """The action of that id in that stage. Raises `BrokenHistory`."""
    known = procedure.stages.get(stage)
    found = next((each for each in known.actions if each.id == action), None) if known else None
    if found is None:
        raise BrokenHistory(Step(stage, action), stage)
    return found


def fold(procedure: Procedure, steps: Iterable[Step]) -> str:
    """The stage that the steps lead to, from the start of the procedure. Raises `BrokenHistory`."""
    stage = procedure.start
    for step in steps:
        if step.stage != stage:
            raise BrokenHistory(step, stage)
        stage = action_of(procedure, stage, step.action).to
    return stage


def routes(
    procedure: Procedure, origin: str, *, through: Callable[[str], bool] = lambda _: True
) -> Mapping[str, tuple[Step, ...]]:
    """The shortest way from `origin` to each stage that can be reached, nearest first; only stages `through` are left again."""
    ways: dict[str, tuple[Step, ...]] = {origin: ()}
    waiting = [origin]
    for stage in waiting:  # it grows while it is read: breadth first
        for action in procedure.stages[stage].actions if through(stage) else ():
            if action.to not in ways:
                ways[action.to] = (*ways[stage], Step(stage, action.id))
                waiting.append(action.to)
    return ways


def opening(procedure: Procedure) -> Opening:
    """Where a case begins: the stage where the applicant files. A procedure in which nobody files opens at its start."""
    stage = filing_stage(procedure) or procedure.start
    return Opening(routes(procedure, procedure.start)[stage], stage)


def main_path(procedure: Procedure) -> tuple[str, ...]:
    """The stages a smooth case goes through, from filing up to and including intake."""
    begin, end = opening(procedure).stage, intake_stage(procedure)
    if not end:
        return (begin,)
    return (*(step.stage for step in routes(procedure, begin)[end]), end)


def filing_stage(procedure: Procedure) -> str:
    """The first stage where the applicant hands something in before a deadline; `""` where nobody files (payment)."""
    stages = (procedure.stages[id] for id in routes(procedure, procedure.start))
    return next((stage.id for stage in stages if any(_files(procedure, action) for action in stage.actions)), "")


def _files(procedure: Procedure, action: Action) -> bool:
    is_applicants = "applicant" in found_by(procedure, action.by)
    return action.id == SUBMIT or (is_applicants and action.guard == BEFORE_DEADLINE)


def intake_stage(procedure: Procedure) -> str:
    """The stage that accepts an application or not; `""` where nobody files.

    It is the one marked in the map of workflows; else the first after filing where the authority acts; else the first after it.
    """
    filing = filing_stage(procedure)
    after = [procedure.stages[id] for id in routes(procedure, filing) if id != filing] if filing else []
    after = [stage for stage in after if not stage.is_final]
    marked = (stage for stage in after if INTAKE in stage.workflow)
    decided = (stage for stage in after if found_by(procedure, stage.who) & AUTHORITY_SIDE)
    return next((stage.id for each in (marked, decided, after) for stage in each), filing)


def early_stages(procedure: Procedure) -> frozenset[str]:
    """The stages in play up to intake, with the stage of correction that leads back to it; none where nobody files."""
    intake = intake_stage(procedure)
    if not intake:
        return frozenset()
    before = routes(procedure, procedure.start, through=lambda stage: stage != intake)
    corrections = (action.to for action in procedure.stages[intake].actions if _comes_back(procedure, action.to, intake))
    return frozenset(id for id in (*before, *corrections) if not procedure.stages[id].is_final)


def middle_stages(procedure: Procedure) -> frozenset[str]:
    """The stages from intake to the decision: every one a case can come to before it is signed, worked on, kept up or paid.

    None where nobody files. Where nothing is signed, they end with the stage that establishes, recognises or puts on the list.
    """
    early, intake = early_stages(procedure), intake_stage(procedure)
    if not intake:
        return frozenset()
    inside = routes(procedure, intake, through=lambda stage: stage in early or not is_after_award(procedure, stage))
    return frozenset(stage for stage in inside if not is_after_award(procedure, stage)) - early


def running_stages(procedure: Procedure) -> frozenset[str]:
    """The stages the platform carries: those up to intake and those from there to the decision."""
    return early_stages(procedure) | middle_stages(procedure)


def is_after_award(procedure: Procedure, stage: str) -> bool:
    """Whether a stage behind intake is none of deciding: there a case is signed, worked on, kept up or paid, or it has ended."""
    known = procedure.stages[stage]
    if known.is_final or SIGNING in chain(known.workflow, *(action.workflow for action in known.actions)):
        return True
    is_work = any(mark.startswith(KEEPING_UP) for mark in known.workflow)
    is_applying = any(mark.startswith(APPLYING) for mark in known.workflow)  # a ranking may look at what earlier projects left
    return (is_work and not is_applying) or found_by(procedure, known.who) == PAYING


def awarded_stages(procedure: Procedure) -> frozenset[str]:
    """The stages of the life after the decision, with the ends it comes to: a step from the middle stages to here awards."""
    running = running_stages(procedure)
    after = [stage for id, stage in procedure.stages.items() if id not in running and not stage.is_final]
    return frozenset((*(stage.id for stage in after), *(action.to for stage in after for action in stage.actions))) - running


def award_path(procedure: Procedure) -> tuple[str, ...]:
    """The stages a smooth case goes through after intake, up to and including the one that awards; none where nobody files."""
    intake, middle, awarded = intake_stage(procedure), middle_stages(procedure), awarded_stages(procedure)
    ways = routes(procedure, intake, through=lambda stage: stage == intake or stage in middle) if middle else {}
    awards = (way for id, way in ways.items() if id in awarded and not procedure.stages[id].is_final)
    return tuple(step.stage for step in next(awards, ())[1:])


def _comes_back(procedure: Procedure, stage: str, intake: str) -> bool:
    actions = procedure.stages[stage].actions
    return any(action.to == intake and is_by_applicant(procedure, action) for action in actions)


def is_by_applicant(procedure: Procedure, action: Action) -> bool:
    """Whether someone on the applicant's side may take the action."""
    return bool(found_by(procedure, action.by) & APPLICANT_SIDE)


def found_by(procedure: Procedure, roles: Iterable[str]) -> frozenset[str]:
    """How those roles are resolved to people."""
    return frozenset(procedure.roles[key].found_by for key in roles if key in procedure.roles)


def moves_applicant(procedure: Procedure, stage: Stage) -> bool:
    """Whether the applicant's side can move a case on from `stage` (and so corrects there what is returned)."""
    return any(
        action.to != stage.id and not procedure.stages[action.to].is_final and is_by_applicant(procedure, action)
        for action in stage.actions
    )
