"""The engines of bench_screen, each made ready in a module of its own so that a process loads no more than its engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.rules import Workload

#: What bench_screen leaves in the folder it shares with its engines.
TABLE, LISTS, FILLED_LISTS, NODES = "register.parquet", "lists.parquet", "filled_lists.parquet", "nodes.json"


@dataclass(frozen=True, slots=True)
class Prepared:
    """`work` is timed; `fresh` is called before it, untimed, and its result handed over; `as_table` turns what came out
    into a table with the key, after the clock has stopped."""

    work: Callable[[object], object]
    as_table: Callable[[object], pl.DataFrame]
    fresh: Callable[[], object] = lambda: None


#: Name → module and function that prepare it from the folder.
ENGINES: Mapping[str, tuple[str, str]] = {
    "zhinan": ("ours", "whole"),
    "polars by hand": ("by_hand", "prepare"),
    "duckdb": ("duckdb_sql", "prepare"),
    "zhinan, lists given": ("ours", "given_lists"),
    "openfisca, lists given, missing emulated": ("fisca", "missing_emulated"),
    "zhinan, lists given, nothing missing": ("ours", "nothing_missing"),
    "openfisca, lists given, nothing missing": ("fisca", "nothing_missing"),
}
Prepare = Callable[[Path, Workload], Prepared]
