"""The public notice of proposed projects (公示): as PDF to be posted, as Word, as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from zhinan.server.paper.sheet import Cell, Sheet, workbook
from zhinan.server.paper.typesetting import Setting, Words, typeset
from zhinan.server.paper.word import Paragraph, Table, document
from zhinan.server.paper.wording import BEIJING, in_wan, written_day, written_moment, written_wan
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Line:
    """One project. `amount` is counted in fen."""

    number: int
    title: str
    unit: str
    leader: str
    scheme: str
    amount: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What is published, by whom, until when; `contact` is where objections go."""

    code: str
    title: str
    authority: str
    call_title: str
    contact: str
    working_days: int
    opens_at: datetime
    closes_at: datetime
    lines: tuple[Line, ...]
    lang: Lang = "zh"


def notice_pdf(notice: Notice, *, fonts: Path | None = None) -> bytes:
    """The notice on upright A4, its table's header again on every page."""
    words: dict[str, Words] = {
        "paragraphs": _paragraphs(notice), "headers": list(_headers(notice)),
        "rows": [_texts(line) for line in notice.lines], "authority": notice.authority,
        "date": written_day(notice.opens_at.astimezone(BEIJING).date(), notice.lang),
    }  # fmt: skip
    return typeset("notice", words, Setting(notice.title, notice.code, notice.lang, notice.opens_at, fonts))


def notice_docx(notice: Notice) -> bytes:
    """The notice as a Word file."""
    table = Table(_headers(notice), tuple(_texts(line) for line in notice.lines))
    paragraphs = [Paragraph(text) for text in _paragraphs(notice)]
    foot = Paragraph(f"{notice.authority}  {written_day(notice.opens_at.astimezone(BEIJING).date(), notice.lang)}")
    return document(notice.title, [*paragraphs, table, foot], at=notice.opens_at)


def notice_xlsx(notice: Notice) -> bytes:
    """The list of the notice as a workbook; amounts (万元) are numbers."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (line.number, line.title, line.unit, line.leader, line.scheme, in_wan(line.amount) if line.amount is not None else None)
        for line in notice.lines
    )
    return workbook(Sheet(_headers(notice), rows, name=Text("公示名单", "notice").in_lang(notice.lang), title=notice.title))


def _headers(notice: Notice) -> tuple[str, ...]:
    return tuple(header.in_lang(notice.lang) for header in _COLUMNS)


def _texts(line: Line) -> list[str]:
    amount = "" if line.amount is None else written_wan(line.amount)
    return [str(line.number), line.title, line.unit, line.leader, line.scheme, amount]


def _paragraphs(notice: Notice) -> list[str]:
    gaps = {
        "call": notice.call_title, "count": len(notice.lines), "days": notice.working_days, "contact": notice.contact,
        "opens": written_moment(notice.opens_at, notice.lang), "closes": written_moment(notice.closes_at, notice.lang),
    }  # fmt: skip
    return [text.filled(**gaps).in_lang(notice.lang) for text in (_WHAT, _WHEN, _WHERE)]


_WHAT = Text(
    "“{call}”经评审、排序和研究，拟对下列 {count} 个项目予以立项，现予公示。",
    "Under “{call}”, after review and ranking, the {count} projects below are proposed for award.",
)
_WHEN = Text(
    "公示期为 {days} 个工作日（公布当天不计）：{opens} 至 {closes}。",
    "The notice is open for {days} working days, not counting the first day: from {opens} to {closes}.",
)
_WHERE = Text(
    "有异议的单位和个人，请在公示期内以真实身份书面提出，写明事实、理由并附证据。受理：{contact}",
    "Whoever objects does so in writing and by name before it closes, with facts, reasons and evidence. To: {contact}",
)
_COLUMNS = (
    Text("序号", "No."), Text("项目名称", "Project"), Text("承担单位", "Unit"), Text("负责人", "Leader"),
    Text("申报事项", "Scheme"), Text("拟支持（万元）", "Amount (CNY 10 000)"),
)  # fmt: skip
