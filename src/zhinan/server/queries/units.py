"""Units, read: a person's own, those of an officer's place, and what the register holds of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from zhinan.language.explain import show_value
from zhinan.language.types import Kind
from zhinan.policy.vocabulary import FactWord
from zhinan.policy.written import read_value
from zhinan.server import packs
from zhinan.server.models import Authority, AuthorityKind, Organisation, OrganisationStatus, RegisterFact, Role, User
from zhinan.server.queries.people import posts_of
from zhinan.server.refused import NotSeen
from zhinan.values.problem import BadInput
from zhinan.values.quantity import format_quantity
from zhinan.values.regions import find_region
from zhinan.values.text import Lang, Text, same

STATUS_NAMES: dict[str, Text] = {
    OrganisationStatus.REGISTERED: Text("待确认", "to be confirmed"), OrganisationStatus.CONFIRMED: Text("已确认", "confirmed"),
    OrganisationStatus.REFUSED: Text("未通过", "not confirmed"), OrganisationStatus.CLOSED: Text("已注销", "closed"),
}  # fmt: skip
SORTS = {"name": "name", "-name": "-name", "date": "registered_at", "-date": "-registered_at"}
_SOURCES = {
    "declared": Text("单位自报", "declared by the unit"), "document": Text("证明材料", "a document"), "register": Text("登记信息",
    "a register"),
    "derived": Text("推算", "derived"), "authority": Text("主管部门", "the authority"), "platform": Text("本平台",
    "this platform"),
}  # fmt: skip


def my_units(user: User) -> list[Organisation]:
    """The units a person belongs to."""
    ids = [post.organisation_id for post in posts_of(user) if post.organisation_id]
    return list(Organisation.objects.filter(id__in=ids).select_related("park", "sector"))


def my_unit(user: User, uscc: str = "") -> Organisation:
    """The unit of that code, or the first, of those a person belongs to. Raises `NotSeen`."""
    unit = next((each for each in my_units(user) if uscc in ("", each.uscc)), None)
    if unit is None:
        raise NotSeen
    return unit


def administers(user: User, unit: Organisation) -> bool:
    """Whether a person is an administrator of the unit."""
    return posts_of(user).filter(role=Role.UNIT_ADMIN, organisation=unit).exists()


def units_of_place(user: User) -> QuerySet[Organisation]:
    """The units whose registration an officer confirms: tenants of their park, units of their county, city or region."""
    seen = Q(pk__in=[])
    for post in posts_of(user).filter(role=Role.OFFICER):
        body = post.authority
        if body is not None:
            seen |= _of_place(body)
    return Organisation.objects.filter(seen).select_related("park")


def _of_place(body: Authority) -> Q:
    match body.kind:
        case AuthorityKind.PARK:
            return Q(park=body)
        case AuthorityKind.COUNTY:
            return Q(region=body.region)
        case AuthorityKind.CITY:
            return Q(region__startswith=body.region[:4])
        case AuthorityKind.REGION:
            return Q(region__startswith=body.region[:2])
        case _:
            return Q(pk__in=[])


def listed(user: User, *, words: str = "", status: str = "", kind: str = "", sort: str = "") -> QuerySet[Organisation]:
    """The units of an officer's place, narrowed and sorted. Raises `NotSeen` for everyone who is no officer."""
    if not posts_of(user).filter(role=Role.OFFICER).exists():
        raise NotSeen
    units = units_of_place(user)
    if words:
        units = units.filter(Q(name__icontains=words) | Q(uscc__icontains=words))
    units = units.filter(status=status) if status in OrganisationStatus.values else units
    units = units.filter(kind=kind) if kind else units
    return units.order_by(SORTS.get(sort, "-registered_at"), "id")


def unit_in_place(user: User, uscc: str, *, lock: bool = False) -> Organisation:
    """A unit of an officer's place. Raises `NotSeen`."""
    units = units_of_place(user).filter(uscc=uscc)
    unit = (units.select_for_update(of=("self",)) if lock else units).first()
    if unit is None:
        raise NotSeen
    return unit


def parks() -> list[Authority]:
    """The parks a unit may be registered in."""
    return list(Authority.objects.filter(kind=AuthorityKind.PARK))


def kind_name(kind: str) -> Text:
    """What a kind of unit is called."""
    return next((member.name for member in packs.vocabulary().choices["unit_kind"].members if member.key == kind), same(kind))


def region_name(code: str) -> str:
    """A region as a path of names; its code where the table has none."""
    found = find_region(code) if code else None
    return found.full_path.replace("/", " ") if found else code


@dataclass(frozen=True, slots=True)
class Known:
    """What the register holds of a unit, one line: which fact, its value as people read it, where it is from, as of when."""

    label: Text
    value: Text
    source: Text
    observed_on: date


def known_of(unit: Organisation) -> tuple[Known, ...]:
    """Everything on record about a unit."""
    return tuple(_known(row) for row in unit.facts.all())


def _known(row: RegisterFact) -> Known:
    fact = packs.vocabulary().facts.get(row.key)
    source = _SOURCES.get(row.source, same(row.source))
    if fact is None:
        return Known(same(row.key), same(row.value), source, row.observed_on)
    return Known(fact.label, Text(_shown(fact, row.value, "zh"), _shown(fact, row.value, "en")), source, row.observed_on)


def _shown(fact: FactWord, text: str, lang: Lang) -> str:
    """A value as people of a language read it; as it was written where it cannot be read."""
    type = fact.word.type
    try:
        if type.kind is Kind.RECORDS and type.record is not None:
            return format_quantity(len(json.loads(text)), type.record.measure, lang)
        return show_value(read_value(text, type, label=fact.label, code=fact.code), type, lang)
    except (BadInput, ValueError, TypeError):
        return text
