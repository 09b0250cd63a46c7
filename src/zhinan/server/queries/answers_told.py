"""Answers as people read them: of one field, in both languages; of a list, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from zhinan.language.tree import Value
from zhinan.policy.form import Field
from zhinan.policy.form_answers import read_answer, write_answer
from zhinan.values.problem import BadInput
from zhinan.values.text import Lang, Text, same


def told(field: Field, text: str) -> Text:
    """An answer as people read it, in both languages; as it was written, where it cannot be read."""
    value = read(field, text)
    if value is None:
        return same(text.strip())
    if field.kind in ("line", "direction"):
        return next((option.name for option in field.options if option.key == value), same(str(value)))
    if field.kind == "records" and isinstance(value, tuple):
        return Text(*(_told_rows(field, value, lang) for lang in ("zh", "en")))
    return Text(write_answer(field, value, "zh"), write_answer(field, value, "en"))


def _told_rows(field: Field, rows: tuple[Mapping[str, Value], ...], lang: Lang) -> str:
    if not rows:
        return Text("无", "none").in_lang(lang)
    comma = "，" if lang == "zh" else ", "
    return "\n".join(comma.join(cell for cell in line if cell) for line in _cells(field, rows, lang))


def grid(field: Field, text: str, lang: Lang) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """A list as a table to print: the names of its columns, and its rows."""
    rows = read(field, text)
    headers = tuple(column.label.in_lang(lang) for column in field.columns)
    return headers, tuple(_cells(field, rows, lang)) if isinstance(rows, tuple) else ()


def _cells(field: Field, rows: Iterable[Mapping[str, Value]], lang: Lang) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield tuple(write_answer(column, row.get(column.key), lang) for column in field.columns)


def read(field: Field, text: str) -> Value:
    """The value of an answer; `None` for none and for what cannot be read."""
    try:
        return read_answer(field, text)
    except BadInput:
        return None
