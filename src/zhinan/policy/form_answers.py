"""What an applicant writes into a form, read into facts and written back; with the checks that look at several answers at once.

An answer is text, as it was typed; nothing that is typed makes reading fail: what cannot be used is told, field by field.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from zhinan.language.tree import Value
from zhinan.language.types import Choice, Kind, Type
from zhinan.policy import mistakes
from zhinan.policy.form import Field, Form
from zhinan.policy.nearest import brief, near
from zhinan.policy.written import NOTHING, UNKNOWN, read_value
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.quantity import MONTHS, PERCENT, YEARS, decimal, format_money, format_quantity
from zhinan.values.regions import find_region
from zhinan.values.text import Lang, Text

#: How many characters an answer may have, by the kind of its field; and how many rows a list.
LIMITS = {"longtext": 20_000, "records": 500_000, "set": 5_000}
LIMIT, ROWS = 1_000, 500


@dataclass(frozen=True, slots=True)
class Read:
    """The facts in the answers, and what is wrong, by the field it is wrong in. `unread` are answers that nothing asks for."""

    facts: Mapping[str, Value]
    problems: Mapping[str, tuple[Problem, ...]]
    unread: tuple[str, ...] = ()


def facts_of(form: Form, answers: Mapping[str, str], uploaded: Collection[str] = ()) -> Read:
    """The facts in `answers` (by key) and in the papers `uploaded` (by id). Never raises."""
    facts: dict[str, Value] = {}
    problems: dict[str, list[Problem]] = {}
    for field in form.fields:
        try:
            value = read_answer(field, answers.get(field.key, ""))
        except BadInput as bad:
            problems[field.key] = list(bad.problems)
        else:
            if value is not None:
                facts[field.key] = value
    facts |= {upload.fact: True for upload in form.uploads if upload.fact and upload.id in uploaded}
    for check in _CHECKS:
        for key, problem in check(facts):
            problems.setdefault(key, []).append(problem)
    unread = tuple(key for key in answers if key not in form.keys)
    return Read(facts, {key: tuple(told) for key, told in problems.items()}, unread)


# ─── one answer ───


def read_answer(field: Field, text: str) -> Value:
    """The value of an answer; `None` where nothing (or “unknown”) is written. Raises `BadInput`."""
    text = _cleaned(field, text)
    if field.kind == "longtext":
        return text or None
    if field.kind == "records":
        return _read_rows(field, text)
    if text in UNKNOWN:
        return None
    if field.kind in ("line", "direction"):
        return _option(field, text)
    return read_value(text, field.type, label=field.label, code=field.code)


def write_answer(field: Field, value: Value, lang: Lang = "zh") -> str:
    """An answer that reads as `value`: choices by name, amounts as people write them, lists as JSON."""
    if value is None:
        return ""
    if field.kind == "records" and isinstance(value, tuple):
        return _write_rows(field, value, lang)
    if field.kind == "line":
        return _write_option(field, str(value), lang)
    return _write(value, field.type, lang)


#: Signs that turn or hide text; they come in with what is pasted, and mean nothing in an application.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def _cleaned(field: Field, text: str) -> str:
    limit = LIMITS.get(field.kind, LIMIT)
    if len(text) > 2 * limit or len(text := _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()) > limit:
        raise BadInput([_TOO_LONG.at(have=len(text), limit=limit)])
    if field.kind != "longtext":
        text = re.sub(r"[\n\t]", " ", text)
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t":
            raise BadInput([mistakes.CONTROL_CHARACTER.at(code=f"U+{ord(char):04X}")])
    return text


def _option(field: Field, text: str) -> str:
    """The option of that key; or of that name, where only one has it."""
    keys = [option.key for option in field.options]
    named = [option.key for option in field.options if text in (option.name.zh, option.name.en)]
    if text in keys or len(named) == 1:
        return text if text in keys else named[0]
    names = [option.name for option in field.options]
    hint = Text(near(brief(text), [name.zh for name in names]).zh, near(brief(text), [name.en for name in names]).en)
    raise BadInput([mistakes.UNKNOWN_CHOICE.at(word=field.label, text=brief(text), hint=hint)])


def _write_option(field: Field, key: str, lang: Lang) -> str:
    names = {option.key: option.name.in_lang(lang) for option in field.options}
    name = names.get(key, key)
    plain = name not in UNKNOWN and name not in names and list(names.values()).count(name) == 1
    return name if plain else key


# ─── lists ───


def _read_rows(field: Field, text: str) -> Value:
    """The rows of a list, each with what is known of it. All that is wrong is told, with the number of its row."""
    if text in UNKNOWN:
        return None
    if text in NOTHING:
        return ()
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInput([_NOT_ROWS.at(word=field.label)])
    if len(rows) > ROWS:
        raise BadInput([_TOO_MANY_ROWS.at(word=field.label, have=len(rows), limit=ROWS)])
    problems: list[Problem] = []
    read = [_read_row(field, row, number, problems) for number, row in enumerate(rows, start=1)]
    if problems:
        raise BadInput(problems)
    return tuple(row for row in read if row)


def _read_row(field: Field, row: Mapping[str, object], number: int, problems: list[Problem]) -> dict[str, Value]:
    columns, values = _columns(field), dict[str, Value]()
    names = {name: key for key, column in columns.items() for name in (column.label.zh, key)}
    for name, given in row.items():
        column = columns.get(names.get(name, ""))
        try:
            if column is None:
                raise BadInput([mistakes.UNKNOWN_KEY.at(key=brief(name), hint=near(brief(name), names))])
            if not isinstance(given, str | None):
                raise BadInput([_NOT_TEXT.at(word=column.label)])
            value = read_answer(column, given or "")
        except BadInput as bad:
            problems += [_in_row(problem, number) for problem in bad.problems]
        else:
            if value is not None:
                values[column.key] = value
    return values


def _columns(field: Field) -> dict[str, Field]:
    """Every column of the record, also those this form does not show: an answer may come from another form."""
    shown = {column.key: column for column in field.columns}
    words = field.type.record.fields if field.type.record else ()
    hidden = {
        word.key: Field(key=word.key, label=Text(word.zh, word.en), help=Text("", ""), kind=word.type.kind.value, type=word.type)
        for word in words
        if word.key not in shown
    }
    return {word.key: (shown | hidden)[word.key] for word in words}


def _in_row(problem: Problem, number: int) -> Problem:
    message = Text(f"第 {number} 行：{problem.message.zh}", f"row {number}: {problem.message.en}")
    return replace(problem, message=message)


def _write_rows(field: Field, rows: tuple[dict[str, Value], ...], lang: Lang) -> str:
    columns = _columns(field)
    written = [{key: write_answer(columns[key], row[key], lang) for key in columns if row.get(key) is not None} for row in rows]
    return json.dumps(written, ensure_ascii=False)


# ─── values written ───


def _write(value: Value, type: Type, lang: Lang) -> str:
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        members = [member.key for member in type.choice.members if member.key in value] if type.choice else sorted(value)
        names = [_name(type.choice, key, lang, is_listed=True) for key in members]
        return ("、" if lang == "zh" else ", ").join(names) or ("无" if lang == "zh" else "none")
    if isinstance(value, int | Fraction):
        return _write_number(value, type, lang)
    if type.kind is Kind.REGION:
        region = find_region(str(value))
        path = region.full_path if region else ""
        return path if (again := find_region(path)) and again.code == value else str(value)
    return _name(type.choice, str(value), lang) if type.choice else str(value)


def _write_number(value: int | Fraction, type: Type, lang: Lang) -> str:
    if type.kind is Kind.NUMBER and not type.unit:
        return decimal(Fraction(value) * 100) + PERCENT
    if type.unit == YEARS and (value * 12) % 1 == 0 and value % 1 != 0:
        return format_quantity(value * 12, MONTHS, lang)  # a third of a year has no last decimal
    return format_money(value, lang) if type.kind is Kind.MONEY else format_quantity(value, type.unit, lang)


def _name(choice: Choice | None, key: str, lang: Lang, *, is_listed: bool = False) -> str:
    """A member by its name; by its key where the name would be read as something else."""
    name = choice.by_key(key).name.in_lang(lang) if choice and choice.find(key) else key
    meant = choice.find(name) if choice else None
    strange = name in UNKNOWN or name in NOTHING or (is_listed and re.search(r"[，,;；/|、]", name))
    return name if meant and meant.key == key and not strange else key


# ─── several answers at once ───

_Told = Iterator[tuple[str, Problem]]


def _check_budget(facts: Mapping[str, Value]) -> _Told:
    """The lines of the budget against the sums on the same page; a part left blank counts as nothing."""
    rows = facts.get("project.budget_lines")
    if not isinstance(rows, tuple) or not rows:
        return
    fiscal, own = (Fraction(sum(_fen(row.get(key)) or 0 for row in rows)) for key in ("fiscal", "own"))
    for what, have, key, name in (
        (Text("财政经费", "public funds"), fiscal, "requested_grant", Text("申请财政经费", "public funds requested")),
        (Text("自筹经费", "own funds"), own, "self_raised", Text("自筹经费", "self-raised funds")),
        (Text("全部经费", "all funds"), fiscal + own, "total_budget", Text("总预算", "total budget")),
    ):
        need = _fen(facts.get(f"project.{key}"))
        if need is not None and need != have:
            yield "project.budget_lines", _SUM_DIFFERS.at(what=what, have=_money(have), name=name, need=_money(need))


def _check_total(facts: Mapping[str, Value]) -> _Told:
    keys = ("requested_grant", "self_raised", "total_budget")
    grant, own, total = (_fen(facts.get(f"project.{key}")) for key in keys)
    if grant is not None and own is not None and total is not None and grant + own != total:
        yield "project.total_budget", _TOTAL_DIFFERS.at(have=_money(grant + own), need=_money(total))


def _check_partners(facts: Mapping[str, Value]) -> _Told:
    rows = facts.get("project.partners")
    codes = [row.get("code") for row in rows] if isinstance(rows, tuple) else []
    seen: dict[Value, int] = {}
    for number, code in enumerate(codes, start=1):
        if code is None:
            continue
        if code == facts.get("applicant.uscc"):
            yield "project.partners", _in_row(_IS_THE_APPLICANT.at(code=code), number)
        if code in seen:
            yield "project.partners", _in_row(_PARTNER_TWICE.at(code=code, first=seen[code]), number)
        seen.setdefault(code, number)


def _check_days(facts: Mapping[str, Value]) -> _Told:
    for begin, end in (
        ("project.starts_on", "project.ends_on"), ("agreement.valid_from", "agreement.valid_to"),
        ("leader.term_from", "leader.term_to"),
    ):  # fmt: skip
        first, last = facts.get(begin), facts.get(end)
        if isinstance(first, date) and isinstance(last, date) and last <= first:
            yield end, _ENDS_TOO_EARLY.at(end=last.isoformat(), begin=first.isoformat())


_CHECKS: tuple[Callable[[Mapping[str, Value]], _Told], ...] = (_check_budget, _check_total, _check_partners, _check_days)


def _fen(value: Value) -> Fraction | None:
    return Fraction(value) if isinstance(value, int | Fraction) else None


def _money(fen: Fraction) -> Text:
    return Text(format_money(fen), format_money(fen, "en"))


_TOO_LONG = Mistake(
    "answer-too-long", Text("写了 {have} 个字符，最多 {limit} 个", "{have} characters are written, at most {limit} are taken"),
    Text("请精简；更多内容可作为材料上传", "please shorten it; more may be handed in as a paper"),
)  # fmt: skip
_NOT_ROWS = Mistake(
    "not-rows", Text("“{word}”应是一行一行的清单", "“{word}” should be a list of rows"),
    Text("逐行填写；没有就填“无”", "fill in row by row; write none if there are none"),
)  # fmt: skip
_TOO_MANY_ROWS = Mistake(
    "too-many-rows", Text("“{word}”有 {have} 行，最多 {limit} 行", "“{word}” has {have} rows, at most {limit} are taken"),
    Text("合并相近的行", "put rows together that belong together"),
)  # fmt: skip
_NOT_TEXT = Mistake(
    "cell-not-text",
    Text("“{word}”这一格不是文字", "the cell “{word}” is not text"),
    Text("请重新填写这一格", "fill in the cell again"),
)
_SUM_DIFFERS = Mistake(
    "budget-sum-differs",
    Text("预算明细的{what}合计 {have}，而{name}是 {need}", "the {what} of the lines come to {have}, but the {name} are {need}"),
    Text("改明细，或改上面的数", "mend the lines, or the sum above"),
)
_TOTAL_DIFFERS = Mistake(
    "total-budget-differs",
    Text(
        "申请财政经费加自筹经费是 {have}，而总预算是 {need}",
        "public and own funds come to {have}, but the total budget is {need}",
    ),
    Text("改其中一个，使两边相等", "mend one of them so that both sides agree"),
)
_IS_THE_APPLICANT = Mistake(
    "partner-is-the-applicant", Text("{code} 是申报单位自己", "{code} is the applicant itself"),
    Text("参与单位里不列申报单位", "the applicant is not listed among the partners"),
)  # fmt: skip
_PARTNER_TWICE = Mistake(
    "partner-twice",
    Text("{code} 在第 {first} 行已经有了", "{code} stands in row {first} already"),
    Text("保留一行", "keep one row"),
)
_ENDS_TOO_EARLY = Mistake(
    "ends-too-early", Text("结束日 {end} 不晚于开始日 {begin}", "it ends on {end}, not after it begins on {begin}"),
    Text("核对两个日期", "check the two days"),
)  # fmt: skip
