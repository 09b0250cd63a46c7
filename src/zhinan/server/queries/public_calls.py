"""Calls as the public sees them: listed and narrowed, how much time is left, what each level is due, what a revision changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Case, F, IntegerField, Q, QuerySet, When

from zhinan.policy.model import Scheme
from zhinan.policy.wording import APPLICANTS, listed, selection
from zhinan.server import packs
from zhinan.server.models import Authority, Call, CallStatus
from zhinan.server.queries.applications import form_for
from zhinan.server.queries.call_changes import Change, happenings
from zhinan.server.queries.calls import public_calls, refuse_starting, stages_due
from zhinan.values.text import Text, same

ROWS = 25
OPEN, SOON, CLOSED = "open", "soon", "closed"
STATES = {OPEN: Text("正在受理", "Open"), SOON: Text("尚未开始", "Not open yet"), CLOSED: Text("已截止", "Closed")}
TONES = {OPEN: "good", SOON: "info", CLOSED: "quiet"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of calls is narrowed to; an empty word narrows nothing."""

    words: str = ""
    state: str = ""
    authority: str = ""
    year: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A call with how it stands at a moment, in words."""

    call: Call
    state: str
    left: Text

    @property
    def says(self) -> Text:
        """How it stands."""
        return STATES[self.state]

    @property
    def tone(self) -> str:
        """The tone of its status."""
        return TONES[self.state]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list: its rows, which page of how many, and how many rows there are."""

    rows: tuple[Row, ...]
    number: int
    last: int
    total: int


def state_of(call: Call, *, at: datetime) -> str:
    """Whether a published call is open, opens later, or has closed."""
    if call.status != CallStatus.PUBLISHED or (call.closes_at is not None and call.closes_at < at):
        return CLOSED
    return SOON if call.opens_at is not None and call.opens_at > at else OPEN


def row_of(call: Call, *, at: datetime) -> Row:
    """A call as it stands at a moment."""
    state = state_of(call, at=at)
    moment = {OPEN: call.closes_at, SOON: call.opens_at, CLOSED: None}[state]
    return Row(call, state, time_left(moment, at=at, opens=state == SOON))


def time_left(moment: datetime | None, *, at: datetime, opens: bool = False) -> Text:
    """How long it is until a call closes (or opens): days, on the last two days hours, in the last hour minutes."""
    if moment is None:
        return Text("", "")
    minutes = max(int((moment - at) / timedelta(minutes=1)), 0)
    length = _length(minutes)
    return Text(f"{length.zh}后开始", f"opens in {length.en}") if opens else Text(f"还剩 {length.zh}", f"{length.en} left")


def _length(minutes: int) -> Text:
    if minutes >= 2 * 24 * 60:
        return _several(minutes // (24 * 60), "天", "day")
    return _several(minutes // 60, "小时", "hour") if minutes >= 60 else _several(minutes, "分钟", "minute")


def _several(number: int, zh: str, en: str) -> Text:
    return Text(f"{number} {zh}", f"{number} {en}{'' if number == 1 else 's'}")


def calls_listed(wanted: Wanted, *, at: datetime) -> Sheet:
    """A page of the public calls: open ones first (closing soonest first), then those to come, then the closed (latest first)."""
    found = _narrowed(_in_order(at), wanted, at=at)
    total = found.count()
    last = max(ceil(total / ROWS), 1)
    number = min(wanted.number, last)
    rows = found[(number - 1) * ROWS : number * ROWS]
    return Sheet(tuple(row_of(call, at=at) for call in rows), number, last, total)


def _narrowed(calls: QuerySet[Call], wanted: Wanted, *, at: datetime) -> QuerySet[Call]:
    if wanted.words:
        said = (Q(**{f"{name}__icontains": wanted.words}) for name in ("title_zh", "title_en", "code", "notice_zh", "notice_en"))
        found = Q()
        for each in said:
            found |= each
        calls = calls.filter(found)
    if wanted.state:
        calls = calls.filter(_is(wanted.state, at))
    if wanted.authority:
        calls = calls.filter(authority__code=wanted.authority)
    return calls.filter(year=int(wanted.year)) if wanted.year else calls


def _is(state: str, at: datetime) -> Q:
    """The calls in a state: the same as `state_of` says of one."""
    is_over = Q(status=CallStatus.CLOSED) | Q(closes_at__lt=at)
    is_to_come = Q(opens_at__gt=at)
    return {OPEN: ~is_over & ~is_to_come, SOON: ~is_over & is_to_come, CLOSED: is_over}[state]


def _in_order(at: datetime) -> QuerySet[Call]:
    """Open calls first, closing soonest first; then those to come; then the closed, the latest first."""
    rank = Case(When(_is(OPEN, at), then=0), When(_is(SOON, at), then=1), default=2, output_field=IntegerField())
    soonest = Case(When(_is(CLOSED, at), then=None), default=F("closes_at"))
    return public_calls().order_by(rank, soonest.asc(nulls_last=True), "-closes_at", "code")


def closing_soonest(*, at: datetime, most: int = 6) -> tuple[Row, ...]:
    """The calls that are open, the one that closes first at the top."""
    return tuple(row_of(call, at=at) for call in _in_order(at).filter(_is(OPEN, at))[:most])


def lately_closed(*, at: datetime, most: int = 5) -> tuple[Row, ...]:
    """The calls that closed last."""
    return tuple(row_of(call, at=at) for call in _in_order(at).filter(_is(CLOSED, at))[:most])


def authorities_calling() -> tuple[Authority, ...]:
    """The authorities that have a public call."""
    return tuple(Authority.objects.filter(calls__in=public_calls().order_by()).distinct())


def years_called() -> tuple[str, ...]:
    """The years of the public calls, the latest first."""
    years = public_calls().order_by("-year").values_list("year", flat=True).distinct()
    return tuple(str(year) for year in years)


def open_calls_with(pack: str, scheme: str, *, at: datetime) -> tuple[Row, ...]:
    """The open calls that take applications under a scheme."""
    calls = _in_order(at).filter(_is(OPEN, at), pack=pack)
    return tuple(row_of(call, at=at) for call in calls if scheme in call.schemes)


# ─── one call ───


@dataclass(frozen=True, slots=True)
class Offer:
    """A scheme of a call: what it brings, who may apply, where the application goes, which papers; whether one may begin now."""

    scheme: Scheme
    brings: tuple[Text, ...]
    who: Text
    sections: Text
    lines: tuple[Text, ...]
    planned: Text
    papers: tuple[tuple[Text, bool], ...]
    is_open: bool


def offers_of(call: Call, *, at: datetime) -> tuple[Offer, ...]:
    """The schemes of a call."""
    return tuple(_offer(call, packs.scheme(call.pack, id), at=at) for id in call.schemes)


def _offer(call: Call, scheme: Scheme, *, at: datetime) -> Offer:
    uploads = form_for(call, scheme.id).uploads
    return Offer(
        scheme, tuple(dict.fromkeys(funding.says for funding in scheme.fundings)), APPLICANTS[scheme.applicant],
        listed(same(name) for name in dict.fromkeys(route.section for route in scheme.routes)),
        tuple(line.name for line in scheme.branches), listed(selection(each) for each in scheme.selections),
        tuple((upload.name, upload.is_required) for upload in uploads), refuse_starting(call, scheme.id, at=at) is None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """A stage on the way up, and until when its body has time."""

    name: Text
    due_at: datetime | None


def levels_of(call: Call) -> tuple[Level, ...]:
    """Until when applications may be handed in, then the stages up to intake with what the call has set for them."""
    due = {limit.stage: limit.due_at for limit in call.limits.filter(body=None)}
    return (Level(_HANDING_IN, call.closes_at), *(Level(name, due.get(id)) for id, name in stages_due(call)))


_HANDING_IN = Text("填报和提交", "filling in and handing in")


#: What of a call's history is public, and tells what it changed.
_PUBLIC = {"publish-call": False, "revise-call": True, "extend-call": True, "close-call": False}


@dataclass(frozen=True, slots=True)
class Edition:
    """Something that was done with a call in public: when, what, why, and what it changed."""

    at: datetime
    what: Text
    note: str
    changes: tuple[Change, ...]


def editions_of(call: Call) -> tuple[Edition, ...]:
    """What was done with a call since it was published, the latest first. Who did it is not told: the authority did."""
    return tuple(
        Edition(each.event.at, each.what, each.note, each.changes if _PUBLIC[each.event.action] else ())
        for each in happenings(call)
        if each.event.action in _PUBLIC
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """An ambiguity of the guide, and how this call reads it."""

    question: Text
    reads: Text
    clauses: tuple[str, ...]


def readings_chosen(call: Call) -> tuple[Chosen, ...]:
    """The readings a call has chosen otherwise than the guide's own."""
    readings = packs.pack(call.pack).readings
    return tuple(
        Chosen(readings[id].question, readings[id].alternatives[name], readings[id].clauses)
        for id, name in call.readings.items()
        if id in readings and name in readings[id].alternatives
    )
