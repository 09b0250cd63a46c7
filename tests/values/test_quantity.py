"""Quantities as people write them, read exactly and written back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.values.quantity import (
    AGE,
    DAYS,
    MONEY,
    MONTHS,
    PERCENT,
    UNITS,
    WORKDAYS,
    YEARS,
    Quantity,
    TooManyDigits,
    decimal,
    format_money,
    format_quantity,
    known_units,
    read_number,
    read_quantity,
    round_to_fen,
    scaled,
    unit_name,
)

WAN = 1_000_000  # fen


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.5亿元", 15_000 * WAN, MONEY),
        ("1500万元", 1500 * WAN, MONEY),
        ("1500 万元", 1500 * WAN, MONEY),
        ("1500万 元", 1500 * WAN, MONEY),
        ("1,500万元", 1500 * WAN, MONEY),
        ("1 500 万元", 1500 * WAN, MONEY),
        ("１５００万元", 1500 * WAN, MONEY),
        ("１，５００．５万元", Fraction(15005, 10) * WAN, MONEY),
        ("　1500万元　", 1500 * WAN, MONEY),
        ("3百万元", 300 * WAN, MONEY),
        ("3十万元", 30 * WAN, MONEY),
        ("2千万元", 2000 * WAN, MONEY),
        ("2万亿元", 2 * 10**8 * WAN, MONEY),
        ("0.01元", 1, MONEY),
        ("2 million CNY", 200 * WAN, MONEY),
        ("1.5 billion CNY", 150_000 * WAN, MONEY),
        ("20 000 000 CNY", 2000 * WAN, MONEY),
        ("-5万元", -5 * WAN, MONEY),
        ("−5万元", -5 * WAN, MONEY),
        ("+5万元", 5 * WAN, MONEY),
        ("3千人", 3_000, "人"),
        ("3万人", 30_000, "人"),
        ("3百万人", 3_000_000, "人"),
        ("3千万人", 30_000_000, "人"),
        ("3亿人", 300_000_000, "人"),
        ("3万亿人", 3 * 10**12, "人"),
        ("120人", 120, "人"),
        ("120名", 120, "人"),
        ("1 person", 1, "人"),
        ("120 people", 120, "人"),
        ("2家", 2, "家"),
        ("2026年度", 2026, "年度"),
        ("80分", 80, "分"),
        ("35%", 35, PERCENT),
        ("35％", 35, PERCENT),
        ("12.5 %", Fraction(25, 2), PERCENT),
        ("2年", 2, YEARS),
        ("1 year", 1, YEARS),
        ("24个月", 24, MONTHS),
        ("24月", 24, MONTHS),
        ("30天", 30, DAYS),
        ("5个工作日", 5, WORKDAYS),
        ("5 working days", 5, WORKDAYS),
        ("40周岁", 40, AGE),
        ("40 years old", 40, AGE),
        ("1.5亿", 150_000_000, ""),
        ("300", 300, ""),
        ("0", 0, ""),
    ],
)
def test_a_quantity_is_read_as_people_write_it(text: str, value: Fraction, unit: str) -> None:
    assert read_quantity(text) == Quantity(Fraction(value), unit)


@pytest.mark.parametrize(
    "text",
    [
        "", "万元", "元", "-", "--5万元", "5-万元", "1.5.2万元", "1,50万元", "1500万元吗", "约1500万元", "1500万美元",
        "1500~2000万元", "五万元", "5万5千元", "10²万元", "٣万元", "1e6元", "0x10", "NaN", "∞", "5%%", "5 6",
        "1500万\n元吗", "\0", "5\ud800", "1" * 25 + "元", "1" * 10_000, "0." + "0" * 24 + "1%", "1" * 100_000 + "万元",
    ],
    ids=lambda text: ascii(text)[:24],
)  # fmt: skip
def test_nonsense_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it says: the caller has the text
        read_quantity(text)


def test_a_number_past_any_use_is_told_apart_from_an_unknown_unit() -> None:
    with pytest.raises(TooManyDigits):
        scaled(Fraction(10**24), "")
    with pytest.raises(TooManyDigits):
        scaled(Fraction(10**20), "亿元")
    with pytest.raises(TooManyDigits):
        read_number("1" * 81)
    with pytest.raises(ValueError, match="匹"):
        scaled(Fraction(1), "匹")


UNITS_WRITTEN = sorted({unit for unit, _ in UNITS.values()})
NUMBERS = st.decimals(min_value=0, max_value=10**15, places=6).map(Fraction)


@given(NUMBERS, st.sampled_from(UNITS_WRITTEN), st.sampled_from(["zh", "en"]))
def test_what_is_written_is_read_back(value: Fraction, unit: str, lang) -> None:
    assert read_quantity(format_quantity(value, unit, lang)) == Quantity(value, unit)
    assert read_quantity(format_quantity(-value, unit, lang)) == Quantity(-value, unit)


@given(st.integers(0, 10**24 - 1), st.integers(0, 24), st.sampled_from(sorted(UNITS)))
def test_whatever_is_accepted_can_be_written_and_read_again(digits: int, places: int, unit: str) -> None:
    try:
        quantity = scaled(Fraction(digits, 10**places), unit)
    except TooManyDigits:
        return

    assert read_quantity(format_quantity(quantity.value, quantity.unit)) == quantity


@pytest.mark.parametrize("unit", known_units())
def test_every_unit_that_is_scanned_can_be_read(unit: str) -> None:
    assert read_quantity(f"3{unit}") == scaled(Fraction(3), unit)


def test_longer_units_are_tried_first() -> None:
    units = known_units()

    assert [len(unit) for unit in units] == sorted((len(unit) for unit in units), reverse=True)


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (0, "0元", "0 CNY"),
        (1, "0.01元", "0.01 CNY"),
        (150, "1.5元", "1.5 CNY"),
        (9999_00, "9999元", "9 999 CNY"),
        (1 * WAN, "1万元", "10 000 CNY"),
        (1_234_567, "12345.67元", "12 345.67 CNY"),
        (1_234_500, "12345元", "12 345 CNY"),
        (Fraction(123, 10) * WAN, "12.3万元", "123 000 CNY"),
        (26_123_456_00, "2612.3456万元", "26 123 456 CNY"),
        (26_123_456_07, "26123456.07元", "26 123 456.07 CNY"),
        (9_999 * WAN, "9999万元", "99 990 000 CNY"),
        (15_000 * WAN, "1.5亿元", "150 000 000 CNY"),
        (12_345 * WAN, "12345万元", "123 450 000 CNY"),
        (12_300 * WAN, "1.23亿元", "123 000 000 CNY"),
        (-2000 * WAN, "-2000万元", "-20 000 000 CNY"),
        (Fraction(1, 2), "0.005元", "0.005 CNY"),
        (Fraction(200, 3), "0.66元", "0.66 CNY"),
        (Fraction(-200, 3), "-0.66元", "-0.66 CNY"),
    ],
)
def test_money_is_written_as_people_write_it(fen: Fraction, zh: str, en: str) -> None:
    assert (format_money(fen), format_money(fen, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1, "人", "1人", "1 person"),
        (300, "人", "300人", "300 people"),
        (0, "起", "0起", "0 events"),
        (2, "个工作日", "2个工作日", "2 working days"),
        (1, "年", "1年", "1 year"),
        (40, "岁", "40岁", "40 years old"),
        (Fraction(3, 2), "年", "1.5年", "1.5 years"),
        (Fraction(7, 12), "年", "0.583333年", "0.583333 years"),
        (Fraction(35), "%", "35%", "35%"),
        (7, "", "7", "7"),
        (3, "匹", "3匹", "3 匹"),
    ],
)
def test_a_quantity_is_written_in_both_languages(value: Fraction, unit: str, zh: str, en: str) -> None:
    assert (format_quantity(value, unit), format_quantity(value, unit, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(1, 3), "0.333333"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 10**24), "0." + "0" * 23 + "1"),
        (Fraction(1, 2**200), "0"),
        (10**79, "1" + "0" * 79),
        (10**80, "10^80"),
        (10**5000, "10^5000"),
        (-(10**90), "-10^90"),
    ],
    ids=["thirds", "eighths", "as fine as may be", "too fine", "as large as may be", "too large", "far too large", "too small"],
)
def test_a_number_is_written_in_plain_decimals(number: Fraction, text: str) -> None:
    assert decimal(number) == text


def test_an_amount_past_any_use_can_still_be_shown() -> None:
    assert format_money(10**5000) == "10^4990亿元"
    assert format_money(10**5000, "en") == "10^4998 CNY"


def test_a_grant_is_cut_to_the_fen() -> None:
    assert [round_to_fen(amount) for amount in (5, Fraction(59, 10), Fraction(99, 100))] == [5, 5, 0]


def test_units_have_english_names() -> None:
    assert [unit_name(unit).en for unit in ("人", "个月", "元", "匹")] == ["people", "months", "CNY", "匹"]
