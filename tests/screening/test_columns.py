"""A table as people write it becomes typed columns; every wrong cell is told with its row, all at once."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.language.compile.columns import Unfit, dtype_of, encoder, from_column
from zhinan.language.tree import Value
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.policy.written import read_value
from zhinan.screening.cells import read_cells
from zhinan.screening.columns import SHOWN, Register, read_register
from zhinan.screening.tables import Table
from zhinan.values.problem import BadInput

VOCABULARY = base_vocabulary()
MONEY, RATIO, STAFF = "project.total_rnd_investment", "project.outsourced_share", "applicant.staff"
DURATION, DAY, BIRTH = "project.duration", "project.starts_on", "leader.birth"


def table_of(**columns: Any) -> Table:
    rows = pl.DataFrame(columns)
    return Table("企业.csv", rows, pl.Series(range(2, rows.height + 2), dtype=pl.UInt32))


def register_of(columns: dict[str, Any], **how: Any) -> Register:
    return read_register(table_of(**columns), VOCABULARY, **how)


def values_of(key: str, cells: Any, header: str = "") -> list[Value]:
    register = register_of({header or key: cells})
    assert register.facts.columns == [key]
    return from_column(register.facts[key], VOCABULARY.facts[key].word.type)


def refused(columns: dict[str, Any], **how: Any) -> list[tuple[str, int, str]]:
    with pytest.raises(BadInput) as bad:
        register_of(columns, **how)
    return [(each.code, each.line, each.message.zh) for each in bad.value.problems]


# ─── cells ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "cells", "expected"),
    [
        (MONEY, ["1500万元", " 1.5亿 ", "3200元", "-1元", "0.01元", "1,500万元", "未知", None, "", "１５００万元"],
         [1_500_000_000, 15_000_000_000, 320_000, -100, 1, 1_500_000_000, None, None, None, 1_500_000_000]),
        (RATIO, ["35%", "0.35", "12.5%", "1", "?"], [Fraction(7, 20), Fraction(7, 20), Fraction(1, 8), 1, None]),
        (STAFF, ["120人", "120", "1,200", "+5", "1.2万人", "不详"], [120, 120, 1200, 5, 12_000, None]),
        (DURATION, ["24个月", "2年", "1.5年", "0.5个月"], [24, 24, 18, Fraction(1, 2)]),
        (DAY, ["2026-03-01", "2026年3月1日", "2026/3/1", "2026-3-1", "~"], [date(2026, 3, 1)] * 4 + [None]),
        ("applicant.legal_person", ["是", "否", "yes", "TRUE", "无", None], [True, False, True, True, False, None]),
        ("applicant.kind", ["企业", "enterprise", None], ["enterprise", "enterprise", None]),
        ("applicant.titles", ["高新技术企业、科技型中小企业", "高新技术企业", "无", None, '["高新技术企业"]'],
         [frozenset({"high_tech_enterprise", "tech_sme"}), frozenset({"high_tech_enterprise"}), frozenset(), None, frozenset({"high_tech_enterprise"})]),
        ("project.application_site", ["银川市", "640104", "宁夏"], ["640100", "640104", "640000"]),
        ("project.direction", ["D-YC01.1", " D-YC02 ", None], ["D-YC01.1", "D-YC02", None]),
        ("applicant.incidents", ["无", "[]", '[{"日期": "2026-01-01", "类别": "安全"}, {"kind": null}]', None],
         [(), (), ({"date": date(2026, 1, 1), "kind": "safety"}, {}), None]),
    ],
)  # fmt: skip
def test_cells_are_read_as_people_write_them(key: str, cells: list[Any], expected: list[Value]) -> None:
    assert values_of(key, cells) == expected


@pytest.mark.parametrize(
    ("key", "column", "expected"),
    [
        (MONEY, pl.Series([1500, None, -1]), [150_000, None, -100]),
        (MONEY, pl.Series([1234.56, 0.1, None]), [123_456, 10, None]),
        (MONEY, pl.Series([1, 2], dtype=pl.Decimal(10, 2)), [100, 200]),
        (RATIO, pl.Series([0.35, 1.0]), [Fraction(7, 20), 1]),
        (STAFF, pl.Series([120, 0], dtype=pl.UInt16), [120, 0]),
        (DURATION, pl.Series([24.5]), [Fraction(49, 2)]),
        (DAY, pl.Series([date(2026, 3, 1), None]), [date(2026, 3, 1), None]),
        (DAY, pl.Series([date(2026, 3, 1)]).cast(pl.Datetime), [date(2026, 3, 1)]),
        ("applicant.legal_person", pl.Series([True, None]), [True, None]),
        ("applicant.kind", pl.Series(["企业"], dtype=pl.Categorical()), ["enterprise"]),
        ("applicant.titles", pl.Series([["高新技术企业"], [], None]), [frozenset({"high_tech_enterprise"}), frozenset(), None]),
        ("project.application_site", pl.Series([640104]), ["640104"]),
        ("project.partners", pl.Series([[{"经费": None, "funds": 12.5, "独立法人": True, "registered_on": date(2020, 1, 2)}], [], None])
            .list.eval(pl.struct(pl.element().struct.field("funds", "独立法人", "registered_on"))),
         [({"funds": 1250, "legal_person": True, "registered_on": date(2020, 1, 2)},), (), None]),
        ("applicant.name", pl.Series([None, None]), [None, None]),
    ],
)  # fmt: skip
def test_native_columns_are_in_the_units_stated(key: str, column: pl.Series, expected: list[Value]) -> None:
    assert values_of(key, column) == expected


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("项目.总研发投入（万元）", ["1500", "1,500", "1.5亿元", "0.0001"], [1_500_000_000, 1_500_000_000, 15_000_000_000, 100]),
        ("project.total_rnd_investment (million CNY)", ["2.5"], [250_000_000]),
        ("总研发投入(元)", pl.Series([12.34]), [1234]),
    ],
)  # fmt: skip
def test_a_unit_in_the_header_is_the_unit_of_bare_numbers(header: str, cells: Any, expected: list[Value]) -> None:
    assert values_of(MONEY, cells, header) == expected


NUMBERS = st.from_regex(r"[+-]?[0-9]{1,17}(\.[0-9]{1,9})?", fullmatch=True)
UNITS = st.sampled_from(["", "元", "万元", "亿", "%", "人", "年", "个月", "岁", "千万元", "万亿元", "x", " 万元 ", "e3"])
WRITTEN = st.builds(lambda number, unit: number + unit, NUMBERS, UNITS) | st.sampled_from(
    ["", "未知", "1e5", ".5", "5.", "--1", "1500万元"]
)
WRITTEN_DAYS = st.dates().map(str) | st.from_regex(r"[+-]?[0-9]{1,5}[-/.][0-9]{1,2}-[0-9]{1,2}", fullmatch=True)


@pytest.mark.parametrize("key", [MONEY, RATIO, STAFF, DURATION, DAY])
@given(data=st.data())
def test_the_quick_way_reads_as_the_careful_one(key: str, data: Any) -> None:
    fact = VOCABULARY.facts[key]
    texts = data.draw(st.lists(WRITTEN_DAYS if key == DAY else WRITTEN, min_size=1, max_size=6))
    expected: list[Value] = []
    for text in texts:
        try:
            value = read_value(text, fact.word.type, label=fact.label)
            encoder(fact.word.type)(value)
            expected.append(value)
        except (BadInput, Unfit):
            expected.append(None)

    cells = read_cells(pl.Series(texts), fact, unit="", vocabulary=VOCABULARY)

    assert from_column(cells.values, fact.word.type) == expected


# ─── what is wrong ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "cells", "code"),
    [
        (MONEY, ["1500"], "wrong-unit"), (MONEY, ["1500人"], "wrong-unit"), (MONEY, ["0.001元"], "too-fine"), (MONEY, ["11万亿元"], "too-large"), (MONEY, ["1万万亿元"], "too-large"),
        (RATIO, ["12.34567891%"], "too-fine"), (STAFF, ["1.5人"], "too-fine"), (STAFF, ["十人"], "wrong-unit"), (DAY, ["2026-02-30"], "bad-date"),
        (DAY, ["0000-01-01"], "bad-date"), ("applicant.legal_person", ["1"], "wrong-unit"), ("applicant.kind", ["公司"], "unknown-choice"),
        ("applicant.titles", ["高新"], "unknown-choice"), ("project.application_site", ["火星"], "unknown-choice"),
        ("applicant.uscc", ["911100006000373417"], "bad-code"), ("applicant.incidents", ["两起"], "bad-json"), ("applicant.incidents", ["["], "bad-json"),
        ("applicant.incidents", ['{"日期": 1}'], "wrong-shape"), ("applicant.incidents", ['[{"日期": "2026-01-01", "日期": "2026-01-02"}]'], "bad-json"),
        ("applicant.incidents", ["[" * 3000], "bad-json"), ("applicant.incidents", ['[{"日子": "2026-01-01"}]'], "unknown-fact"),
        ("project.partners", ['[{"分配经费": "0.001元"}]'], "too-fine"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_with_its_row(key: str, cells: list[str], code: str) -> None:
    found = refused({"名称": ["甲", "乙", "丙"], key: [None, *cells, *cells]})

    assert [(each[0], each[1]) for each in found] == [(code, 3)]
    assert found[0][2].startswith(f"{key}（第 3, 4 行）：")


@pytest.mark.parametrize(
    ("key", "column", "code"),
    [
        (MONEY, pl.Series([float("nan")]), "wrong-unit"), (MONEY, pl.Series([0.001]), "too-fine"), (MONEY, pl.Series([date(2026, 1, 1)]), "wrong-column-type"),
        (MONEY, pl.Series([True]), "wrong-column-type"), ("applicant.legal_person", pl.Series([1]), "wrong-unit"),
        (DAY, pl.Series([0], dtype=pl.Int32).cast(pl.Date).dt.offset_by("9000y"), "outside-calendar"), (STAFF, pl.Series([["x"]]), "wrong-column-type"),
        ("project.partners", pl.Series([[{"funds": 0.001}]]), "too-fine"), ("project.partners", pl.Series([[{"x": 1}]]), "unknown-fact"),
    ],
)  # fmt: skip
def test_a_native_column_that_does_not_fit_is_refused(key: str, column: pl.Series, code: str) -> None:
    assert [each[:2] for each in refused({key: column})] == [(code, 2)]


def test_all_wrong_cells_are_told_at_once_and_many_are_counted() -> None:
    words = [f"公司{number}" for number in range(300)]

    found = refused({STAFF: ["x"] * 300, "applicant.kind": words})

    assert len(found) == SHOWN + 1
    assert found[0] == ("wrong-unit", 2, found[0][2])
    assert "2, 3, 4, 5, 6 …" in found[0][2]
    assert found[-1][0] == "more-bad-cells"
    assert f"{600 - 300 - (SHOWN - 1)}" in found[-1][2]


# ─── the header ─────────────────────────────────────────────────────────────────────────────────


def test_a_header_is_a_word_its_key_or_its_last_part() -> None:
    register = register_of({
        "名称": ["甲"], "申报单位.从业人数": ["3"], "applicant.kind": ["企业"], "总研发投入": ["1元"], "申报单位.资质（多选）": ["无"],
        "申报单位.名称": ["乙"], "客户经理": ["丙"],
    }, labels=["客户经理"])  # fmt: skip

    assert register.facts.columns == ["applicant.staff", "applicant.kind", MONEY, "applicant.titles", "applicant.name"]
    assert register.labels.to_dicts() == [{"名称": "甲", "申报单位.名称": "乙", "客户经理": "丙"}]
    assert (register.height, register.lines.to_list()) == (1, [2])


def test_only_the_cells_that_are_asked_for_are_read() -> None:
    register = register_of({"申报单位.从业人数": ["三"], "名称": ["甲"]}, needed={"applicant.kind"})

    assert (register.facts.columns, register.part(0, 5).height) == ([], 1)


def test_reading_says_how_far_it_is() -> None:
    seen: list[tuple[int, int]] = []
    register_of({"申报单位.从业人数": ["3"], "名称": ["甲"], "总研发投入": ["1元"]}, progress=lambda *step: seen.append(step))

    assert seen == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        (["从业人员数量"], "unknown-column"), (["独立法人"], "ambiguous-column"), (["申报单位.从业人数", "applicant.staff"], "column-twice"),
        (["项目.总研发投入（人）"], "wrong-column-unit"), (["项目.实施周期（2025年）"], "wrong-column-unit"),
    ],
)  # fmt: skip
def test_a_header_that_is_not_understood_is_refused(headers: list[str], code: str) -> None:
    assert [each[:2] for each in refused({header: ["1"] for header in headers})] == [(code, 1)]


def test_the_nearest_word_is_offered() -> None:
    with pytest.raises(BadInput) as bad:
        register_of({"申报单位.从业人员": ["1"]})

    assert "申报单位.从业人数" in bad.value.problems[0].mend.zh


def test_every_type_of_the_vocabulary_has_a_column() -> None:
    assert all(dtype_of(fact.word.type) for fact in VOCABULARY.facts.values())
