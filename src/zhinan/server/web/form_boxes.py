"""What a page shows of one field or one upload: its words, what stands there, where that is from, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from zhinan.policy.form import Field, Option
from zhinan.policy.form_layout import Upload
from zhinan.policy.model import Condition
from zhinan.server.queries.answers_told import told
from zhinan.server.queries.applications import Filled, is_paper_missing
from zhinan.server.web.form_fields import Group, Table, box_of, example_of, groups_of, is_day, options_of, shown, table
from zhinan.values.problem import Problem
from zhinan.values.quantity import format_quantity
from zhinan.values.text import Text, same


class Kept(Protocol):
    """An answer that someone else has kept meanwhile."""

    text: str
    saved_at: datetime
    saved_by_id: int | None


@dataclass(frozen=True, slots=True)
class Theirs:
    """What stands there from elsewhere, while something else was being typed."""

    text: Text
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """What whoever sent it back said of a field or a paper."""

    kind: Text
    note: str


@dataclass(frozen=True, slots=True)
class Box:
    """One field as its page shows it."""

    name: str
    box: str
    kind: str
    typed: str
    label: Text
    help: Text | None
    unit: Text | None
    example: Text | None
    options: tuple[Option, ...]
    groups: tuple[Group, ...]
    value: object
    required: bool
    problems: Sequence[Problem]
    source: Text | None
    clauses: tuple[str, ...]
    version: int
    table: Table | None
    noted: Noted | None
    theirs: Theirs | None


_KINDS_OF_NOTE = {
    "incorrect": Text("有误", "incorrect"), "incomplete": Text("不完整", "incomplete"), "outdated": Text("已过时", "outdated"),
}  # fmt: skip
_SOURCES = {
    "register": Text("单位登记信息", "the register of units"),
    "platform": Text("平台已有信息", "what the platform knows"),
    "document": Text("证明材料", "a document"),
    "authority": Text("主管部门", "the authority"),
    "derived": Text("推算", "a computation"),
}


def box(now: Filled, field: Field, text: str, *, more: int = 0, theirs: Kept | None = None) -> Box:
    """A field with `text` standing in it; `theirs` is an answer that was kept elsewhere meanwhile."""
    answer, how = now.answers.get(field.key), box_of(field)
    is_typed = answer is None or answer.text != text
    return Box(
        name=field.key,
        box="date" if is_day(field, text) else "text" if how == "date" else how,
        kind="set" if how == "checks" else field.kind,
        typed="text" if field.kind == "date" else field.kind,
        label=field.label,
        help=_help(field),
        unit=_unit(field, text),
        example=example_of(field),
        options=options_of(field),
        groups=groups_of(field) if how == "grouped" else (),
        value=shown(field, text),
        required=field.is_required,
        problems=() if is_typed else now.problems.get(field.key, ()),
        source=None if answer is None or is_typed else _source(answer.source, answer.observed_on),
        clauses=tuple(dict.fromkeys(clause for asked in field.asked_by for clause in asked.clauses)),
        version=answer.version if answer else 0,
        table=table(field, text, more=more) if how == "records" else None,
        noted=_noted(now, field.key),
        theirs=Theirs(told(field, theirs.text), _who(now, field.key), theirs.saved_at) if theirs else None,
    )


def _who(now: Filled, key: str) -> str:
    who = now.answers[key].saved_by
    return who.name if who else ""


def _help(field: Field) -> Text | None:
    """The help of a field, with the period it is about. (A pack names periods in Chinese only.)"""
    zh = "。".join(filter(None, (field.period, field.help.zh)))
    return Text(zh, field.help.en) if zh or field.help.en else None


def _unit(field: Field, text: str) -> Text | None:
    """Behind a count stands what is counted, unless it was written with it."""
    if field.kind != "count" or not field.unit or (text and not text.strip().isdecimal()):
        return None
    return Text(field.unit, format_quantity(2, field.unit, "en").lstrip("0123456789 "))


def _source(source: str, day: object) -> Text | None:
    if source == "declared":
        return None
    name = _SOURCES.get(source, same(source))
    when = Text(f"，截至 {day}", f", as of {day}") if day else same("")
    return Text(f"来自{name.zh}{when.zh}", f"from {name.en}{when.en}")


def _noted(now: Filled, key: str) -> Noted | None:
    mark = now.correction.marked.get(key) if now.correction else None
    return Noted(_KINDS_OF_NOTE.get(mark.get("kind", ""), same("")), mark.get("note", "")) if mark else None


# ─── papers ───


@dataclass(frozen=True, slots=True)
class Sheet:
    """One upload as the page shows it. `wanted`: yes, no, or still open (`None`)."""

    upload: Upload
    wanted: bool | None
    is_missing: bool
    papers: tuple[object, ...]
    backs: tuple[Text, ...]
    may_change: bool
    noted: Noted | None
    problems: Sequence[Problem]


def sheets(now: Filled, refused: Mapping[str, Sequence[Problem]]) -> tuple[Sheet, ...]:
    """Every upload: those that must be there first, those not wanted of this applicant last."""
    made = [
        Sheet(
            upload,
            upload.is_wanted(now.facts),
            is_paper_missing(now, upload),
            now.papers.get(upload.id, ()),
            _backs(now, upload),
            now.may_change(upload.id),
            _noted(now, upload.id),
            refused.get(upload.id, ()),
        )
        for upload in now.form.uploads
    ]
    return tuple(sorted(made, key=lambda each: (each.wanted is False, not each.upload.is_required)))


def _backs(now: Filled, upload: Upload) -> tuple[Text, ...]:
    """The sentences of the conditions that a paper is to show."""
    found = {item.id: item.says for finding in now.result.findings if isinstance(item := finding.item, Condition)}
    return tuple(found[item] for item in upload.backs if item in found)
