"""Reading YAML nodes into values: every key known, every shape right, every problem noted with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import TypeVar

from zhinan.language.check import Words, check
from zhinan.language.tree import Typed, Value
from zhinan.language.types import BOOL, Type
from zhinan.policy import mistakes
from zhinan.policy.item import Cites
from zhinan.policy.nearest import brief, near
from zhinan.policy.written import read_value
from zhinan.policy.yaml_source import MAX_PROBLEMS, Listing, Mapping, Node, Scalar
from zhinan.values.dates import read_day
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.quantity import read_quantity
from zhinan.values.text import Text

Read = TypeVar("Read")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WHOLE = re.compile(r"[0-9]{1,9}")
#: To find the nearest word takes a while: past this many problems none is looked for.
MAX_HINTS = 200

_QUOTE_COMMAS = Text("文字里有逗号或冒号时，用引号括起来", "put text that holds a comma or a colon in quotes")
A_MAP = Text("一组“键: 值”", "a map of keys to values")
A_LIST = Text("一个列表", "a list")
A_TEXT = Text("文字", "text")
BILINGUAL = Text("{zh: …, en: …}", "{zh: …, en: …}")


class Reader:
    """Reads the nodes of one file; problems gather in `problems`, shared by all files of a pack."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems

    def note(self, mistake: Mistake, node: Node | int, **words: object) -> None:
        """Note a mistake at the line of `node`."""
        shown = {name: brief(word) if isinstance(word, str) and name != "choices" else word for name, word in words.items()}
        self.take([mistake.at(**shown)], node)

    def take(self, problems: Iterable[Problem], node: Node | int, *, source: str = "") -> None:
        """Note problems found at the line of `node`; past `MAX_PROBLEMS`, only that there are more."""
        line = node if isinstance(node, int) else node.line
        for problem in problems:
            if len(self.problems) < MAX_PROBLEMS:
                self.problems.append(problem.placed(file=self.file, line=line, source=source))
            elif len(self.problems) == MAX_PROBLEMS:
                self.problems.append(mistakes.TOO_MANY_PROBLEMS.at(limit=MAX_PROBLEMS).placed(file=self.file, line=line))

    @property
    def is_full(self) -> bool:
        """Whether so many problems were found that no more are listed."""
        return len(self.problems) >= MAX_PROBLEMS

    def near(self, word: str, known: Iterable[str]) -> Text:
        """A sentence with the words nearest to `word`; nothing once there are very many problems."""
        return near(word, known) if len(self.problems) < MAX_HINTS else Text("", "")

    def fields(self, node: Node, *, needs: Iterable[str] = (), may: Iterable[str] = ()) -> dict[str, Node]:
        """The entries of a map whose keys are all known; missing and unknown keys are noted."""
        if not isinstance(node, Mapping):
            self.note(mistakes.WRONG_SHAPE, node, expected=A_MAP, hint=Text("", ""))
            return {}
        known = [*needs, *may]
        for key in node.entries:
            if key not in known:
                self.note(mistakes.UNKNOWN_KEY, node.key_lines[key], key=key, hint=self.near(key, known))
        for key in needs:
            if key not in node.entries:
                self.note(mistakes.MISSING_KEY, node, key=key)
        return {key: value for key, value in node.entries.items() if key in known}

    def entries(self, node: Node | None) -> dict[str, Node]:
        """The entries of a map with free keys."""
        if node is None:
            return {}
        if isinstance(node, Mapping):
            return node.entries
        self.note(mistakes.WRONG_SHAPE, node, expected=A_MAP, hint=Text("", ""))
        return {}

    def items(self, node: Node | None) -> list[Node]:
        """The nodes of a list; none when there is no list."""
        if node is None:
            return []
        if isinstance(node, Listing):
            return node.items
        self.note(mistakes.WRONG_SHAPE, node, expected=A_LIST, hint=Text("每项前写“- ”", "begin each item with “- ”"))
        return []

    def text(self, node: Node | None, default: str = "") -> str:
        """The text of a scalar, its line breaks and runs of spaces folded."""
        word = self.word(node)
        return default if word is None else word

    def word(self, node: Node | None) -> str | None:
        """As `text`; `None` when there is no text (which is noted, unless the node is absent)."""
        if isinstance(node, Scalar):
            return " ".join(node.text.split())
        if node is not None:
            self.note(mistakes.WRONG_SHAPE, node, expected=A_TEXT, hint=Text("", ""))
        return None

    def texts(self, node: Node | None) -> tuple[str, ...]:
        """The texts of a list of scalars."""
        return tuple(self.text(item) for item in self.items(node))

    def bilingual(self, node: Node | None) -> Text:
        """A text in both languages."""
        if node is None:
            return Text("", "")
        if not isinstance(node, Mapping):
            self.note(mistakes.WRONG_SHAPE, node, expected=BILINGUAL, hint=Text("", ""))
            return Text("", "")
        if stray := next((key for key in node.entries if key not in ("zh", "en")), None):
            self.note(mistakes.UNKNOWN_KEY, node.key_lines[stray], key=stray, hint=_QUOTE_COMMAS)
            return Text("", "")
        fields = self.fields(node, needs=("zh", "en"))
        return Text(self.text(fields.get("zh")), self.text(fields.get("en")))

    def flag(self, node: Node | None) -> bool:
        """A truth written `true` or `false` (是, 否); false when absent."""
        word = self.one_of(node, ("true", "false", "是", "否"), "false")
        return word in ("true", "是")

    def one_of(self, node: Node | None, choices: Iterable[str], default: str = "") -> str:
        """A text out of `choices`."""
        word = self.word(node)
        if node is None or word is None:
            return default
        choices = list(choices)
        if word not in choices:
            self.note(mistakes.NOT_ONE_OF, node, word=word, choices=", ".join(choices))
            return default
        return word

    def identifier(self, node: Node | None) -> str:
        """An id in kebab-case."""
        word = self.word(node)
        if node is None or word is None:
            return ""
        if not _ID.fullmatch(word):
            self.note(mistakes.BAD_ID, node, id=word)
        return word

    def day(self, node: Node | None) -> date | None:
        """A day; `None` when absent or wrong (which is noted)."""
        word = self.word(node)
        if node is None or word is None:
            return None
        try:
            return read_day(word)
        except ValueError:
            self.note(mistakes.BAD_DATE, node, day=word)
            return None

    def whole(self, node: Node | None) -> int:
        """A whole number without a unit (a year); 0 when absent or wrong (which is noted)."""
        word = self.word(node)
        if node is None or word is None:
            return 0
        if not _WHOLE.fullmatch(word):
            expected, hint = Text("整数", "a whole number"), Text("例如：2026", "for example: 2026")
            self.note(mistakes.BAD_QUANTITY, node, text=word, expected=expected, hint=hint)
            return 0
        return int(word)

    def fraction(self, node: Node | None) -> Fraction:
        """A percentage or plain number; 0 when wrong (which is noted)."""
        word = self.word(node)
        if node is None or word is None:
            return Fraction(0)
        try:
            quantity = read_quantity(word)
        except ValueError:
            quantity = None
        if quantity is None or quantity.unit not in ("", "%"):
            expected, hint = Text("比例", "a ratio"), Text("例如：30%", "for example: 30%")
            self.note(mistakes.BAD_QUANTITY, node, text=word, expected=expected, hint=hint)
            return Fraction(0)
        return quantity.value / 100 if quantity.unit == "%" else quantity.value

    def expression(self, node: Node | None, words: Words, expected: Type | None = BOOL) -> Typed | None:
        """A checked expression; its problems are noted with the line and a caret."""
        source = self.word(node)
        if node is None or source is None or self.is_full:
            return None
        try:
            return check(source, words, expected=expected)
        except BadInput as bad:
            self.take(bad.problems, node, source=source)
            return None

    def cites(self, node: Node, fields: dict[str, Node]) -> Cites:
        """Clauses, rules and place of an item, for its constructor. `clause:` is one path or a list of them."""
        written = fields.get("clause")
        paths = self.texts(written) if isinstance(written, Listing) else (self.text(written),)
        rules = tuple(dict.fromkeys(self.texts(fields.get("rules"))))
        return {
            "clause": paths[0] if paths else "",
            "more_clauses": paths[1:],
            "rules": rules,
            "file": self.file,
            "line": node.line,
        }

    def each(self, node: Node | None, make: Callable[[Node], Read]) -> tuple[Read, ...]:
        """The entries of a list; a list of one may leave out the dash."""
        if node is None:
            return ()
        return tuple(make(item) for item in ([node] if isinstance(node, Mapping) else self.items(node)))

    def value(self, node: Node, type: Type, label: Text) -> Value:
        """A value as people write it; `None` when it is unknown or wrong (which is noted)."""
        try:
            return read_value(self.text(node), type, label=label)
        except BadInput as bad:
            self.take(bad.problems, node)
            return None

    def unique(self, items: Iterable[Read], key: Callable[[Read], str], line: Callable[[Read], int]) -> dict[str, Read]:
        """Items by their ids; a second one of an id is noted and left out."""
        found: dict[str, Read] = {}
        for item in items:
            if key(item) in found:
                self.note(mistakes.DUPLICATE_ID, line(item), id=key(item))
            else:
                found[key(item)] = item
        return found
