"""What the closed words of packs are called: kinds, modes of payment, moments, ways of selecting; and figures in words."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from zhinan.policy.model import Payment, Selection, Title
from zhinan.policy.plan import Figure
from zhinan.policy.procedure import Deadline
from zhinan.values.quantity import MONEY, decimal, format_quantity, scaled
from zhinan.values.text import Text

KINDS = {
    "soft": Text("可放宽", "may be waived"),
    "judgement": Text("由人判断", "judged by a person"),
    "register": Text("登记核对", "checked in registers"),
    "evidence": Text("须有佐证", "backed by papers"),
    "auto": Text("自动判定", "decided from facts"),
}
SCHEME_KINDS = {
    "grant": Text("项目资助", "grant"), "subsidy": Text("补助", "subsidy"), "recognition": Text("认定", "recognition"),
    "reward": Text("奖励", "reward"), "voucher": Text("创新券", "voucher"), "credit": Text("额度折算", "credit"),
    "challenge": Text("揭榜", "challenge"),
}  # fmt: skip
APPLICANTS = {
    "organisation": Text("单位申报", "organisations apply"), "person": Text("个人申报", "persons apply"),
    "joint": Text("个人和单位共同申报", "a person and an organisation apply together"),
}  # fmt: skip
#: How sure a figure is that comes from outside the documents.
SURENESS = {
    "verified": Text("已核实", "verified"),
    "unverified": Text("待核实", "not verified yet"),
}
MODES = {
    "upfront": Text("前引导", "upfront"),
    "post": Text("后支持", "afterwards"),
    "equity": Text("拨投结合", "grant with investment"),
    "self-funded": Text("全额自筹", "self-funded"),
}
MOMENTS = {
    "establishment": Text("立项时", "on establishment"),
    "acceptance": Text("验收后", "after acceptance"),
    "yearly": Text("按年度", "yearly"),
    "audit": Text("审计后", "after the audit"),
    "mid-term": Text("中期", "at mid-term"),
}
METHODS = {
    "competitive": Text("择优", "competitive"),
    "directed": Text("定向", "directed"),
    "open": Text("公开", "open"),
    "": Text("", ""),
}
MEASURES = {
    "level": Text("期末水平", "level"), "growth": Text("增长", "growth"), "cumulative": Text("累计", "cumulative"),
    "per-year": Text("每年", "per year"), "rank": Text("位次", "rank"), "yes-no": Text("是否达成", "reached or not"),
    "rising": Text("只要求提高", "to rise"),
}  # fmt: skip


def listed(parts: Iterable[Text]) -> Text:
    """Texts side by side: 甲、乙."""
    parts = [part for part in parts if part.zh]
    return Text("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def joined(parts: Iterable[Text]) -> Text:
    """Texts one after the other: 甲；乙."""
    parts = [part for part in parts if part.zh]
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def modes(payment: Payment) -> Text:
    """The modes of payment to choose from."""
    return listed(MODES[mode] for mode in payment.modes)


def instalments(payment: Payment) -> Text:
    """When how much is paid: `立项时 40%、验收后 其余`."""

    def share(part: Text, written: str) -> Text:
        return Text(f"{part.zh} {written or '其余'}", f"{written or 'the rest'} {part.en}")

    return listed(
        share(MOMENTS[each.at], "" if each.share is None else f"{decimal(each.share * 100)}%") for each in payment.instalments
    )


def budget(payment: Payment) -> Text:
    """What is said of the budget; nothing where nothing is."""
    parts = [Text("包干制", "lump sum")] if payment.lump_sum else []
    return joined([*parts, Text("不要求明细预算", "no line budget")] if payment.budget == "none" else parts)


def selection(item: Selection) -> Text:
    """How projects are chosen, and how many."""
    method = METHODS[item.method]
    if item.planned is None:
        return method
    least, most = item.planned
    number = str(least) if least == most else f"{least}–{most}"
    return joined([method, Text(f"拟立项 {number} 项", f"{number} project{'s' * (most > 1)} planned")])


def title_granted(item: Title) -> Text:
    """The titles a recognition leaves, and for how long."""
    names = "、".join(item.grants)
    if item.valid_months is None:
        return Text(f"认定后取得 {names}", f"grants {names}")
    return Text(f"认定后取得 {names}，有效 {item.valid_months} 个月", f"grants {names} for {item.valid_months} months")


def deadline(item: Deadline | None) -> Text:
    """A time limit of a stage; nothing where there is none."""
    if item is None:
        return Text("", "")
    if item.asked:
        return Text("由主管部门设定", "to be set by the authority")
    if item.on:
        return Text(f"截至 {item.on}", f"until {item.on}")
    if item.working_days:
        return Text(f"{item.working_days} 个工作日内", f"within {item.working_days} working days")
    return Text(f"{item.days} 天内", f"within {item.days} days")


def figure_in_words(figure: Figure | None, unit: str) -> Text:
    """A stated figure with its sign, unit and year, after what it is of: `≥ 45%（2025年）`."""
    if figure is None or (figure.value is None and not figure.about.zh):
        return Text("未给出数值", "no number given")
    number = figure.about if figure.value is None else _number(figure.value, figure.unit or unit)
    about = figure.about if figure.value is not None else Text("", "")
    sign = "" if figure.op == "=" else f"{figure.op} "
    parts = [Text(f"{figure.year}年", str(figure.year))] if figure.year else []
    notes = listed([*parts, *([Text("估计", "estimate")] if figure.estimate else [])])
    return Text(
        f"{about.zh} {sign}{number.zh}".strip() + (f"（{notes.zh}）" if notes.zh else ""),
        f"{about.en} {sign}{number.en}".strip() + (f" ({notes.en})" if notes.en else ""),
    )


#: Units behind a figure of a plan, in English; a measure word has none: the name says what is counted.
_ENGLISH = {
    "倍": "times", "个百分点": "percentage points", "人年": "person-years", "公斤": "kg", "万吨": "× 10 000 t",
    "万吨/年": "× 10 000 t a year", "%": "%", "kg": "kg",
}  # fmt: skip


def _number(value: Fraction, unit: str) -> Text:
    digits = decimal(value)
    zh = f"{digits} {unit}" if unit.isascii() and unit not in ("", "%") else f"{digits}{unit}"
    if unit.endswith(MONEY):
        money = scaled(value, unit)
        return Text(zh, format_quantity(money.value, money.unit, "en"))
    en = _ENGLISH.get(unit, "")
    return Text(zh, f"{digits}{en}" if en == "%" else f"{digits} {en}".strip())


def figures(values: Iterable[Figure]) -> Text:
    """Several figures of one statement."""
    return joined(figure_in_words(value, "") for value in values)
