"""The procedures that ship, and small ones made for a test."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhinan.lifecycle.deadlines import BEIJING
from zhinan.policy.load import read_procedures, shared_procedures, shipped_packs
from zhinan.policy.procedure import Action, Procedure, Role, Stage
from zhinan.values.text import same

SHARED = {f"procedures/{procedure.id}": procedure for procedure in shared_procedures()}
SHIPPED: dict[str, Procedure] = SHARED | {
    f"{pack}/{procedure.id}": procedure
    for pack, folder in shipped_packs().items()
    for procedure in read_procedures(folder, SHARED, [])
}
COMPETITIVE, PARKS, XINJIANG = (
    SHIPPED[name] for name in ("procedures/competitive", "procedures/park-chain", "xinjiang-liangqu-2025/park-city-region")
)
PAYMENT = SHIPPED["procedures/payment"]
DEADLINE = datetime(2026, 3, 31, 17, 0, tzinfo=BEIJING)
SECOND = timedelta(seconds=1)


def made(*written: str, marked: str = "", found_by: dict[str, str] | None = None) -> Procedure:
    """A procedure from lines such as `draft: submit applicant check before-deadline` (stage: action role target guard).

    A stage without actions is final; the first is the start; a role acts in the stages where it has an action.
    """
    stages: dict[str, list[Action]] = {}
    for line in written:
        stage, _, rest = line.partition(":")
        actions = stages.setdefault(stage, [])
        if rest.strip():
            id, by, to, *guard = rest.split()
            actions.append(Action(clause="", id=id, to=to, by=(by,), name=same(id), guard="".join(guard), workflow=()))
    keys = dict.fromkeys(key for actions in stages.values() for action in actions for key in action.by)
    roles = {key: Role(clause="", key=key, name=same(key), found_by=(found_by or {}).get(key, key), workflow=()) for key in keys}
    return Procedure(
        clause="", id="made", name=same("made"), roles=roles, start=next(iter(stages)),
        stages={id: with_actions(id, actions, marked=id == marked) for id, actions in stages.items()},
    )  # fmt: skip


def with_actions(id: str, actions: list[Action], *, marked: bool) -> Stage:
    return Stage(
        clause="", id=id, name=same(id), who=tuple(key for action in actions for key in action.by), documents=(), deadline=None,
        workflow=("WF-APP-15",) if marked else (), freezes=(), actions=tuple(actions), is_final=not actions,
    )  # fmt: skip
