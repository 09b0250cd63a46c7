"""What came out of a screening: compact columns for counting, and a table for people."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from zhinan.screening.columns import Register
from zhinan.screening.outcomes import SchemeColumns

#: Between the ids of several conditions in one cell.
SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class Screened:
    """The verdicts on a register, row by row in its order. `outcomes` holds the columns that `SchemeColumns` describes."""

    register: Register
    schemes: tuple[SchemeColumns, ...]
    outcomes: pl.DataFrame

    def as_table(self) -> pl.DataFrame:
        """A table to read: where the row stood (`row`), its labels, and for each scheme `ID.verdict`, `ID.line`,
        `ID.amount` in yuan, the ids of the unmet and the unknown conditions, and the gaps of near misses."""
        columns = [self.register.lines.alias(self._free("row")), *self.register.labels.get_columns()]
        for scheme in self.schemes:
            columns += self._of_scheme(scheme)
        return pl.DataFrame(columns)

    def counts(self) -> dict[str, dict[str, int]]:
        """For each scheme how many rows have each verdict."""
        counted = {}
        for scheme in self.schemes:
            found = self.outcomes[f"{scheme.name}.verdict"].value_counts()
            counted[scheme.name] = dict(found.iter_rows())
        return counted

    def _free(self, name: str) -> str:
        while name in self.register.labels.columns:
            name += "_"
        return name

    def _of_scheme(self, scheme: SchemeColumns) -> list[pl.Series]:
        def column(of: str) -> pl.Series:
            return self.outcomes[f"{scheme.name}.{of}"]

        lines = pl.Series(scheme.resolved.lines, dtype=pl.Enum(scheme.resolved.lines))
        line = [lines.gather(column("line").cast(pl.UInt32)).alias(f"{scheme.name}.line")] if scheme.has_lines else []
        near = [column("near")] if f"{scheme.name}.near" in self.outcomes.columns else []
        reasons = [ids_of(column(of), scheme.codes) for of in ("unmet", "unknown")]
        return [column("verdict"), *line, in_yuan(column("amount")), *reasons, *near]


def in_yuan(fen: pl.Series) -> pl.Series:
    """Whole fen as yuan with two decimals, exactly."""
    return fen.cast(pl.Decimal(38, 2)) / 100


def ids_of(bits: pl.Series, codes: tuple[str, ...]) -> pl.Series:
    """The ids that each row's bits stand for, `;` between them; empty for none. Each different mask is spelt out once."""
    masks = bits.unique()
    texts = [SEPARATOR.join(code for bit, code in enumerate(codes) if mask >> bit & 1) for mask in masks]
    spelt = pl.Series(texts, dtype=pl.Enum(texts))
    if bits.dtype in (pl.UInt8, pl.UInt16):  # few enough to stand in a table, which is quicker than to look them up
        places = pl.Series([0], dtype=pl.UInt32).new_from_index(0, 1 << 16)
        places = places.scatter(masks.cast(pl.UInt32), range(masks.len()))
        return spelt.gather(places.gather(bits.cast(pl.UInt32))).alias(bits.name)
    return bits.replace_strict(masks, spelt)
