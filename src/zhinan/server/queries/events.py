"""The record as an auditor and a keeper may read it: an auditor their authority's part, a keeper all but what cases hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import chain as joined

from django.db.models import Q, QuerySet

from zhinan.server import packs
from zhinan.server.clock import BEIJING
from zhinan.server.models import Application, Call, Event, Role, User
from zhinan.server.queries.access import visible_cases
from zhinan.server.queries.call_changes import EVENTS
from zhinan.server.queries.kept import Fault
from zhinan.server.queries.people import posts_of
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text, same

#: So many lines on a page.
PAGE = 50
WORDS = {
    **EVENTS,
    "add-expert": Text("录入专家", "An expert was entered"),
    "change-expert": Text("修改专家资料", "An expert's entry was changed"),
    "confirm-expert": Text("确认专家入库", "An expert was confirmed"),
    "pause-expert": Text("暂停邀请专家", "An expert was paused"),
    "resume-expert": Text("恢复邀请专家", "An expert was resumed"),
    "remove-expert": Text("专家移出专家库", "An expert was removed"),
    "restore-expert": Text("恢复专家", "An expert was restored"), "import-experts": Text("导入专家", "Experts were imported"),
    "add-tie": Text("登记利害关系", "A tie was put on record"), "withdraw-tie": Text("撤回利害关系", "A tie was withdrawn"),
    "note-conduct": Text("记录专家表现", "Conduct of an expert was noted"),
    "invite-expert": Text("邀请专家登录", "An expert was invited to sign in"),
    "register-unit": Text("单位注册", "A unit registered"),
    "confirm-unit": Text("确认单位", "A unit was confirmed"),
    "refuse-unit": Text("不予确认单位", "A unit was refused"),
    "put-facts": Text("登记单位信息", "Facts put on record"),
    "invite": Text("邀请人员", "Someone was invited"), "accept-invitation": Text("接受邀请", "An invitation was taken up"),
    "end-post": Text("结束任职", "A post ended"), "start": Text("开始申报", "Application begun"),
    "hand-over": Text("交单位管理员", "Handed to the unit's administrators"), "add-paper": Text("上传材料", "Paper added"),
    "remove-paper": Text("移除材料", "Paper taken off"), "check": Text("填写核对意见", "Check sheet answered"),
    "put-on-list": Text("列入推荐清单", "Put on the list"), "take-off-list": Text("移出推荐清单", "Taken off the list"),
    "rebase": Text("确认新版表单", "Took note of a new edition"), "add-authority": Text("添加机构", "A body was added"),
    "add-section": Text("添加科室", "A section was added"), "appoint": Text("任命", "Someone was appointed"),
    "withdraw-invitation": Text("撤回邀请", "An invitation was taken back"), "enrol": Text("开户", "An account was opened"),
    "deactivate-account": Text("停用账号", "An account was closed"),
    "reactivate-account": Text("恢复账号", "An account was opened again"),
    "choose-password": Text("设置密码", "A password was chosen"),
    "choose-messages": Text("选择消息方式", "Chose how to get messages"),
    "link-identity": Text("关联统一身份", "An identity was linked"), "enter-unit": Text("登记单位", "A unit was entered"),
    "enter-project": Text("登记立项项目", "A funded project was entered"),
    "enter-shareholding": Text("登记股权", "A shareholding was entered"),
    "close-scoring": Text("结束评分", "Scoring closed"), "work-out-scores": Text("重新计算得分", "Scores worked out again"),
    "explain-wild": Text("说明离散评分", "An outlying sheet explained"),
    "excuse-wild": Text("记录离散评分没有说明的原因", "Why an outlying sheet has no reason"),
    "enter-advice": Text("登记论证意见", "The committee's advice entered"), "fix-ranking": Text("确定排序", "Ranking fixed"),
    "settle-allocation": Text("设定分配规则", "Rules of the allocation set"),
    "depart": Text("分配调整", "A departure from the ranking"),
    "keep-to-rank": Text("撤销分配调整", "A departure taken back"), "decide-awards": Text("作出立项决定", "Awards decided"),
    "resolve-reserve": Text("备选递补或放弃", "A reserve taken up or let go"),
    "check-clearance": Text("立项前核查", "Checked before the award"),
    "override-clearance": Text("认定核查问题不影响立项", "A finding of the check set aside"),
    "publish-notice": Text("发布公示", "Notice published"), "end-notice": Text("结束公示", "Notice ended"),
    "raise-objection": Text("收到异议", "Objection received"), "admit-objection": Text("受理异议", "Objection admitted"),
    "not-admit-objection": Text("不予受理异议", "Objection not admitted"),
    "answer-objection": Text("答复异议", "Objection answered"), "hold-talk-with": Text("登记预警谈话", "Talk entered"),
    "issue-awards": Text("下达立项", "Awards issued"),
    "hand-in-sheet": Text("提交评分", "A sheet was handed in"), "reopen-sheet": Text("退回评分表", "A sheet was opened again"),
    "ask-scores-again": Text("请专家再评", "A second pass was asked for"),
    "make-round": Text("建立一轮评审", "A round of review was made"),
    "settle-round": Text("设定评审规则", "Rules of a round were set"),
    "put-in-round": Text("项目列入评审", "Cases were put into a round"),
    "take-out-of-round": Text("项目移出评审", "A case was taken out of a round"),
    "open-asking": Text("确认规则、开始邀请专家", "The rules were confirmed, asking began"),
    "put-off-round": Text("评审改期", "Days of a round were set anew"), "cancel-round": Text("取消评审", "A round was cancelled"),
    "ask-experts": Text("邀请专家", "Experts were asked"), "remind-experts": Text("提醒专家", "Experts were reminded"),
    "declare": Text("专家申报回避", "An expert declared"), "decline-asking": Text("专家不能参加", "An expert cannot come"),
    "commit-draw": Text("提交抽取承诺", "A draw was committed"), "seal-draw": Text("封存随机短语", "A phrase was sealed"),
    "open-draw": Text("开启随机短语", "A phrase was opened"), "draw-panels": Text("抽取专家组", "The panels were drawn"),
    "void-draw": Text("作废抽取", "A draw was voided"), "relax-rule": Text("放宽专家组规则", "A panel rule gave way"),
    "accept-seat": Text("专家接受席位", "A seat was taken"),
    "vacate-seat": Text("席位空出、递补", "A seat fell empty and was filled"),
    "remind-reviewers": Text("催交评分", "Reviewers were reminded"),
    "release-papers": Text("放行材料", "Papers were released"), "hide-words": Text("增加隐去的词", "More words were masked"),
    "call-meeting": Text("召集会评", "A meeting was called"), "enter-presence": Text("登记到会", "Presence was entered"),
    "open-discussion": Text("开始会评讨论", "A discussion was opened"), "open-ballot": Text("开始投票", "A ballot was opened"),
    "close-ballot": Text("结束投票", "A ballot was counted"), "close-meeting": Text("结束会评", "A meeting was closed"),
    "vote": Text("投票", "A vote was cast"), "remark": Text("会评发言", "A remark was made"),
    "load-holidays": Text("录入节假日", "Holidays entered"), "remove-holiday": Text("删除节假日", "A holiday was removed"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may read of the record: everything without the cases' contents (`is_keeper`), or that of some authorities.

    `banks` are the codes of those authorities, by which their banks of experts go.
    """

    is_keeper: bool
    authorities: tuple[int, ...]
    banks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for."""

    action: str = ""
    actor: str = ""
    call: str = ""
    case: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One event in the list; `shows` whether its content may be read."""

    event: Event
    what: Text
    by: str
    shows: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One event with its content as JSON (empty where it may not be read) and its neighbours."""

    line: Line
    content: str
    before: int | None
    after: int | None


def scope_of(user: User) -> Scope:
    """What a person may read of the record. Raises `NotSeen` for someone who is neither auditor nor keeper."""
    held = list(posts_of(user))
    audited = [post.authority for post in held if post.role == Role.AUDITOR and post.authority]
    is_keeper = any(post.role == Role.KEEPER for post in held)
    if not audited and not is_keeper:
        raise NotSeen
    return Scope(is_keeper, tuple(each.id for each in audited), tuple(each.code for each in audited))


def events_for(user: User, wanted: Wanted, *, before: int | None = None) -> tuple[list[Line], int | None]:
    """The events looked for, the latest first, below `before`; and where the next page begins, if there is one."""
    scope = scope_of(user)
    heard = _heard(scope)
    events = _within(_seen(user, scope, heard), wanted).select_related("case", "actor").order_by("-sequence")
    rows = list((events.filter(sequence__lt=before) if before else events)[: PAGE + 1])
    audited = _audited(user, scope, rows)
    lines = [_line(row, _shows(row, audited, heard)) for row in rows[:PAGE]]
    return lines, rows[PAGE - 1].sequence if len(rows) > PAGE else None


def event_for(user: User, sequence: int) -> Opened:
    """One event with its content. Raises `NotSeen`."""
    scope = scope_of(user)
    heard = _heard(scope)
    seen = _seen(user, scope, heard)
    row = seen.filter(sequence=sequence).select_related("case", "actor").first()
    if row is None:
        raise NotSeen
    line = _line(row, _shows(row, _audited(user, scope, [row]), heard))
    before = seen.filter(sequence__lt=sequence).order_by("-sequence").values_list("sequence", flat=True).first()
    after = seen.filter(sequence__gt=sequence).order_by("sequence").values_list("sequence", flat=True).first()
    return Opened(line, _pretty(row.body) if line.shows else "", before, after)


def case_to_verify(user: User, code: str) -> Application:
    """A case whose chain a person may have looked at. Raises `NotSeen`."""
    cases = Application.objects.all() if scope_of(user).is_keeper else visible_cases(user)
    case = cases.filter(code=code).first()
    if case is None:
        raise NotSeen
    return case


def faults_for(user: User, faults: tuple[Fault, ...]) -> tuple[list[Fault], int]:
    """The faults a person may read, and how many more there are elsewhere."""
    scope = scope_of(user)
    if scope.is_keeper:
        return list(faults), 0
    cases = set(visible_cases(user).filter(code__in={fault.case for fault in faults}).values_list("code", flat=True))
    calls = set(_calls(scope))
    mine = [
        fault for fault in faults
        if fault.case in cases or (not fault.case and (fault.where.startswith("#") or fault.where.split()[0] in calls))
    ]  # fmt: skip
    return mine, len(faults) - len(mine)


def actions_known() -> list[tuple[str, Text]]:
    """Every action that has been recorded, with its name."""
    found = Event.objects.order_by("action").values_list("action", flat=True).distinct()
    return [(action, named(action)) for action in found]


def named(action: str) -> Text:
    """What an action is called."""
    return WORDS.get(action) or _of_procedures().get(action) or same(action)


@cache
def _of_procedures() -> dict[str, Text]:
    procedures = [packs.procedure(pack.id, scheme.id) for pack in packs.every_pack() for scheme in pack.schemes]
    stages = joined.from_iterable(procedure.stages.values() for procedure in procedures)
    return {action.id: action.name for stage in stages for action in stage.actions}


def _seen(user: User, scope: Scope, heard: list[str]) -> QuerySet[Event]:
    if scope.is_keeper:
        return Event.objects.all()
    mine = Q(case__in=visible_cases(user).filter(call__authority__in=scope.authorities).values("id"))
    for each in heard:
        mine |= Q(case=None, body__contains=each)
    return Event.objects.filter(mine)


def _heard(scope: Scope) -> list[str]:
    """What the events of the calls and the banks of these authorities say of themselves."""
    return [f'"call":"{code}"' for code in _calls(scope)] + [f'"bank":"{code}"' for code in scope.banks]


def _calls(scope: Scope) -> list[str]:
    return list(Call.objects.filter(authority__in=scope.authorities).values_list("code", flat=True))


def _audited(user: User, scope: Scope, rows: list[Event]) -> set[int]:
    """The cases among these events whose contents the person may read."""
    if not scope.authorities:
        return set()
    cases = visible_cases(user).filter(call__authority__in=scope.authorities, id__in={row.case_id for row in rows if row.case_id})
    return set(cases.values_list("id", flat=True))


def _within(events: QuerySet[Event], wanted: Wanted) -> QuerySet[Event]:
    if wanted.action:
        events = events.filter(action=wanted.action)
    if wanted.actor:
        events = events.filter(Q(actor__username__icontains=wanted.actor) | Q(actor__name__icontains=wanted.actor))
    if wanted.call:
        events = events.filter(Q(case__call__code=wanted.call) | Q(case=None, body__contains=f'"call":{json.dumps(wanted.call)}'))
    if wanted.case:
        events = events.filter(case__code=wanted.case)
    if wanted.day:
        begin = datetime.combine(wanted.day, time(), BEIJING)
        events = events.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
    return events


def _shows(event: Event, audited: set[int], heard: list[str]) -> bool:
    """Whether the content may be read: of a case, by those who audit it; of a review or a bank, by those who audit it."""
    if event.case_id is not None:
        return event.case_id in audited
    return not _is_of_review(event) or any(each in event.body for each in heard)


def _is_of_review(event: Event) -> bool:
    return '"round":' in event.body or '"bank":' in event.body


def _line(event: Event, shows: bool) -> Line:
    """Who took part in a review is part of what it holds: it is told only to those who may read that."""
    is_told = event.actor is not None and (shows or not _is_of_review(event))
    by = (event.actor.name or event.actor.username) if event.actor and is_told else ""
    return Line(event, named(event.action), by, shows)


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2, sort_keys=True)
    except ValueError:
        return body
