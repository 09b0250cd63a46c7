"""The fields of an expert on a page: as boxes with what was typed or is known, and read back from what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from zhinan.server.actions.bank_entries import lasting_tenure
from zhinan.server.actions.expert_fields import FIELDS, parts_of, written
from zhinan.server.queries import experts as reads
from zhinan.server.queries.experts import DECLARABLE, KIND_NAMES
from zhinan.server.queries.units import region_name
from zhinan.server.web.address import kept
from zhinan.server.web.typed import Option, of, options, posted
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.server.queries.experts import Card

#: Fields of which several answers are ticked.
_TICKED = ("kinds", "directions")
TIE_FIELDS = ("kind", "person", "unit_name", "unit", "since", "until", "note")


@dataclass(frozen=True, slots=True)
class Box:
    """A field as `experts/boxes.html` shows it; `value` is a list where several are ticked."""

    name: str
    label: Text
    kind: str
    value: str | Sequence[str]
    help: Text
    required: bool
    options: Sequence[Option] = ()
    groups: Sequence[Group] = ()
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The directions of one guide; `chosen` of them are ticked."""

    name: Text
    ways: Sequence[reads.Branch]
    chosen: int


def typed_in(request: HttpRequest, keys: Iterable[str]) -> dict[str, str]:
    """The fields that were sent, as text."""
    return {key: "、".join(_ticked(request, key)) if key in _TICKED else posted(request, key, most=6000) for key in keys}


def _ticked(request: HttpRequest, key: str) -> list[str]:
    return [kept(each, most=60) for each in request.POST.getlist(key)[:400]]


def known_of(card: Card) -> dict[str, str]:
    """The fields as they are on record, as they would be typed."""
    expert, tenure = card.expert, lasting_tenure(card.expert)
    columns: dict[str, object] = {key: getattr(expert, key) for key in FIELDS if key not in ("identity", "since")}
    known = dict(written(columns | {"since": tenure.since if tenure else None}))
    return known | {key: "、".join(getattr(expert, key)) for key in _TICKED}


def boxes(keys: Iterable[str], known: Mapping[str, str], bad: BadInput | None) -> list[Box]:
    """The fields as boxes."""
    return [_box(key, known.get(key, ""), of(bad, key)) for key in keys]


def _box(key: str, text: str, problems: Sequence[Problem]) -> Box:
    field = FIELDS[key]
    ticked = parts_of(text) if key in _TICKED else []
    value: str | list[str] = ticked if key in _TICKED else text
    return Box(
        key, field.label, "directions" if key == "directions" else field.kind, value, field.help, field.is_required,
        options(KIND_NAMES) if key == "kinds" else (), _groups(ticked) if key == "directions" else (), problems,
    )  # fmt: skip


def _groups(ticked: Sequence[str]) -> list[Group]:
    guides: dict[Text, list[reads.Branch]] = {}
    for way in reads.directions():
        guides.setdefault(way.pack, []).append(way)
    return [Group(name, ways, sum(way.id in ticked for way in ways)) for name, ways in guides.items()]


def tie_boxes(request: HttpRequest, bad: BadInput | None) -> list[Box]:
    """The fields of one more tie, with what was typed."""
    labels = (
        ("kind", Text("关系", "Relation"), "choice", Text("", ""), True),
        ("person", Text("对方姓名", "Person"), "text", Text("与人有关时填。", "If it is to a person."), False),
        ("unit_name", Text("对方单位", "Unit"), "text", Text("对方所在的单位；只与单位有关时只填单位。",
            "Where that person works; the unit alone if it is to the unit."), False),
        ("unit", Text("单位统一社会信用代码", "Credit code"), "code", Text("不清楚就留空。", "Empty if not known."), False),
        ("since", Text("自", "Since"), "date", Text("", ""), False),
        ("until", Text("至", "Until"), "date", Text("还在继续就留空。", "Leave it empty if it lasts."), False),
        ("note", Text("说明", "Note"), "text", Text("", ""), False),
    )  # fmt: skip
    sent = typed_in(request, TIE_FIELDS) if bad else {}
    return [
        Box(
            key, label, kind, sent.get(key, ""), help, is_required, options(DECLARABLE) if key == "kind" else (), (), of(bad, key)
        )
        for key, label, kind, help, is_required in labels
    ]


def facts(card: Card) -> list[dict[str, object]]:
    """What is on record of an expert, line by line."""
    expert, row = card.expert, card.row
    ways = [reads.direction_named(each) for each in expert.directions]
    fields = [reads.discipline_named(each) for each in expert.disciplines]
    place = Text("外地", "from outside") if row.is_outside else Text("", "")
    return [
        {"label": FIELDS["title"].label, "value": expert.title},
        {"label": FIELDS["unit_name"].label, "value": expert.unit_name, "note": expert.unit},
        {"label": FIELDS["region"].label, "value": region_name(expert.region), "note": place},
        {"label": FIELDS["email"].label, "value": expert.email},
        {"label": FIELDS["kinds"].label, "value": row.kinds},
        {"label": FIELDS["disciplines"].label, "value": _listed(fields)},
        {"label": FIELDS["directions"].label, "value": _listed(ways)},
        {"label": FIELDS["keywords"].label, "value": "、".join(expert.keywords)},
        {"label": FIELDS["summary"].label, "value": expert.summary},
        {"label": FIELDS["most"].label, "value": str(expert.most)},
        {"label": Text("不在期间", "Away"), "value": _span(expert.away_from, expert.away_until)},
    ]


def _span(since: object, until: object) -> str:
    return f"{since or '…'} — {until or '…'}" if since or until else ""


def _listed(texts: Sequence[Text]) -> Text:
    return Text("；".join(each.zh for each in texts), "; ".join(each.en for each in texts))
