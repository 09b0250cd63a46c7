"""Conditions as written in YAML: one expression, or a tree of `all:`, `any:`, `not:` whose leaves cite and speak."""

from __future__ import annotations

from collections.abc import Callable

from zhinan.language import tree
from zhinan.language.check import Words
from zhinan.language.tree import Typed
from zhinan.policy import mistakes
from zhinan.policy.reader import A_LIST, Reader
from zhinan.policy.yaml_source import Listing, Mapping, Node, Scalar
from zhinan.values.text import Text


def read_truth(reader: Reader, words: Words, node: Node) -> Typed | None:
    """The checked truth in `node`; what is wrong is noted, and then there is none."""
    if isinstance(node, Scalar):
        return reader.expression(node, words)
    fields = reader.fields(node, may=("all", "any", "not", "require", "clause", "rules", "says"))
    body = _branch(reader, words, node, fields)
    if body is None or not {"clause", "says"} & fields.keys():
        return body
    return tree.Cited(body, reader.text(fields.get("clause")), reader.bilingual(fields.get("says")))


def _branch(reader: Reader, words: Words, node: Node, fields: dict[str, Node]) -> Typed | None:
    if len(fields.keys() & {"all", "any", "not", "require"}) != 1:
        expected = Text("表达式，或 all:、any:、not:、require: 之一", "an expression, or one of all:, any:, not:, require:")
        reader.note(mistakes.WRONG_SHAPE, node, expected=expected, hint=Text("", ""))
        return None
    for key, make in (("all", tree.both), ("any", tree.either)):
        if key in fields:
            return _joined(reader, words, fields[key], make)
    if "not" in fields:
        term = read_truth(reader, words, fields["not"])
        return None if term is None else tree.opposite(term)
    return read_truth(reader, words, fields["require"])


def _joined(reader: Reader, words: Words, node: Node, make: Callable[..., Typed]) -> Typed | None:
    if isinstance(node, Listing) and not node.items:
        reader.note(mistakes.WRONG_SHAPE, node, expected=A_LIST, hint=Text("至少写一项", "write one item at least"))
    terms = [read_truth(reader, words, item) for item in reader.items(node)]
    known = [term for term in terms if term is not None]
    return make(*known) if known and len(known) == len(terms) else None


def leaf_rules(reader: Reader, node: Node | None) -> tuple[str, ...]:
    """The rules named by the leaves of a tree."""
    if node is None or isinstance(node, Scalar):
        return ()
    if not isinstance(node, Mapping):
        return tuple(rule for item in node.items for rule in leaf_rules(reader, item))
    own = reader.texts(node.entries.get("rules"))
    below = tuple(rule for key, each in node.entries.items() if key != "rules" for rule in leaf_rules(reader, each))
    return own + below
