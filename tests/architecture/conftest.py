"""The source as the laws see it: one `Module` a file, and a way to write a small bad one."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "src" / "zhinan"


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of `src/`, by its dotted name."""

    name: str
    source: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    def imports(self) -> Iterator[str]:
        """Everything imported, wherever in the file: `from a.b import c` gives `a.b.c`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def is_in(self, *packages: str) -> bool:
        return any(self.name == package or self.name.startswith(f"{package}.") for package in packages)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def packages() -> list[str]:
    """The rooms of the house: `values`, `language` …"""
    return sorted(path.name for path in HOUSE.iterdir() if path.is_dir() and path.name != "__pycache__")


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    return [Module(_dotted(path), path.read_text(encoding="utf-8")) for path in sorted(HOUSE.rglob("*.py"))]


@pytest.fixture(scope="session")
def pure_modules(modules: list[Module]) -> list[Module]:
    """A new package is pure until someone names it here as a shell."""
    return [module for module in modules if not module.is_in("zhinan.cli", "zhinan.server")]


@pytest.fixture(scope="session")
def write() -> Callable[..., Module]:
    """A module that exists only in a test, to see a law broken."""

    def written(source: str, *, name: str = "zhinan.values.example") -> Module:
        return Module(name, source)

    return written


def _dotted(path: Path) -> str:
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
