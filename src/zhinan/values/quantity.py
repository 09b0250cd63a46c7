"""Quantities as people write them: `1500万元`, `1.5亿`, `35%`, `300人`, `2年`; read exactly and written back.

Money is counted in fen (分), ratios are plain rational numbers, everything else in its own unit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from zhinan.values.text import Lang

#: One yuan in the unit money is counted in.
FEN = 100
WAN = 10_000
YI = 100_000_000

MONEY = "元"
PERCENT = "%"
YEARS, MONTHS, DAYS, WORKDAYS, AGE = "年", "个月", "天", "个工作日", "岁"
DURATIONS = (YEARS, MONTHS, DAYS, WORKDAYS, AGE)

#: How money may be written: unit → fen.
_MONEY_UNITS = {
    "元": FEN, "圆": FEN, "块": FEN, "CNY": FEN, "RMB": FEN, "yuan": FEN, "人民币": FEN, "分": 1,
    "千元": 1000 * FEN, "万元": WAN * FEN, "百万元": 100 * WAN * FEN, "千万元": 1000 * WAN * FEN, "亿元": YI * FEN,
    "万亿元": WAN * YI * FEN, "million CNY": 1_000_000 * FEN,
}  # fmt: skip
_DURATION_UNITS = {
    "年": YEARS, "周年": YEARS, "year": YEARS, "years": YEARS,
    "个月": MONTHS, "月": MONTHS, "month": MONTHS, "months": MONTHS,
    "天": DAYS, "日": DAYS, "day": DAYS, "days": DAYS,
    "个工作日": WORKDAYS, "工作日": WORKDAYS, "working day": WORKDAYS, "working days": WORKDAYS,
    "岁": AGE, "周岁": AGE, "years old": AGE,
}  # fmt: skip
#: Measure words with the English that stands for them.
MEASURES = {
    "人": "people", "家": "units", "项": "items", "件": "pieces", "起": "events", "次": "times", "个": "of them",
    "篇": "papers", "台": "machines", "份": "copies", "类": "types", "年度": "year",
}  # fmt: skip
_MEASURE_UNITS = {**{zh: zh for zh in MEASURES}, **{en: zh for zh, en in MEASURES.items()}, "名": "人", "位": "人"}

#: Every unit that may follow a number → (canonical unit, factor into it).
UNITS: dict[str, tuple[str, Fraction]] = {
    "": ("", Fraction(1)),
    "%": (PERCENT, Fraction(1)),
    "％": (PERCENT, Fraction(1)),
    **{name: (MONEY, Fraction(fen)) for name, fen in _MONEY_UNITS.items()},
    **{name: (unit, Fraction(1)) for name, unit in _DURATION_UNITS.items()},
    **{name: (unit, Fraction(1)) for name, unit in _MEASURE_UNITS.items()},
}
_MULTIPLIERS = {"万": WAN, "亿": YI, "千": 1000, "百万": 100 * WAN, "千万": 1000 * WAN, "万亿": WAN * YI}
_ENGLISH_DURATION = {YEARS: "years", MONTHS: "months", DAYS: "days", WORKDAYS: "working days", AGE: "years old"}

#: The digits of a number: grouped by commas, spaces or underscores, with a decimal part.
NUMBER = r"\d+(?:[,_ ]\d{3})*(?:\.\d+)?"
_WRITTEN = re.compile(rf"([-+]?{NUMBER})\s*(万亿|千万|百万|亿|万|千)?\s*(\D*)")
#: More digits than any budget or count has; a longer number is refused, so that exact arithmetic stays cheap.
MAX_DIGITS = 24


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its canonical unit: fen for money, per cent for `%`, `""` for a bare number."""

    value: Fraction
    unit: str


def read_number(text: str) -> Fraction:
    """The exact number in `text`, whatever groups its digits. Raises `ValueError`."""
    digits = re.sub(r"[,_ ]", "", text)
    if len(digits) > MAX_DIGITS:
        raise ValueError(text)
    return Fraction(digits)


def read_quantity(text: str) -> Quantity:
    """The quantity written in `text`; full-width digits are accepted. Raises `ValueError`.

    >>> read_quantity("1.5亿元")
    Quantity(value=Fraction(15000000000, 1), unit='元')
    """
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        raise ValueError(text)
    digits, multiplier, unit = found.groups()
    return scaled(read_number(digits), (multiplier or "") + unit.strip())


def scaled(number: Fraction, unit: str) -> Quantity:
    """`number` in the canonical form of the written `unit`. Raises `ValueError` for an unknown unit."""
    for name, factor in (("", 1), *_MULTIPLIERS.items()):
        if unit.startswith(name) and unit[len(name) :] in UNITS:
            canonical, into = UNITS[unit[len(name) :]]
            return Quantity(number * factor * into, canonical)
    if unit in UNITS:
        canonical, into = UNITS[unit]
        return Quantity(number * into, canonical)
    raise ValueError(unit)


def known_units() -> list[str]:
    """Every written unit, longest first, with the Chinese multipliers."""
    names = [unit for unit in UNITS if unit]
    return sorted({*names, *_MULTIPLIERS, *(m + u for m in _MULTIPLIERS for u in _MEASURE_UNITS)}, key=len, reverse=True)


def decimal(number: Fraction | int, *, places: int = 6) -> str:
    """`number` in plain decimals: exact when it ends, cut after `places` when it does not.

    >>> decimal(Fraction(5, 2)), decimal(Fraction(1, 3), places=2)
    ('2.5', '0.33')
    """
    number = Fraction(number)
    places = _ending(number.denominator) or places
    sign = "-" if number < 0 else ""
    whole, rest = divmod(abs(number), 1)
    digits = ""
    while rest and len(digits) < places:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    digits = digits.rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def _ending(denominator: int) -> int:
    """How many decimals a fraction with this denominator has; 0 when they never end (or there are none)."""
    places = 0
    for factor in (2, 5):
        count = 0
        while denominator % factor == 0:
            denominator //= factor
            count += 1
        places = max(places, count)
    return places if denominator == 1 else 0


def format_money(fen: Fraction | int, lang: Lang = "zh") -> str:
    """An amount as people of `lang` write it; exact to the fen.

    >>> format_money(200_000_000), format_money(200_000_000, "en")
    ('200万元', '2 000 000 CNY')
    """
    fen = Fraction(fen)
    if lang == "en":
        return f"{_grouped(decimal(fen / FEN))} CNY"
    for scale, name in ((YI, "亿元"), (WAN, "万元")):
        short = fen / (scale * FEN)
        if abs(short) >= 1 and short * 10**6 % 1 == 0:
            return decimal(short) + name
    return f"{decimal(fen / FEN)}元"


def format_quantity(value: Fraction | int, unit: str, lang: Lang = "zh") -> str:
    """A quantity in its canonical unit, as people of `lang` write it."""
    if unit == MONEY:
        return format_money(value, lang)
    digits = decimal(value)
    if unit in ("", PERCENT):
        return digits + unit
    if lang == "zh":
        return digits + unit
    return f"{digits} {_ENGLISH_DURATION.get(unit) or MEASURES.get(unit, unit)}"


def _grouped(digits: str) -> str:
    whole, _, rest = digits.lstrip("-").partition(".")
    groups = f"{int(whole):,}".replace(",", " ") + ("." + rest if rest else "")
    return "-" + groups if digits.startswith("-") else groups


def round_to_fen(amount: Fraction | int) -> int:
    """The one rounding rule: an amount is cut to the fen, never rounded up past a cap (不超过)."""
    return floor(amount)
