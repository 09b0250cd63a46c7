"""What a typed tree is worth for one subject: closures over plain values, three-valued (Kleene), exact, never raising.

Unknown is `None`. `且` is false as soon as one term is, `或` true as soon as one is, whatever else is unknown; what is
said of a list is decided by the records that are sure, where they suffice; every other operator is unknown when an
operand is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from zhinan.language import tree
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind
from zhinan.values.dates import shift_days, shift_months, whole_years
from zhinan.values.quantity import DAYS, MONTHS

#: A list may hold a million records in a hostile subject; past this many it counts as unknown.
MAX_RECORDS = 100_000

Facts = Mapping[str, Value]
#: A compiled node: the facts, and the record in a list function, to a value. Its types were settled by `check`.
Run = Callable[[Facts, Facts], "Value"]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {  # Any: of one type, and ordered, as `check` made sure
    "=": operator.eq, "≠": operator.ne, "<": operator.lt, "≤": operator.le, ">": operator.gt, "≥": operator.ge,
}  # fmt: skip
_NO_RECORD: Facts = {}


def evaluate(node: Typed, facts: Facts) -> Value:
    """The value of `node` for `facts`; `None` when they do not settle it. Never raises."""
    return compile_closure(node)(facts, _NO_RECORD)


def compile_closure(node: Typed) -> Run:
    """`node` as a function of the facts (and of the record at hand), to be called many times."""
    match node:
        case tree.Constant(_, constant):
            return lambda facts, record: constant
        case tree.Fact(_, key):
            return lambda facts, record: facts.get(key)
        case tree.Field(_, key):
            return lambda facts, record: record.get(key)
        case tree.Cited(body):
            return compile_closure(body)
        case tree.All(terms):
            return _logic([compile_closure(term) for term in terms], stop=False)
        case tree.Any(terms):
            return _logic([compile_closure(term) for term in terms], stop=True)
        case tree.Not(term):
            return _not(compile_closure(term))
        case tree.Compare(sign, left, right):
            return _compare(sign, left, right)
        case tree.Within(item, codes):
            return _within(compile_closure(item), item.type.kind, codes)
        case tree.Has(item, mode, members):
            return _has(compile_closure(item), mode, frozenset(members))
        case tree.Arithmetic():
            return _arithmetic(node)
        case tree.Shift(_, day, duration, sign):
            return _shift(compile_closure(day), compile_closure(duration), sign, duration.type.unit)
        case tree.Pick(_, mode, terms):
            return _pick([compile_closure(term) for term in terms], min if mode == "min" else max)
        case tree.If(_, condition, then, otherwise):
            return _if(compile_closure(condition), compile_closure(then), compile_closure(otherwise))
        case tree.Years(_, start, end):
            return _null_strict(whole_years, compile_closure(start), compile_closure(end))
        case tree.Scale(_, term, factor):
            return _null_strict(operator.mul, compile_closure(term), lambda facts, record: factor)
        case tree.Exists(records, where):
            return _quantified(compile_closure(records), compile_closure(where), stop=True)
        case tree.Every(records, where):
            return _quantified(compile_closure(records), compile_closure(where), stop=False)
        case tree.Count():
            return _count(node)
        case tree.CountIs(sign, count, bound):
            return _count_is(sign, count, compile_closure(bound))
        case tree.Sum(_, records, value, where):  # pragma: no branch  # the last of the kinds
            return _sum(compile_closure(records), compile_closure(value), compile_closure(where))


def _logic(terms: list[Run], *, stop: bool) -> Run:
    def run(facts: Facts, record: Facts) -> Value:
        unknown = False
        for term in terms:
            value = term(facts, record)
            if value is stop:
                return stop
            if value is None:
                unknown = True
        return None if unknown else not stop

    return run


def _not(term: Run) -> Run:
    def run(facts: Facts, record: Facts) -> Value:
        value = term(facts, record)
        return None if value is None else not value

    return run


def _null_strict(function: Callable[..., Value], left: Run, right: Run) -> Run:
    def run(facts: Facts, record: Facts) -> Value:
        first = left(facts, record)
        if first is None:
            return None
        second = right(facts, record)
        return None if second is None else function(first, second)

    return run


def _compare(sign: str, left: Typed, right: Typed) -> Run:
    compare = _COMPARE[sign]
    if isinstance(left, tree.Fact) and isinstance(right, tree.Constant):
        key, bound = left.key, right.value

        def run(facts: Facts, record: Facts) -> Value:
            value = facts.get(key)
            return None if value is None else compare(value, bound)

        return run
    return _null_strict(compare, compile_closure(left), compile_closure(right))


def lies_under(code: str, ancestor: str, kind: Kind) -> bool:
    """Whether `code` is `ancestor` or lies under it, in the hierarchy of its kind."""
    if kind is Kind.REGION:
        return code.startswith(region_stem(ancestor))
    if kind is Kind.TREE:
        return code == ancestor or code.startswith(ancestor + ".")
    return code == ancestor


def region_stem(code: str) -> str:
    """The digits of a GB/T 2260 code that everything inside it begins with: `640100` → `6401`."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _within(item: Run, kind: Kind, codes: tuple[str, ...]) -> Run:
    flat = frozenset(codes) if kind in (Kind.CHOICE, Kind.TEXT) else None

    def run(facts: Facts, record: Facts) -> Value:
        value = item(facts, record)
        if value is None:
            return None
        if flat is not None:
            return value in flat
        return any(lies_under(str(value), code, kind) for code in codes)

    return run


def _has(item: Run, mode: str, members: frozenset[str]) -> Run:
    def run(facts: Facts, record: Facts) -> Value:
        value = item(facts, record)
        if not isinstance(value, frozenset):
            return None
        return members <= value if mode == "all" else not members.isdisjoint(value)

    return run


def _arithmetic(node: tree.Arithmetic) -> Run:
    return _null_strict(operation(node), compile_closure(node.left), compile_closure(node.right))


def operation(node: tree.Arithmetic) -> Callable[[Any, Any], Value]:  # Any: of the operands' types, as `check` made sure
    """What the operator of `node` makes of two known values."""
    if node.left.type.kind is Kind.DATE:
        return lambda later, earlier: (later - earlier).days
    functions: dict[str, Callable[[Any, Any], Value]] = {
        "+": operator.add, "-": operator.sub, "×": operator.mul, "÷": _divide,
    }  # fmt: skip
    return functions[node.operator]


def _divide(left: int | Fraction, right: int | Fraction) -> Fraction | None:
    return Fraction(left) / right if right else None


def _shift(day: Run, duration: Run, sign: int, unit: str) -> Run:
    move = shift_days if unit == DAYS else shift_months
    factor = sign if unit in (DAYS, MONTHS) else sign * 12

    def run(facts: Facts, record: Facts) -> Value:
        start, length = day(facts, record), duration(facts, record)
        if not isinstance(start, date) or not isinstance(length, int | Fraction):
            return None
        return move(start, int(length * factor))

    return run


def _pick(terms: list[Run], choose: Callable[..., Value]) -> Run:
    def run(facts: Facts, record: Facts) -> Value:
        values = [term(facts, record) for term in terms]
        return None if None in values else choose(values)

    return run


def _if(condition: Run, then: Run, otherwise: Run) -> Run:
    def run(facts: Facts, record: Facts) -> Value:
        holds = condition(facts, record)
        if holds is True:
            return then(facts, record)
        if holds is False:
            return otherwise(facts, record)
        first = then(facts, record)
        return first if first is not None and first == otherwise(facts, record) else None

    return run


def _records(records: Run, facts: Facts, record: Facts) -> tuple[Facts, ...] | None:
    value = records(facts, record)
    return value if isinstance(value, tuple) and len(value) <= MAX_RECORDS else None


def _quantified(records: Run, where: Run, *, stop: bool) -> Run:
    def run(facts: Facts, record: Facts) -> Value:
        every = _records(records, facts, record)
        if every is None:
            return None
        unknown = False
        for each in every:
            value = where(facts, each)
            if value is stop:
                return stop
            if value is None:
                unknown = True
        return None if unknown else not stop

    return run


def tally(count: tree.Count) -> Callable[[Facts, Facts], tuple[int, int] | None]:
    """How many records surely meet the condition of a count, and how many may; `None` when the list is unknown."""
    records, where = compile_closure(count.records), compile_closure(count.where)

    def run(facts: Facts, record: Facts) -> tuple[int, int] | None:
        every = _records(records, facts, record)
        if every is None:
            return None
        values = [where(facts, each) for each in every]
        sure = values.count(True)
        return sure, sure + values.count(None)

    return run


def _count(count: tree.Count) -> Run:
    counted = tally(count)

    def run(facts: Facts, record: Facts) -> Value:
        found = counted(facts, record)
        return found[0] if found and found[0] == found[1] else None

    return run


def _count_is(sign: str, count: tree.Count, bound: Run) -> Run:
    compare, counted = _COMPARE[sign], tally(count)

    def run(facts: Facts, record: Facts) -> Value:
        found, limit = counted(facts, record), bound(facts, record)
        if found is None or not isinstance(limit, int | Fraction):
            return None
        return _settled(sign, compare(found[0], limit), compare(found[1], limit), *found, limit)

    return run


def _settled(sign: str, first: bool, last: bool, least: int, most: int, limit: int | Fraction) -> bool | None:
    """The comparison, when it comes out the same for every count from `least` to `most`."""
    if first is not last:
        return None
    if sign in "=≠" and least < limit < most and limit.denominator == 1:
        return None
    return first


def _sum(records: Run, value: Run, where: Run) -> Run:
    def run(facts: Facts, record: Facts) -> Value:
        every = _records(records, facts, record)
        if every is None:
            return None
        total: int | Fraction = 0
        for each in every:
            counts = where(facts, each)
            if counts is False:
                continue
            amount = value(facts, each)
            if counts is None or not isinstance(amount, int | Fraction):
                return None
            total += amount
        return total

    return run
