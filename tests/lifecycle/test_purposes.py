"""What each stage of every shipped procedure is for, and which of them the platform carries."""

from __future__ import annotations

import pytest

from tests.lifecycle.making import COMPETITIVE, PAYMENT, SHIPPED, XINJIANG, made
from zhinan.lifecycle.fold import award_path, awarded_stages, early_stages, middle_stages, running_stages
from zhinan.lifecycle.purposes import Purpose, purposes, purposes_of, stage_for

P = Purpose
ORDINARY = {
    "review": {P.REVIEW}, "argumentation": {P.ARGUMENTATION}, "ranking": {P.RANKING}, "proposal": {P.PROPOSAL},
    "public-notice": {P.NOTICE}, "objection": {P.OBJECTION}, "warning-talk": {P.TALK}, "establishment": {P.ESTABLISHMENT},
}  # fmt: skip
ORDINARY_WAY = "review ranking proposal public-notice warning-talk establishment"

#: The stages from intake to the decision, what each is for, and the way of a smooth case through them.
MIDDLES: dict[str, tuple[dict[str, set[Purpose]], str]] = {
    "procedures/claim": ({"decision": {P.PROPOSAL}, "public-notice": {P.NOTICE, P.ESTABLISHMENT}}, "decision public-notice"),
    "procedures/competitive": (ORDINARY, ORDINARY_WAY),
    "procedures/directed": (ORDINARY, ORDINARY_WAY),
    "procedures/open-bidding": (
        ORDINARY | {stage: {P.BIDDING} for stage in ("publication", "bidding", "solver-choice")},
        f"publication bidding solver-choice {ORDINARY_WAY}",
    ),
    "procedures/park-chain": (ORDINARY, ORDINARY_WAY),
    "procedures/payment": ({}, ""),
    "procedures/race": (ORDINARY, ORDINARY_WAY),
    "procedures/recognition": ({"evaluation": {P.REVIEW}, "public-notice": {P.NOTICE, P.ESTABLISHMENT}}, "evaluation public-notice"),
    "procedures/self-managed": ({"review": {P.REVIEW}, "establishment": {P.ESTABLISHMENT}}, "review establishment"),
    "ningxia-145/common": (
        {
            "review": {P.REVIEW}, "ranking": {P.RANKING}, "argumentation": {P.ARGUMENTATION}, "warning-talk": {P.TALK},
            "batch": {P.ESTABLISHMENT},
        },
        "review ranking warning-talk batch",
    ),
    "xinjiang-liangqu-2025/park-city-region": (
        {"region-review": {P.REVIEW, P.RANKING}, "establishment": {P.ESTABLISHMENT}}, "region-review establishment",
    ),
}  # fmt: skip

#: What begins with the award, where the platform stops.
BEGINS = {
    "procedures/claim": {"payment", "settled"}, "procedures/recognition": {"recognised"}, "procedures/self-managed": {"unit-run"},
    "ningxia-145/common": {"signature"}, "xinjiang-liangqu-2025/park-city-region": {"contract"}, "procedures/payment": set(),
}  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_the_stages_from_intake_to_the_decision_and_what_they_are_for(name: str) -> None:
    procedure = SHIPPED[name]
    expected, way = MIDDLES[name]

    assert middle_stages(procedure) == frozenset(expected)
    assert {stage: purposes_of(procedure, stage) for stage in expected} == expected
    assert " ".join(award_path(procedure)) == way


@pytest.mark.parametrize("name", SHIPPED)
def test_the_platform_carries_a_case_up_to_where_the_award_begins(name: str) -> None:
    procedure = SHIPPED[name]
    running = running_stages(procedure)
    left = {action.to for id in running for action in procedure.stages[id].actions} - running

    assert running == early_stages(procedure) | middle_stages(procedure)
    assert left & awarded_stages(procedure) == BEGINS.get(name, {"signing"})
    assert all(procedure.stages[id].is_final for id in left - awarded_stages(procedure))
    assert not any(procedure.stages[id].is_final for id in running)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_stage_has_its_place(name: str) -> None:
    procedure = SHIPPED[name]
    found = purposes(procedure)

    assert set(found) == set(procedure.stages)
    assert {id for id, each in found.items() if not each} == {id for id, each in procedure.stages.items() if each.is_final}
    assert {id for id, each in found.items() if P.CHAIN in each} == early_stages(procedure)
    assert all(len(each) == 1 for each in found.values() if each & {P.CHAIN, P.AWARDED})


def test_the_stage_for_a_purpose_is_the_first_on_the_way() -> None:
    assert {each: stage_for(XINJIANG, each) for each in P} == {
        P.CHAIN: "topic-selection", P.BIDDING: "", P.REVIEW: "region-review", P.ARGUMENTATION: "", P.RANKING: "region-review",
        P.PROPOSAL: "", P.NOTICE: "", P.OBJECTION: "", P.TALK: "", P.ESTABLISHMENT: "establishment", P.AWARDED: "contract",
    }  # fmt: skip
    assert stage_for(SHIPPED["procedures/open-bidding"], P.BIDDING) == "publication"
    assert stage_for(COMPETITIVE, P.OBJECTION) == "objection"
    assert stage_for(PAYMENT, P.AWARDED) == "schedule"


def test_a_stage_is_known_by_its_guards_where_nothing_marks_it() -> None:
    procedure = made(
        "draft: submit applicant intake", "intake: take authority panel", "panel: close section choice enough-scores",
        "panel: mark expert panel no-conflict-of-interest", "choice: choose committee fund preferences-applied",
        "fund: give authority wall within-budget", "wall: down authority chat no-open-objection", "wall: shout public table",
        "table: reply authority wall answered-in-writing", "chat: talk authority odd unit-and-leader-present",
        "odd: go authority pay", "pay: out finance done", "done:",
    )  # fmt: skip
    assert purposes(procedure) == {
        "draft": {P.CHAIN}, "intake": {P.CHAIN}, "panel": {P.REVIEW}, "choice": {P.RANKING, P.ARGUMENTATION}, "fund": {P.PROPOSAL},
        "wall": {P.NOTICE}, "table": {P.OBJECTION}, "chat": {P.TALK}, "odd": {P.ESTABLISHMENT}, "pay": {P.AWARDED}, "done": set(),
    }  # fmt: skip
    assert award_path(procedure) == ("panel", "choice", "fund", "wall", "chat", "odd")


def test_a_stage_that_shows_no_sign_is_for_nothing_we_know() -> None:
    procedure = made("draft: submit applicant intake", "intake: take authority odd", "odd: end authority done", "done:")

    assert purposes_of(procedure, "odd") == frozenset()
    assert (middle_stages(procedure), award_path(procedure)) == ({"odd"}, ())


def test_a_stage_that_nobody_knows_is_for_nothing_that_can_be_told() -> None:
    with pytest.raises(KeyError):
        purposes_of(COMPETITIVE, "nowhere")
