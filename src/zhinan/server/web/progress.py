"""How far the scoring of a round has come, for those in charge: who has handed in, reminders, a sheet given back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from zhinan.server import clock
from zhinan.server.actions import scoring
from zhinan.server.queries.review_access import SEE, round_for, runs
from zhinan.server.queries.reviewing import progress_of
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import posted
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

_REMINDED = Text("已提醒 {number} 位专家", "{number} experts were reminded")
_REOPENED = Text("已退回给专家，已发消息", "The sheet is open again; its expert was told")


@require_http_methods(["GET", "POST"])
@signed_in
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """Who has handed in; sent, everyone else is reminded."""
    user = person(request)
    if request.method == "POST":
        try:
            number = scoring.remind(code, by=user, at=clock.now())
        except NotSeen:
            raise
        except BadInput as bad:
            return _page(request, code, bad)
        messages.success(request, _REMINDED.filled(number=number).in_lang(lang()))
        return HttpResponseRedirect(reverse("round-progress", args=[code]))
    return _page(request, code, None)


def _page(request: HttpRequest, code: str, bad: BadInput | None) -> HttpResponse:
    user, at = person(request), clock.now()
    round = round_for(user, code, to=SEE)
    now = progress_of(round, at=at)
    tiles = [
        {"value": f"{now.given} / {now.seats}", "label": Text("已提交的评分表", "sheets handed in")},
        {"value": now.waiting, "label": Text("还没有提交", "still out"), "tone": "warn" if now.waiting else ""},
        {
            "value": now.short, "label": Text("评分表不足的项目", "cases with too few sheets"),
            "tone": "bad" if now.short else "", "note": Text(f"每个项目至少 {now.least} 份", f"at least {now.least} for each"),
        },
    ]  # fmt: skip
    return render(request, "reviewing/progress.html", {
        "round": round, "now": now, "tiles": tiles, "problems": bad.problems if bad else (),
        "may_run": runs(user, round), "is_open": round.status in ("scoring", "closed"),
    }, status=422 if bad else 200)  # fmt: skip


@require_POST
@signed_in
def reopen(request: HttpRequest, code: str, seat: int) -> HttpResponse:
    """Give a sheet back to its expert, with a reason."""
    try:
        scoring.reopen(code, seat, posted(request, "reason", most=400), by=person(request), at=clock.now())
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, code, bad)
    messages.success(request, _REOPENED.in_lang(lang()))
    return HttpResponseRedirect(reverse("round-progress", args=[code]))


addresses = [
    path("rounds/<slug:code>/progress/", progress, name="round-progress"),
    path("rounds/<slug:code>/progress/<int:seat>/reopen/", reopen, name="sheet-reopen"),
]
