"""What the checker understands and what it refuses, beyond the messages and the laws."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.strategies import BY_KEY, INCIDENTS_TYPE, SECTOR, SECTOR_TYPE, TITLES_TYPE, WORDS
from zhinan.language import tree
from zhinan.language.check import Words, check, check_syntax
from zhinan.language.evaluate import lies_under
from zhinan.language.format import format_syntax, format_text, format_typed
from zhinan.language.nodes import Name, Quote, Unary
from zhinan.language.parse import parse
from zhinan.language.types import (
    BOOL,
    DATE,
    MONEY_TYPE,
    MONTHS_TYPE,
    REGION,
    TEXT,
    YEARS_TYPE,
    Choice,
    Kind,
    Member,
    Type,
    Word,
    count_of,
)
from zhinan.values.problem import BadInput
from zhinan.values.text import Text, same

PEOPLE = count_of("人")


def problems_of(text: str, words: Words = WORDS) -> list[tuple[str, str, str]]:
    """The code, the marked part and the mend of each problem."""
    with pytest.raises(BadInput) as bad:
        check(text, words)
    return [(each.code, text[each.span.start : each.span.end], each.mend.zh) for each in bad.value.problems if each.span]


# What is understood.


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("申报单位.独立法人", tree.Fact(BOOL, "applicant.legal")),
        ("申报单位.从业人数 ≥ 3", tree.Compare("≥", tree.Fact(PEOPLE, "applicant.staff"), tree.Constant(PEOPLE, 3))),
        ("工业 = 申报单位.行业门类", tree.Compare("=", tree.Fact(SECTOR_TYPE, "applicant.sector"), tree.Constant(SECTOR_TYPE, "industry"))),
        ('"甲" = 申报.子项', tree.Compare("=", tree.Fact(TEXT, "application.line"), tree.Constant(TEXT, "甲"))),
        ("申报单位.所在地 属于 {银川市, 640100}".replace("640100", '"640100"'), tree.Within(tree.Fact(REGION, "applicant.region"), ("640100",))),
        ("申报单位.资质 包含 \"no\"", tree.Has(tree.Fact(TITLES_TYPE, "applicant.titles"), "any", ("no",))),
        ("存在(申报单位.重大事故)", tree.Exists(tree.Fact(INCIDENTS_TYPE, "applicant.incidents"), tree.Constant(BOOL, True))),
        ("月数(2年) = 项目.实施周期", tree.Compare("=", tree.Fact(MONTHS_TYPE, "project.duration"), tree.Constant(MONTHS_TYPE, 24))),
        ("月数(申报单位.经营年限) = 项目.实施周期", tree.Compare(
            "=", tree.Scale(MONTHS_TYPE, tree.Fact(YEARS_TYPE, "applicant.experience"), 12), tree.Fact(MONTHS_TYPE, "project.duration"))),
        ("-项目.自筹经费 < 0元", tree.Compare(
            "<",
            tree.Arithmetic(MONEY_TYPE, "-", tree.Constant(MONEY_TYPE, 0), tree.Fact(MONEY_TYPE, "project.own_funds")),
            tree.Constant(MONEY_TYPE, 0))),
        ("申报日 = 申报单位.注册日期", tree.Compare("=", tree.Fact(DATE, "application_day"), tree.Fact(DATE, "applicant.registered"))),
    ],
)  # fmt: skip
def test_an_expression_means(text: str, node: tree.Typed) -> None:
    assert check(text, WORDS) == node


def test_nested_signs_of_one_kind_become_one() -> None:
    flat = check("申报单位.独立法人 且 申报单位.已上市 且 项目.已获立项", WORDS)

    assert check("申报单位.独立法人 且 (申报单位.已上市 且 项目.已获立项)", WORDS) == flat
    assert check("非 (非 申报单位.独立法人 或 非 (申报单位.已上市 且 项目.已获立项))", WORDS) == flat


def test_the_result_has_the_type_that_was_expected() -> None:
    assert check("3", WORDS, expected=PEOPLE) == tree.Constant(PEOPLE, 3)
    assert check("工业", WORDS, expected=SECTOR_TYPE) == tree.Constant(SECTOR_TYPE, "industry")
    assert check_syntax(parse("1.5"), WORDS, expected=None) == tree.Constant(Type(Kind.NUMBER), Fraction(3, 2))


def test_a_field_is_found_before_a_word_of_the_same_name() -> None:
    words = Words.of([*BY_KEY.values(), Word("closed", "已结案", "closed", BOOL)])

    assert check("已结案 且 存在(申报单位.重大事故, 已结案)", words) == tree.All(
        (
            tree.Fact(BOOL, "closed"),
            tree.Exists(tree.Fact(INCIDENTS_TYPE, "applicant.incidents"), tree.Field(BOOL, "closed")),
        )
    )


def test_each_branch_of_a_choice_helps_to_read_the_other() -> None:
    assert check("若(申报单位.独立法人, 工业, 申报单位.行业门类) = 工业", WORDS) == check(
        "工业 = 若(申报单位.独立法人, 工业, 申报单位.行业门类)", WORDS
    )


def test_the_key_of_a_member_is_never_taken_for_a_name() -> None:
    choice = Choice("c", same("c"), (Member("a", Text("甲", "b")), Member("b", Text("乙", "a"))))

    assert [choice.find(word) for word in ("a", "b", "甲", "乙", "丙")] == [*choice.members, *choice.members, None]
    assert SECTOR.by_key("service").name.zh == "服务业"


# What is refused.


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("较小(2年, 3个月) > 1年", [("unit-mismatch", "3个月", "把年换算成月再比：月数(…)")]),
        ("2年 ≥ 项目.实施周期", [("unit-mismatch", "2年", "写成 24个月")]),
        ("项目.实施周期 > 申报单位.经营年限", [("unit-mismatch", "申报单位.经营年限", "把年换算成月再比：月数(…)")]),
        ("1年 + 3个月 > 1年", [("unit-mismatch", "3个月", "把年换算成月再比：月数(…)")]),
        ("申报日 × 3 = 申报日", [("cannot-combine", "申报日 × 3", "金额、数量和期限可以乘除比例，金额可以乘除数量")]),
        ("申报日 ÷ 3 = 申报日", [("cannot-combine", "申报日 ÷ 3", "金额、数量和期限可以乘除比例，金额可以乘除数量")]),
        ("3 ÷ 项目.自筹经费 > 1", [("cannot-combine", "3 ÷ 项目.自筹经费", "金额、数量和期限可以乘除比例，金额可以乘除数量")]),
        ("申报单位.行业门类 属于 {3}", [("type-mismatch", "3", "例如：工业、服务业、农业")]),
        ("计数(申报单位.重大事故, 温度 = 1) = 0", [("unknown-word", "温度", "可用的词这样开头：申报日、申报单位、项目、参数、公示、项目负责人、申报")]),
        ("申报单位.独立法人 = 申报单位.从业人数", [("cannot-compare", "申报单位.独立法人 = 申报单位.从业人数", "两边不是同一类值，检查用的词")]),
        ("申报单位.行业门类 = 3", [("cannot-compare", "申报单位.行业门类 = 3", "例如：工业、服务业、农业")]),
        ("申报单位.资质 = 申报单位.资质", [("cannot-compare", "申报单位.资质 = 申报单位.资质", "多选用“包含”，如 申报单位.资质 包含 …")]),
        ("较小(申报单位.某某某某, 3) > 项目.某某某某", [
            ("unknown-word", "申报单位.某某某某", "可用的词这样开头：申报日、申报单位、项目、参数、公示、项目负责人、申报"),
            ("unknown-word", "项目.某某某某", "可用的词这样开头：申报日、申报单位、项目、参数、公示、项目负责人、申报"),
        ]),
        ("申报单位.某某某某 = 工业", [("unknown-word", "申报单位.某某某某", "可用的词这样开头：申报日、申报单位、项目、参数、公示、项目负责人、申报")]),
        ("若(申报单位.从业人数, 3, 申报日) > 1", [
            ("type-mismatch", "申报单位.从业人数", "例如：甲 ≥ 3人，或者 乙 = 是"),
        ]),
        ("合计(申报单位.重大事故, 日期, 罚款) > 1元", [("type-mismatch", "罚款", "例如：甲 ≥ 3人，或者 乙 = 是")]),
    ],
)  # fmt: skip
def test_a_mistake_is_marked_where_it_is(text: str, problems: list[tuple[str, str, str]]) -> None:
    assert problems_of(text) == problems


def test_a_tree_without_nodes_knows_none() -> None:
    assert problems_of('项目.支持方向 = "A"', Words.of(BY_KEY.values())) == [("unknown-node", '"A"', "最接近的：")]


def test_a_problem_shows_the_text_it_is_in() -> None:
    with pytest.raises(BadInput) as bad:
        check("申报单位.从业人", WORDS)

    assert [problem.source for problem in bad.value.problems] == ["申报单位.从业人"]


# Writing.


def test_a_text_is_brought_into_its_canonical_form() -> None:
    assert format_text('not(甲>=3人)and 乙 in ["丙",丁]') == '非 甲 ≥ 3人 且 乙 属于 {"丙", 丁}'
    assert format_text("甲 + 乙 × (丙 - 丁) ÷ -3 ≠ 戊", "en") == "甲 + 乙 * (丙 - 丁) / -3 != 戊"
    assert format_text("较小(甲, 2000万元)", "en") == "min(甲, 20 000 000 CNY)"
    assert format_text("未知函数()", "en") == "未知函数()"


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("月数(申报单位.经营年限) ≥ 24个月", "months(applicant.experience) >= 24 months"),
        ("周年(申报单位.注册日期, 申报日) ≥ 1年", "years(applicant.registered, application_day) >= 1 year"),
        ("年龄(项目负责人.出生日期, 申报日 + 1年) ≤ 40岁", "age(leader.birth, application_day + 1 year) <= 40 years old"),
        ("较大(-项目.自筹经费, 项目.总研发投入) > 0元", "max(-project.own_funds, project.spending) > 0 CNY"),
        ("全部(申报单位.重大事故, 是)", "every(applicant.incidents, yes)"),
        ("合计(项目.参与单位, 承担经费, 牵头) > 0元", "sum(project.partners, funds, lead) > 0 CNY"),
        ("计数(项目.参与单位, 拥有资质 包含任一 {高新技术企业, 日期}) = 1家",
         'count(project.partners, titles has_any {"high-tech", date}) = 1 unit'),
        ("存在(申报单位.重大事故, 类别 = 工业 且 地点 不属于 {宁夏回族自治区})",
         "exists(applicant.incidents, kind = industry and place not_in {宁夏回族自治区})"),
        ("申报单位.所在地 属于 {\"110101\"}", 'applicant.region in {"110101"}'),
        ("非 若(申报单位.独立法人, 申报单位.资质 包含 高新技术企业, 否)".replace("非 若(申报单位.独立法人, ", "若(申报单位.独立法人, 非 ").replace(", 否)", ", 是)"),
         'if(applicant.legal, not applicant.titles has "high-tech", yes)'),
        ("申报单位.研发强度 × 申报单位.研发强度 ≤ 12.5%", "applicant.rnd_ratio * applicant.rnd_ratio <= 12.5%"),
    ],
)  # fmt: skip
def test_a_condition_is_written_in_both_languages(text: str, english: str) -> None:
    node = check(text, WORDS)

    assert (format_typed(node, BY_KEY), format_typed(node, BY_KEY, "en")) == (text, english)
    assert check(english, WORDS) == node


def test_a_name_that_means_something_else_is_quoted() -> None:
    node = tree.Has(tree.Fact(TITLES_TYPE, "applicant.titles"), "all", ("high-tech", "no", "date", "small"))

    assert format_typed(node, BY_KEY) == '申报单位.资质 包含全部 {高新技术企业, "无 资质", 日期, "小微（2024）"}'
    assert format_typed(node, BY_KEY, "en") == 'applicant.titles has_all {"high-tech", "no", date, "small"}'.replace(
        '"small"', "small"
    )


def test_a_quote_is_printed_between_the_quotes_it_does_not_hold() -> None:
    assert [format_syntax(Quote(text)) for text in ("甲", '"', "“乙”", "＂")] == ['"甲"', '“"”', '"“乙”"', "“＂”"]


def test_signs_are_printed_before_what_they_change() -> None:
    assert format_syntax(Unary("非", Unary("非", Name(("甲",))))) == "非 非 甲"
    assert format_syntax(Unary("-", Unary("-", Name(("甲",))))) == "--甲"


def test_a_choice_lies_only_in_itself() -> None:
    assert [lies_under(code, "A", Kind.CHOICE) for code in ("A", "A.1")] == [True, False]
