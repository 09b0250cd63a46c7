"""Pure packages read no clock, no environment, no network and no unseeded randomness.

ruff's banned-api says the same while typing; this test follows aliases ruff is not asked about, needs no
list of functions for whole modules, and cannot be silenced by a `noqa`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# A name ending in a dot stands for everything below it.
IMPURE = (
    *("datetime.date.today", "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow"),
    *("time.", "random.", "secrets.", "uuid.uuid1", "uuid.uuid4"),
    *("numpy.random.", "os.environ", "os.environb", "os.getenv", "os.getcwd", "os.urandom", "getpass."),
    *("pathlib.Path.cwd", "pathlib.Path.home", "platform.", "locale.getlocale"),
    *("socket.", "ssl.", "urllib.request", "http.client", "ftplib.", "smtplib.", "subprocess.", "os.system"),
)
# Not read from the outside: `random.Random(seed)` is told its seed.
ALLOWED = ("random.Random", "numpy.random.Generator", "numpy.random.default_rng")


def impurities(module: Any) -> list[str]:  # Any: conftest's Module cannot be imported from a test
    """Each impure thing the module names, as `line: name`."""
    known = dict(_names_imported(module.tree))
    return [
        f"{node.lineno}: {name}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute | ast.Name)
        for name in [_full_name(node, known)]
        if _is_impure(name) and not _unseeded_is_fine(name)
    ]


def _names_imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What each name brought in by an import stands for: `dt` → `datetime`, `now` → `time.time`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]  # `import a.b` brings in `a`
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _full_name(node: ast.expr, known: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if isinstance(node, ast.Attribute):
        below = _full_name(node.value, known)
        return f"{below}.{node.attr}" if below else ""
    return ""


def _is_impure(name: str) -> bool:
    return any(name == bad or name.startswith(bad if bad.endswith(".") else f"{bad}.") for bad in IMPURE)


def _unseeded_is_fine(name: str) -> bool:
    return any(name == fine or name.startswith(f"{fine}.") for fine in ALLOWED)


def test_pure_packages_read_nothing_from_outside(pure_modules: list[Any]) -> None:
    found = {module.name: impurities(module) for module in pure_modules}

    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("import datetime as dt\ndt.date.today()", "2: datetime.date.today"),
        ("from datetime import date as day\nday.today()", "2: datetime.date.today"),
        ("from datetime import datetime\ndatetime.now(tz=None)", "2: datetime.datetime.now"),
        ("from time import perf_counter\nperf_counter()", "2: time.perf_counter"),
        ("import random\nrandom.shuffle([])", "2: random.shuffle"),
        ("import os\nos.environ['HOME']", "2: os.environ"),
        ("from os import environ\nenviron.get('HOME')", "2: os.environ"),
        ("import urllib.request\nurllib.request.urlopen('')", "2: urllib.request"),
        ("def f():\n    from pathlib import Path\n    return Path.home()", "3: pathlib.Path.home"),
    ],
)
def test_reading_from_outside_is_noticed(source: str, named: str, write: Callable[..., Any]) -> None:
    assert named in impurities(write(source))


@pytest.mark.parametrize(
    "source",
    [
        "from random import Random\nRandom(7).shuffle([])",
        "import datetime as dt\ndt.date(2026, 3, 1).isoformat()",
        "def f(today):\n    return today.today",
        "from urllib.parse import quote\nquote('a')",
    ],
)
def test_what_was_passed_in_may_be_used(source: str, write: Callable[..., Any]) -> None:
    assert impurities(write(source)) == []
