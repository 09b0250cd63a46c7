"""The last steps to the award: the talk with unit and leader, and the issue of a batch with its letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from zhinan.lifecycle.kinds import ActionKind, kind_of
from zhinan.lifecycle.purposes import Purpose
from zhinan.policy.procedure import Action
from zhinan.server.actions.advancing import stands_at, step
from zhinan.server.actions.notify import applicants_of, tell
from zhinan.server.actions.record import record, whole
from zhinan.server.models import Application, Award, FundedProject, Outcome, Round, Talk, User
from zhinan.server.queries.access import lock_case
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.changes import last_submission
from zhinan.server.queries.limits import special_of
from zhinan.server.queries.review_access import RUN, round_for
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import Mistake, Problem
from zhinan.values.text import Text

_LEAST = 10
_NO_MATTERS = Mistake(
    "talk-matters", Text("没有写谈话内容", "what was talked about is not written"),
    Text("写明提醒了哪些事项，至少 {least} 个字", "say what was pointed out, in at least {least} characters"),
)  # fmt: skip
_IN_FUTURE = Mistake(
    "talk-in-future", Text("谈话时间在将来", "the talk lies ahead"), Text("谈话之后再登记", "enter it when it has been held")
)
_NO_TALK_NOW = Mistake(
    "no-talk-now", Text("“{code}”现在不在立项预警谈话环节", "{code} is not at the stage of its talk"),
    Text("公示期满后进入这一环节", "it comes there when its notice has ended"),
)  # fmt: skip
_NO_LETTER = Mistake(
    "award-letter", Text("没有写立项文件的文号", "the number of the letter is not given"),
    Text("如 银科发〔2026〕12号", "such as 银科发〔2026〕12号"),
)  # fmt: skip
_NOTHING_CHOSEN = Mistake(
    "nothing-to-issue",
    Text("没有选要下达的项目", "no project is chosen"),
    Text("勾选已完成谈话的项目", "tick those whose talk was held"),
)
_NOT_READY = Mistake(
    "not-ready-to-issue", Text("“{code}”还不能下达", "{code} cannot be issued yet"),
    Text("它须列入拟立项、公示期满、完成谈话并通过立项前核查", "it needs a proposal, an ended notice, a talk and a clear check"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How a talk went."""

    held_at: datetime
    matters: str
    place: str = ""
    present: str = ""
    promises: str = ""
    is_unit_present: bool = False
    is_leader_present: bool = False


@whole()
def hold_talk(round_code: str, case_code: str, held: Held, *, by: User, at: datetime) -> Talk:
    """Enter the talk with unit and leader; the case goes on when both were there. Raises `NotSeen`, `Refused`."""
    round = round_for(by, round_code, to=RUN, lock=True)
    case = _case_of(round, case_code)
    talking = _forward(case) if stands_at(case, Purpose.TALK) else None
    problems: list[Problem] = []
    if talking is None:
        problems.append(_NO_TALK_NOW.at(code=case.code))
    if len(held.matters.strip()) < _LEAST:
        problems.append(_NO_MATTERS.at(least=_LEAST))
    if held.held_at > at:
        problems.append(_IN_FUTURE.at())
    if problems or talking is None:
        raise Refused(*problems)
    talk = Talk.objects.create(
        case=case, held_at=held.held_at, place=held.place.strip()[:120], present=held.present.strip()[:400],
        matters=held.matters.strip(), promises=held.promises.strip(), is_unit_present=held.is_unit_present,
        is_leader_present=held.is_leader_present, by=by, at=at,
    )  # fmt: skip
    step(case, talking, by=by, at=at)
    record("hold-talk-with", actor=by, at=at, payload=_about(round, case), rows=[talk])
    return talk


@whole()
def issue(
    round_code: str, case_codes: Sequence[str], *, letter: str, fiscal_procedure_done: bool, by: User, at: datetime
) -> list[Award]:
    """Issue awards in one batch, all or none, with their letter; each enters the register of funded projects.

    `fiscal_procedure_done` is what the officer states: the money has gone through the fiscal department's own procedure.

    Raises `NotSeen`, `Refused` with every project that is not ready and why.
    """
    round = round_for(by, round_code, to=RUN, lock=True)
    letter = letter.strip()[:80]
    codes = sorted(set(case_codes))
    problems = [] if letter else [_NO_LETTER.at()]
    problems += [] if codes else [_NOTHING_CHOSEN.at()]
    if problems:
        raise Refused(*problems)
    batch = int(Award.objects.filter(case__call=round.call).aggregate(last=Max("batch"))["last"] or 0) + 1
    issued = int(Award.objects.filter(case__call=round.call).count())
    awards = []
    outcomes = {each.case.code: each for each in Outcome.objects.filter(round=round, outcome="award").select_related("case")}
    for code in sorted(codes, key=lambda each: outcomes[each].place if each in outcomes else 0):
        case = _case_of(round, code)
        outcome, establishing = outcomes.get(code), _forward(case) if stands_at(case, Purpose.ESTABLISHMENT) else None
        if outcome is None or establishing is None:
            problems.append(_NOT_READY.at(code=code))
            continue
        try:
            step(
                case, establishing, by=by, at=at, letter=letter, batch=str(batch), is_fiscal_procedure_done=fiscal_procedure_done
            )
        except Refused as no:
            problems += [_NOT_READY.at(code=code), *no.problems]
            continue
        issued += 1
        awards.append(
            _award(case, outcome, number=f"{round.call.code}-{issued:03d}".upper(), batch=batch, letter=letter, by=by, at=at)
        )
    if problems:
        raise Refused(*problems)
    payload = {
        "round": round.code,
        "call": round.call.code,
        "letter": letter,
        "batch": batch,
        "cases": codes,
        "fiscal": fiscal_procedure_done,
    }
    record("issue-awards", actor=by, at=at, payload=payload, rows=awards)
    for award in awards:
        _tell(award, at=at)
    return awards


def _award(case: Application, outcome: Outcome, *, number: str, batch: int, letter: str, by: User, at: datetime) -> Award:
    last = last_submission(case)
    answers = {each["key"]: each["text"] for each in last.content["answers"]} if last else {}
    FundedProject.objects.create(
        special=special_of(case.scheme), level=case.call.authority.kind, title=case.title, unit=case.organisation.uscc,
        leader=case.leader.username, enterprise=answers.get("enterprise.uscc", "")[:18], established_on=at.date(),
    )  # fmt: skip
    return Award.objects.create(
        case=case, number=number, amount=outcome.amount, batch=batch, letter=letter, issued_at=at, by=by
    )  # fmt: skip


def _tell(award: Award, *, at: datetime) -> None:
    case, yuan = award.case, f"{award.amount / 1_000_000:g}"
    tell(
        applicants_of(case), kind="award", link=f"/cases/{case.code}/", case=case, at=at,
        subject=Text(f"已立项：{case.title}", f"Established: {case.title}"),
        body=Text(
            f"{award.letter} 下达，项目编号 {award.number}，支持 {yuan} 万元。接下来签订合同或任务书。",
            f"Issued with {award.letter} as {award.number}, {yuan} × 10,000 yuan. Next: the contract or task book.",
        ),
    )  # fmt: skip


def _forward(case: Application) -> Action | None:
    """The action that takes a case on from the stage it stands at, by the authority; none where there is none."""
    procedure = procedure_of(case)
    for action in procedure.stages[case.stage].actions:
        if kind_of(procedure, case.stage, action.id) in (ActionKind.PASS, ActionKind.AWARD):
            return action
    return None


def _case_of(round: Round, code: str) -> Application:
    row = round.cases.filter(case__code=code).first()
    if row is None:
        raise NotSeen
    return lock_case(row.case_id)


def _about(round: Round, case: Application) -> dict[str, object]:
    return {"round": round.code, "call": round.call.code, "case": case.code}
