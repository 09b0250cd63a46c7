"""A subject as a person writes it: vocabulary words, quantities with units, lists; every problem with its line."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.making import facts_of, subject, told
from zhinan.language.types import NUMBER, POINTS, Kind, Type
from zhinan.policy.subject import Subject, read_subject
from zhinan.policy.vocabulary import FactWord, base_vocabulary
from zhinan.policy.written import read_value
from zhinan.policy.yaml_source import MAX_PROBLEMS
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

VOCABULARY = base_vocabulary()

# ─── what may be written ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "written",
    [
        "申报单位: {从业人数: 120人}",
        "applicant: {staff: 120 people}",
        "申报单位: {staff: 120}",
        "applicant: {从业人数: 120名}",
        "申报单位.从业人数: １２０人",
        "applicant.staff: 120 位",
        "申报单位: {从业人数: {value: 120人}}",
    ],
)
def test_a_fact_may_be_written_by_either_name_nested_or_dotted(written: str) -> None:
    assert facts_of(written) == {"applicant.staff": 120}


YUAN = 100
VALUES = {
    "money in 万元": ("申报单位.上年营业收入: 1500万元", 15_000_000 * YUAN),
    "money in 亿": ("申报单位.上年营业收入: 1.5亿", 150_000_000 * YUAN),
    "money in 万": ("申报单位.上年营业收入: 1,500万", 15_000_000 * YUAN),
    "money in English": ("申报单位.上年营业收入: 15 000 000 CNY", 15_000_000 * YUAN),
    "money to the fen": ("申报单位.上年营业收入: 0.01元", 1),
    "money below a fen": ("申报单位.上年营业收入: 0.001元", Fraction(1, 10)),
    "a loss": ("申报单位.上年营业收入: -3万元", -30_000 * YUAN),
    "years for months": ("项目.实施周期: 2年", 24),
    "half years for months": ("项目.实施周期: 1.5年", 18),
    "months": ("项目.实施周期: 18个月", 18),
    "months for years": ("申报单位.研发投入连续未降年数: 18个月", Fraction(3, 2)),
    "a day": ("申报单位.注册日期: 2020年2月29日", date(2020, 2, 29)),
    "a truth": ("申报单位.独立法人: 是", True),
    "a truth in English": ("申报单位.独立法人: No", False),
    "none for a truth": ("申报单位.独立法人: 无", False),
    "a choice by name": ("申报单位.行业门类: 工业", "industry"),
    "a choice by key": ("申报单位.行业门类: industry", "industry"),
    "a set in one text": ("申报单位.资质: 高新技术企业、科技型中小企业", frozenset({"high_tech_enterprise", "tech_sme"})),
    "a set with commas": ("申报单位.资质: 高新技术企业, 科技型中小企业，", frozenset({"high_tech_enterprise", "tech_sme"})),
    "a set as a list": ("申报单位.资质: [高新技术企业, 科技型中小企业]", frozenset({"high_tech_enterprise", "tech_sme"})),
    "a set of one": ("申报单位.资质: 高新技术企业", frozenset({"high_tech_enterprise"})),
    "an empty set": ("申报单位.资质: 无", frozenset()),
    "an empty list": ("申报单位.资质: []", frozenset()),
    "a region by name": ("申报单位.注册地: 宁夏回族自治区银川市", "640100"),
    "a region by code": ("申报单位.注册地: '640104'", "640104"),
    "a credit code": ("申报单位.统一社会信用代码: 9111 0000 6000 3734 1l", "91110000600037341L"),
    "a direction": ("项目.支持方向: D-YC01.2.1", "D-YC01.2.1"),
    "a text": ("申报单位.名称: 无 锡 厂", "无 锡 厂"),
    "no records": ("申报单位.重大事故: 无", ()),
    "no records, as a list": ("申报单位.重大事故: []", ()),
    "records": (
        "申报单位.重大事故: [{日期: 2025-03-01, 类别: 安全}, {date: 2024-1-2, 类别: 未知}]",
        ({"date": date(2025, 3, 1), "kind": "safety"}, {"date": date(2024, 1, 2)}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", VALUES)
def test_values_are_read_as_people_write_them(case: str) -> None:
    text, value = VALUES[case]
    assert list(facts_of(text).values()) == [value]


@pytest.mark.parametrize("word", ["未知", "不详", "unknown", "null", "~", '"?"', '""', "' 未知 '", "{value: 未知, source: 本人}"])
@pytest.mark.parametrize(
    "name", ["从业人数", "上年营业收入", "独立法人", "行业门类", "资质", "重大事故", "注册地", "注册日期", "名称"]
)
def test_an_unknown_fact_is_left_out(name: str, word: str) -> None:
    assert facts_of(f"申报单位: {{{name}: {word}}}") == {}


def test_a_set_with_an_unknown_member_is_unknown() -> None:
    assert facts_of("申报单位.资质: [高新技术企业, 未知]") == {}


def test_a_root_without_facts_is_nothing() -> None:
    assert facts_of("申报单位: 未知\n项目:\n") == {}


def test_the_long_form_tells_the_source_and_the_day() -> None:
    text = """\
        申报单位:
          名称: {value: 宁夏某厂, source: 登记机关}
          从业人数: {value: 120人, source: 统计报表, on: 2026-01-31}
          重大事故: {value: [{类别: 安全}], source: register}
          独立法人: 是
    """
    assert subject(text) == (
        Subject(
            facts={
                "applicant.name": "宁夏某厂",
                "applicant.staff": 120,
                "applicant.incidents": ({"kind": "safety"},),
                "applicant.legal_person": True,
            },
            sources={
                "applicant.name": "登记机关",
                "applicant.staff": "统计报表",
                "applicant.incidents": "register",
                "applicant.legal_person": "declared",
            },
            observed={"applicant.staff": date(2026, 1, 31)},
            name="宁夏某厂",
        ),
        [],
    )


def test_a_person_gives_the_subject_its_name_where_no_unit_does() -> None:
    assert subject("项目负责人: {姓名: 某甲}")[0].name == "某甲"


CHOICES = [(choice, member) for choice in VOCABULARY.choices.values() for member in choice.members]


@pytest.mark.parametrize("kind", [Kind.CHOICE, Kind.SET])
def test_every_member_of_every_list_can_be_written_by_each_of_its_names(kind: Kind) -> None:
    for choice, member in CHOICES:
        for word in (member.key, member.name.zh, member.name.en):
            value = read_value(word, Type(kind, choice=choice), label=Text("", ""))
            assert value == (member.key if kind is Kind.CHOICE else frozenset({member.key}))


# ─── what is refused ────────────────────────────────────────────────────────────────────────────

MONEY = "写出单位，例如：1500万元、1.5亿元、3200元"
REFUSED = {
    "money without a unit": ("申报单位.上年营业收入: 1500", f"“上年营业收入”应是金额，却写成“1500” — {MONEY} [wrong-unit]"),
    "money in people": ("申报单位.上年营业收入: 1500人", f"“上年营业收入”应是金额，却写成“1500人” — {MONEY} [wrong-unit]"),
    "people in money": ("申报单位.从业人数: 120万元", "“从业人数”应是数量（人），却写成“120万元” — 例如：120人 [wrong-unit]"),
    "words for a number": ("申报单位.从业人数: 很多", "“从业人数”应是数量（人），却写成“很多” — 例如：120人 [wrong-unit]"),
    "days for months": ("项目.实施周期: 30天", "“实施周期”应是期限（个月），却写成“30天” — 例如：3个月 [wrong-unit]"),
    "a duration without a unit": ("项目.实施周期: 24", "“实施周期”应是期限（个月），却写成“24” — 例如：3个月 [wrong-unit]"),
    "no such day": ("申报单位.注册日期: 2026-02-29", "“2026-02-29”不是日期 — 日期写作 2026-02-28 [bad-date]"),
    "a month for a day": ("申报单位.注册日期: 2026-02", "“2026-02”不是日期 — 日期写作 2026-02-28 [bad-date]"),
    "no truth": ("申报单位.独立法人: 大概", "“独立法人”应是判断（是或否），却写成“大概” — 写 是 或 否 [wrong-unit]"),
    "no such choice": ("申报单位.资质: 高新企业", "“资质”里没有“高新企业” — 最接近的：高新技术企业"),
    "no such region": ("申报单位.注册地: 银河市", "“行政区划”里没有“银河市” — 最接近的："),
    "a wrong credit code": (
        "申报单位.统一社会信用代码: '911100006000373410'",
        "“911100006000373410”不是有效的统一社会信用代码：",
    ),
    "a list for a text": ("申报单位.名称: [甲]", "这里应是文本 [wrong-shape]"),
    "a map for a number, which is the long form": ("申报单位.从业人数: {人: 1}", "不认识“人” — 可用：value、source、on [unknown-key]"),
    "a text for records": ("申报单位.重大事故: 一起", "这里应是“重大事故”的列表 — 没有记录就写“无” [wrong-shape]"),
    "a record that is no map": ("申报单位.重大事故: [安全]", "这里应是一组“键: 值” [wrong-shape]"),
    "an unknown field": ("申报单位.重大事故: [{日子: 2025-01-01}]", "没有“重大事故.日子”这个词 — 最接近的：日期"),
    "an unknown word": ("申报单位: {从业人员: 3人}", "没有“申报单位.从业人员”这个词 — 最接近的：从业人数 [unknown-fact]"),
    "an unknown root": ("申请单位: {从业人数: 3人}", "没有“申请单位”这个词 — 最接近的：申报单位"),
    "an unknown dotted word": ("applicant.staf: 3", "没有“applicant.staf”这个词 — 最接近的：applicant.staff"),
    "a text for a root": ("申报单位: 宁夏某厂", "这里应是一组“词: 值” [wrong-shape]"),
    "a list for a subject": ("- 申报单位", "这里应是一组“词: 值” — 例如：申报单位: {从业人数: 120人} [wrong-shape]"),
    "a wrong code in a record": ("项目.参与单位: [{信用代码: '1'}]", "“1”不是有效的统一社会信用代码："),
    "a number too large to be true": ("申报单位.从业人数: " + "9" * 90, "“从业人数”应是数量（人），却写成“" + "9" * 60 + "…”"),
    "a set in a set": ("申报单位.资质: [[高新技术企业], {甲: 乙}]", "这里应是多选（"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_meant_is_refused_with_the_mend(case: str) -> None:
    text, message = REFUSED[case]
    problems = subject(text)[1]
    assert problems[0].startswith(f"1: {message}")


def test_bare_numbers_are_counts_and_plain_ratios() -> None:
    counts = {fact.key: fact for fact in VOCABULARY.facts.values() if fact.word.type.kind is Kind.COUNT}
    assert facts_of(f"{next(iter(counts))}: 3") == {next(iter(counts)): 3}
    ratios = [fact.key for fact in VOCABULARY.facts.values() if fact.word.type == NUMBER]
    for key in ratios:
        assert facts_of(f"{key}: 35%") == facts_of(f"{key}: 0.35") == facts_of(f"{key}: ３５％") == {key: Fraction(7, 20)}
        assert subject(f"{key}: 35人")[1][0].startswith("1: ")
    for key in (fact.key for fact in VOCABULARY.facts.values() if fact.word.type == POINTS):
        assert facts_of(f"{key}: 7.5分") == facts_of(f"{key}: 7.5") == {key: Fraction(15, 2)}
        assert subject(f"{key}: 35%")[1][0].startswith("1: ")


def test_all_problems_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    text = """\
        申报单位:
          从业人数: 120
          上年营业收入: 1500
          staff: 121
          资质: 高新
          行业门类: 工
        applicant.legal_person: 是
        applicant:
          独立法人: 未知
        项目:
          参与单位:
            - {名称: 甲, name: 乙}
            - 信用代码:
                x
        项日: {}
    """
    (tmp_path / "s.yaml").write_text(dedent(text), encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_subject(tmp_path / "s.yaml", VOCABULARY)
    found = [line.removeprefix("s.yaml:") for line in told(bad.value.problems, tmp_path)]
    assert [line.partition(" — ")[0] for line in found] == [
        "3: “上年营业收入”应是金额，却写成“1500”",
        "4: “申报单位.从业人数”写了两次",
        "5: “资质”里没有“高新”",
        "6: “行业门类”里没有“工”",
        "9: “申报单位.独立法人”写了两次",
        "12: “参与单位.名称”写了两次",
        "14: “x”不是有效的统一社会信用代码：统一社会信用代码应为 18 位，这里有 1 位",
        "15: 没有“项日”这个词",
    ]


@pytest.mark.parametrize("first", ["未知", "很多", "{value: 未知}"])
def test_a_fact_given_twice_is_told_even_when_the_first_is_unknown_or_wrong(first: str) -> None:
    problems = subject(f"申报单位.从业人数: {first}\napplicant.staff: 3人\n")[1]
    assert problems[-1] == "2: “申报单位.从业人数”写了两次 — 保留一个 [fact-twice]"


def test_after_a_thousand_problems_the_rest_is_not_listed() -> None:
    problems = subject("".join(f"词{number}: 1\n" for number in range(3_000)))[1]
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1] == "1001: 问题超过 1000 个，其余的没有列出 — 先改前面的，再查一遍 [too-many-problems]"


# ─── files and laws ─────────────────────────────────────────────────────────────────────────────


def test_a_subject_is_read_from_a_file_in_gb18030(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_bytes("申报单位: {从业人数: 3人}".encode("gb18030"))
    assert read_subject(tmp_path / "s.yaml", VOCABULARY).facts == {"applicant.staff": 3}


def test_a_file_with_problems_gives_no_subject(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("# 申报单位\n申报单位: {从业人数: 3万元, 独立: 是}", encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_subject(tmp_path / "s.yaml", VOCABULARY)
    assert [line[:9] for line in told(bad.value.problems, tmp_path)] == ["s.yaml:2:"] * 2


@given(
    st.sampled_from(list(VOCABULARY.facts.values())),
    st.text(max_size=30) | st.text("0123456789.万亿元人年个月%-/、无是 ", max_size=12),
)
def test_any_text_is_a_value_unknown_or_refused(fact: FactWord, text: str) -> None:
    word = fact.word
    try:
        read_value(text, word.type, label=Text(word.zh, word.en), code=fact.code)
    except BadInput as bad:
        assert len(bad.problems) == 1


@given(st.integers(0, 10**12))
def test_money_is_read_exactly(fen: int) -> None:
    assert facts_of(f"申报单位.上年营业收入: {fen // 100}.{fen % 100:02}元") == {"applicant.revenue_last_year": fen}
