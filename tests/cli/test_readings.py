"""`zhinan check --readings`: every ambiguity of every pack, how it may be read, which reading is in force, where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from zhinan.policy.load import load_pack, shipped_packs
from zhinan.values.text import Lang

Run = Callable[..., Any]  # conftest's Ran cannot be imported from a test
WIDE = 2000  # no line is broken
FIVE = ("yinchuan-2026", "ningxia-145", "shizuishan-2025", "xinjiang-liangqu-2025", "lanzhou-2022")


def listed(id: str, lang: Lang) -> list[str]:
    """The lines that tell the readings of a pack."""
    lines = []
    for reading in load_pack(id).readings.values():
        cited = ("、" if lang == "zh" else ", ").join(reading.clauses)
        lines.append(f"{reading.id}  {reading.question.in_lang(lang)}  [{cited}]")
        for name, text in reading.alternatives.items():
            default = {"zh": "（默认）", "en": " (default)"}[lang] if name == reading.default else ""
            lines.append(f"{'●' if default else '○'} {name}  {text.in_lang(lang)}{default}")
    return lines


NOT_CHANGED = {"zh": "仅作记录，不改变条件", "en": "recorded only; it changes no condition"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_reading_is_listed_with_its_alternatives_default_and_clauses(zhinan: Run, lang: Lang) -> None:
    ran = zhinan("check", *FIVE, "--readings", "--lang", lang, columns=WIDE)
    printed = [line.strip() for line in ran.out.splitlines()]
    readings = [reading for id in FIVE for reading in load_pack(id).readings.values()]

    assert (ran.code, ran.err) == (0, "")
    assert [line for id in FIVE for line in listed(id, lang) if line not in printed] == []
    assert sum(1 for line in printed if line.startswith("● ")) == len(readings)
    assert printed.count(NOT_CHANGED[lang]) == sum(1 for reading in readings if reading.recorded)
    assert [number for number in range(1, 37) if not any(line.startswith(f"AMB-{number:02}  ") for line in printed)] == []


def test_without_a_pack_the_workflow_library_is_checked_too(zhinan: Run) -> None:
    ran = zhinan("check")

    assert [id for id in shipped_packs() if f"\n{id} " not in f"\n{ran.out}"] == []
    assert ran.out.rstrip().splitlines()[-4:] == [
        "procedures  办理流程库", "  条目        176", "  流程        9（阶段 228）", "  ✓ 没有问题",
    ]  # fmt: skip


def test_the_library_is_in_the_json_unless_packs_are_named(zhinan: Run) -> None:
    assert json.loads(zhinan("check", "--json").out)["workflow"] == {"entries": 176, "procedures": 9, "problems": []}
    assert "workflow" not in json.loads(zhinan("check", "lanzhou-2022", "--json").out)
