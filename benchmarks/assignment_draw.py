"""A whole round with every rule, from the plan to the replay: seconds, memory, the worst panel's bound, and rules broken (none).

`python -m benchmarks.assignment_draw` takes rounds up to 2000 × 2000, `--large` adds 10 000 × 10 000.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

from benchmarks.assignment_data import programme
from benchmarks.measure import RESULTS, machine
from zhinan.assignment.audit import violations
from zhinan.assignment.lottery import commit, draw, seed_of
from zhinan.assignment.plan import Place, propose
from zhinan.assignment.problem import Instance
from zhinan.assignment.replay import bundle, replay

#: Cases and experts of the rounds.
SIZES, LARGE = ((200, 200), (200, 100), (2000, 2000), (2000, 1000)), (10_000, 10_000)
NONCES = ["the first nonce", "the second nonce"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="10 000 × 10 000 as well")
    sizes = (*SIZES, LARGE) if parser.parse_args().large else SIZES
    found = [apart(rounds, cases, experts) for cases, experts in sizes]
    content = {"machine": machine("ortools", "highspy", "numpy"), "found": found}
    (RESULTS / "assignment_draw.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def apart(work: Callable[..., dict[str, Any]], *given: int) -> dict[str, Any]:
    """Run in a process of its own, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def rounds(cases: int, experts: int) -> dict[str, Any]:
    """Plan, commitment, draw and replay of one round with every rule, each checked by the audit and by a check of its own."""
    clock = _Clock()
    instance = programme(cases, experts)
    clock.tick("made")
    plan = propose(instance, seconds=25)
    clock.tick("plan")
    commitment = commit(instance, cap=500, rule_version="bench")
    clock.tick("commit")
    drawn = draw(instance, commitment, seed_of(commitment.commit_hash, NONCES))
    clock.tick("draw")
    broken = len(violations(instance, plan.panels)) + len(violations(instance, drawn.panels))
    broken += breaches(instance, plan.panels) + breaches(instance, drawn.panels)
    clock.tick("audit")
    findings = len(replay(bundle(instance, commitment, NONCES, drawn), commit_hash=commitment.commit_hash))
    clock.tick("replay")
    row = {
        "cases": cases, "experts": experts, "pairs": len(instance.match), "violations": broken, "replay_findings": findings,
        "total": plan.total, "share_of_bound": plan.total / plan.bound_on_total, "worst": plan.worst,
        "bound_on_worst": plan.bound_on_worst, "draw_share": commitment.expected_total(instance) / plan.bound_on_total,
        "seconds": clock.seconds, "gigabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }  # fmt: skip
    print(
        f"{cases}x{experts}, {row['pairs']} pairs: worst {plan.worst} (bound {plan.bound_on_worst}), "
        f"{row['share_of_bound']:.5f} of the largest total, draw at cap .5 {row['draw_share']:.3f}, violations {broken}, "
        f"replay findings {findings}, seconds {clock.seconds}, {row['gigabytes']} GB", flush=True,
    )  # fmt: skip
    return row


class _Clock:
    """Seconds between ticks."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def tick(self, name: str) -> None:
        now = perf_counter()
        self.seconds[name], self._last = round(now - self._last, 2), now


def breaches(instance: Instance, panels: Mapping[str, Sequence[Place]]) -> int:
    """How many rules the panels break, counted without the audit."""
    who, rules = {expert.id: expert for expert in instance.experts}, instance.rules
    loads = Counter(place.expert for panel in panels.values() for place in panel)
    count = sum(loads[id] > expert.most for id, expert in who.items()) + (len(panels) != len(instance.cases))
    for case, panel in panels.items():
        members = [who[place.expert] for place in panel]
        count += len({member.id for member in members}) != rules.size
        count += sum("finance" in member.kinds for member in members) != rules.finance
        count += sum(member.is_outside for member in members) < rules.outside
        count += max(Counter(member.unit for member in members).values()) > rules.per_unit
        count += sum((case, member.id) in instance.barred for member in members)
    return count


if __name__ == "__main__":
    main()
