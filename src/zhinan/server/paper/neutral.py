"""A paper without what tells who made it: metadata, authors of comments, paths, attachments. What it shows is not changed.

The one door to pypdf. Office files are changed as bytes, part by part; nothing is opened by the program it was made for.
"""

from __future__ import annotations

import logging
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from zhinan.server.archives import Allowance, members_of
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

#: The kinds of paper that can be made neutral.
KINDS = ("pdf", "docx", "xlsx", "pptx", "png", "jpg", "txt")
_ASK = Text(
    "退回补正，请申报单位换成 PDF；或者不放行这份材料", "have it replaced by a PDF through a correction, or do not release it"
)
_KIND = Mistake(
    "paper-kind-not-neutral",
    Text("{kind} 文件里的作者信息去不掉，不能放行", "what tells the author cannot be taken out of a {kind} file"), _ASK,
)  # fmt: skip
_UNREADABLE = Mistake(
    "paper-not-readable",
    Text("文件打不开（损坏或加了密），不能放行", "the file cannot be opened (damaged or locked) and is not released"), _ASK,
)  # fmt: skip
_HOLDS_OBJECT = Mistake(
    "paper-holds-object",
    Text("文件里嵌有别的程序的对象（{name}），不能放行", "it holds an object of another program ({name}): not released"), _ASK,
)  # fmt: skip
#: Of a text layer, so much is searched.
_MOST_TEXT, _MOST_PAGES = 2_000_000, 500
logging.getLogger("pypdf").setLevel(logging.ERROR)  # what it says of a stranger's file names that file


def neutral(kind: str, content: bytes) -> bytes:
    """The paper without its metadata. Raises `BadInput` where that cannot be made sure."""
    made = _MAKERS.get(kind)
    if made is None:
        raise BadInput([_KIND.at(kind=kind.upper())])
    try:
        return made(content)
    except (*_DAMAGED, PyPdfError, RecursionError):
        raise BadInput([_UNREADABLE.at()]) from None


def words_of(kind: str, content: bytes) -> str:
    """The words of a paper as far as a machine reads them; nothing for a picture, or for pages that were scanned."""
    try:
        return _READERS[kind](content)[:_MOST_TEXT] if kind in _READERS else ""
    except (*_DAMAGED, PyPdfError, RecursionError, BadInput):
        return ""


_DAMAGED = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OSError,
    struct.error,
    zipfile.BadZipFile,
    NotImplementedError,
)

# ─── PDF ───

#: What a page needs to be seen; all else of it, and of the document around it, stays behind.
_OF_A_PAGE = {"/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/Contents", "/Group", "/UserUnit"}
_OF_A_BOX = {"/Type", "/Subtype", "/Rect", "/AP", "/AS", "/F", "/MK", "/FT"}
#: Keys that no font or picture is called by.
_TELLS = {
    "/Metadata", "/PieceInfo", "/LastModified", "/StructParents", "/StructParent", "/ActualText", "/OPI", "/Author", "/Creator",
    "/Producer",
}  # fmt: skip
_OF_AN_ATTACHMENT = {"/F", "/UF", "/Desc", "/EF"}


def _neutral_pdf(content: bytes) -> bytes:
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("locked")
    writer = PdfWriter()
    for page in reader.pages:
        around = _resolved(page.get("/Annots"))
        boxes = [_box(each) for each in around if _is_box(each)] if isinstance(around, ArrayObject) else []
        for key in [key for key in page if key not in _OF_A_PAGE]:
            del page[key]
        added = writer.add_page(page)
        if boxes:
            added[NameObject("/Annots")] = ArrayObject(box.clone(writer) for box in boxes)
    if not writer.pages:
        raise ValueError("no pages")
    writer.metadata = None
    for each in list(writer._objects):
        _forget(each, seen=set())
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _resolved(found: object) -> object:
    return found.get_object() if isinstance(found, IndirectObject) else found


def _is_box(annotation: object) -> bool:
    """Whether it is a field of a form, whose content would be missed; comments and links stay behind."""
    found = _resolved(annotation)
    return isinstance(found, DictionaryObject) and found.get("/Subtype") == "/Widget" and "/AP" in found


def _box(annotation: object) -> DictionaryObject:
    found = _resolved(annotation)
    assert isinstance(found, DictionaryObject)
    return DictionaryObject({NameObject(key): value for key, value in found.items() if key in _OF_A_BOX})


def _forget(found: object, seen: set[int]) -> None:
    if id(found) in seen:
        return
    seen.add(id(found))
    if isinstance(found, DictionaryObject):
        tells = _TELLS | _OF_AN_ATTACHMENT if found.get("/Type") == "/Filespec" else _TELLS
        for key in [key for key in found if key in tells]:
            del found[key]
        if isinstance(found, StreamObject) and found.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
            _bare_picture(found)
        for value in found.values():
            _forget(value, seen)
    elif isinstance(found, ArrayObject):
        for value in found:
            _forget(value, seen)


def _bare_picture(stream: StreamObject) -> None:
    try:
        stream._data = _neutral_jpg(stream._data)
    except (ValueError, IndexError, struct.error):
        return  # no picture of a camera: a reader will make of it what it can


def _words_of_pdf(content: bytes) -> str:
    parts, length = [], 0
    for page in PdfReader(BytesIO(content)).pages[:_MOST_PAGES]:
        parts.append(page.extract_text())
        length += len(parts[-1])
        if length > _MOST_TEXT:
            break
    return "\n".join(parts).strip()


# ─── pictures ───

_PNG = b"\x89PNG\r\n\x1a\n"
_SEEN_PNG = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs",
}  # fmt: skip


def _neutral_png(content: bytes) -> bytes:
    if not content.startswith(_PNG):
        raise ValueError("no PNG")
    parts, at = [_PNG], len(_PNG)
    while True:
        (length,) = struct.unpack(">I", content[at : at + 4])
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise ValueError("cut short")
        if name in _SEEN_PNG:
            parts.append(content[at:end])
        if name == b"IEND":
            return b"".join(parts)
        at = end


_SOI, _EOI, _SOS, _COMMENT, _JFIF, _ADOBE = 0xD8, 0xD9, 0xDA, 0xFE, 0xE0, 0xEE
_APPLICATIONS = range(0xE0, 0xF0)
#: A JFIF header without the small picture that may follow it.
_JFIF_LENGTH = 16


def _neutral_jpg(content: bytes) -> bytes:
    """The picture's own segments; what cameras and programs add (EXIF, XMP, comments, small pictures) stays behind."""
    if content[:2] != bytes((0xFF, _SOI)):
        raise ValueError("no JPEG")
    parts, at = [content[:2]], 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("damaged")
        marker = content[at + 1]
        if marker == 0xFF:  # a filler before the marker
            at += 1
            continue
        if marker == _EOI:
            return b"".join([*parts, content[at : at + 2]])
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        end = at + 2 + length
        if marker == _SOS:
            end = _end_of_scan(content, end)
        segment = content[at:end]
        if marker == _JFIF and segment[4:9] == b"JFIF\0":
            parts.append(b"\xff\xe0\x00\x10" + segment[4:_JFIF_LENGTH] + b"\0\0")
        elif marker == _ADOBE or (marker not in _APPLICATIONS and marker != _COMMENT):
            parts.append(segment)
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands; zeros and restarts belong to the picture."""
    while True:
        at = content.index(0xFF, at)
        following = content[at + 1]
        if following and not 0xD0 <= following <= 0xD7:
            return at
        at += 2


# ─── office files ───

#: A fixed moment: that of the format's beginning.
_MOMENT = (1980, 1, 1, 0, 0, 0)
#: Parts that serve no reader: who made it, data of programs around it, the printer it was set for.
_LEFT_OUT = re.compile(r"^(docProps|customXml)/|printerSettings", re.IGNORECASE)
_REFERENCE = re.compile(
    rb"<(?:\w+:)?(?:Relationship|Override)\b[^>]*(?:docProps/|customXml/|printerSettings)[^>]*/>", re.IGNORECASE
)
_VALUE = rb"""\s*=\s*(?:"[^"]*"|'[^']*')"""
#: Links to elsewhere: pages, mail addresses, the folder of whoever made it.
_OUTSIDE = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*\bTargetMode" + _VALUE + rb"[^>]*/>", re.IGNORECASE)
_TARGET = re.compile(rb"\bTarget" + _VALUE)
_NAMES = re.compile(
    rb"\b((?:w\d*\w*:)?(?:author|initials|userId|providerId|userName|displayName|lastModifiedBy|lastUser))" + _VALUE,
    re.IGNORECASE,
)
_AUTHORS = re.compile(rb"<((?:\w+:)?author)>[^<]*</")
_PATHS = re.compile(rb"<(?:\w+:)?(?:absPath|fileSharing|docVar)\b[^>]*/>", re.IGNORECASE)
_PRINTER = re.compile(rb"(<(?:\w+:)?pageSetup\b[^>]*?)\s+r:id" + _VALUE)
_PPT_NAME = re.compile(rb"\b(name)" + _VALUE)
_EMBEDDED = re.compile(r"/(embeddings|activeX)/", re.IGNORECASE)


def _neutral_office(content: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _parts(content):
            if not _LEFT_OUT.search(name):
                archive.writestr(zipfile.ZipInfo(name, _MOMENT), _neutral_part(name, part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    for member in members_of(BytesIO(content), Allowance()):
        if not member.is_folder:
            member.content.seek(0)
            yield member.name, member.content.read()


def _neutral_part(name: str, part: bytes) -> bytes:
    extension = name.rpartition(".")[2].lower()
    if _EMBEDDED.search(name):
        if extension not in ("docx", "xlsx", "pptx") and not name.endswith(".rels"):
            raise BadInput([_HOLDS_OBJECT.at(name=name.rpartition("/")[2])])
        return _neutral_office(part) if extension in ("docx", "xlsx", "pptx") else _neutral_xml(name, part)
    if extension in ("jpg", "jpeg", "png"):
        return (_neutral_png if extension == "png" else _neutral_jpg)(part)
    return _neutral_xml(name, part) if extension in ("xml", "rels", "vml") else part


def _neutral_xml(name: str, part: bytes) -> bytes:
    if part.startswith((b"\xff\xfe", b"\xfe\xff")):  # in UTF-16, which these programs do not write, nothing would be found
        raise ValueError("not UTF-8")
    part = _REFERENCE.sub(b"", part)
    part = _OUTSIDE.sub(lambda found: _TARGET.sub(b'Target="about:blank"', found.group()), part)
    part = _PATHS.sub(b"", _AUTHORS.sub(rb"<\1></", _NAMES.sub(rb'\1=""', part)))
    part = _PRINTER.sub(rb"\1", part)
    return _PPT_NAME.sub(rb'\1=""', part) if re.search(r"ppt/(commentAuthors|authors)\.xml$", name) else part


_TEXTS = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</(?:\w+:)?t>|<(?:\w+:)?(?:p|row|si)[ >]")


def _words_of_office(content: bytes) -> str:
    texts = []
    for name, part in _parts(content):
        if name.endswith(".xml"):
            texts.append("".join((found[1] or b"\n").decode("utf-8", "replace") for found in _TEXTS.finditer(part)))
    return "\n".join(texts).strip()


def _words_of_text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


_MAKERS: dict[str, Callable[[bytes], bytes]] = {
    "pdf": _neutral_pdf, "png": _neutral_png, "jpg": _neutral_jpg, "txt": lambda content: content,
    **dict.fromkeys(("docx", "xlsx", "pptx"), _neutral_office),
}  # fmt: skip
_READERS: dict[str, Callable[[bytes], str]] = {
    "pdf": _words_of_pdf, "txt": _words_of_text, **dict.fromkeys(("docx", "xlsx", "pptx"), _words_of_office),
}  # fmt: skip
