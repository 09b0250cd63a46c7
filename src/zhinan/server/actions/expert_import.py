"""Experts imported from a workbook: read, judged row by row against the bank, and entered when the officer says so."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model

from zhinan.assignment.ties import Unit, plain_name, same_unit
from zhinan.server import antivirus
from zhinan.server.actions.account_fields import BLANK
from zhinan.server.actions.bank_entries import (
    Bank,
    applied,
    differing,
    entered,
    lasting_tenure,
    refuse_move,
    refuse_twice,
)
from zhinan.server.actions.expert_fields import FIELDS, read_fields, written
from zhinan.server.actions.experts import bank_to_keep
from zhinan.server.actions.record import record, whole
from zhinan.server.hashing import Json, content_hash
from zhinan.server.models import Authority, BankImport, Expert, ExpertStatus, User
from zhinan.server.paper.bank import Column, Line, read_bank
from zhinan.server.queries.review_access import banks_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.server.uploads import Kind, accept
from zhinan.server.uploads_mistakes import WRONG_KIND
from zhinan.values.codes import WrongCode, check_identity_number
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

#: What was read waits so long to be confirmed.
WAITS = timedelta(days=1)
#: A workbook of experts is no larger than this.
LIMIT = 10 * 1024 * 1024
CODE = Text("编号", "Code")
_EXAMPLES = {
    "name": "张明", "title": "正高级工程师", "identity": "（18位，列设为文本）", "email": "name@example.org",
    "unit_name": "某某大学", "unit": "（18位）", "since": "2019-09-01", "region": "宁夏回族自治区银川市", "kinds": "技术、产业",
    "disciplines": "460.40、510.50", "directions": "D-YC01.1.1", "keywords": "枸杞多糖、膜分离", "summary": "长期从事……",
    "most": "10", "away_from": "2026-07-01", "away_until": "2026-08-31",
}  # fmt: skip
#: The columns of the workbook: the bank's own code, which only a list taken from the bank has, and every field.
COLUMNS = (
    *(Column(each.key, each.label, each.help, _EXAMPLES[each.key], each.is_required) for each in FIELDS.values()),
    Column(
        "code", CODE, Text("库里已有的专家才有，新专家留空。", "Only those in the bank have one; leave it empty for new ones.")
    ),
)
_ROUNDED = Mistake(
    "number-rounded",
    Text("“{label}”在表中是数字，末几位已经丢失", "{label} is a number on the sheet and has lost its last digits"),
    Text("把这一列设为“文本”，重新填写完整的号码", "format the column as text and write the whole of it again"),
)
_STRAY_NUMBER = Mistake(
    "identity-elsewhere",
    Text("“{label}”里写了身份证号", "there is an identity number in {label}"),
    Text("身份证号只写在“身份证号”一列", "identity numbers belong in their own column only"),
)
_TWICE = Mistake(
    "expert-twice-in-file",
    Text("与第 {line} 行是同一人", "the same person as in row {line}"),
    Text("合并成一行", "make one row of them"),
)
_UNKNOWN_CODE = Mistake(
    "expert-code-unknown",
    Text("库里没有编号 {code}", "the bank has no code {code}"),
    Text("新专家不填编号；已有的按库里的编号", "leave it empty for someone new, or take it from the bank"),
)
_OUT = Mistake(
    "expert-removed-before",
    Text("{code} 已移出专家库", "{code} was removed from the bank"),
    Text("确需恢复的，在 {code} 的页面上恢复", "restore them on the page of {code} first"),
)
_ONESELF = Mistake(
    "expert-oneself", Text("{code} 是您本人", "{code} is yourself"), Text("由其他经办人员办理", "another officer must do it")
)
_OVER = Mistake(
    "import-over", Text("没有等待确认的导入", "no import waits to be confirmed"), Text("重新上传文件", "upload the file again")
)
_CHANGED = Mistake(
    "import-changed",
    Text("预览之后专家库有了变化，请再看一遍", "the bank has changed since you looked: look once more"),
    Text("核对下面的预览，再确认", "check the preview below, then confirm"),
)
_NOT_ALL = Mistake(
    "import-not-all",
    Text("有 {number} 行不能导入，因此一行也没有导入", "{number} rows cannot be imported, so none was"),
    Text("更正后重新上传，或选择只导入没有问题的", "mend them and upload again, or import only those that are right"),
)
_NOTHING = Mistake(
    "import-nothing",
    Text("没有可以导入的行", "there is nothing to import"),
    Text("更正后重新上传", "mend the rows and upload again"),
)
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
#: Something wrong, with the column it is wrong in.
Found = tuple[str, Problem]
_DAYS = ("since", "away_from", "away_until")
_NEEDED = tuple(key for key, field in FIELDS.items() if field.is_required)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row: in which column, what, and how to mend it."""

    column: Text
    message: Text
    mend: Text
    code: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field of an expert that a row changes."""

    label: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A row: `new`, `change`, `same` or `refused`; whom it is about, what is wrong, what it changes."""

    line: int
    verdict: str
    name: str
    unit: str
    code: str = ""
    wrong: tuple[Wrong, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do now. `seen` tells whether it would still do the same when it is confirmed."""

    bank: Authority
    name: str
    unread: tuple[str, ...]
    rows: tuple[Judged, ...]

    @property
    def seen(self) -> str:
        """The hash of everything the preview says."""
        return _seen(self.rows)

    def of(self, verdict: str) -> tuple[Judged, ...]:
        """The rows judged so."""
        return tuple(row for row in self.rows if row.verdict == verdict)


def _seen(rows: Iterable[Judged]) -> str:
    return content_hash([asdict(row) for row in rows])


@dataclass(frozen=True, slots=True)
class Imported:
    """How many were entered, changed, and left out."""

    added: int
    changed: int
    refused: int


# -- uploading ---------------------------------------------------------------------------------------


def upload(bank: str, *, name: str, content: bytes, declared_type: str, by: User, at: datetime) -> None:
    """Read a workbook for a bank; nothing is entered yet. Raises `NotSeen`, `BadInput`.

    Of identity numbers only hashes are kept, and only until the import is confirmed or a day has passed.
    """
    _bank(by, bank)
    accepted = accept(name, content, declared_type=declared_type, limit=LIMIT)
    if accepted.kind is not Kind.XLSX:
        raise BadInput([WRONG_KIND.at(found=accepted.kind, choices="xlsx")])
    antivirus.scan_if_set(content)
    filled = read_bank(content, COLUMNS)
    rows = [_stored(line) for line in filled.lines]
    _keep(bank, accepted.safe_name, {"rows": rows, "unread": list(filled.unread)}, by=by, at=at)


@whole()
def _keep(bank: str, name: str, content: dict[str, object], *, by: User, at: datetime) -> None:
    BankImport.objects.filter(made_at__lte=at - WAITS).delete()
    BankImport.objects.update_or_create(
        bank=_bank(by, bank), by=by, defaults={"made_at": at, "name": name[:160], "content": content}
    )


def _bank(by: User, code: str) -> Authority:
    found = banks_of(by).filter(code=code).first()
    if found is None:
        raise NotSeen
    return found


def _stored(line: Line) -> dict[str, object]:
    """A row as it waits: its values as JSON, and what is wrong with it in itself."""
    typed = {key: text for key, text in line.cells.items() if text}
    wrong: dict[str, list[Problem]] = {
        key: [_ROUNDED.at(label=FIELDS[key].label)] for key in ("identity", "unit") if key in line.rounded
    }
    wrong |= {
        key: [_STRAY_NUMBER.at(label=_label(key))] for key, text in typed.items() if key != "identity" and _holds_number(text)
    }
    read = read_fields({key: text for key, text in typed.items() if key not in wrong and key in FIELDS})
    problems = {**read.problems, **wrong}
    values = {key: value.isoformat() if isinstance(value, date) else value for key, value in read.values.items()}
    return {
        "line": line.number, "code": "" if "code" in wrong else typed.get("code", "")[:20], "values": values,
        "shown": {key: "" if key in wrong else typed.get(key, "")[:120] for key in ("name", "unit_name")},
        "problems": [
            [key, each.code, each.message.zh, each.message.en, each.mend.zh, each.mend.en]
            for key, found in problems.items() for each in found
        ],
    }  # fmt: skip


def _holds_number(text: str) -> bool:
    """Whether a person's number stands in a text."""
    for found in _NUMBER.findall(text):
        try:
            check_identity_number(found)
        except WrongCode:
            continue
        return True
    return False


def _label(key: str) -> Text:
    return FIELDS[key].label if key in FIELDS else CODE


# -- judging -----------------------------------------------------------------------------------------


def preview(bank: str, *, by: User, at: datetime) -> Preview | None:
    """What the import that waits would do; `None` when none waits. Raises `NotSeen`."""
    authority = _bank(by, bank)
    waiting = BankImport.objects.filter(bank=authority, by=by, made_at__gt=at - WAITS).first()
    if waiting is None:
        return None
    rows = tuple(each.judged for each in _plans(waiting, Bank(authority), by=by, at=at))
    return Preview(authority, waiting.name, tuple(waiting.content["unread"]), rows)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A row with what would be done: the values, and the expert they belong to."""

    judged: Judged
    values: Mapping[str, object]
    expert: Expert | None


def _plans(waiting: BankImport, bank: Bank, *, by: User, at: datetime) -> Iterator[_Plan]:
    before = _Before()
    for row in waiting.content["rows"]:
        values = _values(row["values"])
        expert, problems = _whom(row, values, bank)
        if not row["problems"] and not problems:
            problems = list(_contradictions(values, expert, bank, by=by, at=at))
            if (line := before.line_of(values, expert)) is not None:
                problems.append(("name", _TWICE.at(line=line)))
            before.add(row["line"], values, expert)
        yield _Plan(_judged(row, values, expert, problems), values, expert)


def _values(stored: Mapping[str, Any]) -> dict[str, Any]:  # Any: as JSON has it
    return {key: date.fromisoformat(value) if key in _DAYS and value else value for key, value in stored.items()}


def _whom(row: Mapping[str, Any], values: Mapping[str, object], bank: Bank) -> tuple[Expert | None, list[Found]]:
    """The expert of the bank whom a row is about: by the code, else as one tells people apart; nobody for someone new."""
    if code := row["code"]:
        found = bank.by_code.get(code)
        return found, [] if found else [("code", _UNKNOWN_CODE.at(code=code))]
    same, problems = bank.same_as(values)
    return same, [("identity", each) for each in problems]


def _contradictions(
    values: Mapping[str, object], expert: Expert | None, bank: Bank, *, by: User, at: datetime
) -> Iterator[Found]:  # fmt: skip
    yield from (("since", each) for each in refuse_move(expert, values, on=at.date()))
    if expert is None:
        yield from ((key, BLANK.at(label=FIELDS[key].label)) for key in _NEEDED if not values.get(key))
        return
    if expert.status == ExpertStatus.REMOVED:
        yield "name", _OUT.at(code=expert.code)
    if expert.user_id == by.id:
        yield "name", _ONESELF.at(code=expert.code)
    after = {key: values.get(key, getattr(expert, key)) for key in ("name", "identity", "unit", "unit_name")}
    yield from (("name", each) for each in refuse_twice(bank, after, but=expert))


@dataclass(frozen=True, slots=True)
class _Told:
    """A row about somebody, as later rows are compared with it."""

    line: int
    identity: str
    unit: Unit


class _Before:
    """The rows judged so far, by whom they are about: name, identity, expert of the bank."""

    def __init__(self) -> None:
        self._told: dict[str, list[_Told]] = defaultdict(list)

    def line_of(self, values: Mapping[str, object], expert: Expert | None) -> int | None:
        """The earlier row about the same person."""
        mine = _told(0, values)
        name, *sure = _keys(values, expert)
        for key in sure:
            if key in self._told:
                return self._told[key][0].line
        for other in self._told.get(name, ()):
            is_told_apart = mine.identity and other.identity and mine.identity != other.identity
            if not is_told_apart and same_unit(mine.unit, other.unit):
                return other.line
        return None

    def add(self, line: int, values: Mapping[str, object], expert: Expert | None) -> None:
        """Know one more."""
        for key in _keys(values, expert):
            self._told[key].append(_told(line, values))


def _told(line: int, values: Mapping[str, object]) -> _Told:
    unit = Unit(str(values.get("unit_name", "")), str(values.get("unit", "")))
    return _Told(line, str(values.get("identity", "")), unit)


def _keys(values: Mapping[str, object], expert: Expert | None) -> list[str]:
    """The name, then what is surer."""
    sure = [f"identity:{values['identity']}"] if values.get("identity") else []
    return [f"name:{plain_name(str(values.get('name', '')))}", *sure, *([f"expert:{expert.id}"] if expert else [])]


def _judged(row: Mapping[str, Any], values: Mapping[str, object], expert: Expert | None, problems: Sequence[Found]) -> Judged:
    wrong = [
        Wrong(_label(key), Text(zh, en), Text(mend_zh, mend_en), code) for key, code, zh, en, mend_zh, mend_en in row["problems"]
    ]
    wrong += [Wrong(_label(key), each.message, each.mend, each.code) for key, each in problems]
    changes = tuple(_changes(values, expert)) if expert and not wrong else ()
    verdict = "refused" if wrong else "new" if expert is None else "change" if changes else "same"
    shown = row["shown"]
    return Judged(
        row["line"], verdict, shown["name"] or (expert.name if expert else ""), shown["unit_name"], expert.code if expert else "",
        tuple(wrong), changes,
    )  # fmt: skip


def _changes(values: Mapping[str, object], expert: Expert) -> Iterator[Change]:
    """What a row changes, as it would be typed; an identity only as new."""
    tenure = lasting_tenure(expert)
    was = {key: getattr(expert, key) for key in values if key != "since"} | {"since": tenure.since if tenure else None}
    before, after = dict(written(was)), dict(written(values))
    for key in differing(expert, values):
        yield Change(_label(key), before.get(key, ""), after.get(key, "＊＊＊"))


# -- confirming --------------------------------------------------------------------------------------


@whole()
def import_experts(
    bank: str, *, seen: str, only_if_all: bool, is_vetted: bool, by: User, at: datetime
) -> Imported:  # fmt: skip
    """Enter what the preview showed (`Preview.seen`), all of it or nothing; new experts as active when they are vetted.

    Rows that cannot be imported are left out, or stop everything when it is to be `only_if_all` are right.
    Raises `NotSeen`, `Refused`.
    """
    authority = bank_to_keep(by, bank)
    waiting = BankImport.objects.select_for_update().filter(bank=authority, by=by, made_at__gt=at - WAITS).first()
    if waiting is None:
        raise Refused(_OVER.at())
    plans = list(_plans(waiting, Bank(authority), by=by, at=at))
    _refuse_import(plans, seen, only_if_all=only_if_all)
    status = ExpertStatus.ACTIVE if is_vetted else ExpertStatus.CANDIDATE
    rows: list[Model] = []
    for plan in plans:
        if plan.judged.verdict == "new":
            rows += entered(authority, plan.values, source="import", status=status, at=at)
        elif plan.judged.verdict == "change" and plan.expert is not None:
            changed = {key: plan.values[key] for key in differing(plan.expert, plan.values)}
            rows += applied(plan.expert, changed, at=at)
    counts = Counter(plan.judged.verdict for plan in plans)
    done = Imported(counts["new"], counts["change"], counts["refused"])
    name = waiting.name
    waiting.delete()
    payload: Json = {"bank": bank, "file": name, "added": done.added, "changed": done.changed, "left_out": done.refused}
    record("import-experts", actor=by, at=at, payload=payload, rows=rows)
    return done


def _refuse_import(plans: Sequence[_Plan], seen: str, *, only_if_all: bool) -> None:
    if seen != _seen([plan.judged for plan in plans]):
        raise Refused(_CHANGED.at())
    verdicts = [plan.judged.verdict for plan in plans]
    if only_if_all and "refused" in verdicts:
        raise Refused(_NOT_ALL.at(number=verdicts.count("refused")))
    if not {"new", "change"}.intersection(verdicts):
        raise Refused(_NOTHING.at())


@whole()
def discard(bank: str, *, by: User) -> None:
    """Throw away what waits to be imported. Raises `NotSeen`."""
    BankImport.objects.filter(bank=_bank(by, bank), by=by).delete()
