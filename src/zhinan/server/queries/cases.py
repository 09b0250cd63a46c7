"""A case, read for its page: how far it has come, what was done with it, what the bodies it passed found, where it was listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.timezone import localtime

from zhinan.lifecycle.fold import award_path, early_stages, main_path, running_stages
from zhinan.lifecycle.kinds import ActionKind, kind_of
from zhinan.policy.procedure import Procedure
from zhinan.server.models import Application, Attachment, Check, Correction, Entry, Submission, User
from zhinan.server.queries.access import is_applicant, is_open_for_filling, writing_stages
from zhinan.server.queries.applications import Filled
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.chain import timeline
from zhinan.server.queries.changes import last_submission
from zhinan.server.queries.lists import sent_by_bodies_of
from zhinan.server.queries.sheets import sheet_with
from zhinan.values.text import Text, same

#: What is done with a case besides the steps of its procedure. The first group is a body's own work, which its applicant is
#: not shown before the body has decided.
_OWN_WORK = {
    "check": Text("核对", "checked"), "put-on-list": Text("加入清单", "put on the list"),
    "take-off-list": Text("移出清单", "taken off the list"),
}  # fmt: skip
_DONE = _OWN_WORK | {
    "start": Text("开始填报", "begun"), "hand-over": Text("交单位审核", "handed over to the unit"),
    "add-paper": Text("上传材料", "paper added"), "remove-paper": Text("移除材料", "paper taken off"),
    "rebase": Text("按修订后的表单继续", "taken over to the revised form"),
}  # fmt: skip
_TONES = {
    ActionKind.SUBMIT: "good", ActionKind.RESUBMIT: "good", ActionKind.PASS: "good", ActionKind.RETURN: "warn",
    ActionKind.SEND_BACK: "warn", ActionKind.REJECT: "bad", ActionKind.LAPSE: "bad", ActionKind.WITHDRAW: "quiet",
}  # fmt: skip
_PLATFORM = Text("平台", "the platform")


@dataclass(frozen=True, slots=True)
class Step:
    """A stage on the way: `done`, `now` or `next`."""

    name: Text
    state: str
    note: Text


def steps_of(case: Application) -> tuple[Step, ...]:
    """The way of the case from filing to intake, on to the award once it was accepted, and what follows."""
    procedure = procedure_of(case)
    left = {str(entry.payload["from"]): entry.event.at for entry in reversed(timeline(case)) if "from" in entry.payload}
    path = [*main_path(procedure), *(award_path(procedure) if _is_accepted(case, procedure, left) else ())]
    here = _place(case, procedure, path, left)
    steps = [_step(procedure, id, here=here, index=index, left=left) for index, id in enumerate(path)]
    if case.stage not in path:
        steps[here:] = [_off_the_way(case, procedure, path, here), *steps[here + 1 :]]
    return tuple(steps)


def _is_accepted(case: Application, procedure: Procedure, left: Mapping[str, datetime]) -> bool:
    """Whether intake lies behind the case, wherever it is now."""
    been = {case.stage, *left}
    return any(id not in early_stages(procedure) and not procedure.stages[id].is_final for id in been)


def _place(case: Application, procedure: Procedure, path: list[str], left: Mapping[str, datetime]) -> int:
    """How far along the path the case stands; where it has left the path, the stage it left it from."""
    if case.stage in path:
        return path.index(case.stage)
    passed = [path.index(stage) for stage in left if stage in path]
    return len(path) if _is_later(case, procedure) else max(passed, default=0)


def _is_later(case: Application, procedure: Procedure) -> bool:
    """Whether the case stands where the platform does not carry it any more."""
    return case.stage not in running_stages(procedure) and not procedure.stages[case.stage].is_final


def _step(procedure: Procedure, id: str, *, here: int, index: int, left: Mapping[str, datetime]) -> Step:
    state = "done" if index < here else "now" if index == here else "next"
    note = same(f"{localtime(left[id]):%Y-%m-%d}") if state == "done" and id in left else Text("", "")
    return Step(_capital(procedure.stages[id].name), state, note)


def _capital(name: Text) -> Text:
    """A name as it stands by itself."""
    return Text(name.zh, name.en[:1].upper() + name.en[1:])


def _off_the_way(case: Application, procedure: Procedure, path: list[str], here: int) -> Step:
    """The stage beside the way in the place of the one it came from (a correction, an objection, an end), or what follows."""
    name = procedure.stages[case.stage].name
    if here >= len(path):
        return Step(_capital(name), "now", Text("在线下办理", "handled on paper"))
    was = procedure.stages[path[here]].name
    return Step(_capital(was), "now", name)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: the stage, whom it waits for, until when."""

    stage: Text
    waits_for: Text
    until: datetime | None
    is_late: bool
    is_final: bool
    is_later: bool
    tone: str


def standing_of(case: Application, *, at: datetime) -> Standing:
    """Where the case stands at this moment."""
    procedure = procedure_of(case)
    stage = procedure.stages[case.stage]
    late = case.due_at is not None and case.due_at < at and not stage.is_final
    later = _is_later(case, procedure)
    writes = case.stage in writing_stages(case)
    tone = "quiet" if stage.is_final else "good" if later else "warn" if writes and case.submitted_at else "info"
    return Standing(
        stage.name, _waits_for(case, is_final=stage.is_final, writes=writes), case.due_at, late, stage.is_final, later, tone
    )


def _waits_for(case: Application, *, is_final: bool, writes: bool) -> Text:
    if is_final:
        return Text("已办结", "nobody: it is closed")
    if writes or case.body is None:
        return same(case.organisation.name)
    section = case.section if case.section and case.section.authority_id == case.body_id else None
    return Text(
        case.body.name_zh + (f" {section.name_zh}" if section else ""),
        (case.body.name_en or case.body.name_zh) + (f", {section.name_en or section.name_zh}" if section else ""),
    )


# -- what was done -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the story: what was done, by whom, when, and what was said."""

    at: datetime
    what: Text
    by: Text
    note: Text
    tone: str


def story_of(case: Application, user: User) -> tuple[Told, ...]:
    """What was done with a case, the latest first. Its applicant is not shown the work of a body before it has decided."""
    procedure = procedure_of(case)
    entries = timeline(case)
    if is_applicant(user, case):
        entries = [entry for entry in entries if entry.event.action not in _OWN_WORK]
    return tuple(
        Told(
            entry.event.at, _what(procedure, entry.event.action, entry.payload),
            same(entry.event.actor.name) if entry.event.actor else _PLATFORM, _note(entry.payload),
            _tone(procedure, entry.event.action, entry.payload),
        )
        for entry in entries
    )  # fmt: skip


def _what(procedure: Procedure, action: str, payload: Mapping[str, object]) -> Text:
    if action in _DONE:
        return _DONE[action]
    stage = procedure.stages.get(str(payload.get("from", "")))
    taken = next((each for each in stage.actions if each.id == action), None) if stage else None
    if taken is None or stage is None:
        return same(action)
    if taken.name.zh == stage.name.zh:  # “recommendation: recommend” says nothing twice
        return taken.name
    return Text(f"{stage.name.zh}：{taken.name.zh}", f"{stage.name.en}: {taken.name.en}")


def _tone(procedure: Procedure, action: str, payload: Mapping[str, object]) -> str:
    stage = str(payload.get("from", ""))
    return _TONES.get(kind_of(procedure, stage, action), "") if stage else ""


def _note(payload: Mapping[str, object]) -> Text:
    """What was said with it: the reason and its clause, the receipt, the letter, how many items were checked."""
    parts = [same(str(payload["reason"]))] if payload.get("reason") else []
    if clause := payload.get("clause"):
        parts.append(Text(f"依据 {clause}", f"under {clause}"))
    if receipt := payload.get("receipt"):
        parts.append(Text(f"回执 {receipt}", f"receipt {receipt}"))
    if letter := payload.get("letter"):
        parts.append(Text(f"{letter}，第 {payload.get('rank')} 位", f"{letter}, number {payload.get('rank')}"))
    if isinstance(marks := payload.get("marks"), list):
        parts.append(Text(f"{len(marks)} 条", f"{len(marks)} items"))
    if name := payload.get("name"):
        parts.append(same(str(name)))
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


# -- what the bodies found ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """An item of a check sheet as an officer answered it."""

    says: Text
    clause: str
    check: Check


@dataclass(frozen=True, slots=True)
class Passed:
    """The check sheet of a stage, for one submission, with the answers that were given."""

    stage: Text
    number: int
    answers: tuple[Answered, ...]


def passed_sheets(now: Filled, user: User) -> tuple[Passed, ...]:
    """The check sheets of the case; its applicant is not shown the one a body is still at work on."""
    case = now.case
    lines = {line.item: line for line in sheet_with(now, case.stage, None, {}).lines}
    checks = Check.objects.filter(application=case).select_related("submission", "by").order_by("submission__number", "at", "id")
    kept = [check for check in checks if check.item in lines and (check.stage != case.stage or not is_applicant(user, case))]
    stages = procedure_of(case).stages
    order = list(stages)
    kept.sort(key=lambda each: (each.submission.number, order.index(each.stage)))
    return tuple(
        Passed(stages[stage].name, number, tuple(Answered(lines[each.item].says, lines[each.item].clause, each) for each in some))
        for (number, stage), some in groupby(kept, lambda each: (each.submission.number, each.stage))
    )


def papers_of(now: Filled, user: User) -> Mapping[str, tuple[Attachment, ...]]:
    """The papers a person may see, by upload: the applicant those that are there now, others those that were handed in."""
    case = now.case
    if is_applicant(user, case) and is_open_for_filling(case):
        return now.papers
    last = last_submission(case)
    handed_in = {(each["upload"], each["sha256"]) for each in last.content["papers"]} if last else set()
    found: dict[str, dict[str, Attachment]] = {}
    for paper in case.attachments.order_by("id"):
        if (paper.upload, paper.sha256) in handed_in:
            found.setdefault(paper.upload, {})[paper.sha256] = paper
    return {upload: tuple(some.values()) for upload, some in found.items()}


def lists_of(case: Application, user: User) -> list[tuple[Entry, bool]]:
    """The lists the case went up on, each with its place, and whether this person may open the list."""
    entries = Entry.objects.filter(application=case, listing__sent_at__isnull=False)
    open_to = set(sent_by_bodies_of(user).values_list("id", flat=True).filter(call=case.call))
    found = entries.select_related("listing__body", "listing__call").order_by("listing__sent_at")
    return [(entry, entry.listing_id in open_to) for entry in found]


def receipts_of(case: Application) -> list[Submission]:
    """Every time the case was handed in, the latest first."""
    return list(case.submissions.defer("content").select_related("by").order_by("-number"))


@dataclass(frozen=True, slots=True)
class Returned:
    """A return for correction, with the name of the stage that asked, and each mark: key, kind, note."""

    row: Correction
    stage: Text
    marks: tuple[tuple[str, str, str], ...]


def corrections_of(case: Application) -> Iterator[Returned]:
    """The returns for correction, the latest first."""
    stages = procedure_of(case).stages
    for row in case.corrections.select_related("asked_by").order_by("-id"):
        marks = tuple((key, mark.get("kind", ""), mark.get("note", "")) for key, mark in row.marked.items())
        yield Returned(row, stages[row.from_stage].name, marks)
