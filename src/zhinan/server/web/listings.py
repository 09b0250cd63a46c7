"""Ranked lists with their letters: put in order, sent up together, kept as they were sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from zhinan.server import clock
from zhinan.server.actions import chain
from zhinan.server.actions.offering import day_of
from zhinan.server.paper.letter import Entry, Letter, letter_pdf, list_xlsx
from zhinan.server.queries.lists import Board, board, boards_of, sent_by_bodies_of
from zhinan.server.queries.queue import handles_cases
from zhinan.server.queries.sent_lists import SentList, sent_list
from zhinan.server.queries.sheets import Sheet
from zhinan.server.queries.together import sheets_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import called, lang
from zhinan.server.web.address import page_number
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import posted
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

#: So many waiting cases stand on one page: each shows how far its check sheet has come.
SIZE = 25
_SENT = Text("清单已发出：{number} 件，{letter}", "The list was sent: {number} cases, {letter}")
_KEPT = Text("已保存次序", "The order was kept")
_PUT = Text("已加入清单：{code}", "Put on the list: {code}")
_OFF = Text("已移出清单：{code}", "Taken off the list: {code}")
_NOTHING_DONE = Mistake(
    "no-such-step", Text("没有看懂要做什么，清单没有变", "it is not clear what to do; the list is as it was"),
    Text("用页面上的按钮再试一次", "try again with the buttons of the page"),
)  # fmt: skip
_BAD_DAY = Mistake(
    "bad-day", Text("看不懂日期“{text}”", "cannot read “{text}” as a day"), Text("写成 2026-03-20", "write it as 2026-03-20")
)


@dataclass(frozen=True, slots=True)
class State:
    """How far the check sheet of a waiting case has come, and whether it may be put on the list."""

    says: Text
    tone: str
    is_ready: bool


@require_GET
@signed_in
def listings(request: HttpRequest) -> HttpResponse:
    """The lists a person's bodies are making, and those that were sent."""
    user = person(request)
    if not handles_cases(user):
        raise NotSeen
    rows = [
        {"call": call, "stage": stage, "name": name, "body": body, "href": reverse("listing", args=[call.code, stage, body.code])}
        for call, stage, name, body in boards_of(user)
    ]
    return render(request, "listings/listings.html", {"rows": rows, "sent": sent_by_bodies_of(user)[:100]})


@require_http_methods(["GET", "POST"])
@signed_in
def listing(request: HttpRequest, call: str, stage: str, body: str) -> HttpResponse:
    """The list in the making: what waits, what is on it, in which order."""
    user = person(request)
    the_board = board(user, call, stage, body)
    if request.method == "POST":
        try:
            messages.success(request, _change(request, the_board).in_lang(lang()))
        except NotSeen:
            raise
        except BadInput as bad:
            return _page(request, board(user, call, stage, body), bad)
        return HttpResponseRedirect(request.get_full_path())
    return _page(request, the_board, None)


def _change(request: HttpRequest, the_board: Board) -> Text:
    """Do what a button of the page says: put on, take off, move by one place, or order by the numbers written."""
    user, at = person(request), clock.now()
    step, _, code = posted(request, "do", most=100).partition(":")
    if step == "put":
        chain.put_on_list(code, by=user, at=at)
        return _PUT.filled(code=code)
    if step == "off":
        chain.take_off_list(code, by=user, at=at)
        return _OFF.filled(code=code)
    order = [entry.application.code for entry in the_board.entries]
    if step in ("up", "down") and code in order:
        order = _moved(order, code, by=-1 if step == "up" else 1)
    elif step == "order":
        order.sort(key=lambda each: _place(posted(request, f"rank:{each}", most=9)))
    else:
        raise Refused(_NOTHING_DONE.at())
    chain.rank(the_board.call.code, the_board.stage, the_board.body.code, order, by=user, at=at)
    return _KEPT


def _moved(order: list[str], code: str, *, by: int) -> list[str]:
    here = order.index(code)
    rest = [each for each in order if each != code]
    return [*rest[: max(0, here + by)], code, *rest[max(0, here + by) :]]


def _place(text: str) -> float:
    """A number as it was written; what is none goes to the end."""
    return int(text) if text.isascii() and text.isdigit() else float("inf")


def _page(request: HttpRequest, the_board: Board, bad: BadInput | None) -> HttpResponse:
    last = max(1, -(-len(the_board.waiting) // SIZE))
    number = min(page_number(request), last)
    waiting = the_board.waiting[(number - 1) * SIZE : number * SIZE]
    at = clock.now()
    sheets = sheets_of(waiting, on=lambda case: day_of(case, at))
    return render(request, "listings/listing.html", {
        "board": the_board, "waiting": [(case, _state(sheets[case.id])) for case in waiting], "number": number, "last": last,
        "total": len(the_board.waiting), "problems": bad.problems if bad else (), "is_full": _is_over(the_board),
    }, status=422 if bad else 200)  # fmt: skip


def _is_over(the_board: Board) -> bool:
    """Whether more stand on the list than there are places."""
    return the_board.left is not None and the_board.left < 0


def _state(the_sheet: Sheet) -> State:
    if the_sheet.failed:
        clauses = "、".join(dict.fromkeys(the_sheet.failed))
        return State(Text(f"不通过：{clauses}", f"failed: {clauses}"), "bad", is_ready=False)
    if left := len(the_sheet.unanswered):
        return State(Text(f"还有 {left} 条未核对", f"{left} still to check"), "warn", is_ready=False)
    return State(Text("核对完成", "checked"), "good", is_ready=True)


@require_http_methods(["GET", "POST"])
@signed_in
def send_list(request: HttpRequest, call: str, stage: str, body: str) -> HttpResponse:
    """Send the list up with its letter, after one more look at it."""
    user, at = person(request), clock.now()
    the_board = board(user, call, stage, body)
    typed = {"letter": posted(request, "letter", most=80).strip(), "letter_date": posted(request, "letter_date", most=20).strip()}
    if request.method == "GET":
        return _confirm(request, the_board, {"letter": "", "letter_date": at.date().isoformat()}, None)
    if not the_board.entries:  # a second click: it was sent a moment ago
        return HttpResponseRedirect(reverse("listing", args=[call, stage, body]))
    try:
        sent = chain.send_list(call, stage, body, letter=typed["letter"], letter_date=_day(typed["letter_date"]), by=user, at=at)
    except NotSeen:
        raise
    except BadInput as bad:
        return _confirm(request, the_board, typed, bad)
    messages.success(request, _SENT.filled(number=len(the_board.entries), letter=sent.letter).in_lang(lang()))
    return HttpResponseRedirect(reverse("sent-list", args=[sent.id]))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_BAD_DAY.at(text=text)) from None


def _confirm(request: HttpRequest, the_board: Board, typed: Mapping[str, str], bad: BadInput | None) -> HttpResponse:
    return render(request, "listings/send.html", {
        "board": the_board, "typed": typed, "problems": bad.problems if bad else (), "is_full": _is_over(the_board),
    }, status=422 if bad else 200)  # fmt: skip


@require_GET
@signed_in
def sent(request: HttpRequest, listing: int) -> HttpResponse:
    """A list that was sent, with its letter to take away."""
    return render(request, "listings/sent.html", {"list": sent_list(person(request), listing)})


@require_GET
@signed_in
def letter(request: HttpRequest, listing: int) -> HttpResponse:
    """The letter as PDF."""
    found = sent_list(person(request), listing)
    return _file(letter_pdf(_letter(found)), f"{found.listing.letter}.pdf", "application/pdf")


@require_GET
@signed_in
def sheet(request: HttpRequest, listing: int) -> HttpResponse:
    """The list as a workbook."""
    found = sent_list(person(request), listing)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(list_xlsx(_letter(found)), f"{found.listing.letter}.xlsx", kind)


def _letter(found: SentList) -> Letter:
    row = found.listing
    assert row.letter_date is not None  # a list that was sent has one
    return Letter(
        row.letter, called(row.body), called(found.to), called(row.call), row.letter_date,
        tuple(
            Entry(
                each.rank, each.code, each.title, each.unit, each.scheme.in_lang(lang()), each.leader, each.requested, each.remark
            )
            for each in found.entries
        ),
        found.quota, lang(),
    )  # fmt: skip


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    header = content_disposition_header(as_attachment=True, filename=name.replace("/", "-")) or "attachment"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": header})


addresses = [
    path("lists/", listings, name="listings"),
    path("lists/sent/<int:listing>/", sent, name="sent-list"),
    path("lists/sent/<int:listing>/letter.pdf", letter, name="sent-letter"),
    path("lists/sent/<int:listing>/list.xlsx", sheet, name="sent-sheet"),
    path("lists/<slug:call>/<slug:stage>/<slug:body>/", listing, name="listing"),
    path("lists/<slug:call>/<slug:stage>/<slug:body>/send/", send_list, name="send-list"),
]
