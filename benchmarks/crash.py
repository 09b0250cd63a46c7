"""The server is killed, again and again, while people save, upload and hand in; what was acknowledged must be there each time.

`python -m benchmarks.crash` kills it twenty times on SQLite and twenty on PostgreSQL, and prints a line a kill.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.applicants import Attempt, Ledger, Plan, set_to_work
from benchmarks.platform import Place, Server, place

#: Deadlines play no part here.
NEVER = 10**6


@dataclass(frozen=True, slots=True)
class Killed:
    """One kill: after how many seconds of work, what had been acknowledged, how long until it served again, what was lost."""

    after: float
    acknowledged: dict[str, int]
    cut_off: int
    up_in: float
    faults: list[str]


def run(
    engine: str, *, kills: int, applicants: int, rest: float, tell: Callable[[Killed], None], seed: int = 1
) -> list[Killed]:  # fmt: skip
    """Kill the server so often under load, and look after each restart; the last look is when everyone has gone home."""
    chance, ledger = random.Random(seed), Ledger()
    with place(engine) as where:
        ready, deadline = where.call("benchmarks.office", "fill", str(applicants), str(NEVER))
        server = Server(where)
        try:
            server.start()
            lasts = kills * 8.0  # seconds, restarts and looking among them
            threads = set_to_work(ready, port=where.port, ledger=ledger, plan=lambda own: _plan(own, lasts, rest), seed=seed)
            done = []
            for _ in range(kills):
                done.append(_kill(server, ledger, deadline, after=0.5 + chance.random() * 3))
                tell(done[-1])
            ledger.is_over.set()
            for thread in threads:
                thread.join()
            done.append(Killed(0, _counts(ledger.all()), 0, 0, _look(where, ledger, deadline)["faults"]))
            tell(done[-1])
            return done
        finally:
            server.kill()


def _plan(chance: random.Random, lasts: float, rest: float) -> Plan:
    """Half hand in at some moment, half never do: there is always someone who saves."""
    begun = time.time()
    at = begun + (chance.random() * lasts if chance.random() < 0.5 else NEVER)
    clicks_twice, hangs_up = chance.random() < 0.2, chance.random() < 0.2
    return Plan(at, begun + NEVER, rest=rest, clicks_twice=clicks_twice, hangs_up=hangs_up, uploads=True)


def _kill(server: Server, ledger: Ledger, deadline: float, *, after: float) -> Killed:
    time.sleep(after)
    begun = time.time()
    server.kill()
    up_in = server.start()
    faults = _look(server.place, ledger, deadline)["faults"]
    told = ledger.all()
    cut_off = sum(each.status == 0 and each.begun_at <= begun <= each.ended_at for each in told)
    return Killed(after, _counts(told), cut_off, up_in, faults)


def _look(where: Place, ledger: Ledger, deadline: float) -> dict[str, Any]:  # Any: as the office printed it
    path = where.home / "ledger.json"
    told = ledger.keep(path)
    looked: dict[str, Any] = where.call("benchmarks.office", "look", str(path), str(deadline))
    broken = Counter(each.status for each in told if each.status >= 500)
    looked["faults"] += [f"{count} answers {status}" for status, count in broken.items()]
    return looked


def _counts(told: list[Attempt]) -> dict[str, int]:
    return dict(sorted(Counter(each.kind for each in told if each.is_acknowledged).items()))


def main() -> int:
    """Run and print; 1 if anything acknowledged was lost."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=20)
    words.add_argument("--applicants", type=int, default=60)
    words.add_argument("--on", choices=["SQLite", "PostgreSQL"], action="append", help="default: both")
    given = words.parse_args()
    lost = 0
    for engine in given.on or ["SQLite", "PostgreSQL"]:
        print(f"{engine}: {given.applicants} applicants, {given.kills} kills", flush=True)
        lost += sum(
            len(each.faults) for each in run(engine, kills=given.kills, applicants=given.applicants, rest=1.5, tell=_tell)
        )
    return int(lost > 0)


def _tell(each: Killed) -> None:
    kept = ", ".join(f"{count} × {kind}" for kind, count in each.acknowledged.items())
    when = (
        f"killed after {each.after:.1f} s, {each.cut_off} requests cut off, up again in {each.up_in:.1f} s"
        if each.after
        else "at the end"
    )
    print(f"{when}; acknowledged so far: {kept}; {'; '.join(each.faults) or 'nothing lost, the chain verifies'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
