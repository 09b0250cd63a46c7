"""What stands in an address or a form field from outside: words, page numbers and choices, made harmless."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest, QueryDict

#: More than this is no one's search.
_LONGEST = 100
_LAST_PAGE = 100_000


def kept(text: str, *, most: int = _LONGEST) -> str:
    """A text without NUL and lone surrogates, which no database takes, and no longer than it may be."""
    return "".join(char for char in text[: 4 * most] if char != "\x00" and not "\ud800" <= char <= "\udfff")[:most]


def cleaned(text: str, *, most: int = _LONGEST) -> str:
    """A kept text without blanks around it."""
    return kept(text, most=4 * most).strip()[:most]


def word(given: QueryDict, name: str, *, most: int = _LONGEST) -> str:
    """A parameter as a clean text; nothing if it is not there."""
    return cleaned(given.get(name, ""), most=most)


def one_of(given: QueryDict, name: str, choices: Collection[str]) -> str:
    """A parameter that must be one of the choices; nothing if it is not."""
    found = word(given, name)
    return found if found in choices else ""


def page_number(request: HttpRequest) -> int:
    """The page asked for, at least 1; the query knows the last."""
    found = word(request.GET, "page", most=6)
    return min(max(int(found), 1), _LAST_PAGE) if found.isascii() and found.isdigit() else 1
