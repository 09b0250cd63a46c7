"""Asking, read: the units of a round as an expert sees them, the experts who may be asked, who has answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from zhinan.assignment.problem import Instance
from zhinan.assignment.ties import KINDS, Kind, Unit
from zhinan.server.hashing import digest
from zhinan.server.models import Expert, Invitee, Round, RoundStatus
from zhinan.server.queries.draws import inputs_of, pseudonym
from zhinan.server.queries.expert_ties import all_ties
from zhinan.server.queries.review_access import bank_for
from zhinan.values.text import Text

#: What may tie an expert to a unit, as they choose it; the last for anything else.
RELATIONS: Mapping[str, Text] = {
    kind.value: Text("曾任职或兼职", "worked or works there") if kind is Kind.JOINT_EMPLOYMENT else KINDS[kind]
    for kind in (
        Kind.JOINT_EMPLOYMENT, Kind.JOINT_PROJECT, Kind.KIN, Kind.CONSULTING, Kind.FINANCIAL, Kind.DISPUTE, Kind.DECLARED,
    )
} | {Kind.DECLARED.value: Text("其他利害关系", "another relation")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A unit of a round: its key on the page, its name, its code where it has one."""

    key: str
    name: str
    code: str

    def __str__(self) -> str:
        return self.name or self.code


def units_of(round: Round) -> list[Named]:
    """Every unit of any case of the round, once, by name: nothing says which belongs with which."""
    cases = [place.case for place in round.cases.select_related("case")]
    standing = all_ties((), cases, on=date.min).cases.values()
    units = {unit for case in standing for group in case.units.values() for unit in group}
    by_key: dict[str, Named] = {}
    for unit in sorted(units, key=lambda each: (each.name, each.code)):
        named = _named(unit)
        by_key.setdefault(named.key, named)
    return sorted(by_key.values(), key=lambda each: (each.name, each.code))


def _named(unit: Unit) -> Named:
    return Named(digest("|".join(unit.found_by()))[:12], unit.name, unit.code)


# -- whom to ask -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who may be asked: for how many cases they fit and are not barred, their best match (of 1,000,000)."""

    expert: Expert
    fits: int
    barred: int
    best: int
    is_outside: bool


def candidates(round: Round, *, at: datetime) -> list[Candidate]:
    """The experts of the banks in reach who fit some case and are not asked yet, those who fit most cases first."""
    asked = Invitee.objects.filter(round=round).values("expert")
    experts = list(bank_for(round).exclude(id__in=asked).select_related("user", "bank"))
    found = [each for each in _judged(round, experts, at=at) if each.fits]
    return sorted(found, key=lambda each: (-each.fits, -each.best, each.expert.code))


def barred_from_all(round: Round, experts: Sequence[Expert], *, at: datetime) -> frozenset[str]:
    """The codes of those who may review none of the cases of the round."""
    number = round.cases.count()
    return frozenset(each.expert.code for each in _judged(round, experts, at=at) if number and each.barred == number)


def _judged(round: Round, experts: Sequence[Expert], *, at: datetime) -> list[Candidate]:
    instance = inputs_of(round, experts, at=at).instance
    outside = {each.id: each.is_outside for each in instance.experts}
    return [_candidate(each, pseudonym(round, "e", each.code), instance, outside) for each in experts]


def _candidate(expert: Expert, name: str, instance: Instance, outside: Mapping[str, bool]) -> Candidate:
    barred = sum(bool(instance.barred.get((case, name))) for case in instance.cases)
    free = [instance.match[case, name] for case in instance.cases if not instance.barred.get((case, name))]
    fitting = [match for match in free if match >= instance.rules.threshold]
    return Candidate(expert, len(fitting), barred, max(free, default=0), outside[name])


# -- who was asked -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Someone who was asked, and how they answered."""

    invitee: Invitee
    says: Text
    tone: str


def asked(round: Round) -> list[Asked]:
    """Everyone who was asked, those who have not answered first."""
    rows = list(Invitee.objects.filter(round=round).select_related("expert__user", "expert__bank"))
    return sorted((_asked(row) for row in rows), key=lambda each: (each.tone != "warn", each.invitee.expert.code))


def _asked(row: Invitee) -> Asked:
    if row.declined_at:
        return Asked(row, Text(f"不能参加：{row.reason}", f"cannot come: {row.reason}"), "quiet")
    if row.declared_at is None:
        return Asked(row, Text("未答复", "no answer yet"), "warn")
    number = len(row.units)
    told = (
        Text(f"已申报，{number} 个单位有利害关系", f"declared, tied to {number} units")
        if number
        else Text("已申报，无利害关系", "declared, no ties")
    )
    return Asked(row, told, "good")


def may_answer(invitee: Invitee, *, at: datetime) -> bool:
    """Whether an expert may declare or decline now, for the first time or anew."""
    until = invitee.round.declare_by
    return invitee.round.status == RoundStatus.ASKING and (until is None or at < until)
