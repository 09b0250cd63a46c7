"""Files and words that cannot be used: one clear message for each, all at once, exit 2, nothing written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]  # conftest's Ran cannot be imported from a test


@pytest.fixture
def refused(zhinan: Run, tmp_path: Path, pocket: str) -> Callable[..., str]:
    """What is said on the error stream when a command refuses; nothing else may have happened."""

    def run(*args: str, command: str = "assess") -> str:
        before = sorted(path.name for path in tmp_path.iterdir())
        ran = zhinan(command, *args, "--pack", pocket)
        assert (ran.code, ran.out) == (2, "")
        assert sorted(path.name for path in tmp_path.iterdir()) == before
        return only_the_nearest(ran.err)

    return run


def only_the_nearest(said: str) -> str:
    """The messages with the first of the nearest words only: more words may join the vocabulary."""
    return re.sub(r"((?:最接近的：|the nearest: )[^、,\n]+)[、,].*", r"\1", said)


@pytest.mark.parametrize("command", ["assess", "ask"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "文件是空的 [empty-file]\n    写入内容后再试\n"),
        (bytes(range(256)) * 4, "文件不是 UTF-8 或 GB18030 文本 [not-text]\n    另存为 UTF-8 编码的文本\n"),
        ("- 申报单位\n", "1: 这里应是一组“词: 值” [wrong-shape]\n    例如：申报单位: {从业人数: 120人}\n"),
        (
            "申报单位: {从业人数目: 3人}\n",
            "1: 没有“申报单位.从业人数目”这个词 [unknown-fact]\n    最接近的：从业人数\n",
        ),
        (
            "申报单位:\n  上年营业收入: 300人\n",
            "2: “上年营业收入”应是金额，却写成“300人” [wrong-unit]\n    写出单位，例如：1500万元、1.5亿元、3200元\n",
        ),
        (
            "申报单位: {统一社会信用代码: 91640100MA7X000019}\n",
            (
                "1: “91640100MA7X000019”不是有效的统一社会信用代码：第 18 位是校验码，应为 X，这里是 9 [bad-code]\n"
                "    对照营业执照核对\n"
            ),
        ),
        ("项目负责人: {出生日期: 1990-02-30}\n", "1: “1990-02-30”不是日期 [bad-date]\n    日期写作 2026-02-28\n"),
        ("申报单位: {单位性质: 企}\n", "1: “单位性质”里没有“企” [unknown-choice]\n    最接近的：企业\n"),
        (
            "申报单位:\n  从业人数: 3人\n  从业人数: 4人\n",
            "3: “从业人数”重复，第 2 行已经写过 [duplicate-key]\n    保留一个\n",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    refused: Callable[..., str], write: Callable[..., str], command: str, content: str | bytes, said: str
) -> None:
    place = "x.yaml:" + ("" if said[0].isdigit() else " ")

    assert refused(write("x.yaml", content), command=command) == place + said


def test_a_file_that_is_not_there(refused: Callable[..., str]) -> None:
    assert refused("x.yaml") == "x.yaml: 没有这个文件 [no-such-file]\n    检查路径和文件名\n"


def test_a_folder_is_no_file(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()

    assert refused("x.yaml") == "x.yaml: 这是一个文件夹，不是文件 [is-a-directory]\n    写出文件夹里的文件名\n"


def test_a_huge_file_is_refused_before_it_is_read(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "x.yaml").touch()
    os.truncate(tmp_path / "x.yaml", 200_000_000)

    assert refused("x.yaml") == "x.yaml: 文件有 200.0 MB，上限 1.0 MB [file-too-large]\n    确认是不是选错了文件\n"


def test_gb18030_is_read_as_it_was_meant(zhinan: Run, write: Callable[..., str], pocket: str) -> None:
    subject = write("x.yaml", "申报单位: {名称: 袖珍镕金科技有限公司, 从业人数: 12人}\n".encode("gb18030"))

    ran = zhinan("assess", subject, "--pack", pocket, "--on", "2026-03-01")

    assert ran.code == 0
    assert ran.out.startswith("袖珍镕金科技有限公司  申报日 2026-03-01\n")


def test_everything_wrong_is_told_at_once_from_top_to_bottom(refused: Callable[..., str], write: Callable[..., str]) -> None:
    subject = write("x.yaml", "申报单位:\n  上年营业收入: 300人\n  从业人数目: 3\n项目: {名称: 甲, 实施周期: 三年}\n")

    said = refused(subject, "--scheme", "smal-firms", "--on", "2026-02-30", "--reading", "AMB-P1=incl", "--reading", "35")

    assert said == (
        "x.yaml:2: “上年营业收入”应是金额，却写成“300人” [wrong-unit]\n    写出单位，例如：1500万元、1.5亿元、3200元\n"
        "x.yaml:3: 没有“申报单位.从业人数目”这个词 [unknown-fact]\n    最接近的：从业人数\n"
        "x.yaml:4: “实施周期”应是期限（个月），却写成“三年” [wrong-unit]\n    例如：3个月\n"
        "--on: “2026-02-30”不是日期 [bad-date]\n    日期写作 2026-02-28\n"
        "--scheme: 没有“smal-firms”这个事项 [unknown-scheme]\n    最接近的：small-firms\n"
        "--reading AMB-P1: “incl”不在可选值之内 [not-one-of]\n    可选：inclusive, exclusive\n"
        "--reading: “35”不是一个解读的选择 [bad-reading]\n    写作 AMB-05=exclusive\n"
    )


def test_a_pack_nobody_knows(zhinan: Run, small_firm: str) -> None:
    ran = zhinan("assess", small_firm, "--pack", "yinchaun-2026")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("--pack: 没有“yinchaun-2026”这个政策包 [unknown-pack]\n    最接近的：yinchuan-2026")


def test_a_reading_nobody_knows(refused: Callable[..., str], small_firm: str) -> None:
    said = refused(small_firm, "--reading", "AMB-P7=fixed")

    assert said == "--reading: 没有“AMB-P7”这个解读 [unknown-reading]\n    最接近的：AMB-P2\n"


def test_the_same_in_english(refused: Callable[..., str], write: Callable[..., str]) -> None:
    subject = write("x.yaml", "applicant: {legal_persn: yes, revenue_last_year: 300 people}\n")

    assert refused(subject, "--lang", "en") == (
        "x.yaml:1: there is no word “申报单位.legal_persn” [unknown-fact]\n    the nearest: legal_person\n"
        "x.yaml:1: “revenue of the last closed year” should be an amount of money, but is “300 people” [wrong-unit]\n"
        "    write the unit, for example: 15 000 000 CNY, 1500万元\n"
    )


def test_json_holds_the_problems_too(zhinan: Run, write: Callable[..., str], pocket: str) -> None:
    ran = zhinan("assess", write("x.yaml", "申报单位: {从业人数: 多}\n"), "--pack", pocket, "--json", "--on", "2026-03-01")

    assert (ran.code, ran.err) == (2, "")
    assert json.loads(ran.out) == {
        "on": "2026-03-01",
        "results": [],
        "problems": [
            {
                "file": "x.yaml",
                "line": 1,
                "code": "wrong-unit",
                "message": "“从业人数”应是数量（人），却写成“多”。例如：120人",
            }
        ],
    }
