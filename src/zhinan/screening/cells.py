"""The cells of one column into values: whole columns of plain numbers and dates at once, anything else text by text.

The quick way takes only what it surely reads as `policy.written.read_value` does; every other text is read by that
very function, once for each different text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Any

import polars as pl

from zhinan.language.compile.columns import BOUNDS, Stored, Unfit, denominator, dtype_of, encoder
from zhinan.language.tree import Value
from zhinan.language.types import Kind, Type
from zhinan.policy.reader import Reader
from zhinan.policy.subject import subject_of
from zhinan.policy.vocabulary import FactWord, Vocabulary
from zhinan.policy.written import NOTHING, UNKNOWN, read_value
from zhinan.policy.yaml_source import Listing, Mapping, Node, Scalar
from zhinan.screening import mistakes
from zhinan.values.problem import BadInput, Problem
from zhinan.values.quantity import NUMBER

NUMERIC = frozenset(BOUNDS)


@dataclass(frozen=True, slots=True)
class BadCells:
    """Cells that hold the same wrong text: where they are (counted from 0), and what is wrong."""

    places: pl.Series
    problem: Problem


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of values, null where unknown or wrong, and what is wrong."""

    values: pl.Series
    bad: tuple[BadCells, ...] = ()


def read_cells(column: pl.Series, fact: FactWord, *, unit: str, vocabulary: Vocabulary) -> Cells:
    """The cells of a column of `fact`; bare numbers are in `unit` where that is not empty."""
    of = fact.word.type
    if (native := _native(column, of)) is not None:
        return _within_calendar(native) if of.kind is Kind.DATE else Cells(native)
    if isinstance(column.dtype, pl.List) and of.kind is Kind.RECORDS:
        return _read_native_lists(column, fact, vocabulary)
    texts = _as_text(column, of)
    if texts is None:
        found = mistakes.WRONG_COLUMN_TYPE.at(word=fact.label, found=column.dtype, expected=of.name)
        return Cells(pl.Series(dtype=dtype_of(of)), (BadCells(pl.Series([0]), found),))
    if column.dtype.is_numeric() and of.kind in (Kind.MONEY, Kind.DURATION):
        unit = unit or of.unit
    return _Texts(fact, unit, vocabulary).read(texts)


def _native(column: pl.Series, of: Type) -> pl.Series | None:
    if of.kind is Kind.BOOL and column.dtype == pl.Boolean:
        return column
    if of.kind is Kind.DATE and column.dtype in (pl.Date, pl.Datetime):
        return column.cast(pl.Date)
    return None


def _as_text(column: pl.Series, of: Type) -> pl.Series | None:
    """The cells as a person would have written them; `None` for a type that is not written in one word."""
    dtype = column.dtype
    if dtype == pl.String:
        return column
    if isinstance(dtype, pl.Enum | pl.Categorical) or dtype.is_numeric():
        return column.cast(pl.String)
    if dtype == pl.Null:
        return pl.Series([None] * column.len(), dtype=pl.String)
    if isinstance(dtype, pl.List) and of.kind is Kind.SET:
        joined = column.cast(pl.List(pl.String)).list.join("、")
        return pl.select(pl.when(column.list.len() == 0).then(pl.lit(NOTHING[0])).otherwise(joined)).to_series()
    return None


_FIRST, _LAST = pl.lit(date.min), pl.lit(date.max)


def _within_calendar(days: pl.Series) -> Cells:
    outside = pl.select(days.is_between(_FIRST, _LAST).not_()).to_series().fill_null(value=False)
    if not outside.any():
        return Cells(days)
    problem = mistakes.OUTSIDE_CALENDAR.at()
    return Cells(days.zip_with(~outside, pl.Series([None], dtype=pl.Date)), (BadCells(outside.arg_true(), problem),))


class _Texts:
    """Reads the texts of one column."""

    def __init__(self, fact: FactWord, unit: str, vocabulary: Vocabulary) -> None:
        self.fact = fact
        self.type = fact.word.type
        self.unit = unit
        self.vocabulary = vocabulary
        self.encode = encoder(self.type)

    def read(self, texts: pl.Series) -> Cells:
        texts = texts.str.strip_chars()
        texts = texts.set(texts.is_in(UNKNOWN), None)
        quick = self.at_once(texts)
        if quick is None:
            return self.one_by_one(texts)
        rest = texts.set(quick.is_not_null(), None)
        if rest.null_count() == rest.len():
            return Cells(quick)
        slow = self.one_by_one(rest)
        return Cells(quick.zip_with(quick.is_not_null(), slow.values), slow.bad)

    # -- all at once -------------------------------------------------------------------------------

    def at_once(self, texts: pl.Series) -> pl.Series | None:
        """What can be read without looking at each text: null elsewhere. `None` when nothing can."""
        kind = self.type.kind
        if kind in NUMERIC:
            return self.numbers(texts)
        if kind is Kind.DATE:
            return _days(texts)
        if kind in (Kind.TEXT, Kind.TREE) and not self.fact.code:
            return texts.cast(dtype_of(self.type))
        return None

    def numbers(self, texts: pl.Series) -> pl.Series:
        """Plain numbers with one of the units at the top of the column."""
        read = [
            _scaled(_before(texts, unit), factor, BOUNDS[self.type.kind])
            for unit in _units_at_the_top(texts)
            if (factor := self.factor(unit or self.unit)) is not None
        ]
        nothing = pl.Series([None], dtype=pl.Int64).new_from_index(0, texts.len())
        return reduce(lambda first, second: first.zip_with(first.is_not_null(), second), read, nothing)

    def factor(self, unit: str) -> Fraction | None:
        """How many units of the column `1` in this written unit is."""
        try:
            one = self.value(f"1{unit}")
        except BadInput:
            return None
        return Fraction(one) * denominator(self.type.kind) if isinstance(one, int | Fraction) else None

    # -- one by one --------------------------------------------------------------------------------

    def one_by_one(self, texts: pl.Series) -> Cells:
        """Every different text read once."""
        different = texts.drop_nulls().unique(maintain_order=True)
        stored: list[Stored] = []
        wrong: list[tuple[str, Problem]] = []
        for text in different:
            try:
                stored.append(self.encode(self.value(self.with_unit(text))))
            except BadInput as refused:
                wrong.append((text, refused.problems[0]))
                stored.append(None)
            except Unfit as unfit:
                wrong.append((text, unfit.problem))
                stored.append(None)
        values = pl.Series(stored, dtype=dtype_of(self.type), strict=True)
        places = texts.replace_strict(different, pl.int_range(different.len(), eager=True), default=None)
        bad = tuple(BadCells((texts == text).arg_true(), problem) for text, problem in wrong[:_TOLD])
        rest = [text for text, _ in wrong[_TOLD:]]
        if rest:
            bad += (BadCells(texts.is_in(rest).arg_true(), wrong[_TOLD][1]),)
        return Cells(values.gather(places), bad)

    def with_unit(self, text: str) -> str:
        return text + self.unit if self.unit and _BARE.fullmatch(text) else text

    def value(self, text: str) -> Value:
        """The value a person wrote. Raises `BadInput`."""
        if self.type.kind is Kind.RECORDS or (self.type.kind is Kind.SET and text.startswith("[")):
            return _value_of(text if text in NOTHING else _nodes(text), self.fact, self.vocabulary)
        return read_value(text, self.type, label=self.fact.label, code=self.fact.code)


#: So many different wrong texts are told apart; a column with more is wrong in some other way.
_TOLD = 100
_BARE = re.compile(rf"[-+]?{NUMBER}")
#: A number the quick way reads: at most 15 digits and 8 decimals, so that every factor keeps it within 128 bits.
_PLAIN = r"^[+-]?\d{1,15}(\.\d{1,8})?$"
_DECIMALS = 10**8
_LARGEST_FACTOR = 10**14


def _units_at_the_top(texts: pl.Series) -> list[str]:
    """The different endings of the first cells after their digits, the longest first."""
    top = texts.drop_nulls().head(1_000)
    return sorted(top.str.strip_chars_start("+-.0123456789").unique().head(8), key=len, reverse=True)


def _before(texts: pl.Series, unit: str) -> pl.Series:
    """What stands before the unit in the texts that end with it; null elsewhere."""
    if not unit:
        return texts
    ending = texts.set(~texts.str.ends_with(unit), None)
    return ending.str.strip_suffix(unit).str.strip_chars_end()


def _scaled(texts: pl.Series, factor: Fraction, limit: int) -> pl.Series:
    """Plain numbers times `factor` where that is whole and within `limit`; null elsewhere."""
    if factor.numerator > _LARGEST_FACTOR:
        return pl.Series([None], dtype=pl.Int64).new_from_index(0, texts.len())
    plain = texts.set(~texts.str.contains(_PLAIN), None)
    units = plain.cast(pl.Decimal(38, 8), strict=False).to_physical().alias("n").to_frame()
    under = _DECIMALS * factor.denominator
    product = pl.col("n") * pl.lit(factor.numerator, dtype=pl.Int128)
    whole = product // pl.lit(under, dtype=pl.Int128)
    is_exact = (whole * pl.lit(under, dtype=pl.Int128) == product) & (whole.abs() <= limit)
    return units.select(pl.when(is_exact).then(whole)).to_series().cast(pl.Int64)


def _days(texts: pl.Series) -> pl.Series:
    iso = texts.set(~texts.str.contains(r"^\d{4}-\d{1,2}-\d{1,2}$"), None)
    days = iso.str.to_date("%Y-%m-%d", strict=False)
    return days.set(pl.select(days.is_between(_FIRST, _LAST).not_()).to_series(), None)


# -- lists of records ---------------------------------------------------------------------------------


def _read_native_lists(column: pl.Series, fact: FactWord, vocabulary: Vocabulary) -> Cells:
    """Lists of structs, whose fields are called by the words of the record."""
    encode, stored, bad = encoder(fact.word.type), [], []
    for place, cell in enumerate(column.to_list()):
        value: Stored = None
        try:
            if cell is not None:
                value = encode(_value_of(_node(cell, fact.word.type), fact, vocabulary))
        except BadInput as refused:
            bad.append(BadCells(pl.Series([place]), refused.problems[0]))
        except Unfit as unfit:
            bad.append(BadCells(pl.Series([place]), unfit.problem))
        stored.append(value)
    return Cells(pl.Series(stored, dtype=dtype_of(fact.word.type), strict=True), tuple(bad))


def _value_of(written: Node | str, fact: FactWord, vocabulary: Vocabulary) -> Value:
    """The value of `fact` in a node, read as in a subject. Raises `BadInput`."""
    node = Scalar(written, 1) if isinstance(written, str) else written
    problems: list[Problem] = []
    subject = subject_of(Reader("", problems), Mapping({fact.key: node}, 1, {fact.key: 1}), vocabulary)
    if problems:
        raise BadInput(problems)
    return subject.facts.get(fact.key)


def _nodes(text: str) -> Node:
    """JSON as nodes, numbers as they were written. Raises `BadInput`."""
    try:
        return _node(json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once), None)
    except (ValueError, RecursionError) as error:
        raise BadInput([mistakes.BAD_JSON.at(why=error)]) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:  # JSON holds anything
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is written twice")
    return found


def _node(value: Any, of: Type | None) -> Node:  # as above, and whatever Polars holds
    """A value of JSON or of a native column as a node."""
    match value:
        case None:
            return Scalar(UNKNOWN[1], 1)
        case bool():
            return Scalar("是" if value else "否", 1)
        case list():
            return Listing([_node(each, of) for each in value], 1) if value else Scalar(NOTHING[0], 1)
        case dict():
            types = {
                name: field.type for field in (of.record.fields if of and of.record else ()) for name in (field.zh, field.key)
            }
            return Mapping({key: _node(each, types.get(key)) for key, each in value.items()}, 1, dict.fromkeys(value, 1))
        case str():
            return Scalar(value, 1)
        case date():
            return Scalar(value.isoformat()[:10], 1)
        case _:
            return Scalar(f"{value}{of.unit if of and of.kind in (Kind.MONEY, Kind.DURATION) else ''}", 1)
