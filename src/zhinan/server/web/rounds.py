"""Rounds of review: the list, a new one, a round's course, its cases."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhinan.server import clock, packs
from zhinan.server.actions import rounds as acts
from zhinan.server.actions.account_fields import BadFields
from zhinan.server.queries import rounds as reads
from zhinan.server.queries.review_access import SEE, round_for, runs, visible_rounds
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import called, lang
from zhinan.server.web.address import one_of, page_number, word
from zhinan.server.web.call_form import moment_box, read_moment
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import Box, Option, options, posted, told
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text, same

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from zhinan.server.models import Call, Round, User

#: So many rounds stand on a page.
SIZE = 25
_NOTHING_DONE = Mistake(
    "round-no-such-step", Text("没有看懂要做什么，什么也没有变", "it is not clear what to do; nothing was changed"),
    Text("用页面上的按钮再试一次", "try again with the buttons of the page"),
)  # fmt: skip
_MADE = Text("已建立：{code}", "Made: {code}")
_PUT = Text("已列入 {number} 个项目", "{number} cases were put in")
_OUT = Text("已移出：{code}", "Taken out: {code}")
_OPENED = Text("规则已确认，可以邀请专家了", "The rules are confirmed; experts can be asked")
_PUT_OFF = Text("已改期", "The days were set")
_CANCELLED = Text("已取消", "Cancelled")


@require_GET
@signed_in
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds a person runs or audits."""
    user = person(request)
    found = visible_rounds(user)
    may_make = bool(reads.calls_for(user))
    if not may_make and not found.exists():
        _refuse_stranger(user)
    state, words = one_of(request.GET, "state", reads.STATES), word(request.GET, "words")
    if state:
        found = found.filter(status=state)
    if words:
        found = reads.named(found, words)
    page = Paginator(found.order_by("-id"), SIZE).get_page(page_number(request))
    filters = [
        {"name": "words", "label": Text("名称或编号", "Name or code"), "value": words},
        {
            "name": "state", "label": Text("状态", "State"), "value": state,
            "options": options({key: name for key, (name, _) in reads.STATES.items()}),
        },
    ]  # fmt: skip
    shown = cast("QuerySet[Round]", page.object_list)
    return render(request, "rounds/list.html", {
        "lines": reads.lines(shown), "filters": filters, "may_make": may_make, "number": page.number,
        "last": page.paginator.num_pages, "total": page.paginator.count,
    })  # fmt: skip


def _refuse_stranger(user: User) -> None:
    """The list is there for officers and auditors, even when it is empty."""
    if not reads.takes_part(user):
        raise NotSeen


@require_http_methods(["GET", "POST"])
@signed_in
def new_round(request: HttpRequest) -> HttpResponse:
    """Make a round for a call."""
    user = person(request)
    calls = reads.calls_for(user)
    if not calls and not reads.takes_part(user, only_officers=True):
        raise NotSeen
    typed = {name: posted(request, name, most=200) for name in ("call", "section", "name_zh", "name_en")}
    bad: BadInput | None = None
    if request.method == "POST":
        section = int(typed["section"]) if typed["section"].isascii() and typed["section"].isdigit() else None
        try:
            made = acts.create(
                typed["call"], name=Text(typed["name_zh"], typed["name_en"]), section=section, by=user, at=clock.now()
            )
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
        else:
            messages.success(request, _MADE.filled(code=made.code).in_lang(lang()))
            return HttpResponseRedirect(reverse("round-cases", args=[made.code]))
    boxes = _new_boxes(user, calls, typed)
    return render(request, "rounds/new.html", {"boxes": boxes, "calls": calls, "problems": told(bad)}, status=422 if bad else 200)


def _new_boxes(user: User, calls: list[Call], typed: dict[str, str]) -> list[Box]:
    sections = {each.id: each for call in calls for each in reads.sections_for(user, call.authority)}
    first = calls[0].code if len(calls) == 1 else ""
    boxes = [
        Box(
            "call", Text("批次", "Call"), "choice", typed["call"] or first,
            options=tuple(Option(call.code, Text(call.title_zh, call.title_en)) for call in calls),
        ),
        Box("name_zh", Text("中文名称", "Name in Chinese"), value=typed["name_zh"], help=Text("例如：第一轮网上评审", "")),
        Box("name_en", Text("英文名称", "Name in English"), value=typed["name_en"]),
    ]  # fmt: skip
    if sections:
        boxes.append(Box(
            "section", Text("只评一个科室的项目", "Cases of one section only"), "choice", typed["section"], required=False,
            options=(Option("", Text("不限", "any")), *(
                Option(str(each.id), Text(each.name_zh, each.name_en)) for each in sections.values()
            )),
        ))  # fmt: skip
    return boxes


# -- one round ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in
def round(request: HttpRequest, code: str) -> HttpResponse:
    """A round's course: what is done, what comes next, who must act."""
    user, bad = person(request), None
    row = round_for(user, code, to=SEE)
    if request.method == "POST":
        try:
            messages.success(request, _step(request, code).in_lang(lang()))
            return HttpResponseRedirect(_after(request, code))
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
    return _course(request, row, bad)


def _step(request: HttpRequest, code: str) -> Text:
    user, at, step = person(request), clock.now(), posted(request, "do", most=20)
    if step == "open":
        acts.open_asking(code, confirmed=posted(request, "confirmed") == "yes", by=user, at=at)
        return _OPENED
    if step == "cancel":
        acts.cancel(code, posted(request, "reason", most=400), by=user, at=at)
        return _CANCELLED
    if step == "put-off":
        problems: dict[str, list[Problem]] = {}
        days = {name: read_moment(request, name, problems) for name in ("declare_by", "score_by")}
        if problems:
            raise BadFields(problems)
        acts.put_off(code, by=user, at=at, **days)
        return _PUT_OFF
    raise Refused(_NOTHING_DONE.at())


def _after(request: HttpRequest, code: str) -> str:
    return reverse("asking" if posted(request, "do", most=20) == "open" else "round", args=[code])


def _course(request: HttpRequest, row: Round, bad: BadInput | None) -> HttpResponse:
    at, user, step = clock.now(), person(request), posted(request, "do", most=20)
    numbers = reads.numbers_of(row)
    state, tone = reads.STATES[row.status]
    fields = bad if isinstance(bad, BadFields) else None
    return render(request, "rounds/round.html", {
        "round": row, "name": called(row), "lead": f"{called(row.call)} · {row.code}", "state": state, "tone": tone,
        "may": runs(user, row), "problems": told(bad), "obstacles": _obstacles(row, at=at),
        "steps": reads.course(row, numbers), "next": _next(row), "confirmed": posted(request, "confirmed") == "yes",
        "facts": _facts(row, numbers), "facts_title": Text("这一轮", "This round"),
        "may_put_off": row.status in ("asking", "drawing", "scoring"), "put_off_open": bad is not None and step == "put-off",
        "may_cancel": row.status not in ("ranked", "decided", "cancelled"), "cancel_open": bad is not None and step == "cancel",
        "days": _day_boxes(request, row, fields),
        "reason": [Box("reason", Text("原因", "Reason"), "longtext", posted(request, "reason", most=400))],
    }, status=422 if bad else 200)  # fmt: skip


def _day_boxes(request: HttpRequest, row: Round, bad: BadFields | None) -> list[Box]:
    return [
        moment_box(request, "declare_by", Text("申报回避截止", "Declaring ends"), row.declare_by, bad),
        moment_box(request, "score_by", Text("评分截止", "Scoring ends"), row.score_by, bad),
    ]


def _obstacles(row: Round, *, at: datetime) -> list[Problem]:
    """What a person in charge must see first."""
    if row.status == "draft":
        return reads.problems_to_open(row, at=at)
    return reads.left_review(row) if row.status in ("asking", "drawing") else []


def _next(row: Round) -> dict[str, object] | None:
    """The next thing to do, and where."""
    found = _NEXT.get(row.status)
    if found is None:
        return None
    says, name, label = found
    return {"says": says, "href": reverse(name, args=[row.code]) if name else "", "label": label}


_NEXT = {
    "draft": (
        Text("列入项目，定好规则和期限，然后确认规则、开始邀请。",
            "Put the cases in, set rules and days; then confirm and begin asking."),
        "round-rules", Text("看规则", "Look at the rules"),
    ),
    "asking": (
        Text("邀请专家，等他们申报回避；人够了就提交抽取。", "Ask experts and wait for them to declare; then commit the draw."),
        "asking", Text("邀请专家", "Ask experts"),
    ),
    "drawing": (
        Text("抽取已提交：各方封存、开启随机短语，然后抽取。", "The draw is committed: the parties seal and open, then draw."),
        "draw", Text("去抽取", "To the draw"),
    ),
    "scoring": (
        Text("专家接受席位并评分；空出的席位自动递补。",
            "Experts accept and score; a seat that falls empty is filled by itself."),
        "round-progress", Text("看评分进度", "See how far scoring is"),
    ),
    "closed": (
        Text("看结果；有疑问的上会讨论，然后确定排序。", "Look at the results; discuss what is open, then fix the ranking."),
        "results", Text("看结果", "See the results"),
    ),
    "ranked": (
        Text("按排序和预算安排立项。", "Walk the ranking under the budget."),
        "allocation", Text("去分配资金", "To the allocation"),
    ),
    "decided": (Text("发布公示。", "Publish the notice."), "round-notices", Text("去公示", "To the notice")),
}  # fmt: skip


def _facts(row: Round, numbers: reads.Numbers) -> list[dict[str, object]]:
    rules = reads.rules_of(row)
    panel = rules.panel
    make_up = Text(
        f"{panel.size} 人，其中财务管理 {panel.finance} 人，外地至少 {panel.outside} 人，同一单位至多 {panel.per_unit} 人",
        f"{panel.size}: {panel.finance} for finance, {panel.outside}+ from outside, at most {panel.per_unit} of one employer",
    )
    blind = Text("双盲", "double-blind") if row.blindness == "double" else Text("单盲（专家能看到申报人）", "single-blind")
    how = Text(f"公开抽取，概率上限 {row.cap}‰", f"a lottery, no chance above {row.cap} ‰")
    mode = how if row.mode == "lottery" else Text(f"不抽取：{row.plan_reason}", f"no lottery: {row.plan_reason}")
    return [
        {"label": Text("批次", "Call"), "value": called(row.call)},
        {"label": Text("项目", "Cases"), "value": numbers.cases},
        {"label": Text("盲评", "Blindness"), "value": blind},
        {"label": Text("评分表", "Sheet"), "value": rules.sheet.name if rules.sheet else ""},
        {"label": Text("专家组", "Panel"), "value": make_up},
        {"label": Text("产生办法", "How panels come about"), "value": mode},
        {"label": Text("申报回避截止", "Declaring ends"), "value": _moment(row.declare_by)},
        {"label": Text("评分截止", "Scoring ends"), "value": _moment(row.score_by)},
    ]


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(clock.BEIJING):%Y-%m-%d %H:%M}" if at else ""


# -- its cases ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in
def round_cases(request: HttpRequest, code: str) -> HttpResponse:
    """The cases of a round; while it is prepared, those that may be put in."""
    user, bad = person(request), None
    row = round_for(user, code, to=SEE)
    if request.method == "POST":
        try:
            messages.success(request, _change(request, code).in_lang(lang()))
            return HttpResponseRedirect(request.get_full_path())
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
    may = runs(user, row)
    wanted = reads.Wanted(word(request.GET, "scheme"), word(request.GET, "field"), word(request.GET, "section"))
    waiting = reads.waiting_for(row, wanted) if may and row.status == "draft" else []
    return render(request, "rounds/cases.html", {
        "round": row, "problems": told(bad), "places": reads.places_of(row), "waiting": waiting,
        "may_put": may and row.status == "draft", "may_take_out": may and row.status in ("draft", "asking"),
        "filters": _case_filters(row, wanted) if may else [], "ticked": request.POST.getlist("case"),
    }, status=422 if bad else 200)  # fmt: skip


def _change(request: HttpRequest, code: str) -> Text:
    user, at = person(request), clock.now()
    step, _, case = posted(request, "do", most=100).partition(":")
    if step == "put":
        return _PUT.filled(number=len(acts.put_cases(code, request.POST.getlist("case"), by=user, at=at)))
    if step == "out":
        acts.take_out(code, case, by=user, at=at)
        return _OUT.filled(code=case)
    raise Refused(_NOTHING_DONE.at())


def _case_filters(row: Round, wanted: reads.Wanted) -> list[dict[str, object]]:
    every = reads.waiting_for(row, reads.Wanted())
    schemes = {each.case.scheme: each.scheme for each in every}
    fields = {each.field: _direction(row, each.field) for each in every if each.field}
    sections = {
        str(each.case.section.id): Text(each.case.section.name_zh, each.case.section.name_en)
        for each in every
        if each.case.section
    }
    rows = (
        ("scheme", Text("专项", "Scheme"), schemes),
        ("field", Text("方向", "Direction"), fields),
        ("section", Text("科室", "Section"), sections),
    )
    return [
        {"name": name, "label": label, "value": getattr(wanted, name), "options": options(found)}
        for name, label, found in rows
        if found
    ]


def _direction(row: Round, key: str) -> Text:
    """A direction by its name in the pack, where it has one."""
    every = (each for root in packs.pack(row.call.pack).directions for each in root.walk())
    found = next((each for each in every if each.id == key), None)
    return Text(f"{key} {found.name.zh}", f"{key} {found.name.en}") if found else same(key)


addresses = [
    path("rounds/", rounds, name="rounds"),
    path("rounds/new/", new_round, name="new-round"),
    path("rounds/<slug:code>/", round, name="round"),
    path("rounds/<slug:code>/cases/", round_cases, name="round-cases"),
]
