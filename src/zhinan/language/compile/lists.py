"""Functions over a list of records, for all rows at once: the condition runs over the elements of every list together.

Each element is weighed 1 when it surely counts, 0 when it does not and `_MAYBE` when that is unknown; the sum of a
list then says at once how many are sure and how many may be.
"""

from __future__ import annotations

import polars as pl

from zhinan.language.compile.numbers import CannotCompile, Number, compared, constant
from zhinan.language.evaluate import MAX_RECORDS

#: More than any list is long, so that the two numbers in a sum cannot run into each other.
_MAYBE = 2**32


def tally(records: pl.Expr, where: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """How many records surely meet `where` (an expression of `pl.element()`), and how many may. Unknown lists are null."""
    weight = pl.when(where).then(1).when(where.not_()).then(0).otherwise(_MAYBE).cast(pl.Int64)
    both = records.list.eval(weight).list.sum()
    sure = both % _MAYBE
    return sure, sure + both // _MAYBE


def exists(records: pl.Expr, where: pl.Expr) -> pl.Expr:
    """True when one surely does; false when none may; else unknown."""
    sure, most = tally(records, where)
    return pl.when(sure > 0).then(pl.lit(True)).when(most == 0).then(pl.lit(False))


def count(records: pl.Expr, where: pl.Expr) -> Number:
    """How many do, where that is sure."""
    sure, most = tally(records, where)
    return Number(pl.when(sure == most).then(sure), 0, MAX_RECORDS)


def count_is(sign: str, records: pl.Expr, where: pl.Expr, limit: Number) -> pl.Expr:
    """The comparison of the count with `limit`, where it comes out the same however the unknown records fall."""
    if limit.over is not None or (limit.under != 1 and limit.value is None):
        raise CannotCompile
    sure, most = tally(records, where)
    if sign in "=≠":
        equal = _equals(sure, most, limit)
        return equal if sign == "=" else equal.not_()
    least, last = (_against(sign, end, limit) for end in (sure, most))
    return pl.when(least == last).then(least)


def _equals(sure: pl.Expr, most: pl.Expr, limit: Number) -> pl.Expr:
    if limit.value is not None and limit.value.denominator != 1:
        return pl.when(sure.is_not_null()).then(pl.lit(False))
    outside = (limit.top < sure) | (limit.top > most)
    return pl.when(outside).then(pl.lit(False)).when((sure == most) & outside.not_()).then(pl.lit(True))


def _against(sign: str, end: pl.Expr, limit: Number) -> pl.Expr:
    from zhinan.language.compile.numbers import compare

    return compare(sign, Number(end, 0, MAX_RECORDS), limit)


def total(records: pl.Expr, where: pl.Expr, value: Number) -> Number:
    """The values of the records that meet `where` added up; unknown when one that counts, or whether it counts, is."""
    if value.over is not None:
        raise CannotCompile
    low, high = min(value.low, 0) * MAX_RECORDS, max(value.high, 0) * MAX_RECORDS
    added = Number(value.top, low, high, value.under)
    top = value.top.cast(pl.Int128) if added.is_wide and not value.is_wide else value.top
    counted = pl.when(where).then(top).when(where.not_()).then(top * 0)
    return added
