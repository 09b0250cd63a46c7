"""From the YAML of an index to its score tree."""

from __future__ import annotations

from zhinan.language import tree
from zhinan.language.check import Words
from zhinan.language.tree import Typed
from zhinan.language.types import POINTS, Type, Word
from zhinan.policy import mistakes
from zhinan.policy.reader import Reader
from zhinan.policy.score import Band, Criterion, Index
from zhinan.policy.yaml_source import Listing, Mapping, Node
from zhinan.values.text import Text

SURE = ("verified", "unverified", "")


class ScoreReader:
    """Reads one index file against the words of its pack."""

    def __init__(self, reader: Reader, words: Words) -> None:
        self.reader = reader
        self.words = words

    def index(self, node: Node, pack: str) -> Index:
        """The index in the file of a pack; what is wrong is noted."""
        needs, may = ("index", "name", "clause", "max", "criteria"), ("rules", "note", "sure", "choose")
        fields = self.reader.fields(node, needs=needs, may=may)
        id, name = self.reader.identifier(fields.get("index")), self.reader.bilingual(fields.get("name"))
        children = tuple(self.criterion(item) for item in self.reader.items(fields.get("criteria")))
        if "criteria" in fields and not children:
            self.reader.note(mistakes.EMPTY_CRITERION, fields["criteria"], id=id)
        highest = self.whole(fields.get("max"))
        root = Criterion(
            clause="", id=id, name=name, max=highest, value=None, bands=(), score=None,
            choose=self.choice(fields), children=children, sure="",
        )  # fmt: skip
        every = (each for child in children for each in child.walk())
        self.reader.unique(every, lambda criterion: criterion.id, lambda criterion: criterion.line)
        word = Word(f"index.{pack}.{id}", f"指标.{name.zh}", f"index.{id.replace('-', '_')}", POINTS)
        return Index(
            **self.reader.cites(node, fields), id=id, name=name, max=highest or 0, root=root, word=word, sure=self.sure(fields)
        )

    def sure(self, fields: dict[str, Node]) -> str:
        return self.reader.one_of(fields.get("sure"), SURE, "")

    def choice(self, fields: dict[str, Node]) -> str:
        return self.reader.one_of(fields.get("choose"), ("sum", "best"), "sum")

    def criterion(self, node: Node) -> Criterion:
        may = ("clause", "rules", "max", "value", "bands", "score", "choose", "children", "sure", "note")
        fields = self.reader.fields(node, needs=("id", "name"), may=may)
        id = self.reader.identifier(fields.get("id"))
        value = self.reader.expression(fields.get("value"), self.words, None)
        if value is not None and not value.type.is_ordered:
            self.reader.note(mistakes.WRONG_SHAPE, fields["value"], expected=_IN_ORDER, hint=Text("", ""))
            value = None
        children = tuple(self.criterion(item) for item in self.reader.items(fields.get("children")))
        self.check_source(node, fields, id)
        return Criterion(
            **self.reader.cites(node, fields), id=id, name=self.reader.bilingual(fields.get("name")),
            max=self.whole(fields.get("max")), value=value, bands=self.bands(fields, value),
            score=self.reader.expression(fields.get("score"), self.words, POINTS), choose=self.choice(fields),
            children=children, sure=self.sure(fields),
        )  # fmt: skip

    def check_source(self, node: Node, fields: dict[str, Node], id: str) -> None:
        """Note a criterion whose points come from nowhere, or from two places."""
        sources = {"value", "score", "children"} & fields.keys()
        empty = isinstance(fields.get("children"), Listing) and not self.reader.items(fields["children"])
        if not sources or empty:
            self.reader.note(mistakes.EMPTY_CRITERION, node, id=id)
        if len(sources) > 1:
            self.reader.note(mistakes.WRONG_SHAPE, node, expected=_ONE_SOURCE, hint=Text("", ""))
        if "value" in fields and "bands" not in fields:
            self.reader.note(mistakes.MISSING_KEY, node, key="bands")

    def bands(self, fields: dict[str, Node], value: Typed | None) -> tuple[Band, ...]:
        """The bands in the order they are read; all the rest comes last."""
        items = self.reader.items(fields.get("bands"))
        if value is None:
            return ()
        for item in items[:-1]:
            if _is_rest(item):
                self.reader.note(mistakes.WRONG_SHAPE, item, expected=_REST_LAST, hint=Text("", ""))
        return tuple(band for item in items if (band := self.band(item, value.type)))

    def band(self, node: Node, type: Type) -> Band | None:
        if _is_rest(node):
            fields = self.reader.fields(node, needs=("else",))
            points = self.reader.expression(fields.get("else"), self.words, POINTS)
            return Band(None, points) if points is not None else None
        fields = self.reader.fields(node, needs=("from", "points"))
        bound = self.reader.expression(fields.get("from"), self.words, type)
        points = self.reader.expression(fields.get("points"), self.words, POINTS)
        return Band(bound, points) if bound is not None and points is not None else None

    def whole(self, node: Node | None) -> int | None:
        """A whole number of points."""
        if node is None:
            return None
        before, written = len(self.reader.problems), self.reader.expression(node, self.words, POINTS)
        value = written.value if isinstance(written, tree.Constant) else None
        if isinstance(value, int):
            return value
        if len(self.reader.problems) == before:
            expected, hint = Text("整数", "a whole number"), Text("例如：20", "for example: 20")
            self.reader.note(mistakes.BAD_QUANTITY, node, text=self.reader.text(node), expected=expected, hint=hint)
        return None


def _is_rest(node: Node) -> bool:
    return isinstance(node, Mapping) and "else" in node.entries


_IN_ORDER = Text("能比大小的值，如比例、金额、数量", "a value that can be larger or smaller: a ratio, an amount, a count")
_ONE_SOURCE = Text("value、score、children 之一", "one of value, score and children")
_REST_LAST = Text("最后一档：else 后面的档读不到", "the last band: those after else are never reached")
