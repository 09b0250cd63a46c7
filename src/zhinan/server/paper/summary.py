"""An application as a paper: for printing, and for the bundle of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from zhinan.server.paper.typesetting import Setting, Words, typeset
from zhinan.server.paper.wording import in_groups, written_moment
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Grid:
    """A table within a section: partners, team, lines of a budget."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form with its answers, (label, value), then its tables."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    tables: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplicationPaper:
    """One application as it stood at `printed_at`. A draft has no `content_hash` yet."""

    title: str
    code: str
    call_title: str
    unit: str
    sections: tuple[Section, ...]
    status: str
    content_hash: str
    printed_at: datetime
    lang: Lang = "zh"


def application_pdf(paper: ApplicationPaper, *, fonts: Path | None = None) -> bytes:
    """The application as a PDF, section by section; what was not filled in is shown as not filled in."""
    lang = paper.lang
    words: dict[str, Words] = {
        "kind": _KIND.in_lang(lang) if paper.title else "",
        "none": _NONE.in_lang(lang),
        "call_title": paper.call_title,
        "facts": [[label.in_lang(lang), value] for label, value in _facts(paper) if value],
        "hash_title": _HASH.in_lang(lang),
        "hash": in_groups(paper.content_hash),
        "sections": [_section(section, lang) for section in paper.sections],
    }
    foot = "  ".join(filter(None, (paper.code, paper.unit)))
    return typeset("summary", words, Setting(paper.title or _KIND.in_lang(lang), foot, lang, paper.printed_at, fonts))


def _facts(paper: ApplicationPaper) -> list[tuple[Text, str]]:
    return [
        (Text("申报编号", "Application"), paper.code),
        (Text("申报单位", "Applicant"), paper.unit),
        (Text("状态", "Status"), paper.status),
        (Text("打印时间", "Printed at"), written_moment(paper.printed_at, paper.lang)),
    ]


def _section(section: Section, lang: Lang) -> dict[str, Words]:
    return {
        "title": section.title,
        "rows": [[label, value or _NONE.in_lang(lang)] for label, value in section.rows],
        "tables": [_table(table) for table in section.tables],
    }


def _table(table: Grid) -> dict[str, Words]:
    """With every row as long as the longest: a cell that is missing would pull all that follow out of their columns."""
    width = max(len(row) for row in (table.headers, *table.rows))
    headers, *rows = ([*row, *[""] * (width - len(row))] for row in (table.headers, *table.rows))
    return {"title": table.title, "headers": headers, "rows": rows}


_KIND = Text("申报书", "Application")
_NONE = Text("（未填写）", "(not filled in)")
_HASH = Text("内容指纹", "Fingerprint")
