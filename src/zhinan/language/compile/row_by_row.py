"""The way out: a part without a columnar form is computed by the interpreter, row by row, from the columns it reads."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import polars as pl

from zhinan.language import tree
from zhinan.language.compile.columns import dtype_of, from_column, to_column
from zhinan.language.evaluate import compile_closure
from zhinan.language.tree import Typed, Value
from zhinan.values.quantity import round_to_fen

_INT128 = 2**127


def interpreted(node: Typed) -> pl.Expr:
    """The value of `node`, of any kind but the numeric ones, as a column of its type."""
    return _over_rows(node, dtype_of(node.type), lambda values: to_column(values, node.type))


def interpreted_whole(node: Typed) -> pl.Expr:
    """The value of a numeric `node` cut down to a whole number, Int128. Raises `OverflowError` beyond that."""
    return _over_numbers(node, pl.Int128(), lambda number: _held(round_to_fen(number)))


def interpreted_fraction(node: Typed, *, top: str, under: str) -> pl.Expr:
    """The value of a numeric `node` as a struct of numerator and denominator. Raises `OverflowError` beyond Int128."""
    dtype = pl.Struct({top: pl.Int128, under: pl.Int128})
    return _over_numbers(node, dtype, lambda number: {top: _held(number.numerator), under: _held(number.denominator)})


def _over_numbers(node: Typed, dtype: pl.DataType, stored: Callable[[Fraction], object]) -> pl.Expr:
    def column(values: list[Value]) -> pl.Series:
        each = [stored(Fraction(value)) if isinstance(value, int | Fraction) else None for value in values]
        return pl.Series(each, dtype=dtype)

    return _over_rows(node, dtype, column)


def _held(number: int) -> int:
    if abs(number) >= _INT128:
        raise OverflowError(f"{number} does not fit in 128 bits")
    return number


def _over_rows(node: Typed, dtype: pl.DataType, column: Callable[[list[Value]], pl.Series]) -> pl.Expr:
    run = compile_closure(node)
    types = {part.key: part.type for part in tree.walk(node) if isinstance(part, tree.Fact)}

    def compute(table: pl.Series) -> pl.Series:
        facts = {key: from_column(table.struct.field(key), of) for key, of in types.items()}
        rows = (dict(zip(facts, row, strict=True)) for row in zip(*facts.values(), strict=True))
        return column([run(row, {}) for row in rows])

    return pl.struct(pl.col(key) for key in types).map_batches(compute, return_dtype=dtype, is_elementwise=True)
