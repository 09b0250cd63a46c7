"""Telling a story: its steps noted in the diary, each taken by whoever takes it in an office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from zhinan.server.actions import applications, chain, papers, people
from zhinan.server.demo.answers import RECIPES, answers, line_of, of_the_unit, paper
from zhinan.server.demo.diary import Diary
from zhinan.server.demo.places import SECTIONS
from zhinan.server.demo.stories import Story
from zhinan.server.demo.town import Town
from zhinan.server.queries.applications import filled, form_for
from zhinan.server.queries.sheets import sheet

if TYPE_CHECKING:
    from zhinan.server.models import Application, Call, User

_STARTED = 6  # so many answers are written by one who has just begun
#: Where an application must be for a step to have been taken, in the order of the chain: in Yinchuan, in Xinjiang.
_READY = frozenset(
    "ready handed-in sent-back listed sent asked mended accepted refused turned-down withdrawn".split()
    + "checked city forwarded with-region taken-in".split()
)
_HANDED_IN = _READY - {"ready", "withdrawn"}
_TAKEN_UP = frozenset("sent asked mended accepted refused".split())


class Telling:
    """One story as it is lived. `case` is there once it has begun."""

    def __init__(self, town: Town, call_code: str, story: Story, *, spread: int) -> None:
        self.town, self.call_code, self.story, self.spread = town, call_code, story, spread
        self.recipe = RECIPES[story.recipe]
        self.unit = town.units[story.unit]
        self.leader, self.admin = town.leader(story.unit), town.admin(story.unit)
        self.case: Application | None = None

    # -- the applicant ----------------------------------------------------------------------------

    def note(self, diary: Diary) -> None:
        """The applicant's steps, as far as the story goes."""
        began, stands = self.story.began, self.story.stands
        diary.note(began, 9, self.begin)
        if stands in _READY:
            diary.note(began - 2, 9, self.add_papers)
            diary.note(began - 2, 11, lambda at: applications.hand_over(self.code, by=self.leader, at=at))
        if stands in _HANDED_IN:
            diary.note(began - 2, 16, self.hand_in)
        if stands == "withdrawn":
            diary.note(began - 3, 10, self.withdraw)

    @property
    def call(self) -> Call:
        """The call, once it is open."""
        return self.town.calls[self.call_code]

    @property
    def code(self) -> str:
        """The case's code."""
        assert self.case is not None
        return self.case.code

    @property
    def now(self) -> Application:
        """The case as it stands at this moment."""
        assert self.case is not None
        self.case.refresh_from_db()
        return self.case

    def _written(self, at: datetime) -> dict[str, str]:
        form = form_for(self.call, self.recipe.scheme, line_of(self.recipe))
        return answers(self.recipe, self.story.subject, form, on=at.date(), spread=self.spread)

    def begin(self, at: datetime) -> None:
        """The unit's facts are on record; the leader begins, and writes the first answers or all that is not on record."""
        known = of_the_unit(self.recipe, written := self._written(at))
        on = at.date() - timedelta(days=20)
        people.put_facts(self.unit, known, source="register", observed_on=on, by=None, at=at)
        self.case = applications.start(
            by=self.leader,
            call=self.call,
            scheme=self.recipe.scheme,
            organisation=self.unit,
            at=at,
            topic=self.town.topics.get(self.story.subject.title),
        )
        answered = {key: text for key, text in written.items() if key not in known}
        if self.story.stands == "started":
            answered = dict(list(answered.items())[:_STARTED])
        applications.save(self.code, answered, by=self.leader, at=at)

    def add_papers(self, at: datetime) -> None:
        """Every paper the form asks for."""
        form = form_for(self.call, self.recipe.scheme, line_of(self.recipe))
        for upload in form.uploads:
            name = f"{upload.name.zh[:40]}.pdf".replace("/", "、")
            content = paper(upload.name.en)
            papers.add(self.code, upload.id, name=name, content=content, declared_type="application/pdf", by=self.leader, at=at)

    def hand_in(self, at: datetime) -> None:
        """By the administrator, once the leader has seen what a revision changed."""
        if self.now.edition != self.now.call.edition:
            applications.take_note(self.code, by=self.leader, at=at)
        applications.submit(self.code, by=self.admin, at=at, begun_at=at)

    def withdraw(self, at: datetime) -> None:
        """Before it is handed in."""
        applications.withdraw(self.code, by=self.admin, at=at, reason="设备采购推迟，明年再报")

    # -- the bodies -------------------------------------------------------------------------------

    def officer(self) -> User:
        """Who acts at this moment: for the city's sections, the officer of the section; never the one it belongs to."""
        case = self.now
        assert case.body is not None
        if case.section is not None and case.body_id == case.call.authority_id:
            number = [name.zh for name in SECTIONS].index(case.section.name_zh)
            return self.town.people[f"section-{number}" if number else "section"]
        return self.town.officer(case.body.code)

    def check(self, at: datetime, *, no: str = "") -> str:
        """Answer the check sheet: yes to everything, or no with a note to its last item. Returns the clause of that."""
        case = self.now
        lines = [line for line in sheet(filled(case, on=at.date()), case.stage).lines if line.is_asked]
        marks = {line.item: ("yes", "") for line in lines}
        if no:
            marks[lines[-1].item] = ("no", no)
        chain.answer(self.code, marks, by=self.officer(), at=at)
        return lines[-1].clause

    def put_on_list(self, at: datetime) -> None:
        """Check it, then put it on the list."""
        self.check(at)
        chain.put_on_list(self.code, by=self.officer(), at=at)

    def move(self, action: str, at: datetime) -> None:
        """Check it, then pass it on."""
        self.check(at)
        chain.move(self.code, action, by=self.officer(), at=at)

    def send_back(self, action: str, at: datetime) -> None:
        """Return it for correction."""
        marked = {
            "project.summary": {"kind": "incomplete", "note": "请写明中试的规模和地点"},
            "project.schedule": {"kind": "incorrect", "note": "阶段起止与实施周期不一致"},
        }
        chain.move(
            self.code, action, by=self.officer(), at=at, reason="内容基本完整，两处需要补正", marked=marked,
            correct_by=(at + timedelta(days=40)).replace(hour=18, minute=0, second=0),
        )  # fmt: skip

    def mend(self, at: datetime) -> None:
        """The applicant mends what was marked, and hands in again."""
        mended = {
            "project.summary": "中试规模每日两吨，设在本单位二号车间；先小试，再中试，最后连续运行三个月。",
            "project.schedule": "第一年完成样机和小试，第二年上半年中试，下半年连续运行和验收。",
        }
        applications.save(self.code, mended, by=self.leader, at=at)
        self.hand_in(at)

    def refuse(self, action: str, reason: str, at: datetime) -> None:
        """Say no, citing the clause."""
        clause = self.check(at, no=reason)
        chain.move(self.code, action, by=self.officer(), at=at, reason=reason, clause=clause)


def live_in_yinchuan(tellings: Iterable[Telling], diary: Diary, *, sent: int) -> None:
    """The chain of Yinchuan: counties check and list, lists go up `sent` days ago, sections take in."""
    for telling in tellings:
        telling.note(diary)
        stands, began = telling.story.stands, telling.story.began
        if stands in _TAKEN_UP:
            diary.note(began - 4, 10, telling.put_on_list)
        elif stands == "listed":
            diary.note(began - 5, 10, telling.put_on_list)
        elif stands == "sent-back":
            diary.note(began - 5, 11, partial(telling.send_back, "return-to-draft"))
        elif stands == "turned-down":
            diary.note(began - 5, 11, partial(telling.refuse, "not-recommend", "与本单位在研项目内容重复"))
        if stands == "accepted":
            diary.note(sent - 4, 10, partial(telling.move, "accept"))
        elif stands in ("asked", "mended"):
            diary.note(sent - 3, 15, partial(telling.send_back, "ask-correction"))
        elif stands == "refused":
            diary.note(sent - 4, 16, partial(telling.refuse, "refuse", "佐证材料与申报内容不符"))
        if stands == "mended":
            diary.note(sent - 7, 14, telling.mend)


def live_in_xinjiang(tellings: Iterable[Telling], diary: Diary, *, sent: int, issued: int) -> None:
    """The chain of Xinjiang: parks check, argue and list; cities issue letter and list; the region takes in."""
    up = ("city", "forwarded", "with-region", "taken-in")
    for telling in tellings:
        telling.note(diary)
        stands, began = telling.story.stands, telling.story.began
        if stands in ("checked", *up):
            diary.note(began - 4, 10, partial(telling.move, "pass"))
        if stands == "sent-back":
            diary.note(began - 6, 10, partial(telling.send_back, "ask-correction"))
        if stands in up:
            diary.note(began - 7, 10, telling.put_on_list)
        if stands in up[1:]:
            diary.note(sent - 2, 10, telling.put_on_list)
        if stands in up[2:]:
            diary.note(issued - 2, 10, partial(telling.move, "submit-listed"))
        if stands == "taken-in":
            diary.note(issued - 4, 10, partial(telling.move, "accept"))
