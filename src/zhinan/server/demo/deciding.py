"""From the sheets of a round to its awards: meeting, ranking, money, notice, objections, talks, a batch of awards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from zhinan.review.allocation import AWARD, RESERVE
from zhinan.server.actions import awards, clearance, decisions, meetings, notices, objections, results
from zhinan.server.demo.answers import paper
from zhinan.server.demo.marks import why_wild
from zhinan.server.demo.reviewing import Reviewing
from zhinan.server.queries.allocation import board
from zhinan.server.queries.results import GREY, WILD, panels_of, unexplained

if TYPE_CHECKING:
    from zhinan.server.models import Notice, NoticeLine, Objection, Round, RoundCase, User

#: So many are expected to be awarded; the grey band is drawn around that line.
_LINE = 8
#: The money of the round and what it takes off one project, in fen; how many are held in reserve; the clause of refusals.
_BUDGET, _LESS, _RESERVES, _CLAUSE = 12_000_000_00, 120_000_00, 4, "一(二)1"
_CONTACT = "银川市科学技术局评审监督岗；来信寄银川市政务服务中心科技窗口，或发电子邮件至 objections@example.org"
_MINUTES = (
    "一、到会专家对议程所列项目逐项讨论，先由主持人通报评分情况和离散评分的说明，再按席位代号发言。\n"
    "二、各项目的评分差异主要来自对前期基础和指标依据的判断，未发现应回避而未回避的情形。\n"
    "三、逐项投票，结果见附表；评分不作调整。"
)
_REMARKS = (
    "评分差异主要在指标依据上，补充对照试验后可以支持。",
    "同意多数意见；建议任务书里写明连续运行的时间和检测机构。",
    "创新点够用，风险在中试放大，建议分阶段考核。",
)
_MATTERS = "提醒单位和负责人：专款专用、单独核算；按任务书时间节点报告进展；科研诚信和安全生产责任；成果标注和登记要求。"
#: Who objects, and what: the first to the last project on the list, the second to one of the dearest.
_OBJECTIONS = (
    objections.Raised(
        name="姜拂晓", contact="jiang@example.org",
        ground="该项目的前期样机与本人所在单位两年前展出的产品外观相近，请核实其知识产权是否清楚。",
    ),
    objections.Raised(
        name="银川砚溪设备安装队", contact="yanxi-install@example.org", is_unit=True,
        ground="该项目申报书所列中试设备由我方承建，至今没有安装，申报书称“已建成并运行”与事实不符，附合同首页。",
        files=(("合同首页.pdf", paper("contract, first page"), "application/pdf"),),
    ),
)  # fmt: skip
#: What was found, and what the objectors were told.
_ANSWERS = (
    (False, "调阅双方专利和设计图，外观相近部分属通用结构，核心部件不同，未见侵权。",
     "经核查，该项目核心部件与来信所述产品不同，异议不成立。"),
    (True, "现场核查：所列中试设备尚未安装，单位承认表述失实。",
     "经现场核查，申报书关于中试设备的表述不实，异议成立，该项目不予立项。"),
)  # fmt: skip


class Deciding:
    """What becomes of a round whose scoring is over, as it is lived."""

    def __init__(self, review: Reviewing) -> None:
        self.review, self.diary, self.officer = review, review.diary, review.officer

    @property
    def code(self) -> str:
        """The round's code."""
        return self.review.code

    @property
    def round(self) -> Round:
        """The round as it stands at this moment."""
        return self.review.round

    def note(self) -> None:
        """Every step, from the closing of the scoring to the second notice."""
        for days_ago, hour, step in (
            (59, 9, lambda at: results.close(self.code, by=self.officer, at=at, line=_LINE)),
            (57, 10, self.explain), (56, 9, self.call_meeting), (54, 9, self.begin_meeting), (54, 10, self.discuss),
            (54, 11, self.vote), (54, 17, self.close_meeting), (52, 9, self.rank), (51, 10, self.set_rules),
            (50, 9, self.check), (49, 15, self.decide), (47, 9, self.publish), (46, 10, self.object), (45, 9, self.admit),
            (38, 15, self.answer), (28, 9, self.end_notice), (26, 9, self.talk), (21, 10, self.issue),
            (6, 10, self.take_up), (2, 9, self.publish),
        ):  # fmt: skip
            self.diary.note(days_ago, hour, step)

    # -- the meeting --------------------------------------------------------------------------------

    def explain(self, at: datetime) -> None:
        """Whoever handed an outlying sheet in gives the reason."""
        for sheet in unexplained(self.round):
            assert sheet.seat.expert.user is not None
            reason = why_wild(sheet.seat.round_case.case.title)
            results.explain_wild(sheet.seat_id, reason, by=sheet.seat.expert.user, at=at)

    def agenda(self) -> list[RoundCase]:
        """The case with the outlying sheet, and some of the grey band."""
        cases = list(self.round.cases.select_related("case").order_by("number"))
        wild = [each for each in cases if WILD in each.flags]
        return [*wild, *(each for each in cases if GREY in each.flags and each not in wild)][:4]

    def call_meeting(self, at: datetime) -> None:
        """The meeting is called."""
        numbers = [each.number for each in self.agenda()]
        held_at = self.diary.evening(54).replace(hour=9)
        meetings.call_meeting(self.code, numbers, held_at=held_at, place="市科技局三楼会议室", by=self.officer, at=at)

    def members(self) -> list[tuple[User, int]]:
        """Everyone with a seat in a case on the agenda, with the number of the case."""
        panels = panels_of(self.round)
        numbers = {each.number for each in self.agenda()}
        seats = (seat for panel in panels if panel.place.number in numbers for seat in panel.seats)
        users = {expert.id: expert.user for expert in self.review.town.experts.values()}
        return [(user, seat.round_case.number) for seat in seats if (user := users[seat.expert_id]) is not None]

    def begin_meeting(self, at: datetime) -> None:
        """Everyone is there, and the discussion is opened."""
        there = {user.id for user, _ in self.members()}
        codes = [each.code for each in self.review.town.experts.values() if each.user_id in there]
        meetings.attend(self.code, codes, by=self.officer, at=at)
        meetings.open_discussion(self.code, by=self.officer, at=at)

    def discuss(self, at: datetime) -> None:
        """One of each panel says something."""
        first = {number: user for user, number in reversed(self.members())}
        for said, (number, user) in zip(_REMARKS * 2, first.items(), strict=False):
            meetings.say(self.code, number, said, by=user, at=at)

    def vote(self, at: datetime) -> None:
        """A ballot on each case: most support, one abstains, and on the last case one opposes."""
        members = self.members()
        numbers = sorted({number for _, number in members})
        for number in numbers:
            meetings.open_ballot(self.code, number, by=self.officer, at=at)
            for place, voter in enumerate(user for user, sits in members if sits == number):
                choice = ("oppose" if number == numbers[-1] else "abstain") if place == 0 else "support"
                meetings.vote(self.code, number, choice, by=voter, at=at)
            meetings.close_ballot(self.code, number, by=self.officer, at=at)

    def close_meeting(self, at: datetime) -> None:
        """Closed, with its minutes."""
        meetings.close_meeting(self.code, _MINUTES, by=self.officer, at=at)

    # -- the ranking and the money ------------------------------------------------------------------

    def rank(self, at: datetime) -> None:
        """The ranking is fixed."""
        results.rank(self.code, by=self.officer, at=at)

    def set_rules(self, at: datetime) -> None:
        """The budget; and the project in the second place gets less than was computed."""
        rules = {"budget": _BUDGET, "most_reserves": _RESERVES, "least_score": "60"}
        decisions.settle(self.code, rules, by=self.officer, at=at)
        second = board(self.officer, self.code, at=at).rows[1]
        reason = "设备费中一台检测仪与已有设备重复，专家组建议核减，申报单位同意自行解决"
        decisions.depart(
            self.code, second.case.code, to=AWARD, reason=reason, amount=second.amount - _LESS, by=self.officer, at=at
        )

    def check(self, at: datetime) -> None:
        """What is to be awarded is checked once more; where something was found, it is looked into and decided on."""
        codes = [row.case.code for row in board(self.officer, self.code, at=at).to_clear]
        for row in clearance.check(self.code, codes, by=self.officer, at=at):
            if not row.is_clear:
                reason = "已调阅前一项目任务书：前者研究监测方法，本项目研制在线装置，任务和指标不重复"
                clearance.override(self.code, row.case.code, reason=reason, by=self.officer, at=at)

    def decide(self, at: datetime) -> None:
        """The decision."""
        decisions.decide(self.code, by=self.officer, at=at, clause=_CLAUSE)

    # -- the notice ---------------------------------------------------------------------------------

    def publish(self, at: datetime) -> None:
        """A notice of what was proposed and stands on none yet."""
        wording = notices.Wording(title_zh="", contact_zh=_CONTACT, contact_en="review supervision, objections@example.org")
        notices.publish(self.code, working_days=5, wording=wording, by=self.officer, at=at)

    def notice(self) -> Notice:
        """The first notice."""
        return self.round.notices.order_by("id")[0]

    def lines(self) -> list[NoticeLine]:
        """Its lines that stand."""
        return list(self.notice().lines.filter(is_withdrawn=False).select_related("case").order_by("number"))

    def object(self, at: datetime) -> None:
        """Two object by name: one to the last project of the list, one to the dearest but it and the first."""
        lines = self.lines()
        for line, raised in zip(self._objected(lines), _OBJECTIONS, strict=True):
            objections.raise_objection(self.notice().code, line.number, raised, at=at)

    def _objected(self, lines: list[NoticeLine]) -> tuple[NoticeLine, NoticeLine]:
        return lines[-1], max(lines[1:-1], key=lambda line: line.amount or 0)

    def _raised(self) -> list[Objection]:
        rows = (line.objections.all() for line in self.notice().lines.order_by("-number"))
        return [row for found in rows for row in found]

    def admit(self, at: datetime) -> None:
        """Both are taken up."""
        for row in self._raised():
            objections.admit(row.receipt, by=self.officer, at=at)

    def answer(self, at: datetime) -> None:
        """The first is dismissed; the second is upheld, and its project leaves the list."""
        for row, (is_upheld, findings, said) in zip(self._raised(), _ANSWERS, strict=True):
            objections.answer(row.receipt, is_upheld=is_upheld, findings=findings, answer=said, by=self.officer, at=at)

    def end_notice(self, at: datetime) -> None:
        """The notice ends."""
        notices.end(self.notice().code, by=self.officer, at=at)

    # -- the awards ---------------------------------------------------------------------------------

    def talk(self, at: datetime) -> None:
        """A talk with each unit and its leader; with the last it is still to be held."""
        for line in self.lines()[:-1]:
            held = awards.Held(
                held_at=at - timedelta(minutes=20), matters=_MATTERS, place="市科技局二楼",
                present="经办科室、申报单位、项目负责人", promises="按时签订合同，自筹经费按进度到位，重大变更事先报告。",
                is_unit_present=True, is_leader_present=True,
            )  # fmt: skip
            awards.hold_talk(self.code, line.case.code, held, by=self.officer, at=at)

    def issue(self, at: datetime) -> None:
        """A first batch; one whose talk was held waits for the next."""
        codes = [line.case.code for line in self.lines()[:-2]]
        letter = f"银科发〔{at.year}〕38号"
        awards.issue(self.code, codes, letter=letter, fiscal_procedure_done=True, by=self.officer, at=at)

    def take_up(self, at: datetime) -> None:
        """With the money that came free the first of the reserve that it is enough for is taken up."""
        rows = [row for row in board(self.officer, self.code, at=at).rows if row.outcome and row.outcome.outcome == RESERVE]
        left = _BUDGET - sum(line.amount or 0 for line in self.lines())
        row = next(row for row in rows if row.amount <= left)
        clearance.check(self.code, [row.case.code], by=self.officer, at=at)
        reason = "公示期间一项因异议成立退出，空出的经费按排序递补"
        decisions.resolve_reserve(self.code, row.case.code, takes_up=True, reason=reason, by=self.officer, at=at)
