"""Problem: what is wrong, where, and what to write instead. Errors are part of the product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from zhinan.values.text import Lang, Text
from zhinan.values.width import display_width


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters `start:end` in some text."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """From where this begins to where `other` ends."""
        return Span(self.start, other.end)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A kind of mistake: its stable code, the message that tells it, the mend that helps.

    `zh`/`en` and the mends are templates; the gaps are filled where the mistake is made.
    """

    code: str
    says: Text
    mend: Text = Text("", "")

    def at(self, span: Span | None = None, /, **words: object) -> Problem:
        """This mistake, made at `span`, with the gaps of its sentences filled."""
        return Problem(self.code, self.says.filled(**words), self.mend.filled(**words), span=span)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one place. `source` is the text that `span` counts in."""

    code: str
    message: Text
    mend: Text = Text("", "")
    file: str = ""
    line: int = 0
    source: str = ""
    span: Span | None = None

    def placed(self, *, file: str, line: int, source: str = "") -> Problem:
        """The same problem, with the file and line it was found in (kept if already known)."""
        if self.file:
            return self
        return replace(self, file=file, line=self.line or line, source=self.source or source)

    def show(self, lang: Lang = "zh") -> str:
        """The problem as a person reads it: place, message, the line with a caret, the mend."""
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        lines = [f"{place if self.file else ''}{self.message.in_lang(lang)} [{self.code}]", *self._caret()]
        if mend := self.mend.in_lang(lang):
            lines.append(f"    {mend}")
        return "\n".join(lines)

    def _caret(self) -> list[str]:
        """The line the mistake is in, and `^` beneath its characters; of a long line, the part around it."""
        if self.span is None or not self.source:
            return []
        begin = self.source.rfind("\n", 0, self.span.start) + 1
        end = self.source.find("\n", self.span.start)
        end = len(self.source) if end < 0 else end
        before = _fitting(reversed(self.source[begin : self.span.start]), _BEFORE)[::-1]
        marked = _fitting(self.source[self.span.start : min(self.span.end, end)], _WIDTH - _BEFORE)
        after = _fitting(self.source[self.span.start + len(marked) : end], _WIDTH - display_width(before + marked))
        carets = " " * display_width(before) + "^" * max(display_width(marked), 1)
        return [f"    {before}{marked}{after}", f"    {carets}"]


#: Of a long line, so many columns are shown, and so many before the mistake.
_WIDTH, _BEFORE = 100, 60


def _fitting(text: Iterable[str], columns: int) -> str:
    """The beginning of `text` that fits in so many columns, as it may be printed."""
    kept = ""
    for character in map(_printable, text):
        columns -= display_width(character)
        if columns < 0:
            break
        kept += character
    return kept


def _printable(character: str) -> str:
    """A character as it may be printed: what is invisible, turns the line or cannot be encoded is shown as �."""
    return character if character.isprintable() else _SPACES.get(character, "\N{REPLACEMENT CHARACTER}")


_SPACES = {"\t": " ", "\r": " ", "\u3000": "\u3000"}


class BadInput(Exception):
    """Input that cannot be used; carries every problem found, never only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.show("en") for problem in problems))
