"""OpenFisca-Core. It remembers what it has computed, so every run has a simulation of its own, made before the clock starts."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from benchmarks import translate_openfisca, translate_openfisca_three
from benchmarks.engines import FILLED_LISTS, LISTS, NODES, TABLE, Prepared
from benchmarks.rules import Workload, screened_on_the_day
from benchmarks.tables import KEY, filled, load


def nothing_missing(folder: Path, workload: Workload) -> Prepared:
    """As OpenFisca is; the truths about lists handed over."""
    small, table = screened_on_the_day(workload), load(folder / TABLE, workload)
    lists = {each.name: each.to_numpy().copy() for each in pl.read_parquet(folder / FILLED_LISTS)}
    system = translate_openfisca.OpenFisca(small, _nodes(folder))
    first = system.simulation(filled(table, workload), lists)
    return Prepared(
        system.run,  # type: ignore[arg-type]  # it takes what `fresh` made
        lambda done: translate_openfisca.as_table(done, small).with_columns(table[KEY]),  # type: ignore[arg-type]  # what `run` returns
        fresh=first.clone,
    )


def missing_emulated(folder: Path, workload: Workload) -> Prepared:
    """With companion variables for what is known; the truths about lists handed over, with what is known of them."""
    small, table = screened_on_the_day(workload), load(folder / TABLE, workload)
    lists = {}
    for each in pl.read_parquet(folder / LISTS):
        lists[each.name] = each.fill_null(value=False).to_numpy().copy()
        lists[f"k_{each.name}"] = each.is_not_null().to_numpy().copy()
    system = translate_openfisca_three.OpenFiscaThree(small, _nodes(folder))
    first = system.simulation(filled(table, workload), lists)
    system.set_known(first, table)
    return Prepared(
        system.run,  # type: ignore[arg-type]  # it takes what `fresh` made
        lambda done: translate_openfisca_three.as_table(done, small).with_columns(table[KEY]),  # type: ignore[arg-type]  # what `run` returns
        fresh=first.clone,
    )


def _nodes(folder: Path) -> list[str]:
    return ["none", *json.loads((folder / NODES).read_text())]
