"""Who may take a step, why not, and where it leads: by example, over every shipped procedure, and by random walks."""

from __future__ import annotations

from collections import deque
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lifecycle.making import COMPETITIVE, DEADLINE, PARKS, PAYMENT, SECOND, SHIPPED, XINJIANG, made
from zhinan.lifecycle import mistakes, review_mistakes
from zhinan.lifecycle.deadlines import BEIJING
from zhinan.lifecycle.fold import BrokenHistory, Step, early_stages, fold, opening
from zhinan.lifecycle.guards import Circumstances
from zhinan.lifecycle.kinds import deadline_stage, kind_of, needs
from zhinan.lifecycle.moves import offers, refuse, stage_after
from zhinan.policy.procedure import Procedure
from zhinan.values.problem import Problem
from zhinan.values.text import Text

AT = datetime(2026, 3, 20, 9, 0, tzinfo=BEIJING)
GOOD = {"reason": "理由", "clause": "四4", "known_clauses": frozenset({"四4"}), "marked": frozenset({"project.title"})}


def refused(procedure: Procedure, stage: str, action: str, role: str, **given: object) -> Problem | None:
    circumstances = Circumstances(**{"at": AT, **given})
    return refuse(procedure, stage=stage, action=action, roles=frozenset({role}), circumstances=circumstances)


# -- by example --------------------------------------------------------------------------------------
def test_each_role_is_offered_its_own_actions() -> None:
    assert [action.id for action in offers(COMPETITIVE, "draft", frozenset({"leader"}))] == ["sign-papers"]
    assert [action.id for action in offers(COMPETITIVE, "correction", frozenset({"applicant", "section"}))] == [
        "resubmit", "withdraw-correction", "lapse",
    ]  # fmt: skip
    assert offers(COMPETITIVE, "draft", frozenset()) == ()
    assert offers(COMPETITIVE, "archived", frozenset({"section"})) == ()
    assert offers(COMPETITIVE, "nowhere", frozenset({"section"})) == ()


def test_a_step_leads_where_the_procedure_says() -> None:
    assert stage_after(COMPETITIVE, "draft", "submit") == "recommendation"
    with pytest.raises(BrokenHistory):
        stage_after(COMPETITIVE, "draft", "accept")


def test_an_unknown_stage_is_refused() -> None:
    assert refused(COMPETITIVE, "nowhere", "submit", "applicant") == Problem(
        "no-such-stage",
        Text("流程“择优立项”没有环节“nowhere”", "the procedure “Competitive project” has no stage “nowhere”"),
        Text(
            "刷新页面；仍然如此，请管理员核对流程的版本",
            "reload the page; if it stays so, ask an administrator which edition of the procedure is used",
        ),
    )


def test_a_closed_case_is_refused() -> None:
    assert refused(COMPETITIVE, "withdrawn", "submit", "applicant") == Problem(
        "case-closed",
        Text("已办结（已撤回），不能再办理", "the case is closed (withdrawn); nothing more can be done in it"),
        Text("需要重新办理的，另行申报", "to try again, file a new application"),
    )


def test_an_action_of_another_stage_is_refused_with_what_can_be_done() -> None:
    assert refused(COMPETITIVE, "recommendation", "submit", "applicant") == Problem(
        "no-such-action",
        Text(
            "“推荐”环节不能办理“submit”，可能有人已经先办了",
            "“submit” cannot be done in the stage “recommendation”; perhaps someone has already acted",
        ),
        Text(
            "刷新页面；这一环节可以：推荐、退回修改、不予推荐",
            "reload the page; what can be done here: recommend, return for correction, do not recommend",
        ),
    )


def test_a_role_that_may_not_is_told_who_may() -> None:
    assert refused(COMPETITIVE, "recommendation", "recommend", "applicant") == Problem(
        "role-may-not",
        Text(
            "您不能办理“推荐”：流程把它交给属地推荐单位或归口推荐单位或自荐单位",
            "you may not do “recommend”: the procedure leaves it to territorial recommender or sector recommender or self-recommender",
        ),
        Text(
            "请属地推荐单位或归口推荐单位或自荐单位办理；您就是的，请管理员把您加入这一角色",
            "ask territorial recommender or sector recommender or self-recommender to do it; if that is you, ask an administrator for the role",
        ),
    )


def test_what_follows_the_award_is_refused_whether_guarded_or_not() -> None:
    told = Problem(
        "later-stage",
        Text(
            "平台暂不办理“签合同（企业）”：它属于立项（认定）之后的环节，目前在线下办理",
            "the platform does not carry “sign a contract (enterprise)” yet: it belongs to what follows the award, which is handled on paper for now",
        ),
        Text("按主管部门的线下程序办理", "follow the authority's procedure on paper"),
    )
    assert refused(COMPETITIVE, "signing", "sign-contract", "applicant") == told
    known_guard = refused(COMPETITIVE, "change", "refuse-change", "section", **GOOD)
    no_guard = refused(XINJIANG, "contract", "sign", "region")
    assert [problem and problem.code for problem in (known_guard, no_guard)] == ["later-stage", "later-stage"]
    assert refused(PAYMENT, "post-claim", "hand-in", "applicant") == mistakes.LATER_STAGE.at(
        action=PAYMENT.stages["post-claim"].actions[0].name
    )


def test_a_guard_nobody_knows_is_never_passed() -> None:
    procedure = made("draft: submit applicant intake moon-is-full", "intake: take authority done", "done:")

    assert refused(procedure, "draft", "submit", "applicant") == Problem(
        "unknown-guard",
        Text(
            "“submit”要先核对“moon-is-full”，平台不知道怎样核对，不能放行",
            "“submit” waits for “moon-is-full”, which the platform does not know how to check, so it is not let through",
        ),
        Text("请管理员核对流程文件里的这一项", "ask an administrator to check this entry of the procedure"),
    )


@pytest.mark.parametrize(
    ("stage", "action", "role", "missing", "mistake"),
    [
        ("recommendation", "return-to-draft", "county-recommender", "reason", mistakes.REASON_MISSING),
        ("recommendation", "return-to-draft", "county-recommender", "marked", mistakes.NOTHING_MARKED),
        ("recommendation", "not-recommend", "county-recommender", "reason", mistakes.REASON_MISSING),
        ("recommendation", "not-recommend", "county-recommender", "clause", mistakes.CLAUSE_MISSING),
        ("intake", "refuse", "section", "clause", mistakes.CLAUSE_MISSING),
        ("city-audit", "not-list", "city", "reason", mistakes.REASON_MISSING),
    ],
)
def test_what_must_come_with_a_decision_is_asked_for(
    stage: str, action: str, role: str, missing: str, mistake: mistakes.Mistake
) -> None:
    procedure = PARKS if stage == "city-audit" else COMPETITIVE
    empty = type(GOOD[missing])()

    assert refused(procedure, stage, action, role, **GOOD) is None
    assert refused(procedure, stage, action, role, **{**GOOD, missing: empty}) == mistake.at()


def test_sending_back_to_another_body_needs_a_reason_and_no_marks() -> None:
    assert refused(XINJIANG, "city-audit", "ask-correction", "city", reason="论证意见不全") is None
    assert refused(XINJIANG, "city-audit", "ask-correction", "city") == mistakes.REASON_MISSING.at()


def test_a_pass_without_a_guard_waits_for_the_check_sheet() -> None:
    clauses = Text("四1", "四1")

    assert refused(PARKS, "park-check", "pass-form-check", "park") is None
    unanswered = refused(PARKS, "park-check", "pass-form-check", "park", unanswered=("四1",))
    assert unanswered == mistakes.CHECKS_UNANSWERED.at(count=1, clauses=clauses)
    assert refused(PARKS, "park-check", "pass-form-check", "park", failed=("四1",)) == mistakes.CHECKS_FAILED.at(
        count=1, clauses=clauses
    )


def test_a_quota_holds_for_every_body_that_passes_on() -> None:
    used = mistakes.QUOTA_USED.at(quota=2, listed=2)

    assert refused(COMPETITIVE, "recommendation", "recommend", "county-recommender", quota=2, listed=1) is None
    assert refused(COMPETITIVE, "recommendation", "recommend", "county-recommender", quota=2, listed=2) == used
    assert refused(COMPETITIVE, "recommendation", "not-recommend", "county-recommender", quota=2, listed=2, **GOOD) is None
    assert refused(COMPETITIVE, "draft", "submit", "applicant", quota=2, listed=2) is None


def test_a_list_waits_for_its_letter() -> None:
    assert refused(PARKS, "city-audit", "list", "city", is_listed=True) == mistakes.LETTER_MISSING.at()
    assert refused(PARKS, "city-audit", "list", "city", is_listed=True, letter="甲科函〔2026〕1号") is None
    assert refused(PARKS, "city-audit", "list", "city", letter="甲科函〔2026〕1号") == mistakes.NOT_ON_THE_LIST.at()


@pytest.mark.parametrize(
    ("procedure", "given"),
    [
        (COMPETITIVE, {}),
        (SHIPPED["procedures/self-managed"], {"is_self_funded": True}),  # its guard says nothing of a deadline
        (SHIPPED["procedures/open-bidding"], {}),
    ],
)
def test_nothing_is_submitted_after_the_deadline_whatever_the_guard(procedure: Procedure, given: dict[str, object]) -> None:
    late = DEADLINE + SECOND

    assert refused(procedure, "draft", "submit", "applicant", deadline=DEADLINE, at=DEADLINE, **given) is None
    assert refused(procedure, "draft", "submit", "applicant", deadline=DEADLINE, at=late, **given) == mistakes.PAST_DEADLINE.at(
        deadline="2026-03-31 17:00:00", at="2026-03-31 17:00:01"
    )


def test_a_returned_draft_changes_only_where_it_was_marked() -> None:
    marked, title, money = frozenset({"project.title"}), frozenset({"project.title"}), frozenset({"money"})
    told = mistakes.OTHER_FIELDS_CHANGED.at(fields=Text("money", "money"))

    assert refused(COMPETITIVE, "draft", "submit", "applicant", marked=marked, changed=title) is None
    assert refused(COMPETITIVE, "draft", "submit", "applicant", marked=marked, changed=title | money) == told
    assert refused(COMPETITIVE, "draft", "submit", "applicant", changed=title | money) is None  # the first time, all is new
    assert refused(COMPETITIVE, "correction", "resubmit", "applicant", marked=marked, changed=money) == told


def test_a_correction_comes_back_before_its_own_deadline() -> None:
    assert refused(COMPETITIVE, "correction", "resubmit", "applicant", deadline=AT) is None
    late = refused(COMPETITIVE, "correction", "resubmit", "applicant", deadline=AT - SECOND)
    assert late == mistakes.PAST_DEADLINE.at(deadline="2026-03-20 08:59:59", at="2026-03-20 09:00:00")


def test_a_draft_is_closed_only_after_the_deadline_even_where_no_guard_says_so() -> None:
    early = mistakes.NOT_YET_DUE.at(deadline="2026-03-31 17:00:00", at="2026-03-20 09:00:00")

    for procedure, action, role in ((XINJIANG, "miss-deadline", "region"), (COMPETITIVE, "miss-the-deadline", "authority")):
        assert refused(procedure, "draft", action, role) == mistakes.NO_DEADLINE.at()
        assert refused(procedure, "draft", action, role, deadline=DEADLINE) == early
        assert refused(procedure, "draft", action, role, deadline=DEADLINE, at=DEADLINE + SECOND) is None


def test_an_applicant_may_always_withdraw() -> None:
    late = {"deadline": DEADLINE, "at": DEADLINE + SECOND, "quota": 0, "unanswered": ("四1",)}

    assert refused(COMPETITIVE, "draft", "withdraw", "applicant", **late) is None
    assert refused(COMPETITIVE, "correction", "withdraw-correction", "applicant", **late) is None


# -- between intake and the award --------------------------------------------------------------------
RANKED = {"sheets_wanted": 3, "sheets_in": 3, "is_ranked": True, "preferences_applied": True}
TALKED = {"present": frozenset({"unit", "leader"}), "talk_held_at": AT}
FUNDED = {"amount": 1, "budget_left": 1}
COMMON, RECOGNITION = SHIPPED["ningxia-145/common"], SHIPPED["procedures/recognition"]


@pytest.mark.parametrize(
    ("procedure", "step", "good", "missing", "code"),
    [
        # the scores are in before a case leaves its review, whatever the way
        (XINJIANG, "region-review rank region", RANKED, "sheets_wanted", "no-seats"),
        (COMPETITIVE, "review send-to-committee section", RANKED | {"is_major": True}, "sheets_wanted", "no-seats"),
        # what is not in the ranking does not go on
        (XINJIANG, "region-review rank region", RANKED, "is_ranked", "not-ranked"),
        (COMMON, "ranking propose authority", RANKED | {"is_major": False}, "preferences_applied", "preferences-not-applied"),
        # the committee has spoken
        (COMPETITIVE, "argumentation support committee", {"is_committee_heard": True, "is_academician_required": False},
         "is_committee_heard", "committee-unheard"),
        # the talk was with both
        (COMMON, "warning-talk record-talk authority", TALKED, "present", "absent-from-talk"),
        # what is shown to the public and what is awarded was cleared
        (COMPETITIVE, "proposal shortlist authority", FUNDED | {"clearance_problems": ()}, "clearance_problems", "not-cleared"),
        (COMPETITIVE, "establishment issue-in-batch authority", TALKED | {"clearance_problems": ()}, "clearance_problems", "not-cleared"),
        # where nothing before the award has looked at the money, the award does
        (COMMON, "batch issue authority", FUNDED | {"batch": "1", "clearance_problems": ()}, "budget_left", "budget-unknown"),
        (XINJIANG, "establishment establish region", FUNDED | {"is_fiscal_procedure_done": True, "clearance_problems": ()},
         "amount", "amount-unknown"),
    ],
)  # fmt: skip
def test_what_goes_without_saying_is_asked_for(
    procedure: Procedure, step: str, good: dict[str, object], missing: str, code: str
) -> None:
    stage, action, role = step.split()
    problem = refused(procedure, stage, action, role, **{key: value for key, value in good.items() if key != missing})

    assert refused(procedure, stage, action, role, **good) is None
    assert problem is not None
    assert problem.code == code


def test_a_title_is_reached_by_its_score_without_a_panel_and_without_money() -> None:
    score = {"score": Decimal(71), "threshold": Decimal(70), "clearance_problems": ()}
    over = {"notice_closes": AT - SECOND, "open_objections": 0, "clearance_problems": ()}

    assert refused(RECOGNITION, "evaluation", "propose", "section", **score) is None
    assert refused(RECOGNITION, "public-notice", "recognise", "authority", **over) is None


def test_the_end_of_a_case_after_its_review_is_explained_but_cites_a_clause_only_where_asked_to() -> None:
    reason = {"reason": "得分靠后"}

    assert refused(XINJIANG, "region-review", "turn-down", "region") == mistakes.REASON_MISSING.at()
    assert refused(XINJIANG, "region-review", "turn-down", "region", **reason) is None
    assert refused(COMPETITIVE, "proposal", "leave-out", "authority", **reason) == mistakes.CLAUSE_MISSING.at()
    assert refused(COMPETITIVE, "proposal", "leave-out", "authority", **GOOD) is None


def test_anyone_may_object_within_the_notice_and_nobody_else_does() -> None:
    notice = {"notice_opens": AT, "notice_closes": AT, "reason": "成果权属有争议"}

    assert refused(COMPETITIVE, "public-notice", "object", "public", **notice) is None
    assert refused(COMPETITIVE, "public-notice", "object", "public", **notice | {"reason": ""}) == mistakes.REASON_MISSING.at()
    assert [action.id for action in offers(COMPETITIVE, "public-notice", frozenset({"public"}))] == ["object"]
    as_authority = refused(COMPETITIVE, "public-notice", "object", "authority", **notice)
    assert as_authority is not None
    assert as_authority.code == "role-may-not"


def test_the_last_objection_answered_brings_a_case_back_and_one_upheld_ends_it() -> None:
    answered, others = {"answer": "经核查不成立"}, {"open_objections": 2}

    assert refused(COMPETITIVE, "objection", "dismiss", "authority", open_objections=1, **answered) is None
    assert refused(COMPETITIVE, "objection", "dismiss", "authority", **others, **answered) == (
        review_mistakes.OTHER_OBJECTIONS_OPEN.at(count=1)
    )
    assert refused(COMPETITIVE, "objection", "uphold", "authority", reason="权属争议属实", **others, **answered) is None


# -- over every shipped procedure --------------------------------------------------------------------
@pytest.mark.parametrize("name", SHIPPED)
def test_every_action_of_every_stage_agrees_with_the_fold(name: str) -> None:
    procedure = SHIPPED[name]
    start = opening(procedure)
    ways, waiting = {start.stage: start.path}, deque([start.stage])
    while waiting:
        stage = waiting.popleft()
        offered = offers(procedure, stage, frozenset(procedure.roles))
        assert offered == procedure.stages[stage].actions
        assert bool(offered) != procedure.stages[stage].is_final
        for action in offered:
            steps = (*ways[stage], Step(stage, action.id))
            assert fold(procedure, steps) == stage_after(procedure, stage, action.id)
            kind_of(procedure, stage, action.id)
            needs(procedure, stage, action.id)
            assert deadline_stage(procedure, stage, action.id) in procedure.stages
            if action.to not in ways:
                ways[action.to] = steps
                waiting.append(action.to)
    assert set(ways) >= set(early_stages(procedure)) - {step.stage for step in start.path}


# -- by random walks ---------------------------------------------------------------------------------
WORDS = st.text(max_size=4)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, BEIJING]))
NUMBERS, SCORES = st.none() | st.integers(), st.none() | st.decimals(allow_nan=False, places=2)
TUPLES, SETS = st.lists(WORDS, max_size=2).map(tuple), st.frozensets(WORDS, max_size=2)
DRAWN: dict[str, st.SearchStrategy[object]] = {
    "at": MOMENTS,
    "begun_at": st.none() | MOMENTS,
    "deadline": st.none() | MOMENTS,
    "grace": st.timedeltas(),
    "submitted_at": st.none() | MOMENTS,
    "is_registered": st.booleans(),
    "topic": WORDS,
    "rules_versioned": st.booleans(),
    "other_types": TUPLES,
    "report_date": st.none() | st.dates(),
    "is_self_funded": st.booleans(),
    "unanswered": TUPLES,
    "failed": TUPLES,
    "barring": TUPLES,
    "unmet_documents": TUPLES,
    "missing_fields": TUPLES,
    "is_academician_required": st.none() | st.booleans(),
    "is_academician_present": st.booleans(),
    "reason": WORDS,
    "clause": WORDS,
    "known_clauses": SETS,
    "marked": SETS,
    "changed": SETS,
    "quota": st.none() | st.integers(),
    "rank": st.none() | st.integers(),
    "listed": st.integers(),
    "is_listed": st.booleans(),
    "letter": WORDS,
    "open_conflicts": st.none() | TUPLES,
    "is_expert_replaced": st.booleans(),
    "sheets_wanted": NUMBERS,
    "sheets_in": st.integers(),
    "score": SCORES,
    "threshold": SCORES,
    "is_major": st.none() | st.booleans(),
    "is_committee_heard": st.booleans(),
    "is_ranked": st.booleans(),
    "preferences_applied": st.booleans(),
    "amount": NUMBERS,
    "cap": NUMBERS,
    "budget_left": NUMBERS,
    "teams_wanted": NUMBERS,
    "teams_listed": st.integers(),
    "clearance_problems": st.none() | TUPLES,
    "notice_opens": st.none() | MOMENTS,
    "notice_closes": st.none() | MOMENTS,
    "open_objections": NUMBERS,
    "answer": WORDS,
    "present": SETS,
    "talk_held_at": st.none() | MOMENTS,
    "is_fiscal_procedure_done": st.booleans(),
    "is_credit_scheme": st.booleans(),
    "batch": WORDS,
    "list_fields": SETS,
    "unmet_by_solver": st.none() | TUPLES,
    "solver": WORDS,
}
CIRCUMSTANCES = st.builds(Circumstances, **DRAWN)
PROCEDURES = st.sampled_from(list(SHIPPED.values()))


@st.composite
def steps_of(draw: st.DrawFn) -> tuple[Procedure, str, str]:
    """A procedure, one of its stages, one of that stage's actions."""
    procedure = draw(PROCEDURES)
    stage = draw(st.sampled_from([each for each in procedure.stages.values() if each.actions]))
    return procedure, stage.id, draw(st.sampled_from(stage.actions)).id


@given(st.data(), PROCEDURES)
def test_no_sequence_of_offered_moves_leaves_the_procedure(data: st.DataObject, procedure: Procedure) -> None:
    start = opening(procedure)
    steps, stage = list(start.path), start.stage
    for _ in range(data.draw(st.integers(0, 20))):
        offered = offers(procedure, stage, frozenset(procedure.roles))
        if not offered:
            break
        action = data.draw(st.sampled_from(offered))
        steps.append(Step(stage, action.id))
        stage = stage_after(procedure, stage, action.id)
    assert fold(procedure, steps) == stage
    assert stage in procedure.stages


@given(steps_of(), CIRCUMSTANCES)
def test_a_refusal_is_a_problem_in_both_languages_and_never_a_crash(
    step: tuple[Procedure, str, str], case: Circumstances
) -> None:
    procedure, stage, action = step
    problem = refuse(procedure, stage=stage, action=action, roles=frozenset(procedure.roles), circumstances=case)

    if problem is not None:
        assert problem.code in {mistake.code for mistake in (*mistakes.ALL, *review_mistakes.ALL)}
        assert all((problem.message.zh, problem.message.en, problem.mend.zh, problem.mend.en))


@given(PROCEDURES, WORDS, WORDS, SETS, CIRCUMSTANCES)
def test_a_stage_nobody_knows_is_refused_whoever_asks(
    procedure: Procedure, stage: str, action: str, roles: frozenset[str], case: Circumstances
) -> None:
    assert refuse(procedure, stage=stage, action=action, roles=roles, circumstances=case) is not None


@given(steps_of(), CIRCUMSTANCES)
def test_a_role_outside_is_always_refused(step: tuple[Procedure, str, str], case: Circumstances) -> None:
    procedure, stage, action = step
    by = next(each.by for each in procedure.stages[stage].actions if each.id == action)
    outside = frozenset(procedure.roles) - set(by)
    problem = refuse(procedure, stage=stage, action=action, roles=outside, circumstances=case)

    assert problem is not None
    assert problem.code == "role-may-not"


def test_the_circumstances_drawn_are_all_there_are() -> None:
    assert {field.name for field in fields(Circumstances)} == set(DRAWN)
