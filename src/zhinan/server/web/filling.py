"""Filling in: one page of the generated form at a time, saved as a whole or, by a script, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.policy.assess import LINE_FACT
from zhinan.policy.form import Field, Page
from zhinan.policy.form_layout import PAPERS
from zhinan.server import clock
from zhinan.server.actions import applications
from zhinan.server.queries.access import FILL, case_for
from zhinan.server.queries.answers_told import told
from zhinan.server.queries.applications import Filled, Progress, filled, first_page, progress, written
from zhinan.server.queries.changes import revision_of
from zhinan.server.refused import NotSeen, Stale
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.form_boxes import Box, box, sheets
from zhinan.server.web.form_fields import posted, regions, sums, versions
from zhinan.server.web.refusals import as_json
from zhinan.server.web.verdict_panel import as_lacking, panel
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

_NOT_READ = Mistake(
    "cannot-be-read",
    Text("脚本发来的内容无法读取", "what the script sent cannot be read"),
    Text("刷新页面后再试", "reload and try again"),
)


@require_GET
@signed_in
def go_on(request: HttpRequest, code: str) -> HttpResponse:
    """To the first page with something to do."""
    now = filled(case_for(person(request), code, to=FILL), on=clock.today())
    return HttpResponseRedirect(reverse("form", args=[code, first_page(now).id]))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def form(request: HttpRequest, code: str, page: str) -> HttpResponse:
    """One page of the form; sent, everything on it is kept."""
    now = filled(case_for(person(request), code, to=FILL), on=clock.today())
    shown = _page(now, page)
    if shown is None:  # the line was changed, or the form revised: the page is no more
        return HttpResponseRedirect(reverse("fill", args=[code]))
    if request.method != "POST":
        return show(request, now, shown, more=request.GET.get("more", ""))
    return _save(request, now, shown)


def _page(now: Filled, id: str) -> Page | None:
    return next((each for each in now.form.pages if each.id == id), None)


# ─── saving a page ───


def _save(request: HttpRequest, now: Filled, page: Page) -> HttpResponse:
    fields = [field for field in page.fields if now.may_change(field.key)]
    post = request.POST.copy()
    removed = post.get("remove", "")
    for name in [name for name in post if removed and name.startswith(f"{removed}.")]:
        del post[name]
    texts = posted(fields, post, {key: answer.text for key, answer in now.answers.items()})
    shown = versions(fields, post)
    code, by, at = now.case.code, person(request), clock.now()
    try:
        applications.save(code, texts, by=by, at=at, versions=shown)
    except NotSeen:
        raise
    except BadInput as bad:
        fresh = filled(case_for(by, code, to=FILL), on=clock.today())
        status = 409 if isinstance(bad, Stale) else 422
        return show(request, fresh, page, typed=texts, seen=shown, problems=bad.problems, status=status)
    messages.success(request, Text(f"已保存 {at:%H:%M:%S}", f"Saved at {at:%H:%M:%S}").in_lang(lang()))
    return HttpResponseRedirect(_onward(now, page, post.get("then", ""), post.get("add", ""), removed))


def _onward(now: Filled, page: Page, then: str, add: str, removed: str) -> str:
    """Where to after saving: the page itself, with one more row where one was asked for; the one before; the one after."""
    code, ids = now.case.code, [each.id for each in now.form.pages]
    here = reverse("form", args=[code, page.id])
    if key := add or removed.rpartition(".")[0]:
        known = any(field.key == key for field in page.fields)
        return f"{here}{f'?more={key}' if add and known else ''}{f'#field-{key}' if known else ''}"
    place = ids.index(page.id) + {"next": 1, "back": -1}.get(then, 0)
    if place >= len(ids):
        return reverse("submit", args=[code])
    if page.id != ids[max(place, 0)] and any(field.key == LINE_FACT for field in page.fields):
        return reverse("fill", args=[code])  # the pages may be others now
    return reverse("form", args=[code, ids[max(place, 0)]])


# ─── showing a page ───


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the form in the list of pages: what is said of it beside its name."""

    label: Text
    href: str
    is_current: bool
    mark: Text
    tone: str


def show(  # noqa: PLR0913  # what was typed, what was refused of it, and what else the page is to show
    request: HttpRequest,
    now: Filled,
    page: Page,
    *,
    typed: Mapping[str, str] | None = None,
    seen: Mapping[str, int] | None = None,
    problems: Sequence[Problem] = (),
    more: str = "",
    refused: Mapping[str, Sequence[Problem]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the form as it stands: with what was just typed, if that was refused, and beside it why."""
    typed, seen = typed or {}, seen or {}
    pages = now.form.pages
    place = pages.index(page)
    open_fields = [field for field in page.fields if now.may_change(field.key)]
    locked = [field for field in page.fields if not now.may_change(field.key)]
    here = [
        as_lacking(now, key, problem) for key, told_here in now.problems.items() for problem in told_here if _is_on(page, key)
    ]
    context = {
        "now": now,
        "case": now.case,
        "page": page,
        "tabs": _tabs(now, page),
        "number": place + 1,
        "panel": panel(now),
        "boxes": [_box(now, field, typed, seen, more) for field in open_fields],
        "locked": [{"label": field.label, "value": told(field, now.text(field.key))} for field in locked],
        "sheets": sheets(now, refused or {}) if page.id == PAPERS else (),
        "regions": _regions(open_fields),
        "before": pages[place - 1] if place else None,
        "after": pages[place + 1] if place + 1 < len(pages) else None,
        "revision": revision_of(now),
        "correction": now.correction,
        "problems": list(problems),
        "here": here,
        "is_stale": status == 409,
        "limit": settings.UPLOAD_LIMIT // (1024 * 1024),
    }
    return render(request, "applications/form.html", context, status=status)


def _is_on(page: Page, key: str) -> bool:
    return any(field.key == key for field in page.fields)


def _box(now: Filled, field: Field, typed: Mapping[str, str], seen: Mapping[str, int], more: str) -> Box:
    text = typed.get(field.key, now.text(field.key))
    answer = now.answers.get(field.key)
    is_stale = answer is not None and field.key in seen and seen[field.key] != answer.version and answer.text != text
    return box(now, field, text, more=int(more == field.key), theirs=answer if is_stale else None)


def _regions(fields: Iterable[Field]) -> tuple[str, ...]:
    return regions() if any(field.kind == "region" for field in fields) else ()


def _tabs(now: Filled, current: Page) -> list[Tab]:
    return [_tab(now, each, is_current=each.page.id == current.id) for each in progress(now)]


def _tab(now: Filled, each: Progress, *, is_current: bool) -> Tab:
    mark, tone = Text("齐", "done"), "good"
    if each.marked:
        mark, tone = Text(f"补正 {each.marked}", f"{each.marked} to correct"), "warn"
    elif each.problems:
        mark, tone = Text(f"{each.problems} 处问题", f"{each.problems} to mend"), "bad"
    elif each.needed:
        mark, tone = Text(f"还差 {each.needed}", f"{each.needed} to fill"), ""
    return Tab(each.page.title, reverse("form", args=[now.case.code, each.page.id]), is_current, mark, tone)


# ─── saving while typing ───


@require_POST
@signed_in
def autosave(request: HttpRequest, code: str) -> HttpResponse:
    """Keep some fields: as the form sends them, or as JSON `{"texts": {key: text}, "versions": {key: number}}`."""
    case = case_for(person(request), code, to=FILL)
    asked, kept = written(case)
    if request.content_type == "application/json":
        sent = _sent(request.body)
        if sent is None:
            return JsonResponse({"problems": [as_json(_NOT_READ.at())]}, status=400)
        texts, shown = sent
    else:
        texts, shown = posted(asked.fields, request.POST, kept), versions(asked.fields, request.POST)
    try:
        saved = applications.save(code, texts, by=person(request), at=clock.now(), versions=shown)
    except NotSeen:
        raise
    except Stale as stale:
        return JsonResponse(
            {"problems": [as_json(each) for each in stale.problems], "theirs": _theirs(request, code, shown)}, status=409
        )
    except BadInput as bad:
        return JsonResponse({"problems": [as_json(each) for each in bad.problems]}, status=422)
    assert saved.now is not None
    told_now = _told(saved.now, request.POST.get("page", ""))
    moment = f"{localtime(saved.at):%H:%M:%S}"
    return JsonResponse({"saved_at": moment, "versions": dict(saved.versions), "reload": LINE_FACT in texts, **told_now})


def _sent(body: bytes) -> tuple[dict[str, str], dict[str, int]] | None:
    """The texts and versions of a JSON body; `None` if it is anything else."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict):
        return None
    texts, shown = sent.get("texts"), sent.get("versions", {})
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        return None
    if not isinstance(shown, dict) or not all(isinstance(number, int) for number in shown.values()):
        return None
    return texts, shown


def _theirs(request: HttpRequest, code: str, shown: Mapping[str, int]) -> dict[str, object]:
    now = filled(case_for(person(request), code, to=FILL), on=clock.today())
    return {
        key: {"text": answer.text, "version": answer.version, "by": answer.saved_by.name if answer.saved_by else ""}
        for key, answer in now.answers.items()
        if key in shown and shown[key] != answer.version
    }


def _told(now: Filled, page: str) -> dict[str, object]:
    """What a script shows anew after a save: the panel, the list of pages, what is wrong, what a list comes to."""
    current = _page(now, page) or now.form.pages[0]
    fields = {field.key: field for field in current.fields}
    return {
        "panel": render_to_string("applications/panel.html", {"panel": panel(now), "case": now.case}),
        "tabs": render_to_string("applications/tabs.html", {"tabs": _tabs(now, current)}),
        "problems": {key: [as_json(each) for each in found] for key, found in now.problems.items() if key in fields},
        "sums": {key: sums(field, now.text(key)).in_lang(lang()) for key, field in fields.items() if field.kind == "records"},
    }


addresses = [
    path("cases/<slug:code>/form/", go_on, name="fill"),
    path("cases/<slug:code>/form/<slug:page>/", form, name="form"),
    path("cases/<slug:code>/save/", autosave, name="autosave"),
]
