"""The fixed ranking of a round (排序名单), and what was decided on it: as PDF, as Word, as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from zhinan.server.paper.sheet import Cell, Sheet, workbook
from zhinan.server.paper.typesetting import Setting, typeset
from zhinan.server.paper.word import Block, Paragraph, Table, document
from zhinan.server.paper.wording import in_wan, written_moment, written_wan
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of the ranking. Amounts in fen; `outcome` and `reason` once it was decided, else empty."""

    place: int
    code: str
    title: str
    unit: str
    leader: str
    scheme: str
    score: Decimal | None
    requested: int | None
    outcome: str = ""
    amount: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranking of a round: `rule` says how equal scores were told apart."""

    call_title: str
    round_name: str
    round_code: str
    rule: str
    fixed_at: datetime
    decided_at: datetime | None
    lines: tuple[Ranked, ...]
    lang: Lang = "zh"


def ranking_pdf(ranking: Ranking, *, fonts: Path | None = None) -> bytes:
    """The ranking on wide A4, its header again on every page."""
    words = {
        "call_title": ranking.call_title, "notes": _notes(ranking), "headers": _headers(ranking),
        "rows": [[_written(cell) for cell in _row(each, ranking)] for each in ranking.lines],
        "columns": "decided" if ranking.decided_at else "ranked",
    }  # fmt: skip
    at = ranking.decided_at or ranking.fixed_at
    return typeset("ranking", words, Setting(_title(ranking), ranking.round_code, ranking.lang, at, fonts))


def ranking_docx(ranking: Ranking) -> bytes:
    """The ranking as a Word file on wide A4."""
    rows = tuple([_written(cell) for cell in _row(each, ranking)] for each in ranking.lines)
    notes: list[Block] = [Paragraph(note, is_small=True) for note in (ranking.call_title, *_notes(ranking))]
    blocks: Sequence[Block] = [*notes, Table(tuple(_headers(ranking)), rows)]
    return document(_title(ranking), blocks, at=ranking.decided_at or ranking.fixed_at, is_wide=True)


def ranking_xlsx(ranking: Ranking) -> bytes:
    """The ranking as a workbook; scores and amounts (万元) are numbers."""
    rows = tuple(_row(each, ranking) for each in ranking.lines)
    name = Text("排序名单", "Ranking").in_lang(ranking.lang)
    return workbook(Sheet(tuple(_headers(ranking)), rows, name=name, title=_title(ranking)))


def _title(ranking: Ranking) -> str:
    what = Text("资金分配结果", "decisions") if ranking.decided_at else Text("评审排序名单", "ranking")
    return Text(f"{ranking.round_name}{what.zh}", f"{ranking.round_name}: {what.en}").in_lang(ranking.lang)


def _notes(ranking: Ranking) -> list[str]:
    lang = ranking.lang
    fixed, notes = written_moment(ranking.fixed_at, lang), []
    notes.append(Text(f"排序确定时间：{fixed}", f"Fixed at {fixed}"))
    notes.append(Text(f"同分规则：{ranking.rule}", f"Equal scores: {ranking.rule}"))
    if ranking.decided_at:
        decided = written_moment(ranking.decided_at, lang)
        total = written_wan(sum(each.amount or 0 for each in ranking.lines))
        notes.append(Text(f"决定时间：{decided}；合计 {total} 万元", f"Decided at {decided}; {total} × 10 000 CNY altogether"))
    return [note.in_lang(lang) for note in notes]


def _headers(ranking: Ranking) -> list[str]:
    return [header.in_lang(ranking.lang) for header in (*_COLUMNS, *(_DECIDED if ranking.decided_at else ()))]


def _row(line: Ranked, ranking: Ranking) -> tuple[Cell, ...]:
    requested = None if line.requested is None else in_wan(line.requested)
    row: tuple[Cell, ...] = (
        line.place, line.code, line.title, line.unit, line.leader, line.scheme, line.score, requested,
    )  # fmt: skip
    if ranking.decided_at is None:
        return row
    return (*row, line.outcome, None if line.amount is None else in_wan(line.amount), line.reason)


def _written(cell: Cell) -> str:
    """A cell on paper: numbers with the decimals they have."""
    return "" if cell is None else f"{cell:,f}" if isinstance(cell, Decimal) else str(cell)


_COLUMNS = (
    *(Text("名次", "Place"), Text("申报编号", "Code"), Text("项目名称", "Project"), Text("申报单位", "Applicant")),
    *(Text("负责人", "Leader"), Text("申报事项", "Scheme"), Text("评审得分", "Score")),
    Text("核算资助（万元）", "Grant (CNY 10 000)"),
)
_DECIDED = (Text("决定", "Decision"), Text("金额（万元）", "Amount (CNY 10 000)"), Text("理由", "Reason"))
