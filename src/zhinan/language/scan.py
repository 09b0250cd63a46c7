"""From text to tokens. Length and nesting are capped here, before anything else looks at the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from zhinan.language import mistakes
from zhinan.values.problem import BadInput, Problem, Span
from zhinan.values.quantity import NUMBER, known_units
from zhinan.values.text import Text
from zhinan.values.width import half_width

MAX_LENGTH = 8_000
MAX_TOKENS = 2_000
MAX_NESTING = 30


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
    """A piece of the text: its sort, its canonical spelling, where it stands. Numbers keep their unit apart."""

    sort: Sort
    text: str
    span: Span
    unit: str = ""


#: Words and signs that mean something to the grammar, each in every accepted spelling.
SPELLINGS = {
    "且": ("且", "and"), "或": ("或", "or"), "非": ("非", "not"),
    "属于": ("属于", "in"), "不属于": ("不属于", "not_in"),
    "包含": ("包含", "has"), "包含任一": ("包含任一", "has_any"), "包含全部": ("包含全部", "has_all"),
    "是": ("是", "yes", "true"), "否": ("否", "no", "false"),
}  # fmt: skip
SIGNS = {
    "=": ("=", "=="), "≠": ("≠", "!=", "<>"),
    "<": ("<",), "≤": ("≤", "<=", "=<"), ">": (">",), "≥": ("≥", ">=", "=>"),
    "+": ("+",), "-": ("-", "−"), "×": ("×", "*"), "÷": ("÷", "/"),
    "(": ("(",), ")": (")",), "{": ("{", "["), "}": ("}", "]"), ",": (",", "、"), ".": (".",),
}  # fmt: skip
_KEYWORD = {spelling: word for word, spellings in SPELLINGS.items() for spelling in spellings}
_SIGN = {spelling: sign for sign, spellings in SIGNS.items() for spelling in spellings}
#: Every word the grammar keeps for itself, in either language.
KEYWORDS = frozenset(_KEYWORD)

#: Digits may be grouped by spaces or underscores; a comma separates arguments.
_GROUPED = NUMBER.replace(",", "")
_UNITS = "|".join(re.escape(unit) for unit in known_units() if unit != "%")
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<day>[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}|[0-9]{{4}}年[0-9]{{1,2}}月[0-9]{{1,2}}日)
    |(?P<number>{_GROUPED})(?:[ ]?(?P<percent>%)|(?:[ ]?(?P<unit>{_UNITS})(?!\w))?(?P<stray>[^\W\d_]\w*)?)
    |(?P<word>[^\W\d]\w*)
    |"(?P<quote>[^"\n]*)" | “(?P<curly>[^“”\n]*)”
    |(?P<sign>{"|".join(re.escape(sign) for sign in sorted(_SIGN, key=len, reverse=True))})
    """,
    re.VERBOSE,
)
#: Control characters, surrogates, marks that turn the direction of the line, and the like.
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})


def english(sign: str) -> str:
    """The English spelling of a sign or a word of the grammar.

    >>> english("≤"), english("且")
    ('<=', 'and')
    """
    return _ENGLISH.get(sign, sign)


_ENGLISH = {
    word: next(spelling for spelling in spellings if spelling.isascii()) for word, spellings in {**SIGNS, **SPELLINGS}.items()
}


def scan(text: str) -> list[Token]:
    """The tokens of `text`, ending with one of sort END. Raises `BadInput`."""
    if len(text) > MAX_LENGTH:
        raise BadInput([_too_long(Span(0, 1), len(text), MAX_LENGTH, Text(" 个字", " characters"))])
    for at, character in enumerate(text):
        if unicodedata.category(character) in _INVISIBLE and not character.isspace():
            raise BadInput([mistakes.INVISIBLE_CHARACTER.at(Span(at, at + 1), code=f"U+{ord(character):04X}")])
    tokens: list[Token] = []
    nesting = 0
    for token in _tokens(text):
        nesting += (token.sort is Sort.SIGN) * ((token.text in "({") - (token.text in ")}"))
        if nesting > MAX_NESTING:
            raise BadInput([mistakes.TOO_DEEP.at(token.span, limit=MAX_NESTING)])
        if len(tokens) == MAX_TOKENS:
            unit = Text(" 个词和符号", " words and signs")
            raise BadInput([_too_long(token.span, f"{MAX_TOKENS}+", MAX_TOKENS, unit)])
        tokens.append(token)
    return [*tokens, Token(Sort.END, "", Span(len(text), len(text)))]


def _too_long(span: Span, have: object, limit: int, unit: Text) -> Problem:
    return mistakes.TOO_LONG.at(span, have=have, limit=limit, unit=unit)


def _tokens(text: str) -> Iterator[Token]:
    plain, at = half_width(text), 0
    while at < len(plain):
        found = _TOKEN.match(plain, at)
        if not found:
            raise BadInput([_unreadable(plain, at)])
        at = found.end()
        if found.lastgroup != "space":
            yield _token(found, text)


def _token(found: re.Match[str], text: str) -> Token:
    span = Span(*found.span())
    if day := found["day"]:
        return Token(Sort.DAY, day, span)
    if number := found["number"]:
        unit = found["percent"] or (found["unit"] or "") + (found["stray"] or "")
        return Token(Sort.NUMBER, number, span, unit=unit)
    if word := found["word"]:
        keyword = _KEYWORD.get(word) or _KEYWORD.get(word.lower() if word.isupper() else "")
        return Token(Sort.SIGN, keyword, span) if keyword else Token(Sort.WORD, word, span)
    if sign := found["sign"]:
        return Token(Sort.SIGN, _SIGN[sign], span)
    return Token(Sort.QUOTE, text[span.start + 1 : span.end - 1], span)  # as written: a quote is not ours to change


def _unreadable(text: str, at: int) -> Problem:
    span = Span(at, at + 1)
    if text[at] in '"“':
        return mistakes.OPEN_QUOTE.at(span)
    return mistakes.STRANGE_CHARACTER.at(span, character=text[at], symbols=" ".join([*SIGNS, "且 或 非"]))
