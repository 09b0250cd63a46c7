"""Bodies: which authority a role of a procedure stands for in a case."""

from __future__ import annotations

from collections.abc import Callable

from zhinan.policy.procedure import Procedure
from zhinan.server import packs
from zhinan.server.models import Application, Authority, AuthorityKind, Organisation

TERRITORIAL = "authority-of-county"


def procedure_of(case: Application) -> Procedure:
    """The procedure a case moves by."""
    return packs.procedure(case.call.pack, case.scheme)


def body_of(case: Application, found_by: str) -> Authority | None:
    """The authority that a role found in that way stands for; `None` where the unit has none, or the role is no authority's."""
    if found_by in ("authority", "section"):
        return case.call.authority
    find = _FIND.get(found_by)
    return find(case.organisation) if find else None


def recommends(case: Application) -> str:
    """How the recommender of a unit is found: by itself, by line, or by territory."""
    if case.organisation.body_id:
        return "self-recommender"
    return "sector-authority" if case.organisation.sector_id else TERRITORIAL


def body_for(case: Application, stage: str) -> Authority | None:
    """The authority a case waits for in a stage: of several that may act there, the one this unit belongs to."""
    procedure = procedure_of(case)
    found = [procedure.roles[key].found_by for key in procedure.stages[stage].who if key in procedure.roles]
    if {"self-recommender", "sector-authority", TERRITORIAL} <= set(found):
        return body_of(case, recommends(case))
    return next((body for body in (body_of(case, each) for each in found) if body is not None), None)


def _territorial(unit: Organisation) -> Authority | None:
    """The park the unit is in; otherwise the county, and the city where it lies in none."""
    return unit.park or _of_region(unit.region, AuthorityKind.COUNTY) or _city(unit)


def _city(unit: Organisation) -> Authority | None:
    if unit.park and unit.park.parent and unit.park.parent.kind == AuthorityKind.CITY:
        return unit.park.parent
    return _of_region(unit.region[:4] + "00", AuthorityKind.CITY)


def _system(unit: Organisation) -> Authority | None:
    """The body that submits for its city; the city itself where it has none of its own."""
    city = _city(unit)
    if city is None:
        return None
    return Authority.objects.filter(parent=city, kind=AuthorityKind.SYSTEM).first() or city


def _of_region(region: str, kind: AuthorityKind) -> Authority | None:
    return Authority.objects.filter(region=region, kind=kind).first()


_FIND: dict[str, Callable[[Organisation], Authority | None]] = {
    "authority-of-park": lambda unit: unit.park, TERRITORIAL: _territorial, "authority-of-city": _city,
    "sector-authority": lambda unit: unit.sector, "self-recommender": lambda unit: unit.body, "system-recommender": _system,
}  # fmt: skip
