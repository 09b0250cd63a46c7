"""Ranked lists: which action goes up by list and letter, what waits to be listed, what was sent, how many places are left."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from zhinan.lifecycle.kinds import is_pass_of_a_body
from zhinan.policy.procedure import Action, Procedure
from zhinan.server import packs
from zhinan.server.models import Application, Authority, Call, CallStatus, Entry, Listing, Role, StageLimit, User
from zhinan.server.queries.access import visible_cases
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.people import posts_of
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text

#: Guards that look at a list sent before: what follows is passed on one by one.
_LISTED_BEFORE = ("on-the-list", "on-city-list")
_AUTHORITY = ("authority", "section")


def listing_action(procedure: Procedure, stage: str) -> Action | None:
    """The action that sends cases up from a stage to another body, with a ranked list and a letter."""
    for action in procedure.stages[stage].actions:
        if (
            is_pass_of_a_body(procedure, stage, action.id)
            and action.guard not in _LISTED_BEFORE
            and _leaves(procedure, stage, action)
        ):
            return action
    return None


def _leaves(procedure: Procedure, stage: str, action: Action) -> bool:
    here = {procedure.roles[key].found_by for key in action.by if key in procedure.roles}
    there = {procedure.roles[key].found_by for key in procedure.stages[action.to].who if key in procedure.roles}
    return not here & there and not here & set(_AUTHORITY)


@dataclass(frozen=True, slots=True)
class Board:
    """What a body has at a stage of a call: the list in the making, what may be put on it, what was sent, the places."""

    call: Call
    stage: str
    stage_name: Text
    body: Authority
    quota: int | None
    sent: tuple[Listing, ...]
    used: int
    entries: tuple[Entry, ...]
    waiting: tuple[Application, ...]

    @property
    def left(self) -> int | None:
        """The places left once the list in the making is sent."""
        return None if self.quota is None else self.quota - self.used - len(self.entries)


def boards_of(user: User) -> list[tuple[Call, str, Text, Authority]]:
    """Every stage of a published call at which a body of this person makes a list."""
    bodies = {post.authority_id: post.authority for post in posts_of(user) if post.role == Role.OFFICER}
    cases = Application.objects.filter(body__in=bodies, submitted_at__isnull=False)
    listed = Listing.objects.filter(body__in=bodies)
    rows = {*cases.values_list("call_id", "scheme", "stage", "body_id").distinct()}
    rows |= {(call, "", stage, body) for call, stage, body in listed.values_list("call_id", "stage", "body_id")}
    calls = {call.id: call for call in Call.objects.filter(id__in={row[0] for row in rows})}
    found: dict[tuple[int, str, int], tuple[Call, str, Text, Authority]] = {}
    for call_id, scheme, stage, body_id in sorted(rows):
        call = calls[call_id]
        procedure = packs.procedure(call.pack, scheme or call.schemes[0])
        body = bodies[body_id]
        if body is not None and stage in procedure.stages and listing_action(procedure, stage):
            found[call_id, stage, body_id] = (call, stage, procedure.stages[stage].name, body)
    return list(found.values())


def board(user: User, call_code: str, stage: str, body_code: str) -> Board:
    """One board. Raises `NotSeen` for a call, stage or body that is not this person's."""
    posts = [post for post in posts_of(user) if post.role == Role.OFFICER and post.authority and post.authority.code == body_code]
    call = Call.objects.filter(code=call_code, status__in=(CallStatus.PUBLISHED, CallStatus.CLOSED)).first()
    if not posts or call is None:
        raise NotSeen
    body = posts[0].authority
    procedures = [packs.procedure(call.pack, scheme) for scheme in call.schemes]
    procedure = next((each for each in procedures if stage in each.stages and listing_action(each, stage)), None)
    if body is None or procedure is None:
        raise NotSeen
    sent = tuple(Listing.objects.filter(call=call, stage=stage, body=body, sent_at__isnull=False).prefetch_related("entries"))
    entries = tuple(
        Entry.objects.filter(listing__call=call, listing__stage=stage, listing__body=body, listing__sent_at=None)
        .select_related("application__organisation", "application__leader", "application__call")
    )  # fmt: skip
    on_list = {entry.application_id for entry in entries}
    waiting = visible_cases(user).filter(call=call, stage=stage, body=body).exclude(id__in=on_list).order_by("submitted_at", "id")
    gone = Entry.objects.filter(listing__in=sent).exclude(application__stage=stage, application__body=body)
    used = gone.values("application").distinct().count()  # a case that came back takes its place again
    return Board(
        call, stage, procedure.stages[stage].name, body, quota_of(call, stage, body), sent, used, entries, tuple(waiting)
    )


def quota_of(call: Call, stage: str, body: Authority) -> int | None:
    """How many cases a body may send on from a stage; `None` for no limit."""
    limits = {limit.body_id: limit.quota for limit in StageLimit.objects.filter(call=call, stage=stage)}
    return limits.get(body.id, limits.get(None))


def draft_of(call: Call, stage: str, body: Authority) -> Listing | None:
    """The list in the making."""
    return Listing.objects.filter(call=call, stage=stage, body=body, sent_at=None).first()


def was_listed(case: Application) -> bool:
    """Whether the case stands on a list that was sent to where it is now."""
    procedure = procedure_of(case)
    before = [id for id in procedure.stages if (action := listing_action(procedure, id)) is not None and action.to == case.stage]
    return Entry.objects.filter(application=case, listing__stage__in=before, listing__sent_at__isnull=False).exists()


def sent_listing(user: User, listing: int) -> Listing:
    """A list that was sent, for an officer of the body that sent it or of the call's authority. Raises `NotSeen`."""
    mine = {post.authority_id for post in posts_of(user) if post.role in (Role.OFFICER, Role.AUDITOR)}
    row = Listing.objects.filter(id=listing, sent_at__isnull=False).select_related("call__authority", "body").first()
    if row is None or not {row.body_id, row.call.authority_id} & mine:
        raise NotSeen
    return row


def entries_of(listing: Listing) -> QuerySet[Entry]:
    """What stands on a list, in order."""
    return listing.entries.select_related("application__organisation", "application__leader", "application__call").order_by(
        "rank"
    )


def goes_by_list(case: Application) -> Action | None:
    """The action by which the case would go up on a list from where it stands."""
    return goes_by_list_from(case, case.stage)


def goes_by_list_from(case: Application, stage: str) -> Action | None:
    """The action by which the case goes up on a list from a stage."""
    return listing_action(procedure_of(case), stage)


def sent_by_bodies_of(user: User) -> QuerySet[Listing]:
    """The lists that were sent by a person's bodies, or under a call of theirs, the latest first."""
    mine = [post.authority_id for post in posts_of(user) if post.role in (Role.OFFICER, Role.AUDITOR) and post.authority_id]
    sent = Listing.objects.filter(Q(body__in=mine) | Q(call__authority__in=mine), sent_at__isnull=False)
    return sent.select_related("call", "body").annotate(number_of_cases=Count("entries")).order_by("-sent_at", "-id")
