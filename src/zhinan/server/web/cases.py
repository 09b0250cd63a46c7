"""A case as everyone who may sees it: where it stands and what can be done, what was handed in, what was found, what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from zhinan.lifecycle.kinds import ActionKind
from zhinan.policy.form import Page
from zhinan.server import clock, packs
from zhinan.server.actions.chain import MARK_KINDS
from zhinan.server.actions.offering import Offer, day_of, offered
from zhinan.server.queries import cases
from zhinan.server.queries.access import case_for, is_applicant, is_open_for_filling
from zhinan.server.queries.answers_told import grid, told
from zhinan.server.queries.applications import Filled, filled
from zhinan.server.queries.changes import Difference, corrected, last_submission, shown_to
from zhinan.server.queries.lists import goes_by_list
from zhinan.server.queries.results import comments_for
from zhinan.server.queries.sheets import sheet
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web import check_sheets, moves
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.verdict_panel import Panel, conditions, panel
from zhinan.values.problem import Problem
from zhinan.values.quantity import format_money
from zhinan.values.text import Text, same

VERDICTS = {
    "eligible": (Text("符合条件", "Eligible"), "good"), "undetermined": (Text("还不能判断", "Not known yet"), "warn"),
    "ineligible": (Text("不符合条件", "Not eligible"), "bad"), "": (Text("—", "—"), "quiet"),
}  # fmt: skip
#: So many ways to refuse stand beside the other steps.
_FEW = 2
_TABS = (
    ("case", Text("概况", "Overview")), ("case-content", Text("申报内容", "Application")),
    ("case-checks", Text("核对", "Checks")), ("case-history", Text("办理记录", "Record")),
)  # fmt: skip
_TONES = {ActionKind.PASS: "", ActionKind.RETURN: "plain", ActionKind.SEND_BACK: "plain", ActionKind.REJECT: "danger"}


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be done here."""

    label: Text
    href: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something that cannot be done now, and why."""

    name: Text
    problem: Problem


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of what is known."""

    label: Text
    value: Text | str
    note: Text | str = ""
    href: str = ""


@require_GET
@signed_in
def case(request: HttpRequest, code: str) -> HttpResponse:
    """Where the case stands, and what the person can do now."""
    user, at = person(request), clock.now()
    row = case_for(user, code)
    now = filled(row, on=day_of(row, at))
    mine = is_applicant(user, row)
    standing = cases.standing_of(row, at=at)
    offers = () if mine else offered(row, by=user, at=at)
    is_read_live = mine or not is_open_for_filling(row)
    return render(request, "cases/case.html", {
        **_frame(now, "case", standing), "steps": cases.steps_of(row), "facts": _facts(now, standing, is_read_live=is_read_live),
        **_apart(_mine(now) if mine else _theirs(now, offers)), "withheld": _withheld(offers), "is_mine": mine,
        "correction": now.correction, "panel": _panel(now, mine=mine) if is_read_live else None,
        "receipts": cases.receipts_of(row), "has_offers": bool(offers), "comments": comments_for(row, user, at=at),
    })  # fmt: skip


def _frame(now: Filled, tab: str, standing: cases.Standing) -> dict[str, object]:
    row = now.case
    tabs = [{"label": name, "href": reverse(url, args=[row.code]), "is_current": url == tab} for url, name in _TABS]
    return {"case": row, "name": row.title or row.code, "standing": standing, "tabs": tabs, "scheme": now.result.scheme.name}


def _facts(now: Filled, standing: cases.Standing, *, is_read_live: bool) -> list[Fact]:
    row = now.case
    last = None if is_read_live else last_submission(row)
    verdict, grant = (last.verdict, last.grant) if last else (row.verdict, row.grant)
    guide = reverse("guide-scheme", args=[row.call.pack, row.scheme])
    line = next((each.name for each in now.result.scheme.branches if each.id == now.result.line), None)
    facts = [
        Fact(Text("编号", "Code"), row.code),
        Fact(Text("申报单位", "Unit"), row.organisation.name, row.organisation.uscc),
        Fact(Text("负责人", "Leader"), row.leader.name),
        Fact(Text("批次", "Call"), Text(row.call.title_zh, row.call.title_en), href=reverse("call", args=[row.call.code])),
        Fact(Text("事项", "Scheme"), now.result.scheme.name, line or "", guide),
        Fact(Text("现在等", "Waiting for"), standing.waits_for), Fact(Text("办理期限", "Due"), _until(standing)),
        Fact(Text("提交时间", "Handed in"), _moment(row.submitted_at)),
        Fact(Text("条件核对", "Conditions"), VERDICTS[verdict][0]),
        Fact(Text("按公式计算的支持金额", "Grant by the formula"), "—" if grant is None else _money(grant)),
    ]  # fmt: skip
    return [*facts, Fact(Text("选题", "Topic"), row.topic.title)] if row.topic else facts


def _until(standing: cases.Standing) -> Text:
    if standing.until is None:
        return Text("未设定", "not set")
    late = Text("（已逾期）", " (overdue)") if standing.is_late else Text("", "")
    told = _moment(standing.until)
    return Text(f"{told}{late.zh}", f"{told}{late.en}")


def _moment(at: datetime | None) -> str:
    return "—" if at is None else f"{at.astimezone(clock.BEIJING):%Y-%m-%d %H:%M}"


def _money(fen: int) -> Text:
    return Text(format_money(fen, "zh"), format_money(fen, "en"))


def _mine(now: Filled) -> list[Button]:
    """What the applicant can do: all of it on the pages of the form."""
    row = now.case
    if not is_open_for_filling(row):
        return []
    return [
        Button(Text("继续填写", "Go on filling in"), f"/cases/{row.code}/form/"),
        Button(Text("核对并提交", "Check and hand in"), f"/cases/{row.code}/submit/", "plain"),
        Button(Text("撤回", "Withdraw"), f"/cases/{row.code}/withdraw/", "textual"),
    ]


def _theirs(now: Filled, offers: tuple[Offer, ...]) -> list[Button]:
    """What an officer can do: check first, then what the procedure offers."""
    row = now.case
    buttons = []
    if any(offer.needs.check or offer.goes_by_list for offer in offers):
        done = sheet(now, row.stage)
        label = Text(f"核对（{done.answered}/{done.asked}）", f"Check ({done.answered}/{done.asked})")
        buttons.append(Button(label, reverse("check-sheet", args=[row.code]), "plain" if done.answered == done.asked else ""))
    for offer in offers:
        if offer.problem is None and not offer.goes_by_list:
            href = reverse("move", args=[row.code, offer.action.id])
            buttons.append(Button(offer.action.name, href, _TONES.get(offer.kind, "plain")))
    if goes_by_list(row) is not None and row.body is not None and any(offer.goes_by_list for offer in offers):
        href = reverse("listing", args=[row.call.code, row.stage, row.body.code])
        buttons.append(Button(Text("推荐清单", "The list it goes up on"), href, "plain"))
    return buttons


def _apart(buttons: list[Button]) -> dict[str, list[Button]]:
    """Many ways to refuse are folded away, so that what is usual is seen first."""
    refusing = [button for button in buttons if button.tone == "danger"]
    if len(refusing) <= _FEW:
        return {"buttons": buttons, "refusing": []}
    return {"buttons": [button for button in buttons if button.tone != "danger"], "refusing": refusing}


def _withheld(offers: tuple[Offer, ...]) -> list[Withheld]:
    return [Withheld(offer.action.name, offer.problem) for offer in offers if offer.problem is not None]


def _panel(now: Filled, *, mine: bool) -> Panel:
    """The panel; what to fill in next is the applicant's alone."""
    whole = panel(now)
    if mine and is_open_for_filling(now.case):
        return whole
    says = VERDICTS[now.result.verdict.value][0]
    return replace(whole, says=says, unknown=tuple(replace(each, fill=()) for each in whole.unknown))


# -- what was handed in ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One answer as it is read; a list of rows comes as a table."""

    key: str
    label: Text
    value: Text
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the form as it was filled in."""

    id: str
    title: Text
    lines: tuple[Line, ...]


@require_GET
@signed_in
def content(request: HttpRequest, code: str) -> HttpResponse:
    """What was filled in, page by page, with what a correction changed."""
    user, at = person(request), clock.now()
    row = case_for(user, code)
    now = filled(row, on=day_of(row, at))
    shown = shown_to(user, now)
    changes = () if is_open_for_filling(row) else corrected(now)
    changed = {change.key for change in changes}
    sheets = [Sheet(page.id, page.title, tuple(_lines(page, shown.texts, changed))) for page in now.form.pages]
    papers = cases.papers_of(now, user)
    return render(request, "cases/content.html", {
        **_frame(now, "case-content", cases.standing_of(row, at=at)), "shown": shown,
        "sheets": [each for each in sheets if each.lines],
        "changes": [_told(now, change) for change in changes],
        "papers": [(upload, papers.get(upload.id, ()), upload.id in changed) for upload in now.form.uploads],
    })  # fmt: skip


def _lines(page: Page, texts: Mapping[str, str], changed: set[str]) -> Iterator[Line]:
    for field in page.fields:
        if text := texts.get(field.key, "").strip():
            headers, rows = grid(field, text, lang()) if field.kind == "records" else ((), ())
            yield Line(field.key, field.label, told(field, text), headers, rows, field.key in changed)


def _told(now: Filled, change: Difference) -> dict[str, object]:
    """A change as people read it."""
    field = now.form.field(change.key)
    before, after = (told(field, text) if field else same(text) for text in (change.before, change.after))
    return {"label": change.label, "before": before, "after": after}


@require_GET
@signed_in
def checks(request: HttpRequest, code: str) -> HttpResponse:
    """What the platform and the bodies have found, clause by clause."""
    user, at = person(request), clock.now()
    row = case_for(user, code)
    now = filled(row, on=day_of(row, at))
    is_read_live = is_applicant(user, row) or not is_open_for_filling(row)
    return render(request, "cases/checks.html", {
        **_frame(now, "case-checks", cases.standing_of(row, at=at)), "conditions": conditions(now) if is_read_live else (),
        "sheets": cases.passed_sheets(now, user), "pack": packs.pack(row.call.pack),
    })  # fmt: skip


@require_GET
@signed_in
def history(request: HttpRequest, code: str) -> HttpResponse:
    """What was done, by whom and when; the lists it went up on; what was sent back."""
    user, at = person(request), clock.now()
    row = case_for(user, code)
    now = filled(row, on=day_of(row, at))
    return render(request, "cases/history.html", {
        **_frame(now, "case-history", cases.standing_of(row, at=at)), "story": cases.story_of(row, user),
        "lists": cases.lists_of(row, user), "corrections": [_correction(now, each) for each in cases.corrections_of(row)],
        "receipts": cases.receipts_of(row), "is_mine": is_applicant(user, row),
    })  # fmt: skip


def _correction(now: Filled, returned: cases.Returned) -> dict[str, object]:
    names = {field.key: field.label for field in now.form.fields} | {upload.id: upload.name for upload in now.form.uploads}
    marks = [
        {"label": names.get(key, same(key)), "kind": MARK_KINDS.get(kind, same("")), "note": note}
        for key, kind, note in returned.marks
    ]
    return {"row": returned.row, "stage": returned.stage, "marks": marks}


addresses = [
    path("cases/<slug:code>/", case, name="case"),
    path("cases/<slug:code>/content/", content, name="case-content"),
    path("cases/<slug:code>/checks/", checks, name="case-checks"),
    path("cases/<slug:code>/history/", history, name="case-history"),
    *check_sheets.addresses,
    *moves.addresses,
]
