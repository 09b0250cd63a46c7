"""Single values as people write them: `1500万元`, `是`, `高新技术企业、科技型中小企业`, `2026年2月28日`."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from zhinan.language.tree import Value
from zhinan.language.types import NUMBER, Kind, Type
from zhinan.policy import mistakes
from zhinan.policy.nearest import brief, near
from zhinan.values.codes import WrongCode, check_credit_code
from zhinan.values.dates import read_day
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.quantity import MONEY, MONTHS, PERCENT, YEARS, Quantity, format_quantity, read_quantity
from zhinan.values.regions import find_region, nearest_regions
from zhinan.values.text import Text

UNKNOWN = ("", "未知", "不详", "unknown", "null", "~", "?")
NOTHING = ("无", "没有", "none", "[]")
_TRUE = ("是", "有", "yes", "true", "y")
_FALSE = ("否", "无", "没有", "no", "false", "n")


def read_value(text: str, type: Type, *, label: Text, code: str = "") -> Value:
    """The value of `type` that a person wrote as `text`; `None` for an unknown.

    `label` names the fact in messages; `code` is the code it must be (`uscc`). Raises `BadInput` with one problem.
    """
    text = text.strip()
    if text in UNKNOWN:
        return None
    match type.kind:
        case Kind.BOOL:
            return _truth(text, type, label)
        case Kind.DATE:
            return _day(text)
        case Kind.CHOICE:
            return _choice(text, type, label)
        case Kind.SET:
            return frozenset(_choice(word, type, label) for word in _words(text, type))
        case Kind.REGION:
            return _region(text)
        case Kind.TEXT | Kind.TREE:
            return _code(text) if code == "uscc" else text
        case Kind.RECORDS:
            raise _bad(mistakes.WRONG_UNIT, word=label, expected=type.name, text=text, hint=Text("", ""))
        case _:
            return _number(text, type, label)


def _words(text: str, type: Type) -> list[str]:
    """The members named in `text`; a name may itself hold a comma."""
    if text in NOTHING:
        return []
    if type.choice and type.choice.find(text):
        return [text]
    for sign in "，,;；|/":
        text = text.replace(sign, "、")
    return [word.strip() for word in text.split("、") if word.strip()]


def _truth(text: str, type: Type, label: Text) -> bool:
    word = text.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    hint = Text("写 是 或 否", "write yes or no")
    raise _bad(mistakes.WRONG_UNIT, word=label, expected=type.name, text=text, hint=hint)


def _day(text: str) -> date:
    try:
        return read_day(text)
    except ValueError:
        raise _bad(mistakes.BAD_DATE, day=text) from None


def _choice(text: str, type: Type, label: Text) -> str:
    choice = type.choice
    member = choice.find(text) if choice else None
    if choice is None or member is None:
        names = [each.name for each in choice.members] if choice else []
        hint = Text(near(text, [name.zh for name in names]).zh, near(text, [name.en for name in names]).en)
        raise _bad(mistakes.UNKNOWN_CHOICE, word=label, text=text, hint=hint)
    return member.key


def _region(text: str) -> str:
    region = find_region(text)
    if region is None:
        close = [each.name for each in nearest_regions(text)]
        hint = Text(f"最接近的：{'、'.join(close)}", f"the nearest: {', '.join(close)}") if close else Text("", "")
        raise _bad(mistakes.UNKNOWN_CHOICE, word=Text("行政区划", "region"), text=text, hint=hint)
    return region.code


def _code(text: str) -> str:
    try:
        return check_credit_code(text)
    except WrongCode as wrong:
        raise _bad(mistakes.BAD_CODE, text=text, why=wrong.problem.message) from None


def _number(text: str, type: Type, label: Text) -> Value:
    try:
        quantity = read_quantity(text)
    except ValueError:
        raise _bad(mistakes.WRONG_UNIT, word=label, expected=type.name, text=text, hint=_example(type)) from None
    value = _converted(quantity, type, text)
    if value is None:
        raise _bad(mistakes.WRONG_UNIT, word=label, expected=type.name, text=text, hint=_example(type))
    return value.numerator if value.denominator == 1 else value


def _converted(quantity: Quantity, type: Type, text: str) -> Fraction | None:
    """The number in the unit of the type: years and months convert, 亿 and 万 alone mean yuan, a bare count is a count."""
    if quantity.unit == type.unit or (type.kind is Kind.NUMBER and quantity.unit == ""):
        return quantity.value
    if type == NUMBER:
        return quantity.value / 100 if quantity.unit == PERCENT else None
    if type.kind is Kind.MONEY and quantity.unit == "" and text[-1] in "万亿":
        return quantity.value * 100
    if (quantity.unit, type.unit) == (YEARS, MONTHS):
        return quantity.value * 12
    if (quantity.unit, type.unit) == (MONTHS, YEARS):
        return quantity.value / 12
    return quantity.value if type.kind is Kind.COUNT and quantity.unit == "" else None


def _example(type: Type) -> Text:
    if type.kind is Kind.MONEY:
        return Text("写出单位，例如：1500万元、1.5亿元、3200元", "write the unit, for example: 15 000 000 CNY, 1500万元")
    if type == NUMBER:
        return Text("例如：35%", "for example: 35%")
    unit = type.unit if type.unit != MONEY else "元"
    return Text(f"例如：{format_quantity(120 if unit == '人' else 3, unit)}", f"for example: {format_quantity(3, unit, 'en')}")


def _bad(mistake: Mistake, **words: object) -> BadInput:
    return BadInput([mistake.at(**{name: brief(word) if isinstance(word, str) else word for name, word in words.items()})])
