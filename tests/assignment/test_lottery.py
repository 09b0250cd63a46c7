"""The lottery: chances that keep every rule, draws that follow them exactly, and the same draw everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhinan.assignment.audit import unfair_chances, violations
from zhinan.assignment.lottery import Commitment, Drawn, cap_curve, commit, draw, sealed, seed_of
from zhinan.assignment.plan import Short, propose
from zhinan.assignment.problem import Expert, Instance, PanelRules, content_hash
from zhinan.assignment.rounding import Numbers, rounded
from zhinan.values.problem import BadInput

Made = Callable[..., Instance]
Keeps = Callable[..., bool]

RULES = st.fixed_dictionaries({
    "size": st.sampled_from([3, 5]), "finance": st.integers(0, 2), "outside": st.integers(0, 3), "per_unit": st.integers(1, 2),
    "threshold": st.sampled_from([0, 100_000]),
})  # fmt: skip


@given(seed=st.integers(0, 10_000), rules=RULES, cap=st.sampled_from([340, 500, 700, 1000]))
@settings(max_examples=60, deadline=None)
def test_every_draw_keeps_every_rule(made: Made, keeps_every_rule: Keeps, seed: int, rules: dict[str, int], cap: int) -> None:
    instance = made(seed, experts=40, units=20, **rules)
    try:
        commitment = commit(instance, cap=cap, rule_version="1")
    except Short as short:
        assert short.shortages
        return
    assert unfair_chances(instance, commitment.marginals, commitment.kinds, cap) == []
    assert max(commitment.marginals.values()) <= cap
    for nonce in range(5):
        drawn = draw(instance, commitment, seed_of(commitment.commit_hash, [str(nonce)]))
        assert keeps_every_rule(instance, drawn.panels)
        assert violations(instance, drawn.panels) == []
        assert all(commitment.marginals[case, place.expert] for case, panel in drawn.panels.items() for place in panel)


@pytest.mark.parametrize("rules", [{}, {"finance": 1, "outside": 2}])
def test_experts_are_drawn_as_often_as_was_published(made: Made, rules: dict[str, int]) -> None:
    """2 000 draws: each frequency within 4.5 standard errors, and the mean square of their z near 1."""
    draws = 2000
    instance = made(11, cases=4, experts=40, units=25, **rules)
    commitment = commit(instance, cap=500, rule_version="1")
    seen = Counter(
        (case, place.expert)
        for nonce in range(draws)
        for case, panel in draw(instance, commitment, content_hash(nonce)).panels.items()
        for place in panel
    )
    scores = []
    for pair, chance in commitment.marginals.items():
        share = chance / 1000
        if chance < 1000:
            scores.append((seen[pair] - draws * share) / sqrt(draws * share * (1 - share)))
    assert sum(seen.values()) == draws * 4 * 5
    assert len(scores) > 30
    assert max(map(abs, scores)) < 4.5
    assert 0.5 < sum(score**2 for score in scores) / len(scores) < 1.6


def test_drawn_or_next_no_one_passes_the_cap(made: Made) -> None:
    """1 500 draws: how often each expert is on the panel or among its alternates, within 4.5 standard errors of the cap."""
    draws, cap = 1500, 400
    instance = made(12, cases=2, experts=40, units=25, barred=0.0)
    commitment = commit(instance, cap=cap, rule_version="1")
    seen: Counter[tuple[str, str]] = Counter()
    for nonce in range(draws):
        drawn = draw(instance, commitment, content_hash(nonce))
        seen.update((case, place.expert) for case, panel in drawn.panels.items() for place in panel)
        seen.update((case, id) for case, kinds in drawn.alternates.items() for row in kinds.values() for id in row)
    limit = cap / 1000 + 4.5 * sqrt(cap / 1000 * (1 - cap / 1000) / draws)

    assert max(seen.values()) / draws < limit
    assert max(seen.values()) / draws > cap / 1000 - 0.06  # and the cap is used


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_rounding_keeps_whole_what_is_whole_and_moves_nothing_further_than_the_next_whole_number(seed: int) -> None:
    """On a random two-sided network whose chances come from the corner rule, the totals of each side are kept."""
    numbers = Numbers(f"network {seed}")
    rows, columns = 2 + numbers.below(4), 2 + numbers.below(5)
    arcs = [(row, rows + column, numbers.below(1000)) for row in range(rows) for column in range(columns)]
    sink, source = rows + columns, rows + columns + 1
    tail, head, flow = ([arc[at] for arc in arcs] for at in range(3))
    for row in range(rows):
        tail, head, flow = [*tail, source], [*head, row], [*flow, sum(f for r, _, f in arcs if r == row)]
    for column in range(columns):
        tail, head, flow = [*tail, rows + column], [*head, sink], [*flow, sum(f for _, c, f in arcs if c == rows + column)]
    tail, head, flow = [*tail, sink], [*head, source], [*flow, sum(f for _, _, f in arcs)]

    whole, steps, settled = rounded(tail, head, flow, unit=1000, numbers=Numbers(str(seed)))

    assert all(exact // 1000 <= got <= -(-exact // 1000) for exact, got in zip(flow, whole, strict=True))
    for node in range(source + 1):
        into = sum(got for end, got in zip(head, whole, strict=True) if end == node)
        assert into == sum(got for end, got in zip(tail, whole, strict=True) if end == node)
    assert set(settled) == {arc for arc, exact in enumerate(flow) if exact % 1000}
    assert len(steps) <= len(settled)


def test_numbers_are_the_published_ones() -> None:
    numbers = Numbers("a seed")
    import hashlib

    first = int.from_bytes(hashlib.sha256(b"a seed|0").digest()[:8], "big")
    assert numbers.below(1000) == first % 1000
    counts = Counter(numbers.below(3) for _ in range(6000))
    assert all(abs(count - 2000) < 4.5 * sqrt(6000 * 2 / 9) for count in counts.values())


def test_a_draw_as_json_comes_back_whole(made: Made) -> None:
    instance = made(2, experts=40, units=20, finance=1, outside=2)
    commitment = commit(instance, rule_version="2026-1", salt="pepper")
    drawn = draw(instance, commitment, seed_of(commitment.commit_hash, ["one", "two"]))

    assert Commitment.from_json(json.loads(json.dumps(commitment.to_json()))) == commitment
    again = Drawn.from_json(json.loads(json.dumps(drawn.to_json())))
    assert (again.panels, again.alternates, again.decided, again.result_hash) == (
        drawn.panels, drawn.alternates, drawn.decided, drawn.result_hash,
    )  # fmt: skip


_SCRIPT = """
import json, sys
from zhinan.assignment.lottery import commit, draw, seed_of
from zhinan.assignment.problem import Instance
instance = Instance.from_json(json.load(sys.stdin))
commitment = commit(instance, cap=500, rule_version="1")
print(commitment.commit_hash, draw(instance, commitment, seed_of(commitment.commit_hash, ["a", "b"])).result_hash)
"""


def test_the_draw_is_the_same_in_every_process(made: Made) -> None:
    instance = made(4, experts=40, units=20, finance=1, outside=2)
    commitment = commit(instance, cap=500, rule_version="1")
    here = f"{commitment.commit_hash} {draw(instance, commitment, seed_of(commitment.commit_hash, ['a', 'b'])).result_hash}"
    for hash_seed in ("0", "12345"):
        elsewhere = subprocess.run(
            [sys.executable, "-c", _SCRIPT], input=json.dumps(instance.to_json()), env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert elsewhere.stdout.strip() == here


def test_the_draw_needs_no_solver(made: Made) -> None:
    """Replaying loads neither numpy nor a solver: anyone's Python can do it."""
    script = (
        "import sys\nimport zhinan.assignment.replay\nprint(sorted({'numpy','scipy','ortools','highspy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_chances_are_those_of_another_exact_solver(made: Made) -> None:
    """networkx finds the same chances: the tie-break leaves one optimum."""
    import networkx as nx
    import numpy as np

    from zhinan.assignment import solve

    def by_networkx(tails: Any, heads: Any, capacities: Any, costs: Any, supplies: Any) -> Any:
        graph = nx.MultiDiGraph()
        graph.add_nodes_from((node, {"demand": -int(supply)}) for node, supply in enumerate(supplies))
        for arc, (tail, head, capacity, cost) in enumerate(zip(tails, heads, capacities, costs, strict=True)):
            graph.add_edge(int(tail), int(head), key=arc, capacity=int(capacity), weight=int(cost))
        _, flow = nx.network_simplex(graph)
        return np.array([flow[int(tail)][int(head)][arc] for arc, (tail, head) in enumerate(zip(tails, heads, strict=True))])

    instance = made(6, cases=5, experts=30, units=16, finance=1, outside=2)
    ours = commit(instance, cap=500, rule_version="1").marginals
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "cheapest_flow", by_networkx)
        theirs = commit(instance, cap=500, rule_version="1").marginals
    assert ours == theirs


def test_the_higher_the_cap_the_better_the_panels_and_the_less_open_the_draw(made: Made) -> None:
    instance = made(7, cases=8, experts=60, units=30)
    odds = cap_curve(instance, caps=(340, 500, 700, 1000))

    assert [row.cap for row in odds] == [340, 500, 700, 1000]
    assert [row.highest for row in odds] == [340, 500, 700, 1000]
    qualities = [row.quality or 0 for row in odds]
    assert qualities == sorted(qualities)
    assert 600 < qualities[0] < qualities[-1]
    assert odds[0].entropy > odds[2].entropy


def test_a_cap_that_is_too_low_is_named_with_the_one_that_would_do() -> None:
    experts = tuple(Expert(id=id, kinds=frozenset({"technical"}), unit=id) for id in "ABCD")
    instance = Instance(cases=("case",), experts=experts, rules=PanelRules(size=3), match={("case", id): 1 for id in "ABCD"})
    with pytest.raises(Short) as short:
        commit(instance, cap=500, rule_version="1")

    (one,) = short.value.shortages
    assert one.relaxation is not None
    assert (one.kind, one.relaxation.rule, one.relaxation.old, one.relaxation.new) == ("cap", "cap", 500, 750)
    assert commit(instance, cap=750, rule_version="1").marginals == {("case", id): 750 for id in "ABCD"}
    assert cap_curve(instance, caps=(500,))[0].quality is None


def test_a_cap_may_be_a_fraction_and_must_be_a_chance(made: Made) -> None:
    instance = made(8, experts=40, units=20)

    assert commit(instance, cap=Fraction(1, 2), rule_version="1") == commit(instance, cap=500, rule_version="1")
    for cap in (0, 1001, Fraction(3, 2)):
        with pytest.raises(BadInput, match="draw-cap-impossible"):
            commit(instance, cap=cap, rule_version="1")


def test_a_draw_of_another_input_is_refused(made: Made) -> None:
    instance = made(9, experts=40, units=20)
    commitment = commit(instance, rule_version="1")

    with pytest.raises(BadInput, match="draw-other-input"):
        draw(replace(instance, barred={}), commitment, "seed")


@pytest.mark.parametrize("change", [-1, +1])
def test_chances_that_do_not_add_up_are_refused_and_not_walked_for_ever(made: Made, change: int) -> None:
    instance = made(9, experts=40, units=20)
    commitment = commit(instance, rule_version="1")
    pair = min(pair for pair, chance in commitment.marginals.items() if 1 < chance < 500)
    wrong = replace(commitment, marginals={**commitment.marginals, pair: commitment.marginals[pair] + change})

    with pytest.raises(BadInput, match="draw-breaks-rules"):
        draw(instance, wrong, "seed")


def test_the_seed_depends_on_the_commitment_and_on_every_nonce_in_its_place() -> None:
    seeds = {
        seed_of(commit_hash, nonces)
        for commit_hash in ("c", "d") for nonces in (["a", "b"], ["b", "a"], ["ab"], ["a", "b", ""], ["a", "c"])
    }  # fmt: skip

    assert len(seeds) == 10
    assert sealed("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def test_the_expected_total_is_a_large_share_of_the_plans(made: Made) -> None:
    instance = made(10, cases=20, experts=80, units=40, finance=1, outside=2)
    commitment = commit(instance, cap=500, rule_version="1")

    assert 0.8 < commitment.expected_total(instance) / propose(instance).total < 1
