"""`zhinan packs` and `zhinan check`: counts, readings, and every problem of a broken pack with its place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhinan.policy.load import shipped_packs

Run = Callable[..., Any]  # conftest's Ran cannot be imported from a test


@pytest.fixture
def broken(tmp_path: Path, pocket: str) -> Path:
    """The small pack with four things wrong with it, in three files."""
    folder = tmp_path / "pocket-2026"
    shutil.copytree(pocket, folder)

    def change(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    change("schemes/small-firms.yaml", "申报单位.从业人数 ≤ 300人", "申报单位.从业人数 ≤ 300万元")
    change("schemes/young-researchers.yaml", "clause: 二(一)\n    rules: [P2-R01]", "clause: 二(九)\n    rules: [P2-R01]")
    change("cases/cases.yaml", "grant: 10万元", "grant: 20万元")
    change("outline.yaml", "    informational: {zh: 只说明目的, en: it only states the purpose}\n", "")
    return folder


def test_packs_lists_what_ships(zhinan: Run) -> None:
    ran = zhinan("packs", columns=200)

    assert ran.code == 0
    assert [id for id in shipped_packs() if f"\n{id} " not in ran.out] == []
    assert "银川市2026年度科技计划项目申报指南" in ran.out
    assert "191/191" in ran.out


def test_packs_as_json(zhinan: Run) -> None:
    packs = {pack["id"]: pack for pack in json.loads(zhinan("packs", "--json", "--lang", "en").out)["packs"]}

    pack = packs["yinchuan-2026"]
    assert list(packs) == list(shipped_packs())
    assert (pack["title"], pack["region"], pack["year"]) == (
        "Yinchuan 2026 guide to science and technology projects",
        "640100",
        2026,
    )
    assert pack["clauses"]["carried"] + pack["clauses"]["informational"] == pack["clauses"]["total"] == 191
    assert len(pack["schemes"]) == 10


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sound_pack_is_counted(zhinan: Run, golden: Callable[[str, str], None], pocket: str, lang: str) -> None:
    ran = zhinan("check", pocket, "--readings", "--lang", lang)

    assert (ran.code, ran.err) == (0, "")
    golden(f"check-{lang}.txt", ran.out)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_problems_are_told_at_once_with_their_places(
    zhinan: Run, golden: Callable[[str, str], None], broken: Path, lang: str
) -> None:
    ran = zhinan("check", broken.name, "--lang", lang)

    assert (ran.code, ran.err) == (1, "")
    golden(f"check-broken-{lang}.txt", ran.out)


def test_the_same_problems_in_json(zhinan: Run, broken: Path) -> None:
    ran = zhinan("check", broken.name, "--json")
    [pack] = json.loads(ran.out)["packs"]

    assert ran.code == 1
    assert (pack["id"], pack["schemes"], pack["cases"]) == ("pocket-2026", 2, {"total": 7, "failed": 0})
    assert [(problem["file"], problem["line"], problem["code"]) for problem in pack["problems"]] == [
        ("pocket-2026/schemes/small-firms.yaml", 21, "cannot-compare"),
        ("pocket-2026/schemes/young-researchers.yaml", 19, "unknown-clause"),
        ("pocket-2026/outline.yaml", 2, "clause-not-carried"),
    ]


def test_a_folder_of_packs_stands_for_each(zhinan: Run, broken: Path) -> None:
    shutil.copytree(broken, broken.parent / "second" / "pocket-2026")

    ran = zhinan("check", "second", "--json")

    assert [pack["id"] for pack in json.loads(ran.out)["packs"]] == ["pocket-2026"]


def test_a_pack_nobody_knows_is_a_wrong_line_not_a_problem(zhinan: Run) -> None:
    ran = zhinan("check", "yinchaun-2026", "nowhere/at/all")

    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("没有“yinchaun-2026”这个政策包 [unknown-pack]\n    最接近的：yinchuan-2026")
    assert "没有“nowhere/at/all”这个政策包 [unknown-pack]" in ran.err


def test_shipped_packs_are_checked_when_none_is_named(zhinan: Run) -> None:
    packs = json.loads(zhinan("check", "--json").out)["packs"]

    assert [pack["id"] for pack in packs] == list(shipped_packs())
