"""The shapes of a plan: what is to be reached by when, who does what, which money and which rules it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from zhinan.language.tree import Typed
from zhinan.policy.item import Item, Variants
from zhinan.values.text import Text


@dataclass(frozen=True, slots=True)
class Figure:
    """A stated figure. `value` is `None` where the document gives none and the authority must set it."""

    value: Fraction | None
    year: int | None
    op: str = "="
    estimate: bool = False
    unit: str = ""
    about: Text = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(Item):
    """Something measured: its base, its target, who answers for it."""

    id: str
    name: Text
    unit: str
    area: str
    measure: str
    better: str
    base: Figure | None
    target: Figure | None
    lead: str
    support: tuple[str, ...]
    same_as: str
    part_of: str
    note: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Item):
    """A figure the document states as already reached; several figures where one statement has several."""

    id: str
    name: Text
    values: tuple[Figure, ...]
    note: Text


@dataclass(frozen=True, slots=True)
class Unit:
    """A responsible unit."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Item):
    """Something to be done: by whom, until when, and what shows that it is done."""

    id: str
    kind: str
    title: Text
    lead: str
    support: tuple[str, ...]
    due: date | None
    evidence: Text
    links: tuple[str, ...]
    children: tuple[Task, ...]

    def walk(self) -> Iterator[Task]:
        """This task and all beneath it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument(Item):
    """Money or support that is named without saying enough to apply for it."""

    id: str
    code: str
    name: Text
    kind: str
    who: Text
    gives: Text
    states: Text
    applies: Typed | None

    @property
    def is_executable(self) -> bool:
        return self.applies is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision(Item):
    """A rule that binds the programme itself rather than one application."""

    id: str
    type: str
    says: Text
    judge: Text | None
    applies: Typed | None
    requires: Variants
    at: str
    guard: str
    every: str
    indicator: str

    @property
    def is_executable(self) -> bool:
        return bool(self.applies or self.requires or self.guard or self.every or self.indicator)

    @property
    def trees(self) -> tuple[Variants, ...]:
        return (self.requires,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterKind(Item):
    """A kind of entry the document asks someone to keep."""

    id: str
    name: Text
    group: str
    criteria: Text
    lifecycle: str
