"""Signing in as anyone, in the demo only: who there is to be, and one button to be them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from zhinan.server.demo.personas import GROUPS, PERSONAS, persona
from zhinan.server.queries.personas import persona_user
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.address import word
from zhinan.values.text import Text

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_NOW = Text("您现在是{role}{name}（{place}）。{first}", "You are now {name}, {role}, {place}. {first}")


@require_GET
@never_cache
def personas(request: HttpRequest) -> HttpResponse:
    """Everyone there is to be, and what each might try first."""
    groups = [(group, [each for each in PERSONAS if each.group is group]) for group in GROUPS]
    return render(request, "personas/personas.html", {"groups": groups, "now": request.user.get_username()})


@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """Sign in as a persona; what was left of another's session goes."""
    wanted = persona(word(request.POST, "login"))
    if wanted is None:
        raise NotSeen
    user = persona_user(wanted.login)
    logout(request)
    login(request, user, backend=_BACKEND)
    say = lang()
    role, place, first = (text.in_lang(say) for text in (wanted.role, wanted.place, wanted.try_first))
    messages.info(request, _NOW.in_lang(say).format(role=role, name=wanted.name, place=place, first=first))
    return HttpResponseRedirect(reverse("desk"))


@require_POST
def nobody(request: HttpRequest) -> HttpResponse:
    """Be a visitor again."""
    logout(request)
    return HttpResponseRedirect(reverse("home"))


addresses = [
    path("demo/", personas, name="personas"),
    path("demo/become/", become, name="become"),
    path("demo/nobody/", nobody, name="nobody"),
] if settings.DEMO else []  # fmt: skip
