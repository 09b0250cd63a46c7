"""Authorities, read for the keeper: the tree with its sections and people, and the calendar of working days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q

from zhinan.server.clock import today
from zhinan.server.models import Authority, AuthorityKind, Holiday, Section, User
from zhinan.server.queries.people import is_keeper
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text

KIND_NAMES: dict[str, Text] = {
    AuthorityKind.REGION: Text("自治区、省", "region"), AuthorityKind.CITY: Text("地级市", "city"),
    AuthorityKind.COUNTY: Text("县（市、区）", "county or district"), AuthorityKind.PARK: Text("园区", "park"),
    AuthorityKind.SECTOR: Text("行业主管部门", "sector authority"), AuthorityKind.SYSTEM: Text("系统推荐单位",
    "recommender of a system"),
    AuthorityKind.INSTITUTION: Text("自行推荐单位", "self-recommending institution"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Branch:
    """An authority in the tree: how deep it stands, its sections, how many people hold posts there."""

    authority: Authority
    depth: int
    sections: tuple[Section, ...]
    people: int


def keeper_only(user: User) -> None:
    """Raises `NotSeen` for everyone but the keepers."""
    if not is_keeper(user):
        raise NotSeen


def tree() -> tuple[Branch, ...]:
    """Every authority below the one it belongs to; two queries."""
    held = Count("posts", filter=Q(posts__until=None) | Q(posts__until__gte=today()))
    rows = list(Authority.objects.annotate(people=held).prefetch_related("sections"))
    below: dict[int | None, list[Authority]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    return tuple(_branches(below, None, 0))


def _branches(below: dict[int | None, list[Authority]], parent: int | None, depth: int) -> Iterator[Branch]:
    for row in below.get(parent, ()):
        yield Branch(row, depth, tuple(row.sections.all()), getattr(row, "people", 0))
        yield from _branches(below, row.id, depth + 1)


def authority_by(code: str) -> Authority:
    """An authority. Raises `NotSeen`."""
    found = Authority.objects.filter(code=code).select_related("parent").prefetch_related("sections").first()
    if found is None:
        raise NotSeen
    return found


def every_authority() -> list[Authority]:
    """All authorities, for a choice."""
    return list(Authority.objects.all())


@dataclass(frozen=True, slots=True)
class Year:
    """The days of a year that the calendar of working days needs to know, the years there are, and how far it is known."""

    year: int
    days: tuple[Holiday, ...]
    years: tuple[int, ...]
    known_until: date | None


def holidays(year: int) -> Year:
    """The calendar of a year."""
    years = {day.year for day in Holiday.objects.dates("day", "year")}
    known = Holiday.objects.aggregate(last=Max("day"))["last"]
    return Year(year, tuple(Holiday.objects.filter(day__year=year)), tuple(sorted({*years, year})), known)
