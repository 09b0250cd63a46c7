"""A register of organisations against the ten specials: verdict, exact amount and reason codes for every row.

    python -m benchmarks.bench_screen [--rows 1000000] [--rounds 7] [--sample 2000] [--only zhinan,duckdb]

Every engine runs in a process of its own and is told when. First the answers: a sample of rows, planted ties among
them, against the interpreter, then all rows against each other, joined by key. Then the clock: in each round every
engine runs once, in turning order, and ratios are taken within a round.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import polars as pl

from benchmarks.engines import ENGINES, FILLED_LISTS, LISTS, NODES, TABLE
from benchmarks.measure import Spent, machine, median_of, median_ratio, record
from benchmarks.rules import (
    DAY,
    Interpreter,
    Outcome,
    Workload,
    list_truths,
    load_workload,
    outcome_of,
    screened,
    screened_on_the_day,
)
from benchmarks.tables import KEY, facts_at, filled, make_table, sample_rows, save
from zhinan.language.compile.polars import compile_columns
from zhinan.language.types import Kind

OURS, BY_HAND, DUCKDB = "zhinan", "polars by hand", "duckdb"
OURS_GIVEN, FISCA_THREE = "zhinan, lists given", "openfisca, lists given, missing emulated"
OURS_FILLED, FISCA = "zhinan, lists given, nothing missing", "openfisca, lists given, nothing missing"
#: (ours, theirs, target): their time over ours at least, or ours over theirs at most.
RATIOS = ((OURS, BY_HAND, "<= 1.3"), (DUCKDB, OURS, ">= 10"), (FISCA_THREE, OURS_GIVEN, ">= 6"), (FISCA, OURS_FILLED, ">= 6"))
FIELDS = ("line", "verdict", "amount", "unmet", "unknown")


class Engine:
    """An engine's process."""

    def __init__(self, name: str, folder: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.screen_engines", name, str(folder)]
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = self.heard()

    def ask(self, *words: str) -> dict[str, float]:
        assert self.process.stdin
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return self.heard()

    def heard(self) -> dict[str, float]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} has ended: {self.process.wait()}")
        return json.loads(line)

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def main() -> None:
    options = _options()
    workload = screened(load_workload())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        table = prepare(folder, workload, options)
        engines = [Engine(name, folder) for name in ENGINES if not options.only or name in options.only]
        try:
            verified = verify(engines, folder, table, workload, options.sample)
            print(f"{verified['sampled']} rows against the interpreter, all {table.height} against each other: all equal")
            spent, peaks = measure(engines, options.rounds)
        finally:
            for engine in engines:
                engine.end()
    figures: dict[str, object] = {
        "machine": machine("polars", "duckdb", "OpenFisca-Core", "numpy"), "rows": table.height,
        "rules": sum(1 for _ in workload.rules()), "facts": len(workload.facts), "rounds": options.rounds, "verified": verified,
        "engines": {engine.name: row(engine, spent, peaks, table.height) for engine in engines}, "ratios": ratios(spent),
    }  # fmt: skip
    show(figures)
    print("written:", record("screen" if table.height >= 1_000_000 else "screen_quick", figures).name)


def prepare(folder: Path, workload: Workload, options: argparse.Namespace) -> pl.DataFrame:
    """The table, and what some engines are handed besides it, in files."""
    table = make_table(workload, options.rows, seed=options.seed)
    save(table, folder / TABLE, workload)
    trees = [key for key, of in workload.facts.items() if of.kind is Kind.TREE]
    nodes = {node for key in trees for node in table[key].cast(pl.String).drop_nulls().unique()}
    (folder / NODES).write_text(json.dumps(sorted(nodes)))
    truths = list_truths(screened_on_the_day(workload))
    program = compile_columns(truths, present=workload.facts.keys())
    for name, rows in ((LISTS, table), (FILLED_LISTS, filled(table, workload))):
        program.run(rows.drop(KEY)).write_parquet(folder / name)
    return table


# -- the answers --------------------------------------------------------------------------------------


def verify(engines: list[Engine], folder: Path, table: pl.DataFrame, workload: Workload, count: int) -> dict[str, object]:
    """Raises `AssertionError` at the first engine that differs."""
    rows = sample_rows(table.height, count)
    verdicts: Counter[str] = Counter()
    for engines_alike, cells in ((False, table), (True, filled(table, workload))):
        names = [engine.name for engine in engines if (engine.name in (OURS_FILLED, FISCA)) is engines_alike]
        if not names:
            continue
        right = reference(cells, workload, rows)
        verdicts.update(outcome.verdict for row in right for outcome in row.values())
        first: pl.DataFrame | None = None
        for engine in engines:
            if engine.name not in names:
                continue
            engine.ask("run")
            engine.ask("save", str(folder / "answer.parquet"))
            found = canonical(pl.read_parquet(folder / "answer.parquet"), workload)
            against_interpreter(engine.name, found, right, table[KEY][rows].to_list(), workload)
            first = found if first is None else first
            assert found.equals(first), (engine.name, names[0], _first_difference(found, first))
    return {"sampled": len(rows), "verdicts_in_sample": dict(verdicts)}


def reference(table: pl.DataFrame, workload: Workload, rows: list[int]) -> list[dict[str, Outcome]]:
    """What the interpreter says of some rows."""
    interpreter = Interpreter(workload)
    answers = [interpreter.answer(facts, DAY) for facts in facts_at(table, workload, rows)]
    return [{special.id: outcome_of(special, answer) for special in workload.specials} for answer in answers]


def canonical(outputs: pl.DataFrame, workload: Workload) -> pl.DataFrame:
    """The outputs in the order of the key, all engines' columns under one type."""
    types = {"line": pl.UInt8, "verdict": pl.String, "amount": pl.Int64, "unmet": pl.UInt32, "unknown": pl.UInt32}
    names = [f"{special.id}.{of}" for special in workload.specials for of in FIELDS if of != "line" or special.has_lines]
    return outputs.sort(KEY).select(KEY, *(pl.col(name).cast(types[name.rpartition(".")[2]]) for name in names))


def against_interpreter(
    name: str, found: pl.DataFrame, right: list[dict[str, Outcome]], keys: list[int], workload: Workload
) -> None:
    for said, wanted in zip(found[keys].iter_rows(named=True), right, strict=True):
        for special in workload.specials:
            row = Outcome(*(said.get(f"{special.id}.{of}", 0) for of in FIELDS))
            assert row == wanted[special.id], (name, special.id, said[KEY], row, wanted[special.id])


def _first_difference(found: pl.DataFrame, first: pl.DataFrame) -> object:
    for name in found.columns:
        if not found[name].equals(first[name]):
            at = found[name].ne_missing(first[name]).arg_true()
            return name, at.len(), found[name][at[0]], first[name][at[0]]
    return None


# -- the clock ----------------------------------------------------------------------------------------


def measure(engines: list[Engine], rounds: int) -> tuple[dict[str, list[Spent]], dict[str, float]]:
    """One run each has been made already, to check it; so all are warm."""
    spent: dict[str, list[Spent]] = {engine.name: [] for engine in engines}
    peaks: dict[str, float] = {}
    for number in range(rounds):
        start = number % len(engines)
        for engine in engines[start:] + engines[:start]:
            told = engine.ask("run")
            spent[engine.name].append(Spent(told["wall"], told["cpu"]))
            peaks[engine.name] = max(peaks.get(engine.name, 0), told["peak_mb"] - told["before_mb"])
    return spent, peaks


def row(engine: Engine, spent: dict[str, list[Spent]], peaks: dict[str, float], rows: int) -> dict[str, float]:
    times = spent[engine.name]
    return {
        "wall_s": round(median_of(times, "wall"), 4),
        "cpu_s": round(median_of(times, "cpu"), 4),
        "best_wall_s": round(min(each.wall for each in times), 4),
        "million_decisions_a_second": round(10 * rows / median_of(times, "wall") / 1e6, 2),
        "loaded_mb": engine.ready["loaded_mb"], "peak_over_loaded_mb": peaks[engine.name],
    }  # fmt: skip


def ratios(spent: dict[str, list[Spent]]) -> list[dict[str, object]]:
    """Of the pairs that were run: the median ratio within a round, by both clocks, and of the best rounds."""
    return [
        {
            "what": f"{over} / {under}", "target": target,
            "wall": round(median_ratio(spent[over], spent[under], "wall"), 2),
            "cpu": round(median_ratio(spent[over], spent[under], "cpu"), 2),
            "best_wall": round(min(s.wall for s in spent[over]) / min(s.wall for s in spent[under]), 2),
        }
        for over, under, target in RATIOS if over in spent and under in spent
    ]  # fmt: skip


def show(figures: dict[str, object]) -> None:
    print(f"\n{'':42} wall s    cpu s   best s   M dec/s   loaded + peak of a run, MB")
    for name, each in figures["engines"].items():  # type: ignore[attr-defined]  # as made in `main`
        print(
            f"{name:42} {each['wall_s']:6.3f}  {each['cpu_s']:7.3f}  {each['best_wall_s']:7.3f}  "
            f"{each['million_decisions_a_second']:8.1f}   {each['loaded_mb']:6} + {each['peak_over_loaded_mb']}"
        )
    print(f"\n{'ratio':66} target   wall    cpu   best wall")
    for each in figures["ratios"]:  # type: ignore[attr-defined]  # as made in `main`
        print(f"{each['what']:66} {each['target']:6} {each['wall']:6.2f} {each['cpu']:6.2f}   {each['best_wall']:6.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sample", type=int, default=2000, help="rows compared with the interpreter")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", type=lambda text: text.split("/"), help="engines by name, / between them")
    return parser.parse_args()


if __name__ == "__main__":
    main()
