"""`zhinan read`: the whole edition of the small pack, in both languages, as Markdown and as a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhinan.policy.load import shipped_packs

Run = Callable[..., Any]  # conftest's Ran cannot be imported from a test


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_edition_is_printed_as_markdown(zhinan: Run, golden: Callable[[str, str], None], pocket: str, lang: str) -> None:
    ran = zhinan("read", pocket, "--lang", lang)

    assert (ran.code, ran.err) == (0, "")
    golden(f"read-{lang}.md", ran.out)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_edition_is_written_as_a_page(
    zhinan: Run, golden: Callable[[str, str], None], pocket: str, lang: str, tmp_path: Path
) -> None:
    ran = zhinan("read", pocket, "--lang", lang, "--out", "pocket.html")

    told = {"zh": "已写入 pocket.html\n", "en": "written: pocket.html\n"}[lang]
    assert (ran.code, ran.out, ran.err) == (0, told, "")
    golden(f"read-{lang}.html", (tmp_path / "pocket.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["pocket.md", "pocket.txt", "pocket"])
def test_any_other_name_gets_markdown(zhinan: Run, pocket: str, name: str, tmp_path: Path) -> None:
    assert zhinan("read", pocket, "--out", name).code == 0

    assert (tmp_path / name).read_text(encoding="utf-8") == zhinan("read", pocket).out


@pytest.mark.parametrize("id", shipped_packs())
def test_every_shipped_pack_can_be_read(zhinan: Run, id: str) -> None:
    ran = zhinan("read", id, "--lang", "en")

    assert ran.code == 0
    assert f"pack {id}" in ran.out


def test_a_pack_that_is_not_there_is_a_wrong_line(zhinan: Run) -> None:
    ran = zhinan("read", "yinchaun-2026")

    assert (ran.code, ran.out) == (2, "")
    assert "最接近的：yinchuan-2026" in ran.err


def test_a_folder_that_is_not_there_is_told_and_nothing_is_written(zhinan: Run, pocket: str, tmp_path: Path) -> None:
    ran = zhinan("read", pocket, "--out", "nowhere/pocket.html")

    assert ran.code == 2
    assert list(tmp_path.iterdir()) == []
