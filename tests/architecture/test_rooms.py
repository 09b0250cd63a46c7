"""Rooms and files: what they are called, how they open, how large they grow, where they are described."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ABOUT_NOTHING = {"base", "common", "core", "helper", "helpers", "lib", "manager", "misc", "services"}
ABOUT_NOTHING |= {"shared", "util", "utilities", "utils"}
LONGEST = 600


def names_about_nothing(name: str) -> list[str]:
    return [part for part in name.split(".") if part.strip("_") in ABOUT_NOTHING]


def opens_with_a_sentence(module: Any) -> bool:  # Any: conftest's Module cannot be imported from a test
    said = ast.get_docstring(module.tree) or ""
    return bool(re.search(r"[.。:：]$", said.strip().split("\n\n")[0]))


def is_too_long(module: Any) -> bool:  # Any: as above
    return len(module.source.splitlines()) > LONGEST


def sentences(page: str, *, heading: str) -> dict[str, str]:
    """The two-column table under `heading`: package → its sentence."""
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (\S.*\S) \|$", section, flags=re.MULTILINE))


def test_nothing_is_named_after_nothing(modules: list[Any]) -> None:
    assert [module.name for module in modules if names_about_nothing(module.name)] == []


def test_every_module_says_what_it_is_for(modules: list[Any]) -> None:
    assert [module.name for module in modules if not opens_with_a_sentence(module)] == []


def test_no_module_has_outgrown_its_reader(modules: list[Any]) -> None:
    written = [
        module for module in modules if not module.is_in("zhinan.server.migrations")
    ]  # those are Django's to write and read
    assert [module.name for module in written if is_too_long(module)] == []


def test_packs_are_data(modules: list[Any]) -> None:
    assert [module.name for module in modules if module.is_in("zhinan.packs")] in ([], ["zhinan.packs"])


def test_every_room_has_its_sentence(root: Path, packages: list[str]) -> None:
    page = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")

    assert sorted(set(packages) - sentences(page, heading="The rooms").keys()) == []


def test_a_room_that_was_built_is_no_longer_to_come(root: Path, packages: list[str]) -> None:
    page = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    to_come = sentences(page, heading="Rooms to come")

    assert sorted(set(packages) & to_come.keys()) == []


@pytest.mark.parametrize("name", ["zhinan.core", "zhinan.policy.utils", "zhinan.cli._helpers"])
def test_a_name_about_nothing_is_noticed(name: str) -> None:
    assert names_about_nothing(name) != []


def test_a_module_that_opens_without_a_sentence_is_noticed(write: Callable[..., Any]) -> None:
    silent, label, spoken = write("x = 1"), write('"""Money"""'), write('"""Money: integer fen inside."""')

    assert [opens_with_a_sentence(module) for module in (silent, label, spoken)] == [False, False, True]


def test_a_module_too_long_is_noticed(write: Callable[..., Any]) -> None:
    assert [is_too_long(write("x = 1\n" * lines)) for lines in (LONGEST, LONGEST + 1)] == [False, True]


def test_only_the_table_under_its_heading_is_read() -> None:
    page = "# A\n\n## The rooms\n| package | what |\n| `values` | small things |\n| `cli` |  |\n"
    page += "\n## Rooms to come\n| `server` | the web platform |\n"

    assert sentences(page, heading="The rooms") == {"values": "small things"}
