"""Topics that a park settles for a call, before applications begin."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from zhinan.server.actions import calls as acts
from zhinan.server.clock import now
from zhinan.server.queries.topics import Choosing, choosings_of
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import posted, told
from zhinan.values.problem import BadInput
from zhinan.values.text import Text


@require_GET
@signed_in
def topics(request: HttpRequest) -> HttpResponse:
    """The calls in which the person's parks settle topics, and what they have settled."""
    return _page(request, choosings_of(person(request)))


@require_POST
@signed_in
def settle(request: HttpRequest) -> HttpResponse:
    """A park settles a topic."""
    choosings = choosings_of(person(request))
    place = (posted(request, "call"), posted(request, "park"))
    chosen = next((each for each in choosings if (each.call.code, each.park.code) == place), None)
    if chosen is None:
        raise NotSeen
    try:
        acts.settle_topic(
            chosen.call.code, by=person(request), park=chosen.park, title=posted(request, "title"),
            direction=posted(request, "direction"), at=now(),
        )  # fmt: skip
    except NotSeen:
        raise
    except BadInput as refused:
        return _page(request, choosings, bad=refused)
    _said(request, Text("选题已确定。", "The topic is settled."))
    return HttpResponseRedirect(reverse("topics"))


@require_POST
@signed_in
def withdraw(request: HttpRequest, topic: int) -> HttpResponse:
    """A park takes a topic back that nobody has chosen."""
    choosings = choosings_of(person(request))
    try:
        acts.withdraw_topic(topic, by=person(request), at=now())
    except NotSeen:
        raise
    except BadInput as refused:
        return _page(request, choosings, bad=refused)
    _said(request, Text("选题已撤下。", "The topic was withdrawn."))
    return HttpResponseRedirect(reverse("topics"))


def _page(request: HttpRequest, choosings: list[Choosing], *, bad: BadInput | None = None) -> HttpResponse:
    typed = {name: posted(request, name) for name in ("call", "park", "title", "direction")}
    shown = {"choosings": choosings, "problems": told(bad), "typed": typed}
    return render(request, "topics/topics.html", shown, status=422 if bad else 200)


def _said(request: HttpRequest, what: Text) -> None:
    messages.success(request, what.in_lang(lang()))


addresses = [
    path("topics/", topics, name="topics"),
    path("topics/settle/", settle, name="settle-topic"),
    path("topics/<int:topic>/withdraw/", withdraw, name="withdraw-topic"),
]
