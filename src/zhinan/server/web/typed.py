"""What a browser sent, read without trust: texts without what no database keeps and fields to show again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from zhinan.server.actions.account_fields import BadFields
from zhinan.server.web.address import cleaned, kept
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text


def posted(request: HttpRequest, name: str, *, most: int = 2000) -> str:
    """A field of a form that was sent."""
    return kept(request.POST.get(name, ""), most=most)


def asked(request: HttpRequest, name: str) -> str:
    """A parameter of the address."""
    return cleaned(request.GET.get(name, ""), most=200)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    key: str
    name: Text | str


@dataclass(frozen=True, slots=True)
class Box:
    """A field of a form as `units/boxes.html` shows it."""

    name: str
    label: Text
    kind: str = "text"
    value: str = ""
    help: Text = Text("", "")
    required: bool = True
    options: Sequence[Option] = ()
    problems: Sequence[Problem] = ()
    autocomplete: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem of a form with the field it is about."""

    message: Text
    mend: Text
    href: str = ""


def told(bad: BadInput | None) -> tuple[Told, ...]:
    """The problems of a form for the notice above it, each leading to its field where it has one."""
    if bad is None:
        return ()
    if isinstance(bad, BadFields):
        return tuple(Told(each.message, each.mend, f"#field-{name}") for name, found in bad.by_field.items() for each in found)
    return tuple(Told(each.message, each.mend) for each in bad.problems)


def of(bad: BadInput | None, name: str) -> Sequence[Problem]:
    """The problems of one field."""
    return bad.by_field.get(name, ()) if isinstance(bad, BadFields) else ()


def options(names: Mapping[str, Text], only: Iterable[str] | None = None) -> tuple[Option, ...]:
    """A choice from names by key."""
    return tuple(Option(str(key), name) for key, name in names.items() if only is None or key in only)
