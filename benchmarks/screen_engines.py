"""One engine of bench_screen in a process of its own: `python -m benchmarks.screen_engines NAME FOLDER`.

It loads the table, then obeys lines on its input: `run` times one screening (the outputs in memory), `save` writes the
last outputs, by key, for comparison. Each answer is one line of JSON with seconds and the peak of memory.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measure import Spent, memory, timed
from benchmarks.rules import DAY, PACK, PARAMETERS, Workload, folded, load_workload, screened
from benchmarks.tables import KEY, filled, load
from zhinan.language.check import APPLICATION_DAY

TABLE, LISTS, NODES = "register.parquet", "lists.parquet", "nodes.json"
#: Work to be timed, and what makes its result a table with the key.
Prepared = tuple[Callable[[], object], Callable[[object], pl.DataFrame]]


def zhinan(folder: Path, workload: Workload) -> Prepared:
    """`zhinan.screening` as the command uses it; packs loaded, trees compiled anew for each run."""
    table = load(folder / TABLE, workload)
    return _zhinan(table.drop(KEY), table[KEY])


def zhinan_given_lists(folder: Path, workload: Workload) -> Prepared:
    """The same with the truths about lists handed over as columns, as OpenFisca must have them."""
    return _given_lists(folder, workload, load(folder / TABLE, workload))


def zhinan_filled(folder: Path, workload: Workload) -> Prepared:
    """The same again with nothing missing."""
    return _given_lists(folder, workload, filled(load(folder / TABLE, workload), workload), whole=True)


def _given_lists(folder: Path, workload: Workload, table: pl.DataFrame, *, whole: bool = False) -> Prepared:
    from benchmarks.without_lists import without_lists

    lists = pl.read_parquet(folder / (f"filled_{LISTS}" if whole else LISTS))
    scalar = table.select(key for key, dtype in table.schema.items() if not isinstance(dtype, pl.List))
    joined = scalar.drop(KEY).hstack(lists.get_columns())
    return _zhinan(joined, table[KEY], prepare=lambda screening: without_lists(screening, workload))


def _zhinan(facts: pl.DataFrame, key: pl.Series, *, prepare: Callable[[object], object] = lambda made: made) -> Prepared:
    from zhinan.policy.load import load_pack
    from zhinan.screening.columns import Register
    from zhinan.screening.screen import Screening

    screening = Screening([load_pack(PACK)], on=DAY, parameters=PARAMETERS)
    prepare(screening)
    register = Register("", facts, pl.DataFrame(), pl.Series(range(facts.height)))
    return lambda: screening.run(register), lambda done: done.outcomes.with_columns(key)  # type: ignore[attr-defined]


def handwritten(folder: Path, workload: Workload) -> Prepared:
    """Polars expressions typed in by hand."""
    from benchmarks.handwritten_polars import Handwritten

    table = load(folder / TABLE, workload)
    program, facts = Handwritten(workload.facts), table.drop(KEY)
    return lambda: program.run(facts), lambda done: done.with_columns(table[KEY])  # type: ignore[attr-defined]


def duckdb(folder: Path, workload: Workload) -> Prepared:
    """One SQL query over a table in memory; the result streams into Arrow columns."""
    import duckdb as engine

    from benchmarks.translate_sql import Sql, create_table, create_types

    small, nodes = _folded(workload), json.loads((folder / NODES).read_text())
    connection = engine.connect()
    for statement in create_types(small, nodes):
        connection.execute(statement)
    connection.execute(create_table(small, str(folder / TABLE)))
    query = Sql(small, nodes).query()
    return lambda: pl.DataFrame(connection.sql(query)), lambda done: done  # type: ignore[return-value]


def openfisca_filled(folder: Path, workload: Workload) -> Prepared:
    """OpenFisca-Core as it is: nothing missing, truths about lists handed over."""
    from benchmarks.translate_openfisca import OpenFisca, as_table

    small, table = _folded(workload), load(folder / TABLE, workload)
    whole = filled(table, workload)
    lists = {each.name: each.to_numpy().copy() for each in pl.read_parquet(folder / f"filled_{LISTS}")}
    system = OpenFisca(small, ["none", *json.loads((folder / NODES).read_text())])
    fresh = system.simulation(whole, lists)
    return _Renewed(system.run, fresh), lambda done: as_table(done, small).with_columns(table[KEY])  # type: ignore[arg-type]


def openfisca_three(folder: Path, workload: Workload) -> Prepared:
    """OpenFisca-Core with companion variables for what is known; truths about lists handed over."""
    from benchmarks.translate_openfisca_three import OpenFiscaThree, as_table

    small, table = _folded(workload), load(folder / TABLE, workload)
    lists = {}
    for each in pl.read_parquet(folder / LISTS):
        lists[each.name] = each.fill_null(value=False).to_numpy().copy()
        lists[f"k_{each.name}"] = each.is_not_null().to_numpy().copy()
    system = OpenFiscaThree(small, ["none", *json.loads((folder / NODES).read_text())])
    fresh = system.simulation(filled(table, workload), lists)
    system.set_known(fresh, table)
    return _Renewed(system.run, fresh), lambda done: as_table(done, small).with_columns(table[KEY])  # type: ignore[arg-type]


class _Renewed:
    """OpenFisca remembers what it has computed, so each run has a simulation of its own, made before the clock starts."""

    def __init__(self, run: Callable[[Any], object], simulation: Any) -> None:
        self.run, self.simulation = run, simulation
        self.ready = simulation.clone()

    def __call__(self) -> object:
        return self.run(self.ready)

    def renew(self) -> None:
        self.ready = None
        self.ready = self.simulation.clone()


def _folded(workload: Workload) -> Workload:
    return screened(folded(workload, known={APPLICATION_DAY.key: DAY}))


ENGINES: dict[str, Callable[[Path, Workload], Prepared]] = {
    "zhinan": zhinan,
    "polars by hand": handwritten,
    "duckdb": duckdb,
    "zhinan, lists given": zhinan_given_lists,
    "openfisca, lists given, missing emulated": openfisca_three,
    "zhinan, lists given, nothing missing": zhinan_filled,
    "openfisca, lists given, nothing missing": openfisca_filled,
}


def serve(name: str, folder: Path) -> None:
    """Obey until the input ends."""
    workload = screened(load_workload())
    before = memory()
    work, as_table = ENGINES[name](folder, workload)
    _say({"ready": name, "start_mb": before.now, "loaded_mb": memory().now})
    last: list[object] = []
    for line in sys.stdin:
        match line.split():
            case ["run"]:
                last.clear()
                if isinstance(work, _Renewed):
                    work.renew()
                spent: Spent = timed(lambda: last.append(work()))
                _say({"wall": spent.wall, "cpu": spent.cpu, "peak_mb": memory().peak})
            case ["save", path]:
                as_table(last[0]).write_parquet(path)
                _say({"saved": path})
            case _:
                return


def _say(words: dict[str, object]) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
