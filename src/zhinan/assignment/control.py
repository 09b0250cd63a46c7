"""Control: which units stand under one controlling root, from shareholdings, through any number of hands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zhinan.assignment.ties import Unit
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

#: The roots a unit stands under, by what the unit can be found by (`Unit.found_by`). A unit it lacks stands alone.
Groups = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Holding:
    """`owner` holds so many thousandths of `owned`.

    Raises `BadInput` when that is not from 0 to 1000, or a unit is not named.
    """

    owner: Unit
    owned: Unit
    per_mille: int

    def __post_init__(self) -> None:
        if not (0 <= self.per_mille <= 1000 and self.owner.found_by() and self.owned.found_by()):
            raise BadInput([_BAD_HOLDING.at(owner=self.owner, owned=self.owned, share=self.per_mille)])


def groups_of(holdings: Iterable[Holding], threshold: int) -> Groups:
    """The controlling roots of every unit that is held or holds.

    A unit controls another when it and all it controls together hold at least `threshold` thousandths of it.
    A root is a unit no other controls; units that control each other in a circle share the first of their keys as root.
    Holdings told twice count once, the larger. With a threshold of half or less a unit can stand under several roots.

    >>> parent, child, grandchild = Unit("甲"), Unit("乙"), Unit("丙")
    >>> groups_of([Holding(parent, child, 600), Holding(child, grandchild, 510)], 500)["丙"]
    frozenset({'甲'})
    """
    holdings = tuple(holdings)
    known_as = _names({unit for holding in holdings for unit in (holding.owner, holding.owned)})
    shares: dict[str, dict[str, int]] = defaultdict(dict)
    for holding in holdings:
        owner, owned = (known_as[unit.found_by()[0]] for unit in (holding.owner, holding.owned))
        shares[owner][owned] = max(holding.per_mille, shares[owner].get(owned, 0))
    controlled = {unit: _controlled(unit, shares, threshold) for unit in set(known_as.values())}
    over: dict[str, set[str]] = {unit: {unit} for unit in controlled}
    for unit, below in controlled.items():
        for other in below:
            over[other].add(unit)
    roots = {unit: _roots(over[unit], over) for unit in over}
    return {key: roots[unit] for key, unit in known_as.items()}


def roots_of(unit: Unit, groups: Groups) -> frozenset[str]:
    """The roots a unit stands under, none when no holding names it."""
    return next((groups[key] for key in unit.found_by() if key in groups), frozenset())


def _names(units: set[Unit]) -> dict[str, str]:
    """Each key with the one key its unit goes by: a name stands for the code it comes with, if that is only one."""
    coded: dict[str, set[str]] = defaultdict(set)
    for unit in units:
        coded[unit.found_by()[-1]].add(unit.found_by()[0])
    known_as: dict[str, str] = {}
    for name, codes in coded.items():
        known_as |= {code: code for code in codes}
        codes -= {name}
        known_as[name] = min(codes) if len(codes) == 1 else name
    return known_as


def _controlled(owner: str, shares: Mapping[str, Mapping[str, int]], threshold: int) -> set[str]:
    """What `owner` controls, with itself: shares are added up over all it already controls."""
    held: dict[str, int] = defaultdict(int)
    found, waiting = {owner}, [owner]
    while waiting:
        for unit, share in shares.get(waiting.pop(), {}).items():
            held[unit] += share
            if held[unit] >= threshold and unit not in found:
                found.add(unit)
                waiting.append(unit)
    return found


def _roots(controllers: set[str], over: Mapping[str, set[str]]) -> frozenset[str]:
    """Of those that control a unit, those controlled by nobody they do not control themselves."""
    tops = (unit for unit in controllers if all(unit in over[above] for above in over[unit]))
    return frozenset(min(over[top]) for top in tops)


_BAD_HOLDING = Mistake(
    "holding-out-of-range",
    Text("“{owner}”持有“{owned}”的 {share}‰ 无法使用", "“{owner}” holds {share} ‰ of “{owned}”: that cannot be used"),
    Text(
        "持股比例以千分数填写（0 到 1000），双方单位都要写明",
        "give the share in thousandths (0 to 1000) and name both units",
    ),
)
