"""From syntax to a typed tree: every word found, every type and unit agreed, or all the problems at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import TypeVar

from zhinan.language import mends, mistakes, tree
from zhinan.language.calls import call
from zhinan.language.evaluate import evaluate
from zhinan.language.nodes import Among, Binary, Call, Day, Logic, Name, Number, Quote, Syntax, Truth, Unary
from zhinan.language.parse import parse
from zhinan.language.tree import Typed
from zhinan.language.types import (
    AGE_TYPE,
    BOOL,
    DATE,
    DAYS_TYPE,
    MONEY_TYPE,
    NUMBER,
    POINTS,
    TEXT,
    YEARS_TYPE,
    Kind,
    Record,
    Type,
    count_of,
    duration_in,
)
from zhinan.language.words import APPLICATION_DAY, Words
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.quantity import DURATIONS, MONEY, PERCENT, WORKDAYS, unit_name
from zhinan.values.regions import find_region
from zhinan.values.text import Text

__all__ = ["APPLICATION_DAY", "MAX_NODES", "Checker", "Words", "check", "check_syntax"]

#: A tree this large is refused: a condition that long cannot be read aloud.
MAX_NODES = 1_000
#: After so many problems in one expression the rest is not looked at: it is not an expression of ours.
MAX_PROBLEMS = 20

_T = TypeVar("_T")


def check(text: str, words: Words, *, expected: Type | None = BOOL) -> Typed:
    """The typed tree of the expression `text`, of type `expected` (any type when `None`).

    Raises `BadInput` with every problem of the expression, each with its place and its mend.
    """
    return check_syntax(parse(text), words, expected=expected, source=text)


def check_syntax(syntax: Syntax, words: Words, *, expected: Type | None = BOOL, source: str = "") -> Typed:
    """The typed tree of a syntax tree. Raises `BadInput`."""
    checker = Checker(words)
    try:
        typed = checker.type_of(syntax, expected)
        if expected is not None:
            typed = checker.require(typed, expected, syntax)
        if sum(1 for _ in islice(tree.walk(typed), MAX_NODES + 1)) > MAX_NODES:
            unit = Text(" 个部分", " parts")
            raise checker.refusal(mistakes.TOO_LONG, syntax, have=f"{MAX_NODES}+", limit=MAX_NODES, unit=unit)
    except (_Refused, _Enough):
        raise BadInput([replace(problem, source=source) for problem in checker.problems]) from None
    return typed


class _Refused(Exception):
    """This part cannot be typed; its problem is noted. Its siblings are still looked at."""


class _Enough(Exception):
    """`MAX_PROBLEMS` have been found."""


class Checker:
    """Types one expression and notes its problems. `record` is the shape of the records being looked at, if any."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.problems: list[Problem] = []
        self.record: Record | None = None

    # Noting problems.

    def refusal(self, mistake: Mistake, at: Syntax, **words: object) -> Exception:
        """Note a problem at a node; raise what is returned, to give that node up."""
        self.problems.append(mistake.at(at.span, **words))
        return _Enough() if len(self.problems) == MAX_PROBLEMS else _Refused()

    def gather(self, *reads: Callable[[], _T]) -> tuple[_T, ...]:
        """What each of `reads` gives; when one is refused the others are still made, so that all problems show."""
        found: list[_T] = []
        for read in reads:
            try:
                found.append(read())
            except _Refused:
                continue
        if len(found) < len(reads):
            raise _Refused
        return tuple(found)

    def every(self, nodes: Iterable[Syntax], expected: Type | None = None) -> tuple[Typed, ...]:
        """All nodes typed, a bare name being read as `expected`."""
        return self.gather(*(partial(self.type_of, node, expected) for node in nodes))

    def every_of(self, nodes: tuple[Syntax, ...], of: Type) -> tuple[Typed, ...]:
        """All nodes typed, and each of type `of`."""
        return self.gather(*(partial(self.value_of, node, of) for node in nodes))

    def value_of(self, node: Syntax, of: Type) -> Typed:
        """A node typed, which must be of type `of`."""
        return self.require(self.type_of(node, of), of, node)

    def two(self, nodes: Iterable[Syntax]) -> tuple[Typed, Typed]:
        """Two nodes typed."""
        first, second = self.every(nodes)
        return first, second

    def truth(self, node: Syntax) -> Typed:
        """A node typed, which must be a truth."""
        return self.value_of(node, BOOL)

    def require(self, typed: Typed, expected: Type, at: Syntax) -> Typed:
        """`typed`, which must be of type `expected` or be a number that can be read as one."""
        if typed.type == expected:
            return typed
        if fitted := _fit(typed, expected):
            return fitted
        if typed.type.kind is expected.kind and typed.type.unit != expected.unit:
            raise self.unit_refusal(expected, typed, at)
        hint = mends.example_of(expected)
        raise self.refusal(mistakes.TYPE_MISMATCH, at, expected=expected.name, found=typed.type.name, hint=hint)

    def unit_refusal(self, expected: Type, found: Typed, at: Syntax) -> Exception:
        """A value in another unit than the one expected."""
        hint = mends.conversion(found, expected.unit)
        units = (unit_name(expected.unit), unit_name(found.type.unit))
        return self.refusal(mistakes.UNIT_MISMATCH, at, expected=units[0], found=units[1], hint=hint)

    # The tree.

    def type_of(self, node: Syntax, expected: Type | None = None) -> Typed:
        """A node typed; a bare name that is no word is read as a value of the `expected` type."""
        match node:
            case Number() | Truth() | Day():
                return _constant(node)
            case Quote():
                return self.quoted(node, expected)
            case Name():
                return self.name(node, expected)
            case Call():
                return call(self, node, expected)
            case Unary() | Logic():
                return self.logic(node)
            case Among():
                return self.among(node)
            case Binary("包含", item, member):
                return self.has(item, (member,), "any")
            case Binary(operator) if operator in "=≠<≤>≥":
                return self.compare(node)
            case _:
                return self.arithmetic(node)

    def logic(self, node: Unary | Logic) -> Typed:
        match node:
            case Unary("非", operand):
                return tree.opposite(self.truth(operand))
            case Unary(_, operand):
                return self.negative(operand)
            case Logic(operator, terms):  # pragma: no branch  # the last of the two kinds
                typed = self.every_of(terms, BOOL)
                return tree.both(*typed) if operator == "且" else tree.either(*typed)

    def among(self, node: Among) -> Typed:
        match node.operator:
            case "包含任一":
                return self.has(node.item, node.members, "any")
            case "包含全部":
                return self.has(node.item, node.members, "all")
            case _:
                within = self.within(node.item, node.members)
                return within if node.operator == "属于" else tree.opposite(within)

    # Words.

    def name(self, node: Name, expected: Type | None) -> Typed:
        name = ".".join(node.parts)
        if self.record and len(node.parts) == 1:
            for field in self.record.fields:
                if name in (field.zh, field.en, field.key):
                    return tree.Field(field.type, field.key)
        if word := self.words.by_name.get(name):
            return tree.Fact(word.type, word.key)
        if len(node.parts) == 1 and expected is not None and (value := self.member(node, name, expected)):
            return value
        raise self.refusal(mistakes.UNKNOWN_WORD, node, word=name, hint=self.word_hint(name, expected))

    def word_hint(self, name: str, expected: Type | None) -> Text:
        if "." not in name:
            if hint := mends.glued(name):
                return hint
            if self.record and (hint := mends.nearest_field(name, self.record)):
                return hint
            if expected is not None and expected.kind in (Kind.TEXT, Kind.TREE):
                return mends.quoted(name)
        return self.words.near(name)

    def is_word(self, node: Syntax) -> bool:
        if not isinstance(node, Name):
            return False
        name = ".".join(node.parts)
        fields = self.record.fields if self.record else ()
        return name in self.words.by_name or any(name in (f.zh, f.en, f.key) for f in fields)

    def member(self, node: Syntax, word: str, of: Type) -> Typed | None:
        """`word` as a constant of a type whose values have names; `None` when the type has none."""
        if of.kind in (Kind.CHOICE, Kind.SET) and of.choice:
            found = of.choice.find(word)
            if not found:
                hint = mends.nearest_member(word, of.choice)
                raise self.refusal(mistakes.UNKNOWN_MEMBER, node, list=of.choice.name, word=word, hint=hint)
            return tree.Constant(Type(Kind.CHOICE, choice=of.choice), found.key)
        if of.kind is Kind.REGION:
            region = find_region(word)
            if not region:
                raise self.refusal(mistakes.UNKNOWN_REGION, node, word=word, hint=mends.nearest_region(word))
            return tree.Constant(of, region.code)
        return None

    def quoted(self, node: Quote, expected: Type | None) -> Typed:
        if expected is not None and expected.kind is Kind.TREE:
            if node.value not in self.words.nodes:
                hint = mends.nearest_node(node.value, self.words.nodes)
                raise self.refusal(mistakes.UNKNOWN_NODE, node, word=node.value, hint=hint)
            return tree.Constant(expected, node.value)
        if expected is not None and (value := self.member(node, node.value, expected)):
            return value
        return tree.Constant(TEXT, node.value)

    # Comparisons.

    def pair(self, left: Syntax, right: Syntax, expected: Type | None = None) -> tuple[Typed, Typed]:
        """Two operands typed, each helping to read a bare name on the other side."""
        if expected is not None:
            first, second = self.every((left, right), expected)
            return first, second
        if _is_bare(left) and not self.is_word(left):
            second = self.type_of(right)
            return self.type_of(left, second.type), second
        try:
            first = self.type_of(left)
        except _Refused:
            if not _is_bare(right) or self.is_word(right):
                self.type_of(right)
            raise
        return first, self.type_of(right, first.type)

    def agreed(self, left: Typed, right: Typed) -> tuple[Typed, Typed] | None:
        """Both sides in one type; `None` when they have none in common."""
        if left.type == right.type:
            return left, right
        if fitted := _fit(right, left.type):
            return left, fitted
        if fitted := _fit(left, right.type):
            return fitted, right
        return None

    def agree(self, left: Typed, right: Typed, node: Binary) -> tuple[Typed, Typed]:
        """Both sides in one type, or the reason they cannot be."""
        if both := self.agreed(left, right):
            return both
        if left.type.kind is right.type.kind and left.type.unit != right.type.unit:
            if isinstance(left, tree.Constant) and not isinstance(right, tree.Constant):
                raise self.unit_refusal(right.type, left, node.left)
            raise self.unit_refusal(left.type, right, node.right)
        raise self.comparison_refusal(left, right, node)

    def comparison_refusal(self, left: Typed, right: Typed, node: Syntax) -> Exception:
        """Two values that cannot be compared."""
        hint = mends.comparison(left, right)
        return self.refusal(mistakes.CANNOT_COMPARE, node, left=left.type.name, right=right.type.name, hint=hint)

    def compare(self, node: Binary) -> Typed:
        first, second = self.agree(*self.pair(node.left, node.right), node)
        if first.type.is_ordered:
            return tree.compared(node.operator, first, second)
        if node.operator not in "=≠" or first.type.kind in (Kind.SET, Kind.RECORDS):
            raise self.comparison_refusal(first, second, node)
        equal = _equal(first, second)
        return equal if node.operator == "=" else tree.opposite(equal)

    def within(self, item: Syntax, members: tuple[Syntax, ...]) -> Typed:
        typed = self.type_of(item)
        if typed.type.kind not in (Kind.CHOICE, Kind.REGION, Kind.TREE, Kind.TEXT):
            hint = Text("多选用“包含”，数值用比较", "use has for a set, a comparison for a number")
            expected = Text("选项、行政区划或目录节点", "a choice, a region or a node of a tree")
            raise self.refusal(mistakes.TYPE_MISMATCH, item, expected=expected, found=typed.type.name, hint=hint)
        return tree.Within(typed, self.keys(members, typed.type))

    def has(self, item: Syntax, members: tuple[Syntax, ...], mode: str) -> Typed:
        typed = self.type_of(item)
        if typed.type.kind is not Kind.SET:
            hint = Text("单选用“=”或“属于”，清单用 存在", "use = or in for a choice, exists for a list")
            expected = Text("多选", "a set")
            raise self.refusal(mistakes.TYPE_MISMATCH, item, expected=expected, found=typed.type.name, hint=hint)
        return tree.Has(typed, mode, self.keys(members, Type(Kind.CHOICE, choice=typed.type.choice)))

    def keys(self, members: tuple[Syntax, ...], of: Type) -> tuple[str, ...]:
        keys = self.gather(*(partial(self.key, member, of) for member in members))
        return tuple(dict.fromkeys(keys))

    def key(self, member: Syntax, of: Type) -> str:
        typed = self.value_of(member, of)
        if not isinstance(typed, tree.Constant):
            hint = Text("比较两个词用 = 或 ≠", "two words are compared with = or !=")
            expected = Text("写明的值", "a value written out")
            raise self.refusal(mistakes.TYPE_MISMATCH, member, expected=expected, found=Text("一个词", "a word"), hint=hint)
        return str(typed.value)

    # Arithmetic.

    def negative(self, operand: Syntax) -> Typed:
        typed = self.type_of(operand)
        if not typed.type.is_numeric:
            hint = mends.example_of(NUMBER)
            raise self.refusal(mistakes.TYPE_MISMATCH, operand, expected=NUMBER.name, found=typed.type.name, hint=hint)
        if isinstance(typed, tree.Constant):
            return tree.Constant(typed.type, -typed.value)  # type: ignore[operator]  # numeric by the check above
        return tree.Arithmetic(typed.type, "-", tree.Constant(typed.type, 0), typed)

    def arithmetic(self, node: Binary) -> Typed:
        left, right = self.every((node.left, node.right))
        if node.operator in "+-":
            return self.added(left, right, node)
        of = _product(left.type, right.type) if node.operator == "×" else _quotient(left.type, right.type)
        if of is None:
            raise self.combination_refusal(left, right, node)
        if node.operator == "÷":
            return self.quotient(of, left, right, node)
        return tree.Arithmetic(of, "×", left, right)

    def added(self, left: Typed, right: Typed, node: Binary) -> Typed:
        if left.type == DATE and right.type.kind is Kind.DURATION:
            return self.shift(left, right, 1 if node.operator == "+" else -1, node)
        if left.type == right.type == DATE and node.operator == "-":
            return tree.Arithmetic(DAYS_TYPE, "-", left, right)
        left, right = (_fit(left, right.type) or left), (_fit(right, left.type) or right)
        if left.type.kind is right.type.kind and left.type.unit != right.type.unit:
            raise self.unit_refusal(left.type, right, node.right)
        if left.type != right.type or not left.type.is_numeric:
            raise self.combination_refusal(left, right, node)
        return tree.Arithmetic(left.type, node.operator, left, right)

    def combination_refusal(self, left: Typed, right: Typed, node: Binary) -> Exception:
        """Two values that cannot be combined by an operator."""
        hint, sign = mends.combination(node.operator), node.operator
        names = (left.type.name, right.type.name)
        return self.refusal(mistakes.CANNOT_COMBINE, node, left=names[0], right=names[1], operator=sign, hint=hint)

    def quotient(self, of: Type, left: Typed, right: Typed, node: Syntax) -> Typed:
        """`left ÷ right`, unless it is plain from what is written that it divides by zero."""
        is_written = not any(isinstance(part, tree.Fact | tree.Field) for part in tree.walk(right))
        if is_written and not evaluate(right, {}):
            raise self.refusal(mistakes.DIVISION_BY_ZERO, node)
        return tree.Arithmetic(of, "÷", left, right)

    def shift(self, day: Typed, duration: Typed, sign: int, node: Syntax) -> Typed:
        """A day moved by a duration."""
        if duration.type.unit == WORKDAYS:
            raise self.refusal(mistakes.WORKDAY_SHIFT, node)
        return tree.Shift(DATE, day, duration, sign)


def _is_bare(node: Syntax) -> bool:
    return isinstance(node, Quote) or (isinstance(node, Name) and len(node.parts) == 1)


def _constant(node: Number | Truth | Day) -> Typed:
    if isinstance(node, Truth):
        return tree.Constant(BOOL, node.value)
    if isinstance(node, Day):
        return tree.Constant(DATE, node.value)
    if node.unit == PERCENT:
        return tree.Constant(NUMBER, _whole(node.value / 100))
    return tree.Constant(_type_in(node.unit), _whole(node.value))


def _type_in(unit: str) -> Type:
    if unit == MONEY:
        return MONEY_TYPE
    if unit in DURATIONS:
        return duration_in(unit)
    if unit == POINTS.unit:
        return POINTS
    return count_of(unit) if unit else NUMBER


def _whole(value: Fraction) -> int | Fraction:
    """An `int` where the number is whole: arithmetic on it is several times faster, and as exact."""
    return value.numerator if value.denominator == 1 else value


def _fit(typed: Typed, wanted: Type) -> Typed | None:
    """A bare number read as points or as a count, or an age written in years; `None` when it does not fit."""
    if not isinstance(typed, tree.Constant):
        return None
    if typed.type == NUMBER and wanted.kind is Kind.NUMBER:
        return tree.Constant(wanted, typed.value)
    if typed.type == NUMBER and wanted.kind is Kind.COUNT and isinstance(typed.value, int):
        return tree.Constant(wanted, typed.value)
    if typed.type == YEARS_TYPE and wanted == AGE_TYPE:
        return tree.Constant(wanted, typed.value)
    return None


def _equal(left: Typed, right: Typed) -> Typed:
    """`left = right` of values that have no order.

    A truth that should be `是` is itself. A region or a node that should be one written out may lie under it:
    银川市 is in 宁夏, so 所在地 = 宁夏 means 所在地 属于 {宁夏}.
    """
    if isinstance(left, tree.Constant) and not isinstance(right, tree.Constant):
        left, right = right, left
    if isinstance(right, tree.Constant) and left.type.kind in (Kind.REGION, Kind.TREE):
        return tree.Within(left, (str(right.value),))
    if isinstance(right, tree.Constant) and left.type.kind is Kind.BOOL:
        return left if right.value is True else tree.opposite(left)
    return tree.Compare("=", left, right)


def _product(left: Type, right: Type) -> Type | None:
    """The type of `left × right`; `None` when it has no meaning."""
    if not left.is_numeric or not right.is_numeric:
        return None
    if right == NUMBER:
        return left
    if left == NUMBER:
        return right
    return MONEY_TYPE if {left.kind, right.kind} == {Kind.MONEY, Kind.COUNT} else None


def _quotient(left: Type, right: Type) -> Type | None:
    """The type of `left ÷ right`; `None` when it has no meaning."""
    if not left.is_numeric or not right.is_numeric:
        return None
    if right == NUMBER:
        return left
    if left == right:
        return NUMBER
    return MONEY_TYPE if (left.kind, right.kind) == (Kind.MONEY, Kind.COUNT) else None
