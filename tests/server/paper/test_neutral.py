"""A paper without its metadata: a canary in every hidden place of every kind of file; what it shows stays."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

from zhinan.server.paper.neutral import KINDS, neutral, words_of
from zhinan.server.paper.word import Paragraph, document
from zhinan.values.problem import BadInput

CANARY = b"qiyuan-canary"
WORD = CANARY.decode()


# ─── files with a canary in every hidden place ───


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def jpg() -> bytes:
    """A picture with EXIF, XMP, a comment, a small picture in its header and something after its end."""
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x11\xff\x00\x22\xff\xd0\x33"
    heads = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01" + CANARY[:3]) + segment(0xE1, b"Exif\0\0" + CANARY)
    return b"".join([
        b"\xff\xd8", heads, segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + CANARY), segment(0xFE, CANARY), segment(0xEE, b"Adobe-colour"),
        segment(0xDB, b"quantisation"), segment(0xC0, b"frame"), segment(0xC4, b"huffman"), scan, segment(0xC4, b"huffman"), scan,
        b"\xff\xd9", CANARY,
    ])  # fmt: skip


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png() -> bytes:
    texts = (chunk(b"tEXt", b"Author\0" + CANARY), chunk(b"iTXt", CANARY), chunk(b"eXIf", CANARY), chunk(b"tIME", b"1234567"))
    shown = (chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0") + b"".join((*texts, *shown)) + CANARY


def pdf() -> bytes:
    """A PDF with information, XMP, an attachment, a note, a bookmark, a layer name, a picture from a camera, an earlier revision."""
    made = typst.compile(b"= Visible heading\nVisible words", ignore_system_fonts=True)
    writer = PdfWriter(clone_from=io.BytesIO(made))
    writer.add_metadata({"/Author": WORD, "/Title": WORD, "/Company": WORD})
    writer.add_attachment(f"{WORD}.txt", CANARY)
    writer.add_annotation(0, FreeText(text=WORD, rect=(10, 10, 99, 99)))
    writer.add_outline_item(title=WORD, page_number=0)
    writer._root_object[NameObject("/Lang")] = TextStringObject(WORD)
    page = writer.pages[0]
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/App"): TextStringObject(WORD)})
    picture = StreamObject()
    picture.update({
        NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image"),
        NameObject("/Filter"): NameObject("/DCTDecode"), NameObject("/LastModified"): TextStringObject(WORD),
    })  # fmt: skip
    picture._data = jpg()
    names = DictionaryObject({NameObject("/A"): writer._add_object(picture)})
    page["/Resources"][NameObject("/XObject")] = names  # type: ignore[index]  # pypdf's own objects
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def office(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = CANARY
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.comment = CANARY
            archive.writestr(info, part)
    return out.getvalue()


PARTS = {
    "[Content_Types].xml": b'<Types><Default Extension="xml"/><Override PartName="/docProps/core.xml" ContentType="x"/></Types>',
    "_rels/.rels": b'<Relationships><Relationship Id="rId1" Target="word/document.xml"/><Relationship Id="rId2" Target="docProps/core.xml"/></Relationships>',
    "docProps/core.xml": b"<dc:creator>%b</dc:creator>" % CANARY,
    "docProps/custom.xml": CANARY,
    "customXml/item1.xml": CANARY,
    "word/document.xml": b'<w:p><w:ins w:id="1" w:author="%b" w:date="2026"><w:r><w:t>Visible words</w:t></w:r></w:ins></w:p>' % CANARY,
    "word/comments.xml": b"<w:comment w:author='%b' w:initials=\"%b\"><w:t>Visible note</w:t></w:comment>" % (CANARY, CANARY),
    "word/people.xml": b'<w15:person w15:author="%b"><w15:presenceInfo w15:providerId="AD" w15:userId="%b"/></w15:person>' % (CANARY, CANARY),
    "word/settings.xml": b'<w:docVars><w:docVar w:name="unit" w:val="%b"/></w:docVars>' % CANARY,
    "word/_rels/settings.xml.rels": b'<Relationships><Relationship Id="r" Target="file:///C:/%b/a.dot" TargetMode="External"/></Relationships>' % CANARY,
    "word/media/image1.jpeg": jpg(),
    "word/media/image2.png": png(),
}  # fmt: skip
SHEET = {
    "[Content_Types].xml": b"<Types/>",
    "xl/workbook.xml": b'<workbook><fileSharing userName="%b"/><x15ac:absPath url="C:\\%b\\" xmlns:x15ac="x"/></workbook>' % (CANARY, CANARY),
    "xl/comments1.xml": b"<comments><authors><author>%b</author></authors></comments>" % CANARY,
    "xl/persons/person.xml": b'<person displayName="%b" id="{1}" userId="%b" providerId="AD"/>' % (CANARY, CANARY),
    "xl/worksheets/sheet1.xml": b'<worksheet><is><t>Visible words</t></is><pageSetup orientation="portrait" r:id="rId1"/></worksheet>',
    "xl/worksheets/_rels/sheet1.xml.rels": b'<Relationships><Relationship Id="rId1" Target="../printerSettings/printerSettings1.bin"/></Relationships>',
    "xl/printerSettings/printerSettings1.bin": CANARY,
}  # fmt: skip
SLIDES = {
    "[Content_Types].xml": b"<Types/>", "ppt/slides/slide1.xml": b"<a:p><a:t>Visible words</a:t></a:p>",
    "ppt/commentAuthors.xml": b'<p:cmAuthor id="0" name="%b" initials="%b"/>' % (CANARY, CANARY),
    "ppt/embeddings/book.xlsx": office(SHEET),
}  # fmt: skip
FILES: dict[str, Callable[[], bytes]] = {
    "pdf": pdf, "jpg": jpg, "png": png, "docx": lambda: office(PARTS), "xlsx": lambda: office(SHEET), "pptx": lambda: office(SLIDES),
}  # fmt: skip


def everything_in(content: bytes) -> bytes:
    """All that can be found in a file, unpacked to the last stream."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            comments = archive.comment + b"".join(info.comment + info.extra for info in archive.infolist())
            return comments + b"".join(info.filename.encode() + everything_in(archive.read(info)) for info in archive.infolist())
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        parts = [content]
        for number in range(1, reader.trailer["/Size"]):
            found = reader.get_object(number)
            parts.append(repr(found).encode())
            if isinstance(found, StreamObject):
                parts += [found._data, found.get_data() if found.get("/Filter") == "/FlateDecode" else b""]
        return b"".join(parts)
    return content


@pytest.mark.parametrize("kind", sorted(FILES))
def test_the_canary_is_there_before_and_nowhere_after(kind: str) -> None:
    content = FILES[kind]()
    assert CANARY in everything_in(content)

    assert CANARY not in everything_in(neutral(kind, content))


@pytest.mark.parametrize("kind", sorted(FILES))
def test_the_same_file_gives_the_same_copy_and_a_copy_of_it_too(kind: str) -> None:
    once = neutral(kind, FILES[kind]())

    assert neutral(kind, FILES[kind]()) == once
    assert neutral(kind, once) == once or kind == "pdf"  # a PDF is numbered anew
    assert everything_in(neutral(kind, once)).count(b"Visible") == everything_in(once).count(b"Visible")


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx", "pptx"])
def test_what_it_shows_stays(kind: str) -> None:
    assert "Visible words" in words_of(kind, neutral(kind, FILES[kind]()))


def test_a_picture_keeps_its_own_segments() -> None:
    bare = neutral("jpg", jpg())

    assert (bare[:11], bare[-2:]) == (b"\xff\xd8\xff\xe0\x00\x10JFIF\0", b"\xff\xd9")
    assert [bare.count(part) for part in (b"huffman", b"Adobe-colour", b"\x11\xff\x00\x22\xff\xd0\x33")] == [2, 1, 2]
    assert [name in neutral("png", png()) for name in (b"IHDR", b"IDAT", b"IEND")] == [True] * 3


def test_a_field_of_a_form_is_still_seen() -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    look = StreamObject()
    look.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
    look._data = b"BT (Visible) Tj ET"
    box = DictionaryObject({
        NameObject("/Subtype"): NameObject("/Widget"), NameObject("/T"): TextStringObject(WORD), NameObject("/V"): TextStringObject(WORD),
        NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
    })  # fmt: skip
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(box)])
    out = io.BytesIO()
    writer.write(out)

    bare = neutral("pdf", out.getvalue())

    (kept,) = PdfReader(io.BytesIO(bare)).pages[0]["/Annots"]  # type: ignore[misc]  # pypdf's own objects
    assert kept.get_object()["/AP"]["/N"].get_object().get_data() == b"BT (Visible) Tj ET"
    assert CANARY not in everything_in(bare)


def test_a_word_file_of_ours_still_opens() -> None:
    from docx import Document  # its door is elsewhere; here it only proves that the file opens

    made = document("Title", [Paragraph("Visible words")], at=datetime(2026, 1, 1, tzinfo=UTC))

    assert [each.text for each in Document(io.BytesIO(neutral("docx", made))).paragraphs] == ["Title", "Visible words"]


@pytest.mark.parametrize("kind", ["doc", "xls", "wps", "zip", "exe", ""])
def test_kinds_that_cannot_be_made_neutral_are_refused(kind: str) -> None:
    with pytest.raises(BadInput) as no:
        neutral(kind, b"anything")

    assert [each.code for each in no.value.problems] == ["paper-kind-not-neutral"]


def test_an_object_of_another_program_is_refused() -> None:
    with pytest.raises(BadInput) as no:
        neutral("docx", office({**PARTS, "word/embeddings/oleObject1.bin": CANARY}))

    assert [each.code for each in no.value.problems] == ["paper-holds-object"]


def test_a_locked_pdf_is_refused() -> None:
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)

    with pytest.raises(BadInput):
        neutral("pdf", out.getvalue())


@given(kind=st.sampled_from([kind for kind in KINDS if kind != "txt"]), data=st.data())
def test_a_damaged_file_is_refused_or_made_neutral_never_an_error_of_ours(kind: str, data: st.DataObject) -> None:
    whole = FILES[kind]() if kind != "pdf" else b"%PDF-1.4\n" + CANARY
    at = data.draw(st.integers(0, len(whole)))
    broken = data.draw(st.sampled_from([whole[:at], whole[:at] + b"\xff\0" + whole[at:], whole[at:], b""]))

    try:
        made = neutral(kind, broken)
    except BadInput as refused:
        assert refused.problems
    else:
        assert CANARY not in everything_in(made)
    words_of(kind, broken)
