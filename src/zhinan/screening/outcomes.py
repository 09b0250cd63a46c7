"""One scheme in columns: what its rows come out as, from one truth a condition and one amount a line.

A condition's truth is whether it does not bar: false is unmet, null unknown. Reasons are bits: bit n stands for the n-th
condition that can bar. They are put together eight at a time, because a narrow column is quicker than a wide one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import and_, or_

import polars as pl

from zhinan.language.compile.polars import balanced
from zhinan.language.tree import Typed
from zhinan.policy.assess import LINE_FACT, Verdict
from zhinan.policy.model import Condition
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
        return tuple((each, truth) for each in self.resolved.conditions if (truth := bar(each)) is not None)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The ids of these conditions, bit by bit."""
        return tuple(each.item.id for each, _ in self.bars if isinstance(each.item, Condition))

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

    # -- the columns, in three steps, each resting on the one before -----------------------------------

    def holding(self, *, line_known: bool) -> Iterator[pl.Expr]:
        """For each line, whether all its conditions hold, and the line applied for. Rests on `roots`."""
        for line in self.resolved.lines:
            truths = [pl.col(self._truth(place)) for place in self._places(line)]
            yield balanced(and_, [pl.lit(True), *truths]).alias(self._holds(line))
        if self.has_lines and line_known:
            yield self._chosen_line().alias(self._chosen)

    def best(self, *, line_known: bool) -> Iterator[pl.Expr]:
        """The best line and how good it is, where there are several. Rests on `holding`."""
        if self.has_lines:
            ranks = [self._rank(place, line_known=line_known) for place in range(len(self.resolved.lines))]
            yield pl.min_horizontal(ranks).alias(self._best)

    def outcome(self) -> Iterator[pl.Expr]:
        """What is said of each row. Rests on `best`."""
        if self.has_lines:
            yield (pl.col(self._best) % _LINES).alias(f"{self.name}.line")
        yield self._verdict().alias(f"{self.name}.verdict")
        yield pl.when(self._may_be_paid()).then(self._amount()).alias(f"{self.name}.amount")
        yield self._of_line(self._bits(pl.Expr.not_)).alias(f"{self.name}.unmet")
        yield self._of_line(self._bits(pl.Expr.is_null)).alias(f"{self.name}.unknown")

    def near(self, most: int, *, line_known: bool) -> Iterator[pl.Expr]:
        """Where at most `most` conditions are unmet on the line that is nearest: that line, and the conditions."""
        unmet = self._bits(pl.Expr.not_)
        counts = [self._counted(unmet, place, line_known=line_known) for place in range(len(self.resolved.lines))]
        nearest = pl.min_horizontal(counts)
        is_near = nearest.is_between(1, most) & (self._verdict() == Verdict.INELIGIBLE.value)
        place = pl.coalesce(pl.when(count == nearest).then(pl.lit(place, dtype=pl.UInt8)) for place, count in enumerate(counts))
        yield pl.when(is_near).then(place).alias(f"{self.name}.near_line")
        yield pl.when(is_near).then(unmet).alias(f"{self.name}.near_unmet")

    def bits_of(self, place: int) -> int:
        """The bits of the conditions of the line at `place`."""
        return sum(1 << bit for bit in self._places(self.resolved.lines[place]))

    # -- one line ----------------------------------------------------------------------------------

    @property
    def _best(self) -> str:
        return f"{self.name}*"

    @property
    def _chosen(self) -> str:
        return f"{self.name}#"

    def _holds(self, line: str) -> str:
        return f"{self.name}&{line}"

    def _places(self, line: str) -> list[int]:
        return [place for place, (each, _) in enumerate(self.bars) if each.holds_for(line)]

    def _rank(self, place: int, *, line_known: bool) -> pl.Expr:
        """The verdict on a line, and after it the place of the line: the smaller the better."""
        holds = pl.col(self._holds(self.resolved.lines[place]))
        eligible, undetermined, ineligible = (pl.lit(good * _LINES + place, dtype=pl.UInt8) for good in range(3))
        rank = pl.when(holds).then(eligible).when(holds.not_()).then(ineligible).otherwise(undetermined)
        return self._if_chosen(rank, place) if line_known else rank

    def _if_chosen(self, value: pl.Expr, place: int) -> pl.Expr:
        """`value` where the row applies for the line at `place`, or for none in particular."""
        chosen = pl.col(self._chosen)
        return pl.when(chosen.is_null() | (chosen == place)).then(value).otherwise(pl.lit(_NOT_CHOSEN, dtype=pl.UInt8))

    def _chosen_line(self) -> pl.Expr:
        """The place of the line applied for; null where none is named, or none of this scheme."""
        names = {
            name: place
            for place, line in enumerate(self.resolved.lines)
            for branch in self.resolved.scheme.branches if branch.id == line
            for name in (branch.id, branch.name.zh, branch.name.en)
        }  # fmt: skip
        own = f"{self.resolved.scheme.id}/"
        written = [
            [w for name, at in names.items() if at == place for w in (name, own + name)]
            for place in range(len(self.resolved.lines))
        ]
        word = pl.col(LINE_FACT)
        return pl.coalesce(pl.when(word.is_in(words)).then(pl.lit(place, dtype=pl.UInt8)) for place, words in enumerate(written))

    def _counted(self, unmet: pl.Expr, place: int, *, line_known: bool) -> pl.Expr:
        """How many conditions of a line are unmet."""
        count = (unmet & pl.lit(self.bits_of(place), dtype=self._width)).bitwise_count_ones().cast(pl.UInt8)
        return self._if_chosen(count, place) if self.has_lines and line_known else count

    # -- all lines ---------------------------------------------------------------------------------

    def _verdict(self) -> pl.Expr:
        eligible, undetermined, ineligible = (pl.lit(verdict.value, dtype=VERDICT) for verdict in Verdict)
        if self.has_lines:
            good = pl.col(self._best) // _LINES
            return pl.when(good == 0).then(eligible).when(good == 1).then(undetermined).otherwise(ineligible)
        holds = pl.col(self._holds(NO_LINE))
        return pl.when(holds).then(eligible).when(holds.not_()).then(ineligible).otherwise(undetermined)

    def _may_be_paid(self) -> pl.Expr:
        if self.has_lines:
            return pl.col(self._best) < 2 * _LINES
        return pl.col(self._holds(NO_LINE)).fill_null(value=True)

    def _amount(self) -> pl.Expr:
        amounts = dict(self._amounts())
        paid = [pl.col(self._paid(line)) if line in amounts else pl.lit(None, dtype=pl.Int64) for line in self.resolved.lines]
        if len(amounts) == len(paid) and len(frozenset(amounts.values())) == 1:
            return paid[0]
        return self._by_line(paid)

    def _of_line(self, bits: pl.Expr) -> pl.Expr:
        """Of all the bits those of the best line."""
        masks = [self.bits_of(place) for place in range(len(self.resolved.lines))]
        if all(mask == masks[0] for mask in masks):
            return bits
        return bits & self._by_line([pl.lit(mask, dtype=self._width) for mask in masks])

    def _by_line(self, values: list[pl.Expr]) -> pl.Expr:
        """The value of the best line."""
        if not self.has_lines:
            return values[0]
        line = pl.col(self._best) % _LINES
        return pl.coalesce(pl.when(line == place).then(value) for place, value in enumerate(values))

    @property
    def _width(self) -> pl.DataType:
        return next(width for bits, width in _WIDTHS.items() if len(self.bars) <= bits)

    def _bits(self, is_set: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
        truths = [pl.col(self._truth(place)) for place in range(len(self.bars))]
        eights = [truths[start : start + 8] for start in range(0, len(truths), 8)]
        parts = [
            _eight([is_set(truth) for truth in eight]).cast(self._width) * pl.lit(1 << 8 * place, dtype=self._width)
            for place, eight in enumerate(eights)
        ]
        return balanced(or_, parts or [pl.lit(0, dtype=self._width)])


def _eight(truths: list[pl.Expr]) -> pl.Expr:
    """At most eight truths as the bits of a byte; unknown is not set."""
    zero = pl.lit(0, dtype=pl.UInt8)
    bits = [pl.when(truth).then(pl.lit(1 << place, dtype=pl.UInt8)).otherwise(zero) for place, truth in enumerate(truths)]
    return balanced(or_, bits)
