"""Columns give the interpreter's answers: in every row, for every tree, three-valued, exact to the fen."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from tests.strategies import (
    BY_KEY,
    VOCABULARY,
    WORDS,
    any_amounts,
    conditions,
    facts,
    values,
)  # fmt: skip
from zhinan.language import tree
from zhinan.language.check import check
from zhinan.language.compile.columns import SCALE, to_column
from zhinan.language.compile.polars import TOP, UNDER, compile_columns
from zhinan.language.evaluate import compile_closure
from zhinan.language.tree import Typed, Value
from zhinan.language.types import DATE, Kind
from zhinan.values.problem import BadInput
from zhinan.values.quantity import round_to_fen


@st.composite
def checked(draw: st.DrawFn, trees: st.SearchStrategy[Typed]) -> Typed:
    try:
        return draw(trees)
    except BadInput:
        reject()


ANYTHING = st.lists(facts(), min_size=1, max_size=8)


def table_of(rows: list[dict[str, Value]]) -> pl.DataFrame:
    """A table with a column for every word anyone in it knows."""
    known = [word for word in BY_KEY.values() if any(word.key in row for row in rows)]
    columns = [to_column([row.get(word.key) for row in rows], word.type, word.key) for word in known]
    return pl.DataFrame([pl.Series("row", range(len(rows))), *columns])


def by_columns(nodes: dict[str, Typed], rows: list[dict[str, Value]], **how: Any) -> dict[str, list[Value]]:
    engine_shares = how.pop("engine_shares", False)
    table = table_of(rows)
    program = compile_columns(nodes, present=table.columns, **how)
    found = program.run(table, engine_shares=engine_shares)
    return {name: [_value(each) for each in found[name].to_list()] for name in nodes}


def _value(stored: Any) -> Value:
    return Fraction(stored[TOP], stored[UNDER]) if isinstance(stored, dict) else stored


def by_interpreter(nodes: dict[str, Typed], rows: list[dict[str, Value]]) -> dict[str, list[Value]]:
    return {name: [compile_closure(node)(row, {}) for row in rows] for name, node in nodes.items()}


@given(checked(conditions(cited=True)), ANYTHING, st.booleans(), st.booleans())
def test_a_condition_is_the_same_in_every_row(node: Typed, rows: list[Any], share: bool, engine: bool) -> None:
    found = by_columns({"it": node}, rows, share=share, engine_shares=engine)

    assert found == by_interpreter({"it": node}, rows)


@given(checked(any_amounts()), ANYTHING, st.booleans(), st.booleans())
def test_an_amount_is_the_same_in_every_row(node: Typed, rows: list[Any], share: bool, engine: bool) -> None:
    found = by_columns({"it": node}, rows, share=share, engine_shares=engine)

    assert found == by_interpreter({"it": node}, rows)


@given(st.lists(checked(conditions(most=40) | any_amounts(most=40)), min_size=2, max_size=8), ANYTHING, st.booleans())
def test_many_together_are_as_each_alone(nodes: list[Typed], rows: list[Any], engine: bool) -> None:
    named = {str(number): node for number, node in enumerate([*nodes, *nodes[:2]])}

    assert by_columns(named, rows, engine_shares=engine) == by_interpreter(named, rows)


@given(checked(any_amounts()), ANYTHING)
def test_a_number_cut_to_a_whole_one_is_cut_as_money_is(node: Typed, rows: list[Any]) -> None:
    if node.type.kind is Kind.DATE:
        return
    expected = [None if v is None else round_to_fen(v) for v in by_interpreter({"it": node}, rows)["it"]]  # type: ignore[arg-type]  # a numeric node

    assert by_columns({"it": node}, rows, whole={"it"}) == {"it": expected}


@given(checked(conditions()), ANYTHING, facts())
def test_what_is_known_for_all_rows_may_be_put_in_first(node: Typed, rows: list[Any], known: Any) -> None:
    known = {key: value for key, value in known.items() if BY_KEY[key].type.kind is not Kind.RECORDS}
    table = table_of(rows)
    found = compile_columns({"it": node}, present=table.columns, known=known).run(table)

    expected = by_interpreter({"it": node}, [row | known for row in rows])
    assert found["it"].to_list() == expected["it"]


def test_a_comparison_written_the_other_way_round_is_the_same() -> None:
    day, born = tree.Constant(DATE, date(2020, 2, 29)), tree.Fact(DATE, "leader.birth")
    moved = tree.Shift(DATE, born, tree.Constant(BY_KEY["applicant.experience"].type, 4), 1)
    nodes: dict[str, Typed] = {sign: tree.Compare(sign, day, moved) for sign in "=≠<≤>≥"}
    rows: list[dict[str, Value]] = [
        {"leader.birth": each} for each in (None, date(2016, 2, 28), date(2016, 2, 29), date(2016, 3, 1))
    ]

    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


FEN = st.integers(0, 10**9)


@pytest.mark.parametrize("share", ["20%", "10%", "40%", "5%", "30%", "12.5%", "33.3%"])
@given(total=FEN, off=st.integers(-1, 1))
def test_a_tie_to_the_fen_is_a_tie(share: str, total: int, off: int) -> None:
    nodes = {sign: check(f"项目.自筹经费 {sign} {share} × 项目.总研发投入", WORDS) for sign in "=≠<≤>≥"}
    own = int(Fraction(share.rstrip("%")) / 100 * total) + off
    rows: list[dict[str, Value]] = [{"project.own_funds": own, "project.spending": total}]

    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


@pytest.mark.parametrize("share", ["20%", "10%", "40%", "5%", "30%"])
@given(data=st.lists(st.tuples(FEN, FEN), min_size=1, max_size=20))
def test_a_share_is_compared_without_dividing(share: str, data: list[tuple[int, int]]) -> None:
    nodes = {sign: check(f"占比(项目.自筹经费, 项目.总研发投入) {sign} {share}", WORDS) for sign in "=≠<≤>≥"}
    rows: list[dict[str, Value]] = [
        {"project.own_funds": own * part, "project.spending": total * part} for own, total in data for part in (-1, 0, 1)
    ]  # fmt: skip

    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


EDGES = st.sampled_from([
    date(1, 1, 1), date(1, 2, 28), date(9999, 12, 31), date(9999, 2, 28), date(2024, 2, 29), date(2023, 2, 28),
    date(2023, 3, 1), date(2000, 2, 29), date(1900, 2, 28), date(2026, 1, 31), date(2026, 12, 31), date(1970, 1, 1),
])  # fmt: skip
DAYS = EDGES | st.dates()
MOVES = (
    "申报单位.注册日期 + 1年", "申报单位.注册日期 - 4年", "申报单位.注册日期 + 1个月", "申报单位.注册日期 - 11个月",
    "申报单位.注册日期 + 30天", "申报单位.注册日期 - 5000000天", "申报单位.注册日期 + 9000年", "申报单位.注册日期 - 200000个月",
    "申报单位.注册日期 + 申报单位.经营年限", "申报单位.注册日期 - 项目.实施周期", "申报单位.注册日期 - 公示.天数",
    "较小(申报单位.注册日期, 项目负责人.出生日期 + 1.5年)",
)  # fmt: skip


@given(st.lists(st.tuples(DAYS, DAYS, st.integers(-2_500_000, 2_500_000)), min_size=1, max_size=12))
def test_days_are_moved_as_the_calendar_moves_them(data: list[tuple[date, date, int]]) -> None:
    nodes = {move: check(move, WORDS, expected=None) for move in MOVES}
    rows: list[dict[str, Value]] = [
        {
            "applicant.registered": first, "leader.birth": second, "notice.days": steps % 10**6,
            "applicant.experience": Fraction(steps, 1000), "project.duration": Fraction(steps % 999_999, 4),
        }
        for first, second, steps in data
    ]  # fmt: skip

    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


@given(DAYS, DAYS, st.lists(st.none() | DAYS, min_size=1, max_size=12), st.integers(-3, 130), st.sampled_from("=≠<≤>≥"))
def test_an_age_is_compared_by_day(fixed: date, other: date, days: list[date | None], years: int, sign: str) -> None:
    on, born = fixed.isoformat(), "项目负责人.出生日期"
    texts = (
        f"年龄({born}, {on}) {sign} {max(years, 0)}岁", f"年龄({on}, {born}) {sign} {max(years, 0)}.5岁",
        f"周年({born}, 申报单位.注册日期) {sign} {max(years, 0)}年", f"{born} + {max(years, 0)}年 {sign} {on}",
        f"{born} - {max(years, 0)}个月 - 20天 {sign} {on}", f"{on} {sign} {born} + {max(years, 0)}天",
    )  # fmt: skip
    nodes = {text: check(text, WORDS) for text in texts}
    rows: list[dict[str, Value]] = [{"leader.birth": day, "applicant.registered": other} for day in days]

    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


LISTS = (
    "计数(申报单位.重大事故, 日期 ≥ 申报日 - 1年)", "计数(申报单位.重大事故)", "合计(申报单位.重大事故, 罚款, 类别 = 工业)",
    "合计(项目.参与单位, 30% × 承担经费 + 承担经费)", "合计(项目.参与单位, 承担比例)", "合计(项目.参与单位, 2项, 牵头)",
)  # fmt: skip
LIST_TRUTHS = (
    "存在(申报单位.重大事故, 日期 ≥ 申报日 - 1年 且 类别 属于 {工业, 农业})", "存在(申报单位.重大事故)", "存在(项目.参与单位, 是)",
    "全部(申报单位.重大事故, 已结案 或 罚款 < 20万元)", "全部(项目.参与单位, 拥有资质 包含 高新技术企业)", "全部(项目.参与单位, 否)",
    "全部(项目.参与单位, 方向 属于 {\"A\", \"B.2\"} 且 合作期限 ≥ 12个月 或 起始日期 + 3年 < 申报日)",
    *(f"计数(申报单位.重大事故, 地点 属于 {{银川市}}) {sign} {bound}" for sign in "=≠<≤>≥" for bound in ("0", "1起", "1.5起", "3")),
    *(f"计数(项目.参与单位, 备注 = \"甲\") {sign} 计数(项目.参与单位, 牵头)" for sign in "=≠<≤>≥"),
)  # fmt: skip


@given(st.lists(st.fixed_dictionaries({
    "applicant.incidents": st.none() | values(BY_KEY["applicant.incidents"].type),
    "project.partners": st.none() | values(BY_KEY["project.partners"].type),
}), min_size=1, max_size=10), st.booleans())  # fmt: skip
def test_a_list_with_unknown_fields_says_what_is_sure(rows: list[Any], engine: bool) -> None:
    nodes = {text: check(text, WORDS, expected=None) for text in (*LISTS, *LIST_TRUTHS)}
    day = {"application_day": date(2026, 3, 1)}
    table = table_of(rows)
    program = compile_columns(nodes, present=table.columns, known=day)
    found = program.run(table, engine_shares=engine)

    assert program.by_row == ()
    expected = by_interpreter(nodes, [row | day for row in rows])
    assert {name: [_value(each) for each in found[name].to_list()] for name in nodes} == expected


def test_a_condition_on_records_may_look_at_the_facts_of_the_row() -> None:
    texts = (
        "存在(项目.参与单位, 承担经费 > 项目.自筹经费) 且 申报单位.独立法人", "合计(项目.参与单位, 承担经费 + 项目.自筹经费, 承担经费 ≠ 5元)",
        "计数(项目.参与单位, 承担经费 ≥ 项目.自筹经费) = 1家", "全部(项目.参与单位, 牵头 或 承担经费 ≤ 项目.自筹经费)",
        "合计(项目.参与单位, 项目.自筹经费)",
    )  # fmt: skip
    nodes = {text: check(text, WORDS, expected=None) for text in texts}
    lists: list[Value] = [None, (), ({},), ({"funds": 5}, {}), ({"funds": 5, "lead": True}, {"funds": 500}), ({"funds": 501},)]
    rows: list[dict[str, Value]] = [
        {"project.partners": partners, "project.own_funds": own, "applicant.legal": True}
        for partners in lists for own in (None, 4, 5, 6, 500)
    ]  # fmt: skip

    assert compile_columns(nodes, present=table_of(rows).columns).by_row == ()
    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


def test_what_has_no_columnar_form_is_left_to_the_interpreter() -> None:
    text = "计数(项目.参与单位, 牵头) = 50% × 计数(项目.参与单位) 且 申报单位.独立法人"
    nodes = {"it": check(text, WORDS)}
    rows: list[dict[str, Value]] = [
        {"project.partners": leads, "applicant.legal": True}
        for leads in (None, (), ({"lead": True}, {}), ({"lead": True}, {"lead": False}), ({"lead": True},), ({},) * 3)
    ]

    program = compile_columns(nodes, present=table_of(rows).columns)
    assert [type(part).__name__ for part in program.by_row] == ["CountIs"]
    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


def test_dividing_by_a_parameter_that_is_zero_is_unknown() -> None:
    texts = (
        "项目.自筹经费 ÷ 参数.资助比例 ≥ 3元", "项目.自筹经费 ÷ 参数.资助比例", "合计(项目.参与单位, 承担经费 ÷ 参数.资助比例)",
    )  # fmt: skip
    nodes = {text: check(text, WORDS, expected=None) for text in texts}
    rows: list[dict[str, Value]] = [
        {"project.own_funds": own, "project.partners": partners}
        for own in (None, 0, 5) for partners in (None, (), ({"funds": 3},))
    ]  # fmt: skip

    expected = by_interpreter(nodes, [row | {"parameter.ratio": 0} for row in rows])
    assert by_columns(nodes, rows, known={"parameter.ratio": 0}) == expected
    assert by_columns(nodes, [row | {"parameter.ratio": 0} for row in rows]) == expected


def test_products_too_large_for_64_bits_are_still_exact() -> None:
    text = "申报单位.研发强度 × 申报单位.上年营业收入 ≥ 项目.总研发投入"
    nodes = {"it": check(text, WORDS)}
    rows: list[dict[str, Value]] = [
        {"applicant.rnd_ratio": Fraction(999_999, SCALE), "applicant.revenue": 10**15 - 7, "project.spending": spent}
        for spent in (999_998_999_999_993, 999_998_999_999_992, 10**15, 0)
    ]

    program = compile_columns(nodes, present=table_of(rows).columns)
    assert program.by_row == ()
    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


def test_products_too_large_for_128_bits_go_to_the_interpreter() -> None:
    text = " × ".join(["申报单位.研发强度"] * 5) + " > 1"
    nodes = {"it": check(text, WORDS)}
    rows: list[dict[str, Value]] = [{"applicant.rnd_ratio": each} for each in (10**6, 1, Fraction(1, 2))]

    assert len(compile_columns(nodes, present=table_of(rows).columns).by_row) == 1
    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


def test_what_is_the_same_is_computed_once() -> None:
    both = "申报单位.上年营业收入 < 2000万元 且 申报单位.从业人数 ≤ 300人"
    nodes = {"a": check(both, WORDS), "b": check(f"申报单位.独立法人 或 {both}", WORDS)}
    present = {word.key for word in VOCABULARY}

    shared = compile_columns(nodes, present=present)
    assert [len(stage) for stage in shared.stages] == [1]
    assert compile_columns(nodes, present=present, share=False).stages == ()


def test_a_table_without_rows_has_no_answers() -> None:
    nodes = {text: check(text, WORDS, expected=None) for text in (*LISTS, *LIST_TRUTHS, *MOVES, "30% × 项目.自筹经费", "是")}
    table = pl.DataFrame([to_column([], word.type, word.key) for word in BY_KEY.values()])

    assert compile_columns(nodes, present=table.columns).run(table).height == 0
