"""A ranking and the sheets of a case say the same on paper, in Word and in a workbook; nothing in them is executed."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from docx import Document
from openpyxl import load_workbook

from zhinan.server.clock import BEIJING
from zhinan.server.paper.ranking import Ranked, Ranking, ranking_docx, ranking_pdf, ranking_xlsx
from zhinan.server.paper.score_sheets import CaseSheets, Scored, score_sheets_docx, score_sheets_pdf, score_sheets_xlsx

Pages = Callable[[bytes], list[str]]
AT = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
FIRST = Ranked(
    1, "YC-1", "=1+1 的项目", "示例甲公司", "甲某某", "小企业创新", Decimal("88.33"), 30_000_000, "立项", 30_000_000, "按名次立项"
)
SECOND = Ranked(2, "YC-2", "㐂𠮷另一个项目", "示例乙公司", "乙某某", "小企业创新", Decimal(80), None, "备选", 0, "预算只余 0元")
RANKING = Ranking("2026年度计划", "第一轮评审", "yc-2026-r1", "中位分高的在前", AT, None, (FIRST, SECOND))
SHEETS = CaseSheets(
    "第一轮评审", "r1", 3, "YC-1", "枸杞多糖", Decimal("86.5"), "3 份评分的平均数", (("创新性", "60", "100"), ("效益", "40", "100")),
    (Scored("A", 1, ("80", "90.5"), Decimal("84.2"), "建议立项", "=CMD() 思路\x00清楚", ""), Scored("B", 2, ("20", "30"), Decimal(24), "", "不可行", "基础不足")), AT,
)  # fmt: skip


def words_of(made: bytes) -> str:
    paper = Document(io.BytesIO(made))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def test_the_ranking_stands_in_its_order_on_paper(pages: Pages) -> None:
    (page,) = pages(ranking_pdf(RANKING))

    assert "第一轮评审评审排序名单" in page
    assert "同分规则：中位分高的在前" in page
    assert "1YC-1=1+1的项目示例甲公司甲某某小企业创新88.3330" in page
    assert "决定" not in page


def test_a_decided_ranking_tells_amounts_and_reasons(pages: Pages) -> None:
    (page,) = pages(ranking_pdf(replace(RANKING, decided_at=AT)))

    assert "合计30.00万元" in page
    assert "立项30按名次立项" in page


@pytest.mark.parametrize("decided_at", [None, AT])
def test_word_and_workbook_say_the_same(decided_at: datetime | None) -> None:
    ranking = replace(RANKING, decided_at=decided_at)

    told = words_of(ranking_docx(ranking))
    sheet = load_workbook(io.BytesIO(ranking_xlsx(ranking))).active

    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[:3] for row in rows] == [[1, "YC-1", "=1+1 的项目"], [2, "YC-2", "㐂𠮷另一个项目"]]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert all(word in told for word in ("=1+1 的项目", "㐂𠮷另一个项目", "88.33"))
    assert ("按名次立项" in told) is (decided_at is not None)


def test_the_same_values_give_the_same_bytes() -> None:
    assert ranking_pdf(RANKING) == ranking_pdf(RANKING)


def test_sheets_go_by_label_side_by_side(pages: Pages) -> None:
    (page,) = pages(score_sheets_pdf(SHEETS))

    assert "指标权重%满分AB创新性601008020" in page
    assert all(word in page for word in ("总分84.224", "专家A", "=CMD()思路清楚", "离散评分说明：基础不足"))
    assert all(word in words_of(score_sheets_docx(SHEETS)) for word in ("专家 A", "=CMD() 思路清楚", "90.5"))
    sheet = load_workbook(io.BytesIO(score_sheets_xlsx(SHEETS))).active
    assert sheet is not None
    assert next([cell.value for cell in row] for row in sheet.iter_rows(min_row=2))[:5] == ["A", 1, 80, 90.5, 84.2]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_in_english(pages: Pages) -> None:
    (page,) = pages(ranking_pdf(replace(RANKING, lang="en", decided_at=AT)))

    assert "PlaceCodeProjectApplicantLeader" in page
