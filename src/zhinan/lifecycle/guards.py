"""What must hold before a step: one function for each guard a procedure may name, from plain values to a refusal or none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from zhinan.lifecycle import mistakes
from zhinan.lifecycle.deadlines import clock_time, day_in_beijing, has_passed
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a guard may ask about a step, gathered by whoever keeps the rows. Moments are aware.

    at, begun_at: when the request is judged, and when it began to arrive (the same, where that is not known)
    deadline: of the stage that `kinds.deadline_stage` names; grace: how long a request that began in time may take
    submitted_at: when the application was handed in
    is_registered, topic, rules_versioned, other_types: of the unit, the park's choice, the call, the unit's other applications
    unanswered, failed: clauses of the check sheet without an answer, and answered no
    barring, unmet_documents, missing_fields: conditions that bar, papers that are not there, fields that are empty
    reason, clause, known_clauses: what the actor wrote, and the clauses that may be cited
    is_academician_required, is_academician_present: whether the scheme wants the academician in person here, and who came
    marked, changed: on a return, the fields being marked; on a resubmission, those marked before and those that changed
    quota, rank, listed, is_listed, letter: of the body's list: places, this case's place, how many went up, is it on it

    What is asked from the review to the award; `None` says that nobody has found out yet, which no guard lets pass. Money in fen.
    open_conflicts: of the expert who scores, the ties to the case; none of them, `()`, only once they have declared
    is_expert_replaced: whether the seat of an expert who steps back is taken by an alternate
    sheets_wanted, sheets_in: of the case: score sheets of seats that count, and how many of them are handed in
    score, threshold: the official score, and the one from which on the review is passed
    is_major, is_committee_heard: whether the project goes to the committee, and whether its advice is on record
    is_ranked, preferences_applied: whether the case has its place in the fixed ranking, preferences looked at
    amount, cap: what is to be given, and the most the formula or rule gives; budget_left: what all the others leave of the budget
    teams_wanted, teams_listed: of a race: how many teams the authority wants, and how many others are on the list
    clearance_problems: what the check before the award found against it: integrity, duplicates, limits
    notice_opens, notice_closes: the first and the last moment of the public notice the case stands on
    open_objections: to the case, not answered yet, the one being answered among them; answer: the written answer to that one
    present, talk_held_at: who came to the talk, of `unit` and `leader`, and when it was held
    is_fiscal_procedure_done, is_credit_scheme, batch: of the decision: the fiscal procedure, credit without money, the batch
    list_fields: of a posted need, which of `LIST_FIELDS` are filled in; unmet_by_solver: conditions the bidder does not meet
    solver: who was chosen, by name
    """

    at: datetime
    begun_at: datetime | None = None
    deadline: datetime | None = None
    grace: timedelta = timedelta()
    submitted_at: datetime | None = None
    is_registered: bool = False
    topic: str = ""
    rules_versioned: bool = False
    other_types: tuple[str, ...] = ()
    report_date: date | None = None
    is_self_funded: bool = False
    unanswered: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    barring: tuple[str, ...] = ()
    unmet_documents: tuple[str, ...] = ()
    missing_fields: tuple[str, ...] = ()
    is_academician_required: bool | None = None
    is_academician_present: bool = False
    reason: str = ""
    clause: str = ""
    known_clauses: frozenset[str] = frozenset()
    marked: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    quota: int | None = None
    rank: int | None = None
    listed: int = 0
    is_listed: bool = False
    letter: str = ""
    open_conflicts: tuple[str, ...] | None = None
    is_expert_replaced: bool = False
    sheets_wanted: int | None = None
    sheets_in: int = 0
    score: Decimal | None = None
    threshold: Decimal | None = None
    is_major: bool | None = None
    is_committee_heard: bool = False
    is_ranked: bool = False
    preferences_applied: bool = False
    amount: int | None = None
    cap: int | None = None
    budget_left: int | None = None
    teams_wanted: int | None = None
    teams_listed: int = 0
    clearance_problems: tuple[str, ...] | None = None
    notice_opens: datetime | None = None
    notice_closes: datetime | None = None
    open_objections: int | None = None
    answer: str = ""
    present: frozenset[str] = frozenset()
    talk_held_at: datetime | None = None
    is_fiscal_procedure_done: bool = False
    is_credit_scheme: bool = False
    batch: str = ""
    list_fields: frozenset[str] = frozenset()
    unmet_by_solver: tuple[str, ...] | None = None
    solver: str = ""


Guard = Callable[[Circumstances], Problem | None]


def all_of(*guards: Guard) -> Guard:
    """The guard that refuses with the first of `guards` that does."""

    def judge(case: Circumstances) -> Problem | None:
        return next((problem for guard in guards if (problem := guard(case))), None)

    return judge


# -- time --------------------------------------------------------------------------------------------
def before_deadline(case: Circumstances) -> Problem | None:
    """A request that began by the deadline and arrived within the grace is in time; without a deadline every one is."""
    is_late = has_passed(case.deadline, case.begun_at or case.at) or has_passed(case.deadline, case.at, case.grace)
    return mistakes.PAST_DEADLINE.at(deadline=_shown(case.deadline), at=_shown(case.at)) if is_late else None


def after_deadline(case: Circumstances) -> Problem | None:
    """Nothing is late before the deadline and its grace are over."""
    if case.deadline is None:
        return mistakes.NO_DEADLINE.at()
    if has_passed(case.deadline, case.at, case.grace):
        return None
    return mistakes.NOT_YET_DUE.at(deadline=_shown(case.deadline), at=_shown(case.at))


def submitted_in_time(case: Circumstances) -> Problem | None:
    """The application was handed in by the deadline of filing, with its grace."""
    if case.submitted_at is None:
        return mistakes.NOT_SUBMITTED.at()
    if has_passed(case.deadline, case.submitted_at, case.grace):
        return mistakes.SUBMITTED_LATE.at(submitted=_shown(case.submitted_at), deadline=_shown(case.deadline))
    return None


# -- what comes with a decision ----------------------------------------------------------------------
def has_reason(case: Circumstances) -> Problem | None:
    return None if case.reason.strip() else mistakes.REASON_MISSING.at()


def cites_a_clause(case: Circumstances) -> Problem | None:
    if not case.clause.strip():
        return mistakes.CLAUSE_MISSING.at()
    return None if case.clause in case.known_clauses else mistakes.CLAUSE_UNKNOWN.at(clause=case.clause)


def has_marks(case: Circumstances) -> Problem | None:
    return None if case.marked else mistakes.NOTHING_MARKED.at()


def only_marked_changed(case: Circumstances) -> Problem | None:
    return naming(mistakes.OTHER_FIELDS_CHANGED, "fields", sorted(case.changed - case.marked))


def changes_fit_a_return(case: Circumstances) -> Problem | None:
    """Of an application that was returned only the marked fields change; a first submission has no marks."""
    return only_marked_changed(case) if case.marked else None


# -- the check sheet ---------------------------------------------------------------------------------
def check_sheet_passes(case: Circumstances) -> Problem | None:
    """Every clause is answered, and none with no."""
    unanswered = naming(mistakes.CHECKS_UNANSWERED, "clauses", case.unanswered)
    return unanswered or naming(mistakes.CHECKS_FAILED, "clauses", case.failed)


def _no_condition_bars(case: Circumstances) -> Problem | None:
    return naming(mistakes.CONDITIONS_BAR, "conditions", case.barring)


def _papers_are_there(case: Circumstances) -> Problem | None:
    return naming(mistakes.PAPERS_MISSING, "papers", case.unmet_documents)


def _fields_are_filled(case: Circumstances) -> Problem | None:
    return naming(mistakes.FIELDS_MISSING, "fields", case.missing_fields)


def _academician_was_there(case: Circumstances) -> Problem | None:
    if case.is_academician_present or case.is_academician_required is False:
        return None
    return mistakes.ACADEMICIAN_ABSENT.at() if case.is_academician_required else mistakes.ACADEMICIAN_UNKNOWN.at()


# -- before filing -----------------------------------------------------------------------------------
def _rules_are_versioned(case: Circumstances) -> Problem | None:
    return None if case.rules_versioned else mistakes.RULES_NOT_VERSIONED.at()


def _topic_is_named(case: Circumstances) -> Problem | None:
    return None if case.topic.strip() else mistakes.TOPIC_MISSING.at()


def _unit_is_registered(case: Circumstances) -> Problem | None:
    return None if case.is_registered else mistakes.UNIT_NOT_REGISTERED.at()


def _unit_is_invited(case: Circumstances) -> Problem | None:
    return None if case.is_listed else mistakes.UNIT_NOT_ON_CLOSED_LIST.at()


def _one_type_only(case: Circumstances) -> Problem | None:
    return naming(mistakes.SECOND_TYPE, "types", case.other_types)


def _report_precedes(case: Circumstances) -> Problem | None:
    """A report of the day of application itself still precedes it."""
    if case.report_date is None:
        return mistakes.NO_REPORT.at()
    day = day_in_beijing(case.submitted_at or case.at)
    return mistakes.REPORT_TOO_LATE.at(report=case.report_date, day=day) if case.report_date > day else None


def _is_self_funded(case: Circumstances) -> Problem | None:
    return None if case.is_self_funded else mistakes.NOT_SELF_FUNDED.at()


# -- the list ----------------------------------------------------------------------------------------
def _stands_on_the_list(case: Circumstances) -> Problem | None:
    return None if case.is_listed else mistakes.NOT_ON_THE_LIST.at()


def within_places(case: Circumstances) -> Problem | None:
    """A ranked case has a place within the quota; without ranks, a place is left. No quota set means no limit."""
    if case.quota is None:
        return None
    if case.rank is not None:
        return mistakes.OUTSIDE_QUOTA.at(rank=case.rank, quota=case.quota) if case.rank > case.quota else None
    return mistakes.QUOTA_USED.at(quota=case.quota, listed=case.listed) if case.listed >= case.quota else None


def has_letter(case: Circumstances) -> Problem | None:
    return None if case.letter.strip() else mistakes.LETTER_MISSING.at()


# -- saying it ---------------------------------------------------------------------------------------
def naming(mistake: Mistake, name: str, found: Collection[str]) -> Problem | None:
    """The mistake, naming what was found; none where nothing was."""
    listed = Text("、".join(found), ", ".join(found))
    return mistake.at(**{name: listed, "count": len(found)}) if found else None


def _shown(at: datetime | None) -> str:
    return clock_time(at) if at else ""


#: What each guard of a procedure means, for every stage up to intake; `review_guards` has those that follow.
#: A guard in neither is never passed.
GUARDS: Mapping[str, Guard] = MappingProxyType({
    "rules-versioned": _rules_are_versioned,
    "topic-of-the-leading-industry": _topic_is_named,
    "fits-leading-industry": _topic_is_named,
    "unit-registered": _unit_is_registered,
    "unit-registered-first": _unit_is_registered,
    "on-the-closed-list": _unit_is_invited,
    "one-type-only": _one_type_only,
    "report-dated-before-application": _report_precedes,
    "before-deadline": before_deadline,
    "after-deadline": after_deadline,
    "handed-in-online": before_deadline,  # what reaches the platform is handed in online; it only has to be in time
    "wholly-self-funded": _is_self_funded,
    "five-elements-complete": _fields_are_filled,
    "form-complete": all_of(check_sheet_passes, _papers_are_there),
    "vetted-by-recommender": all_of(check_sheet_passes, _papers_are_there),
    "park-review-passed": check_sheet_passes,
    "academician-present-where-required": _academician_was_there,
    "within-quota": all_of(_stands_on_the_list, within_places),
    "letter-and-list-issued": all_of(_stands_on_the_list, within_places, has_letter),
    "on-the-list": _stands_on_the_list,
    "on-city-list": _stands_on_the_list,
    "evidence-checked": all_of(check_sheet_passes, _papers_are_there),
    "poster-qualified": all_of(check_sheet_passes, _no_condition_bars),
    "conditions-do-not-bar": all_of(check_sheet_passes, _papers_are_there, _no_condition_bars),
    "submitted-in-time": submitted_in_time,
    "reason-with-clause": all_of(has_reason, cites_a_clause),
    "only-marked-fields-changed": only_marked_changed,
})  # fmt: skip
