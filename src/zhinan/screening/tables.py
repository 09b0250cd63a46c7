"""The one place that reads and writes tables: CSV, Excel (.xlsx) and Parquet.

A CSV may be UTF-8, with or without a byte order mark, or GB18030; separated by commas, tabs or semicolons. A table is
written whole or not at all: beside its place first, and moved there when it is complete and on the disk.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import polars as pl

from zhinan.policy.mistakes import EMPTY_FILE, IS_A_DIRECTORY, NO_SUCH_FILE, UNREADABLE_FILE
from zhinan.policy.yaml_source import decode
from zhinan.screening import mistakes
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.whole_file import whole_file

EXTENSIONS = (".csv", ".xlsx", ".parquet")
#: What one sheet of Excel holds, with the header.
EXCEL_ROWS = 1_048_576
_SEPARATORS = ",\t;"
#: The header and the encoding are looked for in the first bytes.
_HEAD = 1 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was written: text columns (Parquet: also native ones), named by the header.

    `lines` is where each row stands in the file, counted from 1 with the header; `file` is its name, for messages.
    """

    file: str
    rows: pl.DataFrame
    lines: pl.Series


def check_extension(path: Path) -> str:
    """The extension of a table, in small letters. Raises `BadInput` for one that is not known."""
    extension = path.suffix.lower()
    if extension not in EXTENSIONS:
        raise _refused(path, mistakes.WRONG_EXTENSION, found=path.suffix, choices=" ".join(EXTENSIONS))
    return extension


# -- reading ------------------------------------------------------------------------------------------


def read_table(path: Path) -> Table:
    """The table in a file, or on the first sheet of a workbook. Raises `BadInput`.

    Empty cells are null. Spaces around the words of the header are dropped; a header that is missing or written twice
    is refused, and so is a table without rows.
    """
    extension = check_extension(path)
    if path.is_dir():
        raise _refused(path, IS_A_DIRECTORY)
    try:
        if path.stat().st_size == 0:
            raise _refused(path, EMPTY_FILE)
        header, rows, lines = _READERS[extension](path)
    except FileNotFoundError:
        raise _refused(path, NO_SUCH_FILE) from None
    except OSError as error:
        raise _refused(path, UNREADABLE_FILE, why=error.strerror or type(error).__name__) from None
    return _named(path, header, rows, lines)


def _named(path: Path, header: Sequence[str], rows: pl.DataFrame, lines: pl.Series | None) -> Table:
    words = [" ".join(word.split()) for word in header]
    problems = [mistakes.NAMELESS_COLUMN.at(number=number) for number, word in enumerate(words, start=1) if not word]
    twice = dict.fromkeys(word for word in words if word and words.count(word) > 1)
    problems += [mistakes.COLUMN_TWICE.at(word=word) for word in twice]
    if not words:
        problems.append(mistakes.NO_HEADER.at())
    elif not rows.height:
        problems.append(mistakes.NO_ROWS.at())
    if problems:
        raise BadInput([problem.placed(file=str(path), line=1) for problem in problems])
    rows.columns = words
    return Table(str(path), rows, pl.Series(range(2, rows.height + 2), dtype=pl.UInt32) if lines is None else lines)


Read = tuple[Sequence[str], pl.DataFrame, pl.Series | None]


def _read_csv(path: Path) -> Read:
    """In UTF-8 straight from the disk; any other encoding is turned into it first."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if _may_be_utf8(head):
        try:
            return _parse_csv(path, head, path)
        except pl.exceptions.PolarsError as error:
            if "utf-8" not in str(error):
                raise _refused(path, mistakes.NOT_A_TABLE, why=_first_line(error)) from None
    data = decode(path.read_bytes(), str(path)).encode()
    try:
        return _parse_csv(path, data[:_HEAD], data)
    except pl.exceptions.PolarsError as error:
        raise _refused(path, mistakes.NOT_A_TABLE, why=_first_line(error)) from None


def _parse_csv(path: Path, head: bytes, source: Path | bytes) -> Read:
    first = head.decode("utf-8-sig", "ignore")
    separator = max(_SEPARATORS, key=first.partition("\n")[0].count)
    header = next(csv.reader(io.StringIO(first), delimiter=separator), [])
    if not any(header):
        raise _refused(path, mistakes.NO_HEADER)
    return header, pl.read_csv(source, separator=separator, infer_schema=False), None


def _may_be_utf8(head: bytes) -> bool:
    """Whether the beginning of a file is text in UTF-8; its last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head


def _read_xlsx(path: Path) -> Read:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError) as error:
        raise _refused(path, mistakes.NOT_A_TABLE, why=_first_line(error)) from None
    filled = [(line, row) for line, row in enumerate(rows, start=1) if any(cell not in ("", None) for cell in row)]
    if not filled:
        raise _refused(path, mistakes.NO_HEADER)
    (_, header), *body = filled
    width = max((place for place, cell in enumerate(header, start=1) if cell not in ("", None)), default=0)
    width = max([width, *(_last_filled(row) for _, row in body)])
    columns = [pl.Series(str(place), [_cell_text(row[place]) for _, row in body], dtype=pl.String) for place in range(width)]
    lines = pl.Series([line for line, _ in body], dtype=pl.UInt32)
    return [_cell_text(cell) or "" for cell in header[:width]], pl.DataFrame(columns), lines


def _last_filled(row: Sequence[object]) -> int:
    return max((place for place, cell in enumerate(row, start=1) if cell not in ("", None)), default=0)


def _cell_text(cell: object) -> str | None:
    """What a person would have typed into the cell."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)).normalize(), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if cell not in ("", None) else None


def _read_parquet(path: Path) -> Read:
    try:
        rows = pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise _refused(path, mistakes.NOT_A_TABLE, why=_first_line(error)) from None
    return rows.columns, rows, None


_READERS: dict[str, Callable[[Path], Read]] = {".csv": _read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}


# -- writing ------------------------------------------------------------------------------------------


def write_table(rows: pl.DataFrame, path: Path) -> None:
    """The rows as a file of the kind its extension says. Raises `BadInput`; then `path` is as it was before.

    CSV is UTF-8 with a byte order mark, so that Excel shows Chinese. In CSV and Excel a text that Excel would run as a
    formula is kept a text: a register holds what strangers wrote.
    """
    extension = check_extension(path)
    if path.is_dir():
        raise _refused(path, IS_A_DIRECTORY)
    if extension == ".xlsx" and rows.height >= EXCEL_ROWS:
        raise _refused(path, mistakes.TOO_LONG_FOR_EXCEL, have=rows.height, limit=EXCEL_ROWS - 1)
    try:
        with whole_file(path) as file:
            _WRITERS[extension](rows, file)
    except OSError as error:
        raise _refused(path, mistakes.CANNOT_WRITE, why=error.strerror or type(error).__name__) from None


#: What Excel takes for the beginning of a formula.
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _write_csv(rows: pl.DataFrame, file: IO[bytes]) -> None:
    texts = pl.col(pl.String)
    harmless = pl.when(texts.str.contains(_FORMULA.pattern)).then("'" + texts).otherwise(texts).name.keep()
    (rows.with_columns(harmless) if _has_text(rows) else rows).write_csv(file, include_bom=True)


def _has_text(rows: pl.DataFrame) -> bool:
    return pl.String in rows.dtypes


def _write_xlsx(rows: pl.DataFrame, file: IO[bytes]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("screened")

    def cell(value: Any) -> Any:  # openpyxl's cells and values have no common type
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, _NOT_IN_XML.sub("", value))
        made.data_type = "s"
        return made

    sheet.append([cell(word) for word in rows.columns])
    for row in rows.iter_rows():
        sheet.append([cell(value) for value in row])
    book.save(file)


def _write_parquet(rows: pl.DataFrame, file: IO[bytes]) -> None:
    rows.write_parquet(file)


_WRITERS: dict[str, Callable[[pl.DataFrame, IO[bytes]], None]] = {
    ".csv": _write_csv, ".xlsx": _write_xlsx, ".parquet": _write_parquet,
}  # fmt: skip


def _refused(path: Path, mistake: Mistake, **words: object) -> BadInput:
    return BadInput([mistake.at(**words).placed(file=str(path), line=0)])


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
