"""The typed tree: what an expression means once every word, type and unit has been checked.

Only `check` makes these nodes; evaluator, explainer and compilers take nothing else. Negation stands only on
leaves, and `All` never stands directly in `All`, nor `Any` in `Any`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from fractions import Fraction
from typing import TypeAlias, get_args

from zhinan.language.types import Kind, Type
from zhinan.values.text import Text

#: A value while it is computed; `None` is unknown. Which one stands for which type: see `Kind`.
Value: TypeAlias = "bool | int | Fraction | date | str | frozenset[str] | tuple[dict[str, Value], ...] | None"
_TRUTH = Type(Kind.BOOL)


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the expression."""

    type: Type
    value: Value


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact, a parameter or the application day, by the key it is stored under."""

    type: Type
    key: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the record a list function is looking at."""

    type: Type
    key: str


@dataclass(frozen=True, slots=True)
class All:
    """True when every term is; false when one is."""

    terms: tuple[Typed, ...]
    type: Type = field(default=_TRUTH)


@dataclass(frozen=True, slots=True)
class Any:
    """True when one term is; false when every one is."""

    terms: tuple[Typed, ...]
    type: Type = field(default=_TRUTH)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a leaf."""

    term: Typed
    type: Type = field(default=_TRUTH)


@dataclass(frozen=True, slots=True)
class Cited:
    """A part of a condition with a sentence and a clause of its own; its value is the value of `body`."""

    body: Typed
    clause: str
    says: Text
    type: Type = field(default=_TRUTH)


@dataclass(frozen=True, slots=True)
class Compare:
    """`= ≠ < ≤ > ≥` of two values of one type; two truths are compared by `= ≠`, and unknown if one is."""

    operator: str
    left: Typed
    right: Typed
    type: Type = field(default=_TRUTH)


@dataclass(frozen=True, slots=True)
class Within:
    """Whether a choice or text is one of `codes`; a region or a tree node, whether it is one or lies under one."""

    item: Typed
    codes: tuple[str, ...]
    type: Type = field(default=_TRUTH)


@dataclass(frozen=True, slots=True)
class Has:
    """Whether a set has `any` or `all` of the members."""

    item: Typed
    mode: str
    members: tuple[str, ...]
    type: Type = field(default=_TRUTH)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+ - × ÷` of numbers, amounts, counts and durations; `÷` by zero is unknown."""

    type: Type
    operator: str
    left: Typed
    right: Typed


@dataclass(frozen=True, slots=True)
class Shift:
    """A date moved by a duration in years, months or days; `sign` is 1 or -1."""

    type: Type
    day: Typed
    duration: Typed
    sign: int


@dataclass(frozen=True, slots=True)
class Pick:
    """The smallest (`min`) or largest (`max`) of several values of one type."""

    type: Type
    mode: str
    terms: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class If:
    """`then` when `condition` holds, `otherwise` when it does not; when unknown, only what both agree on."""

    type: Type
    condition: Typed
    then: Typed
    otherwise: Typed


@dataclass(frozen=True, slots=True)
class Years:
    """Whole years from one date to another: an age (岁) or years (年), by the type."""

    type: Type
    start: Typed
    end: Typed


@dataclass(frozen=True, slots=True)
class Scale:
    """A number times a constant whole factor (years into months)."""

    type: Type
    term: Typed
    factor: int


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether a list has a record that meets `where`."""

    records: Typed
    where: Typed
    type: Type = field(default=_TRUTH)


@dataclass(frozen=True, slots=True)
class Every:
    """Whether every record of a list meets `where`."""

    records: Typed
    where: Typed
    type: Type = field(default=_TRUTH)


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of a list meet `where`."""

    type: Type
    records: Typed
    where: Typed


@dataclass(frozen=True, slots=True)
class CountIs:
    """A count compared with a number: decided by the records that are sure, where they suffice."""

    operator: str
    count: Count
    bound: Typed
    type: Type = field(default=_TRUTH)


@dataclass(frozen=True, slots=True)
class Sum:
    """`value` added up over the records that meet `where`."""

    type: Type
    records: Typed
    value: Typed
    where: Typed


Typed: TypeAlias = (
    Constant | Fact | Field | All | Any | Not | Cited | Compare | Within | Has | Arithmetic | Shift | Pick | If
    | Years | Scale | Exists | Every | Count | CountIs | Sum
)  # fmt: skip


def children(node: Typed) -> tuple[Typed, ...]:
    """The nodes directly beneath `node`, in the order they are written."""
    beneath: tuple[Typed, ...]
    match node:
        case Constant() | Fact() | Field():
            beneath = ()
        case All(terms) | Any(terms) | Pick(_, _, terms):
            beneath = terms
        case Not(term) | Cited(term) | Scale(_, term) | Within(term) | Has(term):
            beneath = (term,)
        case Compare(_, first, second) | Arithmetic(_, _, first, second) | CountIs(_, first, second):
            beneath = (first, second)
        case Shift(_, first, second) | Years(_, first, second):
            beneath = (first, second)
        case Exists(records, where) | Every(records, where) | Count(_, records, where):
            beneath = (records, where)
        case If(_, condition, then, otherwise):
            beneath = (condition, then, otherwise)
        case Sum(_, records, value, where):  # pragma: no branch  # the last of the kinds
            beneath = (records, value, where)
    return beneath


def walk(node: Typed) -> Iterator[Typed]:
    """`node` and everything beneath it."""
    yield node
    for child in children(node):
        yield from walk(child)


def facts_of(node: Typed) -> tuple[str, ...]:
    """The keys of the facts `node` reads, each once, in the order they are first read."""
    return tuple(dict.fromkeys(part.key for part in walk(node) if isinstance(part, Fact)))


def both(*terms: Typed) -> Typed:
    """All of the terms, with those that are `All` themselves spread out: one way to write one meaning."""
    spread = tuple(part for term in terms for part in (term.terms if isinstance(term, All) else (term,)))
    return All(spread)


def either(*terms: Typed) -> Typed:
    """Any of the terms, with those that are `Any` themselves spread out."""
    spread = tuple(part for term in terms for part in (term.terms if isinstance(term, Any) else (term,)))
    return Any(spread)


def compared(sign: str, left: Typed, right: Typed) -> Typed:
    """`left sign right` with a constant on the right; a comparison of a count is a node of its own."""
    if isinstance(left, Constant) and not isinstance(right, Constant):
        return compared(MIRRORED[sign], right, left)
    if isinstance(left, Count):
        return CountIs(sign, left, right)
    if isinstance(right, Count):
        return CountIs(MIRRORED[sign], right, left)
    return Compare(sign, left, right)


#: What a comparison becomes when its sides change places.
MIRRORED = {"=": "=", "≠": "≠", "<": ">", ">": "<", "≤": "≥", "≥": "≤"}
_OPPOSITE = {"=": "≠", "≠": "=", "<": "≥", "≥": "<", ">": "≤", "≤": ">"}


def opposite(node: Typed) -> Typed:
    """The negation of a truth, pushed down to the leaves; exact with three values."""
    match node:
        case Not(term):
            return term
        case Constant(of, bool(value)):
            return Constant(of, not value)
        case All(terms):
            return either(*map(opposite, terms))
        case Any(terms):
            return both(*map(opposite, terms))
        case Cited(body, clause, says):
            return Cited(opposite(body), clause, says)
        case Compare(sign, left, right):
            return Compare(_OPPOSITE[sign], left, right)
        case CountIs(sign, count, bound):
            return CountIs(_OPPOSITE[sign], count, bound)
        case _:
            return _opposite_leaf(node)


def _opposite_leaf(node: Typed) -> Typed:
    match node:
        case Exists(records, where):
            return Every(records, opposite(where))
        case Every(records, where):
            return Exists(records, opposite(where))
        case If(of, condition, then, otherwise):
            return If(of, condition, opposite(then), opposite(otherwise))
        case _:
            return Not(node)


def substitute(node: Typed, constants: Mapping[str, Typed]) -> Typed:
    """`node` with the facts named in `constants` replaced by what they stand for (a parameter by its figure)."""
    if isinstance(node, Fact):
        return constants.get(node.key, node)
    changes: dict[str, object] = {}
    for each in fields(node):
        part = getattr(node, each.name)
        if isinstance(part, _NODES):
            changes[each.name] = substitute(part, constants)
        elif isinstance(part, tuple) and part and isinstance(part[0], _NODES):
            changes[each.name] = tuple(substitute(term, constants) for term in part)
    return replace(node, **changes) if changes else node  # type: ignore[arg-type]  # its own fields, each as typed


_NODES = get_args(Typed)
