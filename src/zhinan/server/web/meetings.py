"""Pages of a panel meeting: the officer's, who runs it, and the expert's, who sits in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods

from zhinan.review.votes import CHOICES, MAJORITIES, VoteRule
from zhinan.server import clock
from zhinan.server.actions import meetings, scoring
from zhinan.server.paper.minutes import Discussed, Minutes, draft_text, minutes_docx, minutes_pdf
from zhinan.server.queries.meetings import Run, Written, minutes_of, panel_of, run_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import called, lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.files import download
from zhinan.server.web.typed import posted
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

_DONE = {
    "call": Text("会评已定，已通知专家", "The meeting is set and the experts are told"),
    "attend": Text("到会名单已保存", "Who is present was kept"), "open": Text("讨论已开始", "The discussion is open"),
    "ballot": Text("已开始投票", "The ballot is open"), "count": Text("投票已结束", "The ballot is closed and counted"),
    "again": Text("已请专家再评", "The panels were asked to score again"),
    "close": Text("会评已结束", "The meeting is closed"), "say": Text("意见已发出", "Your remark is there"),
    "vote": Text("已投票；投票结束前可以改", "Your vote is in; you may change it until the ballot closes"),
}  # fmt: skip
_NOTHING = Mistake(
    "meeting-no-such-step",
    Text("没有看懂要做什么", "it is not clear what to do"),
    Text("用页面上的按钮再试", "use the buttons of the page"),
)
_BAD_MOMENT = Mistake(
    "meeting-bad-moment", Text("看不懂时间“{text}”", "cannot read “{text}” as a time"),
    Text("写成 2026-05-20 09:00", "write it as 2026-05-20 09:00"),
)  # fmt: skip
_KINDS = {
    "pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
_MAKE: dict[str, Callable[[Minutes], bytes]] = {"pdf": minutes_pdf, "docx": minutes_docx}


# -- the officer ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in
def meeting(request: HttpRequest, code: str) -> HttpResponse:
    """The meeting as its officer runs it."""
    if request.method != "POST":
        return _page(request, run_of(person(request), code), None)
    try:
        step = _change(request, code)
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, run_of(person(request), code), bad)
    messages.success(request, _DONE[step].in_lang(lang()))
    return HttpResponseRedirect(reverse("round-meeting", args=[code]))


def _change(request: HttpRequest, code: str) -> str:
    """Do what a button of the page says; returns which step it was."""
    user, at = person(request), clock.now()
    step, _, number = posted(request, "do", most=40).partition(":")
    if step == "call":
        held_at, place = _moment(posted(request, "held_at", most=30)), posted(request, "place", most=120)
        meetings.call_meeting(code, _numbers(request, "agenda"), held_at=held_at, place=place, by=user, at=at)
    elif step == "attend":
        meetings.attend(code, request.POST.getlist("present")[:500], by=user, at=at)
    elif step == "open":
        if present := request.POST.getlist("present")[:500]:  # the same form has the boxes: what is ticked is not lost
            meetings.attend(code, present, by=user, at=at)
        meetings.open_discussion(code, by=user, at=at)
    elif step == "ballot":
        meetings.open_ballot(code, _whole(number), by=user, at=at)
    elif step == "count":
        meetings.close_ballot(code, _whole(number), by=user, at=at)
    elif step == "again":
        scoring.ask_again(code, sorted(_numbers(request, "again")), posted(request, "reason", most=400), by=user, at=at)
    elif step == "close":
        meetings.close_meeting(code, posted(request, "minutes", most=20_000), by=user, at=at)
    else:
        raise Refused(_NOTHING.at())
    return step


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {_whole(each) for each in request.POST.getlist(name)[:1000]}


def _whole(text: str) -> int:
    """A number as it was posted; one that no case has for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "T"))
    except ValueError:
        raise Refused(_BAD_MOMENT.at(text=text)) from None
    return found.replace(tzinfo=clock.BEIJING) if found.tzinfo is None else found


def _page(request: HttpRequest, run: Run, bad: BadInput | None) -> HttpResponse:
    held = run.meeting if run.meeting is not None and run.meeting.closed_at is None else None
    start = held.held_at if held else clock.now()
    chosen = {item.place.number for item in run.items if (item.on_agenda if held else item.is_proposed)}
    typed = _numbers(request, "agenda") if bad else set()
    draft = draft_text(_minutes(minutes_of(person(request), run.round.code, held.number))) if held else ""
    return render(request, "meetings/run.html", {
        "run": run, "round": run.round, "held": held, "problems": bad.problems if bad else (), "chosen": typed or chosen,
        "held_at": posted(request, "held_at", most=30) if bad else f"{localtime(start):%Y-%m-%d %H:%M}",
        "place": posted(request, "place", most=120) if bad else (held.place if held else ""),
        "rule": _rule_words(run.rule), "text": posted(request, "minutes", most=20_000) or draft,
        "agenda": [item for item in run.items if item.on_agenda], "may_write": run.may_run and run.is_now,
    }, status=422 if bad else 200)  # fmt: skip


def _rule_words(rule: VoteRule) -> Text:
    """The rule by which a meeting decides, in a sentence."""
    most, share = MAJORITIES[rule.majority], f"{rule.quorum.numerator}/{rule.quorum.denominator}"
    return Text(f"到会 {share} 有效，{most.zh}同意为通过", f"quorum {share}; {most.en} in favour passes")


@require_GET
@signed_in
def minutes(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    """The minutes to take away."""
    if kind not in _MAKE:
        raise NotSeen
    found = _minutes(minutes_of(person(request), code, number))
    name = Text(f"会评纪要-{code}-{number}.{kind}", f"minutes-{code}-{number}.{kind}").in_lang(lang())
    return download(_MAKE[kind](found), name, _KINDS[kind])


def _minutes(written: Written) -> Minutes:
    meeting, round = written.meeting, written.round
    cases = tuple(
        Discussed(
            item.place.number, item.place.case.code, item.place.case.title, item.place.official,
            tuple(told.says.in_lang(lang()) for told in item.voting.told),
        )
        for item in written.items
    )  # fmt: skip
    return Minutes(
        called(round), round.code, meeting.number, meeting.held_at, meeting.place, written.members, written.present,
        _rule_words(written.rule).in_lang(lang()), cases, meeting.minutes, meeting.closed_at, clock.now(), lang(),
    )  # fmt: skip


# -- the expert ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """The meeting as an expert sits in it: the cases of the agenda that are theirs."""
    if request.method != "POST":
        return _seat_page(request, code, None)
    user, at = person(request), clock.now()
    step, _, number = posted(request, "do", most=40).partition(":")
    try:
        if step == "say":
            meetings.say(code, _whole(number), posted(request, "text", most=2000), by=user, at=at)
        elif step == "vote":
            meetings.vote(code, _whole(number), posted(request, "choice", most=20), by=user, at=at)
        else:
            raise Refused(_NOTHING.at())
    except NotSeen:
        raise
    except BadInput as bad:
        return _seat_page(request, code, bad)
    messages.success(request, _DONE[step].in_lang(lang()))
    return HttpResponseRedirect(f"{reverse('panel-meeting', args=[code])}#case-{_whole(number)}")


def _seat_page(request: HttpRequest, code: str, bad: BadInput | None) -> HttpResponse:
    panel = panel_of(person(request), code)
    return render(request, "meetings/panel.html", {
        "panel": panel, "round": panel.round, "problems": bad.problems if bad else (), "choices": tuple(CHOICES.items()),
        "typed": posted(request, "text", most=2000) if bad else "", "typed_for": _whole(posted(request, "do").partition(":")[2]),
    }, status=422 if bad else 200)  # fmt: skip


addresses = [
    path("rounds/<slug:code>/meeting/", meeting, name="round-meeting"),
    path("rounds/<slug:code>/meeting/<int:number>/minutes.<slug:kind>", minutes, name="meeting-minutes"),
    path("reviewing/<slug:code>/meeting/", panel, name="panel-meeting"),
]
