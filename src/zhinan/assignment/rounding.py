"""Rounding chances to seats: whole-number arithmetic and one stream of numbers, so that the same seed gives the same seats.

While arcs carry a part of a seat, walk along them until a node comes round again, and push the cycle one way or the
other, as far as it goes, by a number of the stream. Totals that are whole stay whole, the others go up or down to the
next whole number, and every arc keeps its chance exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One cycle: `number` of `up + down` came; below `down` the cycle was pushed up by `up`, otherwise down by `down`."""

    number: int
    up: int
    down: int


class Numbers:
    """Numbers from a seed: SHA-256 of `seed|counter`, its first eight bytes, and what would not be even is passed over."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._counter = 0

    def below(self, end: int) -> int:
        """The next number in 0..end-1, each as likely as the others."""
        limit = (1 << 64) // end * end
        while True:
            digest = hashlib.sha256(f"{self._seed}|{self._counter}".encode()).digest()
            self._counter += 1
            number = int.from_bytes(digest[:8], "big")
            if number < limit:
                return number % end


def rounded(
    tail: Sequence[int], head: Sequence[int], flow: Sequence[int], *, unit: int, numbers: Numbers
) -> tuple[list[int], list[Step], dict[int, int]]:
    """Each arc's flow in whole units, the steps taken, and for each arc that was in parts the step that made it whole.

    `flow` is in 1/unit and is conserved at every node up to whole units.
    """
    rest = [amount % unit for amount in flow]
    whole = [amount // unit for amount in flow]
    walk = _Walk(tail, head, rest)
    steps: list[Step] = []
    settled: dict[int, int] = {}
    for cycle in walk.cycles():
        up = min(unit - rest[arc] if forward else rest[arc] for arc, forward in cycle)
        down = min(rest[arc] if forward else unit - rest[arc] for arc, forward in cycle)
        number = numbers.below(up + down)
        push = up if number < down else -down
        for arc, forward in cycle:
            rest[arc] += push if forward else -push
            if rest[arc] in {0, unit}:
                whole[arc] += rest[arc] // unit
                rest[arc] = 0
                settled[arc] = len(steps)
        steps.append(Step(number, up, down))
    return whole, steps, settled


class _Walk:
    """A walk along arcs that carry parts; it remembers where it came from, so that no step is taken twice."""

    def __init__(self, tail: Sequence[int], head: Sequence[int], rest: list[int]) -> None:
        self.tail, self.head, self.rest = tail, head, rest
        self.at: dict[int, list[int]] = {}
        for arc in range(len(rest) - 1, -1, -1):
            if rest[arc]:
                self.at.setdefault(tail[arc], []).append(arc)
                self.at.setdefault(head[arc], []).append(arc)

    def cycles(self) -> Iterator[list[tuple[int, bool]]]:
        """Cycles of arcs, each with whether it is walked from tail to head; the caller empties at least one arc of each."""
        for start in sorted(self.at):
            while self._next(start, -1) >= 0:
                yield from self._from(start)

    def _from(self, start: int) -> Iterator[list[tuple[int, bool]]]:
        path: list[tuple[int, bool]] = []
        nodes, place = [start], {start: 0}
        while (arc := self._next(nodes[-1], path[-1][0] if path else -1)) >= 0:
            forward = self.tail[arc] == nodes[-1]
            node = self.head[arc] if forward else self.tail[arc]
            path.append((arc, forward))
            if node not in place:
                place[node] = len(nodes)
                nodes.append(node)
                continue
            begin = place[node]
            yield path[begin:]
            for gone in nodes[begin + 1 :]:
                del place[gone]
            del path[begin:], nodes[begin + 1 :]

    def _next(self, node: int, came_by: int) -> int:
        """The first arc at the node that carries a part and is not the one it was reached by; -1 if there is none."""
        arcs = self.at[node]
        self._drop_whole(arcs)
        if not arcs:
            return -1
        if arcs[-1] != came_by:
            return arcs[-1]
        first = arcs.pop()
        self._drop_whole(arcs)
        second = arcs[-1] if arcs else -1
        arcs.append(first)
        return second

    def _drop_whole(self, arcs: list[int]) -> None:
        while arcs and not self.rest[arcs[-1]]:
            arcs.pop()
