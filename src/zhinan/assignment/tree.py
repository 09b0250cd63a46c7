"""The panel rules as a tree of quotas over the chances, with the loads beside it: what a draw rounds without breaking a rule.

case → kind of seat (exactly so many) → not from outside (at most so many) → employer's group (at most so many) → expert.
A rule that crosses the tree (one group in two kinds of seats, the outside share over both) is split, case by case, into
rules within its branches. The splits are part of what is committed to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from zhinan.assignment.plan import Place
from zhinan.assignment.problem import SEATS, UNIT, Expert, Instance, Json, whole

#: An edge of the tree: case, expert, kind of seat, match.
Edge = tuple[str, Expert, str, int]
#: A branch of a case's tree: the kind of seat, and whether it counts towards the outside share there.
Branch = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Split:
    """How the crossing rules of one case are shared out over its branches."""

    outside: Mapping[str, int] = field(default_factory=dict)  # by kind of seat: at least so many from outside
    groups: Mapping[str, Mapping[Branch, int]] = field(
        default_factory=dict
    )  # of a group in several branches: at most so many in each

    def branch(self, seat: str, expert: Expert) -> Branch:
        """Where in the tree the expert's seat hangs."""
        return (seat, "outside" if expert.is_outside else "inside") if self.outside.get(seat) else (seat, "")

    def cap(self, branch: Branch, root: str, per_unit: int) -> int:
        """How many of the group may sit in the branch."""
        return self.groups[root].get(branch, 0) if root in self.groups else per_unit


@dataclass(slots=True, eq=False)
class Tree:
    """A network: arcs with how many seats each may carry. Nodes are numbered from the cases down to the experts, then the sink.

    `leaf[(case, expert, seat)]` is the arc that stands for the pair; `supply[v]` seats leave node v; `load[expert]` is the
    arc from the expert to the sink.
    """

    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    seats: list[int] = field(default_factory=list)
    leaf: dict[tuple[str, str, str], int] = field(default_factory=dict)
    load: dict[str, int] = field(default_factory=dict)
    kinds: dict[tuple[str, str], int] = field(default_factory=dict)
    nodes: int = 0


def tree_of(instance: Instance, edges: Iterable[Edge], splits: Mapping[str, Split]) -> Tree:
    """The tree over these edges; they come in canonical order (case, expert, seat)."""
    return _Growing(instance, splits).grown(list(edges))


class _Growing:
    """A tree while it is put together."""

    def __init__(self, instance: Instance, splits: Mapping[str, Split]) -> None:
        self.instance, self.splits = instance, splits
        self.tree = Tree()

    def grown(self, edges: list[Edge]) -> Tree:
        parents = list(self._parents(edges))
        experts = {expert.id: expert for _, expert, _, _ in edges}
        experts.update({expert.id: expert for expert in self.instance.experts if expert.least})
        nodes = {id: self._node() for id in sorted(experts)}
        sink = self._node()
        for (case, expert, seat, _), parent in zip(edges, parents, strict=True):
            self.tree.leaf[case, expert.id, seat] = self._arc(parent, nodes[expert.id], 1)
        for id, node in nodes.items():
            self.tree.load[id] = self._arc(node, sink, experts[id].most)
        return self.tree

    def _parents(self, edges: list[Edge]) -> Iterator[int]:
        """For each edge the node it hangs from; the nodes above are made where first needed."""
        rules, sizes = self.instance.rules, self.instance.rules.seats()
        for case in sorted(self.instance.cases):
            for seat in sizes:
                self.tree.kinds[case, seat] = self._node()
        members = self._members(edges)
        made: dict[tuple[str, ...], int] = {}
        for case, expert, seat, _ in edges:
            split = self.splits.get(case, Split())
            branch = split.branch(seat, expert)
            node = self.tree.kinds[case, seat]
            if branch[1] == "inside":
                key: tuple[str, ...] = (case, seat)
                if key not in made:
                    made[key] = self._below(node, sizes[seat] - split.outside[seat])
                node = made[key]
            cap = split.cap(branch, expert.root, rules.per_unit)
            if members[case, branch, expert.root] > cap:
                key = (case, *branch, expert.root)
                if key not in made:
                    made[key] = self._below(node, cap)
                node = made[key]
            yield node

    def _members(self, edges: list[Edge]) -> Mapping[tuple[str, Branch, str], int]:
        members: dict[tuple[str, Branch, str], int] = defaultdict(int)
        for case, expert, seat, _ in edges:
            members[case, self.splits.get(case, Split()).branch(seat, expert), expert.root] += 1
        return members

    def _below(self, parent: int, seats: int) -> int:
        node = self._node()
        self._arc(parent, node, seats)
        return node

    def _node(self) -> int:
        self.tree.nodes += 1
        return self.tree.nodes - 1

    def _arc(self, tail: int, head: int, seats: int) -> int:
        self.tree.tail.append(tail)
        self.tree.head.append(head)
        self.tree.seats.append(seats)
        return len(self.tree.tail) - 1


# -- splitting what crosses ----------------------------------------------------------------------------


def crosses(instance: Instance, edges: Iterable[Edge]) -> bool:
    """Whether any rule crosses the tree, so that a plan is wanted to split it by."""
    rules = instance.rules
    if rules.outside and rules.finance:
        return True
    first = Split({"technical": rules.outside})
    seen: dict[tuple[str, str], Branch] = {}
    return any(seen.setdefault((case, expert.root), branch) != branch
               for case, expert, seat, _ in edges for branch in [first.branch(seat, expert)])  # fmt: skip


def split_by(
    instance: Instance, edges: list[Edge], panels: Mapping[str, Iterable[Place]] | None, *, cap: int, room: int = 1
) -> dict[str, Split]:
    """The crossing rules of every case, split. With panels, so that these stay possible; without, so that each branch has room.

    A group in several branches goes where it is needed: to a branch that has fewer than `room` times the groups that chances
    up to `cap` ask for, else to the one where it stands best (the fewest better pairs for each seat).
    """
    by_case: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        by_case[edge[0]].append(edge)
    experts = {expert.id: expert for expert in instance.experts}
    splits = {}
    for case in sorted(instance.cases):
        seated = None if panels is None else [(experts[place.expert], place.kind) for place in panels[case]]
        splits[case] = _Splitting(instance, by_case[case], seated, room * UNIT / cap).split()
    return splits


class _Splitting:
    """One case while its crossing rules are split."""

    def __init__(self, instance: Instance, edges: list[Edge], seated: list[tuple[Expert, str]] | None, enough: float) -> None:
        self.rules, self.edges, self.enough = instance.rules, edges, enough
        self.sizes = self.rules.seats()
        self.seated = seated or []
        most = self.sizes.get("technical", 0)
        if seated is not None:
            most = sum(expert.is_outside for expert, seat in seated if seat == "technical")
        technical = min(self.rules.outside, most)
        shares = (("technical", technical), ("finance", self.rules.outside - technical))
        self.share = Split({seat: number for seat, number in shares if number and seat in self.sizes})

    def split(self) -> Split:
        """The shares of outside experts, and the branch (or branches) of each group that has several."""
        standing = self._standing()
        self.groups_in = Counter(branch for branches in standing.values() for branch in branches if len(branches) == 1)
        groups = {}
        for root, branches in sorted(standing.items(), key=lambda item: (min(item[1].values()), item[0])):
            if len(branches) > 1:
                taken = [self.share.branch(seat, expert) for expert, seat in self.seated if expert.root == root]
                caps = Counter(taken)
                if len(taken) < self.rules.per_unit:
                    caps[self._best_branch(branches)] += self.rules.per_unit - len(taken)
                self.groups_in.update(caps.keys())
                groups[root] = dict(sorted(caps.items()))
        return Split(self.share.outside, groups)

    def _standing(self) -> dict[str, dict[Branch, float]]:
        """For each group and branch, how many better pairs there are for each seat of the kind."""
        standing: dict[str, dict[Branch, float]] = defaultdict(dict)
        for seat, size in self.sizes.items():
            ranked = sorted((edge for edge in self.edges if edge[2] == seat), key=lambda edge: (-edge[3], edge[1].id))
            for rank, (_, expert, _, _) in enumerate(ranked):
                standing[expert.root].setdefault(self.share.branch(seat, expert), rank / size)
        return standing

    def _best_branch(self, branches: Mapping[Branch, float]) -> Branch:
        room = {branch: self.groups_in[branch] / wanted for branch in branches if (wanted := self._wanted(branch))}
        if room and min(room.values()) < self.enough:
            return min(room, key=lambda branch: (room[branch], branch))
        return min(branches, key=lambda branch: (branches[branch], branch))

    def _wanted(self, branch: Branch) -> int:
        seat, region = branch
        outside = self.share.outside.get(seat, 0)
        return {"": self.sizes[seat], "outside": outside, "inside": self.sizes[seat] - outside}[region]


def kept_edges(
    instance: Instance, edges: Iterable[Edge], splits: Mapping[str, Split], panels: Mapping[str, Iterable[Place]] | None
) -> list[Edge]:
    """The edges that the splits leave; an expert fit for both kinds of seats of a case keeps one of them."""
    seated = {(case, place.expert): place.kind for case, panel in (panels or {}).items() for place in panel}
    left = [
        edge for edge in edges
        if (split := splits.get(edge[0], Split())).cap(split.branch(edge[2], edge[1]), edge[1].root, instance.rules.per_unit)
    ]  # fmt: skip
    seat_of: dict[tuple[str, str], str] = {}
    for case, expert, seat, _ in left:  # finance comes last: the scarcer seat is kept unless the plan says otherwise
        pair = (case, expert.id)
        if seat == seated.get(pair, "finance") or pair not in seat_of:
            seat_of[pair] = seat
    return [edge for edge in left if seat_of[edge[0], edge[1].id] == edge[2]]


def splits_json(splits: Mapping[str, Split]) -> Json:
    """The splits as JSON; cases without any are left out."""
    return {
        case: {
            "outside": dict(split.outside),
            "groups": {root: {"/".join(branch): cap for branch, cap in caps.items()} for root, caps in split.groups.items()},
        }
        for case, split in splits.items() if split.outside or split.groups
    }  # fmt: skip


def read_splits(content: Json) -> dict[str, Split]:
    """The splits that were written."""
    return {
        case: Split(row["outside"], {
            root: {_branch(name): whole(cap) for name, cap in caps.items()} for root, caps in row["groups"].items()
        })
        for case, row in content.items()
    }  # fmt: skip


def _branch(name: str) -> Branch:
    seat, _, region = name.partition("/")
    if seat not in SEATS:
        raise ValueError(name)
    return seat, region
