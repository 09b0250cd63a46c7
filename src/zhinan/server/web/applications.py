"""The applicant's own pages: the list of applications, beginning one, taking note of a revision, taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.server import clock, packs
from zhinan.server.actions import applications
from zhinan.server.queries import calls, drafts
from zhinan.server.queries.access import case_for, is_applicant
from zhinan.server.queries.answers_told import told
from zhinan.server.queries.applications import form_for, may_submit
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web import filling, handing_in
from zhinan.server.web.doors import person, signed_in
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text, same

#: Nobody searches for more.
_MOST_WORDS = 80
_STATES = {
    drafts.State.DRAFT: ("", Text("草稿", "draft")), drafts.State.RETURNED: ("warn", Text("退回补正", "to correct")),
    drafts.State.UNDER_WAY: ("info", Text("办理中", "under way")), drafts.State.ENDED: ("", Text("已结束", "ended")),
}  # fmt: skip
_VERDICTS = {
    "eligible": ("good", Text("符合", "may apply")), "ineligible": ("bad", Text("不符合", "may not apply")),
    "undetermined": ("warn", Text("信息不全", "not known yet")),
}  # fmt: skip


# ─── the list ───


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter or of a select."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed by."""

    name: str
    label: Text
    value: str
    options: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One application in the list: how it stands, what its applicant does next."""

    mine: drafts.Mine
    tone: str
    state: Text
    verdict: tuple[str, Text] | None
    href: str
    next: Text


@require_GET
@signed_in
def applications_list(request: HttpRequest) -> HttpResponse:
    """My applications and those of the unit I administer."""
    state, words = request.GET.get("state", ""), request.GET.get("words", "").replace("\0", "").strip()[:_MOST_WORDS]
    user = person(request)
    listed = drafts.applications_of(user, at=clock.now(), state=state, words=words, page=_number(request.GET.get("page", "")))
    filters = (
        Filter("words", Text("题目或编号", "title or code"), words),
        Filter("state", Text("状态", "state"), state, tuple(Choice(key, name) for key, (_, name) in _STATES.items())),
    )
    rows = [_row(each, is_leader=each.case.leader_id == user.id) for each in listed.rows]
    return render(
        request,
        "applications/list.html",
        {"rows": rows, "listed": listed, "filters": filters, "is_narrowed": bool(state or words)},
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _row(mine: drafts.Mine, *, is_leader: bool) -> Row:
    case = mine.case
    tone, state = _STATES[mine.state]
    if mine.state is drafts.State.UNDER_WAY:
        state = mine.stage
    href, following = _next(mine, is_leader=is_leader)
    return Row(mine, tone, state, _VERDICTS.get(case.verdict) if mine.is_open else None, href, following)


def _next(mine: drafts.Mine, *, is_leader: bool) -> tuple[str, Text]:
    code = mine.case.code
    if mine.state is drafts.State.RETURNED:
        return reverse("fill", args=[code]), Text("去补正", "correct it")
    if mine.state is drafts.State.DRAFT and mine.case.ready_at and not is_leader:
        return reverse("submit", args=[code]), Text("核对并提交", "check it and hand it in")
    if mine.state is drafts.State.DRAFT:
        return reverse("fill", args=[code]), Text("继续填写", "go on filling in")
    return f"/cases/{code}/", Text("看办理进度", "see how it goes")


# ─── beginning ───


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: HttpRequest, call: str, scheme: str) -> HttpResponse:
    """Begin an application: for which unit, led by whom, on which topic; what was answered in the check comes along."""
    if request.method != "POST":
        return _show_start(request, call, scheme)
    user, the_call = person(request), calls.public_call(call)
    if scheme not in the_call.schemes:
        raise NotSeen
    unit = next((unit for unit, _ in drafts.units_of(user) if str(unit.id) == request.POST.get("unit")), None)
    if unit is None:
        return _show_start(request, call, scheme, status=422)
    leaders = {str(each.id): each for each in drafts.leaders_of(unit, at=clock.now())}
    topics = {str(each.id): each for each in calls.topics_for(the_call, unit.park_id)}
    try:
        case = applications.start(
            by=user,
            call=the_call,
            scheme=scheme,
            organisation=unit,
            at=clock.now(),
            leader=leaders.get(request.POST.get("leader", "")),
            topic=topics.get(request.POST.get("topic", "")),
            answers=_checked(request),
        )
    except BadInput as bad:
        return _show_start(request, call, scheme, problems=bad.problems, status=422)
    messages.success(request, Text(f"已建立申报书 {case.code}", f"Application {case.code} is begun").in_lang(lang()))
    return HttpResponseRedirect(reverse("fill", args=[case.code]))


def _show_start(
    request: HttpRequest, code: str, scheme: str, *, problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    call, user, now = calls.public_call(code), person(request), clock.now()
    if scheme not in call.schemes:
        raise NotSeen
    units = drafts.units_of(user)
    wanted = request.POST.get("unit", request.GET.get("unit", ""))
    unit, is_admin = next((each for each in units if str(each[0].id) == wanted), units[0] if len(units) == 1 else (None, False))
    refusal = calls.refuse_starting(call, scheme, at=now)
    form = form_for(call, scheme)
    checked = _checked(request)
    leader = (
        next((each for each in drafts.leaders_of(unit, at=now) if str(each.id) == request.POST.get("leader")), user)
        if unit
        else user
    )
    context = {
        "call": call,
        "scheme": packs.scheme(call.pack, scheme),
        "units": [each for each, _ in units],
        "unit": unit,
        "is_admin": is_admin,
        "leaders": [Choice(str(each.id), same(each.name)) for each in drafts.leaders_of(unit, at=now)]
        if unit and is_admin
        else (),
        "leader": str(leader.id),
        "needs_topic": calls.needs_topic(call, scheme),
        "topic": request.POST.get("topic", ""),
        "topics": [Choice(str(each.id), same(each.title)) for each in calls.topics_for(call, unit.park_id)] if unit else (),
        "draft": drafts.draft_of(leader, call, scheme, unit) if unit else None,
        "refusal": refusal,
        "problems": list(problems),
        "along": [
            {"label": field.label, "value": told(field, checked[field.key])} for field in form.fields if checked.get(field.key)
        ],
        "pages": len(form.pages),
        "papers": sum(upload.is_required for upload in form.uploads),
    }
    return render(request, "applications/start.html", context, status=status)


def _checked(request: HttpRequest) -> dict[str, str]:
    """What was answered in the public check, in this browser."""
    kept = request.session.get("check")
    return {str(key): text for key, text in kept.items() if isinstance(text, str)} if isinstance(kept, dict) else {}


# ─── what else an applicant does ───


@require_POST
@signed_in
def note(request: HttpRequest, code: str) -> HttpResponse:
    """The applicant has read what a revision changed."""
    applications.take_note(code, by=person(request), at=clock.now())
    return HttpResponseRedirect(reverse("fill", args=[code]))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take an application back, after saying so once more."""
    case = case_for(person(request), code)
    if not is_applicant(person(request), case):
        raise NotSeen
    reason, problems = request.POST.get("reason", ""), list[Problem]()
    if request.method == "POST":
        try:
            applications.withdraw(code, by=person(request), at=clock.now(), reason=reason)
        except NotSeen:
            raise
        except BadInput as bad:
            problems = bad.problems
        else:
            messages.success(request, Text(f"已撤回 {code}", f"{code} is withdrawn").in_lang(lang()))
            return HttpResponseRedirect(reverse("applications"))
    context = {"case": case, "reason": reason, "problems": problems, "may": may_submit(person(request), case)}
    return render(request, "applications/withdraw.html", context, status=422 if problems else 200)


addresses = [
    path("applications/", applications_list, name="applications"),
    path("applications/start/<slug:call>/<slug:scheme>/", start, name="start"),
    path("cases/<slug:code>/note/", note, name="take-note"),
    path("cases/<slug:code>/withdraw/", withdraw, name="withdraw"),
    *filling.addresses,
    *handing_in.addresses,
]
