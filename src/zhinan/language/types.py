"""The types of the language: what a fact may be, in which unit, out of which list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from zhinan.values.quantity import AGE, DAYS, MONEY, MONTHS, YEARS, unit_name
from zhinan.values.text import Text


class Kind(Enum):
    """The families of values. What a value of each is while it is computed with stands beside it."""

    BOOL = "bool"  # bool
    MONEY = "money"  # int or Fraction, fen
    NUMBER = "number"  # int or Fraction; 30 % is 3/10
    COUNT = "count"  # int or Fraction, in a measure word
    DURATION = "duration"  # int or Fraction, in 年, 个月, 天, 个工作日 or 岁
    DATE = "date"  # datetime.date
    CHOICE = "choice"  # str, the key of a member
    SET = "set"  # frozenset of keys
    REGION = "region"  # str, a GB/T 2260 code
    TREE = "tree"  # str, the id of a node; A.1 lies under A
    TEXT = "text"  # str
    RECORDS = "records"  # tuple of records, each a mapping of field key to value


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of a closed list: its key and its names."""

    key: str
    name: Text


@dataclass(frozen=True)
class Choice:
    """A closed list of members (a code list); equal when it is the same list by key."""

    key: str
    name: Text = field(compare=False)
    members: tuple[Member, ...] = field(compare=False)

    def find(self, word: str) -> Member | None:
        """The member called `word` by its key, Chinese or English name."""
        return self._by_word.get(word)

    def by_key(self, key: str) -> Member:
        """The member of that key. Raises `KeyError`."""
        return self._by_key[key]

    def __post_init__(self) -> None:
        by_key = {member.key: member for member in self.members}
        english = {member.name.en: member for member in self.members}
        chinese = {member.name.zh: member for member in self.members}
        object.__setattr__(self, "_by_word", english | chinese | by_key)  # a key is never mistaken for a name
        object.__setattr__(self, "_by_key", by_key)

    _by_word: Mapping[str, Member] = field(init=False, repr=False, compare=False, default_factory=dict)
    _by_key: Mapping[str, Member] = field(init=False, repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its kind, its unit (money, counts, durations), its list (choices, sets, records)."""

    kind: Kind
    unit: str = ""
    choice: Choice | None = None
    record: Record | None = None

    @property
    def name(self) -> Text:
        """What people call a value of this type."""
        words = KIND_NAMES[self.kind]
        if self.kind in (Kind.COUNT, Kind.DURATION):
            of = "of" if self.kind is Kind.COUNT else "in"
            return Text(f"{words.zh}（{self.unit}）", f"{words.en} {of} {unit_name(self.unit).en}")
        about = self.choice or self.record
        return Text(f"{words.zh}（{about.name.zh}）", f"{words.en} ({about.name.en})") if about else words

    @property
    def is_ordered(self) -> bool:
        """Whether two values of it can be put in order."""
        return self.kind in _ORDERED

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers, which can be added and multiplied."""
        return self.kind in _NUMERIC


@dataclass(frozen=True, slots=True)
class Word:
    """A word an expression may use: a fact, a field of a record or a parameter.

    `key` is what values are stored under; `zh` and `en` are how it is written in each language.
    """

    key: str
    zh: str
    en: str
    type: Type


@dataclass(frozen=True, slots=True)
class Record:
    """The shape of the records in a list: its fields and the measure word of a count of them."""

    key: str
    name: Text = field(compare=False)
    measure: str = field(compare=False)
    fields: tuple[Word, ...] = field(compare=False)


_NUMERIC = frozenset({Kind.MONEY, Kind.NUMBER, Kind.COUNT, Kind.DURATION})
_ORDERED = _NUMERIC | {Kind.DATE}
KIND_NAMES = {
    Kind.BOOL: Text("判断（是或否）", "a yes or no"),
    Kind.MONEY: Text("金额", "an amount of money"),
    Kind.NUMBER: Text("比例或数字", "a ratio or number"),
    Kind.COUNT: Text("数量", "a count"),
    Kind.DURATION: Text("期限", "a duration"),
    Kind.DATE: Text("日期", "a date"),
    Kind.CHOICE: Text("选项", "a choice"),
    Kind.SET: Text("多选", "a set"),
    Kind.REGION: Text("行政区划", "a region"),
    Kind.TREE: Text("目录节点", "a node of the tree"),
    Kind.TEXT: Text("文本", "a text"),
    Kind.RECORDS: Text("清单", "a list"),
}

BOOL = Type(Kind.BOOL)
MONEY_TYPE = Type(Kind.MONEY, MONEY)
NUMBER = Type(Kind.NUMBER)
#: Points of a score: a number that is not a ratio, so it is never shown as a percentage.
POINTS = Type(Kind.NUMBER, "分")
DATE = Type(Kind.DATE)
TEXT = Type(Kind.TEXT)
REGION = Type(Kind.REGION)
TREE = Type(Kind.TREE)
DAYS_TYPE = Type(Kind.DURATION, DAYS)
AGE_TYPE = Type(Kind.DURATION, AGE)
YEARS_TYPE = Type(Kind.DURATION, YEARS)
MONTHS_TYPE = Type(Kind.DURATION, MONTHS)


def count_of(measure: str) -> Type:
    """The type of a count in `measure`."""
    return Type(Kind.COUNT, measure)


def duration_in(unit: str) -> Type:
    """The type of a duration in `unit`."""
    return Type(Kind.DURATION, unit)
