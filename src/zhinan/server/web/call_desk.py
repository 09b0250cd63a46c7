"""The officer's calls: the list, a new one made from a pack, the page on which everything is settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.server import packs
from zhinan.server.actions import calls as acts
from zhinan.server.actions.account_fields import BadFields
from zhinan.server.clock import now
from zhinan.server.queries import calls
from zhinan.server.queries.call_changes import STATES, happenings
from zhinan.server.refused import NotSeen
from zhinan.server.web import call_form, call_steps
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import Box, Option, posted, told
from zhinan.values.problem import BadInput
from zhinan.values.text import Text, same

if TYPE_CHECKING:
    from zhinan.policy.model import Pack
    from zhinan.server.models import Authority, Call

_TONES = {"draft": "quiet", "published": "good", "closed": "info", "cancelled": "bad"}


# -- the list, and a new call ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A call in the list: how it stands, in words."""

    call: Call
    state: Text
    tone: str


@require_GET
@signed_in
def calls_desk(request: HttpRequest) -> HttpResponse:
    """The calls of the person's authorities."""
    calls.opening_authorities(person(request))
    rows = [Row(call, *_state(call)) for call in calls.desk_calls(person(request))]
    return render(request, "call_desk/list.html", {"rows": rows})


def _state(call: Call) -> tuple[Text, str]:
    at = now()
    if call.status == "published" and call.opens_at is not None and at < call.opens_at:
        return Text("未开始", "not open yet"), "info"
    if call.status == "published" and not calls.is_open(call, at=at):
        return Text("已过截止时间", "past its closing time"), "warn"
    return (Text("受理中", "open"), "good") if call.status == "published" else (STATES[call.status], _TONES[call.status])


@require_http_methods(["GET", "POST"])
@signed_in
def new_call(request: HttpRequest) -> HttpResponse:
    """Choose a pack, then name the call and its schemes."""
    mine = calls.opening_authorities(person(request))
    typed = request.POST if request.method == "POST" else request.GET
    chosen = next((each for each in packs.every_pack() if each.schemes and each.id == typed.get("pack")), None)
    authority = next((each for each in mine if each.code == typed.get("authority")), mine[0])
    if chosen is None:
        concerned, others = calls.packs_for(authority)
        return render(
            request, "call_desk/choose.html", {"concerned": concerned, "others": others, "authority": authority, "mine": mine}
        )
    bad: BadInput | None = None
    if request.method == "POST":
        try:
            call = acts.create(
                by=person(request), authority=authority, code=posted(request, "code").strip(), pack=chosen.id, at=now(),
                schemes=request.POST.getlist("schemes"), title=Text(posted(request, "title_zh"), posted(request, "title_en")),
            )  # fmt: skip
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
        else:
            call_steps.said(request, Text("批次已建立，还没有公开。", "The call was made; it is not public yet."))
            return HttpResponseRedirect(reverse("call-desk", args=[call.code]))
    shown = {"pack": chosen, "authority": authority, "problems": told(bad), "boxes": _making(request, chosen, mine, authority)}
    return render(request, "call_desk/new.html", shown, status=422 if bad else 200)


def _making(request: HttpRequest, pack: Pack, mine: list[Authority], authority: Authority) -> list[Box]:
    is_new = request.method != "POST"
    chosen = [each.id for each in pack.schemes] if is_new else request.POST.getlist("schemes")
    schemes = tuple(Option(each.id, each.name) for each in pack.schemes)
    boxes = [
        Box("title_zh", Text("名称（中文）", "Title in Chinese"), value=pack.title.zh if is_new else posted(request, "title_zh")),
        Box("title_en", Text("名称（英文）", "Title in English"), value=pack.title.en if is_new else posted(request, "title_en")),
        Box("code", Text("批次编号", "Code"), value=calls.free_code(pack.id) if is_new else posted(request, "code"), help=_CODE),
        Box("schemes", Text("受理事项", "Schemes"), "set", " ".join(chosen), options=schemes),
    ]  # fmt: skip
    if len(mine) > 1:
        options = tuple(Option(each.code, Text(each.name_zh, each.name_en)) for each in mine)
        boxes.insert(0, Box("authority", Text("发布机构", "Authority"), "choice", authority.code, options=options))
    return boxes


_CODE = Text(
    "网址和申报编号里会用到；建立后不能改", "part of addresses and of every application's number; it cannot be changed later"
)


# -- one call ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in
def call_desk(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that must be settled before a call is published, and what can be done with it afterwards."""
    call = calls.call_for(person(request), code)
    bad: BadInput | None = None
    if request.method == "POST":
        typed = call_form.written(request, call)
        try:
            if typed.bad:
                raise typed.bad
            acts.settle(
                code, by=person(request), at=now(), parameters=typed.parameters, readings=typed.readings, budget=typed.budget,
                opens_at=typed.opens_at, closes_at=typed.closes_at, due=typed.due, notice=typed.notice, blank=typed.blank,
            )  # fmt: skip
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
        else:
            call_steps.said(request, Text("已保存。", "Saved."))
            return HttpResponseRedirect(reverse("call-desk", args=[code]))
    return _page_of(request, call, bad)


def _page_of(request: HttpRequest, call: Call, bad: BadInput | None = None, *, quota_bad: BadInput | None = None) -> HttpResponse:
    state, tone = _state(call)
    shown: dict[str, object] = {
        "call": call, "state": state, "tone": tone, "schemes": _schemes(call), "history": happenings(call), "problems": told(bad),
        "quotas": calls.quotas_of(call), "quota_boxes": _quota_boxes(request, call), "quota_problems": told(quota_bad),
        "numbers": calls.numbers_of(call), "pack": packs.pack(call.pack),
    }  # fmt: skip
    if call.status == "draft":
        fields = bad if isinstance(bad, BadFields) else None
        shown |= {
            "lacks": call_steps.lacks_of(call), "figures": call_form.figure_boxes(request, call, fields),
            "readings": call_form.reading_boxes(request, call, fields), "moments": call_form.moment_boxes(request, call, fields),
            "budget": call_form.budget_box(request, call, fields), "notices": call_form.notice_boxes(request, call, fields),
        }  # fmt: skip
    else:
        shown |= _as_published(call)
    return render(request, "call_desk/one.html", shown, status=422 if bad or quota_bad else 200)


@dataclass(frozen=True, slots=True)
class Known:
    """A line of what a call says."""

    label: Text
    value: object
    note: Text | None = None


def _schemes(call: Call) -> list[Text]:
    return [packs.scheme(call.pack, id).name for id in call.schemes]


def _as_published(call: Call) -> dict[str, object]:
    """What a call says, as its page and its preview show it."""
    figures = [Known(each.parameter.label, each.text, same(each.parameter.clause)) for each in calls.asked_of(call)]
    readings = [
        Known(each.question, each.alternatives[call.readings.get(each.id, each.default)], same(" · ".join(each.clauses)))
        for each in calls.readings_of(call)
    ]  # fmt: skip
    due = {limit.stage: limit.due_at for limit in call.limits.all() if limit.body_id is None}
    return {"figures": figures, "readings": readings, "levels": [(name, due.get(id)) for id, name in calls.stages_due(call)]}


def _quota_boxes(request: HttpRequest, call: Call) -> list[Box]:
    stages = calls.listing_stages(call)
    bodies = [Option(body.code, Text(body.name_zh, body.name_en)) for body in calls.bodies_under(call)]
    if not stages or call.status not in ("draft", "published"):
        return []
    chosen = posted(request, "stage") or stages[0][0]
    everyone = Option("", Text("每个单位", "every body"))
    return [
        Box("stage", Text("环节", "Stage"), "choice", chosen, options=tuple(Option(*each) for each in stages)),
        Box("body", Text("推荐单位", "Body"), "body", posted(request, "body"), options=(everyone, *bodies), required=False),
        Box("quota", Text("名额", "Places"), "count", posted(request, "quota"), help=_NO_LIMIT, required=False),
    ]  # fmt: skip


_NO_LIMIT = Text("留空表示不限", "blank: no limit")


@require_POST
@signed_in
def quota(request: HttpRequest, code: str) -> HttpResponse:
    """How many a body may send on."""
    call = calls.call_for(person(request), code)
    body = calls.bodies_under(call).filter(code=posted(request, "body")).first()
    if posted(request, "body") and body is None:
        raise NotSeen
    try:
        number = call_form.read_quota(posted(request, "quota"))
        acts.set_quota(code, posted(request, "stage"), body, number, by=person(request), at=now())
    except NotSeen:
        raise
    except BadInput as refused:
        return _page_of(request, call, quota_bad=refused)
    call_steps.said(request, Text("名额已设定。", "The quota was set."))
    return HttpResponseRedirect(f"{reverse('call-desk', args=[code])}#quotas")


@require_GET
@signed_in
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """What the public will read, before there is anything to read."""
    call = calls.call_for(person(request), code)
    return render(
        request,
        "call_desk/preview.html",
        {"call": call, "schemes": _schemes(call), "pack": packs.pack(call.pack), **_as_published(call)},
    )


addresses = [
    path("desk/calls/", calls_desk, name="calls-desk"),
    path("desk/calls/new/", new_call, name="new-call"),
    path("desk/calls/<slug:code>/", call_desk, name="call-desk"),
    path("desk/calls/<slug:code>/quota/", quota, name="call-quota"),
    path("desk/calls/<slug:code>/preview/", preview, name="call-preview"),
    *call_steps.addresses,
]
