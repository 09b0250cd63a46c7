"""An expert's own place in the bank: what they know, when they are away, where they work, to whom they are tied."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.server import clock
from zhinan.server.actions import experts as acts
from zhinan.server.actions.expert_fields import EMPLOYER, OWN
from zhinan.server.queries.experts import DECLARABLE, SOURCES, Card, own_card
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.expert_fields import TIE_FIELDS, boxes, facts, known_of, tie_boxes, typed_in
from zhinan.server.web.typed import told
from zhinan.values.problem import BadInput
from zhinan.values.text import Text, same

_SAVED = Text("已保存", "Saved")
_DECLARED = Text("已登记。抽取时会自动避开。", "On record. You are kept away from their applications.")


@require_GET
@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """Everything the bank holds of the expert who looks."""
    return _desk(request)


def _desk(request: HttpRequest, bad: BadInput | None = None) -> HttpResponse:
    card = own_card(person(request), at=clock.now())
    return render(request, "expert_desk/desk.html", {
        "card": card, "expert": card.expert, "facts": facts(card), "ties": _ties(card), "tie_boxes": tie_boxes(request, bad),
        "problems": told(bad),
    }, status=422 if bad else 200)  # fmt: skip


def _ties(card: Card) -> list[dict[str, object]]:
    """Those in force; what officers entered can be read and not withdrawn."""
    return [
        {"row": tie, "kind": DECLARABLE.get(tie.kind, same(tie.kind)), "source": SOURCES.get(tie.source, same(tie.source)),
         "may_withdraw": tie.source in ("declared", "round")}
        for tie in card.ties if tie.withdrawn_at is None
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """What the expert knows and how much they can take."""
    known = known_of(own_card(person(request), at=clock.now()))
    return _form(request, OWN, known, "expert_desk/profile.html")


@require_http_methods(["GET", "POST"])
@signed_in
def employer(request: HttpRequest) -> HttpResponse:
    """Another employer: the old tenure ends, a new one begins."""
    known = known_of(own_card(person(request), at=clock.now()))
    return _form(request, EMPLOYER, known, "expert_desk/employer.html")


def _form(request: HttpRequest, keys: Collection[str], known: dict[str, str], page: str) -> HttpResponse:
    user, bad = person(request), None
    typed = known
    if request.method == "POST":
        typed = typed_in(request, keys)
        try:
            acts.change(own_card(user, at=clock.now()).expert.code, typed, by=user, at=clock.now())
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
        else:
            messages.success(request, _SAVED.in_lang(lang()))
            return HttpResponseRedirect(reverse("expert-desk"))
    return render(request, page, {"boxes": boxes(keys, typed, bad), "problems": told(bad)}, status=422 if bad else 200)


@require_POST
@signed_in
def declare_tie(request: HttpRequest) -> HttpResponse:
    """Declare a tie."""
    user = person(request)
    code = own_card(user, at=clock.now()).expert.code
    try:
        acts.add_tie(code, typed_in(request, TIE_FIELDS), by=user, at=clock.now())
    except NotSeen:
        raise
    except BadInput as bad:
        return _desk(request, bad)
    messages.success(request, _DECLARED.in_lang(lang()))
    return HttpResponseRedirect(reverse("expert-desk"))


@require_POST
@signed_in
def withdraw_tie(request: HttpRequest, tie: int) -> HttpResponse:
    """Take a declared tie back."""
    user = person(request)
    try:
        acts.withdraw_tie(own_card(user, at=clock.now()).expert.code, tie, by=user, at=clock.now())
    except NotSeen:
        raise
    except BadInput as bad:
        return _desk(request, bad)
    messages.success(request, _SAVED.in_lang(lang()))
    return HttpResponseRedirect(reverse("expert-desk"))


addresses = [
    path("expert/", desk, name="expert-desk"),
    path("expert/profile/", profile, name="expert-profile"),
    path("expert/employer/", employer, name="expert-employer"),
    path("expert/ties/", declare_tie, name="declare-tie"),
    path("expert/ties/<int:tie>/withdraw/", withdraw_tie, name="withdraw-declared-tie"),
]
