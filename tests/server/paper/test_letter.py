"""A letter recommends in its order; its list says the same on paper and in a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from zhinan.server.paper.letter import Entry, Letter, letter_pdf, list_xlsx

Pages = Callable[[bytes], list[str]]
Lowest = Callable[[bytes], float]
#: How high above the edge of the sheet the foot stands, in points.
FOOT = 30
FIRST = Entry(1, "YC-1", "=1+1 的项目", "示例甲公司", "重点研发", "甲某某", 150_000_000, "已核对")
SECOND = Entry(2, "YC-2", "另一个项目", "示例乙公司", "重点研发", "乙某某", 12_345)
LETTER = Letter("示科函〔2026〕12号", "示例高新区", "示例市科学技术局", "2026年度计划", date(2026, 3, 31), (FIRST, SECOND), 3)


def test_the_letter_says_who_recommends_what_to_whom(pages: Pages) -> None:
    letter, listed = pages(letter_pdf(LETTER))

    expected = [
        "示例高新区示科函〔2026〕12号", "关于推荐申报“2026年度计划”项目的函", "示例市科学技术局：",
        "推荐2个项目，申请经费合计150.012345万元", "推荐名额为3个", "附件：推荐清单（共2项）", "2026年3月31日", "第1页，共2页",
    ]  # fmt: skip
    assert [words for words in expected if words not in letter] == []
    rows = ["1YC-1=1+1的项目示例甲公司重点研发甲某某150.00已核对", "2YC-2另一个项目示例乙公司重点研发乙某某0.012345"]
    assert [words for words in rows if words not in listed] == []


def test_without_a_limit_no_quota_is_named(pages: Pages) -> None:
    assert "名额" not in pages(letter_pdf(replace(LETTER, quota=None)))[0]


def test_an_english_letter(pages: Pages) -> None:
    english = replace(LETTER, lang="en", call_title="Programme 2026", from_body="Park", to_authority="Bureau", number="")

    letter, listed = pages(letter_pdf(english))

    expected = ["Recommendationsfor“Programme2026”", "To:Bureau", "1500123.45CNY", "31March2026", "page1of2"]
    assert [words for words in expected if words not in letter] == []
    assert "RankCodeProjectApplicantSchemeLeader" in listed


def test_a_long_list_repeats_its_header_and_keeps_its_order(pages: Pages) -> None:
    entries = tuple(replace(FIRST, rank=rank, code=f"YC-{rank:04}", title="长标题" * 30) for rank in range(1, 41))

    _, *listed = pages(letter_pdf(replace(LETTER, entries=entries)))

    assert len(listed) > 3
    assert [page.count("次序申报编号项目名称") for page in listed] == [1] * len(listed)
    found = "".join(listed)
    assert sorted(range(1, 41), key=lambda rank: found.index(f"YC-{rank:04}")) == list(range(1, 41))


@pytest.mark.parametrize("length", [50, 100, 150, 300, 3_000])
def test_a_long_entry_never_leaves_the_page(length: int, lowest: Lowest) -> None:
    entry = replace(FIRST, leader="长" * length, remark="注" * length, title="题" * length)

    assert lowest(letter_pdf(replace(LETTER, entries=(entry,) * 5))) > FOOT


def test_a_letter_without_entries_is_still_a_letter(pages: Pages) -> None:
    assert "推荐0个项目" in pages(letter_pdf(replace(LETTER, entries=())))[0]


def test_names_with_braces_are_not_gaps(pages: Pages) -> None:
    assert "{call}{0}{" in pages(letter_pdf(replace(LETTER, call_title="{call}{0}{")))[0]


def test_the_workbook_says_what_the_list_says() -> None:
    [page] = load_workbook(io.BytesIO(list_xlsx(LETTER))).worksheets

    assert page.title == "推荐清单"
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["次序", "申报编号", "项目名称", "申报单位", "申报事项", "负责人", "申请经费（万元）", "备注"],
        [1, "YC-1", "=1+1 的项目", "示例甲公司", "重点研发", "甲某某", 150, "已核对"],
        [2, "YC-2", "另一个项目", "示例乙公司", "重点研发", "乙某某", float(Decimal("0.012345")), None],
    ]
