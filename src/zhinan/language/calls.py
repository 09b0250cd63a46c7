"""What each function asks of its arguments, and the node a call becomes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from zhinan.language import mends, mistakes, tree
from zhinan.language.functions import BY_NAME, Function
from zhinan.language.nodes import Call, Syntax
from zhinan.language.tree import Typed
from zhinan.language.types import AGE_TYPE, BOOL, DATE, MONTHS_TYPE, NUMBER, YEARS_TYPE, Kind, Record, Type, count_of
from zhinan.language.words import APPLICATION_DAY
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.language.check import Checker

ALWAYS = tree.Constant(BOOL, True)
_ADDABLE = frozenset({Kind.MONEY, Kind.COUNT, Kind.NUMBER})


def call(checker: Checker, node: Call, expected: Type | None) -> Typed:
    """The typed tree of a call. Problems are noted in the checker."""
    function = BY_NAME.get(node.function)
    if function is None:
        hint = mends.nearest_function(node.function)
        raise checker.refusal(mistakes.UNKNOWN_FUNCTION, node, word=node.function, hint=hint)
    if not function.least <= len(node.arguments) <= function.most:
        raise _wrong(checker, function, node)
    if function.over_list:
        return _over_list(checker, function, node)
    if function.key == "if":
        return _if(checker, function, node, expected)
    return _PLAIN[function.key](checker, function, node)


def _wrong(checker: Checker, function: Function, node: Syntax) -> Exception:
    name = Text(function.zh, function.en)
    example = function.example
    return checker.refusal(mistakes.WRONG_ARGUMENTS, node, function=name, signature=function.signature, example=example)


def _if(checker: Checker, function: Function, node: Call, expected: Type | None) -> Typed:
    condition, then, otherwise = node.arguments
    (holds,), branches = checker.gather(lambda: (checker.truth(condition),), lambda: checker.pair(then, otherwise, expected))
    first, second = checker.agreed(*branches) or (None, None)
    if first is None or second is None or first.type.kind is Kind.RECORDS:  # engines choose values, never lists
        raise _wrong(checker, function, node)
    return tree.If(first.type, holds, first, second)


def _pick(checker: Checker, function: Function, node: Call) -> Typed:
    terms = checker.every(node.arguments)
    first = next((term for term in terms if term.type != NUMBER), terms[0])
    if not first.type.is_ordered:
        raise _wrong(checker, function, node)
    pairs = zip(terms, node.arguments, strict=True)
    fitted = checker.gather(*(partial(checker.require, term, first.type, part) for term, part in pairs))
    return tree.Pick(first.type, function.key, fitted)


def _share(checker: Checker, function: Function, node: Call) -> Typed:
    left, right = checker.agreed(*checker.two(node.arguments)) or (None, None)
    if left is None or right is None or not left.type.is_numeric:
        raise _wrong(checker, function, node)
    return checker.quotient(NUMBER, left, right, node)


def _years(checker: Checker, function: Function, node: Call) -> Typed:
    start, end = checker.every_of(node.arguments, DATE)
    return tree.Years(AGE_TYPE if function.key == "age" else YEARS_TYPE, start, end)


def _months(checker: Checker, function: Function, node: Call) -> Typed:
    (term,) = checker.every(node.arguments)
    if term.type != YEARS_TYPE:
        raise _wrong(checker, function, node)
    if isinstance(term, tree.Constant):
        return tree.Constant(MONTHS_TYPE, term.value * 12)  # type: ignore[operator]  # a duration is a number
    return tree.Scale(MONTHS_TYPE, term, 12)


def _within(checker: Checker, function: Function, node: Call) -> Typed:
    day, duration, *until = checker.every(node.arguments)
    last = until[0] if until else tree.Fact(DATE, APPLICATION_DAY.key)
    if day.type != DATE or duration.type.kind is not Kind.DURATION or last.type != DATE:
        raise _wrong(checker, function, node)
    first = checker.shift(last, duration, -1, node)
    return tree.both(tree.compared("≥", day, first), tree.compared("≤", day, last))


_PLAIN = {
    "min": _pick,
    "max": _pick,
    "share": _share,
    "age": _years,
    "years": _years,
    "months": _months,
    "within": _within,
}


def _over_list(checker: Checker, function: Function, node: Call) -> Typed:
    if checker.record is not None:
        raise checker.refusal(mistakes.NESTED_LIST, node)
    first, *rest = node.arguments
    records = checker.type_of(first)
    if records.type.record is None:
        name = Text(function.zh, function.en)
        raise checker.refusal(mistakes.NOT_IN_LIST, first, function=name, example=function.example)
    checker.record = records.type.record
    try:
        return _looked_at(checker, function, node, records, rest, checker.record)
    finally:
        checker.record = None


def _looked_at(checker: Checker, function: Function, node: Call, records: Typed, rest: list[Syntax], record: Record) -> Typed:
    if function.key == "sum":
        return _sum(checker, function, node, records, rest)
    where = checker.truth(rest[0]) if rest else ALWAYS
    if function.key == "count":
        return tree.Count(count_of(record.measure), records, where)
    return tree.Exists(records, where) if function.key == "exists" else tree.Every(records, where)


def _sum(checker: Checker, function: Function, node: Call, records: Typed, rest: list[Syntax]) -> Typed:
    value, *where = checker.gather(partial(checker.type_of, rest[0]), *(partial(checker.truth, each) for each in rest[1:]))
    if value.type.kind not in _ADDABLE:
        raise _wrong(checker, function, node)
    return tree.Sum(value.type, records, value, where[0] if where else ALWAYS)
