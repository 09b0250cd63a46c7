"""Who may take which step now, why not, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from zhinan.lifecycle import mistakes
from zhinan.lifecycle.fold import action_of, running_stages
from zhinan.lifecycle.guards import (
    GUARDS,
    Circumstances,
    Guard,
    after_deadline,
    all_of,
    before_deadline,
    changes_fit_a_return,
    check_sheet_passes,
    cites_a_clause,
    has_letter,
    has_marks,
    has_reason,
    within_places,
)
from zhinan.lifecycle.kinds import ActionKind, is_pass_of_a_body, kind_of, needs
from zhinan.lifecycle.purposes import Purpose, purposes
from zhinan.lifecycle.review_guards import (
    REVIEW_GUARDS,
    cleared,
    committee_heard,
    enough_scores,
    last_objection,
    ranked_with_preferences,
    talk_with_both,
    within_budget,
)
from zhinan.policy.procedure import Action, Procedure, Stage
from zhinan.values.problem import Problem
from zhinan.values.text import Text

#: What each guard means that a procedure may name, up to the award.
KNOWN_GUARDS: Mapping[str, Guard] = MappingProxyType({**GUARDS, **REVIEW_GUARDS})
#: A title is reached by a score, whoever gave it; no panel of experts need have sat.
SCORE_REACHED = "score-reached"


def offers(procedure: Procedure, stage: str, roles: frozenset[str]) -> tuple[Action, ...]:
    """The actions of the stage that someone in one of `roles` may take; whether one is refused now is for `refuse` to say."""
    known = procedure.stages.get(stage)
    return tuple(action for action in known.actions if roles.intersection(action.by)) if known else ()


def stage_after(procedure: Procedure, stage: str, action: str) -> str:
    """Where the action leads. Raises `BrokenHistory` when the stage has no such action."""
    return action_of(procedure, stage, action).to


def refuse(
    procedure: Procedure, *, stage: str, action: str, roles: frozenset[str], circumstances: Circumstances
) -> Problem | None:
    """Why the step may not be taken now; `None` when it may.

    First whether there is such a step, then whether these roles may take it, then whether the platform carries it,
    then what must come with it, then its guard.
    """
    known = procedure.stages.get(stage)
    if known is None:
        return mistakes.NO_SUCH_STAGE.at(procedure=procedure.name, stage=stage)
    taken = next((each for each in known.actions if each.id == action), None)
    if taken is None:
        return _misplaced(known, action)
    if not roles.intersection(taken.by):
        return mistakes.ROLE_MAY_NOT.at(action=taken.name, who=_who(procedure, taken))
    if stage not in running_stages(procedure):
        return mistakes.LATER_STAGE.at(action=taken.name)
    if taken.guard and taken.guard not in KNOWN_GUARDS:
        return mistakes.UNKNOWN_GUARD.at(action=taken.name, guard=taken.guard)
    return all_of(*_needed(procedure, stage, action), *_guards(procedure, stage, taken))(circumstances)


def _misplaced(stage: Stage, action: str) -> Problem:
    if stage.is_final:
        return mistakes.CASE_CLOSED.at(stage=stage.name)
    return mistakes.NO_SUCH_ACTION.at(stage=stage.name, action=action, choices=_listed([each.name for each in stage.actions]))


def _who(procedure: Procedure, action: Action) -> Text:
    """Those who may, by name; the second word for *or* keeps the sentence readable."""
    names = [procedure.roles[key].name for key in action.by if key in procedure.roles]
    return Text("或".join(name.zh for name in names), " or ".join(name.en for name in names))


def _listed(names: list[Text]) -> Text:
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def _needed(procedure: Procedure, stage: str, action: str) -> Iterator[Guard]:
    """What must come with the step, each as a guard."""
    needed = needs(procedure, stage, action)
    for is_needed, guard in (
        (needed.reason, has_reason),
        (needed.clause, cites_a_clause),
        (needed.marked_fields, has_marks),
        (needed.check, check_sheet_passes),
        (needed.letter, has_letter),
    ):
        if is_needed:
            yield guard


def _guards(procedure: Procedure, stage: str, action: Action) -> Iterator[Guard]:
    """The guard the procedure names, and what goes without saying for a step of this kind."""
    if action.guard:
        yield KNOWN_GUARDS[action.guard]
    kind = kind_of(procedure, stage, action.id)
    if kind in (ActionKind.SUBMIT, ActionKind.RESUBMIT):
        yield before_deadline
        yield changes_fit_a_return
    if kind is ActionKind.LAPSE:
        yield after_deadline
    if kind is ActionKind.ANSWER:
        yield last_objection
    if is_pass_of_a_body(procedure, stage, action.id):
        yield within_places
    if kind in (ActionKind.PASS, ActionKind.AWARD):
        yield from _on_the_way_to_the_award(procedure, stage, action, is_award=kind is ActionKind.AWARD)


def _on_the_way_to_the_award(procedure: Procedure, stage: str, action: Action, *, is_award: bool) -> Iterator[Guard]:
    """What a case needs before it leaves a stage for the better, even where its procedure names no guard."""
    of = purposes(procedure)
    here, there = of[stage], of[action.to]
    if Purpose.REVIEW in here and action.guard != SCORE_REACHED:
        yield enough_scores
    if Purpose.RANKING in here:
        yield ranked_with_preferences
    if Purpose.ARGUMENTATION in here:
        yield committee_heard
    if Purpose.TALK in here:
        yield talk_with_both
    if Purpose.NOTICE in there or is_award:
        yield cleared
    if is_award and Purpose.RANKING in _all(of) and Purpose.PROPOSAL not in _all(of):
        yield within_budget  # what was ranked is given money, and no earlier stage has looked at how much is left


def _all(of: Mapping[str, frozenset[Purpose]]) -> frozenset[Purpose]:
    return frozenset().union(*of.values())
