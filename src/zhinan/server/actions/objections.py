"""Objections to a project on public notice: raised by name, with evidence; admitted, looked into, answered in writing."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from zhinan.lifecycle.deadlines import end_of_working_day
from zhinan.lifecycle.purposes import Purpose
from zhinan.server import antivirus, keeping
from zhinan.server.actions.advancing import OPEN, actions_with, stands_at, step
from zhinan.server.actions.notify import applicants_of, holders, tell
from zhinan.server.actions.record import record, whole
from zhinan.server.calendar import calendar
from zhinan.server.hashing import Json, digest
from zhinan.server.models import Application, NoticeLine, Objection, ObjectionStatus, Role, User
from zhinan.server.queries.access import lock_case
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.review_access import RUN, objection_for, round_for
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.uploads import Accepted, accept
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

#: So many files of evidence; so many objections to one project that wait at a time: beyond, someone is flooding the office.
MOST_FILES, MOST_WAITING = 5, 50
#: Within so many working days an objection is answered, unless the authority has set another time; a default to be confirmed.
ANSWER_WITHIN = 15
_RAISED = Text("公示期间收到异议", "an objection was raised during the notice")
_UPHELD = Text("公示异议核查成立", "an objection was upheld")
_LEAST_GROUND, _MOST_GROUND = 10, 4000
_NAME = Mistake(
    "objector-name", Text("没有写姓名或单位全称", "no name is given"),
    Text("异议须实名提出；姓名只有主管部门的承办人员能看到", "objections carry a real name; only the officers in charge see it"),
)  # fmt: skip
_CONTACT = Mistake(
    "objector-contact", Text("没有写联系方式", "no way to reach you is given"),
    Text("写电子邮箱、电话或通信地址，便于核实和答复", "give an e-mail, a telephone or an address, so that you can be answered"),
)  # fmt: skip
_GROUND = Mistake(
    "objection-ground", Text("异议的事实和理由应为 {least} 至 {most} 字", "facts and reasons take {least} to {most} characters"),
    Text("写明什么事实、违反哪一条、有什么证据", "say what the facts are, which rule they break and what proves them"),
)  # fmt: skip
_FILES = Mistake(
    "too-much-evidence", Text("证据文件最多 {most} 个", "at most {most} files of evidence"),
    Text("合并成一个 PDF 再上传", "make one PDF of them"),
)  # fmt: skip
_CLOSED = Mistake(
    "notice-closed", Text("公示不在受理异议的期间（{opens} 至 {closes}）", "objections are taken from {opens} to {closes}"),
    Text("期满后可以向监督部门反映", "after that, tell the supervising office"),
)  # fmt: skip
_FLOODED = Mistake(
    "objections-flooded", Text("这个项目待核查的异议太多，暂不能在线提交", "too many objections to this project are waiting"),
    Text("请按公示写明的方式书面提交", "hand it in writing, as the notice says"),
)  # fmt: skip
_HANDLED = Mistake(
    "objection-handled",
    Text("这件异议已经办结", "the objection has been dealt with"),
    Text("不用再办", "there is nothing left to do"),
)
_NOT_ADMITTED_YET = Mistake(
    "not-admitted-yet", Text("这件异议还没有受理", "the objection has not been admitted yet"),
    Text("先受理，核查后再答复", "admit it first, look into it, then answer"),
)  # fmt: skip
_WRITE = Mistake(
    "answer-missing", Text("没有写“{what}”", "“{what}” is not written"),
    Text("至少 {least} 个字；答复会给异议人看", "at least {least} characters; the objector will read the answer"),
)  # fmt: skip
_NO_RESULT = Mistake(
    "no-result", Text("没有选核查结论", "no result is chosen"), Text("选“成立”或“不成立”", "choose upheld or dismissed")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What an objector writes. `files` are (name, content, declared type)."""

    name: str
    contact: str
    ground: str
    is_unit: bool = False
    files: Sequence[tuple[str, bytes, str]] = ()


def raise_objection(notice: str, number: int, raised: Raised, *, at: datetime) -> tuple[Objection, str]:
    """Take an objection to a line of a notice; gives the row, and the word with which its answer can be read later.

    Anyone may object, without an account. Raises `NotSeen`, `Refused`, `BadInput` with what is wrong with a file.
    """
    line = _line(notice, number)
    problems = [*_wrong(raised), *_refuse_time(line, at)]
    kept = []
    for name, content, declared in raised.files[:MOST_FILES]:
        try:
            kept.append((accept(name, content, declared_type=declared, limit=settings.UPLOAD_LIMIT), content))
        except BadInput as bad:
            problems += bad.problems
    if problems:
        raise Refused(*problems)
    for accepted, content in kept:
        antivirus.scan_if_set(content)
        keeping.keep(content, accepted.sha256)
    return _put(notice, number, raised, [accepted for accepted, _ in kept], at=at)


@whole()
def _put(notice: str, number: int, raised: Raised, files: Sequence[Accepted], *, at: datetime) -> tuple[Objection, str]:
    line = _line(notice, number, lock=True)
    if problems := _refuse_time(line, at):
        raise Refused(*problems)
    secret = secrets.token_hex(6)
    row = Objection.objects.create(
        receipt=f"{notice}-{secrets.token_hex(4)}"[-40:], line=line, name=raised.name.strip()[:60],
        contact=raised.contact.strip()[:120], is_unit=raised.is_unit, ground=raised.ground.strip()[:_MOST_GROUND],
        files=[{"name": each.safe_name, "sha256": each.sha256, "size": each.size, "kind": str(each.kind)} for each in files],
        secret_hash=digest(secret), made_at=at, due_at=end_of_working_day(at, ANSWER_WITHIN, calendar()),
    )  # fmt: skip
    record("raise-objection", actor=None, at=at, payload=_about(row), rows=[row])
    round = line.notice.round
    tell(
        holders(Role.OFFICER, authority=round.call.authority), kind="objection", link=f"/objections/{row.receipt}/", at=at,
        subject=Text(f"收到异议：{line.notice.title_zh}", f"An objection: {line.notice.title_en}"),
        body=Text(f"{row.receipt}，请在期限内受理和核查。", f"{row.receipt}: admit it and look into it in time."),
    )  # fmt: skip
    return row, secret


def _wrong(raised: Raised) -> list[Problem]:
    found = []
    if len(raised.name.strip()) < 2:
        found.append(_NAME.at())
    if len(raised.contact.strip()) < 5:
        found.append(_CONTACT.at())
    if not _LEAST_GROUND <= len(raised.ground.strip()) <= _MOST_GROUND:
        found.append(_GROUND.at(least=_LEAST_GROUND, most=_MOST_GROUND))
    if len(raised.files) > MOST_FILES:
        found.append(_FILES.at(most=MOST_FILES))
    return found


def _refuse_time(line: NoticeLine, at: datetime) -> list[Problem]:
    notice = line.notice
    if not notice.opens_at <= at <= notice.closes_at or notice.ended_at is not None:
        return [_CLOSED.at(opens=f"{notice.opens_at:%Y-%m-%d}", closes=f"{notice.closes_at:%Y-%m-%d %H:%M}")]
    if Objection.objects.filter(line=line, status__in=OPEN).count() >= MOST_WAITING:
        return [_FLOODED.at()]
    return []


def _line(notice: str, number: int, *, lock: bool = False) -> NoticeLine:
    rows = NoticeLine.objects.filter(notice__code=notice, number=number if 0 < number < 2**31 else 0, is_withdrawn=False)
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = rows.select_related("notice__round__call__authority").first()
    if found is None:
        raise NotSeen
    return found


# -- in the office -----------------------------------------------------------------------------------
@whole()
def admit(receipt: str, *, by: User, at: datetime) -> Objection:
    """Take an objection up: its case waits until it is answered. Raises `NotSeen`, `Refused`."""
    row, case = _to_handle(receipt, by)
    if row.status != ObjectionStatus.RECEIVED:
        raise Refused(_HANDLED.at())
    row.status, row.handled_by = ObjectionStatus.ACCEPTED, by
    row.save(update_fields=["status", "handled_by"])
    objecting = actions_with(case, "within-notice-period") if stands_at(case, Purpose.NOTICE) else ()
    if objecting:  # it was raised in time, however late it is taken up
        step(case, objecting[0], by=by, at=at, notice_closes=max(at, row.line.notice.closes_at), reason=_RAISED.zh)
    record("admit-objection", actor=by, at=at, payload=_about(row), rows=[row])
    return row


@whole()
def not_admit(receipt: str, *, reason: str, by: User, at: datetime) -> Objection:
    """Do not take an objection up, and say why: no real name, no evidence, nothing to do with the notice. Raises `Refused`."""
    row, _ = _to_handle(receipt, by)
    if row.status != ObjectionStatus.RECEIVED:
        raise Refused(_HANDLED.at())
    answer = _written(reason, Text("不予受理的理由", "why it is not admitted"))
    row.status, row.answer, row.answered_at, row.handled_by = ObjectionStatus.NOT_ADMITTED, answer, at, by
    row.save(update_fields=["status", "answer", "answered_at", "handled_by"])
    record("not-admit-objection", actor=by, at=at, payload=_about(row), rows=[row])
    return row


@whole()
def answer(receipt: str, *, is_upheld: bool | None, findings: str, answer: str, by: User, at: datetime) -> Objection:
    """Answer an objection in writing: upheld, the project leaves the list; dismissed, its case goes on. Raises `Refused`.

    `findings` stay in the office; `answer` is what the objector reads.
    """
    row, case = _to_handle(receipt, by)
    if row.status == ObjectionStatus.RECEIVED:
        raise Refused(_NOT_ADMITTED_YET.at())
    if row.status != ObjectionStatus.ACCEPTED:
        raise Refused(_HANDLED.at())
    if is_upheld is None:
        raise Refused(_NO_RESULT.at())
    row.findings = _written(findings, Text("核查情况", "what was found"))
    row.answer = _written(answer, Text("书面答复", "the written answer"))
    waiting = Objection.objects.filter(line__case=case, status__in=OPEN).count()
    row.status = ObjectionStatus.UPHELD if is_upheld else ObjectionStatus.DISMISSED
    row.answered_at, row.handled_by = at, by
    row.save(update_fields=["status", "findings", "answer", "answered_at", "handled_by"])
    if is_upheld:
        row.line.is_withdrawn = True
        row.line.save(update_fields=["is_withdrawn"])
    _move(case, row, is_upheld=is_upheld, waiting=waiting, by=by, at=at)
    record("answer-objection", actor=by, at=at, payload=_about(row), rows=[row, row.line])
    return row


def _move(case: Application, row: Objection, *, is_upheld: bool, waiting: int, by: User, at: datetime) -> None:
    """An upheld objection ends the case at once; a dismissed one lets it go on when no other waits."""
    if not stands_at(case, Purpose.OBJECTION) or (not is_upheld and waiting > 1):
        return
    stages = procedure_of(case).stages
    for action in actions_with(case, "answered-in-writing"):
        if stages[action.to].is_final == is_upheld:
            reason = _UPHELD.zh if is_upheld else ""
            step(case, action, by=by, at=at, answer=row.answer, open_objections=1, reason=reason)
            break
    if is_upheld:
        tell(
            applicants_of(case), kind="objection-upheld", link=f"/cases/{case.code}/", case=case, at=at,
            subject=Text(f"公示异议成立：{case.title}", f"An objection was upheld: {case.title}"),
            body=Text(
                f"{case.code} 在公示期间收到的异议经核查成立，不予立项。可以向主管部门了解核查结论。",
                f"An objection to {case.code} was upheld: it is not established. The authority tells you what was found.",
            ),
        )  # fmt: skip


def _to_handle(receipt: str, by: User) -> tuple[Objection, Application]:
    """An objection of a round the person runs, with its case; both locked, the round first."""
    row = objection_for(by, receipt, to=RUN)
    round_for(by, row.line.notice.round.code, to=RUN, lock=True)
    return objection_for(by, receipt, to=RUN, lock=True), lock_case(row.line.case_id)


def _written(text: str, what: Text) -> str:
    if len(text.strip()) < _LEAST_GROUND:
        raise Refused(_WRITE.at(what=what, least=_LEAST_GROUND))
    return text.strip()[:_MOST_GROUND]


def _about(row: Objection) -> Json:
    notice = row.line.notice
    return {
        "round": notice.round.code, "call": notice.round.call.code, "notice": notice.code, "line": row.line.number,
        "objection": row.receipt, "status": str(row.status),
    }  # fmt: skip
