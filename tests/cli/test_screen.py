"""`zhinan screen`: the file, the summary, and refusals that leave nothing half-written."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]  # conftest's Ran cannot be imported from a test

TABLE = (
    "企业名称,上年营业收入（万元）,从业人数,申报单位.独立法人,申报单位.重大事故,支持方向,总研发投入\n"
    "甲,1999.99,120,是,无,D-P1.1,100万元\n"
    "乙,2000,120,是,无,D-P1.1,100万元\n"
    "丙,1500,,是,无,D-P1.2,400万元\n"
)


@pytest.fixture
def screen(zhinan: Run, write: Callable[..., str], pocket: str) -> Run:
    write("t.csv", TABLE)

    def run(*args: str, table: str = "t.csv") -> Any:
        return zhinan("screen", table, "--pack", pocket, "--on", "2026-03-01", "--scheme", "small-firms", *args)

    return run


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_summary_as_it_is_read(screen: Run, golden: Callable[[str, str], None], lang: str) -> None:
    ran = screen("--out", "r.csv", "--lang", lang)

    assert (ran.code, ran.err) == (0, "")
    golden(f"screen-{lang}.txt", ran.out)


def test_the_verdicts_are_in_the_file(screen: Run, tmp_path: Path) -> None:
    screen("--out", "r.csv", "--near", "1")

    rows = [line.split(",") for line in (tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines()]
    heads = rows[0]
    of = {
        name: [row[heads.index(f"small-firms.{name}")].strip('"') for row in rows[1:]] for name in ("verdict", "amount", "unmet")
    }
    assert of == {
        "verdict": ["eligible", "ineligible", "undetermined"],
        "amount": ["300000.00", "", "500000.00"],
        "unmet": ["", "small", ""],
    }


def test_the_summary_as_json(screen: Run) -> None:
    ran = screen("--out", "r.parquet", "--json")

    assert json.loads(ran.out) == {
        "on": "2026-03-01",
        "rows": 3,
        "out": "r.parquet",
        "schemes": [
            {
                "scheme": "small-firms", "pack": "pocket-2026", "name": "小企业创新资金",
                "eligible": 1, "undetermined": 1, "ineligible": 1, "amount": "300000.00",
            }
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--out", "t.csv"), "t.csv: 结果会盖掉原表 [would-overwrite-the-table]\n    --out 写另一个文件名\n"),
        (("--out", "r.doc"), "r.doc: 不认识扩展名“.doc” [wrong-extension]\n    可用：.csv .xlsx .parquet\n"),
        (("--out", "no/r.csv"), "no: 没有这个文件夹 [no-such-folder]\n    先建好，或换一个路径\n"),
    ],
)
def test_a_target_that_will_not_do_is_refused_first(screen: Run, tmp_path: Path, args: tuple[str, ...], said: str) -> None:
    ran = screen(*args)

    assert (ran.code, ran.out, ran.err) == (2, "", said)
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_wrong_cells_are_told_with_their_rows_and_nothing_is_written(
    screen: Run, write: Callable[..., str], tmp_path: Path
) -> None:
    write("bad.csv", TABLE.replace("1500", "一千五").replace("是,无,D-P1.2", "也许,无,D-P1.2"))

    ran = screen("--out", "r.csv", table="bad.csv")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "bad.csv:4: 上年营业收入（万元）（第 4 行）：“上年营业收入”应是金额，却写成“一千五” [wrong-unit]\n"
        "    写出单位，例如：1500万元、1.5亿元、3200元\n"
        "bad.csv:4: 申报单位.独立法人（第 4 行）：“独立法人”应是判断（是或否），却写成“也许” [wrong-unit]\n"
        "    写 是 或 否\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "t.csv"]


def test_an_old_result_is_replaced_and_that_is_said(screen: Run, write: Callable[..., str]) -> None:
    write("r.csv", "old")

    assert screen("--out", "r.csv").out.endswith("\n已覆盖 r.csv\n")


def test_without_polars_it_says_what_to_install(screen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "polars" else found(name, *rest))

    ran = screen("--out", "r.csv")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == '整表筛查要用的 polars 没有安装 [no-analytics]\n    安装：pip install "zhinan[analytics]"\n'
