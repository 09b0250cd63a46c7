"""Setting the platform up: its first keeper, people and posts, units and registers taken over from elsewhere."""

from __future__ import annotations

from datetime import date, datetime

from zhinan.server.actions.account_fields import Account, BadFields, refuse_account
from zhinan.server.actions.record import record, whole
from zhinan.server.models import (
    Authority,
    Event,
    FundedProject,
    Organisation,
    OrganisationStatus,
    Post,
    Role,
    Section,
    Shareholding,
    User,
)
from zhinan.server.refused import Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

#: The event that says a platform holds the demo's invented data.
SEEDED = "seed-demo"
_HAS_KEEPER = Mistake(
    "keeper-exists", Text("平台已经有管理员：{names}", "the platform has a keeper already: {names}"),
    Text("请他在“机构与人员”里任命新的管理员", "ask them to appoint another under “Bodies and people”"),
)  # fmt: skip


@whole()
def enrol(login: str, *, name: str, email: str, by: User | None, at: datetime, lang: str = "") -> User:
    """A person without a password: no one signs in as them until they have been given a way to."""
    person = User(username=login, name=name, email=email, lang=lang)
    person.set_unusable_password()
    person.save()
    record("enrol", actor=by, at=at, payload={"person": login})
    return person


@whole()
def appoint(  # noqa: PLR0913  # where, as what, since when
    person: User, role: str, *, by: User | None, at: datetime, since: date, authority: Authority | None = None,
    section: Section | None = None, organisation: Organisation | None = None,
) -> Post:  # fmt: skip
    """Give a person a post."""
    post = Post.objects.create(
        user=person, role=role, authority=authority, section=section, organisation=organisation, since=since
    )
    place = authority.code if authority else organisation.uscc if organisation else ""
    record("appoint", actor=by, at=at, payload={"person": person.username, "role": str(role), "place": place})
    return post


@whole()
def enter_unit(  # noqa: PLR0913  # a row of a register
    uscc: str, *, name: str, kind: str, region: str, by: User | None, at: datetime, park: Authority | None = None,
    sector: Authority | None = None, body: Authority | None = None,
) -> Organisation:  # fmt: skip
    """Take a unit over from a register that has checked it: it is confirmed."""
    unit = Organisation.objects.create(
        uscc=uscc, name=name, kind=kind, region=region, park=park, sector=sector, body=body, registered_at=at,
        status=OrganisationStatus.CONFIRMED,
    )  # fmt: skip
    record("enter-unit", actor=by, at=at, payload={"unit": uscc, "name": name, "region": region})
    return unit


@whole()
def enter_project(  # noqa: PLR0913  # as above
    unit: Organisation, *, special: str, level: str, title: str, leader: str, established_on: date, by: User | None, at: datetime,
    concluded_on: date | None = None,
) -> FundedProject:  # fmt: skip
    """Put a project that was funded before the platform into the register of projects."""
    project = FundedProject.objects.create(
        special=special, level=level, title=title, unit=unit.uscc, leader=leader, established_on=established_on,
        concluded_on=concluded_on,
    )  # fmt: skip
    record("enter-project", actor=by, at=at, payload={"unit": unit.uscc, "special": special, "title": title})
    return project


@whole()
def enter_shareholding(owner: str, owned: str, per_mille: int, *, by: User | None, at: datetime) -> Shareholding:
    """Put on record who holds how much of whom; units go by their codes."""
    holding = Shareholding.objects.create(owner=owner, owned=owned, per_mille=per_mille)
    record("enter-shareholding", actor=by, at=at, payload={"owner": owner, "owned": owned, "per_mille": per_mille})
    return holding


@whole()
def create_keeper(account: Account, *, at: datetime) -> User:
    """The platform's first keeper; later ones are appointed by a keeper. Raises `Refused`, `BadFields`."""
    held = Post.objects.filter(role=Role.KEEPER, until=None, user__is_active=True).select_related("user")
    if names := "、".join(post.user.name for post in held):
        raise Refused(_HAS_KEEPER.at(names=names))
    if any((problems := refuse_account(account)).values()):
        raise BadFields(problems)
    person = enrol(account.login.strip(), name=account.name.strip(), email=account.email.strip(), by=None, at=at)
    person.set_password(account.password)
    person.save(update_fields=["password"])
    appoint(person, Role.KEEPER, by=None, at=at, since=at.date())
    return person


@whole()
def mark_as_demo(*, at: datetime) -> None:
    """Say in the record that everything here is invented."""
    record(SEEDED, actor=None, at=at)


def is_demo() -> bool:
    """Whether this platform holds the demo's data."""
    return Event.objects.filter(action=SEEDED).exists()


def holds_people() -> bool:
    """Whether anyone is on this platform."""
    return User.objects.exists()


def has_keeper() -> bool:
    """Whether someone keeps this platform."""
    return Post.objects.filter(role=Role.KEEPER, until=None, user__is_active=True).exists()
