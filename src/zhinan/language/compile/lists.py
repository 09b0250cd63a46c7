"""Functions over a list of records, for all rows at once: the condition runs over the elements of every list together.

Each element is weighed 1 when it surely counts, 0 when it does not and `_MAYBE` when that is unknown; the sum of a
list then says at once how many are sure and how many may be. A condition is an expression of `pl.element()`, or the
one value it has for every record.
"""

from __future__ import annotations

from typing import TypeAlias

import polars as pl

from zhinan.language.compile.numbers import CannotCompile, Number, compare, multiply
from zhinan.language.evaluate import MAX_RECORDS

Where: TypeAlias = "pl.Expr | bool | None"

#: More than any list is long, so that the two numbers in a sum cannot run into each other.
_MAYBE = 2**32


def tally(records: pl.Expr, where: Where) -> tuple[pl.Expr, pl.Expr]:
    """How many records surely meet `where`, and how many may; null where the list is unknown."""
    if not isinstance(where, pl.Expr):
        every = records.list.len().cast(pl.Int64)
        return (every if where else every * 0), (every * 0 if where is False else every)
    weight = pl.when(where).then(pl.lit(1, dtype=pl.Int64)).when(where.not_()).then(0).otherwise(_MAYBE)
    both = records.list.eval(weight).list.sum()
    sure = both % _MAYBE
    return sure, sure + both // _MAYBE


def negated(where: Where) -> Where:
    """The opposite condition."""
    return where.not_() if isinstance(where, pl.Expr) else None if where is None else not where


def exists(records: pl.Expr, where: Where) -> pl.Expr:
    """True when one surely does; false when none may; else unknown."""
    sure, most = tally(records, where)
    return pl.when(sure > 0).then(pl.lit(True)).when(most == 0).then(pl.lit(False))


def count(records: pl.Expr, where: Where) -> Number:
    """How many do, where that is sure."""
    sure, most = tally(records, where)
    return Number(pl.when(sure == most).then(sure), 0, MAX_RECORDS)


def count_is(sign: str, records: pl.Expr, where: Where, limit: Number) -> pl.Expr:
    """The comparison of the count with `limit`, where it comes out the same however the unknown records fall."""
    sure, most = (Number(end, 0, MAX_RECORDS) for end in tally(records, where))
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


def total(records: pl.Expr, where: Where, value: Number) -> Number:
    """The values of the records that meet `where` added up; unknown when one that counts, or whether it counts, is."""
    if value.value is not None:
        return multiply(count(records, where), value)
    if value.over is not None or where is None:
        raise CannotCompile
    added = Number(value.top, min(value.low, 0) * MAX_RECORDS, max(value.high, 0) * MAX_RECORDS, value.under)
    dtype = pl.Int128 if added.is_wide else pl.Int64
    top = value.top.cast(dtype)
    if isinstance(where, pl.Expr):
        top = pl.when(where).then(top).when(where.not_()).then(pl.lit(0, dtype=dtype))
    elif where is False:
        top = top.is_null().cast(dtype) * 0
    amounts = records.list.eval(top)
    some_unknown = amounts.list.eval(pl.element().is_null()).list.any()
    return Number(pl.when(some_unknown.not_()).then(amounts.list.sum()), added.low, added.high, added.under)
