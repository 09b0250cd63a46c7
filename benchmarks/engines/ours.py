"""`zhinan.screening` as the command uses it: packs loaded beforehand, trees compiled anew for each run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from benchmarks.engines import FILLED_LISTS, LISTS, TABLE, Prepared
from benchmarks.rules import DAY, PACK, PARAMETERS, Workload
from benchmarks.tables import KEY, filled, load
from benchmarks.without_lists import without_lists
from zhinan.policy.load import load_pack
from zhinan.screening.columns import Register
from zhinan.screening.screen import Screening


def whole(folder: Path, workload: Workload) -> Prepared:
    """Everything, from the facts alone."""
    table = load(folder / TABLE, workload)
    return _prepared(table.drop(KEY), table[KEY])


def given_lists(folder: Path, workload: Workload) -> Prepared:
    """The truths about lists handed over as columns, as OpenFisca must have them."""
    return _given(load(folder / TABLE, workload), folder / LISTS, workload)


def nothing_missing(folder: Path, workload: Workload) -> Prepared:
    """The same with nothing missing."""
    return _given(filled(load(folder / TABLE, workload), workload), folder / FILLED_LISTS, workload)


def _given(table: pl.DataFrame, lists: Path, workload: Workload) -> Prepared:
    scalar = table.select(key for key, dtype in table.schema.items() if key != KEY and not isinstance(dtype, pl.List))
    facts = scalar.hstack(pl.read_parquet(lists).get_columns())
    return _prepared(facts, table[KEY], adapt=lambda screening: without_lists(screening, workload))


def _prepared(facts: pl.DataFrame, key: pl.Series, *, adapt: Callable[[Screening], object] = lambda screening: None) -> Prepared:
    screening = Screening([load_pack(PACK)], on=DAY, parameters=PARAMETERS)
    adapt(screening)
    register = Register("", facts, pl.DataFrame(), pl.Series(range(facts.height)))
    return Prepared(
        lambda _: screening.run(register),
        lambda done: done.outcomes.with_columns(key),  # type: ignore[attr-defined]  # what `run` returns
    )
