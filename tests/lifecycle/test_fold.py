"""A stage is the fold of its steps, and a case begins where the applicant files."""

from __future__ import annotations

import pytest

from tests.lifecycle.making import COMPETITIVE, PARKS, PAYMENT, SHIPPED, made
from zhinan.lifecycle.fold import (
    BrokenHistory,
    Opening,
    Step,
    action_of,
    early_stages,
    fold,
    intake_stage,
    main_path,
    opening,
    routes,
)
from zhinan.values.problem import Problem
from zhinan.values.text import Text

FILED = (*opening(COMPETITIVE).path, Step("draft", "submit"))

#: Where a case of each shipped procedure begins, after which steps of the call, and how a smooth one goes.
OPENINGS = {
    "procedures/claim": ("", "draft", "verification"),
    "procedures/competitive": ("guide open-call, registration create-user", "draft", "recommendation intake"),
    "procedures/directed": ("guide commission, registration create-user", "draft", "recommendation intake"),
    "procedures/open-bidding": ("guide open-call, registration create-user", "draft", "recommendation intake"),
    "procedures/park-chain": (
        "guide open-call, topics pick-topics, registration create-user", "draft",
        "park-check park-review city-audit recommendation intake",
    ),
    "procedures/payment": ("", "schedule", ""),
    "procedures/race": ("guide open-call, registration create-user", "draft", "recommendation intake"),
    "procedures/recognition": ("", "draft", "recommendation check"),
    "procedures/self-managed": ("", "draft", "recommendation intake"),
    "ningxia-145/common": ("guide publish", "draft", "intake"),
    "xinjiang-liangqu-2025/park-city-region": (
        "topic-selection choose, registration open-account", "draft", "park-check park-review city-audit listed intake",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_a_case_begins_where_the_applicant_files(name: str) -> None:
    procedure = SHIPPED[name]
    written, stage, rest = OPENINGS[name]
    path = tuple(Step(*step.split()) for step in written.split(", ") if step)

    assert (opening(procedure), main_path(procedure)) == (Opening(path, stage), (stage, *rest.split()))
    assert fold(procedure, path) == stage


def test_no_steps_lead_to_the_start() -> None:
    assert fold(COMPETITIVE, ()) == "guide"


def test_a_returned_and_corrected_case_is_at_intake_again() -> None:
    steps = (Step("recommendation", "recommend"), Step("intake", "ask-correction"), Step("correction", "resubmit"))

    assert fold(COMPETITIVE, (*FILED, *steps)) == "intake"


def test_an_action_of_the_same_name_belongs_to_its_stage() -> None:
    procedure = made("draft: submit applicant first", "first: pass park second", "second: pass city done", "done:")

    assert fold(procedure, (Step("draft", "submit"), Step("first", "pass"), Step("second", "pass"))) == "done"


def test_a_step_from_another_stage_breaks_the_history() -> None:
    with pytest.raises(BrokenHistory) as broken:
        fold(COMPETITIVE, (*FILED, Step("intake", "accept")))

    assert (broken.value.step, broken.value.stage) == (Step("intake", "accept"), "recommendation")
    assert broken.value.problems == [
        Problem(
            "broken-history",
            Text(
                "办理记录接不上：“intake”环节的“accept”，而申报书当时在“recommendation”环节，或该环节没有这一步",
                "the history does not fit together: “accept” in “intake” while the case was in “recommendation”, or no such step there",
            ),
            Text(
                "不要改动记录；请管理员核对流程的版本和事件链",
                "change nothing; ask an administrator to check the edition of the procedure and the events",
            ),
        )
    ]


def test_a_step_nobody_knows_breaks_the_history() -> None:
    with pytest.raises(BrokenHistory) as broken:
        fold(COMPETITIVE, (*FILED, Step("recommendation", "fly")))

    assert (broken.value.step, broken.value.stage) == (Step("recommendation", "fly"), "recommendation")


@pytest.mark.parametrize("stage", ["archived", "nowhere"])
def test_nothing_happens_in_a_final_or_unknown_stage(stage: str) -> None:
    with pytest.raises(BrokenHistory):
        action_of(COMPETITIVE, stage, "submit")


def test_routes_are_shortest_and_nearest_first() -> None:
    procedure = made("a: far x b", "a: near x c", "b: on x d", "c: on x d", "d: back x a", "d: end x e", "e:")

    assert dict(routes(procedure, "a")) == {
        "a": (),
        "b": (Step("a", "far"),),
        "c": (Step("a", "near"),),
        "d": (Step("a", "far"), Step("b", "on")),
        "e": (Step("a", "far"), Step("b", "on"), Step("d", "end")),
    }


@pytest.mark.parametrize(
    ("action", "begins_in"),
    [
        ("submit applicant middle", "first"),
        ("submit poster middle", "first"),
        ("hand-in applicant middle before-deadline", "first"),
        ("hand-in park middle before-deadline", "middle"),  # a body's deadline is not a filing
        ("hand-in applicant middle", "middle"),
    ],
)
def test_filing_is_what_the_applicant_does_before_a_deadline_or_calls_submit(action: str, begins_in: str) -> None:
    procedure = made(f"first: {action}", "middle: submit applicant last", "last: end authority done", "done:")

    assert opening(procedure).stage == begins_in


def test_intake_is_the_marked_stage_else_where_the_authority_acts_else_the_next() -> None:
    chain = ("draft: submit applicant one", "one: pass park two", "two: pass office three", "three: pass authority done", "done:")

    assert intake_stage(made(*chain, marked="two")) == "two"
    assert intake_stage(made(*chain)) == "three"
    assert intake_stage(made(*chain, found_by={"office": "section"})) == "two"
    assert intake_stage(made(*chain, found_by={"authority": "authority-of-county"})) == "one"
    assert intake_stage(made("draft: submit applicant done", "done:")) == "draft"
    assert intake_stage(PAYMENT) == ""


def test_the_early_stages_end_with_intake_and_its_correction() -> None:
    assert early_stages(COMPETITIVE) == {"guide", "registration", "draft", "recommendation", "intake", "correction"}
    assert early_stages(PARKS) == {
        "guide", "topics", "registration", "draft", "park-check", "park-review", "city-audit", "recommendation", "intake", "correction",
    }  # fmt: skip
    assert early_stages(SHIPPED["procedures/claim"]) == {"draft", "verification"}
    assert early_stages(PAYMENT) == frozenset()
