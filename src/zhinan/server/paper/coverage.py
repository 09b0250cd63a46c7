"""Which characters the fonts at hand can show: the `cmap` table of each font file, read and nothing else of it.

PDF/A allows no empty boxes, so a character that no font can show has to be known before the page is set.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

#: Tags of tables are four letters, read as one number.
_COLLECTION, _CMAP = (int.from_bytes(tag) for tag in (b"ttcf", b"cmap"))


def characters_of(font: Path) -> frozenset[int]:
    """The code points for which the font (.otf, .ttf, or the first of a .ttc) has a shape; none if it cannot be read."""
    try:
        with font.open("rb") as file:
            return frozenset(point for table in _maps(file) for point in table)
    except (OSError, struct.error):
        return frozenset()


def _maps(file: BinaryIO) -> Iterator[Iterator[int]]:
    (kind,) = _read(file, ">I", at=0)
    (start,) = _read(file, ">I", at=12) if kind == _COLLECTION else (0,)
    (count,) = _read(file, ">4xH", at=start)
    for place in range(count):
        tag, offset = _read(file, ">I4xI", at=start + 12 + 16 * place)
        if tag == _CMAP:
            yield from _tables(file, offset)


def _tables(file: BinaryIO, cmap: int) -> Iterator[Iterator[int]]:
    (count,) = _read(file, ">2xH", at=cmap)
    offsets = {_read(file, ">4xI", at=cmap + 4 + 8 * place)[0] for place in range(count)}
    for offset in offsets:
        (form,) = _read(file, ">H", at=cmap + offset)
        if form in _FORMS:
            yield _FORMS[form](file, cmap + offset)


def _segments(file: BinaryIO, at: int) -> Iterator[int]:
    """Format 4: ranges within the first 65 536 characters. The last range is only an end mark."""
    twice = _read(file, ">6xH", at=at)[0]
    lasts = _read(file, f">{twice // 2}H", at=at + 14)
    firsts = _read(file, f">{twice // 2}H", at=at + 16 + twice)
    for first, last in zip(firsts, lasts, strict=True):
        yield from range(first, min(last, 0xFFFE) + 1)


def _groups(file: BinaryIO, at: int) -> Iterator[int]:
    """Format 12: ranges over all characters."""
    (count,) = _read(file, ">12xI", at=at)
    file.seek(at + 16)
    for first, last in struct.iter_unpack(">II4x", file.read(12 * count)):
        yield from range(first, min(last, 0x10FFFF) + 1)


_FORMS = {4: _segments, 12: _groups}


def _read(file: BinaryIO, layout: str, *, at: int) -> tuple[int, ...]:
    file.seek(at)
    return struct.unpack(layout, file.read(struct.calcsize(layout)))
