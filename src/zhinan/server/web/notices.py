"""Public notices: anyone reads them and may object; those in charge publish and end them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhinan.server import clock
from zhinan.server.actions import notices as acts
from zhinan.server.actions import objections
from zhinan.server.paper import notice as paper
from zhinan.server.queries import notices as reads
from zhinan.server.queries.review_access import SEE, round_for, runs
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import called, lang
from zhinan.server.web.address import cleaned, page_number, word
from zhinan.server.web.arrival import arrived_at
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.files import download
from zhinan.server.web.typed import posted, told
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

#: So many notices on a page.
SIZE = 20
_STATES = {"open": Text("公示中", "open"), "over": Text("已期满", "over")}
_PUBLISHED = Text("已公示，{closes} 期满", "Published, until {closes}")
_ENDED = Text("公示已结束，项目进入下一环节", "The notice has ended; its projects go on")


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """The notices, the newest first."""
    words, state = word(request.GET, "words"), word(request.GET, "state")
    rows = reads.notices(at=clock.now(), words=words, only_open=state == "open")
    rows = [row for row in rows if not row.is_open] if state == "over" else rows
    last = max(1, -(-len(rows) // SIZE))
    number = min(page_number(request), last)
    filters = [
        {"name": "words", "label": Text("项目或单位名称", "Project or unit"), "value": words},
        {
            "name": "state", "label": Text("状态", "Status"), "value": state,
            "options": [{"key": key, "name": name} for key, name in _STATES.items()],
        },
    ]  # fmt: skip
    shown = {
        "rows": rows[(number - 1) * SIZE : number * SIZE],
        "number": number,
        "last": last,
        "total": len(rows),
        "filters": filters,
    }
    return render(request, "notices/notices.html", shown)


@require_GET
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """One notice with its list."""
    return render(request, "notices/notice.html", {"shown": reads.notice(code, at=clock.now())})


@require_GET
def notice_paper(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The notice to be posted or worked with: `pdf`, `docx`, `xlsx`; without what was taken off."""
    shown = reads.notice(code, at=clock.now())
    if kind not in _PAPERS:
        raise NotSeen
    make, mime = _PAPERS[kind]
    return download(make(_paper(shown)), f"{code}.{kind}", mime)


def _paper(shown: reads.Shown) -> paper.Notice:
    row, now = shown.notice, lang()
    lines = tuple(
        paper.Line(
            line.number, line.title, line.unit, line.leader, Text(line.scheme_zh, line.scheme_en).in_lang(now), line.amount
        )
        for line in shown.standing
    )
    return paper.Notice(
        row.code, shown.title.in_lang(now), shown.authority.in_lang(now), called(row.call), shown.contact.in_lang(now),
        row.working_days, row.opens_at, row.closes_at, lines, now,
    )  # fmt: skip


_OFFICE = "application/vnd.openxmlformats-officedocument."
_PAPERS: dict[str, tuple[Callable[[paper.Notice], bytes], str]] = {
    "pdf": (paper.notice_pdf, "application/pdf"),
    "docx": (paper.notice_docx, f"{_OFFICE}wordprocessingml.document"),
    "xlsx": (paper.notice_xlsx, f"{_OFFICE}spreadsheetml.sheet"),
}


@require_http_methods(["GET", "POST"])
def objecting(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Where anyone objects to a project on a notice; the receipt and its word are shown once."""
    shown = reads.notice(code, at=clock.now())
    line = next((line for line in shown.standing if line.number == number), None)
    if line is None:
        raise NotSeen
    typed = {name: posted(request, name, most=4000) for name in ("name", "contact", "ground", "is_unit")}
    page = {"shown": shown, "line": line, "typed": typed}
    if request.method == "GET":
        return render(request, "notices/object.html", page)
    files = [
        (file.name or "", file.read(), file.content_type or "")
        for file in request.FILES.getlist("files")[: objections.MOST_FILES + 1]
    ]
    raised = objections.Raised(
        name=typed["name"], contact=typed["contact"], ground=typed["ground"], is_unit=typed["is_unit"] == "是", files=files
    )
    try:
        row, secret = objections.raise_objection(code, number, raised, at=arrived_at(request))
    except NotSeen:
        raise
    except BadInput as bad:
        return render(request, "notices/object.html", {**page, "problems": told(bad)}, status=422)
    return render(request, "notices/objected.html", {"shown": shown, "line": line, "row": row, "word": secret})


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """What became of an objection, for who holds the receipt and its word."""
    receipt, secret = cleaned(posted(request, "receipt", most=80)), cleaned(posted(request, "word", most=80)).lower()
    found = reads.answer_to(receipt, secret) if request.method == "POST" and receipt else None
    shown = {"found": found, "receipt": receipt, "is_asked": request.method == "POST"}
    return render(request, "notices/answer.html", shown, status=200 if found or request.method == "GET" else 422)


# -- in the office -----------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@signed_in
def round_notices(request: HttpRequest, code: str) -> HttpResponse:
    """The notices of a round: publish what is decided, end what is over."""
    user, at = person(request), clock.now()
    bad: BadInput | None = None
    if request.method == "POST":
        try:
            messages.success(request, _do(request, code).in_lang(lang()))
            return HttpResponseRedirect(reverse("round-notices", args=[code]))
        except NotSeen:
            raise
        except BadInput as found:
            bad = found
    round = round_for(user, code, to=SEE)
    typed = {
        name: posted(request, name, most=400) for name in ("working_days", "title_zh", "title_en", "contact_zh", "contact_en")
    }
    shown = {
        "round": round, "notices": reads.notices_of(round, at=at), "typed": typed, "problems": told(bad), "at": at,
        "may": runs(user, round), "objections": reads.objections(user, round=round),
    }  # fmt: skip
    return render(request, "notices/round.html", shown, status=422 if bad else 200)


def _do(request: HttpRequest, code: str) -> Text:
    user, at = person(request), clock.now()
    if ending := cleaned(posted(request, "end", most=100)):
        acts.end(ending, by=user, at=at)
        return _ENDED
    days = cleaned(posted(request, "working_days", most=4))
    made = acts.publish(
        code, working_days=int(days) if days.isascii() and days.isdigit() else 0, by=user, at=at,
        wording=acts.Wording(
            title_zh=posted(request, "title_zh"), title_en=posted(request, "title_en"), contact_zh=posted(request, "contact_zh"),
            contact_en=posted(request, "contact_en"),
        ),
    )  # fmt: skip
    return _PUBLISHED.filled(closes=f"{made.closes_at.astimezone(clock.BEIJING):%Y-%m-%d %H:%M}")


addresses = [
    path("notices/", notices, name="notices"),
    path("notices/<slug:code>/", notice, name="notice"),
    path("notices/<slug:code>/notice.<str:kind>", notice_paper, name="notice-paper"),
    path("notices/<slug:code>/<int:number>/object/", objecting, name="object"),
    path("objections/answer/", answer, name="objection-answer"),
    path("rounds/<slug:code>/notice/", round_notices, name="round-notices"),
]
