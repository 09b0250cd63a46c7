"""What changed in a call, in words: by an event of its history, or by a revision that is still to be confirmed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhinan.server import packs
from zhinan.server.clock import BEIJING
from zhinan.server.models import Authority, Call, Event
from zhinan.server.queries.calls import asked_of, history, stages_due
from zhinan.values.quantity import format_money
from zhinan.values.text import Text, same

#: A call as an event keeps it. Any: as JSON has it.
Kept = Mapping[str, Any]
STATES = {
    "draft": Text("草稿", "draft"), "published": Text("已发布", "published"), "closed": Text("已截止", "closed"),
    "cancelled": Text("已取消", "cancelled"),
}  # fmt: skip
EVENTS = {
    "make-call": Text("建立批次", "Call made"), "settle-call": Text("设定批次", "Call settled"),
    "set-quota": Text("设定名额", "Quota set"), "publish-call": Text("发布", "Published"), "revise-call": Text("修订", "Revised"),
    "extend-call": Text("延期", "Extended"), "close-call": Text("截止", "Closed"), "cancel-call": Text("取消", "Cancelled"),
    "settle-topic": Text("园区确定选题", "A park settled a topic"),
    "withdraw-topic": Text("园区撤下选题", "A park withdrew a topic"),
    "rank": Text("推荐清单排序", "A list was ranked"), "send-list": Text("推荐清单和函上报", "A list went up with its letter"),
}  # fmt: skip
_LABELS = {
    "status": Text("状态", "state"), "title_zh": Text("名称（中文）", "title in Chinese"),
    "title_en": Text("名称（英文）", "title in English"),
    "schemes": Text("受理事项", "schemes"), "budget": Text("预算", "budget"), "opens_at": Text("开始受理", "opens"),
    "closes_at": Text("截止", "closes"), "notice_zh": Text("通知（中文）", "notice in Chinese"),
    "notice_en": Text("通知（英文）", "notice in English"), "edition": Text("表单版次", "edition of the form"),
}  # fmt: skip
_NOTHING = same("")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: what it is called, how it was, how it is."""

    label: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a call's history: what, who, when, why, and what changed by it."""

    event: Event
    what: Text
    by: str
    note: str
    changes: tuple[Change, ...]


def happenings(call: Call) -> list[Happening]:
    """A call's history in words, the latest first."""
    found: list[Happening] = []
    before: Kept = {}
    for event in reversed(history(call)):
        body = json.loads(event.body)
        payload: Kept = body["payload"]
        after: Kept = payload.get("as", before)
        told = tuple(changes(call, before, after)) if before else ()
        found.append(Happening(event, EVENTS.get(event.action, same(event.action)), body["actor_name"], _note(payload), told))
        before = after
    return found[::-1]


def _note(payload: Kept) -> str:
    return next((str(payload[name]) for name in ("reason", "title", "letter") if payload.get(name)), "")


def changes(call: Call, before: Kept, after: Kept) -> Iterator[Change]:
    """Every difference between two states of a call, in the order of its page."""
    for name, label in _LABELS.items():
        if before.get(name) != after.get(name):
            yield Change(label, _shown(call, name, before.get(name)), _shown(call, name, after.get(name)))
    for name, labels, show in (
        ("parameters", {asked.name: asked.parameter.label for asked in asked_of(call)}, lambda _key, value: same(str(value))),
        ("readings", {id: reading.question for id, reading in packs.pack(call.pack).readings.items()}, _alternative(call)),
        (
            "due",
            {id: Text(f"“{name.zh}”期限", f"“{name.en}” is due") for id, name in stages_due(call)},
            lambda _key, value: _moment(value),
        ),
        ("quotas", _quota_labels(call, before, after), lambda _key, value: same(str(value))),
    ):
        yield from _within(_given(call, name, before), _given(call, name, after), labels, show)


def _given(call: Call, name: str, kept: Kept) -> Kept:
    """What a call has set; an ambiguity it has not decided is read as the guide's own reading says."""
    given: Kept = kept.get(name, {})
    if name != "readings":
        return given
    return {**{id: each.default for id, each in packs.pack(call.pack).readings.items()}, **given}


def _within(before: Kept, after: Kept, labels: Mapping[str, Text], show: Callable[[str, Any], Text]) -> Iterator[Change]:
    for key in [*labels, *sorted((before.keys() | after.keys()) - labels.keys())]:
        was, now = before.get(key), after.get(key)
        if was != now:
            yield Change(
                labels.get(key, same(key)),
                show(key, was) if was or was == 0 else _NOTHING,
                show(key, now) if now or now == 0 else _NOTHING,
            )


def _shown(call: Call, name: str, value: Any) -> Text:  # Any: as JSON has it
    if value in (None, ""):
        return _NOTHING
    if name == "budget":
        return Text(format_money(value, "zh"), format_money(value, "en"))
    if name in ("opens_at", "closes_at"):
        return _moment(value)
    if name == "schemes":
        names = [packs.scheme(call.pack, id).name for id in value]
        return Text("、".join(each.zh for each in names), "; ".join(each.en for each in names))
    return STATES.get(value, same(value)) if name == "status" else same(str(value))


def _moment(iso: str) -> Text:
    return same(f"{datetime.fromisoformat(iso).astimezone(BEIJING):%Y-%m-%d %H:%M}")


def _alternative(call: Call) -> Callable[[str, str], Text]:
    readings = packs.pack(call.pack).readings

    def shown(id: str, chosen: str) -> Text:
        return readings[id].alternatives.get(chosen, same(chosen)) if id in readings else same(chosen)

    return shown


def _quota_labels(call: Call, *states: Kept) -> dict[str, Text]:
    """What a quota is called, by `stage body` as an event keeps it."""
    keys = sorted({key for state in states for key in state.get("quotas", {})})
    if not keys:
        return {}
    stages = dict(stages_due(call))
    bodies = {body.code: body for body in Authority.objects.filter(code__in=[key.partition(" ")[2] for key in keys])}
    labels = {}
    for key in keys:
        stage, _, code = key.partition(" ")
        name, body = stages.get(stage, same(stage)), bodies.get(code)
        who = Text(body.name_zh, body.name_en) if body else Text("每个单位", "every body")
        labels[key] = Text(f"“{name.zh}”名额：{who.zh}", f"places at “{name.en}”: {who.en}")
    return labels
