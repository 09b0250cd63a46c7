"""The allocation of a round, read: the money there is, who would get it under the rules, what other rules would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhinan.policy.registers import group_of
from zhinan.review.allocation import Allocation, Candidate, Departure, WhatIf, allocate, what_if
from zhinan.review.allocation import Line as Walked
from zhinan.review.quotas import Quotas, quotas_from_json
from zhinan.server import packs
from zhinan.server.clock import BEIJING
from zhinan.server.models import Application, Outcome, Round, RoundCase, RoundStatus, Submission, User
from zhinan.server.queries.clearance import Cleared, is_alive, standings
from zhinan.server.queries.limits import holdings
from zhinan.server.queries.results import FIXED, votes_of
from zhinan.server.queries.review_access import SEE, round_for, runs
from zhinan.server.queries.together import filled_together
from zhinan.server.refused import NotSeen
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text, same

_REQUESTED = "project.requested_grant"
#: What the applicant reads of why it was not established: never a score, a place or another project.
PUBLIC_REASONS: Mapping[str, Text] = {
    "not-ranked": Text("没有形成有效的评审得分", "no valid score came about"),
    "below-line": Text("评审得分未达到本轮的最低要求", "the score is below what this round asks at least"),
    "field-number-full": Text("所在领域的立项数目已满", "the places of its field are taken"),
    "field-money-full": Text("所在领域的经费已分配完", "the money of its field is given away"),
    "unit-full": Text("申报单位的立项数目已达到上限", "its unit has reached the most there may be"),
    "leader-full": Text("项目负责人的立项数目已达到上限", "its leader has reached the most there may be"),
}
_BY_RANK = Text(
    "按评审排序和资金安排，未列入本轮立项", "by the ranking and the money there is, it is not among those established"
)


@dataclass(frozen=True, slots=True)
class Money:
    """The money of a round in fen: the budget of the call (`None`: not set), what others of its rounds gave, what is left."""

    budget: int | None
    elsewhere: int

    @property
    def left(self) -> int | None:
        """What this round may give."""
        return None if self.budget is None else self.budget - self.elsewhere


@dataclass(frozen=True, slots=True)
class Row:
    """A case in its place: what the rules make of it, what was decided, and how its clearance stands."""

    place: RoundCase
    case: Application
    scheme: Text
    amount: int
    walked: Walked | None
    outcome: Outcome | None
    cleared: Cleared
    vote: Text


@dataclass(frozen=True, slots=True)
class Board:
    """The allocation of a round; `problems` say why the rules cannot be applied, `compared` what other rules would change."""

    round: Round
    money: Money
    quotas: Quotas | None
    rows: tuple[Row, ...]
    fields: Mapping[str, Text]
    allocation: Allocation | None
    departures: Mapping[str, Departure]
    compared: WhatIf | None
    problems: tuple[Problem, ...]
    may_run: bool

    @property
    def is_decided(self) -> bool:
        """Whether it is decided and stands."""
        return self.round.status == RoundStatus.DECIDED

    @property
    def to_clear(self) -> tuple[Row, ...]:
        """The cases to be awarded whose check is not there, too old, or found something."""
        return tuple(row for row in self.rows if row.walked and row.walked.outcome == "award" and not row.cleared.is_clear)


def board(user: User, code: str, *, at: datetime, changes: Mapping[str, object] | None = None) -> Board:
    """The allocation of a round for those who run or audit it; `changes` of the rules are only tried. Raises `NotSeen`."""
    round = round_for(user, code, to=SEE)
    if round.status not in FIXED:
        raise NotSeen
    return board_of(round, at=at, changes=changes, may_run=runs(user, round))


def board_of(round: Round, *, at: datetime, changes: Mapping[str, object] | None = None, may_run: bool = True) -> Board:
    """The same, for an action that has the round already."""
    places = ranked_places(round)
    candidates = candidates_of(places)
    by_case = {each.case: each for each in candidates}
    problems: list[Problem] = []
    allocation, compared, quotas = None, None, None
    departures = departures_of(round)
    try:
        quotas = quotas_of(round)
        if quotas is not None:
            allocation = allocate(candidates, quotas, list(departures.values()))
            compared = what_if(candidates, quotas, changes, list(departures.values())) if changes else None
    except BadInput as bad:
        problems = bad.problems
    outcomes = {row.case_id: row for row in Outcome.objects.filter(round=round).select_related("by")}
    cleared, votes = standings((place.case_id for place in places), at=at), votes_of(round)
    walked = {line.case: line for line in allocation.lines} if allocation else {}
    rows = tuple(
        Row(
            place, place.case, packs.scheme(round.call.pack, place.case.scheme).name, by_case[place.case.code].amount,
            walked.get(place.case.code), outcomes.get(place.case_id), cleared[place.case_id],
            votes.get(place.number, Text("", "")),
        )
        for place in places
    )  # fmt: skip
    names = directions(round.call.pack)
    fields = {each: names.get(each, same(each)) for each in sorted({place.field for place in places if place.field})}
    return Board(
        round, money_of(round), quotas, rows, fields, allocation, departures, compared, tuple(problems), may_run
    )  # fmt: skip


def directions(pack: str) -> Mapping[str, Text]:
    """The directions of a pack by their ids, at every depth: a field of the allocation is one of them."""
    return {each.id: each.name for root in packs.pack(pack).directions for each in root.walk()}


def ranked_places(round: Round) -> list[RoundCase]:
    """The ranked cases of a round that have not ended otherwise, in their places; those a decision ended stay."""
    rows = round.cases.filter(place__isnull=False).select_related("case__call", "case__organisation", "case__leader")
    decided = set(Outcome.objects.filter(round=round).values_list("case", flat=True))
    return [row for row in rows.order_by("place", "number") if row.case_id in decided or is_alive(row.case)]


def candidates_of(places: Sequence[RoundCase]) -> list[Candidate]:
    """The ranked cases as the walk takes them. The amount is what the formula gave at submission; less, if less was asked for."""
    amounts, shares = amounts_of(place.case for place in places), holdings()
    found = []
    for place in places:
        unit = place.case.organisation.uscc
        group = sorted(group_of(unit, shares))
        found.append(Candidate(
            case=place.case.code, place=place.place, amount=amounts[place.case_id], field=place.field, unit=unit,
            group=group[0] if len(group) > 1 else "", leader=place.case.leader.username, official=place.official,
        ))  # fmt: skip
    return found


def amounts_of(cases: Iterable[Application]) -> dict[int, int]:
    """What each case would be given (fen): the grant frozen at its last submission, and never more than it asks for."""
    rows = list(cases)
    grants = {
        row.application_id: row.grant
        for row in Submission.objects.filter(application__in=rows).defer("content").order_by("number")
    }
    read = filled_together(rows, on=lambda case: (case.submitted_at or case.made_at).astimezone(BEIJING).date())
    found = {}
    for case in rows:
        grant, asked = grants.get(case.id) or 0, read[case.id].facts.get(_REQUESTED)
        found[case.id] = min(grant, asked) if isinstance(asked, int) else grant
    return found


def money_of(round: Round) -> Money:
    """The budget of the call, less what the other rounds decided to award to cases that are still alive."""
    others = Outcome.objects.filter(round__call=round.call, outcome="award").exclude(round=round)
    elsewhere = sum(row.amount for row in others.select_related("case__call") if is_alive(row.case))
    return Money(round.call.budget, elsewhere)


def quotas_of(round: Round) -> Quotas | None:
    """The rules of the allocation; before they are set, what is left of the call's budget is all there is. Raises `BadInput`."""
    rules: Mapping[str, Any] | None = round.quotas.get("rules")  # Any: as JSON has it
    if rules is not None:
        return quotas_from_json(rules)
    left = money_of(round).left
    return None if left is None else Quotas(budget=max(left, 0))


def departures_of(round: Round) -> dict[str, Departure]:
    """Where an officer departs from the ranked walk, by the code of the case."""
    rows: Sequence[Mapping[str, Any]] = round.quotas.get("departures", ())
    return {row["case"]: Departure(**row) for row in rows}


def public_reason(line: Walked, departures: Mapping[str, Departure]) -> Text:
    """Why a case was not established, in words its applicant may read."""
    departure = departures.get(line.case)
    if line.code == "departure" and departure is not None:
        return Text(departure.reason, departure.reason)
    return PUBLIC_REASONS.get(line.code, _BY_RANK)
