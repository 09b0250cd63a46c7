"""From the YAML of a procedure to its graph; roles, targets and exits are checked on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from zhinan.policy import mistakes
from zhinan.policy.item import Item
from zhinan.policy.nearest import near
from zhinan.policy.procedure import RESOLVED_BY, Action, Deadline, Procedure, Role, Stage
from zhinan.policy.reader import Reader
from zhinan.policy.yaml_source import Mapping as Map
from zhinan.policy.yaml_source import Node, Scalar
from zhinan.values.text import Text

Cited = TypeVar("Cited", bound=Item)


def _uncited(item: Cited) -> Cited:
    """What is taken over from another document carries no clause of this one."""
    return replace(item, clause="", more_clauses=(), rules=())


class ProcedureReader:
    """Reads one procedure file; `known` are the procedures it may extend, by `pack/id` and by id."""

    def __init__(self, reader: Reader, known: Mapping[str, Procedure]) -> None:
        self.reader = reader
        self.known = known

    def procedure(self, node: Node) -> Procedure:
        """The procedure in the file; what is wrong is noted."""
        needs, may = ("procedure", "name", "start", "stages"), ("clause", "rules", "extends", "roles", "workflow")
        fields = self.reader.fields(node, needs=needs, may=may)
        base = self.base(fields)
        roles = [self.role(item) for item in self.reader.items(fields.get("roles"))]
        stages = [self.stage(item) for item in self.reader.items(fields.get("stages"))]
        procedure = Procedure(
            **self.reader.cites(node, fields), id=self.reader.identifier(fields.get("procedure")),
            name=self.reader.bilingual(fields.get("name")), start=self.reader.text(fields.get("start")),
            workflow=self.words(fields.get("workflow")),
            roles={**(base.roles if base else {}), **self.reader.unique(roles, lambda each: each.key, lambda each: each.line)},
            stages={**(base.stages if base else {}), **self.reader.unique(stages, lambda each: each.id, lambda each: each.line)},
        )  # fmt: skip
        self.prove(procedure, node)
        return procedure

    def base(self, fields: dict[str, Node]) -> Procedure | None:
        """The procedure this one extends."""
        if "extends" not in fields:
            return None
        name = self.reader.text(fields["extends"])
        found = self.known.get(name)
        if found is None:
            self.reader.note(mistakes.UNKNOWN_PROCEDURE, fields["extends"], word=name, hint=near(name, self.known))
            return None
        stages = {id: replace(_uncited(stage), actions=tuple(map(_uncited, stage.actions))) for id, stage in found.stages.items()}
        return replace(found, roles={key: _uncited(role) for key, role in found.roles.items()}, stages=stages)

    def role(self, node: Node) -> Role:
        fields = self.reader.fields(node, needs=("key", "name", "is"), may=("workflow", "clause", "rules", "duties"))
        return Role(
            **self.reader.cites(node, fields), key=self.reader.text(fields.get("key")),
            name=self.reader.bilingual(fields.get("name")), found_by=self.reader.one_of(fields.get("is"), RESOLVED_BY),
            workflow=self.words(fields.get("workflow")),
        )  # fmt: skip

    def words(self, node: Node | None) -> tuple[str, ...]:
        """One word or a list of words."""
        if isinstance(node, Scalar):
            return (self.reader.text(node),)
        return self.reader.texts(node)

    def stage(self, node: Node) -> Stage:
        may = ("clause", "rules", "workflow", "who", "documents", "deadline", "freezes", "actions", "final", "note")
        fields = self.reader.fields(node, needs=("id", "name"), may=may)
        actions = [self.action(item) for item in self.reader.items(fields.get("actions"))]
        return Stage(
            **self.reader.cites(node, fields), id=self.reader.identifier(fields.get("id")),
            name=self.reader.bilingual(fields.get("name")), who=self.words(fields.get("who")),
            workflow=self.words(fields.get("workflow")), documents=self.words(fields.get("documents")),
            deadline=self.deadline(fields.get("deadline")), freezes=self.words(fields.get("freezes")),
            actions=tuple(self.reader.unique(actions, lambda each: each.id, lambda each: each.line).values()),
            is_final=self.reader.flag(fields.get("final")),
        )  # fmt: skip

    def action(self, node: Node) -> Action:
        may = ("clause", "rules", "workflow", "guard", "reason", "note")
        fields = self.reader.fields(node, needs=("id", "to", "by", "name"), may=may)
        return Action(
            **self.reader.cites(node, fields), id=self.reader.identifier(fields.get("id")),
            to=self.reader.text(fields.get("to")), by=self.words(fields.get("by")),
            name=self.reader.bilingual(fields.get("name")), guard=self.reader.text(fields.get("guard")),
            workflow=self.words(fields.get("workflow")),
        )  # fmt: skip

    def deadline(self, node: Node | None) -> Deadline | None:
        if node is None or (isinstance(node, Scalar) and node.text == "none"):
            return None
        fields = self.reader.fields(node, may=("ask", "on", "days", "working_days", "suggest"))
        if len(fields.keys() - {"suggest"}) != 1 and isinstance(node, Map):
            self.reader.note(mistakes.WRONG_SHAPE, node, expected=_ONE_LIMIT, hint=Text("", ""))
        day = self.reader.day(fields.get("on"))
        asked = self.reader.one_of(fields.get("ask"), ("authority",)) == "authority"
        days, working = (self.reader.whole(fields.get(key)) for key in ("days", "working_days"))
        return Deadline(asked, day.isoformat() if day else "", days, working)

    def prove(self, procedure: Procedure, node: Node) -> None:
        """Every role declared, every target a stage, every stage reachable and leavable, every stage but the last acted in."""
        for stage in procedure.stages.values():
            actors = (by for action in stage.actions for by in action.by)
            for key in dict.fromkeys((*stage.who, *actors, *stage.freezes)):
                if key not in procedure.roles:
                    hint = near(key, procedure.roles)
                    self.reader.note(mistakes.UNKNOWN_ROLE, self.line(stage, node), word=key, hint=hint)
            for action in stage.actions:
                if action.to not in procedure.stages:
                    hint = near(action.to, procedure.stages)
                    self.reader.note(mistakes.UNKNOWN_STAGE, self.line(action, node), word=action.to, hint=hint)
        if procedure.start not in procedure.stages:
            hint = near(procedure.start, procedure.stages)
            self.reader.note(mistakes.UNKNOWN_STAGE, node, word=procedure.start, hint=hint)
            return
        for mistake, ids in (
            (mistakes.STAGE_UNREACHABLE, procedure.unreachable()),
            (mistakes.STAGE_DEAD_END, procedure.dead_ends()),
        ):
            for id in ids:
                self.reader.note(mistake, self.line(procedure.stages[id], node), id=id)

    def line(self, item: Item, node: Node) -> int:
        """Where an item is written; for one taken over from another file, where this procedure begins."""
        return item.line if item.file == self.reader.file else node.line


_ONE_LIMIT = Text("ask、on、days、working_days 之一", "one of ask, on, days and working_days")
