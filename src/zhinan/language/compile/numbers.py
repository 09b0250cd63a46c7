"""Exact numbers as columns: whole numbers over a constant denominator, compared by multiplying out.

Every `Number` carries the bounds of its numerator, so it is known before a row is read whether 64 bits hold every
step; else 128 bits are taken, and where those do not suffice `CannotCompile` sends the part to the interpreter.
Polars' Int128 products, comparisons and floor divisions were checked against Python's integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import ceil, floor, gcd, lcm
from operator import mul

import polars as pl

_INT64, _INT128 = 2**63 - 1, 2**127 - 1


class CannotCompile(Exception):
    """This part has no exact columnar form; the interpreter computes it row by row."""


@dataclass(frozen=True, slots=True)
class Number:
    """`top / (under × over)` for each row: null where `top` is.

    `low ≤ top ≤ high`; `under` is a positive constant; `over`, where there is one, is a positive column of at most
    `over_high` (the divisor of a ÷), null where `top` is. `value` is set when the number is the same for every row.
    """

    top: pl.Expr
    low: int
    high: int
    under: int = 1
    over: pl.Expr | None = None
    over_high: int = 1
    value: Fraction | None = None

    @property
    def is_wide(self) -> bool:
        """Whether `top` is an Int128 column."""
        return _is_wide(self.low, self.high)


def constant(value: Fraction | int) -> Number:
    """The same number in every row."""
    value = Fraction(value)
    return Number(_literal(value.numerator), value.numerator, value.numerator, value.denominator, value=value)


def unknown() -> Number:
    """A number that is unknown in every row."""
    return Number(pl.lit(None, dtype=pl.Int64), 0, 0)


def add(left: Number, right: Number, *, sign: int = 1) -> Number:
    """`left + right`, or `left - right` with `sign=-1`."""
    left, right = _alike(left, right)
    low, high = sorted((sign * right.low, sign * right.high))
    low, high = left.low + low, left.high + high
    first, second = _as(left, low, high), _as(right, low, high)
    return Number(first + second if sign > 0 else first - second, low, high, left.under, left.over, left.over_high)


def multiply(left: Number, right: Number) -> Number:
    """`left × right`."""
    if left.value is not None:
        left, right = right, left
    common = gcd(right.low, left.under) if right.value is not None and right.value else 1
    if right.value is not None:
        factor, under = right.low // common, left.under // common * right.under
        return Number(*_times(left, factor), under, left.over, left.over_high)
    ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    low, high = min(ends), max(ends)
    over, over_high = _product(left, right)
    return Number(_as(left, low, high) * _as(right, low, high), low, high, left.under * right.under, over, over_high)


def divide(left: Number, right: Number) -> Number:
    """`left ÷ right`; null where `right` is zero."""
    if right.value is not None:
        return multiply(left, constant(1 / right.value))
    divisor = pl.when(right.top != 0).then(right.top)
    turned = Number(divisor.sign().cast(pl.Int64), -1, 1, 1, divisor.abs(), max(abs(right.low), abs(right.high), 1))
    if right.over is not None:
        turned = multiply(turned, Number(right.over, 1, right.over_high))
    return multiply(multiply(left, constant(right.under)), turned)


def compare(sign: str, left: Number, right: Number) -> pl.Expr:
    """`left sign right` for one of `= ≠ < ≤ > ≥`; null where either is."""
    if left.value is not None and right.value is None:
        left, right, sign = right, left, _MIRRORED[sign]
    if right.value is not None and left.over is None:
        return _compare_with(sign, left, right.value * left.under)
    try:
        left_top, right_top = _side_by_side(left, right)
    except CannotCompile:
        return compared(sign, _order_of_far(left, right), pl.lit(0, dtype=pl.Int8))
    return compared(sign, left_top, right_top)


def _side_by_side(left: Number, right: Number) -> tuple[pl.Expr, pl.Expr]:
    """The numerators over one denominator."""
    left, right = _alike(left, right)
    low, high = min(left.low, right.low), max(left.high, right.high)
    return _as(left, low, high), _as(right, low, high)


#: Up to here two products are compared although 128 bits do not hold them.
_FAR = 2**168


def _order_of_far(left: Number, right: Number) -> pl.Expr:
    """-1, 0 or 1 as `left` is less than, equal to or greater than `right`, where multiplying out takes up to 168 bits.

    Int128 products wrap around, so their difference is right modulo 2^128, and right altogether if it is less than
    2^127. Floats tell whether it is: three factors below 2^168 are multiplied to within 2^120. Where they are not
    further apart than 2^122, the wrapped difference is exact; where they are, the floats have the right order.
    """
    under = lcm(left.under, right.under)
    sides = [_factors(left, under // left.under, right), _factors(right, under // right.under, left)]
    (left_exact, left_about), (right_exact, right_about) = sides
    gap = left_about - right_about
    return pl.when(gap.abs() > 2.0**122).then(gap.sign().cast(pl.Int8)).otherwise((left_exact - right_exact).sign().cast(pl.Int8))


def _factors(number: Number, factor: int, other: Number) -> tuple[pl.Expr, pl.Expr]:
    """`number.top × factor × other.over`, wrapped around at 128 bits, and as a float."""
    largest = max(abs(number.low), abs(number.high), 1)
    if factor > _INT128 or largest * factor * other.over_high > _FAR:
        raise CannotCompile
    parts = [_as(number, -_INT128, _INT128), _literal(factor, wide=True), _over(other, wide=True)]
    exact, about = (reduce(mul, each) for each in (parts, [part.cast(pl.Float64) for part in parts]))
    return exact, about


def compared(sign: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """The comparison of two columns of one kind."""
    match sign:
        case "=":
            return left == right
        case "≠":
            return left != right
        case "<":
            return left < right
        case "≤":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def _compare_with(sign: str, number: Number, limit: Fraction) -> pl.Expr:
    """The whole numbers of `number.top` against one limit, which need not be whole."""
    if sign in "=≠" and (limit.denominator != 1 or not number.low <= limit <= number.high):
        return where_known(number.top, value=sign == "≠")
    whole = floor(limit) if sign in "≤>" else ceil(limit)
    if sign in "<≥" and not number.low < whole <= number.high:
        return where_known(number.top, value=(sign == "≥") == (whole <= number.low))
    if sign in "≤>" and not number.low <= whole < number.high:
        return where_known(number.top, value=(sign == ">") == (whole < number.low))
    return compared(sign, number.top, _literal(whole, wide=number.is_wide))


def where_known(column: pl.Expr, *, value: bool) -> pl.Expr:
    """`value` in every row in which `column` is known."""
    return pl.when(column.is_not_null()).then(pl.lit(value))


def choose(condition: pl.Expr, then: Number, otherwise: Number) -> Number:
    """`then` where the condition holds, `otherwise` where it does not, unknown where it is unknown."""
    then, otherwise = _shared_under(then, otherwise)
    low, high = min(then.low, otherwise.low), max(then.high, otherwise.high)
    top = either(condition, _as(then, low, high), _as(otherwise, low, high))
    if then.over is None and otherwise.over is None:
        return Number(top, low, high, then.under)
    over_high = max(then.over_high, otherwise.over_high)
    first, second = (_over(number, wide=over_high > _INT64) for number in (then, otherwise))
    return Number(top, low, high, then.under, either(condition, first, second), over_high)


def or_where(condition: pl.Expr, same: pl.Expr) -> pl.Expr:
    """The condition; where it is unknown, true if `same` is: then it makes no difference."""
    return pl.when(condition.is_not_null()).then(condition).when(same).then(pl.lit(True))


def either(condition: pl.Expr, then: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
    """`then` or `otherwise`, null where the condition is: Polars' own `otherwise` takes unknown for false."""
    return pl.when(condition).then(then).when(condition.not_()).then(otherwise)


def whole(number: Number) -> pl.Expr:
    """The number cut down to a whole one (`floor`), as Int64, or Int128 where that may be needed."""
    under = number.under
    if number.over is None:
        column = number.top if under == 1 else number.top // _literal(under, wide=number.is_wide or under > _INT64)
        return _narrowed(column, number.low // under, number.high // under)
    bound = max(abs(number.low), abs(number.high), number.over_high * under)
    divisor = _over(number, wide=bound > _INT64) * _literal(under, wide=bound > _INT64)
    return _narrowed(_as(number, -bound, bound) // divisor, number.low, number.high)


def as_fraction(number: Number, top: str, under: str) -> pl.Expr:
    """The number as a struct of two Int128 columns, null where it is unknown."""
    wide = number.under * number.over_high > _INT64
    if number.under * number.over_high > _INT128:
        raise CannotCompile
    below = _over(number, wide=wide) * _literal(number.under, wide=wide)
    both = pl.struct(number.top.cast(pl.Int128).alias(top), below.cast(pl.Int128).alias(under))
    return pl.when(number.top.is_not_null()).then(both)


def toward_zero(number: Number, factor: int, furthest: int) -> pl.Expr | int:
    """`number × factor` cut to a whole number of steps, none further than `furthest` from zero."""
    if number.value is not None:
        return max(-furthest, min(furthest, int(number.value * factor)))
    product = multiply(number, constant(factor))
    size = whole(Number(product.top.abs(), 0, max(abs(product.low), abs(product.high)), product.under))
    return product.top.sign().cast(pl.Int64) * size.clip(0, furthest).cast(pl.Int64)


def _narrowed(column: pl.Expr, low: int, high: int) -> pl.Expr:
    return column.cast(pl.Int128) if _is_wide(low, high) else column.cast(pl.Int64)


_MIRRORED = {"=": "=", "≠": "≠", "<": ">", ">": "<", "≤": "≥", "≥": "≤"}


def _is_wide(low: int, high: int) -> bool:
    largest = max(abs(low), abs(high))
    if largest > _INT128:
        raise CannotCompile
    return largest > _INT64


def _literal(value: int, *, wide: bool = False) -> pl.Expr:
    return pl.lit(value, dtype=pl.Int128 if wide or _is_wide(value, value) else pl.Int64)


def _as(number: Number, low: int, high: int) -> pl.Expr:
    """The numerator, in as many bits as `low` to `high` take."""
    if number.value is not None:
        return _literal(number.low, wide=_is_wide(low, high))
    return number.top.cast(pl.Int128) if _is_wide(low, high) and not number.is_wide else number.top


def _over(number: Number, *, wide: bool) -> pl.Expr:
    if number.over is None:
        return _literal(1, wide=wide)
    return number.over.cast(pl.Int128) if wide else number.over


def _times(number: Number, factor: int) -> tuple[pl.Expr, int, int]:
    low, high = sorted((number.low * factor, number.high * factor))
    if factor == 1:
        return number.top, low, high
    return _as(number, low, high) * _literal(factor, wide=_is_wide(low, high)), low, high


def _product(left: Number, right: Number) -> tuple[pl.Expr | None, int]:
    high = left.over_high * right.over_high
    if left.over is None or right.over is None:
        return (left.over if right.over is None else right.over), high
    wide = _is_wide(0, high)
    return _over(left, wide=wide) * _over(right, wide=wide), high


def _shared_under(left: Number, right: Number) -> tuple[Number, Number]:
    under = lcm(left.under, right.under)
    return _over_under(left, under), _over_under(right, under)


def _over_under(number: Number, under: int) -> Number:
    """The same number over a multiple of its denominator."""
    top, low, high = _times(number, under // number.under)
    if number.value is not None:
        top = _literal(low)
    return Number(top, low, high, under, number.over, number.over_high, number.value)


def _alike(left: Number, right: Number) -> tuple[Number, Number]:
    """Both over the same denominator, so that their numerators may be added and compared."""
    left, right = _shared_under(left, right)
    if left.over is None and right.over is None:
        return left, right
    over, over_high = _product(left, right)
    return _raised(left, right, over, over_high), _raised(right, left, over, over_high)


def _raised(number: Number, other: Number, over: pl.Expr | None, over_high: int) -> Number:
    if other.over is None:
        return Number(number.top, number.low, number.high, number.under, over, over_high)
    low, high = number.low * other.over_high, number.high * other.over_high
    low, high = min(low, number.low), max(high, number.high)
    top = _as(number, low, high) * _over(other, wide=_is_wide(low, high))
    return Number(top, low, high, number.under, over, over_high)
