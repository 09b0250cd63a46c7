"""The public home: what is open, and where to begin; and the language of the pages."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from zhinan.server import clock
from zhinan.server.queries.public_calls import closing_soonest, lately_closed
from zhinan.server.web.language import COOKIE


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    at = clock.now()
    return render(request, "home.html", {"open": closing_soonest(at=at), "closed": lately_closed(at=at)})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of this browser, and go back."""
    onward = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}):
        onward = "/"
    answer = HttpResponseRedirect(onward)
    if (wanted := request.POST.get("lang")) in ("zh", "en"):
        answer.set_cookie(COOKIE, wanted, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.HAS_TLS)
    return answer


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """Every part of the design system in every state."""
    return render(request, "style.html")


addresses = [path("", home, name="home"), path("language/", language, name="language")]
if settings.DEMO:
    addresses.append(path("style/", style, name="style"))
