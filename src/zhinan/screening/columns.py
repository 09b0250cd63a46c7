"""From a table as people write it to typed columns, by the words of the vocabulary.

A header is a word in Chinese or English (`申报单位.从业人数`, `applicant.staff`), or its last part where that can mean
only one thing; amounts may carry their unit there: `申报单位.上年营业收入（万元）`. Cells are written as in a subject:
`1500万元`, `35%`, `2年`, `是`, sets with 、 between the members, lists as JSON. Columns whose numbers are numbers
already (Parquet) are in yuan, in the unit of the count or duration, and plain ratios, unless the header says otherwise.

Every wrong cell is found, with its row, before anything is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

import polars as pl

from zhinan.language.types import Kind
from zhinan.policy.nearest import brief, near
from zhinan.policy.vocabulary import FactWord, Vocabulary
from zhinan.policy.written import read_value
from zhinan.screening import mistakes
from zhinan.screening.cells import NUMERIC, BadCells, Cells, read_cells
from zhinan.screening.tables import Table
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text

#: Told after each step: the steps done, and the steps there are.
Progress = Callable[[int, int], None]

#: Headers that name a row and decide nothing; any other is declared by the caller.
LABELS = (
    "序号", "编号", "名称", "企业名称", "单位名称", "申报单位", "项目名称", "姓名", "联系人", "备注",
    "统一社会信用代码", "信用代码",
    "id", "key", "no", "name", "code", "uscc", "remark",
)  # fmt: skip
#: So many wrong texts are shown; the cells beyond are counted.
SHOWN = 20
_WITH_UNIT = re.compile(r"(?P<word>.+?)\s*[（(](?P<unit>[^（）()]+)[）)]")


@dataclass(frozen=True, slots=True)
class Register:
    """Typed columns by the keys of facts (see `language.compile.columns`), labels as text, and where each row stood."""

    file: str
    facts: pl.DataFrame
    labels: pl.DataFrame
    lines: pl.Series

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self.lines.len()

    def part(self, start: int, rows: int) -> pl.DataFrame:
        """The facts of some rows. A register that knows none of the facts still has its rows."""
        return self.facts.slice(start, rows) if self.facts.width else self.lines.slice(start, rows).to_frame()


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table that is a fact; bare numbers in it are in `unit`."""

    header: str
    fact: FactWord
    unit: str


def read_register(
    table: Table, vocabulary: Vocabulary, *, needed: Collection[str] | None = None, labels: Iterable[str] = (),
    progress: Progress | None = None,
) -> Register:  # fmt: skip
    """The typed columns of a table. Raises `BadInput` with every problem of the header, or of the cells.

    `labels` are further headers that only name a row. `needed` are the keys of the facts that will be asked for: every
    header is understood, but only the cells of these columns are read (all when `None`). `progress` is told how many
    columns are done, and how many there are.
    """
    columns, kept = _Header(table, vocabulary, frozenset((*LABELS, *labels))).understood()
    asked = [column for column in columns if needed is None or column.fact.key in needed]
    read: list[tuple[_Column, Cells]] = []
    for column in asked:
        cells = read_cells(table.rows[column.header], column.fact, unit=column.unit, vocabulary=vocabulary)
        read.append((column, cells))
        if progress:
            progress(len(read), len(asked))
    if any(cells.bad for _, cells in read):
        raise BadInput(_problems(table, read))
    facts = pl.DataFrame([cells.values.alias(column.fact.key) for column, cells in read])
    return Register(table.file, facts, table.rows.select(pl.col(kept).cast(pl.String)), table.lines)


# -- the header ---------------------------------------------------------------------------------------


class _Header:
    """Finds out what each header means."""

    def __init__(self, table: Table, vocabulary: Vocabulary, labels: frozenset[str]) -> None:
        self.table = table
        self.vocabulary = vocabulary
        self.labels = labels
        self.problems: list[Problem] = []
        self.short: dict[str, list[FactWord]] = {}
        for fact in vocabulary.facts.values():
            for name in dict.fromkeys((fact.label.zh, fact.label.en, fact.key.rpartition(".")[2])):
                self.short.setdefault(name, []).append(fact)

    def understood(self) -> tuple[list[_Column], list[str]]:
        """The columns that are facts, and the headers of those kept as labels. Raises `BadInput`."""
        columns, kept = [], []
        for header in self.table.rows.columns:
            if column := self.column(header):
                columns.append(column)
            if header in self.labels or (column and column.fact.word.type.kind is Kind.TEXT):
                kept.append(header)
        keys = [column.fact.key for column in columns]
        for column in columns:
            if keys.count(column.fact.key) > 1 and keys.index(column.fact.key) == columns.index(column):
                self.note(mistakes.COLUMN_TWICE, word=column.fact.word.zh)
        if self.problems:
            raise BadInput(self.problems)
        return columns, kept

    def note(self, mistake: Mistake, **words: object) -> None:
        self.problems.append(mistake.at(**words).placed(file=self.table.file, line=1))

    def column(self, header: str) -> _Column | None:
        if fact := self.vocabulary.find(header):
            return _Column(header, fact, "")
        if header in self.labels:
            return None
        split = _WITH_UNIT.fullmatch(header)
        word, unit = (split["word"], split["unit"].strip()) if split else (header, "")
        found = self.vocabulary.find(word) or self.by_short_name(word)
        return self.with_unit(header, found, unit) if found else None

    def by_short_name(self, word: str) -> FactWord | None:
        found = self.short.get(word, [])
        if len(found) == 1:
            return found[0]
        if found:
            names = "、".join(fact.word.zh for fact in found[:6])
            self.note(mistakes.AMBIGUOUS_COLUMN, word=brief(word), choices=names)
        else:
            hint = near(word, [*self.vocabulary.by_name, *self.short])
            self.note(mistakes.UNKNOWN_COLUMN, word=brief(word), hint=hint)
        return None

    def with_unit(self, header: str, fact: FactWord, unit: str) -> _Column | None:
        """The column; its unit must be one its numbers can be in. A remark behind other words is passed over."""
        if not unit or fact.word.type.kind not in NUMERIC:
            return _Column(header, fact, "")
        try:
            if any(character.isdigit() for character in unit):
                raise BadInput([])
            read_value(f"1{unit}", fact.word.type, label=fact.label)
        except BadInput:
            self.note(mistakes.WRONG_COLUMN_UNIT, word=brief(header), unit=unit, expected=fact.word.type.name)
            return None
        return _Column(header, fact, unit)


# -- the cells ----------------------------------------------------------------------------------------


def _problems(table: Table, read: list[tuple[_Column, Cells]]) -> list[Problem]:
    """Each wrong text once, with the rows it stands in; the first `SHOWN`, then how many more cells there are."""
    every = [(column, bad) for column, cells in read for bad in cells.bad]
    shown = [_told(table, column, bad) for column, bad in every[:SHOWN]]
    if more := sum(bad.places.len() for _, bad in every[SHOWN:]):
        shown.append(mistakes.MORE_CELLS.at(more=more).placed(file=table.file, line=0))
    return shown


def _told(table: Table, column: _Column, bad: BadCells) -> Problem:
    lines = table.lines.gather(bad.places.head(5)).to_list()
    rows = ", ".join(map(str, lines)) + (" …" if bad.places.len() > len(lines) else "")
    where = Text(f"{column.header}（第 {rows} 行）：", f"{column.header} (row {rows}): ")
    said = bad.problem.message
    message = Text(where.zh + said.zh, where.en + said.en)
    return replace(bad.problem, message=message, file=table.file, line=lines[0])
