"""The shapes of a pack: clauses, readings, schemes and what a scheme is made of. Values only; `load` makes them.

Everything that carries a clause is an `Item`: it cites its clause and names the rules it makes executable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from fractions import Fraction

from zhinan.language.tree import Typed, Value
from zhinan.language.types import Word
from zhinan.policy.item import Item, Variants
from zhinan.policy.plan import History, Indicator, Instrument, Provision, RegisterKind, Task, Unit
from zhinan.policy.procedure import Procedure
from zhinan.policy.score import Index
from zhinan.values.text import Text


class ConditionKind(Enum):
    """How a condition is answered. In this order: a condition is of the first kind that fits."""

    SOFT = "soft"
    JUDGEMENT = "judgement"
    REGISTER = "register"
    EVIDENCE = "evidence"
    AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A node of the document's outline. `rules` maps each rule read from it to its check class."""

    path: str
    gist: Text
    rules: Mapping[str, str]
    informational: Text | None
    left: Mapping[str, Text]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction(Item):
    """A node of the tree of supported directions."""

    id: str
    name: Text
    topics: Text
    children: tuple[Direction, ...]

    def walk(self) -> Iterator[Direction]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An ambiguity of the document: how it may be read, and which reading is in force unless another is chosen."""

    id: str
    clauses: tuple[str, ...]
    question: Text
    alternatives: Mapping[str, Text]
    default: str
    note: Text
    recorded: bool
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Item):
    """A figure of a scheme. `value` is `None` until the authority has set what the document leaves open."""

    name: str
    word: Word
    label: Text
    value: Value
    suggest: str
    asked: bool
    sure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Item):
    """A sub-line of a scheme; an applicant applies under one of them."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose(Item):
    """What a person judges the whole application by."""

    judge: Text

    @property
    def is_executable(self) -> bool:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Item):
    """A condition of a scheme (or of some of its `lines`).

    `applies` limits where it holds; outside, it is met, or a person decides (`otherwise_judge`). `requires` is empty for a
    pure judgement. `origin` is `conditions`, or the section it was made from (`directions`, `payment`, `duration`).
    """

    id: str
    kind: ConditionKind
    lines: tuple[str, ...]
    applies: Typed | None
    otherwise_judge: bool
    reading: str
    requires: Variants
    says: Text
    judge: Text | None
    evidence: tuple[str, ...]
    origin: str
    sure: str = ""

    @property
    def is_executable(self) -> bool:
        return bool(self.requires)

    @property
    def bars(self) -> bool:
        """Whether it can make a subject ineligible."""
        return bool(self.requires) and self.kind is not ConditionKind.SOFT

    @property
    def trees(self) -> tuple[Variants, ...]:
        return (self.requires,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference(Item):
    """What ranks an application higher, and never bars one."""

    id: str
    lines: tuple[str, ...]
    reading: str
    whens: Variants
    judge: Text | None
    says: Text

    @property
    def is_executable(self) -> bool:
        return bool(self.whens)

    @property
    def trees(self) -> tuple[Variants, ...]:
        return (self.whens,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Item):
    """A paper to hand in. `requires` holds when it is there and in order."""

    id: str
    name: Text
    lines: tuple[str, ...]
    applies: Typed | None
    reading: str
    requires: Variants

    @property
    def trees(self) -> tuple[Variants, ...]:
        return (self.requires,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding(Item):
    """A formula for the amount, in fen; the first that applies gives it."""

    lines: tuple[str, ...]
    applies: Typed | None
    reading: str
    grants: Variants
    says: Text


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the grant. `share` is `None` for the rest; `at` is establishment, acceptance, yearly or audit."""

    at: str
    share: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Item):
    """How the grant is paid: the modes to choose from, the instalments, lump sum and budget."""

    id: str
    lines: tuple[str, ...]
    applies: Typed | None
    modes: tuple[str, ...]
    soft: bool
    instalments: tuple[Instalment, ...]
    lump_sum: bool
    budget: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection(Item):
    """How projects are chosen, and how many are planned."""

    method: str
    planned: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Item):
    """The section that consults and accepts, where `applies` holds."""

    section: str
    applies: Typed | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation(Item):
    """Who recommends, where `applies` holds."""

    by: Text
    applies: Typed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Item):
    """What binds during the procedure or after the award."""

    id: str
    lines: tuple[str, ...]
    applies: Typed | None
    at: str
    guard: str
    soft: bool
    says: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Title(Item):
    """What a recognition leaves behind: the titles it grants, and for how long (`None`: not stated)."""

    grants: tuple[str, ...]
    valid_months: int | None
    sure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme(Item):
    """Anything one can apply for: conditions, money, documents, procedure."""

    id: str
    code: str
    name: Text
    kind: str
    applicant: str
    purposes: tuple[Purpose, ...]
    parameters: tuple[Parameter, ...]
    branches: tuple[Line, ...]
    conditions: tuple[Condition, ...]
    preferences: tuple[Preference, ...]
    documents: tuple[Document, ...]
    fundings: tuple[Funding, ...]
    payments: tuple[Payment, ...]
    selections: tuple[Selection, ...]
    routes: tuple[Route, ...]
    recommendations: tuple[Recommendation, ...]
    duties: tuple[Duty, ...]
    title: Title | None = None
    procedure: str = ""

    def including(self, ruleset: Scheme) -> Scheme:
        """This scheme with the sections of a rule set before its own."""
        return replace(
            self,
            purposes=(*ruleset.purposes, *self.purposes),
            parameters=(*ruleset.parameters, *self.parameters),
            conditions=(*ruleset.conditions, *self.conditions),
            preferences=(*ruleset.preferences, *self.preferences),
            documents=(*ruleset.documents, *self.documents),
            payments=(*ruleset.payments, *self.payments),
            selections=(*ruleset.selections, *self.selections),
            routes=(*ruleset.routes, *self.routes),
            recommendations=(*ruleset.recommendations, *self.recommendations),
            duties=(*ruleset.duties, *self.duties),
        )

    def items(self) -> Iterator[Item]:
        """Everything of the scheme that cites a clause, itself first."""
        yield self
        for section in (
            self.purposes, self.parameters, self.branches, self.conditions, self.preferences, self.documents,
            self.fundings, self.payments, self.selections, self.routes, self.recommendations, self.duties,
        ):  # fmt: skip
            yield from section
        if self.title:
            yield self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The document a pack was made from; `sha256` is of its text."""

    title: str
    year: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedCase:
    """Facts in, verdicts out. `facts` and `expect` are read when the case is run."""

    id: str
    about: Text
    on: date
    readings: Mapping[str, str]
    parameters: Mapping[str, Value]
    facts: Mapping[str, Value]
    expect: Mapping[str, Expectation]
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a case expects of one scheme; only what is stated is compared. `grant` is fen, or `"none"`."""

    verdict: str
    grant: int | str | None
    conditions: Mapping[str, str]
    preferences: Mapping[str, str]
    documents: Mapping[str, str]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The executable edition of one document. `digest` is the SHA-256 of its files."""

    id: str
    title: Text
    issuer: Text
    region: str
    year: int
    in_force: tuple[date, date]
    supersedes: str
    source: Source
    parameters: tuple[Parameter, ...]
    clauses: tuple[Clause, ...]
    directions: tuple[Direction, ...]
    readings: Mapping[str, Reading]
    schemes: tuple[Scheme, ...]
    cases: tuple[WorkedCase, ...]
    digest: str
    kind: str = "guide"
    parents: tuple[str, ...] = ()
    rulesets: tuple[Scheme, ...] = ()
    indexes: tuple[Index, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    history: tuple[History, ...] = ()
    units: tuple[Unit, ...] = ()
    tasks: tuple[Task, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    provisions: tuple[Provision, ...] = ()
    registers: tuple[RegisterKind, ...] = ()

    def scheme(self, id: str) -> Scheme | None:
        """The scheme of that id."""
        return next((scheme for scheme in self.schemes if scheme.id == id), None)

    def parameter_words(self) -> Iterator[Word]:
        """The words of all parameters, of the pack and of its schemes."""
        for parameters in (self.parameters, *(scheme.parameters for scheme in self.schemes)):
            yield from (parameter.word for parameter in parameters)
        yield from (index.word for index in self.indexes)

    def items(self) -> Iterator[Item]:
        """Everything that cites a clause, each once: what a rule set holds counts once, however many schemes include it."""
        seen: set[int] = set()
        for item in self._every_item():
            if id(item) not in seen:
                seen.add(id(item))
                yield item

    def _every_item(self) -> Iterator[Item]:
        yield from self.parameters
        for root in self.directions:
            yield from root.walk()
        for scheme in (*self.rulesets, *self.schemes):
            yield from scheme.items()
        for index in self.indexes:
            yield from index.items()
        for procedure in self.procedures:
            yield from procedure.items()
        for task in self.tasks:
            yield from task.walk()
        yield from (*self.indicators, *self.history, *self.instruments, *self.provisions, *self.registers)
