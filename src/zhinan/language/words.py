"""What an expression may say: the words of the vocabulary, by every name they go by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from zhinan.language.types import DATE, Word
from zhinan.values.text import Text

#: The word for the day of application; the engine knows it itself.
APPLICATION_DAY = Word("application_day", "申报日", "application_day", DATE)


@dataclass(frozen=True, slots=True)
class Words:
    """Words by each of their names, and the ids of the nodes of the tree of directions."""

    by_name: Mapping[str, Word]
    nodes: frozenset[str] = frozenset()

    @staticmethod
    def of(words: Iterable[Word], nodes: Iterable[str] = ()) -> Words:
        """The words, found by their Chinese and English names, and the application day."""
        every = (APPLICATION_DAY, *words)
        return Words({name: word for word in every for name in (word.en, word.zh)}, frozenset(nodes))

    def near(self, name: str) -> Text:
        """A sentence with the words closest to `name`; or with how words begin, if none is close."""
        close = list(dict.fromkeys(self._close(name)))[:4]
        if not close:
            return self._roots()
        return Text(
            f"最接近的词：{'、'.join(word.zh for word in close)}",
            f"the nearest words: {', '.join(word.en for word in close)}",
        )

    def _close(self, name: str) -> list[Word]:
        """Words like it under the same root; else those like the whole of it, and those with the same last name."""
        root, _, last = name.rpartition(".")
        parted = {called: called.rpartition(".") for called in self.by_name}
        siblings = {parts[2]: called for called, parts in parted.items() if root and parts[0] == root}
        if near := get_close_matches(last, siblings, n=3, cutoff=0.5):
            return [self.by_name[siblings[found]] for found in near]
        alike = [] if siblings else get_close_matches(name, parted, n=3, cutoff=0.6)
        namesakes = [called for called, parts in parted.items() if parts[2] == last]
        return [self.by_name[called] for called in [*alike, *namesakes[:3]]]

    def _roots(self) -> Text:
        zh = dict.fromkeys(word.zh.partition(".")[0] for word in self.by_name.values())
        en = dict.fromkeys(word.en.partition(".")[0] for word in self.by_name.values())
        return Text(f"可用的词这样开头：{'、'.join(zh)}", f"words begin with one of: {', '.join(en)}")
