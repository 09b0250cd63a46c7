"""The bank of experts: who is in it, what is known of them, whether they may be asked; by officers or experts themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Model

from zhinan.server.actions.account_fields import BadFields, as_shown, refuse_text
from zhinan.server.actions.bank_entries import Bank, applied, differing, entered, refuse_move, refuse_twice
from zhinan.server.actions.expert_fields import EMPLOYER, OWN, read_fields
from zhinan.server.actions.notify import tell
from zhinan.server.actions.people import Invited, send_invitation
from zhinan.server.actions.record import record, whole
from zhinan.server.hashing import Json
from zhinan.server.models import SITTING, Authority, Conduct, Expert, ExpertStatus, Invitation, Post, Role, Seat, Tie, User
from zhinan.server.queries.experts import DECLARABLE, HELD_IN, NOTED, STATUS_NAMES
from zhinan.server.queries.review_access import RUN, banks_of, expert_for, expert_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.codes import WrongCode, check_credit_code
from zhinan.values.dates import read_day
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text

_BANK_S_PART = Mistake(
    "bank-s-part",
    Text("姓名、专家类型等由专家库的经办人员登记", "the name, the kinds and the like are kept by the officers of the bank"),
    Text("有误请联系主管部门", "tell the authority if they are wrong"),
)
_OWN_PLACE = Mistake(
    "own-place-in-bank",
    Text("本人在专家库中的状态和记录须由他人办理", "others decide on your own place in the bank"),
    Text("请其他经办人员办理", "ask another officer"),
)
_NO_STEP = Mistake(
    "expert-no-step",
    Text("“{before}”不能直接改为“{after}”", "from “{before}” there is no step to “{after}”"),
    Text("刷新页面，可能刚有人办理过", "reload: someone may just have done it"),
)
_HOLDS_SEATS = Mistake(
    "expert-holds-seats",
    Text("这位专家还有 {number} 个评审席位，不能移出", "this expert still holds {number} seats and cannot be removed"),
    Text("先在评审轮次里更换，或者只暂停邀请", "replace them in their rounds first, or only pause them"),
)
_NOBODY = Mistake(
    "tie-without-other",
    Text("没有写明对方是谁", "it does not say with whom"),
    Text("填写姓名或单位，也可以都写", "give a person, a unit, or both"),
)
_BAD_KIND = Mistake(
    "tie-kind", Text("请选择关系", "choose the kind of relation"), Text("从列表中选一项", "take one from the list")
)
_TIE_BACKWARDS = Mistake(
    "tie-days-cross",
    Text("结束日期早于开始日期", "it ends before it begins"),
    Text("核对两个日期，不清楚就留空", "check both, or leave unknown ones empty"),
)
_BAD_DAY = Mistake("tie-day", Text("“{text}”不是日期", "“{text}” is no day"), Text("写成 2026-03-20", "write it as 2026-03-20"))
_NOT_ONE_S_OWN = Mistake(
    "tie-of-others",
    Text("这一条由{who}登记，只能由其撤回", "it was entered by {who}, who alone may withdraw it"),
    Text("有误请联系对方", "tell them if it is wrong"),
)
_NO_ADDRESS = Mistake(
    "expert-no-address",
    Text("没有登记邮箱，发不出邀请", "there is no e-mail address to invite them at"),
    Text("先填写邮箱", "give one first"),
)
_HAS_ACCOUNT = Mistake(
    "expert-has-account",
    Text("这位专家已经可以登录", "this expert can sign in already"),
    Text("不用再邀请", "no need to invite them"),
)
_IS_OUT = Mistake(
    "expert-is-out",
    Text("这位专家已移出专家库", "this expert was removed from the bank"),
    Text("先恢复，再办理", "restore them first"),
)

#: The steps of an expert's status: from, to, what it is called in the record, whether a reason is asked for.
STEPS: Mapping[tuple[str, str], tuple[str, bool]] = {
    (ExpertStatus.CANDIDATE, ExpertStatus.ACTIVE): ("confirm-expert", False),
    (ExpertStatus.ACTIVE, ExpertStatus.PAUSED): ("pause-expert", True),
    (ExpertStatus.PAUSED, ExpertStatus.ACTIVE): ("resume-expert", False),
    (ExpertStatus.REMOVED, ExpertStatus.CANDIDATE): ("restore-expert", False),
    **{
        (each, ExpertStatus.REMOVED): ("remove-expert", True)
        for each in (ExpertStatus.CANDIDATE, ExpertStatus.ACTIVE, ExpertStatus.PAUSED)
    },
}


# -- who and what ------------------------------------------------------------------------------------


def bank_to_keep(by: User, bank: str) -> Authority:
    """A bank that a person keeps, locked: one at a time enters experts. Raises `NotSeen`."""
    found = banks_of(by).filter(code=bank).first()
    if found is None:
        raise NotSeen
    return Authority.objects.select_for_update().get(id=found.id)


@whole()
def add(bank: str, typed: Mapping[str, str], *, by: User, at: datetime) -> Expert:
    """Enter an expert, as a candidate. Raises `NotSeen`, `BadFields` with everything that is wrong."""
    authority = bank_to_keep(by, bank)
    required = {"name": "", "unit_name": "", "region": "", "kinds": ""}
    read = read_fields({**required, **typed})
    problems = {**read.problems}
    if not problems:
        problems = {"name": refuse_twice(Bank(authority), read.values), "since": refuse_move(None, read.values, on=at.date())}
    if any(problems.values()):
        raise BadFields(problems)
    expert, tenure = entered(authority, read.values, source="added", status=ExpertStatus.CANDIDATE, at=at)
    _record("add-expert", expert, by=by, at=at, rows=(expert, tenure))
    return expert


@whole()
def change(code: str, typed: Mapping[str, str], *, by: User, at: datetime) -> Expert:
    """Change the fields that are in `typed`; experts change their own part (`OWN`, `EMPLOYER`) themselves.

    Raises `NotSeen`, `Refused`, `BadFields`.
    """
    seen = _to_change(code, by)
    authority = Authority.objects.select_for_update().get(id=seen.bank_id)
    expert = _to_change(code, by, lock=True)
    if expert.user_id == by.id and set(typed) - {*OWN, *EMPLOYER}:
        raise Refused(_BANK_S_PART.at())
    read = read_fields(typed)
    problems = {**read.problems}
    changed = differing(expert, read.values)
    if not problems:
        problems["since"] = refuse_move(expert, read.values, on=at.date())
        if {"name", "identity", "unit", "unit_name"}.intersection(changed):
            known = {key: read.values.get(key, getattr(expert, key)) for key in ("name", "identity", "unit", "unit_name")}
            problems["name" if "name" in typed else "unit_name"] = refuse_twice(Bank(authority), known, but=expert)
    if any(problems.values()):
        raise BadFields(problems)
    if changed:
        rows = applied(expert, {key: read.values[key] for key in changed}, at=at)
        _record("change-expert", expert, by=by, at=at, rows=rows, fields=changed)
    return expert


def _to_change(code: str, by: User, *, lock: bool = False) -> Expert:
    """An expert who changes their own entry, or one of a bank that is kept. Raises `NotSeen`, `Refused`."""
    if Expert.objects.filter(user=by, code=code).exists():
        own = expert_of(by)
        return Expert.objects.select_for_update().get(id=own.id) if lock else own
    expert = expert_for(by, code, to=RUN, lock=lock)
    if expert.status == ExpertStatus.REMOVED:
        raise Refused(_IS_OUT.at())
    return expert


def _of_others(code: str, by: User) -> Expert:
    """An expert of a bank that is kept, locked, who is somebody else. Raises `NotSeen`, `Refused`."""
    expert = expert_for(by, code, to=RUN, lock=True)
    if expert.user_id == by.id:
        raise Refused(_OWN_PLACE.at())
    return expert


def _record(action: str, expert: Expert, *, by: User, at: datetime, rows: Sequence[Model], **told: object) -> None:
    payload: Json = {"bank": expert.bank.code, "expert": expert.code, **told}
    record(action, actor=by, at=at, payload=payload, rows=rows)


# -- standing ----------------------------------------------------------------------------------------


@whole()
def set_status(code: str, status: str, *, by: User, at: datetime, reason: str = "") -> Expert:
    """Confirm a candidate, pause, resume, remove, restore. Who is removed leaves their post; the reason is kept as conduct.

    Raises `NotSeen`, `Refused`.
    """
    expert = _of_others(code, by)
    step = STEPS.get((expert.status, status))
    if step is None:
        after = STATUS_NAMES.get(status, (Text("？", "?"), ""))[0]
        raise Refused(_NO_STEP.at(before=STATUS_NAMES[expert.status][0], after=after))
    action, needs_reason = step
    reason = as_shown(reason)
    if problems := refuse_text(reason, Text("理由", "reason"), most=400) if needs_reason or reason else []:
        raise Refused(*problems)
    if status == ExpertStatus.REMOVED and (held := _seats_held(expert)):
        raise Refused(_HOLDS_SEATS.at(number=held))
    expert.status, expert.changed_at = ExpertStatus(status), at
    expert.save(update_fields=["status", "changed_at"])
    rows: list[Model] = [expert]
    if reason:
        rows.append(Conduct.objects.create(expert=expert, kind=status, note=reason, at=at, by=by))
    if status == ExpertStatus.REMOVED:
        _leave(expert, at=at)
    _record(action, expert, by=by, at=at, rows=rows)
    _tell_standing(expert, reason, at=at)
    return expert


def _seats_held(expert: Expert) -> int:
    return Seat.objects.filter(expert=expert, status__in=SITTING, round_case__round__status__in=HELD_IN).count()


def _leave(expert: Expert, *, at: datetime) -> None:
    """The post as an expert ends, and an invitation that was not taken up is over."""
    if expert.user_id:
        posts = Post.objects.filter(user=expert.user_id, role=Role.EXPERT, authority=expert.bank_id, until=None)
        posts.update(until=at.date() - timedelta(days=1))
    if expert.invitation_id:
        Invitation.objects.filter(id=expert.invitation_id, used_at=None, expires_at__gt=at).update(expires_at=at)


def _tell_standing(expert: Expert, reason: str, *, at: datetime) -> None:
    if expert.user is None:
        return
    status = STATUS_NAMES[expert.status][0]
    tell(
        [expert.user], kind="expert-status", at=at, link="/desk/" if expert.status == ExpertStatus.REMOVED else "/expert/",
        subject=Text(f"专家库：{status.zh}", f"Bank of experts: {status.en}"),
        body=Text(
            f"您在{expert.bank.name_zh}专家库中的状态：{status.zh}。{reason}",
            f"Where you stand in the bank of {expert.bank.name_en or expert.bank.name_zh}: {status.en}. {reason}",
        ),
    )  # fmt: skip


@whole()
def note_conduct(code: str, kind: str, note: str, *, by: User, at: datetime) -> Conduct:
    """Put on record how an expert has conducted themselves. Raises `NotSeen`, `BadFields`."""
    expert = _of_others(code, by)
    note = as_shown(note)
    problems = {
        "conduct": [] if kind in NOTED else [_BAD_KIND.at()],
        "remark": refuse_text(note, Text("说明", "what happened"), most=400),
    }
    if any(problems.values()):
        raise BadFields(problems)
    row = Conduct.objects.create(expert=expert, kind=kind, note=note, at=at, by=by)
    _record("note-conduct", expert, by=by, at=at, rows=(row,), kind=kind)
    return row


# -- ties --------------------------------------------------------------------------------------------


@whole()
def add_tie(code: str, typed: Mapping[str, str], *, by: User, at: datetime) -> Tie:
    """Put on record what ties an expert to a person or a unit: by the expert, or by an officer who knows of it.

    `typed`: kind, person, unit (code), unit_name, since, until, note. Raises `NotSeen`, `BadFields`.
    """
    expert = _to_change(code, by, lock=True)
    given = {key: as_shown(typed.get(key, "")) for key in ("kind", "person", "unit", "unit_name", "since", "until", "note")}
    problems: dict[str, list[Problem]] = {"kind": [] if given["kind"] in DECLARABLE else [_BAD_KIND.at()]}
    for key, most in (("person", 60), ("unit_name", 120), ("note", 400)):
        problems[key] = refuse_text(given[key], _TIE_LABELS[key], most=most) if given[key] else []
    unit, problems["unit"] = _credit_code(given["unit"])
    (since, problems["since"]), (until, problems["until"]) = _day(given["since"]), _day(given["until"])
    if not (given["person"] or given["unit_name"] or given["unit"]):
        problems["person"].append(_NOBODY.at())
    if since and until and until < since:
        problems["until"].append(_TIE_BACKWARDS.at())
    if any(problems.values()):
        raise BadFields(problems)
    columns = {
        "kind": given["kind"], "person": given["person"], "unit": unit, "unit_name": given["unit_name"], "since": since,
        "until": until, "note": given["note"], "source": "declared" if expert.user_id == by.id else "officer",
    }  # fmt: skip
    if there := expert.ties.filter(withdrawn_at=None, **columns).first():
        return there  # sent twice
    row = Tie.objects.create(expert=expert, made_at=at, **columns)
    _record("add-tie", expert, by=by, at=at, rows=(row,))
    return row


_TIE_LABELS = {"person": Text("姓名", "person"), "unit_name": Text("单位", "unit"), "note": Text("说明", "note")}


def _credit_code(text: str) -> tuple[str, list[Problem]]:
    try:
        return check_credit_code(text) if text else "", []
    except WrongCode as wrong:
        return "", [wrong.problem]


def _day(text: str) -> tuple[date | None, list[Problem]]:
    try:
        return read_day(text) if text else None, []
    except ValueError:
        return None, [_BAD_DAY.at(text=text[:40])]


@whole()
def withdraw_tie(code: str, tie: int, *, by: User, at: datetime) -> Tie:
    """Take a tie back; it stays for the record. What an expert declared only they withdraw, what officers entered only officers.

    Raises `NotSeen`, `Refused`.
    """
    expert = _to_change(code, by, lock=True)
    row = expert.ties.filter(id=tie, withdrawn_at=None).first() if tie < 2**63 else None
    if row is None:
        raise NotSeen
    is_own, is_declared = expert.user_id == by.id, row.source in ("declared", "round")
    if is_own != is_declared:
        who = Text("经办人员", "an officer") if is_own else Text("专家本人", "the expert")
        raise Refused(_NOT_ONE_S_OWN.at(who=who))
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    _record("withdraw-tie", expert, by=by, at=at, rows=(row,))
    return row


# -- signing in --------------------------------------------------------------------------------------


@whole()
def invite(code: str, *, by: User, at: datetime, link: str) -> str:
    """Invite an expert to sign in; whoever takes it up becomes the expert's account. Returns the secret. See `people.invite`.

    An invitation sent before is over. Raises `NotSeen`, `Refused`.
    """
    expert = _of_others(code, by)
    problems = [
        mistake.at()
        for mistake, is_so in (
            (_IS_OUT, expert.status == ExpertStatus.REMOVED), (_HAS_ACCOUNT, expert.user_id is not None),
            (_NO_ADDRESS, not expert.email),
        ) if is_so
    ]  # fmt: skip
    if problems:
        raise Refused(*problems)
    if expert.invitation_id:
        Invitation.objects.filter(id=expert.invitation_id, used_at=None, expires_at__gt=at).update(expires_at=at)
    sent, secret = send_invitation(
        Invited(email=expert.email, name=expert.name, role=Role.EXPERT, authority=expert.bank), by=by, at=at, link=link
    )  # fmt: skip
    expert.invitation = sent
    expert.save(update_fields=["invitation"])
    _record("invite-expert", expert, by=by, at=at, rows=(expert,))
    return secret
