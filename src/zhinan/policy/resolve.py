"""A scheme made definite: readings chosen, parameters put in, and for each line the trees that decide and pay.

The one-subject assessment and the screening of registers both start here, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from zhinan.language import tree
from zhinan.language.tree import Typed, Value
from zhinan.language.types import MONEY_TYPE, count_of
from zhinan.policy import mistakes
from zhinan.policy.item import Variants
from zhinan.policy.model import Condition, Document, Funding, Pack, Parameter, Payment, Preference, Route, Scheme
from zhinan.policy.nearest import near
from zhinan.values.problem import BadInput

#: The fact every pack knows itself: the year of the guide.
GUIDE_YEAR = "application.year"
#: The line of a scheme that has none.
NO_LINE = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """One item with its trees in the chosen reading. `applies` is `None` when it always does."""

    item: Condition | Document | Preference | Payment | Route
    applies: Typed | None
    require: Typed | None
    lines: tuple[str, ...]

    def holds_for(self, line: str) -> bool:
        """Whether it belongs to that line."""
        return not self.lines or line in self.lines


@dataclass(frozen=True, slots=True)
class ResolvedScheme:
    """A scheme ready to be decided.

    `lines` is `("",)` for a scheme without lines; `amounts` are fen, by line; `indexes` are the scores of the pack, by the key
    conditions name them by (empty where they have been put into the trees).
    """

    pack: Pack
    scheme: Scheme
    lines: tuple[str, ...]
    conditions: tuple[Resolved, ...]
    preferences: tuple[Resolved, ...]
    documents: tuple[Resolved, ...]
    payments: tuple[Resolved, ...]
    routes: tuple[Resolved, ...]
    amounts: Mapping[str, Typed | None]
    indexes: Mapping[str, Typed]


def bar(condition: Resolved) -> Typed | None:
    """What must hold so that the condition does not bar: it does not apply, or it is met. `None` if it never bars."""
    item = condition.item
    if not isinstance(item, Condition) or not item.bars or condition.require is None:
        return None
    if condition.applies is None:
        return condition.require
    return tree.either(tree.opposite(condition.applies), condition.require)


def resolve_pack(
    pack: Pack, *, readings: Mapping[str, str] | None = None, parameters: Mapping[str, Value] | None = None,
    inline_indexes: bool = True,
) -> tuple[ResolvedScheme, ...]:  # fmt: skip
    """Every scheme of a pack in the chosen readings, with parameters set over those of the pack.

    `parameters` is by `scheme.name` or `scheme.key`. A score that a condition names is put in as its expression, unless
    `inline_indexes` is false: then it stays a fact, to be computed first and explained as a number.

    Raises `BadInput` for an unknown reading, alternative or parameter.
    """
    chosen = _readings(pack, readings or {})
    values = {**_parameters(pack, parameters or {}), GUIDE_YEAR: tree.Constant(count_of("年度"), pack.year)}
    indexes = {index.word.key: tree.substitute(index.expression(), values) for index in pack.indexes}
    if inline_indexes:
        values, indexes = {**values, **indexes}, {}
    return tuple(_Resolver(pack, scheme, chosen, values, indexes).scheme_resolved() for scheme in pack.schemes)


def resolve_packs(  # everything a run may be given, by name
    packs: Sequence[Pack], *, readings: Mapping[str, str] | None = None, parameters: Mapping[str, Value] | None = None,
    schemes: Iterable[str] = (), inline_indexes: bool = True,
) -> tuple[ResolvedScheme, ...]:  # fmt: skip
    """The schemes of several packs, all or those named: each pack gets the readings and the parameters that are its own.

    Raises `BadInput` for an unknown alternative, and for a reading or parameter that no pack has.
    """
    wanted = frozenset(schemes)
    own = zip(packs, readings_of(packs, readings or {}), parameters_of(packs, parameters or {}), strict=True)
    return tuple(
        scheme
        for pack, chosen, figures in own
        for scheme in resolve_pack(pack, readings=chosen, parameters=figures, inline_indexes=inline_indexes)
        if not wanted or scheme.scheme.id in wanted
    )


def readings_of(packs: Sequence[Pack], chosen: Mapping[str, str]) -> list[dict[str, str]]:
    """For each pack, the chosen readings that are its own. Raises `BadInput` for a reading that no pack has."""
    known = {name for pack in packs for name in pack.readings}
    if unknown := [mistakes.UNKNOWN_READING.at(word=name, hint=near(name, known)) for name in chosen if name not in known]:
        raise BadInput(unknown)
    return [{name: taken for name, taken in chosen.items() if name in pack.readings} for pack in packs]


def _readings(pack: Pack, chosen: Mapping[str, str]) -> dict[str, str]:
    problems = []
    for name, alternative in chosen.items():
        reading = pack.readings.get(name)
        if reading is None:
            problems.append(mistakes.UNKNOWN_READING.at(word=name, hint=near(name, pack.readings)))
        elif alternative not in reading.alternatives:
            problems.append(mistakes.NOT_ONE_OF.at(word=alternative, choices=", ".join(reading.alternatives)))
    if problems:
        raise BadInput(problems)
    return {name: chosen.get(name, reading.default) for name, reading in pack.readings.items()}


def parameters_of(packs: Sequence[Pack], given: Mapping[str, Value]) -> list[dict[str, Value]]:
    """For each pack, the given parameters that are its own. Raises `BadInput` for a parameter that no pack has."""
    named = [_named_parameters(pack) for pack in packs]
    known = {name for names in named for name in names}
    if unknown := [mistakes.UNKNOWN_KEY.at(key=name, hint=near(name, known)) for name in given if name not in known]:
        raise BadInput(unknown)
    return [{name: value for name, value in given.items() if name in names} for names in named]


def _named_parameters(pack: Pack) -> dict[str, Parameter]:
    """The parameters of a pack by `scheme.name` and `scheme.key`."""
    every: dict[str, Parameter] = {}
    for owner, parameters in ((pack.id, pack.parameters), *((scheme.id, scheme.parameters) for scheme in pack.schemes)):
        for parameter in parameters:
            every[f"{owner}.{parameter.word.key.rpartition('.')[2]}"] = parameter
            every[f"{owner}.{parameter.word.zh.rpartition('.')[2]}"] = parameter
    return every


def _parameters(pack: Pack, given: Mapping[str, Value]) -> dict[str, Typed]:
    every = _named_parameters(pack)
    values = {parameter.word.key: parameter.value for parameter in every.values()}
    if unknown := [mistakes.UNKNOWN_KEY.at(key=name, hint=near(name, every)) for name in given if name not in every]:
        raise BadInput(unknown)
    for name, value in given.items():
        values[every[name].word.key] = value
    types = {parameter.word.key: parameter.word.type for parameter in every.values()}
    return {key: tree.Constant(types[key], value) for key, value in values.items() if value is not None}


class _Resolver:
    def __init__(
        self, pack: Pack, scheme: Scheme, readings: Mapping[str, str], constants: Mapping[str, Typed],
        indexes: Mapping[str, Typed],
    ) -> None:  # fmt: skip
        self.pack = pack
        self.indexes = indexes
        self.scheme = scheme
        self.readings = readings
        self.constants = constants

    def scheme_resolved(self) -> ResolvedScheme:
        scheme = self.scheme
        lines = tuple(line.id for line in scheme.branches) or (NO_LINE,)
        return ResolvedScheme(
            self.pack, scheme, lines,
            conditions=tuple(self.item(c, c.applies, c.reading, c.requires, c.lines) for c in scheme.conditions),
            preferences=tuple(self.item(p, None, p.reading, p.whens, p.lines) for p in scheme.preferences),
            documents=tuple(self.item(d, d.applies, d.reading, d.requires, d.lines) for d in scheme.documents),
            payments=tuple(self.item(p, p.applies, "", {}, p.lines) for p in scheme.payments),
            routes=tuple(self.item(r, r.applies, "", {}, r.lines) for r in scheme.routes),
            amounts={line: self.amount(line) for line in lines}, indexes=self.indexes,
        )  # fmt: skip

    def item(
        self, item: Condition | Document | Preference | Payment | Route, applies: Typed | None, reading: str,
        variants: Variants, lines: tuple[str, ...],
    ) -> Resolved:  # fmt: skip
        return Resolved(item, self.set(applies), self.variant(reading, variants), lines)

    def variant(self, reading: str, variants: Variants) -> Typed | None:
        return self.set(variants.get(self.readings.get(reading, "") if reading else ""))

    def set(self, typed: Typed | None) -> Typed | None:
        return None if typed is None else tree.substitute(typed, self.constants)

    def amount(self, line: str) -> Typed | None:
        """The amount for a line: the first formula that applies, unknown where none does."""
        fundings = [funding for funding in self.scheme.fundings if not funding.lines or line in funding.lines]
        amount: Typed | None = None
        for funding in reversed(fundings):
            amount = self.choose(funding, amount)
        return amount

    def choose(self, funding: Funding, otherwise: Typed | None) -> Typed | None:
        grant, applies = self.variant(funding.reading, funding.grants), self.set(funding.applies)
        if grant is None or applies is None:
            return grant
        return tree.If(MONEY_TYPE, applies, grant, otherwise or tree.Constant(MONEY_TYPE, None))
