"""The Polars expressions of `handwritten_polars`."""

from __future__ import annotations

from pathlib import Path

from benchmarks.engines import TABLE, Prepared
from benchmarks.handwritten_polars import Handwritten
from benchmarks.rules import Workload
from benchmarks.tables import KEY, load


def prepare(folder: Path, workload: Workload) -> Prepared:
    """The same columns that `zhinan` gets."""
    table = load(folder / TABLE, workload)
    program, facts = Handwritten(workload.facts), table.drop(KEY)
    return Prepared(
        lambda _: program.run(facts),
        lambda done: done.with_columns(table[KEY]),  # type: ignore[attr-defined]  # what `run` returns
    )
