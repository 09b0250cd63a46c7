"""Entries of a bank: who is the same person as whom, and how an expert's row and tenures follow from what was read."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from zhinan.assignment.ties import Unit, plain_name, same_unit
from zhinan.server.models import Authority, Expert, ExpertStatus, Tenure
from zhinan.server.queries.experts import STATUS_NAMES
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text

#: Letters and digits that are not taken for one another.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 4
IN_BANK = Mistake(
    "expert-in-bank",
    Text("专家库里已有此人：{code}（{status}）", "this person is in the bank already: {code} ({status})"),
    Text("打开 {code} 修改，不要重复登记", "open {code} and change it there"),
)
_OTHER_NAME = Mistake(
    "identity-of-another",
    Text("这个身份证号属于库里另一姓名的专家 {code}", "the number belongs to an expert of another name, {code}"),
    Text(
        "核对姓名和号码；确实改了名的，在 {code} 的页面上修改",
        "check both; where a name did change, change it on the page of {code}",
    ),
)
SINCE_AHEAD = Mistake(
    "tenure-ahead",
    Text("到现单位日期 {day} 还没有到", "{day}, the day they came there, is still ahead"),
    Text("到职后再改单位", "change the unit when it has come"),
)
SINCE_BEFORE = Mistake(
    "tenure-before",
    Text("到现单位日期 {day} 早于到上一单位的日期 {before}", "{day} is before {before}, when they came to the unit before"),
    Text("核对两个日期", "check both days"),
)


class Bank:
    """The experts of one bank by what tells people apart, with their tenures; two queries."""

    def __init__(self, bank: Authority) -> None:
        self._by_identity: dict[str, Expert] = {}
        self._by_name: dict[str, list[Expert]] = defaultdict(list)
        self.by_code: dict[str, Expert] = {}
        for expert in Expert.objects.filter(bank=bank).select_related("bank").prefetch_related("tenures").order_by("id"):
            self.by_code[expert.code] = expert
            self._by_name[plain_name(expert.name)].append(expert)
            if expert.identity:
                self._by_identity[expert.identity] = expert

    def same_as(self, values: Mapping[str, object], *, but: Expert | None = None) -> tuple[Expert | None, list[Problem]]:
        """Who in the bank is the person these values tell of: by identity, else by name and employer; and what contradicts it."""
        name, identity = str(values.get("name", "")), str(values.get("identity", ""))
        found = self._by_identity.get(identity) if identity else None
        if found is not None and found != but:
            is_other = plain_name(found.name) != plain_name(name)
            return found, [_OTHER_NAME.at(code=found.code)] if is_other else []
        unit = Unit(str(values.get("unit_name", "")), str(values.get("unit", "")))
        for each in self._by_name.get(plain_name(name), ()):
            is_told_apart = identity and each.identity and identity != each.identity
            if each != but and not is_told_apart and same_unit(unit, unit_of(each)):
                return each, []
        return None, []


def refuse_twice(bank: Bank, values: Mapping[str, object], *, but: Expert | None = None) -> list[Problem]:
    """Why there cannot be an expert with these values beside those of the bank."""
    found, problems = bank.same_as(values, but=but)
    return problems or ([IN_BANK.at(code=found.code, status=STATUS_NAMES[found.status][0])] if found else [])


def unit_of(expert: Expert) -> Unit:
    """Where an expert works, as a unit."""
    return Unit(expert.unit_name, expert.unit)


def entered(
    bank: Authority, values: Mapping[str, object], *, source: str, status: ExpertStatus, at: datetime
) -> tuple[Expert, Tenure]:
    """A new expert and their tenure, saved."""
    columns = {key: value for key, value in values.items() if key != "since"}
    expert = Expert(code=_new_code(), bank=bank, source=source, status=status, made_at=at, changed_at=at, **columns)
    expert.save(force_insert=True)
    return expert, _tenure(expert, values.get("since"))


def _new_code() -> str:
    """A name that says nothing of who it stands for."""
    length = _LENGTH
    while True:
        code = "E-" + "".join(secrets.choice(_SIGNS) for _ in range(length))
        if not Expert.objects.filter(code=code).exists():
            return code
        length += 1


def _tenure(expert: Expert, since: object) -> Tenure:
    day = since if isinstance(since, date) else None
    return Tenure.objects.create(expert=expert, unit=expert.unit, unit_name=expert.unit_name, since=day)


def differing(expert: Expert, values: Mapping[str, object]) -> list[str]:
    """The fields in which the values differ from the row, `since` from the tenure that lasts."""
    changed = [key for key, value in values.items() if key != "since" and getattr(expert, key) != value]
    since = values.get("since")
    lasting = lasting_tenure(expert) if since else None
    return [*changed, "since"] if since and (lasting is None or lasting.since != since) else changed


def lasting_tenure(expert: Expert) -> Tenure | None:
    """The tenure at the expert's present employer."""
    lasting = [each for each in expert.tenures.all() if each.until is None]
    return next((each for each in lasting if same_unit(Unit(each.unit_name, each.unit), unit_of(expert))), None)


def refuse_move(expert: Expert | None, values: Mapping[str, object], *, on: date) -> list[Problem]:
    """What is wrong with the day an expert, or someone new, came to their employer."""
    since = values.get("since")
    if not isinstance(since, date):
        return []
    if since > on:
        return [SINCE_AHEAD.at(day=since)]
    before = lasting_tenure(expert) if expert else None
    if expert and before and before.since and _moves(expert, values) and since < before.since:
        return [SINCE_BEFORE.at(day=since, before=before.since)]
    return []


def _moves(expert: Expert, values: Mapping[str, object]) -> bool:
    """Whether the employer becomes another one; a code that is added, or a name put right, is the same."""
    after = Unit(str(values.get("unit_name", expert.unit_name)), str(values.get("unit", expert.unit)))
    return not same_unit(unit_of(expert), after)


def applied(expert: Expert, values: Mapping[str, object], *, at: datetime) -> list[Expert | Tenure]:
    """Change an expert; with another employer the old tenure ends and a new one begins. Returns the rows that changed."""
    since, moves = values.get("since"), _moves(expert, values)
    tenure = lasting_tenure(expert)
    for key, value in values.items():
        if key != "since":
            setattr(expert, key, value)
    expert.changed_at = at
    expert.save()
    if moves:
        began = since if isinstance(since, date) else at.date()
        ended = [_ended(tenure, began - timedelta(days=1))] if tenure else []
        return [expert, *ended, _tenure(expert, began)]
    if tenure is None:
        return [expert, _tenure(expert, since)]
    told = (expert.unit, expert.unit_name, since or tenure.since)
    if told == (tenure.unit, tenure.unit_name, tenure.since):
        return [expert]
    tenure.unit, tenure.unit_name, tenure.since = (
        expert.unit,
        expert.unit_name,
        since if isinstance(since, date) else tenure.since,
    )
    tenure.save()
    return [expert, tenure]


def _ended(tenure: Tenure, until: date) -> Tenure:
    tenure.until = max(until, tenure.since) if tenure.since else until
    tenure.save(update_fields=["until"])
    return tenure
