"""Every library from outside comes in by its own door, and only there. A new one needs a line here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

DOORS: dict[str, tuple[str, ...]] = {
    "allauth": ("zhinan.server.accounts", "zhinan.server.identity", "zhinan.server.urls"),
    "axes": ("zhinan.server.accounts",),
    "click": ("zhinan.cli",),
    "csp": ("zhinan.server.settings",),
    "dj_database_url": ("zhinan.server.settings",),
    "django": ("zhinan.server",),
    "django_tasks": ("zhinan.server.jobs",),
    "django_tasks_db": ("zhinan.server.jobs",),
    "docx": ("zhinan.server.paper.word",),
    "granian": ("zhinan.server.starting",),
    "highspy": ("zhinan.assignment.solve",),
    "numpy": ("zhinan.assignment", "zhinan.review.calibrate", "zhinan.review.agreement"),
    "openpyxl": ("zhinan.screening.tables", "zhinan.server.paper.sheet"),
    "orjson": ("zhinan.policy.report", "zhinan.cli"),
    "ortools": ("zhinan.assignment.solve",),
    "polars": ("zhinan.language.compile", "zhinan.screening"),
    "pylopdf_fonts_zh_cn": ("zhinan.server.paper.typesetting",),
    "pypdf": ("zhinan.server.paper.neutral",),
    "python_calamine": ("zhinan.screening.tables",),
    "qrcode": ("zhinan.server.paper.barcode",),
    "rich": ("zhinan.cli",),
    "scipy": ("zhinan.assignment", "zhinan.review.calibrate", "zhinan.review.agreement"),
    "stdnum": ("zhinan.values.codes",),
    "typst": ("zhinan.server.paper.typesetting",),
    "yaml": ("zhinan.policy.yaml_source",),
}
HEAVY = (
    "click",
    "django",
    "docx",
    "highspy",
    "numpy",
    "openpyxl",
    "ortools",
    "polars",
    "python_calamine",
    "rich",
    "scipy",
    "typst",
)


def strangers(module: Any) -> list[str]:  # Any: conftest's Module cannot be imported from a test
    """The libraries the module imports although it is not their door."""
    libraries = {name.split(".")[0] for name in module.imports()} - sys.stdlib_module_names - {"zhinan"}
    return sorted(library for library in libraries if not module.is_in(*DOORS.get(library, ())))


def test_libraries_are_imported_only_through_their_doors(modules: list[Any]) -> None:
    found = {module.name: strangers(module) for module in modules}

    assert {name: libraries for name, libraries in found.items() if libraries} == {}


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("zhinan.policy.pack", "import yaml", ["yaml"]),
        ("zhinan.policy.yaml_source", "import yaml", []),
        ("zhinan.language.evaluate", "def f():\n    import polars as pl", ["polars"]),
        ("zhinan.language.compile.columns", "import polars as pl", []),
        ("zhinan.language.compiler", "import polars as pl", ["polars"]),
        ("zhinan.screening.tables", "from openpyxl.cell import Cell", []),
        ("zhinan.values.money", "import a_library_nobody_chose", ["a_library_nobody_chose"]),
    ],
)
def test_a_second_door_is_noticed(name: str, source: str, expected: list[str], write: Callable[..., Any]) -> None:
    assert strangers(write(source, name=name)) == expected


def loaded(statement: str) -> set[str]:
    """The heavy libraries a fresh Python has in memory after `statement`."""
    script = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split()) & set(HEAVY)


def test_importing_a_pure_package_loads_nothing_heavy(packages: list[str], modules: list[Any]) -> None:
    python = {module.name for module in modules}
    pure = [f"zhinan.{name}" for name in packages if name not in {"cli", "server"}]

    found = {
        package: loaded(f"import {package}") - {library for library in HEAVY if package in DOORS.get(library, ())}
        for package in pure
        if package in python
    }

    assert {package: libraries for package, libraries in found.items() if libraries} == {}


def test_a_heavy_import_is_noticed() -> None:
    assert loaded("import click") == {"click"}
