"""The check before an award: made anew on what is known today, or set aside by the authority with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from zhinan.server.actions.record import record, whole
from zhinan.server.hashing import Json
from zhinan.server.models import Application, Clearance, Round, RoundCase, User
from zhinan.server.queries.clearance import OVERRIDE, Found, latest, look_into, standing
from zhinan.server.queries.review_access import RUN, round_for
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text, same

#: A reason of fewer characters says nothing.
LEAST_REASON = 10
_NOTHING_TO_CHECK = Mistake(
    "nothing-to-check", Text("没有要核查的项目", "there is nothing to check"),
    Text("排序确定后，拟立项的项目才需要核查", "projects are checked once the ranking is fixed"),
)  # fmt: skip
_NOTHING_TO_OVERRIDE = Mistake(
    "nothing-to-override", Text("“{code}”没有要认定的问题", "{code} has no open problem to decide on"),
    Text("先核查；查出问题后再认定", "check it first; only what was found can be decided on"),
)  # fmt: skip
_REASON_SHORT = Mistake(
    "clearance-reason", Text("认定的理由太短（至少 {least} 个字）", "the reason is too short (at least {least} characters)"),
    Text("写明查了什么、依据什么认定不影响立项", "say what was looked into and why it does not stand in the way"),
)  # fmt: skip


@whole()
def check(round_code: str, cases: Iterable[str], *, by: User, at: datetime) -> list[Clearance]:
    """Check cases of a round on what the platform knows now: integrity, conditions, limits, duplicates.

    Raises `NotSeen` for a case that is not of the round, `Refused` when there are none.
    """
    round = round_for(by, round_code, to=RUN, lock=True)
    rows = [_look(case_of(round, code), by=by, at=at) for code in dict.fromkeys(cases)]
    if not rows:
        raise Refused(_NOTHING_TO_CHECK.at())
    codes = [row.case.code for row in rows]
    record("check-clearance", actor=by, at=at, payload={"round": round.code, "call": round.call.code, "cases": codes}, rows=rows)
    return rows


@whole()
def override(round_code: str, case_code: str, *, reason: str, by: User, at: datetime) -> Clearance:
    """Decide that what the last check found does not stand in the way, with the reason. Raises `NotSeen`, `Refused`."""
    round = round_for(by, round_code, to=RUN, lock=True)
    case = case_of(round, case_code)
    last = standing(latest(case), at=at)
    reason = reason.strip()[:1000]
    problems = [] if last.state == "problems" else [_NOTHING_TO_OVERRIDE.at(code=case.code)]
    if len(reason) < LEAST_REASON:
        problems.append(_REASON_SHORT.at(least=LEAST_REASON))
    if problems:
        raise Refused(*problems)
    checks = [each.to_json() for each in (*last.found, Found(OVERRIDE, is_met=True, says=same(reason)))]
    row = Clearance.objects.create(case=case, checks=checks, is_clear=True, at=at, by=by)
    payload: Json = {"round": round.code, "call": round.call.code, "cases": [case.code], "reason": reason}
    record("override-clearance", actor=by, at=at, payload=payload, rows=[row])
    return row


def case_of(round: Round, code: str) -> Application:
    """A case of a round. Raises `NotSeen`."""
    rows = RoundCase.objects.filter(round=round, case__code=code)
    found = rows.select_related("case__call", "case__organisation", "case__leader").first()
    if found is None:
        raise NotSeen
    return found.case


def _look(case: Application, *, by: User, at: datetime) -> Clearance:
    found = look_into(case, at=at)
    is_clear = all(each.is_met for each in found)
    return Clearance.objects.create(case=case, checks=[each.to_json() for each in found], is_clear=is_clear, at=at, by=by)
