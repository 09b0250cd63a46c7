"""What the platform does by itself when time is over: calls close, and what was never handed in closes with them."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhinan.lifecycle.deadlines import has_passed
from zhinan.lifecycle.guards import Circumstances
from zhinan.lifecycle.kinds import ActionKind, kind_of
from zhinan.policy.procedure import Action, Procedure
from zhinan.server import packs
from zhinan.server.actions import calls
from zhinan.server.actions.moving import deadline_for, grace, take
from zhinan.server.actions.notify import applicants_of, tell
from zhinan.server.actions.record import whole
from zhinan.server.models import Application, Call, CallStatus
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.refused import Refused
from zhinan.values.text import Text


def lapse_overdue(at: datetime) -> int:
    """Close the calls whose deadline and grace have passed, and what was never handed in. Returns how many; may be repeated."""
    late = at - timedelta(seconds=grace())
    over = Call.objects.filter(status=CallStatus.PUBLISHED, closes_at__lt=late).values_list("code", flat=True)
    unsent = (
        Application.objects.filter(body=None, due_at__lt=late).order_by("id").values_list("id", "call__pack", "scheme", "stage")
    )
    ending = [id for id, pack, scheme, stage in unsent if _lapse_in(packs.procedure(pack, scheme), stage)]
    return sum([_close(code, at=at) for code in list(over)]) + sum([_lapse(id, at=at) for id in ending])


def _close(code: str, *, at: datetime) -> bool:
    """Whether the call was closed just now; it may have been extended, or closed by another, a moment ago."""
    try:
        with whole():
            if not _is_over(Call.objects.select_for_update().get(code=code).closes_at, at):
                return False
            calls.close(code, by=None, at=at)
    except Refused:
        return False
    return True


@whole()
def _lapse(id: int, *, at: datetime) -> bool:
    """Whether the case was closed: it waits for its applicant, its time is over, and the procedure says what follows."""
    case = Application.objects.select_for_update(of=("self",)).select_related("call", "organisation", "leader").get(id=id)
    action = _lapse_in(procedure_of(case), case.stage)
    deadline = deadline_for(case, action.id) if action else None
    if action is None or not _is_over(deadline, at):
        return False
    before, name = procedure_of(case).stages[case.stage].name, case.title or case.code
    found = Circumstances(at=at, deadline=deadline, grace=timedelta(seconds=grace()))
    take(case, action.id, by=None, circumstances=found, roles=frozenset(action.by))
    now = procedure_of(case).stages[case.stage].name
    tell(
        applicants_of(case), kind="lapse", link=f"/cases/{case.code}/", case=case, at=at,
        subject=Text(f"已关闭：{name}", f"Closed: {name}"),
        body=Text(
            f"截止时间已过，“{before.zh}”没有完成，{case.code} 已关闭（{now.zh}）。",
            f"The deadline has passed with “{before.en}” unfinished: {case.code} is closed ({now.en}).",
        ),
    )  # fmt: skip
    return True


def _lapse_in(procedure: Procedure, stage: str) -> Action | None:
    """The action that closes a case which its applicant did not hand in, where the procedure has one."""
    kinds = ((action, kind_of(procedure, stage, action.id)) for action in procedure.stages[stage].actions)
    return next((action for action, kind in kinds if kind is ActionKind.LAPSE), None)


def _is_over(deadline: datetime | None, at: datetime) -> bool:
    return has_passed(deadline, at, timedelta(seconds=grace()))
