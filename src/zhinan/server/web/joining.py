"""Invitations taken up: a new account with the post, or the post on the account one has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from zhinan.server.actions import people as acts
from zhinan.server.actions.account_fields import BadFields
from zhinan.server.clock import now
from zhinan.server.queries import people
from zhinan.server.refused import Refused
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person
from zhinan.server.web.refusals import refusal
from zhinan.server.web.typed import told
from zhinan.server.web.units import PASSWORD_BACKEND, account_boxes, account_of
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.server.models import Invitation

_DONE = Text("欢迎，岗位已生效。", "Welcome. The post is yours.")


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """The page an invitation leads to; a used or old one is told calmly."""
    try:
        found = acts.invitation(secret, at=now())
        return _take_up(request, secret, found) if request.method == "POST" else _page(request, found)
    except Refused as over:
        return refusal(request, over.problems, status=410)


def _take_up(request: HttpRequest, secret: str, found: Invitation) -> HttpResponse:
    if request.user.is_authenticated and request.POST.get("as") == "me":
        acts.accept_as(secret, person(request), at=now())
    else:
        try:
            new = acts.accept(secret, account_of(request), at=now())
        except BadFields as bad:
            return _page(request, found, bad)
        login(request, new, backend=PASSWORD_BACKEND)
    messages.success(request, _DONE.in_lang(lang()))
    return HttpResponseRedirect(reverse("desk"))


def _page(request: HttpRequest, found: Invitation, bad: BadFields | None = None) -> HttpResponse:
    place = found.organisation or found.authority
    shown = {
        "invitation": found, "place": place, "role": people.ROLE_NAMES[found.role], "problems": told(bad),
        "boxes": account_boxes(request, bad, email=found.email, name=found.name),
    }  # fmt: skip
    answer = render(request, "joining/join.html", shown, status=422 if bad else 200)
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    answer.headers["Cache-Control"] = "no-store"
    return answer


addresses = [path("join/<str:secret>/", join, name="join")]
