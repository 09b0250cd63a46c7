"""Clocks, statistics, and the record of a run."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from time import perf_counter, process_time

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the wall and of this process's processors."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Spent:
    """How long one piece of work takes."""
    wall, cpu = perf_counter(), process_time()
    work()
    return Spent(perf_counter() - wall, process_time() - cpu)


def median_ratio(ours: Sequence[Spent], theirs: Sequence[Spent], clock: str) -> float:
    """The median, over rounds, of our time to theirs in the same round."""
    return statistics.median(getattr(a, clock) / getattr(b, clock) for a, b in zip(ours, theirs, strict=True))


def median_of(spent: Iterable[Spent], clock: str) -> float:
    """The median time."""
    return statistics.median(getattr(each, clock) for each in spent)


def machine(*packages: str) -> dict[str, object]:
    """What the figures were taken on, and how busy it was at the end (one-minute load average, this run among it)."""
    model = next((line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine())
    return {
        "when": datetime.now().strftime("%Y-%m-%d %H:%M"),
        "cpu": model,
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in packages},
    }


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident megabytes of this process: now, and the most there ever was."""

    now: int
    peak: int


def memory(*, reset: bool = False) -> Memory:
    """What the system says of this process (Linux; nothing elsewhere). `reset` begins a new peak."""
    status, clear = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not status.exists():
        return Memory(0, 0)
    if reset:
        clear.write_text("5")  # 5: begin the peak anew
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return Memory(*(int(fields[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM")))


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def record(name: str, figures: dict[str, object]) -> Path:
    """Write the figures of a run to `results/`."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
