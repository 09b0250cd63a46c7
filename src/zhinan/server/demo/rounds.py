"""The rounds of the demo: one lived through to its awards, one in the middle of its scoring, one that waits for its draw."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from zhinan.server.demo.bank import AWAY, CANDIDATE, EXPERTS, PAUSED
from zhinan.server.demo.deciding import Deciding
from zhinan.server.demo.diary import Diary
from zhinan.server.demo.marks import WILD_BELOW, WILD_CASE
from zhinan.server.demo.reviewing import Days, Plan, Reviewing
from zhinan.server.demo.town import Town
from zhinan.values.text import Text

if TYPE_CHECKING:
    from zhinan.server.models import Seat

_THERE = tuple(each for each in EXPERTS if each.name not in (AWAY, PAUSED, CANDIDATE))
#: Those who know a field, and those who know the books; not everyone is asked to every round.
_FIELD = tuple(each for each in _THERE if each.kinds in ("technical", "industry"))
_BOOKS = tuple(each.name for each in _THERE if each.kinds in ("finance", "management"))
#: The expert whom a visitor can be: of their seats one is handed in, one begun, one not answered yet.
_VISITOR = "纪岚泉"
#: How many of the experts have answered by now, and how many of the sheets of those are in.
_ANSWERS, _HANDS_IN = 0.88, 0.6

#: So few that the visitor among them is sure to be drawn for four cases or five: each takes five at most.
_SMALL_FIRMS_ARE_KNOWN_TO = (
    _VISITOR, "贾芸窗", "范疏影", "鲁牵萝", "俞舟横", "马栖云", "麻远岑", "季荷风", "蓝湘竹", "强立雪", "窦采蘋", "汲寒泉",
)  # fmt: skip

FORCES_ROUND = Plan(
    call="yc-2026-1", scheme="new-productive-forces", name=Text("新质生产力培育专项网上评审", "New-quality productivity: review"),
    size=5, cap=700, days=Days(made=84, asked=82, answered=77, declare_by=76, committed=75, drawn=74, score_by=60),
    asks=(*(each.name for each in _FIELD if "D-YC01" in each.directions), *_BOOKS[:7]),
    tied={
        "屈青藜": ("ruquan", "kin", "亲属在该单位任职"), "柯春涧": ("peiwang", "joint-employment", "曾在该单位工作"),
        "施扶光": ("baitu", "consulting", "去年为其做过并网咨询"),
    },
    declines={"鲍溪亭": "评审期间在外地参加设备验收，不能保证时间"},
)  # fmt: skip
SMALL_ROUND = Plan(
    call="yc-2026-1", scheme="sme-innovation", name=Text("中小企业创新发展专项网上评审", "SME innovation: review"),
    size=3, cap=500, days=Days(made=31, asked=29, answered=22, declare_by=21, committed=20, drawn=19, score_by=-6),
    asks=(*_SMALL_FIRMS_ARE_KNOWN_TO, *_BOOKS[5:]),
    tied={
        "范疏影": ("hetao", "joint-employment", "曾在该单位检定室工作"), "蓝湘竹": ("shenghe", "consulting", "饲料配方顾问"),
        "贾芸窗": ("lanting", "joint-project", "有合作的横向课题"),
    },
    declines={"季荷风": "本月承担其他评审任务", "倪问津": "出国访问"},
)  # fmt: skip
NEXT_ROUND = Plan(
    call="yc-2026-2", scheme="", name=Text("第二批项目网上评审（先行受理部分）", "Second call, what was taken in first: review"),
    size=3, cap=500, days=Days(made=7, asked=6, answered=1, declare_by=-4, score_by=-21),
    asks=(
        *(each.name for each in _FIELD if {"D-YC01.1", "D-YC01.4", "D-YC01.8", "D-YC02.1"} & set(each.directions.split())),
        *_BOOKS[:6],
    ),
    declines={"冉秋砺": "与授课时间冲突"}, silent=frozenset({"闵疏桐", "鲜于度"}),
)  # fmt: skip


def rounds(town: Town, diary: Diary) -> None:
    """All three, noted in the diary."""
    first, second = Reviewing(town, diary, FORCES_ROUND), Reviewing(town, diary, SMALL_ROUND)
    first.note_asking()
    first.note_draw(partial(_lived_through, first))
    Deciding(first).note()
    second.note_asking()
    second.note_draw(partial(_under_way, second))
    Reviewing(town, diary, NEXT_ROUND).note_asking()


# -- the round lived through -----------------------------------------------------------------------------


def _lived_through(review: Reviewing) -> None:
    """Everyone takes their seats and hands in; one gives a seat up on reading, and somebody follows; one sheet is far off."""
    seats = [(name, seat) for name, sits in review.seats().items() for seat in sits]
    of_the_field = [(name, seat) for name, seat in seats if seat.kind == "technical" and name != _VISITOR]
    wild = next(seat for _, seat in of_the_field if seat.round_case.case.title == WILD_CASE)
    leaves = next((name, seat) for name, seat in of_the_field if seat != wild)
    for name, seat in seats:
        if seat != leaves[1]:
            _sit(review, name, seat, below=WILD_BELOW if seat == wild else 0.0)
    review.diary.note(70, 9, partial(_leave, review, *leaves))


def _sit(review: Reviewing, name: str, seat: Seat, *, below: float = 0.0) -> None:
    """Taken within three days, scored within ten."""
    review.diary.note(review.random.randint(71, 73), review.random.randint(8, 20), partial(review.accept, name, seat))
    day, hour = review.random.randint(61, 69), review.random.randint(8, 21)
    review.diary.note(day, hour, partial(review.hand_in, name, seat, below=below))


def _leave(review: Reviewing, name: str, seat: Seat, at: datetime) -> None:
    """A seat is given up; whoever follows takes it the same day."""
    new = review.decline(name, seat, "研究方向与本项目的工艺环节相距较远，难以准确判断", at)
    if new is not None:
        review.diary.note(70, 19, partial(review.accept, new.expert.name, new))
        review.diary.note(63, 10, partial(review.hand_in, new.expert.name, new))


# -- the round under way ---------------------------------------------------------------------------------


def _under_way(review: Reviewing) -> None:
    """Some sheets are in, some seats are taken, some experts have not answered; one seat is given up and another asked."""
    seats = review.seats()
    visitor = seats.pop(_VISITOR, [])
    _visitors(review, visitor)
    leaves = next(name for name, sits in seats.items() if len(sits) > 1)
    for name, sits in seats.items():
        if name == leaves:
            review.diary.note(12, 9, partial(_give_up, review, name, sits.pop()))
        if review.random.random() < _ANSWERS:
            for seat in sits:
                _go_on(review, name, seat)


def _visitors(review: Reviewing, seats: list[Seat]) -> None:
    """The visitor's seats: the last is not answered yet, the first handed in, the second begun."""
    for seat in seats[:-1]:
        review.diary.note(16, 20, partial(review.accept, _VISITOR, seat))
    for seat in seats[:1]:
        review.diary.note(5, 20, partial(review.hand_in, _VISITOR, seat))
    for seat in seats[1:2]:
        review.diary.note(2, 21, partial(review.begin_sheet, _VISITOR, seat))


def _go_on(review: Reviewing, name: str, seat: Seat) -> None:
    """Taken; for most of them the sheet is in."""
    review.diary.note(review.random.randint(14, 17), review.random.randint(8, 20), partial(review.accept, name, seat))
    if review.random.random() < _HANDS_IN:
        review.diary.note(review.random.randint(1, 11), review.random.randint(8, 21), partial(review.hand_in, name, seat))


def _give_up(review: Reviewing, name: str, seat: Seat, at: datetime) -> None:
    review.decline(name, seat, "近期出差较多，请另请专家评审本项目", at)
