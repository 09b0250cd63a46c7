"""What the fields of an expert must be like, typed on a page or in a workbook; everything wrong is told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.crypto import salted_hmac

from zhinan.assignment.problem import KINDS
from zhinan.server import packs
from zhinan.server.actions.account_fields import BLANK, as_shown, refuse_address, refuse_text
from zhinan.server.queries.experts import KIND_NAMES
from zhinan.values.codes import WrongCode, check_credit_code, check_identity_number
from zhinan.values.dates import read_day
from zhinan.values.disciplines import WrongDiscipline, read_discipline
from zhinan.values.problem import Mistake, Problem
from zhinan.values.regions import find_region, nearest_regions
from zhinan.values.text import Text, same

#: So many disciplines, directions and keywords say what somebody knows; more says nothing.
MOST_ENTRIES = 20
#: More cases than this are nobody's round.
MOST_CASES = 100
_BAD_REGION = Mistake(
    "expert-region", Text("没有认出所在地“{text}”", "the region “{text}” is not known"), Text("{hint}", "{hint}")
)
_WRITE_REGION = Text(
    "写到省、市或县一级的全名，例如 宁夏回族自治区银川市，或六位代码",
    "give a province, city or county in Chinese, or its six-digit code",
)
_BAD_KIND = Mistake(
    "expert-kind",
    Text("没有“{text}”这一类专家", "there is no kind of expert “{text}”"),
    Text("可选：{known}", "choose from: {known}"),
)
_BAD_DIRECTION = Mistake(
    "expert-direction",
    Text("没有“{text}”这个支持方向", "there is no direction “{text}”"),
    Text("填写方向编号，见模板的“方向”表", "give its id, as on the sheet of directions in the template"),
)
_TOO_MANY = Mistake(
    "expert-entries",
    Text("“{label}”最多 {most} 项，现有 {have} 项", "{label}: {most} at most, not {have}"),
    Text("留下最主要的", "keep the main ones"),
)
_BAD_NUMBER = Mistake(
    "expert-load",
    Text("“{label}”应为 0 到 {most} 的整数", "{label} is a whole number from 0 to {most}"),
    Text("例如 10；0 表示暂不承担", "for example 10; 0 takes none for now"),
)
_BAD_DAY = Mistake(
    "expert-day",
    Text("“{label}”不是日期：{text}", "{label} is no day: {text}"),
    Text("写成 2026-03-20", "write it as 2026-03-20"),
)
_DAYS_CROSS = Mistake(
    "expert-days-cross",
    Text("“不在期间”的结束早于开始", "the absence ends before it begins"),
    Text("核对两个日期", "check both days"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an expert: its key, what it is called, how it is filled in, the kind of its box."""

    key: str
    label: Text
    help: Text
    kind: str = "text"
    is_required: bool = False


#: Every field, in the order people fill them in.
FIELDS: Mapping[str, Field] = {
    field.key: field
    for field in (
        Field("name", Text("姓名", "Name"), Text("与证件一致。", "As on the identity card."), is_required=True),
        Field("title", Text("职称", "Title"), Text("例如 教授级高级工程师。", "For example senior engineer.")),
        Field(
            "identity",
            Text("身份证号", "Identity number"),
            Text(
                "18位，只用来防止重复登记：核对后只留下加密的指纹，任何页面都不显示。",
                "18 digits, only to find duplicates: after the check a keyed hash is all that is kept, and no page shows it.",
            ),
        ),
        Field("email", Text("邮箱", "E-mail"), Text("邀请登录和通知发到这里。", "Invitations and notices go there."), "email"),
        Field(
            "unit_name",
            Text("工作单位", "Employer"),
            Text("全称，与公章一致。", "The full name, as on its seal."),
            is_required=True,
        ),
        Field(
            "unit",
            Text("单位统一社会信用代码", "Employer's credit code"),
            Text(
                "18位；有了它，回避核对才准确。",
                "18 characters; conflicts are found surely only with it.",
            ),
            "code",
        ),
        Field("since", Text("到现单位日期", "There since"), Text("不清楚就留空。", "Leave it empty if it is not known."), "date"),
        Field("region", Text("所在地", "Region"), _WRITE_REGION, is_required=True),
        Field(
            "kinds",
            Text("专家类型", "Kinds"),
            Text(
                "可以多选；财务和管理专家坐财务管理席。",
                "Several may be chosen; those for finance and management take the finance seats.",
            ),
            "set",
            is_required=True,
        ),
        Field(
            "disciplines",
            Text("学科代码", "Disciplines"),
            Text(
                "按 GB/T 13745，写到二级或三级更准，例如 460.40、510.50。",
                "Codes of GB/T 13745, the second or third level where you can: 460.40, 510.50.",
            ),
        ),
        Field(
            "directions",
            Text("支持方向", "Directions"),
            Text("指南里的支持方向，可以多选。", "Directions of the guides; several may be chosen."),
            "set",
        ),
        Field("keywords", Text("关键词", "Keywords"), Text("用顿号或逗号隔开，例如 枸杞多糖、膜分离。", "Separated by commas.")),
        Field(
            "summary",
            Text("专长简介", "Summary"),
            Text(
                "研究什么、做过什么；抽取时用来比对项目内容。",
                "What you work on and have done; it is compared with the projects.",
            ),
            "longtext",
        ),
        Field("most", Text("每轮最多承担件数", "Cases a round at most"), Text("例如 10。", "For example 10."), "count"),
        Field(
            "away_from",
            Text("不在期间：自", "Away from"),
            Text("这段时间不会被邀请。", "You are not asked in that time."),
            "date",
        ),
        Field("away_until", Text("不在期间：至", "Away until"), Text("含当天。", "That day included."), "date"),
    )
}
#: What experts keep up themselves; the rest is the bank's.
OWN = ("title", "email", "disciplines", "directions", "keywords", "summary", "most", "away_from", "away_until")
#: The three that a change of employer is made of, with the day it began.
EMPLOYER = ("unit_name", "unit", "region", "since")


@dataclass(frozen=True, slots=True)
class Read:
    """Fields as they were read: `values` by the column of the row (`since` apart), `problems` by the field."""

    values: dict[str, object]
    problems: dict[str, list[Problem]]


def read_fields(typed: Mapping[str, str]) -> Read:
    """The fields that are in `typed`, read; what is blank empties a field, but an identity number stays as it was.

    The number itself is in neither half of the answer: only its hash, and problems that do not repeat it.
    """
    values: dict[str, object] = {}
    problems: dict[str, list[Problem]] = {}
    for key, field in FIELDS.items():
        if key not in typed:
            continue
        text = typed[key].strip()
        if not text and field.is_required:
            problems[key] = [BLANK.at(label=field.label)]
        elif text or key != "identity":
            values[key], wrong = _READERS.get(key, _short)(field, text)
            problems |= {key: wrong} if wrong else {}
    starts, ends = values.get("away_from"), values.get("away_until")
    if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
        problems["away_until"] = [_DAYS_CROSS.at()]
    return Read({key: value for key, value in values.items() if key not in problems}, problems)


def identity_hash(number: str) -> str:
    """What the bank keeps of an identity number: a hash that needs the platform's secret, the same for the same number."""
    return salted_hmac("zhinan.expert.identity", number, algorithm="sha256").hexdigest()


def parts_of(text: str) -> list[str]:
    """The entries of a list as people write it, each once."""
    return list(dict.fromkeys(filter(None, (as_shown(each) for each in re.split(r"[、，,;；|\r\n]+", text)))))


@cache
def directions_by_name() -> Mapping[str, str]:
    """Every direction of the shipped packs by its id and by its Chinese name, where only one is called that; to its id."""
    all_of_them = [node for pack in packs.every_pack() for root in pack.directions for node in root.walk()]
    names: dict[str, list[str]] = {}
    for node in all_of_them:
        names.setdefault(node.name.zh, []).append(node.id)
    return {name: ids[0] for name, ids in names.items() if len(ids) == 1} | {node.id: node.id for node in all_of_them}


Answer = tuple[object, list[Problem]]
_LENGTHS = {"name": 60, "title": 60, "unit_name": 120}


def _short(field: Field, text: str) -> Answer:
    return as_shown(text), refuse_text(text, field.label, most=_LENGTHS[field.key]) if text else []


def _summary(field: Field, text: str) -> Answer:
    kept = text.replace("\r\n", "\n")
    return kept, refuse_text(kept, field.label, most=4000) if kept else []


def _email(_: Field, text: str) -> Answer:
    return text, refuse_address(text) if text else []


def _identity(_: Field, text: str) -> Answer:
    try:
        return identity_hash(check_identity_number(text)), []
    except WrongCode as wrong:
        return "", [wrong.problem]


def _unit(_: Field, text: str) -> Answer:
    try:
        return check_credit_code(text) if text else "", []
    except WrongCode as wrong:
        return "", [wrong.problem]


def _region(_: Field, text: str) -> Answer:
    if found := find_region(text):
        return found.code, []
    near = [region.full_path.replace("/", "") for region in nearest_regions(text, limit=3)]
    hint = Text(f"是不是：{'、'.join(near)}", f"perhaps: {', '.join(near)}") if near else _WRITE_REGION
    return "", [_BAD_REGION.at(text=text[:40], hint=hint)]


def _kinds(field: Field, text: str) -> Answer:
    names = {word.casefold(): kind for kind in KINDS for word in (kind, KIND_NAMES[kind].zh, KIND_NAMES[kind].en)}
    known = Text(*("、".join(KIND_NAMES[kind].in_lang(lang) for kind in KINDS) for lang in ("zh", "en")))
    chosen = [names.get(each.casefold().removesuffix("专家")) for each in parts_of(text)]
    problems = [
        _BAD_KIND.at(text=each[:40], known=known) for each, kind in zip(parts_of(text), chosen, strict=True) if kind is None
    ]
    return [kind for kind in KINDS if kind in chosen], problems or ([] if chosen else [BLANK.at(label=field.label)])


def _disciplines(field: Field, text: str) -> Answer:
    codes, problems = [], list[Problem]()
    for each in (word for part in parts_of(text) for word in part.split()):
        try:
            codes.append(read_discipline(each).code)
        except WrongDiscipline as wrong:
            problems.append(wrong.problem)
    return list(dict.fromkeys(codes)), problems or _too_many(field, codes)


def _directions(field: Field, text: str) -> Answer:
    known = directions_by_name()
    wanted = parts_of(text)
    problems = [_BAD_DIRECTION.at(text=each[:60]) for each in wanted if each not in known]
    ids = list(dict.fromkeys(known[each] for each in wanted if each in known))
    return ids, problems or _too_many(field, ids)


def _keywords(field: Field, text: str) -> Answer:
    words = parts_of(text)
    long = [problem for word in words for problem in refuse_text(word, field.label, most=40)]
    return words, long or _too_many(field, words)


def _too_many(field: Field, entries: list[str]) -> list[Problem]:
    have = len(entries)
    return [_TOO_MANY.at(label=field.label, most=MOST_ENTRIES, have=have)] if have > MOST_ENTRIES else []


def _most(field: Field, text: str) -> Answer:
    """Ten where nothing is said, which is the default of the bank."""
    if not text:
        return 10, []
    is_number = text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= MOST_CASES
    return (int(text), []) if is_number else (None, [_BAD_NUMBER.at(label=field.label, most=MOST_CASES)])


def _day(field: Field, text: str) -> Answer:
    try:
        return read_day(text) if text else None, []
    except ValueError:
        return None, [_BAD_DAY.at(label=field.label, text=same(text[:40]))]


_READERS: Mapping[str, Callable[[Field, str], Answer]] = {
    "summary": _summary, "email": _email, "identity": _identity, "unit": _unit, "region": _region, "kinds": _kinds,
    "disciplines": _disciplines, "directions": _directions, "keywords": _keywords, "most": _most, "since": _day,
    "away_from": _day, "away_until": _day,
}  # fmt: skip


def written(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Columns of an expert as they would be typed, by the field; the identity never."""
    for key in FIELDS:
        if key != "identity" and key in values:
            yield key, _written(key, values[key])


def _written(key: str, value: object) -> str:
    if isinstance(value, list):
        return "、".join(KIND_NAMES[each].zh if key == "kinds" and each in KIND_NAMES else each for each in value)
    if key == "region" and (found := find_region(str(value))):
        return found.full_path.replace("/", "")
    return "" if value is None else str(value)
