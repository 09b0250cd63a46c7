"""A round of review as it is lived: cases put in, experts asked and declaring, panels drawn, seats taken, sheets handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from zhinan.review.sheet import sheet_from_json
from zhinan.server.actions import asking, draws, rounds, scoring
from zhinan.server.demo.diary import Diary
from zhinan.server.demo.marks import filled_in
from zhinan.server.demo.reviewed import FORCES, NEXT, SMALL
from zhinan.server.demo.stories import YINCHUAN
from zhinan.server.demo.town import Town
from zhinan.server.queries.asking import units_of
from zhinan.server.queries.review_access import round_for, seats_of
from zhinan.server.queries.rounds import waiting_cases
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.server.models import Round, Seat, User

_OFFICER, _AUDITOR = "reviews", "auditor"
#: What the officer and the auditor sealed for the draws.
_PHRASES = {_OFFICER: "凤城秋深，渠水向北，灯下抄写三遍", _AUDITOR: "砚台未干，河声入夜，窗外一百零八步"}
_THINGS = {story.subject.title: story.subject.thing for story in (*FORCES, *SMALL, *NEXT, *YINCHUAN)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """So many days ago each step was: experts answered until `answered`, and could until `declare_by`; sheets are due on
    `score_by`. What lies ahead is below nought."""

    made: int
    asked: int
    answered: int
    declare_by: int
    score_by: int
    committed: int = 0
    drawn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A round as it is meant: the call and scheme of its cases, how large a panel, the most a chance may be (thousandths).

    `asks`: the experts by name, and what they answer:
    `tied`: by expert, the unit's key and the kind of relation they tick; `declines`: by expert, why they cannot come;
    `silent`: who has not answered.
    """

    call: str
    scheme: str
    name: Text
    size: int
    days: Days
    cap: int
    asks: tuple[str, ...]
    tied: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    declines: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


class Reviewing:
    """A plan as it is lived. `code` is there once the round is made."""

    def __init__(self, town: Town, diary: Diary, plan: Plan) -> None:
        self.town, self.diary, self.plan, self.code = town, diary, plan, ""
        self.officer, self.random = town.people[_OFFICER], Random(plan.name.zh)

    @property
    def round(self) -> Round:
        """The round as it stands at this moment."""
        return round_for(self.officer, self.code)

    # -- until the draw -----------------------------------------------------------------------------

    def note_asking(self) -> None:
        """The round is made and opened; experts are asked and answer."""
        days = self.plan.days
        self.diary.note(days.made, 9, self.make)
        self.diary.note(days.asked, 10, self.ask)
        for name in self.plan.asks:
            if name not in self.plan.silent:
                day = self.random.randint(days.answered, days.asked - 1)
                self.diary.note(day, self.random.randint(8, 20), partial(self.answer, name))

    def make(self, at: datetime) -> None:
        """Made, with every case of the scheme that waits for review, and its rules."""
        days = self.plan.days
        self.code = rounds.create(self.plan.call, name=self.plan.name, by=self.officer, at=at).code
        waiting = [case.code for case in waiting_cases(self.round) if self.plan.scheme in ("", case.scheme)]
        rounds.put_cases(self.code, waiting, by=self.officer, at=at)
        panel = {"size": self.plan.size, "finance": 1, "outside": 0, "per_unit": 1, "threshold": 100_000}
        declare_by, score_by = (self.diary.evening(day) for day in (days.declare_by, days.score_by))
        rounds.settle(self.code, panel=panel, cap=self.plan.cap, declare_by=declare_by, score_by=score_by, by=self.officer, at=at)

    def ask(self, at: datetime) -> None:
        """The rules are confirmed, and experts are asked."""
        rounds.open_asking(self.code, confirmed=True, by=self.officer, at=at)
        asking.ask(self.code, [self.town.experts[name].code for name in self.plan.asks], by=self.officer, at=at)

    def answer(self, name: str, at: datetime) -> None:
        """An expert declares what ties them, or cannot come."""
        user = self.person(name)
        if name in self.plan.declines:
            asking.decline(self.code, self.plan.declines[name], by=user, at=at)
            return
        ticked = []
        if name in self.plan.tied:
            unit, kind, note = self.plan.tied[name]
            called = self.town.units[unit].name
            key = next(each.key for each in units_of(self.round) if each.name == called)
            ticked.append(asking.Relation(key, kind, note))
        asking.declare(self.code, ticked, confirms_others=True, by=user, at=at)

    def person(self, name: str) -> User:
        """The account of an expert."""
        user = self.town.experts[name].user
        assert user is not None
        return user

    # -- the draw and the sheets --------------------------------------------------------------------

    def note_draw(self, then: Callable[[], None]) -> None:
        """Committed, sealed by both parties, opened some day after, drawn; `then` notes what becomes of the seats."""
        days = self.plan.days
        self.diary.note(days.committed, 9, lambda at: draws.commit(self.code, by=self.officer, at=at))
        for hour, login in ((10, _OFFICER), (14, _AUDITOR)):
            self.diary.note(days.committed, hour, partial(self.seal, login))
            self.diary.note(days.drawn, hour - 1, partial(self.open_seal, login))
        self.diary.note(days.drawn, 15, partial(self.draw, then))

    def seal(self, login: str, at: datetime) -> None:
        """A party seals its phrase."""
        draws.seal(self.code, _PHRASES[login], by=self.town.people[login], at=at)

    def open_seal(self, login: str, at: datetime) -> None:
        """A party opens what it sealed."""
        draws.open_seal(self.code, _PHRASES[login], by=self.town.people[login], at=at)

    def draw(self, then: Callable[[], None], at: datetime) -> None:
        """The panels are drawn; only now is it known whose the seats are."""
        draws.draw(self.code, by=self.officer, at=at)
        then()

    def seats(self) -> dict[str, list[Seat]]:
        """Who sits where, by the expert's name."""
        found = {name: seats_of(self.person(name)).filter(round_case__round__code=self.code) for name in self.plan.asks}
        return {name: list(seats.order_by("round_case__number")) for name, seats in found.items() if seats}

    def accept(self, name: str, seat: Seat, at: datetime) -> None:
        """An expert takes a seat."""
        asking.accept_seat(seat.id, by=self.person(name), at=at)

    def decline(self, name: str, seat: Seat, reason: str, at: datetime) -> Seat | None:
        """An expert gives a seat up; the seat that follows, if somebody could take it."""
        return asking.decline_seat(seat.id, reason, by=self.person(name), at=at)

    def hand_in(self, name: str, seat: Seat, at: datetime, *, below: float = 0.0) -> None:
        """An expert hands a sheet in, so many points below what was to be expected."""
        scoring.hand_in(seat.id, self.sheet(name, seat, below=below), version=0, by=self.person(name), at=at)

    def begin_sheet(self, name: str, seat: Seat, at: datetime) -> None:
        """An expert writes a part of a sheet, and leaves it."""
        whole = self.sheet(name, seat)
        scoring.save(seat.id, dict(list(whole.items())[:3]), version=0, by=self.person(name), at=at)

    def sheet(self, name: str, seat: Seat, *, below: float = 0.0) -> dict[str, str]:
        """What the expert writes on the sheet of a seat."""
        title = seat.round_case.case.title
        form = sheet_from_json(seat.round_case.round.sheet)
        return filled_in(form, title=title, thing=_THINGS[title], expert=name, below=below)
