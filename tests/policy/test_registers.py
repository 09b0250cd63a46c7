"""Limits across applications: what is on record becomes the facts that conditions ask for."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from zhinan.policy.assess import Assessor
from zhinan.policy.load import load_pack
from zhinan.policy.registers import TWO_ZONES, Filing, Holding, Parties, Project, Register, group_of, register_facts

TODAY = date(2026, 3, 1)
HALF = Fraction(1, 2)


def project(**given: object) -> Project:
    named = {
        "special": "regional_collaboration", "level": "city", "title": "枸杞多糖提取", "established_on": date(2025, 5, 1),
        "unit": "A", "leader": "L",
    }  # fmt: skip
    return Project(**{**named, **given})  # type: ignore[arg-type]  # a factory with the fields of Project


def facts(register: Register, *, title: str = "新项目") -> dict[str, object]:
    return dict(register_facts(register, Parties("A", "L", "E"), title=title, on=TODAY))


@pytest.mark.parametrize(
    ("concluded_on", "open_projects"), [(None, 1), (date(2026, 3, 2), 1), (date(2026, 3, 1), 0), (date(2025, 12, 1), 0)]
)
def test_a_project_is_open_until_the_day_it_is_concluded(concluded_on: date | None, open_projects: int) -> None:
    known = facts(Register(projects=(project(concluded_on=concluded_on),)))

    assert (len(known["applicant.open_projects"]), len(known["leader.open_projects"])) == (open_projects, open_projects)  # type: ignore[arg-type]  # both are lists


def test_records_of_others_never_count() -> None:
    others = Register(
        filings=(Filing("yinchuan", "regional_collaboration", 2026, "甲", applicant="B", enterprise="F"),),
        projects=(project(unit="B", leader="M"),),
    )

    assert facts(others) == {
        "applicant.open_projects": (), "applicant.year_applications": (), "applicant.zone_applications": (),
        "applicant.group_zone_applications": (), "project.funded_levels": frozenset(), "leader.open_projects": (),
        "leader.funded_projects": (), "enterprise.open_projects": (), "enterprise.year_applications": (),
    }  # fmt: skip


def test_a_group_runs_through_chains_of_control() -> None:
    holdings = [
        Holding("holding", "A", Fraction(51, 100)), Holding("top", "holding", Fraction(1)),
        Holding("A", "child", Fraction(2, 3)), Holding("child", "grandchild", Fraction(1)),
        Holding("top", "sister", Fraction(3, 4)), Holding("stranger", "A", Fraction(49, 100)), Holding("A", "half", HALF),
    ]  # fmt: skip

    assert group_of("A", holdings) == {
        "A": "itself", "holding": "parent", "top": "parent", "child": "subsidiary", "grandchild": "subsidiary",
        "sister": "sibling",
    }  # fmt: skip


def test_units_that_own_each_other_make_one_group() -> None:
    circle = [Holding("A", "B", Fraction(1)), Holding("B", "C", Fraction(1)), Holding("C", "A", Fraction(1))]

    assert set(group_of("A", circle)) == {"A", "B", "C"}


def test_an_application_of_a_sister_counts_for_the_group_and_not_for_the_unit() -> None:
    holdings = (Holding("top", "A", Fraction(1)), Holding("top", "sister", Fraction(1)))
    filing = Filing(TWO_ZONES, "industrial_cluster", 2026, "储能", applicant="sister")
    known = facts(Register(filings=(filing,), holdings=holdings))

    assert known["applicant.zone_applications"] == ()
    assert known["applicant.group_zone_applications"] == (
        {"programme": "industrial_cluster", "year": 2026, "relation": "sibling", "title": "储能"},
    )


@pytest.mark.parametrize("title", ["枸杞多糖提取", "枸杞 多糖（提取）", "枸杞多糖　提取。"])
def test_the_same_title_written_otherwise_is_the_same_project(title: str) -> None:
    register = Register(projects=(project(level="national"), project(level="county", title="别的项目")))

    assert facts(register, title=title)["project.funded_levels"] == frozenset({"national"})


def test_a_project_without_a_title_duplicates_nothing() -> None:
    assert facts(Register(projects=(project(title=""),)), title="（）")["project.funded_levels"] == frozenset()


@pytest.mark.parametrize(("projects", "outcome"), [((), "met"), ((project(),), "unmet")])
def test_the_register_settles_a_limit_of_the_real_pack(projects: tuple[Project, ...], outcome: str) -> None:
    assessor = Assessor([load_pack("yinchuan-2026")], schemes=["regional-collaboration"])
    known = register_facts(Register(projects=projects), Parties("A", "L"), title="新项目", on=TODAY)

    (result,) = assessor.assess(known, on=TODAY)

    assert {finding.item.id: finding.outcome.value for finding in result.findings}["no-open-project"] == outcome
