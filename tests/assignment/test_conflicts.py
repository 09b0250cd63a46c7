"""Conflicts of interest: each rule by an example told whole, and the laws that hold for any experts and cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhinan.assignment.conflict_rules import RULES, ConflictRules
from zhinan.assignment.conflicts import RULE_OF, Conflict, barred_pairs, conflicts, entrants_of, round_conflicts
from zhinan.assignment.control import Holding, groups_of, roots_of
from zhinan.assignment.ties import CaseTies, ExpertTies, Kind, Match, Person, Tenure, Tie, Unit, same_person, same_unit
from zhinan.values.dates import shift_months
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

DAY = date(2026, 6, 1)
PLAIN = ConflictRules()
ALL = ConflictRules(off=frozenset())
COLLEGE, WORKS, BUREAU = Unit("曙原大学", "CODE-1"), Unit("银川某某（集团）有限公司", "CODE-2"), Unit("某某科技局")
LEADER = Person("甲某", "key-1", WORKS)


def expert(**words: Any) -> ExpertTies:
    given = {"id": "E1", "person": Person("乙某", "key-2"), "unit": Unit("别处研究院", "CODE-9")} | words
    return ExpertTies(**given)


def case(**words: Any) -> CaseTies:
    given = {"id": "C1", "units": {"applicant": (WORKS,)}, "people": {"leader": (LEADER,)}, "authority": "A1"} | words
    return CaseTies(**given)


def rules_of(one: ExpertTies, other: CaseTies, rules: ConflictRules = PLAIN) -> list[str]:
    return [conflict.rule for conflict in conflicts(one, other, rules, {}, DAY)]


# ─── examples ───────────────────────────────────────────────────────────────────────────────────


def test_strangers_have_no_conflict() -> None:
    assert conflicts(expert(), case(), ALL, {}, DAY, entrants_of([case()])) == ()


def test_a_conflict_tells_its_reason_and_the_record_it_follows_from() -> None:
    post = Tenure(unit=Unit("银川某某(集团) 有限公司"), since=date(2019, 1, 1), until=date(2024, 5, 1), source="import")

    assert conflicts(expert(past=(post,)), case(), PLAIN, {}, DAY) == (
        Conflict(
            "past-unit",
            Text("专家近年曾在本项目的申报或参与单位任职", "the expert recently worked for a unit of this project"),
            Text(
                "专家任职：银川某某(集团) 有限公司（2019-01-01 至 2024-05-01）；申报单位：银川某某（集团）有限公司（单位名称一致）；依据：批量导入",
                "the expert's post: 银川某某(集团) 有限公司 (2019-01-01 to 2024-05-01); the applicant: 银川某某（集团）有限公司 (same name); source: imported",
            ),
        ),
    )


def test_a_tie_tells_its_kind_its_days_its_source_and_its_note() -> None:
    tie = Tie(kind=Kind.JOINT_PAPER, person=Person(key="key-1"), since=DAY, until=DAY, source="record", note="第二作者")

    [found] = conflicts(expert(ties=(tie,)), case(), PLAIN, {}, DAY)

    assert (found.rule, found.evidence) == (
        "recent-work",
        Text(
            "合作发表论文：甲某（银川某某（集团）有限公司）（项目负责人），2026-06-01；依据：平台记录；说明：第二作者",
            "joint paper: 甲某 (银川某某（集团）有限公司) (the leader), 2026-06-01; source: the platform's record; note: 第二作者",
        ),
    )


@pytest.mark.parametrize("role", ["applicant", "partner", "sub-unit", "technical-support", "测试单位"])
def test_whoever_works_for_a_unit_of_the_case_stands_back(role: str) -> None:
    assert rules_of(expert(unit=COLLEGE), case(units={role: (COLLEGE,)})) == ["same-unit"]


def test_a_second_post_that_lasts_is_a_present_one() -> None:
    ends = [None, DAY, date(2026, 5, 31)]
    posts = [Tenure(unit=WORKS, since=date(2020, 1, 1), until=day) for day in ends]

    assert [rules_of(expert(past=(post,)), case()) for post in posts] == [["same-unit"], ["same-unit"], ["past-unit"]]


def test_units_under_one_control_count_as_one() -> None:
    mother = Unit("某某控股", "CODE-8")
    groups = groups_of([Holding(mother, WORKS, 600), Holding(mother, Unit("别处研究院", "CODE-9"), 510)], 500)

    found = conflicts(expert(), case(), PLAIN, groups, DAY)
    past = conflicts(expert(unit=COLLEGE, past=(Tenure(unit=mother, until=date(2025, 1, 1)),)), case(), PLAIN, groups, DAY)
    without = ConflictRules(off=PLAIN.off | {"same-group"})

    assert [each.rule for each in found] == ["same-group"]
    assert [each.rule for each in conflicts(expert(unit=WORKS), case(), PLAIN, groups, DAY)] == ["same-unit"]
    assert "共同的控制方：CODE8" in found[0].evidence.zh
    assert [each.rule for each in past] == ["past-unit"]
    assert conflicts(expert(), case(), without, groups, DAY) == ()


def test_a_look_back_counts_its_anniversary_and_no_day_more() -> None:
    ended = [date(2023, 6, 1), date(2023, 5, 31)]

    assert [rules_of(expert(past=(Tenure(unit=WORKS, until=day),)), case()) for day in ended] == [["past-unit"], []]


def test_the_team_the_recommender_and_the_official_stand_back() -> None:
    assert rules_of(expert(person=Person("另一名", "key-1")), case()) == ["own-application"]
    assert rules_of(expert(unit=BUREAU), case(recommender=Unit("某某 科技局"))) == ["recommender"]
    assert rules_of(expert(official_of=frozenset({"A1"})), case()) == ["official"]
    assert rules_of(expert(official_of=frozenset({"A2"})), case()) == []


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_tie_has_its_rule(kind: Kind) -> None:
    to_person = Tie(kind=kind, person=LEADER, until=date(2025, 1, 1))
    to_unit = Tie(kind=kind, unit=WORKS, until=date(2025, 1, 1))
    to_case = Tie(kind=kind, case="C1", until=date(2025, 1, 1))

    found = [rules_of(expert(ties=(tie,)), case(), ALL) for tie in (to_person, to_unit, to_case)]

    assert found == [[RULE_OF[kind]]] * 3


def test_kin_and_students_are_never_too_long_ago() -> None:
    long_ago = date(1990, 1, 1)
    ties = [Tie(kind=kind, person=LEADER, since=long_ago, until=long_ago) for kind in (Kind.KIN, Kind.STUDENT)]

    assert [rules_of(expert(ties=(tie,)), case()) for tie in ties] == [["kin"], ["supervision"]]
    assert rules_of(expert(ties=(ties[1],)), case(), ConflictRules(years={"supervision": 5})) == []


def test_an_expert_may_declare_the_recommending_body_too() -> None:
    tie = {kind: Tie(kind=kind, unit=BUREAU) for kind in (Kind.DECLARED, Kind.CONSULTING)}

    found = {kind: rules_of(expert(ties=(tie[kind],)), case(recommender=BUREAU)) for kind in tie}

    assert found == {Kind.DECLARED: ["declared"], Kind.CONSULTING: []}


def test_a_name_alone_suspects_and_says_so() -> None:
    tie = Tie(kind=Kind.KIN, person=Person("甲某"))

    [found] = conflicts(expert(ties=(tie,)), case(), PLAIN, {}, DAY)

    assert (found.is_suspected, found.reason) == (
        True,
        Text(
            "专家与本项目人员或单位有近亲属关系（疑似：仅姓名一致，不能排除，按回避处理）",
            "the expert has kin in this project (suspected: the name alone agrees; it cannot be ruled out, so it bars)",
        ),
    )
    assert rules_of(expert(ties=(tie,)), case(), ConflictRules(suspect_bars=False)) == []


def test_an_applicant_may_name_three_to_be_avoided_and_no_more() -> None:
    named = (Person("乙某", unit=Unit("别处研究院")), Person("丙某"), Person("丁某"))

    with pytest.raises(BadInput) as refused:
        barred_pairs([], [case(avoided=(*named, Person("戊某"))), case(id="C2", avoided=named * 2)], PLAIN, {}, DAY)

    assert rules_of(expert(), case(avoided=named)) == ["avoided"]
    assert [problem.code for problem in refused.value.problems] == ["too-many-avoided"] * 2
    assert refused.value.problems[0].message.zh == "项目 C1 提出回避 4 人，最多 3 人"
    assert rules_of(expert(), case(avoided=named * 2), ConflictRules(off=frozenset({"avoided"}))) == []


def test_whoever_applies_in_the_round_reviews_nothing_in_it() -> None:
    mine = case(id="C2", units={"applicant": (COLLEGE,)}, people={"member": (Person("乙某", "key-2"),)})
    entrants = entrants_of([case(), mine])

    [found] = conflicts(expert(), case(), PLAIN, {}, DAY, entrants)

    assert (found.rule, found.evidence.zh) == ("applies-in-round", "乙某在本轮的申报：C2")
    assert round_conflicts(expert(), PLAIN, DAY, entrants) == (found,)
    assert barred_pairs([expert()], [case()], PLAIN, {}, DAY, others=[mine]) == {("C1", "E1"): (found,)}


def test_a_competing_unit_bars_only_where_the_authority_says_so() -> None:
    entrants = entrants_of([case(id=f"C{at}", units={"applicant": (COLLEGE,)}, people={}) for at in range(2, 7)])
    told = [round_conflicts(expert(unit=COLLEGE), rules, DAY, entrants) for rules in (PLAIN, ALL)]

    assert told[0] == ()
    assert [(each.rule, each.evidence.zh) for each in told[1]] == [("competing-unit", "曙原大学在本轮的申报：C2、C3、C4 等 5 项")]


# ─── laws ───────────────────────────────────────────────────────────────────────────────────────

units = st.builds(
    Unit, st.sampled_from(["", "甲厂", "乙厂（集团）", "乙厂(集团)", "丙 院"]), st.sampled_from(["", "1", "2", "3"])
)
people = st.builds(Person, st.sampled_from(["", "张三", "李四", "张 三"]), st.sampled_from(["", "k1", "k2"]), units)
days = st.none() | st.dates(date(2015, 1, 1), date(2027, 1, 1))


@st.composite
def spans(draw: st.DrawFn) -> dict[str, date | None]:
    since, until = draw(days), draw(days)
    return {"since": None if since and until and until < since else since, "until": until}


@st.composite
def ties(draw: st.DrawFn) -> Tie:
    words = {"kind": draw(st.sampled_from(Kind)), "person": draw(people), "unit": draw(units)} | draw(spans())
    named = words["person"].found_by() or words["unit"].found_by()
    return Tie(**words, case=draw(st.sampled_from(["", "C0", "C1"]) if named else st.just("C0")))


@st.composite
def experts(draw: st.DrawFn) -> ExpertTies:
    return ExpertTies(
        id="E0",
        person=draw(people),
        unit=draw(units),
        past=tuple(Tenure(unit=draw(units), **draw(spans())) for _ in range(draw(st.integers(0, 2)))),
        ties=tuple(draw(st.lists(ties(), max_size=3))),
        official_of=draw(st.frozensets(st.sampled_from(["", "A1", "A2"]), max_size=1)),
    )


cases = st.builds(
    CaseTies,
    id=st.just("C0"),
    units=st.dictionaries(st.sampled_from(["applicant", "partner"]), st.lists(units, max_size=2).map(tuple)),
    people=st.dictionaries(st.sampled_from(["leader", "member"]), st.lists(people, max_size=2).map(tuple)),
    recommender=units,
    authority=st.sampled_from(["", "A1"]),
    avoided=st.lists(people, max_size=2).map(tuple),
)
holdings = st.lists(
    st.builds(Holding, *[units.filter(lambda unit: unit.found_by())] * 2, st.sampled_from([200, 500, 900])), max_size=4
)
rule_sets = st.builds(
    ConflictRules,
    off=st.frozensets(st.sampled_from([rule.id for rule in RULES.values() if not rule.is_fixed])),
    years=st.dictionaries(st.sampled_from([rule.id for rule in RULES.values() if rule.is_timed]), st.none() | st.integers(0, 12)),
    suspect_bars=st.booleans(),
)


def several(made: st.SearchStrategy[ExpertTies] | st.SearchStrategy[CaseTies], letter: str) -> st.SearchStrategy[list]:
    return st.lists(made, max_size=3).map(lambda drawn: [replace(one, id=f"{letter}{at}") for at, one in enumerate(drawn)])


@given(several(experts(), "E"), several(cases, "C"), several(cases, "X"), rule_sets, holdings)
def test_the_barred_pairs_are_those_found_one_by_one(
    bank: list[ExpertTies], round_: list[CaseTies], others: list[CaseTies], rules: ConflictRules, held: list[Holding]
) -> None:
    groups, entrants = groups_of(held, 500), entrants_of([*round_, *others])
    pairs = {(one.id, each.id): conflicts(each, one, rules, groups, DAY, entrants) for one in round_ for each in bank}

    found = barred_pairs(bank, round_, rules, groups, DAY, others)

    assert found == {pair: told for pair, told in pairs.items() if told}


@given(experts(), cases, rule_sets, holdings)
def test_the_rules_that_fire_are_those_a_plain_reading_finds(
    one: ExpertTies, other: CaseTies, rules: ConflictRules, held: list[Holding]
) -> None:
    groups = groups_of(held, 500)

    found = {conflict.rule for conflict in conflicts(one, other, rules, groups, DAY, entrants_of([other]))}

    assert found == {rule for rule in read_plainly(one, other, rules, groups) if rules.holds(rule)}


def read_plainly(one: ExpertTies, other: CaseTies, rules: ConflictRules, groups: dict) -> Iterator[str]:
    """The rules as they are written, everyone against everyone."""

    def meets(first: Person, second: Person) -> bool:
        match = same_person(first, second)
        return match is Match.SAME or (match is Match.SUSPECTED and rules.suspect_bars)

    def is_recent(rule: str, until: date | None) -> bool:
        years = rules.looks_back(rule)
        return until is None or years is None or until >= shift_months(DAY, -12 * years)

    team = [person for several in other.people.values() for person in several]
    its_units = [unit for several in other.units.values() for unit in several]
    is_mine = any(meets(replace(one.person, unit=mine.unit), each) for mine in one.selves() for each in team)
    yield from ["own-application", "applies-in-round"] * is_mine
    if any(meets(mine, each) for mine in one.selves() for each in other.avoided):
        yield "avoided"
    for post in one.posts():
        lasts = post.until is None or post.until >= DAY
        for unit in its_units if lasts or is_recent("past-unit", post.until) else ():
            is_group = rules.holds("same-group") and roots_of(post.unit, groups) & roots_of(unit, groups)
            if same_unit(post.unit, unit):
                yield "same-unit" if lasts else "past-unit"
            elif is_group:
                yield "same-group" if lasts else "past-unit"
        if lasts and same_unit(post.unit, other.recommender):
            yield "recommender"
        if lasts and any(same_unit(post.unit, unit) for unit in other.units.get("applicant", ())):
            yield "competing-unit"
    for tie in one.ties:
        tied_units = [*its_units, other.recommender] if tie.kind is Kind.DECLARED else its_units
        is_tied = any(meets(tie.person, each) for each in team) or any(same_unit(tie.unit, unit) for unit in tied_units)
        if (is_tied or tie.case == other.id) and is_recent(RULE_OF[tie.kind], tie.until):
            yield RULE_OF[tie.kind]
    if other.authority and other.authority in one.official_of:
        yield "official"


@given(experts(), cases, rule_sets, st.sampled_from([rule.id for rule in RULES.values() if rule.is_timed]))
def test_looking_back_further_never_removes_a_conflict(one: ExpertTies, other: CaseTies, rules: ConflictRules, rule: str) -> None:
    found = [
        set(conflicts(one, other, replace(rules, years={**rules.years, rule: years}), {}, DAY)) for years in (0, 3, 11, None)
    ]

    assert found[0] <= found[1] <= found[2] <= found[3]


@given(experts(), cases, rule_sets, st.randoms(use_true_random=False))
def test_records_in_another_order_give_the_same_answer(
    one: ExpertTies, other: CaseTies, rules: ConflictRules, chance: st.Random
) -> None:
    def shuffled(records: tuple) -> tuple:
        return tuple(chance.sample(records, len(records)))

    stirred = replace(one, past=shuffled(one.past), ties=shuffled(one.ties))
    turned = replace(other, people=dict(reversed(other.people.items())), avoided=shuffled(other.avoided))
    entrants = entrants_of([other]), entrants_of([turned])

    assert conflicts(one, other, rules, {}, DAY, entrants[0]) == conflicts(stirred, turned, rules, {}, DAY, entrants[1])


@given(experts(), cases, rule_sets)
def test_switching_a_rule_off_removes_its_conflicts_and_no_others(one: ExpertTies, other: CaseTies, rules: ConflictRules) -> None:
    everything = conflicts(one, other, replace(rules, off=frozenset()), {}, DAY)

    assert conflicts(one, other, rules, {}, DAY) == tuple(each for each in everything if rules.holds(each.rule))
