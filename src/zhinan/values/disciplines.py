"""Disciplines: the codes of GB/T 13745, read however they are written, and how closely two of them agree.

A code has three digits for the first level, five for the second, seven for the third: 460, 46040, 4604020. The
table beside this module names the 62 first levels of the 2009 edition; the names below them are not held, so of a
longer code only the shape is checked. The table was compared with two public listings, not with the printed standard.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text

#: How many digits the code of each level has.
DIGITS = {1: 3, 2: 5, 3: 7}


class WrongDiscipline(ValueError):
    """A code that cannot be one of GB/T 13745. `problem` says why, for a reader of either language."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.show("en"))


@dataclass(frozen=True, slots=True, order=True)
class Discipline:
    """One discipline by its digits: `460`, `46040`, `4604020`. Made by `read_discipline`."""

    code: str

    @property
    def level(self) -> int:
        """1, 2 or 3: first, second or third level (一级、二级、三级学科)."""
        return (len(self.code) - 1) // 2

    @property
    def dotted(self) -> str:
        """The code as the standard prints it.

        >>> read_discipline("4604020").dotted
        '460.4020'
        """
        return ".".join(part for part in (self.code[:3], self.code[3:]) if part)

    @property
    def is_listed(self) -> bool:
        """Whether its first level is one of the 62 that are known here."""
        return self.code[:3] in first_levels()

    @property
    def name(self) -> Text:
        """What it is called: the first level by its name, a lower one by its code and the name above it.

        >>> read_discipline("460.40").name.zh
        '460.40（机械工程，二级学科名称未收录）'
        """
        first = first_levels().get(self.code[:3])
        if self.level == 1 and first:
            return first
        return (_LOWER if first else _UNKNOWN).filled(code=self.dotted, first=first or "", level=_LEVELS[self.level])

    def above(self, level: int) -> Discipline:
        """The discipline it belongs to at a level no lower than its own."""
        return Discipline(self.code[: DIGITS[level]])


def read_discipline(text: str) -> Discipline:
    """The discipline written in `text`; dots, spaces and full-width digits are put right.

    Raises `WrongDiscipline` when it has not 3, 5 or 7 digits. A first level that is not listed is accepted:
    the standard is amended from time to time.

    >>> read_discipline("110.14") == read_discipline("11014"), read_discipline("110.14.10").level
    (True, 3)
    """
    plain = re.sub(r"[\s.．。·]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[1-9][0-9]{2}(?:[0-9]{2}){0,2}", plain):
        raise WrongDiscipline(_BAD_SHAPE.at(text=text))
    return Discipline(plain)


def shared_level(one: Discipline, other: Discipline) -> int:
    """The lowest level at which both are the same discipline: 1 to 3, or 0 when even the first differs.

    >>> shared_level(read_discipline("460.4020"), read_discipline("460.40"))
    2
    """
    return max((level for level in DIGITS if _agree(one, other, level)), default=0)


def _agree(one: Discipline, other: Discipline, level: int) -> bool:
    return level <= min(one.level, other.level) and one.above(level) == other.above(level)


@cache
def first_levels() -> dict[str, Text]:
    """The names of the 62 first levels by their three digits, in the order of the standard."""
    text = resources.files("zhinan.values").joinpath("gb13745.csv").read_text(encoding="utf-8")
    return {row["code"]: Text(row["name"], row["name_en"]) for row in csv.DictReader(text.splitlines())}


_LEVELS = {1: Text("一级学科", "first level"), 2: Text("二级学科", "second level"), 3: Text("三级学科", "third level")}
_LOWER = Text("{code}（{first}，{level}名称未收录）", "{code} ({first}; the names of the {level} are not held)")
_UNKNOWN = Text("{code}（{level}，名称未收录）", "{code} ({level}, name not held)")

_BAD_SHAPE = Mistake(
    "discipline-code",
    Text("“{text}”不是学科代码：应为 3、5 或 7 位数字", "“{text}” is no discipline code: it has 3, 5 or 7 digits"),
    Text(
        "按 GB/T 13745 填写，例如 460（一级）、460.40（二级）、460.4020（三级）",
        "write it as GB/T 13745 does: 460 (first level), 460.40 (second), 460.4020 (third)",
    ),
)
