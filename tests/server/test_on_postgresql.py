"""The same tests on PostgreSQL: `./run test` runs them first and tells how they came out here."""

from __future__ import annotations

import os

import pytest

OUTCOME = os.environ.get("ZHINAN_ON_POSTGRESQL", "only `./run test`, without arguments, runs the server's tests on PostgreSQL")


def test_the_server_passes_its_tests_on_postgresql() -> None:
    if OUTCOME not in ("passed", "failed"):
        pytest.skip(OUTCOME)
    assert OUTCOME == "passed"
