"""What the closed words of packs are called: kinds of condition, modes of payment, moments, ways of selecting; and figures."""

from __future__ import annotations

from zhinan.policy.plan import Figure
from zhinan.values.quantity import decimal
from zhinan.values.text import Text

KINDS = {
    "soft": Text("可放宽", "may be waived"),
    "judgement": Text("由人判断", "judged by a person"),
    "register": Text("登记核对", "checked in registers"),
    "evidence": Text("须有佐证", "backed by papers"),
    "auto": Text("自动判定", "decided from facts"),
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


def figure_in_words(figure: Figure | None, unit: str) -> Text:
    """A stated figure with its sign, unit and year: `≥ 45%（2025年）`."""
    if figure is None or figure.value is None:
        return Text("未给出数值", "no number given")
    unit = figure.unit or unit
    sign = "" if figure.op == "=" else f"{figure.op} "
    year = f"（{figure.year}年）" if figure.year else ""
    return Text(f"{sign}{decimal(figure.value)}{unit}{year}", f"{sign}{decimal(figure.value)} {unit} {figure.year or ''}".strip())
