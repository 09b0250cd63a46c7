"""Reference pages of the platform, made from the code itself: its settings, and every way it says no."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import zhinan.assignment
import zhinan.lifecycle
import zhinan.review
import zhinan.server
from zhinan.server.environment import SETTINGS
from zhinan.values.problem import Mistake

_MADE = "<!-- 由 zhinan.server.manual 生成，不要手改。Made by zhinan.server.manual: do not edit by hand. -->"
#: Not imported for their sentences: commands run when they are, and migrations say nothing to anyone.
_SKIPPED = (".migrations", ".wsgi", ".management")


def settings_page() -> str:
    """The page `docs/reference/settings.md`: every name of the environment."""
    rows = [
        f"| `{each.name}` | {f'`{each.default}`' if each.default else ''} | {each.about.zh} | {each.about.en} |"
        for each in SETTINGS.values()
    ]
    head = ["| 名称 name | 默认 default | 说明 | about |", "|---|---|---|---|"]
    return "\n".join(["# 设置 · Settings", "", _MADE, "", *head, *rows]) + "\n"


def problems_page() -> str:
    """The page `docs/reference/platform-problems.md`: every refusal by its code."""
    told = sorted({mistake.code: mistake for mistake in mistakes()}.values(), key=lambda each: each.code)
    about = (
        "平台说“不”时总是说清是什么、为什么、下一步怎么办。代码不变，说法可能改进。\n\n"
        "When the platform says no it says what, why and what next. Codes are stable; the words may get better."
    )
    return "\n\n".join(["# 平台的提示 · What the platform refuses", _MADE, about, *map(_entry, told)]) + "\n"


def mistakes() -> Iterator[Mistake]:
    """Every mistake that a module of the platform can tell."""
    for package in (zhinan.assignment, zhinan.lifecycle, zhinan.review, zhinan.server):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not any(skipped in found.name for skipped in _SKIPPED):
                yield from (each for each in vars(import_module(found.name)).values() if isinstance(each, Mistake))


def _entry(mistake: Mistake) -> str:
    zh, en = (f"{_gaps(says)} → {_gaps(mend)}" for says, mend in _both(mistake))
    return f"### {mistake.code}\n\n* {zh}\n* {en}"


def _both(mistake: Mistake) -> tuple[tuple[str, str], tuple[str, str]]:
    return (mistake.says.zh, mistake.mend.zh), (mistake.says.en, mistake.mend.en)


def _gaps(template: str) -> str:
    return re.sub(r"\{\w+\}", "…", template)
