"""The assessment of one subject, by example: what applies, what is unknown, which line, how much, and when it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any  # values of any type of the language

import pytest

from tests.policy.making import CASES, READINGS, facts_of, loaded, made
from zhinan.language import tree
from zhinan.language.explain import Gap
from zhinan.language.types import count_of
from zhinan.policy.assess import Assessor, Due, Result, Verdict
from zhinan.policy.load import load_pack
from zhinan.policy.model import Pack
from zhinan.policy.resolve import resolve_pack
from zhinan.values.problem import BadInput

DAY = date(2026, 3, 1)
NO_CASES = ("cases/small.yaml", CASES, "cases: []\n")
SAYS = "says: {zh: 甲, en: a}"


def pack(home: Path, sections: str, *changes: tuple[str, str, str], **more: str) -> Pack:
    folder = made(home, NO_CASES, *changes, **more)
    file = folder / "schemes" / "small-grant.yaml"
    file.write_text(file.read_text(encoding="utf-8") + sections, encoding="utf-8")
    return loaded(folder).pack


def assess(pack: Pack, facts: str, **chosen: Mapping[str, Any]) -> Result:
    (result,) = Assessor([pack], **chosen).assess(facts_of(facts), on=DAY)
    return result


def outcomes(result: Result) -> dict[str, str]:
    return {finding.item.id: finding.outcome.value for finding in result.findings}


def with_conditions(home: Path, *conditions: str, more: str = "") -> Pack:
    text = "".join(f"  - {{id: c{number}, clause: 一, {each}}}\n" for number, each in enumerate(conditions))
    change = ("schemes/small-grant.yaml", "conditions:\n", f"conditions:\n{text}")
    return pack(home, more, change)


# ─── where a condition applies ──────────────────────────────────────────────────────────────────

REQUIRE = f"require: 申报单位.独立法人, when: 申报单位.规模以上, {SAYS}"
JUDGE = "judge: {zh: 乙, en: b}, when: 申报单位.规模以上"


@pytest.mark.parametrize(
    ("condition", "facts", "outcome"),
    [
        (REQUIRE, "规模以上: 是, 独立法人: 是", "met"),
        (REQUIRE, "规模以上: 是, 独立法人: 否", "unmet"),
        (REQUIRE, "规模以上: 是", "unknown"),
        (REQUIRE, "规模以上: 否, 独立法人: 否", "met"),
        (REQUIRE, "独立法人: 是", "met"),
        (REQUIRE, "独立法人: 否", "unknown"),
        (REQUIRE, "名称: 甲", "unknown"),
        (f"{REQUIRE}, otherwise: judge", "规模以上: 否, 独立法人: 是", "judgement"),
        (f"{REQUIRE}, otherwise: met", "规模以上: 否", "met"),
        (f"{REQUIRE}, judge: {{zh: 乙, en: b}}", "规模以上: 是, 独立法人: 是", "judgement"),
        (f"{REQUIRE}, judge: {{zh: 乙, en: b}}", "规模以上: 是, 独立法人: 否", "unmet"),
        (JUDGE, "规模以上: 是", "judgement"),
        (JUDGE, "名称: 甲", "judgement"),
        (JUDGE, "规模以上: 否", "met"),
        (f"{JUDGE}, otherwise: judge", "规模以上: 否", "judgement"),
    ],
)
def test_a_condition_is_answered_where_it_applies(condition: str, facts: str, outcome: str, tmp_path: Path) -> None:
    result = assess(with_conditions(tmp_path, condition), f"申报单位: {{{facts}}}")
    assert outcomes(result)["c0"] == outcome


def test_soft_conditions_and_judgements_never_decide(tmp_path: Path) -> None:
    soft = f"require: 申报单位.独立法人, soft: true, {SAYS}"
    result = assess(with_conditions(tmp_path, soft, "judge: {zh: 乙, en: b}"), "申报单位: {独立法人: 否, 从业人数: 3人}")
    assert (result.verdict, outcomes(result)) == (
        Verdict.ELIGIBLE, {"c0": "unmet", "c1": "judgement", "staff": "met"},
    )  # fmt: skip


def test_what_is_missing_comes_most_useful_first(tmp_path: Path) -> None:
    both, one = f"require: 申报单位.规模以上 且 申报单位.独立法人, {SAYS}", f"require: 申报单位.独立法人, {SAYS}"
    result = assess(with_conditions(tmp_path, both, one), "申报单位: {从业人数: 3人}")
    assert result.missing == ("applicant.legal_person", "applicant.above_scale", "project.total_rnd_investment")


def test_a_figure_the_authority_has_not_set_is_missing_last(tmp_path: Path) -> None:
    asked = ("schemes/small-grant.yaml", "value: 50万元", "ask: authority, suggest: 40万元")
    pack_ = pack(tmp_path, "", asked)
    result = assess(pack_, "申报单位: {从业人数: 3人}\n项目: {总研发投入: 100万元}")
    assert result.missing == ("parameter.small-grant.cap",)
    assert result.grant
    assert result.grant.amount is None
    for name in ("small-grant.资助上限", "small-grant.cap"):
        found = assess(pack_, "项目: {总研发投入: 100万元}", parameters={name: 1_000}).grant
        assert found
        assert found.amount == 1_000


def test_the_gap_tells_how_far_off(tmp_path: Path) -> None:
    result = assess(pack(tmp_path, ""), "申报单位: {从业人数: 320人}")
    (finding,) = result.findings
    assert finding.gap == Gap("applicant.staff", count_of("人"), 320, "≤", 300, 20, count_of("人"))


# ─── lines ──────────────────────────────────────────────────────────────────────────────────────

LINES = """\
lines:
  - {id: first, name: {zh: 甲线, en: the first}, clause: 一}
  - {id: second, name: {zh: 乙线, en: the second}, clause: 一}
"""
LINED = (
    f"require: 申报单位.独立法人, lines: [first], {SAYS}",
    f"require: 申报单位.规模以上, lines: [second], {SAYS}",
)


@pytest.mark.parametrize(
    ("facts", "line", "lines"),
    [
        ("", "first", {"first": "undetermined", "second": "undetermined"}),
        ("独立法人: 否,", "second", {"first": "ineligible", "second": "undetermined"}),
        ("规模以上: 是,", "second", {"first": "undetermined", "second": "eligible"}),
        ("独立法人: 否, 规模以上: 否,", "first", {"first": "ineligible", "second": "ineligible"}),
    ],
)
def test_a_scheme_is_as_good_as_its_best_line(facts: str, line: str, lines: dict[str, str], tmp_path: Path) -> None:
    result = assess(with_conditions(tmp_path, *LINED, more=LINES), f"申报单位: {{{facts} 从业人数: 3人}}")
    assert (result.line, {name: verdict.value for name, verdict in result.lines.items()}) == (line, lines)
    assert {finding.item.id for finding in result.findings} == {"staff", "c0" if line == "first" else "c1"}


# ─── readings, money ────────────────────────────────────────────────────────────────────────────


def test_a_reading_may_be_chosen(tmp_path: Path) -> None:
    condition = f"reading: AMB-1, {SAYS}, require: {{wide: 申报单位.从业人数 ≤ 500人, narrow: 申报单位.从业人数 ≤ 5人}}"
    change = ("schemes/small-grant.yaml", "conditions:\n", f"conditions:\n  - {{id: c, clause: 一, {condition}}}\n")
    read = pack(tmp_path, "", change, readings=READINGS)
    assert outcomes(assess(read, "申报单位.从业人数: 30人"))["c"] == "met"
    assert outcomes(assess(read, "申报单位.从业人数: 30人", readings={"AMB-1": "narrow"}))["c"] == "unmet"


def test_unknown_readings_alternatives_and_parameters_are_told_at_once(tmp_path: Path) -> None:
    read = pack(tmp_path, "", readings=READINGS)
    with pytest.raises(BadInput) as bad:
        resolve_pack(read, readings={"AMB-2": "wide", "AMB-1": "broad"})
    assert [problem.message.zh for problem in bad.value.problems] == ["没有“AMB-2”这个解读", "“broad”不在可选值之内"]
    with pytest.raises(BadInput) as bad:
        resolve_pack(read, parameters={"small-grant.capp": 1, "x": 2, "small-grant.cap": 3})
    assert [problem.message.zh for problem in bad.value.problems] == ["不认识“small-grant.capp”", "不认识“x”"]


FUNDING = (
    "schemes/small-grant.yaml",
    "    grant: 较小(30% × 项目.总研发投入, 参数.资助上限)\n",
    "    when: 申报单位.规模以上\n    grant: 30% × 项目.总研发投入\n",
)
SECOND = "  - {clause: 一, grant: 10% × 项目.总研发投入}\n"


@pytest.mark.parametrize(
    ("facts", "second", "amount"),
    [
        ("规模以上: 是", SECOND, 3_000), ("规模以上: 否", SECOND, 1_000), ("名称: 甲", SECOND, None),
        ("规模以上: 是", "", 3_000), ("规模以上: 否", "", None), ("名称: 甲", "", None),
    ],
)  # fmt: skip
def test_the_first_formula_that_applies_gives_the_amount(facts: str, second: str, amount: int | None, tmp_path: Path) -> None:
    scheme = pack(tmp_path, second, FUNDING)
    grant = assess(scheme, f"申报单位: {{{facts}}}\n项目: {{总研发投入: 100元}}").grant
    assert grant
    assert grant.amount == amount


@pytest.mark.parametrize(
    ("facts", "formula"), [("规模以上: 是", tree.Arithmetic), ("规模以上: 否", tree.Arithmetic), ("名称: 甲", tree.If)]
)
def test_the_formula_shown_is_the_one_that_applies_or_else_the_choice(
    facts: str, formula: type[tree.Arithmetic | tree.If], tmp_path: Path
) -> None:
    scheme = pack(tmp_path, SECOND.replace("10%", "30%"), FUNDING)
    grant = assess(scheme, f"申报单位: {{{facts}}}\n项目: {{总研发投入: 100元}}").grant
    assert grant
    assert (grant.amount, type(grant.formula)) == (3_000, formula)


def test_an_amount_is_cut_to_the_fen_and_so_are_its_instalments(tmp_path: Path) -> None:
    payment = "payment: {clause: 一, instalments: [{at: establishment, share: 1/3}]}\n".replace("1/3", "33.33%")
    parts = "{at: establishment, share: 33.33%}, {at: mid-term, share: 33.33%}, {at: acceptance, share: rest}"
    scheme = pack(tmp_path, payment.replace("{at: establishment, share: 33.33%}", parts))
    result = assess(scheme, "项目: {总研发投入: 0.07元}")  # 2.1 fen
    assert result.grant
    assert (result.grant.amount, result.instalments) == (
        2, (Due("establishment", 0), Due("mid-term", 0), Due("acceptance", 2)),
    )  # fmt: skip
    result = assess(scheme, "项目: {总研发投入: 100元}")
    assert result.instalments == (Due("establishment", 999), Due("mid-term", 999), Due("acceptance", 1_002))


def test_instalments_are_those_of_the_payment_that_surely_applies(tmp_path: Path) -> None:
    payment = """\
payment:
  - {clause: 一, when: 申报单位.规模以上, instalments: [{at: acceptance, share: 100%}]}
  - {clause: 一, when: 非 申报单位.规模以上, instalments: [{at: audit, share: 100%}]}
"""
    scheme = pack(tmp_path, payment)
    spent = "项目: {总研发投入: 100元}"
    assert assess(scheme, f"申报单位: {{规模以上: 是}}\n{spent}").instalments == (Due("acceptance", 3_000),)
    assert assess(scheme, f"申报单位: {{规模以上: 否}}\n{spent}").instalments == (Due("audit", 3_000),)
    assert assess(scheme, spent).instalments == ()


def test_a_section_is_named_as_soon_as_it_may_be_the_one(tmp_path: Path) -> None:
    routing = """\
routing:
  - {clause: 一, section: 甲科, when: 申报单位.规模以上}
  - {clause: 一, section: 乙科, when: 非 申报单位.规模以上}
  - {clause: 一, section: 甲科}
"""
    scheme = pack(tmp_path, routing)
    assert assess(scheme, "{}").sections == ("甲科", "乙科")
    assert assess(scheme, "申报单位.规模以上: 是").sections == ("甲科",)
    assert assess(scheme, "申报单位.规模以上: 否").sections == ("乙科", "甲科")


def test_documents_and_preferences_are_answered_but_never_decide(tmp_path: Path) -> None:
    more = f"""\
preferences:
  - {{id: large, clause: 一, when: 申报单位.规模以上, {SAYS}}}
  - {{id: original, clause: 一, judge: {{zh: 原创, en: original}}}}
documents:
  - {{id: plan, clause: 一, name: {{zh: 方案, en: plan}}, require: 申报单位.独立法人}}
"""
    result = assess(pack(tmp_path, more), "申报单位: {从业人数: 3人, 规模以上: 否, 独立法人: 否}")
    assert result.verdict is Verdict.ELIGIBLE
    assert [(each.item.id, each.outcome.value) for each in (*result.preferences, *result.documents)] == [
        ("large", "unmet"), ("original", "judgement"), ("plan", "unmet"),
    ]  # fmt: skip


def test_only_the_schemes_asked_for_are_assessed() -> None:
    found = Assessor([load_pack("yinchuan-2026")], schemes=["soft-science", "sme-innovation"]).assess({}, on=DAY)
    assert {result.scheme.id for result in found} == {"soft-science", "sme-innovation"}
