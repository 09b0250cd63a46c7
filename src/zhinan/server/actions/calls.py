"""What an officer does with a call: make it from a pack, set what the guide left open, publish, revise, extend, close, cancel."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from zhinan.server import packs
from zhinan.server.actions.notify import holders, tell
from zhinan.server.actions.record import record, whole
from zhinan.server.clock import BEIJING
from zhinan.server.hashing import Json
from zhinan.server.models import Application, Authority, Call, CallStatus, ChainHead, Role, StageLimit, Topic, User
from zhinan.server.queries.call_changes import STATES
from zhinan.server.queries.calls import (
    TOO_LONG,
    as_it_is,
    call_for,
    listing_stages,
    needs_topic,
    out_of_order,
    refuse_figures,
    refuse_readings,
    stages_due,
    unsettled,
)
from zhinan.server.queries.people import posts_of
from zhinan.server.refused import NotSeen, Refused, Stale
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

_CODE_TAKEN = Mistake(
    "call-code-taken",
    Text("批次编号 {code} 已经有了", "there is a call {code} already"),
    Text("换一个编号", "choose another code"),
)
_NO_SCHEME = Mistake(
    "no-scheme", Text("至少选一个事项", "choose at least one scheme"), Text("在列表中勾选", "tick it in the list")
)
_WRONG_STATE = Mistake(
    "wrong-state",
    Text("批次现在不能这样做：{state}", "the call cannot do that now: {state}"),
    Text("刷新页面看看它的状态", "reload to see how it stands"),
)
_ONLY_LATER = Mistake(
    "only-later",
    Text("延期只能往后", "an extension can only be later"),
    Text("现在的截止时间是 {closes}", "it now closes at {closes}"),
)
_BAD_CODE = Mistake(
    "bad-call-code",
    Text("批次编号只能用小写字母、数字和连字符，最多40个", "a code is made of small letters, digits and hyphens, 40 at most"),
    Text("例如 yinchuan-2026-1", "for example yinchuan-2026-1"),
)
_NO_TITLE = Mistake(
    "no-title",
    Text("中英文名称都要写，最多200个字", "both titles are needed, 200 characters at most"),
    Text("没有英文名称时可以照写中文", "without an English one, write the Chinese again"),
)
_IN_THE_PAST = Mistake(
    "extension-in-the-past",
    Text("新的截止时间已经过去", "the new closing time has passed already"),
    Text("选一个将来的时间", "choose a time ahead"),
)  # fmt: skip
_ONLY_LATER_STAGE = Mistake(
    "stage-only-later",
    Text("“{stage}”的期限只能往后延", "“{stage}” can only be due later"),
    Text("现在是 {due}", "it is now due at {due}"),
)  # fmt: skip
_NOTHING_CHANGED = Mistake(
    "nothing-changed",
    Text("没有改动任何内容，不需要修订", "nothing was changed: there is nothing to revise"),
    Text("改动后再提交", "change something first"),
)  # fmt: skip
_REVISED_MEANWHILE = Mistake(
    "revised-meanwhile",
    Text("这个批次刚有人修订过", "someone else has just revised this call"),
    Text("对照现在的内容，再改一遍", "compare with how it stands now, and revise again"),
)
_NO_SUCH_STAGE = Mistake(
    "stage-not-of-call",
    Text("本批次没有这个环节", "the call has no such stage"),
    Text("刷新页面后再设", "reload and set it again"),
)
_IN_USE = Mistake(
    "topic-in-use", Text("已有申报书选了这个题目，不能撤下", "an application has chosen this topic: it cannot be withdrawn"),
    Text("可以再定新的题目", "further topics can be settled"),
)  # fmt: skip
_SETTLED_ALREADY = Mistake(
    "settled-already", Text("这个题目已经定过了", "this topic was settled already"), Text("换一个题目", "settle another")
)  # fmt: skip
_NO_REASON = Mistake(
    "call-reason-missing", Text("请写明原因", "give the reason"), Text("申请人会看到", "applicants will read it")
)


@whole()
def create(
    *, by: User, authority: Authority, code: str, pack: str, schemes: Sequence[str], title: Text, at: datetime
) -> Call:  # fmt: skip
    """Make a call as a draft. Raises `NotSeen` for another's authority, `Refused` for a code in use or no scheme."""
    if not any(post.authority_id == authority.id and post.role == Role.OFFICER for post in posts_of(by)):
        raise NotSeen
    if pack not in {each.id for each in packs.every_pack()}:
        raise NotSeen
    known = [scheme.id for scheme in packs.pack(pack).schemes if scheme.id in schemes]
    ChainHead.objects.select_for_update().first()  # one at a time: nobody else takes the code between the question and the answer
    if problems := _refuse_making(code, title, known):
        raise Refused(*problems)
    call = Call(
        code=code, authority=authority, pack=pack, title_zh=title.zh.strip(), title_en=title.en.strip(),
        year=packs.pack(pack).year, schemes=known, made_at=at,
    )  # fmt: skip
    call.save(force_insert=True)
    _record("make-call", call, by=by, at=at, pack=pack, schemes=known)
    return call


def _refuse_making(code: str, title: Text, schemes: Sequence[str]) -> list[Problem]:
    problems = []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) or len(code) > 40 or code == "new":
        problems.append(_BAD_CODE.at())
    elif Call.objects.filter(code=code).exists():
        problems.append(_CODE_TAKEN.at(code=code))
    if not all(0 < len(each.strip()) <= 200 for each in (title.zh, title.en)):
        problems.append(_NO_TITLE.at())
    return problems if schemes else [*problems, _NO_SCHEME.at()]


@whole()
def settle(  # noqa: PLR0913  # everything that may be set, by name
    code: str, *, by: User, at: datetime, parameters: Mapping[str, str] | None = None, readings: Mapping[str, str] | None = None,
    budget: int | None = None, opens_at: datetime | None = None, closes_at: datetime | None = None,
    due: Mapping[str, datetime | None] | None = None, notice: Text | None = None, blank: Collection[str] = (),
) -> Call:  # fmt: skip
    """Set what a draft call still lacks. What is not given stays; `budget`, `opens_at`, `closes_at` are emptied if in `blank`.

    Raises `BadInput` with everything that cannot be taken.
    """
    call = _in_state(call_for(by, code, lock=True), CallStatus.DRAFT)
    for name in ("budget", "opens_at", "closes_at"):
        if name in blank:
            setattr(call, name, None)
    call.budget = call.budget if budget is None else budget
    call.opens_at, call.closes_at = opens_at or call.opens_at, closes_at or call.closes_at
    _change(call, parameters=parameters, readings=readings, notice=notice)
    _set_due(call, due or {})
    _record("settle-call", call, by=by, at=at)
    return call


def _change(
    call: Call, *, parameters: Mapping[str, str] | None, readings: Mapping[str, str] | None, notice: Text | None
) -> None:  # fmt: skip
    problems = [*refuse_figures(call, parameters or {}).values(), *refuse_readings(call, readings or {}).values()]
    if notice is not None and max(len(notice.zh), len(notice.en)) > _LONGEST_NOTICE:
        problems.append(TOO_LONG.at(label=Text("通知", "notice"), most=_LONGEST_NOTICE))
    if problems:
        raise BadInput(problems)
    call.parameters = {**call.parameters, **{name: text.strip() for name, text in (parameters or {}).items()}}
    call.readings = {**call.readings, **(readings or {})}
    if notice is not None:
        call.notice_zh, call.notice_en = notice.zh.strip(), notice.en.strip()
    call.save()


def _set_due(call: Call, due: Mapping[str, datetime | None]) -> None:
    """The day each level ends, for every body alike. Raises `BadInput` for a stage that the call has not."""
    if due.keys() - dict(stages_due(call)).keys():
        raise BadInput([_NO_SUCH_STAGE.at()])
    for stage, at in due.items():
        StageLimit.objects.update_or_create(call=call, stage=stage, body=None, defaults={"due_at": at})


#: A notice is a page or two; more belongs into a paper.
_LONGEST_NOTICE = 20_000


@whole()
def set_quota(code: str, stage: str, body: Authority | None, quota: int | None, *, by: User, at: datetime) -> None:
    """How many cases a body (every body, for none) may send on from a stage; `None` takes the limit away. Raises `BadInput`."""
    call = _in_state(call_for(by, code, lock=True), CallStatus.DRAFT, CallStatus.PUBLISHED)
    if stage not in dict(listing_stages(call)):
        raise BadInput([_NO_SUCH_STAGE.at()])
    if quota is None and body is not None:
        StageLimit.objects.filter(call=call, stage=stage, body=body).delete()
    else:
        StageLimit.objects.update_or_create(call=call, stage=stage, body=body, defaults={"quota": quota})
    _record("set-quota", call, by=by, at=at, stage=stage, body=body.code if body else "", quota=quota)


@whole()
def publish(code: str, *, by: User, at: datetime) -> Call:
    """Open a call to the public. Raises `Refused` with everything that is not settled yet."""
    call = _in_state(call_for(by, code, lock=True), CallStatus.DRAFT)
    if lacks := unsettled(call, at=at):
        raise Refused(*(lack.problem for lack in lacks))
    call.status, call.pack_digest = CallStatus.PUBLISHED, packs.pack(call.pack).digest
    call.opens_at = call.opens_at or at
    call.save()
    _record("publish-call", call, by=by, at=at, pack_digest=call.pack_digest)
    return call


@whole()
def revise(  # noqa: PLR0913  # everything that may be revised, by name
    code: str, *, by: User, at: datetime, reason: str, parameters: Mapping[str, str] | None = None,
    readings: Mapping[str, str] | None = None, notice: Text | None = None, edition: int | None = None,
) -> Call:  # fmt: skip
    """Change a published call: a new edition of its form. Drafts are told what changed; what was handed in stays as it was.

    Raises `Stale` if it is no longer the `edition` that the officer saw.
    """
    call = _in_state(call_for(by, code, lock=True), CallStatus.PUBLISHED)
    if edition is not None and edition != call.edition:
        raise Stale(_REVISED_MEANWHILE.at())
    if not reason.strip():
        raise Refused(_NO_REASON.at())
    before = as_it_is(call)
    _change(call, parameters=parameters, readings=readings, notice=notice)
    if lacks := unsettled(call, at=at):
        raise Refused(*(lack.problem for lack in lacks))
    if as_it_is(call) == before:
        raise Refused(_NOTHING_CHANGED.at())
    call.edition += 1
    call.save(update_fields=["edition"])
    _record("revise-call", call, by=by, at=at, reason=reason, edition=call.edition, before=before, after=as_it_is(call))
    _tell_drafts(call, at=at, subject=Text("批次已修订", "The call was revised"), reason=reason)
    return call


@whole()
def extend(
    code: str, *, by: User, at: datetime, closes_at: datetime, reason: str, due: Mapping[str, datetime] | None = None
) -> Call:  # fmt: skip
    """Give everyone more time; the levels too, where `due` says so. Raises `Refused` for an earlier time or without a reason."""
    call = _in_state(call_for(by, code, lock=True), CallStatus.PUBLISHED)
    if not reason.strip():
        raise Refused(_NO_REASON.at())
    before = call.closes_at
    if before is not None and closes_at <= before:
        raise Refused(_ONLY_LATER.at(closes=_told(before)))
    if closes_at <= at:
        raise Refused(_IN_THE_PAST.at())
    call.closes_at = closes_at
    _extend_stages(call, due or {})
    if lacks := out_of_order(call):
        raise Refused(*(lack.problem for lack in lacks))
    call.save(update_fields=["closes_at"])
    Application.objects.filter(call=call, submitted_at=None).update(due_at=closes_at)
    _record(
        "extend-call", call, by=by, at=at, reason=reason, before=before.isoformat() if before else "", after=closes_at.isoformat()
    )
    _tell_drafts(call, at=at, subject=Text("截止时间延长", "The deadline was extended"), reason=reason)
    return call


def _extend_stages(call: Call, due: Mapping[str, datetime]) -> None:
    """Later days for the levels, and for the cases that wait there."""
    known, names = {limit.stage: limit.due_at for limit in call.limits.filter(body=None)}, dict(stages_due(call))
    for stage, at in due.items():
        before = known.get(stage)
        if before is not None and at < before:
            raise Refused(_ONLY_LATER_STAGE.at(stage=names.get(stage, stage), due=_told(before)))
    _set_due(call, due)
    for stage, at in due.items():
        Application.objects.filter(call=call, stage=stage).update(due_at=at)


@whole()
def close(code: str, *, by: User | None, at: datetime, reason: str = "") -> Call:
    """No more applications: by an officer who says why, or by the platform once the deadline has passed."""
    call = _in_state(
        call_for(by, code, lock=True) if by else Call.objects.select_for_update().get(code=code), CallStatus.PUBLISHED
    )
    if by is not None and not reason.strip():
        raise Refused(_NO_REASON.at())
    call.status = CallStatus.CLOSED
    call.save(update_fields=["status"])
    _record("close-call", call, by=by, at=at, reason=reason)
    if by is not None:
        _tell_drafts(call, at=at, subject=Text("批次提前截止", "The call was closed"), reason=reason)
    return call


@whole()
def cancel(code: str, *, by: User, at: datetime, reason: str) -> Call:
    """Take a call back before anyone has handed in. Raises `Refused` otherwise, or without a reason."""
    call = _in_state(call_for(by, code, lock=True), CallStatus.DRAFT, CallStatus.PUBLISHED)
    if call.applications.filter(submitted_at__isnull=False).exists():
        raise Refused(_WRONG_STATE.at(state=Text("已有单位提交，只能截止", "units have handed in; it can only be closed")))
    if not reason.strip():
        raise Refused(_NO_REASON.at())
    call.status = CallStatus.CANCELLED
    call.save(update_fields=["status"])
    _record("cancel-call", call, by=by, at=at, reason=reason)
    _tell_drafts(call, at=at, subject=Text("批次已取消", "The call was cancelled"), reason=reason)
    return call


@whole()
def settle_topic(code: str, *, by: User, park: Authority, title: str, direction: str, at: datetime) -> Topic:
    """A park settles a topic for a call, before applications begin. Raises `NotSeen` for another's park, `BadInput`."""
    call = Call.objects.filter(code=code, status__in=(CallStatus.DRAFT, CallStatus.PUBLISHED)).first()
    mine = any(post.authority_id == park.id and post.role == Role.OFFICER for post in posts_of(by))
    if call is None or not mine or not any(needs_topic(call, scheme) for scheme in call.schemes):
        raise NotSeen
    known = {node.id for root in packs.pack(call.pack).directions for node in root.walk()}
    if not title.strip() or direction not in known:
        raise BadInput([_BAD_TOPIC.at()])
    if Topic.objects.filter(call=call, park=park, title=title.strip()[:200]).exists():
        raise Refused(_SETTLED_ALREADY.at())
    topic = Topic.objects.create(call=call, park=park, title=title.strip()[:200], direction=direction, made_at=at)
    record("settle-topic", actor=by, at=at, payload=_of_topic(topic))
    return topic


@whole()
def withdraw_topic(topic: int, *, by: User, at: datetime) -> None:
    """A park takes back a topic that no application has chosen. Raises `NotSeen`, `Refused`."""
    mine = [post.authority_id for post in posts_of(by) if post.role == Role.OFFICER]
    row = Topic.objects.select_for_update(of=("self",)).filter(id=topic, park__in=mine).select_related("call", "park").first()
    if row is None:
        raise NotSeen
    if row.applications.exists():
        raise Refused(_IN_USE.at())
    told = _of_topic(row)
    row.delete()
    record("withdraw-topic", actor=by, at=at, payload=told)


def _of_topic(topic: Topic) -> Json:
    return {"call": topic.call.code, "park": topic.park.code, "title": topic.title, "direction": topic.direction}


_BAD_TOPIC = Mistake(
    "bad-topic", Text("选题要有名称和支持方向", "a topic needs a title and a direction"), Text("两项都填", "fill in both")
)


def _in_state(call: Call, *states: CallStatus) -> Call:
    if call.status not in states:
        raise Refused(_WRONG_STATE.at(state=STATES[call.status]))
    return call


def _told(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _record(action: str, call: Call, *, by: User | None, at: datetime, **payload: object) -> None:
    """Every event of a call says how the call stands after it."""
    record(action, actor=by, at=at, payload={"call": call.code, **payload, "as": as_it_is(call)})


def _tell_drafts(call: Call, *, at: datetime, subject: Text, reason: str) -> None:
    """Whoever is filling in an application of the call hears of the change."""
    for case in call.applications.filter(submitted_at=None).select_related("leader", "organisation"):
        people = [case.leader, *holders(Role.UNIT_ADMIN, organisation=case.organisation)]
        tell(
            people, kind="call-changed", case=case, at=at, link=f"/cases/{case.code}/",
            subject=Text(f"{subject.zh}：{call.title_zh}", f"{subject.en}: {call.title_en}"),
            body=Text(f"原因：{reason}", f"Reason: {reason}"),
        )  # fmt: skip
