"""Calls, read: which are open, what they ask of the authority before they may open, what a revision changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from zhinan.lifecycle.fold import main_path
from zhinan.policy.model import Pack, Parameter, Reading
from zhinan.policy.nearest import brief
from zhinan.policy.written import read_value
from zhinan.server import packs
from zhinan.server.clock import BEIJING
from zhinan.server.models import Authority, Call, CallStatus, Event, Role, StageLimit, Topic, User
from zhinan.server.queries.lists import listing_action
from zhinan.server.queries.people import posts_of
from zhinan.server.refused import NotSeen
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

_NOT_OPEN_YET = Mistake(
    "call-not-open",
    Text("这个批次 {opens} 开始受理", "this call opens at {opens}"),
    Text("可以先用“我能报什么”核对条件", "until then, check the conditions under “What can I get?”"),
)
_CALL_CLOSED = Mistake(
    "call-closed",
    Text("这个批次已于 {closes} 截止", "this call closed at {closes}"),
    Text("看看其他正在受理的批次", "look at the calls that are open"),
)
_CALL_NOT_PUBLISHED = Mistake(
    "call-not-published",
    Text("这个批次没有在受理", "this call takes no applications"),
    Text("看看其他正在受理的批次", "look at the calls that are open"),
)
_NOT_IN_CALL = Mistake(
    "scheme-not-in-call",
    Text("这个批次不受理该事项", "this call does not take applications under that scheme"),
    Text("从批次页面选择事项", "choose a scheme on the call's page"),
)
_NOT_SET = Mistake(
    "not-set",
    Text("指南没有写明的“{label}”还没有设定（{clause}）", "“{label}”, which the guide leaves open, has not been set ({clause})"),
    Text("设定后才能发布", "set it; then the call can be published"),
)
_NO_DEADLINE = Mistake(
    "no-closing-time", Text("还没有设定截止时间", "no closing time has been set"), Text("截止时间要晚于现在", "it must lie ahead")
)
_CLOSES_BEFORE_IT_OPENS = Mistake(
    "closes-too-early",
    Text("截止时间早于开始时间", "it would close before it opens"),
    Text("改正两个时间", "correct the two times"),
)
_IN_THE_PAST = Mistake(
    "in-the-past", Text("截止时间已经过去", "the closing time has passed"), Text("选一个将来的时间", "choose a time ahead")
)
_OUT_OF_ORDER = Mistake(
    "out-of-order",
    Text("“{stage}”的期限早于前一环节", "“{stage}” would be due before the stage ahead of it"),
    Text("各级期限要依次向后", "each level must end after the one before"),
)
_NO_SUCH_FIGURE = Mistake(
    "no-such-figure",
    Text("本批次没有“{name}”这个数", "the call has no figure “{name}”"),
    Text("刷新页面后再填", "reload and fill it in again"),
)  # fmt: skip
_NO_SUCH_READING = Mistake(
    "no-such-reading",
    Text("“{id}”没有这种读法", "there is no such reading of “{id}”"),
    Text("从列出的读法中选", "choose one of those listed"),
)  # fmt: skip
TOO_LONG = Mistake(
    "too-long",
    Text("“{label}”太长：最多 {most} 个字", "“{label}” is too long: {most} characters at most"),
    Text("缩短后再保存", "shorten it"),
)  # fmt: skip
#: No figure takes more to write.
_LONGEST = 400
#: Chosen first: a call in which parks settle topics asks for one.
_TOPIC_GUARDS = ("fits-leading-industry", "topic-of-the-leading-industry")


def public_calls() -> QuerySet[Call]:
    """Every call the public may see: published, closed; never a draft."""
    shown = Call.objects.filter(status__in=(CallStatus.PUBLISHED, CallStatus.CLOSED))
    return shown.select_related("authority").order_by("-closes_at", "code")


def public_call(code: str) -> Call:
    """A call on the public site. Raises `NotSeen`."""
    call = public_calls().filter(code=code).first()
    if call is None:
        raise NotSeen
    return call


def is_open(call: Call, *, at: datetime) -> bool:
    """Whether applications may be handed in at this moment."""
    return (
        call.status == CallStatus.PUBLISHED
        and (call.opens_at is None or call.opens_at <= at)
        and (call.closes_at is None or at <= call.closes_at)
    )


def refuse_starting(call: Call, scheme: str, *, at: datetime) -> Problem | None:
    """Why no application may be begun under the scheme now."""
    if scheme not in call.schemes:
        return _NOT_IN_CALL.at()
    if call.status == CallStatus.CLOSED or (call.closes_at is not None and at > call.closes_at):
        return _CALL_CLOSED.at(closes=_moment(call.closes_at))
    if call.status != CallStatus.PUBLISHED:
        return _CALL_NOT_PUBLISHED.at()
    return _NOT_OPEN_YET.at(opens=_moment(call.opens_at)) if call.opens_at and at < call.opens_at else None


def _moment(at: datetime | None) -> str:
    """In Beijing time: rows come from the database in UTC."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at else ""


def needs_topic(call: Call, scheme: str) -> bool:
    """Whether the procedure has parks settle topics before applications begin."""
    stages = packs.procedure(call.pack, scheme).stages.values()
    return any(action.guard in _TOPIC_GUARDS for stage in stages for action in stage.actions)


def topics_for(call: Call, park_id: int | None) -> list[Topic]:
    """The topics a park has settled for a call."""
    return list(Topic.objects.filter(call=call, park_id=park_id)) if park_id else []


def desk_calls(user: User) -> QuerySet[Call]:
    """The calls of the authorities a person is an officer of, with how many applications each has."""
    return (
        Call.objects.filter(authority__in=[post.authority for post in posts_of(user) if post.role == Role.OFFICER])
        .select_related("authority")
        .annotate(
            drafts=Count("applications", filter=Q(applications__submitted_at=None) & ~Q(applications__stage="withdrawn")),
            handed_in=Count("applications", filter=Q(applications__submitted_at__isnull=False)),
        )
    )  # fmt: skip


def call_for(user: User, code: str, *, lock: bool = False) -> Call:
    """A call of an authority the person is an officer of. Raises `NotSeen`."""
    mine = [post.authority_id for post in posts_of(user) if post.role == Role.OFFICER]
    calls = Call.objects.filter(code=code, authority__in=mine)
    calls = calls if lock else calls.select_related("authority")
    call = (calls.select_for_update() if lock else calls).first()
    if call is None:
        raise NotSeen
    return call


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that the guide leaves to the authority: the name a call sets it by, what it is, what is set."""

    name: str
    parameter: Parameter
    text: str


def asked_of(call: Call) -> tuple[Asked, ...]:
    """What the authority must set before the call may be published."""
    asked = packs.parameters_asked(call.pack, tuple(call.schemes))
    return tuple(Asked(name, parameter, call.parameters.get(name, "")) for name, parameter in asked)


def stages_of(call: Call) -> tuple[tuple[str, Text], ...]:
    """The stages of the call's procedures from filing up to intake, in order."""
    return tuple({id: name for path in _paths(call) for id, name in path}.items())


def stages_due(call: Call) -> tuple[tuple[str, Text], ...]:
    """The stages for which a call sets a deadline: those after filing, which ends when the call closes."""
    return tuple({id: name for path in _paths(call) for id, name in path[1:]}.items())


def _paths(call: Call) -> Iterator[tuple[tuple[str, Text], ...]]:
    """The stages from filing to intake of each procedure of the call."""
    procedures = [packs.procedure(call.pack, scheme) for scheme in call.schemes]
    for procedure in {each.id: each for each in procedures}.values():
        yield tuple((id, procedure.stages[id].name) for id in main_path(procedure))


def listing_stages(call: Call) -> tuple[tuple[str, Text], ...]:
    """The stages from which a body sends cases on by a ranked list: there a quota means something."""
    found: dict[str, Text] = {}
    for scheme in call.schemes:
        procedure = packs.procedure(call.pack, scheme)
        found |= {id: stage.name for id, stage in procedure.stages.items() if listing_action(procedure, id)}
    return tuple((id, name) for id, name in stages_of(call) if id in found)


def readings_of(call: Call) -> tuple[Reading, ...]:
    """The ambiguities that decide something under the call's schemes; where none is bound to a scheme, all of the pack."""
    the_pack = packs.pack(call.pack)
    used = {getattr(item, "reading", "") for scheme in the_pack.schemes if scheme.id in call.schemes for item in scheme.items()}
    return tuple(reading for reading in the_pack.readings.values() if reading.id in used)


def bodies_under(call: Call) -> QuerySet[Authority]:
    """The bodies a quota may be given to: those of the region of the call's authority."""
    return Authority.objects.filter(region__startswith=region_stem(call.authority.region)).exclude(id=call.authority_id)


def packs_for(authority: Authority) -> tuple[list[Pack], list[Pack]]:
    """The packs that concern an authority, whose region holds its own or lies in it; and all others."""
    stem = region_stem(authority.region)
    with_schemes = [each for each in packs.every_pack() if each.schemes]
    concerned = [
        each
        for each in with_schemes
        if not each.region or each.region.startswith(stem) or stem.startswith(region_stem(each.region))
    ]
    return concerned, [each for each in with_schemes if each not in concerned]


def region_stem(region: str) -> str:
    """The digits of a region's code that those of all its parts begin with.

    >>> region_stem("640100"), region_stem("640000"), region_stem("640104")
    ('6401', '64', '640104')
    """
    while region.endswith("00"):
        region = region[:-2]
    return region


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Something that keeps a call from being published, and the field of the call's page to go to."""

    field: str
    problem: Problem


def unsettled(call: Call, *, at: datetime) -> tuple[Unsettled, ...]:
    """Everything that keeps a call from being published, in the order of the page."""
    return (*_unset(call), *_window(call, at=at), *out_of_order(call))


def _unset(call: Call) -> Iterator[Unsettled]:
    for asked in asked_of(call):
        if not asked.text:
            yield Unsettled(f"figure-{asked.name}", _NOT_SET.at(label=asked.parameter.label, clause=asked.parameter.clause))


def _window(call: Call, *, at: datetime) -> Iterator[Unsettled]:
    if call.closes_at is None:
        yield Unsettled("closes_at", _NO_DEADLINE.at())
    elif call.closes_at <= at:
        yield Unsettled("closes_at", _IN_THE_PAST.at())
    elif call.opens_at is not None and call.closes_at <= call.opens_at:
        yield Unsettled("closes_at", _CLOSES_BEFORE_IT_OPENS.at())


def out_of_order(call: Call) -> tuple[Unsettled, ...]:
    """Levels that would end before the one ahead of them."""
    due = {limit.stage: limit.due_at for limit in call.limits.all() if limit.body_id is None and limit.due_at}
    found: dict[str, Unsettled] = {}
    for path in _paths(call):
        before = call.closes_at
        for id, name in path[1:]:
            if id in due and before is not None and due[id] < before:
                found[id] = Unsettled(f"due-{id}", _OUT_OF_ORDER.at(stage=name))
            before = due.get(id, before)
    return tuple(found.values())


def refuse_figures(call: Call, written: Mapping[str, str]) -> dict[str, Problem]:
    """Why a figure cannot be taken as written, by its name; nothing for those that can, and for those left blank."""
    known = dict(packs.parameters_asked(call.pack, tuple(call.schemes)))
    found: dict[str, Problem] = {}
    for name, text in written.items():
        if name not in known:
            found[name] = _NO_SUCH_FIGURE.at(name=brief(name))
        elif len(text) > _LONGEST:
            found[name] = TOO_LONG.at(label=known[name].label, most=_LONGEST)
        elif text.strip():
            try:
                read_value(text, known[name].word.type, label=known[name].label)
            except BadInput as bad:
                found[name] = bad.problems[0]
    return found


def refuse_readings(call: Call, chosen: Mapping[str, str]) -> dict[str, Problem]:
    """Why a reading cannot be chosen, by its id."""
    known = packs.pack(call.pack).readings
    return {
        id: _NO_SUCH_READING.at(id=brief(id)) for id, alternative in chosen.items()
        if id not in known or alternative not in known[id].alternatives
    }  # fmt: skip


def as_it_is(call: Call, limits: Collection[StageLimit] | None = None) -> dict[str, object]:
    """A call as an event keeps it; its last event says how it must stand. `limits` where they have been read already."""
    rows = list(call.limits.select_related("body")) if limits is None else limits
    return {
        "status": str(call.status), "title_zh": call.title_zh, "title_en": call.title_en, "schemes": call.schemes,
        "pack_digest": call.pack_digest, "edition": call.edition, "parameters": call.parameters, "readings": call.readings,
        "budget": call.budget, "opens_at": _iso(call.opens_at), "closes_at": _iso(call.closes_at),
        "notice_zh": call.notice_zh, "notice_en": call.notice_en,
        "due": {row.stage: _iso(row.due_at) for row in rows if row.due_at},
        "quotas": {_quota_key(row): row.quota for row in rows if row.quota is not None},
    }  # fmt: skip


def revised(call: Call, parameters: Mapping[str, str], readings: Mapping[str, str], notice: Text) -> dict[str, object]:
    """The part of a call that a revision changes, as it would then stand."""
    return {
        "parameters": {**call.parameters, **parameters}, "readings": {**call.readings, **readings},
        "notice_zh": notice.zh, "notice_en": notice.en,
    }  # fmt: skip


def _quota_key(limit: StageLimit) -> str:
    """The stage alone for every body, the stage and the body for one."""
    return f"{limit.stage} {limit.body.code}" if limit.body else limit.stage


def _iso(at: datetime | None) -> str:
    return at.astimezone(BEIJING).isoformat() if at else ""


def history(call: Call) -> list[Event]:
    """What was done with a call, the latest first."""
    return list(
        Event.objects.filter(case=None, body__contains=f'"call":"{call.code}"').select_related("actor").order_by("-sequence")
    )


def opening_authorities(user: User) -> list[Authority]:
    """The authorities in whose name a person may open calls. Raises `NotSeen` for someone who is no officer."""
    found = {post.authority.id: post.authority for post in posts_of(user) if post.role == Role.OFFICER and post.authority}
    if not found:
        raise NotSeen
    return list(found.values())


def free_code(pack: str) -> str:
    """A code for the next call under a pack: the pack's own, or with a number behind it."""
    taken = set(Call.objects.filter(code__startswith=pack).values_list("code", flat=True))
    return next(code for code in (pack, *(f"{pack}-{number}" for number in range(2, len(taken) + 3))) if code not in taken)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many applications are being filled in under a call, and how many were handed in."""

    drafts: int
    handed_in: int


def numbers_of(call: Call) -> Numbers:
    """The applications of a call, counted."""
    drafts = Q(submitted_at=None) & ~Q(stage="withdrawn")
    return Numbers(
        **call.applications.aggregate(
            drafts=Count("id", filter=drafts), handed_in=Count("id", filter=Q(submitted_at__isnull=False))
        )
    )


@dataclass(frozen=True, slots=True)
class Quota:
    """How many a body (every body, for none) may send on from a stage."""

    stage: str
    name: Text
    body: Authority | None
    places: int


def quotas_of(call: Call) -> tuple[Quota, ...]:
    """The quotas of a call, stage by stage, what holds for every body first."""
    names = dict(listing_stages(call))
    rows = call.limits.filter(quota__isnull=False, stage__in=names).select_related("body")
    found = [Quota(row.stage, names[row.stage], row.body, row.quota) for row in rows if row.quota is not None]
    order = list(names)
    return tuple(sorted(found, key=lambda each: (order.index(each.stage), each.body.code if each.body else "")))
