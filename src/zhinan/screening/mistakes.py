"""What can be wrong with a table: its file, its header, its cells."""

from __future__ import annotations

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

# -- the file ----------------------------------------------------------------------------------------
WRONG_EXTENSION = Mistake(
    "wrong-extension",
    Text("不认识扩展名“{found}”", "the extension “{found}” is not known"),
    Text("可用：{choices}", "one of: {choices}"),
)
NOT_A_TABLE = Mistake(
    "not-a-table",
    Text("文件读不成表格：{why}", "the file cannot be read as a table: {why}"),
    Text("检查扩展名是否与内容相符，或重新另存一份", "does the extension fit the content? save it once more"),
)
NO_HEADER = Mistake(
    "no-header", Text("表格是空的", "the table is empty"),
    Text("第一行写词汇表里的词，例如：申报单位.从业人数", "the first row holds words of the vocabulary: applicant.staff"),
)  # fmt: skip
NO_ROWS = Mistake(
    "no-rows", Text("表格只有表头，没有数据", "the table has a header and no rows"), Text("加上数据行", "add some rows")
)
TOO_LONG_FOR_EXCEL = Mistake(
    "too-long-for-excel",
    Text("结果有 {have} 行，Excel 最多 {limit} 行", "the result has {have} rows; Excel holds at most {limit}"),
    Text("写成 .csv 或 .parquet", "write .csv or .parquet"),
)
CANNOT_WRITE = Mistake(
    "cannot-write", Text("写不了文件：{why}", "the file cannot be written: {why}"),
    Text("检查文件夹是否存在、是否有写入权限", "does the folder exist, and may it be written to?"),
)  # fmt: skip

# -- the header --------------------------------------------------------------------------------------
NAMELESS_COLUMN = Mistake(
    "nameless-column", Text("第 {number} 列没有表头", "column {number} has no header"),
    Text("写上词汇表里的词，或删掉这一列", "name it with a word of the vocabulary, or remove it"),
)  # fmt: skip
UNKNOWN_COLUMN = Mistake(
    "unknown-column",
    Text("表头“{word}”不是词汇表里的词", "the header “{word}” is no word of the vocabulary"),
    Text("{hint}；只作标识、不参与判断的列请声明为标识列", "{hint}; declare a column that only identifies rows as a label"),
)
AMBIGUOUS_COLUMN = Mistake(
    "ambiguous-column",
    Text("表头“{word}”有几种意思", "the header “{word}” may mean several things"),
    Text("写全：{choices}", "write it in full: {choices}"),
)
COLUMN_TWICE = Mistake(
    "column-twice", Text("“{word}”有两列", "there are two columns for “{word}”"), Text("保留一列", "keep one of them")
)
WRONG_COLUMN_UNIT = Mistake(
    "wrong-column-unit",
    Text("表头“{word}”的单位“{unit}”不适用", "the unit “{unit}” of the header “{word}” does not fit"),
    Text("应是{expected}", "it should be one of {expected}"),
)
WRONG_COLUMN_TYPE = Mistake(
    "wrong-column-type",
    Text("“{word}”列的数据类型是 {found}，读不成{expected}", "the column “{word}” is of type {found}, not {expected}"),
    Text("写成文字，例如：是、1500万元、2026-03-01", "write it as text: yes, 15 million CNY, 2026-03-01"),
)

# -- the cells ---------------------------------------------------------------------------------------
OUTSIDE_CALENDAR = Mistake(
    "outside-calendar", Text("日期不在公元1年至9999年之间", "the day is not between the years 1 and 9999"),
    Text("检查这个日期", "is this day right?"),
)  # fmt: skip
BAD_JSON = Mistake(
    "bad-json",
    Text("清单写成 JSON，这里读不成：{why}", "a list is written as JSON, and this is none: {why}"),
    Text('例如：[{{"日期": "2026-01-01"}}]；没有就写“无”', 'for example: [{{"date": "2026-01-01"}}]; none if there are none'),
)
MORE_CELLS = Mistake(
    "more-bad-cells",
    Text("还有 {more} 个单元格有问题，没有列出", "{more} more cells are wrong and not listed"),
    Text("先改前面的，再查一遍", "mend those above, then check again"),
)

# -- the packs ---------------------------------------------------------------------------------------
SCHEME_TOO_LARGE = Mistake(
    "scheme-too-large",
    Text(
        "事项“{scheme}”的否决条件或子项超过 {limit} 个",
        "the scheme “{scheme}” has more than {limit} conditions that bar, or lines",
    ),
    Text("把它拆成几个事项", "split it into several schemes"),
)

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Mistake))
