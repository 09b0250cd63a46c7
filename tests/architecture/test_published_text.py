"""No file we publish names a package registry, a folder of somebody's machine, or somebody's telephone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

NOT_TO_BE_PUBLISHED = {
    "a package registry": re.compile(
        r"pypi\.org|pythonhosted\.org|test\.pypi|registry\.(?:npmjs|yarnpkg)\.|crates\.io/api|deb\.debian\.org"
        r"|(?:mirrors?|pypi)\.[\w.\-]*(?:tsinghua|aliyun|tencent|ustc|huaweicloud)[\w.]*"
        r"|--(?:extra-)?index-url",
        re.IGNORECASE,
    ),
    "a machine's folder": re.compile(
        r"(?<![\w.\-/])/(?:work|root|home/[\w\-]+|Users/[\w\-]+|opt/pypi)(?:/|\b(?=\s|$))|[A-Z]:\\Users\\"
    ),
    # Five closing zeros make it a sum of money in fen: 150 million yuan is 15 000 000 000.
    "a mobile number": re.compile(r"(?<![0-9A-Za-z._])(?!\d{6}0{5})1[3-9]\d(?:[ -]?\d{4}){2}(?![0-9A-Za-z_])"),
    "a telephone": re.compile(
        r"(?<![0-9A-Za-z._])[(（]?0\d{2,3}(?:[)）]|\s?[-－—–]\s?|\s)\s?\d{7,8}(?![0-9A-Za-z])"
        r"|(?:电话|手机|传真|联系方式|(?i:\btel|\bphone|\bfax))\D{0,6}\d{7,}"
    ),
}


def unpublishable(text: str) -> list[str]:
    """What must not be published, as `line: what`."""
    return [
        f"{number}: {what}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in NOT_TO_BE_PUBLISHED.items()
        if pattern.search(line)
    ]


def _published(root: Path) -> list[Path]:
    """What git holds or would take; everything that is not ignored."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout: what would be published is not known here")
    return [root / name for name in done.stdout.split("\0") if name and (root / name).is_file()]


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""  # a picture or another binary file


def test_nothing_private_is_published(root: Path) -> None:
    found = {path.relative_to(root).as_posix(): unpublishable(_text_of(path)) for path in _published(root)}

    assert len(found) > 10
    assert {name: lines for name, lines in found.items() if lines} == {}


# Each is written in two pieces, so that this file may be published.
@pytest.mark.parametrize(
    ("pieces", "what"),
    [
        (("https://py", "pi.org/simple"), "a package registry"),
        (("--index", "-url https://example.org"), "a package registry"),
        (("https://mirrors.", "aliyun.com/simple"), "a package registry"),
        (("see /wo", "rk/main/run"), "a machine's folder"),
        (("open('/ho", "me/li/a.txt')"), "a machine's folder"),
        (("联系人 李 138", "00138000"), "a mobile number"),
        (("mobile 138 ", "0013 8000"), "a mobile number"),
        (("0931-", "8800000"), "a telephone"),
        (("（0951）", "5000000"), "a telephone"),
        (("联系电", "话：8800000"), "a telephone"),
    ],
)
def test_what_must_not_be_published_is_noticed(pieces: tuple[str, str], what: str) -> None:
    assert f"1: {what}" in unpublishable("".join(pieces))


@pytest.mark.parametrize(
    "text",
    [
        "amount: 30000000",
        "Fraction(15000000000, 1)",
        "on: 2026-03-01, 20260301",
        "91110000600037341L",
        "11010519491231002X",
        "--hash=sha256:0c13912345678aa0931",
        "types-openpyxl==3.1.5.20261017",
        "640104,兴庆区,county",
        "./run test tests/work/here",
        "#!/usr/bin/env python3",
    ],
)
def test_ordinary_figures_and_paths_may_be_published(text: str) -> None:
    assert unpublishable(text) == []
