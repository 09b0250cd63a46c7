"""The ten specials as somebody who knows Polars well would write them once, by hand, for speed.

No tree is read here: every rule was typed in from the pack, every threshold is a figure in the code, and what several
specials ask is computed once. The outputs are those of a screening. Editing this file by hand for every change of a
guide is what a pack saves; how much time the generated program loses to it is what the benchmark asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import and_, or_

import polars as pl

from zhinan.language.types import Kind, Type

VERDICT = pl.Enum(["eligible", "undetermined", "ineligible"])
TODAY, YEAR_AGO, TWO_AGO, THREE_AGO = date(2026, 3, 1), date(2025, 3, 1), date(2024, 3, 1), date(2023, 3, 1)
col = pl.col
part = pl.element().struct.field

INSTITUTIONS = ("university", "research_institute", "medical_institution")
PUBLIC = ("university", "research_institute", "vocational_college", "medical_institution", "other_public_institution")
OUTSIDE_KINDS = (*PUBLIC, "new_rnd_institution")
ENGAGED = ("innovation_officer", "technology_vice_president", "weekend_engineer")
ACCIDENTS = ("quality", "environment", "safety")
IP = ("invention_patent", "utility_model", "design_patent", "software_copyright", "layout_design", "plant_variety", "other_ip")

#: Special → what bars, in the order of the bits: the columns made by `_truths`.
RULES: dict[str, str] = {
    "new-productive-forces": "d01 pay2",
    "sci-tech-support": "kinds5 above_scale farm medical self_funded d021 d022 d023 pay2 pay_self",
    "results-transfer-pilot": "rnd_grows normal credit matching accidents_1 no_bad_credit no_serious support_only agreement "
    "industry4 acquisition level3 outputs registered in_city ip_clear not_expansion not_mature not_basic recent level5 "
    "proofs equity",
    "directed-commission": "platform leading pay2",
    "open-bidding": "legal_any normal funds no_violation no_sanction fields elements pay1",
    "young-talent": "on_post employer age40 in_post prior no_open_young industry6 match_young pay1 months24",
    "industry-university-research": "kinds7 teacher engaged firm firm_rnd recorded joint industry6 one_grant one_lead "
    "no_open_iur one_year_iur pay1 months24",
    "regional-collaboration": "legal accidents_2 no_bad_credit no_misconduct not_blacklisted outside outside_kind "
    "outside_age outside_legal signed tasks industry6 not_outsourced no_related partner_funds none_abroad one_year_reg "
    "no_open_reg match_firm pay2",
    "sme-innovation": "sme below sector accidents_safety planned_ip not_funded pay2",
    "soft-science": "legal soft_kind not_secret d101 d102",
}
#: Special → line → the bits that do not belong to it. Specials without lines have one.
LINES: dict[str, list[set[int]]] = {
    "sci-tech-support": [{2, 3, 4, 6, 7, 9}, {1, 3, 4, 5, 7, 9}, {1, 2, 3, 4, 5, 6, 9}, {1, 2, 5, 6, 7, 8}],
    "directed-commission": [{1}, {0}],
    "soft-science": [{4}, {3}],
}


class Handwritten:
    """`bits` says how the members of a set are stored; everything else is in the expressions."""

    def __init__(self, types: dict[str, Type]) -> None:
        self.members = {
            key: [member.key for member in of.choice.members] for key, of in types.items() if of.kind is Kind.SET and of.choice
        }

    def run(self, register: pl.DataFrame, *, engine_shares: bool = False) -> pl.DataFrame:
        """All rows, in their order."""
        frame = register.lazy().with_columns(self.across(register)).with_columns([*self.lists(), *self.shared()])
        frame = frame.with_columns([*self.of_projects(), *self.of_applicants(), *self.of_people(), *_amounts()])
        frame = frame.with_columns(_holds())
        frame = frame.with_columns(_best()).select(_outcomes())
        return frame.collect(optimizations=pl.QueryOptFlags(comm_subexpr_elim=engine_shares))

    def has(self, key: str, names: str, *, every: bool = False) -> pl.Expr:
        bits = pl.lit(sum(1 << self.members[key].index(name) for name in names.split()), dtype=pl.UInt64)
        return (col(key) & bits) == bits if every else (col(key) & bits) != 0

    # -- lists whose condition looks at a fact of the row as well ----------------------------------------

    def across(self, register: pl.DataFrame) -> list[pl.Series]:
        """These are laid out flat, one record a row, with the fact brought beside it."""
        engaged = _Flat(register, "leader.engagements", "recorded enterprise_code term_from term_to", "enterprise.uscc")
        granted = _Flat(register, "leader.funded_projects", "special established_on", "leader.term_from leader.term_to")
        in_term = (col("established_on") >= col("leader.term_from")) & (col("established_on") <= col("leader.term_to"))
        in_force = (col("term_from") <= TODAY) & (col("term_to") >= TODAY)
        return [
            engaged.some(col("recorded") & (col("enterprise_code") == col("enterprise.uscc")) & in_force).alias("by_firm"),
            granted.some((col("special") == "industry_university_research") & in_term).not_().alias("one_grant"),
        ]

    # -- lists ---------------------------------------------------------------------------------------

    def lists(self) -> Iterable[pl.Expr]:
        """Each question about a list, once."""
        yield from _of_partners()
        yield from _of_records()
        proof = part("granted") & part("kind").is_in(IP)
        prize = part("level").is_in(["award_national", "award_ministerial"])
        prize &= part("kind").is_in(["sci_tech_award", "patent_award", "invention_award"])
        yield (_some("result.ip_rights", proof) | _some("result.awards", prize)).alias("proof_or_prize")
        engaged = part("kind").is_in(ENGAGED) & (part("term_from") <= TODAY) & (part("term_to") >= TODAY)
        yield _some("leader.engagements", engaged).alias("engaged")

    # -- what several rules ask ----------------------------------------------------------------------

    def shared(self) -> Iterable[pl.Expr]:
        """Parts of rules, and rules of several specials."""
        total, grant, kind = col("project.total_rnd_investment"), col("project.requested_grant"), col("leader.employer_kind")
        yield (total * 3).alias("third")  # tenths
        yield _lesser(total * 3, grant * 10).alias("third_or_grant")
        yield (kind == "enterprise").alias("employer_firm")
        yield kind.is_in(PUBLIC).alias("employer_public")
        yield (col("applicant.kind") == "enterprise").alias("firm_itself")
        yield (col("project.duration") <= 24_000_000).alias("months24")
        yield col("project.payment_mode").is_in(["upfront", "post"]).alias("pay2")
        yield (col("project.payment_mode") == "upfront").alias("pay1")
        yield (col("applicant.operating_status") == "normal").alias("normal")
        four = "signature lake_capital_base four_new priority"
        yield self.has("project.industry_classes", four).alias("industry4")
        yield self.has("project.industry_classes", four + " emerging future").alias("industry6")
        yield (col("applicant.bad_credit").list.len() == 0).alias("no_bad_credit")

    # -- every rule once -----------------------------------------------------------------------------

    def of_projects(self) -> Iterable[pl.Expr]:
        """What is asked of the project and its money."""
        pay, own, nature = col("project.payment_mode"), col("project.self_raised") * 10, col("project.nature")
        total, grant = col("project.total_rnd_investment"), col("project.requested_grant")
        yield _under("D-YC01").alias("d01")
        yield from (_under(f"D-YC02.{n}").alias(f"d02{n}") for n in (1, 2, 3))
        yield from (_under(f"D-YC10.{n}").alias(f"d10{n}") for n in (1, 2))
        five = "new_product new_technology new_process scenario tackling"
        yield self.has("project.kinds", five).alias("kinds5")
        yield self.has("project.kinds", five + " transfer new_equipment").alias("kinds7")
        yield (_under("D-YC02.2.8").not_() | col("firm_itself")).alias("farm")
        yield (col("project.field") == "medical").alias("medical")
        yield (col("project.self_raised") == col("project.total_budget")).alias("self_funded")
        yield (pay == "self_funded").alias("pay_self")
        yield ((pay != "equity") | col("project.outside_team") | col("project.early_stage")).alias("equity")
        yield (col("project.matching_secured") >= col("project.total_budget") - grant).alias("matching")
        covered = col("agreement.valid_from") <= col("project.starts_on")
        covered &= col("agreement.valid_to") >= col("project.ends_on")
        yield (col("alone") | covered).alias("agreement")
        yield (col("agreement.signed_on") <= date(2026, 2, 28)).alias("signed")
        yield self.has("project.output_forms", "out_product out_process out_material").alias("outputs")
        yield col("project.application_site").is_between(640100, 640199).alias("in_city")
        yield (nature != "capacity_expansion").alias("not_expansion")
        yield (nature != "mature_production").alias("not_mature")
        yield (nature != "basic_research").alias("not_basic")
        young = total * 10 - _capped(col("third_or_grant"), 100_000_000)
        yield (col("employer_firm").not_() | (own >= young)).alias("match_young")
        yield (col("firm_itself").not_() | (own >= total * 10 - col("third_or_grant"))).alias("match_firm")
        yield (col("project.outsourced_share") < 1_000_000).alias("not_outsourced")
        yield (col("project.to_domestic_partners") * 5 <= grant * 2).alias("partner_funds")
        yield (col("project.to_foreign") == 0).alias("none_abroad")
        yield (col("project.expected_ip") >= 1).alias("planned_ip")
        yield self.has("project.funded_levels", "national regional county").not_().alias("not_funded")
        yield col("project.classified").not_().alias("not_secret")

    def of_applicants(self) -> Iterable[pl.Expr]:
        """What is asked of the applicant and of its needs."""
        kind, sector = col("applicant.kind"), col("applicant.sector")
        staff, revenue = col("applicant.staff"), col("applicant.revenue_last_year")
        yield col("applicant.above_scale").alias("above_scale")
        yield (col("applicant.rnd_years_not_falling") >= 2_000_000).alias("rnd_grows")
        yield col("applicant.credit_grade").is_in(["aaa", "aa"]).alias("credit")
        yield (kind.is_in(INSTITUTIONS).not_() & col("stays")).alias("support_only")
        platforms = "liupanshan_laboratory helanshan_laboratory academician_platform national_platform"
        yield self.has("applicant.platforms", platforms).alias("platform")
        leading = self.has("applicant.titles", "chain_leader tech_leader innovation_demonstration")
        yield (leading & self.has("applicant.industry_classes", "four_new priority")).alias("leading")
        yield (col("applicant.legal_person") & kind.is_in(["enterprise", *OUTSIDE_KINDS])).alias("legal_any")
        yield col("applicant.legal_person").alias("legal")
        yield (col("need.poster_funds") > 0).alias("funds")
        fields = "need_material need_energy need_food need_equipment need_other_priority need_ai need_low_altitude"
        yield self.has("need.fields", fields + " need_embodied need_other_new need_livelihood").alias("fields")
        yield self.has("need.elements", "problem indicators time_limit funds ip_ownership", every=True).alias("elements")
        clean = [col(f"{who}_clean") for who in ("own", "leader", "partners", "members")]
        yield reduce(and_, clean).alias("no_misconduct")
        listed = [col("applicant.blacklisted").not_(), col("leader.blacklisted").not_()]
        yield reduce(and_, [*listed, col("partners_listed"), col("members_listed")]).alias("not_blacklisted")
        yield (col("firm_itself") & col("applicant.legal_person") & col("applicant.sme")).alias("sme")
        industry = (sector == "industry") & (revenue < 2_000_000_000) & (staff <= 300)
        service = (sector == "service") & (revenue < 1_000_000_000) & (staff <= 100)
        yield (sector.is_in(["industry", "service"]).not_() | industry | service).alias("below")
        yield sector.is_in(["industry", "service", "agriculture", "construction", "other_sector"]).alias("sector")
        yield (kind != "government_body").alias("soft_kind")

    def of_people(self) -> Iterable[pl.Expr]:
        """What is asked of the leader, of the leader's enterprise and of the result."""
        employer, made, level = col("leader.employer_kind"), col("result.made_on"), col("result.level")
        yield (col("leader.on_post") & col("leader.employer_legal_person")).alias("on_post")
        yield employer.is_in(["enterprise", *OUTSIDE_KINDS]).alias("employer")
        yield (col("leader.birth") >= date(1986, 1, 1)).alias("age40")
        yield (col("leader.available_until") >= col("project.ends_on")).alias("in_post")
        yield (col("leader.prior_results") >= 1).alias("prior")
        teaching = employer.is_in(["university", "research_institute", "vocational_college"])
        yield (teaching & col("leader.teaching_research_post")).alias("teacher")
        yield ((col("enterprise.kind") == "enterprise") & col("enterprise.legal_person")).alias("firm")
        yield (col("enterprise.rnd_spend_last_year") > 0).alias("firm_rnd")
        yield (col("by_firm") & col("enterprise.recorded")).alias("recorded")
        yield col("application.joint").alias("joint")
        yield ((col("project.lead_persons") == 1) & col("engaged")).alias("one_lead")
        yield col("result.acquisition").is_in(["own_research", "purchase", "commissioned"]).alias("acquisition")
        national = ["international_lead", "international_advanced", "domestic_lead"]
        yield level.is_in(national).alias("level3")
        yield level.is_in([*national, "domestic_advanced", "regional_lead"]).alias("level5")
        yield col("result.registration_level").is_in(["reg_national", "reg_provincial"]).alias("registered")
        yield (col("result.ip_clear") & col("result.ip_dispute").not_()).alias("ip_clear")
        yield made.is_between(date(2021, 12, 31), TODAY).alias("recent")
        determined = self.has(
            "result.determinations", "therapy new_drug medical_device pesticide crop_variety other_determination"
        )
        yield (col("proof_or_prize") | determined | col("result.registered_applied")).alias("proofs")


def _of_partners() -> Iterable[pl.Expr]:
    """What is asked of the partners and of the members of the team."""
    partners, members = "project.partners", "project.members"
    outside = part("place").is_in(["domestic", "abroad"])
    outside_kind = outside & part("kind").is_in(OUTSIDE_KINDS)
    stays = part("kind").is_in(INSTITUTIONS).not_() | (part("role") == "technology_support_unit")
    yield _none(partners, part("misconduct_in_force")).alias("partners_clean")
    yield _none(members, part("misconduct_in_force")).alias("members_clean")
    yield _none(partners, part("blacklisted")).alias("partners_listed")
    yield _none(members, part("blacklisted")).alias("members_listed")
    yield _some(partners, outside).alias("outside")
    yield _some(partners, outside_kind).alias("outside_kind")
    yield _some(partners, outside_kind & (part("registered_on") <= THREE_AGO)).alias("outside_age")
    yield _some(partners, outside & part("legal_person")).alias("outside_legal")
    yield _none(partners, part("substantive_task").not_()).alias("tasks")
    yield _none(partners, part("related_party")).alias("no_related")
    yield _none(partners, stays.not_()).alias("stays")
    yield _none(partners, part("role") == "technology_support_unit").alias("alone")


def _of_records() -> Iterable[pl.Expr]:
    """What is asked of the records the platform and the registers keep."""
    sanctioned = (part("sanction_from") <= TODAY) & (part("sanction_to") >= TODAY)
    serious, accident, since = part("grade") == "serious", part("kind").is_in(ACCIDENTS), part("date").is_between
    incidents, misconduct = "applicant.incidents", "applicant.misconduct"
    yield _none(incidents, accident & since(YEAR_AGO, TODAY)).alias("accidents_1")
    yield _none(incidents, accident & since(TWO_AGO, TODAY)).alias("accidents_2")
    yield _none(incidents, (part("kind") == "safety") & since(YEAR_AGO, TODAY)).alias("accidents_safety")
    yield _none("applicant.violations", part("major") & since(THREE_AGO, TODAY)).alias("no_violation")
    yield _none(misconduct, serious).alias("no_serious")
    yield _none(misconduct, sanctioned).alias("no_sanction")
    yield _none(misconduct, serious & sanctioned).alias("own_clean")
    yield _none("leader.misconduct", serious & sanctioned).alias("leader_clean")
    yield _none("leader.open_projects", part("special") == "young_talent").alias("no_open_young")
    yield _none("leader.open_projects", part("special") == "industry_university_research").alias("no_open_iur")
    yield _none("applicant.open_projects", part("special") == "regional_collaboration").alias("no_open_reg")
    this_year = part("year") == TODAY.year
    of_firm, own = part("special") == "industry_university_research", part("special") == "regional_collaboration"
    yield _none("enterprise.year_applications", of_firm & this_year).alias("one_year_iur")
    yield _none("applicant.year_applications", own & this_year).alias("one_year_reg")


def _amounts() -> Iterable[pl.Expr]:
    """Every formula once, in fen; what cannot be told is null."""
    total, kind = col("project.total_rnd_investment"), col("applicant.kind")
    yield _capped(col("third"), 2_000_000_000).floordiv(10).alias("pay_200")
    yield _capped(col("third"), 3_000_000_000).floordiv(10).alias("pay_300")
    yield _capped(col("third"), 500_000_000).floordiv(10).alias("pay_50")
    yield _capped(col("project.requested_grant"), 10_000_000).alias("pay_10")
    yield _capped(col("project.total_investment") * 2, 1_000_000_000).floordiv(5).alias("pay_need")
    audited, planned = col("project.audited_investment"), col("project.planned_investment")
    has_audit = col("documents.investment_audit")
    invested = pl.when(has_audit | (audited == planned)).then(audited).when(has_audit.not_()).then(planned)
    yield _capped(invested * 3, 3_000_000_000).floordiv(10).alias("pay_invested")
    of_firm, of_public = _capped(col("third"), 100_000_000).floordiv(10), _capped(total, 10_000_000)
    young = pl.when(col("employer_firm")).then(of_firm).when(col("employer_public")).then(of_public)
    yield young.alias("pay_young")
    yield pl.when(col("firm_itself")).then(col("third").floordiv(10)).when(kind.is_in(PUBLIC)).then(total).alias("pay_reg")


PAID = {
    "new-productive-forces": "pay_200", "sci-tech-support": "pay_200", "results-transfer-pilot": "pay_invested",
    "directed-commission": "pay_300", "open-bidding": "pay_need", "young-talent": "pay_young",
    "industry-university-research": "pay_10", "regional-collaboration": "pay_reg", "sme-innovation": "pay_50",
    "soft-science": "pay_10",
}  # fmt: skip


class _Flat:
    """The records of one list laid out one below the other, beside facts of their rows."""

    def __init__(self, register: pl.DataFrame, key: str, fields: str, facts: str) -> None:
        records = register[key]
        self.known, self.lengths = records.is_not_null(), records.list.len().fill_null(0).cast(pl.Int64)
        rows = _repeated(self.lengths)
        flat = records.explode(empty_as_null=False, keep_nulls=False).struct
        self.frame = pl.DataFrame(
            [flat.field(name) for name in fields.split()] + [register[fact].gather(rows) for fact in facts.split()]
        )

    def some(self, condition: pl.Expr) -> pl.Series:
        """Whether a record meets the condition: unknown when none surely does and one may."""
        weights = self.frame.select(_weight(condition).cum_sum()).to_series()
        sums = pl.concat([pl.Series([0], dtype=pl.Int64), weights]).gather(self.lengths.cum_sum())
        added = sums - sums.shift(1, fill_value=0)
        return pl.select(pl.when(self.known).then(_judged(pl.lit(added)))).to_series()


def _repeated(lengths: pl.Series) -> pl.Series:
    """The number of the row, as often as its list is long."""
    rows = pl.select(pl.int_range(lengths.len(), dtype=pl.UInt32)).to_series()
    return pl.select(pl.lit(rows).repeat_by(lengths).explode(empty_as_null=False, keep_nulls=False)).to_series()


def _some(key: str, condition: pl.Expr) -> pl.Expr:
    """`list.any(ignore_nulls=False)` says the same, at five times the price."""
    return _judged(col(key).list.eval(_weight(condition)).list.sum())


#: A record that surely counts; one that may weighs 1. So one comparison tells whether there is a sure one.
SURE = 1 << 32


def _weight(condition: pl.Expr) -> pl.Expr:
    one, none, maybe = (pl.lit(weight, dtype=pl.Int64) for weight in (SURE, 0, 1))
    return pl.when(condition).then(one).when(condition.not_()).then(none).otherwise(maybe)


def _judged(added: pl.Expr) -> pl.Expr:
    yes, no = pl.lit(value=True), pl.lit(value=False)
    return pl.when(added >= SURE).then(yes).when(added == 0).then(no)


def _none(key: str, condition: pl.Expr) -> pl.Expr:
    return _some(key, condition).not_()


def _under(node: str) -> pl.Expr:
    direction = col("project.direction")
    return (direction == node) | direction.cat.starts_with(node + ".")


def _lesser(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """`min_horizontal` would skip an unknown."""
    return pl.when(a <= b).then(a).when(a > b).then(b)


def _capped(amount: pl.Expr, most: int) -> pl.Expr:
    return amount.clip(upper_bound=most)  # an unknown stays one


def _holds() -> Iterable[pl.Expr]:
    for special, names in RULES.items():
        rules = names.split()
        for place, others in enumerate(LINES.get(special, [set()])):
            ours = [col(rule) for bit, rule in enumerate(rules) if bit not in others]
            yield reduce(and_, ours).alias(f"{special}&{place}")


def _best() -> Iterable[pl.Expr]:
    for special, lines in LINES.items():
        ranks = [
            pl.when(holds).then(pl.lit(place, dtype=pl.UInt8)).when(holds.not_()).then(pl.lit(128 + place, dtype=pl.UInt8))
            .otherwise(pl.lit(64 + place, dtype=pl.UInt8))
            for place in range(len(lines))
            for holds in [col(f"{special}&{place}")]
        ]  # fmt: skip
        yield pl.min_horizontal(ranks).alias(f"{special}*")


def _outcomes() -> Iterable[pl.Expr]:
    eligible, undetermined, ineligible = (pl.lit(word, dtype=VERDICT) for word in VERDICT.categories)
    for special, names in RULES.items():
        rules = names.split()
        paid: pl.Expr = col(PAID[special])
        unmet, unknown = _bits(rules, pl.Expr.not_), _bits(rules, pl.Expr.is_null)
        if special in LINES:
            best = col(f"{special}*")
            line, good = best % 64, best // 64
            yield line.alias(f"{special}.line")
            verdict = pl.when(good == 0).then(eligible).when(good == 1).then(undetermined).otherwise(ineligible)
            masks = [sum(1 << bit for bit in range(len(rules)) if bit not in others) for others in LINES[special]]
            mask = pl.coalesce(pl.when(line == at).then(pl.lit(m, dtype=_width(rules))) for at, m in enumerate(masks))
            unmet, unknown, may = unmet & mask, unknown & mask, good < 2
            if special == "sci-tech-support":  # the line paid by the applicant alone
                paid = pl.when(line == 3).then(pl.lit(0, dtype=pl.Int64)).otherwise(paid)
        else:
            holds = col(f"{special}&0")
            verdict = pl.when(holds).then(eligible).when(holds.not_()).then(ineligible).otherwise(undetermined)
            may = holds.fill_null(value=True)
        yield verdict.alias(f"{special}.verdict")
        yield pl.when(may).then(paid).alias(f"{special}.amount")
        yield unmet.alias(f"{special}.unmet")
        yield unknown.alias(f"{special}.unknown")


def _width(rules: list[str]) -> pl.DataType:
    return pl.UInt8() if len(rules) <= 8 else pl.UInt16() if len(rules) <= 16 else pl.UInt32()


def _bits(rules: list[str], test: object) -> pl.Expr:
    """Eight rules to a byte, then the bytes side by side."""
    zero, wide = pl.lit(0, dtype=pl.UInt8), _width(rules)
    parts = []
    for start in range(0, len(rules), 8):
        eight = [
            pl.when(test(col(rule))).then(pl.lit(1 << bit, dtype=pl.UInt8)).otherwise(zero)  # type: ignore[operator]  # tests are callables here
            for bit, rule in enumerate(rules[start : start + 8])
        ]
        parts.append(reduce(or_, eight).cast(wide) * pl.lit(1 << start, dtype=wide))
    return reduce(or_, parts)
