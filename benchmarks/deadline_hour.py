"""The hour of the deadline: hundreds save and hand in at once; nothing acknowledged may be lost, nothing late accepted.

`python -m benchmarks.deadline_hour` runs it on SQLite and on PostgreSQL and prints one table.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.applicants import Attempt, Ledger, Plan, set_to_work
from benchmarks.measure import RESULTS, machine
from benchmarks.platform import GRACE_SECONDS, Place, Server, place

#: A field is finished, and saved, about so often by each.
RESTS = 15
#: So long the server may take to start.
START = 20
#: So long after the deadline applicants still try.
AFTERWARDS = GRACE_SECONDS + 15


@dataclass(frozen=True, slots=True)
class Pace:
    """How one kind of request fared: how many were answered, how many a second, and the times in milliseconds."""

    count: int
    per_second: float
    p50: float
    p95: float
    p99: float
    slowest: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run on one database.

    `in_time_refused` asked before the deadline, were answered within the grace, and were refused all the same: none should
    be. `not_reached` asked before the deadline too, but their turn did not come within the grace.
    """

    engine: str
    paces: dict[str, Pace]
    statuses: dict[str, dict[int, int]]
    submissions: int
    in_time_refused: int
    not_reached: int
    looked: dict[str, Any]  # Any: as the office printed it
    faults: list[str]


def run(engine: str, *, applicants: int, seconds: float) -> Outcome:
    """One deadline on one database."""
    with place(engine) as where:
        _say(f"{engine}: filling a platform with {applicants} applications …")
        ready = where.call("benchmarks.office", "fill", str(applicants))
        server, ledger = Server(where), Ledger()
        deadline = where.call("benchmarks.office", "close-in", str(seconds + START))  # first: the worker closes what is over
        try:
            server.start()
            time.sleep(max(deadline - seconds - time.time(), 0))
            _say(f"{engine}: the call closes in {deadline - time.time():.0f} s …")
            begun = time.time()
            for thread in set_to_work(ready, port=where.port, ledger=ledger, plan=lambda chance: _plan(chance, deadline)):
                thread.join()
            took = time.time() - begun
        finally:
            server.stop()
        return _outcome(where, ledger, deadline, took, log=server.log.read_text(errors="replace"))


def _plan(chance: random.Random, deadline: float) -> Plan:
    """Most hand in within the last half-minute, ever more towards its end; some begin after it, some after the grace."""
    kind = chance.random()
    if kind < 0.85:
        at = deadline - 30 * (1 - chance.random() ** 0.5)
    elif kind < 0.95:
        at = deadline + chance.random() * GRACE_SECONDS
    else:
        at = deadline + GRACE_SECONDS + chance.random() * 3
    clicks_twice, hangs_up = chance.random() < 0.2, chance.random() < 0.1
    return Plan(at, deadline + AFTERWARDS, rest=RESTS, clicks_twice=clicks_twice, hangs_up=hangs_up)


def _outcome(where: Place, ledger: Ledger, deadline: float, took: float, *, log: str) -> Outcome:
    path = where.home / "ledger.json"
    told = ledger.keep(path)
    looked = where.call("benchmarks.office", "look", str(path), str(deadline))
    kinds = sorted({each.kind for each in told} - {"asking"})
    statuses = {kind: dict(sorted(Counter(each.status for each in told if each.kind == kind).items())) for kind in kinds}
    broken = [
        f"{kind}: {count} × {status}" for kind, found in statuses.items() for status, count in found.items() if status >= 500
    ]
    tracebacks = [f"the log has {log.count('Traceback')} tracebacks: {log[-1500:]}"] if "Traceback" in log else []
    handed_in = {each.code for each in told if each.kind == "submit" and each.is_acknowledged}
    tried = [each for each in told if each.kind == "submit" and 0 < each.status < 500 and each.begun_at <= deadline]
    left = [each for each in tried if each.code not in handed_in]
    refused = {each.code for each in left if each.ended_at <= deadline + GRACE_SECONDS}
    paces = {kind: pace_of([each for each in told if each.kind == kind and each.status], took) for kind in kinds}
    idle = [] if handed_in else ["nobody handed in: the load was none"]
    unjust = [f"{code}: asked before the deadline, answered within the grace, refused" for code in sorted(refused)]
    faults = [*looked["faults"], *broken, *tracebacks, *idle, *unjust]
    return Outcome(
        where.engine,
        paces,
        statuses,
        looked["submissions"],
        len(refused),
        len({each.code for each in left} - refused),
        looked,
        faults,
    )


def pace_of(answered: Sequence[Attempt], took: float) -> Pace:
    """The times of the requests that were answered."""
    times = sorted((each.ended_at - each.begun_at) * 1000 for each in answered)
    if len(times) < 2:
        return Pace(len(times), 0, 0, 0, 0, max(times, default=0))
    cuts = statistics.quantiles(times, n=100)
    return Pace(len(times), len(times) / took, statistics.median(times), cuts[94], cuts[98], times[-1])


def table(outcomes: Sequence[Outcome]) -> str:
    """The runs side by side, as Markdown."""
    head = "| database | request | answered | a second | p50 ms | p95 ms | p99 ms | slowest ms |"
    rows = [
        f"| {each.engine} | {kind} | {pace.count} | {pace.per_second:.1f} "
        f"| {pace.p50:.0f} | {pace.p95:.0f} | {pace.p99:.0f} | {pace.slowest:.0f} |"
        for each in outcomes
        for kind, pace in each.paces.items()
    ]
    return "\n".join([head, "|---" * 8 + "|", *rows])


def main() -> int:
    """Run, print, keep the figures; 1 if anything acknowledged was lost or anything late accepted."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--applicants", type=int, default=300)
    words.add_argument("--seconds", type=float, default=45, help="from the first save to the deadline")
    words.add_argument("--on", choices=["SQLite", "PostgreSQL"], action="append", help="default: both")
    given = words.parse_args()
    engines = given.on or ["SQLite", "PostgreSQL"]
    outcomes = [run(engine, applicants=given.applicants, seconds=given.seconds) for engine in engines]
    print(table(outcomes))
    for each in outcomes:
        print(f"\n{each.engine}: {each.submissions} handed in. Of those who asked before the deadline,")
        print(f"{each.in_time_refused} were refused within the grace of {GRACE_SECONDS} s (none should be)", end=", ")
        print(f"{each.not_reached} had their turn only after it")
        print(f"answers by status: {each.statuses}")
        print(f"the record: { ({name: count for name, count in each.looked.items() if name != 'faults'}) }")
        print("\n".join(each.faults) or "nothing lost, nothing doubled, nothing late, no failure; the chain verifies")
    kept = {"machine": machine("Django", "granian"), "applicants": given.applicants, "runs": [asdict(each) for each in outcomes]}
    (RESULTS / "deadline_hour.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(any(each.faults for each in outcomes))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
