"""Why a condition has its value, and how far off a subject is, in sentences a person reads."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tests.strategies import BY_KEY, INCIDENTS_TYPE, SECTOR_TYPE, TITLES_TYPE, WORDS
from zhinan.language import tree
from zhinan.language.check import check
from zhinan.language.explain import Gap, Reason, because, gap, missing, prepare, reason, show_gap, show_need, show_value, trace
from zhinan.language.types import BOOL, DATE, MONEY_TYPE, NUMBER, POINTS, REGION, TREE, count_of
from zhinan.values.text import Text

WAN = 1_000_000  # fen
INCIDENTS = ({"closed": True, "date": date(2025, 6, 1)}, {"closed": False, "date": date(2020, 6, 1)})


def facts_of(**facts: object) -> dict:
    return {key.replace("__", "."): value for key, value in facts.items()}


# How far off.


@pytest.mark.parametrize(
    ("text", "facts", "zh", "en"),
    [
        (
            "申报单位.上年营业收入 < 2000万元",
            {"applicant__revenue": 2600 * WAN},
            "上年营业收入 2600万元，应低于 2000万元，超出 600万元",
            "revenue 26 000 000 CNY, should be below 20 000 000 CNY, 6 000 000 CNY over",
        ),
        (
            "申报单位.上年营业收入 < 2000万元",
            {"applicant__revenue": 2000 * WAN},
            "上年营业收入 2000万元，应低于 2000万元（不含本数）",
            "revenue 20 000 000 CNY, should be below 20 000 000 CNY (the limit itself is excluded)",
        ),
        (
            "10人 ≤ 申报单位.研发人数",
            {"applicant__researchers": 9},
            "研发人数 9人，应不低于 10人，还差 1人",
            "researchers 9 people, should be at least 10 people, 1 person short",
        ),
        (
            "申报单位.上年营业收入 > 项目.总研发投入",
            {"applicant__revenue": WAN, "project__spending": 3 * WAN},
            "上年营业收入 1万元，应超过 3万元，还差 2万元",
            "revenue 10 000 CNY, should be above 30 000 CNY, 20 000 CNY short",
        ),
        (
            "占比(项目.自筹经费, 项目.总研发投入) ≥ 70%",
            {"project__own_funds": 1, "project__spending": 2},
            "项目.自筹经费 ÷ 项目.总研发投入 50%，应不低于 70%，还差 20个百分点",
            "project.own_funds / project.spending 50%, should be at least 70%, 20 percentage points short",
        ),
        (
            "3 + 4 ≥ 申报单位.研发强度",
            {"applicant__rnd_ratio": 9},
            "研发强度 9，应不超过 7，超出 2",
            "rnd ratio 9, should be at most 7, 2 over",
        ),
        (
            "项目负责人.出生日期 ≥ 1986-12-31",
            {"leader__birth": date(1986, 12, 1)},
            "出生日期 1986-12-01，应不早于 1986-12-31，早了 30天",
            "birth 1986-12-01, should be no earlier than 1986-12-31, 30 days too early",
        ),
        (
            "项目负责人.出生日期 < 1986-12-31",
            {"leader__birth": date(1987, 1, 1)},
            "出生日期 1987-01-01，应早于 1986-12-31，晚了 1天",
            "birth 1987-01-01, should be before 1986-12-31, 1 day too late",
        ),
        (
            "年龄(项目负责人.出生日期, 2026-12-31) ≤ 40岁",
            {"leader__birth": date(1980, 1, 1)},
            "年龄(项目负责人.出生日期, 2026-12-31) 46岁，应不超过 40岁，超出 6岁",
            "age(leader.birth, 2026-12-31) 46 years old, should be at most 40 years old, 6 years over",
        ),
        ("申报单位.独立法人", {"applicant__legal": False}, "独立法人 否，应为 是", "legal no, should be yes"),
        ("非 申报单位.已上市", {"applicant__listed": True}, "已上市 是，应为 否", "listed yes, should be no"),
        (
            "申报单位.行业门类 = 工业",
            {"applicant__sector": "service"},
            "行业门类 服务业，应为 工业",
            "sector service, should be industry",
        ),
        (
            "申报单位.行业门类 ≠ 工业",
            {"applicant__sector": "industry"},
            "行业门类 工业，应不为 工业",
            "sector industry, should not be industry",
        ),
        (
            "申报单位.行业门类 属于 {工业, 农业}",
            {"applicant__sector": "service"},
            "行业门类 服务业，应属于 工业 或 农业",
            "sector service, should be in industry or agriculture",
        ),
        (
            "申报单位.所在地 不属于 {宁夏, 陕西省}",
            {"applicant__region": "640104"},
            "所在地 兴庆区，应不属于 宁夏回族自治区、陕西省",
            "region 兴庆区, should not be in 宁夏回族自治区, 陕西省",
        ),
        (
            '项目.支持方向 属于 {"A.1"}',
            {"project__direction": "B"},
            "支持方向 B，应属于 A.1",
            "direction B, should be in A.1",
        ),
        (
            "申报单位.资质 包含 高新技术企业",
            {"applicant__titles": frozenset()},
            "资质 无，应包含 高新技术企业",
            "titles none, should include high-tech enterprise",
        ),
        (
            '申报单位.资质 包含全部 {高新技术企业, "日期"}',
            {"applicant__titles": frozenset({"date", "small"})},
            "资质 日期、小微（2024），应包含 高新技术企业、日期",
            "titles date, small or micro, should include high-tech enterprise, date",
        ),
        (
            '非 申报单位.资质 包含任一 {高新技术企业, "日期"}',
            {"applicant__titles": frozenset({"date"})},
            "资质 日期，应不包含 高新技术企业、日期",
            "titles date, should not include high-tech enterprise, date",
        ),
        (
            '非 申报单位.资质 包含全部 {"日期"}',
            {"applicant__titles": frozenset({"date"})},
            "资质 日期，应不同时包含 日期",
            "titles date, should not include all of date",
        ),
        (
            "计数(申报单位.重大事故, 已结案) = 0",
            {"applicant__incidents": INCIDENTS},
            "计数(申报单位.重大事故, 已结案) 1起，应为 0起",
            "count(applicant.incidents, closed) 1 event, should be 0 events",
        ),
        (
            "计数(申报单位.重大事故) ≤ 1",
            {"applicant__incidents": INCIDENTS},
            "计数(申报单位.重大事故) 2起，应不超过 1起，超出 1起",
            "count(applicant.incidents) 2 events, should be at most 1 event, 1 event over",
        ),
        (
            "计数(申报单位.重大事故, 已结案) ≥ 3",
            {"applicant__incidents": ({"closed": True}, {})},
            "计数(申报单位.重大事故, 已结案) 2起，应不低于 3起，还差 1起",
            "count(applicant.incidents, closed) 2 events, should be at least 3 events, 1 event short",
        ),
        (
            "存在(申报单位.重大事故, 类别 = 工业)",
            {"applicant__incidents": ()},
            "计数(申报单位.重大事故, 类别 = 工业) 0起，应不低于 1起，还差 1起",
            "count(applicant.incidents, kind = industry) 0 events, should be at least 1 event, 1 event short",
        ),
        (
            "全部(申报单位.重大事故, 已结案)",
            {"applicant__incidents": INCIDENTS},
            "计数(申报单位.重大事故, 非 已结案) 1起，应不超过 0起，超出 1起",
            "count(applicant.incidents, not closed) 1 event, should be at most 0 events, 1 event over",
        ),
        (
            "若(申报单位.独立法人, 申报单位.所在地, 项目.实施地) 属于 {银川市}",
            {"applicant__legal": True, "applicant__region": "640200"},
            "若(申报单位.独立法人, 申报单位.所在地, 项目.实施地) 石嘴山市，应属于 银川市",
            "if(applicant.legal, applicant.region, project.region) 石嘴山市, should be in 银川市",
        ),
    ],
)
def test_a_gap_reads_as_a_sentence(text: str, facts: dict, zh: str, en: str) -> None:
    found = gap(prepare(check(text, WORDS)), facts_of(**facts))

    assert found is not None
    assert (show_gap(found, BY_KEY), show_gap(found, BY_KEY, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("申报单位.从业人数 ≤ 3", {"applicant__staff": 3}),
        ("申报单位.从业人数 ≤ 3", {}),
        ("3 > 5", {}),
        ("否", {}),
        ("存在(申报单位.重大事故, 否)", {}),
        ("若(申报单位.独立法人, 否, 是)", {"applicant__legal": True}),
        ("申报单位.独立法人 且 否", {}),
    ],
)
def test_what_holds_or_is_open_or_has_no_measure_has_no_gap(text: str, facts: dict) -> None:
    assert gap(prepare(check(text, WORDS)), facts_of(**facts)) is None


def test_of_several_failures_the_first_is_measured() -> None:
    step = prepare(check("申报单位.独立法人 且 申报单位.从业人数 ≤ 3 且 申报单位.研发人数 ≥ 9", WORDS))

    found = gap(step, facts_of(applicant__legal=True, applicant__staff=5, applicant__researchers=1))

    people = count_of("人")
    assert found == Gap("applicant.staff", people, 5, "≤", 3, 2, people)


def test_of_several_ways_the_one_with_the_fewest_failures_is_measured() -> None:
    far = "申报单位.独立法人 且 申报单位.已上市 且 申报单位.从业人数 ≤ 3"
    near = "申报单位.从业人数 ≥ 3 且 申报单位.研发人数 ≥ 9 且 (申报单位.已上市 或 项目.已获立项)"
    no = dict.fromkeys(("applicant__legal", "applicant__listed", "project__funded"), False)
    facts = facts_of(**no, applicant__staff=5, applicant__researchers=1)

    found = gap(prepare(check(f"{far} 或 {near}", WORDS)), facts)

    assert found is not None
    assert found.fact == "applicant.researchers"


def test_when_the_nearest_way_has_no_measure_the_next_is_measured() -> None:
    found = gap(prepare(check("否 或 申报单位.从业人数 ≤ 3", WORDS)), facts_of(applicant__staff=5))

    assert found is not None
    assert found.fact == "applicant.staff"


@pytest.mark.parametrize(
    ("text", "facts", "zh", "en"),
    [
        ("申报单位.上年营业收入 < 2000万元", {"applicant__revenue": 2600 * WAN}, "< 2000万元", "< 20 000 000 CNY"),
        ("申报单位.从业人数 ≥ 3", {"applicant__staff": 1}, "≥ 3人", ">= 3 people"),
        ("申报单位.独立法人", {"applicant__legal": False}, "= 是", "= yes"),
        ("申报单位.行业门类 属于 {工业, 农业}", {"applicant__sector": "service"},
         "属于 工业 或 农业", "in industry or agriculture"),
        ("非 申报单位.资质 包含 高新技术企业", {"applicant__titles": frozenset({"high-tech"})},
         "不包含 高新技术企业", "has none of high-tech enterprise"),
    ],
)  # fmt: skip
def test_what_is_needed_is_said_briefly(text: str, facts: dict, zh: str, en: str) -> None:
    found = gap(prepare(check(text, WORDS)), facts_of(**facts))

    assert found is not None
    assert (show_need(found), show_need(found, "en")) == (zh, en)


# What decided, and what is missing.


@pytest.mark.parametrize(
    ("text", "facts", "decided", "open_"),
    [
        ("申报单位.独立法人 且 申报单位.已上市", {"applicant__legal": False}, ("applicant.legal",), ()),
        ("申报单位.独立法人 且 申报单位.已上市", {"applicant__legal": True}, ("applicant.legal",), ("applicant.listed",)),
        ("申报单位.独立法人 或 申报单位.已上市", {"applicant__legal": True}, ("applicant.legal",), ()),
        ("若(申报单位.独立法人, 申报单位.已上市, 项目.已获立项)", {"applicant__legal": True},
         ("applicant.legal",), ("applicant.listed",)),
        ("若(申报单位.独立法人, 申报单位.已上市, 项目.已获立项)", {"applicant__legal": False},
         ("applicant.legal",), ("project.funded",)),
        ("若(申报单位.独立法人, 3, 3) = 3", {}, (), ()),
        ("项目.自筹经费 ÷ 项目.总研发投入 ≥ 3%", {"project__own_funds": 5}, ("project.own_funds",), ("project.spending",)),
        ("项目.自筹经费 ÷ 项目.总研发投入 ≥ 3%", {"project__own_funds": 5, "project__spending": 0},
         ("project.own_funds", "project.spending"), ("project.own_funds", "project.spending")),
        ("计数(申报单位.重大事故, 已结案) = 0", {"applicant__incidents": ({},)}, (), ("applicant.incidents",)),
        ("计数(申报单位.重大事故, 日期 ≥ 申报日) = 0", {"applicant__incidents": ({"date": date(2026, 1, 1)},)},
         ("applicant.incidents",), ("application_day",)),
        ("计数(申报单位.重大事故, 日期 ≥ 申报日) = 0", {"applicant__incidents": ({},)},
         ("applicant.incidents",), ("applicant.incidents", "application_day")),
        ("非 若(申报单位.独立法人, 申报单位.所在地, 项目.实施地) 属于 {银川市}", {"applicant__legal": True},
         ("applicant.legal",), ("applicant.region",)),
    ],
)  # fmt: skip
def test_what_decided_and_what_is_missing(text: str, facts: dict, decided: tuple, open_: tuple) -> None:
    step, known = prepare(check(text, WORDS)), facts_of(**facts)

    assert (because(step, known), missing(step, known)) == (decided, open_)
    assert trace(step, known) == (step.value(known), decided, open_)


def test_reasons_carry_the_clauses_of_the_parts() -> None:
    legal, staff = check("申报单位.独立法人", WORDS), check("申报单位.从业人数 ≤ 3", WORDS)
    says = Text("人数不多", "few people")
    node = tree.All((legal, tree.Cited(staff, "九(一)2", says)))

    found = reason(prepare(node), facts_of(applicant__legal=True, applicant__staff=5))

    assert found == Reason(
        node,
        False,
        ("applicant.staff",),
        "",
        None,
        (
            Reason(legal, True, ("applicant.legal",), "", None, ()),
            Reason(staff, False, ("applicant.staff",), "九(一)2", says, ()),
        ),
    )


# Values.


@pytest.mark.parametrize(
    ("value", "of", "zh", "en"),
    [
        (None, MONEY_TYPE, "未知", "unknown"),
        (True, BOOL, "是", "yes"),
        (False, BOOL, "否", "no"),
        (date(2026, 3, 1), DATE, "2026-03-01", "2026-03-01"),
        (Fraction(1, 3), NUMBER, "33.33%", "33.33%"),
        (Fraction(35, 100), NUMBER, "35%", "35%"),
        (3, NUMBER, "3", "3"),
        (Fraction(165, 2), POINTS, "82.5分", "82.5 points"),
        (1, count_of("人"), "1人", "1 person"),
        ("industry", SECTOR_TYPE, "工业", "industry"),
        ("forestry", SECTOR_TYPE, "forestry", "forestry"),
        (frozenset({"small", "high-tech"}), TITLES_TYPE, "高新技术企业、小微（2024）", "high-tech enterprise, small or micro"),
        (frozenset({"unheard-of"}), TITLES_TYPE, "unheard-of", "unheard-of"),
        (frozenset(), TITLES_TYPE, "无", "none"),
        (("industry", "service"), SECTOR_TYPE, "工业、服务业", "industry, service"),
        ("640100", REGION, "银川市", "银川市"),
        ("xx", REGION, "xx", "xx"),
        ("A.1", TREE, "A.1", "A.1"),
        (INCIDENTS, INCIDENTS_TYPE, "2起", "2 events"),
        ((), INCIDENTS_TYPE, "0起", "0 events"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_people_read_it(value, of, zh: str, en: str) -> None:
    assert (show_value(value, of), show_value(value, of, "en")) == (zh, en)
