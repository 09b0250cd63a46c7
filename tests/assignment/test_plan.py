"""The best panels: every rule is kept, nothing beats them, and the bounds are true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhinan.assignment import best, pool
from zhinan.assignment.audit import violations
from zhinan.assignment.plan import Plan, Short, propose
from zhinan.assignment.problem import Expert, Instance, PanelRules

Made = Callable[..., Instance]
Keeps = Callable[..., bool]

RULES = st.fixed_dictionaries({
    "size": st.sampled_from([3, 5]), "finance": st.integers(0, 1), "outside": st.integers(0, 2), "per_unit": st.integers(1, 2),
    "threshold": st.sampled_from([0, 200_000]),
})  # fmt: skip


def planned(instance: Instance, *, lift_worst: bool) -> Plan | None:
    try:
        return propose(instance, lift_worst=lift_worst)
    except Short:
        return None


@given(seed=st.integers(0, 10_000), rules=RULES, lift=st.booleans())
@settings(max_examples=60, deadline=None)
def test_panels_keep_every_rule(made: Made, keeps_every_rule: Keeps, seed: int, rules: dict[str, int], lift: bool) -> None:
    instance = made(seed, **rules)
    plan = planned(instance, lift_worst=lift)
    if plan is None:
        return
    scores = [sum(place.match for place in panel) for panel in plan.panels.values()]
    assert keeps_every_rule(instance, plan.panels)
    assert violations(instance, plan.panels) == []
    assert (plan.total, plan.worst) == (sum(scores), min(scores))
    assert plan.total <= plan.bound_on_total
    assert plan.worst <= plan.bound_on_worst


@given(seed=st.integers(0, 10_000), rules=RULES)
@settings(max_examples=25, deadline=None)
def test_the_largest_total_and_the_best_worst_are_what_a_second_solver_finds(
    made: Made, seed: int, rules: dict[str, int]
) -> None:
    instance = made(seed, cases=4, experts=18, units=9, loads=(1, 3), levels=21, **rules)
    largest, lifted = planned(instance, lift_worst=False), planned(instance, lift_worst=True)
    total, worst = by_cp_sat(instance, of="total"), by_cp_sat(instance, of="worst")

    assert (largest and largest.total) == total
    assert (lifted and lifted.worst) == worst
    if lifted and largest:
        assert lifted.bound_on_worst >= lifted.worst
        assert largest.bound_on_total >= largest.total >= lifted.total


@given(seed=st.integers(0, 10_000), rules=RULES)
@settings(max_examples=25, deadline=None)
def test_beginning_with_the_likely_pairs_ends_at_the_same_total(made: Made, seed: int, rules: dict[str, int]) -> None:
    """As large problems are solved: also where the likely pairs alone are too few for any panels."""
    instance = made(seed, cases=5, experts=24, units=12, **rules)
    plans = []
    for many, likely in ((10**9, 10), (0, 3), (0, 1)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(best, "MANY", many)
            patch.setattr(pool, "LIKELY_OF_CASE", likely)
            patch.setattr(pool, "LIKELY_OF_EXPERT", likely)
            plan = planned(instance, lift_worst=False)
            plans.append(plan and (plan.total, plan.bound_on_total))

    assert plans[0] == plans[1] == plans[2]


def by_cp_sat(instance: Instance, *, of: str) -> int | None:
    """The optimum by another solver from a model of its own; None when there are no panels."""
    from ortools.sat.python import cp_model

    model, rules = cp_model.CpModel(), instance.rules
    seat: dict[tuple[str, str, str], Any] = {}
    for case in instance.cases:
        for expert in instance.experts:
            pair = (case, expert.id)
            if pair in instance.barred or instance.match[pair] < rules.threshold:
                continue
            if expert.kinds & {"technical", "industry"}:
                seat[*pair, "technical"] = model.new_bool_var("")
            if expert.kinds & {"finance", "management"}:
                seat[*pair, "finance"] = model.new_bool_var("")
    sums = []
    for case in instance.cases:
        here = {key: var for key, var in seat.items() if key[0] == case}
        for kind, wanted in (("technical", rules.size - rules.finance), ("finance", rules.finance)):
            model.add(sum(var for key, var in here.items() if key[2] == kind) == wanted)
        outside = {expert.id for expert in instance.experts if expert.is_outside}
        model.add(sum(var for key, var in here.items() if key[1] in outside) >= rules.outside)
        for root in {expert.group or expert.unit for expert in instance.experts}:
            members = {expert.id for expert in instance.experts if (expert.group or expert.unit) == root}
            model.add(sum(var for key, var in here.items() if key[1] in members) <= rules.per_unit)
        for expert in instance.experts:
            model.add(sum(var for key, var in here.items() if key[1] == expert.id) <= 1)
        sums.append(sum(instance.match[case, key[1]] * var for key, var in here.items()))
    for expert in instance.experts:
        model.add(sum(var for key, var in seat.items() if key[1] == expert.id) <= expert.most)
    worst = model.new_int_var(0, 10_000_000, "")
    for one in sums:
        model.add(worst <= one)
    model.maximize(sum(sums) if of == "total" else worst)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 0
    status = solver.solve(model)
    return round(solver.objective_value) if status == cp_model.OPTIMAL else None


def expert(id: str, **more: Any) -> Expert:
    return Expert(**{"id": id, "kinds": frozenset({"technical"}), "unit": f"unit of {id}", **more})


def test_the_worst_panel_is_lifted_at_the_price_of_the_total() -> None:
    experts = tuple(expert(id) for id in "ABCDEF")
    match = {("rich", id): 900_000 for id in "ABC"} | {("rich", id): 300_000 for id in "DEF"}
    match |= {("poor", id): 500_000 for id in "ABC"} | {("poor", id): 10_000 for id in "DEF"}
    instance = Instance(cases=("rich", "poor"), experts=experts, rules=PanelRules(size=3), match=match)

    largest, lifted = propose(instance, lift_worst=False), propose(instance)

    assert (largest.total, largest.worst) == (2_730_000, 30_000)
    assert (lifted.total, lifted.worst) == (2_510_000, 1_010_000)  # poor: two good experts and a weak one


@pytest.mark.parametrize("lift", [True, False])
def test_a_least_load_is_kept_though_it_costs(lift: bool) -> None:
    experts = (*(expert(id) for id in "ABC"), expert("D", least=1))
    match = {("case", id): 500_000 for id in "ABC"} | {("case", "D"): 1}
    instance = Instance(cases=("case",), experts=experts, rules=PanelRules(size=3), match=match)

    assert "D" in {place.expert for place in propose(instance, lift_worst=lift).panels["case"]}


def test_every_way_to_fill_one_panel_was_weighed(made: Made) -> None:
    instance = made(3, cases=1, experts=12, size=3, barred=0.0)
    technical = [one for one in instance.experts if "technical" in one.seats]
    ways = [
        sum(instance.match["C00", one.id] for one in way)
        for way in combinations(technical, 3) if len({one.root for one in way}) == 3
    ]  # fmt: skip

    assert propose(instance).total == max(ways)


def test_the_same_problem_written_in_another_order_has_the_same_plan(made: Made) -> None:
    instance = made(5, finance=1, outside=2)
    turned = replace(
        instance, cases=instance.cases[::-1], experts=instance.experts[::-1], match=dict(reversed(instance.match.items())),
    )  # fmt: skip

    assert turned.input_hash() == instance.input_hash()
    assert propose(turned).to_json() == propose(instance).to_json()


def test_nothing_to_do_is_no_trouble() -> None:
    assert propose(Instance(cases=(), experts=(), rules=PanelRules(size=3), match={})).panels == {}
