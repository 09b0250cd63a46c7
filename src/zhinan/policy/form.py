"""The application form of a scheme: pages of fields and papers to hand in, made from what its conditions and formulas read.

    form = form_of(pack, pack.scheme("sme-innovation"), base_vocabulary())
    [page.title.zh for page in form.pages]

Nobody draws a form: a guide that changes changes its form with it. What an applicant writes into it is read in `form_answers`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from zhinan.language import tree
from zhinan.language.explain import prepare
from zhinan.language.format import format_typed
from zhinan.language.tree import Typed, Value
from zhinan.language.types import POINTS, Kind, Type
from zhinan.policy import mistakes
from zhinan.policy.assess import LINE_FACT
from zhinan.policy.form_layout import Upload, parts_of, uploads_of
from zhinan.policy.model import Condition, Direction, Document, Pack, Payment, Preference, Scheme
from zhinan.policy.registers import Parties, Register, register_facts
from zhinan.policy.resolve import NO_LINE, Resolved, ResolvedScheme, bar, resolve_pack
from zhinan.policy.vocabulary import FactWord, Vocabulary, words_of
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

#: What the platform answers from its own registers, whatever they hold.
FROM_REGISTERS = frozenset(register_facts(Register(), Parties("甲", "乙", "丙"), title="", on=date.min))
DIRECTION = "project.direction"
#: Texts of several lines, with room to write.
LONG = frozenset(f"project.{name}" for name in ("summary", "content", "foundation", "schedule")) | {"application.statement"}
#: Kinds of scheme under which a project is funded, so that every form of theirs asks for one.
PROJECTS = frozenset({"grant", "challenge"})


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Asked:
    """Why something is asked: the item of the scheme that reads it, with its clauses and its sentence."""

    item: str
    clauses: tuple[str, ...]
    says: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question. `kind` tells the page how to ask it; `columns` are those of a list of records.

    `source` says who answers: the `applicant`; the `unit` register first, then the applicant; or nobody here, because the
    platform computes it (`register`) or others decide it (`authority`).
    """

    key: str
    label: Text
    help: Text
    kind: str
    unit: str = ""
    options: tuple[Option, ...] = ()
    columns: tuple[Field, ...] = ()
    code: str = ""
    whence: str = ""
    period: str = ""
    asked_by: tuple[Asked, ...] = ()
    is_required: bool = False
    source: str = "applicant"
    type: Type = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Fields that are thought about together. The page `papers` also shows the uploads."""

    id: str
    title: Text
    about: Text
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What a scheme asks. `elsewhere` is read too, but never asked here; `digest` is the SHA-256 of all that is asked."""

    pages: tuple[Page, ...]
    uploads: tuple[Upload, ...]
    elsewhere: tuple[Field, ...]
    digest: str

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in the order of the pages."""
        return tuple(field for page in self.pages for field in page.fields)

    @property
    def keys(self) -> tuple[str, ...]:
        """The facts that are asked for."""
        return tuple(field.key for field in self.fields)

    def field(self, key: str) -> Field | None:
        """The field that asks for a fact."""
        return next((field for field in self.fields if field.key == key), None)


def form_of(
    pack: Pack, scheme: Scheme, vocabulary: Vocabulary, *, line: str = NO_LINE,
    readings: Mapping[str, str] | None = None, parameters: Mapping[str, Value] | None = None,
) -> Form:  # fmt: skip
    """The form of a scheme in the chosen readings. Once a `line` is chosen, what only other lines need is left out.

    Raises `BadInput` for an unknown line, reading or parameter.
    """
    if line and line not in (names := [branch.id for branch in scheme.branches]):
        raise BadInput([mistakes.UNKNOWN_LINE.at(word=line, choices=", ".join(names))])
    every = resolve_pack(pack, readings=readings, parameters=parameters)
    resolved = next(each for each in every if each.scheme.id == scheme.id)
    return _Maker(resolved, vocabulary, line).form()


class _Use(NamedTuple):
    """A tree of the scheme, why it is asked, and whether an application cannot do without what it reads."""

    asked: Asked
    needed: bool
    read: Typed


class _Maker:
    def __init__(self, resolved: ResolvedScheme, vocabulary: Vocabulary, line: str) -> None:
        self.resolved = resolved
        self.scheme = resolved.scheme
        self.vocabulary = vocabulary
        self.line = line
        self.uses = list(self._uses())
        self.read = {key for use in self.uses for key in tree.facts_of(use.read) if key in vocabulary.facts}
        self.columns = {found for use in self.uses for found in _columns_read(use.read)}
        self.budget = self._budget()
        self.standard = self._standard()

    def form(self) -> Form:
        fields = [self.field(key) for key in self.vocabulary.facts if key in self.read | self.standard.keys()]
        uploads = uploads_of(self.resolved, self.vocabulary, line=self.line)
        handed_in = {upload.fact for upload in uploads}
        asked = {each.key: each for each in fields if each.source in _ASKED and each.key not in handed_in}
        elsewhere = tuple(each for each in fields if each.source not in _ASKED)
        parts = parts_of(asked, self.vocabulary, has_papers=bool(uploads), has_money=self.budget != "none")
        pages = tuple(Page(part.id, part.title, part.about, tuple(asked[key] for key in part.keys)) for part in parts)
        return Form(pages, uploads, elsewhere, self.digest(pages, uploads))

    def here(self, items: Iterable[Resolved]) -> list[Resolved]:
        """Those of the chosen line; all where none is chosen."""
        return [each for each in items if not self.line or each.holds_for(self.line)]

    def digest(self, pages: Iterable[Page], uploads: Iterable[Upload]) -> str:
        """The SHA-256 of all that an applicant is shown, in both languages, with the reasons."""
        words = words_of(self.vocabulary, self.resolved.pack.parameter_words())
        whom = [format_typed(each.applies, words) if each.applies is not None else "" for each in uploads]
        papers = [[each.id, each.fact, each.is_required, *each.clauses, *_both(each.name)] for each in uploads]
        asked = [[page.id, *_both(page.title), [_shown(field) for field in page.fields]] for page in pages]
        return hashlib.sha256(json.dumps([asked, papers, whom], ensure_ascii=False).encode()).hexdigest()

    # -- what is read --------------------------------------------------------------------------------

    def _uses(self) -> Iterator[_Use]:
        resolved = self.resolved
        for each in self.here((*resolved.conditions, *resolved.preferences, *resolved.documents)):
            yield from _uses_of(each, asked_by(each), needed=isinstance(each.item, Condition) and each.item.bars)
        payment = Text("确定拨付方式", "how the grant is paid")
        for each in self.here(resolved.payments):
            yield from _uses_of(each, Asked("payment", each.item.clauses, payment))
        section = Text("确定受理处室", "which section takes the application")
        for each in self.here(resolved.routes):
            yield from _uses_of(each, Asked("routing", each.item.clauses, section))
        for route in self.scheme.recommendations:
            if route.applies is not None:
                yield _Use(Asked("recommendation", route.clauses, route.by), False, route.applies)
        yield from self._amounts()

    def _amounts(self) -> Iterator[_Use]:
        for line, amount in self.resolved.amounts.items():
            if amount is None or (self.line and line != self.line):
                continue
            for funding in self.scheme.fundings:
                if not funding.lines or line in funding.lines:
                    yield _Use(Asked("funding", funding.clauses, funding.says), True, amount)

    def _budget(self) -> str:
        """`lines` of a budget, a `total` alone (包干制), or `none`."""
        payments = [each.item for each in self.here(self.resolved.payments) if isinstance(each.item, Payment)]
        budgets = {"none" if pay.budget == "none" else "total" if pay.lump_sum else "lines" for pay in payments}
        return next((each for each in ("lines", "total", "none") if each in budgets), "lines")

    def _standard(self) -> dict[str, bool]:
        """What every such form asks, whether or not a condition reads it; and whether it must be answered."""
        keys = {"applicant.name": True, "applicant.uscc": True}
        if self.scheme.branches:
            keys[LINE_FACT] = True
        if self.scheme.applicant == "joint":
            keys |= {"enterprise.name": True, "enterprise.uscc": True}
        if self.scheme.applicant == "person":
            keys["leader.name"] = True
        if self.scheme.kind not in PROJECTS and "project.duration" not in self.read:
            return keys | {"application.statement": False}
        keys |= {"leader.name": True, "project.title": True} | dict.fromkeys(_OF_A_PROJECT, True)
        keys |= {"project.members": False, "project.partners": False}
        keys |= {DIRECTION: True} if DIRECTION in self.read or self.own_directions() else {}
        keys |= dict.fromkeys(_MONEY_OF_A_PROJECT, True) if self.budget != "none" else {}
        return keys | ({"project.budget_lines": True} if self.budget == "lines" else {})

    # -- fields --------------------------------------------------------------------------------------

    def field(self, key: str) -> Field:
        fact = self.vocabulary.facts[key]
        uses = [use for use in self.uses if key in tree.facts_of(use.read)]
        return Field(
            key=key, label=fact.label, help=fact.help, kind=_kind(fact.word.type, key, fact.code), unit=fact.word.type.unit,
            options=self.options(fact), columns=self.columns_of(fact), code=fact.code, whence=fact.whence, period=fact.period,
            asked_by=tuple(dict.fromkeys(use.asked for use in uses)), source=_source(fact), type=fact.word.type,
            is_required=self.standard.get(key, False) or any(use.needed for use in uses),
        )  # fmt: skip

    def columns_of(self, fact: FactWord) -> tuple[Field, ...]:
        """The columns of a list; a yes or no that nothing reads is not asked of every row."""
        record = fact.word.type.record
        return tuple(
            Field(
                key=word.key, label=Text(word.zh, word.key.replace("_", " ")), help=Text("", ""), unit=word.type.unit,
                kind=_kind(word.type, "", code), options=_members(word.type), code=code, type=word.type,
            )
            for word in (record.fields if record else ())
            if word.type.kind is not Kind.BOOL or (fact.key, word.key) in self.columns or fact.key == "project.indicators"
            for code in [self.vocabulary.field_codes.get((record.key if record else "", word.key), "")]
        )  # fmt: skip

    def options(self, fact: FactWord) -> tuple[Option, ...]:
        if fact.key == LINE_FACT:
            return tuple(Option(line.id, line.name) for line in self.scheme.branches)
        return self.directions() if fact.key == DIRECTION else _members(fact.word.type)

    def directions(self) -> tuple[Option, ...]:
        """The nodes of the tree that no condition bars, whatever else is known: in the chosen line, or in any."""
        nodes = [node for root in self.resolved.pack.directions for node in root.walk()]
        if DIRECTION not in self.read:
            return tuple(Option(node.id, node.name) for node in self.own_directions())
        lines = [self.line] if self.line else self.resolved.lines
        closed = [self._closed(line, [node.id for node in nodes]) for line in lines]
        return tuple(Option(node.id, node.name) for node in nodes if any(node.id not in barred for barred in closed))

    def own_directions(self) -> list[Direction]:
        """Where no condition speaks of directions: those that carry the code of the scheme, `D-YC09` for `YC09`."""
        roots = [root for root in self.resolved.pack.directions if root.id == f"D-{self.scheme.code}"]
        return [node for root in roots for node in root.walk()]

    def _closed(self, line: str, nodes: list[str]) -> set[str]:
        mine = [each for each in self.resolved.conditions if line == NO_LINE or each.holds_for(line)]
        bars = [prepare(typed) for each in mine if (typed := bar(each)) is not None and DIRECTION in tree.facts_of(typed)]
        return {node for node in nodes if any(step.value({DIRECTION: node}) is False for step in bars)}


#: Who answers on the form.
_ASKED = ("applicant", "unit")
_OF_A_PROJECT = (
    "project.starts_on", "project.ends_on", "project.indicators",
    "project.summary", "project.content", "project.foundation", "project.schedule",
)  # fmt: skip
_MONEY_OF_A_PROJECT = ("project.total_budget", "project.requested_grant", "project.self_raised")


def asked_by(each: Resolved) -> Asked:
    """A condition, preference or document as the reason to ask."""
    item = each.item
    assert isinstance(item, Condition | Preference | Document)
    return Asked(item.id, item.clauses, item.name if isinstance(item, Document) else item.says)


def _uses_of(each: Resolved, asked: Asked, *, needed: bool = False) -> Iterator[_Use]:
    yield from (_Use(asked, needed, typed) for typed in (each.applies, each.require) if typed is not None)


def _columns_read(typed: Typed) -> Iterator[tuple[str, str]]:
    """The lists a tree reads, each with a field that it looks at."""
    for node in tree.walk(typed):
        if isinstance(node, tree.Exists | tree.Every | tree.Count | tree.Sum) and isinstance(node.records, tree.Fact):
            yield from ((node.records.key, part.key) for part in tree.walk(node) if isinstance(part, tree.Field))


def _source(fact: FactWord) -> str:
    if fact.key in FROM_REGISTERS or fact.key == "application.year":
        return "register"
    if fact.whence == "authority":
        return "authority"
    return "unit" if fact.whence == "register" and fact.key.startswith(("applicant.", "enterprise.")) else "applicant"


_KINDS = {
    Kind.BOOL: "bool", Kind.MONEY: "money", Kind.NUMBER: "ratio", Kind.COUNT: "count", Kind.DURATION: "duration",
    Kind.DATE: "date", Kind.CHOICE: "choice", Kind.SET: "set", Kind.REGION: "region", Kind.TREE: "direction",
    Kind.TEXT: "text", Kind.RECORDS: "records",
}  # fmt: skip


def _kind(type: Type, key: str, code: str) -> str:
    if type == POINTS:
        return "points"
    if type.kind is Kind.DURATION and type.unit == "岁":
        return "age"
    if type.kind is not Kind.TEXT:
        return _KINDS[type.kind]
    return "code" if code else "line" if key == LINE_FACT else "longtext" if key in LONG else "text"


def _members(type: Type) -> tuple[Option, ...]:
    return tuple(Option(member.key, member.name) for member in type.choice.members) if type.choice else ()


def _both(text: Text) -> list[str]:
    return [text.zh, text.en]


def _shown(field: Field) -> list[object]:
    """A field as the digest takes it."""
    names = [[option.key, *_both(option.name)] for option in field.options]
    why = [[asked.item, *asked.clauses, *_both(asked.says)] for asked in field.asked_by]
    texts = [*_both(field.label), *_both(field.help), field.period, field.unit, field.code, field.source]
    return [field.key, field.kind, field.is_required, texts, names, why, [_shown(column) for column in field.columns]]
