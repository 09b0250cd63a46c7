"""The decision on the money of a round: its rules, departures one by one, the record of every case, what becomes of reserves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from zhinan.lifecycle.kinds import ActionKind, kind_of, needs
from zhinan.policy.procedure import Action
from zhinan.review.allocation import AWARD, REFUSE, RESERVE, Departure, Line, allocate
from zhinan.review.quotas import Quotas, quotas_from_json
from zhinan.server import packs
from zhinan.server.actions import decision_mistakes as wrong
from zhinan.server.actions.advancing import step
from zhinan.server.actions.clearance import LEAST_REASON
from zhinan.server.actions.record import record, whole
from zhinan.server.actions.results import tell_not_established, way
from zhinan.server.hashing import Json
from zhinan.server.models import Application, Outcome, Round, RoundStatus, User
from zhinan.server.queries.access import lock_case
from zhinan.server.queries.allocation import (
    Board,
    amounts_of,
    board_of,
    candidates_of,
    departures_of,
    money_of,
    public_reason,
    quotas_of,
    ranked_places,
)
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.clearance import is_alive, latest, standing
from zhinan.server.queries.review_access import RUN, round_for
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import Problem
from zhinan.values.quantity import format_money
from zhinan.values.text import Text

_CLEAR_STATES = {
    "none": Text("还没有做", "was not made"), "stale": Text("已过期", "is too old"),
    "problems": Text("查出问题", "found something"),
}  # fmt: skip
_FROM_RESERVE = Text("备选递补：{why}", "taken up from the reserve: {why}")
_RELEASED = Text("备选不再递补：{why}", "let go from the reserve: {why}")


# -- rules and departures -----------------------------------------------------------------------------
@whole()
def settle(code: str, rules: Mapping[str, object], *, by: User, at: datetime) -> Round:
    """Set the rules of the allocation (JSON of `review.quotas`), until it is decided. Raises `NotSeen`, `BadInput`."""
    round = _to_decide(code, by)
    quotas = quotas_from_json(rules)
    if problem := _over_call(round, quotas):
        raise Refused(problem)
    allocate(candidates_of(ranked_places(round)), quotas, list(departures_of(round).values()))
    round.quotas = {**round.quotas, "rules": quotas.to_json()}
    round.save(update_fields=["quotas"])
    payload: Json = {"round": round.code, "call": round.call.code, "rules": quotas.to_json()}
    record("settle-allocation", actor=by, at=at, payload=payload, rows=[round])
    return round


@whole()
def depart(code: str, case: str, *, to: str, reason: str, by: User, at: datetime, amount: int | None = None) -> Round:
    """Depart from the ranked walk on one case, with the reason; `amount` (fen) if less is awarded than was computed.

    Raises `NotSeen`, `BadInput`.
    """
    round = _to_decide(code, by)
    reason, places = reason.strip()[:800], ranked_places(round)
    if case not in {place.case.code for place in places}:
        raise NotSeen
    if len(reason) < LEAST_REASON:
        raise Refused(wrong.REASON_SHORT.at(least=LEAST_REASON))
    departure = Departure(case=case, to=to, reason=reason, by=by.name or by.username, amount=amount)
    departures = {**departures_of(round), case: departure}
    allocate(candidates_of(places), _quotas(round), list(departures.values()))
    _keep(round, departures)
    payload: Json = {"round": round.code, "call": round.call.code, "about": case, "to": to, "reason": reason, "amount": amount}
    record("depart", actor=by, at=at, payload=payload, rows=[round])
    return round


@whole()
def keep_to_rank(code: str, case: str, *, by: User, at: datetime) -> Round:
    """Take a departure back. Raises `NotSeen`, `Refused`."""
    round = _to_decide(code, by)
    departures = departures_of(round)
    if departures.pop(case, None) is None:
        raise Refused(wrong.NO_DEPARTURE.at(code=case))
    _keep(round, departures)
    record("keep-to-rank", actor=by, at=at, payload={"round": round.code, "call": round.call.code, "about": case}, rows=[round])
    return round


def _to_decide(code: str, by: User) -> Round:
    round = round_for(by, code, to=RUN, lock=True)
    if round.status != RoundStatus.RANKED:
        raise Refused(wrong.NOT_RANKED.at())
    return round


def _quotas(round: Round) -> Quotas:
    quotas = quotas_of(round)
    if quotas is None:
        raise Refused(wrong.NO_BUDGET.at())
    return quotas


def _over_call(round: Round, quotas: Quotas) -> Problem | None:
    left = money_of(round).left
    is_over = left is not None and quotas.budget > left
    return wrong.OVER_CALL.at(budget=_money(quotas.budget), left=_money(left)) if is_over and left is not None else None


def _keep(round: Round, departures: Mapping[str, Departure]) -> None:
    kept = [
        {"case": each.case, "to": each.to, "reason": each.reason, "by": each.by, "amount": each.amount}
        for each in departures.values()
    ]
    round.quotas = {**round.quotas, "departures": kept}
    round.save(update_fields=["quotas"])


# -- the decision -------------------------------------------------------------------------------------
@whole()
def decide(code: str, *, by: User, at: datetime, clause: str = "") -> list[Outcome]:
    """Decide the round: every ranked case gets its outcome, amount and reason, and goes the way its procedure has for it.

    `clause` is what refusals rest on. Raises `NotSeen`, `BadInput` with everything that stands in the way.
    """
    round = _to_decide(code, by)
    board, quotas = board_of(round, at=at), _quotas(round)
    if problems := [*board.problems, *_unready(board, quotas, clause)]:
        raise Refused(*problems)
    outcomes = [_outcome(board, line, by=by, at=at) for line in board.allocation.lines] if board.allocation else []
    round.status, round.decided_at, round.quotas = RoundStatus.DECIDED, at, {**round.quotas, "rules": quotas.to_json()}
    round.save()
    lines = {line.case: line for line in board.allocation.lines} if board.allocation else {}
    spent = board.allocation.spent if board.allocation else 0
    awarded = sum(outcome.outcome == AWARD for outcome in outcomes)
    for outcome in outcomes:
        line = lines[outcome.case.code]
        if outcome.outcome == AWARD:
            left = quotas.budget - spent + outcome.amount
            _award(outcome, quotas, budget_left=left, others=awarded - 1, by=by, at=at)
        elif outcome.outcome == REFUSE:
            _refuse(outcome, public_reason(line, board.departures), clause=clause, by=by, at=at)
    payload: Json = {
        "round": round.code, "call": round.call.code, "rules": quotas.to_json(), "clause": clause,
        "decided": [[line.case, line.outcome, line.amount, line.code] for line in lines.values()],
    }  # fmt: skip
    record("decide-awards", actor=by, at=at, payload=payload, rows=[round, *outcomes])
    return outcomes


def _unready(board: Board, quotas: Quotas, clause: str) -> Iterator[Problem]:
    if problem := _over_call(board.round, quotas):
        yield problem
    for row in board.to_clear:
        yield wrong.NOT_CLEAR.at(code=row.case.code, state=_CLEAR_STATES[row.cleared.state])
    refused = 0
    for row in board.rows:
        if row.walked is None or row.walked.outcome == RESERVE:
            continue
        is_award = row.walked.outcome == AWARD
        action = way(row.case) if is_award else way_out(row.case)
        if action is None:
            stage = procedure_of(row.case).stages[row.case.stage].name
            yield wrong.NO_WAY.at(code=row.case.code, stage=stage)
        elif not is_award:
            refused += needs(procedure_of(row.case), row.case.stage, action.id).clause
    known = {each.path for each in packs.pack(board.round.call.pack).clauses}
    if refused and clause not in known:
        yield wrong.NO_CLAUSE.at(number=refused)


def way_out(case: Application) -> Action | None:
    """The step that ends a case without an award, from where it stands."""
    procedure = procedure_of(case)
    actions = procedure.stages[case.stage].actions
    return next((each for each in actions if kind_of(procedure, case.stage, each.id) is ActionKind.REJECT), None)


def _outcome(board: Board, line: Line, *, by: User, at: datetime) -> Outcome:
    case = next(row.case for row in board.rows if row.case.code == line.case)
    return Outcome.objects.create(
        round=board.round, case=case, place=line.place or 0, outcome=line.outcome, amount=line.amount, code=line.code,
        reason_zh=line.reason.zh[:1000], reason_en=line.reason.en[:1000], is_departure=line.is_departure, at=at, by=by,
    )  # fmt: skip


def _award(outcome: Outcome, quotas: Quotas, *, budget_left: int, others: int, by: User, at: datetime) -> None:
    """Put a case on the way to its award; where the award itself is the next step, that waits for its issue."""
    case = lock_case(outcome.case_id)
    action, procedure = way(case), procedure_of(case)
    if action is None or kind_of(procedure, case.stage, action.id) is not ActionKind.PASS:
        return
    place = outcome.round.cases.get(case=case)
    sheets = place.seats.count()
    step(
        case, action, by=by, at=at, amount=outcome.amount, cap=outcome.amount, budget_left=budget_left, is_ranked=True,
        preferences_applied=True, score=place.official, threshold=quotas.least_score, sheets_wanted=sheets, sheets_in=sheets,
        teams_wanted=quotas.most_projects, teams_listed=others, is_major=False, is_committee_heard=True,
    )  # fmt: skip


def _refuse(outcome: Outcome, reason: Text, *, clause: str, by: User, at: datetime) -> None:
    """End a case without an award and tell its applicants why, in words that give no score."""
    case = lock_case(outcome.case_id)
    action = way_out(case)
    assert action is not None  # looked at before anything was written
    step(case, action, by=by, at=at, reason=reason.zh, clause=clause)
    tell_not_established(case, reason, at=at)


# -- the reserve --------------------------------------------------------------------------------------
@whole()
def resolve_reserve(
    code: str, case_code: str, *, takes_up: bool, reason: str, by: User, at: datetime, clause: str = ""
) -> Outcome:  # fmt: skip
    """Take a case up from the reserve when money has come free, or let it go. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    outcome = Outcome.objects.filter(round=round, case__code=case_code).select_related("case__call", "round").first()
    if outcome is None:
        raise NotSeen
    reason, left = reason.strip()[:400], _left_after(round)
    place = round.cases.select_related("case__organisation", "case__leader", "case__call").get(case=outcome.case)
    amount = amounts_of([place.case])[place.case_id] if takes_up else 0
    problems = [*_cannot_resolve(outcome, takes_up=takes_up, reason=reason, clause=clause, at=at)]
    if amount > left:
        problems.append(wrong.OVER_LEFT.at(amount=_money(amount), left=_money(left)))
    if problems:
        raise Refused(*problems)
    why = (_FROM_RESERVE if takes_up else _RELEASED).filled(why=reason)
    outcome.outcome, outcome.amount = (AWARD, amount) if takes_up else (REFUSE, 0)
    outcome.code, outcome.reason_zh, outcome.reason_en = "from-reserve" if takes_up else "released", why.zh, why.en
    outcome.at, outcome.by = at, by
    outcome.save()
    if takes_up:
        awarded = Outcome.objects.filter(round=round, outcome=AWARD).count()
        _award(outcome, quotas_from_json(round.quotas["rules"]), budget_left=left, others=awarded - 1, by=by, at=at)
    else:
        _refuse(outcome, Text(reason, reason), clause=clause, by=by, at=at)
    payload: Json = {"round": round.code, "call": round.call.code, "about": case_code, "to": outcome.outcome, "reason": reason}
    record("resolve-reserve", actor=by, at=at, payload=payload, rows=[outcome])
    return outcome


def _left_after(round: Round) -> int:
    """What the living awards of a decided round leave of its money."""
    given = Outcome.objects.filter(round=round, outcome=AWARD).select_related("case__call")
    return _quotas(round).budget - sum(row.amount for row in given if is_alive(row.case))


def _cannot_resolve(
    outcome: Outcome, *, takes_up: bool, reason: str, clause: str, at: datetime
) -> Iterator[Problem]:  # fmt: skip
    case = outcome.case
    if outcome.outcome != RESERVE:
        yield wrong.NOT_RESERVE.at(code=case.code)
        return
    if len(reason) < LEAST_REASON:
        yield wrong.REASON_SHORT.at(least=LEAST_REASON)
    action = way(case) if takes_up else way_out(case)
    if action is None:
        yield wrong.NO_WAY.at(code=case.code, stage=procedure_of(case).stages[case.stage].name)
    cleared = standing(latest(case), at=at)
    if takes_up and not cleared.is_clear:
        yield wrong.NOT_CLEAR.at(code=case.code, state=_CLEAR_STATES[cleared.state])
    wants = action is not None and not takes_up and needs(procedure_of(case), case.stage, action.id).clause
    if wants and clause not in {each.path for each in packs.pack(case.call.pack).clauses}:
        yield wrong.NO_CLAUSE.at(number=1)


def _money(fen: int) -> Text:
    return Text(format_money(fen, "zh"), format_money(fen, "en"))
