"""What a column holds is what was put in, and what it cannot hold is refused with its row."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import BY_KEY, values
from zhinan.language.compile.columns import dtype_of, from_column, to_column
from zhinan.language.tree import Value
from zhinan.language.types import (
    AGE_TYPE,
    BOOL,
    DATE,
    MONEY_TYPE,
    NUMBER,
    REGION,
    TEXT,
    Choice,
    Kind,
    Member,
    Record,
    Type,
    Word,
    count_of,
)  # fmt: skip
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

LONG = Choice("long", Text("长清单", "long list"), tuple(Member(f"m{n}", Text(f"第{n}项", f"item {n}")) for n in range(70)))
LONG_SET = Type(Kind.SET, choice=LONG)


@pytest.mark.parametrize("key", BY_KEY)
@given(data=st.data())
def test_values_come_out_as_they_went_in(key: str, data: Any) -> None:
    of = BY_KEY[key].type
    given_values: list[Value] = data.draw(st.lists(st.none() | values(of, complete=True), max_size=6))

    column = to_column(given_values, of, key)

    assert (column.name, column.dtype) == (key, dtype_of(of))
    assert from_column(column, of) == given_values


def test_a_set_over_a_long_list_is_a_list() -> None:
    given_values: list[Value] = [None, frozenset(), frozenset({"m69", "m0"})]

    column = to_column(given_values, LONG_SET)

    assert column.to_list() == [None, [], ["m0", "m69"]]
    assert from_column(column, LONG_SET) == given_values


@pytest.mark.parametrize(
    ("value", "of", "code"),
    [
        (1, BOOL, "wrong-value"), (True, MONEY_TYPE, "wrong-value"), ("1", MONEY_TYPE, "wrong-value"), (3, DATE, "wrong-value"),
        (Fraction(1, 2), MONEY_TYPE, "too-fine"), (Fraction(1, 3), NUMBER, "too-fine"), (Fraction(1, 2), count_of("人"), "too-fine"),
        (10**15 + 1, MONEY_TYPE, "too-large"), (-(10**9) - 1, count_of("人"), "too-large"), (10**9 + 1, AGE_TYPE, "too-large"),
        ("64010", REGION, "wrong-value"), ("６４０１００", REGION, "wrong-value"), (frozenset({"甲"}), TEXT, "wrong-value"),
        ("m70", Type(Kind.CHOICE, choice=LONG), "no-member"), (frozenset({"m1", "m70"}), LONG_SET, "no-member"), ("m1", LONG_SET, "wrong-value"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_row(value: Value, of: Type, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        to_column([None, value], of, "申报单位.某项")

    assert [(each.code, each.file, each.line) for each in refused.value.problems] == [(code, "申报单位.某项", 2)]


def test_one_record_is_no_list_of_records() -> None:
    with pytest.raises(BadInput):
        to_column(["甲"], BY_KEY["project.partners"].type)


def test_a_field_of_a_record_is_held_to_the_same() -> None:
    partner = Type(Kind.RECORDS, record=Record("partner", Text("", ""), "家", (Word("funds", "经费", "funds", MONEY_TYPE),)))

    with pytest.raises(BadInput):
        to_column([({"funds": Fraction(1, 2)},)], partner)
    with pytest.raises(BadInput) as refused:
        to_column([({},) * 100_001], partner)
    assert refused.value.problems[0].code == "long-list"
    assert to_column([({},)], partner).to_list() == [[{"funds": None}]]


def test_int128_products_and_floors_are_those_of_python() -> None:
    """The compiler relies on it; a Polars that breaks it must be noticed here."""
    numbers = [0, 1, -1, 7, -7, 2**62, -(2**62), 2**63 - 1, 10**18 + 9, -(10**18) - 9]
    pairs = [(a, b) for a in numbers for b in numbers]
    table = pl.DataFrame(pairs, schema={"a": pl.Int128, "b": pl.Int128}, orient="row")
    divisors = [1, 3, 100, 10**6, 10**20 + 7]

    found = table.select(
        (pl.col.a * pl.col.b).alias("product"),
        (pl.col.a * pl.col.b < pl.col.a * 5).alias("less"),
        *((pl.col.a * pl.col.b // pl.lit(by, dtype=pl.Int128)).alias(str(by)) for by in divisors),
    )

    assert found["product"].to_list() == [a * b for a, b in pairs]
    assert found["less"].to_list() == [a * b < a * 5 for a, b in pairs]
    assert {by: found[str(by)].to_list() for by in divisors} == {by: [a * b // by for a, b in pairs] for by in divisors}
