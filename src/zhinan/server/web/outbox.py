"""The outbox of the demo: every message as it would reach its reader, with its link."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from zhinan.server.demo.personas import PERSONAS
from zhinan.server.queries.personas import outbox as every_message
from zhinan.server.web.address import one_of, page_number, word

PAGE = 25


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """What was sent, to whom, and where its link leads."""
    words, login = word(request.GET, "words"), one_of(request.GET, "to", [each.login for each in PERSONAS])
    pages = Paginator(every_message(words=words, login=login), PAGE)
    page = pages.get_page(page_number(request))
    return render(request, "outbox/outbox.html", {
        "messages_sent": page.object_list, "number": page.number, "last": pages.num_pages, "total": pages.count,
        "words": words, "to": login,
        "people": [{"key": each.login, "name": each.name} for each in PERSONAS],
    })  # fmt: skip


addresses = [path("demo/outbox/", outbox, name="outbox")] if settings.DEMO else []
