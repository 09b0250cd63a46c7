"""The syntax tree: what was written, before anyone asks what the words mean. Spans never decide equality."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from zhinan.values.problem import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """`2000万元`, `30%`, `300人`, `0`: a number in its canonical unit (fen for money)."""

    value: Fraction
    unit: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """`是` or `否`."""

    value: bool
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Day:
    """`2026-02-28`."""

    value: date
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Quote:
    """`"D-YC01"`: text between quotes."""

    value: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """`申报单位.从业人数`, or a bare word."""

    parts: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`较小(甲, 乙)`."""

    function: str
    arguments: tuple[Syntax, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`非 甲` or `-甲`; `operator` is one of `非 -`."""

    operator: str
    operand: Syntax
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`甲 且 乙 且 丙`: two terms or more under one of `且 或`; a term is never of the same operator."""

    operator: str
    terms: tuple[Syntax, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`甲 < 乙`, `甲 + 乙`, `甲 包含 乙`: one of `= ≠ < ≤ > ≥ + - × ÷ 包含`."""

    operator: str
    left: Syntax
    right: Syntax
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Among:
    """`甲 属于 {乙, 丙}`: one of `属于 不属于 包含任一 包含全部`."""

    operator: str
    item: Syntax
    members: tuple[Syntax, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Syntax: TypeAlias = Number | Truth | Day | Quote | Name | Call | Unary | Logic | Binary | Among


def beneath(node: Syntax) -> tuple[Syntax, ...]:
    """The nodes directly beneath `node`, in the order they are written."""
    match node:
        case Call(_, several) | Logic(_, several):
            return several
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Among(_, item, members):
            return (item, *members)
        case _:
            return ()
