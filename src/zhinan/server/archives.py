"""Archives by strangers: their members one by one, and never more than an honest archive holds."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from io import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import IO

from zhinan.server import uploads_mistakes as mistakes
from zhinan.values.problem import BadInput, Mistake

MEGABYTE = 1 << 20
#: What an archive may hold, counted over everything inside it: a person's papers never come near.
MAX_MEMBERS, MAX_UNFOLDED = 2000, 200 * MEGABYTE
#: A member over 1 MB that shrank more than this was made to fill a disk.
MAX_RATIO = 200
#: The list of members is shorter than this; a longer one would fill the memory before it is counted.
_MAX_DIRECTORY = 2 * MEGABYTE
#: What is larger is laid on the disk while it is looked at.
_IN_MEMORY = 4 * MEGABYTE
_PIECE = 1 << 16
#: Everything the standard library says about an archive that is damaged or made to mislead.
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OSError, IndexError)


@dataclass(slots=True)
class Allowance:
    """What archives may still unfold to; counted down, also by archives inside archives."""

    members: int = MAX_MEMBERS
    octets: int = MAX_UNFOLDED


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive: its name as it was typed, and its content, open while it is looked at."""

    name: str
    is_folder: bool
    content: IO[bytes]


def members_of(file: IO[bytes], allowance: Allowance) -> Iterator[Member]:
    """The members of a zip, each unfolded when its turn comes. Raises `BadInput` for an archive that misleads."""
    _check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGED:
        raise _refused(mistakes.BROKEN_ARCHIVE) from None
    with archive:
        for name, member in _checked(archive.infolist(), allowance).items():
            with _unfolded(archive, member, allowance) as content:
                yield Member(name, member.is_dir(), content)


def _check_directory(file: IO[bytes]) -> None:
    """Refuses a list of members too long to be read at all, before the library reads it whole."""
    file.seek(max(file.seek(0, SEEK_END) - (1 << 16) - 22, 0))
    tail = file.read()
    # Where the library looks, in the same order: the last 22 bytes, else the last mark.
    at = len(tail) - 22 if tail[-22:].startswith(b"PK\x05\x06") else tail.rfind(b"PK\x05\x06")
    # The 64-bit form is for archives beyond 4 GB; its figures would be believed instead of those read here.
    if at < 0 or len(tail) < at + 22 or tail[:at][-20:].startswith(b"PK\x06\x07"):
        raise _refused(mistakes.BROKEN_ARCHIVE)
    count, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if count > MAX_MEMBERS or directory > _MAX_DIRECTORY:
        raise _refused(mistakes.BOMB)


def _checked(members: list[zipfile.ZipInfo], allowance: Allowance) -> dict[str, zipfile.ZipInfo]:
    """The members by name, when the list itself is fit to be unfolded."""
    allowance.members -= len(members)
    sizes = [(member.file_size, member.compress_size) for member in members]
    if allowance.members < 0 or sum(size for size, _ in sizes) > allowance.octets:
        raise _refused(mistakes.BOMB)
    if any(size > MEGABYTE and size > MAX_RATIO * packed for size, packed in sizes):
        raise _refused(mistakes.BOMB)
    if any(member.flag_bits & 1 for member in members):
        raise _refused(mistakes.LOCKED)
    named = {_name(member): member for member in members}
    # Of two members of one name, every program takes another one.
    if len(named) < len(members) or any(map(_leads_elsewhere, named)):
        raise _refused(mistakes.WRONG_PATH)
    return named


def _name(member: zipfile.ZipInfo) -> str:
    """Its name as it was typed: without the flag for UTF-8 it is mostly a Chinese Windows that wrote it."""
    name = member.orig_filename
    if member.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def _leads_elsewhere(name: str) -> bool:
    return not name or re.search(r"^/|[\\\x00]|^[A-Za-z]:|(^|/)\.\.(/|$)", name) is not None


def _unfolded(archive: zipfile.ZipFile, member: zipfile.ZipInfo, allowance: Allowance) -> IO[bytes]:
    """The member's content in a temporary file. Raises `BadInput` if it is not what the archive says."""
    content = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # the caller closes what it was given
    try:
        _unfold(archive, member, content)
    except _DAMAGED:
        content.close()
        raise _refused(mistakes.BROKEN_ARCHIVE) from None
    allowance.octets -= member.file_size
    return content


def _unfold(archive: zipfile.ZipFile, member: zipfile.ZipInfo, content: IO[bytes]) -> None:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("a method that office programs do not use")
    longer = copy(member)
    longer.file_size += 1  # the library stops at the size that is claimed; one more shows the lie
    with archive.open(longer) as packed:
        while piece := packed.read(_PIECE):
            content.write(piece)
    if content.tell() != member.file_size:
        raise zipfile.BadZipFile("longer or shorter than it says")


def _refused(mistake: Mistake) -> BadInput:
    return BadInput([mistake.at()])
