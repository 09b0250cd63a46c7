"""The desk: what waits for a person in each role they hold, counted and with the most pressing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from zhinan.server import packs
from zhinan.server.models import (
    Application,
    Authority,
    Call,
    CallStatus,
    ChainHead,
    Event,
    Listing,
    Organisation,
    OrganisationStatus,
    Post,
    Role,
    User,
)  # fmt: skip
from zhinan.server.queries.drafts import Listed, State, applications_of
from zhinan.server.queries.people import posts_of
from zhinan.server.queries.queue import MINE, Row, Wanted, shelf, waiting_for
from zhinan.values.text import Text

#: What is due within so many days is due soon; a call that closes within so many is closing.
SOON, CLOSING = timedelta(days=3), timedelta(days=14)
_FEW = 6


@dataclass(frozen=True, slots=True)
class Applying:
    """For those who apply: drafts, what was returned, what is under way, what the unit's administrator is to hand in."""

    drafts: Listed
    returned: Listed
    under_way: Listed
    ready: tuple[Application, ...]
    unconfirmed: tuple[Organisation, ...]


@dataclass(frozen=True, slots=True)
class Deciding:
    """For officers: what waits for them, and how pressing; their lists in the making; their calls that close."""

    waiting: int
    soon: int
    overdue: int
    rows: tuple[Row, ...]
    lists: tuple[Listing, ...]
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Watching:
    """For auditors and keepers: how long the record is, and what was done last."""

    events: int
    last: Event | None


@dataclass(frozen=True, slots=True)
class Keeping:
    """For keepers: who and what is on the platform."""

    people: int
    bodies: int
    units: int
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person's desk shows; a part is there for those who hold a post that asks for it."""

    posts: tuple[Post, ...]
    applying: Applying | None
    deciding: Deciding | None
    watching: Watching | None
    keeping: Keeping | None


def desk_of(user: User, *, at: datetime) -> Desk:
    """The desk of a person at this moment."""
    posts = tuple(posts_of(user))
    held = {post.role for post in posts}
    is_applicant = bool(held & {Role.UNIT_ADMIN, Role.MEMBER}) or Application.objects.filter(leader=user).exists()
    return Desk(
        posts,
        _applying(user, posts, at=at) if is_applicant else None,
        _deciding(user, posts, at=at) if Role.OFFICER in held else None,
        _watching() if held & {Role.AUDITOR, Role.KEEPER} else None,
        _keeping() if Role.KEEPER in held else None,
    )


def _applying(user: User, posts: tuple[Post, ...], *, at: datetime) -> Applying:
    drafts, returned, under_way = (
        applications_of(user, at=at, state=state) for state in (State.DRAFT, State.RETURNED, State.UNDER_WAY)
    )
    administered = [post.organisation for post in posts if post.role == Role.UNIT_ADMIN and post.organisation]
    own = [post.organisation for post in posts if post.organisation]
    ready = Application.objects.filter(organisation__in=administered, ready_at__isnull=False, submitted_at=None)
    waits = ready.exclude(stage="withdrawn").filter(Q(due_at=None) | Q(due_at__gte=at)).order_by("due_at", "id")[:_FEW]
    unconfirmed = tuple(unit for unit in own if unit.status != OrganisationStatus.CONFIRMED)
    return Applying(drafts, returned, under_way, tuple(waits), unconfirmed)


def _deciding(user: User, posts: tuple[Post, ...], *, at: datetime) -> Deciding:
    first = shelf(user, Wanted(whose=MINE, sort="due"), at=at)
    mine = waiting_for(user, list(posts))
    soon, late = Q(due_at__gte=at, due_at__lt=at + SOON), Q(due_at__lt=at)
    told = mine.aggregate(soon=Count("id", filter=soon), overdue=Count("id", filter=late))
    bodies = [post.authority for post in posts if post.role == Role.OFFICER and post.authority]
    lists, calls = tuple(_lists(bodies)), tuple(_calls(bodies, at=at))
    return Deciding(first.total, told["soon"], told["overdue"], first.rows[:_FEW], lists, calls)


def _lists(bodies: list[Authority]) -> QuerySet[Listing]:
    """Lists in the making that something stands on."""
    made = Listing.objects.filter(body__in=bodies, sent_at=None).annotate(number_of_cases=Count("entries"))
    return made.filter(number_of_cases__gt=0).select_related("call", "body").order_by("call", "stage")


def _calls(bodies: list[Authority], *, at: datetime) -> QuerySet[Call]:
    calls = Call.objects.filter(authority__in=bodies, status=CallStatus.PUBLISHED, closes_at__gte=at, closes_at__lt=at + CLOSING)
    return calls.annotate(handed_in=Count("applications", filter=Q(applications__submitted_at__isnull=False))).order_by(
        "closes_at"
    )


def _watching() -> Watching:
    head = ChainHead.objects.filter(id=1).first()
    return Watching(head.sequence if head else 0, Event.objects.order_by("-sequence").first())


def _keeping() -> Keeping:
    units = Organisation.objects.aggregate(all=Count("id"), new=Count("id", filter=Q(status=OrganisationStatus.REGISTERED)))
    return Keeping(User.objects.filter(is_active=True).count(), Authority.objects.count(), units["all"], units["new"])


def stage_name(row: Listing) -> Text:
    """The stage at which a list is made, by its name in the call's procedures."""
    procedures = (packs.procedure(row.call.pack, scheme) for scheme in row.call.schemes)
    return next(procedure.stages[row.stage].name for procedure in procedures if row.stage in procedure.stages)
