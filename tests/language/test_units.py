"""Units, exact amounts, ages and periods: where a guide is lost or won by one day or one fen."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import MONTHS_TYPE, WORDS
from zhinan.language.check import check
from zhinan.language.evaluate import evaluate
from zhinan.language.types import AGE_TYPE, DATE, MONEY_TYPE, NUMBER, YEARS_TYPE, Type, count_of
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

WAN = 1_000_000  # fen


def value_of(text: str, expected: Type | None = None, **facts: object) -> object:
    """The value of an expression; `applicant__staff=3` says the fact applicant.staff."""
    return evaluate(check(text, WORDS, expected=expected), {key.replace("__", "."): value for key, value in facts.items()})


def refusal_of(text: str) -> tuple[str, Text]:
    """The code and the mend of the one problem of an expression."""
    with pytest.raises(BadInput) as bad:
        check(text, WORDS)
    (problem,) = bad.value.problems
    return problem.code, problem.mend


# What must agree.


def test_years_are_not_months_and_the_mend_is_the_figure_in_months() -> None:
    assert refusal_of("项目.实施周期 ≤ 2年") == ("unit-mismatch", Text("写成 24个月", "write 24 months"))


def test_years_may_be_turned_into_months() -> None:
    assert value_of("项目.实施周期 ≤ 月数(2年)", project__duration=24) is True
    assert value_of("月数(2年)", MONTHS_TYPE) == 24
    assert value_of("月数(申报单位.经营年限)", applicant__experience=Fraction(5, 2)) == 30


def test_a_year_and_a_half_is_eighteen_months() -> None:
    assert value_of("月数(1.5年) = 18个月") is True


@pytest.mark.parametrize("text", ["项目.总研发投入 + 申报单位.从业人数 > 3元", "申报单位.从业人数 - 项目.总研发投入 > 3人"])
def test_money_and_people_do_not_add(text: str) -> None:
    assert refusal_of(text)[0] == "cannot-combine"


def test_people_are_not_items() -> None:
    assert refusal_of("申报单位.从业人数 ≥ 3项")[0] == "unit-mismatch"
    assert refusal_of("申报单位.从业人数 = 申报单位.专利数")[0] == "unit-mismatch"


def test_a_bare_whole_number_stands_for_a_count_on_either_side() -> None:
    assert (
        check("申报单位.从业人数 ≥ 3", WORDS) == check("申报单位.从业人数 ≥ 3人", WORDS) == check("3 ≤ 申报单位.从业人数", WORDS)
    )
    assert check("3", WORDS, expected=count_of("人")) == check("3人", WORDS, expected=None)


def test_years_of_age_may_be_written_as_years() -> None:
    assert check("项目负责人.周岁 ≤ 40年", WORDS) == check("项目负责人.周岁 ≤ 40岁", WORDS)


# Exact figures.


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("35%", Fraction(35, 100)),
        ("100%", 1),
        ("0.1%", Fraction(1, 1000)),
        ("33.3%", Fraction(333, 1000)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1 ÷ 3 × 3", 1),
        ("10% × 3", Fraction(3, 10)),
        ("１０％ × ３", Fraction(3, 10)),
    ],
)
def test_ratios_are_exact(text: str, value: Fraction) -> None:
    assert value_of(text, NUMBER) == value


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert value_of("0.1 + 0.2 = 0.3") is True
    assert value_of("0.1元 + 0.2元 = 0.3元") is True


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1500万元", 1500 * WAN),
        ("1.5亿元", 15_000 * WAN),
        ("20 000 000 CNY", 2000 * WAN),
        ("0.05元", 5),
        ("20% × 0.05元", 1),
        ("30% × 0.05元", Fraction(3, 2)),
        ("较小(30% × 1000万元, 50万元)", 50 * WAN),
        ("2人 × 1.5万元", 3 * WAN),
        ("3万元 ÷ 2人", 3 * WAN // 2),
        ("-5万元", -5 * WAN),
    ],
)
def test_money_is_exact_to_the_fen_and_beyond(text: str, fen: int | Fraction) -> None:
    assert value_of(text, MONEY_TYPE) == fen


@given(st.sampled_from([5, 10, 15, 20, 30, 40, 70]), st.integers(1, 10**13))
def test_a_share_exactly_at_the_limit_meets_it(percent: int, whole: int) -> None:
    part = Fraction(percent * whole, 100)
    facts = {"project__own_funds": part, "project__spending": whole}

    assert value_of(f"占比(项目.自筹经费, 项目.总研发投入) ≥ {percent}%", **facts) is True
    assert value_of(f"项目.自筹经费 ≥ {percent}% × 项目.总研发投入", **facts) is True
    assert value_of(f"项目.自筹经费 < {percent}% × 项目.总研发投入", **facts) is False


@given(st.sampled_from([5, 10, 15, 20, 30, 40, 70]), st.integers(1, 10**11))
def test_one_fen_below_the_limit_misses_it(percent: int, hundred: int) -> None:
    facts = {"project__own_funds": percent * hundred - 1, "project__spending": 100 * hundred}

    assert value_of(f"占比(项目.自筹经费, 项目.总研发投入) ≥ {percent}%", **facts) is False


def test_a_share_of_nothing_is_unknown() -> None:
    assert value_of("占比(项目.自筹经费, 项目.总研发投入) ≥ 10%", project__own_funds=5, project__spending=0) is None


# Ages and years.

AT_MOST_40 = "年龄(项目负责人.出生日期, 2026-12-31) ≤ 40岁"


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (date(1986, 12, 31), 40),
        (date(1986, 12, 30), 40),
        (date(1985, 12, 31), 41),
        (date(1986, 1, 1), 40),
        (date(1985, 12, 30), 41),
        (date(1987, 1, 1), 39),
        (date(1984, 2, 29), 42),
    ],
)
def test_a_birthday_completes_the_year_of_age(birth: date, age: int) -> None:
    assert value_of("年龄(项目负责人.出生日期, 2026-12-31)", AGE_TYPE, leader__birth=birth) == age
    assert value_of(AT_MOST_40, leader__birth=birth) is (age <= 40)


@pytest.mark.parametrize(
    ("day", "age"),
    [("2026-02-28", 37), ("2026-03-01", 38), ("2028-02-28", 39), ("2028-02-29", 40), ("2028-03-01", 40)],
)
def test_who_was_born_on_the_29th_of_february_is_older_on_the_1st_of_march(day: str, age: int) -> None:
    assert value_of(f"年龄(项目负责人.出生日期, {day})", AGE_TYPE, leader__birth=date(1988, 2, 29)) == age


def test_years_are_full_years() -> None:
    facts = {"applicant__registered": date(2023, 3, 2)}

    assert value_of("周年(申报单位.注册日期, 2026-03-01)", YEARS_TYPE, **facts) == 2
    assert value_of("周年(申报单位.注册日期, 2026-03-02)", YEARS_TYPE, **facts) == 3


# Days moved, and days that are recent.


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29 + 1年", date(2025, 2, 28)),
        ("2024-02-29 - 4年", date(2020, 2, 29)),
        ("2026-03-31 - 1个月", date(2026, 2, 28)),
        ("2026-01-31 + 1个月", date(2026, 2, 28)),
        ("2026-03-01 - 30天", date(2026, 1, 30)),
        ("2026-03-01 - 1.5年", date(2024, 9, 1)),
        ("2026-03-01 + 1.5天", date(2026, 3, 2)),
        ("0001-01-01 - 1天", date.min),
        ("9999-12-31 + 1年", date.max),
        ("2026-03-01 + 99999999999年", date.max),
        ("2026-03-01 - 99999999999天", date.min),
        ("较大(2026-03-01, 2025-03-01)", date(2026, 3, 1)),
    ],
)
def test_a_day_is_moved_by_calendar_months_and_stays_in_the_calendar(text: str, day: date) -> None:
    assert value_of(text, DATE) == day


def test_days_between_are_counted() -> None:
    assert value_of("2026-03-01 - 2026-02-01 = 28天") is True


@pytest.mark.parametrize(
    ("day", "recent"),
    [
        (date(2025, 2, 28), False),
        (date(2025, 3, 1), True),
        (date(2026, 3, 1), True),
        (date(2026, 3, 2), False),
    ],
)
def test_recent_holds_both_ends_and_nothing_of_the_future(day: date, recent: bool) -> None:
    facts = {"applicant__registered": day, "application_day": date(2026, 3, 1)}

    assert value_of("近(申报单位.注册日期, 1年)", **facts) is recent
    assert value_of("近(申报单位.注册日期, 12个月)", **facts) is recent
    assert value_of("近(申报单位.注册日期, 365天, 2026-03-01)", **facts) is recent


def test_recent_is_unknown_without_the_day_of_application_unless_it_is_settled() -> None:
    assert value_of("近(申报单位.注册日期, 1年)", applicant__registered=date(2025, 3, 1)) is None


# Words of the grammar in English.


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("applicant.sector in {industry, service}", "申报单位.行业门类 属于 {工业, 服务业}"),
        ("applicant.sector not in {industry}", "申报单位.行业门类 不属于 {工业}"),
        ("applicant.sector not_in [industry]", "申报单位.行业门类 不属于 {工业}"),
        ('applicant.titles has "high-tech"', "申报单位.资质 包含 高新技术企业"),
        ("NOT applicant.legal OR applicant.staff => 3", "非 申报单位.独立法人 或 申报单位.从业人数 ≥ 3人"),
        ("applicant.legal == no and 1 person <> applicant.staff", "非 申报单位.独立法人 且 申报单位.从业人数 ≠ 1人"),
        ("applicant.experience >= 1 year", "申报单位.经营年限 ≥ 1年"),
        ("leader.age <= 40 years old", "项目负责人.周岁 ≤ 40岁"),
        ('application.note = “a "b" c”', '申报.备注 = “a "b" c”'),
        ("if(applicant.legal, applicant.region, 银川市) = 宁夏", "若(申报单位.独立法人, 申报单位.所在地, 银川市) 属于 {宁夏}"),
    ],
)
def test_english_says_the_same(english: str, chinese: str) -> None:
    assert check(english, WORDS) == check(chinese, WORDS)


# What equals what.


def test_a_region_equals_what_it_lies_in() -> None:
    assert check("申报单位.所在地 = 宁夏", WORDS) == check("申报单位.所在地 属于 {宁夏}", WORDS)
    assert check("银川市 ≠ 申报单位.所在地", WORDS) == check("申报单位.所在地 不属于 {银川市}", WORDS)


def test_a_truth_compared_with_yes_is_itself() -> None:
    assert check("申报单位.独立法人 = 是", WORDS) == check("申报单位.独立法人", WORDS)
    assert check("否 = 申报单位.独立法人", WORDS) == check("非 申报单位.独立法人", WORDS)
    assert check("是 = 否", WORDS) == check("否", WORDS)


@given(st.none() | st.booleans(), st.none() | st.booleans())
def test_two_truths_are_equal_when_both_are_known_and_alike(left: bool | None, right: bool | None) -> None:
    facts = {"applicant__legal": left, "applicant__listed": right}
    alike = None if left is None or right is None else left == right

    assert value_of("申报单位.独立法人 = 申报单位.已上市", **facts) is alike
    assert value_of("申报单位.独立法人 ≠ 申报单位.已上市", **facts) is (None if alike is None else not alike)


def test_a_node_of_the_tree_holds_what_lies_under_it_and_nothing_that_only_begins_alike() -> None:
    text = '项目.支持方向 属于 {"A.1"}'

    assert [value_of(text, project__direction=node) for node in ("A", "A.1", "A.1.1", "A.10")] == [False, True, True, False]


# Lists.


def test_a_list_is_asked_with_its_own_fields() -> None:
    incidents = ({"kind": "industry", "date": date(2025, 6, 1)}, {"kind": "service", "date": date(2020, 6, 1)}, {})
    facts = {"applicant__incidents": incidents, "application_day": date(2026, 3, 1)}

    assert value_of("计数(申报单位.重大事故) = 3起", **facts) is True
    assert value_of("计数(申报单位.重大事故, 类别 = 工业)", **facts) is None
    assert value_of("计数(申报单位.重大事故, 类别 = 工业) ≥ 1", **facts) is True
    assert value_of("1 ≤ 计数(申报单位.重大事故, 类别 = 工业)", **facts) is True
    assert value_of("存在(申报单位.重大事故, 近(日期, 1年))", **facts) is True
    assert value_of("全部(申报单位.重大事故, 日期 < 2021-01-01)", **facts) is False
    assert value_of("合计(申报单位.重大事故, 罚款)", **facts) is None


def test_a_sum_leaves_out_what_does_not_count() -> None:
    partners = ({"funds": 5, "lead": True}, {"funds": 7, "lead": False}, {"lead": False})

    assert value_of("合计(项目.参与单位, 承担经费, 牵头)", project__partners=partners) == 5
    assert value_of("合计(项目.参与单位, 承担经费)", project__partners=()) == 0
    assert value_of("合计(项目.参与单位, 承担经费)", project__partners=partners) is None


def test_a_list_past_any_register_is_unknown() -> None:
    assert value_of("计数(申报单位.重大事故) > 0", applicant__incidents=({},) * 100_001) is None
