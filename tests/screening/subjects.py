"""Random subjects for a real pack: every value of a fact is taken from near the figures the pack itself names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from random import Random

from zhinan.language import tree
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind, Type
from zhinan.policy.vocabulary import Vocabulary
from zhinan.screening.screen import Screening

Row = dict[str, Value]


class Subjects:
    """Draws subjects; the same seed gives the same ones."""

    def __init__(self, screening: Screening, vocabulary: Vocabulary, *, seed: int) -> None:
        self.random = Random(seed)
        self.on = screening.on
        self.types = {key: vocabulary.facts[key].word.type for key in sorted(screening.reads)}
        self.stock: dict[Type, list[Value]] = {}
        roots = [root for scheme in screening.schemes for _, root in scheme.roots()]
        for node in nodes(roots):
            if isinstance(node, tree.Constant) and node.value is not None:
                self.stock.setdefault(node.type, []).append(node.value)
            if isinstance(node, tree.Within):
                self.stock.setdefault(node.item.type, []).extend(node.codes)
        self.lines = [f"{s.resolved.scheme.id}/{line}" for s in screening.schemes for line in s.resolved.lines]

    def row(self, *, unknown: float = 0.2) -> Row:
        """A subject; each fact, and each field of a record, is unknown with that chance."""
        return {key: self.value(of, unknown, key) for key, of in self.types.items() if self.random.random() >= unknown}

    def value(self, of: Type, unknown: float, key: str = "") -> Value:
        draw = self.random
        match of.kind:
            case Kind.BOOL:
                return draw.random() < 0.6
            case Kind.CHOICE:
                assert of.choice
                return draw.choice([member.key for member in of.choice.members])
            case Kind.SET:
                assert of.choice
                keys = [member.key for member in of.choice.members]
                return frozenset(draw.sample(keys, draw.randrange(min(4, len(keys)))))
            case Kind.RECORDS:
                assert of.record
                fields = of.record.fields
                return tuple(
                    {field.key: self.value(field.type, unknown) for field in fields if draw.random() >= unknown}
                    for _ in range(draw.choice((0, 0, 0, 1, 2, 3)))
                )
            case Kind.DATE:
                return self.on + timedelta(days=draw.choice((-1, 0, 1, -365, -366, -730, 30, draw.randrange(-20_000, 400))))
            case Kind.TEXT if key == "application.line":
                return draw.choice([*self.lines, "", "high-tech", "不存在"])
            case Kind.TEXT:
                return draw.choice(("甲", "乙"))
            case Kind.REGION:
                return draw.choice(("640100", "640104", "640000", "640200", "110101"))
            case Kind.TREE:
                return self.near(of)
            case _:
                return self.number(of)

    def near(self, of: Type) -> Value:
        return self.random.choice(self.stock.get(of) or ["甲"])

    def number(self, of: Type) -> Value:
        numbers = [each for each in self.stock.get(of, []) if isinstance(each, int | Fraction)] or [0, 10]
        step = Fraction(1, 100) if of.kind is Kind.NUMBER else 1
        near = self.random.choice(numbers) + self.random.choice((-1, 0, 0, 1)) * step
        scaled = near * self.random.choice((1, 1, 1, 2, 10)) if of.kind is Kind.MONEY else near
        return int(scaled) if Fraction(scaled).denominator == 1 else scaled


def nodes(roots: Iterable[Typed]) -> Iterable[Typed]:
    """Every node of the trees."""
    return (node for root in roots for node in tree.walk(root))
