"""The best panels: the worst one lifted as far as it provably goes, and then the largest total. The reference of a draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhinan.assignment.problem import SEATS, Instance, Json

if TYPE_CHECKING:
    from zhinan.assignment.best import Best
    from zhinan.assignment.pool import Pool
    from zhinan.assignment.shortage import Shortage


@dataclass(frozen=True, slots=True)
class Place:
    """One expert in a seat of a panel; `kind` is the seat's (technical or finance), `match` is how well they fit."""

    expert: str
    kind: str
    match: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Panels by case, in order of seat and id; matches are whole numbers (1 000 000 = full).

    `total` is the sum of all matches, `worst` the sum of the weakest panel; nothing that keeps the rules has a total above
    `bound_on_total` or a weakest panel above `bound_on_worst`, and both are proven.
    """

    panels: Mapping[str, tuple[Place, ...]]
    total: int
    worst: int
    bound_on_total: int
    bound_on_worst: int

    def to_json(self) -> Json:
        """The plan as JSON."""
        return {
            "panels": panels_json(self.panels), "total": self.total, "worst": self.worst,
            "bound_on_total": self.bound_on_total, "bound_on_worst": self.bound_on_worst,
        }  # fmt: skip


class Short(Exception):
    """There are no panels that keep every rule: which seats stay empty, and what would help."""

    def __init__(self, shortages: tuple[Shortage, ...]) -> None:
        self.shortages = shortages
        super().__init__("\n".join(shortage.why.en for shortage in shortages))


def propose(instance: Instance, *, lift_worst: bool = True, seconds: float | None = None) -> Plan:
    """The best panels for a problem.

    `lift_worst=False` asks for the largest total alone. `seconds` bounds each search for whole panels; without it the same
    input always has the same plan.

    Raises:
        Short: no panels keep every rule; it carries the shortages.
        BadInput: the problem is not written as it should be.
    """
    from zhinan.assignment.best import best_seats
    from zhinan.assignment.pool import pool_of

    instance.refuse_if_wrong()
    pool = pool_of(instance)
    best = best_seats(pool, lift_worst=lift_worst, seconds=seconds)
    if best is None:
        from zhinan.assignment.shortage import shortages

        raise Short(shortages(instance))
    return _plan(instance, pool, best)


def in_order(places: Iterable[Place]) -> tuple[Place, ...]:
    """A panel in the order it is always written in: technical seats first, then by id."""
    order = list(SEATS)
    return tuple(sorted(places, key=lambda place: (order.index(place.kind), place.expert)))


def panels_json(panels: Mapping[str, Iterable[Place]]) -> Json:
    """Panels as JSON: by case, the places in order."""
    return {
        case: [{"expert": place.expert, "kind": place.kind, "match": place.match} for place in places]
        for case, places in sorted(panels.items())
    }


def panels_from_json(content: Json) -> dict[str, tuple[Place, ...]]:
    """Panels that were written as JSON."""
    return {
        case: tuple(Place(place["expert"], place["kind"], place["match"]) for place in places) for case, places in content.items()
    }


def _plan(instance: Instance, pool: Pool, best: Best) -> Plan:
    cases, experts = sorted(instance.cases), sorted(expert.id for expert in instance.experts)
    panels: dict[str, list[Place]] = {case: [] for case in cases}
    for edge in best.seats.nonzero()[0]:
        place = Place(experts[pool.expert[edge]], "finance" if pool.in_finance[edge] else "technical", int(pool.match[edge]))
        panels[cases[pool.case[edge]]].append(place)
    scores = [sum(place.match for place in panel) for panel in panels.values()]
    return Plan(
        panels={case: in_order(panel) for case, panel in panels.items()}, total=sum(scores), worst=min(scores, default=0),
        bound_on_total=best.bound_on_total, bound_on_worst=best.bound_on_worst,
    )  # fmt: skip
