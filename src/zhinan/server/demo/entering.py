"""The bank of experts as the city enters it: a workbook imported, accounts taken up, ties on record, one away, one paused."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from zhinan.server.actions import expert_import, experts, people, setting_up
from zhinan.server.demo.bank import AWAY, BONDS, CANDIDATE, EXPERTS, PAUSED, Bond, Known
from zhinan.server.demo.diary import Diary
from zhinan.server.demo.town import Town
from zhinan.server.paper.bank import bank_xlsx
from zhinan.server.queries.review_access import experts_for
from zhinan.values.text import same

if TYPE_CHECKING:
    from zhinan.server.models import User

_BANK, _XLSX = "yinchuan", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS = (
    "name", "title", "email", "unit_name", "unit", "region", "kinds", "disciplines", "directions", "keywords", "summary", "most",
)  # fmt: skip
#: So many cases a round at most.
_MOST = 5


def bank(town: Town, diary: Diary) -> None:
    """Entered three months ago; what becomes of some since then."""
    by = town.people["reviews"]
    diary.note(95, 9, partial(_import, town, by))
    diary.note(94, 9, partial(_take_up, town, by))
    for bond in BONDS:
        diary.note(92, 15, partial(_tie, town, by, bond))
    diary.note(30, 10, partial(_pause, town, by))
    diary.note(5, 16, partial(_go_away, town))
    diary.note(4, 11, lambda at: experts.add(_BANK, _typed(town, _known(CANDIDATE)), by=by, at=at))


def _known(name: str) -> Known:
    return next(each for each in EXPERTS if each.name == name)


def _typed(town: Town, known: Known) -> dict[str, str]:
    """An expert as a row of the workbook says it."""
    unit = next((unit.uscc for unit in town.units.values() if unit.name == known.employer), "")
    listed = {key: "、".join(getattr(known, key).split()) for key in ("disciplines", "directions", "keywords")}
    return {
        "name": known.name, "title": known.title, "email": f"{known.login}@example.org", "unit_name": known.employer,
        "unit": unit, "region": known.region, "kinds": known.kinds, "summary": known.summary, "most": str(_MOST), **listed,
    }  # fmt: skip


def _import(town: Town, by: User, at: datetime) -> None:
    """The workbook, read, looked at, and entered; everyone in it is vetted."""
    rows = [_typed(town, known) for known in EXPERTS if known.name != CANDIDATE]
    content = bank_xlsx([same(key) for key in _COLUMNS], [[row[key] for key in _COLUMNS] for row in rows], "zh")
    expert_import.upload(_BANK, name="专家库.xlsx", content=content, declared_type=_XLSX, by=by, at=at)
    preview = expert_import.preview(_BANK, by=by, at=at)
    assert preview is not None
    expert_import.import_experts(_BANK, seen=preview.seen, only_if_all=True, is_vetted=True, by=by, at=at)


def _take_up(town: Town, by: User, at: datetime) -> None:
    """Each is invited and takes the invitation up."""
    logins = {known.name: known.login for known in EXPERTS}
    for expert in experts_for(by).order_by("id"):
        login = logins[expert.name]
        if login not in town.people:
            town.people[login] = setting_up.enrol(login, name=expert.name, email=expert.email, by=by, at=at)
        secret = experts.invite(expert.code, by=by, at=at, link="/join/{secret}/")
        people.accept_as(secret, town.people[login], at=at)
    town.experts |= {expert.name: expert for expert in experts_for(by)}


def _tie(town: Town, by: User, bond: Bond, at: datetime) -> None:
    unit = town.units[bond.unit]
    person = town.leader(bond.unit).name if bond.is_to_leader else ""
    typed = {"kind": bond.kind, "person": person, "unit": unit.uscc, "unit_name": unit.name, "note": bond.note}
    experts.add_tie(town.experts[bond.name].code, typed, by=by, at=at)


def _pause(town: Town, by: User, at: datetime) -> None:
    experts.set_status(town.experts[PAUSED].code, "paused", reason="两次承诺后未按时完成评审，暂停邀请半年", by=by, at=at)


def _go_away(town: Town, at: datetime) -> None:
    """An expert says themselves that they are away for some weeks."""
    days = {"away_from": (at + timedelta(days=1)).date().isoformat(), "away_until": (at + timedelta(days=40)).date().isoformat()}
    expert = town.experts[AWAY]
    assert expert.user is not None
    experts.change(expert.code, days, by=expert.user, at=at)
