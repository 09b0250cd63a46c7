"""DuckDB: one query over a table in memory. Its result streams into Arrow columns, the quickest way out it has."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.engines import NODES, TABLE, Prepared
from benchmarks.rules import Workload, screened_on_the_day
from benchmarks.translate_sql import Sql, create_table, create_types


def prepare(folder: Path, workload: Workload) -> Prepared:
    """Types and table are made before the clock starts; DuckDB keeps no order, so the key is an output."""
    small, nodes = screened_on_the_day(workload), json.loads((folder / NODES).read_text())
    connection = duckdb.connect()
    for statement in create_types(small, nodes):
        connection.execute(statement)
    connection.execute(create_table(small, str(folder / TABLE)))
    query = Sql(small, nodes).query()
    return Prepared(lambda _: pl.DataFrame(connection.sql(query)), lambda done: done)  # type: ignore[arg-type, return-value]  # it streams Arrow
