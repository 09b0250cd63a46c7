"""Each guard between intake and the award passes and refuses as its name says, says so in full, and never passes the unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lifecycle.making import SECOND
from zhinan.lifecycle.deadlines import BEIJING
from zhinan.lifecycle.guards import Circumstances
from zhinan.lifecycle.review_guards import (
    REVIEW_GUARDS,
    cleared,
    enough_scores,
    last_objection,
    within_budget,
)
from zhinan.values.problem import Problem
from zhinan.values.text import Text

AT = datetime(2026, 6, 10, 9, 0, tzinfo=BEIJING)
OPENS, CLOSES = datetime(2026, 6, 9, 8, 0, tzinfo=BEIJING), datetime(2026, 6, 16, 23, 59, 59, tzinfo=BEIJING)
NOTICE = {"notice_opens": OPENS, "notice_closes": CLOSES}
MILLION = 1_000_000_00
BOTH = frozenset({"unit", "leader"})
#: A code, the message and the mend, each in both languages.
Told = tuple[str, tuple[str, str], tuple[str, str]]


def case(**given: object) -> Circumstances:
    return Circumstances(**{"at": AT, **given})


NO_SEATS: Told = (
    "no-seats",
    ("还没有抽取评审专家，无从知道应有几份评分", "no panel is drawn yet, so nobody knows how many score sheets are due"),
    ("先抽取专家，再结束评审", "draw the panel before the review is closed"),
)
SHORT: Told = (
    "scores-missing",
    ("应有 5 份评分，只交了 4 份，评审不能结束", "4 of 5 score sheets are in; the review is not over"),
    ("催交评分；专家不能评的，由候补接替", "remind the experts; who cannot score is replaced by an alternate"),
)
SCORED = [
    ({}, NO_SEATS),
    ({"sheets_wanted": 0}, NO_SEATS),
    ({"sheets_wanted": -1}, NO_SEATS),
    ({"sheets_wanted": 5, "sheets_in": 4}, SHORT),
]
MARKS = {"score": Decimal("59.99"), "threshold": Decimal(60)}
REACHED = [
    ({"threshold": Decimal(60)}, (
        "score-unknown", ("还没有评审得分", "there is no score yet"), ("先结束评分、算出得分", "close the scoring first, so that the score is worked out"),
    )),
    ({"score": Decimal(60)}, (
        "threshold-unset", ("没有设达标分数，无从判断是否通过", "no score to reach is set, so nobody can say whether it is passed"),
        ("由主管部门设定达标分数", "the authority sets the score to reach"),
    )),
    (MARKS, (
        "score-not-reached", ("得分 59.99，低于达标分数 60", "the score is 59.99, below the 60 to reach"),
        ("写明理由，按未达标办理", "end the case as falling short, and say why"),
    )),
]  # fmt: skip
MAJOR_UNKNOWN = ({}, (
    "major-unknown", ("还没有确定是不是重大项目", "whether this is a major project has not been settled"), ("由主管部门确定", "the authority settles it"),
))  # fmt: skip
AMOUNT_UNKNOWN: Told = (
    "amount-unknown", ("还没有确定金额", "no amount is settled yet"), ("先在资金分配中确定金额", "settle it in the allocation first"),
)  # fmt: skip
BUDGETED = [
    ({"budget_left": MILLION}, AMOUNT_UNKNOWN), ({"amount": -1, "budget_left": MILLION}, AMOUNT_UNKNOWN),
    ({"amount": 0}, (
        "budget-unknown", ("没有设预算，无从判断是否超出", "no budget is set, so nobody can say whether it is kept"),
        ("由主管部门先设批次预算", "the authority sets the budget of the call"),
    )),
    ({"amount": MILLION, "budget_left": 99_000_000}, (
        "over-budget", ("金额 100万元 超出剩余预算 99万元", "1 000 000 CNY is more than the 990 000 CNY left of the budget"), ("列入备选，或由主管部门调整预算", "keep it in reserve, or let the authority change the budget"),
    )),
]  # fmt: skip
NO_NOTICE: Told = ("no-notice", ("没有公示", "it stands on no public notice"), ("先发布公示", "publish the notice first"))
NO_TALK: Told = (
    "talk-not-held", ("没有立项预警谈话的记录", "there is no record of the warning talk"),
    ("谈话后记录时间和内容", "hold it, and put its time and content on record"),
)  # fmt: skip
TO_COME: Told = (
    "talk-to-come",
    ("谈话时间 2026-06-10 09:00:01 还没有到，现在是 2026-06-10 09:00:00（北京时间）", "the talk is for 2026-06-10 09:00:01; it is 2026-06-10 09:00:00 (Beijing time)"),
    ("谈话之后再记录", "put it on record once it was held"),
)  # fmt: skip
TALKS = [({"present": BOTH}, NO_TALK), ({"present": BOTH, "talk_held_at": AT + SECOND}, TO_COME)]

#: For each guard: circumstances it lets pass, and circumstances it refuses with what is said.
TABLE: dict[str, tuple[list[dict[str, object]], list[tuple[dict[str, object], Told]]]] = {
    "four-list-fields-complete": (
        [{"list_fields": frozenset({"objective", "nodes", "assessment", "rewards"})}],
        [({"list_fields": frozenset({"objective", "rewards", "colour"})}, (
            "list-fields-missing",
            ("榜单还缺 2 项：时间节点、考核要求；缺了揭榜方无从应答", "the list lacks 2: the time nodes, the assessment; nobody could bid on it"),
            ("补齐后再发榜", "fill them in, then publish the list"),
        ))],
    ),
    "solver-meets-conditions-set-by-authority": (
        [{"unmet_by_solver": ()}],
        [({}, (
            "solver-unchecked", ("揭榜方的条件还没有核对", "whether the bidder meets the conditions has not been checked"),
            ("主管部门先设定揭榜条件，再逐条核对", "the authority sets the conditions, then each is checked"),
        )), ({"unmet_by_solver": ("有研发团队",)}, (
            "solver-unfit", ("揭榜方有 1 项条件不满足：有研发团队", "the bidder does not meet 1 of the conditions: 有研发团队"),
            ("条件补齐后再揭榜", "bid again once they are met"),
        ))],
    ),
    "choice-recorded-with-reasons": (
        [{"solver": "某研究院", "reason": "方案可行"}],
        [({"reason": "方案可行", "solver": " "}, (
            "solver-unnamed", ("没有写明选定的揭榜方", "who was chosen is not named"), ("写明选定的单位和理由", "name the one chosen, and say why"),
        )), ({"solver": "某研究院"}, (
            "reason-missing", ("没有写理由，申报人无从知道为什么", "no reason is given; the applicant could not know why"),
            ("用一两句话写明理由", "say why in a sentence or two"),
        ))],
    ),
    "no-conflict-of-interest": (
        [{"open_conflicts": ()}],
        [({}, (
            "not-declared", ("专家还没有声明与本项目有无利害关系，不能打分", "the expert has not declared whether they are tied to this project"),
            ("先作回避声明，再打分", "declare first, then score"),
        )), ({"open_conflicts": ("同一单位", "师生")}, (
            "conflict-of-interest",
            ("专家与本项目有利害关系：同一单位、师生，应当回避", "the expert is tied to this project: 同一单位, 师生, and must step back"),
            ("申报回避，由候补专家接替", "declare it and step back; an alternate takes the seat"),
        ))],
    ),
    "expert-replaced": ([{"is_expert_replaced": True}], [({}, (
        "expert-not-replaced",
        ("回避专家的席位还没有人接替，评审组不完整", "nobody has taken the seat of the expert who steps back; the panel is not whole"),
        ("由候补专家接替；候补用完的，补抽", "give the seat to the next alternate, or draw again where none is left"),
    ))]),
    "enough-scores": ([{"sheets_wanted": 5, "sheets_in": 5}, {"sheets_wanted": 1, "sheets_in": 2}], SCORED),
    "reviewed-online": ([{"sheets_wanted": 5, "sheets_in": 5}], SCORED),
    "review-passed": ([MARKS | {"score": Decimal(60)}], REACHED),
    "score-reached": ([MARKS | {"score": Decimal("60.00")}], REACHED),
    "major-project": ([{"is_major": True}], [MAJOR_UNKNOWN, ({"is_major": False}, (
        "not-major", ("不是重大项目，不用提交咨询委员会论证", "this is no major project, so the committee is not asked"),
        ("按一般项目继续办理", "go on as with an ordinary project"),
    ))]),
    "not-a-major-project": ([{"is_major": False}], [MAJOR_UNKNOWN, ({"is_major": True}, (
        "is-major", ("重大项目要先经咨询委员会论证", "a major project goes to the advisory committee first"), ("先提交论证", "send it to the committee"),
    ))]),
    "committee-heard": ([{"is_committee_heard": True}], [({}, (
        "committee-unheard", ("没有咨询委员会的论证意见", "the advice of the committee is not on record"),
        ("记录论证意见后再办理", "put the advice on record first"),
    ))]),
    "preferences-applied": (
        [{"is_ranked": True, "preferences_applied": True}],
        [({"preferences_applied": True}, (
            "not-ranked", ("排序还没有确定", "the ranking is not fixed yet"), ("先在评审轮次中确定排序", "fix the ranking of the round first"),
        )), ({"is_ranked": True}, (
            "preferences-not-applied",
            ("还没有核对优先支持的情形，名次可能变动", "the preferences have not been applied, and may change the order"),
            ("核对优先条件后再提出名单", "apply them, then propose the list"),
        ))],
    ),
    "within-budget": ([{"amount": MILLION, "budget_left": MILLION}, {"amount": 0, "budget_left": 0}], BUDGETED),
    "within-cap": (
        [{"amount": MILLION, "cap": MILLION}],
        [({"cap": MILLION}, AMOUNT_UNKNOWN), ({"amount": MILLION}, (
            "cap-unknown", ("没有算出支持上限，不能审定金额", "the most that may be given is not worked out, so no amount can be approved"),
            ("先补齐计算公式需要的数据", "give the facts that the formula needs"),
        )), ({"amount": MILLION + 1, "cap": MILLION}, (
            "over-cap", ("金额 1000000.01元 超过上限 100万元", "1 000 000.01 CNY is more than the cap of 1 000 000 CNY"),
            ("按不超过上限的金额审定", "approve no more than the cap"),
        ))],
    ),
    "number-of-teams-set-by-authority": (
        [{"teams_wanted": 3, "teams_listed": 2, "amount": MILLION, "budget_left": MILLION}],
        [({"teams_wanted": wanted}, (
            "teams-unset", ("主管部门还没有定参赛团队的数目", "the authority has not set how many teams run"), ("先定团队数目", "set the number of teams first"),
        )) for wanted in (None, 0, -1)] + [({"teams_wanted": 3, "teams_listed": 3}, (
            "teams-full", ("参赛团队定为 3 个，已经列入 3 个", "3 teams are wanted, and 3 are on the list already"),
            ("不再列入；需要增加的，由主管部门调整数目", "add no more, or let the authority raise the number"),
        ))] + [({"teams_wanted": 3} | given, told) for given, told in BUDGETED],
    ),
    "credit-scheme": ([{"is_credit_scheme": True}], [({}, (
        "not-a-credit-scheme", ("本事项不是只记额度的事项", "this scheme is not one that gives credit without money"),
        ("按拨款事项审定金额", "approve an amount instead"),
    ))]),
    "within-notice-period": (
        [NOTICE, NOTICE | {"at": OPENS}, NOTICE | {"at": CLOSES + SECOND * 0.9}, NOTICE | {"at": OPENS.astimezone(UTC)}],
        [({}, NO_NOTICE), ({"notice_opens": OPENS}, NO_NOTICE), ({"notice_closes": CLOSES}, NO_NOTICE),
         (NOTICE | {"at": OPENS - SECOND}, (
            "notice-not-open",
            ("公示 2026-06-09 08:00:00（北京时间）才开始，现在是 2026-06-09 07:59:59", "the notice opens at 2026-06-09 08:00:00 (Beijing time); it is 2026-06-09 07:59:59"),
            ("公示开始后再提出", "object once it is open"),
        )), (NOTICE | {"at": CLOSES + SECOND}, (
            "notice-over",
            ("公示已于 2026-06-16 23:59:59（北京时间）期满，现在是 2026-06-17 00:00:00", "the notice closed at 2026-06-16 23:59:59 (Beijing time); it is 2026-06-17 00:00:00"),
            ("向监督部门反映", "write to the supervising office"),
        ))],
    ),
    "no-open-objection": (
        [NOTICE | {"at": CLOSES + SECOND, "open_objections": 0}],
        [({"open_objections": 0}, NO_NOTICE), (NOTICE | {"at": CLOSES, "open_objections": 0}, (
            "notice-running",
            ("公示到 2026-06-16 23:59:59（北京时间）才期满，现在是 2026-06-16 23:59:59", "the notice runs until 2026-06-16 23:59:59 (Beijing time); it is 2026-06-16 23:59:59"),
            ("期满后再办理", "do this once it is over"),
        )), (NOTICE | {"at": CLOSES + SECOND}, (
            "objections-unknown", ("还没有核对公示期内有无异议", "whether anyone has objected has not been looked up"),
            ("核对异议登记后再办理", "look up the objections first"),
        )), (NOTICE | {"at": CLOSES + SECOND, "open_objections": 2}, (
            "objection-open", ("还有 2 件异议没有答复", "2 objections are not answered yet"),
            ("逐件核查、书面答复后再办理", "look into each and answer in writing first"),
        ))],
    ),
    "answered-in-writing": ([{"answer": "经核查，异议不成立"}], [({"answer": " 　"}, (
        "answer-unwritten", ("没有给异议人的书面答复", "there is no written answer to the one who objected"),
        ("写明核查的事实和结论", "write what was found and what follows from it"),
    ))]),
    "unit-and-leader-present": (
        [{"present": BOTH, "talk_held_at": AT}],
        [*TALKS, ({"talk_held_at": AT, "present": frozenset({"leader", "somebody"})}, (
            "absent-from-talk",
            ("谈话时不在场：单位；单位和负责人都要到场", "not at the talk: the unit; the unit and the leader must both be there"),
            ("请双方到场后再谈", "hold it with both present"),
        ))],
    ),
    "warning-talk-held": ([{"talk_held_at": AT}], TALKS),
    "fiscal-procedure-done": ([{"is_fiscal_procedure_done": True}], [({}, (
        "fiscal-procedure-open", ("财政科研项目立项程序还没有完成", "the fiscal procedure for research projects is not done"),
        ("完成后记录，再立项", "put it on record once done, then establish"),
    ))]),
    "issued-in-a-batch": ([{"batch": "2026-1"}], [({"batch": " "}, (
        "batch-missing", ("没有写明随哪一批下达", "the batch it is issued with is not named"), ("列入一个批次后下达", "put it into a batch, then issue that"),
    ))]),
}  # fmt: skip


def test_the_table_of_this_test_is_whole() -> None:
    assert sorted(TABLE) == sorted(REVIEW_GUARDS)


@pytest.mark.parametrize("name", TABLE)
def test_a_guard_lets_pass_what_holds(name: str) -> None:
    passes, _ = TABLE[name]

    assert [REVIEW_GUARDS[name](case(**each)) for each in passes] == [None] * len(passes)


@pytest.mark.parametrize("name", TABLE)
def test_a_guard_refuses_and_says_why(name: str) -> None:
    _, refusals = TABLE[name]
    told = [Problem(code, Text(*message), Text(*mend)) for _, (code, message, mend) in refusals]

    assert [REVIEW_GUARDS[name](case(**each)) for each, _ in refusals] == told


@pytest.mark.parametrize("name", REVIEW_GUARDS)
def test_a_guard_never_passes_when_nothing_is_known(name: str) -> None:
    assert REVIEW_GUARDS[name](case()) is not None


def test_the_check_before_the_award_must_be_made_and_find_nothing() -> None:
    assert cleared(case(clearance_problems=())) is None
    assert cleared(case()) == Problem(
        "not-cleared",
        Text(
            "立项前核查（诚信、重复、限项）还没有做",
            "the check before the award (integrity, duplicates, limits) has not been made",
        ),
        Text("先做立项前核查", "make the check first"),
    )
    assert cleared(case(clearance_problems=("失信记录", "在研超限"))) == Problem(
        "clearance-failed",
        Text("立项前核查有 2 项不通过：失信记录、在研超限", "the check before the award found 2 against it: 失信记录, 在研超限"),
        Text("核实；属实的不予立项，有误的改正后重查", "look into them: refuse if they stand, mend and check again if not"),
    )


def test_an_objection_sends_a_case_back_to_its_notice_only_when_it_is_the_last() -> None:
    assert [last_objection(case(open_objections=n)) for n in (0, 1)] == [None, None]
    assert last_objection(case(open_objections=3)) == Problem(
        "other-objections-open",
        Text("除本件外还有 2 件异议没有答复，不能转回公示", "2 other objections are open; the case cannot go back to its notice"),
        Text("先答复其余异议", "answer the others first"),
    )
    unknown = last_objection(case())
    assert unknown is not None
    assert unknown.code == "objections-unknown"


@given(st.integers(-5, 9) | st.none(), st.integers(-5, 9))
def test_a_review_is_over_exactly_when_every_seat_has_scored(wanted: int | None, found: int) -> None:
    is_over = wanted is not None and wanted > 0 and found >= wanted

    assert (enough_scores(case(sheets_wanted=wanted, sheets_in=found)) is None) == is_over


@given(st.integers(-5, 10**12) | st.none(), st.integers(-5, 10**12) | st.none())
def test_money_is_let_through_exactly_when_it_is_there(amount: int | None, left: int | None) -> None:
    is_there = amount is not None and left is not None and 0 <= amount <= left

    assert (within_budget(case(amount=amount, budget_left=left)) is None) == is_there


@given(st.timedeltas(timedelta(-30), timedelta(30)), st.integers(0, 3))
def test_at_any_moment_one_may_object_or_the_notice_may_end_never_both(shift: timedelta, objections: int) -> None:
    now = case(at=CLOSES + shift, open_objections=objections, **NOTICE)
    may_object = REVIEW_GUARDS["within-notice-period"](now) is None
    may_end = REVIEW_GUARDS["no-open-objection"](now) is None

    assert not (may_object and may_end)
    assert may_end == (now.at >= CLOSES + SECOND and objections == 0)
