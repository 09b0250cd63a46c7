"""What the platform itself knows: applications, projects and ownership, turned into the facts that limits ask for.

Conditions of kind `register` read facts such as 申报单位.未结题项目 or 申报单位.集团两区申报. Whoever keeps the registers
hands them over as plain values (`Register`), and `register_facts` says what they mean for one application. Nothing else
crosses the line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from zhinan.language.tree import Value

#: Owning more than this share is control (a parent and its subsidiary).
CONTROL = Fraction(1, 2)
#: The programme whose one-type and three-per-group limits count its own applications only.
TWO_ZONES = "xinjiang-liangqu"


@dataclass(frozen=True, slots=True)
class Filing:
    """An application handed in and not withdrawn. Units and persons go by their codes.

    `special` is a member of the list of specials (or of the two-zone types, for that programme).
    """

    programme: str
    special: str
    year: int
    title: str
    applicant: str
    leader: str = ""
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A funded project; `concluded_on` is `None` while it is open. `level` is national, regional, city or county."""

    special: str
    level: str
    title: str
    established_on: date
    unit: str
    leader: str = ""
    enterprise: str = ""
    concluded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """`owner` holds `share` of `owned`."""

    owner: str
    owned: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Register:
    """What is on record, of everyone."""

    filings: tuple[Filing, ...] = ()
    projects: tuple[Project, ...] = ()
    holdings: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is applying, by code; the leader and the joint enterprise where there are any."""

    applicant: str
    leader: str = ""
    enterprise: str = ""


def register_facts(register: Register, parties: Parties, *, title: str, on: date) -> dict[str, Value]:
    """The register facts of one application, by key, as of the day `on`; `title` is that of its project.

    An application that is being filled in is not in the register yet, so every list is "without this one".
    """
    facts: dict[str, Value] = {
        "applicant.open_projects": _open(register, on, unit=parties.applicant),
        "applicant.year_applications": _filed(register, applicant=parties.applicant),
        "applicant.zone_applications": _in_zones(register, {parties.applicant: "itself"}),
        "applicant.group_zone_applications": _in_zones(register, group_of(parties.applicant, register.holdings)),
        "project.funded_levels": duplicate_levels(register, title),
    }
    if parties.leader:
        facts["leader.open_projects"] = _open(register, on, leader=parties.leader)
        facts["leader.funded_projects"] = tuple(_project(each) for each in register.projects if each.leader == parties.leader)
    if parties.enterprise:
        facts["enterprise.open_projects"] = _open(register, on, enterprise=parties.enterprise)
        facts["enterprise.year_applications"] = _filed(register, enterprise=parties.enterprise)
    return facts


def group_of(unit: str, holdings: Iterable[Holding]) -> dict[str, str]:
    """The units of the group that `unit` belongs to, each with its relation to it: itself, parent, subsidiary or sibling.

    Control runs through chains: the parents are all that control the unit, the subsidiaries all that it controls, and the
    siblings everything else that a parent controls.
    """
    owners: dict[str, set[str]] = {}
    owned: dict[str, set[str]] = {}
    for holding in holdings:
        if holding.share > CONTROL:
            owners.setdefault(holding.owned, set()).add(holding.owner)
            owned.setdefault(holding.owner, set()).add(holding.owned)
    parents, subsidiaries = _chain(unit, owners), _chain(unit, owned)
    siblings = {each for parent in parents for each in _chain(parent, owned)}
    relations = {**dict.fromkeys(siblings, "sibling"), **dict.fromkeys(subsidiaries, "subsidiary")}
    return {**relations, **dict.fromkeys(parents, "parent"), unit: "itself"}


def _chain(unit: str, onward: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(onward.get(unit, ()))
    while waiting:
        each = waiting.pop()
        if each not in found and each != unit:
            found.add(each)
            waiting += onward.get(each, ())
    return found


def duplicate_levels(register: Register, title: str) -> frozenset[str]:
    """The levels at which a project of the same title, written in whatever way, is funded already."""
    wanted = _plain(title)
    return frozenset(project.level for project in register.projects if wanted and _plain(project.title) == wanted)


def _plain(title: str) -> str:
    """A title without the differences that mean nothing: width, case, spaces and signs."""
    return "".join(char for char in unicodedata.normalize("NFKC", title).casefold() if char.isalnum())


def _open(register: Register, on: date, *, unit: str = "", leader: str = "", enterprise: str = "") -> Value:
    return tuple(
        _project(each)
        for each in register.projects
        if (each.unit, each.leader, each.enterprise) == (unit or each.unit, leader or each.leader, enterprise or each.enterprise)
        and each.established_on <= on
        and (each.concluded_on is None or each.concluded_on > on)
    )


def _project(project: Project) -> dict[str, Value]:
    return {"special": project.special, "established_on": project.established_on, "title": project.title}


def _filed(register: Register, *, applicant: str = "", enterprise: str = "") -> Value:
    return tuple(
        {"special": each.special, "year": each.year, "title": each.title}
        for each in register.filings
        if each.programme != TWO_ZONES
        and (each.applicant, each.enterprise) == (applicant or each.applicant, enterprise or each.enterprise)
    )


def _in_zones(register: Register, relations: Mapping[str, str]) -> Value:
    """The two-zone applications of the units in `relations`, each with the relation of who applied."""
    return tuple(
        {"programme": each.special, "year": each.year, "relation": relations[each.applicant], "title": each.title}
        for each in register.filings
        if each.programme == TWO_ZONES and each.applicant in relations
    )
