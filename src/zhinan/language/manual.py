"""The manual of the language, made from the grammar, the tables and the messages themselves, so that it stays true."""

from __future__ import annotations

import re
from collections.abc import Iterable
from inspect import cleandoc
from itertools import product

from zhinan.language import mistakes, parse, scan, tree
from zhinan.language.check import MAX_NODES, MAX_PROBLEMS, check
from zhinan.language.evaluate import MAX_RECORDS, evaluate
from zhinan.language.example import BY_KEY, WORDS
from zhinan.language.explain import show_value
from zhinan.language.format import format_typed
from zhinan.language.functions import BY_KEY as FUNCTION
from zhinan.language.functions import FUNCTIONS, Function
from zhinan.language.tree import Value
from zhinan.language.types import BOOL, KIND_NAMES, Kind
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.quantity import MAX_DIGITS, UNITS, unit_name
from zhinan.values.text import Lang, Text


def language_manual() -> str:
    """The page `docs/reference/language.md`, Chinese first, English second."""
    sections = (_opening, _types, _units, _operators, _grammar, _functions, _unknown, _limits, _problems)
    return "\n\n".join(section() for section in sections) + "\n"


# ─── one section each ───

_CONDITION = (
    "申报单位.行业门类 = 工业 且 申报单位.上年营业收入 < 2000万元 且 申报单位.从业人数 ≤ 300人"
    " 或 申报单位.行业门类 = 服务业 且 申报单位.上年营业收入 < 1000万元 且 申报单位.从业人数 ≤ 100人"
)


def _opening() -> str:
    listed = FUNCTION["count"].example
    return f"""# 条件的语言 · The language of conditions

<!-- 由 zhinan.language.manual 生成，不要手改。Made by zhinan.language.manual: do not edit by hand. -->

## 一屏读懂

申报指南里的一个条件，写成一行能念出来的话：

```
{_broken(_CONDITION)}
```

* **词**来自词汇表，要写全：`申报单位.从业人数`。选项直接写名称：`工业`。
* **数带单位**：`2000万元` `1.5亿元` `300人` `30%` `24个月` `40岁` `2026-03-01`。单位不同不能比较：年不是月，人不是项。
* **且 或 非**两边要有空格。先算“非”，再算“且”，最后算“或”；拿不准就加括号。
* **不知道不等于不符合**：缺一个事实时，结论是“待定”，并列出还缺什么。
* **清单**用函数来问：`{listed.zh}`。
* 金额和比例都精确计算，没有舍入误差；恰好等于上限，就是等于上限。
* 写错了会指出位置、原因和改法，一次指出全部问题。

## In one screen

A condition of a guide is a line that can be read aloud. The same line in English:

```
{_broken(_in_english(_CONDITION))}
```

* **Words** come from the vocabulary and are written in full: `applicant.staff`. A choice is its bare name: `industry`.
* **Numbers have units**: `20 000 000 CNY` `300 people` `30%` `24 months` `40 years old` `2026-03-01`. Different units are
  never compared: years are not months, people are not items.
* **and, or, not**: `not` binds tightest, then `and`, then `or`; put brackets where in doubt.
* **Unknown is not false**: while a fact is missing the answer stays open, with the list of what is missing.
* **Lists** are asked by functions: `{listed.en}`.
* Money and ratios are exact; exactly at the limit is at the limit.
* A mistake is told with its place, its reason and its mend, and all of them at once.

Both spellings may be mixed. Every condition has one canonical text in each language."""


def _types() -> str:
    rows = [
        (KIND_NAMES[kind].zh, KIND_NAMES[kind].en, written, _code(asked), _code(_in_english(asked)))
        for kind, (written, asked) in _TYPES.items()
    ]
    return f"""## 类型 · Types

每个词有一个类型，由词汇表规定。Every word has a type, which the vocabulary gives it.

{_table(("类型", "type", "写法 written", "例 example", "in English"), rows)}

* 单独一个整数可以当作数量：`申报单位.从业人数 ≥ 3`。A bare whole number may stand for a count.
* 行政区划和目录节点包含其下级：`申报单位.所在地 = 宁夏` 对银川市的单位也成立。
  A region or a node holds what lies under it: 宁夏 holds 银川市.
* 日期按日历移动：`2026-01-31 + 1个月` 是 2026-02-28；不足一个月、一天的零头舍去。
  A date moves by the calendar and stays in the month; parts of a month or of a day are dropped.
* 名称里有空格或符号的选项、文本和目录编号加引号：`"D-01"`。
  Put quotes around text, ids of nodes, and names of choices with a space or a sign in them."""


_TYPES = {
    Kind.BOOL: ("`是` `否`", "申报单位.独立法人"),
    Kind.MONEY: ("`2000万元` `3200元`", "申报单位.上年营业收入 < 2000万元"),
    Kind.NUMBER: ("`30%` `0.3`", "申报单位.研发强度 ≥ 3%"),
    Kind.COUNT: ("`300人` `3项`", "申报单位.从业人数 ≤ 300人"),
    Kind.DURATION: ("`2年` `24个月` `30天` `5个工作日` `40岁`", "项目.实施周期 ≤ 24个月"),
    Kind.DATE: ("`2026-03-01` `2026年3月1日`", "申报单位.注册日期 ≤ 申报日 - 1年"),
    Kind.CHOICE: ("`工业`", "申报单位.行业门类 属于 {工业, 服务业}"),
    Kind.SET: ("", "申报单位.资质 包含 科技型中小企业"),
    Kind.REGION: ('`银川市` `"640100"`', "申报单位.所在地 属于 {银川市}"),
    Kind.TREE: ('`"D-01"`', '项目.支持方向 属于 {"D-01"}'),
    Kind.TEXT: ('`"甲类"`', '申报.子项 = "甲类"'),
    Kind.RECORDS: ("", "计数(申报单位.重大事故) = 0"),
}


def _units() -> str:
    canonical = dict.fromkeys(unit for unit, _ in UNITS.values() if unit)
    rows = [
        (_code(unit), unit_name(unit).en, " ".join(_code(name) for name, (of, _) in UNITS.items() if of == unit))
        for unit in canonical
    ]
    return f"""## 单位 · Units

数字后面可以加 千、万、百万、千万、亿、万亿：`3万人` 就是 `30000人`。数字可用空格或下划线分组：`20 000 000`。
A number may be followed by 千, 万, 百万, 千万, 亿 or 万亿; its digits may be grouped by spaces or underscores.

{_table(("单位", "unit", "写法 spellings"), rows)}"""


def _operators() -> str:
    rows = [(_spelt(sign), means.zh, means.en, _code(example)) for sign, means, example in _OPERATORS]
    others = " ".join(_spelt(sign) for sign in ("(", ")", "{", "}", ",", ".", "是", "否"))
    return f"""## 运算符 · Operators

从上到下，先算的在前。The tightest first.

{_table(("写法 spellings", "意思", "meaning", "例 example"), rows)}

其他符号 others: {others}"""


def _spelt(sign: str) -> str:
    return " ".join(_code(spelling) for spelling in {**scan.SPELLINGS, **scan.SIGNS}[sign])


_OPERATORS = (
    ("×", Text("乘以比例；金额乘以数量", "times a ratio; money times a count"), "30% × 项目.总研发投入"),
    ("÷", Text("除以比例；同类相除得比例", "divided by a ratio; like by like is a ratio"), "项目.自筹经费 ÷ 项目.总预算"),
    ("+", Text("同类相加；日期加期限", "like plus like; a date plus a duration"), "申报日 + 6个月"),
    ("-", Text("同类相减；日期减期限；日期相减得天数", "like minus like; of two dates, the days between"), "申报日 - 1年"),
    ("=", Text("等于", "equal to"), "申报单位.行业门类 = 工业"),
    ("≠", Text("不等于", "not equal to"), "申报单位.行业门类 ≠ 工业"),
    ("<", Text("小于，不含本数", "less than, the limit excluded"), "申报单位.上年营业收入 < 2000万元"),
    ("≤", Text("不大于，含本数", "at most, the limit included"), "申报单位.从业人数 ≤ 300人"),
    (">", Text("大于，不含本数", "more than, the limit excluded"), "项目.总研发投入 > 50万元"),
    ("≥", Text("不小于，含本数", "at least, the limit included"), "申报单位.研发强度 ≥ 3%"),
    ("属于", Text("是其中之一，或在其下级", "one of them, or under one"), "申报单位.所在地 属于 {银川市, 吴忠市}"),
    ("不属于", Text("不是其中任何一个", "none of them; also `not in`"), "申报单位.行业门类 不属于 {工业}"),
    ("包含", Text("多选里有这一项", "the set has it"), "申报单位.资质 包含 高新技术企业"),
    ("包含任一", Text("多选里至少有一项", "the set has one of them"), "申报单位.资质 包含任一 {科技型中小企业, 高新技术企业}"),
    ("包含全部", Text("多选里每项都有", "the set has all of them"), "申报单位.资质 包含全部 {科技型中小企业, 高新技术企业}"),
    ("非", Text("相反", "the opposite"), "非 申报单位.独立法人"),
    ("且", Text("都成立", "both hold"), "申报单位.独立法人 且 申报单位.从业人数 ≥ 3人"),
    ("或", Text("至少一个成立", "one of them holds"), "申报单位.独立法人 或 申报单位.从业人数 ≥ 3人"),
)


def _grammar() -> str:
    grammar = cleandoc((parse.__doc__ or "").partition("\n\n")[2])
    rows = [(name, _code(example), _code(_in_english(example))) for name, example in PRODUCTIONS.items()]
    return f"""## 文法 · Grammar

```
{grammar}
```

{_table(("production", "例 example", "in English"), rows)}"""


#: An example of each production of the grammar.
PRODUCTIONS = {
    "expression": "申报单位.独立法人 或 申报单位.从业人数 ≥ 3人",
    "conjunction": "申报单位.独立法人 且 申报单位.从业人数 ≥ 3人",
    "negation": "非 申报单位.独立法人",
    "comparison": "申报单位.行业门类 属于 {工业, 服务业}",
    "sum": "项目.自筹经费 + 项目.申请经费",
    "product": "30% × 项目.总研发投入",
    "factor": "-(项目.自筹经费 + 项目.申请经费)",
    "call": "较小(项目.自筹经费, 50万元)",
    "name": "申报单位.从业人数",
    "literal": "2000万元",
}


def _functions() -> str:
    return "\n\n".join(["## 函数 · Functions", *map(_function, FUNCTIONS)])


def _function(function: Function) -> str:
    return f"""### {function.zh} · {function.en}

{_called(function.signature.zh, "：", "。")}{function.doc.zh}

{_called(function.signature.en, ": ", ". ")}{function.doc.en}

```
{function.example.zh}
{function.example.en}
```"""


def _called(signature: str, after: str, end: str) -> str:
    """`较小(甲, 乙, …)：同类的金额…` with the call as code and the rest as a sentence."""
    call, _, about = signature.partition(after)
    return f"{_code(call)}{after}{about}{end}" if about else f"{_code(call)}{after}"


def _unknown() -> str:
    left, right = tree.Fact(BOOL, "left"), tree.Fact(BOOL, "right")
    nodes = (left, right, tree.both(left, right), tree.either(left, right), tree.opposite(left))
    rows = [
        tuple(_named(evaluate(node, {"left": first, "right": second})) for node in nodes)
        for first, second in product((True, False, None), repeat=2)
    ]
    return f"""## 未知 · Unknown

“且”只要有一边不成立就不成立，“或”只要有一边成立就成立，不管另一边知不知道；其他运算，有一边未知就是未知。
`and` is no as soon as one side is, `or` is yes as soon as one side is, whatever is unknown; anything else is unknown when
a part of it is.

{_table(("甲 a", "乙 b", "甲 且 乙", "甲 或 乙", "非 甲"), rows)}

* 清单有一条不知道时，先看知道的够不够：已有两条符合，`≥ 1` 就成立。
  Of a list, what is known is looked at first: with two sure records `>= 1` holds, whatever the others are.
* 除以零是未知。A division by zero is unknown.
* 补上一个事实，只会让“未知”变成答案，不会改变已有的答案。
  Learning a fact turns unknown into an answer and never changes an answer."""


def _named(value: Value) -> str:
    return f"{show_value(value, BOOL, 'zh')} {show_value(value, BOOL, 'en')}"


def _limits() -> str:
    rows = [
        ("一个条件的长度", "length of an expression", f"{scan.MAX_LENGTH} 个字 characters"),
        ("词和符号", "words and signs", scan.MAX_TOKENS),
        ("括号层数", "brackets in brackets", scan.MAX_NESTING),
        ("层次", "depth", parse.MAX_DEPTH),
        ("展开后的部分", "parts, once read", MAX_NODES),
        ("一次指出的问题", "problems told at once", MAX_PROBLEMS),
        ("数字", "a number", f"< 10^{MAX_DIGITS}"),
        ("清单的条数，再多按未知算", "records of a list; unknown beyond", MAX_RECORDS),
    ]
    return f"""## 上限 · Limits

再长的条件念不出来，也防住恶意的政策包。What is longer cannot be read aloud; and a hostile pack can do no harm.

{_table(("", "", "上限 limit"), rows)}"""


def _problems() -> str:
    return "\n\n".join(
        [
            "## 问题代码 · Problem codes",
            "代码不变，说法可能改进。Codes are stable; the words may get better.",
            *map(_problem, mistakes.ALL),
        ]
    )


def _problem(mistake: Mistake) -> str:
    problem = problem_of(mistake)
    return f"""### {mistake.code}

```
{_shown(problem, "zh")}

{_shown(problem, "en")}
```"""


def problem_of(mistake: Mistake) -> Problem:
    """The problem that the manual shows for a mistake, made by its example."""
    try:
        check(EXAMPLES[mistake.code], WORDS)
    except BadInput as bad:
        return next(problem for problem in bad.problems if problem.code == mistake.code)
    raise LookupError(mistake.code)


#: An expression that makes each mistake.
EXAMPLES = {
    "expression-too-long": "申报单位.独立法人" + " 且 申报单位.独立法人" * 1_000,
    "expression-too-deep": "(" * 31 + "申报单位.独立法人" + ")" * 31,
    "empty-expression": "",
    "strange-character": "申报单位.独立法人 & 申报单位.从业人数 ≥ 3人",
    "invisible-character": "申报单位.独立法人\u200b",
    "open-quote": '申报.子项 = "甲类',
    "no-such-day": "申报单位.注册日期 ≤ 2026-02-30",
    "unknown-unit": "申报单位.从业人数 ≥ 3个越",
    "bad-number": "申报单位.上年营业收入 < 1234567890123456789012345元",
    "unfinished-expression": "申报单位.独立法人 且",
    "left-over": "申报单位.从业人数 300人",
    "unexpected-word": "申报单位.行业门类 = {工业}",
    "chained-comparison": "3人 ≤ 申报单位.从业人数 ≤ 300人",
    "unknown-word": "申报单位.从业人 ≤ 300人",
    "unknown-function": "较少(项目.自筹经费, 50万元) > 3元",
    "unknown-member": "申报单位.行业门类 = 农业",
    "unknown-region": "申报单位.所在地 属于 {银川是}",
    "unknown-node": '项目.支持方向 属于 {"D-03"}',
    "type-mismatch": "申报单位.从业人数 且 申报单位.独立法人",
    "cannot-compare": "申报单位.资质 = 高新技术企业",
    "cannot-combine": "项目.总研发投入 + 申报单位.从业人数 > 3元",
    "unit-mismatch": "项目.实施周期 ≤ 2年",
    "wrong-arguments": "年龄(项目负责人.出生日期) ≤ 40岁",
    "nested-list": "存在(申报单位.重大事故, 计数(项目.参与单位) = 0)",
    "not-a-list": "计数(申报单位.从业人数) = 0",
    "workday-arithmetic": "申报单位.注册日期 ≤ 申报日 - 5个工作日",
    "division-by-zero": "项目.自筹经费 ÷ 0 > 3元",
}


def _shown(problem: Problem, lang: Lang) -> str:
    return "\n".join(line.rstrip() for line in problem.show(lang).splitlines())


# ─── Markdown ───


def _in_english(text: str) -> str:
    return format_typed(check(text, WORDS, expected=None), BY_KEY, "en")


def _broken(text: str) -> str:
    """A line broken before each `或`, so that it fits a page."""
    return re.sub(r" (或|or) ", r"\n\1 ", text)


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [list(head), *([str(cell) for cell in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
