"""Every exemption from a check carries its reason on its own line: `# noqa: RULE  # the reason`."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

EXEMPTION = re.compile(
    r"#\s*(?:type:\s*ignore(?:\[[\w\-, ]*\])?"
    r"|(?:ruff:\s*|flake8:\s*)?noqa(?::\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?"
    r"|pragma:\s*no\s*(?:cover|branch)"
    r"|mypy:\s*[\w\-]+(?:=\w+)?)"
)


def without_reason(source: str) -> list[int]:
    """The lines that exempt themselves and do not say why in two words, or four Chinese characters."""
    return [line for line, comment in _comments(source) if EXEMPTION.search(comment) and not _says_why(comment)]


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _says_why(comment: str) -> bool:
    rest = EXEMPTION.sub("", comment)
    return len(re.findall(r"[A-Za-z]{2,}", rest)) >= 2 or len(re.findall(r"[\u4e00-\u9fff]", rest)) >= 4


def test_every_exemption_says_why(root: Path) -> None:
    files = [
        root / "run",
        *(path for top in ("src", "tests", "benchmarks") for path in (root / top).rglob("*.py")),
    ]
    found = {path.relative_to(root).as_posix(): without_reason(path.read_text(encoding="utf-8")) for path in files}

    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "x = f()  # type: ignore[arg-type]",
        "import x  # noqa: F401",
        "import x  # noqa: F401, PLC0415 -",
        "if x:  # pragma: no cover",
        "# ruff: noqa: E501",
        "x = f()  # type: ignore  # later",
    ],
)
def test_an_exemption_without_a_reason_is_noticed(line: str) -> None:
    assert without_reason(f"{line}\n") == [1]


@pytest.mark.parametrize(
    "line",
    [
        "x = f()  # type: ignore[arg-type]  # the stubs forget None",
        "import x  # noqa: PLC0415  # absent on Windows",
        "x = 1  # noqa: E501  # 表格按列对齐",
        "say('# noqa: F401')",
    ],
)
def test_an_exemption_with_its_reason_is_fine(line: str) -> None:
    assert without_reason(f"{line}\n") == []
