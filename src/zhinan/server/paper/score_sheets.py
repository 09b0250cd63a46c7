"""The score sheets of a case (评分表) by label: as PDF, as Word, as a workbook. An expert's name is on none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from zhinan.server.paper.sheet import Cell, Sheet, workbook
from zhinan.server.paper.typesetting import Setting, Words, typeset
from zhinan.server.paper.word import Block, Heading, Paragraph, Table, document
from zhinan.server.paper.wording import written_moment
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Scored:
    """One sheet: `points` criterion by criterion as they were given; `wild_reason` where a reason was asked for."""

    label: str
    pass_number: int
    points: tuple[str, ...]
    total: Decimal
    verdict: str
    comment: str
    wild_reason: str = ""


@dataclass(frozen=True, slots=True)
class CaseSheets:
    """All sheets of a case in a round. `criteria` are (name, weight in per cent, most) in the order of the sheet."""

    round_name: str
    round_code: str
    number: int
    code: str
    title: str
    official: Decimal | None
    how: str
    criteria: tuple[tuple[str, str, str], ...]
    sheets: tuple[Scored, ...]
    at: datetime
    lang: Lang = "zh"


def score_sheets_pdf(case: CaseSheets, *, fonts: Path | None = None) -> bytes:
    """The points side by side, then each expert's opinion and comment."""
    opinions: list[Words] = [{"title": title, "lines": lines} for title, lines in _opinions(case)]
    words: dict[str, Words] = {
        "kind": _KIND.in_lang(case.lang), "facts": [[name, value] for name, value in _facts(case)],
        "headers": _headers(case), "rows": [[str(cell) for cell in row] for row in _rows(case)], "opinions": opinions,
    }  # fmt: skip
    return typeset("score_sheets", words, Setting(_title(case), f"{case.round_code}  {case.code}", case.lang, case.at, fonts))


def score_sheets_docx(case: CaseSheets) -> bytes:
    """The same as a Word file."""
    blocks: list[Block] = [Paragraph("　".join(f"{name}：{value}" for name, value in _facts(case)), is_small=True)]
    blocks.append(Table(tuple(_headers(case)), tuple([str(cell) for cell in row] for row in _rows(case))))
    for title, lines in _opinions(case):
        blocks += [Heading(title), *(Paragraph(line) for line in lines)]
    return document(_title(case), blocks, at=case.at)


def score_sheets_xlsx(case: CaseSheets) -> bytes:
    """One line for each sheet, with what was given, the opinion and the comment."""
    lang = case.lang
    headers = [
        *(Text("专家", "Expert").in_lang(lang), Text("轮次", "Pass").in_lang(lang)), *(name for name, _, _ in case.criteria),
        *(each.in_lang(lang) for each in (_TOTAL, _VERDICT, _COMMENT, _WILD)),
    ]  # fmt: skip
    rows = tuple(_line(each) for each in case.sheets)
    return workbook(Sheet(tuple(headers), rows, name=_KIND.in_lang(lang), title=_title(case)))


def _line(each: Scored) -> Sequence[Cell]:
    points = (_number(given) for given in each.points)
    return (each.label, each.pass_number, *points, each.total, each.verdict, each.comment, each.wild_reason)


def _number(points: str) -> Cell:
    """Points as a number; what is none stays as it was typed."""
    return Decimal(points) if points.replace(".", "", 1).isascii() and points.replace(".", "", 1).isdigit() else points


def _title(case: CaseSheets) -> str:
    return Text(f"{case.title}（{case.number} 号）", f"{case.title} (no. {case.number})").in_lang(case.lang)


def _facts(case: CaseSheets) -> list[tuple[str, str]]:
    official = "—" if case.official is None else f"{case.official:f}"
    facts = [
        (Text("评审轮次", "Round"), case.round_name), (Text("申报编号", "Code"), case.code),
        (Text("得分", "Score"), official), (Text("计分方法", "Worked out"), case.how),
        (Text("打印时间", "Printed at"), written_moment(case.at, case.lang)),
    ]  # fmt: skip
    return [(name.in_lang(case.lang), value) for name, value in facts]


def _headers(case: CaseSheets) -> list[str]:
    lang = case.lang
    return [Text("指标", "Criterion").in_lang(lang), Text("权重%", "Weight %").in_lang(lang), Text("满分", "Most").in_lang(lang),
            *(each.label for each in case.sheets)]  # fmt: skip


def _rows(case: CaseSheets) -> list[Sequence[Cell]]:
    """One row for each criterion, one column for each expert; the totals last."""
    rows: list[Sequence[Cell]] = [
        (*criterion, *(each.points[at] for each in case.sheets)) for at, criterion in enumerate(case.criteria)
    ]
    return [*rows, (_TOTAL.in_lang(case.lang), "", "", *(f"{each.total:f}" for each in case.sheets))]


def _opinions(case: CaseSheets) -> list[tuple[str, list[str]]]:
    told = []
    for each in case.sheets:
        lines = [each.verdict, each.comment]
        if each.wild_reason:
            lines.append(
                Text(f"离散评分说明：{each.wild_reason}", f"On the outlying score: {each.wild_reason}").in_lang(case.lang)
            )
        told.append((Text(f"专家 {each.label}", f"Expert {each.label}").in_lang(case.lang), [line for line in lines if line]))
    return told


_KIND = Text("专家评分表", "Score sheets")
_TOTAL, _VERDICT, _COMMENT = Text("总分", "Total"), Text("总体意见", "Opinion"), Text("评语", "Comment")
_WILD = Text("离散评分说明", "On the outlying score")
