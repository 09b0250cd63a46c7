"""What the bodies of a chain do: answer the check sheet, pass on, return for correction, refuse, list and send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from zhinan.lifecycle.fold import middle_stages
from zhinan.lifecycle.kinds import ActionKind, kind_of
from zhinan.lifecycle.mistakes import LETTER_MISSING
from zhinan.lifecycle.moves import stage_after
from zhinan.server.actions.lapsing import lapse_overdue
from zhinan.server.actions.moving import take
from zhinan.server.actions.notify import applicants_of, holders, tell
from zhinan.server.actions.offering import circumstances, correct_until, day_of
from zhinan.server.actions.record import record, whole
from zhinan.server.clock import BEIJING
from zhinan.server.hashing import Json
from zhinan.server.models import Application, Authority, Check, Correction, Entry, Listing, Mark, Role, User
from zhinan.server.queries.access import ACT, acting_roles, case_for
from zhinan.server.queries.applications import filled
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.lists import Board, board, draft_of, goes_by_list
from zhinan.server.queries.sheets import Sheet, sheet
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text

__all__ = ["MARK_KINDS", "answer", "lapse_overdue", "move", "put_on_list", "rank", "send_list", "take_off_list"]
_NO_TIME_LEFT = Mistake(
    "no-time-left",
    Text("补正期限 {until} 已经过去，退回后无法再提交", "{until} has passed: a correction could no longer be handed in"),
    Text("给出一个将来的补正期限", "set a time ahead for the correction"),
)  # fmt: skip
#: Kinds of mark on a field that is sent back.
MARK_KINDS = {
    "incorrect": Text("有误", "incorrect"),
    "incomplete": Text("不完整", "incomplete"),
    "outdated": Text("已过期", "outdated"),
}
_NO_SUCH_ITEM = Mistake(
    "no-such-item",
    Text("核对表里没有这一条", "the check sheet has no such item"),
    Text("刷新页面后再答", "reload and answer again"),
)
_NOT_FOR_A_PERSON = Mistake(
    "machine-decides", Text("“{says}”由平台按数据判定，不由人填", "“{says}” is decided from the data, not by a person"),
    Text("数据有误时退回补正", "return it for correction if the data is wrong"),
)  # fmt: skip
_REASON_FOR_NO = Mistake(
    "note-missing",
    Text("“{says}”答了“否”，还没有写理由", "“{says}” is answered no, without a reason"),
    Text("一句话即可，申请人会看到", "a sentence is enough; the applicant will read it"),
)
_GOES_BY_LIST = Mistake(
    "goes-by-list",
    Text("这一步随推荐清单和函一起上报，不能单件上报", "this step goes up with a ranked list and a letter, not case by case"),
    Text("核对完后加入清单，排序后一并发出", "put it on the list when it is checked, rank the list and send it"),
)  # fmt: skip
_BEYOND_INTAKE = Mistake(
    "beyond-intake",
    Text("“{stage}”环节在受理之后，不在办件页面逐件办理", "“{stage}” lies beyond intake: cases do not move one by one here"),
    Text("到评审轮次和立项的页面办理", "go on from the pages of its round and its award"),
)  # fmt: skip
_NOT_CHECKED = Mistake(
    "not-checked",
    Text("还有 {number} 条没有核对，{code} 不能列入清单", "{number} items of {code} are still unchecked: it cannot be listed"),
    Text("先完成核对表", "finish the check sheet first"),
)
_HAS_FAILED = Mistake(
    "has-failed",
    Text("核对表中有不通过的条款，{code} 不能列入清单：{clauses}", "the check sheet of {code} has failed clauses: {clauses}"),
    Text("退回补正，或者不予推荐", "return it for correction, or do not recommend it"),
)
_NOT_THE_LIST = Mistake(
    "not-the-list",
    Text("排序与清单不符，没有保存", "the order does not fit the list and was not kept"),
    Text("刷新页面后再排", "reload and rank again"),
)
_EMPTY_LIST = Mistake(
    "empty-list",
    Text("清单里还没有办件", "there is nothing on the list"),
    Text("先把核对通过的办件加入清单", "put checked cases on it first"),
)


@whole()
def answer(code: str, marks: Mapping[str, tuple[str, str]], *, by: User, at: datetime) -> Sheet:
    """Keep an officer's answers: item → (`yes`, `no`, `not-asked` or blank to take it back; a note). Raises `Refused`."""
    case = case_for(by, code, to=ACT, lock=True)
    now = sheet(filled(case, on=day_of(case, at)), case.stage)
    if now.submission is None or case.body is None:  # the applicant is at it: there is nothing to check
        raise NotSeen
    if problems := [problem for item, (mark, note) in marks.items() if (problem := _refuse_mark(now, item, mark, note))]:
        raise Refused(*problems)
    told: list[list[str]] = []
    for item, (mark, note) in marks.items():
        short = note.strip()[:1000]
        if mark:
            given = {"application": case, "mark": mark, "note": short, "by": by, "at": at}
            Check.objects.update_or_create(submission=now.submission, stage=case.stage, item=item, defaults=given)
        else:
            Check.objects.filter(submission=now.submission, stage=case.stage, item=item).delete()
        told.append([item, mark, short])
    record("check", actor=by, at=at, case=case, payload={"stage": case.stage, "marks": told})
    return sheet(filled(case, on=day_of(case, at)), case.stage)


def _refuse_mark(now: Sheet, item: str, mark: str, note: str) -> Problem | None:
    line = now.line(item)
    if line is None or mark not in (*Mark.values, ""):
        return _NO_SUCH_ITEM.at()
    if not line.is_asked:
        return _NOT_FOR_A_PERSON.at(says=line.says)
    return _REASON_FOR_NO.at(says=line.says) if mark == Mark.NO and not note.strip() else None


@whole()
def move(  # noqa: PLR0913  # everything that a decision may bring along
    code: str, action: str, *, by: User, at: datetime, begun_at: datetime | None = None, reason: str = "", clause: str = "",
    marked: Mapping[str, Mapping[str, str]] | None = None, correct_by: datetime | None = None, academician_present: bool = False,
) -> Application:  # fmt: skip
    """Pass a case on, return it with marked fields (to be corrected by a time), or refuse it citing the clause.

    Raises `NotSeen`, `Refused`.
    """
    case = case_for(by, code, to=ACT, lock=True)
    if case.stage in middle_stages(procedure_of(case)):
        raise Refused(_BEYOND_INTAKE.at(stage=procedure_of(case).stages[case.stage].name))
    by_list = goes_by_list(case)
    if by_list is not None and by_list.id == action:
        raise Refused(_GOES_BY_LIST.at())
    marks = {key: dict(mark) for key, mark in (marked or {}).items()}
    found = circumstances(case, action, at=at, begun_at=begun_at, reason=reason, clause=clause, marked=marks)
    found = replace(found, is_academician_present=academician_present)
    procedure, before, name = procedure_of(case), case.stage, case.title or case.code
    kind = kind_of(procedure, before, action)
    until = _until(case, stage_after(procedure, before, action), kind, correct_by=correct_by, at=at)
    payload: Json = {"reason": reason, "clause": clause, "marked": marks, "correct_by": until.isoformat() if until else ""}
    _off_the_list(case)
    take(case, action, by=by, circumstances=found, roles=acting_roles(by, case), payload=payload, due_at=until)
    if kind is ActionKind.RETURN:
        Correction.objects.create(
            application=case, from_stage=before, reason=reason, marked=marks, asked_by=by, asked_at=at, due_at=case.due_at
        )  # fmt: skip
    _tell_of_move(case, kind, before=before, name=name, reason=reason, clause=clause, at=at)
    return case


def _until(case: Application, to: str, kind: ActionKind, *, correct_by: datetime | None, at: datetime) -> datetime | None:
    """Until when a returned case may be corrected; never a time that has passed, or it could not be handed in again."""
    if kind is not ActionKind.RETURN:
        return None
    until = correct_until(case, to, correct_by=correct_by)
    if until is not None and until <= at:
        raise Refused(_NO_TIME_LEFT.at(until=f"{until.astimezone(BEIJING):%Y-%m-%d %H:%M}"))
    return until


def _off_the_list(case: Application) -> None:
    """A case that goes another way leaves the list in the making, so that the others can be sent."""
    for entry in Entry.objects.filter(application=case, listing__sent_at=None).select_related("listing"):
        entry.delete()
        _renumber(list(entry.listing.entries.order_by("rank", "id")))


# -- lists -------------------------------------------------------------------------------------------


@whole()
def put_on_list(code: str, *, by: User, at: datetime) -> Entry:
    """Put a case whose check sheet is complete at the end of the list its body is making. Raises `NotSeen`, `Refused`."""
    case = case_for(by, code, to=ACT, lock=True)
    if goes_by_list(case) is None or case.body is None:
        raise NotSeen
    _refuse_unchecked(case, at=at)
    _wait_for_the_board(case.body)
    listing = draft_of(case.call, case.stage, case.body)
    if listing is None:
        number = Listing.objects.filter(call=case.call, stage=case.stage, body=case.body).count() + 1
        listing = Listing.objects.create(call=case.call, stage=case.stage, body=case.body, number=number)
    entry, made = Entry.objects.get_or_create(listing=listing, application=case, defaults={"rank": listing.entries.count() + 1})
    if made:
        record(
            "put-on-list", actor=by, at=at, case=case, payload={"stage": case.stage, "list": listing.number, "rank": entry.rank}
        )
    return entry


def _refuse_unchecked(case: Application, *, at: datetime) -> None:
    the_sheet = sheet(filled(case, on=day_of(case, at)), case.stage)
    if the_sheet.unanswered:
        raise Refused(_NOT_CHECKED.at(code=case.code, number=len(the_sheet.unanswered)))
    if the_sheet.failed:
        raise Refused(_HAS_FAILED.at(code=case.code, clauses="、".join(dict.fromkeys(the_sheet.failed))))


def _wait_for_the_board(body: Authority) -> None:
    """Two officers of a body change its lists one after the other."""
    Authority.objects.select_for_update().get(id=body.id)


@whole()
def take_off_list(code: str, *, by: User, at: datetime) -> None:
    """Take a case off the list in the making. Raises `NotSeen`, `Refused`."""
    case = case_for(by, code, to=ACT, lock=True)
    entry = Entry.objects.filter(
        application=case, listing__stage=case.stage, listing__body=case.body, listing__sent_at=None
    ).first()
    if entry is None:
        raise NotSeen
    listing = entry.listing
    _off_the_list(case)
    record("take-off-list", actor=by, at=at, case=case, payload={"stage": case.stage, "list": listing.number})


@whole()
def rank(call: str, stage: str, body: str, codes: Sequence[str], *, by: User, at: datetime) -> None:
    """Put the list in the making into this order: exactly the cases on it. Raises `NotSeen`, `Refused`."""
    _wait_for_the_board(board(by, call, stage, body).body)
    the_board = board(by, call, stage, body)
    entries = {entry.application.code: entry for entry in the_board.entries}
    if sorted(entries) != sorted(codes):
        raise Refused(_NOT_THE_LIST.at())
    _renumber([entries[code] for code in codes])
    record("rank", actor=by, at=at, payload={"call": call, "stage": stage, "body": body, "order": list(codes)})


def _renumber(entries: Sequence[Entry]) -> None:
    for number, entry in enumerate(entries, start=1):
        entry.rank = number
    Entry.objects.bulk_update(entries, ["rank"])


@whole()
def send_list(call: str, stage: str, body: str, *, letter: str, letter_date: date, by: User, at: datetime) -> Listing:
    """Send the list up with its letter: every case on it moves, in its order, or none does. Raises `NotSeen`, `Refused`."""
    _wait_for_the_board(board(by, call, stage, body).body)
    the_board = board(by, call, stage, body)
    listing = draft_of(the_board.call, stage, the_board.body)
    if listing is None or not the_board.entries:
        raise Refused(_EMPTY_LIST.at())
    letter = letter.strip()[:80]
    if not letter:
        raise Refused(LETTER_MISSING.at())
    for place, entry in enumerate(the_board.entries, start=1):
        _send(the_board, entry, place=the_board.used + place, letter=letter, by=by, at=at)
    listing.letter, listing.letter_date, listing.sent_at, listing.sent_by = letter, letter_date, at, by
    listing.save()
    codes = [entry.application.code for entry in the_board.entries]
    record("send-list", actor=by, at=at, payload={
        "call": call, "stage": stage, "body": body, "list": listing.number, "letter": listing.letter, "order": codes,
    })  # fmt: skip
    return listing


def _send(the_board: Board, entry: Entry, *, place: int, letter: str, by: User, at: datetime) -> None:
    case = case_for(by, entry.application.code, to=ACT, lock=True)
    action = goes_by_list(case)
    if action is None or case.stage != the_board.stage:
        raise Refused(_NOT_THE_LIST.at())
    _refuse_unchecked(case, at=at)  # an answer may have been changed since it was put on the list
    name, before = case.title or case.code, case.stage
    found = replace(
        circumstances(case, action.id, at=at), quota=the_board.quota, rank=place, is_listed=True, letter=letter,
        is_academician_present=True,
    )  # fmt: skip
    payload: Json = {"letter": letter, "rank": entry.rank, "body": the_board.body.code}
    take(case, action.id, by=by, circumstances=found, roles=acting_roles(by, case), payload=payload)
    _tell_of_move(case, ActionKind.PASS, before=before, name=name, reason="", clause="", at=at)


# -- telling -----------------------------------------------------------------------------------------


def _tell_of_move(case: Application, kind: ActionKind, *, before: str, name: str, reason: str, clause: str, at: datetime) -> None:
    stages = procedure_of(case).stages
    was, now = stages[before].name, stages[case.stage].name
    subject, body = {
        ActionKind.RETURN: (
            Text(f"请补正：{name}", f"Please correct: {name}"),
            Text(
                f"“{was.zh}”退回补正：{reason}。只能修改标出的内容。",
                f"returned from “{was.en}”: {reason}. Only what is marked can be changed.",
            ),
        ),
        ActionKind.REJECT: (
            Text(f"未通过：{name}", f"Not passed: {name}"),
            Text(f"“{was.zh}”未通过：{reason}（依据 {clause}）。", f"not passed at “{was.en}”: {reason} (under {clause})."),
        ),
        ActionKind.SEND_BACK: (
            Text(f"退回“{now.zh}”：{name}", f"Back at “{now.en}”: {name}"),
            Text(
                f"“{was.zh}”退回“{now.zh}”：{reason}。您不用办理。",
                f"“{was.en}” sent it back to “{now.en}”: {reason}. There is nothing for you to do.",
            ),
        ),
    }.get(
        kind,
        (
            Text(f"进入“{now.zh}”：{name}", f"Now at “{now.en}”: {name}"),
            Text(
                f"{case.code} 已通过“{was.zh}”，进入“{now.zh}”。",
                f"{case.code} has passed “{was.en}” and is now at “{now.en}”.",
            ),
        ),
    )
    tell(applicants_of(case), kind=kind.value, subject=subject, body=body, link=f"/cases/{case.code}/", case=case, at=at)
    if case.body is not None and case.stage != before:
        tell(
            holders(Role.OFFICER, authority=case.body), kind="arrived", link=f"/cases/{case.code}/", case=case, at=at,
            subject=Text(f"新到办件：{name}", f"New case: {name}"),
            body=Text(f"{case.code} 从“{was.zh}”转来。", f"{case.code} has come from “{was.en}”."),
        )  # fmt: skip
