"""What is downloaded as a table holds what the page shows, and nothing in it is run."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from zhinan.server.paper import sheet
from zhinan.server.paper.sheet import Sheet, rows_csv, rows_xlsx, workbook
from zhinan.values.problem import BadInput

HARMFUL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "＝1+1", "#N/A", '=HYPERLINK("x")']


def page_of(content: bytes) -> Worksheet:
    [page] = load_workbook(io.BytesIO(content)).worksheets
    return page


@pytest.mark.parametrize("text", HARMFUL)
def test_a_text_in_a_workbook_stays_a_text(text: str) -> None:
    page = page_of(rows_xlsx([text], [[text]]))

    assert [(cell.value, cell.data_type, cell.number_format) for (cell,) in page.iter_rows()] == [(text, "s", "@")] * 2


@pytest.mark.parametrize("text", [text for text in HARMFUL if text != "#N/A"])
def test_a_text_in_a_csv_is_kept_a_text(text: str) -> None:
    assert list(csv.reader(io.StringIO(rows_csv([text], [[text]]).decode("utf-8-sig")))) == [[f"'{text}"]] * 2


def test_a_csv_opens_in_chinese_and_keeps_commas_and_lines() -> None:
    moment = datetime(2026, 3, 31, 9, 59, 59, tzinfo=UTC)

    made = rows_csv(["名称", "金额"], [['甲,"乙"\n丙', Decimal("-1.50")], [None, moment], [True, date(2026, 3, 1)]])

    assert made == (
        b"\xef\xbb\xbf" + '名称,金额\r\n"甲,""乙""\n丙",-1.50\r\n,2026-03-31 17:59:59\r\nTrue,2026-03-01\r\n'.encode()
    )


def test_values_keep_their_kind() -> None:
    moment = datetime(2026, 3, 31, 9, 59, 59, tzinfo=UTC)
    row = ["甲𠮷\x00", 5, Decimal("1.50"), date(2026, 3, 1), moment, True, None, 10**15, "x" * 40_000]

    page = page_of(rows_xlsx([str(place) for place in range(9)], [row]))

    assert [cell.value for cell in page[2]] == [
        "甲𠮷", 5, 1.5, datetime(2026, 3, 1), datetime(2026, 3, 31, 17, 59, 59), True, None, str(10**15),  # noqa: DTZ001  # a sheet has no zones
        "x" * 32_766 + "…",
    ]  # fmt: skip


def test_the_header_stays_in_sight_and_is_printed_on_every_page() -> None:
    made = workbook(
        Sheet(("编号", "很长的项目名称" * 20), (("1", "短"),), name="清单[2026]/甲:乙" * 4, title="R&D " + "长" * 300)
    )
    page = page_of(made)

    assert (page.freeze_panes, page.print_title_rows, page.page_setup.orientation) == ("A2", "$1:$1", "landscape")
    assert (page.column_dimensions["A"].width, page.column_dimensions["B"].width) == (6, 48)
    assert page.title == ("清单[2026]/甲:乙" * 4).translate(str.maketrans("[]/:", "    "))[:31]
    assert page.oddHeader.center.text == "R＆D " + "长" * 96


def test_a_list_too_long_for_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "EXCEL_ROWS", 3)

    assert page_of(rows_xlsx(["a"], [[1], [2]])).max_row == 3
    with pytest.raises(BadInput) as refused:
        rows_xlsx(["a"], [[1], [2], [3]])
    assert [problem.code for problem in refused.value.problems] == ["list-too-long-for-excel"]


@given(st.lists(st.text(), min_size=1, max_size=4), st.text())
@settings(max_examples=50)
def test_any_text_can_be_downloaded(texts: list[str], name: str) -> None:
    made = workbook(Sheet(tuple(texts), (texts,), name=name, title=name))

    assert {cell.data_type for row in page_of(made).iter_rows() for cell in row if cell.value is not None} <= {"s"}
    assert len(list(csv.reader(io.StringIO(rows_csv(texts, [texts]).decode("utf-8-sig"), newline="")))) >= 2
