"""Ten invented applicants against all ten specials of Yinchuan 2026: verdict, amount, what bars, what to ask first."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from zhinan.policy.assess import Assessor, Result
from zhinan.policy.finding import Outcome
from zhinan.policy.load import load_pack
from zhinan.policy.model import Pack
from zhinan.policy.subject import read_subject
from zhinan.policy.vocabulary import base_vocabulary
from zhinan.values.codes import check_credit_code
from zhinan.values.quantity import format_money

PROFILES = Path(__file__).parent / "profiles"
DAY = date(2026, 3, 1)


class Came(NamedTuple):
    """How one special came out: `first` is the fact to ask for first."""

    verdict: str
    amount: str = ""
    unmet: tuple[str, ...] = ()
    first: str = ""


def eligible(amount: str) -> Came:
    return Came("eligible", amount)


def ineligible(*unmet: str) -> Came:
    return Came("ineligible", unmet=unmet)


def undetermined(first: str, *, amount: str = "") -> Came:
    return Came("undetermined", amount, first=first)


EXPECTED = {
    "industrial-sme-at-the-limit": {
        "new-productive-forces": eligible("36万元"),
        "sci-tech-support": ineligible("direction-high-tech"),
        "results-transfer-pilot": undetermined("project.partners"),
        "directed-commission": undetermined("applicant.platforms", amount="36万元"),
        "open-bidding": ineligible("payment-mode"),
        "young-talent": ineligible("payment-mode"),
        "industry-university-research": ineligible("payment-mode"),
        "regional-collaboration": undetermined("project.partners", amount="36万元"),
        "sme-innovation": ineligible("below-threshold"),
        "soft-science": ineligible("direction-industry"),
    },
    "industrial-sme-below-the-limit": {
        "new-productive-forces": eligible("36万元"),
        "sci-tech-support": ineligible("direction-high-tech"),
        "results-transfer-pilot": undetermined("project.partners"),
        "directed-commission": undetermined("applicant.platforms", amount="36万元"),
        "open-bidding": ineligible("payment-mode"),
        "young-talent": ineligible("payment-mode"),
        "industry-university-research": ineligible("payment-mode"),
        "regional-collaboration": undetermined("project.partners", amount="36万元"),
        "sme-innovation": eligible("36万元"),
        "soft-science": ineligible("direction-industry"),
    },
    "service-firm": {
        "new-productive-forces": eligible("60万元"),
        "sci-tech-support": ineligible("above-scale", "direction-high-tech"),
        "results-transfer-pilot": undetermined("project.partners"),
        "directed-commission": undetermined("applicant.platforms", amount="60万元"),
        "open-bidding": undetermined("applicant.misconduct"),
        "young-talent": undetermined("project.industry_classes"),
        "industry-university-research": undetermined("project.industry_classes"),
        "regional-collaboration": undetermined("project.partners", amount="60万元"),
        "sme-innovation": ineligible("below-threshold"),
        "soft-science": ineligible("direction-industry"),
    },
    "agricultural-firm": {
        "new-productive-forces": ineligible("direction"),
        "sci-tech-support": eligible("27万元"),
        "results-transfer-pilot": undetermined("project.partners"),
        "directed-commission": undetermined("applicant.platforms", amount="27万元"),
        "open-bidding": undetermined("applicant.misconduct"),
        "young-talent": undetermined("project.industry_classes"),
        "industry-university-research": undetermined("project.industry_classes"),
        "regional-collaboration": undetermined("project.partners", amount="27万元"),
        "sme-innovation": eligible("27万元"),
        "soft-science": ineligible("direction-industry"),
    },
    "young-talent-turning-40": {
        "new-productive-forces": undetermined("project.direction", amount="3.6万元"),
        "sci-tech-support": undetermined("project.direction", amount="3.6万元"),
        "results-transfer-pilot": ineligible("institutions-support-only"),
        "directed-commission": undetermined("applicant.platforms", amount="3.6万元"),
        "open-bidding": undetermined("applicant.misconduct"),
        "young-talent": eligible("10万元"),
        "industry-university-research": undetermined("project.kinds", amount="10万元"),
        "regional-collaboration": undetermined("project.partners", amount="12万元"),
        "sme-innovation": ineligible("independent-sme"),
        "soft-science": undetermined("project.direction", amount="10万元"),
    },
    "university-without-own-money": {
        "new-productive-forces": undetermined("project.direction", amount="45万元"),
        "sci-tech-support": undetermined("project.direction", amount="45万元"),
        "results-transfer-pilot": ineligible("institutions-support-only"),
        "directed-commission": undetermined("applicant.platforms", amount="45万元"),
        "open-bidding": undetermined("applicant.operating_status"),
        "young-talent": ineligible("age"),
        "industry-university-research": ineligible("engaged", "recorded", "one-lead"),
        "regional-collaboration": eligible("150万元"),
        "sme-innovation": ineligible("independent-sme"),
        "soft-science": undetermined("project.direction", amount="10万元"),
    },
    "research-institute": {
        "new-productive-forces": ineligible("direction"),
        "sci-tech-support": ineligible("direction-high-tech"),
        "results-transfer-pilot": ineligible("institutions-support-only"),
        "directed-commission": undetermined("applicant.platforms"),
        "open-bidding": undetermined("applicant.misconduct"),
        "young-talent": undetermined("project.industry_classes"),
        "industry-university-research": undetermined("project.industry_classes", amount="8万元"),
        "regional-collaboration": undetermined("project.partners"),
        "sme-innovation": ineligible("independent-sme"),
        "soft-science": eligible("8万元"),
    },
    "hospital": {
        "new-productive-forces": ineligible("direction", "payment-mode"),
        "sci-tech-support": eligible("0元"),
        "results-transfer-pilot": ineligible("institutions-support-only"),
        "directed-commission": ineligible("payment-mode"),
        "open-bidding": ineligible("payment-mode"),
        "young-talent": ineligible("payment-mode"),
        "industry-university-research": ineligible("payment-mode"),
        "regional-collaboration": ineligible("payment-mode"),
        "sme-innovation": ineligible("independent-sme", "payment-mode"),
        "soft-science": ineligible("direction-industry"),
    },
    "named-laboratory": {
        "new-productive-forces": undetermined("project.direction", amount="200万元"),
        "sci-tech-support": undetermined("project.direction", amount="200万元"),
        "results-transfer-pilot": undetermined("project.partners"),
        "directed-commission": eligible("300万元"),
        "open-bidding": undetermined("applicant.misconduct"),
        "young-talent": undetermined("project.industry_classes"),
        "industry-university-research": undetermined("project.industry_classes"),
        "regional-collaboration": undetermined("project.partners"),
        "sme-innovation": ineligible("independent-sme"),
        "soft-science": undetermined("project.direction"),
    },
    "half-filled": {
        "new-productive-forces": undetermined("project.payment_mode"),
        "sci-tech-support": undetermined("project.payment_mode"),
        "results-transfer-pilot": undetermined("project.payment_mode"),
        "directed-commission": undetermined("project.payment_mode"),
        "open-bidding": undetermined("project.payment_mode"),
        "young-talent": undetermined("project.payment_mode"),
        "industry-university-research": undetermined("project.payment_mode"),
        "regional-collaboration": undetermined("project.payment_mode"),
        "sme-innovation": undetermined("project.payment_mode"),
        "soft-science": undetermined("applicant.legal_person"),
    },
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("yinchuan-2026")


def judged(pack: Pack, profile: str, **readings: str) -> dict[str, Came]:
    subject = read_subject(PROFILES / f"{profile}.yaml", base_vocabulary())
    chosen = {name.replace("_", "-"): alternative for name, alternative in readings.items()}
    results = Assessor([pack], readings=chosen).assess(subject.facts, on=DAY)
    return {result.scheme.id: _came(result) for result in results}


def _came(result: Result) -> Came:
    amount = result.grant.amount if result.grant else None
    return Came(
        result.verdict.value,
        format_money(amount) if amount is not None else "",
        tuple(each.item.id for each in result.findings if each.outcome is Outcome.UNMET and each.ready.bars),
        result.missing[0] if result.missing else "",
    )


@pytest.mark.parametrize("profile", EXPECTED)
def test_every_special_comes_out_as_a_reader_of_the_guide_would_say(pack: Pack, profile: str) -> None:
    assert judged(pack, profile) == EXPECTED[profile]


def test_every_profile_is_expected_somewhere() -> None:
    assert {path.stem for path in PROFILES.glob("*.yaml")} == set(EXPECTED)


def test_forty_on_the_last_day_of_the_year_depends_on_the_reading(pack: Pack) -> None:
    profile = "young-talent-turning-40"

    inclusive, exclusive = (judged(pack, profile, AMB_05=reading) for reading in ("inclusive", "exclusive"))

    assert inclusive == EXPECTED[profile]
    assert exclusive == {**EXPECTED[profile], "young-talent": ineligible("age")}


def test_a_hundred_yuan_less_revenue_opens_the_special_for_small_firms(pack: Pack) -> None:
    at_the_limit, below = (judged(pack, f"industrial-sme-{where}-the-limit") for where in ("at", "below"))

    assert {id for id in below if below[id] != at_the_limit[id]} == {"sme-innovation"}


def test_the_sector_without_a_limit_is_left_to_a_person(pack: Pack) -> None:
    subject = read_subject(PROFILES / "agricultural-firm.yaml", base_vocabulary())
    [result] = Assessor([pack], schemes=["sme-innovation"]).assess(subject.facts, on=DAY)

    [finding] = [each for each in result.findings if each.item.id == "below-threshold"]

    assert (finding.outcome, finding.because) == (Outcome.JUDGEMENT, ("applicant.sector",))


def test_the_first_facts_of_a_half_filled_form_lead_to_the_telling_questions(pack: Pack) -> None:
    subject = read_subject(PROFILES / "half-filled.yaml", base_vocabulary())
    [result] = Assessor([pack], schemes=["sme-innovation"]).assess(subject.facts, on=DAY)

    assert result.missing == (
        "applicant.revenue_last_year",
        "applicant.incidents",
        "project.expected_ip",
        "project.funded_levels",
        "project.payment_mode",
        "applicant.legal_person",
        "applicant.sme",
        "project.total_rnd_investment",
    )


@pytest.mark.parametrize("profile", sorted(set(EXPECTED) - {"half-filled"}))
def test_the_credit_codes_have_the_right_check_digit(profile: str) -> None:
    code = read_subject(PROFILES / f"{profile}.yaml", base_vocabulary()).facts["applicant.uscc"]

    assert check_credit_code(str(code)) == code
