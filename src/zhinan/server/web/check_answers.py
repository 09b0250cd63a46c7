"""A question of the check as a box on the page, and what was typed there as one text; lists are rows of boxes."""

from __future__ import annotations

import json

from django.http import QueryDict

from zhinan.policy.form import Field, Option
from zhinan.server.web.address import cleaned
from zhinan.values.text import Text

NONE = Option("无", Text("都没有", "none at all"))
_YES_NO = (Option("是", Text("是", "Yes")), Option("否", Text("否", "No")))
#: A list begins with so many empty rows, and has at most so many here.
_ROWS, _MOST_ROWS = 2, 30
_LONGEST = 2_000


def box(field: Field, typed: str, *, is_longer: bool = False) -> dict[str, object]:
    """What parts/field.html or parts/records.html needs to show a question with what was typed."""
    if field.kind == "records":
        return _rows(field, typed, is_longer=is_longer)
    if field.kind == "set":
        return {"kind": "set", "options": (*field.options, NONE), "value": [part for part in typed.split("、") if part]}
    return {"kind": field.kind, "options": field.options, "value": typed}


def read_typed(field: Field, given: QueryDict) -> str:
    """What was typed, as one text; nothing where nothing was."""
    if field.kind == "records":
        return _listed(field, given)
    if field.kind == "set":
        chosen = [cleaned(each) for each in given.getlist(field.key)[:_MOST_ROWS]]
        members = [each for each in chosen if each and each != NONE.key]
        return "、".join(members) or (NONE.key if NONE.key in chosen else "")
    return cleaned(given.get(field.key, ""), most=_LONGEST)


def rows_typed(field: Field, given: QueryDict) -> str:
    """The rows of a list as they were typed, also while there are none yet."""
    rows = [
        {column.key: cleaned(given.get(f"{field.key}.{number}.{column.key}", ""), most=_LONGEST) for column in field.columns}
        for number in range(_MOST_ROWS)
        if any(f"{field.key}.{number}.{column.key}" in given for column in field.columns)
    ]
    return json.dumps(rows, ensure_ascii=False)


def _listed(field: Field, given: QueryDict) -> str:
    rows = [{key: text for key, text in row.items() if text} for row in json.loads(rows_typed(field, given))]
    filled = [row for row in rows if row]
    if filled:
        return json.dumps(filled, ensure_ascii=False)
    return NONE.key if f"{field.key}.none" in given else ""


def _rows(field: Field, typed: str, *, is_longer: bool) -> dict[str, object]:
    rows = json.loads(typed) if typed.startswith("[") else []
    wanted = len(rows) + 1 if is_longer else max(len(rows), _ROWS)
    rows += [{} for _ in range(min(wanted, _MOST_ROWS) - len(rows))]
    return {
        "kind": "records", "columns": field.columns, "is_none": typed == NONE.key, "can_add": len(rows) < _MOST_ROWS,
        "rows": [{"cells": [_cell(column, row) for column in field.columns]} for row in rows],
    }  # fmt: skip


def _cell(column: Field, row: dict[str, str]) -> dict[str, object]:
    options = _YES_NO if column.kind == "bool" else column.options if column.kind == "choice" else ()
    return {"key": column.key, "label": column.label, "options": options, "value": row.get(column.key, "")}
