"""Rules as they are stored: values out of JSON, every key known, every shape right, all problems at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction

from zhinan.policy.nearest import brief
from zhinan.review import mistakes
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_RATIO = re.compile(r"[0-9]{1,6}(/[1-9][0-9]{0,5})?")


class Written:
    """The entries of one JSON object. `place` says in a message where it stands (`criteria[2]`).

    Problems gather in `problems`, which an object within shares with the one around it; `done` raises them.
    """

    def __init__(self, value: object, keys: Collection[str], place: str = "", problems: list[Problem] | None = None) -> None:
        self.place = place
        self.problems: list[Problem] = [] if problems is None else problems
        self.entries: Mapping[object, object] = value if isinstance(value, Mapping) else {}
        self.is_map = isinstance(value, Mapping)
        if not self.is_map:
            self.wrong("", value, Text("一组键和值", "a map of keys to values"))
        for key in self.entries:
            if key not in keys:
                self.note(mistakes.SETTING_UNKNOWN, str(key), choices=", ".join(sorted(keys)))

    def done(self) -> None:
        """Raises `BadInput` if anything was wrong."""
        if self.problems:
            raise BadInput(self.problems)

    def note(self, mistake: Mistake, key: str, **words: object) -> None:
        """Note a mistake in the entry `key`."""
        where = ".".join(filter(None, (self.place, brief(key))))
        self.problems.append(mistake.at(key=where, **words))

    def wrong(self, key: str, value: object, expected: Text) -> None:
        """Note that the entry is not what is expected there."""
        self.note(mistakes.SETTING_WRONG, key, word=brief(str(value)), expected=expected)

    def given(self, key: str) -> object:
        """The entry, which must be there."""
        if self.is_map and key not in self.entries:
            self.note(mistakes.SETTING_MISSING, key)
        return self.entries.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = self.given(key) if default is None else self.entries.get(key, default)
        if isinstance(value, str):
            return value
        if value is not None:
            self.wrong(key, value, Text("文字", "a text"))
        return default or ""

    def bilingual(self, key: str) -> Text:
        """A text in both languages: `{"zh": …, "en": …}`."""
        value = self.given(key)
        if value is None:
            return Text("", "")
        both = Written(value, ("zh", "en"), f"{self.place}.{key}".strip("."), self.problems)
        return Text(both.text("zh"), both.text("en"))

    def one_of(self, key: str, choices: Collection[str], default: str) -> str:
        """A text out of `choices`."""
        value = self.entries.get(key, default)
        if isinstance(value, str) and value in choices:
            return value
        choice = ", ".join(choices)
        self.wrong(key, value, Text(f"其中之一：{choice}", f"one of: {choice}"))
        return default

    def flag(self, key: str) -> bool:
        """A truth; false when absent."""
        value = self.entries.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, value, Text("true 或 false", "true or false"))
        return value is True

    def whole(self, key: str, default: int, *, least: int = 0, most: int = 10**15) -> int:
        """A whole number from `least` to `most`."""
        value = self.entries.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.wrong(key, value, Text(f"{least} 到 {most} 的整数", f"a whole number from {least} to {most}"))
        return default

    def whole_or_none(self, key: str, *, least: int = 0) -> int | None:
        """A whole number, or `None` when it is absent or null."""
        return None if self.entries.get(key) is None else self.whole(key, least, least=least)

    def decimal(self, key: str, default: Decimal | None = None) -> Decimal:
        """A decimal, written as text or as a whole number; without a default it must be there."""
        value = self.given(key) if default is None else self.entries.get(key, default)
        if isinstance(value, Decimal):
            return value
        if isinstance(value, str | int) and not isinstance(value, bool) and _NUMBER.fullmatch(str(value)):
            return Decimal(str(value))
        if value is not None:
            self.wrong(key, value, Text('写成文字的小数，例如 "12.5"', 'a decimal written as text, such as "12.5"'))
        return default or Decimal(0)

    def ratio(self, key: str, default: Fraction) -> Fraction:
        """A ratio from 0 to 1, written as `2/3`."""
        value = self.entries.get(key)
        if value is None:
            return default
        if isinstance(value, str | int) and not isinstance(value, bool) and _RATIO.fullmatch(str(value)):
            ratio = Fraction(str(value))
            if ratio <= 1:
                return ratio
        self.wrong(key, value, Text("0 到 1 的比例，例如 2/3", "a ratio from 0 to 1, such as 2/3"))
        return default

    def items(self, key: str) -> list[object]:
        """A list; empty when absent."""
        value = self.entries.get(key, [])
        if isinstance(value, list | tuple):
            return list(value)
        self.wrong(key, value, Text("一个列表", "a list"))
        return []

    def within(self, key: str) -> Mapping[str, object]:
        """An object with free keys; empty when absent."""
        value = self.entries.get(key, {})
        if isinstance(value, Mapping):
            return {str(name): entry for name, entry in value.items()}
        self.wrong(key, value, Text("一组键和值", "a map of keys to values"))
        return {}
