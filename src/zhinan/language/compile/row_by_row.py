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
    return _over_numbers(node, pl.Int128(), lambda number: held(round_to_fen(number)))


def interpreted_fraction(node: Typed, *, top: str, under: str) -> pl.Expr:
    """The value of a numeric `node` as a struct of numerator and denominator. Raises `OverflowError` beyond Int128."""
    dtype = pl.Struct({top: pl.Int128, under: pl.Int128})
    return _over_numbers(node, dtype, lambda number: {top: held(number.numerator), under: held(number.denominator)})


def _over_numbers(node: Typed, dtype: pl.DataType, stored: Callable[[Fraction], object]) -> pl.Expr:
    return _over_rows(node, dtype, lambda values: number_column(values, dtype, stored))


def number_column(values: list[Value], dtype: pl.DataType, stored: Callable[[Fraction], object]) -> pl.Series:
    """Numbers as a column of what `stored` makes of each; null where unknown."""
    each = [stored(Fraction(value)) if isinstance(value, int | Fraction) else None for value in values]
    return pl.Series(each, dtype=dtype)


def held(number: int) -> int:
    """The number, if it fits in 128 bits. Raises `OverflowError`."""
    if abs(number) >= _INT128:
        raise OverflowError(f"{number} does not fit in 128 bits")
    return number


def _over_rows(node: Typed, dtype: pl.DataType, column: Callable[[list[Value]], pl.Series]) -> pl.Expr:
    table = pl.struct(map(pl.col, tree.facts_of(node)))
    return table.map_batches(lambda rows: column(values_of(node, rows)), return_dtype=dtype, is_elementwise=True)


def values_of(node: Typed, rows: pl.Series) -> list[Value]:
    """The value of `node` for each row; `rows` are structs of the facts it reads."""
    run = compile_closure(node)
    types = {part.key: part.type for part in tree.walk(node) if isinstance(part, tree.Fact)}
    facts = {key: from_column(rows.struct.field(key), of) for key, of in types.items()}
    return [run(dict(zip(facts, row, strict=True)), {}) for row in zip(*facts.values(), strict=True)]
