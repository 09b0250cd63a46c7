"""What the README and the tutorial show is what the command line prints, to the letter."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from zhinan.cli import main

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.zh.md")
TUTORIAL = ROOT / "docs" / "tutorials" / "write-a-pack.md"
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(page: Path, kind: str) -> list[str]:
    return [body.rstrip("\n") for found, body in _BLOCK.findall(page.read_text("utf-8")) if found == kind]


def printed(command: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that `./run …` prints on a terminal 100 columns wide."""
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "./run"
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("ZHINAN_LANG", "zh")
    return [line.rstrip() for line in CliRunner().invoke(main, arguments).output.strip("\n").split("\n")]


def compare(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command, *shown = block.split("\n")
    lines = printed(command, monkeypatch)
    if shown[-1] == "…":
        shown, lines = shown[:-1], lines[: len(shown) - 1]
    assert lines == shown


@pytest.mark.parametrize(
    ("page", "number"), [(page, number) for page in PAGES for number in range(len(blocks(ROOT / page, "console")))]
)
def test_the_readme_shows_what_is_printed(page: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    compare(blocks(ROOT / page, "console")[number], monkeypatch)


def test_the_tutorial_works_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for body in blocks(TUTORIAL, "yaml"):
        name = body.split("\n")[0].removeprefix("# ")
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(body + "\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    *sound, broken = blocks(TUTORIAL, "console")
    scheme = tmp_path / "pingan-2026" / "schemes" / "rnd-subsidy.yaml"

    for block in sound:
        compare(block, monkeypatch)
    spoilt = scheme.read_text("utf-8").replace("300人", "300项", 1).replace("上年研发投入 ≥", "上年研发费用 ≥")
    scheme.write_text(spoilt, "utf-8")
    compare(broken, monkeypatch)


@pytest.mark.parametrize("page", [*PAGES, "docs/tutorials/write-a-pack.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (ROOT / page).read_text("utf-8"))

    assert [link for link in links if "://" not in link and not ((ROOT / page).parent / link).exists()] == []
