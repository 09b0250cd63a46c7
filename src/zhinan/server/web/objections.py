"""Objections in the office: who handles them, what was found, what is answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhinan.server import clock, keeping
from zhinan.server.actions import objections as acts
from zhinan.server.queries import notices as reads
from zhinan.server.queries.people import handles_reviews
from zhinan.server.queries.review_access import objection_for, runs
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.address import one_of
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.files import download
from zhinan.server.web.typed import posted, told
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

_DONE = {
    "admit": Text("已受理，项目等待核查结论", "Admitted; the project waits for what is found"),
    "not-admit": Text("已记为不予受理", "Noted as not admitted"),
    "answer": Text("已答复，异议人可以用回执查询", "Answered; the objector can read it with the receipt"),
}


@require_GET
@signed_in
def objections(request: HttpRequest) -> HttpResponse:
    """The objections of the rounds a person runs or audits."""
    user = person(request)
    if not handles_reviews(user):
        raise NotSeen
    status = one_of(request.GET, "status", list(reads.STATUS_NAMES))
    filters = [
        {
            "name": "status", "label": Text("状态", "Status"), "value": status,
            "options": [{"key": key, "name": name} for key, name in reads.STATUS_NAMES.items()],
        }
    ]  # fmt: skip
    rows = [(row, reads.STATUS_NAMES[row.status]) for row in reads.objections(user, status=status)]
    return render(request, "objections/list.html", {"rows": rows, "filters": filters, "at": clock.now()})


@require_http_methods(["GET", "POST"])
@signed_in
def objection(request: HttpRequest, receipt: str) -> HttpResponse:
    """One objection: admit it, look into it, answer it."""
    user = person(request)
    bad: BadInput | None = None
    if request.method == "POST":
        try:
            messages.success(request, _do(request, receipt).in_lang(lang()))
            return HttpResponseRedirect(reverse("objection", args=[receipt]))
        except NotSeen:
            raise
        except BadInput as found:
            bad = found
    row = objection_for(user, receipt)
    typed = {name: posted(request, name, most=4000) for name in ("reason", "findings", "answer", "result")}
    files = list(enumerate(row.files, start=1))
    shown = {
        "row": row, "status": reads.STATUS_NAMES[row.status], "typed": typed, "problems": told(bad), "files": files,
        "may": runs(user, row.line.notice.round),
        "results": [{"key": key, "name": reads.STATUS_NAMES[key]} for key in ("upheld", "dismissed")],
    }  # fmt: skip
    return render(request, "objections/one.html", shown, status=422 if bad else 200)


def _do(request: HttpRequest, receipt: str) -> Text:
    user, at, what = person(request), clock.now(), posted(request, "do", most=20)
    if what == "admit":
        acts.admit(receipt, by=user, at=at)
    elif what == "not-admit":
        acts.not_admit(receipt, reason=posted(request, "reason", most=4000), by=user, at=at)
    elif what == "answer":
        result = {"upheld": True, "dismissed": False}.get(posted(request, "result", most=20))
        findings, answer = posted(request, "findings", most=4000), posted(request, "answer", most=4000)
        acts.answer(receipt, is_upheld=result, findings=findings, answer=answer, by=user, at=at)
    else:
        raise NotSeen
    return _DONE[what]


@require_GET
@signed_in
def evidence(request: HttpRequest, receipt: str, number: int) -> HttpResponse:
    """A file of evidence, to be looked at elsewhere: it is never shown in the page."""
    row = objection_for(person(request), receipt)
    if not 1 <= number <= len(row.files):
        raise NotSeen
    file = row.files[number - 1]
    kept = keeping.path_of(file["sha256"])
    if not kept.is_file():
        raise NotSeen
    return download(kept.read_bytes(), file["name"], "application/octet-stream")


addresses = [
    path("objections/", objections, name="objections"),
    path("objections/<slug:receipt>/", objection, name="objection"),
    path("objections/<slug:receipt>/evidence/<int:number>/", evidence, name="evidence"),
]
