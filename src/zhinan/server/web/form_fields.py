"""Fields of a generated form as boxes to fill in, and what was posted back as the texts that are kept.

An answer is text. Boxes that offer a choice post the key of an option; it is kept by its name, as a person would have written it,
and an answer that says the same as before stays as it was, with where it came from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.http import QueryDict

from zhinan.policy.form import Field, Option
from zhinan.policy.form_answers import write_answer
from zhinan.policy.written import NOTHING
from zhinan.server.queries.answers_told import read
from zhinan.values.quantity import format_money, format_quantity
from zhinan.values.regions import find_region
from zhinan.values.text import Text, same

#: Up to so many options are shown at once; more go into a list that opens.
FEW = 6
#: Under this name a page says which version of an answer it shows.
VERSION = "version:"
NONE = "无"
_NONE_OF_THESE = Option(NONE, Text("以上都没有", "none of these"))
_YES_OR_NO = (Option("是", Text("是", "Yes")), Option("否", Text("否", "No")))
_LEFT_OPEN = Option("", Text("暂不填写", "leave open"))
_INDICATORS = "project.indicators"
_CHOSEN = frozenset({"radio", "select", "grouped", "checks"})
_LISTS = frozenset({"select", "grouped"})


def box_of(field: Field) -> str:
    """How a field is asked: `radio select grouped checks date region longtext records`, or a line of `text`."""
    if field.kind in ("choice", "line"):
        return "radio" if len(field.options) <= FEW else "select"
    return {"bool": "radio", "direction": "grouped", "set": "checks"}.get(
        field.kind, field.kind if field.kind in ("date", "region", "longtext", "records") else "text"
    )


def options_of(field: Field) -> tuple[Option, ...]:
    """What there is to choose; an optional question may be left open again, and of a set none may be meant."""
    if field.kind == "set":
        known = {option.key for option in field.options}
        return field.options if known & {"none", NONE} else (*field.options, _NONE_OF_THESE)
    options = _YES_OR_NO if field.kind == "bool" else field.options
    return options if field.is_required or box_of(field) != "radio" else (*options, _LEFT_OPEN)


@dataclass(frozen=True, slots=True)
class Group:
    """Options below one heading."""

    name: Text
    options: tuple[Option, ...]


def groups_of(field: Field) -> tuple[Group, ...]:
    """The options of a tree of directions, below the root of each."""
    roots = {option.key: option for option in field.options if "." not in option.key}
    groups: dict[str, list[Option]] = {}
    for option in field.options:
        groups.setdefault(option.key.partition(".")[0], []).append(option)
    return tuple(Group(roots[key].name if key in roots else same(key), tuple(some)) for key, some in groups.items())


def example_of(field: Field) -> Text | None:
    """How an answer of its kind is written."""
    if field.kind in ("duration", "age") and field.unit:
        number = 24 if field.kind == "duration" else 38
        return Text(f"例如 {format_quantity(number, field.unit, 'zh')}", f"e.g. {format_quantity(number, field.unit, 'en')}")
    return _EXAMPLES.get(field.kind)


_EXAMPLES = {
    "money": Text("例如 150万元", "e.g. 150万元"), "ratio": Text("例如 35%", "e.g. 35%"),
    "region": Text("例如 银川市兴庆区", "e.g. 银川市兴庆区"),
}  # fmt: skip


# ─── an answer in its box ───


def shown(field: Field, text: str) -> str | frozenset[str]:
    """What stands in the box of an answer: the key of what was chosen (keys, of a set), a day as calendars take it, the text."""
    value = read(field, text)
    if value is None:
        return frozenset() if field.kind == "set" else text
    if isinstance(value, frozenset):
        return value or frozenset({NONE})
    if field.kind in ("bool", "date", "region"):
        return write_answer(field, value)
    return str(value) if field.kind in ("choice", "line", "direction") else text


def is_day(field: Field, text: str) -> bool:
    """Whether a calendar can show the answer: a day it can read, or nothing yet."""
    return field.kind == "date" and (not text.strip() or read(field, text) is not None)


@cache
def regions() -> tuple[str, ...]:
    """The divisions a region is chosen from while typing, by their paths: down to the county."""
    found = (find_region(f"{province}{number:04d}") for province in _PROVINCES for number in range(10_000))
    return tuple(region.full_path for region in found if region is not None and region.name != region.code)


#: Gansu, Ningxia, Xinjiang.
_PROVINCES = (62, 64, 65)


# ─── a list in its table ───


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of a row: the key of its column, and how it is asked."""

    key: str
    label: Text
    box: str
    options: tuple[Option, ...]
    value: str
    example: Text | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as people count, its index in the names of its boxes, and what it holds beside the columns shown."""

    number: int
    index: int
    cells: tuple[Cell, ...]
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong together, below a heading if they have one."""

    name: Text | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A list as a table to fill in. `blank` is a row as a script adds it; `is_none` that there is nothing to list."""

    parts: tuple[Part, ...]
    blank: Row
    is_none: bool
    sums: Text


def table(field: Field, text: str, *, more: int = 0) -> Table:
    """The rows of an answer, and `more` empty ones; an empty list begins with one."""
    rows = _rows(text)
    is_none = text.strip() in NOTHING and text.strip() != "[]"
    rows = rows + [{}] * (more if rows or is_none else max(more, 1))
    parts, count = [], 0
    for name, some in _families(field, list(enumerate(rows))):
        made = tuple(_row(field, row, index, number=number) for number, (index, row) in enumerate(some, start=count + 1))
        parts.append(Part(name, made))
        count += len(made)
    return Table(tuple(parts), _row(field, {}, 0, number=0), is_none, sums(field, text))


#: A row as it is kept, with its place in the list: by that it comes back where it was, wherever it is shown.
_Placed = tuple[int, dict[str, str]]


def _rows(text: str) -> list[dict[str, str]]:
    """The rows as they are kept; none where the text is no list of rows."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return []
    return [
        {key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for key, value in row.items()}
        for row in rows
    ]


def _families(field: Field, rows: list[_Placed]) -> list[tuple[Text | None, list[_Placed]]]:
    """Indicators by their family, in the order of the vocabulary; those of none, and every other list, as one."""
    family = next((column for column in field.columns if column.key == "family"), None)
    if field.key != _INDICATORS or family is None:
        return [(None, rows)]
    groups: dict[str, list[_Placed]] = {key: [] for key in (*(option.key for option in family.options), "")}
    for index, row in rows:
        groups.get(str(shown(family, _cell(family, row))), groups[""]).append((index, row))
    names = {option.key: option.name for option in family.options}
    return [(names.get(key), some) for key, some in groups.items() if some]


def _cell(column: Field, row: Mapping[str, str]) -> str:
    return row.get(column.key, row.get(column.label.zh, ""))


def _row(field: Field, row: Mapping[str, str], index: int, *, number: int) -> Row:
    known = {name for column in field.columns for name in (column.key, column.label.zh)}
    cells = tuple(_cell_box(column, _cell(column, row)) for column in field.columns)
    hidden = tuple((name, value) for name, value in row.items() if name not in known)
    return Row(number, index, cells, hidden)


def _cell_box(column: Field, text: str) -> Cell:
    options = _YES_OR_NO if column.kind == "bool" else column.options
    is_known = not text.strip() or read(column, text) is not None
    box = "select" if options and column.kind != "set" and is_known else "date" if is_day(column, text) else "text"
    return Cell(column.key, column.label, box, options, str(shown(column, text)) if box != "text" else text, example_of(column))


def sums(field: Field, text: str) -> Text:
    """What the amounts of a list come to, column by column and in all; nothing for a list without any."""
    money = [column for column in field.columns if column.kind == "money"]
    rows = read(field, text)
    if not money or not isinstance(rows, tuple) or not rows:
        return same("")
    totals = [
        (column.label, sum(int(amount) for row in rows if isinstance(amount := row.get(column.key), int))) for column in money
    ]
    zh = "，".join(f"{label.zh} {format_money(total, 'zh')}" for label, total in totals)
    en = ", ".join(f"{label.en} {format_money(total, 'en')}" for label, total in totals)
    if len(totals) > 1:
        whole = sum(total for _, total in totals)
        zh, en = f"{zh}，共 {format_money(whole, 'zh')}", f"{en}, in all {format_money(whole, 'en')}"
    return Text(f"合计：{zh}", f"sum: {en}")


# ─── what was posted ───


def posted(fields: Iterable[Field], post: QueryDict, kept: Mapping[str, str]) -> dict[str, str]:
    """The texts of the fields that were on the page, by key; `kept` are those that stand there now."""
    texts: dict[str, str] = {}
    for field in fields:
        if f"{VERSION}{field.key}" in post or field.key in post or any(name.startswith(f"{field.key}.") for name in post):
            texts[field.key] = _text(field, post, kept.get(field.key, ""))
    return texts


def _text(field: Field, post: QueryDict, kept: str) -> str:
    box, values = box_of(field), [_plain(value) for value in post.getlist(field.key)]
    if box == "records":
        text = _posted_rows(field, post, kept)
    elif box in _CHOSEN and (not values or (box in _LISTS and not any(values))):
        # Nothing is chosen: what could not be read was not shown as a choice, and is not lost.
        text = "" if read(field, kept) is not None else kept
    elif box in _CHOSEN:
        text = _worded(field, "、".join(values) if box == "checks" else values[-1])
    else:
        text = values[-1] if values else ""
    is_same = box not in ("text", "longtext") and read(field, text) is not None and read(field, text) == read(field, kept)
    return kept if is_same else text


def _plain(value: str) -> str:
    """Line ends as they are kept, whatever a browser makes of them."""
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _worded(field: Field, text: str) -> str:
    """A choice by its name instead of its key."""
    value = read(field, text)
    return text if value is None else write_answer(field, value)


_PLACE = re.compile(r"(\d{1,6})\.(.{1,80})", re.DOTALL)


def _posted_rows(field: Field, post: QueryDict, kept: str) -> str:
    rows: dict[int, dict[str, str]] = {}
    columns = {column.key: column for column in field.columns}
    for name in post:
        place = _PLACE.fullmatch(name.removeprefix(f"{field.key}.")) if name.startswith(f"{field.key}.") else None
        text = _plain(post.get(name, "")).strip() if place else ""
        if place and text:
            column = columns.get(place[2])
            rows.setdefault(int(place[1]), {})[place[2]] = _worded(column, text) if column and column.options else text
    if rows:
        return json.dumps([rows[number] for number in sorted(rows)], ensure_ascii=False)
    if f"{field.key}.none" in post:
        return NONE
    return kept if kept.strip() and not _rows(kept) and read(field, kept) is None else ""


def versions(fields: Iterable[Field], post: QueryDict) -> dict[str, int]:
    """Which version of each answer the page showed; what is no number is none that was ever kept."""
    found: dict[str, int] = {}
    for field in fields:
        if (text := post.get(f"{VERSION}{field.key}")) is not None:
            found[field.key] = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
    return found
