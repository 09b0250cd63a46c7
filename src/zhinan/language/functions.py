"""The one table of functions: names, signature, what it says, an example. Checker, engines and manual read it."""

from __future__ import annotations

from dataclasses import dataclass

from zhinan.values.text import Text


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its key, its names, how it is called, what it means, an example that checks."""

    key: str
    zh: str
    en: str
    signature: Text
    doc: Text
    example: str
    least: int
    most: int
    over_list: bool = False


FUNCTIONS = (
    Function(
        "min", "较小", "min",
        Text(
            "较小(甲, 乙, …)：同类的金额、数字、数量、期限或日期",
            "min(a, b, …): money, numbers, counts, durations or dates of one kind",
        ),
        Text("其中最小的；有一个未知就是未知。", "The smallest; unknown if any is unknown."),
        "较小(30% × 项目.总研发投入, 50万元)", 2, 20,
    ),
    Function(
        "max", "较大", "max",
        Text(
            "较大(甲, 乙, …)：同类的金额、数字、数量、期限或日期",
            "max(a, b, …): money, numbers, counts, durations or dates of one kind",
        ),
        Text("其中最大的；有一个未知就是未知。", "The largest; unknown if any is unknown."),
        "较大(项目.总研发投入, 50万元)", 2, 20,
    ),
    Function(
        "if", "若", "if",
        Text("若(条件, 甲, 乙)：甲、乙同类", "if(condition, a, b): a and b of one kind"),
        Text(
            "条件成立取甲，不成立取乙；条件未知时，两者相等才有答案。",
            "a when the condition holds, b when it does not; when it is unknown, only an answer both share.",
        ),
        "若(申报单位.独立法人, 50万元, 10万元)", 3, 3,
    ),
    Function(
        "share", "占比", "share",
        Text("占比(甲, 乙)：同类", "share(a, b): of one kind"),
        Text("甲除以乙，得到比例；乙为零时未知。", "a divided by b, as a ratio; unknown when b is zero."),
        "占比(项目.自筹经费, 项目.总预算) ≥ 70%", 2, 2,
    ),
    Function(
        "age", "年龄", "age",
        Text("年龄(出生日期, 日期)：两个日期", "age(birth, day): two dates"),
        Text("到那一天的周岁，生日当天满岁。", "Full years of age on that day; complete on the birthday itself."),
        "年龄(项目负责人.出生日期, 2026-12-31) ≤ 40岁", 2, 2,
    ),
    Function(
        "years", "周年", "years",
        Text("周年(起始日期, 日期)：两个日期", "years(start, day): two dates"),
        Text("从起始到那一天满多少年。", "Full years from the start to that day."),
        "周年(申报单位.注册日期, 申报日) ≥ 3年", 2, 2,
    ),
    Function(
        "months", "月数", "months",
        Text("月数(期限)：以年计的期限", "months(duration): a duration in years"),
        Text("把年换算成月：1年是12个月。", "Years turned into months: one year is twelve."),
        "项目.实施周期 ≤ 月数(2年)", 1, 1,
    ),
    Function(
        "within", "近", "within",
        Text("近(日期, 期限[, 基准日])：期限以年、个月或天计", "within(date, duration[, day]): in years, months or days"),
        Text(
            "日期不早于基准日之前的这段期限，也不晚于基准日；不写基准日就是申报日。",
            "The date lies in the duration before the day, and not after it; the day is the application day unless given.",
        ),
        "近(成果.完成日期, 5年)", 2, 3,
    ),
    Function(
        "count", "计数", "count",
        Text("计数(清单[, 条件])", "count(list[, condition])"),
        Text(
            "清单里（满足条件）的条数；条件里直接写清单的栏目名。",
            "How many records (that meet the condition); in it the fields of the list are bare names.",
        ),
        "计数(申报单位.重大事故, 日期 ≥ 申报日 - 1年) = 0", 1, 2, over_list=True,
    ),
    Function(
        "exists", "存在", "exists",
        Text("存在(清单[, 条件])", "exists(list[, condition])"),
        Text("清单里至少有一条（满足条件）。", "At least one record (meets the condition)."),
        "存在(申报单位.重大事故, 日期 ≥ 申报日 - 1年)", 1, 2, over_list=True,
    ),
    Function(
        "all", "全部", "every",
        Text("全部(清单, 条件)", "every(list, condition)"),
        Text("清单里每一条都满足条件；空清单算满足。", "Every record meets the condition; an empty list does."),
        "全部(申报单位.重大事故, 日期 < 申报日 - 1年)", 2, 2, over_list=True,
    ),
    Function(
        "sum", "合计", "sum",
        Text("合计(清单, 数值[, 条件])", "sum(list, value[, condition])"),
        Text(
            "（满足条件的）各条数值之和；空清单是零。",
            "The values of the records (that meet the condition) added up; zero for an empty list.",
        ),
        "合计(项目.参与单位, 承担经费) ≤ 40% × 项目.申请财政经费", 2, 3, over_list=True,
    ),
)  # fmt: skip

BY_NAME = {name: function for function in FUNCTIONS for name in (function.zh, function.en)}
BY_KEY = {function.key: function for function in FUNCTIONS}
