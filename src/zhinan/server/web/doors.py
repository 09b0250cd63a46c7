"""Doors: pages for people who have signed in. What someone typed is kept while they sign in again."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from zhinan.server import packs
from zhinan.server.refused import SIGN_IN
from zhinan.server.web.refusals import refusal, wants_json
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.server.models import User

Rest = ParamSpec("Rest")
Page = Callable[Concatenate[HttpRequest, Rest], HttpResponse]

#: Under this name a session keeps what was typed when it had run out.
PARKED = "parked"
_WRITTEN = Text("填写的内容", "What you wrote")
#: More than this is not kept: it is no one's typing.
_MOST = 2_000_000


def signed_in(page: Page[Rest]) -> Page[Rest]:
    """A page for people who have signed in; others are asked to, and come back with what they had typed."""

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return page(request, *args, **kwargs)
        if wants_json(request):
            return refusal(request, [SIGN_IN.at()], status=401)
        if request.method == "POST":
            park(request)
            return redirect_to_login(reverse("resume"))
        return redirect_to_login(request.get_full_path())

    return guarded


def person(request: HttpRequest) -> User:
    """Who has signed in."""
    user = request.user
    assert user.is_authenticated
    return user


def park(request: HttpRequest) -> None:
    """Keep what was typed until the person has signed in again."""
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    if sum(len(str(value)) for _, value in typed) <= _MOST:
        request.session[PARKED] = {"path": request.get_full_path(), "typed": typed}


@require_GET
@signed_in
def resume(request: HttpRequest) -> HttpResponse:
    """What was typed before the session ran out, to be sent once more."""
    parked = request.session.get(PARKED)  # it stays for this session: a reload must not lose it
    if parked is None:
        return HttpResponseRedirect(reverse("desk"))
    told = [(_label(name), value) for name, value in parked["typed"] if _is_typed(name, value)]
    return render(request, "resume.html", {"path": parked["path"], "typed": parked["typed"], "told": told})


def _label(name: str) -> Text:
    """What a box is called: the name of its fact, where it asks for one."""
    key = re.sub(r"\.\d+\..*", "", name)
    word = packs.vocabulary().facts.get(key)
    return word.label if word else _WRITTEN


def _is_typed(name: str, value: str) -> bool:
    """Whether a person wrote or chose it; keys, numbers and versions are the form's own."""
    return bool(value.strip()) and not (_label(name) is _WRITTEN and re.fullmatch(r"[a-z0-9:._-]*", value))


addresses = [path("resume/", resume, name="resume")]
