"""The one place that writes and reads workbooks and lists; a text in those it writes is never run as a formula."""

from __future__ import annotations

import csv
import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from zhinan.server.paper.wording import BEIJING
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text
from zhinan.values.width import display_width

Cell = str | int | Decimal | date | datetime | bool | None
#: What one sheet of Excel holds, with the header, and one of its cells.
EXCEL_ROWS, EXCEL_SIGNS = 1_048_576, 32_767
TOO_MANY_ROWS = Mistake(
    "list-too-long-for-excel",
    Text("清单有 {have} 行，Excel 最多 {limit} 行", "the list has {have} rows; Excel holds at most {limit}"),
    Text("先筛选再导出，或导出 CSV", "filter it first, or export CSV"),
)
NOT_A_WORKBOOK = Mistake(
    "not-a-workbook",
    Text("这个工作簿读不出来（{why}）", "the workbook cannot be read ({why})"),
    Text("用 Excel 或 WPS 打开，另存为 .xlsx 后再上传", "open it in Excel or WPS, save it as .xlsx, and upload that"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list with its header. `name` is on the tab; `title` stands above each printed page."""

    headers: tuple[str, ...]
    rows: tuple[Sequence[Cell], ...]
    name: str = "Sheet1"
    title: str = ""


def rows_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Any list as a workbook. Raises `BadInput` when it is longer than a sheet of Excel."""
    return workbook(Sheet(tuple(headers), tuple(rows)))


def rows_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Any list as CSV: UTF-8 with a byte order mark, so that Excel shows Chinese.

    >>> rows_csv(["名称"], [["=1+1"], [-5]]).decode("utf-8-sig").split()
    ['名称', "'=1+1", '-5']
    """
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow([_harmless(header) for header in headers])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return made.getvalue().encode("utf-8-sig", "replace")


#: What a spreadsheet takes for the beginning of a formula; some take the full-width signs too.
_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _csv_cell(value: Cell) -> Any:  # csv writes whatever has a str()
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, datetime):
        return _local(value).isoformat(" ", "seconds")
    return value


def _local(moment: datetime) -> datetime:
    """In Beijing time and without its zone, which a sheet cannot hold."""
    return moment if moment.tzinfo is None else moment.astimezone(BEIJING).replace(tzinfo=None)


# -- reading ------------------------------------------------------------------------------------------

#: What a workbook that is damaged, or is none, makes its reader stumble over.
_STUMBLES = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, SyntaxError, BadZipFile, zlib.error,
    struct.error,
)  # fmt: skip


def rows_in(content: bytes, *, rows: int, columns: int) -> Iterator[tuple[int, tuple[object, ...]]]:
    """The filled rows of the first sheet, each with its number in it, no further than so many rows and columns.

    A formula gives the value it was saved with. Raises `BadInput`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it cannot read besides cells is not asked for
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            page = book.worksheets[0]
            page.reset_dimensions()  # what a sheet says of its own size is not always so
            found = page.iter_rows(max_row=rows, max_col=columns, values_only=True)
            yield from ((line, row) for line, row in enumerate(found, start=1) if any(cell not in (None, "") for cell in row))
    except _STUMBLES as stumble:
        raise BadInput([NOT_A_WORKBOOK.at(why=type(stumble).__name__)]) from None


# -- workbooks ----------------------------------------------------------------------------------------


def workbook(*sheets: Sheet) -> bytes:
    """The lists as an .xlsx: header kept in sight and repeated on paper, columns as wide as what is in them."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        if len(sheet.rows) >= EXCEL_ROWS:
            raise BadInput([TOO_MANY_ROWS.at(have=len(sheet.rows), limit=EXCEL_ROWS - 1)])
        page = book.create_sheet(_tab(sheet.name))
        _lay_out(page, sheet)
        page.append([_header_cell(page, header) for header in sheet.headers])
        for row in sheet.rows:
            page.append([_cell(page, value) for value in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _tab(name: str) -> str:
    """A name that Excel allows on a tab."""
    return re.sub(r"[\[\]:*?/\\']", " ", _writable(name)).strip()[:31] or "Sheet1"


def _lay_out(page: Any, sheet: Sheet) -> None:  # Any: the stubs forget that such a sheet has a layout
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    if title := " ".join(_writable(sheet.title).split()):
        # In a header & begins a code, its full-width form does not; a header beyond 255 signs is called damage.
        page.oddHeader.center.text = title[:100].replace("&", "＆")
    page.oddFooter.center.text = "&P / &N"
    for place, header in enumerate(sheet.headers):
        page.column_dimensions[get_column_letter(place + 1)].width = _width(header, sheet.rows, place)


#: The first rows show how wide a column is; it is never narrower or wider than this.
_SAMPLE, _NARROW, _WIDE = 200, 6, 48


def _width(header: str, rows: Sequence[Sequence[Cell]], place: int) -> int:
    texts = [header, *(_read(row[place]) for row in rows[:_SAMPLE] if place < len(row))]
    widest = max(display_width(line[:_WIDE]) for text in texts for line in text.split("\n"))
    return min(max(widest + 2, _NARROW), _WIDE)


def _read(value: Cell) -> str:
    return "" if value is None else str(_local(value) if isinstance(value, datetime) else value)


_HAIR = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)


def _header_cell(page: Any, header: str) -> Any:  # as above and below
    made = _cell(page, header)
    made.font, made.fill = Font(bold=True), PatternFill("solid", fgColor="EDEDED")
    made.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return made


def _cell(page: Any, value: Cell) -> Any:  # openpyxl's cells have no common type
    made = WriteOnlyCell(page, _held(value))
    made.border, made.alignment = _BORDER, Alignment(vertical="top", wrap_text=True)
    if isinstance(made.value, str):
        made.data_type = "s"  # else a text that begins with = would be a formula, and #N/A an error
        made.number_format = "@"  # and stays one when someone edits the cell
    elif isinstance(value, Decimal):
        made.number_format = "#,##0.00####"
    return made


#: A sheet counts with fifteen digits; what has more is a code and stays a text.
_COUNTABLE = 10**15


def _held(value: Cell) -> Any:  # the stubs forget Decimal and date
    """The value as a sheet can hold it."""
    if isinstance(value, str):
        text = _writable(value)
        return text if len(text) <= EXCEL_SIGNS else text[: EXCEL_SIGNS - 1] + "…"
    if isinstance(value, datetime):
        return _local(value)
    too_long = isinstance(value, int) and not -_COUNTABLE < value < _COUNTABLE
    return str(value) if too_long else value


def _writable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
