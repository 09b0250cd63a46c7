"""What is seen: colours, signs, tables and lines that break where Chinese and English may be broken.

A reader without colour loses nothing: every colour comes with a sign or a word. Nothing is cut off, only wrapped.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TextIO

from rich.console import Console
from rich.text import Text as Rich

from zhinan.policy.assess import Verdict
from zhinan.policy.finding import Outcome
from zhinan.values.problem import Problem
from zhinan.values.text import Lang, Text
from zhinan.values.width import display_width

#: Lines of a file or a pipe, when nobody says how wide they may be.
WIDTH_OF_A_FILE = 120
NARROWEST = 40


@dataclass(frozen=True, slots=True)
class Sign:
    """How an outcome looks: a sign, a word and a style, always together."""

    sign: str
    word: Text
    style: str


VERDICTS = {
    Verdict.ELIGIBLE: Sign("✓", Text("可以申报", "eligible"), "bold green"),
    Verdict.UNDETERMINED: Sign("?", Text("待定", "undetermined"), "bold yellow"),
    Verdict.INELIGIBLE: Sign("✗", Text("不符合", "ineligible"), "bold red"),
}
OUTCOMES = {
    Outcome.MET: Sign("✓", Text("符合", "met"), "green"),
    Outcome.UNMET: Sign("✗", Text("不符合", "unmet"), "red"),
    Outcome.UNKNOWN: Sign("?", Text("未知", "unknown"), "yellow"),
    Outcome.JUDGEMENT: Sign("~", Text("由人判断", "for a person"), "cyan"),
}


class Terminal:
    """Where a command writes: `out` for the answer, `err` for notes and refusals; everything in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.out = _console(sys.stdout)
        self.err = _console(sys.stderr)

    @property
    def width(self) -> int:
        """The columns a line may take."""
        return max(self.out.width, NARROWEST)

    def say(self, text: Text) -> str:
        """The words for this reader."""
        return text.in_lang(self.lang)

    def line(self, text: str | Rich = "", *, style: str = "", indent: int = 0) -> None:
        """Print one paragraph, wrapped."""
        for piece in wrapped(text, self.width - indent, style=style):
            self.out.print(Rich(" " * indent) + piece)

    def hanging(self, head: str | Rich, text: str | Rich, *, indent: int = 0) -> None:
        """Print a paragraph after `head`; its further lines stand under its first."""
        head = head if isinstance(head, Rich) else Rich(head)
        begin = indent + head.cell_len
        lines = wrapped(text, self.width - begin) or [Rich("")]
        self.out.print(Rich(" " * indent) + head + lines[0])
        for piece in lines[1:]:
            self.out.print(Rich(" " * begin) + piece)

    def note(self, text: Text) -> None:
        """A remark beside the answer."""
        for piece in wrapped(self.say(text), max(self.err.width, NARROWEST), style="dim"):
            self.err.print(piece)

    def problems(self, problems: Iterable[Problem], *, to_out: bool = False) -> None:
        """Every problem with its place and its mend, never wrapped, so that a caret stays under its word."""
        for problem in problems:
            console = self.out if to_out else self.err
            first, *rest = problem.show(self.lang).splitlines()
            console.print(Rich(first, "red"), soft_wrap=True)
            for line in rest:
                console.print(Rich(line), soft_wrap=True)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str | Rich]], *, right: Sequence[int] = ()) -> None:
        """A table whose last column takes what width is left; the others are as wide as their contents, within reason."""
        cells = [[cell if isinstance(cell, Rich) else Rich(cell) for cell in row] for row in rows]
        titles = [Rich(head, "bold") for head in heads]
        widths = _widths([titles, *cells], self.width)
        self._row(titles, widths, right)
        self.out.print(Rich("─" * (sum(widths) + len(_GAP) * (len(widths) - 1)), "dim"))
        for row in cells:
            self._row(row, widths, right)

    def _row(self, row: Sequence[Rich], widths: Sequence[int], right: Sequence[int]) -> None:
        columns = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        for lines in zip_longest(*columns, fillvalue=Rich("")):
            cells = [
                _padded(line, width, to_the_right=number in right)
                for number, (line, width) in enumerate(zip(lines, widths, strict=True))
            ]
            self.out.print(_stripped(Rich(_GAP).join(cells)))


_GAP = "  "


def _padded(line: Rich, width: int, *, to_the_right: bool) -> Rich:
    room = Rich(" " * max(width - len_of(line), 0))
    return room + line if to_the_right else line + room


class _Console(Console):
    """A console that leaves a broken pipe to the command line, which knows the exit code."""

    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704  # rich calls this while it handles the BrokenPipeError


def _console(stream: TextIO) -> Console:
    return _Console(
        file=stream, width=None if _stands_in_a_terminal(stream) else WIDTH_OF_A_FILE, highlight=False, markup=False, emoji=False
    )


def _stands_in_a_terminal(stream: TextIO) -> bool:
    return stream.isatty() or bool(os.environ.get("COLUMNS"))


def _widths(rows: list[list[Rich]], whole: int) -> list[int]:
    """A width for each column: as wide as its widest cell, the widest giving way until all fit into `whole`."""
    columns = [max(_widest_line(cell) for cell in column) for column in zip(*rows, strict=True)]
    room = whole - len(_GAP) * (len(columns) - 1)
    while sum(columns) > room and max(columns) > 8:
        columns[columns.index(max(columns))] -= 1
    return [max(width, 1) for width in columns]


def _widest_line(cell: Rich) -> int:
    return max((len_of(line) for line in cell.split("\n", allow_blank=True)), default=1)


def len_of(text: Rich) -> int:
    """Columns the text takes."""
    return display_width(text.plain)


# -- breaking lines ------------------------------------------------------------------------------------

_CLOSING = "，。、；：！？）》】〉”’％%…,.;:!?)]}"
_OPENING = "（《【〈“‘([{"
_UNITS = ("万元", "亿元", "个月", "周岁")


def wrapped(text: str | Rich, width: int, *, style: str = "") -> list[Rich]:
    """The text in lines of at most `width` columns, broken at spaces and between Chinese characters.

    A figure stays with its unit, and no line begins with a comma or ends with an opening bracket.

    >>> [line.plain for line in wrapped("营业收入应低于2000万元，", 12)]
    ['营业收入应低', '于2000万元，']
    """
    rich = text if isinstance(text, Rich) else Rich(text, style)
    return [line for paragraph in rich.split("\n", allow_blank=True) for line in _wrapped_line(paragraph, max(width, 8))]


def _wrapped_line(rich: Rich, width: int) -> list[Rich]:
    lines, start, plain = [], 0, rich.plain
    while start < len(plain):
        end = _line_end(plain, start, width)
        lines.append(_stripped(rich[start:end]))
        start = end
        while start < len(plain) and plain[start] == " ":
            start += 1
    return lines or [Rich("")]


def _stripped(line: Rich) -> Rich:
    line = line.copy()
    line.rstrip()
    return line


def _line_end(plain: str, start: int, width: int) -> int:
    """Where the line that begins at `start` ends: the last place to break within `width`, or the width itself."""
    taken, best = 0, 0
    for at in range(start, len(plain)):
        if at > start and _may_break(plain, at):
            best = at
        if plain[at] != " ":
            taken += display_width(plain[at])
            if taken > width:
                return best if best > start else max(at, start + 1)
        else:
            taken += 1
    return len(plain)


def _may_break(plain: str, at: int) -> bool:
    """Whether a line may end before the character at `at`."""
    before, after = plain[at - 1], plain[at]
    if after == " " or after in _CLOSING or before in _OPENING:
        return False
    if before == " ":  # 20 000 000 CNY stays whole
        return not (plain[at - 2 : at - 1].isdigit() and (after.isdigit() or plain.startswith("CNY", at)))
    if _is_wide(after) and (before in ".·" or before.isdigit() or before + after in _UNITS):
        return False
    if after == "(" and _is_wide(before):  # 九(一)2 stays whole
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"
