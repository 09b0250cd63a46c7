"""Screening says of every row what assessing it alone says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests.screening.subjects import Row, Subjects
from zhinan.language.compile.columns import to_column
from zhinan.policy.assess import Assessor, Result, Verdict
from zhinan.policy.finding import Outcome
from zhinan.policy.load import load_pack, shipped_packs
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.screening.columns import Register
from zhinan.screening.screen import Screening, screen
from zhinan.values.problem import BadInput

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


@pytest.mark.parametrize(
    ("id", "unknown", "readings"),
    [
        ("yinchuan-2026", 0.0, {}), ("yinchuan-2026", 0.05, {}), ("yinchuan-2026", 0.1, {"AMB-05": "exclusive"}),
        *((id, 0.3, {}) for id in shipped_packs()),
    ],
)  # fmt: skip
def test_every_row_is_judged_as_it_is_alone(id: str, unknown: float, readings: dict[str, str]) -> None:
    packs = [load_pack(id)]
    screening = Screening(packs, on=ON, readings=readings)
    subjects = Subjects(screening, VOCABULARY, seed=20260301)
    rows = [subjects.row(unknown=unknown) for _ in range(250)]
    assessor = Assessor(packs, readings=readings)

    screened = screening.run(register_of(rows), rows_at_once=100)

    table = screened.as_table()
    alone = [{result.scheme.id: told_alone(result) for result in assessor.assess(row, on=ON)} for row in rows]
    for scheme in screening.schemes:
        name = scheme.name
        line = table[f"{name}.line"].to_list() if scheme.has_lines else [""] * len(rows)
        amounts = screened.outcomes[f"{name}.amount"].to_list()
        columns = (table[f"{name}.{of}"].to_list() for of in ("unmet", "unknown"))
        found = list(zip(table[f"{name}.verdict"].to_list(), line, amounts, *columns, strict=True))
        assert found == [each[name] for each in alone], name


def test_two_editions_of_one_scheme_keep_apart() -> None:
    screening = Screening([PACK, replace(PACK, id="yinchuan-2027")], on=ON, schemes=["sme-innovation"])

    assert [scheme.name for scheme in screening.schemes] == ["yinchuan-2026/sme-innovation", "yinchuan-2027/sme-innovation"]
    rows = [Subjects(screening, VOCABULARY, seed=3).row() for _ in range(20)]
    first, second = screening.run(register_of(rows)).counts().values()
    assert first == second


def test_a_scheme_with_more_conditions_than_bits_is_refused() -> None:
    scheme = PACK.scheme("sme-innovation")
    assert scheme is not None
    one = next(each for each in scheme.conditions if each.bars)
    many = replace(scheme, conditions=tuple(replace(one, id=f"c{number}") for number in range(65)))

    with pytest.raises(BadInput) as refused:
        Screening([replace(PACK, schemes=(many,))], on=ON)
    assert refused.value.problems[0].code == "scheme-too-large"


def test_as_many_conditions_as_bits_are_told_apart() -> None:
    scheme = PACK.scheme("sme-innovation")
    assert scheme is not None
    one = next(each for each in scheme.conditions if each.bars)
    many = replace(scheme, conditions=tuple(replace(one, id=f"c{number}") for number in range(64)))

    table = screen(register_of([{}, {}]), [replace(PACK, schemes=(many,))], on=ON).as_table()

    assert table["sme-innovation.unknown"].to_list() == [";".join(f"c{number}" for number in range(64))] * 2


def test_a_part_at_a_time_is_the_same_as_all_at_once() -> None:
    screening = Screening([PACK], on=ON, near=2)
    subjects = Subjects(screening, VOCABULARY, seed=5)
    register = register_of([subjects.row() for _ in range(50)])
    seen: list[tuple[int, int]] = []

    parts = screening.run(register, progress=lambda done, total: seen.append((done, total)), rows_at_once=20)

    assert seen == [(20, 50), (40, 50), (50, 50)]
    assert parts.as_table().equals(screening.run(register).as_table())
    assert parts.as_table()["row"].to_list() == list(range(2, 52))


def test_a_register_that_knows_nothing_is_undetermined() -> None:
    labels = pl.DataFrame({"row": ["甲", "乙"]})
    register = Register("甲.csv", pl.DataFrame(), labels, pl.Series([2, 3], dtype=pl.UInt32))

    screened = screen(register, [PACK], on=ON)

    assert {name: set(counts) for name, counts in screened.counts().items()} == {
        scheme.name: {"undetermined"} for scheme in screened.schemes
    }
    assert screened.as_table().columns[:3] == ["row_", "row", "new-productive-forces.verdict"]


def test_a_register_without_rows_has_no_verdicts() -> None:
    register = Register("甲.csv", pl.DataFrame(), pl.DataFrame(), pl.Series([], dtype=pl.UInt32))

    assert screen(register, [PACK], on=ON).as_table().height == 0


def test_a_near_miss_says_how_far_off_it_is() -> None:
    rows: list[Row] = [
        {"applicant.sector": "industry", "applicant.revenue_last_year": revenue, "applicant.staff": staff}
        for revenue, staff in ((2_600_000_000_00, 100), (1_000_000_000_00, 100))
    ]  # fmt: skip

    table = screen(register_of(rows), [PACK], on=ON, schemes=["sme-innovation"], near=1).as_table()

    near = table["sme-innovation.near"].to_list()
    assert near[1] is not None
    assert "上年营业收入" in near[0]


@pytest.mark.parametrize("near", [1, 2])
def test_near_rows_are_those_with_few_unmet_conditions_on_their_nearest_line(near: int) -> None:
    screening = Screening([PACK], on=ON, near=near)
    subjects = Subjects(screening, VOCABULARY, seed=11)
    rows = [subjects.row(unknown=0.1) for _ in range(150)]
    assessor = Assessor([PACK])

    table = screening.run(register_of(rows)).as_table()

    for place, row in enumerate(rows):
        alone = {result.scheme.id: result for result in assessor.assess(row, on=ON)}
        for scheme in screening.schemes:
            fewest = min(
                sum(f.ready.bars and f.outcome is Outcome.UNMET for f in on_line(assessor, row, scheme.name, line).findings)
                for line in alone[scheme.name].lines or [""]
            )  # fmt: skip
            is_near = alone[scheme.name].verdict is Verdict.INELIGIBLE and fewest <= near
            assert (table[f"{scheme.name}.near"][place] is not None) == is_near, (scheme.name, row)


def on_line(assessor: Assessor, row: Row, scheme: str, line: str) -> Result:
    facts = {**row, "application.line": f"{scheme}/{line}"} if line else row
    return next(result for result in assessor.assess(facts, on=ON) if result.scheme.id == scheme)


def test_a_parameter_goes_to_the_pack_that_has_it() -> None:
    packs, figures = [PACK, load_pack("ningxia-rnd-subsidy-2023")], {"sme-innovation.cap": 1_000, "rnd-base-subsidy.cap": 700}
    screening, assessor = Screening(packs, on=ON, parameters=figures), Assessor(packs, parameters=figures)
    rows = [Subjects(screening, VOCABULARY, seed=seed).row() for seed in range(100)]

    outcomes = screening.run(register_of(rows)).outcomes

    alone = [{result.scheme.id: told_alone(result)[2] for result in assessor.assess(row, on=ON)} for row in rows]
    for name, cap in (("sme-innovation", 1_000), ("rnd-base-subsidy", 700)):
        amounts = outcomes[f"{name}.amount"].to_list()
        assert amounts == [each[name] for each in alone]
        assert cap in amounts
    with pytest.raises(BadInput):
        Screening(packs, on=ON, parameters={"sme-innovation.capp": 1})
