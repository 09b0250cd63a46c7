"""The bank of experts for its officers: the list, one expert, entering and changing, standing, conduct, invitations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.server import clock
from zhinan.server.actions import experts as acts
from zhinan.server.actions.bank_entries import lasting_tenure
from zhinan.server.actions.expert_fields import FIELDS, written
from zhinan.server.actions.expert_import import COLUMNS
from zhinan.server.paper.bank import bank_xlsx
from zhinan.server.paper.sheet import Cell
from zhinan.server.queries import experts as reads
from zhinan.server.queries.experts import (
    ALL,
    CONDUCT_NAMES,
    DECLARABLE,
    KIND_NAMES,
    NOTED,
    SOURCES,
    STATUS_NAMES,
    Card,
    Row,
    Wanted,
)
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.address import page_number, word
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.expert_fields import TIE_FIELDS, boxes, facts, known_of, tie_boxes, typed_in
from zhinan.server.web.queue import Filter, Head, Option
from zhinan.server.web.typed import of, posted, told
from zhinan.values.disciplines import first_levels
from zhinan.values.problem import BadInput
from zhinan.values.text import Text, same

if TYPE_CHECKING:
    from zhinan.server.models import Authority

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SORTED = {
    "name": Text("姓名", "Name"), "unit": Text("单位", "Employer"), "status": Text("状态", "Status"),
    "load": Text("现有席位", "Seats now"), "changed": Text("更新", "Changed"),
}  # fmt: skip
_ASKED = ("words", "bank", "status", "kind", "discipline", "direction", "place", "load", "sort")
_PLACES = {"inside": Text("本地", "inside the region"), "outside": Text("外地", "from outside")}
_LOADS = {"free": Text("没有席位", "no seat now"), "some": Text("有席位，未满", "some seats"), "full": Text("已满", "full")}
_ADDED = Text("已录入，等待确认：{code}", "Entered, to be confirmed: {code}")
_SAVED = Text("已保存", "Saved")
_SENT = Text("邀请已发出", "The invitation is on its way")
#: What an officer can do about how an expert stands: the button, how it looks.
_STEPS = {
    "confirm-expert": (Text("确认入库", "Confirm"), ""), "pause-expert": (Text("暂停邀请", "Pause"), "plain"),
    "resume-expert": (Text("恢复", "Resume"), ""), "remove-expert": (Text("移出专家库", "Remove from the bank"), "danger"),
    "restore-expert": (Text("恢复为待确认", "Restore"), ""),
}  # fmt: skip


# -- the list ----------------------------------------------------------------------------------------


@require_GET
@signed_in
def listing(request: HttpRequest) -> HttpResponse:
    """One page of the bank."""
    user, wanted = person(request), _wanted(request)
    shelf = reads.shelf(user, wanted, on=clock.today())
    banks = reads.banks_for(user)
    return render(request, "experts/experts.html", {
        "rows": shelf.rows, "number": shelf.number, "last": shelf.last, "total": shelf.total, "filters": _filters(wanted, banks),
        "heads": {key: _head(request, wanted, key) for key in _SORTED}, "export": _query(request),
        "runs": bool(reads.kept_banks(user)),
        "has_banks": len(banks) > 1, "is_narrowed": any(getattr(wanted, name) for name in _ASKED if name != "sort"),
    })  # fmt: skip


def _wanted(request: HttpRequest) -> Wanted:
    return Wanted(**{name: word(request.GET, name) for name in _ASKED}, page=page_number(request))


def _filters(wanted: Wanted, banks: list[Authority]) -> list[Filter]:
    statuses = [Option(key, name) for key, (name, _) in STATUS_NAMES.items()]
    ways = [
        Option(way.id, Text(f"{way.id} {way.name.zh}", f"{way.id} {way.name.en}")) for way in reads.directions() if way.depth < 2
    ]
    fields = [Option(code, Text(f"{code} {name.zh}", f"{code} {name.en}")) for code, name in first_levels().items()]
    chosen_bank = [bank_option(bank) for bank in banks]
    return [
        Filter("words", Text("姓名、单位、编号或关键词", "Name, employer, code or keyword"), wanted.words),
        *([Filter("bank", Text("专家库", "Bank"), wanted.bank, chosen_bank)] if len(banks) > 1 else []),
        Filter(
            "status",
            Text("状态", "Status"),
            wanted.status,
            [*statuses, Option(ALL, Text("全部，含已移出", "all, the removed too"))],
        ),
        Filter("kind", Text("类型", "Kind"), wanted.kind, [Option(key, name) for key, name in KIND_NAMES.items()]),
        Filter("discipline", Text("学科", "Discipline"), wanted.discipline, fields),
        Filter("direction", Text("方向", "Direction"), wanted.direction, ways),
        Filter("place", Text("地区", "Place"), wanted.place, [Option(key, name) for key, name in _PLACES.items()]),
        Filter("load", Text("现有席位", "Seats now"), wanted.load, [Option(key, name) for key, name in _LOADS.items()]),
    ]


def bank_option(bank: Authority) -> Option:
    """A bank to choose."""
    return Option(bank.code, Text(bank.name_zh, bank.name_en or bank.name_zh))


def bank_chosen(request: HttpRequest) -> Authority:
    """The bank a person keeps that was asked for, or the first. Raises `NotSeen`."""
    banks = reads.kept_banks(person(request))
    if not banks:
        raise NotSeen
    asked_for = posted(request, "bank") or word(request.GET, "bank")
    return next((each for each in banks if each.code == asked_for), banks[0])


def _head(request: HttpRequest, wanted: Wanted, key: str) -> Head:
    """A click sorts by the column, a second one the other way round."""
    sort = wanted.sort or "name"
    here = sort.removeprefix("-") == key
    turned = f"-{key}" if sort == key else key
    return Head(
        _SORTED[key], _query(request, sort=turned), ("descending" if sort.startswith("-") else "ascending") if here else "none"
    )


def _query(request: HttpRequest, **changed: str) -> str:
    kept = {name: word(request.GET, name) for name in _ASKED}
    return "?" + urlencode({name: value for name, value in (kept | changed).items() if value})


@require_GET
@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook, in the columns of the import; identity numbers are in no one's hands."""
    user, at = person(request), clock.now()
    columns = [each for each in COLUMNS if each.key != "identity"]
    more = (Text("状态", "Status"), Text("现有席位", "Seats now"), Text("可登录", "Can sign in"))
    rows = [_cells(row, [each.key for each in columns]) for row in reads.whole_shelf(user, _wanted(request), on=at.date())]
    made = bank_xlsx([*(each.name for each in columns), *more], rows, lang())
    header = {"Content-Disposition": f'attachment; filename="experts-{at:%Y%m%d-%H%M}.xlsx"'}
    return HttpResponse(made, content_type=XLSX, headers=header)


def _cells(row: Row, keys: list[str]) -> tuple[Cell, ...]:
    expert, tenure = row.expert, lasting_tenure(row.expert)
    columns: dict[str, object] = {key: getattr(expert, key) for key in FIELDS if key not in ("identity", "since")}
    known = dict(written(columns | {"since": tenure.since if tenure else None})) | {"code": expert.code}
    can = Text("是", "yes") if expert.user_id else Text("否", "no")
    return (*(known[key] for key in keys), row.status.in_lang(lang()), row.held, can.in_lang(lang()))


# -- one expert --------------------------------------------------------------------------------------


@require_GET
@signed_in
def expert(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that is known of one expert."""
    return _page(request, code)


def _page(request: HttpRequest, code: str, bad: BadInput | None = None, *, at_form: str = "") -> HttpResponse:
    """The page of an expert; after a form that was not taken (`at_form`), with what was typed in it and what is wrong."""
    card = reads.card(person(request), code, at=clock.now())
    tie_bad, conduct_bad = (bad if at_form == each else None for each in ("tie", "conduct"))
    return render(request, "experts/expert.html", {
        "card": card, "expert": card.expert, "facts": facts(card), "ties": _ties(card), "conduct": _conduct(card),
        "steps": _steps(card),
        "tie_boxes": tie_boxes(request, tie_bad), "problems": told(bad), "at_form": at_form, "typed": _typed(request, at_form),
        "noted": [Option(key, CONDUCT_NAMES[key]) for key in NOTED], "conduct_problems": of(conduct_bad, "conduct"),
        "remark_problems": of(conduct_bad, "remark"), "source": SOURCES.get(card.expert.source, same(card.expert.source)),
    }, status=422 if bad else 200)  # fmt: skip


def _typed(request: HttpRequest, at_form: str) -> Mapping[str, str]:
    return {name: posted(request, name) for name in ("reason", "conduct", "remark")} if at_form else {}


def _ties(card: Card) -> list[dict[str, object]]:
    return [
        {"row": tie, "kind": DECLARABLE.get(tie.kind, same(tie.kind)), "source": SOURCES.get(tie.source, same(tie.source)),
         "may_withdraw": card.runs and tie.withdrawn_at is None and tie.source not in ("declared", "round")}
        for tie in card.ties
    ]  # fmt: skip


def _conduct(card: Card) -> list[tuple[object, Text]]:
    return [(row, CONDUCT_NAMES.get(row.kind, same(row.kind))) for row in card.conduct]


def _steps(card: Card) -> list[dict[str, object]]:
    """What can be done about how the expert stands."""
    return [
        {"label": _STEPS[name][0], "name": "status", "value": str(after), "tone": _STEPS[name][1], "asks": asks}
        for (before, after), (name, asks) in acts.STEPS.items()
        if card.runs and before == card.expert.status
    ]


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """Enter an expert."""
    user, bad = person(request), None
    bank = bank_chosen(request)
    typed = typed_in(request, FIELDS) if request.method == "POST" else {"most": "10"}
    if request.method == "POST":
        try:
            made = acts.add(bank.code, typed, by=user, at=clock.now())
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
        else:
            messages.success(request, _ADDED.filled(code=made.code).in_lang(lang()))
            return HttpResponseRedirect(reverse("expert", args=[made.code]))
    return render(request, "experts/new.html", {
        "banks": [bank_option(each) for each in reads.kept_banks(user)], "bank": bank, "boxes": boxes(FIELDS, typed, bad),
        "problems": told(bad),
    }, status=422 if bad else 200)  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what is on record of an expert."""
    user, bad = person(request), None
    card = reads.card(user, code, at=clock.now())
    if not card.runs:
        raise NotSeen
    typed = typed_in(request, FIELDS) if request.method == "POST" else known_of(card)
    if request.method == "POST":
        try:
            acts.change(code, typed, by=user, at=clock.now())
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
        else:
            messages.success(request, _SAVED.in_lang(lang()))
            return HttpResponseRedirect(reverse("expert", args=[code]))
    return render(request, "experts/edit.html", {
        "expert": card.expert, "boxes": boxes(FIELDS, typed, bad), "problems": told(bad),
    }, status=422 if bad else 200)  # fmt: skip


# -- what is done about one --------------------------------------------------------------------------


@require_POST
@signed_in
def status(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm, pause, resume, remove or restore."""
    try:
        made = acts.set_status(
            code, posted(request, "status"), by=person(request), at=clock.now(), reason=posted(request, "reason")
        )
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, code, bad, at_form="status")
    messages.success(request, STATUS_NAMES[made.status][0].in_lang(lang()))
    return HttpResponseRedirect(reverse("expert", args=[code]))


@require_POST
@signed_in
def add_tie(request: HttpRequest, code: str) -> HttpResponse:
    """Put a tie on record."""
    try:
        acts.add_tie(code, typed_in(request, TIE_FIELDS), by=person(request), at=clock.now())
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, code, bad, at_form="tie")
    return _back(request, code, _SAVED)


@require_POST
@signed_in
def withdraw_tie(request: HttpRequest, code: str, tie: int) -> HttpResponse:
    """Take a tie back."""
    try:
        acts.withdraw_tie(code, tie, by=person(request), at=clock.now())
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, code, bad)
    return _back(request, code, _SAVED)


@require_POST
@signed_in
def conduct(request: HttpRequest, code: str) -> HttpResponse:
    """Note how an expert has conducted themselves."""
    try:
        acts.note_conduct(code, posted(request, "conduct"), posted(request, "remark"), by=person(request), at=clock.now())
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, code, bad, at_form="conduct")
    return _back(request, code, _SAVED)


@require_POST
@signed_in
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite an expert to sign in."""
    try:
        acts.invite(code, by=person(request), at=clock.now(), link="/join/{secret}/")
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, code, bad)
    return _back(request, code, _SENT)


def _back(request: HttpRequest, code: str, done: Text) -> HttpResponse:
    messages.success(request, done.in_lang(lang()))
    return HttpResponseRedirect(reverse("expert", args=[code]))


addresses = [
    path("experts/", listing, name="experts"),
    path("experts/export.xlsx", export, name="experts-export"),
    path("experts/new/", new, name="new-expert"),
    path("experts/<slug:code>/", expert, name="expert"),
    path("experts/<slug:code>/edit/", edit, name="edit-expert"),
    path("experts/<slug:code>/status/", status, name="expert-status"),
    path("experts/<slug:code>/ties/", add_tie, name="expert-add-tie"),
    path("experts/<slug:code>/ties/<int:tie>/withdraw/", withdraw_tie, name="expert-withdraw-tie"),
    path("experts/<slug:code>/conduct/", conduct, name="expert-conduct"),
    path("experts/<slug:code>/invite/", invite, name="invite-expert"),
]
