"""How far each proposed case of a round has come on its way from the notice to the award."""

from __future__ import annotations

from dataclasses import dataclass

from zhinan.lifecycle.purposes import Purpose, purposes_of
from zhinan.server.models import Application, Award, Clearance, Outcome, Round, Talk
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.notices import talks_of
from zhinan.values.text import Text


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposed case: its stage, talk, last clearance, award; and which of the two steps it waits for."""

    case: Application
    place: int
    amount: int
    stage: Text
    talk: Talk | None
    clearance: Clearance | None
    award: Award | None
    may_talk: bool
    may_issue: bool


def standing(round: Round) -> list[Standing]:
    """The proposed cases of a round in their places; a fixed number of queries."""
    outcomes = Outcome.objects.filter(round=round, outcome="award").select_related(
        "case__call", "case__organisation", "case__leader"
    )
    rows = list(outcomes.order_by("place", "id"))
    ids = [row.case_id for row in rows]
    talks = talks_of(round)
    clearances = {each.case_id: each for each in Clearance.objects.filter(case__in=ids).order_by("id")}
    awards = {each.case_id: each for each in Award.objects.filter(case__in=ids)}
    return [
        _standing(row, talks.get(row.case_id), clearances.get(row.case_id), awards.get(row.case_id))
        for row in rows
    ]  # fmt: skip


def _standing(row: Outcome, talk: Talk | None, clearance: Clearance | None, award: Award | None) -> Standing:
    procedure = procedure_of(row.case)
    here = purposes_of(procedure, row.case.stage) if row.case.stage in procedure.stages else frozenset()
    return Standing(
        row.case, row.place, row.amount, procedure.stages[row.case.stage].name, talk, clearance, award, Purpose.TALK in here,
        Purpose.ESTABLISHMENT in here and award is None,
    )  # fmt: skip
