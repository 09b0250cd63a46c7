"""How wide text stands in a terminal, and full-width signs read as half-width ones."""

from __future__ import annotations

import unicodedata

#: `！` to `～` stand for `!` to `~`, one for one; the ideographic space is a space.
_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def display_width(text: str) -> int:
    """Columns that `text` takes in a terminal, where a Chinese character takes two.

    >>> display_width("指南 ok")
    7
    """
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def half_width(text: str) -> str:
    """`text` with full-width letters, digits and signs as half-width ones; its length never changes.

    >>> half_width("１５００万元，ＯＫ")
    '1500万元,OK'
    """
    return text.translate(_HALF_WIDTH)
