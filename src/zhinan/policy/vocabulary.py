"""The vocabulary: every fact a condition may ask for, with its type, unit, period and where it usually comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from zhinan.language.check import APPLICATION_DAY
from zhinan.language.scan import KEYWORDS
from zhinan.language.types import (
    AGE_TYPE,
    BOOL,
    DATE,
    MONEY_TYPE,
    NUMBER,
    POINTS,
    REGION,
    TEXT,
    TREE,
    Choice,
    Kind,
    Member,
    Record,
    Type,
    Word,
    count_of,
    duration_in,
)  # fmt: skip
from zhinan.policy import mistakes
from zhinan.policy.nearest import near
from zhinan.policy.reader import Reader
from zhinan.policy.yaml_source import Node, load_yaml, read_text
from zhinan.values.problem import BadInput, Problem
from zhinan.values.quantity import DURATIONS, MEASURES
from zhinan.values.text import Text

WHENCE = ("declared", "document", "register", "derived", "authority")
_SIMPLE = {
    "points": POINTS,
    "money": MONEY_TYPE, "ratio": NUMBER, "date": DATE, "age": AGE_TYPE, "bool": BOOL, "region": REGION,
    "direction": TREE, "line": TEXT, "text": TEXT, "code": TEXT,
}  # fmt: skip
_TYPES = (*_SIMPLE, "count", "duration", "choice", "set", "records")
_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_NAME = re.compile(r"[^\W\d]\w*")
#: A count in one of these is read as a word of its own type, not as a measure word.
_UNITS = {"count": tuple(MEASURES), "duration": tuple(unit for unit in DURATIONS if unit != "岁")}
CODES = ("uscc",)


@dataclass(frozen=True, slots=True)
class FactWord:
    """A fact of the vocabulary: its word for the language, and what a form needs to ask for it.

    `whence` is one of `declared document register derived authority`; `code` names the code it must be (`uscc`), if any.
    """

    word: Word
    label: Text
    root: Text
    whence: str
    period: str = ""
    help: Text = Text("", "")
    code: str = ""

    @property
    def key(self) -> str:
        """The key the fact is stored under: `applicant.staff`."""
        return self.word.key


@dataclass(frozen=True)
class Vocabulary:
    """Facts by key and by name; code lists and record types by key.

    `field_codes` names the code that a field of a record must be, by the keys of the record and the field.
    """

    facts: dict[str, FactWord]
    choices: dict[str, Choice]
    records: dict[str, Record]
    roots: dict[str, Text]
    field_codes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    by_name: dict[str, FactWord] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = {name: fact for fact in self.facts.values() for name in (fact.word.en, fact.word.zh, fact.key)}
        object.__setattr__(self, "by_name", names)

    def find(self, name: str) -> FactWord | None:
        """The fact called `name`: `申报单位.从业人数` or `applicant.staff`."""
        return self.by_name.get(name)

    def root(self, name: str) -> str | None:
        """The key of the root called `name` in either language."""
        return next((key for key, label in self.roots.items() if name in (key, label.zh, label.en)), None)

    def near(self, name: str) -> Text:
        """A sentence with the words closest to `name`."""
        return near(name, self.by_name)


@cache
def base_vocabulary() -> Vocabulary:
    """The vocabulary that ships with Zhinan. Raises `BadInput`."""
    folder = Path(str(resources.files("zhinan"))) / "packs" / "vocabulary"
    return load_vocabulary(sorted(folder.glob("*.yaml")))


def load_vocabulary(paths: Iterable[Path]) -> Vocabulary:
    """The vocabulary in these files, whatever order they come in. Raises `BadInput` with every problem."""
    problems: list[Problem] = []
    files: list[tuple[Reader, dict[str, Node]]] = []
    for path in paths:
        reader = Reader(str(path), problems)
        try:
            files.append((reader, reader.fields(load_yaml(read_text(path), str(path)), may=("choices", "records", "roots"))))
        except BadInput as bad:
            reader.take(bad.problems, 0)
    builder = _Builder()
    for section in ("choices", "records", "roots"):
        for reader, sections in files:
            for node in reader.items(sections.get(section)):
                getattr(builder, section)(reader, node)
    if problems:
        raise BadInput(problems)
    return Vocabulary(builder.facts, builder.choice_lists, builder.record_types, builder.root_names, builder.field_codes)


def name_is_good(zh: str, key: str) -> bool:
    """Whether an expression can say `zh`, and `key` can be stored: no spaces, no signs, no keyword.

    >>> name_is_good("从业人数", "staff"), name_is_good("从业 人数", "staff"), name_is_good("且", "and")
    (True, False, False)
    """
    return bool(_NAME.fullmatch(zh)) and zh not in KEYWORDS and bool(_KEY.fullmatch(key))


class _Builder:
    def __init__(self) -> None:
        self.choice_lists: dict[str, Choice] = {}
        self.record_types: dict[str, Record] = {}
        self.facts: dict[str, FactWord] = {}
        self.root_names: dict[str, Text] = {}
        self.field_codes: dict[tuple[str, str], str] = {}

    def choices(self, reader: Reader, node: Node) -> None:
        fields = reader.fields(node, needs=("key", "name", "members"), may=("help",))
        key, members = reader.text(fields.get("key")), []
        for item in reader.items(fields.get("members")):
            entry = reader.fields(item, needs=("key", "zh", "en"), may=("help",))
            name = Text(reader.text(entry.get("zh")), reader.text(entry.get("en")))
            members.append((Member(reader.text(entry.get("key")), name), item.line))
        for name_of in (lambda each: each[0].key, lambda each: each[0].name.zh, lambda each: each[0].name.en):
            reader.unique(members, name_of, lambda each: each[1])
        if key in self.choice_lists:
            reader.note(mistakes.DUPLICATE_ID, node, id=key)
        self.choice_lists[key] = Choice(key, reader.bilingual(fields.get("name")), tuple(member for member, _ in members))

    def records(self, reader: Reader, node: Node) -> None:
        fields = reader.fields(node, needs=("key", "name", "measure", "fields"), may=("help",))
        key, words = reader.text(fields.get("key")), []
        for item in reader.items(fields.get("fields")):
            entry = reader.fields(item, needs=("key", "zh", "en", "type"), may=_FACT_KEYS)
            name, zh = self.names(reader, item, entry)
            words.append((Word(name, zh, name, type_named(reader, item, entry, self.choice_lists, {})), item.line))
            if code := _code(reader, entry):
                self.field_codes[key, name] = code
        for name_of in (lambda each: each[0].key, lambda each: each[0].zh):
            reader.unique(words, name_of, lambda each: each[1])
        if key in self.record_types:
            reader.note(mistakes.DUPLICATE_ID, node, id=key)
        name_text = reader.bilingual(fields.get("name"))
        measure = reader.one_of(fields.get("measure"), MEASURES)
        self.record_types[key] = Record(key, name_text, measure, tuple(word for word, _ in words))

    def roots(self, reader: Reader, node: Node) -> None:
        fields = reader.fields(node, needs=("key", "name", "facts"), may=("help",))
        key, root = reader.text(fields.get("key")), reader.bilingual(fields.get("name"))
        if "name" in fields and self.root_names.setdefault(key, root) != root:
            reader.note(mistakes.DUPLICATE_ID, node, id=key)
        for item in reader.items(fields.get("facts")):
            entry = reader.fields(item, needs=("key", "zh", "en", "type"), may=(*_FACT_KEYS, "whence", "period"))
            name, zh = self.names(reader, item, entry)
            word = Word(
                f"{key}.{name}",
                f"{root.zh}.{zh}",
                f"{key}.{name}",
                type_named(reader, item, entry, self.choice_lists, self.record_types),
            )
            if word.key in self.facts or any(word.zh == fact.word.zh for fact in self.facts.values()):
                reader.note(mistakes.DUPLICATE_ID, item, id=word.zh)
            self.facts[word.key] = FactWord(
                word, Text(zh, reader.text(entry.get("en"))), root,
                whence=reader.one_of(entry.get("whence"), WHENCE, "declared"), period=reader.text(entry.get("period")),
                help=reader.bilingual(entry.get("help")), code=_code(reader, entry),
            )  # fmt: skip

    def names(self, reader: Reader, node: Node, entry: dict[str, Node]) -> tuple[str, str]:
        """The key and the Chinese name of a fact or field."""
        key, zh = reader.text(entry.get("key")), reader.text(entry.get("zh"))
        if entry.keys() >= {"key", "zh"} and not name_is_good(zh, key):
            reader.note(mistakes.BAD_NAME, node, word=f"{zh} / {key}")
        return key, zh


_FACT_KEYS = ("unit", "of", "help")


def type_named(
    reader: Reader, node: Node, entry: dict[str, Node], choices: Mapping[str, Choice], records: Mapping[str, Record]
) -> Type:
    """The type a vocabulary entry (or a parameter) states by `type:`, `unit:` and `of:`; what is wrong is noted."""
    name = reader.one_of(entry.get("type"), _TYPES, "text")
    if name in _SIMPLE:
        return _SIMPLE[name]
    if name in ("count", "duration"):
        if "unit" not in entry:
            reader.note(mistakes.MISSING_KEY, node, key="unit")
        unit = reader.one_of(entry.get("unit"), _UNITS[name], _UNITS[name][0])
        return count_of(unit) if name == "count" else duration_in(unit)
    wanted = reader.text(entry.get("of"))
    lists: Mapping[str, object] = records if name == "records" else choices
    if wanted not in lists:
        reader.note(mistakes.UNKNOWN_LIST, node, word=wanted, hint=reader.near(wanted, lists))
        return TEXT
    if name == "records":
        return Type(Kind.RECORDS, record=records[wanted])
    return Type(Kind.CHOICE if name == "choice" else Kind.SET, choice=choices[wanted])


def _code(reader: Reader, entry: dict[str, Node]) -> str:
    return reader.one_of(entry.get("of"), CODES) if reader.text(entry.get("type")) == "code" else ""


def words_of(vocabulary: Vocabulary, parameters: Iterable[Word] = ()) -> dict[str, Word]:
    """Every word an explanation may name, by key: the facts, the application day and the parameters of packs."""
    words = [APPLICATION_DAY, *(fact.word for fact in vocabulary.facts.values()), *parameters]
    return {word.key: word for word in words}
