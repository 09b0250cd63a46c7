"""The one place that writes Word files: a title and blocks of plain values in, a .docx out that an office can go on editing."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

#: Fonts that Word in China has; elsewhere it takes what is nearest.
_BODY, _HEAD, _LATIN = "仿宋", "黑体", "Times New Roman"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within the paper."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `is_small` for notes."""

    text: str
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header stands again on every page."""

    headers: tuple[str, ...]
    rows: tuple[Sequence[str], ...]


Block = Heading | Paragraph | Table


def document(title: str, blocks: Sequence[Block], *, at: datetime, is_wide: bool = False) -> bytes:
    """A Word file of these blocks, A4, upright or wide. What people wrote is text in it and never a field or a formula."""
    paper = Document()
    _lay_out(paper, title, at=at, is_wide=is_wide)
    head = paper.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(head, title, size=18, is_head=True)
    for block in blocks:
        match block:
            case Heading():
                _write(paper.add_paragraph(), block.text, size=14, is_head=True)
            case Paragraph():
                _write(paper.add_paragraph(), block.text, size=9 if block.is_small else 12)
            case Table():
                _table(paper, block)
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()


def _lay_out(paper: Any, title: str, *, at: datetime, is_wide: bool) -> None:  # Any: the library has no types of its own
    section = paper.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if is_wide else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    about = paper.core_properties
    about.title, about.author, about.comments = _writable(title)[:200], "", ""
    about.created = about.modified = at.replace(tzinfo=None)


def _write(paragraph: Any, text: str, *, size: int, is_head: bool = False) -> None:
    """One run of text in the fonts of the paper; a new line stays one."""
    run = paragraph.add_run(_writable(text))
    run.font.name, run.font.size = _LATIN, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _HEAD if is_head else _BODY)
    paragraph.paragraph_format.space_after = Pt(6)
    if is_head:
        paragraph.paragraph_format.keep_with_next = True


def _table(paper: Any, table: Table) -> None:
    made = paper.add_table(rows=1, cols=len(table.headers))
    made.style = "Table Grid"
    _row(made.rows[0].cells, table.headers, is_head=True)
    repeat = made.rows[0]._tr.get_or_add_trPr().makeelement(qn("w:tblHeader"), {qn("w:val"): "true"})
    made.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in table.rows:
        _row(made.add_row().cells, row)
    paper.add_paragraph()


def _row(cells: Sequence[Any], texts: Sequence[str], *, is_head: bool = False) -> None:
    for cell, text in zip(cells, texts, strict=True):
        _write(cell.paragraphs[0], text, size=9, is_head=is_head)
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)


def _writable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
