"""An index: a weighted score tree. It is lowered to one expression, so it is evaluated and explained like any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhinan.language import tree
from zhinan.language.tree import Typed
from zhinan.language.types import POINTS, Word
from zhinan.policy.item import Item
from zhinan.values.text import Text

#: How the keys of scores begin.
INDEX = "index."


@dataclass(frozen=True, slots=True)
class Band:
    """From this bound on, these points; `at_least` is `None` for all the rest."""

    at_least: Typed | None
    points: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Item):
    """A part of a score: read from bands, given by a person, or made of children (`sum` or `best` of them)."""

    id: str
    name: Text
    max: int | None
    value: Typed | None
    bands: tuple[Band, ...]
    score: Typed | None
    choose: str
    children: tuple[Criterion, ...]
    sure: str

    def walk(self) -> Iterator[Criterion]:
        """This criterion and all beneath it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def expression(self) -> Typed:
        """The points, as a typed number that is unknown while anything it needs is."""
        points = self._points()
        if self.max is None:
            return points
        return tree.Pick(POINTS, "min", (points, tree.Constant(POINTS, self.max)))

    def _points(self) -> Typed:
        if self.score is not None:
            return self.score
        if self.value is not None:
            return _banded(self.value, self.bands)
        parts = [child.expression() for child in self.children]
        if not parts:  # which the reader has noted
            return tree.Constant(POINTS, 0)
        if len(parts) == 1:
            return parts[0]
        if self.choose == "best":
            return self._best(parts)
        total = parts[0]
        for part in parts[1:]:
            total = tree.Arithmetic(POINTS, "+", total, part)
        return total

    def _best(self, parts: list[Typed]) -> Typed:
        """The best of the parts; one that reaches all there is to get settles it, whatever is unknown of the others."""
        best = tree.Pick(POINTS, "max", tuple(parts))
        if self.max is None:
            return best
        most = tree.Constant(POINTS, self.max)
        return tree.If(POINTS, tree.either(*(tree.Compare("≥", part, most) for part in parts)), most, best)


def _banded(value: Typed, bands: tuple[Band, ...]) -> Typed:
    points: Typed = tree.Constant(POINTS, 0)
    for band in reversed(bands):
        if band.at_least is None:
            points = band.points
        else:
            points = tree.If(POINTS, tree.compared("≥", value, band.at_least), band.points, points)
    return points


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Item):
    """A score out of `max` points. `word` is how conditions name it: `指标.NAME`."""

    id: str
    name: Text
    max: int
    root: Criterion
    word: Word
    sure: str = ""

    def expression(self) -> Typed:
        """The whole score."""
        return self.root.expression()

    def items(self) -> Iterator[Item]:
        """Everything of it that cites a clause."""
        yield self
        yield from self.root.walk()
