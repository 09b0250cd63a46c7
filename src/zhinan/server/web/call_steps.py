"""The steps of a call, each with its page to confirm: publish, revise, extend, close, cancel."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from zhinan.server.actions import calls as acts
from zhinan.server.actions.account_fields import BLANK, BadFields
from zhinan.server.clock import now
from zhinan.server.queries import calls
from zhinan.server.queries.call_changes import changes
from zhinan.server.refused import NotSeen
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web import call_form
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import Box, Told, of, posted, told
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.server.models import Call


@dataclass(frozen=True, slots=True)
class Step:
    """What the confirming page says of a step, the word on its button, the word when it is done, and where it may be taken."""

    title: Text
    lead: Text
    button: Text
    done: Text
    states: tuple[str, ...] = ("published",)
    tone: str = ""


_PUBLISH = Step(
    Text("发布批次", "Publish the call"),
    Text(
        "发布后任何人都能看到。之后的改动都是修订，会通知正在填报的人。",
        "Anyone can read it from then on. Later changes are revisions, and whoever is filling in an application is told.",
    ),
    Text("发布", "Publish"), Text("批次已发布。", "The call is published."), ("draft",),
)  # fmt: skip
_CLOSE = Step(
    Text("提前截止", "Close the call now"),
    Text("截止后不能再提交；已提交的继续办理。", "Nothing can be handed in after that; what was handed in goes on."),
    Text("现在截止", "Close now"), Text("批次已截止。", "The call is closed."), tone="danger",
)  # fmt: skip
_CANCEL = Step(
    Text("取消批次", "Cancel the call"),
    Text(
        "还没有单位提交时才能取消；会通知正在填报的人。",
        "Only while nobody has handed in; whoever is filling in an application is told.",
    ),
    Text("取消批次", "Cancel the call"), Text("批次已取消。", "The call is cancelled."), ("draft", "published"), "danger",
)  # fmt: skip
_EXTEND = Step(
    Text("延长截止时间", "Extend the call"),
    Text(
        "只能往后延；会通知正在填报的人。各级期限须依次向后，必要时一并后延。",
        "Only to a later time; whoever is filling in is told. The levels must follow one another: move them too where needed.",
    ),
    Text("延期", "Extend"), Text("已延期。", "The call is extended."),
)  # fmt: skip
_REVISE = Step(
    Text("修订批次", "Revise the call"),
    Text(
        "表单变为新的一版。已提交的内容不变；草稿会提示改了什么。",
        "The form becomes a new edition. What was handed in stays; drafts are shown what changed.",
    ),
    Text("看看改了什么", "See what changes"), Text("批次已修订。", "The call is revised."),
)  # fmt: skip
_REASON = Text("原因", "Reason")


#: The boxes of a step, with what was wrong with what stood in them.
Boxes = Callable[["Call", BadFields | None], Sequence[Box]]


def said(request: HttpRequest, what: Text) -> None:
    """Tell the person that it is done."""
    messages.success(request, what.in_lang(lang()))


def lacks_of(call: Call, page: str = "") -> list[Told]:
    """What keeps a call from being published, each with the way to its field."""
    return [
        Told(each.problem.message, each.problem.mend, f"{page}#field-{each.field}") for each in calls.unsettled(call, at=now())
    ]


@require_http_methods(["GET", "POST"])
@signed_in
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Open the call to the public."""
    return _confirmed(request, code, _PUBLISH, lambda: acts.publish(code, by=person(request), at=now()), lambda _call, _bad: [])


@require_http_methods(["GET", "POST"])
@signed_in
def close(request: HttpRequest, code: str) -> HttpResponse:
    """No more applications."""
    return _confirmed(
        request,
        code,
        _CLOSE,
        lambda: acts.close(code, by=person(request), at=now(), reason=_reason(request)),
        _only_reason(request),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Take the call back."""
    return _confirmed(
        request,
        code,
        _CANCEL,
        lambda: acts.cancel(code, by=person(request), at=now(), reason=_reason(request)),
        _only_reason(request),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def extend(request: HttpRequest, code: str) -> HttpResponse:
    """Give everyone more time."""

    def act() -> None:
        reason, closes_at, due = _extension(request, code)
        acts.extend(code, by=person(request), at=now(), closes_at=closes_at, reason=reason, due=due)

    def boxes(call: Call, bad: BadFields | None) -> list[Box]:
        due = {limit.stage: limit.due_at for limit in call.limits.all() if limit.body_id is None and limit.due_at}
        closes = call_form.moment_box(request, "closes_at", _NEW_CLOSING, call.closes_at, bad, help=call_form.CLOSES)
        levels = [box for box in call_form.due_boxes(request, call, due, bad) if box.name.partition("-")[2] in due]
        return [closes, *levels, _reason_box(request, bad)]

    return _confirmed(request, code, _EXTEND, act, boxes)


_NEW_CLOSING = Text("新的截止时间", "New closing time")


def _extension(request: HttpRequest, code: str) -> tuple[str, datetime, dict[str, datetime]]:
    """The reason, the new closing time and those of the levels. Raises `BadFields`."""
    problems: dict[str, list[Problem]] = {}
    call = calls.call_for(person(request), code)
    closes_at = call_form.read_moment(request, "closes_at", problems)
    levels = {id: call_form.read_moment(request, f"due-{id}", problems) for id, _ in calls.stages_due(call)}
    if closes_at is None:
        problems.setdefault("closes_at", [BLANK.at(label=_NEW_CLOSING)])
    if problems or closes_at is None:
        raise BadFields(problems)
    return _reason(request), closes_at, {id: at for id, at in levels.items() if at is not None}


def _reason(request: HttpRequest) -> str:
    """Why. Raises `BadFields` where nothing is said."""
    text = posted(request, "reason").strip()
    if not text:
        raise BadFields({"reason": [BLANK.at(label=_REASON)]})
    return text


def _reason_box(request: HttpRequest, bad: BadFields | None) -> Box:
    help = Text("申请人会看到", "applicants will read it")
    return Box("reason", _REASON, "longtext", posted(request, "reason"), help, problems=of(bad, "reason"))


def _only_reason(request: HttpRequest) -> Boxes:
    return lambda _call, bad: [_reason_box(request, bad)]


def _confirmed(request: HttpRequest, code: str, step: Step, act: Callable[[], object], boxes: Boxes) -> HttpResponse:
    """The page that asks once more; on POST the step is taken, or the page says why not and keeps what was typed."""
    call = calls.call_for(person(request), code)
    bad: BadInput | None = None
    if request.method == "POST":
        try:
            act()
        except NotSeen:
            raise
        except BadInput as refused:
            bad = refused
        else:
            said(request, step.done)
            return _to_desk(code)
    elif call.status not in step.states:
        return _to_desk(code)
    fields = bad if isinstance(bad, BadFields) else None
    lacks = lacks_of(call, reverse("call-desk", args=[code])) if step is _PUBLISH else []
    shown = {
        "call": call, "step": step, "boxes": boxes(call, fields), "lacks": lacks, "problems": [] if lacks else told(bad),
        "numbers": calls.numbers_of(call), "is_publishing": step is _PUBLISH,
    }  # fmt: skip
    return render(request, "call_desk/confirm.html", shown, status=422 if bad else 200)


def _to_desk(code: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("call-desk", args=[code]))


@require_http_methods(["GET", "POST"])
@signed_in
def revise(request: HttpRequest, code: str) -> HttpResponse:
    """Change a published call: first what would change is shown, then it is confirmed."""
    call = calls.call_for(person(request), code)
    if request.method == "GET":
        return _revision(request, call, None) if call.status in _REVISE.states else _to_desk(code)
    typed = call_form.revised(request, call)
    try:
        if typed.bad:
            raise typed.bad
        reason, before = _reason(request), calls.as_it_is(call)
        if request.POST.get("confirm") != "yes" and call.status in _REVISE.states:
            after = {**before, **calls.revised(call, typed.parameters, typed.readings, typed.notice)}
            shown = list(changes(call, before, after))
            if shown:
                return _what_changes(request, call, shown)
        edition = posted(request, "edition")
        acts.revise(
            code, by=person(request), at=now(), reason=reason, parameters=typed.parameters, readings=typed.readings,
            notice=typed.notice, edition=int(edition) if re.fullmatch("[0-9]{1,6}", edition) else None,
        )  # fmt: skip
    except NotSeen:
        raise
    except BadInput as refused:
        return _revision(request, call, refused)
    said(request, _REVISE.done)
    return _to_desk(code)


def _revision(request: HttpRequest, call: Call, bad: BadInput | None) -> HttpResponse:
    fields = bad if isinstance(bad, BadFields) else None
    shown = {
        "call": call, "step": _REVISE, "problems": told(bad), "figures": call_form.figure_boxes(request, call, fields),
        "readings": call_form.reading_boxes(request, call, fields), "notices": call_form.notice_boxes(request, call, fields),
        "reason": [_reason_box(request, fields)], "numbers": calls.numbers_of(call),
    }  # fmt: skip
    return render(request, "call_desk/revise.html", shown, status=422 if bad else 200)


def _what_changes(request: HttpRequest, call: Call, found: Sequence[object]) -> HttpResponse:
    typed = [(name, value) for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "confirm")]
    shown = {
        "call": call,
        "changes": found,
        "typed": typed,
        "numbers": calls.numbers_of(call),
        "reason": posted(request, "reason"),
    }
    return render(request, "call_desk/changes.html", shown)


addresses = [
    path("desk/calls/<slug:code>/publish/", publish, name="publish-call"),
    path("desk/calls/<slug:code>/revise/", revise, name="revise-call"),
    path("desk/calls/<slug:code>/extend/", extend, name="extend-call"),
    path("desk/calls/<slug:code>/close/", close, name="close-call"),
    path("desk/calls/<slug:code>/cancel/", cancel, name="cancel-call"),
]
