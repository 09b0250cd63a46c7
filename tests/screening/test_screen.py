"""Screening says of every row what assessing it alone says."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.screening.subjects import Row, Subjects
from zhinan.language.compile.columns import to_column
from zhinan.policy.assess import Assessor, Result
from zhinan.policy.finding import Outcome
from zhinan.policy.load import load_pack
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.screening.columns import Register
from zhinan.screening.screen import Screening

ON = date(2026, 3, 1)
PACK = load_pack("yinchuan-2026")
VOCABULARY = base_vocabulary()


def register_of(rows: list[Row]) -> Register:
    keys = sorted({key for row in rows for key in row})
    columns = [to_column([row.get(key) for row in rows], VOCABULARY.facts[key].word.type, key) for key in keys]
    labels = pl.DataFrame({"名称": [f"甲{number}" for number in range(len(rows))]})
    return Register("甲.csv", pl.DataFrame(columns), labels, pl.Series(range(2, len(rows) + 2), dtype=pl.UInt32))


def told_alone(result: Result) -> tuple[object, ...]:
    """Verdict, line, amount, unmet and unknown conditions, as the assessment of one subject says them."""
    reasons = (
        ";".join(f.item.id for f in result.findings if f.ready.bars and f.outcome is outcome) for outcome in (Outcome.UNMET, Outcome.UNKNOWN)
    )  # fmt: skip
    grant = result.grant.amount if result.grant else None
    return (result.verdict.value, result.line, grant, *reasons)


@pytest.mark.parametrize(("unknown", "readings"), [
    (0.0, {}), (0.05, {}), (0.4, {}), (0.1, {"AMB-05": "exclusive"}),
])  # fmt: skip
def test_every_row_is_judged_as_it_is_alone(unknown: float, readings: dict[str, str]) -> None:
    screening = Screening([PACK], on=ON, readings=readings)
    subjects = Subjects(screening, VOCABULARY, seed=20260301)
    rows = [subjects.row(unknown=unknown) for _ in range(400)]
    assessor = Assessor([PACK], readings=readings)

    screened = screening.run(register_of(rows), rows_at_once=150)

    table = screened.as_table()
    alone = [{result.scheme.id: told_alone(result) for result in assessor.assess(row, on=ON)} for row in rows]
    for scheme in screening.schemes:
        name = scheme.name
        line = table[f"{name}.line"].to_list() if scheme.has_lines else [""] * len(rows)
        amounts = screened.outcomes[f"{name}.amount"].to_list()
        columns = (table[f"{name}.{of}"].to_list() for of in ("unmet", "unknown"))
        found = list(zip(table[f"{name}.verdict"].to_list(), line, amounts, *columns, strict=True))
        assert found == [each[name] for each in alone], name
