"""The panels of a round as a workbook, for those in charge: who sits where, how well they fit, who gave a seat up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhinan.server.paper.sheet import Sheet, workbook
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Row:
    """One seat. `match` is of a full 1,000,000; `chance` in thousandths, `None` where there was no lottery."""

    number: str
    case: str
    title: str
    unit: str
    label: str
    kind: Text
    expert: str
    code: str
    employer: str
    match: int
    chance: int | None
    state: Text
    reason: str


_HEADERS = (
    Text("编号", "No."), Text("项目编号", "Case"), Text("项目名称", "Title"), Text("申报单位", "Unit"), Text("席位", "Seat"),
    Text("席位类别", "Kind"), Text("专家", "Expert"), Text("专家编号", "Code"), Text("专家单位", "Employer"),
    Text("匹配度（%）", "Match (%)"), Text("概率（‰）", "Chance (‰)"), Text("状态", "State"), Text("说明", "Reason"),
)  # fmt: skip
_NAME = Text("专家组", "Panels")


def panels_xlsx(title: str, rows: Sequence[Row], lang: Lang) -> bytes:
    """The panels as an .xlsx. Raises `BadInput` when there are more seats than a sheet of Excel holds."""
    cells = tuple(
        (
            row.number, row.case, row.title, row.unit, row.label, row.kind.in_lang(lang), row.expert, row.code, row.employer,
            row.match // 10_000, row.chance, row.state.in_lang(lang), row.reason,
        )
        for row in rows
    )  # fmt: skip
    return workbook(Sheet(tuple(header.in_lang(lang) for header in _HEADERS), cells, _NAME.in_lang(lang), title))
