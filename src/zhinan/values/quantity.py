"""Quantities as people write them: `1500万元`, `1.5亿`, `35%`, `300人`, `2年`; read exactly and written back.

Money is counted in fen (分), ratios are plain rational numbers, everything else in its own unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor, log10

from zhinan.values.text import Lang, Text
from zhinan.values.width import half_width

#: One yuan in the unit money is counted in.
FEN = 100
WAN = 10_000
YI = 100_000_000

MONEY = "元"
PERCENT = "%"
YEARS, MONTHS, DAYS, WORKDAYS, AGE = "年", "个月", "天", "个工作日", "岁"
DURATIONS = (YEARS, MONTHS, DAYS, WORKDAYS, AGE)

#: How money may be written: unit → fen. (分 is not one of them: in a guide 80分 is a score.)
_MONEY_UNITS = {
    "元": FEN, "圆": FEN, "块": FEN, "CNY": FEN, "RMB": FEN, "yuan": FEN, "人民币": FEN,
    "千元": 1000 * FEN, "万元": WAN * FEN, "十万元": 10 * WAN * FEN, "百万元": 100 * WAN * FEN,
    "千万元": 1000 * WAN * FEN, "亿元": YI * FEN, "万亿元": WAN * YI * FEN,
    "million CNY": 1_000_000 * FEN, "billion CNY": 1_000_000_000 * FEN,
}  # fmt: skip
_DURATION_UNITS = {
    "年": YEARS, "周年": YEARS, "year": YEARS, "years": YEARS,
    "个月": MONTHS, "月": MONTHS, "month": MONTHS, "months": MONTHS,
    "天": DAYS, "日": DAYS, "day": DAYS, "days": DAYS,
    "个工作日": WORKDAYS, "工作日": WORKDAYS, "working day": WORKDAYS, "working days": WORKDAYS,
    "岁": AGE, "周岁": AGE, "year old": AGE, "years old": AGE,
}  # fmt: skip
#: Measure words with the English that stands for one of them and for several.
_MEASURE_ENGLISH = {
    "人": ("person", "people"), "家": ("unit", "units"), "项": ("item", "items"),
    "件": ("piece", "pieces"), "起": ("event", "events"), "次": ("time", "times"),
    "个": ("of them", "of them"), "分": ("point", "points"), "篇": ("paper", "papers"),
    "台": ("machine", "machines"), "份": ("copy", "copies"), "类": ("type", "types"),
    "年度": ("fiscal year", "fiscal years"),
}  # fmt: skip
#: Measure words with the English plural that stands for them.
MEASURES = {zh: plural for zh, (_, plural) in _MEASURE_ENGLISH.items()}
_MEASURE_UNITS = {
    **{zh: zh for zh in MEASURES},
    **{en: zh for zh, names in _MEASURE_ENGLISH.items() for en in names},
    "名": "人",
    "位": "人",
}
_DURATION_ENGLISH = {
    YEARS: ("year", "years"), MONTHS: ("month", "months"), DAYS: ("day", "days"),
    WORKDAYS: ("working day", "working days"), AGE: ("year old", "years old"),
}  # fmt: skip
_ENGLISH = {**_MEASURE_ENGLISH, **_DURATION_ENGLISH, MONEY: ("CNY", "CNY")}

#: Every unit that may follow a number → (canonical unit, factor into it).
UNITS: dict[str, tuple[str, Fraction]] = {
    "": ("", Fraction(1)),
    PERCENT: (PERCENT, Fraction(1)),
    **{name: (MONEY, Fraction(fen)) for name, fen in _MONEY_UNITS.items()},
    **{name: (unit, Fraction(1)) for name, unit in _DURATION_UNITS.items()},
    **{name: (unit, Fraction(1)) for name, unit in _MEASURE_UNITS.items()},
}
_MULTIPLIERS = {"万": WAN, "亿": YI, "千": 1000, "百万": 100 * WAN, "千万": 1000 * WAN, "万亿": WAN * YI}

#: The digits of a number: grouped by commas, spaces or underscores, with a decimal part.
NUMBER = r"[0-9]+(?:[,_ ][0-9]{3})*(?:\.[0-9]+)?"
_WRITTEN = re.compile(rf"([-+−]?{NUMBER})\s*(万亿|千万|百万|亿|万|千)?\s*([^0-9]*)")
#: No budget and no count comes near 10²⁴, nor needs more decimals: larger and finer numbers are refused, so
#: that exact arithmetic stays cheap.
MAX_DIGITS = 24
_MAX_WRITTEN = 80  # any accepted number can be written out within it, whatever its unit


class TooManyDigits(ValueError):
    """A number larger or finer than any amount or count is."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its canonical unit: fen for money, per cent for `%`, `""` for a bare number."""

    value: Fraction
    unit: str


def read_number(text: str) -> Fraction:
    """The exact number in `text`, whatever groups its digits. Raises `TooManyDigits`."""
    digits = re.sub(r"[,_ ]", "", text).replace("−", "-")
    if len(digits) > _MAX_WRITTEN:
        raise TooManyDigits(text)
    return Fraction(digits)


def read_quantity(text: str) -> Quantity:
    """The quantity written in `text`; full-width digits are accepted. Raises `ValueError`.

    >>> read_quantity("1.5亿元")
    Quantity(value=Fraction(15000000000, 1), unit='元')
    """
    found = _WRITTEN.fullmatch(half_width(text).strip())
    if not found:
        raise ValueError(text)
    digits, multiplier, unit = found.groups()
    return scaled(read_number(digits), (multiplier or "") + unit.strip())


def scaled(number: Fraction, unit: str) -> Quantity:
    """`number` in the canonical form of the written `unit`.

    Raises `ValueError` for an unknown unit, `TooManyDigits` for a number beyond any use.
    """
    for name, factor in (("", 1), *_MULTIPLIERS.items()):
        if unit.startswith(name) and unit[len(name) :] in UNITS:
            canonical, into = UNITS[unit[len(name) :]]
            return Quantity(_bounded(number * factor * into), canonical)
    raise ValueError(unit)


def _bounded(value: Fraction) -> Fraction:
    if abs(value) >= 10**MAX_DIGITS or value.denominator > 10**MAX_DIGITS:
        raise TooManyDigits
    return value


def known_units() -> list[str]:
    """Every written unit, longest first, with the Chinese multipliers."""
    names = {unit for unit in UNITS if unit}
    multiplied = {multiplier + unit for multiplier in _MULTIPLIERS for unit in _MEASURE_UNITS}
    return sorted({*names, *_MULTIPLIERS, *multiplied}, key=lambda name: (-len(name), name))


def unit_name(unit: str) -> Text:
    """What a canonical unit is called.

    >>> unit_name("人").en, unit_name("个月").en
    ('people', 'months')
    """
    return Text(unit, _ENGLISH[unit][1] if unit in _ENGLISH else unit)


def decimal(number: Fraction | int, *, places: int = 6) -> str:
    """`number` in plain decimals: exact when it ends, cut after `places` when it does not.

    Numbers past any use are only sketched, so that a hostile product of factors can still be shown.

    >>> decimal(Fraction(5, 2)), decimal(Fraction(1, 3), places=2)
    ('2.5', '0.33')
    """
    exact = _ending(number.denominator)
    if exact is None:
        exact = places
    return _pointed(abs(number.numerator) * 10**exact // number.denominator, exact, negative=number < 0)


def _pointed(digits: int, places: int, *, negative: bool) -> str:
    """`digits` with a decimal point before the last `places` of them, without idle zeros."""
    sign = "-" if negative else ""
    if digits >= 10 ** (_MAX_WRITTEN + places):
        return f"{sign}10^{floor(log10(digits)) - places}"
    written = str(digits).rjust(places + 1, "0")
    whole, rest = written[: len(written) - places], written[len(written) - places :].rstrip("0")
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _ending(denominator: int) -> int | None:
    """How many decimals a fraction with this denominator has; `None` when they never end, or hardly."""
    if denominator == 1:
        return 0
    places = 0
    for factor in (2, 5):
        count = 0
        while denominator % factor == 0 and count < _MAX_WRITTEN:
            denominator //= factor
            count += 1
        places = max(places, count)
    return places if denominator == 1 else None


def format_money(fen: Fraction | int, lang: Lang = "zh") -> str:
    """An amount as people of `lang` write it: exact, but cut to the fen where its decimals never end.

    >>> format_money(200_000_000), format_money(200_000_000, "en")
    ('200万元', '2 000 000 CNY')
    >>> format_money(1_234_567), format_money(26_123_456_00)
    ('12345.67元', '2612.3456万元')
    """
    extra = _ending(fen.denominator)
    if extra is None:
        fen, extra = int(fen), 0
    digits, negative = abs(fen.numerator) * 10**extra // fen.denominator, fen < 0
    if lang == "en":
        return f"{_grouped(_pointed(digits, extra + 2, negative=negative))} CNY"
    for places, name, longest in ((10, "亿元", 2), (6, "万元", 4 if digits >= 10 ** (8 + extra) else 2)):
        if digits >= 10 ** (places + extra) and digits % 10 ** (places + extra - longest) == 0:
            return _pointed(digits, places + extra, negative=negative) + name
    return _pointed(digits, extra + 2, negative=negative) + "元"


def format_quantity(value: Fraction | int, unit: str, lang: Lang = "zh") -> str:
    """A quantity in its canonical unit, as people of `lang` write it.

    >>> format_quantity(24, "个月"), format_quantity(24, "个月", "en"), format_quantity(1, "人", "en")
    ('24个月', '24 months', '1 person')
    """
    if unit == MONEY:
        return format_money(value, lang)
    digits = decimal(value)
    if unit in ("", PERCENT) or lang == "zh":
        return digits + unit
    one, several = _ENGLISH.get(unit, (unit, unit))
    return f"{digits} {one if value == 1 else several}"


def _grouped(digits: str) -> str:
    if "^" in digits:
        return digits
    whole, _, rest = digits.lstrip("-").partition(".")
    groups = f"{int(whole):,}".replace(",", " ") + ("." + rest if rest else "")
    return "-" + groups if digits.startswith("-") else groups


def round_to_fen(amount: Fraction | int) -> int:
    """The one rounding rule: an amount is cut to the fen, never rounded up past a cap (不超过)."""
    return floor(amount)
