"""The queue: the cases of the bodies a person is an officer or auditor of, filtered, sorted, by pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce

from zhinan.lifecycle.fold import award_path, early_stages, filing_stage, main_path, routes
from zhinan.server import packs
from zhinan.server.models import Application, Authority, Call, CallStatus, Check, Post, Role, Submission, User
from zhinan.server.queries.access import cases_of_bodies
from zhinan.server.queries.people import posts_of
from zhinan.values.text import Text

#: So many cases stand on one page.
SIZE = 25
MINE, ALL, ENDED = "mine", "all", "ended"
_SORTS: dict[str, tuple[str | OrderBy, ...]] = {
    "submitted": ("-submitted_at", "-id"), "due": (F("due_at").asc(nulls_last=True), "id"), "code": ("code",),
    "-submitted": ("submitted_at", "id"), "-due": (F("due_at").desc(nulls_last=True), "-id"), "-code": ("-code",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue is wanted: whose, which, in what order, which page."""

    whose: str = ""
    call: str = ""
    scheme: str = ""
    stage: str = ""
    overdue: bool = False
    words: str = ""
    sort: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A case of the queue, with the names of what it keeps by id, and how many items of its check sheet are answered."""

    case: Application
    scheme: Text
    stage: Text
    is_final: bool
    is_late: bool
    checked: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of the queue. `wanted` is what was made of the wishes."""

    wanted: Wanted
    rows: tuple[Row, ...]
    total: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // SIZE))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the queue may be narrowed to: key and name of each call, scheme and stage."""

    calls: tuple[tuple[str, Text], ...]
    schemes: tuple[tuple[str, Text], ...]
    stages: tuple[tuple[str, Text], ...]


def shelf(user: User, wanted: Wanted, *, at: datetime) -> Shelf:
    """One page of a person's queue; a page that is not there is the last one."""
    wanted = _sane(user, wanted)
    found = _found(user, wanted, at=at)
    total = found.count()
    page = min(max(1, wanted.page), max(1, -(-total // SIZE)))
    order = _SORTS[wanted.sort]
    ids = list(found.order_by(*order).values_list("id", flat=True)[(page - 1) * SIZE : page * SIZE])
    return Shelf(replace(wanted, page=page), tuple(_rows(ids, at=at)), total)


def whole_queue(user: User, wanted: Wanted, *, at: datetime) -> Iterator[Row]:
    """Every case that is wanted, for a list to take away."""
    wanted = _sane(user, wanted)
    ids = list(_found(user, wanted, at=at).order_by(*_SORTS[wanted.sort]).values_list("id", flat=True))
    for first in range(0, len(ids), 500):
        yield from _rows(ids[first : first + 500], at=at)


def _sane(user: User, wanted: Wanted) -> Wanted:
    """The wishes with what is unknown left out; who has nothing to decide sees everything that reached them."""
    whose = wanted.whose if wanted.whose in (MINE, ALL, ENDED) else MINE if _is_officer(user) else ALL
    sort = wanted.sort if wanted.sort in _SORTS else "due" if whose == MINE else "submitted"
    return replace(wanted, whose=whose, sort=sort)


def handles_cases(user: User) -> bool:
    """Whether a queue is any of this person's business."""
    return any(post.role in (Role.OFFICER, Role.AUDITOR) for post in posts_of(user))


def _is_officer(user: User) -> bool:
    return any(post.role == Role.OFFICER for post in posts_of(user))


def _found(user: User, wanted: Wanted, *, at: datetime) -> QuerySet[Application]:
    posts = list(posts_of(user))
    cases = waiting_for(user, posts) if wanted.whose == MINE else _reached(user, posts, ended=wanted.whose == ENDED)
    if wanted.call:
        cases = cases.filter(call__code=wanted.call)
    if wanted.scheme:
        cases = cases.filter(scheme=wanted.scheme)
    if wanted.stage:
        cases = cases.filter(stage=wanted.stage)
    if wanted.overdue:
        cases = cases.filter(due_at__lt=at)
    for word in wanted.words.split()[:5]:
        cases = cases.filter(Q(title__icontains=word) | Q(code__icontains=word) | Q(organisation__name__icontains=word))
    return cases


def waiting_for(user: User, posts: list[Post]) -> QuerySet[Application]:
    """The cases that an officer is to act on now."""
    return _of_others(Application.objects.filter(_mine_to_act_on(posts)), user, posts)


def _reached(user: User, posts: list[Post], *, ended: bool) -> QuerySet[Application]:
    """What has come to a person's bodies; of that, if so wanted, what has ended."""
    known = cases_of_bodies(posts)
    return _of_others(known.filter(stage__in=final_stages()) if ended else known, user, posts)


def _of_others(cases: QuerySet[Application], user: User, posts: list[Post]) -> QuerySet[Application]:
    return cases.filter(submitted_at__isnull=False).exclude(leader=user).exclude(_of_own_units(posts))


def _mine_to_act_on(posts: list[Post]) -> Q:
    """The cases that wait for an officer: at their body, in a stage the platform runs, of their section or of none."""
    mine = Q(pk__in=())
    for post in posts:
        if post.role == Role.OFFICER:
            of_section = Q(section=None) | Q(section=post.section_id) if post.section_id else Q()
            mine |= Q(body=post.authority_id, stage__in=stages_in_play()) & of_section
    return mine


def _of_own_units(posts: list[Post]) -> Q:
    """Nobody acts on a case of their own unit, unless the unit recommends for itself."""
    own = [post.organisation_id for post in posts if post.organisation_id]
    return Q(organisation__in=own) & ~Q(organisation__body=F("body"))


def _rows(ids: list[int], *, at: datetime) -> Iterator[Row]:
    latest = Submission.objects.filter(application=OuterRef("pk")).order_by("-number").values("id")[:1]
    checks = Check.objects.filter(application=OuterRef("pk"), stage=OuterRef("stage"), submission=OuterRef("handed_in"))
    done = checks.order_by().values("application").annotate(number=Count("id")).values("number")
    cases = Application.objects.filter(id__in=ids).select_related("call", "organisation", "body", "section")
    cases = cases.annotate(handed_in=Subquery(latest), checked=Coalesce(Subquery(done), 0))
    by_id = {case.id: case for case in cases}
    for case in (by_id[id] for id in ids if id in by_id):
        stage = packs.procedure(case.call.pack, case.scheme).stages[case.stage]
        scheme = packs.scheme(case.call.pack, case.scheme).name
        late = case.due_at is not None and case.due_at < at and not stage.is_final
        yield Row(case, scheme, stage.name, stage.is_final, late, case.checked)


def choices(user: User, call: str) -> Choices:
    """What may be chosen: the calls that can reach a person's bodies, and what the chosen one (or all of them) has."""
    bodies = [post.authority for post in posts_of(user) if post.authority and post.role in (Role.OFFICER, Role.AUDITOR)]
    calls = list(_calls_of(bodies))
    shown = [each for each in calls if each.code == call] or calls
    schemes: dict[str, Text] = {}
    stages: dict[str, Text] = {}
    for each in shown:
        for id in each.schemes:
            schemes.setdefault(id, packs.scheme(each.pack, id).name)
            procedure = packs.procedure(each.pack, id)
            way = (*main_path(procedure)[1:], *award_path(procedure))
            stages |= {stage: procedure.stages[stage].name for stage in way if stage not in stages}
    return Choices(
        tuple((each.code, Text(each.title_zh, each.title_en)) for each in calls), tuple(schemes.items()), tuple(stages.items())
    )


def _calls_of(bodies: list[Authority]) -> QuerySet[Call]:
    """The calls of a body itself and of the levels above it, which its cases may belong to."""
    above = {code for body in bodies for code in (body.region[:2] + "0000", body.region[:4] + "00", body.region)}
    own = {body.id for body in bodies}
    calls = Call.objects.filter(Q(authority__region__in=above) | Q(authority__in=own))
    return calls.filter(status__in=(CallStatus.PUBLISHED, CallStatus.CLOSED)).order_by("-year", "code")


@cache
def stages_in_play() -> tuple[str, ...]:
    """The stages, of any procedure, in which a body decides on what was handed in: after filing, up to intake."""
    found: dict[str, None] = {}
    for pack in packs.every_pack():
        for scheme in pack.schemes:
            procedure = packs.procedure(pack.id, scheme.id)
            filing = filing_stage(procedure)
            after = routes(procedure, filing) if filing else {}
            found |= dict.fromkeys(id for id in after if id != filing and id in early_stages(procedure))
    return tuple(found)


@cache
def final_stages() -> tuple[str, ...]:
    """The stages, of any procedure, in which a case has ended."""
    every = (packs.procedure(pack.id, scheme.id) for pack in packs.every_pack() for scheme in pack.schemes)
    return tuple(dict.fromkeys(id for procedure in every for id, stage in procedure.stages.items() if stage.is_final))
