"""From syntax to a typed tree: every word found, every type and unit agreed, or all the problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from typing import NoReturn

from zhinan.language import mistakes, tree
from zhinan.language.functions import BY_NAME, FUNCTIONS, Function
from zhinan.language.nodes import Among, Binary, Call, Day, Logic, Name, Number, Quote, Syntax, Truth, Unary
from zhinan.language.parse import parse
from zhinan.language.tree import Typed
from zhinan.language.types import (
    AGE_TYPE, BOOL, DATE, DAYS_TYPE, MONEY_TYPE, NUMBER, TEXT, Choice, Kind, Record, Type, Word, count_of, duration_in,
)  # fmt: skip
from zhinan.values.problem import BadInput, Mistake, Problem, Span
from zhinan.values.quantity import (
    DURATIONS, MONEY, MONTHS, PERCENT, WORKDAYS, YEARS, format_quantity,
)  # fmt: skip
from zhinan.values.regions import find_region, nearest_regions
from zhinan.values.text import Text, same

#: A tree this large is refused: a condition that long cannot be read aloud.
MAX_NODES = 1_000
#: The word for the day of application; the engine knows it itself.
APPLICATION_DAY = Word("application_day", "申报日", "application_day", DATE)


@dataclass(frozen=True, slots=True)
class Words:
    """What an expression may say: words by each of their names, and the ids of tree nodes."""

    by_name: Mapping[str, Word]
    nodes: frozenset[str] = frozenset()

    @staticmethod
    def of(words: Iterable[Word], nodes: Iterable[str] = ()) -> Words:
        """The words, found by their Chinese and English names, and the application day."""
        every = (APPLICATION_DAY, *words)
        return Words({name: word for word in every for name in (word.en, word.zh)}, frozenset(nodes))

    def near(self, name: str) -> Text:
        """A sentence with the words closest to `name`, or nothing."""
        last = name.rpartition(".")[2]
        close = get_close_matches(name, self.by_name, n=3, cutoff=0.6)
        close += [word for word in self.by_name if last and word.rpartition(".")[2] == last and word not in close][:3]
        if not close:
            return Text("", "")
        return Text(f"最接近的词：{'、'.join(close[:4])}", f"the nearest words: {', '.join(close[:4])}")


def check(text: str, words: Words, *, expected: Type | None = BOOL) -> Typed:
    """The typed tree of the expression `text`, of type `expected` (any type when `None`).

    Raises `BadInput` with every problem of the expression, each with its place and its mend.
    """
    return check_syntax(parse(text), words, expected=expected, source=text)


def check_syntax(syntax: Syntax, words: Words, *, expected: Type | None = BOOL, source: str = "") -> Typed:
    """The typed tree of a syntax tree. Raises `BadInput`."""
    checker = _Checker(words)
    try:
        typed = checker.type_of(syntax, expected)
        if expected is not None:
            checker.require(typed, expected, syntax)
        if sum(1 for _ in tree.walk(typed)) > MAX_NODES:
            checker.refuse(mistakes.TOO_LONG, syntax, have=f"{MAX_NODES}+", limit=MAX_NODES)
    except _Refused:
        pass
    if checker.problems:
        raise BadInput([replace(problem, source=source) for problem in checker.problems])
    return typed


class _Refused(Exception):
    """This part cannot be typed; its problem is noted. Its siblings are still looked at."""


class _Checker:
    def __init__(self, words: Words) -> None:
        self.words = words
        self.problems: list[Problem] = []
        self.record: Record | None = None

    # -- noting problems ---------------------------------------------------------------------------

    def refuse(self, mistake: Mistake, at: Syntax | Span, **words: object) -> NoReturn:
        self.problems.append(mistake.at(at if isinstance(at, Span) else at.span, **words))
        raise _Refused

    def every(self, *parts: tuple[Syntax, Type | None]) -> list[Typed]:
        """All parts typed; when one fails the others are still looked at, so that all problems show."""
        typed: list[Typed] = []
        for part, expected in parts:
            try:
                typed.append(self.type_of(part, expected))
            except _Refused:
                continue
        if len(typed) < len(parts):
            raise _Refused
        return typed

    def require(self, typed: Typed, expected: Type, at: Syntax) -> Typed:
        if typed.type == expected:
            return typed
        if fitted := _fit(typed, expected):
            return fitted
        if typed.type.kind is expected.kind and typed.type.unit != expected.unit:
            self.refuse(
                mistakes.UNIT_MISMATCH, at,
                left=same(expected.unit), right=same(typed.type.unit), hint=_unit_hint(typed, expected.unit),
            )  # fmt: skip
        self.refuse(mistakes.TYPE_MISMATCH, at, expected=expected.name, found=typed.type.name, hint=_example(expected))

    # -- the tree ----------------------------------------------------------------------------------

    def type_of(self, node: Syntax, expected: Type | None = None) -> Typed:
        match node:
            case Number(value, unit):
                return _number(value, unit)
            case Truth(value):
                return tree.Constant(BOOL, value)
            case Day(value):
                return tree.Constant(DATE, value)
            case Quote():
                return self.quoted(node, expected)
            case Name():
                return self.name(node, expected)
            case Unary("非", operand):
                return tree.opposite(self.truth(operand))
            case Unary(_, operand):
                return self.negative(operand)
            case Logic(operator, terms):
                typed = self.truths(terms)
                return tree.All(typed) if operator == "且" else tree.Any(typed)
            case Binary("包含", item, member):
                return self.has(item, (member,), "any")
            case Among("包含任一", item, members):
                return self.has(item, members, "any")
            case Among("包含全部", item, members):
                return self.has(item, members, "all")
            case Among(operator, item, members):
                within = self.within(item, members)
                return within if operator == "属于" else tree.opposite(within)
            case Binary(operator, left, right) if operator in "=≠<≤>≥":
                return self.compare(operator, left, right, node)
            case Binary():
                return self.arithmetic(node)
            case Call():
                return self.call(node, expected)

    def truth(self, node: Syntax) -> Typed:
        return self.require(self.type_of(node, BOOL), BOOL, node)

    def truths(self, nodes: tuple[Syntax, ...]) -> tuple[Typed, ...]:
        typed = []
        for node in nodes:
            try:
                typed.append(self.truth(node))
            except _Refused:
                continue
        if len(typed) < len(nodes):
            raise _Refused
        return tuple(typed)

    # -- words -------------------------------------------------------------------------------------

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
        self.refuse(mistakes.UNKNOWN_WORD, node, word=name, hint=self.word_hint(name))

    def word_hint(self, name: str) -> Text:
        if self.record:
            fields = [field.zh for field in self.record.fields]
            if near := get_close_matches(name, fields, n=1, cutoff=0.4):
                return Text(f"“{self.record.name.zh}”的栏目：{near[0]}", f"a field of {self.record.name.en}: {near[0]}")
        if any(sign in name for sign in ("且", "或")) and "." not in name:
            return Text("“且”“或”两边要有空格", "put spaces around 且 and 或 (and, or)")
        if name.startswith("非") and len(name) > 1:
            return Text(f"“非”后面要有空格：非 {name[1:]}", f"put a space after 非: 非 {name[1:]}")
        return self.words.near(name)

    def member(self, node: Syntax, word: str, type: Type) -> Typed | None:
        """`word` as a constant of a type whose values have names; `None` when the type has none."""
        if type.kind in (Kind.CHOICE, Kind.SET) and type.choice:
            found = type.choice.find(word)
            if not found:
                self.refuse(mistakes.UNKNOWN_MEMBER, node, list=type.choice.name, word=word, hint=_near_members(word, type.choice))
            return tree.Constant(Type(Kind.CHOICE, choice=type.choice), found.key)
        if type.kind is Kind.REGION:
            region = find_region(word)
            if not region:
                near = [region.name for region in nearest_regions(word)]
                hint = Text(f"最接近的：{'、'.join(near)}", f"the nearest: {', '.join(near)}") if near else Text("", "")
                self.refuse(mistakes.UNKNOWN_REGION, node, word=word, hint=hint)
            return tree.Constant(type, region.code)
        return None

    def quoted(self, node: Quote, expected: Type | None) -> Typed:
        if expected is not None and expected.kind is Kind.TREE:
            if node.value not in self.words.nodes:
                near = get_close_matches(node.value, sorted(self.words.nodes), n=3, cutoff=0.5)
                hint = Text(f"最接近的：{'、'.join(near)}", f"the nearest: {', '.join(near)}") if near else Text("", "")
                self.refuse(mistakes.UNKNOWN_NODE, node, word=node.value, hint=hint)
            return tree.Constant(expected, node.value)
        if expected is not None and (value := self.member(node, node.value, expected)):
            return value
        return tree.Constant(TEXT, node.value)

    # -- operators ---------------------------------------------------------------------------------

    def negative(self, operand: Syntax) -> Typed:
        typed = self.type_of(operand)
        if typed.type.kind not in _NUMERIC:
            self.refuse(mistakes.TYPE_MISMATCH, operand, expected=NUMBER.name, found=typed.type.name, hint=_example(NUMBER))
        if isinstance(typed, tree.Constant):
            return tree.Constant(typed.type, -typed.value)  # type: ignore[operator]  # numeric by the check above
        return tree.Arithmetic(typed.type, "-", tree.Constant(typed.type, 0), typed)

    def pair(self, left: Syntax, right: Syntax) -> tuple[Typed, Typed]:
        """Two operands typed, each helping to read a bare word on the other side."""
        if _is_bare(left) and not self.is_word(left):
            (second,) = self.every((right, None))
            return self.type_of(left, second.type), second
        (first,) = self.every((left, None))
        return first, self.type_of(right, first.type)

    def is_word(self, node: Syntax) -> bool:
        if not isinstance(node, Name):
            return False
        name = ".".join(node.parts)
        fields = self.record.fields if self.record else ()
        return name in self.words.by_name or any(name in (f.zh, f.en, f.key) for f in fields)

    def compare(self, operator: str, left: Syntax, right: Syntax, node: Syntax) -> Typed:
        if _is_bare(left) or _is_bare(right):
            first, second = self.pair(left, right)
        else:
            first, second = self.every((left, None), (right, None))
        first, second = self.agree(first, second, node)
        if isinstance(first, tree.Constant) and not isinstance(second, tree.Constant):
            first, second, operator = second, first, _MIRRORED[operator]
        if first.type.kind is Kind.BOOL and operator in "=≠":
            return self.compare_truths(operator, first, second)
        if not first.type.is_ordered and (operator not in "=≠" or first.type.kind in (Kind.SET, Kind.RECORDS)):
            hint = Text("集合用“包含”，清单用 计数 或 存在", "use has for a set, count or exists for a list")
            self.refuse(mistakes.CANNOT_COMPARE, node, left=first.type.name, right=second.type.name, hint=hint)
        if isinstance(second, tree.Count) and not isinstance(first, tree.Count):
            return tree.CountIs(_MIRRORED[operator], second, first)
        if isinstance(first, tree.Count):
            return tree.CountIs(operator, first, second)
        return tree.Compare(operator, first, second)

    def compare_truths(self, operator: str, left: Typed, right: Typed) -> Typed:
        if isinstance(left, tree.Constant):
            left, right = right, left
        if isinstance(right, tree.Constant):
            return left if (right.value is True) == (operator == "=") else tree.opposite(left)
        equal = tree.Any((tree.All((left, right)), tree.All((tree.opposite(left), tree.opposite(right)))))
        return equal if operator == "=" else tree.opposite(equal)

    def agree(self, left: Typed, right: Typed, node: Syntax) -> tuple[Typed, Typed]:
        """Both sides in one type, or the reason they cannot be."""
        if left.type == right.type:
            return left, right
        if fitted := _fit(right, left.type):
            return left, fitted
        if fitted := _fit(left, right.type):
            return fitted, right
        if left.type.kind is right.type.kind and left.type.unit != right.type.unit:
            constant, unit = (right, left.type.unit) if isinstance(right, tree.Constant) else (left, right.type.unit)
            self.refuse(
                mistakes.UNIT_MISMATCH, node,
                left=same(left.type.unit), right=same(right.type.unit), hint=_unit_hint(constant, unit),
            )  # fmt: skip
        self.refuse(
            mistakes.CANNOT_COMPARE, node,
            left=left.type.name, right=right.type.name, hint=_example(left.type if isinstance(right, tree.Constant) else right.type),
        )  # fmt: skip

    def within(self, item: Syntax, members: tuple[Syntax, ...]) -> Typed:
        (typed,) = self.every((item, None))
        if typed.type.kind not in (Kind.CHOICE, Kind.REGION, Kind.TREE, Kind.TEXT):
            hint = Text("多选用“包含”，数值用比较", "use has for a set, a comparison for a number")
            self.refuse(mistakes.TYPE_MISMATCH, item, expected=Text("选项", "a choice"), found=typed.type.name, hint=hint)
        return tree.Within(typed, self.keys(members, typed.type))

    def has(self, item: Syntax, members: tuple[Syntax, ...], mode: str) -> Typed:
        (typed,) = self.every((item, None))
        if typed.type.kind is not Kind.SET:
            hint = Text("单选用“=”或“属于”，清单用 存在", "use = or in for a choice, exists for a list")
            self.refuse(mistakes.TYPE_MISMATCH, item, expected=Text("多选", "a set"), found=typed.type.name, hint=hint)
        return tree.Has(typed, mode, self.keys(members, typed.type))

    def keys(self, members: tuple[Syntax, ...], type: Type) -> tuple[str, ...]:
        item = Type(Kind.CHOICE, choice=type.choice) if type.kind is Kind.SET else type
        keys = []
        for member, typed in zip(members, self.every(*((member, type) for member in members)), strict=True):
            if not isinstance(typed, tree.Constant) or typed.type != item:
                self.refuse(mistakes.TYPE_MISMATCH, member, expected=item.name, found=typed.type.name, hint=_example(item))
            keys.append(str(typed.value))
        return tuple(dict.fromkeys(keys))

    def arithmetic(self, node: Binary) -> Typed:
        left, right = self.every((node.left, None), (node.right, None))
        if left.type.kind is Kind.DATE and right.type.kind is Kind.DURATION and node.operator in "+-":
            return self.shift(left, right, 1 if node.operator == "+" else -1, node)
        if left.type.kind is Kind.DATE and right.type.kind is Kind.DATE and node.operator == "-":
            return tree.Arithmetic(DAYS_TYPE, "-", left, right)
        if node.operator in "+-":
            left, right = (_fit(left, right.type) or left), (_fit(right, left.type) or right)
        result = _result(node.operator, left.type, right.type)
        if result is None:
            if left.type.kind is right.type.kind and left.type.unit != right.type.unit and node.operator in "+-":
                hint = _unit_hint(right, left.type.unit)
                self.refuse(mistakes.UNIT_MISMATCH, node, left=same(left.type.unit), right=same(right.type.unit), hint=hint)
            hint = Text("同类才能相加减；金额可乘以比例或数量", "only like adds to like; money may be multiplied by a ratio or a count")
            self.refuse(mistakes.CANNOT_COMBINE, node, left=left.type.name, right=right.type.name, operator=node.operator, hint=hint)
        return tree.Arithmetic(result, node.operator, left, right)

    def shift(self, day: Typed, duration: Typed, sign: int, node: Syntax) -> Typed:
        if duration.type.unit == WORKDAYS:
            self.refuse(mistakes.WORKDAY_SHIFT, node)
        return tree.Shift(DATE, day, duration, sign)

    # -- functions ---------------------------------------------------------------------------------

    def call(self, node: Call, expected: Type | None) -> Typed:
        function = BY_NAME.get(node.function)
        if function is None:
            near = get_close_matches(node.function, BY_NAME, n=3, cutoff=0.4)
            names = near or [function.zh for function in FUNCTIONS]
            hint = Text(f"可用的函数：{'、'.join(names)}", f"functions: {', '.join(names)}")
            self.refuse(mistakes.UNKNOWN_FUNCTION, node, word=node.function, hint=hint)
        if not function.least <= len(node.arguments) <= function.most:
            self.wrong(function, node)
        if function.over_list:
            return self.list_call(function, node)
        match function.key:
            case "min" | "max":
                return self.pick(function, node)
            case "if":
                condition, then, otherwise = self.every(*zip(node.arguments, (BOOL, expected, expected), strict=True))
                self.require(condition, BOOL, node.arguments[0])
                then, otherwise = self.agree(then, otherwise, node)
                return tree.If(then.type, condition, then, otherwise)
            case "share":
                left, right = self.agree(*self.every(*((part, None) for part in node.arguments)), node)
                if left.type.kind not in _NUMERIC:
                    self.wrong(function, node)
                return tree.Arithmetic(NUMBER, "÷", left, right)
            case "age" | "years":
                start, end = self.dates(node.arguments)
                return tree.Years(AGE_TYPE if function.key == "age" else duration_in(YEARS), start, end)
            case "months":
                (term,) = self.every((node.arguments[0], None))
                if term.type != duration_in(YEARS):
                    self.wrong(function, node)
                if isinstance(term, tree.Constant):
                    return tree.Constant(duration_in(MONTHS), term.value * 12)  # type: ignore[operator]  # a duration is a number
                return tree.Scale(duration_in(MONTHS), term, 12)
            case _:
                return self.recent(function, node)

    def wrong(self, function: Function, node: Syntax) -> NoReturn:
        name = Text(function.zh, function.en)
        self.refuse(mistakes.WRONG_ARGUMENTS, node, function=name, signature=function.signature, example=function.example)

    def dates(self, nodes: tuple[Syntax, ...]) -> list[Typed]:
        typed = self.every(*((node, DATE) for node in nodes))
        return [self.require(each, DATE, node) for each, node in zip(typed, nodes, strict=True)]

    def pick(self, function: Function, node: Call) -> Typed:
        terms = self.every(*((part, None) for part in node.arguments))
        first = next((term for term in terms if term.type != NUMBER), terms[0])
        fitted = []
        for term, part in zip(terms, node.arguments, strict=True):
            fitted.append(self.require(term, first.type, part))
        if not first.type.is_ordered:
            self.wrong(function, node)
        return tree.Pick(first.type, function.key, tuple(fitted))

    def recent(self, function: Function, node: Call) -> Typed:
        day, duration = self.every((node.arguments[0], DATE), (node.arguments[1], None))
        until: Typed = tree.Fact(DATE, APPLICATION_DAY.key)
        if len(node.arguments) == 3:
            (until,) = self.dates(node.arguments[2:])
        if day.type != DATE or duration.type.kind is not Kind.DURATION:
            self.wrong(function, node)
        since = self.shift(until, duration, -1, node)
        return tree.All((tree.Compare("≥", day, since), tree.Compare("≤", day, until)))

    def list_call(self, function: Function, node: Call) -> Typed:
        if self.record is not None:
            self.refuse(mistakes.NESTED_LIST, node)
        (records,) = self.every((node.arguments[0], None))
        if records.type.record is None:
            self.refuse(mistakes.NOT_IN_LIST, node.arguments[0], function=Text(function.zh, function.en), example=function.example)
        self.record = records.type.record
        try:
            return self.over(function, node, records, self.record)
        finally:
            self.record = None

    def over(self, function: Function, node: Call, records: Typed, record: Record) -> Typed:
        if function.key == "sum":
            (value,) = self.every((node.arguments[1], None))
            if value.type.kind not in (Kind.MONEY, Kind.COUNT, Kind.NUMBER):
                self.wrong(function, node)
            where = self.truth(node.arguments[2]) if len(node.arguments) == 3 else _ALWAYS
            return tree.Sum(value.type, records, value, where)
        where = self.truth(node.arguments[1]) if len(node.arguments) == 2 else _ALWAYS
        if function.key == "count":
            return tree.Count(count_of(record.measure), records, where)
        return tree.Exists(records, where) if function.key == "exists" else tree.Every(records, where)


_ALWAYS = tree.Constant(BOOL, True)
_NUMERIC = frozenset({Kind.MONEY, Kind.NUMBER, Kind.COUNT, Kind.DURATION})
_MIRRORED = {"=": "=", "≠": "≠", "<": ">", ">": "<", "≤": "≥", "≥": "≤"}


def _is_bare(node: Syntax) -> bool:
    return isinstance(node, Quote) or (isinstance(node, Name) and len(node.parts) == 1)


def _number(value: Fraction, unit: str) -> Typed:
    if unit == PERCENT:
        return tree.Constant(NUMBER, _whole(value / 100))
    if unit == MONEY:
        return tree.Constant(MONEY_TYPE, _whole(value))
    if unit in DURATIONS:
        return tree.Constant(duration_in(unit), _whole(value))
    return tree.Constant(count_of(unit) if unit else NUMBER, _whole(value))


def _whole(value: Fraction) -> int | Fraction:
    """An `int` where the number is whole: arithmetic on it is several times faster, and as exact."""
    return value.numerator if value.denominator == 1 else value


def _fit(typed: Typed, wanted: Type) -> Typed | None:
    """A bare number read as a count, or an age written in years; `None` when it does not fit."""
    if not isinstance(typed, tree.Constant):
        return None
    if typed.type == NUMBER and wanted.kind is Kind.COUNT and isinstance(typed.value, int):
        return tree.Constant(wanted, typed.value)
    if typed.type == duration_in(YEARS) and wanted == AGE_TYPE:
        return tree.Constant(wanted, typed.value)
    return None


def _result(operator: str, left: Type, right: Type) -> Type | None:
    """The type of `left operator right`; `None` when it has no meaning."""
    if left.kind not in _NUMERIC or right.kind not in _NUMERIC:
        return None
    if operator in "+-":
        return left if left == right else None
    if operator == "×":
        if right.kind is Kind.NUMBER:
            return left
        if left.kind is Kind.NUMBER:
            return right
        pair = {left.kind, right.kind}
        return MONEY_TYPE if pair == {Kind.MONEY, Kind.COUNT} else None
    if right.kind is Kind.NUMBER:
        return left
    if left == right:
        return NUMBER
    return MONEY_TYPE if (left.kind, right.kind) == (Kind.MONEY, Kind.COUNT) else None


def _unit_hint(typed: Typed, unit: str) -> Text:
    if isinstance(typed, tree.Constant) and isinstance(typed.value, int | Fraction):
        months = {YEARS: 12, MONTHS: 1}
        if typed.type.unit in months and unit in months:
            converted = Fraction(typed.value) * months[typed.type.unit] / months[unit]
            if converted.denominator == 1:
                return Text(f"写成 {format_quantity(converted, unit)}", f"write {format_quantity(converted, unit, 'en')}")
        written = format_quantity(typed.value, unit)
        return Text(f"如果单位是“{unit}”，写成 {written}", f"if “{unit}” is meant, write {written}")
    return Text("换成同一单位再写；年换算成月用 月数(…)", "use one unit; months(…) turns years into months")


_EXAMPLES = {
    Kind.BOOL: "申报单位.独立法人", Kind.MONEY: "2000万元", Kind.NUMBER: "30%", Kind.DATE: "2026-02-28", Kind.TEXT: '"…"',
}  # fmt: skip


def _example(type: Type) -> Text:
    if type.choice:
        names = [member.name for member in type.choice.members[:4]]
        return Text(f"例如：{'、'.join(n.zh for n in names)}", f"for example: {', '.join(n.en for n in names)}")
    if type.kind in (Kind.COUNT, Kind.DURATION):
        return Text(f"例如：3{type.unit}", f"for example: {format_quantity(3, type.unit, 'en')}")
    example = _EXAMPLES.get(type.kind, "")
    return Text(f"例如：{example}", f"for example: {example}") if example else Text("", "")


def _near_members(word: str, choice: Choice) -> Text:
    names = [name for member in choice.members for name in (member.name.zh, member.name.en)]
    near = get_close_matches(word, names, n=4, cutoff=0.3) or [member.name.zh for member in choice.members[:8]]
    return Text(f"可选：{'、'.join(near)}", f"one of: {', '.join(near)}")
