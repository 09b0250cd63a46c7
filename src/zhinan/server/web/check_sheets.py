"""The form check, clause by clause: what the platform found stands beside what an officer answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from zhinan.server import clock, packs
from zhinan.server.actions import chain
from zhinan.server.actions.offering import day_of
from zhinan.server.queries.access import ACT, case_for
from zhinan.server.queries.applications import Filled, filled
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.lists import goes_by_list
from zhinan.server.queries.sheets import Line, Sheet, sheet
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import posted
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

MARKS = (
    ("yes", Text("是", "Yes")),
    ("no", Text("否", "No")),
    ("not-asked", Text("不适用", "Does not apply")),
    ("", Text("稍后再答", "Later")),
)
KINDS = {
    "judgement": Text("由人判断", "for a person to judge"), "evidence": Text("核对佐证", "against its proof"),
    "document": Text("材料", "a paper"), "soft": Text("可放宽", "may be waived"), "auto": Text("按数据", "from the data"),
    "register": Text("查登记", "from the registers"),
}  # fmt: skip
OUTCOMES = {
    "met": (Text("符合", "met"), "good"), "unmet": (Text("不符合", "not met"), "bad"),
    "unknown": (Text("数据不全", "not known"), "warn"), "judgement": (Text("由人判断", "for a person"), "quiet"),
}  # fmt: skip
_SAVED = Text("已保存：{done}/{asked}", "Saved: {done}/{asked}")


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the sheet as the page shows it: with what was typed, if that could not be kept."""

    line: Line
    kind: Text
    outcome: Text
    tone: str
    found: tuple[str, ...]
    gap: str
    mark: str
    note: str
    suggested: Text | None
    lacks_note: bool


@require_http_methods(["GET", "POST"])
@signed_in
def check_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the check sheet of the stage where the case stands."""
    user, at = person(request), clock.now()
    row = case_for(user, code, to=ACT)
    now = filled(row, on=day_of(row, at))
    the_sheet = sheet(now, row.stage)
    if the_sheet.submission is None or now.correction is not None:
        raise NotSeen
    typed = dict(_typed(request, the_sheet)) if request.method == "POST" else {}
    if request.method == "POST":
        try:
            kept = chain.answer(code, _changed(the_sheet, typed), by=user, at=at)
        except NotSeen:
            raise
        except BadInput as bad:
            return _page(request, now, the_sheet, typed, bad)
        messages.success(request, _SAVED.filled(done=kept.answered, asked=kept.asked).in_lang(lang()))
        return HttpResponseRedirect(reverse("case" if "back" in request.POST else "check-sheet", args=[code]))
    return _page(request, now, the_sheet, typed, None)


def _typed(request: HttpRequest, the_sheet: Sheet) -> Iterator[tuple[str, tuple[str, str]]]:
    """What was answered, item by item; an item that the browser did not send is left as it is."""
    for line in the_sheet.lines:
        if line.is_asked and f"note:{line.item}" in request.POST:
            yield line.item, (posted(request, f"mark:{line.item}", most=20), posted(request, f"note:{line.item}", most=1000))


def _changed(the_sheet: Sheet, typed: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Only what is not as it was: an answer keeps the name of the officer who gave it."""
    was = {line.item: (line.check.mark, line.check.note) if line.check else ("", "") for line in the_sheet.lines}
    return {item: (mark, note) for item, (mark, note) in typed.items() if was[item] != (mark, note.strip())}


def _page(
    request: HttpRequest, now: Filled, the_sheet: Sheet, typed: Mapping[str, tuple[str, str]], bad: BadInput | None
) -> HttpResponse:
    case = now.case
    rows = [_row(now, line, typed.get(line.item)) for line in the_sheet.lines]
    by_list = goes_by_list(case)
    return render(request, "cases/check_sheet.html", {
        "case": case, "name": case.title or case.code, "pack": case.call.pack, "sheet": the_sheet, "marks": MARKS,
        "stage": procedure_of(case).stages[case.stage].name, "asked": [row for row in rows if row.line.is_asked],
        "decided": [row for row in rows if not row.line.is_asked], "problems": bad.problems if bad else (),
        "failed": [row for row in rows if row.line.has_failed],
        "listing": reverse("listing", args=[case.call.code, case.stage, case.body.code]) if by_list and case.body else "",
    }, status=422 if bad else 200)  # fmt: skip


def _row(now: Filled, line: Line, typed: tuple[str, str] | None) -> Row:
    outcome, tone = OUTCOMES[line.outcome]
    mark, note = typed or ((line.check.mark, line.check.note) if line.check else ("", ""))
    suggested = next((name for key, name in MARKS if key == line.suggested and key), None)
    wording = packs.wording(now.case.call.pack, lang())
    gap = wording.gap(line.finding.gap) if line.finding and line.finding.gap else ""
    lacks = typed is not None and mark == "no" and not note.strip()
    return Row(line, KINDS.get(line.kind, Text("", "")), outcome, tone, _found(now, line), gap, mark, note, suggested, lacks)


def _found(now: Filled, line: Line) -> tuple[str, ...]:
    """The facts the outcome rests on, each with its source; then those it still lacks."""
    if line.finding is None:
        return ()
    wording, subject, on = packs.wording(now.case.call.pack, lang()), now.subject, now.case.made_at.date()
    known = [wording.known(key, subject, on) for key in _once(line.finding.because)]
    if line.finding.missing:
        lacking = wording.listed(wording.name(key) for key in _once(line.finding.missing))
        known.append(Text(f"缺：{lacking}", f"missing: {lacking}").in_lang(lang()))
    return tuple(known)


def _once(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


addresses = [path("cases/<slug:code>/check/", check_sheet, name="check-sheet")]
