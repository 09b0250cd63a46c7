"""What every test of the house shares."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is not a failing test: timings never decide.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite the golden files with what the code now says")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with the file that holds what a reader judged right; `--bless` rewrites the file.

    The difference is then the review: read it aloud before it is committed.
    """

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--bless"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return compare


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """`./run test` fails when ruff, mypy or import-linter did; say so next to pytest's own summary."""
    if failed := os.environ.get("ZHINAN_FAILED_CHECKS"):
        terminalreporter.section("failed before pytest, and shown above it", red=True, bold=True)
        terminalreporter.line(failed)
