"""A form asks what the scheme reads, and no more than a person can answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.policy.shipped_forms import IN_LINES, SCHEMES, SME, TRANSFER, VOCABULARY, field_of, made, pack_of
from zhinan.language import tree
from zhinan.language.check import APPLICATION_DAY
from zhinan.policy.assess import PARAMETER
from zhinan.policy.form import FROM_REGISTERS, Field, Form
from zhinan.policy.form_answers import facts_of
from zhinan.policy.form_layout import MOST
from zhinan.policy.load import shipped_packs
from zhinan.policy.resolve import bar, resolve_pack
from zhinan.values.problem import BadInput

HERE = Path(__file__).resolve().parent


def asked(form: Form, page: str) -> list[str]:
    return [field.key for each in form.pages if each.id == page for field in each.fields]


# ─── every shipped scheme ───


@pytest.mark.parametrize(("name", "line"), IN_LINES)
def test_what_decides_is_asked_handed_in_or_answered_elsewhere(name: str, line: str) -> None:
    pack, _, id = name.partition("/")
    resolved = next(each for each in resolve_pack(pack_of(pack)) if each.scheme.id == id)
    trees = [typed for each in resolved.conditions if not line or each.holds_for(line) if (typed := bar(each)) is not None]
    trees += [amount for of, amount in resolved.amounts.items() if amount is not None and line in ("", of)]
    read = {key for typed in trees for key in tree.facts_of(typed) if not key.startswith(PARAMETER)} - {APPLICATION_DAY.key}
    form = made(name, line=line)
    elsewhere = {field.key for field in form.elsewhere}

    assert read - {*form.keys, *(upload.fact for upload in form.uploads)} - elsewhere == set()
    assert all(key in FROM_REGISTERS or VOCABULARY.facts[key].whence == "authority" for key in elsewhere)


@pytest.mark.parametrize(("name", "line"), IN_LINES)
def test_a_form_is_made_of_short_pages_and_asks_nothing_twice(name: str, line: str) -> None:
    form = made(name, line=line)
    facts = [*form.keys, *(upload.fact for upload in form.uploads if upload.fact)]

    assert len(facts) == len(set(facts))
    assert len({page.id for page in form.pages}) == len(form.pages)
    assert len({upload.id for upload in form.uploads}) == len(form.uploads)
    assert [page.id for page in form.pages if len(page.fields) > MOST or not page.title.zh or not page.about.en] == []
    assert [page.id for page in form.pages if not page.fields] in ([], ["papers"])
    assert form.pages[-1].id == "about"
    assert {field.source for field in form.fields} <= {"applicant", "unit"}
    assert [
        field.key for field in form.fields if field.kind in ("choice", "set", "line", "direction") and not field.options
    ] == []
    assert [field.key for field in form.fields if field.kind == "records" and not field.columns] == []


@pytest.mark.parametrize("name", SCHEMES)
def test_the_same_scheme_makes_the_same_form(name: str) -> None:
    assert made(name) == made(name)


def test_no_two_schemes_that_ask_different_things_have_one_digest() -> None:
    forms = [made(name) for name in SCHEMES]
    assert len({form.digest for form in forms}) == len(SCHEMES)
    assert all(len(form.digest) == 64 for form in forms)


@pytest.mark.parametrize("name", [SME, TRANSFER])
def test_a_form_reads_well(name: str, golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "forms" / f"{name.partition('/')[2]}.txt", shown(made(name)))


def shown(form: Form) -> str:
    """A form as a person reviews it."""
    lines = []
    for page in form.pages:
        lines += ["", f"【{page.title.zh}】{page.about.zh} · {page.title.en}: {page.about.en} [{page.id}]"]
        lines += [_shown(field) for field in page.fields]
        lines += [line for field in page.fields for line in _rows(field)]
    lines += ["", "上传 uploads"]
    for upload in form.uploads:
        lines.append(f"{_star(upload.is_required)} {upload.name.zh} · {upload.name.en} [{upload.id}] {upload.fact}".rstrip())
        lines.append(f"    {'、'.join(upload.clauses)} {' '.join(upload.backs)}{'' if upload.applies is None else ' …'}")
    lines += ["", "不在表上填 answered elsewhere", *(f"  {field.key} ({field.source})" for field in form.elsewhere)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _star(is_required: bool) -> str:
    return "*" if is_required else " "


def _shown(field: Field) -> str:
    why = " ".join(f"{each.item}({'、'.join(each.clauses)})" for each in field.asked_by)
    unit = f" {field.unit}" if field.unit else ""
    period = f"，{field.period}" if field.period else ""
    return f"{_star(field.is_required)} {field.label.zh}{period} · {field.label.en} [{field.key}] {field.kind}{unit} {field.source} {why}".rstrip()


def _rows(field: Field) -> list[str]:
    if field.columns:
        return [f"    {field.label.zh}：" + "、".join(f"{column.label.zh}({column.kind})" for column in field.columns)]
    if field.kind in ("line", "direction", "choice"):
        return [f"    {field.label.zh}：" + "、".join(option.name.zh for option in field.options)]
    return []


# ─── which questions ───


def test_once_a_line_is_chosen_what_only_other_lines_need_is_not_asked() -> None:
    either, out, into = made(TRANSFER), made(TRANSFER, line="out-transfer"), made(TRANSFER, line="in-transfer")

    assert either.keys[0] == out.keys[0] == "application.line"
    assert set(either.keys) - set(out.keys) == {"applicant.rnd_spend_last_year"}
    assert set(either.keys) - set(into.keys) == {"applicant.transfer_bodies"}
    assert len({either.digest, out.digest, into.digest}) == 3
    assert {upload.id for upload in out.uploads} == {upload.id for upload in into.uploads}


def test_an_unknown_line_is_refused() -> None:
    with pytest.raises(BadInput, match="unknown-line"):
        made(TRANSFER, line="sideways")
    with pytest.raises(BadInput, match="unknown-line"):
        made(SME, line="out-transfer")


def test_a_reading_changes_what_is_asked() -> None:
    default, in_parks = made(TRANSFER), made(TRANSFER, readings={"AMB-22": "in_parks"})

    assert set(default.keys) ^ set(in_parks.keys) == {"project.partners_in_region", "project.partners_in_parks"}


def test_a_budget_is_asked_as_the_payment_says() -> None:
    by_line, lump_sum, none = made(SME), made("yinchuan-2026/young-talent"), made("yinchuan-2026/soft-science")

    assert "project.budget_lines" in asked(by_line, "money")
    assert "project.budget_lines" not in lump_sum.keys
    assert {"project.total_budget", "project.requested_grant", "project.self_raised"} <= set(asked(lump_sum, "money"))
    assert asked(none, "money") == []
    assert {"project.budget_lines", "project.total_budget", "project.self_raised"} & set(none.keys) == set()
    assert "project.requested_grant" in asked(none, "project")


def test_a_recognition_of_a_unit_asks_neither_for_a_team_nor_for_money() -> None:
    form = made("national-hte-2016/high-tech-enterprise")

    assert {page.id.partition("-")[0] for page in form.pages} == {"applicant", "papers", "about"}
    assert asked(form, "about") == ["application.statement"]
    assert {field.key for field in form.elsewhere} == {key for key in VOCABULARY.facts if key.startswith("score.")}


def test_every_grant_asks_for_title_leader_team_indicators_and_texts() -> None:
    standard = {"project.title", "leader.name", "project.members", "project.partners", "project.indicators"}
    standard |= {f"project.{name}" for name in ("summary", "content", "foundation", "schedule")}
    grants = [f"{name}/{each.id}" for name in shipped_packs() for each in pack_of(name).schemes if each.kind == "grant"]

    assert {name: standard - set(made(name).keys) for name in grants} == {name: set() for name in grants}


def test_directions_that_a_condition_bars_are_not_offered() -> None:
    def offered(name: str, line: str = "") -> set[str]:
        field = made(name, line=line).field("project.direction")
        return {option.key.rpartition(".")[0] or option.key for option in field.options} if field else set()

    assert offered(SME) == {"D-YC09"}  # by its code: no condition speaks of them
    one_line, any_line = offered("yinchuan-2026/sci-tech-support", "high-tech"), offered("yinchuan-2026/sci-tech-support")
    assert {"D-YC02.1", "D-YC02.2"} & one_line == {"D-YC02.1"}
    assert {"D-YC02.1", "D-YC02.2"} & any_line == {"D-YC02.1", "D-YC02.2"}
    assert made("yinchuan-2026/regional-collaboration").field("project.direction") is None


def test_registers_prefill_a_unit_and_are_never_asked_for_what_the_platform_computes() -> None:
    form = made("yinchuan-2026/regional-collaboration")
    sources = {key: field.source for key in form.keys if (field := form.field(key))}

    assert {field.key: field.source for field in form.elsewhere} == {
        "applicant.open_projects": "register",
        "applicant.year_applications": "register",
    }
    assert (sources["applicant.bad_credit"], sources["applicant.affiliation"], sources["leader.misconduct"]) == (
        "unit", "applicant", "applicant",
    )  # fmt: skip


def test_a_field_says_which_conditions_and_formulas_ask() -> None:
    field = made(SME).field("project.total_rnd_investment")
    assert field is not None
    assert [(each.item, each.clauses) for each in field.asked_by] == [("funding", ("九(三)1",))]
    staff = made(SME).field("applicant.staff")
    assert staff is not None
    assert [each.says.en for each in staff.asked_by] == ["revenue and staff are below the limits of the special"]
    assert (staff.is_required, staff.kind, staff.unit, staff.period) == (True, "count", "人", "上一会计年度末")


def test_what_only_a_preference_or_a_soft_condition_reads_need_not_be_answered() -> None:
    fields = {key: field.is_required for key in made(SME).keys if (field := made(SME).field(key))}

    assert (fields["applicant.titles"], fields["project.duration"], fields["project.members"]) == (False, False, False)


def test_a_yes_or_no_that_nothing_reads_is_not_asked_of_every_row() -> None:
    def columns(name: str) -> list[str]:
        field = made(name).field("project.partners")
        return [column.key for column in field.columns] if field else []

    assert columns(SME) == ["name", "code", "kind", "place", "registered_on", "role", "funds"]
    assert set(columns("yinchuan-2026/regional-collaboration")) - set(columns(SME)) == {
        "legal_person", "substantive_task", "related_party", "misconduct_in_force", "blacklisted",
    }  # fmt: skip


# ─── papers ───


def papers(name: str, **chosen: object) -> dict[str, tuple[str, bool]]:
    return {upload.id: (upload.fact, upload.is_required) for upload in made(name, **chosen).uploads}


def test_papers_are_handed_in_once_and_what_they_prove_is_not_asked() -> None:
    assert papers("yinchuan-2026/regional-collaboration") == {
        "integrity-by-leader": ("documents.integrity_by_leader", True),
        "integrity-by-unit": ("documents.integrity_by_unit", True),
        "cooperation-agreement": ("documents.cooperation_agreement", True),  # and its terms, and its date
        "recommendation-opinion": ("documents.recommendation", False),  # which the recommender gives
        "novelty-report": ("documents.novelty_report", True),
        "compliance": ("documents.compliance_undertaking", True),
        "evidence-outside-partner-age": ("", True),
        "evidence-no-related-party": ("", True),
    }
    assert asked(made("yinchuan-2026/regional-collaboration"), "papers") == ["documents.novelty_report_date"]


def test_a_paper_that_something_else_may_stand_for_is_not_required() -> None:
    assert papers("lanzhou-2022/sci-tech-support")["site-reason"] == ("documents.site_reason", False)


def test_a_paper_is_wanted_where_its_item_applies() -> None:
    form = made("yinchuan-2026/regional-collaboration")
    wanted = {upload.id: upload for upload in form.uploads}
    compliance = wanted["compliance"]

    assert compliance.is_wanted({}) is None
    assert compliance.is_wanted({"project.compliance_matters": frozenset({"ethics"})}) is True
    assert compliance.is_wanted({"project.compliance_matters": frozenset()}) is False
    assert wanted["novelty-report"].is_wanted({}) is True


def test_a_paper_wanted_of_two_is_wanted_of_either() -> None:
    revenue = next(each for each in made("lanzhou-2022/major-special").uploads if "revenue-industry" in each.id)

    assert revenue.backs == ("revenue-industry", "revenue-others")
    kinds = {option.key: revenue.is_wanted({"applicant.kind": option.key}) for option in field_of("applicant.kind").options}
    assert kinds["enterprise"] is True
    assert kinds["university"] is False


def test_a_paper_that_only_a_formula_reads_is_handed_in_as_well() -> None:
    assert papers("yinchuan-2026/results-transfer-pilot")["investment-audit"] == ("documents.investment_audit", False)


def test_handing_in_a_paper_makes_its_fact_true() -> None:
    form = made("yinchuan-2026/regional-collaboration")
    read = facts_of(form, {}, ["novelty-report", "evidence-no-related-party", "no-such-paper"])

    assert dict(read.facts) == {"documents.novelty_report": True}
