"""Talks before the award, the issue of a batch, and the awards as anyone may read and download them."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhinan.server import clock
from zhinan.server.actions import awards as acts
from zhinan.server.paper.sheet import Cell, rows_csv
from zhinan.server.queries import awarding, notices
from zhinan.server.queries.review_access import SEE, round_for, runs
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.address import cleaned, page_number, word
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import posted, told
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

#: So many awards on a page.
SIZE = 50
_BAD_MOMENT = Mistake(
    "talk-bad-moment", Text("看不懂时间“{text}”", "cannot read “{text}” as a moment"),
    Text("写成 2026-03-20 14:30", "write it as 2026-03-20 14:30"),
)  # fmt: skip
_TALKED = Text("谈话已登记：{code}", "The talk was entered: {code}")
_ISSUED = Text("已下达 {number} 项", "{number} awards were issued")
_COLUMNS = (
    Text("项目编号", "Number"), Text("项目名称", "Title"), Text("承担单位", "Unit"), Text("负责人", "Leader"),
    Text("专项", "Scheme"), Text("批次", "Call"), Text("主管部门", "Authority"), Text("文件", "Letter"),
    Text("支持金额（元）", "Amount (yuan)"), Text("下达日期", "Issued on"),
)  # fmt: skip


@require_GET
def awards(request: HttpRequest) -> HttpResponse:
    """Every award, to be found again for good."""
    words, year, rows = _wanted(request)
    last = max(1, -(-len(rows) // SIZE))
    number = min(page_number(request), last)
    filters = [
        {"name": "words", "label": Text("项目或单位名称", "Project or unit"), "value": words},
        {"name": "year", "label": Text("年份", "Year"), "value": year},
    ]
    shown = {
        "rows": rows[(number - 1) * SIZE : number * SIZE], "number": number, "last": last, "total": len(rows), "filters": filters,
        "sum": sum(row.amount for row in rows),
    }  # fmt: skip
    return render(request, "awards/awards.html", shown)


@require_GET
def awards_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a table of text."""
    headers = [column.in_lang(lang()) for column in _COLUMNS]
    rows: list[list[Cell]] = [
        [
            row.number, row.title, row.unit, row.leader, row.scheme.in_lang(lang()), row.call.in_lang(lang()),
            row.authority.in_lang(lang()), row.letter, f"{row.amount / 100:.2f}", row.issued_at.astimezone(clock.BEIJING).date(),
        ]
        for row in _wanted(request)[2]
    ]  # fmt: skip
    header = {"Content-Disposition": 'attachment; filename="awards.csv"'}
    return HttpResponse(rows_csv(headers, rows), content_type="text/csv; charset=utf-8", headers=header)


@require_GET
def awards_json(request: HttpRequest) -> HttpResponse:
    """The same list for machines: amounts in fen."""
    rows = [
        {
            "number": row.number, "title": row.title, "unit": row.unit, "leader": row.leader, "scheme": row.scheme.zh,
            "call": row.call.zh, "authority": row.authority.zh, "letter": row.letter, "amount_fen": row.amount,
            "issued_on": row.issued_at.astimezone(clock.BEIJING).date().isoformat(),
        }
        for row in _wanted(request)[2]
    ]  # fmt: skip
    return JsonResponse({"awards": rows}, json_dumps_params={"ensure_ascii": False})


def _wanted(request: HttpRequest) -> tuple[str, str, list[notices.PublicAward]]:
    words, year = word(request.GET, "words"), word(request.GET, "year", most=4)
    is_year = year.isascii() and year.isdigit() and 1990 <= int(year) <= 2200
    return words, year, notices.public_awards(words=words, year=int(year) if is_year else None, call=word(request.GET, "call"))


# -- in the office -----------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@signed_in
def round_awards(request: HttpRequest, code: str) -> HttpResponse:
    """What is left to do between the notice and the award, case by case: talk, clearance, issue."""
    user = person(request)
    bad: BadInput | None = None
    if request.method == "POST":
        try:
            messages.success(request, _do(request, code).in_lang(lang()))
            return HttpResponseRedirect(reverse("round-awards", args=[code]))
        except NotSeen:
            raise
        except BadInput as found:
            bad = found
    round = round_for(user, code, to=SEE)
    rows = awarding.standing(round)
    typed = {name: posted(request, name, most=4000) for name in _TYPED}
    shown = {
        "round": round, "rows": rows, "typed": typed, "problems": told(bad), "may": runs(user, round),
        "to_talk": [row for row in rows if row.may_talk], "to_issue": [row for row in rows if row.may_issue],
        "chosen": request.POST.getlist("case"), "now": f"{clock.now().astimezone(clock.BEIJING):%Y-%m-%d %H:%M}",
    }  # fmt: skip
    return render(request, "awards/round.html", shown, status=422 if bad else 200)


_TYPED = (
    "talk_case",
    "held_at",
    "place",
    "present",
    "matters",
    "promises",
    "is_unit_present",
    "is_leader_present",
    "letter",
    "fiscal",
)


def _do(request: HttpRequest, code: str) -> Text:
    user, at = person(request), clock.now()
    if posted(request, "do", most=10) == "talk":
        case = cleaned(posted(request, "talk_case", most=60))
        held = acts.Held(
            held_at=_moment(posted(request, "held_at", most=20)), place=posted(request, "place"), matters=posted(request,
            "matters", most=4000),
            present=posted(request, "present"), promises=posted(request, "promises", most=4000),
            is_unit_present=posted(request, "is_unit_present") == "是",
            is_leader_present=posted(request, "is_leader_present") == "是",
        )  # fmt: skip
        acts.hold_talk(code, case, held, by=user, at=at)
        return _TALKED.filled(code=case)
    codes = [cleaned(each) for each in request.POST.getlist("case")[:1000]]
    letter, is_done = posted(request, "letter", most=80), posted(request, "fiscal", most=2) == "是"
    issued = acts.issue(code, codes, letter=letter, fiscal_procedure_done=is_done, by=user, at=at)
    return _ISSUED.filled(number=len(issued))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=clock.BEIJING)
    except ValueError:
        raise Refused(_BAD_MOMENT.at(text=text)) from None


addresses = [
    path("awards/", awards, name="awards"),
    path("awards/awards.csv", awards_csv, name="awards-csv"),
    path("awards/awards.json", awards_json, name="awards-json"),
    path("rounds/<slug:code>/awards/", round_awards, name="round-awards"),
]
