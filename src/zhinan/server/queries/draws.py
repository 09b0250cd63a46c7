"""Draws, read: what a draw would be made from now, what would hold it up, who can be drawn, how the panels sit."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from zhinan.assignment.conflicts import barred_pairs
from zhinan.assignment.control import Groups, roots_of
from zhinan.assignment.lottery import Odds, cap_curve
from zhinan.assignment.plan import Place
from zhinan.assignment.problem import KINDS, Bar, Instance, Json
from zhinan.assignment.problem import Expert as Drawable
from zhinan.assignment.shortage import Relaxation, Shortage, relaxations, shortages
from zhinan.assignment.ties import Unit
from zhinan.server.models import SITTING, Authority, Draw, Expert, ExpertStatus, Invitee, Round, RoundCase, Seat, SeatStatus
from zhinan.server.queries.expert_ties import all_ties, groups
from zhinan.server.queries.fitting import case_id, fits_of
from zhinan.server.queries.rounds import Rules, rules_of
from zhinan.values.text import Text

#: What the public is told of a barred pair; why, only officers and auditors may know.
_BARRED = Bar(rule="barred", reason=Text("按本轮回避规则应回避", "barred by the conflict rules of the round"))

_STOOD_ASIDE = Bar(
    rule="declared", reason=Text("专家此前阅读本项目后申报回避", "the expert stood aside from this case after reading it")
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a draw is made from. `instance` names no one: experts and units go by keyed hashes, cases by their numbers.

    `codes` says whose bank code stands behind an expert's name in it; `bars` why pairs are barred.
    """

    instance: Instance
    codes: Mapping[str, str]
    bars: Mapping[tuple[str, str], tuple[Bar, ...]]

    def private(self) -> Json:
        """The part that is not published, as it is kept with the draw."""
        bars: Json = {}
        for (case, expert), found in self.bars.items():
            bars.setdefault(case, {})[expert] = [
                {"rule": bar.rule, "zh": bar.reason.zh, "en": bar.reason.en, "evidence": bar.evidence} for bar in found
            ]
        return {"experts": dict(self.codes), "bars": bars}


def inputs_of(round: Round, experts: Sequence[Expert], *, at: datetime) -> Inputs:
    """What a draw of these experts would be made from at a moment."""
    places = list(round.cases.select_related("case__organisation", "case__call").order_by("number"))
    rules = rules_of(round)
    control = groups(rules.conflicts.group_threshold)
    names = {expert.code: pseudonym(round, "e", expert.code) for expert in experts}
    bars = {
        (case, names[expert]): told for (case, expert), told in _bars(round, rules, experts, places, control, at=at).items()
    }  # fmt: skip
    match = {(case, names[expert]): score for (case, expert), score in fits_of(experts, places).scores().items()}
    instance = Instance(
        cases=tuple(sorted(case_id(place.number) for place in places)),
        experts=tuple(_drawable(round, each, names[each.code], control) for each in experts), rules=rules.panel,
        match=match, barred=dict.fromkeys(bars, (_BARRED,)),
    )  # fmt: skip
    return Inputs(instance, {name: code for code, name in names.items()}, bars)


def barred_now(place: RoundCase, experts: Sequence[Expert], *, at: datetime) -> frozenset[str]:
    """The codes of those whom what is known at a moment bars from one case, whatever was known when it was drawn."""
    rules = rules_of(place.round)
    found = _bars(place.round, rules, experts, [place], groups(rules.conflicts.group_threshold), at=at)
    return frozenset(expert for _, expert in found)


def _bars(
    round: Round, rules: Rules, experts: Sequence[Expert], places: Sequence[RoundCase], control: Groups, *, at: datetime
) -> dict[tuple[str, str], tuple[Bar, ...]]:
    """Why pairs are barred, by (case, expert's code): what the conflict rules find, and who stood aside after reading."""
    numbers = {place.case_id: case_id(place.number) for place in places}
    ties = all_ties(
        experts, [place.case for place in places], on=at.date(), but_round=round.code, called=lambda case: numbers[case.id]
    )  # fmt: skip
    found = barred_pairs(ties.experts.values(), ties.cases.values(), rules.conflicts, control, at.date())
    bars = {
        pair: tuple(Bar(rule=each.rule, reason=each.reason, evidence=each.evidence.zh) for each in told)
        for pair, told in found.items()
    }
    aside = Seat.objects.filter(round_case__case__in=numbers, expert__in=experts, status=SeatStatus.CONFLICTED)
    for case, expert in aside.values_list("round_case__case", "expert__code").distinct():
        pair = numbers[case], expert
        bars[pair] = (*bars.get(pair, ()), _STOOD_ASIDE)
    return bars


def _drawable(round: Round, expert: Expert, name: str, control: Groups) -> Drawable:
    unit = Unit(expert.unit_name, expert.unit)
    key, roots = next(iter(unit.found_by()), ""), roots_of(unit, control)
    return Drawable(
        id=name, kinds=frozenset(expert.kinds).intersection(KINDS) or frozenset({"technical"}), most=expert.most,
        unit=pseudonym(round, "u", key) if key else "", group=pseudonym(round, "u", min(roots)) if roots else "",
        is_outside=is_outside(expert, round.call.authority),
    )  # fmt: skip


def pseudonym(round: Round, kind: str, key: str) -> str:
    """A name that means nothing outside the round: the same for the same, by a hash that needs the platform's key."""
    message = f"draw|{round.code}|{kind}|{key}".encode("utf-8", "surrogatepass")
    return f"{kind}-{hmac.new(settings.SECRET_KEY.encode(), message, sha256).hexdigest()[:10]}"


def is_outside(expert: Expert, authority: Authority) -> bool:
    """Whether an expert is from outside the authority's region."""
    stem = authority.region
    while stem.endswith("00"):
        stem = stem[:-2]
    return not expert.region.startswith(stem)


def declared_experts(round: Round) -> list[Expert]:
    """Who can be drawn: those who have declared and can come, still active in the bank."""
    can = Invitee.objects.filter(round=round, declared_at__isnull=False, declined_at=None).values("expert")
    return list(Expert.objects.filter(id__in=can, status=ExpertStatus.ACTIVE).select_related("user").order_by("code"))


def current_draw(round: Round) -> Draw | None:
    """The draw that holds, or waits to be drawn."""
    return round.draws.filter(void_at=None).order_by("number").last()


def label(number: int) -> str:
    """A seat's label by its place on the panel, from 0: A … Z, then AA …"""
    return chr(ord("A") + number) if number < 26 else label(number // 26 - 1) + label(number % 26)


def seated_places(seats: Iterable[Seat], instance: Instance, names: Mapping[str, str]) -> dict[str, list[Place]]:
    """The panels as they sit now, in the names of the draw; `names` by bank code."""
    panels: dict[str, list[Place]] = {case: [] for case in instance.cases}
    for seat in seats:
        if seat.status in SITTING:
            case, expert = case_id(seat.round_case.number), names[seat.expert.code]
            panels[case].append(Place(expert, seat.kind, instance.match[case, expert]))
    return panels


# -- before a draw -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feasible:
    """Whether a draw can be made now: of how many experts and cases, what is short, which rules could give way, what bars."""

    experts: int
    cases: int
    barred: int
    shortages: tuple[Shortage, ...]
    relaxations: tuple[Relaxation, ...]


def feasible(round: Round, *, at: datetime) -> Feasible:
    """Whether the panels can be filled, and what would help; nothing is committed by asking."""
    instance = inputs_of(round, declared_experts(round), at=at).instance
    found = shortages(instance) if instance.experts else ()
    helps = relaxations(instance) if found else ()
    return Feasible(len(instance.experts), len(instance.cases), len(instance.barred), found, helps)


def curve(round: Round, caps: Sequence[int], *, at: datetime) -> tuple[Odds, ...]:
    """What each cap would cost and buy. Raises `Short` when no panels keep every rule."""
    return cap_curve(inputs_of(round, declared_experts(round), at=at).instance, caps)
