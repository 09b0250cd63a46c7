"""What is typed into a form is read as what was meant, or told why not; and written back as people write it."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.policy.shipped_forms import ALL_FIELDS, SCHEMES, SME, TRANSFER, VOCABULARY, field_of, made, pack_of
from zhinan.language.tree import Value
from zhinan.policy.assess import Assessor, Verdict
from zhinan.policy.form import Field, Form, form_of
from zhinan.policy.form_answers import LIMIT, LIMITS, ROWS, facts_of, read_answer, write_answer
from zhinan.policy.load import shipped_packs
from zhinan.policy.written import UNKNOWN
from zhinan.values.problem import BadInput
from zhinan.values.regions import find_region
from zhinan.values.text import Lang

LANGS: tuple[Lang, ...] = ("zh", "en")

# ─── one answer ───


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("project.total_budget", "１５００万元", 1_500_000_000),
        ("project.total_budget", "\u202e1500万元\u200b", 1_500_000_000),
        ("project.outsourced_share", "33.5%", Fraction(67, 200)),
        ("project.duration", "2年", 24),
        ("applicant.staff", "120", 120),
        ("applicant.sme", "有", True),
        ("applicant.kind", "enterprise", "enterprise"),
        ("applicant.kind", "企业", "enterprise"),
        ("applicant.titles", "高新技术企业，科技型中小企业", frozenset({"high_tech_enterprise", "tech_sme"})),
        ("applicant.titles", "无", frozenset()),
        ("applicant.registered_in", "银川市兴庆区", "640104"),
        ("project.title", "  甲\t乙\n", "甲 乙"),
        ("project.summary", "\r\n一\r\n二 ", "一\n二"),
        ("project.starts_on", "２０２６年３月１日", date(2026, 3, 1)),
        ("project.members", "无", ()),
        ("project.members", '[{"姓名": "甲"}, {"name": " "}, {}]', ({"name": "甲"},)),
        *((key, text, None) for key in ("project.title", "applicant.kind", "project.members") for text in ("", " \n", "未知")),
        ("project.summary", " ", None),
    ],
)
def test_an_answer_is_read_as_people_write_it(key: str, text: str, value: Value) -> None:
    assert read_answer(field_of(key), text) == value


def test_a_line_and_a_direction_are_chosen_by_key_or_name() -> None:
    form = made(TRANSFER)
    line, direction = form.field("application.line"), form.field("project.direction")
    assert line is not None
    assert direction is not None

    assert [read_answer(line, text) for text in ("in-transfer", "引进转化", "results of others brought in")] == [
        "in-transfer"
    ] * 3
    assert read_answer(direction, direction.options[0].key) == direction.options[0].key
    assert write_answer(line, "in-transfer") == "引进转化"
    assert told(line, "横向") == ["unknown-choice"]
    assert told(direction, "D-YC09") == ["unknown-choice"]


def told(field: Field, text: str) -> list[str]:
    """The codes of what is wrong with an answer."""
    try:
        read_answer(field, text)
    except BadInput as bad:
        return [problem.code for problem in bad.problems]
    return []


REFUSED = [
    ("project.total_budget", "很多", ["wrong-unit"]),
    ("project.total_budget", "🧧🧧", ["wrong-unit"]),
    ("applicant.kind", "公司🏭", ["unknown-choice"]),
    ("applicant.uscc", "123", ["bad-code"]),
    ("project.starts_on", "2026-02-30", ["bad-date"]),
    ("project.title", "甲" * (LIMIT + 1), ["answer-too-long"]),
    ("project.title", "甲\x00乙", ["control-character"]),
    ("project.title", "甲\ud800乙", ["control-character"]),
    ("project.summary", "甲" * (LIMITS["longtext"] + 1), ["answer-too-long"]),
    ("project.summary", "x" * 1_000_000, ["answer-too-long"]),
    ("project.members", "张", ["not-rows"]),
    ("project.members", "[1]", ["not-rows"]),
    ("project.members", "[" * 100_000, ["not-rows"]),
    ("project.members", '[{"name": "\\ud800"}]', ["control-character"]),
    ("project.members", '[{"name": 5}]', ["cell-not-text"]),
    ("project.members", '[{"nom": "甲"}, {"birth": "昨天"}]', ["unknown-key", "bad-date"]),
    ("project.members", json.dumps([{"name": "甲"}] * (ROWS + 1)), ["too-many-rows"]),
]


@pytest.mark.parametrize(
    ("key", "text", "codes"), REFUSED, ids=[f"{number}-{codes[0]}" for number, (_, _, codes) in enumerate(REFUSED)]
)
def test_an_answer_that_cannot_be_read_is_told(key: str, text: str, codes: list[str]) -> None:
    assert told(field_of(key), text) == codes


def test_a_problem_in_a_list_names_its_row() -> None:
    with pytest.raises(BadInput) as refused:
        read_answer(field_of("project.members"), '[{"姓名": "甲"}, {"出生日期": "昨天"}]')

    assert [problem.message.zh for problem in refused.value.problems] == ["第 2 行：“昨天”不是日期"]
    assert [problem.message.en for problem in refused.value.problems] == ["row 2: “昨天” is not a day"]


# ─── read what was written ───

_SIGNS = st.characters(
    exclude_categories=("Cc", "Cs"),
    exclude_characters="\u200b\u200e\u200f\u061c\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
)
_TEXTS = st.text(_SIGNS, min_size=1, max_size=40).map(str.strip).filter(lambda text: text not in UNKNOWN)
_DECIMALS = st.decimals(-(10**9), 10**9, places=4).map(Fraction).map(lambda n: n.numerator if n.denominator == 1 else n)
_REGIONS = st.sampled_from(["640000", "640100", "640104", "650000", "110101", "659001"])
_CODES = st.sampled_from(["91110000600037341L"])


def values(field: Field) -> SearchStrategy[Value]:
    """Values that an answer to a field can have."""
    if field.kind == "records":
        row = st.fixed_dictionaries({}, optional={column.key: values(column) for column in field.columns}).filter(bool)
        return st.lists(row, max_size=4).map(tuple)
    if field.kind == "set":
        return st.frozensets(st.sampled_from([option.key for option in field.options]))
    if field.options:
        return st.sampled_from([option.key for option in field.options])
    simple: dict[str, SearchStrategy[Value]] = {
        "bool": st.booleans(), "date": st.dates(), "region": _REGIONS, "code": _CODES, "text": _TEXTS, "longtext": _TEXTS,
    }  # fmt: skip
    years = st.integers(0, 600).map(lambda months: Fraction(months, 12)).map(lambda n: n.numerator if n.denominator == 1 else n)
    return simple.get(field.kind, years if field.unit == "年" else _DECIMALS)


@pytest.mark.parametrize("kind", sorted({field.kind for field in ALL_FIELDS}))
@given(data=st.data())
def test_what_was_written_reads_as_what_was_meant(kind: str, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from([field for field in ALL_FIELDS if field.kind == kind]))
    value = data.draw(values(field))

    for lang in LANGS:
        assert read_answer(field, write_answer(field, value, lang)) == value


@pytest.mark.parametrize("name", SCHEMES)
def test_every_choice_of_every_form_reads_back_in_both_languages(name: str) -> None:
    for field in made(name).fields:
        keys: list[Value] = [option.key for option in field.options]
        meant = [frozenset({str(key)}) for key in keys] + [frozenset(map(str, keys))] if field.kind == "set" else keys
        for value in meant:
            assert [read_answer(field, write_answer(field, value, lang)) for lang in LANGS] == [value, value], field.key


def test_amounts_and_choices_are_written_as_people_write_them() -> None:
    written = {
        ("project.total_budget", 1_500_000_000): ("1500万元", "15 000 000 CNY"),
        ("project.outsourced_share", Fraction(3, 10)): ("30%", "30%"),
        ("applicant.kind", "enterprise"): ("企业", "enterprise"),
        ("applicant.titles", frozenset({"high_tech_enterprise", "tech_sme"})): ("科技型中小企业、高新技术企业", ""),
        ("applicant.titles", frozenset()): ("无", "none"),
        ("applicant.registered_in", "640104"): ("宁夏回族自治区/银川市/兴庆区", ""),
        ("project.summary", None): ("", ""),
    }
    for (key, value), (zh, en) in written.items():
        assert write_answer(field_of(key), value) == zh
        assert write_answer(field_of(key), value, "en") == en or not en
    assert find_region("宁夏回族自治区/银川市/兴庆区") == find_region("640104")


@pytest.mark.parametrize("name", [name for name in shipped_packs() if pack_of(name).cases])
def test_the_facts_of_every_worked_case_go_through_its_forms_unchanged(name: str) -> None:
    for scheme in pack_of(name).schemes:
        form = form_of(pack_of(name), scheme, VOCABULARY)
        for case in pack_of(name).cases:
            known = {key: case.facts[key] for key in form.keys if can_be_chosen(form, key, case.facts.get(key))}
            read = facts_of(form, {key: write(form, key, value) for key, value in known.items()})
            assert dict(read.facts) == known, case.id


def write(form: Form, key: str, value: Value) -> str:
    field = form.field(key)
    assert field is not None
    return write_answer(field, value)


def can_be_chosen(form: Form, key: str, value: Value) -> bool:
    """A case may name a line or a direction of another scheme; a text may be written in any way."""
    field = form.field(key)
    if field is None or value is None:
        return False
    return field.kind not in ("line", "direction") or value in [option.key for option in field.options]


def test_a_filled_form_is_assessed_as_its_case_says() -> None:
    pack = pack_of("yinchuan-2026")
    case = next(
        case
        for case in pack.cases
        if case.expect.get("sme-innovation", None) and case.expect["sme-innovation"].verdict == "eligible"
    )
    form = made(SME)
    read = facts_of(form, {key: write(form, key, case.facts[key]) for key in form.keys if key in case.facts})
    others = {field.key: case.facts[field.key] for field in form.elsewhere if field.key in case.facts}
    (result,) = Assessor([pack], schemes=["sme-innovation"]).assess({**read.facts, **others}, on=case.on)

    assert read.problems == {}
    assert result.verdict is Verdict.ELIGIBLE


# ─── several answers at once ───


def problems(answers: dict[str, str], name: str = SME) -> dict[str, list[str]]:
    return {key: [each.message.zh for each in told] for key, told in facts_of(made(name), answers).problems.items()}


BUDGET = '[{"科目": "设备费", "财政经费": "30万元", "自筹经费": "10万元"}, {"科目": "业务费", "财政经费": "20万元"}]'


def test_the_lines_of_a_budget_add_up_to_the_sums_on_the_page() -> None:
    sums = {"project.requested_grant": "50万元", "project.self_raised": "10万元", "project.total_budget": "60万元"}

    assert problems({"project.budget_lines": BUDGET, **sums}) == {}
    assert problems({"project.budget_lines": BUDGET}) == {}
    assert problems({"project.budget_lines": BUDGET, **sums, "project.requested_grant": "40万元"}) == {
        "project.budget_lines": ["预算明细的财政经费合计 50万元，而申请财政经费是 40万元"],
        "project.total_budget": ["申请财政经费加自筹经费是 50万元，而总预算是 60万元"],
    }
    assert problems({"project.budget_lines": BUDGET, "project.total_budget": "61万元", "project.self_raised": "0元"}) == {
        "project.budget_lines": [
            "预算明细的自筹经费合计 10万元，而自筹经费是 0元",
            "预算明细的全部经费合计 60万元，而总预算是 61万元",
        ],
    }


def test_partners_are_each_named_once_and_are_not_the_applicant() -> None:
    own, other = "91110000600037341L", "12640100MB0000000U"
    rows = json.dumps([{"code": own}, {"code": other}, {"name": "甲"}, {"name": "乙"}, {"code": other.lower()}])
    told = problems({"applicant.uscc": own, "project.partners": rows})

    assert told == {"project.partners": [f"第 1 行：{own} 是申报单位自己", f"第 5 行：{other} 在第 2 行已经有了"]}


def test_what_ends_ends_after_it_began() -> None:
    first, same, last = "2026-03-01", "2026年3月1日", "2026-03-02"

    assert problems({"project.starts_on": first, "project.ends_on": last}) == {}
    assert problems({"project.starts_on": first, "project.ends_on": same}) == {
        "project.ends_on": ["结束日 2026-03-01 不晚于开始日 2026-03-01"]
    }


def test_an_answer_that_nothing_asks_for_is_named() -> None:
    read = facts_of(made(SME), {"project.title": "甲", "agreement.signed": "是", "project.funded_levels": "无"})

    assert dict(read.facts) == {"project.title": "甲"}
    assert read.unread == ("agreement.signed", "project.funded_levels")


HOSTILE = [
    "🐉" * 500, "x" * 1_000_000, "１２３４５６７８９０", "\u202e\u202d元万", "\x00", "\ud800", "null", "[]", "{}", "[[]]", '[{"a": {}}]',
    "[" * 5_000, "9" * 900, "1e400", "-0", "∞", "０.０００", "٣٤", "²", "NaN", "9999-99-99", "0000-00-00", "'; DROP TABLE", "= 1+1",
    "<script>", "、" * 4_000, '[{"fiscal": "' + "9" * 30 + '亿元"}]', '[{"code": "91110000600037341L"}]',
]  # fmt: skip


@pytest.mark.parametrize("name", [SME, TRANSFER, "yinchuan-2026/regional-collaboration", "yinchuan-2026/results-transfer-pilot"])
def test_nothing_that_is_typed_makes_reading_fail(name: str) -> None:
    form = made(name)
    for text in HOSTILE:
        read = facts_of(form, dict.fromkeys(form.keys, text))
        assert read.facts.keys() | read.problems.keys() <= set(form.keys)
        assert all(problem.show("zh") and problem.show("en") for told in read.problems.values() for problem in told)


@settings(max_examples=150)
@given(data=st.data())
def test_no_text_at_all_makes_reading_fail(data: st.DataObject) -> None:
    form = made("yinchuan-2026/regional-collaboration")
    anything = st.text(st.characters(), max_size=60) | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "code", "姓名", "x"]), inner, max_size=3)
        ),
    ).map(json.dumps)
    answers = {key: data.draw(anything) for key in data.draw(st.lists(st.sampled_from(form.keys), max_size=6, unique=True))}
    read = facts_of(form, answers)

    assert read.facts.keys() | read.problems.keys() <= answers.keys()
