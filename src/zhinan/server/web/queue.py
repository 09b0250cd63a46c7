"""The queue of cases of a person's bodies: what waits for them, what reached them, what has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from zhinan.server import clock
from zhinan.server.paper.sheet import Cell, rows_xlsx
from zhinan.server.queries import queue
from zhinan.server.queries.queue import ALL, ENDED, MINE, Row, Wanted, handles_cases
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import called, lang
from zhinan.server.web.address import page_number, word
from zhinan.server.web.cases import VERDICTS
from zhinan.server.web.doors import person, signed_in
from zhinan.values.text import Text

WHOSE = {
    MINE: Text("待我办理", "To act on"), ALL: Text("到过本机构的全部", "All that reached us"), ENDED: Text("已办结", "Ended"),
}  # fmt: skip
_COLUMNS = (
    Text("编号", "Code"), Text("项目名称", "Title"), Text("申报单位", "Unit"), Text("批次", "Call"), Text("事项", "Scheme"),
    Text("环节", "Stage"), Text("现在等", "Waiting for"), Text("提交时间", "Handed in"), Text("办理期限", "Due"),
    Text("条件核对", "Conditions"), Text("已核对条数", "Items checked"),
)  # fmt: skip
_SORTED = (("code", "编号", "Code"), ("submitted", "提交", "Handed in"), ("due", "期限", "Due"))


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a filter."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of the list; one without options takes words."""

    name: str
    label: Text
    value: str
    options: Sequence[Option] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column that sorts."""

    name: Text
    href: str
    sort: str


@require_GET
@signed_in
def queue_page(request: HttpRequest) -> HttpResponse:
    """One page of the queue."""
    user, at = person(request), clock.now()
    if not handles_cases(user):
        raise NotSeen
    shelf = queue.shelf(user, _wanted(request), at=at)
    wanted = shelf.wanted
    rows = [{"row": row, "verdict": VERDICTS[row.case.verdict], "waits": waits_for(row)} for row in shelf.rows]
    return render(request, "queue/queue.html", {
        "rows": rows, "number": wanted.page, "last": shelf.last, "total": shelf.total, "filters": _filters(request, wanted),
        "heads": {key: _head(request, wanted, key, Text(zh, en)) for key, zh, en in _SORTED}, "whose": WHOSE[wanted.whose],
        "is_mine": wanted.whose == MINE, "export": _query(request),
    })  # fmt: skip


def _wanted(request: HttpRequest) -> Wanted:
    given = request.GET
    return Wanted(
        word(given, "whose"), word(given, "call"), word(given, "scheme"), word(given, "stage"), word(given, "late") == "yes",
        word(given, "words"), word(given, "sort"), page_number(request),
    )  # fmt: skip


def waits_for(row: Row) -> Text:
    """Whom a case waits for, in a word."""
    case = row.case
    if row.is_final:
        return Text("已办结", "closed")
    if case.body is None:
        return Text("申报单位", "the applicant")
    section = f" {case.section.name_zh}" if case.section and case.section.authority_id == case.body_id else ""
    return Text(case.body.name_zh + section, (case.body.name_en or case.body.name_zh) + section)


def _filters(request: HttpRequest, wanted: Wanted) -> list[Filter]:
    choices = queue.choices(person(request), wanted.call)
    return [
        Filter("words", Text("项目、单位或编号", "Title, unit or code"), wanted.words),
        Filter("whose", Text("范围", "Which"), wanted.whose, [Option(key, name) for key, name in WHOSE.items()]),
        Filter("call", Text("批次", "Call"), wanted.call, [Option(*each) for each in choices.calls]),
        Filter("scheme", Text("事项", "Scheme"), wanted.scheme, [Option(*each) for each in choices.schemes]),
        Filter("stage", Text("环节", "Stage"), wanted.stage, [Option(*each) for each in choices.stages]),
        Filter("late", Text("期限", "Due"), "yes" if wanted.overdue else "", [Option("yes", Text("只看逾期", "Overdue only"))]),
    ]


def _head(request: HttpRequest, wanted: Wanted, key: str, name: Text) -> Head:
    """A click sorts by the column, a second one the other way round."""
    here = wanted.sort.removeprefix("-") == key
    turned = f"-{key}" if wanted.sort == key else key
    # Newest first is what "submitted" means, so that its arrow points down.
    falls = wanted.sort.startswith("-") != (key == "submitted")
    return Head(name, _query(request, sort=turned), ("descending" if falls else "ascending") if here else "none")


def _query(request: HttpRequest, **changed: str) -> str:
    """The address's parameters that the queue knows, with some changed."""
    kept = {name: word(request.GET, name) for name in ("whose", "call", "scheme", "stage", "late", "words", "sort")}
    return "?" + urlencode({name: value for name, value in (kept | changed).items() if value})


@require_GET
@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    user, at = person(request), clock.now()
    if not handles_cases(user):
        raise NotSeen
    rows = [_cells(row) for row in queue.whole_queue(user, _wanted(request), at=at)]
    return HttpResponse(
        rows_xlsx([column.in_lang(lang()) for column in _COLUMNS], rows),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="cases-{at:%Y%m%d-%H%M}.xlsx"'},
    )


def _cells(row: Row) -> tuple[Cell, ...]:
    case, now = row.case, lang()
    return (
        case.code, case.title, case.organisation.name, called(case.call), row.scheme.in_lang(now), row.stage.in_lang(now),
        waits_for(row).in_lang(now), case.submitted_at, case.due_at, VERDICTS[case.verdict][0].in_lang(now), row.checked,
    )  # fmt: skip


addresses = [path("queue/", queue_page, name="queue"), path("queue/export.xlsx", export, name="queue-export")]
