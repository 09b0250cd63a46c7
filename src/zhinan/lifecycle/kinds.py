"""What an action means, whoever named it: handing in, passing on, returning, refusing; and what it must bring along."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from zhinan.lifecycle.fold import (
    BEFORE_DEADLINE,
    action_of,
    early_stages,
    filing_stage,
    is_by_applicant,
    moves_applicant,
    routes,
)
from zhinan.policy.procedure import Action, Procedure

AFTER_DEADLINE, REASON_WITH_CLAUSE, IN_TIME = "after-deadline", "reason-with-clause", "submitted-in-time"
WITHIN_QUOTA, LETTER_AND_LIST = "within-quota", "letter-and-list-issued"
#: Guards that look at a recommending body's ranked list, not at the case's check sheet.
LISTINGS = frozenset((WITHIN_QUOTA, LETTER_AND_LIST, "on-the-list", "on-city-list"))
#: The letter with its list, in the map of workflows.
LETTER = "WF-DOC-15"


class ActionKind(Enum):
    """What an action does to a case. Only stages up to intake are told apart; everything later is `OTHER`."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    PASS = "pass"
    RETURN = "return"
    SEND_BACK = "send-back"
    REJECT = "reject"
    LAPSE = "lapse"
    NOTE = "note"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What must come with an action.

    `marked_fields`: what the applicant is to correct. `check`: every clause of the check sheet answered.
    `listing`: a place on the body's list. `letter`: the number of the letter that goes with the list.
    """

    marked_fields: bool = False
    reason: bool = False
    clause: bool = False
    check: bool = False
    listing: bool = False
    letter: bool = False


def kind_of(procedure: Procedure, stage: str, action: str) -> ActionKind:
    """What the action does. Raises `BrokenHistory` when the stage has no such action."""
    taken = action_of(procedure, stage, action)
    if stage not in early_stages(procedure):
        return ActionKind.OTHER
    if taken.to == stage:
        return ActionKind.NOTE
    if taken.guard == AFTER_DEADLINE:
        return ActionKind.LAPSE
    return _ending(procedure, stage, taken) if procedure.stages[taken.to].is_final else _moving(procedure, stage, taken)


def _ending(procedure: Procedure, stage: str, action: Action) -> ActionKind:
    if is_by_applicant(procedure, action):
        return ActionKind.WITHDRAW
    # Nobody but the applicant decides on a draft: all an authority can do is close it when its time has run out.
    return ActionKind.LAPSE if stage == filing_stage(procedure) else ActionKind.REJECT


def _moving(procedure: Procedure, stage: str, action: Action) -> ActionKind:
    filing = filing_stage(procedure)
    if not _is_filed(procedure, stage):
        return ActionKind.PASS
    if is_by_applicant(procedure, action):
        return ActionKind.SUBMIT if stage == filing else ActionKind.RESUBMIT
    if _is_filed(procedure, action.to) and moves_applicant(procedure, procedure.stages[action.to]):
        return ActionKind.RETURN
    ways = routes(procedure, procedure.start)
    return ActionKind.SEND_BACK if len(ways[action.to]) < len(ways[stage]) else ActionKind.PASS


def _is_filed(procedure: Procedure, stage: str) -> bool:
    """Whether the stage belongs to a case; those before belong to the call."""
    filing = filing_stage(procedure)
    return bool(filing) and stage in early_stages(procedure) and stage in routes(procedure, filing)


def needs(procedure: Procedure, stage: str, action: str) -> Needs:
    """What must come with the action. Raises `BrokenHistory` when the stage has no such action."""
    kind, taken = kind_of(procedure, stage, action), action_of(procedure, stage, action)
    is_rejection = kind is ActionKind.REJECT or taken.guard == REASON_WITH_CLAUSE
    is_listing = taken.guard in LISTINGS
    return Needs(
        marked_fields=kind is ActionKind.RETURN,
        reason=is_rejection or kind in (ActionKind.RETURN, ActionKind.SEND_BACK),
        clause=is_rejection,
        check=is_pass_of_a_body(procedure, stage, action) and not is_listing,
        listing=is_listing,
        letter=taken.guard == LETTER_AND_LIST or (is_listing and LETTER in procedure.stages[stage].documents),
    )


def is_pass_of_a_body(procedure: Procedure, stage: str, action: str) -> bool:
    """Whether a body of the chain passes on a case that was handed in."""
    is_handed_in = _is_filed(procedure, stage) and stage != filing_stage(procedure)
    return is_handed_in and kind_of(procedure, stage, action) is ActionKind.PASS


def deadline_stage(procedure: Procedure, stage: str, action: str) -> str:
    """The stage whose deadline the action is measured by.

    That is the stage itself; but a body returns a case, or finds it filed in time, by the deadline of filing:
    a correction asked for later could no longer be handed in.
    """
    taken = action_of(procedure, stage, action)
    is_of_filing = taken.guard == IN_TIME or (taken.guard == BEFORE_DEADLINE and not is_by_applicant(procedure, taken))
    return (filing_stage(procedure) or stage) if is_of_filing else stage
