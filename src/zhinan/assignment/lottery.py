"""The lottery: chances published and committed to, a seed that no one could foresee, and the draw that follows from them.

commit → (the parties open their sealed nonces) → seed → draw. The chances need a solver; the draw is integer arithmetic
over a stream of SHA-256, so that anyone can repeat it bit for bit. Pipage rounding keeps every expert's chance exactly
(Gandhi, Khuller, Parthasarathy, Srinivasan 2006; for trees of quotas: Budish, Che, Kojima, Milgrom 2013).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import log2
from typing import TYPE_CHECKING

from zhinan.assignment.audit import unfair_chances, violations
from zhinan.assignment.plan import Place, Short, in_order, panels_from_json, panels_json, propose
from zhinan.assignment.problem import FORMAT, FULL_MATCH, SEATS, UNIT, Instance, Json, Pair, content_hash, whole
from zhinan.assignment.rounding import Numbers, Step, rounded
from zhinan.assignment.tree import Edge, Split, Tree, crosses, kept_edges, read_splits, split_by, splits_json, tree_of
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.assignment.shortage import Shortage

#: The falling worth of a pair's chance, fifth by fifth (in hundredths): it spreads the chances at almost no loss
#: (Xu, Jecmen, Song, Fang 2023, as a piecewise linear objective).
FALLING = (100, 97, 94, 91, 88)
#: Matches count in twenty-thousandths; the tie-break weighs less than one of them.
_WORTH, _TIE = 5000, 20

_OTHER_INPUT = Mistake(
    "draw-other-input", Text("承诺对应的输入已不是现在的输入", "the commitment was made for another input"),
    Text("按现在的输入重新承诺，并写明原因", "commit anew to the present input and say why"),
)  # fmt: skip
_BREAKS_RULES = Mistake(
    "draw-breaks-rules", Text("承诺或抽取结果违反规则：{what}", "the commitment or the draw breaks a rule: {what}"),
    Text("承诺中的概率不是按规则算出的", "the chances committed to were not made by the rules"),
)  # fmt: skip
_BAD_CAP = Mistake(
    "draw-cap-impossible", Text("概率上限 {cap}‰ 不在 1 到 1000 之间", "the cap {cap} per mille is not within 1..1000"),
    Text("一般取 340、500 或 700", "340, 500 or 700 are usual"),
)  # fmt: skip
_CAP = Text(
    "概率上限 {cap}‰ 下可选专家不足；上限提高到 {needed}‰ 即可抽取",
    "with no chance above {cap} per mille there are too few experts; {needed} per mille would do",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What is published before the seed is known: whose chance of which seat, in thousandths, for which input and rules.

    `marginals[(case, expert)]` is the chance, `kinds` the kind of seat it is of; a pair that is left out has none.
    """

    input_hash: str
    rule_version: str
    cap: int
    salt: str
    marginals: Mapping[Pair, int]
    kinds: Mapping[Pair, str]
    splits: Mapping[str, Split] = field(default_factory=dict)

    @property
    def commit_hash(self) -> str:
        """The SHA-256 of the commitment's canonical JSON."""
        return content_hash(self.to_json())

    def to_json(self) -> Json:
        """The commitment as JSON: by case and kind of seat, each expert's chance in thousandths."""
        chances: Json = {}
        for pair in sorted(self.marginals):
            chances.setdefault(pair[0], {}).setdefault(self.kinds[pair], {})[pair[1]] = self.marginals[pair]
        return {
            "format": FORMAT, "input_hash": self.input_hash, "rule_version": self.rule_version, "cap": self.cap, "unit": UNIT,
            "salt": self.salt, "chances": chances, "splits": splits_json(self.splits),
        }  # fmt: skip

    @classmethod
    def from_json(cls, content: Json) -> Commitment:
        """The commitment that was written; raises ValueError, KeyError or TypeError where it is none."""
        chances = [
            ((case, expert), kind, whole(chance))
            for case, row in content["chances"].items() for kind, seats in row.items() for expert, chance in seats.items()
        ]  # fmt: skip
        kinds = {pair: kind for pair, kind, _ in chances}
        if (
            content["format"] != FORMAT
            or content["unit"] != UNIT
            or len(kinds) < len(chances)
            or not SEATS.keys() >= {*kinds.values()}
        ):
            raise ValueError(content["format"])
        return cls(
            input_hash=content["input_hash"], rule_version=content["rule_version"], cap=whole(content["cap"]),
            salt=content["salt"], marginals={pair: chance for pair, _, chance in chances}, kinds=kinds,
            splits=read_splits(content["splits"]),
        )  # fmt: skip

    def expected_total(self, instance: Instance) -> int:
        """The sum of matches to be expected of a draw, rounded down."""
        return sum(chance * instance.match[pair] for pair, chance in self.marginals.items()) // UNIT

    def expected_worst(self, instance: Instance) -> int:
        """The weakest panel's sum of matches to be expected."""
        sums = dict.fromkeys(instance.cases, 0)
        for pair, chance in self.marginals.items():
            sums[pair[0]] += chance * instance.match[pair]
        return min(sums.values(), default=0) // UNIT

    def entropy(self) -> float:
        """How open the draw is, in bits, over all seats as if each pair were drawn by itself (an upper bound)."""
        parts = [chance / UNIT for chance in self.marginals.values() if 0 < chance < UNIT]
        return -sum(part * log2(part) + (1 - part) * log2(1 - part) for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The outcome: panels, alternates by case and kind of seat in the order they are called, and how it came about.

    `steps` are the numbers used; `decided[(case, expert)]` is the step that settled a pair whose chance was neither 0 nor 1.
    """

    commit_hash: str
    seed: str
    panels: Mapping[str, tuple[Place, ...]]
    alternates: Mapping[str, Mapping[str, tuple[str, ...]]]
    steps: Sequence[Step]
    decided: Mapping[Pair, int]

    @property
    def result_hash(self) -> str:
        """The SHA-256 of the canonical JSON of everything but itself."""
        return content_hash(self._content())

    def to_json(self) -> Json:
        """The outcome as JSON, with its hash."""
        return {**self._content(), "result_hash": self.result_hash}

    def _content(self) -> Json:
        decided: Json = {}
        for (case, expert), step in sorted(self.decided.items()):
            decided.setdefault(case, {})[expert] = step
        return {
            "format": FORMAT, "commit_hash": self.commit_hash, "seed": self.seed, "panels": panels_json(self.panels),
            "alternates": {case: {kind: list(row) for kind, row in kinds.items()} for case, kinds in self.alternates.items()},
            "steps": [[step.number, step.up, step.down] for step in self.steps], "decided": decided,
        }  # fmt: skip

    @classmethod
    def from_json(cls, content: Json) -> Drawn:
        """The outcome that was written; whether it is the right one is for `replay`. Raises as `Commitment.from_json`."""
        if content["format"] != FORMAT:
            raise ValueError(content["format"])
        return cls(
            commit_hash=content["commit_hash"], seed=content["seed"], panels=panels_from_json(content["panels"]),
            alternates={case: {kind: tuple(row) for kind, row in kinds.items()} for case, kinds in content["alternates"].items()},
            steps=[Step(*step) for step in content["steps"]],
            decided={(case, expert): step for case, row in content["decided"].items() for expert, step in row.items()},
        )  # fmt: skip


# -- committing ----------------------------------------------------------------------------------------


def commit(instance: Instance, *, cap: Fraction | int = 500, rule_version: str, salt: str = "") -> Commitment:
    """The chances of a draw in which no one has more than `cap` for any case (thousandths, or a fraction).

    They have the largest expected total under every panel rule, load and the cap, with a falling worth that spreads them;
    ties are broken by the input's hash and `salt`, so that any exact solver finds the same chances.

    Raises:
        Short: no panels keep every rule, or the cap leaves too few experts; it carries the shortages.
        BadInput: the problem, or the cap, is not written as it should be.
    """
    instance.refuse_if_wrong()
    limit = int(cap * UNIT) if isinstance(cap, Fraction) else cap
    if not 1 <= limit <= UNIT:
        raise BadInput([_BAD_CAP.at(cap=limit)])
    input_hash = instance.input_hash()
    found = [ways for ways in _ways(instance, limit, key=f"{input_hash}|{salt}") if ways.chances is not None]
    if not found:
        raise Short(_why_none(instance, limit))
    best = max(found, key=_Way.worth)
    drawn = [(edge, chance) for edge, chance in zip(best.edges, best.chances or (), strict=True) if chance]
    return Commitment(
        input_hash=input_hash, rule_version=rule_version, cap=limit, salt=salt, splits=best.splits,
        marginals={(case, expert.id): chance for (case, expert, _, _), chance in drawn},
        kinds={(case, expert.id): seat for (case, expert, seat, _), _ in drawn},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to split what crosses, and the chances it gives; None when it leaves no way."""

    edges: list[Edge]
    splits: dict[str, Split]
    chances: list[int] | None

    def worth(self) -> int:
        """The expected total."""
        return sum(edge[3] * chance for edge, chance in zip(self.edges, self.chances or (), strict=True))


#: Up to so many pairs the chances are also sought along the plan's own splits, and the better ones taken.
_BOTH_WAYS = 200_000


def _ways(instance: Instance, cap: int, *, key: str) -> Iterator[_Way]:
    """The chances; where rules cross, by splits that leave room, or more room, and by those of the plan of the largest total."""
    edges = list(instance.candidates())
    if not crosses(instance, edges):
        outside = instance.rules.outside
        yield _way(
            instance, edges, {case: Split({"technical": outside}) for case in instance.cases} if outside else {}, None, cap, key
        )
        return
    way = _way(instance, edges, split_by(instance, edges, None, cap=cap), None, cap, key)
    yield way
    if way.chances is None:
        way = _way(instance, edges, split_by(instance, edges, None, cap=cap, room=2), None, cap, key)
        yield way
    if way.chances is None or len(edges) <= _BOTH_WAYS:
        panels = propose(instance, lift_worst=False).panels
        yield _way(instance, edges, split_by(instance, edges, panels, cap=cap), panels, cap, key)


def _way(
    instance: Instance,
    edges: list[Edge],
    splits: dict[str, Split],
    panels: Mapping[str, tuple[Place, ...]] | None,
    cap: int,
    key: str,
) -> _Way:
    kept = kept_edges(instance, edges, splits, panels)
    return _Way(kept, splits, _chances(tree_of(instance, kept, splits), kept, instance, cap, key=key))


def _chances(tree: Tree, edges: list[Edge], instance: Instance, cap: int, *, key: str) -> list[int] | None:
    """Each edge's chance in thousandths; None when the cap leaves no way."""
    import numpy as np

    from zhinan.assignment.solve import cheapest_flow

    leaves = [tree.leaf[case, expert.id, seat] for case, expert, seat, _ in edges]
    ties = [_tie(key, case, expert.id) for case, expert, _, _ in edges]
    tail, head, capacity, cost = [*tree.tail], [*tree.head], [seats * UNIT for seats in tree.seats], [0] * len(tree.tail)
    bounds = [cap * step // len(FALLING) for step in range(len(FALLING) + 1)]
    for leaf, edge, tie in zip(leaves, edges, ties, strict=True):
        capacity[leaf] = bounds[1]
        cost[leaf] = tie - (edge[3] * FALLING[0] // _WORTH << _TIE + 2)
    for step in range(1, len(FALLING)):
        tail += [tree.tail[leaf] for leaf in leaves]
        head += [tree.head[leaf] for leaf in leaves]
        capacity += [bounds[step + 1] - bounds[step]] * len(leaves)
        cost += [tie - (edge[3] * FALLING[step] // _WORTH << _TIE + 2) for edge, tie in zip(edges, ties, strict=True)]
    supply = _supplies(tree, instance, capacity)
    flow = cheapest_flow(*(np.array(column, dtype=np.int64) for column in (tail, head, capacity, cost, supply)))
    if flow is None:
        return None
    more = flow[len(tree.tail) :].reshape(len(FALLING) - 1, len(leaves)).sum(axis=0)
    return [int(chance) for chance in flow[leaves] + more]


def _supplies(tree: Tree, instance: Instance, capacity: list[int]) -> list[int]:
    """What leaves each kind of seat, what each expert must get at least, and the rest for the sink."""
    supply = [0] * tree.nodes
    for (_, seat), node in tree.kinds.items():
        supply[node] = instance.rules.seats()[seat] * UNIT
    for expert in instance.experts:
        if expert.least:
            arc = tree.load[expert.id]
            supply[tree.tail[arc]] -= expert.least * UNIT
            capacity[arc] -= expert.least * UNIT
    supply[-1] -= sum(supply)
    return supply


def _tie(key: str, case: str, expert: str) -> int:
    digest = hashlib.sha256(f"{key}|{case}|{expert}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - _TIE)


def _why_none(instance: Instance, cap: int) -> tuple[Shortage, ...]:
    from zhinan.assignment.shortage import Relaxation, Shortage, shortages

    if found := shortages(instance):
        return found
    low, high = cap, UNIT
    while high - low > 1:  # the least cap that leaves a way; at 1000 the plan itself is one
        middle = (low + high) // 2
        fits = any(way.chances is not None for way in _ways(instance, middle, key=""))
        low, high = (low, middle) if fits else (middle, high)
    text = _CAP.filled(cap=cap, needed=high)
    relaxation = Relaxation(rule="cap", old=cap, new=high, cost=high - cap, text=text)
    return (Shortage(case="", kind="cap", missing=0, why=text, relaxation=relaxation),)


# -- the seed and the draw -----------------------------------------------------------------------------


def sealed(nonce: str) -> str:
    """What a party publishes before it opens its nonce: the nonce's SHA-256."""
    return hashlib.sha256(nonce.encode("utf-8", "surrogatepass")).hexdigest()


def seed_of(commit_hash: str, openings: Sequence[str]) -> str:
    """The seed: the SHA-256 of the canonical JSON list of the commit hash and the opened nonces in their order."""
    return content_hash([commit_hash, *openings])


def draw(instance: Instance, commitment: Commitment, seed: str) -> Drawn:
    """The panels and alternates that the seed gives; whole numbers only, and no solver.

    Raises:
        BadInput: the commitment is for another input, or its chances break the rules.
    """
    if commitment.input_hash != instance.input_hash():
        raise BadInput([_OTHER_INPUT.at()])
    if unfair := unfair_chances(instance, commitment.marginals, commitment.kinds, commitment.cap):
        raise BadInput([_BREAKS_RULES.at(what=violation.text) for violation in unfair])
    experts = {expert.id: expert for expert in instance.experts}
    edges = [(case, experts[id], commitment.kinds[case, id], instance.match[case, id])
             for case, id in sorted(commitment.marginals)]  # fmt: skip
    tree = tree_of(instance, edges, commitment.splits)
    whole, steps, settled = rounded(
        tree.tail, tree.head, _flow(tree, commitment), unit=UNIT, numbers=Numbers(f"{seed}|seats"),
    )  # fmt: skip
    panels: dict[str, list[Place]] = {case: [] for case in sorted(instance.cases)}
    for (case, id, seat), leaf in tree.leaf.items():
        if whole[leaf]:
            panels[case].append(Place(id, seat, instance.match[case, id]))
    drawn = {case: in_order(panel) for case, panel in panels.items()}
    if broken := violations(instance, drawn):
        raise BadInput([_BREAKS_RULES.at(what=violation.text) for violation in broken])
    return Drawn(
        commit_hash=commitment.commit_hash, seed=seed, panels=drawn, steps=steps,
        alternates=_alternates(instance, commitment, seed, drawn),
        decided={(case, id): settled[leaf] for (case, id, _), leaf in tree.leaf.items() if leaf in settled},
    )  # fmt: skip


def _flow(tree: Tree, commitment: Commitment) -> list[int]:
    """What every arc carries, in thousandths, summed up from the pairs."""
    flow, through = [0] * len(tree.tail), [0] * tree.nodes
    for (case, id, _), leaf in tree.leaf.items():
        flow[leaf] = commitment.marginals[case, id]
        through[tree.tail[leaf]] += flow[leaf]
        through[tree.head[leaf]] += flow[leaf]
    for arc in tree.load.values():
        flow[arc] = through[tree.tail[arc]]
    apart = {*tree.leaf.values(), *tree.load.values()}
    for arc in reversed([arc for arc in range(len(tree.tail)) if arc not in apart]):  # a node's arcs come after its own
        flow[arc] = through[tree.head[arc]]
        through[tree.tail[arc]] += flow[arc]
    return flow


#: Alternates are looked for among at least so many a seat, if there are so many.
_SPARE = 6


def _alternates(
    instance: Instance, commitment: Commitment, seed: str, panels: Mapping[str, Sequence[Place]]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """For each case and kind of seat those who come next, in order: experts who fit as well as any who had a chance.

    Each is let in with probability (cap - chance) / (1 - chance), so that drawn or next, no one passes the cap
    (Jecmen et al. 2020).
    """
    seats, seated = instance.rules.seats(), {(case, place.expert) for case, panel in panels.items() for place in panel}
    rows: dict[Pair, list[tuple[int, str]]] = {(case, seat): [] for case in sorted(instance.cases) for seat in seats}
    for case, expert, seat, match in instance.candidates():
        rows[case, seat].append((-match, expert.id))
    weakest: dict[Pair, int] = {}
    for (case, id), kind in commitment.kinds.items():
        weakest[case, kind] = max(-instance.match[case, id], weakest.get((case, kind), -FULL_MATCH))
    alternates: dict[str, dict[str, tuple[str, ...]]] = {case: {} for case in sorted(instance.cases)}
    for (case, seat), row in rows.items():
        qualified = [
            id for rank, (less, id) in enumerate(sorted(row)) if less <= weakest[case, seat] or rank < _SPARE * seats[seat]
        ]
        order = ((_turn(commitment, seed, case, id), id) for id in qualified if (case, id) not in seated)
        alternates[case][seat] = tuple(id for turn, id in sorted(order) if turn >= 0)
    return alternates


def _turn(commitment: Commitment, seed: str, case: str, expert: str) -> int:
    """Where in the order the expert is called, by the seed; -1 for one who is not let in."""
    digest = hashlib.sha256(f"{seed}|alternate|{case}|{expert}".encode("utf-8", "surrogatepass")).digest()
    chance, number = commitment.marginals.get((case, expert), 0), int.from_bytes(digest[16:24], "big")
    is_let_in = number * (UNIT - chance) < (commitment.cap - chance) << 64
    return int.from_bytes(digest[:16], "big") if is_let_in else -1


# -- choosing the cap ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What one cap costs and buys.

    `quality` is the share of the largest total to be expected, in thousandths; None when the cap leaves no draw.
    """

    cap: int
    quality: int | None = None
    worst: int = 0  # the weakest panel's sum of matches to be expected
    entropy: float = 0.0  # bits
    highest: int = 0  # thousandths


def cap_curve(instance: Instance, caps: Iterable[int] = (340, 500, 700), *, rule_version: str = "") -> tuple[Odds, ...]:
    """For each cap what share of the largest total is to be expected, the weakest panel, the openness, the highest chance."""
    largest = propose(instance, lift_worst=False).total
    rows = []
    for cap in caps:
        try:
            commitment = commit(instance, cap=cap, rule_version=rule_version)
        except Short:
            rows.append(Odds(cap=cap))
            continue
        rows.append(Odds(
            cap=cap, quality=commitment.expected_total(instance) * 1000 // max(largest, 1), entropy=commitment.entropy(),
            worst=commitment.expected_worst(instance), highest=max(commitment.marginals.values(), default=0),
        ))  # fmt: skip
    return tuple(rows)
