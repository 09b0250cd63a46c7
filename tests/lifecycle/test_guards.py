"""Each guard passes and refuses as its name says, and says so in full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lifecycle.making import DEADLINE, SECOND, SHIPPED
from zhinan.lifecycle import mistakes, review_mistakes
from zhinan.lifecycle.deadlines import BEIJING
from zhinan.lifecycle.fold import early_stages, running_stages
from zhinan.lifecycle.guards import GUARDS, Circumstances
from zhinan.lifecycle.moves import KNOWN_GUARDS
from zhinan.lifecycle.review_guards import REVIEW_GUARDS
from zhinan.policy.procedure import Procedure
from zhinan.values.problem import Problem
from zhinan.values.text import Text

AT = datetime(2026, 3, 20, 9, 0, tzinfo=BEIJING)
DUE, LATER = "2026-03-31 17:00:00", DEADLINE + SECOND
GRACE = timedelta(minutes=5)
CLAUSES = frozenset({"四4"})


def case(**given: object) -> Circumstances:
    return Circumstances(**{"at": AT, **given})


UNANSWERED = (
    "checks-unanswered",
    ("审查表还有 2 条没有回答：四1、四2", "2 of the check sheet are not answered yet: 四1, 四2"),
    ("逐条回答后再通过", "answer each of them, then pass the case on"),
)
FAILED = (
    "checks-failed",
    ("审查表有 1 条不符合：四5，不能通过", "1 of the check sheet are answered no: 四5; the case cannot pass"),
    (
        "能改的退回补正；不能改的引用条款不予通过",
        "return it where that can be corrected; otherwise refuse it and cite the clause",
    ),
)
PAPERS = (
    "papers-missing",
    ("缺少材料：审计报告", "these papers are missing: 审计报告"),
    ("补齐后再办理；已报送的，退回补正", "add them first; if the case was handed in, return it for correction"),
)
BARS = (
    "conditions-bar",
    ("有条件不满足：YC01-R02，不能通过", "these conditions are not met: YC01-R02; the case cannot pass"),
    (
        "事实有误的退回补正；属实的引用条款不予受理",
        "return it if a fact is wrong; refuse it, citing the clause, if the facts stand",
    ),
)
LATE = (
    "past-deadline",
    (
        f"已过截止时间 {DUE}（北京时间），现在是 2026-03-31 17:00:01",
        f"the deadline {DUE} (Beijing time) has passed; it is 2026-03-31 17:00:01",
    ),
    (
        "确有特殊原因的，向主管部门说明，由其决定是否延期",
        "if there is a good cause, write to the authority; only it may extend the deadline",
    ),
)
NO_LIST = (
    "not-on-the-list",
    ("不在推荐清单上，不能上报", "it is not on the list, so it cannot be sent up"),
    ("先排序列入清单", "rank it and put it on the list first"),
)
OUTSIDE = (
    "outside-quota",
    ("排在第 4 位，推荐名额只有 3 个", "it is ranked 4, and the quota is 3"),
    ("只上报名额以内的；需要增加名额的，请主管部门调整", "send up only those within the quota; the authority alone can raise it"),
)
USED = (
    "quota-used",
    ("推荐名额 3 个已经用完（已上报 3 个）", "the quota of 3 is used up (3 were sent up)"),
    ("需要增加名额的，请主管部门调整；否则不予推荐", "ask the authority to raise it, or do not recommend"),
)
NO_LETTER = (
    "letter-missing",
    ("没有推荐函的文号；清单随函上报", "the letter has no number; a list goes up with its letter"),
    ("先出函，填写文号", "issue the letter and give its number"),
)
NO_TOPIC = (
    "topic-missing",
    ("没有写明属于园区主导产业的选题", "no topic of the park's leading industry is named"),
    ("写明选题和所属主导产业", "name the topic and the leading industry it belongs to"),
)
NO_UNIT = (
    "unit-not-registered",
    ("单位还没有注册，不能开户填报", "the unit is not registered, so no account can be opened for it"),
    ("先由单位管理员注册单位", "the unit's own account registers it first"),
)
NO_REASON = (
    "reason-missing",
    ("没有写理由，申报人无从知道为什么", "no reason is given; the applicant could not know why"),
    ("用一两句话写明理由", "say why in a sentence or two"),
)
NO_CLAUSE = (
    "clause-missing",
    ("没有引用条款，决定缺少依据", "no clause is cited; the decision has nothing to rest on"),
    ("选择所依据的条款", "choose the clause it rests on"),
)
CHECKING = [({"unanswered": ("四1", "四2"), "failed": ("四5",)}, UNANSWERED), ({"failed": ("四5",)}, FAILED)]
WITH_PAPERS = [*CHECKING, ({"unmet_documents": ("审计报告",)}, PAPERS)]
LISTED, UNLISTED = {"is_listed": True}, ({}, NO_LIST)
QUOTA = [
    (LISTED | {"quota": 3, "rank": 4}, OUTSIDE),
    (LISTED | {"quota": 3, "listed": 3}, USED),
]

#: For each guard: circumstances it lets pass, and circumstances it refuses with what is said.
TABLE: dict[str, tuple[list[dict[str, object]], list[tuple[dict[str, object], tuple[str, tuple[str, str], tuple[str, str]]]]]] = {
    "rules-versioned": ([{"rules_versioned": True}], [({}, (
        "rules-not-versioned",
        ("规则的版本没有固定，申报人会对着变动的规则填报", "the edition of the rules is not fixed; applicants would face rules that move"),
        ("先选定政策包及其版本，再开放申报", "fix the pack and its edition, then open the call"),
    ))]),
    "topic-of-the-leading-industry": ([{"topic": "光伏组件回收"}], [({}, NO_TOPIC), ({"topic": " 　"}, NO_TOPIC)]),
    "fits-leading-industry": ([{"topic": "光伏组件回收"}], [({}, NO_TOPIC)]),
    "unit-registered": ([{"is_registered": True}], [({}, NO_UNIT)]),
    "unit-registered-first": ([{"is_registered": True}], [({}, NO_UNIT)]),
    "on-the-closed-list": ([LISTED], [({}, (
        "unit-not-on-closed-list",
        ("单位不在定向委托的名单内", "the unit is not on the closed list this call is meant for"),
        ("只能委托名单内的单位", "only units of the list may be commissioned"),
    ))]),
    "one-type-only": ([{}], [({"other_types": ("产业集群类", "院士类")}, (
        "second-type",
        ("本单位已申报别的类型：产业集群类、院士类；只能报一类，报两类以上全部退回",
         "the unit has applied for another type: 产业集群类, 院士类; only one is allowed, or all are returned"),
        ("先撤回另一份，或改报同一类型", "withdraw the other one first, or keep to its type"),
    ))]),
    "report-dated-before-application": (
        [{"report_date": date(2026, 3, 20)}, {"report_date": date(2026, 3, 19)},
         {"report_date": date(2026, 3, 21), "submitted_at": datetime(2026, 3, 20, 17, tzinfo=UTC)}],  # already the 21st in Beijing
        [({}, ("no-report", ("没有查新报告的日期", "the novelty report has no date"), ("填写报告日期并上传报告", "give its date and attach it"))),
         ({"report_date": date(2026, 3, 21)}, (
            "report-too-late",
            ("查新报告的日期 2026-03-21 晚于申报日 2026-03-20", "the novelty report is dated 2026-03-21, after the day of application 2026-03-20"),
            ("换上申报前出具的报告", "attach a report made before the application"),
        ))],
    ),
    "before-deadline": (
        [{}, {"deadline": DEADLINE}, {"deadline": DEADLINE, "at": DEADLINE}, {"deadline": DEADLINE, "at": DEADLINE + SECOND / 2},
         {"deadline": DEADLINE, "at": DEADLINE + GRACE, "begun_at": DEADLINE, "grace": GRACE}],
        [({"deadline": DEADLINE, "at": LATER}, LATE),
         ({"deadline": DEADLINE, "at": LATER, "grace": GRACE}, LATE),  # grace is for what began in time
         ({"deadline": DEADLINE, "at": LATER, "begun_at": LATER, "grace": GRACE}, LATE),
         ({"deadline": DEADLINE, "at": LATER, "begun_at": DEADLINE}, LATE),
         ({"deadline": DEADLINE - GRACE + SECOND, "at": LATER + SECOND, "begun_at": AT, "grace": GRACE}, (
             "past-deadline",
             ("已过截止时间 2026-03-31 16:55:01（北京时间），现在是 2026-03-31 17:00:02", "the deadline 2026-03-31 16:55:01 (Beijing time) has passed; it is 2026-03-31 17:00:02"),
             LATE[2],
         ))],
    ),
    "handed-in-online": ([{}, {"deadline": DEADLINE}], [({"deadline": DEADLINE, "at": LATER}, LATE)]),
    "after-deadline": (
        [{"deadline": DEADLINE, "at": LATER}, {"deadline": DEADLINE, "at": LATER + GRACE, "grace": GRACE}],
        [({}, ("no-deadline", ("没有设截止时间，不能按逾期处理", "no deadline is set, so nothing is late"),
               ("由主管部门先设截止时间", "the authority sets a deadline first"))),
         ({"deadline": DEADLINE, "at": LATER, "grace": GRACE}, (
            "not-yet-due",
            (f"截止时间 {DUE}（北京时间）还没有过，现在是 2026-03-31 17:00:01，不能按逾期处理",
             f"the deadline {DUE} (Beijing time) has not passed; it is 2026-03-31 17:00:01, so nothing is late yet"),
            ("截止时间过后再办理", "do this after the deadline"),
        ))],
    ),
    "submitted-in-time": (
        [{"submitted_at": LATER}, {"submitted_at": DEADLINE, "deadline": DEADLINE, "at": LATER + GRACE},
         {"submitted_at": DEADLINE + GRACE, "deadline": DEADLINE, "grace": GRACE}],
        [({}, ("not-submitted", ("没有提交时间的记录，无法认定按时提交", "there is no record of when it was submitted, so it cannot be found to be in time"),
               ("请管理员核对提交记录", "ask an administrator to check the record of submission"))),
         ({"submitted_at": LATER, "deadline": DEADLINE}, (
            "submitted-late",
            (f"提交时间 2026-03-31 17:00:01 晚于截止时间 {DUE}（北京时间），不能受理",
             f"it was submitted at 2026-03-31 17:00:01, after the deadline {DUE} (Beijing time), and cannot be accepted"),
            ("引用条款，按逾期不予受理", "refuse it as late, citing the clause"),
        ))],
    ),
    "wholly-self-funded": ([{"is_self_funded": True}], [({}, (
        "not-self-funded",
        ("不是全额自筹，不能走自主管理的流程", "it is not wholly self-funded, so the unit cannot manage it by itself"),
        ("把申请财政资金改为零，或改报需要评审立项的项目", "ask for no public money, or apply for a project that is reviewed and established"),
    ))]),
    "five-elements-complete": ([{}], [({"missing_fields": ("考核指标",)}, (
        "fields-missing", ("还有内容没有填：考核指标", "these are not filled in yet: 考核指标"), ("填好后再提交", "fill them in, then submit"),
    ))]),
    "form-complete": ([{"barring": ("YC01-R02",)}], WITH_PAPERS),
    "vetted-by-recommender": ([{}], WITH_PAPERS),
    "park-review-passed": ([{"unmet_documents": ("审计报告",)}], CHECKING),
    "evidence-checked": ([{}], WITH_PAPERS),
    "poster-qualified": ([{}], [*CHECKING, ({"barring": ("YC01-R02",)}, BARS)]),
    "conditions-do-not-bar": ([{}], [*WITH_PAPERS, ({"barring": ("YC01-R02",)}, BARS)]),
    "academician-present-where-required": (
        [{"is_academician_required": False}, {"is_academician_required": True, "is_academician_present": True}, {"is_academician_present": True}],
        [({}, (
            "academician-unknown",
            ("还没有确定这个项目是否要求院士本人到场", "nobody has found out whether this project needs the academician in person"),
            ("按政策条款确定；院士到场的，记录下来", "settle it by the clauses; if the academician was there, put it on record"),
        )),
         ({"is_academician_required": True}, (
            "academician-absent",
            ("这类项目要求院士本人参加论证，记录中院士没有参加", "this type needs the academician at the argumentation, and the record shows none"),
            ("另行组织论证，或不予通过", "hold the argumentation again, or do not pass it"),
        ))],
    ),
    "within-quota": ([LISTED, LISTED | {"quota": 3, "rank": 3, "listed": 3}, LISTED | {"quota": 3, "listed": 2}], [UNLISTED, *QUOTA]),
    "letter-and-list-issued": (
        [LISTED | {"letter": "甲科函〔2026〕1号"}], [({"letter": "甲科函〔2026〕1号"}, NO_LIST), *QUOTA, (LISTED | {"letter": " "}, NO_LETTER)],
    ),
    "on-the-list": ([LISTED], [UNLISTED]),
    "on-city-list": ([LISTED], [UNLISTED]),
    "reason-with-clause": (
        [{"reason": "报两类以上", "clause": "四4", "known_clauses": CLAUSES}],
        [({"clause": "四4", "known_clauses": CLAUSES}, NO_REASON),
         ({"reason": "\t ", "clause": "四4", "known_clauses": CLAUSES}, NO_REASON),
         ({"reason": "报两类以上", "clause": " ", "known_clauses": CLAUSES}, NO_CLAUSE),
         ({"reason": "报两类以上", "clause": "四9", "known_clauses": CLAUSES}, (
            "clause-unknown",
            ("指南里没有条款“四9”，不能作为依据", "the guide has no clause “四9”, so nothing can rest on it"),
            ("从条款目录里选择", "choose one from the list of clauses"),
        ))],
    ),
    "only-marked-fields-changed": (
        [{}, {"changed": frozenset({"b"}), "marked": frozenset({"a", "b"})}],
        [({"changed": frozenset({"c", "b", "a"}), "marked": frozenset({"a"})}, (
            "other-fields-changed",
            ("改动了没有标出的内容：b、c；补正只开放标出的内容", "fields that were not marked have changed: b, c; a correction opens only what is marked"),
            ("恢复这些内容后再提交；确需修改的，请审查人一并标出",
             "put them back and submit again; if they must change, ask the checker to mark them too"),
        ))],
    ),
}  # fmt: skip


def test_the_table_of_this_test_is_whole() -> None:
    assert sorted(TABLE) == sorted(GUARDS)


@pytest.mark.parametrize("name", TABLE)
def test_a_guard_lets_pass_what_holds(name: str) -> None:
    passes, _ = TABLE[name]

    assert [GUARDS[name](case(**each)) for each in passes] == [None] * len(passes)


@pytest.mark.parametrize("name", TABLE)
def test_a_guard_refuses_and_says_why(name: str) -> None:
    _, refusals = TABLE[name]
    told = [Problem(code, Text(*message), Text(*mend)) for _, (code, message, mend) in refusals]

    assert [GUARDS[name](case(**each)) for each, _ in refusals] == told


def test_every_guard_up_to_the_award_is_known_and_none_is_idle() -> None:
    early = _guards_of(early_stages)

    assert sorted(early - GUARDS.keys()) == []
    assert sorted(GUARDS.keys() - early) == []
    assert sorted(_guards_of(running_stages) ^ KNOWN_GUARDS.keys()) == []
    assert sorted(GUARDS.keys() & REVIEW_GUARDS.keys()) == []


def _guards_of(stages: Callable[[Procedure], frozenset[str]]) -> set[str]:
    every = (procedure.stages[id] for procedure in SHIPPED.values() for id in stages(procedure))
    return {action.guard for stage in every for action in stage.actions if action.guard}


@given(
    st.datetimes(timezones=st.sampled_from([UTC, BEIJING, None])).filter(lambda at: at.tzinfo),
    st.sampled_from(sorted(KNOWN_GUARDS)),
)
def test_no_moment_of_the_calendar_breaks_a_guard(at: datetime, name: str) -> None:
    edges = case(
        at=at, begun_at=at, deadline=DEADLINE, submitted_at=at, report_date=date.max, grace=timedelta.max, notice_opens=DEADLINE,
        notice_closes=at, talk_held_at=DEADLINE,
    )  # fmt: skip
    assert isinstance(KNOWN_GUARDS[name](edges), Problem | None)


@pytest.mark.parametrize("at", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_the_edge_of_the_calendar_is_told_as_it_stands(at: datetime) -> None:
    refused = GUARDS["report-dated-before-application"](case(at=at, report_date=date.max))
    late = GUARDS["before-deadline"](case(at=datetime.max.replace(tzinfo=UTC), deadline=DEADLINE))

    assert late is not None
    assert late.message.zh == f"已过截止时间 {DUE}（北京时间），现在是 9999-12-31 23:59:59"
    assert (refused is None) == (at.year == date.max.year)


def test_no_two_refusals_share_a_code() -> None:
    codes = [mistake.code for mistake in (*mistakes.ALL, *review_mistakes.ALL)]

    assert sorted(codes) == sorted(set(codes))
