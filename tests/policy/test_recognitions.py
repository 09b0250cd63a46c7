"""The recognitions of technology firms: two scores computed by hand, the ladder of titles, and how sure every figure is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from tests.policy.making import facts_of, told
from zhinan.language.evaluate import evaluate
from zhinan.language.tree import Value
from zhinan.policy.assess import Assessor, Result, Verdict
from zhinan.policy.load import find_pack, load_pack, read_pack
from zhinan.policy.model import Pack
from zhinan.policy.proof import Proof, prove
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.policy.yaml_source import Listing, Mapping, Node, Scalar, load_yaml, read_text

HTE, TECH_SME = "national-hte-2016", "national-tech-sme-2017"
GRADIENT, SUBSIDY = "ningxia-recognitions-2025", "ningxia-rnd-subsidy-2023"
PACKS = (HTE, TECH_SME, GRADIENT, SUBSIDY)
DAY = date(2026, 6, 10)


@cache
def pack(name: str) -> Pack:
    return load_pack(name)


@cache
def proof(name: str) -> Proof:
    return prove(read_pack(find_pack(name), base_vocabulary()))


def known(text: str) -> dict[str, Value]:
    return cast("dict[str, Value]", facts_of(text))


def score(name: str, facts: dict[str, Value]) -> Value:
    (index,) = pack(name).indexes
    return evaluate(index.expression(), facts)


def parts(name: str, facts: dict[str, Value]) -> dict[str, Value]:
    """The points of every criterion."""
    (index,) = pack(name).indexes
    return {each.id: evaluate(each.expression(), facts) for each in index.root.walk()}


def assessed(name: str, scheme: str, facts: dict[str, Value]) -> Result:
    (result,) = Assessor([pack(name)], schemes=[scheme]).assess(facts, on=DAY)
    return result


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_has_no_problem(name: str) -> None:
    assert told(proof(name).problems, find_pack(name)) == []
    assert proof(name).executable == proof(name).machine_checkable
    assert proof(name).left == ()


@pytest.mark.parametrize(("name", "rules", "cases"), [(HTE, 27, 120), (TECH_SME, 24, 98), (GRADIENT, 21, 104), (SUBSIDY, 15, 39)])
def test_a_pack_has_all_its_rules_and_cases(name: str, rules: int, cases: int) -> None:
    assert len({rule for clause in pack(name).clauses for rule in clause.rules}) == rules
    assert proof(name).cases >= cases
    assert proof(name).failed == 0


# ─── the score of technology-based SMEs, by hand ────────────────────────────────────────────────


def sme(staff: int, tech: int, sales: str, costs: str, rnd: str, one: int, two: int) -> dict[str, Value]:
    text = f"""\
        申报单位:
          职工总数: {staff}人
          科技人员数: {tech}人
          上年营业收入: {sales}
          上年成本费用总额: {costs}
          上年研发投入: {rnd}
          一类知识产权数: {one}件
          二类知识产权数: {two}件
        """
    return known(text)


@pytest.mark.parametrize(
    ("about", "facts", "points"),
    [
        ("30 % exactly, 6 % exactly, one of class I", sme(50, 15, "1亿元", "8000万元", "600万元", 1, 0), 20 + 50 + 30),
        ("a hair below 30 %: 299 of 1000", sme(1000, 299, "1亿元", "8000万元", "600万元", 1, 0), 16 + 50 + 30),
        ("25 %, 5 %, four of class II", sme(200, 50, "1亿元", "8000万元", "500万元", 0, 4), 16 + 40 + 24),
        ("20 %, a fen below 5 %, three of class II", sme(200, 40, "1亿元", "8000万元", "4999999.99元", 0, 3), 12 + 30 + 18),
        ("15 %; 1 % of sales, but 15 % of costs", sme(200, 30, "1亿元", "666.66万元", "100万元", 0, 2), 8 + 20 + 12),
        ("15 % of costs exactly", sme(200, 30, "1亿元", "1000万元", "150万元", 0, 2), 8 + 20 + 12),
        ("10 %; 30 % of costs exactly beats 3 % of sales", sme(200, 20, "1亿元", "1000万元", "300万元", 0, 1), 4 + 50 + 6),
        ("below 10 %, below 2 % and below 10 %, no right", sme(200, 19, "1亿元", "1亿元", "199万元", 0, 0), 0),
        ("no staff at all", sme(0, 0, "1亿元", "8000万元", "600万元", 1, 0), 0 + 50 + 30),
        ("no sales: the costs decide", sme(50, 15, "0元", "1000万元", "250万元", 0, 9), 20 + 40 + 24),
        ("no sales and no costs", sme(50, 15, "0元", "0元", "250万元", 1, 9), 20 + 0 + 30),
    ],
)
def test_the_score_of_a_technology_based_sme(about: str, facts: dict[str, Value], points: int) -> None:
    assert score(TECH_SME, facts) == points, about


def test_the_better_of_two_measures_counts_and_is_settled_by_all_the_points() -> None:
    facts = sme(50, 15, "1亿元", "8000万元", "600万元", 0, 4)
    del facts["applicant.costs_last_year"]
    assert score(TECH_SME, facts) == 20 + 50 + 24  # by sales it is all there is to get
    facts["applicant.rnd_spend_last_year"] = 5_999_999_99
    assert score(TECH_SME, facts) is None  # 40 by sales, and by costs it might be 50


def test_sixty_points_are_enough_only_with_points_for_staff() -> None:
    base = known(
        "申报单位: {单位性质: 企业, 境内居民企业: 是, 资产总额: 1亿元, 禁限淘汰产品服务: 否, 重大事故: 无, 经营状态: 正常, 信用黑名单: 否}\n申报: {子项: scored}\n"
    )
    enough = sme(200, 20, "1亿元", "1000万元", "300万元", 0, 1)
    without_staff_points = sme(200, 19, "1亿元", "1000万元", "300万元", 1, 0)
    assert score(TECH_SME, enough) == 60
    assert score(TECH_SME, without_staff_points) == 80
    assert assessed(TECH_SME, "tech-sme", {**base, **enough}).verdict is Verdict.ELIGIBLE
    assert assessed(TECH_SME, "tech-sme", {**base, **without_staff_points}).verdict is Verdict.INELIGIBLE


# ─── the innovation score of high-tech enterprises, by hand ─────────────────────────────────────

FULL_MARKS = {
    "score.ip_advance": 8, "score.ip_core": 8, "score.ip_quantity": 8, "score.ip_way": 6, "score.ip_standard": 2,
    "score.transfer": 30, "score.rnd_system": 6, "score.rnd_body": 6, "score.transfer_incentive": 4,
    "score.talent_incentive": 4, "score.net_asset_growth": 10, "score.sales_growth": 10,
}  # fmt: skip
WAN = 1_000_000  # 万元 in fen


def hte(
    *, one: int = 1, two: int = 0, own: bool = True, standards: bool = False, transfers: tuple[int, int, int] = (5, 5, 5),
    assets: tuple[int, int, int] = (1000, 1350, 1823), sales: tuple[int, int, int] = (1000, 1350, 1823), years: int = 3,
    **given: Value,
) -> dict[str, Value]:  # fmt: skip
    """A firm with full marks wherever its figures allow them. Three years are given oldest first, money in 万元."""
    ways = ({"ip_own_research"} if own else {"ip_assignment"}) if one + two else set()
    facts: dict[str, Value] = {
        **FULL_MARKS, "applicant.full_years": years, "applicant.class_one_ip": one, "applicant.class_two_ip": two,
        "applicant.class_two_ip_unused": two, "applicant.ip_ways": frozenset(ways), "applicant.drafts_standards": standards,
    }  # fmt: skip
    for key, amounts in (("net_assets", assets), ("revenue", sales)):
        facts |= {f"applicant.{key}_{year}": amount * WAN for year, amount in zip(YEARS, amounts, strict=True)}
    facts |= {f"applicant.transfers_{year}": number for year, number in zip(YEARS, transfers, strict=True)}
    return {**facts, **{f"score.{key}": value for key, value in given.items()}}


YEARS = ("two_years_before", "year_before", "last_year")


@pytest.mark.parametrize(
    ("about", "facts", "ip", "transfer", "growth"),
    [
        # (1350/1000 + 1823/1350)/2 - 1 = 35.02 %
        ("full marks", hte(), 30, 30, 20),
        ("35 % exactly: 1000, 1000, 1700", hte(assets=(1000, 1000, 1700), sales=(1000, 1000, 1700)), 30, 30, 20),
        ("just below 35 %", hte(assets=(10000, 10000, 16999), sales=(10000, 10000, 16999)), 30, 30, 16),
        ("25 % and 15 %", hte(assets=(100, 100, 150), sales=(100, 100, 130)), 30, 30, 8 + 6),
        ("5 % and a little", hte(assets=(100, 100, 110), sales=(100, 100, 101)), 30, 30, 4 + 2),
        ("no growth, and less", hte(assets=(100, 100, 100), sales=(100, 100, 90)), 30, 30, 0),
        ("zero in the first year: the last two, 25 %", hte(assets=(0, 100, 125), sales=(0, 100, 125)), 30, 30, 16),
        ("zero in the middle year: none", hte(assets=(100, 0, 900), sales=(100, 0, 900)), 30, 30, 0),
        ("zero in the first two years: none", hte(assets=(0, 0, 900), sales=(0, 0, 900)), 30, 30, 0),
        ("two years: the last by the one before, 35 %", hte(assets=(0, 100, 135), sales=(0, 100, 135), years=2), 30, 30, 20),
        (
            "one year: no growth, five results",
            hte(assets=(0, 0, 900), sales=(0, 0, 900), years=1, transfers=(0, 0, 5)),
            30,
            30,
            0,
        ),
        ("fourteen results in three years", hte(transfers=(4, 5, 5)), 30, 24, 20),
        ("twelve, nine, six and three at the bounds", hte(transfers=(4, 4, 4)), 30, 24, 20),
        ("nine", hte(transfers=(3, 3, 3)), 30, 18, 20),
        ("six", hte(transfers=(2, 2, 2)), 30, 12, 20),
        ("three", hte(transfers=(1, 1, 1)), 30, 6, 20),
        ("two", hte(transfers=(1, 1, 0)), 30, 0, 20),
        ("three in two years are 1.5; the last year 35.04 %", hte(transfers=(0, 1, 2), years=2), 30, 6, 20),
        ("five of class II", hte(one=0, two=5), 8 + 8 + 6 + 6, 30, 20),
        ("three of class II", hte(one=0, two=3), 8 + 8 + 4 + 6, 30, 20),
        ("one of class II, assigned", hte(one=0, two=1, own=False), 8 + 8 + 2 + 3, 30, 20),
        ("standards add two", hte(one=0, two=5, standards=True), 30, 30, 20),
        ("standards add nothing to thirty", hte(standards=True), 30, 30, 20),
        ("no right at all", hte(one=0, two=0), 8 + 8, 30, 20),
        ("experts give less than the band: its lower end", hte(transfer=3, net_asset_growth=0, sales_growth=0), 30, 25, 18),
        ("experts give a point between", hte(transfer=27, ip_quantity=7), 29, 27, 20),
    ],
)
def test_the_innovation_score(about: str, facts: dict[str, Value], ip: int, transfer: int, growth: int) -> None:
    found = parts(HTE, facts)
    assert (found["ip"], found["transfer"], found["growth"], found["management"]) == (ip, transfer, growth, 20), about
    assert score(HTE, facts) == ip + transfer + growth + 20, about


def test_points_need_not_be_whole() -> None:
    assert score(HTE, hte(transfer=Fraction(51, 2))) == 30 + Fraction(51, 2) + 20 + 20


def test_only_what_the_figures_leave_open_is_asked_of_the_experts() -> None:
    shrinking = hte(assets=(100, 100, 90), sales=(100, 100, 90), transfers=(0, 0, 0))
    for key in ("score.net_asset_growth", "score.sales_growth", "score.transfer", "score.ip_standard"):
        del shrinking[key]
    assert score(HTE, shrinking) == 30 + 0 + 20 + 0
    del shrinking["score.ip_core"]
    assert score(HTE, shrinking) is None


def test_what_is_missing_behind_the_score_is_told() -> None:
    facts = hte()
    del facts["score.ip_core"], facts["applicant.transfers_last_year"]
    missing = set(assessed(HTE, "high-tech-enterprise", facts).missing)
    assert {"score.ip_core", "applicant.transfers_last_year"} <= missing
    assert not any(key.startswith("index.") for key in missing)
    assert not missing & (set(FULL_MARKS) - {"score.ip_core"})


# ─── the ladder ─────────────────────────────────────────────────────────────────────────────────


def case(name: str, id: str) -> dict[str, Value]:
    return dict(next(each.facts for each in pack(name).cases if each.id == id))


def granted(name: str, scheme: str) -> frozenset[str]:
    found = pack(name).scheme(scheme)
    assert found
    assert found.title
    return frozenset(found.title.grants)


def test_titles_are_those_of_the_vocabulary() -> None:
    choice = base_vocabulary().facts["applicant.titles"].word.type.choice
    assert choice
    titles = {scheme.id: scheme.title for name in PACKS for scheme in pack(name).schemes if scheme.title}
    assert {id: [choice.by_key(key).name.zh for key in title.grants] for id, title in titles.items()} == {
        "high-tech-enterprise": ["高新技术企业"], "tech-sme": ["科技型中小企业"], "tech-little-giant": ["科技小巨人企业"],
        "gazelle": ["瞪羚企业"], "eaglet": ["雏鹰企业"],
    }  # fmt: skip
    assert {id: (title.valid_months, title.sure) for id, title in titles.items()} == {
        "high-tech-enterprise": (36, "unverified"), "tech-sme": (12, "verified"), "tech-little-giant": (None, "unverified"),
        "gazelle": (None, "unverified"), "eaglet": (None, "unverified"),
    }  # fmt: skip


def test_the_ladder_from_technology_based_sme_to_high_tech_enterprise() -> None:
    firm = {**case(TECH_SME, "sme-solid"), **case(HTE, "hte-solid")}
    firm["applicant.titles"] = frozenset[str]()
    assert assessed(TECH_SME, "tech-sme", firm).verdict is Verdict.ELIGIBLE
    firm["applicant.titles"] = granted(TECH_SME, "tech-sme")
    assert assessed(HTE, "high-tech-enterprise", firm).verdict is Verdict.ELIGIBLE
    firm["applicant.titles"] = granted(TECH_SME, "tech-sme") | granted(HTE, "high-tech-enterprise")

    # a high-tech enterprise stays a technology-based SME, whatever its score
    firm |= {"applicant.rnd_spend_last_year": 0, "application.line": None}
    result = assessed(TECH_SME, "tech-sme", firm)
    assert (result.verdict, result.line) == (Verdict.ELIGIBLE, "direct")


def test_a_little_giant_that_becomes_a_high_tech_enterprise_is_past_that_step() -> None:
    firm = case(GRADIENT, "giant-solid")
    assert assessed(GRADIENT, "tech-little-giant", firm).verdict is Verdict.ELIGIBLE
    firm["applicant.titles"] = frozenset({"regional_tech_sme"}) | granted(HTE, "high-tech-enterprise")
    assert assessed(GRADIENT, "tech-little-giant", firm).verdict is Verdict.INELIGIBLE


def test_the_ratio_of_the_subsidy_follows_the_title() -> None:
    firm = case(SUBSIDY, "subsidy-all-three")
    amounts = {}
    for titles in ((), ("tech_sme",), ("regional_tech_sme",), ("high_tech_enterprise", "regional_tech_sme")):
        grant = assessed(SUBSIDY, "rnd-base-subsidy", {**firm, "applicant.titles": frozenset(titles)}).grant
        amounts[titles] = grant.amount if grant else None
    assert list(amounts.values()) == [80 * WAN, 80 * WAN, 120 * WAN, 160 * WAN]


# ─── how sure each figure is ────────────────────────────────────────────────────────────────────

_FIGURE = re.compile(r"[0-9]|[一二三四五六七八九十两]+(?:年|个月|月|天|个工作日)")


def entries(node: Node | None) -> Iterator[Mapping]:
    for each in node.items if isinstance(node, Listing) else [node]:
        if isinstance(each, Mapping):
            yield each


def sure_of(entry: Mapping) -> str:
    sure = entry.entries.get("sure")
    return sure.text if isinstance(sure, Scalar) else ""


def texts(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    return " ".join(texts(each) for each in (node.entries.values() if isinstance(node, Mapping) else node.items))


def criteria(node: Node | None) -> Iterator[Mapping]:
    for each in entries(node):
        yield each
        yield from criteria(each.entries.get("children"))


def files(name: str, folder: str) -> Iterator[tuple[Path, Mapping]]:
    for path in sorted((find_pack(name) / folder).glob("*.yaml")):
        node = load_yaml(read_text(path), str(path))
        assert isinstance(node, Mapping)
        yield path, node


def marks(name: str) -> Iterator[tuple[str, str]]:
    """Every place with a figure, and how sure it is said to be."""
    for folder in ("schemes", "rulesets"):
        for path, node in files(name, folder):
            for each in entries(node.entries.get("conditions")):
                if _FIGURE.search(texts(each.entries["require"])):
                    yield f"{path.stem}:{each.line}", sure_of(each)
            if "title" in node.entries:
                yield from ((f"{path.stem} title", sure_of(each)) for each in entries(node.entries["title"]))
            yield from comments(path, node)
    for path, node in files(name, "indexes"):
        yield path.stem, sure_of(node)
        for each in criteria(node.entries.get("criteria")):
            yield f"{path.stem}:{each.line}", sure_of(each)


def comments(path: Path, node: Mapping) -> Iterator[tuple[str, str]]:
    """Parameters and duties have no key for it: how sure their figures are is a comment on the line they begin."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for each in entries(node.entries.get("parameters")):
        if "value" in each.entries:
            yield f"{path.stem}:{each.line}", commented(lines[each.line - 1])
    for each in entries(node.entries.get("duties")):
        if _FIGURE.search(texts(each.entries["says"])):
            yield f"{path.stem}:{each.line}", commented(lines[each.line - 1])


def commented(line: str) -> str:
    found = re.search(r"# sure: (\w+)$", line)
    return found[1] if found else ""


@pytest.mark.parametrize(("name", "least"), [(HTE, 22), (TECH_SME, 16), (GRADIENT, 20), (SUBSIDY, 8)])
def test_every_figure_says_how_sure_it_is(name: str, least: int) -> None:
    found = list(marks(name))
    assert [place for place, sure in found if sure not in ("verified", "unverified")] == []
    assert len(found) >= least


@pytest.mark.parametrize("name", [GRADIENT, SUBSIDY])
def test_no_figure_of_the_region_is_called_verified(name: str) -> None:
    assert {sure for _, sure in marks(name)} == {"unverified"}


def test_of_the_high_tech_recognition_only_the_certificate_and_what_follows_is_unverified() -> None:
    unverified = [place for place, sure in marks(HTE) if sure == "unverified"]
    assert {place.partition(":")[0].partition(" ")[0] for place in unverified} == {"high-tech-enterprise"}
    assert len(unverified) == 5  # the title, and four duties with a figure


def test_the_score_keeps_how_sure_its_criteria_are() -> None:
    for name in (HTE, TECH_SME):
        (index,) = pack(name).indexes
        assert {each.sure for child in index.root.children for each in child.walk()} == {"verified"}
        assert index.sure == "verified"
