"""One engine of bench_screen in a process of its own: `python -m benchmarks.screen_engines NAME FOLDER`.

It loads the table, then obeys lines on its input: `run` times one screening (the outputs in memory), `save PATH` writes
the last outputs, by key, for comparison. Each answer is one line of JSON with seconds and megabytes.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.engines import ENGINES, Prepare
from benchmarks.measure import memory, timed
from benchmarks.rules import load_workload, screened


def serve(name: str, folder: Path) -> None:
    """Obey until the input ends."""
    workload = screened(load_workload())
    module, function = ENGINES[name]
    prepare: Prepare = getattr(import_module(f"benchmarks.engines.{module}"), function)
    started = memory()
    engine = prepare(folder, workload)
    _say({"ready": name, "start_mb": started.now, "loaded_mb": memory().now})
    last: list[object] = []
    for line in sys.stdin:
        match line.split():
            case ["run"]:
                last.clear()
                fresh, before = engine.fresh(), memory(reset=True)
                spent = timed(lambda handed=fresh: last.append(engine.work(handed)))  # type: ignore[misc]  # bound at once
                _say({"wall": spent.wall, "cpu": spent.cpu, "before_mb": before.now, "peak_mb": memory().peak})
            case ["save", path]:
                engine.as_table(last[0]).write_parquet(path)
                _say({"saved": path})


def _say(words: dict[str, object]) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
