"""Every mistake the language can find in an expression, with the sentence that helps to mend it."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

TOO_LONG = Mistake(
    "expression-too-long",
    Text("表达式太长：{have}{unit}，最多 {limit}{unit}", "the expression is too long: {have}{unit}, at most {limit}"),
    Text("把它拆成几个条件，用 all:/any: 组织", "split it into several conditions under all:/any:"),
)
TOO_DEEP = Mistake(
    "expression-too-deep",
    Text("表达式层次太深，最多 {limit} 层", "the expression is nested too deep, at most {limit} levels"),
    Text("把它拆成几个条件，用 all:/any: 组织", "split it into several conditions under all:/any:"),
)
EMPTY = Mistake(
    "empty-expression",
    Text("这里应有一个表达式，却是空的", "an expression is expected here, but there is nothing"),
    Text("例如：申报单位.从业人数 ≤ 300人", "for example: applicant.staff <= 300 people"),
)
STRANGE_CHARACTER = Mistake(
    "strange-character",
    Text("字符“{character}”在这里没有意义", "the character “{character}” means nothing here"),
    Text("可用的符号：{symbols}", "signs that may be used: {symbols}"),
)
INVISIBLE_CHARACTER = Mistake(
    "invisible-character",
    Text("这里有一个看不见的字符 {code}", "there is an invisible character here, {code}"),
    Text("删去它；它多半是复制时带来的", "delete it; it was probably copied along with the text"),
)
OPEN_QUOTE = Mistake(
    "open-quote",
    Text("引号没有结束", "the quote is not closed"),
    Text("在文字末尾补上引号", "close it with a quote sign"),
)
NO_SUCH_DAY = Mistake(
    "no-such-day",
    Text("没有“{day}”这一天", "there is no day “{day}”"),
    Text("日期写作 2026-02-28", "write a day as 2026-02-28"),
)
UNKNOWN_UNIT = Mistake(
    "unknown-unit",
    Text("不认识单位“{unit}”", "the unit “{unit}” is not known"),
    Text("{hint}", "{hint}"),
)
BAD_NUMBER = Mistake(
    "bad-number",
    Text("数字“{number}”太大或小数位太多", "the number “{number}” is larger or finer than any amount or count is"),
    Text("检查是否多写了数位或单位", "see whether it has digits or a unit too many"),
)
UNFINISHED = Mistake(
    "unfinished-expression",
    Text("表达式没有写完，还缺{expected}", "the expression is not finished: {expected} is missing"),
    Text("在末尾补上", "add it at the end"),
)
LEFT_OVER = Mistake(
    "left-over",
    Text("表达式到这里已经完整，后面却还有“{found}”", "the expression is complete here, and yet “{found}” follows"),
    Text("{hint}", "{hint}"),
)
EXPECTED = Mistake(
    "unexpected-word",
    Text("这里应是{expected}，却遇到“{found}”", "{expected} is expected here, but there is “{found}”"),
    Text("{hint}", "{hint}"),
)
CHAINED = Mistake(
    "chained-comparison",
    Text("一次只能比较两个值", "only two values can be compared at a time"),
    Text("写成：甲 ≤ 乙 且 乙 ≤ 丙", "write it as: a <= b and b <= c"),
)
UNKNOWN_WORD = Mistake(
    "unknown-word",
    Text("没有“{word}”这个词", "there is no word “{word}”"),
    Text("{hint}", "{hint}"),
)
UNKNOWN_FUNCTION = Mistake(
    "unknown-function",
    Text("没有“{word}”这个函数", "there is no function “{word}”"),
    Text("{hint}", "{hint}"),
)
UNKNOWN_MEMBER = Mistake(
    "unknown-member",
    Text("“{list}”里没有“{word}”", "“{list}” has no “{word}”"),
    Text("{hint}", "{hint}"),
)
UNKNOWN_REGION = Mistake(
    "unknown-region",
    Text("没有“{word}”这个行政区划", "there is no region “{word}”"),
    Text("{hint}", "{hint}"),
)
UNKNOWN_NODE = Mistake(
    "unknown-node",
    Text("目录里没有“{word}”", "the tree has no node “{word}”"),
    Text("{hint}", "{hint}"),
)
TYPE_MISMATCH = Mistake(
    "type-mismatch",
    Text("这里应是{expected}，却是{found}", "this should be {expected}, but it is {found}"),
    Text("{hint}", "{hint}"),
)
CANNOT_COMPARE = Mistake(
    "cannot-compare",
    Text("{left}与{right}不能这样比较", "{left} and {right} cannot be compared in this way"),
    Text("{hint}", "{hint}"),
)
CANNOT_COMBINE = Mistake(
    "cannot-combine",
    Text("{left}与{right}不能用“{operator}”运算", "{left} and {right} cannot be combined by “{operator}”"),
    Text("{hint}", "{hint}"),
)
UNIT_MISMATCH = Mistake(
    "unit-mismatch",
    Text("单位不一致：应是“{expected}”，却是“{found}”", "the units differ: {expected} on one side, {found} on the other"),
    Text("{hint}", "{hint}"),
)
WRONG_ARGUMENTS = Mistake(
    "wrong-arguments",
    Text("“{function}”要这样用：{signature}", "{function} is used like this: {signature}"),
    Text("例如：{example}", "for example: {example}"),
)
NESTED_LIST = Mistake(
    "nested-list",
    Text("清单函数里不能再用清单函数", "a list function cannot stand inside another"),
    Text("先把里面的数量定为一个事实", "make the inner number a fact of its own"),
)
NOT_IN_LIST = Mistake(
    "not-a-list",
    Text("“{function}”的第一个参数应是清单", "the first argument of {function} should be a list"),
    Text("例如：{example}", "for example: {example}"),
)
WORKDAY_SHIFT = Mistake(
    "workday-arithmetic",
    Text("日期不能直接加减工作日", "a date cannot be moved by working days here"),
    Text("以工作日计的期限写在流程的时限里", "put a limit in working days into the procedure"),
)
DIVISION_BY_ZERO = Mistake(
    "division-by-zero",
    Text("这里除以零，永远没有结果", "this divides by zero and never has a value"),
    Text("检查除数", "look again at what it is divided by"),
)

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Mistake))
