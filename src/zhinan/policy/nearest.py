"""The known words closest to one that is not known; and words short enough to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from zhinan.values.text import Text

#: Longer words are shown by their beginning.
SHOWN = 60


def brief(word: str) -> str:
    """`word` as a message shows it: a very long one cut short.

    >>> brief("甲" * 1000)[-3:]
    '甲甲…'
    """
    return word if len(word) <= SHOWN else word[:SHOWN] + "…"


def near(word: str, known: Iterable[str]) -> Text:
    """A sentence with the known words closest to `word`, or with some of them."""
    known = list(dict.fromkeys(known))
    close = get_close_matches(word, known, n=3, cutoff=0.5)
    if close:
        return Text(f"最接近的：{'、'.join(close)}", f"the nearest: {', '.join(close)}")
    if 0 < len(known) <= 12:
        return Text(f"可用：{'、'.join(known)}", f"one of: {', '.join(known)}")
    return Text("", "")
