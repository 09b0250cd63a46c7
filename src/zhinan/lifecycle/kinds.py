"""What an action means, whoever named it: handing in, passing on, returning, refusing, awarding; and what it must bring along."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from zhinan.lifecycle.fold import (
    BEFORE_DEADLINE,
    action_of,
    awarded_stages,
    early_stages,
    filing_stage,
    found_by,
    is_by_applicant,
    middle_stages,
    moves_applicant,
    routes,
)
from zhinan.policy.procedure import Action, Procedure

AFTER_DEADLINE, REASON_WITH_CLAUSE, IN_TIME = "after-deadline", "reason-with-clause", "submitted-in-time"
WITHIN_QUOTA, LETTER_AND_LIST = "within-quota", "letter-and-list-issued"
ANSWERED, CHOICE_WITH_REASONS = "answered-in-writing", "choice-recorded-with-reasons"
#: Guards that look at a recommending body's ranked list, not at the case's check sheet.
LISTINGS = frozenset((WITHIN_QUOTA, LETTER_AND_LIST, "on-the-list", "on-city-list"))
#: The letter with its list, in the map of workflows.
LETTER = "WF-DOC-15"
#: Who may object, by how they are found.
PUBLIC = "public"


class ActionKind(Enum):
    """What an action does to a case, up to the award; everything later is `OTHER`.

    SUBMIT, RESUBMIT: the applicant hands in, for the first time or after a correction. WITHDRAW: the applicant ends it.
    PASS: on to the next stage, among them the close of a review, the ranking, the notice, the talk.
    RETURN: to the applicant, who corrects what is marked. SEND_BACK: to a body that had it before.
    REJECT: a body ends it without an award. LAPSE: it is closed because its time is over.
    OBJECT: someone of the public objects. ANSWER: the objection is answered, and the case stays on its way.
    AWARD: it is established, recognised or granted; what follows begins. NOTE: something is recorded, and the case stays.
    """

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    PASS = "pass"
    RETURN = "return"
    SEND_BACK = "send-back"
    REJECT = "reject"
    LAPSE = "lapse"
    OBJECT = "object"
    ANSWER = "answer"
    AWARD = "award"
    NOTE = "note"
    OTHER = "other"


#: What always says why.
EXPLAINED = frozenset((ActionKind.RETURN, ActionKind.SEND_BACK, ActionKind.OBJECT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What must come with an action.

    `marked_fields`: what the applicant is to correct. `reason`: why, in a few words; of an objection, its ground.
    `clause`: what the reason rests on. `check`: every clause of the check sheet answered. `listing`: a place on the body's list.
    `letter`: the number of the letter that goes with the list. `answer`: what is written to the one who objected.
    """

    marked_fields: bool = False
    reason: bool = False
    clause: bool = False
    check: bool = False
    listing: bool = False
    letter: bool = False
    answer: bool = False


def kind_of(procedure: Procedure, stage: str, action: str) -> ActionKind:
    """What the action does. Raises `BrokenHistory` when the stage has no such action."""
    taken = action_of(procedure, stage, action)
    is_early = stage in early_stages(procedure)
    if not is_early and stage not in middle_stages(procedure):
        return ActionKind.OTHER
    if taken.to == stage:
        return ActionKind.NOTE
    is_ending = procedure.stages[taken.to].is_final
    if taken.guard == AFTER_DEADLINE and (is_early or is_ending):
        return ActionKind.LAPSE
    if not is_early:
        return _deciding(procedure, stage, taken)
    return _ending(procedure, stage, taken) if is_ending else _moving(procedure, stage, taken)


def _deciding(procedure: Procedure, stage: str, action: Action) -> ActionKind:
    """What an action does between intake and the decision."""
    if action.to in awarded_stages(procedure):
        return ActionKind.AWARD
    if procedure.stages[action.to].is_final:
        return ActionKind.WITHDRAW if is_by_applicant(procedure, action) else ActionKind.REJECT
    if PUBLIC in found_by(procedure, action.by):
        return ActionKind.OBJECT
    if action.guard == ANSWERED:
        return ActionKind.ANSWER
    if _is_filed(procedure, action.to) and moves_applicant(procedure, procedure.stages[action.to]):
        return ActionKind.RETURN
    return ActionKind.SEND_BACK if _lies_before(procedure, action.to, stage) else ActionKind.PASS


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
    return ActionKind.SEND_BACK if _lies_before(procedure, action.to, stage) else ActionKind.PASS


def _lies_before(procedure: Procedure, stage: str, other: str) -> bool:
    ways = routes(procedure, procedure.start)
    return len(ways[stage]) < len(ways[other])


def _is_filed(procedure: Procedure, stage: str) -> bool:
    """Whether the stage belongs to a case; those before belong to the call."""
    filing = filing_stage(procedure)
    return bool(filing) and stage in early_stages(procedure) and stage in routes(procedure, filing)


def needs(procedure: Procedure, stage: str, action: str) -> Needs:
    """What must come with the action. Raises `BrokenHistory` when the stage has no such action.

    Who ends a case up to intake cites the clause it rests on. After that the review is the ground, and a reason is enough,
    unless the procedure asks for the clause too.
    """
    kind, taken = kind_of(procedure, stage, action), action_of(procedure, stage, action)
    is_rejection, is_listing = kind is ActionKind.REJECT, taken.guard in LISTINGS
    return Needs(
        marked_fields=kind is ActionKind.RETURN,
        reason=is_rejection or kind in EXPLAINED or taken.guard in (REASON_WITH_CLAUSE, CHOICE_WITH_REASONS),
        clause=taken.guard == REASON_WITH_CLAUSE or (is_rejection and stage in early_stages(procedure)),
        check=is_pass_of_a_body(procedure, stage, action) and not is_listing,
        listing=is_listing,
        letter=taken.guard == LETTER_AND_LIST or (is_listing and LETTER in procedure.stages[stage].documents),
        answer=taken.guard == ANSWERED,
    )


def is_pass_of_a_body(procedure: Procedure, stage: str, action: str) -> bool:
    """Whether a body of the chain, intake among them, passes on a case that was handed in."""
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
