"""What every test of the house shares."""

import os

import pytest
from hypothesis import settings

# A slow machine is not a failing test: timings never decide.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """`./run test` fails when ruff, mypy or import-linter did; say so next to pytest's own summary."""
    if failed := os.environ.get("ZHINAN_FAILED_CHECKS"):
        terminalreporter.section("failed before pytest, and shown above it", red=True, bold=True)
        terminalreporter.line(failed)
