"""A whole register against whole packs: for every row and scheme the verdict, the amount and the reasons.

It decides by the same trees as the assessment of one subject (`policy.resolve`), in columns; what the two say is the
same, row by row.

    screening = Screening([load_pack("yinchuan-2026")], on=date(2026, 3, 1))
    register = read_register(read_table(path), base_vocabulary(), needed=screening.reads)
    write_table(screening.run(register).as_table(), out)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from zhinan.language import tree
from zhinan.language.check import APPLICATION_DAY
from zhinan.language.compile.polars import Program, compile_columns
from zhinan.language.tree import Typed, Value
from zhinan.policy.assess import LINE_FACT, Verdict
from zhinan.policy.model import Pack
from zhinan.policy.resolve import resolve_pack
from zhinan.screening.columns import Register
from zhinan.screening.outcomes import SchemeColumns
from zhinan.screening.near import NearMisses
from zhinan.screening.result import Screened

#: Rows are judged so many at a time, which bounds the memory the intermediate columns take.
ROWS_AT_ONCE = 262_144
#: Told after each of these: the rows done, and the rows there are.
Progress = Callable[[int, int], None]


def screen(
    register: Register, packs: Iterable[Pack], *, on: date, readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, Value] | None = None, schemes: Iterable[str] = (), near: int = 0,
    progress: Progress | None = None,
) -> Screened:  # fmt: skip
    """The verdicts of all rows; see `Screening`."""
    screening = Screening(packs, on=on, readings=readings, parameters=parameters, schemes=schemes, near=near)
    return screening.run(register, progress=progress)
