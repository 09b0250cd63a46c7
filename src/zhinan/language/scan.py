"""From text to tokens. Length and nesting are capped here, before anything else looks at the text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from zhinan.language import mistakes
from zhinan.values.problem import BadInput, Problem, Span
from zhinan.values.quantity import known_units

MAX_LENGTH = 8_000
MAX_TOKENS = 2_000
MAX_NESTING = 40


class Sort(Enum):
    """What a token is."""

    NUMBER = "number"
    DAY = "day"
    WORD = "word"
    QUOTE = "quote"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: its sort, the canonical spelling, where it stands. Numbers keep their unit apart."""

    sort: Sort
    text: str
    span: Span
    unit: str = ""


#: Words and signs that mean something to the grammar, each in every accepted spelling.
SPELLINGS = {
    "且": ("且", "and"), "或": ("或", "or"), "非": ("非", "not"), "属于": ("属于", "in"), "不属于": ("不属于", "not_in"),
    "包含": ("包含", "has"), "包含任一": ("包含任一", "has_any"), "包含全部": ("包含全部", "has_all"),
    "是": ("是", "yes", "true"), "否": ("否", "no", "false"),
}  # fmt: skip
SIGNS = {
    "=": ("=", "=="), "≠": ("≠", "!=", "<>"), "<": ("<",), "≤": ("≤", "<=", "=<"), ">": (">",), "≥": ("≥", ">=", "=>"),
    "+": ("+",), "-": ("-", "−"), "×": ("×", "*"), "÷": ("÷", "/"),
    "(": ("(",), ")": (")",), "{": ("{", "["), "}": ("}", "]"), ",": (",", "、", "，"), ".": (".",),
}  # fmt: skip
_KEYWORD = {spelling: word for word, spellings in SPELLINGS.items() for spelling in spellings}
_SIGN = {spelling: sign for sign, spellings in SIGNS.items() for spelling in spellings}
KEYWORDS = frozenset(SPELLINGS)

#: Digits may be grouped by spaces or underscores; a comma separates arguments.
_NUMBER = r"\d+(?:[_ ]\d{3})*(?:\.\d+)?"
_UNITS = "|".join(re.escape(unit) for unit in known_units())
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<day>\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{4}}年\d{{1,2}}月\d{{1,2}}日)
    |(?P<number>{_NUMBER})(?:[ ]?(?P<unit>{_UNITS})(?![\w]))?(?P<stray>[^\W\d_]\w*)?
    |(?P<word>[^\W\d]\w*)
    |"(?P<quote>[^"\n]*)" | “(?P<curly>[^“”\n]*)”
    |(?P<sign>{"|".join(re.escape(sign) for sign in sorted(_SIGN, key=len, reverse=True))})
    """,
    re.VERBOSE,
)


def scan(text: str) -> list[Token]:
    """The tokens of `text`, ending with one of sort END. Raises `BadInput`."""
    if len(text) > MAX_LENGTH:
        raise BadInput([mistakes.TOO_LONG.at(Span(0, 1), have=len(text), limit=MAX_LENGTH)])
    text = _half_width(text)
    tokens: list[Token] = []
    at = nesting = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise BadInput([_unreadable(text, at)])
        at = found.end()
        if found.lastgroup == "space":
            continue
        token = _token(found)
        nesting += (token.sort is Sort.SIGN) * ((token.text in "({") - (token.text in ")}"))
        if nesting > MAX_NESTING:
            raise BadInput([mistakes.TOO_DEEP.at(token.span, limit=MAX_NESTING)])
        if len(tokens) == MAX_TOKENS:
            raise BadInput([mistakes.TOO_LONG.at(token.span, have=f"{MAX_TOKENS}+", limit=MAX_TOKENS)])
        tokens.append(token)
    return [*tokens, Token(Sort.END, "", Span(len(text), len(text)))]


def _token(found: re.Match[str]) -> Token:
    span = Span(*found.span())
    if day := found["day"]:
        return Token(Sort.DAY, day, span)
    if number := found["number"]:
        return Token(Sort.NUMBER, number, span, unit=(found["unit"] or "") + (found["stray"] or ""))
    if word := found["word"]:
        return Token(Sort.SIGN if word in _KEYWORD else Sort.WORD, _KEYWORD.get(word, word), span)
    if sign := found["sign"]:
        return Token(Sort.SIGN, _SIGN[sign], span)
    return Token(Sort.QUOTE, found["quote"] if found["quote"] is not None else found["curly"], span)


def _unreadable(text: str, at: int) -> Problem:
    span = Span(at, at + 1)
    if text[at] in "\"“”'‘’":
        return mistakes.OPEN_QUOTE.at(span)
    symbols = " ".join(SIGNS)
    shown = text[at] if text[at].isprintable() else f"U+{ord(text[at]):04X}"
    return mistakes.STRANGE_CHARACTER.at(span, character=shown, symbols=symbols)


def _half_width(text: str) -> str:
    """Full-width digits, letters and signs as half-width ones, one for one, so that spans still fit."""
    return "".join(
        half if "！" <= c <= "～" and len(half := unicodedata.normalize("NFKC", c)) == 1 else c for c in text
    )
