"""Small problems of assignment, made from a seed; and the rules written down a second time, apart from the code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

import pytest

from zhinan.assignment.problem import Bar, Expert, Instance, PanelRules
from zhinan.values.text import Text

SAME_UNIT = Bar(rule="same-unit", reason=Text("与申报单位同单位", "works for the applicant"), evidence="unit U1")


def made(
    seed: int, *, cases: int = 6, experts: int = 30, units: int = 14, loads: tuple[int, int] = (2, 4), barred: float = 0.08,
    levels: int = 1_000_000, **rules: int,
) -> Instance:  # fmt: skip
    """A problem that usually has panels: kinds, groups, outside experts, bars and matches all from the seed."""
    random = Random(seed)
    roster = []
    for number in range(experts):
        kinds = {random.choice(["technical", "industry", "finance", "technical"])}
        if random.random() < 0.2:
            kinds.add("management")
        unit = random.randrange(units)
        roster.append(Expert(
            id=f"E{number:03}", kinds=frozenset(kinds), unit=f"U{unit}", group="G0" if unit < 2 else "",
            is_outside=random.random() < 0.5, most=random.randint(*loads),
        ))  # fmt: skip
    names = tuple(f"C{number:02}" for number in range(cases))
    match = {(case, expert.id): random.randrange(levels) * (1_000_000 // levels) for case in names for expert in roster}
    return Instance(
        cases=names, experts=tuple(roster), rules=PanelRules(**{"size": 5, **rules}), match=match,
        barred={pair: (SAME_UNIT,) for pair in match if random.random() < barred},
    )  # fmt: skip


def keeps_every_rule(instance: Instance, panels: Mapping[str, Sequence[Any]]) -> bool:  # Any: Places
    """The rules said once more, as plainly as they can be."""
    rules, who = instance.rules, {expert.id: expert for expert in instance.experts}
    loads = Counter(place.expert for panel in panels.values() for place in panel)
    return (
        set(panels) == set(instance.cases)
        and all(who[id].least <= loads[id] <= who[id].most for id in who)
        and all(
            len({place.expert for place in panel}) == len(panel) == rules.size
            and sum(place.kind == "finance" for place in panel) == rules.finance
            and all(_fits(who[place.expert].kinds, place.kind) for place in panel)
            and not any((case, place.expert) in instance.barred for place in panel)
            and all(instance.match[case, place.expert] >= rules.threshold for place in panel)
            and sum(who[place.expert].is_outside for place in panel) >= rules.outside
            and max(Counter(who[place.expert].group or who[place.expert].unit for place in panel).values()) <= rules.per_unit
            for case, panel in panels.items()
        )
    )


def _fits(kinds: frozenset[str], seat: str) -> bool:
    return bool(kinds & ({"technical", "industry"} if seat == "technical" else {"finance", "management"}))


@pytest.fixture(name="made", scope="session")
def made_fixture() -> Callable[..., Instance]:
    """`made(seed, **how)`: a problem."""
    return made


@pytest.fixture(name="keeps_every_rule", scope="session")
def keeps_fixture() -> Callable[..., bool]:
    """`keeps_every_rule(instance, panels)`: the rules, said a second time."""
    return keeps_every_rule
