"""A font is asked which characters it has, in every form in which fonts say so."""

from __future__ import annotations

import struct
from importlib.resources import files
from pathlib import Path

import pytest

from zhinan.server.paper.coverage import characters_of

#: 中 and 文 to 斈, then the end mark.
SEGMENTS = struct.pack(">7H", 4, 0, 0, 6, 0, 0, 0) + struct.pack(">7H", 0x4E2D, 0x6588, 0xFFFF, 0, 0x4E2D, 0x6587, 0xFFFF)
#: A to C, and 𠮷.
GROUPS = struct.pack(">HHIII", 12, 0, 0, 0, 2) + struct.pack(">6I", 0x41, 0x43, 1, 0x20BB7, 0x20BB7, 9)
#: Characters are also chosen by the one after them; such a table names none of its own.
OTHER = struct.pack(">HI", 14, 0)


def font(*tables: bytes, start: int = 0) -> bytes:
    """A font file that has a `cmap` and nothing else."""
    offsets = [4 + 8 * len(tables) + sum(map(len, tables[:place])) for place in range(len(tables))]
    cmap = struct.pack(">HH", 0, len(tables)) + b"".join(struct.pack(">HHI", 3, 10, offset) for offset in offsets)
    cmap += b"".join(tables)
    other, own = struct.pack(">4s3I", b"OS/2", 0, 0, 0), struct.pack(">4s3I", b"cmap", 0, start + 44, len(cmap))
    return b"OTTO" + struct.pack(">4H", 2, 0, 0, 0) + other + own + cmap


@pytest.mark.parametrize(
    ("content", "characters"),
    [
        (font(SEGMENTS), "中文斈"),
        (font(GROUPS), "ABC𠮷"),
        (font(OTHER, SEGMENTS, GROUPS), "中文斈ABC𠮷"),
        (b"ttcf" + struct.pack(">3I", 0, 1, 16) + font(GROUPS, start=16), "ABC𠮷"),
        (b"", ""),
        (b"OTTO", ""),
        (font(GROUPS)[:60], ""),
    ],
    ids=range(7),
)
def test_the_characters_of_a_font_are_known(content: bytes, characters: str, tmp_path: Path) -> None:
    path = tmp_path / "a.otf"
    path.write_bytes(content)

    assert characters_of(path) == {ord(sign) for sign in characters}


def test_a_font_that_is_not_there_shows_nothing(tmp_path: Path) -> None:
    assert characters_of(tmp_path / "a.otf") == frozenset()


def test_the_shipped_fonts_show_what_applications_are_written_in() -> None:
    shipped = files("pylopdf_fonts_zh_cn").joinpath("NotoSerifSC-Regular.otf")

    missing = {ord(sign) for sign in "申报，。“”—…①㎡℃ＡＢ１銀 Aé≥"} - characters_of(Path(str(shipped)))

    assert missing == set()
