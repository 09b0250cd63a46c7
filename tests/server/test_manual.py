"""The platform's reference pages are what the code says; every refusal is told in both languages and under its own code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from zhinan.server.environment import SETTINGS
from zhinan.server.manual import mistakes, problems_page, settings_page

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def test_the_page_of_settings_is_what_the_table_says(golden: Callable[[Path, str], None]) -> None:
    golden(REFERENCE / "settings.md", settings_page())


def test_the_page_of_refusals_is_what_the_code_says(golden: Callable[[Path, str], None]) -> None:
    golden(REFERENCE / "platform-problems.md", problems_page())


def test_every_setting_is_read_somewhere() -> None:
    server = ROOT / "src" / "zhinan" / "server"
    source = "\n".join(path.read_text(encoding="utf-8") for path in server.rglob("*.py") if path.name != "environment.py")
    inside = "\n".join((server / "environment.py").read_text(encoding="utf-8").split("def text")[1:])
    assert [name for name in SETTINGS if f'"{name}"' not in source + inside] == []


def test_one_code_is_one_refusal() -> None:
    said: dict[str, set[object]] = {}
    for mistake in mistakes():
        said.setdefault(mistake.code, set()).add(mistake)
    assert {code: len(kinds) for code, kinds in said.items() if len(kinds) > 1} == {}


def test_a_refusal_says_the_same_in_both_languages() -> None:
    def gaps(text: str) -> set[str]:
        return set(re.findall(r"\{\w+\}", text))

    uneven = [
        each.code for each in mistakes()
        if not (each.says.zh and each.says.en) or gaps(each.says.zh) != gaps(each.says.en) or gaps(each.mend.zh) != gaps(each.mend.en)
    ]  # fmt: skip
    assert uneven == []


def test_a_refusal_says_what_to_do_next() -> None:
    assert sorted({each.code for each in mistakes() if not each.mend.zh}) == []
