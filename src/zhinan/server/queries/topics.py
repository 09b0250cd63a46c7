"""Topics, read: the calls in which a park settles topics before applications begin, and what it has settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from zhinan.policy.model import Direction
from zhinan.server import packs
from zhinan.server.models import Authority, AuthorityKind, Call, CallStatus, Role, Topic, User
from zhinan.server.queries.calls import needs_topic, region_stem
from zhinan.server.queries.people import posts_of
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text


@dataclass(frozen=True, slots=True)
class Way:
    """A direction of support that a topic may follow, with the ones it lies under."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Settled:
    """A topic, the name of its direction, and how many applications have chosen it."""

    topic: Topic
    direction: Text
    chosen: int


@dataclass(frozen=True, slots=True)
class Choosing:
    """A call in which a park settles topics: what it has settled, the directions it may choose from."""

    call: Call
    park: Authority
    settled: tuple[Settled, ...]
    ways: tuple[Way, ...]


def parks_of(user: User) -> list[Authority]:
    """The parks a person is an officer of. Raises `NotSeen` where there is none."""
    held = [post.authority for post in posts_of(user) if post.role == Role.OFFICER and post.authority]
    parks = {each.id: each for each in held if each.kind == AuthorityKind.PARK}
    if not parks:
        raise NotSeen
    return list(parks.values())


def choosings_of(user: User) -> list[Choosing]:
    """Every call of their region in which the person's parks settle topics, the one that closes first at the top."""
    parks = parks_of(user)
    calls = Call.objects.filter(status__in=(CallStatus.DRAFT, CallStatus.PUBLISHED)).select_related("authority")
    rows = Topic.objects.filter(park__in=parks).annotate(chosen=Count("applications")).order_by("id")
    by_place: dict[tuple[int, int], list[Topic]] = {}
    for row in rows:
        by_place.setdefault((row.call_id, row.park_id), []).append(row)
    pairs = [(call, park) for call in calls.order_by("closes_at", "code") for park in parks if settles(park, call)]
    return [_choosing(call, park, by_place.get((call.id, park.id), [])) for call, park in pairs]


def settles(park: Authority, call: Call) -> bool:
    """Whether a park settles topics for a call: its procedure says so, and the park lies in its region."""
    is_near = park.region.startswith(region_stem(call.authority.region))
    return is_near and any(needs_topic(call, scheme) for scheme in call.schemes)


def _choosing(call: Call, park: Authority, rows: list[Topic]) -> Choosing:
    ways = tuple(_ways(packs.pack(call.pack).directions))
    names = {way.key: way.name for way in ways}
    settled = tuple(Settled(row, names.get(row.direction, Text(row.direction, row.direction)), _chosen(row)) for row in rows)
    return Choosing(call, park, settled, ways)


def _ways(directions: tuple[Direction, ...], above: Text | None = None) -> Iterator[Way]:
    for each in directions:
        name = Text(f"{above.zh} › {each.name.zh}", f"{above.en} › {each.name.en}") if above else each.name
        yield Way(each.id, name)
        yield from _ways(each.children, name)


def _chosen(row: Topic) -> int:
    return int(row.chosen)  # type: ignore[attr-defined]  # annotated where the rows are read
