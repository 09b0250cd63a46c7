"""The officer's pages before a blind review: what experts will read of each case, which papers, which more words are masked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhinan.server import clock
from zhinan.server.actions import releasing
from zhinan.server.queries.releasing import case_of, cases_of, preview_of
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.reviewing import sent
from zhinan.server.web.typed import posted
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

_RELEASED = Text("专家能看到 {number} 份材料", "Experts can read {number} papers")
_HIDDEN = Text("已保存要隐去的词：{number} 个", "{number} more words are masked")


@require_GET
@signed_in
def release(request: HttpRequest, code: str) -> HttpResponse:
    """The cases of a round with the papers that are released."""
    round, lines, may_run = cases_of(person(request), code)
    return render(request, "releasing/cases.html", {"round": round, "lines": lines, "may_run": may_run})


@require_http_methods(["GET", "POST"])
@signed_in
def release_case(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One case: its papers to tick, more words to mask, and the page as its experts will read it."""
    if request.method != "POST":
        return _page(request, code, number)
    user, at = person(request), clock.now()
    words = posted(request, "words", most=5000)
    ticked = {int(each) for each in request.POST.getlist("paper")[:500] if each.isascii() and each.isdigit() and len(each) < 16}
    try:
        if posted(request, "do", most=20) == "hide":
            said = _HIDDEN.filled(number=len(releasing.hide(code, number, words.splitlines(), by=user, at=at).hidden))
        else:
            said = _RELEASED.filled(number=len(releasing.release(code, number, ticked, by=user, at=at)))
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, code, number, bad=bad, ticked=ticked, words=words)
    messages.success(request, said.in_lang(lang()))
    return HttpResponseRedirect(reverse("release-case", args=[code, number]))


def _page(
    request: HttpRequest, code: str, number: int, *, bad: BadInput | None = None, ticked: set[int] | None = None, words: str = ""
) -> HttpResponse:  # fmt: skip
    case = case_of(person(request), code, number)
    papers = [(each, each.id in ticked if ticked is not None and bad else each.released is not None) for each in case.papers]
    problems = [_named(each.file, each.message, each.mend) for each in bad.problems] if bad else ()
    return render(request, "releasing/case.html", {
        "case": case, "round": case.round, "document": case.document, "papers": papers, "problems": problems,
        "words": words if bad and words else "\n".join(case.place.hidden),
    }, status=422 if bad else 200)  # fmt: skip


def _named(file: str, message: Text, mend: Text) -> dict[str, object]:
    """A problem with the paper it is about."""
    return {"message": Text(f"“{file}”：{message.zh}", f"“{file}”: {message.en}") if file else message, "mend": mend}


@require_GET
@signed_in
def preview(request: HttpRequest, code: str, number: int, paper: int) -> HttpResponse:
    """A paper as its experts would get it."""
    return sent(preview_of(person(request), code, number, paper))


addresses = [
    path("rounds/<slug:code>/release/", release, name="round-release"),
    path("rounds/<slug:code>/release/<int:number>/", release_case, name="release-case"),
    path("rounds/<slug:code>/release/<int:number>/paper/<int:paper>/", preview, name="release-preview"),
]
