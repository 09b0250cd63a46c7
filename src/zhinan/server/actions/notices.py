"""Public notice of a proposed list, and its end; every case on it waits until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhinan.lifecycle.deadlines import notice_window
from zhinan.lifecycle.purposes import Purpose
from zhinan.server import packs
from zhinan.server.actions.advancing import OPEN, actions_with, stands_at, step
from zhinan.server.actions.notify import applicants_of, tell
from zhinan.server.actions.record import record, whole
from zhinan.server.calendar import calendar
from zhinan.server.clock import BEIJING
from zhinan.server.hashing import Json
from zhinan.server.models import Application, Notice, NoticeLine, Objection, Outcome, Round, RoundStatus, User
from zhinan.server.queries.access import lock_case
from zhinan.server.queries.review_access import RUN, round_for
from zhinan.server.refused import Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

#: The fewest and the most working days a notice may be open.
FEWEST, MOST = 3, 60
_NOT_DECIDED = Mistake(
    "not-decided", Text("这一轮还没有作出拟立项决定，不能公示", "nothing is decided in this round yet"),
    Text("先完成排序和分配，保存拟立项决定", "rank the cases, share out the budget and keep the decision first"),
)  # fmt: skip
_NOTHING_PROPOSED = Mistake(
    "nothing-proposed", Text("没有拟立项且未公示的项目", "no project is proposed that was not on a notice yet"),
    Text("看看决定表里是否有“拟立项”的项目", "see whether the decision proposes any"),
)  # fmt: skip
_BAD_DAYS = Mistake(
    "bad-working-days", Text("公示期应为 {fewest} 至 {most} 个工作日", "a notice is open for {fewest} to {most} working days"),
    Text("写一个整数，如 5", "write a whole number, such as 5"),
)  # fmt: skip
_NO_CONTACT = Mistake(
    "no-contact", Text("没有写受理异议的部门和方式", "it is not said where objections go"),
    Text("写明受理部门和地址，公众据此提出异议", "name the office and its address, so that people can object"),
)  # fmt: skip
_STILL_OPEN = Mistake(
    "notice-still-open", Text("公示到 {closes} 才期满", "the notice is open until {closes}"),
    Text("期满后再结束；名单有误时可以对单个项目处理异议", "end it then; a mistake about one project is handled as an objection"),
)  # fmt: skip
_OBJECTIONS_OPEN = Mistake(
    "objections-open", Text("还有 {number} 件异议没有答复", "{number} objections are not answered yet"),
    Text("逐件核查并书面答复后再结束公示", "look into each and answer it in writing first"),
)  # fmt: skip
_ENDED = Mistake(
    "notice-ended", Text("这份公示已经结束", "the notice has ended"), Text("不用再办", "there is nothing left to do")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a notice is headed and where objections go; English may be left out."""

    title_zh: str
    title_en: str = ""
    contact_zh: str = ""
    contact_en: str = ""


@whole()
def publish(round_code: str, *, working_days: int, wording: Wording, by: User, at: datetime) -> Notice:
    """Publish what a round proposes to award, for so many working days from tomorrow on. Raises `NotSeen`, `Refused`.

    Lines are frozen as they are published: number, title, unit, leader, amount.
    """
    round = round_for(by, round_code, to=RUN, lock=True)
    proposed = _proposed(round)
    problems = []
    if round.status != RoundStatus.DECIDED:
        problems.append(_NOT_DECIDED.at())
    elif not proposed:
        problems.append(_NOTHING_PROPOSED.at())
    if not FEWEST <= working_days <= MOST:
        problems.append(_BAD_DAYS.at(fewest=FEWEST, most=MOST))
    if not wording.contact_zh.strip():
        problems.append(_NO_CONTACT.at())
    if problems:
        raise Refused(*problems)
    opens, closes = notice_window(at, working_days, calendar())
    number = Notice.objects.filter(round=round).count() + 1
    notice = Notice.objects.create(
        code=f"{round.code}-n{number}", call=round.call, round=round, working_days=working_days, opens_at=opens, closes_at=closes,
        title_zh=wording.title_zh.strip()[:200] or f"{round.call.title_zh}拟立项项目公示",
        title_en=wording.title_en.strip()[:240] or f"Proposed projects: {round.call.title_en}",
        contact_zh=wording.contact_zh.strip()[:400], contact_en=wording.contact_en.strip()[:400], by=by,
    )  # fmt: skip
    lines = [NoticeLine.objects.create(**_line(notice, each, place)) for place, each in enumerate(proposed, start=1)]
    payload = {"round": round.code, "call": round.call.code, "notice": notice.code, "working_days": working_days}
    record("publish-notice", actor=by, at=at, payload=payload, rows=[notice, *lines])
    for each in proposed:
        _tell(each.case, notice, at=at)
    return notice


def _proposed(round: Round) -> list[Outcome]:
    """What is proposed, in the order of the ranking, and stands on no notice yet."""
    on_notice = NoticeLine.objects.filter(notice__round=round).values("case")
    rows = Outcome.objects.filter(round=round, outcome="award").exclude(case__in=on_notice).order_by("place", "id")
    return list(rows.select_related("case__organisation", "case__leader", "case__call"))


def _line(notice: Notice, outcome: Outcome, number: int) -> dict[str, object]:
    case = outcome.case
    name = packs.scheme(case.call.pack, case.scheme).name
    return {
        "notice": notice, "case": case, "number": number, "title": case.title, "unit": case.organisation.name,
        "leader": case.leader.name, "scheme_zh": name.zh[:120], "scheme_en": name.en[:160], "amount": outcome.amount,
    }  # fmt: skip


def _tell(case: Application, notice: Notice, *, at: datetime) -> None:
    until = f"{notice.closes_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    tell(
        applicants_of(case), kind="notice", link=f"/notices/{notice.code}/", case=case, at=at,
        subject=Text(f"拟立项公示：{case.title}", f"On public notice: {case.title}"),
        body=Text(
            f"{case.code} 已列入拟立项名单并公示，至 {until}。", f"{case.code} is on the list of proposed projects until {until}."
        ),
    )  # fmt: skip


@whole()
def end(code: str, *, by: User, at: datetime) -> Notice:
    """End a notice whose time is over and whose objections are all answered: its cases move on. Raises `NotSeen`, `Refused`."""
    notice = _notice_to_run(code, by)
    if notice.ended_at is not None:
        raise Refused(_ENDED.at())
    if at <= notice.closes_at:
        raise Refused(_STILL_OPEN.at(closes=f"{notice.closes_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"))
    waiting = Objection.objects.filter(line__notice=notice, status__in=OPEN).count()
    if waiting:
        raise Refused(_OBJECTIONS_OPEN.at(number=waiting))
    for line in notice.lines.filter(is_withdrawn=False).order_by("number"):
        case = lock_case(line.case_id)
        ending = actions_with(case, "no-open-objection") if stands_at(case, Purpose.NOTICE) else ()
        if ending:
            step(case, ending[0], by=by, at=at)
    notice.ended_at = at
    notice.save(update_fields=["ended_at"])
    payload: Json = {"round": notice.round.code, "call": notice.call.code, "notice": notice.code}
    record("end-notice", actor=by, at=at, payload=payload, rows=[notice])
    return notice


def _notice_to_run(code: str, by: User) -> Notice:
    """A notice of a round the person runs, its round locked."""
    found = Notice.objects.filter(code=code).select_related("round").first()
    round = round_for(by, found.round.code if found else "", to=RUN, lock=True)
    return Notice.objects.select_related("round", "call").get(code=code, round=round)
