"""Functions over a list of records, for all rows at once: the condition runs over the elements of every list together.

Each element is weighed 1 when it surely counts, 0 when it does not and `_MAYBE` when that is unknown; the sum of a
list then says at once how many are sure and how many may be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from zhinan.language.compile.numbers import CannotCompile, Number, compare, multiply
from zhinan.language.evaluate import MAX_RECORDS

#: A condition over the elements, or the one value it has for every element.
Where: TypeAlias = "pl.Expr | bool | None"

#: More than any list is long, so that the two numbers in a sum cannot run into each other.
_MAYBE = 2**32
_SURE = _MAYBE - 1
_LIST = "·list"


@dataclass(frozen=True, slots=True)
class Elements:
    """The records of each row's list, and the facts of the row that are looked at beside them.

    `keep` puts what is used several times into a column of its own.
    """

    records: pl.Expr
    facts: tuple[str, ...]
    keep: Callable[[pl.Expr], pl.Expr]

    def field(self, key: str) -> pl.Expr:
        """A field of the record at hand."""
        return (pl.col(_LIST) if self.facts else pl.element()).struct.field(key)

    def added(self, each: pl.Expr, dtype: pl.DataType) -> pl.Expr:
        """What `each` is for the elements of a list, added up: null where one is null, or the list is unknown."""
        if self.facts:
            return self._spread_out(each, dtype)
        values = self.keep(self.records.list.eval(each))
        some_unknown = values.list.eval(pl.element().is_null()).list.any()
        known = values.list.eval(pl.element().fill_null(0))  # a sum over nulls is right, and forty times slower
        return pl.when(some_unknown.not_()).then(known.list.sum())

    def weighed(self, weight: pl.Expr) -> pl.Expr:
        """As `added`, for weights that are never null."""
        return self._spread_out(weight, pl.Int64()) if self.facts else self.records.list.eval(weight).list.sum()

    def _spread_out(self, each: pl.Expr, dtype: pl.DataType) -> pl.Expr:
        table = pl.struct(self.records.alias(_LIST), *map(pl.col, self.facts))
        return table.map_batches(lambda rows: added_up(rows, each, dtype), return_dtype=dtype, is_elementwise=True)


def added_up(rows: pl.Series, each: pl.Expr, dtype: pl.DataType) -> pl.Series:
    """What `Elements.added` is, by spreading the lists out: one line an element, beside it the facts of its row.

    `rows` are structs of the list and those facts.
    """
    table = rows.struct.unnest()
    lists = table[_LIST]
    lengths = lists.list.len().cast(pl.Int64)
    amounts = table.explode(_LIST, empty_as_null=False, keep_nulls=False).select(each.cast(dtype)).to_series()
    sums = _per_list(amounts.fill_null(0), lengths)
    unknown = lists.is_null()
    if amounts.null_count():
        unknown |= _per_list(amounts.is_null().cast(pl.Int64), lengths) > 0
    return sums.set(unknown, None)


def _per_list(amounts: pl.Series, lengths: pl.Series) -> pl.Series:
    """The sums of the amounts that belong to each list."""
    up_to = pl.concat([pl.Series([0], dtype=amounts.dtype), amounts.cum_sum().alias("")])
    ends = lengths.fill_null(0).cum_sum()
    return up_to.gather(ends) - up_to.gather(ends.shift(1, fill_value=0))


def negated(where: Where) -> Where:
    """The opposite condition."""
    return where.not_() if isinstance(where, pl.Expr) else None if where is None else not where


def tally(elements: Elements, where: Where) -> tuple[pl.Expr, pl.Expr]:
    """How many records surely meet `where`, and how many may; null where the list is unknown."""
    if not isinstance(where, pl.Expr):
        every = elements.records.list.len().cast(pl.Int64)
        return (every if where else every * 0), (every * 0 if where is False else every)
    both = weights(elements, where)
    sure = both & _SURE
    return sure, sure + both // _MAYBE


def weights(elements: Elements, where: pl.Expr) -> pl.Expr:
    """How many records surely meet `where`, and `_MAYBE` for each that may."""
    return elements.keep(elements.weighed(where.cast(pl.Int64).fill_null(_MAYBE)))


def exists(elements: Elements, where: Where) -> pl.Expr:
    """True when one surely does; false when none may; else unknown."""
    if isinstance(where, pl.Expr):
        both = weights(elements, where)
        return pl.when((both & _SURE) > 0).then(pl.lit(True)).when(both == 0).then(pl.lit(False))
    is_empty = elements.records.list.len() == 0
    never = pl.when(is_empty.is_not_null()).then(pl.lit(False))
    return is_empty.not_() if where else never if where is False else pl.when(is_empty).then(pl.lit(False))


def count(elements: Elements, where: Where) -> Number:
    """How many do, where that is sure."""
    sure, most = tally(elements, where)
    return Number(pl.when(sure == most).then(sure), 0, MAX_RECORDS)


def count_is(sign: str, elements: Elements, where: Where, limit: Number) -> pl.Expr:
    """The comparison of the count with `limit`, where it comes out the same however the unknown records fall."""
    sure, most = (Number(end, 0, MAX_RECORDS) for end in tally(elements, where))
    if sign in "=≠":
        equal = _equals(sure, most, limit)
        return equal if sign == "=" else equal.not_()
    least, last = compare(sign, sure, limit), compare(sign, most, limit)
    return pl.when(least == last).then(least)


def _equals(sure: Number, most: Number, limit: Number) -> pl.Expr:
    if limit.value is None and (limit.over is not None or limit.under != 1):
        raise CannotCompile  # whether the limit is whole then differs from row to row
    if limit.value is not None and limit.value.denominator != 1:
        return pl.when(sure.top.is_not_null()).then(pl.lit(False))
    outside = compare(">", sure, limit) | compare("<", most, limit)
    is_sure = compare("=", sure, most)
    return pl.when(outside).then(pl.lit(False)).when(outside.not_() & is_sure).then(pl.lit(True))


def total(elements: Elements, where: Where, value: Number) -> Number:
    """The values of the records that meet `where` added up; unknown when one that counts, or whether it counts, is."""
    if value.value is not None:
        return multiply(count(elements, where), value)
    if value.over is not None or where is None:
        raise CannotCompile
    added = Number(value.top, min(value.low, 0) * MAX_RECORDS, max(value.high, 0) * MAX_RECORDS, value.under)
    dtype = pl.Int128() if added.is_wide else pl.Int64()
    top, zero = value.top.cast(dtype), pl.lit(0, dtype=dtype)
    if isinstance(where, pl.Expr):
        top = pl.when(where).then(top).when(where.not_()).then(zero)
    elif not where:
        top = pl.when(top.is_null()).then(zero).otherwise(zero)
    return Number(elements.added(top, dtype), added.low, added.high, added.under)
