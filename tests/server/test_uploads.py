"""A file is kept when it is known by its name, true to it, whole and harmless; any other is refused with what to do next."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.server import uploads_mistakes
from zhinan.server.archives import MAX_MEMBERS
from zhinan.server.file_names import shown_name
from zhinan.server.uploads import Accepted, Kind, accept
from zhinan.values.problem import BadInput

MB = 1 << 20
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 40
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TYPES = "[Content_Types].xml"


def briefly(value: object) -> str | None:
    """How bytes, or members of an archive, are called in the name of a test."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes {value[:8].hex()}"
    return " ".join(list(value)[:3]) if isinstance(value, dict) else None


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return made.getvalue()


def ole2(*streams: str, before: int = 504) -> bytes:
    """A file of old Office, as far as its directory of streams is looked at."""
    return OLE2 + b"\0" * before + b"".join(f"{name}\0".encode("utf-16-le").ljust(128, b"\0") for name in streams)


DOCX = archive({TYPES: b"<Types/>", "word/document.xml": b"<w/>"})
XLSX = archive({TYPES: b"<Types/>", "xl/workbook.xml": b"<w/>"})
PPTX = archive({TYPES: b"<Types/>", "ppt/presentation.xml": b"<p/>"})
DOC, XLS = ole2("Root Entry", "WordDocument"), ole2("Root Entry", "Workbook")


def refusal(name: str, content: bytes, **how: object) -> tuple[str, str]:
    """The code of the one problem, and the file it is about."""
    with pytest.raises(BadInput) as refused:
        accept(name, content, **how)  # type: ignore[arg-type]  # the keywords of one test
    [problem] = refused.value.problems
    return problem.code.removeprefix("upload-"), problem.file


@pytest.mark.parametrize(
    ("name", "content", "kind", "mime"),
    [
        ("申报书.pdf", PDF, Kind.PDF, "application/pdf"),
        ("a.PNG", PNG, Kind.PNG, "image/png"),
        ("a.jpeg", JPG, Kind.JPG, "image/jpeg"),
        ("a.docx", DOCX, Kind.DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", XLSX, Kind.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.pptx", PPTX, Kind.PPTX, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ("a.doc", DOC, Kind.DOC, "application/msword"),
        ("a.xls", XLS, Kind.XLS, "application/vnd.ms-excel"),
        ("a.xls", ole2("Book"), Kind.XLS, "application/vnd.ms-excel"),
        ("a.wps", ole2("WPS"), Kind.WPS, "application/vnd.ms-works"),
        ("a.txt", "说明：𠮷\r\n".encode(), Kind.TXT, "text/plain"),
        ("a.txt", "说明\t甲".encode("gb18030"), Kind.TXT, "text/plain"),
        ("a.zip", archive({"资料/": b"", "资料/甲.pdf": PDF, "b.docx": DOCX}), Kind.ZIP, "application/zip"),
    ],
    ids=briefly,
)
def test_every_kind_on_the_list_is_taken(name: str, content: bytes, kind: Kind, mime: str) -> None:
    digest = hashlib.sha256(content).hexdigest()

    assert accept(name, content) == Accepted(kind, mime, shown_name(name), len(content), digest)


def test_what_real_programs_write_is_taken() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "名称"
    book.save(made)

    assert accept("名单.xlsx", made).kind is Kind.XLSX


@pytest.mark.parametrize("sign", ["好", "𠮷"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_long_text_is_read_across_its_pieces(encoding: str, sign: str) -> None:
    assert accept("a.txt", b"." + (sign * 40_000).encode(encoding)).kind is Kind.TXT


def test_an_accepted_file_stands_at_its_beginning_again() -> None:
    file = io.BytesIO(PDF)
    file.seek(7)

    assert accept("a.pdf", file).size == len(PDF)
    assert file.read() == PDF


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        # by the name
        ("a.exe", b"MZ", "wrong-kind"),
        ("报告\u202efdp.exe", PDF, "wrong-kind"),
        ("报告", PDF, "wrong-kind"),
        ("报告．pdf", PDF, "wrong-kind"),
        ("a.rar", b"Rar!", "wrong-kind"),
        ("a.svg", b"<svg onload='alert(1)'/>", "active-file"),
        ("a.html", b"<html>", "active-file"),
        ("a.docm", DOCX, "macros"),
        ("a.xlsm", XLSX, "macros"),
        # by the content
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"\n" + PDF, "not-what-it-says"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-what-it-says"),
        ("a.png", JPG, "not-what-it-says"),
        ("a.docx", XLSX, "not-what-it-says"),
        ("a.docx", archive({"word/document.xml": b""}), "not-what-it-says"),
        ("a.docx", DOC, "not-what-it-says"),
        ("a.xls", b"<html><table>", "not-what-it-says"),
        ("a.xls", DOC, "not-what-it-says"),
        ("a.zip", b"Rar!\x1a\x07\x00", "not-what-it-says"),
        ("a.pdf", PDF.replace(b"%%EOF", b""), "cut-short"),
        ("a.pdf", PDF + b"\0" * 2048, "cut-short"),
        ("a.pdf", PDF + b"<</S/JavaScript/JS(app.alert(1))>>\n%%EOF", "pdf-scripts"),
        ("a.pdf", PDF + b"<</S /Launch/F(cmd.exe)>>\n%%EOF", "pdf-scripts"),
        ("a.pdf", PDF + b"<</Names 3 0 R/JavaScript 5 0 R>>\n%%EOF", "pdf-scripts"),
        ("a.txt", b"\xff\xfea\0b\0", "not-text"),
        ("a.txt", b"a\0b", "not-text"),
        ("a.txt", "半".encode()[:1], "not-text"),
        ("a.doc", ole2("WordDocument", "_VBA_PROJECT"), "macros"),
        ("a.xls", ole2("Workbook", "_vba_project"), "macros"),
        ("a.docx", ole2("EncryptedPackage"), "locked"),
        ("a.xls", ole2("EncryptedPackage"), "locked"),
        ("a.docx", archive({TYPES: b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"}), "macros"),
        ("a.xlsx", archive({TYPES: b"", "xl/workbook.xml": b"", "xl/macrosheets/sheet1.xml": b"x"}), "macros"),
        ("a.docx", archive({TYPES: b"application/vnd.ms-word.document.macroEnabled.main+xml", "word/a": b""}), "macros"),
    ],
    ids=briefly,
)
def test_what_is_not_on_the_list_or_not_what_it_says_is_refused(name: str, content: bytes, code: str) -> None:
    assert refusal(name, content) == (code, shown_name(name))


def test_what_the_browser_would_run_is_refused_whatever_its_name() -> None:
    assert refusal("a.png", PNG, declared_type="image/svg+xml") == ("active-file", "a.png")
    assert accept("a.png", PNG, declared_type="application/octet-stream").kind is Kind.PNG


@pytest.mark.parametrize("address", [b"(https://example.org/Launch)", b"/LaunchPad 1", b"/JavaScripts 1"], ids=briefly)
def test_a_pdf_that_only_mentions_the_words_is_taken(address: bytes) -> None:
    assert accept("a.pdf", PDF + address + b"\n%%EOF").kind is Kind.PDF


@pytest.mark.parametrize("before", range((1 << 16) - 40, (1 << 16) + 2))
def test_a_macro_is_found_across_two_pieces(before: int) -> None:
    assert refusal("a.doc", ole2("_VBA_PROJECT", "WordDocument", before=before - 8))[0] == "macros"


@pytest.mark.parametrize("before", range((1 << 16) - 70, (1 << 16) + 2))
def test_where_two_pieces_meet_a_pdf_is_read_the_same(before: int) -> None:
    filled = PDF + b"." * (before - len(PDF))

    assert refusal("a.pdf", filled[:-1] + b" /Launch \n%%EOF")[0] == "pdf-scripts"
    assert accept("a.pdf", filled[:-1] + b"g/Launch \n%%EOF").kind is Kind.PDF
    assert accept("a.pdf", filled[:-1] + b" /LaunchPad \n%%EOF").kind is Kind.PDF


class Endless(io.RawIOBase):
    """A file that never ends, and counts what was read of it."""

    taken = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "the whole of it was asked for"
        self.taken += size
        return b"%PDF-".ljust(size, b"\0")


def test_a_file_too_large_is_not_read_to_its_end() -> None:
    file = Endless()

    assert refusal("a.pdf", file, limit=MB) == ("too-large", "a.pdf")  # type: ignore[arg-type]  # a file, here
    assert file.taken == MB + (1 << 16)


def test_the_limit_itself_is_allowed() -> None:
    assert accept("a.pdf", PDF, limit=len(PDF)).size == len(PDF)
    assert refusal("a.pdf", PDF, limit=len(PDF) - 1)[0] == "too-large"


# -- archives -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "code", "file"),
    [
        ({"甲.pdf": PDF, "b.exe": b"MZ"}, "wrong-kind", "材料.zip › b.exe"),
        ({"资料/乙.pdf": b"MZ"}, "not-what-it-says", "材料.zip › 乙.pdf"),
        ({"a.docx": archive({TYPES: b"", "word/vbaProject.bin": b"x"})}, "macros", "材料.zip › a.docx"),
        ({"b.zip": archive({"a.pdf": PDF})}, "nested-archive", "材料.zip › b.zip"),
        ({"a.pdf": b""}, "empty", "材料.zip › a.pdf"),
        ({"../a.pdf": PDF}, "wrong-path", "材料.zip"),
        ({"b/../../a.pdf": PDF}, "wrong-path", "材料.zip"),
        ({"/etc/a.pdf": PDF}, "wrong-path", "材料.zip"),
        ({"C:/a.pdf": PDF}, "wrong-path", "材料.zip"),
        ({"..\\a.pdf": PDF}, "wrong-path", "材料.zip"),
        ({"__MACOSX/._a.pdf": b"MZ"}, "not-what-it-says", "材料.zip › _a.pdf"),
    ],
    ids=briefly,
)
def test_an_archive_is_refused_for_what_is_in_it(members: dict[str, bytes], code: str, file: str) -> None:
    found = refusal("材料.zip", archive(members))

    assert found == (code, file)


def test_what_a_mac_leaves_in_an_archive_is_passed_over() -> None:
    members = {"a.pdf": PDF, "__MACOSX/._a.pdf": b"\x00\x05\x16\x07 x", ".DS_Store": b"\x00\x00\x00\x01Bud1 x"}

    assert accept("a.zip", archive(members)).kind is Kind.ZIP


def test_a_chinese_name_written_by_windows_is_read_as_it_was_typed() -> None:
    # 誠 is B5 5C or D5 5C by the code page: read as Latin, it holds a backslash.
    name = "誠信.exe".encode("gb18030")
    packed = archive({"x" * len(name): PDF}).replace(b"x" * len(name), name)

    assert refusal("a.zip", packed) == ("wrong-kind", "a.zip › 誠信.exe")


def test_a_name_that_is_not_chinese_either_is_kept_as_it_is() -> None:
    packed = archive({"x.exe": PDF}).replace(b"x.exe", b"\x82.exe")

    assert refusal("a.zip", packed) == ("wrong-kind", "a.zip › é.exe")


def test_two_members_of_one_name_are_refused() -> None:
    assert refusal("a.zip", archive({"a.pdf": PDF, "b.pdf": PNG}).replace(b"b.pdf", b"a.pdf"))[0] == "wrong-path"


def test_an_archive_with_a_password_is_refused() -> None:
    locked = bytearray(archive({"a.pdf": PDF}))
    locked[locked.rfind(b"PK\x01\x02") + 8] |= 1

    assert refusal("a.zip", bytes(locked)) == ("locked", "a.zip")


@pytest.mark.parametrize(
    "members",
    [
        {"a.txt": b"0" * (2 * MB)},  # shrinks a thousandfold
        {f"{number}.txt": b"" for number in range(MAX_MEMBERS + 1)},
        {"a.docx": archive({TYPES: b"", "word/document.xml": b"0" * (2 * MB)})},
    ],
    ids=briefly,
)
def test_a_bomb_is_refused(members: dict[str, bytes]) -> None:
    assert refusal("a.zip", archive(members))[0] == "bomb"


def test_documents_in_an_archive_share_one_allowance() -> None:
    # Each is within bounds alone; together they unfold to 225 MB. Small members may shrink as far as they like.
    part = archive({TYPES: b"", **{f"word/{number}": b"0" * MB for number in range(75)}})
    files = archive({f"{number}.docx": part for number in range(3)}, zipfile.ZIP_STORED)

    assert accept("a.docx", part).kind is Kind.DOCX
    assert refusal("a.zip", files) == ("bomb", "a.zip › 2.docx")


def test_members_are_counted_although_the_end_of_the_archive_tells_fewer() -> None:
    many = bytearray(archive({f"{number}.txt": b"x" for number in range(MAX_MEMBERS + 1)}))
    many[-14:-10] = struct.pack("<HH", 1, 1)

    assert refusal("a.zip", bytes(many))[0] == "bomb"


def test_a_list_of_members_that_would_fill_the_memory_is_not_read() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 3 * MB, 4, 0)

    assert refusal("a.zip", b"PK\x03\x04" + b"\0" * (3 * MB) + end)[0] == "bomb"


@pytest.mark.parametrize("claimed", [10, 99])
def test_a_member_that_is_not_as_long_as_it_says_is_refused(claimed: int) -> None:
    lying = bytearray(archive({"a.txt": b"0123456789abcdef"}))
    at = lying.rfind(b"PK\x01\x02") + 24
    lying[at : at + 4] = struct.pack("<L", claimed)

    assert refusal("a.zip", bytes(lying)) == ("broken-archive", "a.zip")


def test_a_damaged_archive_is_refused() -> None:
    damaged = bytearray(archive({"a.pdf": PDF}, zipfile.ZIP_STORED))
    damaged[damaged.find(b"Catalog")] ^= 1

    assert refusal("a.zip", bytes(damaged)) == ("broken-archive", "a.zip")
    assert refusal("a.zip", archive({"a.pdf": PDF})[:-30]) == ("broken-archive", "a.zip")
    assert refusal("a.zip", archive({"a.pdf": PDF}).replace(b"PK\x01\x02", b"PK\x00\x00")) == ("broken-archive", "a.zip")
    assert refusal("a.zip", archive({"a.pdf": PDF}, zipfile.ZIP_LZMA)) == ("broken-archive", "a.zip")


def test_figures_for_archives_beyond_4_gb_are_not_believed() -> None:
    plain = archive({"a.pdf": PDF})
    marked = plain[:-22] + struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1) + plain[-22:]

    assert refusal("a.zip", marked) == ("broken-archive", "a.zip")


# -- names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("报告.pdf", "报告.pdf"),
        ("𠮷林省 项目（终稿）.PDF", "𠮷林省 项目（终稿）.pdf"),
        ("../../etc/报告.pdf", "报告.pdf"),
        ("C:\\Users\\甲\\报告.pdf", "报告.pdf"),
        ("报\x00告\r\n.pdf", "报告.pdf"),
        ("📎报告👨‍👩‍👧.pdf", "报告.pdf"),
        ("📎.pdf", "附件.pdf"),
        ("", "附件"),
        ("con.pdf", "_con.pdf"),
        ('甲<乙>:|?*".pdf', "甲_乙______.pdf"),
        ("  ..报告. .pdf. ", "报告.pdf"),
        ("ｐｄｆ　１.pdf", "ｐｄｆ １.pdf"),
        ("长" * 300 + ".docx", "长" * 115 + ".docx"),
    ],
)
def test_names_are_cleaned_and_never_refused(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@given(st.text())
def test_a_clean_name_is_short_visible_and_stays_as_it_is(name: str) -> None:
    shown = shown_name(name)

    assert (0 < len(shown) <= 120, shown.isprintable(), shown_name(shown)) == (True, True, shown)


# -- anything at all ----------------------------------------------------------------------------------

NAMES = st.text() | st.builds(lambda stem, kind: f"{stem}.{kind}", st.text(), st.sampled_from([*Kind, "svg", "docm"]))
SAMPLES = [PDF, PNG, JPG, DOC, XLS, DOCX, XLSX, archive({"甲.pdf": PDF, "b.docx": DOCX}), OLE2, b"PK\x03\x04"]


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """Anything, or a good file with a few bytes changed, cut off or put in."""
    content = bytearray(draw(st.sampled_from(SAMPLES)) if draw(st.booleans()) else draw(st.binary()))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(content)


@given(name=NAMES, content=contents(), declared_type=st.sampled_from(["", "image/svg+xml", "application/pdf"]))
def test_any_file_is_taken_or_refused_in_words(name: str, content: bytes, declared_type: str) -> None:
    try:
        taken = accept(name, content, declared_type=declared_type)
    except BadInput as refused:
        [problem] = refused.problems
        assert problem.code in {mistake.code for mistake in uploads_mistakes.ALL}
        assert all([problem.message.zh, problem.message.en, problem.mend.zh, problem.mend.en, problem.file])
    else:
        assert (taken.size, taken.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_every_refusal_has_its_own_code() -> None:
    codes = [mistake.code for mistake in uploads_mistakes.ALL]

    assert sorted(set(codes)) == sorted(codes)
