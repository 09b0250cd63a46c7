"""What the platform itself knows about who else applied and who holds what: the facts that limits across applications ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from django.db.models import Q

from zhinan.language.tree import Value
from zhinan.policy.registers import Filing, Holding, Parties, Project, Register, group_of, register_facts
from zhinan.server.models import Answer, Application, FundedProject, Shareholding

_ENTERPRISE = "enterprise.uscc"


def limit_facts(case: Application, *, enterprise: str, title: str, on: date) -> dict[str, Value]:
    """The register facts of an application, without itself."""
    unit = case.organisation.uscc
    shares = holdings()
    codes = {*group_of(unit, shares), enterprise} - {""}
    parties = Parties(unit, leader=case.leader.username, enterprise=enterprise)
    register = Register(_filings(case, codes), _projects(parties, title), shares)
    return register_facts(register, parties, title=title, on=on)


def holdings() -> tuple[Holding, ...]:
    """Who holds whom, as far as it is on record."""
    rows = Shareholding.objects.values_list("owner", "owned", "per_mille")
    return tuple(Holding(owner, owned, Fraction(share, 1000)) for owner, owned, share in rows)


def programme_of(pack: str) -> str:
    """The programme a pack is the edition of: its id without the year.

    >>> programme_of("xinjiang-liangqu-2025")
    'xinjiang-liangqu'
    """
    stem, _, year = pack.rpartition("-")
    return stem if year.isdigit() else pack


def special_of(scheme: str) -> str:
    """A scheme as the vocabulary's lists of specials name it."""
    return scheme.replace("-", "_")


def _filings(case: Application, codes: set[str]) -> tuple[Filing, ...]:
    """The other applications of these units that were handed in and not withdrawn."""
    joint = Answer.objects.filter(key=_ENTERPRISE, text__in=codes).values("application")
    others = Application.objects.filter(Q(organisation__uscc__in=codes) | Q(id__in=joint), submitted_at__isnull=False)
    others = others.exclude(id=case.id).exclude(stage="withdrawn").select_related("call", "organisation", "leader")
    rows = list(others)
    enterprises: Mapping[int, str] = dict(
        Answer.objects.filter(key=_ENTERPRISE, application__in=rows).values_list("application_id", "text")
    )
    return tuple(
        Filing(
            programme_of(row.call.pack), special_of(row.scheme), row.call.year, row.title, row.organisation.uscc,
            row.leader.username, enterprises.get(row.id, ""),
        )
        for row in rows
    )  # fmt: skip


def _projects(parties: Parties, title: str) -> tuple[Project, ...]:
    about = Q(unit=parties.applicant) | Q(leader=parties.leader) | Q(title=title)
    if parties.enterprise:
        about |= Q(enterprise=parties.enterprise)
    return tuple(
        Project(row.special, row.level, row.title, row.established_on, row.unit, row.leader, row.enterprise, row.concluded_on)
        for row in FundedProject.objects.filter(about)
    )
