"""A procedure: stages, who may act in them, where each action leads; and the proof that nobody gets stuck."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from zhinan.policy.item import Item
from zhinan.values.text import Text

#: How a role may be resolved to people when a case runs.
RESOLVED_BY = (
    "applicant", "leader", "unit-account", "authority", "section", "authority-of-park", "authority-of-county",
    "authority-of-city", "sector-authority", "self-recommender", "system-recommender", "service-centre", "expert",
    "committee", "academician", "auditor", "novelty-body", "evaluator", "responsible-unit", "supervision", "finance",
    "registrar", "poster", "solver", "partner", "sub-unit", "public",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Item):
    """Who acts: `found_by` is one of `RESOLVED_BY`; `workflow` is its entry in the map of workflows."""

    key: str
    name: Text
    found_by: str
    workflow: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Item):
    """What may be done in a stage, by whom, and the stage it leads to."""

    id: str
    to: str
    by: tuple[str, ...]
    name: Text
    guard: str
    workflow: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit: a day, a number of days or working days, or one the authority must set (`asked`)."""

    asked: bool = False
    on: str = ""
    days: int = 0
    working_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Item):
    """A stage of a case."""

    id: str
    name: Text
    who: tuple[str, ...]
    workflow: tuple[str, ...]
    documents: tuple[str, ...]
    deadline: Deadline | None
    freezes: tuple[str, ...]
    actions: tuple[Action, ...]
    is_final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Item):
    """A graph of stages with the roles that act in it."""

    id: str
    name: Text
    workflow: tuple[str, ...] = ()
    roles: Mapping[str, Role]
    start: str
    stages: Mapping[str, Stage]

    def items(self) -> Iterator[Item]:
        """Everything of it that cites a clause."""
        yield self
        yield from self.roles.values()
        for stage in self.stages.values():
            yield stage
            yield from stage.actions

    def unreachable(self) -> tuple[str, ...]:
        """The stages that no path leads to from the start."""
        found = _reach([self.start] if self.start in self.stages else [], self._onward)
        return tuple(id for id in self.stages if id not in found)

    def _onward(self, id: str) -> list[str]:
        return [action.to for action in self.stages[id].actions if action.to in self.stages]

    def dead_ends(self) -> tuple[str, ...]:
        """The stages from which no final stage can be reached."""
        into: dict[str, list[str]] = {id: [] for id in self.stages}
        for stage in self.stages.values():
            for action in stage.actions:
                if action.to in into:
                    into[action.to].append(stage.id)
        found = _reach([stage.id for stage in self.stages.values() if stage.is_final], into.__getitem__)
        return tuple(id for id in self.stages if id not in found)


def _reach(start: Iterable[str], onward: Callable[[str], list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting += onward(id)
    return found
