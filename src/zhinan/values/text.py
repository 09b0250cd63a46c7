"""Text: one sentence in Chinese and in English, kept together so that neither falls behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in two languages.

    >>> Text("可以申报", "eligible").in_lang("en")
    'eligible'
    """

    zh: str
    en: str

    def in_lang(self, lang: Lang) -> str:
        """The words for a reader of `lang`."""
        return self.zh if lang == "zh" else self.en

    def filled(self, **words: object) -> Text:
        """Both sentences with their `{gaps}` filled; a `Text` fills each with its own language."""
        return Text(
            self.zh.format(**{name: _in(word, "zh") for name, word in words.items()}),
            self.en.format(**{name: _in(word, "en") for name, word in words.items()}),
        )


def _in(word: object, lang: Lang) -> object:
    return word.in_lang(lang) if isinstance(word, Text) else word


def same(word: str) -> Text:
    """A `Text` that reads the same in both languages (a name, a number)."""
    return Text(word, word)
