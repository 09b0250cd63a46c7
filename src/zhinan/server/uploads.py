"""What a file someone uploads must be before it is kept: known by its name, true to it, whole, and harmless.

Nothing is opened by the program it was made for and no XML is parsed: the file is read as bytes, in pieces.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from io import SEEK_END, BytesIO
from typing import IO

from zhinan.server import uploads_mistakes as mistakes
from zhinan.server.archives import MAX_UNFOLDED, MEGABYTE, Allowance, Member, members_of
from zhinan.server.file_names import extension_of, shown_name
from zhinan.values.problem import BadInput, Mistake

LIMIT = 50 * MEGABYTE
_PIECE = 1 << 16


class Kind(StrEnum):
    """The kinds of file that are kept."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    DOC = "doc"
    XLS = "xls"
    WPS = "wps"
    PNG = "png"
    JPG = "jpg"
    TXT = "txt"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be kept: its kind, the type to serve it with, a name that is safe to show, its size and digest."""

    kind: Kind
    mime: str
    safe_name: str
    size: int
    sha256: str


def accept(name: str, content: bytes | IO[bytes], *, declared_type: str = "", limit: int = LIMIT) -> Accepted:
    """The file as it may be kept. Raises `BadInput` with one problem; a file too large is not read to its end.

    `content` is bytes or a file that can be read and sought; once accepted it stands at its beginning again.
    `declared_type` is what the browser says: never a reason to believe, but one to refuse what a browser would run.

    >>> accept("说明.txt", "你好".encode()).mime
    'text/plain'
    """
    file = BytesIO(content) if isinstance(content, bytes) else content
    safe_name = shown_name(name)
    try:
        kind = _kind_of(safe_name, declared_type)
        size, sha256 = _measured(file, limit)
        _CHECKS[kind](kind, file, Allowance())
    except BadInput as refused:
        raise BadInput([replace(each, file=_path(safe_name, each.file)) for each in refused.problems]) from None
    file.seek(0)
    return Accepted(kind, _MIME[kind], safe_name, size, sha256)


def _path(archive: str, member: str) -> str:
    return f"{archive} › {member}" if member else archive


def _refused(mistake: Mistake, **words: object) -> BadInput:
    return BadInput([mistake.at(**words)])


# -- the name and the size ----------------------------------------------------------------------------

_KINDS = {**{kind.value: kind for kind in Kind}, "jpeg": Kind.JPG}
_WITH_MACROS = {"docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm"}
_RUN_BY_BROWSERS = {"svg", "svgz", "html", "htm", "xhtml", "mht", "mhtml", "js", "mjs"}
_RUN_TYPES = re.compile(r"html|svg|javascript|ecmascript", re.IGNORECASE)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MIME = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: f"{_OFFICE}wordprocessingml.document",
    Kind.XLSX: f"{_OFFICE}spreadsheetml.sheet",
    Kind.PPTX: f"{_OFFICE}presentationml.presentation",
    Kind.DOC: "application/msword",
    Kind.XLS: "application/vnd.ms-excel",
    Kind.WPS: "application/vnd.ms-works",
    Kind.PNG: "image/png",
    Kind.JPG: "image/jpeg",
    Kind.TXT: "text/plain",
    Kind.ZIP: "application/zip",
}


def _kind_of(name: str, declared_type: str = "") -> Kind:
    extension = extension_of(name)
    if extension in _RUN_BY_BROWSERS or _RUN_TYPES.search(declared_type):
        raise _refused(mistakes.ACTIVE_FILE, found=extension if extension in _RUN_BY_BROWSERS else declared_type)
    if extension in _WITH_MACROS:
        raise _refused(mistakes.MACROS)
    if extension not in _KINDS:
        raise _refused(mistakes.WRONG_KIND, found=extension or mistakes.NO_EXTENSION, choices=" ".join(Kind))
    return _KINDS[extension]


def _measured(file: IO[bytes], limit: int) -> tuple[int, str]:
    """Its size and SHA-256; reading stops as soon as the limit is passed."""
    size, digest = 0, hashlib.sha256()
    for piece in _pieces(file):
        size += len(piece)
        if size > limit:
            raise _refused(mistakes.TOO_LARGE, limit=f"{limit / MEGABYTE:g}")
        digest.update(piece)
    if not size:
        raise _refused(mistakes.EMPTY)
    return size, digest.hexdigest()


# -- how content is read ------------------------------------------------------------------------------


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(512)


#: As much of the last piece is looked at once more with the next one; every pattern here is shorter.
_OVERLAP = 64


def _holds(file: IO[bytes], pattern: re.Pattern[bytes]) -> bool:
    """Whether the pattern is anywhere in the file; a match may lie across two pieces."""
    window, start = b"", 0
    for piece in _pieces(file):
        kept = window[-_OVERLAP:]
        # The first byte that is kept was looked at already: it only shows what stands before the second.
        window, start = kept + piece, min(len(kept), 1)
        # What touches the end may go on in the next piece, and is looked at again with it.
        if any(found.end() < len(window) for found in pattern.finditer(window, start)):
            return True
    return pattern.search(window, start) is not None


_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGINS = {
    Kind.PDF: b"%PDF-", Kind.PNG: b"\x89PNG\r\n\x1a\n", Kind.JPG: b"\xff\xd8\xff",
    **dict.fromkeys((Kind.DOCX, Kind.XLSX, Kind.PPTX, Kind.ZIP), b"PK\x03\x04"),
    **dict.fromkeys((Kind.DOC, Kind.XLS, Kind.WPS), _OLE2),
}  # fmt: skip


def _check_beginning(kind: Kind, file: IO[bytes], _: Allowance) -> None:
    head = _head(file)
    if not head.startswith(_BEGINS[kind]):
        raise _refused(mistakes.NOT_WHAT_IT_SAYS, extension=kind, found=mistakes.looks_like(head))


# -- documents and texts ------------------------------------------------------------------------------

#: Part of an address (example.org/Launch) it is not: there a small letter stands before the slash.
_RUN_BY_READERS = re.compile(rb"(?<![a-z0-9._%~-])/(?:JavaScript|Launch)(?![0-9A-Za-z])")


def _check_pdf(kind: Kind, file: IO[bytes], allowance: Allowance) -> None:
    _check_beginning(kind, file, allowance)
    file.seek(max(file.seek(0, SEEK_END) - 2048, 0))
    if b"%%EOF" not in file.read():
        raise _refused(mistakes.CUT_SHORT)
    if _holds(file, _RUN_BY_READERS):
        raise _refused(mistakes.RUNS_SCRIPTS)


def _stream_named(*names: str) -> re.Pattern[bytes]:
    """Names of streams as an OLE2 directory holds them: UTF-16, ended by a zero, letters large or small."""
    return re.compile(b"|".join(re.escape(f"{name}\0".encode("utf-16-le")) for name in names), re.IGNORECASE)


_OLE2_MACROS = _stream_named("_VBA_PROJECT")
_OLE2_LOCKED = _stream_named("EncryptedPackage")
_OLE2_OWN = {Kind.DOC: _stream_named("WordDocument"), Kind.XLS: _stream_named("Workbook", "Book")}


def _check_ole2(kind: Kind, file: IO[bytes], allowance: Allowance) -> None:
    _check_beginning(kind, file, allowance)
    if _holds(file, _OLE2_LOCKED):
        raise _refused(mistakes.LOCKED)
    if _holds(file, _OLE2_MACROS):
        raise _refused(mistakes.MACROS)
    if kind in _OLE2_OWN and not _holds(file, _OLE2_OWN[kind]):
        raise _refused(mistakes.NOT_WHAT_IT_SAYS, extension=kind, found=mistakes.OLD_OFFICE)


#: Signs that no text has: all controls but tab, line ends, form feed and the old end of file.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")


def _check_text(kind: Kind, file: IO[bytes], _: Allowance) -> None:
    if not any(_is_text(file, encoding) for encoding in ("utf-8", "gb18030")):
        raise _refused(mistakes.NOT_TEXT)


def _is_text(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        readable = not any(_NOT_TEXT.search(decoder.decode(piece)) for piece in _pieces(file))
        decoder.decode(b"", final=readable)
    except UnicodeDecodeError:
        return False
    return readable


# -- archives -----------------------------------------------------------------------------------------

_PART = {Kind.DOCX: "word/", Kind.XLSX: "xl/", Kind.PPTX: "ppt/"}
_CONTENT_TYPES = "[Content_Types].xml"
#: A VBA project, and the sheets that held macros before there was one.
_MACRO_MEMBER = re.compile(r"vbaproject\.bin$|(^|/)macrosheets/", re.IGNORECASE)
_MACRO_TYPE = re.compile(b"macroenabled", re.IGNORECASE)


def _check_office(kind: Kind, file: IO[bytes], allowance: Allowance) -> None:
    if _head(file).startswith(_OLE2) and _holds(file, _OLE2_LOCKED):
        raise _refused(mistakes.LOCKED)
    _check_beginning(kind, file, allowance)
    names = set()
    for member in members_of(file, allowance):
        if _is_macro(member):
            raise _refused(mistakes.MACROS)
        names.add(member.name)
    if _CONTENT_TYPES not in names or not any(name.startswith(_PART[kind]) for name in names):
        raise _refused(mistakes.NOT_WHAT_IT_SAYS, extension=kind, found=mistakes.OTHER_ARCHIVE)


def _is_macro(member: Member) -> bool:
    in_types = member.name == _CONTENT_TYPES and _holds(member.content, _MACRO_TYPE)
    return in_types or _MACRO_MEMBER.search(member.name) is not None


def _check_zip(kind: Kind, file: IO[bytes], allowance: Allowance) -> None:
    _check_beginning(kind, file, allowance)
    for member in members_of(file, allowance):
        try:
            _check_member(member, allowance)
        except BadInput as refused:
            raise BadInput([each.placed(file=shown_name(member.name), line=0) for each in refused.problems]) from None


def _check_member(member: Member, allowance: Allowance) -> None:
    if member.is_folder or _left_by_a_mac(member):
        return
    kind = _kind_of(shown_name(member.name))
    if kind is Kind.ZIP:
        raise _refused(mistakes.ARCHIVE_IN_ARCHIVE)
    _measured(member.content, MAX_UNFOLDED)
    _CHECKS[kind](kind, member.content, allowance)


def _left_by_a_mac(member: Member) -> bool:
    """Whether it is one of the files a Mac puts into every archive, which nobody sees and nobody opens."""
    folder, _, own = member.name.rpartition("/")
    if folder.startswith("__MACOSX") and own.startswith("._"):
        return _head(member.content).startswith(b"\x00\x05\x16\x07")
    return own == ".DS_Store" and _head(member.content).startswith(b"\x00\x00\x00\x01Bud1")


_CHECKS: dict[Kind, Callable[[Kind, IO[bytes], Allowance], None]] = {
    Kind.PDF: _check_pdf,
    Kind.TXT: _check_text,
    Kind.ZIP: _check_zip,
    **dict.fromkeys((Kind.PNG, Kind.JPG), _check_beginning),
    **dict.fromkeys((Kind.DOC, Kind.XLS, Kind.WPS), _check_ole2),
    **dict.fromkeys((Kind.DOCX, Kind.XLSX, Kind.PPTX), _check_office),
}
