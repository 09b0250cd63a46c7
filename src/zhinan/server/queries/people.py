"""People: their posts, the places of the platform that are theirs, what waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from zhinan.server.clock import today
from zhinan.server.identity import without_proof
from zhinan.server.models import Authority, AuthorityKind, Invitation, Message, Organisation, Post, Role, User
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text

#: What each role is called.
ROLE_NAMES: dict[str, Text] = {
    Role.UNIT_ADMIN: Text("单位管理员", "unit administrator"), Role.MEMBER: Text("成员", "member"),
    Role.OFFICER: Text("经办人员", "officer"), Role.FINANCE: Text("财务", "finance"), Role.AUDITOR: Text("审计监督", "auditor"),
    Role.LEADERSHIP: Text("领导", "leadership"), Role.EXPERT: Text("专家", "expert"), Role.KEEPER: Text("平台管理员",
    "keeper of the platform"),
}  # fmt: skip
#: Who works on what others hand in, or keeps the platform, needs more than a password.
_GUARDS_OTHERS = (Role.OFFICER, Role.AUDITOR, Role.FINANCE, Role.KEEPER)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the platform in the navigation: an address name, what it is called."""

    url: str
    name: Text


def posts_of(user: User, *, on: date | None = None) -> QuerySet[Post]:
    """The posts a person holds on a day (today)."""
    day = on or today()
    held = Post.objects.filter(Q(until=None) | Q(until__gte=day), user=user, since__lte=day)
    return held.select_related("authority", "section", "organisation")


def places_of(user: User) -> tuple[Place, ...]:
    """Where a person's work is, by the posts they hold; the desk first."""
    held = list(posts_of(user))
    return tuple(place for place in _PLACES if place.url == "desk" or _may(place.url, held))


def is_keeper(user: User) -> bool:
    """Whether a person keeps the platform."""
    return posts_of(user).filter(role=Role.KEEPER).exists()


def guards_others(user: User) -> bool:
    """Whether a person's posts ask for a second factor."""
    return posts_of(user).filter(role__in=_GUARDS_OTHERS).exists()


def handles_reviews(user: User) -> bool:
    """Whether a person's posts may have to do with reviews: as an officer, or as an auditor."""
    return posts_of(user).filter(role__in=(Role.OFFICER, Role.AUDITOR)).exists()


def login_of(typed: str) -> str:
    """The login name of whoever signs in by what was typed, a name or an address; what was typed, if it is nobody's."""
    found = User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed)).order_by("id").first() if typed else None
    return found.username if found else typed.lower()


def known_by_address(addresses: Sequence[str]) -> User | None:
    """The one active person with one of these addresses; an account that gave an address without proving it does not count."""
    found = {person.id: person for each in addresses for person in User.objects.filter(email__iexact=each, is_active=True)}
    shaky = without_proof(found.values())
    sure = [person for id, person in found.items() if id not in shaky]
    return sure[0] if len(sure) == 1 else None


def people_at(place: Organisation | Authority) -> QuerySet[Post]:
    """The posts held at a place today, with the people in them."""
    at_place = Q(organisation=place) if isinstance(place, Organisation) else Q(authority=place)
    held = Post.objects.filter(at_place).filter(Q(until=None) | Q(until__gte=today()))
    return held.select_related("user", "section").order_by("role", "user__name", "id")


def invited_to(place: Organisation | Authority | None, *, at: datetime) -> QuerySet[Invitation]:
    """Invitations to a place (to the platform itself, for none) that can still be taken up."""
    open_ones = Invitation.objects.filter(used_at=None, expires_at__gt=at).select_related("section", "invited_by")
    if place is None:
        return open_ones.filter(organisation=None, authority=None)
    return open_ones.filter(organisation=place) if isinstance(place, Organisation) else open_ones.filter(authority=place)


def everyone(words: str = "") -> QuerySet[User]:
    """Everyone with an account, by what is in their name, login or address, with the posts they hold."""
    found = User.objects.order_by("name", "id").prefetch_related(
        Prefetch(
            "posts",
            Post.objects.filter(Q(until=None) | Q(until__gte=today())).select_related("authority", "organisation", "section"),
        )
    )
    return found.filter(Q(name__icontains=words) | Q(username__icontains=words) | Q(email__icontains=words)) if words else found


def someone(id: int) -> User:
    """A person, for the keeper. Raises `NotSeen`."""
    found = User.objects.filter(id=id).first() if id < 2**63 else None
    if found is None:
        raise NotSeen
    return found


def every_post_of(user: User) -> list[Post]:
    """Every post a person holds or has held, the latest first."""
    return list(user.posts.select_related("authority", "section", "organisation").order_by("-since", "-id"))


def unread(user: User) -> int:
    """How many messages wait to be read."""
    return Message.objects.filter(to=user, read_at=None).count()


_PLACES = (
    Place("desk", Text("工作台", "Desk")), Place("applications", Text("我的申报", "My applications")),
    Place("organisation", Text("单位", "Our unit")), Place("units", Text("单位确认", "Units")), Place("queue", Text("办件",
    "Cases")), Place("listings", Text("推荐清单", "Lists")),
    Place("rounds", Text("评审", "Review rounds")), Place("reviewing", Text("评审", "Reviewing")),
    Place("objections", Text("异议处理", "Objections")),
    Place("rankings", Text("排序名单", "Rankings")),
    Place("calls-desk", Text("批次管理", "Manage calls")), Place("topics", Text("选题", "Topics")),
    Place("experts", Text("专家库", "Experts")), Place("expert-desk", Text("专家资料", "My expert profile")),
    Place("authorities", Text("机构与人员", "Bodies and people")),
    Place("events", Text("事件链", "Record")),
)  # fmt: skip
_WHOSE: dict[str, set[str]] = {
    "applications": {Role.UNIT_ADMIN, Role.MEMBER}, "organisation": {Role.UNIT_ADMIN, Role.MEMBER},
    "units": {Role.OFFICER}, "queue": {Role.OFFICER, Role.AUDITOR}, "listings": {Role.OFFICER}, "calls-desk": {Role.OFFICER},
    "topics": {Role.OFFICER}, "rounds": {Role.OFFICER, Role.AUDITOR}, "reviewing": {Role.EXPERT},
    "objections": {Role.OFFICER, Role.AUDITOR},
    "rankings": {Role.LEADERSHIP},
    "experts": {Role.OFFICER, Role.AUDITOR}, "expert-desk": {Role.EXPERT},
    "authorities": {Role.KEEPER}, "events": {Role.AUDITOR, Role.KEEPER},
}  # fmt: skip


def _may(url: str, held: Iterable[Post]) -> bool:
    return any(post.role in _WHOSE[url] and _is_at_place_for(url, post) for post in held)


def _is_at_place_for(url: str, post: Post) -> bool:
    """Only parks settle topics; only a region and a city review what was applied for under their calls."""
    kinds = _ONLY_AT.get(url)
    return kinds is None or (post.authority is not None and post.authority.kind in kinds)


_PROGRAMMES = {AuthorityKind.REGION, AuthorityKind.CITY}
_ONLY_AT: dict[str, set[AuthorityKind]] = {
    "topics": {AuthorityKind.PARK}, "rounds": _PROGRAMMES, "objections": _PROGRAMMES, "experts": _PROGRAMMES,
}  # fmt: skip
