"""Ties: who an expert is, where they work and worked, whom they are tied to; and who stands in a case.

People and units come from registers that do not always agree. A person is the same by an opaque key (a keyed hash
of the identity number); where a key is missing, by name and unit; a name alone only suspects. A unit is the same by
its 统一社会信用代码; where a code is missing, by its name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import lru_cache

from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text, same


class Match(Enum):
    """Whether two records mean one person: they do, they may, they do not."""

    SAME = "same"
    SUSPECTED = "suspected"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """An organisation by its name and, where it has one, its credit code. An empty one is no unit at all."""

    name: str = ""
    code: str = ""

    def __str__(self) -> str:
        return self.name or self.code

    def found_by(self) -> tuple[str, ...]:
        """What it can be found by, the surest first: its code, its name as it is compared."""
        return tuple(filter(None, (plain_code(self.code), plain_unit(self.name))))


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """A person by name, by an opaque key where there is one, and by the unit that tells namesakes apart."""

    name: str = ""
    key: str = ""
    unit: Unit = Unit()

    @property
    def called(self) -> Text:
        """The name, with the unit where it is known; never the key."""
        return Text(f"{self.name}（{self.unit}）", f"{self.name} ({self.unit})") if str(self.unit) else same(self.name)

    def found_by(self) -> tuple[str, ...]:
        """What they can be found by: the key, the name as it is compared. Two that match share one of them."""
        return tuple(filter(None, (self.key, plain_name(self.name))))


def same_unit(one: Unit, other: Unit) -> bool:
    """Whether both are one organisation: by code when both have one, else by name."""
    codes = plain_code(one.code), plain_code(other.code)
    if all(codes):
        return codes[0] == codes[1]
    return bool(one.name) and plain_unit(one.name) == plain_unit(other.name)


def same_person(one: Person, other: Person) -> Match:
    """Whether both are one person.

    Two keys decide. Without them equal names are one person in one unit, somebody else when the codes of the
    units differ, and suspected where a unit is unknown or its name is merely written otherwise.
    """
    if one.key and other.key:
        return Match.SAME if one.key == other.key else Match.OTHER
    if not plain_name(one.name) or plain_name(one.name) != plain_name(other.name):
        return Match.OTHER
    if same_unit(one.unit, other.unit):
        return Match.SAME
    return Match.OTHER if plain_code(one.unit.code) and plain_code(other.unit.code) else Match.SUSPECTED


@lru_cache(maxsize=1 << 16)
def plain_code(code: str) -> str:
    """A credit code as it is compared: half-width capitals and digits, no spaces or hyphens."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code)).upper()


@lru_cache(maxsize=1 << 16)
def plain_unit(name: str) -> str:
    """A unit's name as it is compared: half-width, without spaces. 有限公司 and 有限责任公司 stay what they are.

    >>> plain_unit("宁夏某某（集团） 有限公司") == plain_unit("宁夏某某(集团)有限公司")
    True
    """
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold()


@lru_cache(maxsize=1 << 16)
def plain_name(name: str) -> str:
    """A person's name as it is compared: half-width, without spaces, the dot of 阿依古丽·买买提 written one way."""
    return re.sub(r"[·•・‧∙⋅.]", "·", re.sub(r"\s", "", unicodedata.normalize("NFKC", name))).casefold()


class Kind(Enum):
    """What ties an expert to a person or a unit; the value is what is stored."""

    JOINT_PROJECT = "joint-project"
    JOINT_PAPER = "joint-paper"
    JOINT_PATENT = "joint-patent"
    JOINT_EMPLOYMENT = "joint-employment"
    KIN = "kin"
    SUPERVISOR = "supervisor"
    STUDENT = "student"
    CONSULTING = "consulting"
    FINANCIAL = "financial"
    DISPUTE = "dispute"
    DECLARED = "declared"
    ACTED = "acted"


#: What each kind is called. The supervisor is the expert's; the student too.
KINDS: Mapping[Kind, Text] = {
    Kind.JOINT_PROJECT: Text("共同承担项目", "joint project"),
    Kind.JOINT_PAPER: Text("合作发表论文", "joint paper"),
    Kind.JOINT_PATENT: Text("共同专利", "joint patent"),
    Kind.JOINT_EMPLOYMENT: Text("曾为同事", "former colleagues"),
    Kind.KIN: Text("近亲属", "kin"),
    Kind.SUPERVISOR: Text("专家的导师", "the expert's supervisor"),
    Kind.STUDENT: Text("专家的学生", "the expert's student"),
    Kind.CONSULTING: Text("有偿咨询", "paid consulting"),
    Kind.FINANCIAL: Text("经济利益", "financial interest"),
    Kind.DISPUTE: Text("争议", "dispute"),
    Kind.DECLARED: Text("专家自报", "declared by the expert"),
    Kind.ACTED: Text("曾评审本项目", "has acted on the case before"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """Where an expert works or worked. Without `until` it is not known to have ended, and counts as lasting."""

    unit: Unit
    since: date | None = None
    until: date | None = None
    source: str = ""

    def __post_init__(self) -> None:
        _refuse_backwards(self.since, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """What ties an expert to a person, a unit or a case, each on its own; `source` is the record it follows from.

    A unit that only tells namesakes apart belongs in `person.unit`. What happened on one day (a paper) has
    `since == until`; without `until` it is not known to have ended, and counts as lasting.

    Raises `BadInput` when it ends before it begins, or names nobody.
    """

    kind: Kind
    person: Person = Person()
    unit: Unit = Unit()
    case: str = ""
    since: date | None = None
    until: date | None = None
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _refuse_backwards(self.since, self.until)
        if not (self.person.found_by() or self.unit.found_by() or self.case):
            raise BadInput([_TO_NOBODY.at(kind=KINDS[self.kind])])


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertTies:
    """An expert as the conflict rules see one. `id` is the bank's code; `official_of` are ids of authorities."""

    id: str
    person: Person
    unit: Unit
    past: tuple[Tenure, ...] = ()
    ties: tuple[Tie, ...] = ()
    official_of: frozenset[str] = frozenset()

    def posts(self) -> Iterator[Tenure]:
        """The present employer, as the bank has it, and every tenure on record."""
        yield Tenure(unit=self.unit)
        yield from self.past

    def selves(self) -> Iterator[Person]:
        """The expert as other registers may know them: by each unit they belong or belonged to."""
        for unit in dict.fromkeys((self.person.unit, *(post.unit for post in self.posts()))):
            if unit.found_by() or not self.unit.found_by():
                yield replace(self.person, unit=unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTies:
    """A case as the conflict rules see it: everyone and every unit that stands in it, by role.

    Whoever is in `people` counts as leader or team; leave out whom the authority does not mean, a contact for example.
    `authority` is the id of the authority whose call it is; `avoided` are the experts the applicant asked to be avoided.
    """

    id: str
    units: Mapping[str, tuple[Unit, ...]] = field(default_factory=dict)
    people: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    recommender: Unit = Unit()
    authority: str = ""
    avoided: tuple[Person, ...] = ()


#: The roles of units and people that have a name of their own here; another role is shown as it is written.
APPLICANT, PARTNER, SUB_UNIT, TECHNICAL_SUPPORT = "applicant", "partner", "sub-unit", "technical-support"
LEADER, MEMBER = "leader", "member"
ROLES: Mapping[str, Text] = {
    APPLICANT: Text("申报单位", "the applicant"),
    PARTNER: Text("参与单位", "a partner"),
    SUB_UNIT: Text("下属承担单位", "a sub-unit"),
    TECHNICAL_SUPPORT: Text("技术依托单位", "a technical support unit"),
    LEADER: Text("项目负责人", "the leader"),
    MEMBER: Text("团队成员", "a team member"),
}


def _refuse_backwards(since: date | None, until: date | None) -> None:
    if since and until and until < since:
        raise BadInput([_BACKWARDS.at(since=since, until=until)])


_BACKWARDS = Mistake(
    "tie-ends-before-it-begins",
    Text("结束日期 {until} 早于开始日期 {since}", "it ends on {until}, before it begins on {since}"),
    Text("核对两个日期，或留空不明的一个", "check both days, or leave the unknown one empty"),
)
_TO_NOBODY = Mistake(
    "tie-to-nobody",
    Text("“{kind}”没有写明对方", "the tie “{kind}” names nobody"),
    Text("至少填写对方姓名、单位或项目之一", "name the person, the unit or the case"),
)
