"""What an officer does with a round of review until its draw: make it, set its rules, put cases in, open the asking, cancel."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db.models import F

from zhinan.assignment.conflict_rules import ConflictRules
from zhinan.assignment.problem import PanelRules
from zhinan.review.score import ScoreRule
from zhinan.review.sheet import sheet_from_json
from zhinan.review.votes import VoteRule
from zhinan.server.actions.notify import tell
from zhinan.server.actions.record import record, whole
from zhinan.server.hashing import Json
from zhinan.server.models import Application, Blindness, ChainHead, Round, RoundCase, RoundStatus, User
from zhinan.server.queries import round_mistakes as wrong
from zhinan.server.queries.calls import call_for
from zhinan.server.queries.review_access import RUN, round_for, runs
from zhinan.server.queries.rounds import (
    OVER,
    STATES,
    directions_of,
    problems_of_days,
    problems_to_open,
    sections_for,
    sheet_called,
    waiting_cases,
)
from zhinan.server.queries.rows_told import key_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text

#: What a new round begins with. No document states it: the authority confirms it when experts are asked.
PANEL = PanelRules(size=5, finance=1, outside=0, per_unit=1, threshold=100_000)
CONFLICTS = ConflictRules()
FIRST_SHEET = "applied-development"


@whole()
def create(call: str, *, name: Text, by: User, at: datetime, section: int | None = None) -> Round:
    """Make a round for a call of an authority the person is an officer of. Raises `NotSeen`, `Refused`."""
    ChainHead.objects.select_for_update().first()  # one at a time: nobody else takes the number
    the_call = call_for(by, call)
    sections = {each.id: each for each in sections_for(by, the_call.authority)}
    if section is not None and section not in sections:
        raise NotSeen
    if problems := _refuse_name(name):
        raise Refused(*problems)
    first = sheet_called(FIRST_SHEET)
    round = Round.objects.create(
        code=f"{the_call.code}-r{Round.objects.filter(call=the_call).count() + 1}", call=the_call,
        section=sections.get(section or 0), name_zh=name.zh.strip(),
        name_en=name.en.strip(), sheet=first.to_json() if first else {}, panel=panel_json(PANEL),
        conflicts=CONFLICTS.to_json(), scoring=ScoreRule().to_json(), voting=VoteRule().to_json(), made_at=at, made_by=by,
    )  # fmt: skip
    if not runs(by, round):
        raise NotSeen
    _record("make-round", round, by=by, at=at)
    return round


def _refuse_name(name: Text) -> list[Problem]:
    is_good = 0 < len(name.zh.strip()) <= 120 and 0 < len(name.en.strip()) <= 160
    return [] if is_good else [wrong.NO_NAME.at()]


@whole()
def settle(  # noqa: PLR0913  # everything that may be set, by name
    code: str, *, by: User, at: datetime, name: Text | None = None, blindness: str | None = None, sheet: Json | None = None,
    panel: Mapping[str, int] | None = None, conflicts: Json | None = None, scoring: Json | None = None,
    voting: Json | None = None, cap: int | None = None, mode: str | None = None, plan_reason: str | None = None,
    declare_by: datetime | None = None, score_by: datetime | None = None,
) -> Round:  # fmt: skip
    """Set rules of a round that is being prepared. What is not given stays. Raises `BadInput` with everything that is wrong."""
    round = round_for(by, code, to=RUN, lock=True)
    need(round, RoundStatus.DRAFT)
    problems = [*(_refuse_name(name) if name else ()), *_refuse_rules(sheet, panel, conflicts, scoring, voting)]
    if cap is not None and not 1 <= cap <= 1000:
        problems.append(wrong.BAD_CAP.at(cap=cap))
    if mode not in (None, "lottery", "plan") or blindness not in (None, *Blindness.values):
        raise NotSeen
    if mode == "plan" and not (round.plan_reason if plan_reason is None else plan_reason.strip()):
        problems.append(wrong.NO_PLAN_REASON.at())
    if problems:
        raise Refused(*problems)
    given = {
        "blindness": blindness, "sheet": sheet, "panel": dict(panel) if panel else None, "cap": cap, "mode": mode,
        "scoring": scoring,
        "conflicts": ConflictRules.from_json(conflicts).to_json() if conflicts is not None else None, "voting": voting,
        "plan_reason": plan_reason.strip()[:400] if plan_reason is not None else None, "declare_by": declare_by,
        "score_by": score_by, "name_zh": name.zh.strip() if name else None, "name_en": name.en.strip() if name else None,
    }  # fmt: skip
    changed = {field: value for field, value in given.items() if value is not None and value != getattr(round, field)}
    for field, value in changed.items():
        setattr(round, field, value)
    round.save()
    _record("settle-round", round, by=by, at=at, set=sorted(changed))
    return round


def _refuse_rules(
    sheet: Json | None, panel: Mapping[str, int] | None, conflicts: Json | None, scoring: Json | None, voting: Json | None
) -> list[Problem]:
    readers = (
        (sheet_from_json, sheet), (ConflictRules.from_json, conflicts), (ScoreRule.from_json, scoring),
        (VoteRule.from_json, voting),
    )  # fmt: skip
    problems = PanelRules(**panel).problems() if panel is not None else []
    for read, given in readers:
        try:
            if given is not None:
                read(given)
        except BadInput as bad:
            problems += bad.problems
    return problems


def panel_json(rules: PanelRules) -> dict[str, int]:
    """Panel rules as they are stored."""
    return {name: getattr(rules, name) for name in ("size", "finance", "outside", "per_unit", "threshold")}


# -- cases -------------------------------------------------------------------------------------------


@whole()
def put_cases(code: str, cases: Sequence[str], *, by: User, at: datetime) -> list[RoundCase]:
    """Put cases that wait for review into a round being prepared. All or none. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    need(round, RoundStatus.DRAFT)
    wanted = list(dict.fromkeys(cases))
    if not wanted:
        raise Refused(wrong.NOTHING_CHOSEN.at())
    list(Application.objects.filter(call=round.call, code__in=wanted).order_by("id").select_for_update(of=("self",)))
    found = {case.code: case for case in waiting_cases(round).filter(code__in=wanted)}
    if problems := [_why_not(round, each) for each in wanted if each not in found]:
        raise Refused(*problems)
    last = max(round.cases.values_list("number", flat=True), default=0)
    fields = directions_of(list(found.values()))
    places = [
        RoundCase.objects.create(
            round=round, case=found[each], number=last + number, stage=found[each].stage, field=fields.get(found[each].id, "")
        )
        for number, each in enumerate(wanted, start=1)
    ]  # fmt: skip
    _record("put-in-round", round, by=by, at=at, rows=places, cases=wanted)
    return places


def put_case(code: str, case: str, *, by: User, at: datetime) -> RoundCase:
    """Put one case in. Raises `NotSeen`, `Refused`."""
    return put_cases(code, [case], by=by, at=at)[0]


def _why_not(round: Round, case: str) -> Problem:
    place = RoundCase.objects.filter(case__code=case, case__call=round.call).exclude(round__status__in=OVER).first()
    return wrong.IN_ANOTHER.at(code=case, round=place.round.code) if place else wrong.NOT_FOR_REVIEW.at(code=case)


@whole()
def take_out(code: str, case: str, *, by: User, at: datetime) -> None:
    """Take a case out, until the draw is committed. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    need(round, RoundStatus.DRAFT, RoundStatus.ASKING)
    place = round.cases.filter(case__code=case).first()
    if place is None:
        raise NotSeen
    if place.seats.exists():  # of a draw that was voided: its record keeps the case
        raise Refused(wrong.CASE_WAS_DRAWN.at(code=case))
    gone = [key_of(each) for each in (*place.releases.all(), place)]
    place.releases.all().delete()
    place.delete()
    _record("take-out-of-round", round, by=by, at=at, gone=gone, rows=(), cases=[case])


# -- the course --------------------------------------------------------------------------------------


@whole()
def open_asking(code: str, *, confirmed: bool, by: User, at: datetime) -> Round:
    """Close the preparation: the defaults are confirmed as this round's rules, the cases get their numbers, experts can be asked.

    Raises `NotSeen`, `Refused` with everything that is lacking.
    """
    round = round_for(by, code, to=RUN, lock=True)
    need(round, RoundStatus.DRAFT)
    problems = problems_to_open(round, at=at)
    if not confirmed:
        problems.append(wrong.NOT_CONFIRMED.at())
    if problems:
        raise Refused(*problems)
    round.sheet = replace(sheet_from_json(round.sheet), is_default=False).to_json()
    round.status = RoundStatus.ASKING
    round.save()
    places = _number(round)
    _record("open-asking", round, by=by, at=at, rows=places)
    return round


def _number(round: Round) -> list[RoundCase]:
    """Give the cases their numbers in an order that tells nothing: that of a keyed hash."""
    places = sorted(round.cases.select_related("case"), key=lambda place: _shuffled(round.code, place.case.code))
    round.cases.update(number=F("number") + len(places) + 100_000)  # out of the way: a number stands once in a round
    for number, place in enumerate(places, start=1):
        place.number = number
    RoundCase.objects.bulk_update(places, ["number"])
    return places


def _shuffled(*words: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), "|".join(("numbers", *words)).encode(), sha256).hexdigest()


@whole()
def put_off(code: str, *, by: User, at: datetime, declare_by: datetime | None = None, score_by: datetime | None = None) -> Round:
    """Set the days of a round that has begun anew, always ahead. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    need(round, RoundStatus.ASKING, RoundStatus.DRAWING, RoundStatus.SCORING)
    changed = [name for name, day in (("declare_by", declare_by), ("score_by", score_by)) if day and day != getattr(round, name)]
    round.declare_by, round.score_by = declare_by or round.declare_by, score_by or round.score_by
    if problems := _refuse_days(round, changed, at=at):
        raise Refused(*problems)
    round.save()
    _record("put-off-round", round, by=by, at=at, set=changed)
    return round


def _refuse_days(round: Round, changed: Sequence[str], *, at: datetime) -> list[Problem]:
    """A day that is over and stays as it was is no fault."""
    problems = list(problems_of_days(round, at=at))
    past = [name for name in ("declare_by", "score_by") if (day := getattr(round, name)) and day <= at]
    if changed and not set(past) & set(changed):
        problems = [each for each in problems if each.code != wrong.DAY_OVER.code]
    return problems


@whole()
def cancel(code: str, reason: str, *, by: User, at: datetime) -> Round:
    """Cancel a round that is not decided; its cases may stand in another. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    need(round, *(state for state in RoundStatus if state not in (*OVER, RoundStatus.RANKED)))
    if not reason.strip():
        raise Refused(wrong.REASON_MISSING.at())
    round.status = RoundStatus.CANCELLED
    round.save()
    _tell_cancelled(round, at=at)
    _record("cancel-round", round, by=by, at=at, reason=reason.strip()[:400])
    return round


def _tell_cancelled(round: Round, *, at: datetime) -> None:
    people = User.objects.filter(expert__invited__round=round, expert__invited__declined_at=None)
    tell(
        people.distinct(), kind="round-cancelled", link="/reviewing/", at=at,
        subject=Text("评审已取消", "A review was cancelled"),
        body=Text("您受邀参加的一轮评审已取消，不需要再办理。", "A review you were asked to was cancelled: nothing more to do."),
    )  # fmt: skip


# -- saying no, and recording --------------------------------------------------------------------------


def need(round: Round, *states: str) -> None:
    """Refuse what does not fit how far the round has come."""
    if round.status not in states:
        raise Refused(wrong.NOT_NOW.at(state=STATES[round.status][0]))


def _record(
    action: str, round: Round, *, by: User, at: datetime, rows: Sequence[RoundCase] = (), gone: Sequence[str] = (), **told: object
) -> None:
    payload: Json = {"round": round.code, "call": round.call.code, **told}
    record(action, actor=by, at=at, payload=payload, rows=(round, *rows), gone=gone)
