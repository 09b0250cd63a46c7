"""Where columns do not suffice: numbers beyond 128 bits, records beside facts, parts left to the interpreter."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.compile.test_polars import by_columns, by_interpreter, table_of
from tests.strategies import BY_KEY, PARTNERS_TYPE, SECTORS_TYPE, WORDS
from zhinan.language import tree
from zhinan.language.check import check
from zhinan.language.compile import numbers
from zhinan.language.compile.columns import to_column
from zhinan.language.compile.lists import added_up
from zhinan.language.compile.numbers import CannotCompile, Number
from zhinan.language.compile.polars import compile_columns
from zhinan.language.compile.row_by_row import held, number_column, values_of
from zhinan.language.tree import Typed, Value
from zhinan.language.types import DATE, MONEY_TYPE, Choice, Kind, Member, Type
from zhinan.values.text import Text

PARTNERS: list[Value] = [None, (), ({"funds": 5, "share": 2},), ({"funds": 7},), ({"funds": 6, "share": 0},)]
OUT_OF_REACH = (
    "合计(项目.参与单位, 承担经费 ÷ 承担比例) ≥ 2元", "合计(项目.参与单位, 承担经费 ÷ 承担比例)",
    "存在(项目.参与单位, 承担比例 × 承担比例 × 承担比例 > 1)", "申报单位.研发强度 × 申报单位.研发强度 × 申报单位.研发强度",
    "申报单位.注册日期 + 项目.实施周期 ÷ 申报单位.研发强度",
    "存在(项目.参与单位, 若(牵头, 若(牵头, 若(牵头, 若(牵头, 若(牵头, 1元, 2元), 3元), 4元), 5元), 承担经费) > 5元)",
)  # fmt: skip


@pytest.mark.parametrize("text", OUT_OF_REACH)
def test_what_columns_cannot_hold_is_computed_row_by_row(text: str) -> None:
    nodes = {"it": check(text, WORDS, expected=None)}
    rows: list[dict[str, Value]] = [
        {"project.partners": partners, "applicant.rnd_ratio": ratio, "applicant.registered": BY_DAY, "project.duration": 24}
        for partners in PARTNERS for ratio in (None, 0, Fraction(1, 2), 3)
    ]  # fmt: skip

    assert len(compile_columns(nodes, present=table_of(rows).columns).by_row) == 1
    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


BY_DAY = check("2024-02-29", WORDS, expected=DATE).value  # type: ignore[union-attr]  # a day written out is a constant


def test_products_beyond_168_bits_go_to_the_interpreter() -> None:
    share = "占比(占比(申报单位.上年营业收入, 项目.自筹经费), 占比(项目.总研发投入, 申报单位.上年营业收入))"
    nodes = {"it": check(f"{share} + {share} ≥ {share}", WORDS)}
    rows: list[dict[str, Value]] = [
        {"applicant.revenue": a, "project.own_funds": b, "project.spending": 10**15} for a in (10**15, -1) for b in (3, 0)
    ]

    assert len(compile_columns(nodes, present=table_of(rows).columns).by_row) == 1
    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


def test_a_fact_the_table_lacks_is_unknown_wherever_it_stands() -> None:
    texts = (
        "合计(项目.参与单位, 承担经费, 否)", "合计(项目.参与单位, 承担经费, 参数.资助比例 > 1)", "计数(项目.参与单位, 参数.资助比例 > 1)",
        "若(申报单位.独立法人, 申报单位.注册日期, 项目负责人.出生日期)", "若(项目.已获立项, 申报单位.注册日期, 2024-02-29)",
        "存在(项目.参与单位, 参数.资助比例 > 1)", "全部(项目.参与单位, 参数.资助比例 > 1)", "合计(项目.参与单位, 参数.资助比例)",
    )  # fmt: skip
    nodes = {text: check(text, WORDS, expected=None) for text in texts}
    rows: list[dict[str, Value]] = [
        {"project.partners": partners, "applicant.legal": legal, "applicant.registered": BY_DAY}
        for partners in PARTNERS for legal in (True, False, None)
    ]  # fmt: skip

    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


def test_a_number_left_to_the_interpreter_is_cut_alike() -> None:
    text = "申报单位.研发强度 × 申报单位.研发强度 × 申报单位.研发强度 ÷ 7"
    rows: list[dict[str, Value]] = [{"applicant.rnd_ratio": each} for each in (None, 3, -2)]
    nodes = {"it": check(text, WORDS, expected=None)}

    assert by_columns(nodes, rows, whole={"it"}) == {"it": [None, 3, -2]}  # 27/7 and -8/7, down


def test_lists_of_two_facts_and_sets_are_compared_row_by_row() -> None:
    other = tree.Fact(PARTNERS_TYPE, "other.partners")
    either = tree.If(
        PARTNERS_TYPE,
        tree.Fact(BY_KEY["applicant.legal"].type, "applicant.legal"),
        tree.Fact(PARTNERS_TYPE, "project.partners"),
        other,
    )
    sets = (tree.Fact(SECTORS_TYPE, "project.sectors"), tree.Constant(SECTORS_TYPE, frozenset({"industry"})))
    nodes: dict[str, Typed] = {
        "list": tree.Exists(either, tree.Constant(BY_KEY["applicant.legal"].type, True)),
        "set": tree.Compare("=", *sets),
    }
    rows: list[dict[str, Value]] = [
        {"applicant.legal": legal, "project.partners": ({},), "other.partners": (), "project.sectors": frozenset(sectors)}
        for legal in (True, False, None) for sectors in ((), ("industry",))
    ]  # fmt: skip
    table = table_of(rows).with_columns(to_column([row["other.partners"] for row in rows], PARTNERS_TYPE, "other.partners"))

    program = compile_columns(nodes, present=table.columns)
    assert len(program.by_row) == 2
    assert program.run(table).to_dict(as_series=False) == by_interpreter(nodes, rows)


def test_a_set_over_a_long_list_is_asked_member_by_member() -> None:
    choice = Choice("long", Text("长", "long"), tuple(Member(f"m{n}", Text(f"第{n}项", f"item {n}")) for n in range(70)))
    fact = tree.Fact(Type(Kind.SET, choice=choice), "long")
    nodes: dict[str, Typed] = {mode: tree.Has(fact, mode, ("m1", "m69")) for mode in ("any", "all")}
    rows: list[dict[str, Value]] = [
        {"long": each} for each in (None, frozenset(), frozenset({"m1"}), frozenset({"m1", "m69", "m3"}))
    ]
    table = pl.DataFrame([to_column([row["long"] for row in rows], fact.type, "long")])

    assert compile_columns(nodes, present=["long"]).run(table).to_dict(as_series=False) == by_interpreter(nodes, rows)


def test_divisions_may_stand_in_divisions() -> None:
    texts = (
        "申报单位.上年营业收入 ÷ 占比(项目.自筹经费, 项目.总研发投入)", "占比(项目.自筹经费, 项目.总研发投入) + 占比(项目.总研发投入, 项目.自筹经费)",
        "占比(项目.自筹经费, 项目.总研发投入) < 占比(项目.总研发投入, 项目.自筹经费)", "若(申报单位.独立法人, 占比(项目.自筹经费, 项目.总研发投入), 30%)",
    )  # fmt: skip
    nodes = {text: check(text, WORDS, expected=None) for text in texts}
    rows: list[dict[str, Value]] = [
        {"applicant.revenue": 1000, "project.own_funds": own, "project.spending": spent, "applicant.legal": legal}
        for own in (-3, 0, 7, None) for spent in (-2, 0, 5) for legal in (True, False, None)
    ]  # fmt: skip

    program = compile_columns(nodes, present=table_of(rows).columns)
    assert program.by_row == ()
    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


LARGE = st.integers(-(10**15), 10**15) | st.sampled_from([0, 1, -1, 10**15, 10**15 - 1, -(10**15), 999_999_999_999_989])
SHARES = "占比(申报单位.上年营业收入, 项目.自筹经费) + 占比(项目.总研发投入, 申报单位.上年营业收入)"


@given(st.lists(st.tuples(LARGE, LARGE, LARGE, st.integers(-1, 1)), min_size=1, max_size=20))
def test_products_beyond_128_bits_are_compared_exactly(data: list[tuple[int, int, int, int]]) -> None:
    """Sums of shares against shares: some 150 bits, nearly equal where `off` is 0."""
    nodes = {sign: check(f"{SHARES} {sign} 占比(项目.总研发投入, 项目.自筹经费)", WORDS) for sign in "=≠<≤>≥"}
    rows: list[dict[str, Value]] = [
        {"applicant.revenue": revenue, "project.own_funds": own, "project.spending": revenue - abs(off) * (1 if revenue > 0 else -1) if close else spent}
        for revenue, own, spent, off in data for close in (True, False)
    ]  # fmt: skip

    assert compile_columns(nodes, present=table_of(rows).columns).by_row == ()
    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**12), st.integers(1, 10**12), st.integers(-1, 1))
def test_equal_products_beyond_128_bits_are_equal(a: int, b: int, times: int, off: int) -> None:
    """One fraction in its lowest terms and not: equal but for `off`."""
    columns = {"a": a * times + off, "b": b * times, "c": a, "d": b}
    row = pl.DataFrame({name: [value] for name, value in columns.items()}, schema=dict.fromkeys(columns, pl.Int128))
    first = Number(pl.col("a"), -(10**25), 10**25, over=pl.col("b"), over_high=10**25)
    second = Number(pl.col("c"), -(10**25), 10**25, over=pl.col("d"), over_high=10**25)

    found = {sign: row.select(numbers.compare(sign, first, second)).item() for sign in "=<>"}

    left, right = Fraction(a * times + off, b * times), Fraction(a, b)
    assert found == {"=": left == right, "<": left < right, ">": left > right}


@pytest.mark.parametrize("bound", [10**13, -(10**13)])
def test_a_bound_no_fact_reaches_is_decided_for_all_who_are_known(bound: int) -> None:
    staff = tree.Fact(BY_KEY["applicant.staff"].type, "applicant.staff")
    nodes: dict[str, Typed] = {sign: tree.Compare(sign, staff, tree.Constant(staff.type, bound)) for sign in "=≠<≤>≥"}
    rows: list[dict[str, Value]] = [{"applicant.staff": each} for each in (None, 0, 10**9, -(10**9))]

    assert by_columns(nodes, rows) == by_interpreter(nodes, rows)


def test_a_denominator_beyond_128_bits_is_refused() -> None:
    ones = pl.lit(1, dtype=pl.Int128)
    fraction = Number(ones, 1, 1, under=10**20, over=ones, over_high=10**20)

    with pytest.raises(CannotCompile):
        numbers.as_fraction(fraction, "top", "under")
    with pytest.raises(CannotCompile):
        numbers.multiply(fraction, fraction)
    with pytest.raises(CannotCompile):
        numbers.compare("<", Number(ones, 0, 10**30, over=ones, over_high=10**25), fraction)


def test_more_than_128_bits_is_an_overflow_and_never_a_wrong_number() -> None:
    assert held(2**127 - 1) == 2**127 - 1
    with pytest.raises(OverflowError):
        held(2**127)
    assert number_column([None, 3, Fraction(7, 2)], pl.Int64(), int).to_list() == [None, 3, 3]


def test_the_interpreter_sees_each_row_with_its_own_facts() -> None:
    node = check("项目.自筹经费 + 1元", WORDS, expected=MONEY_TYPE)
    rows = pl.DataFrame([to_column([None, 5], MONEY_TYPE, "project.own_funds")]).to_struct()

    assert values_of(node, rows) == [None, 105]


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ([[1, 2], [], None, [3]], [23, 0, None, 43]), ([[1, None], [2], []], [None, 22, 0]), ([None, None], [None, None]), ([[]], [0]), ([], []),
    ],
)  # fmt: skip
def test_elements_are_added_up_beside_the_facts_of_their_row(
    lists: list[list[int | None] | None], expected: list[int | None]
) -> None:
    of = pl.List(pl.Struct({"n": pl.Int64}))
    records = pl.Series("·list", [None if each is None else [{"n": n} for n in each] for each in lists], dtype=of)
    rows = pl.DataFrame([records, pl.Series("ten", range(10, 10 + 10 * len(lists), 10), dtype=pl.Int64)]).to_struct()

    found = added_up(rows, pl.col("·list").struct.field("n") + pl.col("ten"), pl.Int64())

    assert found.to_list() == expected


def test_a_type_without_its_list_is_a_mistake_of_ours() -> None:
    for kind in (Kind.CHOICE, Kind.RECORDS):
        with pytest.raises(TypeError):
            to_column([], Type(kind))
