"""What everything in a pack has in common: it cites the clause it carries and the rules it makes executable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from zhinan.language import tree
from zhinan.language.tree import Typed

#: A text of the language in each reading of an ambiguity; the key is `""` where nothing is ambiguous.
Variants = Mapping[str, Typed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something of a pack that cites a clause, or several. `file` and `line` tell where it is written."""

    clause: str
    more_clauses: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def is_executable(self) -> bool:
        """Whether the engine runs it, rather than a person judging it."""
        return True

    @property
    def trees(self) -> tuple[Variants, ...]:
        """Its expressions, whose leaves may cite clauses of their own."""
        return ()

    @property
    def clauses(self) -> tuple[str, ...]:
        """Every clause it cites, each once."""
        leaves = (
            node.clause
            for variants in self.trees
            for typed in variants.values()
            for node in tree.walk(typed)
            if isinstance(node, tree.Cited)
        )
        return tuple(dict.fromkeys(path for path in (self.clause, *self.more_clauses, *leaves) if path))


class Cites(TypedDict):
    """The fields every `Item` has."""

    clause: str
    more_clauses: tuple[str, ...]
    rules: tuple[str, ...]
    file: str
    line: int
