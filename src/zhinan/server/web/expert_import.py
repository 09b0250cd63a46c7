"""Importing experts: the template, the preview of every row, and the word to go ahead."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.server import clock
from zhinan.server.actions import expert_import as acts
from zhinan.server.actions.expert_import import COLUMNS, LIMIT, Preview
from zhinan.server.paper.bank import template
from zhinan.server.paper.sheet import Cell, rows_xlsx
from zhinan.server.queries import experts as reads
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.address import one_of, page_number
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.experts import XLSX, bank_chosen, bank_option
from zhinan.server.web.typed import posted, told
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

_PER_PAGE = 50
_NO_FILE = Mistake(
    "no-workbook",
    Text("还没有选文件", "no file has been chosen"),
    Text("选一个填好的模板，再上传", "choose a filled-in template, then upload it"),
)
_DONE = Text(
    "已导入：新增 {added} 位，更新 {changed} 位，未导入 {refused} 行",
    "Imported: {added} new, {changed} changed, {refused} rows left out",
)
_VERDICTS = {
    "refused": Text("不能导入", "Refused"), "change": Text("更新", "Changes"), "new": Text("新增", "New"),
    "same": Text("没有变化", "As they are"),
}  # fmt: skip
_COLUMNS = (
    Text("行", "Row"), Text("姓名", "Name"), Text("工作单位", "Employer"), Text("列", "Column"), Text("问题", "What is wrong"),
    Text("怎么改", "How to mend it"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tab:
    """One kind of rows of the preview."""

    key: str
    label: Text
    href: str
    count: int
    is_current: bool


@require_http_methods(["GET", "POST"])
@signed_in
def importing(request: HttpRequest) -> HttpResponse:
    """Upload a workbook; once there is one, what it would do."""
    bank, bad = bank_chosen(request), None
    if request.method == "POST":
        try:
            _upload(request, bank.code)
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
        else:
            return HttpResponseRedirect(f"{reverse('import-experts')}?bank={bank.code}")
    return _page(request, bad)


def _upload(request: HttpRequest, bank: str) -> None:
    file = request.FILES.get("file")
    if file is None:
        raise BadInput([_NO_FILE.at()])
    acts.upload(
        bank, name=file.name or "", content=file.read(LIMIT + 1), declared_type=file.content_type or "", by=person(request),
        at=clock.now(),
    )  # fmt: skip


def _page(request: HttpRequest, bad: BadInput | None = None) -> HttpResponse:
    user, bank = person(request), bank_chosen(request)
    preview = acts.preview(bank.code, by=user, at=clock.now())
    shown = {
        "bank": bank, "banks": [bank_option(each) for each in reads.kept_banks(user)], "problems": told(bad), "preview": preview,
        **(_shown(request, preview, bank.code) if preview else {}),
    }  # fmt: skip
    return render(request, "experts/import.html", shown, status=422 if bad else 200)


def _shown(request: HttpRequest, preview: Preview, bank: str) -> dict[str, object]:
    """One page of the rows of one verdict: first those that cannot be imported."""
    found = {key: preview.of(key) for key in _VERDICTS}
    at = one_of(request.GET, "show", _VERDICTS) or next((key for key, rows in found.items() if rows), "refused")
    page = Paginator(found[at], _PER_PAGE).get_page(page_number(request))
    tabs = [Tab(key, name, f"?bank={bank}&show={key}", len(found[key]), key == at) for key, name in _VERDICTS.items()]
    return {
        "tabs": tabs, "at": at, "rows": page.object_list, "number": page.number, "last": page.paginator.num_pages,
        "total": page.paginator.count, "good": len(found["new"]) + len(found["change"]), "refused": len(found["refused"]),
    }  # fmt: skip


@require_POST
@signed_in
def confirm(request: HttpRequest) -> HttpResponse:
    """Go ahead, or throw away what was uploaded."""
    user, bank = person(request), bank_chosen(request)
    if posted(request, "do") == "discard":
        acts.discard(bank.code, by=user)
        return HttpResponseRedirect(f"{reverse('import-experts')}?bank={bank.code}")
    try:
        done = acts.import_experts(
            bank.code, seen=posted(request, "seen"), only_if_all=posted(request, "which") == "all", by=user, at=clock.now(),
            is_vetted=posted(request, "vetted") == "yes",
        )  # fmt: skip
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, bad)
    messages.success(request, _DONE.filled(added=done.added, changed=done.changed, refused=done.refused).in_lang(lang()))
    return HttpResponseRedirect(f"{reverse('experts')}?bank={bank.code}")


@require_GET
@signed_in
def template_file(request: HttpRequest) -> HttpResponse:
    """The template to fill in."""
    bank_chosen(request)  # for those who keep a bank
    ways = [(way.id, way.name.in_lang(lang()), way.pack.in_lang(lang())) for way in reads.directions()]
    return _file(template(COLUMNS, ways, lang()), "experts-template.xlsx")


@require_GET
@signed_in
def problems_file(request: HttpRequest) -> HttpResponse:
    """Everything that is wrong with the rows that wait, as a workbook to mend them by."""
    preview = acts.preview(bank_chosen(request).code, by=person(request), at=clock.now())
    if preview is None:
        raise NotSeen
    rows: list[tuple[Cell, ...]] = [
        (row.line, row.name, row.unit, *(each.in_lang(lang()) for each in (wrong.column, wrong.message, wrong.mend)))
        for row in preview.of("refused") for wrong in row.wrong
    ]  # fmt: skip
    return _file(rows_xlsx([each.in_lang(lang()) for each in _COLUMNS], rows), "experts-problems.xlsx")


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


addresses = [
    path("experts/import/", importing, name="import-experts"),
    path("experts/import/confirm/", confirm, name="confirm-import"),
    path("experts/import/template.xlsx", template_file, name="experts-template"),
    path("experts/import/problems.xlsx", problems_file, name="import-problems"),
]
