"""The record of events, and its proof: for auditors their authority's part, for keepers all but what cases hold."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from zhinan.server.clock import now
from zhinan.server.queries import events
from zhinan.server.queries.chain import verify, verify_case
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import Option, asked, posted
from zhinan.values.text import Text

#: No chain is longer.
_MOST = 2**62


@require_GET
@signed_in
def record(request: HttpRequest) -> HttpResponse:
    """The events looked for, the latest first."""
    wanted = events.Wanted(
        action=asked(request, "action"), actor=asked(request, "actor"), call=asked(request, "call"), case=asked(request, "case"),
        day=_day(asked(request, "day")),
    )  # fmt: skip
    lines, onward = events.events_for(person(request), wanted, before=_number(asked(request, "before")))
    shown = {
        "lines": lines,
        "onward": onward,
        "filters": _filters(wanted),
        "case": wanted.case,
        "is_first": not asked(request, "before"),
    }
    return render(request, "events/list.html", shown)


def _filters(wanted: events.Wanted) -> list[dict[str, object]]:
    actions = [Option(id, name) for id, name in events.actions_known()]
    return [
        {"name": "action", "label": Text("动作", "Action"), "value": wanted.action, "options": actions},
        {"name": "actor", "label": Text("办理人", "Who"), "value": wanted.actor},
        {"name": "call", "label": Text("批次编号", "Call"), "value": wanted.call},
        {"name": "case", "label": Text("申报编号", "Case"), "value": wanted.case},
        {"name": "day", "label": Text("日期（如 2026-03-02）", "Day (as 2026-03-02)"), "value": str(wanted.day or "")},
    ]  # fmt: skip


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _number(text: str) -> int | None:
    return min(int(text), _MOST) if text.isascii() and text.isdigit() and int(text) > 0 else None


@require_GET
@signed_in
def event(request: HttpRequest, sequence: int) -> HttpResponse:
    """One event with its content and its hashes."""
    opened = events.event_for(person(request), min(sequence, _MOST))
    return render(request, "events/one.html", {"opened": opened, "event": opened.line.event})


@require_POST
@signed_in
def look(request: HttpRequest) -> HttpResponse:
    """Look at the whole record now, or at one case."""
    events.scope_of(person(request))
    code = posted(request, "case").strip()
    begun_at = now()
    found = verify_case(events.case_to_verify(person(request), code)) if code else verify()
    faults, elsewhere = events.faults_for(person(request), found.faults)
    shown = {"found": found, "faults": faults, "elsewhere": elsewhere, "case": code, "at": begun_at, "took": now() - begun_at}
    return render(request, "events/verified.html", shown)


addresses = [
    path("events/", record, name="events"),
    path("events/verify/", look, name="verify-events"),
    path("events/<int:sequence>/", event, name="event"),
]
