"""The town of the demo: its bodies, units and people, set up before anything happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from zhinan.server.actions import authorities, setting_up
from zhinan.server.demo.personas import PERSONAS
from zhinan.server.demo.places import BODIES, HOLIDAYS, SECTIONS
from zhinan.server.demo.units import GROUP, UNITS, code_of

if TYPE_CHECKING:
    from zhinan.server.models import Authority, Call, Expert, Organisation, Section, Topic, User

#: Where a persona works: an authority (with a section) or a unit, and the role they hold there.
_POSTS: dict[str, tuple[tuple[str, str], ...]] = {
    "leader": (("member", "gouyun"),), "unit-admin": (("unit-admin", "gouyun"),), "county": (("officer", "xingqing"),),
    "section": (("officer", "yinchuan/高新技术科"),), "calls": (("officer", "yinchuan"),), "sector": (("officer", "yc-health"),),
    "university": (("officer", "@shuyuan"), ("unit-admin", "shuyuan")), "researcher": (("member", "shuyuan"),),
    "xj-leader": (("member", "shuofang"), ("unit-admin", "shuofang")), "xj-park": (("officer", "changji-ht"),),
    "xj-city": (("officer", "changji"),), "xj-system": (("officer", "urumqi-system"),), "xj-region": (("officer", "xinjiang"),),
    "auditor": (("auditor", "yinchuan"),), "reviews": (("officer", "yinchuan"),), "leadership": (("leadership", "yinchuan"),),
}  # fmt: skip
_SURNAMES = "程江丁陶孟崔邱侯邹熊石龚万段雷钱汤尹黎易常武乔贺赖文"
_GIVEN = "岸芷 听泉 临渠 望川 青岚 润禾 知秋 朝露 牧云 晚舟 栖梧 采薇 逐风 抱朴 问渠 南星 半夏 景行 若谷 远帆 砚田 疏影".split()


@dataclass(slots=True)
class Town:
    """Everything by its key: bodies, sections, units, people by login; calls, topics, experts by name once they are there."""

    bodies: dict[str, Authority] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    units: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    experts: dict[str, Expert] = field(default_factory=dict)

    def admin(self, unit: str) -> User:
        """Who administers a unit."""
        named = {"gouyun": "unit-admin", "shuyuan": "university", "shuofang": "xj-leader"}
        return self.people[named.get(unit, f"{unit}-admin")]

    def leader(self, unit: str) -> User:
        """Who leads a unit's projects."""
        named = {"gouyun": "leader", "shuyuan": "researcher", "shuofang": "xj-leader"}
        return self.people[named.get(unit, f"{unit}-leader")]

    def officer(self, body: str) -> User:
        """Who acts for a body."""
        named = {
            "xingqing": "county", "yinchuan": "calls", "yc-health": "sector", "shuyuan": "university", "changji-ht": "xj-park",
            "changji": "xj-city", "urumqi-system": "xj-system", "xinjiang": "xj-region",
        }  # fmt: skip
        return self.people[named.get(body, f"{body}-officer")]


def build(at: datetime) -> Town:
    """Set the town up, as of a moment."""
    town = Town()
    keeper = setting_up.enrol("keeper", name=_named("keeper"), email="keeper@example.org", by=None, at=at)
    setting_up.appoint(keeper, "keeper", by=None, at=at, since=date(at.year - 1, 1, 1))
    town.people["keeper"] = keeper
    _bodies(town, by=keeper, at=at)
    _units(town, by=keeper, at=at)
    _people(town, by=keeper, at=at)
    _posts(town, by=keeper, at=at)
    authorities.load_holidays(HOLIDAYS, by=keeper, at=at)
    return town


def _named(login: str) -> str:
    return next(each.name for each in PERSONAS if each.login == login)


def _bodies(town: Town, *, by: User, at: datetime) -> None:
    for body in BODIES:
        town.bodies[body.code] = authorities.add_authority(
            by=by, code=body.code, name=body.name, kind=body.kind, region=body.region, parent=town.bodies.get(body.above),
            park_key=body.park_key, at=at,
        )  # fmt: skip
    for name in SECTIONS:
        town.sections[name.zh] = authorities.add_section(town.bodies["yinchuan"], by=by, name=name, at=at)


def _units(town: Town, *, by: User, at: datetime) -> None:
    for unit in UNITS:
        town.units[unit.key] = setting_up.enter_unit(
            code_of(unit), name=unit.name, kind=unit.kind, region=unit.region, park=town.bodies.get(unit.park),
            sector=town.bodies.get(unit.sector), body=town.bodies.get(unit.body), by=by, at=at,
        )  # fmt: skip
    codes = {unit.key: code_of(unit) for unit in UNITS}
    for owner, owned, share in GROUP:
        setting_up.enter_shareholding(codes[owner], codes[owned], share, by=by, at=at)
    setting_up.enter_project(
        town.units["hetao"], special="sci_tech_support", level="city", title="渠系闸门远程测控示范", leader="hetao-leader",
        established_on=at.date() - timedelta(days=900), concluded_on=at.date() - timedelta(days=120), by=by, at=at,
    )  # fmt: skip
    setting_up.enter_project(
        town.units["yuehai"], special="sme_innovation", level="city", title="仓储盘点数据平台", leader="yuehai-leader",
        established_on=at.date() - timedelta(days=400), by=by, at=at,
    )  # fmt: skip
    setting_up.enter_project(
        town.units["fengling"], special="new_productive_forces", level="city", title="风机主轴承裂纹在线监测方法",
        leader="fengling-leader", established_on=at.date() - timedelta(days=700), by=by, at=at,
    )  # fmt: skip


def _people(town: Town, *, by: User, at: datetime) -> None:
    known = {each.login: each.name for each in PERSONAS if each.login != "keeper"}
    for number, login in enumerate(_others()):
        known[login] = _SURNAMES[number % len(_SURNAMES)] + _GIVEN[number % len(_GIVEN)]
    for login, name in known.items():
        town.people[login] = setting_up.enrol(login, name=name, email=f"{login}@example.org", by=by, at=at)


def _others() -> Iterator[str]:
    """The logins of everyone who is no persona."""
    for unit in UNITS:
        if unit.key not in ("gouyun", "shuyuan", "shuofang"):
            yield from (f"{unit.key}-admin", f"{unit.key}-leader")
    yield from (
        f"{each.code}-officer" for each in BODIES if each.kind in ("county", "park", "region", "city") if each.code not in _SERVED
    )
    yield from (f"section-{number}" for number in range(1, len(SECTIONS)))
    yield from ("shuyuan-officer", "shuyuan-second")


_SERVED = ("xingqing", "yinchuan", "changji-ht", "changji", "xinjiang")


def _posts(town: Town, *, by: User, at: datetime) -> None:
    since = date(at.year - 1, 1, 1)
    for login, posts in _POSTS.items():
        for role, place in posts:
            _appoint(town, login, role, place, by=by, at=at, since=since)
    for unit in UNITS:
        if f"{unit.key}-admin" in town.people:
            _appoint(town, f"{unit.key}-admin", "unit-admin", unit.key, by=by, at=at, since=since)
            _appoint(town, f"{unit.key}-leader", "member", unit.key, by=by, at=at, since=since)
    for body in BODIES:
        if f"{body.code}-officer" in town.people:
            _appoint(town, f"{body.code}-officer", "officer", f"@{body.code}", by=by, at=at, since=since)
    for number, name in enumerate(SECTIONS[1:], start=1):
        _appoint(town, f"section-{number}", "officer", f"yinchuan/{name.zh}", by=by, at=at, since=since)
    _appoint(town, "shuyuan-second", "member", "shuyuan", by=by, at=at, since=since)


def _appoint(town: Town, login: str, role: str, place: str, *, by: User, at: datetime, since: date) -> None:
    """A place is a unit's key, a body's code (behind @ where a unit is called the same), or body/section."""
    body, _, section = place.removeprefix("@").partition("/")
    at_unit = role in ("unit-admin", "member")
    setting_up.appoint(
        town.people[login], role, organisation=town.units[place] if at_unit else None,
        authority=None if at_unit else town.bodies[body], section=town.sections.get(section), by=by, at=at, since=since,
    )  # fmt: skip
