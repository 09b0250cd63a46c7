"""Asking experts to a round: the officer's page of who is asked; the expert's page on which they declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from zhinan.server import clock
from zhinan.server.actions import asking as acts
from zhinan.server.queries import asking as reads
from zhinan.server.queries.experts import KIND_NAMES
from zhinan.server.queries.review_access import SEE, invitee_for, round_for, runs
from zhinan.server.queries.rounds import numbers_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.address import page_number, word
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import Box, Option, posted, told
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.server.models import Invitee

#: So many candidates stand on a page.
SIZE = 50
_ASKED = Text("已邀请 {number} 位专家", "{number} experts were asked")
_REMINDED = Text("已提醒 {number} 位专家", "{number} experts were reminded")
_DECLARED = Text("已申报。感谢您。抽取结果会发消息给您", "Declared, thank you. You will be told the outcome of the draw")
_DECLINED = Text("已说明不能参加。感谢您的答复", "You have said that you cannot come. Thank you for answering")
_NOTHING_DONE = Mistake(
    "asking-no-such-step", Text("没有看懂要做什么，什么也没有变", "it is not clear what to do; nothing was changed"),
    Text("用页面上的按钮再试一次", "try again with the buttons of the page"),
)  # fmt: skip


# -- the officer ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in
def asking(request: HttpRequest, code: str) -> HttpResponse:
    """Who was asked and how they answered; who else may be asked."""
    user, bad, at = person(request), None, clock.now()
    row = round_for(user, code, to=SEE)
    if request.method == "POST":
        try:
            messages.success(request, _ask(request, code).in_lang(lang()))
            return HttpResponseRedirect(request.get_full_path())
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
    may_ask = runs(user, row) and row.status == "asking"
    words, kind = word(request.GET, "words"), word(request.GET, "kind")
    found = [each for each in reads.candidates(row, at=at) if _is_wanted(each, words, kind)] if may_ask else []
    last = max(1, -(-len(found) // SIZE))
    number = min(page_number(request), last)
    return render(request, "asking/asking.html", {
        "round": row, "problems": told(bad), "may_ask": may_ask, "asked": reads.asked(row), "numbers": numbers_of(row),
        "candidates": found[(number - 1) * SIZE : number * SIZE], "number": number, "last": last, "total": len(found),
        "filters": _filters(words, kind), "ticked": request.POST.getlist("expert"),
        "kinds": KIND_NAMES,
    }, status=422 if bad else 200)  # fmt: skip


def _is_wanted(each: reads.Candidate, words: str, kind: str) -> bool:
    expert = each.expert
    said = " ".join((expert.name, expert.code, expert.unit_name, *expert.keywords, *expert.directions))
    is_of_kind = {"outside": each.is_outside, "": True}.get(kind, kind in expert.kinds)
    return words.casefold() in said.casefold() and is_of_kind


def _filters(words: str, kind: str) -> list[dict[str, object]]:
    kinds = (*(Option(key, name) for key, name in KIND_NAMES.items()), Option("outside", Text("外地", "from outside")))
    return [
        {"name": "words", "label": Text("姓名、单位、方向或关键词", "Name, employer, direction, keyword"), "value": words},
        {"name": "kind", "label": Text("类别", "Kind"), "value": kind, "options": kinds},
    ]


def _ask(request: HttpRequest, code: str) -> Text:
    user, at, step = person(request), clock.now(), posted(request, "do", most=20)
    if step == "ask":
        return _ASKED.filled(number=len(acts.ask(code, request.POST.getlist("expert"), by=user, at=at)))
    if step == "remind":
        return _REMINDED.filled(number=acts.remind(code, by=user, at=at))
    raise Refused(_NOTHING_DONE.at())


# -- the expert ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in
def declare(request: HttpRequest, code: str) -> HttpResponse:
    """The units of a round, for an expert who was asked: which are they tied to? No title, and not which belongs with which."""
    user, bad = person(request), None
    invitee = invitee_for(user, code)
    if request.method == "POST":
        try:
            messages.success(request, _answer(request, code).in_lang(lang()))
            return HttpResponseRedirect(reverse("declare", args=[code]))
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
    return _declaration(request, invitee, bad)


def _answer(request: HttpRequest, code: str) -> Text:
    user, at, step = person(request), clock.now(), posted(request, "do", most=20)
    if step == "declare":
        relations = [
            acts.Relation(name.removeprefix("kind-"), posted(request, name, most=40),
                posted(request, f"note-{name[5:]}", most=400))
            for name in request.POST if name.startswith("kind-") and posted(request, name, most=40)
        ]  # fmt: skip
        acts.declare(code, relations, confirms_others=posted(request, "others") == "yes", by=user, at=at)
        return _DECLARED
    if step == "decline":
        acts.decline(code, posted(request, "reason", most=400), by=user, at=at)
        return _DECLINED
    raise Refused(_NOTHING_DONE.at())


def _declaration(request: HttpRequest, invitee: Invitee, bad: BadInput | None) -> HttpResponse:
    kept = {(each["unit"], each["name"]): each for each in invitee.units}
    rows = []
    for unit in reads.units_of(invitee.round):
        before = kept.get((unit.code, unit.name[:120]), {})
        kind, note = before.get("kind", ""), before.get("note", "")
        if bad is not None:
            kind, note = posted(request, f"kind-{unit.key}", most=40), posted(request, f"note-{unit.key}", most=400)
        rows.append({"unit": unit, "kind": kind, "note": note})
    return render(request, "asking/declare.html", {
        "round": invitee.round, "invitee": invitee, "rows": rows,
        "relations": [Option(*each) for each in reads.RELATIONS.items()],
        "problems": told(bad), "may": reads.may_answer(invitee, at=clock.now()), "others": posted(request, "others") == "yes",
        "reason": [Box("reason", Text("不能参加的原因", "Why you cannot come"), "longtext", posted(request, "reason", most=400))],
        "decline_open": bad is not None and posted(request, "do", most=20) == "decline",
    }, status=422 if bad else 200)  # fmt: skip


addresses = [
    path("rounds/<slug:code>/asking/", asking, name="asking"),
    path("reviewing/<slug:code>/declare/", declare, name="declare"),
]
