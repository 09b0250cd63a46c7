"""The expert's pages: what waits for them, a case with its sheet beside it, its papers.

Nothing here names a unit, a person or a case's code: addresses carry a seat's number and a paper's number only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.review.sheet import COMMENT, VERDICT, VERDICTS, plain
from zhinan.server import clock
from zhinan.server.actions import scoring, seats
from zhinan.server.queries.blind import File, document_of, paper_of
from zhinan.server.queries.reviewing import AtSeat, SheetState, at_seat, queue_of, sheet_at
from zhinan.server.refused import NotSeen, Refused, Stale
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.refusals import as_json
from zhinan.server.web.typed import posted
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

#: What a browser may show in the page; everything else is saved.
_SHOWN = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}
_SAVED = Text("已保存 {at}", "Saved at {at}")
_GIVEN = Text("已提交 {number} 号项目的评分：{total} 分", "The sheet of case {number} was handed in: {total}")
_ANSWERED = {
    "accept": Text("已接受 {number} 号项目", "Case {number} is yours to review"),
    "decline": Text("已说明不能评审 {number} 号项目", "You will not review case {number}"),
    "conflict": Text("已申报利害关系，{number} 号项目改由他人评审", "Your tie is on record; somebody else reviews case {number}"),
}
_NO_ANSWER = Mistake(
    "seat-no-such-answer", Text("没有看懂您的答复", "it is not clear what you answer"),
    Text("用页面上的按钮", "use the buttons of the page"),
)  # fmt: skip
#: Longer than any version is.
_DIGITS = 9


@require_GET
@signed_in
def reviewing(request: HttpRequest) -> HttpResponse:
    """What waits for an expert."""
    return render(request, "reviewing/queue.html", {"queue": queue_of(person(request), at=clock.now())})


# -- a seat --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """A criterion on the sheet: its number among the keys, what was typed, what is wrong with it."""

    number: int
    key: str
    name: Text
    says: Text
    clause: str
    weight: str
    most: str
    value: str
    problems: tuple[Problem, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def seat(request: HttpRequest, seat: int) -> HttpResponse:
    """A case with its sheet beside it; sent, the sheet is kept, or handed in."""
    user, at = person(request), clock.now()
    now = at_seat(user, seat, at=at)
    if request.method != "POST":
        return _page(request, now)
    answers, version = _typed(request, now.sheet), _version(request)
    try:
        kept = scoring.save(seat, answers, version=version, by=user, at=at)  # whatever is wrong with it, it is not lost
        if posted(request, "do", most=20) == "hand-in":
            given = scoring.hand_in(seat, answers, version=kept.version, by=user, at=at)
            said = _GIVEN.filled(number=now.seat.round_case.number, total=plain(given.total or Decimal(0)))
        else:
            said = _SAVED.filled(at=f"{localtime(at):%H:%M:%S}")
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, at_seat(user, seat, at=at), typed=answers, bad=bad)
    messages.success(request, said.in_lang(lang()))
    return HttpResponseRedirect(reverse("seat", args=[seat]))


def _typed(request: HttpRequest, sheet: SheetState) -> dict[str, str]:
    """The fields of the sheet that were on the page."""
    return {key: posted(request, key, most=30_000).replace("\r\n", "\n") for key in sheet.form.fields if key in request.POST}


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else -1


def _page(
    request: HttpRequest, now: AtSeat, *, typed: Mapping[str, str] | None = None, bad: BadInput | None = None
) -> HttpResponse:
    """The page; after a refusal with what was typed, and every problem leading to its field."""
    texts = {**now.sheet.answers, **(typed or {})}
    wrong = _by_field(bad)
    status = 200 if bad is None else 409 if isinstance(bad, Stale) else 422
    return render(request, "reviewing/seat.html", {
        "now": now, "seat": now.seat, "number": now.seat.round_case.number, "round": now.seat.round_case.round,
        "sheet": now.sheet, "document": document_of(now.known) if now.known else None, "boxes": _boxes(now.sheet, texts, wrong),
        "comment": texts.get(COMMENT, ""), "comment_problems": wrong.get(COMMENT, ()), "verdict": texts.get(VERDICT, ""),
        "verdict_problems": wrong.get(VERDICT, ()), "verdicts": tuple(VERDICTS.items()), "is_stale": isinstance(bad, Stale),
        "chosen": VERDICTS.get(texts.get(VERDICT, ""), ""), "problems": _told(bad), "subtotal": plain(now.sheet.subtotal),
        "total": plain(now.sheet.scoring.total) if now.sheet.scoring and now.sheet.scoring.total is not None else "",
    }, status=status)  # fmt: skip


def _boxes(sheet: SheetState, texts: Mapping[str, str], wrong: Mapping[str, tuple[Problem, ...]]) -> list[Box]:
    return [
        Box(
            number, each.key, each.name, each.says, each.clause, plain(each.weight), plain(each.most), texts.get(each.key, ""),
            wrong.get(each.key, ()),
        )
        for number, each in enumerate(sheet.form.criteria, start=1)
    ]  # fmt: skip


def _by_field(bad: BadInput | None) -> dict[str, tuple[Problem, ...]]:
    found: dict[str, tuple[Problem, ...]] = {}
    for problem in bad.problems if bad else ():
        found[problem.file] = (*found.get(problem.file, ()), problem)
    return found


def _told(bad: BadInput | None) -> list[dict[str, object]]:
    problems = bad.problems if bad else ()
    return [{"message": each.message, "mend": each.mend, "href": f"#field-{each.file}" if each.file else ""} for each in problems]


@require_POST
@signed_in
def autosave(request: HttpRequest, seat: int) -> HttpResponse:
    """Keep what was typed so far; the answer tells a script the version, the total and what is wrong, and nothing of the case."""
    user, at = person(request), clock.now()
    try:
        scoring.save(seat, _typed(request, sheet_at(user, seat)), version=_version(request), by=user, at=at)
    except NotSeen:
        raise
    except BadInput as bad:
        told = {"problems": [as_json(each) for each in bad.problems], "version": sheet_at(user, seat).version}
        return JsonResponse(told, status=409 if isinstance(bad, Stale) else 422)
    fresh = sheet_at(user, seat)
    return JsonResponse({
        "version": fresh.version, "saved_at": f"{localtime(at):%H:%M:%S}", "total": plain(fresh.subtotal), "left": fresh.left,
        "problems": {
            key: [as_json(each) for each in found] for key, found in fresh.problems.items() if fresh.answers.get(key, "").strip()
        },
    })  # fmt: skip


@require_POST
@signed_in
def answer(request: HttpRequest, seat: int) -> HttpResponse:
    """Accept a seat, decline it, or give it up for a tie found on reading."""
    user, at = person(request), clock.now()
    now = at_seat(user, seat, at=at)
    what, reason = posted(request, "do", most=20), posted(request, "reason", most=400).strip()
    try:
        if what == "accept":
            seats.accept_seat(seat, by=user, at=at)
        elif what == "decline":
            seats.decline_seat(seat, reason, by=user, at=at)
        elif what == "conflict":
            seats.conflict_seat(seat, reason, by=user, at=at)
        else:
            raise Refused(_NO_ANSWER.at())
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, now, bad=bad)
    messages.success(request, _ANSWERED[what].filled(number=now.seat.round_case.number).in_lang(lang()))
    return HttpResponseRedirect(reverse("seat", args=[seat]) if what == "accept" else reverse("reviewing"))


@require_GET
@signed_in
def paper(request: HttpRequest, seat: int, number: int) -> HttpResponse:
    """A paper of the case under its neutral name."""
    now = at_seat(person(request), seat, at=clock.now())
    if now.known is None:
        raise NotSeen
    return sent(paper_of(now.known, number))


def sent(file: File) -> HttpResponse:
    """A file as it is sent to a reader: shown where a browser can do so safely, saved otherwise; never run, never kept."""
    response = HttpResponse(file.content, content_type=_SHOWN.get(file.kind, "application/octet-stream"))
    response["Content-Disposition"] = (
        content_disposition_header(file.kind not in _SHOWN, file.name.in_lang(lang())) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


addresses = [
    path("reviewing/", reviewing, name="reviewing"),
    path("reviewing/seat/<int:seat>/", seat, name="seat"),
    path("reviewing/seat/<int:seat>/save/", autosave, name="seat-save"),
    path("reviewing/seat/<int:seat>/answer/", answer, name="seat-answer"),
    path("reviewing/seat/<int:seat>/paper/<int:number>/", paper, name="seat-paper"),
]
