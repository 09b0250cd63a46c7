"""Why this expert, why not that one: each pair has one explanation, and it says what the record says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from zhinan.assignment.lottery import Commitment, Drawn, commit, draw, seed_of
from zhinan.assignment.plan import Place, Plan, propose
from zhinan.assignment.problem import Bar, Expert, Instance, PanelRules
from zhinan.assignment.reasons import KINDS, why
from zhinan.values.text import Text

Made = Callable[..., Instance]
Draw = tuple[Instance, Commitment, Drawn]


@pytest.fixture(scope="module")
def one_draw(made: Made) -> Draw:
    instance = made(31, cases=8, experts=50, units=24, finance=1, outside=2, threshold=100_000)
    commitment = commit(instance, cap=500, rule_version="1")
    return instance, commitment, draw(instance, commitment, seed_of(commitment.commit_hash, ["a", "b"]))


def test_every_pair_has_the_explanation_its_record_asks_for(one_draw: Draw) -> None:
    instance, commitment, drawn = one_draw
    kinds = Counter()
    for case in instance.cases:
        seated = {place.expert for place in drawn.panels[case]}
        waiting = {id for row in drawn.alternates[case].values() for id in row}
        for expert in instance.experts:
            pair = (case, expert.id)
            explanation = why(instance, commitment, drawn, case, expert.id)
            kinds[explanation.kind] += 1
            expected = (
                "forbidden" if instance.barred.get(pair)
                else "below-threshold" if instance.match[pair] < 100_000
                else "drawn" if expert.id in seated
                else "alternate" if expert.id in waiting
                else "not-drawn" if pair in commitment.marginals
                else "outcompeted"
            )  # fmt: skip
            assert explanation.kind == expected
            assert explanation.text.zh != explanation.text.en
            assert "{" not in explanation.text.zh + explanation.text.en
    assert set(kinds) == set(KINDS) - {"not-in-pool"}


def test_a_chance_that_did_not_come_true_names_the_number_that_decided(one_draw: Draw) -> None:
    instance, commitment, drawn = one_draw
    found = 0
    for (case, id), chance in commitment.marginals.items():
        explanation = why(instance, commitment, drawn, case, id)
        if explanation.kind == "not-drawn":
            step = drawn.steps[explanation.facts["step"] - 1]
            assert (explanation.facts["chance"], explanation.facts["number"]) == (chance, step.number)
            assert f"{chance}‰" in explanation.text.zh
            found += 1
    assert found > 5


def test_before_the_draw_there_is_only_a_chance(one_draw: Draw) -> None:
    instance, commitment, _ = one_draw
    (case, id), chance = next(iter(commitment.marginals.items()))

    assert why(instance, commitment, None, case, id).text == Text(
        f"概率 {chance}‰，尚未抽取", f"chance {chance} per mille, not drawn yet"
    )


def test_a_plan_is_explained_too(one_draw: Draw) -> None:
    instance, _, _ = one_draw
    plan = propose(instance)
    case = instance.cases[0]
    kinds = {expert.id: why(instance, plan, None, case, expert.id).kind for expert in instance.experts}

    assert {id for id, kind in kinds.items() if kind == "drawn"} == {place.expert for place in plan.panels[case]}
    assert set(kinds.values()) == {"drawn", "outcompeted", "forbidden", "below-threshold"}


TECHNICAL = frozenset({"technical"})
EXPERTS = (
    Expert(id="A", kinds=TECHNICAL, unit="U1"),
    Expert(id="B", kinds=TECHNICAL, unit="U2"),
    Expert(id="C", kinds=TECHNICAL, unit="U2"),
    Expert(id="D", kinds=TECHNICAL, unit="U3"),
    Expert(id="E", kinds=frozenset({"finance"}), unit="U4"),
    Expert(id="F", kinds=TECHNICAL, unit="U5", most=0),
    Expert(id="G", kinds=TECHNICAL, unit="U6"),
    Expert(id="H", kinds=TECHNICAL, unit="U7"),
)
MATCH = {("X", id): 500_000 for id in "BCDEF"} | {("X", "A"): 900_000, ("X", "H"): 400_000, ("Y", "A"): 910_000}
INSTANCE = Instance(
    cases=("X", "Y"), experts=EXPERTS, rules=PanelRules(size=1, threshold=1000), match=MATCH,
    barred={("Y", "B"): (Bar(rule="kin", reason=Text("亲属", "kin"), evidence="declared"),)},
)  # fmt: skip
PLAN = Plan(
    panels={"X": (Place("B", "technical", 500_000),), "Y": (Place("A", "technical", 910_000),)}, total=1_410_000, worst=500_000,
    bound_on_total=1_410_000, bound_on_worst=500_000,
)  # fmt: skip


@pytest.mark.parametrize(
    ("case", "id", "kind", "text"),
    [
        ("Y", "B", "forbidden", Text("应回避：亲属", "barred: kin")),
        ("X", "A", "outcompeted", Text("匹配度 900000，列第 1；其件数用于更需要的项目：Y", "match 900000, rank 1; their load went where it adds more: Y")),
        (
            "X", "C", "outcompeted",
            Text("匹配度 500000，列第 2；同一单位至多 1 名，席位在同单位专家 B",
                 "match 500000, rank 2; at most 1 of one employer, and the place is with B"),
        ),
        (
            "X", "H", "outcompeted",
            Text("匹配度 400000，列第 7；席位给了匹配度更高或规则要求的专家，其中 1 名匹配度更高",
                 "match 400000, rank 7; the seats went to experts who fit better or whom a rule asks for; 1 of them fit better"),
        ),
        ("X", "B", "drawn", Text("按最优方案入选技术席：匹配度 500000，列第 2", "in the best plan, in a technical seat: match 500000, rank 2")),
        ("X", "E", "not-in-pool", Text("本轮每组没有其类别的席位", "panels have no seat of their kind in this round")),
        ("X", "F", "not-in-pool", Text("本轮已没有可承担的件数", "may take no more cases in this round")),
        ("X", "G", "not-in-pool", Text("没有与本项目的匹配度，未列入备选", "has no match with this case, so was not considered")),
    ],
)  # fmt: skip
def test_each_reason_as_it_is_read(case: str, id: str, kind: str, text: Text) -> None:
    explanation = why(INSTANCE, PLAN, None, case, id)

    assert (explanation.kind, explanation.text) == (kind, text)


def test_the_evidence_of_a_bar_is_among_the_facts() -> None:
    assert why(INSTANCE, PLAN, None, "Y", "B").facts == {
        "bars": [{"rule": "kin", "zh": "亲属", "en": "kin", "evidence": "declared"}]
    }


def test_a_match_below_the_threshold_is_told_with_its_rank() -> None:
    below = replace(INSTANCE, rules=PanelRules(size=1, threshold=450_000))

    assert why(below, PLAN, None, "X", "H").text == Text(
        "匹配度 400000 低于最低匹配度 450000（在本项目可比专家中列第 7）",
        "the match 400000 is below the least match 450000 (rank 7 among those compared for this case)",
    )


@pytest.mark.parametrize(("case", "id"), [("Z", "A"), ("X", "nobody")])
def test_nothing_is_said_of_strangers(case: str, id: str) -> None:
    with pytest.raises(KeyError):
        why(INSTANCE, PLAN, None, case, id)
