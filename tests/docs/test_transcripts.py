"""What the README, the tutorial and the how-to pages show is what the command line prints, to the letter.

`pytest tests/docs --bless` writes what is printed into the pages; the difference is then there to be read.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from zhinan.cli import main

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.zh.md", "docs/howto/compare-two-editions.md", "docs/howto/read-a-pack.md")
TUTORIAL = "docs/tutorials/write-a-pack.md"
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)

Shows = Callable[[str, int], None]


def blocks(page: str, kind: str) -> list[str]:
    return [body.rstrip("\n") for found, body in _BLOCK.findall((ROOT / page).read_text("utf-8")) if found == kind]


def printed(command: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that `./run …` prints on a terminal 100 columns wide."""
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "./run"
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("ZHINAN_LANG", "zh")
    return [line.rstrip() for line in CliRunner().invoke(main, arguments).output.strip("\n").split("\n")]


@pytest.fixture
def shows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Shows:
    """Compare a page's console block, counted from 0, with what its command prints now."""

    def compare(page: str, number: int) -> None:
        command, *shown = blocks(page, "console")[number].split("\n")
        lines = printed(command, monkeypatch)
        if shown[-1] == "…":
            lines = [*lines[: len(shown) - 1], "…"]
        if request.config.getoption("--bless"):
            text = (ROOT / page).read_text("utf-8")
            (ROOT / page).write_text(text.replace("\n".join([command, *shown]), "\n".join([command, *lines])), "utf-8")
        else:
            assert lines == shown

    return compare


@pytest.mark.parametrize(("page", "number"), [(page, number) for page in PAGES for number in range(len(blocks(page, "console")))])
def test_a_page_shows_what_is_printed(page: str, number: int, shows: Shows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    shows(page, number)


def test_the_pack_of_the_tutorial_is_among_the_examples() -> None:
    written = [body.partition("\n") for body in blocks(TUTORIAL, "yaml")]
    pack = {name.removeprefix("# "): text + "\n" for name, _, text in written if "pingan-2026/" in name}
    folder = ROOT / "docs" / "examples"
    found = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.glob("pingan-2026/**/*.yaml")}

    assert found == pack


@pytest.mark.parametrize("pack", ["pingan-2026", "pingan-2027"])
def test_an_example_pack_is_sound(pack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert printed(f"$ ./run check docs/examples/{pack}", monkeypatch)[-1] == "  ✓ 没有问题"


def test_the_tutorial_works_from_nothing(tmp_path: Path, shows: Shows, monkeypatch: pytest.MonkeyPatch) -> None:
    for body in blocks(TUTORIAL, "yaml"):
        name = body.split("\n")[0].removeprefix("# ")
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(body + "\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    last = len(blocks(TUTORIAL, "console")) - 1
    scheme = tmp_path / "pingan-2026" / "schemes" / "rnd-subsidy.yaml"

    for number in range(last):
        shows(TUTORIAL, number)
    spoilt = scheme.read_text("utf-8").replace("300人", "300项", 1).replace("上年研发投入 ≥", "上年研发费用 ≥")
    scheme.write_text(spoilt, "utf-8")
    shows(TUTORIAL, last)


def pages() -> list[str]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(str(page.relative_to(ROOT)) for page in found)


@pytest.mark.parametrize("page", pages())
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (ROOT / page).read_text("utf-8"))

    assert [link for link in links if "://" not in link and not ((ROOT / page).parent / link).exists()] == []
