"""What to write instead: the nearest names, the right unit, an example of the type that is wanted."""

from __future__ import annotations

from difflib import get_close_matches
from fractions import Fraction

from zhinan.language import tree
from zhinan.language.functions import BY_NAME, FUNCTIONS
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Choice, Kind, Record, Type
from zhinan.values.quantity import FEN, MONTHS, YEARS, format_money, format_quantity, unit_name
from zhinan.values.regions import nearest_regions
from zhinan.values.text import Text

NOTHING = Text("", "")


def example_of(of: Type) -> Text:
    """How a value of a type is written."""
    if of.choice:
        members = of.choice.members[:4]
        return _listed(Text("例如：", "for example: "), [Text(each.name.zh, each.name.en) for each in members])
    if of.kind in (Kind.COUNT, Kind.DURATION):
        return Text(f"例如：3{of.unit}", f"for example: {format_quantity(3, of.unit, 'en')}")
    return _EXAMPLES.get(of.kind, NOTHING)


_EXAMPLES = {
    Kind.BOOL: Text("例如：甲 ≥ 3人，或者 乙 = 是", "for example: a >= 3 people, or b = yes"),
    Kind.MONEY: Text("例如：2000万元", "for example: 20 000 000 CNY"),
    Kind.NUMBER: Text("例如：30%", "for example: 30%"),
    Kind.DATE: Text("例如：2026-02-28", "for example: 2026-02-28"),
    Kind.TEXT: Text('文字加引号，例如："甲类"', 'put text in quotes, for example: "A"'),
    Kind.TREE: Text('目录编号加引号，例如："D-01"', 'put the id of a node in quotes, for example: "D-01"'),
    Kind.REGION: Text("例如：银川市", "for example: 银川市"),
}


def conversion(typed: Typed, unit: str) -> Text:
    """How a value in another unit should be written in `unit`."""
    own, wanted, months = unit_name(typed.type.unit), unit_name(unit), {YEARS: 12, MONTHS: 1}
    if typed.type.kind is Kind.COUNT:
        return Text(
            f"“{own.zh}”和“{wanted.zh}”数的不是同一样东西，检查用的词或量词",
            f"{own.en} and {wanted.en} count different things: look again at the word or its unit",
        )
    if typed.type.kind is Kind.NUMBER:  # a share where points are wanted
        return Text(f"用“{wanted.zh}”写，例如：100{wanted.zh} × …", f"give it in {wanted.en}, for example: 100 {wanted.en} * …")
    if typed.type.unit not in months or unit not in months:
        return Text(f"改用以“{wanted.zh}”计的期限", f"give it in {wanted.en}")
    if isinstance(typed, tree.Constant) and isinstance(typed.value, int | Fraction):
        converted = Fraction(typed.value) * months[typed.type.unit] / months[unit]
        if (converted * (2 if unit == YEARS else 1)).denominator == 1:
            return Text(f"写成 {format_quantity(converted, unit)}", f"write {format_quantity(converted, unit, 'en')}")
    return Text("把年换算成月再比：月数(…)", "turn the years into months: months(…)")


def comparison(left: Typed, right: Typed) -> Text:
    """How two values that cannot be compared might be."""
    kinds = {left.type.kind, right.type.kind}
    if Kind.SET in kinds:
        return Text("多选用“包含”，如 申报单位.资质 包含 …", "a set is asked with has, as in applicant.titles has …")
    if Kind.RECORDS in kinds:
        return Text("清单用 计数、存在、全部 或 合计", "a list is asked with count, exists, every or sum")
    if left.type == right.type:
        return Text("这类值只能用 = 和 ≠ 比较", "such values can only be compared with = and !=")
    if not isinstance(left, tree.Constant) and not isinstance(right, tree.Constant):
        return Text("两边不是同一类值，检查用的词", "the two sides are of different kinds: look again at the words")
    known, written = (left, right) if isinstance(right, tree.Constant) else (right, left)
    if isinstance(written, tree.Constant) and written.type.kind is Kind.NUMBER:
        return _unit_missing(known.type, written.value)
    return example_of(known.type)


def _unit_missing(of: Type, number: Value) -> Text:
    """For a number without the unit that the other side has."""
    if of.kind is Kind.MONEY and isinstance(number, int | Fraction):
        return Text(
            f"少了单位，写成 {format_money(number * FEN)}", f"the unit is missing: write {format_money(number * FEN, 'en')}"
        )
    if of.kind in (Kind.COUNT, Kind.DURATION):
        example = example_of(of)
        return Text(f"数字后面要写单位，{example.zh}", f"a number needs its unit, {example.en}")
    return example_of(of)


def combination(operator: str) -> Text:
    """What may be combined by an operator."""
    if operator in "+-":
        return Text("同类、同单位的值才能相加减", "only values of one kind and unit can be added or subtracted")
    return Text(
        "金额、数量和期限可以乘除比例，金额可以乘除数量",
        "money, counts and durations can be multiplied or divided by a ratio, money also by a count",
    )


def nearest_member(word: str, choice: Choice) -> Text:
    """The members of a list that `word` may have meant; else the first few."""
    names = {name: member for member in choice.members for name in (member.name.en, member.name.zh)}
    near = dict.fromkeys(names[found] for found in get_close_matches(word, names, n=4, cutoff=0.3))
    shown = list(near) or choice.members[:8]
    return _listed(Text("可选：", "one of: "), [member.name for member in shown])


def nearest_region(word: str) -> Text:
    """The regions that `word` may have meant."""
    near = [Text(region.name, region.name) for region in nearest_regions(word)]
    hint = Text("写行政区划的名称或六位代码", "give the name of a region or its six digits")
    return _listed(Text("最接近的：", "the nearest: "), near) if near else hint


def nearest_node(word: str, nodes: frozenset[str]) -> Text:
    """The ids of nodes that `word` may have meant."""
    near = get_close_matches(word, sorted(nodes), n=3, cutoff=0.5) or sorted(nodes)[:5]
    return _listed(Text("最接近的：", "the nearest: "), [Text(each, each) for each in near])


def nearest_function(word: str) -> Text:
    """The functions that `word` may have meant; else all of them."""
    near = dict.fromkeys(BY_NAME[found] for found in get_close_matches(word, BY_NAME, n=3, cutoff=0.4))
    shown = list(near) or FUNCTIONS
    return _listed(Text("可用的函数：", "functions: "), [Text(each.zh, each.en) for each in shown])


def nearest_field(word: str, record: Record) -> Text | None:
    """The field of a record that `word` may have meant."""
    names = {name: each for each in record.fields for name in (each.en, each.zh)}
    if not (near := get_close_matches(word, names, n=1, cutoff=0.4)):
        return None
    found = names[near[0]]
    return Text(f"“{record.name.zh}”的栏目：{found.zh}", f"a field of {record.name.en}: {found.en}")


def glued(word: str) -> Text | None:
    """For a word that swallowed a sign of the grammar."""
    if any(sign in word for sign in "且或"):
        return Text("“且”“或”两边要有空格", "put spaces around 且 and 或 (and, or)")
    if word.startswith("非"):
        return Text(f"“非”后面要有空格：非 {word[1:]}", f"put a space after 非: 非 {word[1:]}")
    return None


def quoted(word: str) -> Text:
    """For a text that was written without quotes."""
    return Text(f'文字要加引号："{word}"', f'put text in quotes: "{word}"')


def _listed(head: Text, names: list[Text]) -> Text:
    return Text(head.zh + "、".join(name.zh for name in names), head.en + ", ".join(name.en for name in names))
