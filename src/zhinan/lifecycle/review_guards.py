"""What must hold before a step from the review to the award: one function for each guard. What nobody knows is never let pass."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from zhinan.lifecycle import review_mistakes as mistakes
from zhinan.lifecycle.deadlines import clock_time, has_passed
from zhinan.lifecycle.guards import Circumstances, Guard, all_of, has_reason, naming
from zhinan.values.problem import Mistake, Problem
from zhinan.values.quantity import format_money
from zhinan.values.text import Text

#: What a published list says of a need (专栏27-1): the objective, the time nodes, how it is assessed, rewards and penalties.
LIST_FIELDS: Mapping[str, Text] = MappingProxyType({
    "objective": Text("目标", "the objective"), "nodes": Text("时间节点", "the time nodes"),
    "assessment": Text("考核要求", "the assessment"), "rewards": Text("奖惩措施", "rewards and penalties"),
})  # fmt: skip
#: Who must come to a talk.
PRESENT: Mapping[str, Text] = MappingProxyType({"unit": Text("单位", "the unit"), "leader": Text("负责人", "the leader")})


# -- bidding -----------------------------------------------------------------------------------------
def _list_is_complete(case: Circumstances) -> Problem | None:
    return _lacking(mistakes.LIST_FIELDS_MISSING, "fields", LIST_FIELDS, case.list_fields)


def _solver_is_fit(case: Circumstances) -> Problem | None:
    if case.unmet_by_solver is None:
        return mistakes.SOLVER_UNCHECKED.at()
    return naming(mistakes.SOLVER_UNFIT, "conditions", case.unmet_by_solver)


def _solver_is_named(case: Circumstances) -> Problem | None:
    return None if case.solver.strip() else mistakes.SOLVER_UNNAMED.at()


# -- review ------------------------------------------------------------------------------------------
def _has_no_conflict(case: Circumstances) -> Problem | None:
    if case.open_conflicts is None:
        return mistakes.NOT_DECLARED.at()
    return naming(mistakes.CONFLICT_OF_INTEREST, "ties", case.open_conflicts)


def _expert_is_replaced(case: Circumstances) -> Problem | None:
    return None if case.is_expert_replaced else mistakes.EXPERT_NOT_REPLACED.at()


def enough_scores(case: Circumstances) -> Problem | None:
    """Every seat that counts has handed in its sheet, and there are seats."""
    if not case.sheets_wanted or case.sheets_wanted < 0:
        return mistakes.NO_SEATS.at()
    is_short = case.sheets_in < case.sheets_wanted
    return mistakes.SCORES_MISSING.at(wanted=case.sheets_wanted, found=case.sheets_in) if is_short else None


def _score_is_reached(case: Circumstances) -> Problem | None:
    if case.score is None:
        return mistakes.SCORE_UNKNOWN.at()
    if case.threshold is None:
        return mistakes.THRESHOLD_UNSET.at()
    is_below = case.score < case.threshold
    return mistakes.SCORE_NOT_REACHED.at(score=case.score, threshold=case.threshold) if is_below else None


def _is_major(case: Circumstances) -> Problem | None:
    if case.is_major is None:
        return mistakes.MAJOR_UNKNOWN.at()
    return None if case.is_major else mistakes.NOT_MAJOR.at()


def _is_not_major(case: Circumstances) -> Problem | None:
    if case.is_major is None:
        return mistakes.MAJOR_UNKNOWN.at()
    return mistakes.IS_MAJOR.at() if case.is_major else None


def committee_heard(case: Circumstances) -> Problem | None:
    return None if case.is_committee_heard else mistakes.COMMITTEE_UNHEARD.at()


# -- ranking and money -------------------------------------------------------------------------------
def ranked_with_preferences(case: Circumstances) -> Problem | None:
    """The ranking is fixed, and the preferences were looked at when it was."""
    if not case.is_ranked:
        return mistakes.NOT_RANKED.at()
    return None if case.preferences_applied else mistakes.PREFERENCES_NOT_APPLIED.at()


def within_budget(case: Circumstances) -> Problem | None:
    """What is to be given is known, and the budget still has it."""
    return _within(case.amount, case.budget_left, "left", mistakes.BUDGET_UNKNOWN, mistakes.OVER_BUDGET)


def _within_cap(case: Circumstances) -> Problem | None:
    return _within(case.amount, case.cap, "cap", mistakes.CAP_UNKNOWN, mistakes.OVER_CAP)


def _within(amount: int | None, limit: int | None, name: str, unknown: Mistake, over: Mistake) -> Problem | None:
    if amount is None or amount < 0:
        return mistakes.AMOUNT_UNKNOWN.at()
    if limit is None:
        return unknown.at()
    return over.at(**{"amount": _money(amount), name: _money(limit)}) if amount > limit else None


def _place_for_a_team(case: Circumstances) -> Problem | None:
    if not case.teams_wanted or case.teams_wanted < 0:
        return mistakes.TEAMS_UNSET.at()
    is_full = case.teams_listed >= case.teams_wanted
    return mistakes.TEAMS_FULL.at(wanted=case.teams_wanted, listed=case.teams_listed) if is_full else None


def _gives_credit_only(case: Circumstances) -> Problem | None:
    return None if case.is_credit_scheme else mistakes.NOT_A_CREDIT_SCHEME.at()


# -- clearance, notice, objection --------------------------------------------------------------------
def cleared(case: Circumstances) -> Problem | None:
    """The check before the award was made, and found nothing."""
    if case.clearance_problems is None:
        return mistakes.NOT_CLEARED.at()
    return naming(mistakes.CLEARANCE_FAILED, "problems", case.clearance_problems)


def _notice_is_open(case: Circumstances) -> Problem | None:
    if case.notice_opens is None or case.notice_closes is None:
        return mistakes.NO_NOTICE.at()
    if case.at < case.notice_opens:
        return mistakes.NOTICE_NOT_OPEN.at(opens=clock_time(case.notice_opens), at=clock_time(case.at))
    if has_passed(case.notice_closes, case.at):
        return mistakes.NOTICE_OVER.at(closes=clock_time(case.notice_closes), at=clock_time(case.at))
    return None


def _notice_is_over(case: Circumstances) -> Problem | None:
    if case.notice_closes is None:
        return mistakes.NO_NOTICE.at()
    if not has_passed(case.notice_closes, case.at):
        return mistakes.NOTICE_STILL_OPEN.at(closes=clock_time(case.notice_closes), at=clock_time(case.at))
    return None


def _no_objection_is_open(case: Circumstances) -> Problem | None:
    if case.open_objections is None:
        return mistakes.OBJECTIONS_UNKNOWN.at()
    return mistakes.OBJECTION_OPEN.at(count=case.open_objections) if case.open_objections > 0 else None


def last_objection(case: Circumstances) -> Problem | None:
    """No other objection waits: a case that is back on its notice is not looked into again."""
    if case.open_objections is None:
        return mistakes.OBJECTIONS_UNKNOWN.at()
    others = case.open_objections - 1
    return mistakes.OTHER_OBJECTIONS_OPEN.at(count=others) if others > 0 else None


def _is_answered(case: Circumstances) -> Problem | None:
    return None if case.answer.strip() else mistakes.ANSWER_MISSING.at()


# -- talk and award ----------------------------------------------------------------------------------
def _talk_was_held(case: Circumstances) -> Problem | None:
    if case.talk_held_at is None:
        return mistakes.TALK_NOT_HELD.at()
    if case.talk_held_at > case.at:
        return mistakes.TALK_TO_COME.at(held=clock_time(case.talk_held_at), at=clock_time(case.at))
    return None


def _both_came(case: Circumstances) -> Problem | None:
    return _lacking(mistakes.ABSENT_FROM_TALK, "absent", PRESENT, case.present)


#: The talk was held, and both it is meant for were there.
talk_with_both: Guard = all_of(_talk_was_held, _both_came)


def _fiscal_procedure_is_done(case: Circumstances) -> Problem | None:
    return None if case.is_fiscal_procedure_done else mistakes.FISCAL_PROCEDURE_OPEN.at()


def _goes_with_a_batch(case: Circumstances) -> Problem | None:
    return None if case.batch.strip() else mistakes.BATCH_MISSING.at()


# -- saying it ---------------------------------------------------------------------------------------
def _lacking(mistake: Mistake, name: str, wanted: Mapping[str, Text], found: frozenset[str]) -> Problem | None:
    """The mistake, naming what of `wanted` is not found; none where all is there."""
    missing = [text for key, text in wanted.items() if key not in found]
    named = Text("、".join(text.zh for text in missing), ", ".join(text.en for text in missing))
    return mistake.at(**{name: named, "count": len(missing)}) if missing else None


def _money(fen: int) -> Text:
    return Text(format_money(fen, "zh"), format_money(fen, "en"))


#: What each guard means that a procedure names between intake and the award, beyond those of `guards.GUARDS`.
REVIEW_GUARDS: Mapping[str, Guard] = MappingProxyType({
    "four-list-fields-complete": _list_is_complete,
    "solver-meets-conditions-set-by-authority": _solver_is_fit,
    "choice-recorded-with-reasons": all_of(_solver_is_named, has_reason),
    "no-conflict-of-interest": _has_no_conflict,
    "expert-replaced": _expert_is_replaced,
    "enough-scores": enough_scores,
    "reviewed-online": enough_scores,  # what reaches the platform was scored online; all of it must be there
    "review-passed": _score_is_reached,
    "score-reached": _score_is_reached,
    "major-project": _is_major,
    "not-a-major-project": _is_not_major,
    "committee-heard": committee_heard,
    "preferences-applied": ranked_with_preferences,
    "within-budget": within_budget,
    "within-cap": _within_cap,
    "number-of-teams-set-by-authority": all_of(_place_for_a_team, within_budget),
    "credit-scheme": _gives_credit_only,
    "within-notice-period": _notice_is_open,
    "no-open-objection": all_of(_notice_is_over, _no_objection_is_open),
    "answered-in-writing": _is_answered,
    "unit-and-leader-present": talk_with_both,
    "warning-talk-held": _talk_was_held,
    "fiscal-procedure-done": _fiscal_procedure_is_done,
    "issued-in-a-batch": _goes_with_a_batch,
})  # fmt: skip
