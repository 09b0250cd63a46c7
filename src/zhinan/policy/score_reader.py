"""From the YAML of an index to its score tree."""

from __future__ import annotations

from zhinan.language import tree
from zhinan.language.check import Words
from zhinan.language.tree import Typed
from zhinan.language.types import NUMBER, Type, Word
from zhinan.policy import mistakes
from zhinan.policy.reader import Reader
from zhinan.policy.score import Band, Criterion, Index
from zhinan.policy.yaml_source import Mapping, Node

SURE = ("verified", "unverified", "")


class ScoreReader:
    """Reads one index file against the words of its pack."""

    def __init__(self, reader: Reader, words: Words) -> None:
        self.reader = reader
        self.words = words

    def index(self, node: Node) -> Index:
        """The index in the file; what is wrong is noted."""
        needs, may = ("index", "name", "clause", "max", "criteria"), ("rules", "note", "sure", "choose")
        fields = self.reader.fields(node, needs=needs, may=may)
        id, name = self.reader.identifier(fields.get("index")), self.reader.bilingual(fields.get("name"))
        children = tuple(self.criterion(item) for item in self.reader.items(fields.get("criteria")))
        highest = self.whole(fields.get("max"))
        root = Criterion(
            clause="", id=id, name=name, max=highest, value=None, bands=(), score=None,
            choose=self.choice(fields), children=children, sure="",
        )  # fmt: skip
        word = Word(f"index.{id}", f"指标.{name.zh}", f"index.{id.replace('-', '_')}", NUMBER)
        return Index(**self.reader.cites(node, fields), id=id, name=name, max=highest or 0, root=root, word=word)

    def choice(self, fields: dict[str, Node]) -> str:
        return self.reader.one_of(fields.get("choose"), ("sum", "best"), "sum")

    def criterion(self, node: Node) -> Criterion:
        may = ("clause", "rules", "max", "value", "bands", "score", "choose", "children", "sure", "note")
        fields = self.reader.fields(node, needs=("id", "name"), may=may)
        id = self.reader.identifier(fields.get("id"))
        value = self.reader.expression(fields.get("value"), self.words, None)
        if not {"value", "score", "children"} & fields.keys():
            self.reader.note(mistakes.EMPTY_CRITERION, node, id=id)
        bands = [self.band(item, value.type) for item in self.reader.items(fields.get("bands"))] if value is not None else []
        return Criterion(
            **self.reader.cites(node, fields), id=id, name=self.reader.bilingual(fields.get("name")),
            max=self.whole(fields.get("max")), value=value, bands=tuple(band for band in bands if band),
            score=self.reader.expression(fields.get("score"), self.words, NUMBER), choose=self.choice(fields),
            children=tuple(self.criterion(item) for item in self.reader.items(fields.get("children"))),
            sure=self.reader.one_of(fields.get("sure"), SURE, ""),
        )  # fmt: skip

    def band(self, node: Node, type: Type) -> Band | None:
        if isinstance(node, Mapping) and "else" in node.entries:
            points = self.reader.expression(node.entries["else"], self.words, NUMBER)
            return Band(None, points) if points is not None else None
        fields = self.reader.fields(node, needs=("from", "points"))
        bound = self.reader.expression(fields.get("from"), self.words, type)
        points = self.reader.expression(fields.get("points"), self.words, NUMBER)
        return Band(bound, points) if bound is not None and points is not None else None

    def whole(self, node: Node | None) -> int | None:
        """A whole number of points."""
        if node is None:
            return None
        written: Typed | None = self.reader.expression(node, self.words, NUMBER)
        value = written.value if isinstance(written, tree.Constant) else None
        return value if isinstance(value, int) else None
