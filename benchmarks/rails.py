"""Three values for engines that have two: each truth as a pair of expressions, surely true and surely false.

The rewriting is mechanical and known as dual rail. A comparison is surely true when its facts are there and it
holds, surely false when they are there and it does not; `all` is surely true when every term is, surely false when
one is; and so on up the tree. What an engine can do more cheaply (a null that simply equals nothing) its dialect says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import lcm
from typing import ClassVar

from zhinan.language import tree
from zhinan.language.evaluate import region_stem
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind

_DAY = "application_day"  # always known, and so are the days counted from it
NUMERIC = (Kind.MONEY, Kind.NUMBER, Kind.COUNT, Kind.DURATION)
_MIRROR = {"=": "≠", "≠": "=", "<": "≥", "≥": "<", ">": "≤", "≤": ">"}


class CannotTranslate(ValueError):
    """A node the dialect has no form for; the benchmark fails rather than leave it out."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as an expression of the engine over a constant denominator."""

    text: str
    under: int = 1


@dataclass(slots=True)
class Dialect:
    """How one engine writes things. Lists are `some`, `all` and `count` over a condition on the element."""

    both: str = " and "
    either: str = " or "
    negation: str = "not({})"
    element: str = "#"
    #: Whether the engine's numbers are exact decimals; otherwise everything is whole numbers over a denominator.
    decimals: bool = True
    #: Millionths per unit of ratios and durations in the context.
    scale: int = 1
    #: Expressions of facts alone that the caller computes beforehand and hands over as facts, by name.
    derived: dict[str, Typed] = field(default_factory=dict)

    signs: ClassVar[dict[str, str]] = {"=": "==", "≠": "!=", "<": "<", "≤": "<=", ">": ">", "≥": ">="}

    def some(self, records: str, where: str) -> str:
        return f"some({records}, {where})"

    def every(self, records: str, where: str) -> str:
        return f"all({records}, {where})"

    def count(self, records: str, where: str) -> str:
        return f"count({records}, {where})"

    def length(self, records: str) -> str:
        return f"len({records})"

    def starts_with(self, text: str, stem: str) -> str:
        return f"startsWith({text}, '{stem}')"

    def least(self, terms: list[str], most: bool) -> str:
        return f"{'max' if most else 'min'}([{', '.join(terms)}])"

    def floor(self, amount: Amount) -> str:
        return f"floor({amount.text})"

    def present(self, name: str) -> str:
        return f"{name} != null"

    def tri(self, true: str, false: str) -> str:
        """One expression with three values."""
        return f"{true} ? true : {_unbracketed(false)} ? false : null"


def fact_name(key: str) -> str:
    """A flat identifier for a fact: nested paths cost every engine a look-up more."""
    return key.replace(".", "_").replace("-", "_")


@dataclass(slots=True)
class Rails:
    """Translates trees into one dialect."""

    dialect: Dialect

    def all_of(self, terms: list[str]) -> str:
        return _joined(self.dialect.both, terms, go="true", stop="false")

    def any_of(self, terms: list[str]) -> str:
        return _joined(self.dialect.either, terms, go="false", stop="true")

    # -- truths --------------------------------------------------------------------------------------

    def three_valued(self, node: Typed) -> str:
        """`node` as one expression that is true, false or null."""
        if isinstance(node, tree.Constant):
            return _literal(node.value)
        if isinstance(node, tree.Fact):
            return fact_name(node.key)
        match node:
            case tree.Compare() | tree.Within() | tree.Has() | tree.Not(tree.Fact() | tree.Within() | tree.Has()):
                guards = self.known(node.term if isinstance(node, tree.Not) else node)
                return f"{_unbracketed(self.all_of(guards))} ? {self.bare(node)} : null"
        return self.dialect.tri(self.true(node), self.false(node))

    def true(self, node: Typed) -> str:
        """Whether `node` is surely true."""
        return self.rail(node, wanted=True)

    def false(self, node: Typed) -> str:
        """Whether `node` is surely false."""
        return self.rail(node, wanted=False)

    def rail(self, node: Typed, *, wanted: bool) -> str:
        match node:
            case tree.Constant(_, value):
                return _literal(value is wanted)
            case tree.Fact() | tree.Field():
                return f"{self.name(node)} == {_literal(wanted)}"
            case tree.Not(term):
                return self.rail(term, wanted=not wanted)
            case tree.All(terms) | tree.Any(terms):
                together = isinstance(node, tree.All) is wanted
                join = self.all_of if together else self.any_of
                return join([self.rail(term, wanted=wanted) for term in terms])
            case tree.Compare(sign, left, right):
                return self.compared(sign if wanted else _MIRROR[sign], left, right)
            case tree.Within() | tree.Has():
                return self.all_of([*self.known(node), self.bare(node if wanted else tree.Not(node))])
            case tree.Exists(records, where) | tree.Every(records, where):
                some = isinstance(node, tree.Exists) is wanted
                return self.over(records, where, some=some, wanted=wanted)
            case tree.CountIs():
                return self.counted(node, wanted=wanted)
        raise CannotTranslate(type(node).__name__)

    def compared(self, sign: str, left: Typed, right: Typed) -> str:
        guards = dict.fromkeys((*self.known(left), *self.known(right)))
        is_word = left.type.kind not in NUMERIC and left.type.kind is not Kind.DATE
        if sign == "=" and is_word and isinstance(right, tree.Constant):
            return self.comparison(sign, left, right)  # null equals no word
        return self.all_of([*guards, self.comparison(sign, left, right)])

    def comparison(self, sign: str, left: Typed, right: Typed) -> str:
        if left.type.kind in NUMERIC:
            first, second = self.number(left), self.number(right)
            return f"{_times(first, second.under)} {self.dialect.signs[sign]} {_times(second, first.under)}"
        return f"{self.value(left)} {self.dialect.signs[sign]} {self.value(right)}"

    def bare(self, node: Typed) -> str:
        """A leaf whose facts are known."""
        d = self.dialect
        match node:
            case tree.Not(term):
                return d.negation.format(_unbracketed(self.bare(term)))
            case tree.Fact() | tree.Field():
                return self.name(node)
            case tree.Compare(sign, left, right):
                return self.comparison(sign, left, right)
            case tree.Within(item, codes):
                return self.within(self.value(item), item.type.kind, codes)
            case tree.Has(item, "any", members):
                return d.some(self.value(item), f"{d.element} in {_words(members)}")
            case tree.Has(item, _, members):
                return self.all_of([f"'{member}' in {self.value(item)}" for member in members])
        raise CannotTranslate(type(node).__name__)

    def within(self, item: str, kind: Kind, codes: tuple[str, ...]) -> str:
        d = self.dialect
        if kind is Kind.REGION:
            return self.any_of([d.starts_with(item, region_stem(code)) for code in codes])
        if kind is Kind.TREE:
            return self.any_of([t for c in codes for t in (f"{item} == '{c}'", d.starts_with(item, c + "."))])
        return f"{item} in {_words(codes)}"

    # -- lists ---------------------------------------------------------------------------------------

    def over(self, records: Typed, where: Typed, *, some: bool, wanted: bool) -> str:
        d, name = self.dialect, self.name(records)
        each = self.rail(where, wanted=wanted)
        found = d.some(name, _unbracketed(each)) if some else d.every(name, _unbracketed(each))
        return self.all_of([d.present(name), found])

    def counted(self, node: tree.CountIs, *, wanted: bool) -> str:
        sign = node.operator if wanted else _MIRROR[node.operator]
        records, where = node.count.records, node.count.where
        bound = node.bound.value if isinstance(node.bound, tree.Constant) else None
        if (sign, bound) in (("=", 0), ("≤", 0), ("<", 1)):
            return self.over(records, where, some=False, wanted=False)
        if (sign, bound) in (("≠", 0), (">", 0), ("≥", 1)):
            return self.over(records, where, some=True, wanted=True)
        if bound is None or sign in ("=", "≠"):
            raise CannotTranslate(f"a count {sign} {bound}")
        d, name = self.dialect, self.name(records)
        sure = self.tally(name, where, wanted=True)
        most = sure if where == tree.Constant(where.type, True) else f"{d.length(name)} - {self.tally(name, where, wanted=False)}"
        return self.all_of([d.present(name), f"{sure if sign in '≥>' else most} {d.signs[sign]} {bound}"])

    def tally(self, name: str, where: Typed, *, wanted: bool) -> str:
        if where == tree.Constant(where.type, wanted):
            return self.dialect.length(name)
        return self.dialect.count(name, _unbracketed(self.rail(where, wanted=wanted)))

    # -- values --------------------------------------------------------------------------------------

    def known(self, node: Typed) -> list[str]:
        """What must hold so that a value is known, as terms of one conjunction."""
        match node:
            case tree.Constant(_, value):
                return ["false"] if value is None else []
            case tree.Fact() | tree.Field() | tree.Shift():
                name = self.name(node)
                return [] if name.startswith(_DAY) else [self.dialect.present(name)]
            case tree.If(_, condition, then, otherwise):
                branches = [
                    self.all_of([rail(condition), *self.known(branch)])
                    for rail, branch in ((self.true, then), (self.false, otherwise))
                ]
                alike = [*self.known(then), *self.known(otherwise)]
                if "false" not in alike:
                    branches.append(self.all_of([*alike, self.comparison("=", then, otherwise)]))
                return [self.any_of(branches)]
        return list(dict.fromkeys(guard for part in tree.children(node) for guard in self.known(part)))

    def value(self, node: Typed) -> str:
        """A value that is no number, its facts being known."""
        match node:
            case tree.Constant(_, value):
                return _literal(value)
            case tree.Fact() | tree.Field() | tree.Shift():
                return self.name(node)
        raise CannotTranslate(type(node).__name__)

    def name(self, node: Typed) -> str:
        match node:
            case tree.Fact(_, key):
                return fact_name(key)
            case tree.Field(_, key):
                return f"{self.dialect.element}.{key}"
            case tree.Shift(_, tree.Fact(_, key), tree.Constant(_, length), sign):
                name = f"{fact_name(key)}_{'plus' if sign > 0 else 'minus'}_{length}_{len(node.duration.type.unit)}"
                self.dialect.derived[name] = node
                return name
        raise CannotTranslate(type(node).__name__)

    def number(self, node: Typed) -> Amount:
        """A number, its facts being known."""
        d = self.dialect
        match node:
            case tree.Constant(_, value):
                return self.constant(Fraction(value))  # type: ignore[arg-type]  # a numeric constant
            case tree.Fact(of) | tree.Field(of):
                return Amount(self.name(node), d.scale if of.kind in (Kind.NUMBER, Kind.DURATION) else 1)
            case tree.Scale(_, term, factor):
                inner = self.number(term)
                return Amount(f"{inner.text} * {factor}", inner.under)
            case tree.Arithmetic(_, "×", left, right):
                first, second = self.number(left), self.number(right)
                if first.text == "1":
                    return Amount(second.text, first.under * second.under)
                return Amount(f"{_bracketed(first.text)} * {_bracketed(second.text)}", first.under * second.under)
            case tree.Arithmetic(_, "+" | "-" as sign, left, right):
                first, second = self.number(left), self.number(right)
                return Amount(f"({_times(first, second.under)} {sign} {_times(second, first.under)})", first.under * second.under)
            case tree.Pick(_, mode, terms):
                numbers = [self.number(term) for term in terms]
                under = lcm(*[each.under for each in numbers])
                return Amount(d.least([_times(each, under // each.under) for each in numbers], mode == "max"), under)
            case tree.If(_, condition, then, otherwise):
                return self.chosen(condition, then, otherwise)
        raise CannotTranslate(type(node).__name__)

    def chosen(self, condition: Typed, then: Typed, otherwise: Typed) -> Amount:
        if isinstance(otherwise, tree.Constant) and otherwise.value is None:
            return self.number(then)
        first, second = self.number(then), self.number(otherwise)
        under = lcm(first.under, second.under)
        a, b = _times(first, under // first.under), _times(second, under // second.under)
        return Amount(f"({_unbracketed(self.false(condition))} ? {b} : {a})", under)

    def constant(self, value: Fraction) -> Amount:
        if value.denominator == 1:
            return Amount(str(value.numerator))
        if self.dialect.decimals:
            digits = str(float(value))
            if Fraction(digits) != value:
                raise CannotTranslate(f"{value} has no end")
            return Amount(digits)
        return Amount(str(value.numerator), value.denominator)

    def amount(self, node: Typed) -> str:
        """An amount cut to the fen, or null while it is unknown."""
        if isinstance(node, tree.Constant):
            return _literal(node.value)
        return f"{_unbracketed(self.all_of(self.known(node)))} ? {self.dialect.floor(self.number(node))} : null"


def _literal(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return str(day_number(value))
    return f"'{value}'" if isinstance(value, str) else str(value)


def day_number(day: date) -> int:
    """A date as a whole number in the order of the calendar: 2026-02-28 → 20260228."""
    return day.year * 10_000 + day.month * 100 + day.day


def _joined(sign: str, terms: list[str], *, go: str, stop: str) -> str:
    terms = [term for term in dict.fromkeys(terms) if term != go]
    if stop in terms or not terms:
        return stop if terms else go
    return terms[0] if len(terms) == 1 else "(" + sign.join(terms) + ")"


def _words(members: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{member}'" for member in members) + "]"


def _bracketed(text: str) -> str:
    return text if text.replace(".", "").replace("_", "").isalnum() or text.startswith("(") else f"({text})"


def _unbracketed(text: str) -> str:
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0 and at < len(text) - 1:
            return text
    return text[1:-1]


def _times(amount: Amount, factor: int) -> str:
    return amount.text if factor == 1 else f"{_bracketed(amount.text)} * {factor}"
