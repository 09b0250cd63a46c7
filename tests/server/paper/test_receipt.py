"""A receipt says what was handed in and when, whatever people wrote, and is the same file whenever it is printed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from zhinan.server.paper.barcode import qr_svg
from zhinan.server.paper.receipt import Receipt, receipt_pdf

Pages = Callable[[bytes], list[str]]
DIGEST = "0123456789abcdef" * 4
RECEIPT = Receipt(
    number="HZ-2026-000123", call_title="2026年度重点研发计划", scheme="重点研发", line="新材料",
    title="高性能复合材料关键技术", unit="示例新材料有限公司", leader="甲某某",
    submitted_at=datetime(2026, 3, 31, 9, 59, 59, tzinfo=UTC), content_hash=DIGEST,
    verify_url="https://example.org/verify/HZ-2026-000123", authority="示例市科学技术局",
    attachments=(("营业执照.pdf", DIGEST[::-1], 1536), ("b.docx", DIGEST, 3_145_728)),
)  # fmt: skip


def test_a_receipt_says_what_was_handed_in_and_when(pages: Pages) -> None:
    [page] = pages(receipt_pdf(RECEIPT))

    expected = [
        "示例市科学技术局", "申报书提交回执", "回执编号HZ-2026-000123", "项目名称高性能复合材料关键技术",
        "申报单位示例新材料有限公司", "项目负责人甲某某", "申报通知2026年度重点研发计划", "申报事项重点研发", "方向新材料",
        "提交时间2026年3月31日17:59:59（北京时间）", DIGEST, "1营业执照.pdf1.5KB" + DIGEST[::-1], "2b.docx3MB" + DIGEST,
        "怎样核验", "https://example.org/verify/HZ-2026-000123", "第1页，共1页",
    ]  # fmt: skip
    assert [words for words in expected if words not in page] == []


def test_an_english_receipt_has_english_words(pages: Pages) -> None:
    english = replace(
        RECEIPT, lang="en", call_title="Call", scheme="Scheme", line="", title="A “title”", unit="Unit",
        leader="Leader", authority="Office", attachments=(),
    )  # fmt: skip

    [page] = pages(receipt_pdf(english))

    expected = ["Receiptofsubmission", "ProjectA“title”", "31March202617:59:59(Beijingtime)", "page1of1"]
    assert [words for words in expected if words not in page] == []
    assert re.findall("[\u4e00-\u9fff]", page) == []
    assert [words for words in ("Line", "Attachments") if words in page] == []


def test_the_same_receipt_is_the_same_file() -> None:
    assert receipt_pdf(RECEIPT) == receipt_pdf(RECEIPT)
    assert receipt_pdf(RECEIPT) != receipt_pdf(replace(RECEIPT, title="另一个"))


def test_a_receipt_is_made_for_the_archive() -> None:
    reader = PdfReader(io.BytesIO(receipt_pdf(RECEIPT)))
    described = reader.trailer["/Root"]["/Metadata"].get_data().decode()

    assert re.findall(r"<pdfaid:(?:part|conformance)>(\w+)<", described) == ["2", "B"]
    assert reader.metadata is not None
    assert reader.metadata.title == "申报书提交回执"


def test_a_moment_without_its_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="zone"):
        receipt_pdf(replace(RECEIPT, submitted_at=datetime(2026, 3, 31)))  # noqa: DTZ001  # that is what is tested


HOSTILE = [
    '#import "@preview/x:1.0.0": *', "#panic()", "$x^2$", "*bold* _it_ `raw`", "= heading", "<label> @ref", "\\ \\u{41}",
    "// not a comment /* nor this */", '"quoted" ~ -- ---', "[content] {code} #{1+1}", "https://example.org/a", "'); drop table",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_is_never_read_as_markup(text: str, pages: Pages) -> None:
    [page] = pages(receipt_pdf(replace(RECEIPT, title=text, unit=text, attachments=((text, DIGEST, 1),), number=text)))

    assert page.count(re.sub(r"\s", "", text)) == 5  # the foot shows the number once more


@pytest.mark.parametrize("text", ["长" * 10_000, "x" * 10_000, "x " * 5_000])
def test_a_text_of_any_length_is_shown_whole(text: str, pages: Pages) -> None:
    found = pages(receipt_pdf(replace(RECEIPT, title=text)))

    assert len(found) > 1
    assert "".join(found).count(text[0]) >= len(text.replace(" ", ""))


def test_a_word_without_a_gap_stays_on_the_page() -> None:
    right_ends: list[float] = []

    def note(text: str, _: list[float], place: list[float], *__: object) -> None:
        if text.strip("x\n ") == "" and "x" in text:
            right_ends.append(place[4])

    page = PdfReader(io.BytesIO(receipt_pdf(replace(RECEIPT, title="x" * 300)))).pages[0]
    page.extract_text(visitor_text=note)

    assert right_ends != []
    assert max(right_ends) < page.mediabox.width - 60


def test_a_character_no_font_has_stands_as_its_number(pages: Pages) -> None:
    odd = "甲😀乙\x00\u202e丙\ud800丁\ue000戊e\u0301ＡＢ１㎡"

    [page] = pages(receipt_pdf(replace(RECEIPT, title=odd)))

    assert "项目名称甲[U+1F600]乙丙[U+D800]丁[U+E000]戊éＡＢ１㎡" in page


@given(text=st.text(max_size=60))
@settings(max_examples=60)
def test_a_receipt_is_made_whatever_was_written(text: str) -> None:
    made = receipt_pdf(replace(RECEIPT, title=text, number=text, verify_url=text, attachments=((text, text, 0),)))

    assert made.startswith(b"%PDF-")


def test_an_address_too_long_to_scan_has_no_code() -> None:
    assert [qr_svg(address)[:5] for address in ("https://example.org/", "", "x" * 301)] == ["<?xml", "", ""]


def test_the_code_differs_with_the_address() -> None:
    assert len({qr_svg("https://example.org/1"), qr_svg("https://example.org/2")}) == 2
