"""Every shipped procedure is walked, from the filing to every end the platform carries: nobody is stuck, and nothing is let through blindly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.lifecycle.making import SHIPPED
from zhinan.lifecycle.deadlines import BEIJING
from zhinan.lifecycle.fold import Step, early_stages, fold, middle_stages, opening, running_stages
from zhinan.lifecycle.guards import Circumstances
from zhinan.lifecycle.kinds import ActionKind, kind_of
from zhinan.lifecycle.moves import refuse
from zhinan.lifecycle.review_guards import LIST_FIELDS
from zhinan.policy.procedure import Action, Procedure

AT, DAY = datetime(2026, 3, 20, 9, 0, tzinfo=BEIJING), timedelta(days=1)
EMPTY = Circumstances(at=AT)
#: A case in good order at every stage, with its notice open; and what differs when it is otherwise.
GOOD = Circumstances(
    at=AT, submitted_at=AT, is_registered=True, topic="选题", rules_versioned=True, report_date=AT.date(), is_self_funded=True,
    is_listed=True, letter="甲科函〔2026〕1号", reason="理由", clause="四4", known_clauses=frozenset({"四4"}), marked=frozenset({"title"}),
    is_academician_required=True, is_academician_present=True, open_conflicts=(), is_expert_replaced=True, sheets_wanted=5, sheets_in=5,
    score=Decimal("82.40"), threshold=Decimal(60), is_major=False, is_committee_heard=True, is_ranked=True, preferences_applied=True,
    amount=500_000_00, cap=500_000_00, budget_left=500_000_00, teams_wanted=3, teams_listed=2, clearance_problems=(),
    notice_opens=AT - DAY, notice_closes=AT + DAY, open_objections=1, answer="经核查，异议不成立", present=frozenset({"unit", "leader"}),
    talk_held_at=AT - DAY, is_fiscal_procedure_done=True, is_credit_scheme=True, batch="2026-1", list_fields=frozenset(LIST_FIELDS),
    unmet_by_solver=(), solver="某研究院",
)  # fmt: skip
TURNS = (
    GOOD,
    replace(GOOD, deadline=AT - DAY),
    replace(GOOD, is_major=True),
    replace(GOOD, notice_closes=AT - DAY, open_objections=0),
)
#: Guards that look for what speaks against a case; where nobody found anything, there is nothing to refuse.
FAULT_FINDING = {
    "before-deadline", "handed-in-online", "one-type-only", "five-elements-complete", "form-complete", "vetted-by-recommender",
    "park-review-passed", "evidence-checked", "poster-qualified", "conditions-do-not-bar", "only-marked-fields-changed",
}  # fmt: skip


def is_taken(procedure: Procedure, stage: str, action: Action, *turns: Circumstances) -> bool:
    """Whether the step may be taken in one of the circumstances."""
    return any(
        refuse(procedure, stage=stage, action=action.id, roles=frozenset(action.by), circumstances=each) is None for each in turns
    )


def steps_within(procedure: Procedure) -> Iterator[tuple[str, Action]]:
    """Every step that can come up on a walk from the filing, breadth first."""
    running, waiting = running_stages(procedure), [opening(procedure).stage]
    for stage in waiting:
        for action in procedure.stages[stage].actions if stage in running else ():
            yield stage, action
            if action.to not in waiting:
                waiting.append(action.to)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_step_is_open_to_a_case_in_good_order(name: str) -> None:
    procedure = SHIPPED[name]

    assert [(stage, step.id) for stage, step in steps_within(procedure) if not is_taken(procedure, stage, step, *TURNS)] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_no_guarded_step_is_open_when_nothing_is_known(name: str) -> None:
    procedure = SHIPPED[name]
    guarded = [(stage, step) for stage, step in steps_within(procedure) if step.guard and step.guard not in FAULT_FINDING]

    assert [(stage, step.id) for stage, step in guarded if is_taken(procedure, stage, step, EMPTY)] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_after_intake_only_the_applicant_may_step_back_when_nothing_is_known(name: str) -> None:
    procedure = SHIPPED[name]
    middle = middle_stages(procedure)
    found = {
        kind_of(procedure, stage, step.id)
        for stage, step in steps_within(procedure)
        if stage in middle and is_taken(procedure, stage, step, EMPTY)
    }
    assert found <= {ActionKind.WITHDRAW}


@pytest.mark.parametrize("name", SHIPPED)
def test_no_case_is_stuck(name: str) -> None:
    procedure = SHIPPED[name]
    running = running_stages(procedure)
    onward = {stage: set[str]() for stage in running}
    for stage, step in steps_within(procedure):
        if is_taken(procedure, stage, step, *TURNS):
            onward[stage].add(step.to)
    free = set(procedure.stages) - running
    while more := {stage for stage, to in onward.items() if stage not in free and to & free}:
        free |= more

    begun = {stage for stage, _ in steps_within(procedure)}
    assert sorted(begun - free) == []


@pytest.mark.parametrize("name", sorted(SHIPPED.keys() - {"procedures/payment"}))
def test_the_walk_comes_to_every_stage_the_platform_carries(name: str) -> None:
    procedure = SHIPPED[name]
    start = opening(procedure)
    ways: dict[str, tuple[Step, ...]] = {start.stage: start.path}
    for stage, step in steps_within(procedure):
        ways.setdefault(step.to, (*ways[stage], Step(stage, step.id)))

    assert {stage: fold(procedure, way) for stage, way in ways.items()} == {stage: stage for stage in ways}
    assert running_stages(procedure) - set(ways) == {step.stage for step in start.path}
    assert early_stages(procedure) < running_stages(procedure)
