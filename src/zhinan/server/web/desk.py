"""The desk: what waits for a person, in every role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from zhinan.server import clock
from zhinan.server.queries.desk import Applying, Deciding, Desk, Keeping, Watching, desk_of, stage_name
from zhinan.server.web.doors import person, signed_in
from zhinan.values.text import Text, same

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """A number, and the way to what it counts."""

    value: int
    label: Text
    href: str
    tone: str = ""
    note: Text = Text("", "")


@require_GET
@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    user, at = person(request), clock.now()
    found = desk_of(user, at=at)
    return render(request, "desk.html", {
        "desk": found, "tiles": list(_tiles(found)), "shown": _SHOWN, "at": at,
        "lists": [
            {"row": row, "stage": stage_name(row), "href": reverse("listing", args=[row.call.code, row.stage, row.body.code])}
            for row in (found.deciding.lists if found.deciding else ())
        ],
    })  # fmt: skip


def _tiles(found: Desk) -> Iterator[Tile]:
    if found.deciding:
        yield from _of_officer(found.deciding)
    if found.applying:
        yield from _of_applicant(found.applying)
    if found.keeping:
        yield from _of_keeper(found.keeping)
    if found.watching:
        yield from _of_auditor(found.watching)


def _of_officer(part: Deciding) -> Iterator[Tile]:
    queue = reverse("queue")
    yield Tile(part.waiting, Text("待我办理", "To act on"), queue)
    yield Tile(part.soon, Text("三天内到期", "Due within three days"), f"{queue}?sort=due", "warn" if part.soon else "")
    yield Tile(part.overdue, Text("已逾期", "Overdue"), f"{queue}?late=yes", "bad" if part.overdue else "")
    on_lists = sum(getattr(row, "number_of_cases", 0) for row in part.lists)
    yield Tile(on_lists, Text("在编清单里的办件", "Cases on lists in the making"), reverse("listings"))


def _of_applicant(part: Applying) -> Iterator[Tile]:
    mine = reverse("applications")
    returned = part.returned.total
    yield Tile(returned, Text("退回待补正", "Returned for correction"), f"{mine}?state=returned", "warn" if returned else "")
    yield Tile(part.drafts.total, Text("草稿", "Drafts"), f"{mine}?state=draft")
    yield Tile(part.under_way.total, Text("办理中", "Under way"), f"{mine}?state=under-way")


def _of_keeper(part: Keeping) -> Iterator[Tile]:
    yield Tile(part.people, Text("在用账号", "People"), reverse("people"))
    yield Tile(part.bodies, Text("机构", "Bodies"), reverse("authorities"))
    waits = Text(f"{part.unconfirmed} 个待确认", f"{part.unconfirmed} to confirm") if part.unconfirmed else Text("", "")
    yield Tile(part.units, Text("注册单位", "Units"), "", note=waits)


def _of_auditor(part: Watching) -> Iterator[Tile]:
    last = part.last
    note = same(f"{last.at.astimezone(clock.BEIJING):%Y-%m-%d %H:%M}") if last else Text("", "")
    yield Tile(part.events, Text("事件链上的事件", "Events in the record"), reverse("events"), note=note)


addresses = [path("desk/", desk, name="desk")]
