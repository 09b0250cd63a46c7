"""What a body does with a case, each step on a page of its own: pass on, return for correction, refuse, send back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from zhinan.lifecycle.kinds import ActionKind
from zhinan.lifecycle.moves import stage_after
from zhinan.policy.model import Condition
from zhinan.server import clock, packs
from zhinan.server.actions import chain
from zhinan.server.actions.chain import MARK_KINDS
from zhinan.server.actions.offering import Offer, correct_until, day_of, offered
from zhinan.server.queries.access import ACT, case_for
from zhinan.server.queries.applications import Filled, filled
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.sheets import Line, Sheet, sheet
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.arrival import arrived_at
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.typed import posted
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

_ALREADY = Text("这一步已经办过：办件现在在“{stage}”", "This was done already: the case is now at “{stage}”")
_DONE = Text("已办理：{action}", "Done: {action}")
_BAD_MOMENT = Mistake(
    "bad-correction-time", Text("看不懂补正期限“{text}”", "cannot read “{text}” as the time for the correction"),
    Text("写成日期和时间，如 2026-03-20 17:00", "write a day and a time, as 2026-03-20 17:00"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A field or upload that may be sent back: ticked or not, what is wrong with it, a note."""

    key: str
    label: Text
    is_marked: bool
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one page of the form."""

    title: Text
    marks: tuple[Mark, ...]

    @property
    def is_open(self) -> bool:
        """Whether something in it is marked."""
        return any(mark.is_marked for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Typed:
    """What an officer writes with a step; at first what the check sheet suggests."""

    reason: str = ""
    clause: str = ""
    correct_by: str = ""
    marks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@require_http_methods(["GET", "POST"])
@signed_in
def move(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """One step: what it means, what must be said with it, and the button that takes it."""
    user, at = person(request), clock.now()
    row = case_for(user, code)
    stage = procedure_of(row).stages[row.stage].name
    if request.method == "POST" and posted(request, "stage", most=60) != row.stage:
        messages.info(request, _ALREADY.filled(stage=stage).in_lang(lang()))
        return HttpResponseRedirect(reverse("case", args=[code]))
    row = case_for(user, code, to=ACT)
    offer = next((each for each in offered(row, by=user, at=at) if each.action.id == action), None)
    if offer is None:
        raise NotSeen
    if offer.goes_by_list and row.body is not None:
        return HttpResponseRedirect(reverse("listing", args=[row.call.code, row.stage, row.body.code]))
    now = filled(row, on=day_of(row, at))
    if request.method == "GET":
        return _page(request, now, offer, _suggested(now, offer), None)
    typed = _typed(request, now)
    try:
        chain.move(
            code, action, by=user, at=at, begun_at=arrived_at(request), reason=typed.reason, clause=typed.clause,
            marked=typed.marks, correct_by=_moment(typed.correct_by),
        )  # fmt: skip
    except NotSeen:
        raise
    except BadInput as bad:
        return _page(request, now, offer, typed, bad)
    messages.success(request, _DONE.filled(action=offer.action.name).in_lang(lang()))
    return HttpResponseRedirect(reverse("case", args=[code]))


def _typed(request: HttpRequest, now: Filled) -> Typed:
    marks = {
        key: {
            "kind": _kind(posted(request, f"kind:{key}", most=20)),
            "note": posted(request, f"note:{key}", most=1000).strip(),
        }
        for key in _labels(now)
        if f"mark:{key}" in request.POST
    }
    reason, until = posted(request, "reason").strip(), posted(request, "correct_by", most=40).strip()
    return Typed(reason, posted(request, "clause", most=60), until, marks)


def _kind(text: str) -> str:
    return text if text in MARK_KINDS else next(iter(MARK_KINDS))


def _moment(text: str) -> datetime | None:
    """A moment in Beijing time, to its last second, as a browser's clock box writes it. Raises `BadInput`."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text).replace(tzinfo=clock.BEIJING, second=59, microsecond=0)
    except ValueError:
        raise Refused(_BAD_MOMENT.at(text=text)) from None
    if not 2000 <= read.year < 2200:
        raise Refused(_BAD_MOMENT.at(text=text))
    return read


def _labels(now: Filled) -> dict[str, Text]:
    """Everything that may be sent back: the fields, then the uploads."""
    return {each.key: each.label for each in now.form.fields} | {upload.id: upload.name for upload in now.form.uploads}


# -- what the check sheet suggests -------------------------------------------------------------------


def _suggested(now: Filled, offer: Offer) -> Typed:
    the_sheet = sheet(now, now.case.stage)
    failed = [line for line in the_sheet.lines if line.has_failed]
    notes = [line.check.note for line in failed if line.check and line.check.note]
    semicolon = Text("；", "; ").in_lang(lang())
    if offer.kind is ActionKind.RETURN:
        return Typed(reason=semicolon.join(notes), marks=dict(_marks(now, failed)))
    if offer.needs.clause:
        return Typed(reason=semicolon.join(notes), clause=next(iter(_clauses(offer, the_sheet)), ""))
    return Typed(reason=semicolon.join(notes) if offer.needs.reason else "")


def _marks(now: Filled, failed: Iterable[Line]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The fields and uploads that what failed rests on."""
    known = _labels(now)
    for line in failed:
        note = line.check.note if line.check else ""
        name = line.item.partition(":")[2]
        keys = {upload.id: "incomplete" for upload in now.form.uploads if name in upload.backs}
        if line.finding is not None and isinstance(line.finding.item, Condition):
            keys |= dict.fromkeys((*line.finding.because, *line.finding.missing), "incorrect")
        for key, kind in keys.items():
            if key in known:
                yield key, {"kind": kind, "note": note}


def _clauses(offer: Offer, the_sheet: Sheet) -> list[str]:
    """The clauses a refusal most likely rests on: that of the action itself, then those that failed."""
    return list(dict.fromkeys((*offer.action.clauses, *the_sheet.failed)))


# -- the page ----------------------------------------------------------------------------------------


def _page(request: HttpRequest, now: Filled, offer: Offer, typed: Typed, bad: BadInput | None) -> HttpResponse:
    case, procedure = now.case, procedure_of(now.case)
    to = stage_after(procedure, case.stage, offer.action.id)
    pack, the_sheet = packs.pack(case.call.pack), sheet(now, case.stage)
    likely = _clauses(offer, the_sheet)
    gists = {clause.path: clause.gist for clause in pack.clauses}
    return render(request, "cases/move.html", {
        "case": case, "name": case.title or case.code, "offer": offer, "typed": typed, "to": procedure.stages[to],
        "stage": procedure.stages[case.stage].name, "is_return": offer.kind is ActionKind.RETURN,
        "is_bad": offer.kind is ActionKind.REJECT, "likely": [(each, gists[each]) for each in likely if each in gists],
        "others": [(path, gist) for path, gist in gists.items() if path not in likely], "groups": _groups(now, typed),
        "kinds": MARK_KINDS.items(), "until": correct_until(case, to, correct_by=None), "problems": bad.problems if bad else (),
        "sheet": the_sheet,
    }, status=422 if bad else 200)  # fmt: skip


def _groups(now: Filled, typed: Typed) -> list[Group]:
    pages = [Group(page.title, tuple(_mark(each.key, each.label, typed) for each in page.fields)) for page in now.form.pages]
    papers = Group(Text("材料", "Papers"), tuple(_mark(upload.id, upload.name, typed) for upload in now.form.uploads))
    return [group for group in (*pages, papers) if group.marks]


def _mark(key: str, label: Text, typed: Typed) -> Mark:
    given = typed.marks.get(key, {})
    return Mark(key, label, key in typed.marks, given.get("kind", ""), given.get("note", ""))


addresses = [path("cases/<slug:code>/move/<slug:action>/", move, name="move")]
