"""Calls on the public site: the list, and one call with everything an applicant needs to know of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from zhinan.server import clock, packs
from zhinan.server.queries.calls import asked_of, public_call
from zhinan.server.queries.public_calls import (
    STATES,
    Wanted,
    authorities_calling,
    calls_listed,
    editions_of,
    levels_of,
    offers_of,
    readings_chosen,
    row_of,
    years_called,
)
from zhinan.server.templatetags.zhinan import called
from zhinan.server.web.address import one_of, page_number, word
from zhinan.values.text import Text


@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """The public calls, narrowed by what stands in the address."""
    authorities = [{"key": each.code, "name": called(each)} for each in authorities_calling()]
    years = years_called()
    wanted = Wanted(
        words=word(request.GET, "words"), state=one_of(request.GET, "state", STATES), year=one_of(request.GET, "year", years),
        authority=one_of(request.GET, "authority", [each["key"] for each in authorities]), number=page_number(request),
    )  # fmt: skip
    filters = [
        {"name": "words", "label": Text("批次名称", "Call"), "value": wanted.words},
        {"name": "state", "label": Text("状态", "Status"), "value": wanted.state, "options": _options(STATES)},
        {"name": "authority", "label": Text("主管部门", "Authority"), "value": wanted.authority, "options": authorities},
        {"name": "year", "label": Text("年度", "Year"), "value": wanted.year, "options": [{"key": y, "name": y} for y in years]},
    ]
    return render(request, "calls/calls.html", {"filters": filters, "sheet": calls_listed(wanted, at=clock.now())})


def _options(names: dict[str, Text]) -> list[dict[str, object]]:
    return [{"key": key, "name": name} for key, name in names.items()]


@require_GET
def call(request: HttpRequest, code: str) -> HttpResponse:
    """One call."""
    found, at = public_call(code), clock.now()
    shown = {
        "row": row_of(found, at=at), "call": found, "pack": packs.pack(found.pack), "offers": offers_of(found, at=at),
        "levels": levels_of(found), "set": [asked for asked in asked_of(found) if asked.text], "readings": readings_chosen(found),
        "editions": editions_of(found),
    }  # fmt: skip
    return render(request, "calls/call.html", shown)


addresses = [path("calls/", calls, name="calls"), path("calls/<slug:code>/", call, name="call")]
