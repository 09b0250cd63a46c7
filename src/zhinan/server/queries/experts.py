"""The bank of experts, read: lists for those who keep or audit it, one expert with all that is known, and names of things."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, reduce
from operator import or_

from django.core.paginator import Paginator
from django.db.models import CharField, Count, F, Q, QuerySet
from django.db.models.functions import Cast

from zhinan.assignment.ties import KINDS as TIE_KINDS
from zhinan.assignment.ties import Kind
from zhinan.policy.model import Direction
from zhinan.server import packs
from zhinan.server.models import (
    SITTING,
    Authority,
    Conduct,
    Expert,
    ExpertStatus,
    Invitation,
    Role,
    Round,
    RoundStatus,
    Seat,
    Tenure,
    Tie,
    User,
)
from zhinan.server.queries.people import posts_of
from zhinan.server.queries.review_access import RUN, banks_of, expert_for, expert_of, experts_for, round_for
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.disciplines import WrongDiscipline, read_discipline
from zhinan.values.text import Text, same

KIND_NAMES: Mapping[str, Text] = {
    "technical": Text("技术", "technical"), "industry": Text("产业", "industry"), "finance": Text("财务", "finance"),
    "management": Text("管理", "management"),
}  # fmt: skip
STATUS_NAMES: Mapping[str, tuple[Text, str]] = {
    ExpertStatus.CANDIDATE: (Text("待确认", "to be confirmed"), "warn"), ExpertStatus.ACTIVE: (Text("在库", "active"), "good"),
    ExpertStatus.PAUSED: (Text("暂停", "paused"), "quiet"), ExpertStatus.REMOVED: (Text("已移出", "removed"), "bad"),
}  # fmt: skip
CONDUCT_NAMES: Mapping[str, Text] = {
    "note": Text("备注", "note"), "late": Text("逾期", "late"), "declined": Text("谢绝评审", "declined"),
    "wild-explained": Text("说明离群评分", "explained a wild score"), "careless": Text("评审草率", "careless review"),
    "breach": Text("违反纪律", "breach of the rules"), "good": Text("评审认真", "careful review"),
    "conflict": Text("因回避退出", "stood aside"), "replaced": Text("被更换", "was replaced"),
    ExpertStatus.ACTIVE: Text("确认或恢复", "confirmed or resumed"), ExpertStatus.PAUSED: Text("暂停", "paused"),
    ExpertStatus.REMOVED: Text("移出", "removed"), ExpertStatus.CANDIDATE: Text("恢复为待确认", "restored"),
}  # fmt: skip
#: What an officer may note; the rest follows from what is done.
NOTED = ("note", "good", "careless", "late", "breach")
#: What an expert may declare; that somebody acted before is found by the platform.
DECLARABLE: Mapping[str, Text] = {
    kind.value: Text("其他利害关系", "another relation") if kind is Kind.DECLARED else name
    for kind, name in TIE_KINDS.items() if kind is not Kind.ACTED
}  # fmt: skip
SOURCES: Mapping[str, Text] = {
    "declared": Text("本人申报", "declared"), "officer": Text("经办人员登记", "entered by an officer"),
    "round": Text("为一轮评审申报", "declared for a round"), "import": Text("导入", "imported"), "added": Text("录入", "entered"),
}  # fmt: skip
#: Seats of rounds that stand at one of these are held now.
HELD_IN = (RoundStatus.SCORING, RoundStatus.CLOSED)
PAGE = 25
#: Everyone, those who were removed as well.
ALL = "all"
_SEATS = Count("seats", filter=Q(seats__status__in=SITTING, seats__round_case__round__status__in=HELD_IN))
_SORTS = {"name": "name", "unit": "unit_name", "status": "status", "load": "held", "changed": "changed_at"}


# -- lists -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which experts are looked for; blank for all. `place` is `inside` or `outside`, `load` `free`, `some` or `full`."""

    words: str = ""
    bank: str = ""
    status: str = ""
    kind: str = ""
    discipline: str = ""
    direction: str = ""
    place: str = ""
    load: str = ""
    sort: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """An expert in the list: how they stand, whether from outside the bank's region, the seats they hold now, whether away."""

    expert: Expert
    status: Text
    tone: str
    kinds: Text
    is_outside: bool
    held: int
    is_away: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a bank."""

    rows: tuple[Row, ...]
    number: int
    last: int
    total: int


def banks_for(user: User) -> list[Authority]:
    """The banks a person keeps or audits. Raises `NotSeen` where there is none."""
    audited = [post.authority_id for post in posts_of(user) if post.role == Role.AUDITOR and post.authority_id]
    banks = list(Authority.objects.filter(Q(id__in=banks_of(user)) | Q(id__in=audited)))
    if not banks:
        raise NotSeen
    return banks


def kept_banks(user: User) -> list[Authority]:
    """The banks a person keeps; often none."""
    return list(banks_of(user))


def shelf(user: User, wanted: Wanted, *, on: date) -> Shelf:
    """One page of the experts looked for. Raises `NotSeen` for everyone who neither keeps nor audits a bank."""
    page = Paginator(_narrowed(user, wanted), PAGE).get_page(wanted.page)
    rows = tuple(_row(each, on=on) for each in page.object_list)
    return Shelf(rows, page.number, page.paginator.num_pages, page.paginator.count)


def whole_shelf(user: User, wanted: Wanted, *, on: date) -> Iterator[Row]:
    """Every expert looked for, with their tenures."""
    rows = _narrowed(user, wanted).prefetch_related("tenures")
    return (_row(each, on=on) for each in rows.iterator(chunk_size=1000))


def _narrowed(user: User, wanted: Wanted) -> QuerySet[Expert]:
    banks = banks_for(user)
    texts = {f"{name}_text": Cast(name, CharField()) for name in ("kinds", "disciplines", "directions", "keywords")}
    rows = experts_for(user).annotate(held=_SEATS, **texts).filter(*_asked_for(wanted, banks))
    if wanted.status in ExpertStatus.values:
        rows = rows.filter(status=wanted.status)
    elif wanted.status != ALL:
        rows = rows.exclude(status=ExpertStatus.REMOVED)
    key = _SORTS.get(wanted.sort.removeprefix("-"), "name")
    return rows.order_by(F(key).desc() if wanted.sort.startswith("-") else F(key).asc(), "name", "id")


def _asked_for(wanted: Wanted, banks: list[Authority]) -> Iterator[Q]:
    """A list of the row is searched as the JSON it is kept as."""
    if wanted.bank:
        yield Q(bank__code=wanted.bank)
    if words := wanted.words:
        # Some databases keep Chinese in JSON as it is, some as escapes.
        named = [
            Q(**{f"{name}__icontains": words})
            for name in ("name", "unit_name", "unit", "code", "title", "summary", "keywords_text")
        ]
        yield reduce(or_, named, Q(keywords_text__icontains=json.dumps(words)[1:-1]))
    if wanted.kind in KIND_NAMES:
        yield Q(kinds_text__contains=f'"{wanted.kind}"')
    if wanted.discipline:
        yield Q(disciplines_text__contains=f'"{wanted.discipline}')
    if wanted.direction:
        yield Q(directions_text__contains=f'"{wanted.direction}"') | Q(directions_text__contains=f'"{wanted.direction}.')
    if wanted.place in ("inside", "outside"):
        inside = reduce(or_, (Q(bank=bank, region__startswith=_stem(bank.region)) for bank in banks))
        yield inside if wanted.place == "inside" else ~inside
    if wanted.load in _LOADS:
        yield _LOADS[wanted.load]


_LOADS = {"free": Q(held=0), "some": Q(held__gt=0, held__lt=F("most")), "full": Q(held__gte=F("most"))}


def _stem(region: str) -> str:
    """The digits that every region within this one begins with."""
    return region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region


def _row(expert: Expert, *, on: date) -> Row:
    held: int = expert.held  # type: ignore[attr-defined]  # counted by the query
    return Row(
        expert, *STATUS_NAMES[expert.status], kinds=kinds_named(expert.kinds), held=held, is_away=is_away(expert, on=on),
        is_outside=not expert.region.startswith(_stem(expert.bank.region)),
    )  # fmt: skip


def kinds_named(kinds: list[str]) -> Text:
    """The kinds of an expert in words."""
    known = [KIND_NAMES[kind] for kind in kinds if kind in KIND_NAMES]
    return Text("、".join(each.zh for each in known), ", ".join(each.en for each in known))


def is_away(expert: Expert, *, on: date) -> bool:
    """Whether an expert has said to be away on a day."""
    if expert.away_from is None and expert.away_until is None:
        return False
    return (expert.away_from or on) <= on <= (expert.away_until or on)


# -- one expert --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """The seats an expert holds in a round: how many, and the cases only for someone in charge of that round."""

    round: Round
    number: int
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that is known of an expert; `runs` whether the person who looks keeps the bank."""

    row: Row
    tenures: tuple[Tenure, ...]
    ties: tuple[Tie, ...]
    conduct: tuple[Conduct, ...]
    held: tuple[Held, ...]
    invitation: Invitation | None
    runs: bool

    @property
    def expert(self) -> Expert:
        """The expert."""
        return self.row.expert


def card(user: User, code: str, *, at: datetime) -> Card:
    """One expert of a bank that the person keeps or audits. Raises `NotSeen`."""
    seen = expert_for(user, code)
    return _card(user, seen, at=at, keeps=banks_of(user).filter(id=seen.bank_id).exists() and seen.user_id != user.id)


def own_card(user: User, *, at: datetime) -> Card:
    """A person's own place in the bank, without what others say of their conduct. Raises `NotSeen`."""
    return _card(user, expert_of(user), at=at, keeps=False)


def _card(user: User, seen: Expert, *, at: datetime, keeps: bool) -> Card:
    is_own = seen.user_id == user.id
    expert = Expert.objects.select_related("bank", "user", "invitation").annotate(held=_SEATS).get(id=seen.id)
    sent = expert.invitation
    is_open = sent is not None and sent.used_at is None and sent.expires_at > at and expert.user_id is None
    latest_first = F("until").desc(nulls_first=True), F("since").desc(nulls_last=True)
    return Card(
        _row(expert, on=at.date()), tenures=tuple(expert.tenures.order_by(*latest_first, "id")),
        ties=tuple(expert.ties.order_by(F("withdrawn_at").asc(nulls_first=True), "-made_at", "id")),
        conduct=() if is_own else tuple(expert.conduct.select_related("by")), held=tuple(_held(user, expert)),
        invitation=sent if is_open else None, runs=keeps,
    )  # fmt: skip


def _held(user: User, expert: Expert) -> Iterator[Held]:
    """By round; which cases they are is for those who run it."""
    seats = Seat.objects.filter(expert=expert, status__in=SITTING, round_case__round__status__in=HELD_IN)
    found: dict[Round, list[str]] = defaultdict(list)
    rows = seats.select_related("round_case__round__call", "round_case__case")
    for seat in rows.order_by("round_case__round", "round_case__number"):
        found[seat.round_case.round].append(seat.round_case.case.code)
    for round, cases in found.items():
        yield Held(round, len(cases), tuple(cases) if expert.user_id != user.id and _is_run_by(user, round) else ())


def _is_run_by(user: User, round: Round) -> bool:
    try:
        round_for(user, round.code, to=RUN)
    except Refused:
        return False
    return True


# -- directions --------------------------------------------------------------------------------------


def discipline_named(code: str) -> Text:
    """A discipline by its code and name."""
    try:
        read = read_discipline(code)
    except WrongDiscipline:
        return same(code)
    name = read.name
    return Text(f"{read.dotted} {name.zh}", f"{read.dotted} {name.en}") if read.level == 1 else name


@dataclass(frozen=True, slots=True)
class Branch:
    """A direction of a shipped pack: its id, its name with those above it, how deep it lies, and the pack."""

    id: str
    name: Text
    depth: int
    pack: Text


@cache
def directions() -> tuple[Branch, ...]:
    """Every direction of the shipped packs, in their order."""
    return tuple(branch for pack in packs.every_pack() for root in pack.directions for branch in _branches(root, pack.title, 0))


def _branches(node: Direction, pack: Text, depth: int) -> Iterator[Branch]:
    yield Branch(node.id, node.name, depth, pack)
    for child in node.children:
        yield from _branches(child, pack, depth + 1)


def direction_named(id: str) -> Text:
    """A direction by its name; its id where no shipped pack has it."""
    return _names().get(id, same(id))


@cache
def _names() -> Mapping[str, Text]:
    return {branch.id: branch.name for branch in directions()}
