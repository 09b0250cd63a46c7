"""The draw of a round on its pages: feasible or not, the cap's price, commit, seal, open, draw; the panels; what is public."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhinan.assignment.plan import Short
from zhinan.server import clock
from zhinan.server.actions import draws as acts
from zhinan.server.actions import seats
from zhinan.server.actions.draws import GIVES_WAY
from zhinan.server.paper.panels import Row, panels_xlsx
from zhinan.server.queries import draws as reads
from zhinan.server.queries import panels as sitting
from zhinan.server.queries import published_draws
from zhinan.server.queries.review_access import SEE, round_for, runs
from zhinan.server.queries.rounds import left_review
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import called, lang
from zhinan.server.web.address import page_number, word
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.files import download
from zhinan.server.web.typed import Box, posted, told
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.server.models import Draw, Round

#: So many panels stand on a page, so many draws on theirs.
SIZE, DRAWS = 10, 25
#: The caps whose price is shown beside the round's own.
CAPS = (340, 500, 700, 1000)
_COMMITTED = Text("抽取已提交，承诺哈希已公布：{hash}", "The draw is committed and its hash is public: {hash}")
_SEALED = Text("已封存。请记住您的短语，开启时要一字不差", "Sealed. Remember your phrase: it must be said again exactly")
_OPENED = Text("已开启", "Opened")
_DRAWN = Text("专家组已抽出，席位已通知专家", "The panels are drawn and the experts were told")
_VOIDED = Text("这次抽取已作废，可以重新提交", "The draw is void; a new one can be committed")
_RELAXED = Text("已放宽，理由留痕", "The rule gives way; the reason is on record")
_FOLLOWS = Text("已更换，由 {label} 席递补", "Replaced: seat {label} follows")
_NOBODY = Text("已撤下，暂时无人可以递补", "Taken off; nobody can take the seat")
_NOTHING_DONE = Mistake(
    "draw-no-such-step", Text("没有看懂要做什么，什么也没有变", "it is not clear what to do; nothing was changed"),
    Text("用页面上的按钮再试一次", "try again with the buttons of the page"),
)  # fmt: skip
SEAT_KINDS = {"technical": Text("技术", "technical"), "finance": Text("财务管理", "finance")}
SEAT_STATES: dict[str, tuple[Text, str]] = {
    "asked": (Text("待答复", "not answered"), "warn"), "taken": (Text("已接受", "taken"), "good"),
    "declined": (Text("谢绝", "declined"), "quiet"), "conflicted": (Text("申报回避", "stood aside"), "quiet"),
    "replaced": (Text("已更换", "replaced"), "quiet"),
}  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@signed_in
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """The draw of a round, step by step."""
    user, bad, at = person(request), None, clock.now()
    row = round_for(user, code, to=SEE)
    if request.method == "POST":
        try:
            said, where = _step(request, code, at=at)
            messages.success(request, said.in_lang(lang()))
            return HttpResponseRedirect(reverse(where, args=[code]))
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
            row.refresh_from_db()
    may, now = runs(user, row), reads.current_draw(row)
    is_open = row.status == "asking" and now is None
    step = posted(request, "do", most=20).partition(":")[0]
    shown: dict[str, object] = {
        "round": row, "problems": told(bad), "may": may, "draw": now,
        "published": published_draws.published(now) if now else None,
        "before": [published_draws.published(each) for each in row.draws.exclude(void_at=None).order_by("-number")],
        "obstacles": left_review(row) if row.status in ("asking", "drawing") else [], "at": at,
        "may_void": may and now is not None
        and row.status in ("drawing", "scoring"), "void_open": bad is not None and step == "void",
        "reason": [Box("reason", Text("理由", "Reason"), "longtext", posted(request, "reason", most=400))],
        "is_plan": row.mode == "plan", "beacon": posted(request, "beacon", most=200), "parties": acts.PARTY_NAMES,
    }  # fmt: skip
    if is_open:
        shown |= _prospect(request, row, may=may, at=at)
    if now is not None and now.drawn_at is None:
        shown |= _sealing(now, user.username)
    return render(request, "draws/draw.html", shown, status=422 if bad else 200)


def _sealing(now: Draw, login: str) -> dict[str, object]:
    """Who has sealed and opened, and what is left for this person to do."""
    opened = {each["place"] for each in now.openings}
    mine = next((place for place, each in enumerate(now.sealed) if each.get("by") == login), None)
    beacon = next((place for place, each in enumerate(now.sealed) if each["party"] == acts.BEACON), None)
    parties = sum(each["party"] != acts.BEACON for each in now.sealed)
    return {
        "seals": [(acts.PARTY_NAMES[each["party"]], each["hash"] or each.get("name", ""), place in opened) for place,
            each in enumerate(now.sealed)],
        "may_seal": mine is None and not opened, "may_open": mine is not None and mine not in opened and parties >= acts.PARTIES,
        "may_enter": beacon is not None and beacon not in opened and parties >= acts.PARTIES,
        "is_ready": now.mode == "plan" or (parties >= acts.PARTIES and len(opened) == len(now.sealed)),
        "parties_needed": acts.PARTIES,
        "least": acts.NONCE_LEAST,
    }  # fmt: skip


def _prospect(request: HttpRequest, row: Round, *, may: bool, at: datetime) -> dict[str, object]:
    """What a draw made now would be: whether it can be, what would help, what each cap costs."""
    found = reads.feasible(row, at=at)
    clickable = [each for each in found.relaxations if each.rule in GIVES_WAY and not each.subject]
    odds: tuple[object, ...] = ()
    if may and found.experts and not found.shortages and word(request.GET, "curve"):
        try:
            odds = tuple((each, each.cap == row.cap) for each in reads.curve(row, sorted({*CAPS, row.cap}), at=at))
        except Short:
            odds = ()
    again = row.draws.exists()
    return {
        "prospect": found, "relaxations": clickable,
        "advice": [each for each in found.relaxations if each not in clickable and not each.subject],
        "odds": odds, "per_cent": 10_000 * row.panel["size"], "again": again, "new_reason": posted(request, "again", most=400),
    }  # fmt: skip


def _step(request: HttpRequest, code: str, *, at: datetime) -> tuple[Text, str]:
    """Do what a button of the page says: what to tell, and which page comes next."""
    user = person(request)
    step, _, what = posted(request, "do", most=60).partition(":")
    if step == "commit":
        beacon = posted(request, "beacon", most=200)
        made = acts.commit(code, by=user, at=at, reason=posted(request, "again", most=400), beacon=beacon)
        return _COMMITTED.filled(hash=made.commit_hash[:16]), "draw"
    if step == "seal":
        acts.seal(code, posted(request, "phrase", most=400), hashed=posted(request, "hashed", most=100), by=user, at=at)
        return _SEALED, "draw"
    if step == "open":
        acts.open_seal(code, posted(request, "phrase", most=400), by=user, at=at)
        return _OPENED, "draw"
    if step == "beacon":
        acts.open_beacon(code, posted(request, "said", most=400), by=user, at=at)
        return _OPENED, "draw"
    if step == "draw":
        acts.draw(code, by=user, at=at)
        return _DRAWN, "panels"
    if step == "void":
        acts.void(code, posted(request, "reason", most=400), by=user, at=at)
        return _VOIDED, "draw"
    rule, _, value = what.partition("=")
    if step == "relax" and value.isascii() and value.isdigit() and len(value) < 8:
        acts.relax(code, rule, int(value), posted(request, "why", most=400), by=user, at=at)
        return _RELAXED, "draw"
    raise Refused(_NOTHING_DONE.at())


# -- panels ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in
def panels(request: HttpRequest, code: str) -> HttpResponse:
    """Every panel, and for every seat why this expert; why somebody else was not drawn; an expert taken off."""
    user, bad = person(request), None
    row = round_for(user, code, to=SEE)
    if request.method == "POST":
        try:
            messages.success(request, _replace(request, code).in_lang(lang()))
            return HttpResponseRedirect(request.get_full_path())
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
    try:
        sitting.drawn_draw(row)
    except NotSeen:
        return render(request, "draws/panels.html", {"round": row, "found": None, "problems": told(bad)})
    last = max(1, -(-row.cases.count() // SIZE))
    number = min(page_number(request), last)
    found = sitting.panels_of(row, first=(number - 1) * SIZE, most=SIZE)
    asked = {"case": word(request.GET, "case", most=10), "expert": word(request.GET, "expert", most=40)}
    return render(request, "draws/panels.html", {
        "round": row, "found": found, "problems": told(bad), "may": runs(user, row) and row.status == "scoring", "number": number,
        "last": last, "total": found.cases, "kinds": SEAT_KINDS, "states": SEAT_STATES, "asked": asked,
        "answer": _why(row, **asked) if all(asked.values()) else None, "given": posted(request, "do", most=40),
        "tiles": _tiles(found), "reason": posted(request, "reason", most=400),
    }, status=422 if bad else 200)  # fmt: skip


def _tiles(found: sitting.Panels) -> list[dict[str, object]]:
    return [
        {"value": found.cases, "label": Text("专家组", "panels")},
        {"value": f"{found.mean / 10_000:.0f}%", "label": Text("平均匹配度", "mean match of a seat")},
        {
            "value": f"{found.worst / 10_000:.0f}%", "label": Text("最弱一组", "weakest panel"),
            "note": Text(f"{found.worst_number} 号", f"no. {found.worst_number}"),
        },
        {"value": found.waiting, "label": Text("席待答复", "seats not answered"), "tone": "warn" if found.waiting else ""},
        {"value": found.empty, "label": Text("席空缺", "seats empty"), "tone": "bad" if found.empty else ""},
    ]  # fmt: skip


def _why(row: Round, case: str, expert: str) -> Text:
    """Why an expert has no seat (or has one) in a case, both as they were written."""
    number = case if not (case.isascii() and case.isdigit()) else f"{int(case):04d}"
    try:
        return sitting.told(sitting.drawn_draw(row)).why(number, expert).text
    except KeyError:
        return Text("这位专家没有参加这次抽取，或者没有这个编号的项目", "the expert was not drawn from, or there is no such case")


def _replace(request: HttpRequest, code: str) -> Text:
    step, _, seat = posted(request, "do", most=40).partition(":")
    if step != "replace" or not (seat.isascii() and seat.isdigit()):
        raise Refused(_NOTHING_DONE.at())
    made = seats.replace_expert(code, int(seat), posted(request, "reason", most=400), by=person(request), at=clock.now())
    return _FOLLOWS.filled(label=made.label) if made else _NOBODY


@require_GET
@signed_in
def panels_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The panels as a workbook."""
    row = round_for(person(request), code, to=SEE)
    found = sitting.panels_of(row)
    rows = [
        Row(
            panel.number, panel.place.case.code, panel.place.case.title, panel.place.case.organisation.name, each.seat.label,
            SEAT_KINDS[each.seat.kind], each.seat.expert.name, each.seat.expert.code, each.seat.expert.unit_name, each.match,
            each.chance, SEAT_STATES[each.seat.status][0], each.seat.reason,
        )
        for panel in found.shown for each in (*panel.seats, *panel.given_up)
    ]  # fmt: skip
    return download(panels_xlsx(called(row), rows, lang()), f"{row.code}-panels.xlsx", XLSX)


# -- for everyone --------------------------------------------------------------------------------------


@require_GET
def draws(request: HttpRequest) -> HttpResponse:
    """Every draw that was committed."""
    page = Paginator(published_draws.published_draws(), DRAWS).get_page(page_number(request))
    return render(request, "draws/draws.html", {
        "rows": [published_draws.published(each) for each in page.object_list], "number": page.number,
        "last": page.paginator.num_pages, "total": page.paginator.count,
    })  # fmt: skip


@require_GET
def public_draw(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A draw as anyone may read and repeat it."""
    shown = published_draws.published_draw(code, number)
    return render(request, "draws/public.html", {"it": shown, "draw": shown.draw, "parties": acts.PARTY_NAMES})


@require_GET
def draw_bundle(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The file from which anyone can repeat the draw."""
    row = published_draws.published_draw(code, number).draw
    content = json.dumps(published_draws.bundle_of(row), ensure_ascii=False, sort_keys=True, indent=1)
    return download(content.encode(), f"{code}-draw-{number}.json", "application/json")


addresses = [
    path("rounds/<slug:code>/draw/", draw, name="draw"),
    path("rounds/<slug:code>/panels/", panels, name="panels"),
    path("rounds/<slug:code>/panels.xlsx", panels_sheet, name="panels-sheet"),
    path("draws/", draws, name="draws"),
    path("draws/<slug:code>/<int:number>/", public_draw, name="public-draw"),
    path("draws/<slug:code>/<int:number>/bundle.json", draw_bundle, name="draw-bundle"),
]
