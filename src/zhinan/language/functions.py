"""The one table of functions: names, signature, what it says, an example. Checker, engines and manual read it."""

from __future__ import annotations

from dataclasses import dataclass

from zhinan.values.text import Text


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its key, its names, how it is called, what it means, an example that checks.

    It takes from `least` to `most` arguments; the first is a list when it is `over_list`.
    """

    key: str
    zh: str
    en: str
    signature: Text
    doc: Text
    example: Text
    least: int
    most: int
    over_list: bool = False


FUNCTIONS = (
    Function(
        key="min",
        zh="较小",
        en="min",
        signature=Text(
            "较小(甲, 乙, …)：同类的金额、数字、数量、期限或日期",
            "min(a, b, …): money, numbers, counts, durations or dates of one kind",
        ),
        doc=Text("其中最小的；有一个未知就是未知。", "The smallest; unknown if any is unknown."),
        example=Text("较小(30% × 项目.总研发投入, 50万元)", "min(30% * project.rnd_spending, 500 000 CNY)"),
        least=2,
        most=20,
    ),
    Function(
        key="max",
        zh="较大",
        en="max",
        signature=Text(
            "较大(甲, 乙, …)：同类的金额、数字、数量、期限或日期",
            "max(a, b, …): money, numbers, counts, durations or dates of one kind",
        ),
        doc=Text("其中最大的；有一个未知就是未知。", "The largest; unknown if any is unknown."),
        example=Text("较大(项目.总研发投入, 50万元)", "max(project.rnd_spending, 500 000 CNY)"),
        least=2,
        most=20,
    ),
    Function(
        key="if",
        zh="若",
        en="if",
        signature=Text("若(条件, 甲, 乙)：甲、乙同类、同单位", "if(condition, a, b): a and b of one kind and unit"),
        doc=Text(
            "条件成立取甲，不成立取乙；条件未知时，两者相等才有答案。",
            "a when the condition holds, b when it does not; when it is unknown, only an answer both share.",
        ),
        example=Text("若(申报单位.独立法人, 50万元, 10万元)", "if(applicant.legal_person, 500 000 CNY, 100 000 CNY)"),
        least=3,
        most=3,
    ),
    Function(
        key="share",
        zh="占比",
        en="share",
        signature=Text("占比(甲, 乙)：甲、乙同类、同单位，是能相除的数", "share(a, b): numbers of one kind and unit"),
        doc=Text("甲除以乙，得到比例；乙为零时未知。", "a divided by b, as a ratio; unknown when b is zero."),
        example=Text("占比(项目.自筹经费, 项目.总预算) ≥ 70%", "share(project.own_funds, project.budget) >= 70%"),
        least=2,
        most=2,
    ),
    Function(
        key="age",
        zh="年龄",
        en="age",
        signature=Text("年龄(出生日期, 日期)：两个日期", "age(birth, day): two dates"),
        doc=Text("到那一天的周岁，生日当天满岁。", "Full years of age on that day; complete on the birthday itself."),
        example=Text("年龄(项目负责人.出生日期, 2026-12-31) ≤ 40岁", "age(leader.birth_date, 2026-12-31) <= 40 years old"),
        least=2,
        most=2,
    ),
    Function(
        key="years",
        zh="周年",
        en="years",
        signature=Text("周年(起始日期, 日期)：两个日期", "years(start, day): two dates"),
        doc=Text("从起始到那一天满多少年。", "Full years from the start to that day."),
        example=Text("周年(申报单位.注册日期, 申报日) ≥ 3年", "years(applicant.registered_on, application_day) >= 3 years"),
        least=2,
        most=2,
    ),
    Function(
        key="months",
        zh="月数",
        en="months",
        signature=Text("月数(期限)：以年计的期限", "months(duration): a duration in years"),
        doc=Text("把年换算成月：1年是12个月。", "Years turned into months: one year is twelve."),
        example=Text("项目.实施周期 ≤ 月数(2年)", "project.duration <= months(2 years)"),
        least=1,
        most=1,
    ),
    Function(
        key="within",
        zh="近",
        en="within",
        signature=Text(
            "近(日期, 期限[, 基准日])：期限以年、个月或天计", "within(date, duration[, day]): in years, months or days"
        ),
        doc=Text(
            "日期不早于基准日之前的这段期限，也不晚于基准日；不写基准日就是申报日。",
            "The date lies in the duration before the day, and not after it; the day is the application day unless given.",
        ),
        example=Text("近(成果.完成日期, 5年)", "within(result.finished_on, 5 years)"),
        least=2,
        most=3,
    ),
    Function(
        key="count",
        zh="计数",
        en="count",
        signature=Text("计数(清单[, 条件])", "count(list[, condition])"),
        doc=Text(
            "清单里（满足条件）的条数；条件里直接写清单的栏目名。",
            "How many records (that meet the condition); in it the fields of the list are bare names.",
        ),
        example=Text(
            "计数(申报单位.重大事故, 日期 ≥ 申报日 - 1年) = 0", "count(applicant.incidents, date >= application_day - 1 year) = 0"
        ),
        least=1,
        most=2,
        over_list=True,
    ),
    Function(
        key="exists",
        zh="存在",
        en="exists",
        signature=Text("存在(清单[, 条件])", "exists(list[, condition])"),
        doc=Text("清单里至少有一条（满足条件）。", "At least one record (meets the condition)."),
        example=Text(
            "存在(申报单位.重大事故, 日期 ≥ 申报日 - 1年)", "exists(applicant.incidents, date >= application_day - 1 year)"
        ),
        least=1,
        most=2,
        over_list=True,
    ),
    Function(
        key="all",
        zh="全部",
        en="every",
        signature=Text("全部(清单, 条件)", "every(list, condition)"),
        doc=Text("清单里每一条都满足条件；空清单算满足。", "Every record meets the condition; an empty list does."),
        example=Text(
            "全部(申报单位.重大事故, 日期 < 申报日 - 1年)", "every(applicant.incidents, date < application_day - 1 year)"
        ),
        least=2,
        most=2,
        over_list=True,
    ),
    Function(
        key="sum",
        zh="合计",
        en="sum",
        signature=Text(
            "合计(清单, 数值[, 条件])：数值是金额、数量或数字",
            "sum(list, value[, condition]): a value in money, a count or a number",
        ),
        doc=Text(
            "（满足条件的）各条数值之和；空清单是零。",
            "The values of the records (that meet the condition) added up; zero for an empty list.",
        ),
        example=Text(
            "合计(项目.参与单位, 承担经费) ≤ 40% × 项目.申请经费", "sum(project.partners, funds) <= 40% * project.funds_asked"
        ),
        least=2,
        most=3,
        over_list=True,
    ),
)

BY_NAME = {name: function for function in FUNCTIONS for name in (function.zh, function.en)}
BY_KEY = {function.key: function for function in FUNCTIONS}
