"""What a stage is for, whatever a procedure calls it: review, ranking, notice, talk, award. A stage may have several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from zhinan.lifecycle.fold import awarded_stages, early_stages, found_by, middle_stages, routes
from zhinan.policy.procedure import Procedure, Stage


class Purpose(Enum):
    """What a stage is for, in the order a case comes to them.

    CHAIN: up to and including intake. BIDDING: a posted need finds its solver. REVIEW: experts score. ARGUMENTATION: a committee
    advises on a major project. RANKING: scored cases are put in order, preferences applied. PROPOSAL: what is to be given, and to
    whom. NOTICE: the public may object. OBJECTION: an objection is looked into. TALK: the unit and the leader are warned.
    ESTABLISHMENT: the authority decides and issues. AWARDED: all that follows, from the signing on.
    """

    CHAIN = "chain"
    BIDDING = "bidding"
    REVIEW = "review"
    ARGUMENTATION = "argumentation"
    RANKING = "ranking"
    PROPOSAL = "proposal"
    NOTICE = "notice"
    OBJECTION = "objection"
    TALK = "talk"
    ESTABLISHMENT = "establishment"
    AWARDED = "awarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What a stage is known by: a mark of its own in the map of workflows, a guard of one of its actions, or who acts in it."""

    marks: frozenset[str] = frozenset()
    guards: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


def _any(*words: str) -> frozenset[str]:
    return frozenset(words)


SIGNS: Mapping[Purpose, Signs] = MappingProxyType({
    Purpose.BIDDING: Signs(
        guards=_any("four-list-fields-complete", "solver-meets-conditions-set-by-authority", "choice-recorded-with-reasons")
    ),
    Purpose.REVIEW: Signs(
        marks=_any("WF-APP-16"), guards=_any("no-conflict-of-interest", "enough-scores", "reviewed-online", "score-reached")
    ),
    Purpose.ARGUMENTATION: Signs(marks=_any("WF-APP-18"), guards=_any("committee-heard"), roles=_any("committee")),
    Purpose.RANKING: Signs(marks=_any("WF-APP-17"), guards=_any("preferences-applied")),
    Purpose.PROPOSAL: Signs(
        marks=_any("WF-INT-07"), guards=_any("within-budget", "number-of-teams-set-by-authority", "within-cap")
    ),
    Purpose.NOTICE: Signs(guards=_any("within-notice-period", "no-open-objection")),
    Purpose.OBJECTION: Signs(guards=_any("answered-in-writing")),
    Purpose.TALK: Signs(marks=_any("WF-APP-20"), guards=_any("unit-and-leader-present")),
    Purpose.ESTABLISHMENT: Signs(marks=_any("WF-APP-19", "WF-APP-21"), guards=_any("fiscal-procedure-done", "issued-in-a-batch")),
})  # fmt: skip


def purposes(procedure: Procedure) -> Mapping[str, frozenset[Purpose]]:
    """What each stage is for, nearest to the start first; nothing for one in which a case has ended, or that shows no sign."""
    early, middle, awarded = early_stages(procedure), middle_stages(procedure), awarded_stages(procedure)

    def found(stage: Stage) -> Iterator[Purpose]:
        if stage.id in early:
            yield Purpose.CHAIN
        elif stage.id in middle:
            yield from _shown_by(procedure, stage, awarded)
        elif not stage.is_final:
            yield Purpose.AWARDED

    return {id: frozenset(found(procedure.stages[id])) for id in routes(procedure, procedure.start)}


def _shown_by(procedure: Procedure, stage: Stage, awarded: frozenset[str]) -> Iterator[Purpose]:
    guards, roles = {action.guard for action in stage.actions}, found_by(procedure, stage.who)
    for purpose, signs in SIGNS.items():
        if signs.marks.intersection(stage.workflow) or signs.guards & guards or signs.roles & roles:
            yield purpose
    # where no stage is there for it alone (a title, a claim), the end of the notice is the award
    if any(action.to in awarded and not procedure.stages[action.to].is_final for action in stage.actions):
        yield Purpose.ESTABLISHMENT


def purposes_of(procedure: Procedure, stage: str) -> frozenset[Purpose]:
    """What the stage is for. Raises `KeyError` when no way leads to such a stage."""
    return purposes(procedure)[stage]


def stage_for(procedure: Procedure, purpose: Purpose) -> str:
    """The stage that is for `purpose`, the first on the way where there are several; `""` where there is none."""
    return next((id for id, found in purposes(procedure).items() if purpose in found), "")
