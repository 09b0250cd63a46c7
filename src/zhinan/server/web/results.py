"""The results of a round: sheets by label, scores and how they came, closing the scoring, reasons, the committee's advice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhinan.server import clock
from zhinan.server.actions import results as actions
from zhinan.server.paper.score_sheets import CaseSheets, Scored, score_sheets_docx, score_sheets_pdf, score_sheets_xlsx
from zhinan.server.queries import results as queries
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import called, lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.files import download
from zhinan.server.web.score_chart import Shown, chart
from zhinan.server.web.typed import posted
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

_CLOSED = Text("评分已结束，得分已算出", "The scoring is over and the scores are worked out")
_AGAIN = Text("得分已重新计算", "The scores were worked out again")
_KEPT = Text("已记录", "Put on record")
_EXPLAINED = Text("说明已提交，谢谢", "Your reasons are on record. Thank you")
KINDS = {
    "pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_MAKE: Mapping[str, Callable[[CaseSheets], bytes]] = {
    "pdf": score_sheets_pdf, "docx": score_sheets_docx, "xlsx": score_sheets_xlsx,
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in
def results(request: HttpRequest, code: str) -> HttpResponse:
    """The scores of a round; from here its scoring is closed, the line is drawn, missing reasons are recorded."""
    if request.method == "POST":
        try:
            messages.success(request, _do(request, code).in_lang(lang()))
        except NotSeen:
            raise
        except BadInput as bad:
            return _page(request, code, bad)
        return HttpResponseRedirect(reverse("results", args=[code]))
    return _page(request, code, None)


def _do(request: HttpRequest, code: str) -> Text:
    """What a button of the page says: close, work out again, or record why a reason is missing."""
    user, at = person(request), clock.now()
    step, _, about = posted(request, "do", most=60).partition(":")
    line = whole(posted(request, "line", most=9))
    if step == "close":
        major = {number for each in request.POST.getlist("major") if (number := whole(each)) is not None}
        actions.close(code, by=user, at=at, major=major, line=line)
        return _CLOSED
    if step == "again":
        actions.work_out_again(code, by=user, at=at, line=line)
        return _AGAIN
    about_case, _, label = about.partition("-")
    reason = posted(request, f"reason:{about}", most=1000)
    actions.excuse(code, whole(about_case) or 0, label, reason, by=user, at=at)
    return _KEPT


def whole(text: str) -> int | None:
    """A whole number as it was typed; `None` for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _page(request: HttpRequest, code: str, bad: BadInput | None) -> HttpResponse:
    found = queries.results(person(request), code)
    round = found.round
    order = sorted(found.lines, key=lambda line: (line.place.official is None, -(line.place.official or 0), line.place.number))
    line = round.figures.get("line")
    return render(request, "results/results.html", {
        "found": found, "round": round, "lines": order, "line": line,
        "chart": _chart(found, order, line), "problems": bad.problems if bad else (), "labels": _labels(found),
        "typed_line": posted(request, "line", most=9) if bad else line or "", "is_scoring": round.status == "scoring",
        "is_closed": round.status == "closed", "is_scored": round.status in queries.SCORED,
        "may_close": found.may_run and round.status == "scoring", "reasons": _reasons(found),
    }, status=422 if bad else 200)  # fmt: skip


def _labels(found: queries.Results) -> list[str]:
    return sorted({sheet.label for line in found.lines for sheet in line.sheets})


def _chart(found: queries.Results, order: list[queries.Line], line: int | None) -> object:
    if found.round.status not in queries.SCORED:
        return None
    return chart([
        Shown(
            f"{each.place.number} · {each.case.title}"[:12], [sheet.total for sheet in each.sheets if sheet.total is not None],
            each.place.official, each.place.calibrated, each.place.standard_error, is_above=line is None or at < line,
        )
        for at, each in enumerate(order)
    ])  # fmt: skip


def _reasons(found: queries.Results) -> list[dict[str, object]]:
    """The outlying sheets, each with its reason or with what is still to be recorded."""
    return [
        {"line": line, "sheet": sheet, "about": f"{line.place.number}-{sheet.label}"}
        for line in found.lines for sheet in line.sheets if sheet.is_wild
    ]  # fmt: skip


# -- one case -----------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@signed_in
def case_results(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The sheets of one case by label, and the committee's advice where it is before it."""
    bad: BadInput | None = None
    if request.method == "POST":
        try:
            actions.advise(
                code, number, supports=posted(request, "advice", most=10) == "support", reason=posted(request, "reason"),
                by=person(request), at=clock.now(), academician_present=posted(request, "academician", most=5) == "yes",
            )  # fmt: skip
        except NotSeen:
            raise
        except BadInput as problem:
            bad = problem
        else:
            messages.success(request, _KEPT.in_lang(lang()))
            return HttpResponseRedirect(reverse("case-results", args=[code, number]))
    found, line = queries.case_line(person(request), code, number)
    return render(request, "results/case.html", {
        "found": found, "round": found.round, "line": line, "problems": bad.problems if bad else (),
        "typed": {"reason": posted(request, "reason"), "advice": posted(request, "advice", most=10)} if bad else {},
        "kinds": [("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel")], "criteria": _criteria(found, line),
        "is_at_committee": found.may_run and queries.is_at_committee(line.case),
    }, status=422 if bad else 200)  # fmt: skip


def _criteria(found: queries.Results, line: queries.Line) -> list[tuple[object, list[str]]]:
    """Each criterion of the sheet with the points it got, in the order of the labels."""
    return [(each, [sheet.points[at] for sheet in line.sheets]) for at, each in enumerate(found.form.criteria)]


@require_GET
@signed_in
def score_sheets(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    """The sheets of a case by label, to take away."""
    found, line = queries.case_line(person(request), code, number)
    if kind not in _MAKE:
        raise NotSeen
    how = line.how.in_lang(lang())
    paper = CaseSheets(
        called(found.round), found.round.code, number, line.case.code, line.case.title, line.place.official, how,
        tuple((each.name.in_lang(lang()), f"{each.weight:f}", f"{each.most:f}") for each in found.form.criteria),
        tuple(_scored(sheet) for sheet in line.sheets), clock.now(), lang(),
    )  # fmt: skip
    return download(_MAKE[kind](paper), f"{found.round.code}-{number}.{kind}", KINDS[kind])


def _scored(sheet: queries.Sheet) -> Scored:
    verdict, total = sheet.verdict.in_lang(lang()), sheet.total
    assert total is not None  # a sheet that was handed in has one
    return Scored(
        sheet.label, sheet.pass_number, sheet.points, total, verdict, sheet.comment, sheet.wild_reason or sheet.excused
    )  # fmt: skip


# -- an expert's reason -------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@signed_in
def explain_wild(request: HttpRequest, seat: int) -> HttpResponse:
    """An expert says why their score is far from the others."""
    user = person(request)
    asked, bad = queries.reason_asked(user, seat), None
    if request.method == "POST":
        try:
            actions.explain_wild(seat, posted(request, "reason", most=1000), by=user, at=clock.now())
        except NotSeen:
            raise
        except BadInput as found:
            bad = found
        else:
            messages.success(request, _EXPLAINED.in_lang(lang()))
            return HttpResponseRedirect(reverse("explain-wild", args=[seat]))
    text = posted(request, "reason", most=1000) if bad else asked.reason
    return render(request, "results/explain.html", {
        "asked": asked, "text": text, "problems": bad.problems if bad else (),
    }, status=422 if bad else 200)  # fmt: skip


addresses = [
    path("rounds/<slug:code>/results/", results, name="results"),
    path("rounds/<slug:code>/results/<int:number>/", case_results, name="case-results"),
    path("rounds/<slug:code>/results/<int:number>/sheets.<slug:kind>", score_sheets, name="score-sheets"),
    path("reviewing/seat/<int:seat>/explain/", explain_wild, name="explain-wild"),
]
