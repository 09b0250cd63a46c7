"""The bank of experts as a workbook: a template to fill in, a list to take away, and what was filled in, read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from zhinan.server.paper.sheet import Cell, Sheet, rows_in, workbook
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Lang, Text

#: So many experts in one workbook.
MOST_ROWS = 2_000
_MOST_COLUMNS, _LONGEST = 60, 5_000
_TOO_LONG = Mistake(
    "bank-too-long",
    Text("表中超过 {most} 行", "there are more than {most} rows"),
    Text("分成几个文件导入", "import it in several files"),
)
_NO_HEADER = Mistake(
    "bank-no-header",
    Text("第一行应是列名，缺少：{missing}", "the first row holds the names of the columns; missing: {missing}"),
    Text("下载模板，按模板的列填写", "download the template and keep its columns"),
)
_TWICE = Mistake(
    "bank-column-twice", Text("“{name}”这一列出现了两次", "the column “{name}” occurs twice"), Text("删去一列", "take one out")
)
_EMPTY = Mistake(
    "bank-empty",
    Text("表中没有填写任何专家", "there is no expert on the sheet"),
    Text("每位专家填一行", "fill in a row for each"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, what it is called, how it is filled in, an example, whether it must be."""

    key: str
    name: Text
    help: Text
    example: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row that was filled in: its number on the sheet, its cells by key; `rounded` are numbers that lost their last digits."""

    number: int
    cells: Mapping[str, str]
    rounded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, and the names of columns that nobody asked for."""

    lines: tuple[Line, ...]
    unread: tuple[str, ...] = ()


def template(columns: Sequence[Column], directions: Iterable[Sequence[str]], lang: Lang) -> bytes:
    """An empty sheet to fill in, how each column is filled in, and the directions (id, name, guide)."""
    filled_in = Sheet(tuple(_header(each, lang) for each in columns), (), name=_TABS[0].in_lang(lang))
    explained = Sheet(
        tuple(each.in_lang(lang) for each in _EXPLAINED),
        tuple(_explained(each, lang) for each in columns),
        name=_TABS[1].in_lang(lang),
    )  # fmt: skip
    listed = Sheet(tuple(each.in_lang(lang) for each in _LISTED), tuple(map(tuple, directions)), name=_TABS[2].in_lang(lang))
    return workbook(filled_in, explained, listed)


def _explained(column: Column, lang: Lang) -> tuple[str, ...]:
    said = (column.name, _MUST[column.is_required], column.help)
    return (*(each.in_lang(lang) for each in said), column.example)


def bank_xlsx(columns: Sequence[Text], rows: Iterable[Sequence[Cell]], lang: Lang) -> bytes:
    """The list of experts; filled in on, it can be imported again."""
    return workbook(Sheet(tuple(each.in_lang(lang) for each in columns), tuple(map(tuple, rows)), name=_TABS[0].in_lang(lang)))


def read_bank(content: bytes, columns: Sequence[Column]) -> Filled:
    """The rows of a workbook, by the names of its columns in either language. Raises `BadInput`."""
    rows = list(rows_in(content, rows=MOST_ROWS + 2, columns=_MOST_COLUMNS))
    if not rows:
        raise BadInput([_EMPTY.at()])
    (_, header), *body = rows
    named = {_plain(word): each.key for each in columns for word in (each.name.zh, each.name.en, each.key)}
    keys = [named.get(_plain(_text(cell)), "") for cell in header]
    problems = [_TWICE.at(name=each.name) for each in columns if keys.count(each.key) > 1]
    if missing := [each.name for each in columns if each.is_required and each.key not in keys]:
        said = Text("、".join(each.zh for each in missing), ", ".join(each.en for each in missing))
        problems.append(_NO_HEADER.at(missing=said))
    if len(body) > MOST_ROWS:
        problems.append(_TOO_LONG.at(most=MOST_ROWS))
    lines = [_line(number, dict(zip(keys, row, strict=False))) for number, row in body]
    if problems or not lines:
        raise BadInput(problems or [_EMPTY.at()])
    unread = [_text(cell) for cell, key in zip(header, keys, strict=True) if not key and _text(cell)]
    return Filled(tuple(lines), tuple(unread))


def _line(number: int, row: Mapping[str, object]) -> Line:
    cells = {key: _text(cell) for key, cell in row.items() if key}
    rounded = (key for key, cell in row.items() if isinstance(cell, int | float) and abs(cell) >= 10**15)
    return Line(number, cells, frozenset(rounded))


def _header(column: Column, lang: Lang) -> str:
    return column.name.in_lang(lang) + ("*" if column.is_required else "")


def _plain(name: str) -> str:
    return name.strip().strip("*＊").strip().casefold()


def _text(cell: object) -> str:
    """What a person would have typed into the cell, without what no database keeps."""
    if isinstance(cell, bool) or cell is None:
        text = {True: "是", False: "否"}.get(cell, "") if cell is not None else ""
    elif isinstance(cell, float):
        text = format(Decimal(repr(cell)).normalize(), "f")
    elif isinstance(cell, datetime):
        text = cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    else:
        text = cell.isoformat() if isinstance(cell, date) else str(cell)
    return "".join(sign for sign in text[:_LONGEST] if sign != "\x00" and not "\ud800" <= sign <= "\udfff").strip()


_TABS = (Text("专家", "experts"), Text("填写说明", "how to fill in"), Text("方向", "directions"))
_EXPLAINED = (Text("列", "Column"), Text("必填", "Required"), Text("怎么填", "How"), Text("例子", "Example"))
_LISTED = (Text("编号", "Id"), Text("名称", "Name"), Text("指南", "Guide"))
_MUST = {True: Text("必填", "yes"), False: Text("可空", "no")}
