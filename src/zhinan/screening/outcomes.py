"""One scheme in columns: what its rows come out as, from one truth a condition and one amount a line.

A condition's truth is whether it does not bar: false is unmet, null unknown. Reasons are bits: bit n stands for the n-th
condition that can bar. They are put together eight at a time, because a narrow column is quicker than a wide one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_

import polars as pl

from zhinan.language.compile.polars import balanced
from zhinan.language.tree import Typed
from zhinan.policy.assess import LINE_FACT, Verdict
from zhinan.policy.resolve import NO_LINE, Resolved, ResolvedScheme, bar
from zhinan.screening import mistakes
from zhinan.values.problem import BadInput

VERDICT = pl.Enum([verdict.value for verdict in Verdict])
_WIDTHS = {8: pl.UInt8(), 16: pl.UInt16(), 32: pl.UInt32(), 64: pl.UInt64()}
#: Worse than any line: it is not one of those applied for.
_NOT_CHOSEN = 255
_LINES = 64


@dataclass(frozen=True)
class SchemeColumns:
    """The columns of one scheme, all beginning with `name`.

    `verdict` is an Enum, `amount` Int64 fen (null where nothing can be said, or nothing is due), `unmet` and `unknown`
    bits of `codes`, `line` the place of the best line in `resolved.lines`.
    """

    resolved: ResolvedScheme
    name: str

    def __post_init__(self) -> None:
        if len(self.bars) > max(_WIDTHS) or len(self.resolved.lines) > _LINES:
            raise BadInput([mistakes.SCHEME_TOO_LARGE.at(scheme=self.resolved.scheme.id, limit=max(_WIDTHS))])

    @cached_property
    def bars(self) -> tuple[tuple[Resolved, Typed], ...]:
        """The conditions that can bar, each with the tree that says whether it does not."""
        return tuple((each, tree) for each in self.resolved.conditions if (tree := bar(each)) is not None)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The ids of these conditions, bit by bit."""
        return tuple(getattr(each.item, "id") for each, _ in self.bars)

    @property
    def has_lines(self) -> bool:
        """Whether an applicant chooses one of several lines."""
        return self.resolved.lines != (NO_LINE,)

    def roots(self) -> Iterator[tuple[str, Typed]]:
        """The trees to compute, by the names `columns` will look for."""
        yield from ((self._truth(place), truth) for place, (_, truth) in enumerate(self.bars))
        yield from ((self._paid(line), amount) for line, amount in self._amounts())

    def amounts(self) -> Iterator[str]:
        """The names of those that are amounts."""
        return (self._paid(line) for line, _ in self._amounts())

    def _amounts(self) -> Iterator[tuple[str, Typed]]:
        return ((line, amount) for line, amount in self.resolved.amounts.items() if amount is not None)

    def _truth(self, place: int) -> str:
        return f"{self.name}?{place}"

    def _paid(self, line: str) -> str:
        return f"{self.name}¥{line}"

    # -- the columns -------------------------------------------------------------------------------

    def verdicts(self) -> list[pl.Expr]:
        """For each line whether all its conditions hold, by `{name}&{line}`: rests on `roots`."""
        return [
            balanced(and_, [pl.lit(True), *(pl.col(self._truth(place)) for place in self._places(line))]).alias(f"{self.name}&{line}")
            for line in self.resolved.lines
        ]
