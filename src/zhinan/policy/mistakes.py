"""Every mistake a pack, a vocabulary or a subject can hold, with the sentence that helps to mend it."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

# -- files -------------------------------------------------------------------------------------------
NO_SUCH_FILE = Mistake(
    "no-such-file", Text("没有这个文件", "there is no such file"), Text("检查路径和文件名", "check the path and the name")
)
IS_A_DIRECTORY = Mistake(
    "is-a-directory",
    Text("这是一个文件夹，不是文件", "this is a folder, not a file"),
    Text("写出文件夹里的文件名", "name a file in it"),
)
UNREADABLE_FILE = Mistake(
    "unreadable-file",
    Text("文件读不出来：{why}", "the file cannot be read: {why}"),
    Text("检查文件权限", "check the permissions of the file"),
)
FILE_TOO_LARGE = Mistake(
    "file-too-large", Text("文件有 {have}，上限 {limit}", "the file has {have}, at most {limit} are read"),
    Text("确认是不是选错了文件", "is it the right file?"),
)  # fmt: skip
NOT_TEXT = Mistake(
    "not-text", Text("文件不是 UTF-8 或 GB18030 文本", "the file is neither UTF-8 nor GB18030 text"),
    Text("另存为 UTF-8 编码的文本", "save it as UTF-8 text"),
)  # fmt: skip
EMPTY_FILE = Mistake("empty-file", Text("文件是空的", "the file is empty"), Text("写入内容后再试", "put something into it"))
BAD_YAML = Mistake(
    "bad-yaml", Text("YAML 写法有误：{why}", "this is not valid YAML: {why}"),
    Text("检查缩进、冒号后的空格和引号", "check indentation, the space after a colon, and quotes"),
)  # fmt: skip
DUPLICATE_KEY = Mistake(
    "duplicate-key", Text("“{key}”重复，第 {first} 行已经写过", "“{key}” is written twice, first on line {first}"),
    Text("保留一个", "keep one of them"),
)  # fmt: skip
ALIAS = Mistake(
    "yaml-alias",
    Text("不接受锚点和别名（& 和 *）", "anchors and aliases (& and *) are not accepted"),
    Text("把内容直接写出来；文字以 & 或 * 开头时加引号", "write the content out; quote text that begins with & or *"),
)
TAG = Mistake("yaml-tag", Text("不接受标签 {tag}", "the tag {tag} is not accepted"), Text("去掉标签", "remove the tag"))
SEVERAL_DOCUMENTS = Mistake(
    "several-documents",
    Text("一个文件里只能有一个文档", "a file holds one document only"),
    Text("去掉 --- 之后的内容", "remove what follows ---"),
)
KEY_NOT_TEXT = Mistake(
    "key-not-text", Text("键必须是文字", "a key must be text"), Text("例如：名称: 值", "for example: name: value")
)
YAML_TOO_DEEP = Mistake(
    "yaml-too-deep",
    Text("嵌套太深，上限 {limit} 层", "nested too deep, at most {limit} levels"),
    Text("检查缩进或括号", "check indentation or brackets"),
)
TOO_MANY_NODES = Mistake(
    "too-many-nodes",
    Text("内容太多，上限 {limit} 项", "too much content, at most {limit} items"),
    Text("拆成几个文件", "split it into several files"),
)
CONTROL_CHARACTER = Mistake(
    "control-character",
    Text("有不能使用的控制字符 {code}", "the control character {code} cannot be used"),
    Text("删掉它，或把文件另存为纯文本", "remove it, or save the file as plain text"),
)
TOO_MANY_PROBLEMS = Mistake(
    "too-many-problems",
    Text("问题超过 {limit} 个，其余的没有列出", "there are more than {limit} problems; the rest are not listed"),
    Text("先改前面的，再查一遍", "mend those above, then check again"),
)

# -- the shape of a pack -----------------------------------------------------------------------------
UNKNOWN_KEY = Mistake("unknown-key", Text("不认识“{key}”", "“{key}” is not known here"), Text("{hint}", "{hint}"))
MISSING_KEY = Mistake("missing-key", Text("缺少“{key}”", "“{key}” is missing"), Text("补上“{key}:”", "add “{key}:”"))
WRONG_SHAPE = Mistake("wrong-shape", Text("这里应是{expected}", "this should be {expected}"), Text("{hint}", "{hint}"))
NOT_ONE_OF = Mistake(
    "not-one-of",
    Text("“{word}”不在可选值之内", "“{word}” is not one of the choices"),
    Text("可选：{choices}", "one of: {choices}"),
)
DUPLICATE_ID = Mistake(
    "duplicate-id", Text("编号“{id}”重复", "the id “{id}” is used twice"), Text("换一个编号", "choose another id")
)
BAD_ID = Mistake(
    "bad-id",
    Text("“{id}”不能作编号", "“{id}” cannot be an id"),
    Text("用小写英文字母、数字和连字符", "use small letters, digits and hyphens"),
)
BAD_NAME = Mistake(
    "bad-name",
    Text("“{word}”不能作词语名", "“{word}” cannot be the name of a word"),
    Text(
        "中文名不含空格和符号，也不能是语言的关键词；key 用小写英文字母、数字和下划线",
        "a Chinese name has no spaces or signs and is no keyword; a key is small letters, digits and underscores",
    ),
)
WRONG_FILE_NAME = Mistake(
    "wrong-file-name",
    Text("名称应与编号相同：{name}", "it should be named after its id: {name}"),
    Text("改文件名、文件夹名或编号", "rename the file, the folder or the id"),
)
BAD_DATE = Mistake(
    "bad-date", Text("“{day}”不是日期", "“{day}” is not a day"), Text("日期写作 2026-02-28", "write a day as 2026-02-28")
)
BAD_QUANTITY = Mistake(
    "bad-quantity", Text("“{text}”读不成{expected}", "“{text}” cannot be read as {expected}"), Text("{hint}", "{hint}")
)
UNKNOWN_LIST = Mistake(
    "unknown-list", Text("没有“{word}”这个选项表或记录表", "there is no list “{word}”"), Text("{hint}", "{hint}")
)
UNKNOWN_PACK = Mistake("unknown-pack", Text("没有“{word}”这个政策包", "there is no pack “{word}”"), Text("{hint}", "{hint}"))
UNKNOWN_SCHEME = Mistake("unknown-scheme", Text("没有“{word}”这个事项", "there is no scheme “{word}”"), Text("{hint}", "{hint}"))
UNKNOWN_LINE = Mistake(
    "unknown-line",
    Text("这个事项没有“{word}”子项", "the scheme has no line “{word}”"),
    Text("可选：{choices}", "one of: {choices}"),
)
UNKNOWN_DIRECTION = Mistake(
    "unknown-direction",
    Text("支持方向里没有“{word}”", "the supported directions have no “{word}”"),
    Text("{hint}", "{hint}"),
)
MISPLACED_DIRECTION = Mistake(
    "misplaced-direction",
    Text("方向“{id}”列在“{parent}”下面，编号却不同开头", "“{id}” stands under “{parent}” but does not begin with it"),
    Text("编号写作 {parent}.1、{parent}.2 …", "write its id as {parent}.1, {parent}.2 …"),
)
UNKNOWN_CLAUSE = Mistake(
    "unknown-clause", Text("大纲里没有“{clause}”这一条", "the outline has no clause “{clause}”"), Text("{hint}", "{hint}")
)
UNKNOWN_RULE = Mistake(
    "unknown-rule", Text("大纲里没有规则“{rule}”", "the outline has no rule “{rule}”"), Text("{hint}", "{hint}")
)
UNKNOWN_READING = Mistake(
    "unknown-reading", Text("没有“{word}”这个解读", "there is no reading “{word}”"), Text("{hint}", "{hint}")
)
UNKNOWN_CASE = Mistake(
    "unknown-case",
    Text("前面没有算例“{word}”", "there is no case “{word}” before this one"),
    Text("{hint}", "{hint}"),
)
WRONG_ALTERNATIVES = Mistake(
    "wrong-alternatives",
    Text("解读“{reading}”的各种理解应是：{choices}", "the alternatives of “{reading}” should be: {choices}"),
    Text("每种理解写一条", "write one text for each"),
)
UNUSED_READING = Mistake(
    "unused-reading",
    Text("解读“{reading}”没有条件使用", "no condition uses the reading “{reading}”"),
    Text("加上 recorded: true，或在条件里用它", "add recorded: true, or use it in a condition"),
)
CLAUSE_NOT_CARRIED = Mistake(
    "clause-not-carried", Text("条款“{clause}”没有任何内容承载", "nothing carries the clause “{clause}”"),
    Text("在某个条目里引用它，或写明 informational 的理由", "cite it in an item, or give the reason in informational"),
)  # fmt: skip
CLAUSE_BOTH = Mistake(
    "clause-both", Text("条款“{clause}”既有内容承载，又标为说明性", "the clause “{clause}” is carried and informational at once"),
    Text("去掉 informational", "remove informational"),
)  # fmt: skip
RULE_NOT_CARRIED = Mistake(
    "rule-not-carried",
    Text("规则“{rule}”没有任何内容承载", "nothing carries the rule “{rule}”"),
    Text("在某个条目的 rules 里写上它，或在 left 里写明原因", "name it in the rules of an item, or give the reason in left"),
)
NOTHING_TO_DECIDE = Mistake(
    "nothing-to-decide",
    Text("条件“{id}”既没有 require 也没有 judge", "the condition “{id}” has neither require nor judge"),
    Text("写出表达式，或写明由人判断什么", "write an expression, or what a person judges"),
)
NO_CASE = Mistake(
    "no-case",
    Text("{scheme}的条件“{id}”没有“{outcome}”的算例", "no worked case shows “{id}” of {scheme} as {outcome}"),
    Text("在 cases 里补一个", "add one in cases"),
)
CASE_FAILED = Mistake(
    "case-failed",
    Text("算例“{case}”：{what} 应为 {expected}，算得 {got}", "case “{case}”: {what} should be {expected}, but is {got}"),
    Text("改算例，或改条件", "mend the case or the condition"),
)
WRONG_SHARES = Mistake(
    "wrong-shares",
    Text("各批次的比例加起来是 {total}，应为 100%", "the shares of the instalments add up to {total}, not to 100%"),
    Text("改比例，或把最后一批写作 share: rest", "change the shares, or write the last one as share: rest"),
)
BAD_IN_FORCE = Mistake(
    "bad-in-force", Text("起始日期晚于截止日期", "it begins after it ends"), Text("检查 from 和 to", "check from and to")
)

UNKNOWN_PROCEDURE = Mistake(
    "unknown-procedure", Text("没有“{word}”这个办理流程", "there is no procedure “{word}”"), Text("{hint}", "{hint}")
)
UNKNOWN_LINK = Mistake("unknown-link", Text("没有编号为“{word}”的内容", "nothing has the id “{word}”"), Text("{hint}", "{hint}"))
UNKNOWN_ROLE = Mistake("unknown-role", Text("没有“{word}”这个角色", "there is no role “{word}”"), Text("{hint}", "{hint}"))
UNKNOWN_STAGE = Mistake("unknown-stage", Text("没有“{word}”这个阶段", "there is no stage “{word}”"), Text("{hint}", "{hint}"))
STAGE_UNREACHABLE = Mistake(
    "stage-unreachable",
    Text("从起点走不到阶段“{id}”", "the stage “{id}” cannot be reached from the start"),
    Text("加一个通往它的动作，或去掉它", "add an action that leads to it, or remove it"),
)
STAGE_DEAD_END = Mistake(
    "stage-dead-end",
    Text("从阶段“{id}”走不到终点", "no end can be reached from the stage “{id}”"),
    Text("加一个离开它的动作，或标 final: true", "add an action that leaves it, or mark it final: true"),
)
UNKNOWN_RULESET = Mistake(
    "unknown-ruleset", Text("没有“{word}”这个共用规则集", "there is no rule set “{word}”"), Text("{hint}", "{hint}")
)
EMPTY_CRITERION = Mistake(
    "empty-criterion",
    Text("评分项“{id}”没有 value、score 或 children", "the criterion “{id}” has no value, score or children"),
    Text("写出取值和分档、由谁打分，或下级评分项", "give a value with bands, who scores it, or its children"),
)

# -- a subject ---------------------------------------------------------------------------------------
UNKNOWN_FACT = Mistake("unknown-fact", Text("没有“{word}”这个词", "there is no word “{word}”"), Text("{hint}", "{hint}"))
WRONG_UNIT = Mistake(
    "wrong-unit",
    Text("“{word}”应是{expected}，却写成“{text}”", "“{word}” should be {expected}, but is “{text}”"),
    Text("{hint}", "{hint}"),
)
UNKNOWN_CHOICE = Mistake("unknown-choice", Text("“{word}”里没有“{text}”", "“{word}” has no “{text}”"), Text("{hint}", "{hint}"))
BAD_CODE = Mistake(
    "bad-code",
    Text("“{text}”不是有效的统一社会信用代码：{why}", "“{text}” is not a valid unified social credit code: {why}"),
    Text("对照营业执照核对", "compare it with the business licence"),
)
FACT_TWICE = Mistake("fact-twice", Text("“{word}”写了两次", "“{word}” is given twice"), Text("保留一个", "keep one of them"))

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Mistake))
