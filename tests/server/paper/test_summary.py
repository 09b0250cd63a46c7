"""An application on paper shows every answer, and what was left open as left open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from zhinan.server.paper.summary import ApplicationPaper, Grid, Section, application_pdf

Pages = Callable[[bytes], list[str]]
Lowest = Callable[[bytes], float]
#: How high above the edge of the sheet the foot stands, in points.
FOOT = 30
DIGEST = "0123456789abcdef" * 4
PAPER = ApplicationPaper(
    title="高性能复合材料", code="YC-1", call_title="2026年度计划", unit="示例公司",
    sections=(
        Section("单位情况", (("从业人数", "120人"), ("研发投入", ""), ("简介", "第一行\n第二行"))),
        Section("团队", (), (Grid("成员", ("姓名", "分工"), (("甲", "设计"), ("乙", "试验"))), Grid("合作单位", ("名称",), ()))),
        Section("附件"),
    ),
    status="已提交", content_hash=DIGEST, printed_at=datetime(2026, 3, 31, 9, 59, 59, tzinfo=UTC),
)  # fmt: skip


def test_every_answer_is_shown_and_what_is_open_is_said_to_be(pages: Pages) -> None:
    [page] = pages(application_pdf(PAPER))

    expected = (
        "2026年度计划申报书高性能复合材料申报编号YC-1申报单位示例公司状态已提交打印时间2026年3月31日17:59:59（北京时间）"
        f"内容指纹{DIGEST}"
        "单位情况从业人数120人研发投入（未填写）简介第一行第二行"
        "团队成员姓名分工甲设计乙试验合作单位（未填写）"
        "附件（未填写）"
        "YC-1示例公司第1页，共1页"
    )
    assert page == expected


def test_a_draft_has_no_fingerprint(pages: Pages) -> None:
    draft = replace(PAPER, content_hash="", status="草稿", title="", lang="en")

    [page] = pages(application_pdf(draft))

    assert "Fingerprint" not in page
    assert page.startswith("2026年度计划ApplicationApplicationYC-1Applicant示例公司Status草稿")


def test_a_long_table_repeats_its_header(pages: Pages) -> None:
    team = Grid("成员", ("姓名", "分工"), tuple((f"甲{number}", "设计") for number in range(100)))

    found = pages(application_pdf(replace(PAPER, sections=(Section("团队", (), (team,)),))))

    assert [page.count("姓名分工") for page in found] == [1] * len(found)
    assert len(found) > 2


def test_a_missing_cell_is_an_empty_one() -> None:
    def made(headers: tuple[str, ...], *rows: tuple[str, ...]) -> bytes:
        return application_pdf(replace(PAPER, sections=(Section("表", (), (Grid("", headers, rows),)),)))

    uneven = made(("一", "二"), ("a",), ("b", "c", "d"))

    assert uneven == made(("一", "二", ""), ("a", "", ""), ("b", "c", "d"))
    assert uneven != made(("一", "二", ""), ("a", "b", "c"), ("d", "", ""))


@pytest.mark.parametrize("columns", [1, 4, 10])
@pytest.mark.parametrize("text", ["长" * 150, "长" * 700, "长" * 5_000, "行\n" * 60, "x" * 3_000])
def test_a_long_cell_never_leaves_the_page(columns: int, text: str, lowest: Lowest) -> None:
    table = Grid("", ("列",) * columns, tuple(("短",) * (columns - 1) + (text,) for _ in range(4)))

    assert lowest(application_pdf(replace(PAPER, sections=(Section("表", (("长", text),), (table,)),)))) > FOOT
