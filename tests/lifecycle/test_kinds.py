"""Every action of the shipped procedures means what its people mean by it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.lifecycle.making import COMPETITIVE, PARKS, PAYMENT, SHIPPED, XINJIANG, made
from zhinan.lifecycle.fold import BrokenHistory, early_stages, middle_stages, running_stages
from zhinan.lifecycle.kinds import ActionKind, Needs, deadline_stage, is_pass_of_a_body, kind_of, needs
from zhinan.policy.procedure import Procedure

#: What each action of each stage does, and what it needs.
Told = dict[str, dict[str, tuple[ActionKind, Needs]]]
K = ActionKind
RETURNS = Needs(marked_fields=True, reason=True)
REJECTS = Needs(reason=True, clause=True)
CHECKED = Needs(check=True)
NOTHING = Needs()

ORDINARY = {
    "guide": {"open-call": (K.PASS, NOTHING), "cancel-call": (K.REJECT, REJECTS)},
    "registration": {"create-user": (K.PASS, NOTHING), "leave": (K.WITHDRAW, NOTHING)},
    "draft": {
        "choose-type": (K.NOTE, NOTHING), "search-novelty": (K.NOTE, NOTHING), "sign-papers": (K.NOTE, NOTHING),
        "submit": (K.SUBMIT, NOTHING), "miss-the-deadline": (K.LAPSE, NOTHING), "withdraw": (K.WITHDRAW, NOTHING),
    },
    "recommendation": {
        "recommend": (K.PASS, CHECKED), "return-to-draft": (K.RETURN, RETURNS), "not-recommend": (K.REJECT, REJECTS),
    },
    "intake": {"accept": (K.PASS, CHECKED), "ask-correction": (K.RETURN, RETURNS), "refuse": (K.REJECT, REJECTS)},
    "correction": {"resubmit": (K.RESUBMIT, NOTHING), "withdraw-correction": (K.WITHDRAW, NOTHING), "lapse": (K.LAPSE, NOTHING)},
}  # fmt: skip
CHAIN = {
    "topic-selection": {"choose": (K.PASS, NOTHING), "leave-out": (K.REJECT, REJECTS)},
    "registration": {"open-account": (K.PASS, NOTHING)},
    "draft": {"submit": (K.SUBMIT, NOTHING), "miss-deadline": (K.LAPSE, NOTHING), "withdraw": (K.WITHDRAW, NOTHING)},
    "park-check": {
        "pass": (K.PASS, CHECKED), "ask-correction": (K.RETURN, RETURNS), "return-two-types": (K.REJECT, REJECTS),
        "return-unclear-results": (K.REJECT, REJECTS), "refuse-papers-only": (K.REJECT, REJECTS),
        "refuse-bad-credit": (K.REJECT, REJECTS), "refuse-outside-parks": (K.REJECT, REJECTS),
        "refuse-related": (K.REJECT, REJECTS), "refuse-over-limit": (K.REJECT, REJECTS),
    },
    "park-review": {
        "pass": (K.PASS, CHECKED), "ask-correction": (K.RETURN, RETURNS), "fail": (K.REJECT, REJECTS),
        "fail-academician-absent": (K.REJECT, REJECTS),
    },
    "city-audit": {
        "list": (K.PASS, Needs(listing=True, letter=True)), "ask-correction": (K.SEND_BACK, Needs(reason=True)),
        "leave-out": (K.REJECT, REJECTS),
    },
    "listed": {
        "submit-listed": (K.PASS, Needs(listing=True)), "refuse-unlisted": (K.REJECT, REJECTS), "ask-correction": (K.RETURN, RETURNS),
    },
    "intake": {
        "accept": (K.PASS, CHECKED), "refuse-late": (K.REJECT, REJECTS), "return-two-types": (K.REJECT, REJECTS),
        "return-unclear-results": (K.REJECT, REJECTS),
    },
}  # fmt: skip

EXPLAINED, ANSWERED = Needs(reason=True), Needs(answer=True)
REVIEWED: Told = {
    "review": {
        "declare-conflict": (K.NOTE, NOTHING), "score": (K.NOTE, NOTHING), "close-review": (K.PASS, NOTHING),
        "send-to-committee": (K.PASS, NOTHING),
    },
    "argumentation": {"support": (K.PASS, NOTHING), "advise-against": (K.REJECT, EXPLAINED)},
    "ranking": {"propose": (K.PASS, NOTHING)},
    "proposal": {"shortlist": (K.PASS, NOTHING), "leave-out": (K.REJECT, REJECTS)},
    "public-notice": {"object": (K.OBJECT, EXPLAINED), "end-notice": (K.PASS, NOTHING)},
    "objection": {"dismiss": (K.ANSWER, ANSWERED), "uphold": (K.REJECT, Needs(reason=True, answer=True))},
    "warning-talk": {"hold-talk": (K.PASS, NOTHING), "decline-after-talk": (K.WITHDRAW, NOTHING)},
    "establishment": {"issue-in-batch": (K.AWARD, NOTHING), "not-establish": (K.REJECT, REJECTS)},
}  # fmt: skip
#: From intake to the award, of every shipped procedure.
MIDDLES: dict[str, Told] = {
    "procedures/claim": {
        "decision": {"approve": (K.PASS, NOTHING), "credit": (K.AWARD, NOTHING), "refuse-amount": (K.REJECT, REJECTS)},
        "public-notice": {"object": (K.OBJECT, EXPLAINED), "end-notice": (K.AWARD, NOTHING)},
    },
    "procedures/competitive": REVIEWED,
    "procedures/directed": REVIEWED,
    "procedures/open-bidding": REVIEWED | {
        "publication": {"publish-list": (K.PASS, NOTHING), "drop-need": (K.REJECT, EXPLAINED)},
        "bidding": {"bid": (K.NOTE, NOTHING), "close-bidding": (K.PASS, NOTHING)},
        "solver-choice": {
            "choose-solver": (K.PASS, EXPLAINED), "list-again": (K.SEND_BACK, EXPLAINED), "no-solver": (K.REJECT, EXPLAINED),
        },
    },
    "procedures/park-chain": REVIEWED,
    "procedures/payment": {},
    "procedures/race": REVIEWED,
    "procedures/recognition": {
        "evaluation": {"propose": (K.PASS, NOTHING), "fall-short": (K.REJECT, REJECTS)},
        "public-notice": {"object": (K.OBJECT, EXPLAINED), "recognise": (K.AWARD, NOTHING)},
    },
    "procedures/self-managed": {
        "review": {"close-review": (K.PASS, NOTHING)},
        "establishment": {"establish": (K.AWARD, NOTHING), "not-establish": (K.REJECT, REJECTS)},
    },
    "ningxia-145/common": {
        "review": {"conclude-review": (K.PASS, NOTHING)},
        "ranking": {"argue": (K.PASS, NOTHING), "propose": (K.PASS, NOTHING), "decline": (K.REJECT, EXPLAINED)},
        "argumentation": {"support": (K.PASS, NOTHING), "advise-against": (K.REJECT, EXPLAINED)},
        "warning-talk": {"record-talk": (K.PASS, NOTHING), "step-back": (K.WITHDRAW, NOTHING)},
        "batch": {"issue": (K.AWARD, NOTHING)},
    },
    "xinjiang-liangqu-2025/park-city-region": {
        "region-review": {"rank": (K.PASS, NOTHING), "turn-down": (K.REJECT, EXPLAINED)},
        "establishment": {"establish": (K.AWARD, NOTHING), "turn-down": (K.REJECT, EXPLAINED)},
    },
}  # fmt: skip


@pytest.mark.parametrize(("procedure", "expected"), [(COMPETITIVE, ORDINARY), (XINJIANG, CHAIN)], ids=["competitive", "chain"])
def test_every_action_up_to_intake_is_told_apart(procedure: Procedure, expected: Told) -> None:
    assert told(procedure, early_stages(procedure)) == expected


@pytest.mark.parametrize("name", SHIPPED)
def test_every_action_from_intake_to_the_award_is_told_apart(name: str) -> None:
    procedure = SHIPPED[name]

    assert told(procedure, middle_stages(procedure)) == MIDDLES[name]


def told(procedure: Procedure, stages: Iterable[str]) -> Told:
    return {
        id: {each.id: (kind_of(procedure, id, each.id), needs(procedure, id, each.id)) for each in procedure.stages[id].actions}
        for id in stages
    }


def test_what_follows_the_award_is_not_told_apart() -> None:
    later = {
        kind_of(procedure, stage.id, action.id)
        for procedure in SHIPPED.values()
        for stage in procedure.stages.values()
        if stage.id not in running_stages(procedure)
        for action in stage.actions
    }
    assert later == {K.OTHER}
    assert needs(COMPETITIVE, "change", "refuse-change") == REJECTS  # its guard says so
    assert needs(PAYMENT, "post-check", "return-claim") == NOTHING


def test_a_case_may_go_back_to_its_applicant_or_lapse_after_intake_too() -> None:
    procedure = made(
        "draft: submit applicant intake", "intake: take authority look", "look: again authority draft",
        "look: late authority gone after-deadline", "look: up authority pay", "gone:", "pay: out finance done", "done:",
    )  # fmt: skip
    assert told(procedure, ["look"]) == {
        "look": {"again": (K.RETURN, RETURNS), "late": (K.LAPSE, NOTHING), "up": (K.AWARD, NOTHING)}
    }


def test_a_list_goes_with_a_letter_where_the_stage_has_one_among_its_papers() -> None:
    assert needs(PARKS, "city-audit", "list") == Needs(listing=True, letter=True)
    assert needs(PARKS, "recommendation", "submit-listed") == Needs(listing=True)


def test_a_letter_is_needed_where_the_guard_says_so() -> None:
    procedure = made(
        "draft: submit applicant city", "city: list city intake letter-and-list-issued", "intake: take authority done", "done:"
    )
    assert needs(procedure, "city", "list") == Needs(listing=True, letter=True)


def test_an_unguarded_pass_still_needs_the_check_sheet() -> None:
    assert needs(PARKS, "park-check", "pass-form-check") == CHECKED
    assert needs(SHIPPED["ningxia-145/common"], "intake", "take") == CHECKED


def test_only_bodies_that_have_the_case_pass_it_on() -> None:
    steps = [("guide", "open-call"), ("registration", "create-user"), ("draft", "submit"), ("draft", "sign-papers")]
    steps += [("recommendation", "recommend"), ("recommendation", "return-to-draft"), ("intake", "accept"), ("review", "score")]

    assert [is_pass_of_a_body(COMPETITIVE, *step) for step in steps] == [False, False, False, False, True, False, True, False]


def test_an_authority_that_moves_a_draft_on_passes_nothing_of_a_case() -> None:
    procedure = made("draft: submit applicant intake", "draft: take authority intake", "intake: take authority done", "done:")

    assert kind_of(procedure, "draft", "take") is K.PASS
    assert needs(procedure, "draft", "take") == NOTHING


def test_a_stage_is_sent_back_to_only_when_it_lies_before() -> None:
    procedure = made(
        "draft: submit applicant park", "park: pass park city", "park: around park side", "side: pass park city",
        "city: again city side", "city: down city park", "city: pass city intake", "intake: take authority done", "done:",
    )  # fmt: skip
    assert [kind_of(procedure, "city", id) for id in ("again", "down", "pass")] == [K.PASS, K.SEND_BACK, K.PASS]


def test_a_deadline_is_that_of_the_stage_except_for_what_is_measured_by_filing() -> None:
    steps = [("draft", "submit"), ("park-check", "pass"), ("park-check", "ask-correction"), ("city-audit", "ask-correction")]
    steps += [("intake", "accept"), ("intake", "refuse-late")]

    assert [deadline_stage(XINJIANG, *step) for step in steps] == ["draft", "park-check", "draft", "draft", "draft", "intake"]
    assert deadline_stage(COMPETITIVE, "correction", "lapse") == "correction"
    assert deadline_stage(made("a: go authority b before-deadline", "b:"), "a", "go") == "a"


@pytest.mark.parametrize("ask", [kind_of, needs, deadline_stage])
def test_what_a_stage_does_not_have_has_no_meaning(ask: object) -> None:
    with pytest.raises(BrokenHistory):
        ask(COMPETITIVE, "draft", "accept")
