"""A whole register against whole packs: for every row and scheme the verdict, the amount and the reasons.

It decides by the same trees as the assessment of one subject (`policy.resolve`), in columns; what the two say is the
same, row by row.

    screening = Screening([load_pack("yinchuan-2026")], on=date(2026, 3, 1))
    register = read_register(read_table(path), base_vocabulary(), needed=screening.reads)
    write_table(screening.run(register).as_table(), out)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

import polars as pl

from zhinan.language import tree
from zhinan.language.check import APPLICATION_DAY
from zhinan.language.compile.polars import Program, compile_columns
from zhinan.language.tree import Value
from zhinan.policy.assess import LINE_FACT, PARAMETER
from zhinan.policy.model import Pack
from zhinan.policy.resolve import resolve_packs
from zhinan.screening.columns import Progress, Register
from zhinan.screening.near import NearMisses
from zhinan.screening.outcomes import SchemeColumns
from zhinan.screening.result import Screened

#: Rows are judged so many at a time, which bounds the memory the intermediate columns take.
ROWS_AT_ONCE = 262_144


class Screening:
    """Packs made ready to judge registers, in the chosen readings and with parameters set.

    `schemes` limits it to some; with `near`, rows that are ineligible by at most so many conditions are told how far
    off they are. Raises `BadInput` for an unknown reading or parameter.
    """

    def __init__(
        self, packs: Iterable[Pack], *, on: date, readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, Value] | None = None, schemes: Iterable[str] = (), near: int = 0,
    ) -> None:  # fmt: skip
        self.packs = list(packs)
        resolved = resolve_packs(self.packs, readings=readings, parameters=parameters, schemes=schemes)
        ids = [each.scheme.id for each in resolved]
        self.schemes = tuple(
            SchemeColumns(each, each.scheme.id if ids.count(each.scheme.id) == 1 else f"{each.pack.id}/{each.scheme.id}")
            for each in resolved
        )
        self.on = on
        self.near = near

    @property
    def reads(self) -> frozenset[str]:
        """The keys of all facts that can make a difference."""
        keys = {key for scheme in self.schemes for _, root in scheme.roots() for key in tree.facts_of(root)}
        line = {LINE_FACT} if any(scheme.has_lines for scheme in self.schemes) else set()
        own = {key for key in keys if key == APPLICATION_DAY.key or key.startswith(PARAMETER)}
        return frozenset((keys - own) | line)

    def run(self, register: Register, *, progress: Progress | None = None, rows_at_once: int = ROWS_AT_ONCE) -> Screened:
        """The verdicts of all rows, in their order. `progress` is told how far it is."""
        program = self.compiled(register.facts.columns)
        near = NearMisses(self.packs, self.schemes, on=self.on) if self.near else None
        done: list[pl.DataFrame] = []
        for start in range(0, max(register.height, 1), rows_at_once):
            rows = register.part(start, rows_at_once)
            judged = self.judged(program, rows)
            done.append(near.told(judged, rows) if near else judged)
            if progress:
                progress(min(start + rows_at_once, register.height), register.height)
        return Screened(register, self.schemes, pl.concat(done))

    def compiled(self, present: Iterable[str]) -> Program:
        """The program for a register with these columns."""
        return compile_columns(
            {name: root for scheme in self.schemes for name, root in scheme.roots()},
            present=frozenset(present), known={APPLICATION_DAY.key: self.on},
            whole=frozenset(name for scheme in self.schemes for name in scheme.amounts()),
        )  # fmt: skip

    def judged(self, program: Program, rows: pl.DataFrame) -> pl.DataFrame:
        line_known = LINE_FACT in rows.columns
        frame = program.prepare(rows.lazy()).with_columns(result.alias(name) for name, result in program.results.items())
        frame = frame.with_columns(self.every(lambda scheme: scheme.holding(line_known=line_known)))
        frame = frame.with_columns(self.every(lambda scheme: scheme.best(line_known=line_known)))
        outcome = list(self.every(SchemeColumns.outcome))
        if self.near:
            outcome += self.every(lambda scheme: scheme.near(self.near, line_known=line_known))
        return frame.select(outcome).collect(optimizations=pl.QueryOptFlags(comm_subexpr_elim=False))

    def every(self, columns: Callable[[SchemeColumns], Iterator[pl.Expr]]) -> Iterator[pl.Expr]:
        return (column for scheme in self.schemes for column in columns(scheme))


def screen(  # noqa: PLR0913  # everything a run may be given, by name
    register: Register, packs: Iterable[Pack], *, on: date, readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, Value] | None = None, schemes: Iterable[str] = (), near: int = 0,
    progress: Progress | None = None,
) -> Screened:  # fmt: skip
    """The verdicts of all rows; see `Screening`."""
    screening = Screening(packs, on=on, readings=readings, parameters=parameters, schemes=schemes, near=near)
    return screening.run(register, progress=progress)
