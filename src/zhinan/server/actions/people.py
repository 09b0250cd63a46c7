"""People and units: a unit registers and is confirmed; people are invited into posts and leave them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Model

from zhinan.server import packs
from zhinan.server.actions.account_fields import (
    BLANK,
    LOGIN_TAKEN,
    Account,
    BadFields,
    as_shown,
    refuse_account,
    refuse_address,
    refuse_text,
)
from zhinan.server.actions.notify import holders, tell
from zhinan.server.actions.record import record, whole
from zhinan.server.hashing import Json, digest
from zhinan.server.identity import note_address
from zhinan.server.models import (
    Authority,
    AuthorityKind,
    Expert,
    ExpertStatus,
    Invitation,
    Message,
    Organisation,
    OrganisationStatus,
    Post,
    RegisterFact,
    Role,
    Section,
    User,
)  # fmt: skip
from zhinan.server.queries.people import is_keeper, posts_of, someone
from zhinan.server.queries.units import unit_in_place, units_of_place
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.codes import WrongCode, check_credit_code
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.regions import Level, Region, find_region, nearest_regions
from zhinan.values.text import Text, same

#: An invitation is good for so many days.
GOOD_FOR = 14
_UNIT_TAKEN = Mistake(
    "unit-registered",
    Text("这个单位已经注册", "this unit is registered already"),
    Text("请本单位管理员为您开户", "ask its administrator for an account"),
)
_LINK_OVER = Mistake(
    "link-over",
    Text("这个邀请链接已经用过或者过期", "this invitation was used or is over"),
    Text("请邀请人重新发一次", "ask for a new one"),
)
_NOT_YOURS = Mistake(
    "not-your-place",
    Text("您不能在这里任命人员", "you cannot give posts here"),
    Text("单位由单位管理员、机构由平台管理员任命", "a unit's administrator or the platform's keeper does"),
)
_LAST_ADMIN = Mistake(
    "last-administrator",
    Text("单位至少要有一位管理员", "a unit needs at least one administrator"),
    Text("先任命另一位", "appoint another first"),
)
_LAST_KEEPER = Mistake(
    "last-keeper",
    Text("平台至少要有一位管理员", "the platform needs at least one keeper"),
    Text("先任命另一位", "appoint another first"),
)
_CHOOSE = Mistake("choose-one", Text("请选择“{label}”", "choose “{label}”"), Text("从列表中选一项", "take one from the list"))
_BAD_REGION = Mistake(
    "unknown-county",
    Text("没有“{text}”这个行政区划", "there is no region “{text}”"),
    Text("写到县（市、区）一级，例如 银川市兴庆区", "give the county or district in Chinese, or its six-digit code"),
)
_MANY_REGIONS = Mistake(
    "ambiguous-region", Text("没有唯一的行政区划叫“{text}”", "no single region is called “{text}”"),
    Text("写全一些，是不是：{near}", "write more of it; perhaps: {near}"),
)  # fmt: skip
_OWN_UNIT = Mistake(
    "own-unit", Text("本人所在单位须由他人确认", "others confirm the unit you belong to"), Text("请同事办理", "ask a colleague")
)
_NOT_ONESELF = Mistake(
    "not-oneself",
    Text("不能停用自己的账号", "you cannot close your own account"),
    Text("请另一位平台管理员办理", "ask another keeper"),
)
_INVITED = (
    "{name}：\n{place} 邀请您使用指南平台，请在 {days} 天内打开链接设定账号。\n"
    "{place} invites you to Zhinan. Open the link within {days} days to set up your account."
)
_EXPERT_ALREADY = Mistake(
    "expert-already",
    Text("账号“{name}”已经是专家库中的另一位专家", "the account of {name} is another expert of a bank already"),
    Text("换一个账号接受邀请，或告诉邀请人", "take it up with another account, or tell who invited you"),
)
UNIT_ROLES = (Role.UNIT_ADMIN, Role.MEMBER)
PLATFORM_ROLES = (Role.KEEPER,)
AUTHORITY_ROLES = (Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.LEADERSHIP)


@whole()
def register_unit(
    *, uscc: str, name: str, kind: str, region: str, account: Account, at: datetime, park: Authority | None = None
) -> Organisation:
    """A unit registers, with its first administrator. Raises `BadFields` with everything wrong at once."""
    code, wrong_code = read_code(uscc)
    found, wrong_region = _read_region(region)
    problems = {
        "uscc": wrong_code, "name": refuse_text(name, Text("单位名称", "name of the unit"), most=120), "kind": _refuse_kind(kind),
        "region": wrong_region, "park": _refuse_park(park), **refuse_account(account),
    }  # fmt: skip
    if found is None or any(problems.values()):
        raise BadFields(problems)
    unit = Organisation(uscc=code, name=as_shown(name), kind=kind, region=found.code, park=park, registered_at=at)
    _save_new(unit, BadFields({"uscc": [_UNIT_TAKEN.at()]}))
    person = _make(account)
    note_address(person, is_proven=False)
    Post.objects.create(user=person, role=Role.UNIT_ADMIN, organisation=unit, since=at.date())
    record("register-unit", actor=person, at=at, payload={"unit": unit.uscc, "name": unit.name, "region": unit.region})
    body = unit.park or Authority.objects.filter(region=unit.region, kind=AuthorityKind.COUNTY).first()
    if body:
        tell(
            holders(Role.OFFICER, authority=body), kind="unit-registered", at=at, link=f"/units/{unit.uscc}/",
            subject=Text(f"待确认单位：{unit.name}", f"A unit to confirm: {unit.name}"),
            body=Text(f"{unit.name}（{unit.uscc}）刚刚注册。", f"{unit.name} ({unit.uscc}) has just registered."),
        )  # fmt: skip
    return unit


def read_code(uscc: str) -> tuple[str, list[Problem]]:
    """The credit code of a unit that may register, and what is wrong with it."""
    if not uscc.strip():
        return "", [BLANK.at(label=Text("统一社会信用代码", "credit code"))]
    try:
        code = check_credit_code(uscc)
    except WrongCode as wrong:
        return "", [wrong.problem]
    return code, [_UNIT_TAKEN.at()] if Organisation.objects.filter(uscc=code).exists() else []


def _read_region(text: str) -> tuple[Region | None, list[Problem]]:
    found = find_region(text)
    if found is not None and found.level is not Level.PROVINCE:
        return found, []
    if not text.strip():
        return None, [BLANK.at(label=Text("所在地", "region"))]
    near = [region.full_path.replace("/", "") for region in nearest_regions(text, limit=3)]
    return None, [_MANY_REGIONS.at(text=text[:40], near=same("、".join(near))) if near else _BAD_REGION.at(text=text[:40])]


def _refuse_kind(kind: str) -> list[Problem]:
    known = {member.key for member in packs.vocabulary().choices["unit_kind"].members}
    return [] if kind in known else [_CHOOSE.at(label=Text("单位性质", "kind of unit"))]


def _refuse_park(park: Authority | None) -> list[Problem]:
    return [_CHOOSE.at(label=Text("园区", "park"))] if park is not None and park.kind != AuthorityKind.PARK else []


def _make(account: Account) -> User:
    person = User(username=account.login.strip(), email=account.email.strip(), name=as_shown(account.name))
    person.set_password(account.password)
    _save_new(person, BadFields({"login": [LOGIN_TAKEN.at(login=person.username)]}))
    return person


def _save_new(row: Model, taken: BadInput) -> None:
    """Save a row whose code another may take in the same moment."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise taken from None


@whole()
def confirm_unit(uscc: str, *, by: User, at: datetime, is_confirmed: bool, note: str = "") -> Organisation:
    """A body of the unit's place (the park, the city) confirms the registration, or refuses it. Raises `NotSeen`, `Refused`."""
    unit = unit_in_place(by, uscc, lock=True)
    if any(post.organisation_id == unit.id for post in posts_of(by)):
        raise Refused(_OWN_UNIT.at())
    if not is_confirmed and not note.strip():
        raise Refused(BLANK.at(label=Text("理由", "reason")))
    unit.status = OrganisationStatus.CONFIRMED if is_confirmed else OrganisationStatus.REFUSED
    unit.note = note.strip()[:400]
    unit.save(update_fields=["status", "note"])
    record("confirm-unit" if is_confirmed else "refuse-unit", actor=by, at=at, payload={"unit": uscc, "note": unit.note})
    tell(
        holders(Role.UNIT_ADMIN, organisation=unit), kind="unit-confirmed", at=at, link="/organisation/",
        subject=Text("单位注册已确认", "Your unit is confirmed") if is_confirmed else Text("单位注册未通过",
        "Your unit was not confirmed"),
        body=Text(f"{unit.name} {unit.note}", f"{unit.name} {unit.note}"),
    )  # fmt: skip
    return unit


def may_confirm(user: User, unit: Organisation) -> bool:
    """Whether a person is an officer of the unit's park, county, city or region."""
    return units_of_place(user).filter(id=unit.id).exists()


@whole()
def put_facts(
    unit: Organisation, facts: Mapping[str, str], *, source: str, observed_on: date, by: User | None, at: datetime
) -> None:
    """Put facts about a unit on record; a fact known already is replaced."""
    for key, value in facts.items():
        RegisterFact.objects.update_or_create(
            organisation=unit, key=key, defaults={"value": value, "source": source, "observed_on": observed_on}
        )
    record(
        "put-facts",
        actor=by,
        at=at,
        payload={"unit": unit.uscc, "facts": dict(facts), "source": source, "observed_on": observed_on.isoformat()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Whom an invitation is for, and the post it gives."""

    email: str
    name: str
    role: str
    organisation: Organisation | None = None
    authority: Authority | None = None
    section: Section | None = None

    @property
    def place(self) -> str:
        """What the place is called."""
        return str(self.organisation or self.authority or "")


@whole()
def invite(  # noqa: PLR0913  # a post is at one of three kinds of place
    *, by: User | None, email: str, name: str, role: str, at: datetime, link: str, organisation: Organisation | None = None,
    authority: Authority | None = None, section: Section | None = None,
) -> str:  # fmt: skip
    """Invite a person into a post; the mail's link is `link` with the secret put in. Returns the secret. Raises `Refused`."""
    if by is not None and not may_appoint(by, organisation):
        raise Refused(_NOT_YOURS.at())
    invited = Invited(email=email, name=name, role=role, organisation=organisation, authority=authority, section=section)
    _, secret = send_invitation(invited, by=by, at=at, link=link)
    payload: Json = {"email": digest(email.strip().lower()), "role": role, "place": invited.place}
    record("invite", actor=by, at=at, payload=payload)
    return secret


def send_invitation(invited: Invited, *, by: User | None, at: datetime, link: str) -> tuple[Invitation, str]:
    """The invitation and its secret, on their way; the action that asks for it records it. Raises `BadFields`."""
    problems = {"invitee": refuse_text(invited.name, Text("姓名", "name"), most=60), "email": refuse_address(invited.email)}
    problems["role"] = _refuse_role(invited.role, invited.organisation, invited.authority, invited.section)
    if any(problems.values()):
        raise BadFields(problems)
    secret, email = secrets.token_urlsafe(24), invited.email.strip()
    row = Invitation.objects.create(
        email=email, name=as_shown(invited.name), role=invited.role, organisation=invited.organisation,
        authority=invited.authority, section=invited.section, secret_hash=digest(secret), invited_by=by, made_at=at,
        expires_at=at + timedelta(days=GOOD_FOR),
    )  # fmt: skip
    Message.objects.create(
        address=email, kind="invitation", made_at=at, link=link.format(secret=secret),
        subject=f"邀请：{invited.place} / Invitation: {invited.place}"[:200],
        body=_INVITED.format(name=invited.name, place=invited.place, days=GOOD_FOR),
    )  # fmt: skip
    return row, secret


def may_appoint(user: User, organisation: Organisation | None) -> bool:
    """Administrators appoint in their unit, keepers everywhere."""
    posts = list(posts_of(user))
    if any(post.role == Role.KEEPER for post in posts):
        return True
    return organisation is not None and any(
        post.role == Role.UNIT_ADMIN and post.organisation_id == organisation.id for post in posts
    )


def _refuse_role(
    role: str, organisation: Organisation | None, authority: Authority | None, section: Section | None
) -> list[Problem]:
    """A role belongs to a kind of place: unit roles to units, the others to authorities, the keeper to the platform."""
    if role in UNIT_ROLES:
        fits = organisation is not None and authority is None and section is None
    elif role in AUTHORITY_ROLES:
        fits = organisation is None and authority is not None and (section is None or section.authority_id == authority.id)
    else:
        fits = role in (Role.KEEPER, Role.EXPERT) and organisation is None and section is None
    return [] if fits else [_CHOOSE.at(label=Text("岗位", "post"))]


@whole()
def withdraw_invitation(id: int, *, by: User, at: datetime) -> None:
    """Take an invitation back: its link is over. Raises `NotSeen`."""
    row = Invitation.objects.select_for_update(of=("self",)).filter(id=id, used_at=None).select_related("organisation").first()
    if row is None or not may_appoint(by, row.organisation):
        raise NotSeen
    row.expires_at = at
    row.save(update_fields=["expires_at"])
    record("withdraw-invitation", actor=by, at=at, payload={"email": digest(row.email.lower()), "role": row.role})


def invitation(secret: str, *, at: datetime, lock: bool = False) -> Invitation:
    """The invitation a link stands for. Raises `Refused` when it is over."""
    rows = Invitation.objects.filter(secret_hash=digest(secret), used_at=None, expires_at__gt=at)
    found = (
        (rows.select_for_update(of=("self",)) if lock else rows).select_related("organisation", "authority", "section").first()
    )
    if found is None:
        raise Refused(_LINK_OVER.at())
    return found


@whole()
def accept(secret: str, account: Account, *, at: datetime) -> User:
    """A person takes an invitation up and has an account with the post. Raises `Refused`, `BadFields`."""
    found = invitation(secret, at=at, lock=True)
    problems = refuse_account(account)
    if any(problems.values()):
        raise BadFields(problems)
    person = _make(account)
    # The link reached the invited address, so that one is proven.
    note_address(person, is_proven=person.email.lower() == found.email.lower())
    return _take_up(found, person, at=at)


@whole()
def accept_as(secret: str, user: User, *, at: datetime) -> User:
    """A person who has an account takes an invitation up on it. Raises `Refused`."""
    return _take_up(invitation(secret, at=at, lock=True), user, at=at)


def _take_up(found: Invitation, person: User, *, at: datetime) -> User:
    """The post is held from today; one left earlier is held again. Whoever takes an expert's invitation up is that expert."""
    expert = _expert_of(found, person)
    Post.objects.update_or_create(
        user=person, role=found.role, organisation=found.organisation, authority=found.authority, section=found.section,
        defaults={"since": at.date(), "until": None},
    )  # fmt: skip
    found.used_at, found.used_by = at, person
    found.save(update_fields=["used_at", "used_by"])
    place = str(found.organisation or found.authority or "")
    payload: Json = {"role": found.role, "place": place}
    if expert is None:
        record("accept-invitation", actor=person, at=at, payload=payload)
    else:
        expert.user, expert.changed_at = person, at
        expert.save(update_fields=["user", "changed_at"])
        payload |= {"bank": expert.bank.code, "expert": expert.code}
        record("accept-invitation", actor=person, at=at, payload=payload, rows=(expert,))
    return person


def _expert_of(found: Invitation, person: User) -> Expert | None:
    """The expert an invitation was for. Raises `Refused` for one who left the bank, or who is another expert already."""
    if found.role != Role.EXPERT:
        return None
    expert = Expert.objects.select_for_update(of=("self",)).filter(invitation=found).select_related("bank").first()
    if expert is not None and (expert.status == ExpertStatus.REMOVED or expert.user_id is not None):
        raise Refused(_LINK_OVER.at())
    if expert is not None and Expert.objects.filter(user=person).exists():
        raise Refused(_EXPERT_ALREADY.at(name=person.name))
    return expert


@whole()
def end_post(post: int, *, by: User, at: datetime) -> None:
    """A person leaves a post today. Raises `NotSeen`, `Refused` (the last administrator of a unit, the last keeper)."""
    row = Post.objects.select_for_update(of=("self",)).filter(id=post, until=None).select_related("user", "organisation").first()
    if row is None or not may_appoint(by, row.organisation):
        raise NotSeen
    if row.role in (Role.UNIT_ADMIN, Role.KEEPER):
        others = Post.objects.filter(role=row.role, organisation=row.organisation, until=None, user__is_active=True)
        if not others.exclude(user=row.user).exists():
            raise Refused((_LAST_KEEPER if row.role == Role.KEEPER else _LAST_ADMIN).at())
    row.until = at.date() - timedelta(days=1)
    row.save(update_fields=["until"])
    record("end-post", actor=by, at=at, payload={"person": row.user.username, "role": row.role, "place": _place(row)})


def _place(post: Post) -> str:
    return str(post.organisation or post.authority or "")


@whole()
def deactivate(id: int, *, by: User, at: datetime) -> User:
    """Close an account: its sessions end at once and its password opens nothing any more. Raises `NotSeen`, `Refused`."""
    person = _account(id, by=by)
    if person.id == by.id:
        raise Refused(_NOT_ONESELF.at())
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    record("deactivate-account", actor=by, at=at, payload={"person": person.username})
    return person


@whole()
def reactivate(id: int, *, by: User, at: datetime) -> User:
    """Open an account again; its holder sets a new password by mail. Raises `NotSeen`."""
    person = _account(id, by=by)
    person.is_active = True
    person.save(update_fields=["is_active"])
    record("reactivate-account", actor=by, at=at, payload={"person": person.username})
    return person


def _account(id: int, *, by: User) -> User:
    if not is_keeper(by):
        raise NotSeen
    someone(id)
    return User.objects.select_for_update().get(id=id)


@whole()
def choose_password(user: User, password: str, *, at: datetime) -> None:
    """A person has a new password of their own. The password itself is never recorded."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record("choose-password", actor=user, at=at)


@whole()
def note_identity(user: User, *, provider: str, at: datetime) -> None:
    """An identity from outside was linked to a person by its proven address."""
    record("link-identity", actor=user, at=at, payload={"provider": provider})
