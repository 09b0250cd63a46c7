"""The calls of the demo: two open, one closed, one still a draft; opened in their time, their lists sent in theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from zhinan.server.actions import calls, chain
from zhinan.server.demo.diary import Diary
from zhinan.server.demo.reviewed import FORCES, NEXT, SMALL
from zhinan.server.demo.stories import CLOSED, XINJIANG, YINCHUAN, Story
from zhinan.server.demo.telling import Telling, live_in_xinjiang, live_in_yinchuan
from zhinan.server.demo.town import Town
from zhinan.values.text import Text

#: How many days ago lists went up: in the open call of Yinchuan, in the closed one; in Xinjiang from parks, from cities.
_SENT, _SENT_CLOSED, _SENT_PARKS, _ISSUED = 16, 92, 20, 12
_BUDGET = 20_000_000_00
_UP_IN_YINCHUAN = ("sent", "asked", "mended", "accepted", "refused")
_UP_IN_XINJIANG = ("city", "forwarded", "with-region", "taken-in")
_XINJIANG_STAGES = ("park-check", "park-review", "city-audit", "listed", "intake")


@dataclass(frozen=True, slots=True)
class Batch:
    """A call as it is opened: by whom, so many days ago, until when; `due` by stage."""

    code: str
    body: str
    by: str
    pack: str
    schemes: tuple[str, ...]
    title: Text
    closes: datetime
    parameters: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[str, datetime] = field(default_factory=dict)

    def make(self, town: Town, at: datetime) -> None:
        """Make it as a draft."""
        by, authority = town.people[self.by], town.bodies[self.body]
        calls.create(by=by, authority=authority, code=self.code, pack=self.pack, schemes=self.schemes, title=self.title, at=at)
        calls.settle(self.code, by=by, at=at, parameters=self.parameters, budget=_BUDGET, closes_at=self.closes, due=self.due)

    def open(self, town: Town, at: datetime) -> None:
        """Make it and publish it."""
        self.make(town, at)
        town.calls[self.code] = calls.publish(self.code, by=town.people[self.by], at=at)


def yinchuan(town: Town, diary: Diary) -> None:
    """The call that is open in Yinchuan: revised once, and given four days more."""
    closes = diary.evening(-18)
    batch = Batch(
        "yc-2026-2", "yinchuan", "calls", "yinchuan-2026",
        ("sme-innovation", "new-productive-forces", "sci-tech-support", "regional-collaboration", "soft-science", "young-talent"),
        Text("银川市2026年度科技计划项目（第二批）", "Yinchuan 2026 projects, second round"), closes - timedelta(days=4),
        {"regional-collaboration.registration_reference_day": closes.date().isoformat()},
        {"recommendation": closes + timedelta(days=10), "intake": closes + timedelta(days=25)},
    )  # fmt: skip
    diary.note(45, 9, lambda at: batch.open(town, at))
    tellings = _tellings(town, batch.code, (*YINCHUAN, *NEXT))
    live_in_yinchuan(tellings, diary, sent=_SENT)
    _send_lists(town, diary, tellings, "recommendation", days_ago=_SENT, only=_UP_IN_YINCHUAN)
    by, code = town.people["calls"], batch.code
    notice = Text("受理科室见指南附件；材料一律网上提交。", "See the annex for the sections; papers are handed in online only.")
    diary.note(40, 15, lambda at: calls.set_quota(code, "recommendation", town.bodies["xingqing"], 12, by=by, at=at))
    diary.note(25, 10, lambda at: calls.revise(code, by=by, at=at, reason="补充受理说明", notice=notice))
    diary.note(5, 10, lambda at: calls.extend(code, by=by, at=at, closes_at=closes, reason="应多家单位请求，顺延四天"))


def closed(town: Town, diary: Diary) -> None:
    """The first call of the year: closed, its cases under review or awarded."""
    closes = diary.evening(100)
    batch = Batch(
        "yc-2026-1", "yinchuan", "calls", "yinchuan-2026", ("sme-innovation", "new-productive-forces"),
        Text("银川市2026年度科技计划项目（第一批）", "Yinchuan 2026 projects, first round"), closes,
        due={"recommendation": closes + timedelta(days=12), "intake": closes + timedelta(days=30)},
    )  # fmt: skip
    diary.note(135, 9, lambda at: batch.open(town, at))
    tellings = _tellings(town, batch.code, (*CLOSED, *FORCES, *SMALL))
    live_in_yinchuan(tellings, diary, sent=_SENT_CLOSED)
    _send_lists(town, diary, tellings, "recommendation", days_ago=_SENT_CLOSED, only=_UP_IN_YINCHUAN)
    diary.note(100, 19, lambda at: calls.close(batch.code, by=None, at=at))


def draft(town: Town, diary: Diary) -> None:
    """A call not published yet: three figures that the guide leaves open are still to be set."""
    batch = Batch(
        "yc-2026-3", "yinchuan", "calls", "yinchuan-2026", ("results-transfer-pilot",),
        Text("银川市2026年度成果转化（中试熟化）专项", "Yinchuan 2026: transfer and pilot production"), diary.evening(-60),
    )  # fmt: skip
    diary.note(2, 15, lambda at: batch.make(town, at))


def xinjiang(town: Town, diary: Diary) -> None:
    """The call that is open in Xinjiang: parks settle the topics first."""
    closes = diary.evening(-25)
    batch = Batch(
        "xj-liangqu", "xinjiang", "xj-region", "xinjiang-liangqu-2025", ("industrial-cluster", "enterprise-leadership"),
        Text("新疆“两区”科技发展计划项目", "Xinjiang: projects of the two zones"), closes,
        {"industrial-cluster.fewest_sub_projects": "2个"},
        {stage: closes + timedelta(days=7 * number) for number, stage in enumerate(_XINJIANG_STAGES, start=1)},
    )  # fmt: skip
    diary.note(50, 9, lambda at: batch.open(town, at))
    topics = [(_park_of(town, story), story.subject.title, story.subject.direction) for story in XINJIANG]
    spare = (("changji-ht", "戈壁农业机器人底盘", "D-XJ.1"), ("urumqi-ht", "冰雪装备轻量化材料", "D-XJ.1"))
    diary.note(47, 10, lambda at: _settle_topics(town, batch.code, (*topics, *spare), at))
    tellings = _tellings(town, batch.code, XINJIANG)
    live_in_xinjiang(tellings, diary, sent=_SENT_PARKS, issued=_ISSUED)
    _send_lists(town, diary, tellings, "park-review", days_ago=_SENT_PARKS, only=_UP_IN_XINJIANG)
    _send_lists(town, diary, tellings, "city-audit", days_ago=_ISSUED, only=_UP_IN_XINJIANG[1:])


def _park_of(town: Town, story: Story) -> str:
    park = town.units[story.unit].park
    assert park is not None
    return park.code


def _settle_topics(town: Town, code: str, topics: Iterable[tuple[str, str, str]], at: datetime) -> None:
    for park, title, direction in topics:
        town.topics[title] = calls.settle_topic(
            code, by=town.officer(park), park=town.bodies[park], title=title, direction=direction, at=at
        )


def _tellings(town: Town, call: str, stories: tuple[Story, ...]) -> list[Telling]:
    return [Telling(town, call, story, spread=number % 13) for number, story in enumerate(stories)]


def _send_lists(
    town: Town, diary: Diary, tellings: Iterable[Telling], stage: str, *, days_ago: int, only: tuple[str, ...]
) -> None:
    """Each body that has listed something sends its list up, with a letter."""
    listed = [telling for telling in tellings if telling.story.stands in only]
    bodies = dict.fromkeys(_body_of(town, telling, stage) for telling in listed)
    for number, body in enumerate(bodies, start=11):
        diary.note(days_ago, 16, _Sending(town, listed[0].call_code, stage, body, number))


@dataclass(frozen=True, slots=True)
class _Sending:
    """A list sent up by a body, in a letter of that number."""

    town: Town
    call: str
    stage: str
    body: str
    number: int

    def __call__(self, at: datetime) -> None:
        name = self.town.bodies[self.body].name_zh.removesuffix("管委会").removesuffix("科学技术局")
        letter = f"{name}科函〔{at.year}〕{self.number}号"
        by = self.town.officer(self.body)
        chain.send_list(self.call, self.stage, self.body, letter=letter, letter_date=at.date(), by=by, at=at)


def _body_of(town: Town, telling: Telling, stage: str) -> str:
    """The body that lists a unit's cases at a stage."""
    unit = telling.unit
    if stage == "city-audit":
        return "changji" if unit.region.startswith("6523") else "urumqi"
    for own in (unit.body, unit.sector, unit.park):
        if own is not None:
            return own.code
    return next(body.code for body in town.bodies.values() if body.kind == "county" and body.region == unit.region)
