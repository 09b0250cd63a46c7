"""What the keeper does: add authorities and sections, and enter the calendar of working days."""

from __future__ import annotations

import re
from datetime import date, datetime

from zhinan.server.actions.account_fields import BLANK, BadFields, refuse_text
from zhinan.server.actions.record import record, whole
from zhinan.server.models import Authority, AuthorityKind, Holiday, Section, User
from zhinan.server.queries.authorities import keeper_only
from zhinan.values.dates import read_day
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.regions import find_region
from zhinan.values.text import Text

_BAD_CODE = Mistake(
    "bad-body-code",
    Text("代码只能用小写字母、数字和横线", "a code has small letters, digits and hyphens only"),
    Text("例如 yinchuan", "for example yinchuan"),
)
_CODE_TAKEN = Mistake(
    "body-code-taken", Text("代码 {code} 已经有了", "the code {code} is taken"), Text("换一个", "choose another")
)
_CHOOSE = Mistake("choose-one", Text("请选择“{label}”", "choose “{label}”"), Text("从列表中选一项", "take one from the list"))
_BAD_REGION = Mistake(
    "unknown-region", Text("没有“{text}”这个行政区划", "there is no region “{text}”"), Text("写名称或六位代码",
    "give its Chinese name or its six-digit code")
)  # fmt: skip
_SECTION_TAKEN = Mistake(
    "section-taken", Text("已有“{name}”", "there is “{name}” already"), Text("换一个名称", "choose another name")
)
_BAD_LINE = Mistake(
    "bad-holiday", Text("第 {number} 行读不懂：{text}", "line {number} cannot be read: {text}"),
    Text("写成 2026-10-01 国庆节；补班日写成 2026-10-10 上班",
    "write 2026-10-01 name; for a weekend worked instead, 2026-10-10 work"),
)  # fmt: skip
_BAD_YEAR = Mistake(
    "bad-year", Text("日期 {day} 不在 2000 到 2100 年之间", "the day {day} is not between 2000 and 2100"), Text("核对年份",
    "check the year")
)  # fmt: skip
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WORKED = ("上班", "补班", "调休上班", "work")
#: No announcement is longer.
_MOST_LINES = 400


@whole()
def add_authority(  # noqa: PLR0913  # as many things are said of an authority
    *, by: User, code: str, name: Text, kind: str, region: str, parent: Authority | None, park_key: str = "", at: datetime
) -> Authority:
    """A new authority in the tree, below `parent`. Raises `NotSeen`, `BadFields`."""
    keeper_only(by)
    found = find_region(region)
    problems = {
        "code": _refuse_code(code),
        "name_zh": refuse_text(name.zh, Text("中文名称", "Chinese name"), most=120),
        "name_en": refuse_text(name.en, Text("英文名称", "English name"), most=160),
        "kind": [] if kind in AuthorityKind.values else [_CHOOSE.at(label=Text("类型", "kind"))],
        "region": [] if found else [_BAD_REGION.at(text=region[:40])],
    }
    if found is None or any(problems.values()):
        raise BadFields(problems)
    row = Authority.objects.create(
        code=code, name_zh=name.zh.strip(), name_en=name.en.strip(), kind=kind, region=found.code, parent=parent,
        park_key=park_key.strip()[:60],
    )  # fmt: skip
    told = {"authority": row.code, "kind": row.kind, "region": row.region, "parent": parent.code if parent else ""}
    record("add-authority", actor=by, at=at, payload={**told})
    return row


def _refuse_code(code: str) -> list[Problem]:
    if not _CODE.fullmatch(code) or len(code) > 40:
        return [_BAD_CODE.at()]
    return [_CODE_TAKEN.at(code=code)] if Authority.objects.filter(code=code).exists() else []


@whole()
def add_section(authority: Authority, *, by: User, name: Text, at: datetime) -> Section:
    """A new section of an authority. Raises `NotSeen`, `BadFields`."""
    keeper_only(by)
    problems = {
        "section_zh": refuse_text(name.zh, Text("中文名称", "Chinese name"), most=80),
        "section_en": refuse_text(name.en, Text("英文名称", "English name"), most=120),
    }
    if Section.objects.filter(authority=authority, name_zh=name.zh.strip()).exists():
        problems["section_zh"].append(_SECTION_TAKEN.at(name=name.zh.strip()))
    if any(problems.values()):
        raise BadFields(problems)
    row = Section.objects.create(authority=authority, name_zh=name.zh.strip(), name_en=name.en.strip())
    record("add-section", actor=by, at=at, payload={"authority": authority.code, "section": row.name_zh})
    return row


@whole()
def load_holidays(text: str, *, by: User, at: datetime) -> int:
    """Enter days from lines: a day, then its name; a weekend day that is worked ends in 上班 (work). All lines or none.

    A day known already is replaced. Returns how many lines there were. Raises `NotSeen`, `BadInput` with every bad line.
    """
    keeper_only(by)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise BadInput([BLANK.at(label=Text("日期", "days"))])
    days: list[Holiday] = []
    problems: list[Problem] = []
    for number, line in lines[:_MOST_LINES]:
        read = _read_line(number, line)
        (days if isinstance(read, Holiday) else problems).append(read)  # type: ignore[arg-type]  # each to its own kind
    if problems:
        raise BadInput(problems)
    for row in days:
        Holiday.objects.update_or_create(day=row.day, defaults={"is_workday": row.is_workday, "name": row.name})
    told = [[row.day.isoformat(), row.is_workday, row.name] for row in days]
    record("load-holidays", actor=by, at=at, payload={"days": told})
    return len(days)


def _read_line(number: int, line: str) -> Holiday | Problem:
    """`2026-10-01 国庆节`, `2026年10月10日 上班`; a name may be missing."""
    written, _, name = line.replace("\t", " ").replace(",", " ").replace("，", " ").partition(" ")
    try:
        day = read_day(written)
    except ValueError:
        return _BAD_LINE.at(number=number, text=line[:60])
    if not 2000 <= day.year <= 2100:
        return _BAD_YEAR.at(day=day.isoformat())
    name = name.strip()
    return Holiday(day=day, is_workday=name.lower().endswith(_WORKED), name=name[:60])


@whole()
def remove_holiday(day: date, *, by: User, at: datetime) -> None:
    """Take a day out of the calendar. Nothing happens if it is not there."""
    keeper_only(by)
    if Holiday.objects.filter(day=day).delete()[0]:
        record("remove-holiday", actor=by, at=at, payload={"day": day.isoformat()})
