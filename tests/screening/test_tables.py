"""Tables are read whatever program wrote them, and written whole or not at all."""

from __future__ import annotations

import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from zhinan.screening import tables
from zhinan.screening.tables import read_table, write_table
from zhinan.values.problem import BadInput

TEXT = "名称,申报单位.从业人数\n甲,120人\n乙,\n"
ROWS = [["甲", "120人"], ["乙", None]]


def problems_of(path: Path, act: Any = read_table) -> list[tuple[str, str, int]]:
    with pytest.raises(BadInput) as refused:
        act(path)
    return [(each.code, Path(each.file).name, each.line) for each in refused.value.problems]


def cells_of(path: Path) -> tuple[list[str], list[list[Any]], list[int]]:
    table = read_table(path)
    return table.rows.columns, [list(row) for row in table.rows.iter_rows()], table.lines.to_list()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_csv_is_read_in_any_usual_form(tmp_path: Path, encoding: str, separator: str, ending: str) -> None:
    path = tmp_path / "企业.CSV"
    path.write_bytes(TEXT.replace(",", separator).replace("\n", ending).encode(encoding))

    assert cells_of(path) == (["名称", "申报单位.从业人数"], ROWS, [2, 3])


def test_a_cell_may_hold_commas_quotes_and_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('"名称 ","a\nb"\n"甲,""乙""","第一行\n第二行"\n', encoding="utf-8")

    assert cells_of(path) == (["名称", "a b"], [['甲,"乙"', "第一行\n第二行"]], [2])


def test_a_workbook_is_read_as_it_is_shown(tmp_path: Path) -> None:
    path, book = tmp_path / "a.xlsx", openpyxl.Workbook()
    assert book.active is not None
    for row in (
        [], ["名称", "人数", "比例", "日期", "时刻", "独立法人", None],
        ["甲", 120, 0.35, date(2026, 3, 1), datetime.fromisoformat("2026-03-01T12:30"), True, None], [],
        [None, 1234.5, 1e16, None, None, False, None],
    ):  # fmt: skip
        book.active.append(row)
    book.save(path)

    assert cells_of(path) == (
        ["名称", "人数", "比例", "日期", "时刻", "独立法人"],
        [
            ["甲", "120", "0.35", "2026-03-01", "2026-03-01 12:30:00", "是"],
            [None, "1234.5", "10000000000000000", None, None, "否"],
        ],
        [3, 5],
    )


def test_a_parquet_keeps_its_types(tmp_path: Path) -> None:
    path, rows = tmp_path / "a.parquet", pl.DataFrame({"名称": ["甲"], "人数": [3], "资质": [["a", "b"]]})
    rows.write_parquet(path)

    assert read_table(path).rows.equals(rows)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", "x", "wrong-extension"), ("a", "x", "wrong-extension"), ("a.csv", "", "empty-file"), ("a.csv", "\n\n", "no-header"),
        ("a.csv", "甲,乙\n", "no-rows"), ("a.csv", "甲,甲\n1,2\n", "column-twice"), ("a.csv", "甲,\n1,2\n", "nameless-column"),
        ("a.csv", "甲,乙\n1,2,3\n", "not-a-table"), ("a.csv", '甲,乙\n1,"2\n', "not-a-table"), ("a.csv", "PK\x03\x04\x00", "not-text"),
        ("a.xlsx", "not a workbook", "not-a-table"), ("a.parquet", "not parquet", "not-a-table"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: str, code: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    assert [each[0] for each in problems_of(path)] == [code]


def test_what_is_neither_utf8_nor_gb18030_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n\xff\xff\x00,1\n")

    assert problems_of(path) == [("not-text", "a.csv", 0)]


def test_a_missing_file_a_folder_and_a_locked_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b.csv").mkdir()
    (tmp_path / "c.csv").write_text("甲\n1\n", encoding="utf-8")
    looped = tmp_path / "d.csv"
    looped.symlink_to(looped)

    assert problems_of(tmp_path / "a.csv") == [("no-such-file", "a.csv", 0)]
    assert problems_of(tmp_path / "b.csv") == [("is-a-directory", "b.csv", 0)]
    assert problems_of(tmp_path / "b.csv", lambda path: write_table(pl.DataFrame(), path)) == [("is-a-directory", "b.csv", 0)]
    assert problems_of(looped) == [("unreadable-file", "d.csv", 0)]


def test_a_file_that_turns_to_gb18030_far_down_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,note\n" + b"a,b\n" * 300_000 + "甲,乙\n".encode("gb18030"))

    assert read_table(path).rows.tail(1).to_dicts() == [{"name": "甲", "note": "乙"}]
    path.write_bytes("名称,备注\n甲,乙,丙\n".encode("gb18030"))
    assert problems_of(path) == [("not-a-table", "a.csv", 0)]


def test_a_parquet_without_columns_is_empty(tmp_path: Path) -> None:
    pl.DataFrame().write_parquet(tmp_path / "a.parquet")

    assert problems_of(tmp_path / "a.parquet") == [("no-header", "a.parquet", 1)]


def test_too_many_unfinished_parts_are_told(tmp_path: Path) -> None:
    for number in range(1_000):
        (tmp_path / f".a.csv.{number}.part").touch()

    assert problems_of(tmp_path / "a.csv", lambda at: write_table(OUT, at)) == [("cannot-write", "a.csv", 0)]


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")

    assert problems_of(tmp_path / "a.xlsx") == [("no-header", "a.xlsx", 0)]


OUT = pl.DataFrame({
    "名称": ["甲", "=1+1", "乙\x07"],
    "verdict": pl.Series(["eligible", "ineligible", None], dtype=pl.Enum(["eligible", "ineligible"])),
    "amount": pl.Series([Decimal("500000.00"), None, Decimal("0.01")], dtype=pl.Decimal(38, 2)),
})  # fmt: skip


def test_a_csv_is_written_for_excel_to_show_and_not_to_run(tmp_path: Path) -> None:
    write_table(OUT, tmp_path / "a.csv")

    written = (tmp_path / "a.csv").read_bytes().decode("utf-8")
    assert written == "\ufeff名称,verdict,amount\n甲,eligible,500000.00\n'=1+1,ineligible,\n乙\x07,,0.01\n"


def test_a_workbook_is_written_as_text_and_numbers(tmp_path: Path) -> None:
    write_table(OUT, tmp_path / "a.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["名称", "verdict", "amount"], ["甲", "eligible", 500000], ["=1+1", "ineligible", None], ["乙", None, 0.01],
    ]  # fmt: skip
    assert sheet["A3"].data_type == "s"


def test_a_parquet_comes_back_as_it_was(tmp_path: Path) -> None:
    write_table(OUT, tmp_path / "a.parquet")

    assert read_table(tmp_path / "a.parquet").rows.equals(OUT)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet"])
def test_what_was_there_stays_when_writing_fails(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    path.write_bytes(b"before")
    (tmp_path / f".{name}.0.part").write_bytes(b"left by one that was killed")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        assert problems_of(path, lambda at: write_table(OUT, at)) == [("cannot-write", name, 0)]
        broken.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            write_table(OUT, path)

    assert path.read_bytes() == b"before"
    assert sorted(each.name for each in tmp_path.iterdir()) == [f".{name}.0.part", name]
    write_table(OUT, path)
    assert read_table(path).rows.height == 3


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "no" / "a.csv", lambda at: write_table(OUT, at)) == [("cannot-write", "a.csv", 0)]
    assert problems_of(tmp_path / "a.doc", lambda at: write_table(OUT, at)) == [("wrong-extension", "a.doc", 0)]


def test_more_rows_than_excel_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "EXCEL_ROWS", 3)

    assert problems_of(tmp_path / "a.xlsx", lambda at: write_table(OUT, at)) == [("too-long-for-excel", "a.xlsx", 0)]
    assert list(tmp_path.iterdir()) == []
