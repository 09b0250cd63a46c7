"""What the events tell: of every case, call and list, how it must stand now if nothing was changed outside the platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from zhinan.lifecycle.fold import BrokenHistory, Step, action_of
from zhinan.lifecycle.kinds import ActionKind, kind_of
from zhinan.policy.procedure import Procedure
from zhinan.server import packs
from zhinan.values.problem import BadInput

#: The body of an event, or a part of it, as JSON has it. Any: what was recorded once is read as it is.
Body = Mapping[str, Any]
#: A paper by what its events say of it: the upload, the name, the hash.
Paper = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What an event says was handed in: by whom, when (ISO, Beijing time), under which hash."""

    number: int
    content_hash: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Return:
    """What an event says was sent back for correction."""

    reason: str
    marked: Mapping[str, object]
    by: str
    at: str


@dataclass(slots=True)
class ToldCase:
    """A case as its events tell it. `stage` is their fold; `is_broken` when they do not follow the procedure.

    `open_marks` are the fields that may differ from what was handed in: those sent back and not answered yet.
    """

    events: int = 0
    hash: str = ""
    pack: str = ""
    said: dict[str, str] = field(default_factory=dict)
    stage: str = ""
    is_broken: bool = False
    handed_in: dict[str, HandedIn] = field(default_factory=dict)
    returns: list[Return] = field(default_factory=list)
    open_marks: frozenset[str] = frozenset()
    papers: Counter[Paper] = field(default_factory=Counter)
    checks: dict[tuple[int, str, str], tuple[str, str, str]] = field(default_factory=dict)

    @property
    def last(self) -> HandedIn | None:
        """What was handed in last."""
        return next(reversed(self.handed_in.values()), None)

    def hear(self, body: Body) -> None:
        """Take in one more event of the case. Raises `KeyError` or the like for a body that is none of ours."""
        payload: Body = body["payload"]
        self.pack = self.pack or body["pack"]
        self.said |= {name: payload[name] for name in ("scheme", "unit", "leader") if name in payload}
        for step in payload.get("steps", ()):
            self._step(Step(*step))
        if "content_hash" in payload:
            self.open_marks = frozenset()
            handed = HandedIn(payload["number"], payload["content_hash"], body["actor"], body["at"])
            self.handed_in[payload["receipt"]] = handed
        if "marked" in payload and _is_return(self.pack, self.said.get("scheme", ""), payload, body["action"]):
            self.returns.append(Return(payload["reason"], payload["marked"], body["actor"], body["at"]))
            self.open_marks = frozenset(payload["marked"])
        self._paper(body["action"], payload)
        if body["action"] == "check" and self.last:
            self._check(self.last.number, body["actor"], payload)

    def _step(self, step: Step) -> None:
        procedure = procedure_told(self.pack, self.said.get("scheme", ""))
        if procedure is None:
            self.is_broken = True
            return
        self.stage = self.stage or procedure.start
        try:
            self.is_broken = self.is_broken or step.stage != self.stage
            self.stage = action_of(procedure, step.stage, step.action).to
        except BrokenHistory:
            self.is_broken = True

    def _paper(self, action: str, payload: Body) -> None:
        if action in ("add-paper", "remove-paper"):
            self.papers[payload["upload"], payload["name"], payload["sha256"]] += 1 if action == "add-paper" else -1

    def _check(self, number: int, by: str, payload: Body) -> None:
        for item, mark, note in payload["marks"]:
            key = (number, payload["stage"], item)
            self.checks.pop(key, None)
            if mark:
                self.checks[key] = (mark, note, by)


@dataclass(slots=True)
class Told:
    """Everything the events tell, of the cases by their codes, the calls by theirs, the lists by where they belong.

    `rows` are the last states told of the rows of experts, rounds and awards, by their keys; `None` for a row that was deleted.
    """

    cases: dict[str, ToldCase] = field(default_factory=dict)
    calls: dict[str, Body] = field(default_factory=dict)
    lists: dict[tuple[str, str, str, int], tuple[str, list[str]]] = field(default_factory=dict)
    topics: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    rows: dict[str, Body | None] = field(default_factory=dict)

    def hear(self, body: Body) -> None:
        """Take in one more event that belongs to no case."""
        payload: Body = body["payload"]
        if "as" in payload:
            self.calls[payload["call"]] = payload["as"]
        if body["action"] in ("settle-topic", "withdraw-topic"):
            topic = (payload["call"], payload["park"], payload["title"], payload["direction"])
            self.topics[topic] += 1 if body["action"] == "settle-topic" else -1
        if body["action"] == "send-list":
            key = (payload["call"], payload["stage"], payload["body"], payload["list"])
            self.lists[key] = (payload["letter"], payload["order"])


@cache
def procedure_told(pack: str, scheme: str) -> Procedure | None:
    """The procedure an event names; `None` when the platform has no such pack or scheme any more."""
    try:
        return packs.procedure(pack, scheme)
    except (BadInput, KeyError):
        return None


def _is_return(pack: str, scheme: str, payload: Body, action: str) -> bool:
    return _kind(pack, scheme, str(payload.get("from", "")), action) is ActionKind.RETURN


@cache
def _kind(pack: str, scheme: str, stage: str, action: str) -> ActionKind | None:
    procedure = procedure_told(pack, scheme)
    try:
        return kind_of(procedure, stage, action) if procedure else None
    except BrokenHistory:
        return None
