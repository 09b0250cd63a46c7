"""How a value of each type stands in a column, and what a column refuses to hold.

| kind | column | unit |
|---|---|---|
| yes or no | Boolean | |
| money | Int64 | fen, whole |
| count | Int64 | its measure word, whole |
| ratio, duration | Int64 | millionths: 30 % is 300 000, 2年 is 2 000 000 |
| date | Date | |
| choice | Enum of the member keys | |
| set | UInt64, bit n for member n; List(Enum) for a list of more than 64 members | |
| region | UInt32, the six digits of the code | |
| tree node | Categorical | |
| text | String | |
| list of records | List(Struct), every field of the record by its key | |

Unknown is null, everywhere; no column holds a float. The bounds below are what the compiler reckons with when it
chooses between 64 and 128 bits, so a value outside them is refused here and never silently wrong there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

import polars as pl

from zhinan.language.evaluate import MAX_RECORDS
from zhinan.language.tree import Value
from zhinan.language.types import Choice, Kind, Record, Type
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

#: Ratios and durations are counted in parts of this size.
SCALE = 1_000_000
#: The largest number a column holds, either side of zero, in the unit of the column.
BOUNDS = {Kind.MONEY: 10**15, Kind.NUMBER: 10**15, Kind.COUNT: 10**9, Kind.DURATION: 10**15}
#: A set over a longer list is no bitmask.
MAX_BITS = 64

#: Nodes of all trees share one list of categories, so that they can be compared wherever they come from.
_NODES = pl.Categories("zhinan.tree")

#: What a column stores for a value.
Stored: TypeAlias = Any  # bool, int, str, date, list or dict, by the dtype of the column

WRONG_VALUE = Mistake("wrong-value", Text("“{value}”不是{type}", "“{value}” is no {type}"))
TOO_LARGE = Mistake(
    "too-large",
    Text("“{value}”超出可以计算的范围（±{limit}）", "“{value}” is beyond what can be computed (±{limit})"),
)
TOO_FINE = Mistake("too-fine", Text("“{value}”的小数位太多：{rule}", "“{value}” has too many decimals: {rule}"))
NO_MEMBER = Mistake("no-member", Text("“{list}”里没有“{value}”", "“{value}” is not in the list “{list}”"))
LONG_LIST = Mistake("long-list", Text("清单有 {have} 条，最多 {limit} 条", "the list has {have} records; at most {limit}"))


class Unfit(ValueError):
    """A value its column cannot hold; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.show("en"))


def denominator(kind: Kind) -> int:
    """How many units of the column make one."""
    return SCALE if kind in (Kind.NUMBER, Kind.DURATION) else 1


def is_bitmask(of: Type) -> bool:
    """Whether a set of this type is stored as bits."""
    return of.choice is not None and len(of.choice.members) <= MAX_BITS


def dtype_of(of: Type) -> pl.DataType:
    """The Polars type of a column of `type`."""
    match of.kind:
        case Kind.BOOL:
            return pl.Boolean()
        case Kind.MONEY | Kind.NUMBER | Kind.COUNT | Kind.DURATION:
            return pl.Int64()
        case Kind.DATE:
            return pl.Date()
        case Kind.REGION:
            return pl.UInt32()
        case Kind.TREE:
            return pl.Categorical(_NODES)
        case Kind.TEXT:
            return pl.String()
        case Kind.CHOICE:
            return pl.Enum(member_keys(of))
        case Kind.SET:
            return pl.UInt64() if is_bitmask(of) else pl.List(pl.Enum(member_keys(of)))
        case _:
            fields = _record(of).fields
            return pl.List(pl.Struct([pl.Field(field.key, dtype_of(field.type)) for field in fields]))


def member_keys(of: Type) -> list[str]:
    """The keys of the members of a choice or set, in the order of its list."""
    return [member.key for member in _choice(of).members]


def bits_of(of: Type, keys: Iterable[str]) -> int:
    """The bitmask of the members called `keys`. Raises `ValueError` for a key that is none."""
    order = member_keys(of)
    return sum(1 << order.index(key) for key in frozenset(keys))


def to_column(values: Sequence[Value], of: Type, name: str = "") -> pl.Series:
    """`values` as a column. Raises `BadInput` with one problem for each value that does not fit; `line` is its row, from 1."""
    encode, stored, problems = encoder(of), [], []
    for row, value in enumerate(values, start=1):
        try:
            stored.append(encode(value))
        except Unfit as unfit:
            problems.append(unfit.problem.placed(file=name, line=row))
    if problems:
        raise BadInput(problems)
    return pl.Series(name, stored, dtype=dtype_of(of), strict=True)


def from_column(column: pl.Series, of: Type) -> list[Value]:
    """The values of a column made by `to_column`, as the interpreter takes them."""
    decode = decoder(of)
    return [None if stored is None else decode(stored) for stored in column.to_list()]


def encoder(of: Type) -> Callable[[Value], Stored]:
    """What turns a value of `of` into what its column stores; it raises `Unfit`."""
    encode = _ENCODERS[of.kind](of)
    return lambda value: None if value is None else encode(value)


def decoder(of: Type) -> Callable[[Stored], Value]:
    """What turns a stored value (never null) back into a value of `type`."""
    match of.kind:
        case Kind.NUMBER | Kind.DURATION:
            return _from_millionths
        case Kind.SET if is_bitmask(of):
            return _bit_decoder(of)
        case Kind.SET:
            return frozenset
        case Kind.REGION:
            return lambda stored: f"{stored:06}"
        case Kind.RECORDS:
            return _record_decoder(_record(of))
        case _:
            return lambda stored: stored


# -- into a column ------------------------------------------------------------------------------------


def _plain(of: Type, *classes: type) -> Callable[[Value], Stored]:
    def encode(value: Value) -> Stored:
        if not isinstance(value, classes) or (isinstance(value, bool) and bool not in classes):
            raise _wrong(value, of)
        return value

    return encode


def _number(of: Type) -> Callable[[Value], Stored]:
    scale, limit = denominator(of.kind), BOUNDS[of.kind]

    def encode(value: Value) -> Stored:
        if isinstance(value, bool) or not isinstance(value, int | Fraction):
            raise _wrong(value, of)
        units = Fraction(value) * scale
        if units.denominator != 1:
            raise Unfit(TOO_FINE.at(value=value, rule=_FINENESS[of.kind]))
        if abs(units) > limit:
            raise Unfit(TOO_LARGE.at(value=value, limit=limit // scale))
        return int(units)

    return encode


def _region(of: Type) -> Callable[[Value], Stored]:
    def encode(value: Value) -> Stored:
        if not (isinstance(value, str) and len(value) == 6 and value.isascii() and value.isdigit()):
            raise _wrong(value, of)
        return int(value)

    return encode


def _member(of: Type) -> Callable[[Value], Stored]:
    keys = frozenset(member_keys(of))

    def encode(value: Value) -> Stored:
        if not isinstance(value, str) or value not in keys:
            raise Unfit(NO_MEMBER.at(value=value, list=_choice(of).name))
        return value

    return encode


def _set(of: Type) -> Callable[[Value], Stored]:
    bits = {key: 1 << place for place, key in enumerate(member_keys(of))}

    def encode(value: Value) -> Stored:
        if not isinstance(value, frozenset):
            raise _wrong(value, of)
        if strange := sorted(value - bits.keys()):
            raise Unfit(NO_MEMBER.at(value=strange[0], list=_choice(of).name))
        return sum(bits[key] for key in value) if is_bitmask(of) else sorted(value, key=bits.__getitem__)

    return encode


def _records(of: Type) -> Callable[[Value], Stored]:
    encoders = {field.key: encoder(field.type) for field in _record(of).fields}

    def encode(value: Value) -> Stored:
        if not isinstance(value, tuple):
            raise _wrong(value, of)
        if len(value) > MAX_RECORDS:
            raise Unfit(LONG_LIST.at(have=len(value), limit=MAX_RECORDS))
        return [{key: encode(record.get(key)) for key, encode in encoders.items()} for record in value]

    return encode


_ENCODERS: dict[Kind, Callable[[Type], Callable[[Value], Stored]]] = {
    Kind.BOOL: lambda of: _plain(of, bool),
    Kind.DATE: lambda of: _plain(of, date),
    Kind.TREE: lambda of: _plain(of, str),
    Kind.TEXT: lambda of: _plain(of, str),
    Kind.MONEY: _number,
    Kind.NUMBER: _number,
    Kind.COUNT: _number,
    Kind.DURATION: _number,
    Kind.REGION: _region,
    Kind.CHOICE: _member,
    Kind.SET: _set,
    Kind.RECORDS: _records,
}
_FINENESS = {
    Kind.MONEY: Text("金额精确到分", "money is exact to the fen"),
    Kind.COUNT: Text("数量是整数", "a count is whole"),
    Kind.NUMBER: Text("最多六位小数", "at most six decimals"),
    Kind.DURATION: Text("最多六位小数", "at most six decimals"),
}


def _wrong(value: Value, of: Type) -> Unfit:
    return Unfit(WRONG_VALUE.at(value=value, type=of.name))


# -- out of a column ----------------------------------------------------------------------------------


def _from_millionths(stored: Stored) -> Value:
    value = Fraction(stored, SCALE)
    return value.numerator if value.denominator == 1 else value


def _bit_decoder(of: Type) -> Callable[[Stored], Value]:
    keys = member_keys(of)
    seen: dict[Stored, Value] = {}  # few distinct sets, many rows

    def decode(stored: Stored) -> Value:
        if stored not in seen:
            seen[stored] = frozenset(key for place, key in enumerate(keys) if int(stored) >> place & 1)
        return seen[stored]

    return decode


def _record_decoder(record: Record) -> Callable[[Stored], Value]:
    decoders = {field.key: decoder(field.type) for field in record.fields}

    def decode(stored: Stored) -> Value:
        return tuple({key: decoders[key](value) for key, value in (each or {}).items() if value is not None} for each in stored)

    return decode


def _choice(of: Type) -> Choice:
    if of.choice is None:
        raise TypeError(f"{of.kind} without its list of members")
    return of.choice


def _record(of: Type) -> Record:
    if of.record is None:
        raise TypeError(f"{of.kind} without its record")
    return of.record
