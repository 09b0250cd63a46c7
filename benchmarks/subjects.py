"""Subjects to assess: the worked cases of the pack, mutations of them, and forms filled in almost completely."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from benchmarks.rules import Workload
from zhinan.language import tree
from zhinan.language.tree import Value
from zhinan.language.types import Kind, Type
from zhinan.policy.subject import Subject

#: How subjects are mixed unless a benchmark asks for one kind.
KINDS = ("case", "mutated", "form")


class SubjectMaker:
    """Makes subjects from a seed; no two are the same, so nothing that is remembered by subject can help."""

    def __init__(self, workload: Workload, *, seed: int) -> None:
        self.workload = workload
        self.random = random.Random(seed)
        self.cases = [case for pack in workload.packs for case in pack.cases]
        self.thresholds = _thresholds(workload)
        #: Values that worked cases give a fact: mostly good ones, since a case changes one thing of a good base.
        self.seen: dict[str, list[Value]] = {}
        for case in self.cases:
            for key, value in case.facts.items():
                self.seen.setdefault(key, []).append(value)

    def subjects(self, kind: str, count: int) -> Iterator[tuple[Subject, date]]:
        """`count` subjects with their day: `case` (in turn), `mutated` or `form`."""
        for number in range(count):
            case = self.cases[number % len(self.cases)] if kind == "case" else self.random.choice(self.cases)
            facts = self.form() if kind == "form" else dict(case.facts)
            if kind == "mutated":
                facts = self.mutated(facts)
            yield Subject(facts, dict.fromkeys(facts, "declared")), case.on

    def mutated(self, facts: dict[str, Value]) -> dict[str, Value]:
        """The facts with two taken away, and up to eight others of all there are set at random."""
        for key in self.random.sample(sorted(facts), min(2, len(facts))):
            del facts[key]
        for key in self.random.sample(sorted(self.workload.facts), self.random.randint(1, 8)):
            facts[key] = self.value(key)
        return facts

    def form(self) -> dict[str, Value]:
        """All facts there are, one in ten left out; nine in ten as a worked case has them, the rest at random."""
        kept = [key for key in self.workload.facts if self.random.random() >= 0.1]
        return {
            key: self.random.choice(self.seen[key]) if key in self.seen and self.random.random() < 0.9 else self.value(key)
            for key in kept
        }

    def value(self, key: str) -> Value:
        """A value of the fact's type; numbers and days often exactly at a threshold of the pack."""
        return self.of_type(self.workload.facts[key])

    def of_type(self, of: Type) -> Value:
        pick, at = self.random, self.thresholds.get((of.kind, of.unit), [0])
        match of.kind:
            case Kind.BOOL:
                return pick.random() < 0.5
            case Kind.MONEY:
                return max(0, pick.choice((pick.choice(at) + pick.choice((-1, 0, 0, 1)), pick.randrange(10**10))))
            case Kind.COUNT | Kind.DURATION:
                return max(0, pick.choice(at) + pick.choice((-1, 0, 1)))
            case Kind.NUMBER:
                return pick.choice((0, 1, Fraction(pick.randrange(200), 100)))
            case Kind.DATE:
                return pick.choice((pick.choice(_DAYS), date(1960, 1, 1) + timedelta(days=pick.randrange(26_000))))
            case Kind.CHOICE:
                return pick.choice(_members(of))
            case Kind.SET:
                return frozenset(member for member in _members(of) if pick.random() < 0.3)
            case Kind.REGION:
                return pick.choice(("640100", "640104", "640181", "640200", "110000", "310115"))
            case Kind.TREE:
                return pick.choice(_NODES)
            case Kind.RECORDS:
                return tuple(self.record(of) for _ in range(pick.choice((0, 0, 1, 1, 2, 3))))
        return pick.choice(("91640100MA00000001", "91640100MA00000002"))

    def record(self, of: Type) -> dict[str, Value]:
        fields = of.record.fields if of.record else ()
        return {each.key: self.of_type(each.type) for each in fields if self.random.random() >= 0.1}


_DAYS = (
    date(1985, 12, 31), date(1985, 12, 30), date(1965, 12, 31), date(2021, 12, 31), date(2023, 3, 1), date(2024, 3, 1),
    date(2025, 3, 1), date(2025, 2, 28), date(2026, 2, 28), date(2026, 3, 1), date(2027, 12, 31), date(2028, 2, 29),
)  # fmt: skip
_NODES = ("D-YC01", "D-YC01.2", "D-YC02.1", "D-YC02.2", "D-YC02.2.8", "D-YC02.3", "D-YC10.1", "D-YC10.2", "D-YC10")


def _members(of: Type) -> list[str]:
    return [member.key for member in of.choice.members] if of.choice else []


def _thresholds(workload: Workload) -> dict[tuple[Kind, str], list[int]]:
    """The whole numbers the pack compares with, by kind and unit."""
    found: dict[tuple[Kind, str], set[int]] = {}
    roots = [*(rule.node for rule in workload.rules()), *(node for _, _, node in workload.amounts())]
    for root in roots:
        for node in tree.walk(root):
            if isinstance(node, tree.Constant) and isinstance(node.value, int | Fraction) and not isinstance(node.value, bool):
                found.setdefault((node.type.kind, node.type.unit), {0}).add(int(node.value))
    return {kind: sorted(values) for kind, values in found.items()}
