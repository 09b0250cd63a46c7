"""A register of made-up organisations, with the columns `language.compile.columns` asks for and a key.

Every row starts from a worked case that is eligible somewhere; how complete and how good it is depends on the row, as
in a real register: two in five are nearly whole, one in five is poor. One cell in ten is missing. Amounts are then
spread over the whole range to the fen, and one row in eight is put exactly on a boundary, or one fen beside it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.rules import Workload
from benchmarks.subjects import SubjectMaker
from zhinan.language.compile.columns import dtype_of, from_column, to_column
from zhinan.language.tree import Value
from zhinan.language.types import Kind

KEY = "key"
#: How many random values of each fact are made, beside those of the worked cases.
RANDOM_VALUES = 400
#: Rows by quality: their share, how many cells are missing, how many of the others are as in the case.
QUALITIES = ((0.4, 0.01, 0.998), (0.4, 0.08, 0.93), (0.2, 0.32, 0.75))

TOTAL, GRANT, OWN = "project.total_rnd_investment", "project.requested_grant", "project.self_raised"
BUDGET, MATCHING, PARTNERS = "project.total_budget", "project.matching_secured", "project.to_domestic_partners"
REVENUE = "applicant.revenue_last_year"


def make_table(workload: Workload, rows: int, *, seed: int = 7) -> pl.DataFrame:
    """The table; the same for the same seed."""
    dice = np.random.default_rng(seed)
    maker = SubjectMaker(workload, seed=seed)
    good = [case.facts for case in maker.cases if any(each.verdict == "eligible" for each in case.expect.values())]
    quality = dice.choice(len(QUALITIES), size=rows, p=[share for share, _, _ in QUALITIES])
    missing, faithful = (np.array([each[at] for each in QUALITIES])[quality] for at in (1, 2))
    base = dice.integers(len(good), size=rows)
    columns = {KEY: pl.Series(dice.permutation(rows), dtype=pl.Int64)}
    for key, of in workload.facts.items():
        known = [case[key] for case in good if key in case] or maker.seen.get(key) or [maker.value(key)]
        own = [case.get(key, known[at % len(known)]) for at, case in enumerate(good)]
        pool = to_column([*own, *(maker.value(key) for _ in range(RANDOM_VALUES))], of, key)
        at = np.where(dice.random(rows) < faithful, base, len(good) + dice.integers(RANDOM_VALUES, size=rows))
        columns[key] = pool.gather(at)
    table = _with_ties(pl.DataFrame(columns), dice)
    gone = {key: pl.Series(dice.random(rows) < missing) for key in workload.facts}
    return table.with_columns(pl.when(~pl.lit(absent)).then(pl.col(key)).alias(key) for key, absent in gone.items())


def _with_ties(table: pl.DataFrame, dice: np.random.Generator) -> pl.DataFrame:
    """Amounts to the fen; in some rows exactly at, one fen under or one fen over what a rule compares them with."""
    rows = table.height
    spread = pl.Series(dice.random(rows) < 0.5)
    amount = pl.Series(dice.integers(10_000_00, 15_000_000_00, size=rows))
    nudge = pl.Series(dice.choice([-1, 0, 0, 1], size=rows))
    tie = pl.Series(dice.integers(16, size=rows))
    total = pl.when(spread).then(amount).otherwise(pl.col(TOTAL)).alias(TOTAL)
    table = table.with_columns(total).with_columns(
        pl.when(spread).then(pl.col(TOTAL) * 3 // 10 + nudge).otherwise(pl.col(GRANT)).alias(GRANT)
    )
    least = pl.col(TOTAL) - pl.min_horizontal(pl.col(GRANT), pl.col(TOTAL) * 3 // 10)
    planted = {
        OWN: (tie < 6, pl.when(pl.lit(tie) < 3).then(least).otherwise(pl.col(BUDGET)) + nudge),
        MATCHING: (spread, pl.col(BUDGET) - pl.col(GRANT) + nudge),
        PARTNERS: (tie < 4, pl.col(GRANT) * 2 // 5 + nudge),
        REVENUE: (tie == 7, pl.lit(pl.Series(dice.choice([20_000_000_00, 10_000_000_00], size=rows))) + nudge),
    }
    return table.with_columns(
        pl.when(pl.lit(where)).then(value.clip(lower_bound=0)).otherwise(pl.col(key)).alias(key)
        for key, (where, value) in planted.items()
    )


def filled(table: pl.DataFrame, workload: Workload) -> pl.DataFrame:
    """The table with nothing missing, as an engine without missing values sees it: 0, no, a first member.

    A list with a gap in one of its records becomes an empty one.
    """
    fills: dict[Kind, Callable[[str], pl.Expr]] = {
        Kind.BOOL: lambda key: pl.col(key).fill_null(value=False),
        Kind.DATE: lambda key: pl.col(key).fill_null(pl.date(1970, 1, 1)),
        Kind.REGION: lambda key: pl.col(key).fill_null(0),
        Kind.TREE: lambda key: pl.col(key).fill_null("none"),
        Kind.TEXT: lambda key: pl.col(key).fill_null(""),
    }
    done = []
    for key, of in workload.facts.items():
        if of.kind is Kind.CHOICE and of.choice:
            done.append(pl.col(key).fill_null(of.choice.members[0].key))
        elif of.kind is Kind.RECORDS and of.record:
            gaps = pl.any_horizontal(pl.element().struct.field(each.key).is_null() for each in of.record.fields)
            whole = pl.col(key).list.eval(gaps).list.any().not_()
            done.append(pl.when(whole).then(pl.col(key)).otherwise(pl.lit([], dtype=dtype_of(of))))
        else:
            done.append(fills.get(of.kind, lambda key: pl.col(key).fill_null(0))(key))
    return table.with_columns(done)


def facts_at(table: pl.DataFrame, workload: Workload, rows: list[int]) -> list[dict[str, Value]]:
    """The facts of some rows, as the interpreter takes them."""
    few = table[rows]
    columns = {key: from_column(few[key], of) for key, of in workload.facts.items()}
    return [
        {key: value for key, value in zip(columns, row, strict=True) if value is not None}
        for row in zip(*columns.values(), strict=True)
    ]


def sample_rows(rows: int, count: int, *, seed: int = 11) -> list[int]:
    """Which rows are compared with the interpreter."""
    return random.Random(seed).sample(range(rows), min(rows, count))


def save(table: pl.DataFrame, path: Path, workload: Workload) -> None:
    """To a file every engine's own process reads; tree nodes as plain text."""
    trees = [key for key, of in workload.facts.items() if of.kind is Kind.TREE]
    table.with_columns(pl.col(trees).cast(pl.String)).write_parquet(path, compression="zstd", compression_level=1)


def load(path: Path, workload: Workload) -> pl.DataFrame:
    """From that file, with the types of the columns put back."""
    table = pl.read_parquet(path)
    return table.with_columns(
        pl.col(key).cast(dtype_of(of)) for key, of in workload.facts.items() if table.schema[key] != dtype_of(of)
    )
