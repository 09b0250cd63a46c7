"""Handing in: what is lacking, the undertaking, the receipt; and the application as a paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.policy.assess import LINE_FACT
from zhinan.server import clock, packs
from zhinan.server.actions import applications
from zhinan.server.paper.receipt import Receipt, receipt_pdf
from zhinan.server.paper.summary import ApplicationPaper, Grid, Section, application_pdf
from zhinan.server.queries.access import case_for, is_applicant, refuse_filling
from zhinan.server.queries.answers_told import grid, told
from zhinan.server.queries.applications import Filled, filled, form_for, may_submit
from zhinan.server.queries.changes import Shown, differences, last_submission, revision_of, shown_to, submission_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import called, lang
from zhinan.server.web.arrival import arrived_at
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.verdict_panel import conditions, linked, panel
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text, same

_NOT_AGREED = Mistake(
    "not-undertaken", Text("还没有勾选承诺", "the undertaking is not ticked"),
    Text("读过承诺后勾选，再提交", "read it, tick it, then hand the application in"),
)  # fmt: skip
#: More digits than any submission has.
_LONGEST = 9


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """What is lacking, how it stands, the undertaking; then handed in. Once it is, the receipt."""
    user = person(request)
    case = case_for(user, code)
    if not is_applicant(user, case):
        raise NotSeen
    last = last_submission(case)
    if request.method != "POST":
        if refusal := refuse_filling(user, case):
            if last is None:
                raise Refused(refusal)
            return HttpResponseRedirect(reverse("receipt", args=[code, last.number]))
        return _show(request, filled(case, on=clock.today()))
    if request.POST.get("agree") != "yes":
        return _show(request, filled(case, on=clock.today()), problems=[_NOT_AGREED.at()], status=422)
    number = request.POST.get("number", "")
    try:
        submission = applications.submit(
            code, by=user, at=clock.now(), begun_at=arrived_at(request), number=int(number) if _is_number(number) else None
        )
    except NotSeen:
        raise
    except BadInput as bad:
        return _show(request, filled(case, on=clock.today()), problems=bad.problems, is_agreed=True, status=422)
    messages.success(request, Text("已提交，回执如下", "Handed in; here is the receipt").in_lang(lang()))
    return HttpResponseRedirect(reverse("receipt", args=[code, submission.number]))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < _LONGEST


def _show(
    request: HttpRequest, now: Filled, *, problems: Sequence[Problem] = (), is_agreed: bool = False, status: int = 200
) -> HttpResponse:  # fmt: skip
    last, lacks = last_submission(now.case), linked(now)
    said = {lack.message for lack in lacks}
    context = {
        "case": now.case,
        "now": now,
        "lacks": lacks,
        "conditions": conditions(now),
        "panel": panel(now),
        "correction": now.correction,
        "problems": [each for each in problems if each.message not in said],
        "number": last.number + 1 if last else 1,
        "may": may_submit(person(request), now.case),
        "changes": changes(now),
        "is_agreed": is_agreed,
        "revision": revision_of(now),
        "scheme": packs.scheme(now.case.call.pack, now.case.scheme),
    }
    return render(request, "applications/submit.html", context, status=status)


class Told(NamedTuple):
    """A difference as people read it."""

    label: Text
    before: Text
    after: Text


def changes(now: Filled) -> list[Told]:
    """What is different from what was last handed in, in words."""
    made = []
    for each in differences(now):
        field = now.form.field(each.key)
        before, after = (told(field, text) if field else same(text) for text in (each.before, each.after))
        made.append(Told(each.label, before, after))
    return made


@require_POST
@signed_in
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """The leader hands the application to the unit's administrators."""
    applications.hand_over(code, by=person(request), at=clock.now())
    told_them = Text("已交单位管理员核对提交", "The unit's administrators have been asked to check it and hand it in")
    messages.success(request, told_them.in_lang(lang()))
    return HttpResponseRedirect(reverse("submit", args=[code]))


# ─── receipts and papers ───


@require_GET
@signed_in
def receipt(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What was handed in, when, and how anyone can check it."""
    case = case_for(person(request), code)
    submission = submission_of(case, number)
    line = _line(case, submission.content)
    context = {
        "case": case,
        "submission": submission,
        "papers": submission.content["papers"],
        "line": line,
        "verify": _verify(submission.receipt),
        "scheme": packs.scheme(case.call.pack, case.scheme),
        "is_mine": is_applicant(person(request), case),
    }
    return render(request, "applications/receipt.html", context)


def _verify(receipt: str) -> str:
    return f"{settings.BASE_URL}/verify/{receipt}/"


@require_GET
@signed_in
def receipt_as_pdf(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The receipt to print or keep."""
    case = case_for(person(request), code)
    submission = submission_of(case, number)
    content = submission.content
    made = receipt_pdf(
        Receipt(
            number=submission.receipt,
            call_title=called(case.call),
            scheme=packs.scheme(case.call.pack, case.scheme).name.in_lang(lang()),
            line=_line(case, content).in_lang(lang()),
            title=content["title"],
            unit=content["unit_name"],
            leader=content["leader"],
            submitted_at=localtime(submission.at),
            content_hash=submission.content_hash,
            verify_url=_verify(submission.receipt),
            authority=called(case.call.authority),
            lang=lang(),
            attachments=tuple((paper["name"], paper["sha256"], paper["size"]) for paper in content["papers"]),
        )
    )
    return _pdf(made, f"{submission.receipt}.pdf")


@require_GET
@signed_in
def application_as_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The whole application as a paper: for its applicant as it stands, for everyone else as it was handed in."""
    case = case_for(person(request), code)
    shown = shown_to(person(request), filled(case, on=clock.today()))
    paper = ApplicationPaper(
        title=case.title or called(case.call),
        code=case.code,
        call_title=called(case.call),
        unit=case.organisation.name,
        sections=_sections(case, shown),
        status=shown.status.in_lang(lang()),
        content_hash=shown.content_hash,
        printed_at=clock.now(),
        lang=lang(),
    )
    return _pdf(application_pdf(paper), f"{case.code}.pdf")


def _sections(case, shown: Shown) -> tuple[Section, ...]:  # type: ignore[no-untyped-def]  # a row, which pages do not name
    form, sections = form_for(case.call, case.scheme, shown.texts.get(LINE_FACT, "")), []
    for page in form.pages:
        rows = tuple(
            (field.label.in_lang(lang()), told(field, shown.texts.get(field.key, "")).in_lang(lang()))
            for field in page.fields if field.kind != "records"
        )  # fmt: skip
        lists = [field for field in page.fields if field.kind == "records"]
        tables = tuple(Grid(field.label.in_lang(lang()), *grid(field, shown.texts.get(field.key, ""), lang())) for field in lists)
        sections.append(Section(page.title.in_lang(lang()), rows, tables))
    papers = tuple((upload.name.in_lang(lang()), "、".join(shown.papers.get(upload.id, ()))) for upload in form.uploads)
    return (*sections, Section(Text("附件", "Attachments").in_lang(lang()), papers)) if papers else tuple(sections)


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


def _line(case, content) -> Text:  # type: ignore[no-untyped-def]  # rows, which pages do not name
    text = next((each["text"] for each in content["answers"] if each["key"] == LINE_FACT), "")
    field = form_for(case.call, case.scheme).field(LINE_FACT)
    return told(field, text) if field and text else same("")


addresses = [
    path("cases/<slug:code>/submit/", submit, name="submit"),
    path("cases/<slug:code>/hand-over/", hand_over, name="hand-over"),
    path("cases/<slug:code>/receipt/<int:number>/", receipt, name="receipt"),
    path("cases/<slug:code>/receipt/<int:number>.pdf", receipt_as_pdf, name="receipt-pdf"),
    path("cases/<slug:code>/application.pdf", application_as_pdf, name="application-pdf"),
]
