"""Closing the scoring of a round, reasons for outlying sheets, the committee's advice, and the ranking."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from zhinan.lifecycle.kinds import ActionKind, kind_of
from zhinan.lifecycle.purposes import Purpose, purposes
from zhinan.policy.procedure import Action
from zhinan.review.ranking import Ranked
from zhinan.review.ranking import rank as ranked_list
from zhinan.review.score import ScoreRule
from zhinan.server.actions import result_mistakes as wrong
from zhinan.server.actions.advancing import step
from zhinan.server.actions.notify import applicants_of, tell
from zhinan.server.actions.record import record, whole
from zhinan.server.hashing import Json
from zhinan.server.models import Application, Conduct, Draw, Round, RoundCase, RoundStatus, Scoring, Seat, User
from zhinan.server.queries.access import lock_case
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.results import (
    MAJOR,
    Panel,
    Preferred,
    goes_on_before_decision,
    panels_of,
    preferences_of,
    stands_for,
    unexplained,
)
from zhinan.server.queries.review_access import RUN, round_for, seat_for
from zhinan.server.queries.working_out import Worked, grey_flags, standings_of, tie_words, work_out
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import Problem
from zhinan.values.text import Text

#: A reason of fewer characters says nothing.
LEAST_REASON = 10
#: Where a case stands while its scores are worked out: at first, and after a further pass of scoring.
_SCORED_AT = (Purpose.REVIEW, Purpose.ARGUMENTATION, Purpose.RANKING)


# -- closing ------------------------------------------------------------------------------------------
@whole()
def close(code: str, *, by: User, at: datetime, major: Collection[int] = (), line: int | None = None) -> Round:
    """End the scoring: scores are worked out, outlying sheets asked about, cases go on to ranking or to the committee.

    `major` are the numbers of major projects; `line` how many are expected to be awarded, which the grey band is drawn around.
    Raises `NotSeen`, `Refused` with every panel that lacks sheets.
    """
    round = round_for(by, code, to=RUN, lock=True)
    if round.status != RoundStatus.SCORING:
        raise Refused(wrong.NOT_SCORING.at())
    panels = [panel for panel in panels_of(round) if stands_for(panel.place.case, *_SCORED_AT)]
    rule = ScoreRule.from_json(round.scoring)
    problems = [*_short(panels, rule), *_no_committee(panels, major), *_bad_line(line, panels)]
    if problems:
        raise Refused(*problems)
    for panel in panels:
        panel.place.flags = [MAJOR] if panel.place.number in major or MAJOR in panel.place.flags else []
    worked = work_out(round, panels)
    sheets = _keep(round, panels, worked, line=line)
    round.status, round.closed_at = RoundStatus.CLOSED, at
    round.save()
    for panel in panels:
        _close_case(panel, rule, by=by, at=at)
    _ask_reasons(round, [sheet for sheet in sheets if sheet.is_wild and not sheet.wild_reason], at=at)
    payload: Json = {"round": round.code, "call": round.call.code, "passes": round.passes, "major": sorted(major)}
    record("close-scoring", actor=by, at=at, payload=payload, rows=[round, *_places(panels), *sheets])
    return round


def _short(panels: Sequence[Panel], rule: ScoreRule) -> Iterator[Problem]:
    for panel in panels:
        if len(panel.sheets) < rule.least_sheets:
            labels = "、".join(seat.label for seat in panel.missing) or "—"
            yield wrong.SHEETS_MISSING.at(
                number=panel.place.number, have=len(panel.sheets), least=rule.least_sheets, labels=labels
            )  # fmt: skip


def _no_committee(panels: Sequence[Panel], major: Collection[int]) -> Iterator[Problem]:
    for panel in panels:
        if panel.place.number in major and way(panel.place.case, to_committee=True) is None:
            yield wrong.NO_COMMITTEE.at(number=panel.place.number)


def _bad_line(line: int | None, panels: Sequence[Panel]) -> Iterator[Problem]:
    if line is not None and not 1 <= line <= len(panels):
        yield wrong.BAD_LINE.at(most=len(panels))


def _keep(round: Round, panels: Sequence[Panel], worked: Worked, *, line: int | None) -> list[Scoring]:
    """Write what was worked out into the rows; the sheets that count are given back."""
    for panel in panels:
        place, case = panel.place, worked.cases[panel.place.number]
        place.official, place.calibrated, place.standard_error = case.official, case.calibrated, case.standard_error
    grey, sheets = grey_flags(round, panels, line=line), []
    for panel in panels:
        place, case = panel.place, worked.cases[panel.place.number]
        place.flags = [*(flag for flag in place.flags if flag == MAJOR), *case.flags, *grey.get(place.number, ())]
        place.save()
        for sheet in panel.sheets:
            sheet.is_wild = sheet.seat.label in case.wild
            sheet.save(update_fields=["is_wild"])
            sheets.append(sheet)
    excused = round.figures.get("excused", {})
    round.figures = {**worked.figures, "line": line, "excused": excused}
    return sheets


def _close_case(panel: Panel, rule: ScoreRule, *, by: User, at: datetime) -> None:
    """Send a case on, if its next stage still lies before the decision; a combined stage is left when that is made."""
    case = lock_case(panel.place.case_id)
    if not stands_for(case, Purpose.REVIEW):
        return
    is_major = MAJOR in panel.place.flags
    action = way(case, to_committee=is_major)
    if action is None or not goes_on_before_decision(case, action.to):
        return
    step(
        case, action, by=by, at=at, sheets_wanted=rule.least_sheets, sheets_in=len(panel.sheets), open_conflicts=(),
        is_major=is_major, score=panel.place.official,
    )  # fmt: skip


def way(case: Application, *, to_committee: bool = False) -> Action | None:
    """The way on from where a case stands, for the better: to the committee, or past it."""
    procedure = procedure_of(case)
    of = purposes(procedure)
    for action in procedure.stages[case.stage].actions:
        is_on = kind_of(procedure, case.stage, action.id) in (ActionKind.PASS, ActionKind.AWARD)
        if is_on and (Purpose.ARGUMENTATION in of.get(action.to, frozenset())) is to_committee:
            return action
    return None


def _ask_reasons(round: Round, sheets: Sequence[Scoring], *, at: datetime) -> None:
    """Ask the experts of outlying sheets why; what they are told names the case by its number alone."""
    for sheet in sheets:
        expert, number = sheet.seat.expert, sheet.seat.round_case.number
        if expert.user is None:
            continue
        tell(
            [expert.user], kind="explain-wild", link=f"/reviewing/seat/{sheet.seat_id}/explain/", at=at,
            subject=Text(f"请说明评分理由：{number} 号项目", f"Please explain your score: case {number}"),
            body=Text(
                f"“{round.name_zh}”{number} 号项目，您的评分与其他专家相差较大。请书面说明理由；说明不改变您的评分。",
                f"{round.name_en}, case {number}: your score is far from what the others led one to expect. Please give your "
                "reasons in writing; your score stays as it is.",
            ),
        )  # fmt: skip


@whole()
def work_out_again(code: str, *, by: User, at: datetime, line: int | None = None) -> Round:
    """Work the scores out anew after a further pass of scoring, or draw the line elsewhere. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    if round.status != RoundStatus.CLOSED:
        raise Refused(wrong.NOT_CLOSED.at())
    panels = [panel for panel in panels_of(round) if panel.place.official is not None]
    rule = ScoreRule.from_json(round.scoring)
    if problems := [*_short(panels, rule), *_bad_line(line, panels)]:
        raise Refused(*problems)
    asked = {sheet.id for panel in panels for sheet in panel.sheets if sheet.is_wild}
    sheets = _keep(round, panels, work_out(round, panels), line=line)
    round.closed_at = at
    round.save()
    _ask_reasons(round, [each for each in sheets if each.is_wild and not each.wild_reason and each.id not in asked], at=at)
    payload: Json = {"round": round.code, "call": round.call.code, "passes": round.passes, "line": line}
    record("work-out-scores", actor=by, at=at, payload=payload, rows=[round, *_places(panels), *sheets])
    return round


# -- outlying sheets ----------------------------------------------------------------------------------
@whole()
def explain_wild(seat: int, reason: str, *, by: User, at: datetime) -> Scoring:
    """An expert's reason for an outlying sheet of their own. Raises `NotSeen`, `Refused`."""
    row = seat_for(by, seat, lock=True)
    round, reason = row.round_case.round, reason.strip()[:1000]
    sheet = row.scorings.filter(handed_in_at__isnull=False).order_by("-pass_number").first()
    if sheet is None or not sheet.is_wild:
        raise Refused(wrong.NOT_WILD.at())
    if round.status != RoundStatus.CLOSED:
        raise Refused(wrong.TOO_LATE.at())
    if len(reason) < LEAST_REASON:
        raise Refused(wrong.REASON_SHORT.at(least=LEAST_REASON))
    sheet.wild_reason = reason
    sheet.save(update_fields=["wild_reason"])
    conduct = Conduct.objects.create(
        expert=row.expert, kind="wild-explained", note=reason[:400], round_code=round.code, at=at, by=by
    )  # fmt: skip
    payload: Json = {"round": round.code, "call": round.call.code, "number": row.round_case.number, "label": row.label}
    record("explain-wild", actor=by, at=at, payload=payload, rows=[sheet, conduct])
    return sheet


@whole()
def excuse(code: str, number: int, label: str, reason: str, *, by: User, at: datetime) -> Round:
    """Record why an outlying sheet has no reason from its expert. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    if round.status != RoundStatus.CLOSED:
        raise Refused(wrong.NOT_CLOSED.at())
    open_ones = {(sheet.seat.round_case.number, sheet.seat.label) for sheet in unexplained(round)}
    if (number, label) not in open_ones:
        raise Refused(wrong.NOT_WILD.at())
    reason = reason.strip()[:400]
    if len(reason) < LEAST_REASON:
        raise Refused(wrong.REASON_SHORT.at(least=LEAST_REASON))
    round.figures = {**round.figures, "excused": {**round.figures.get("excused", {}), f"{number}{label}": reason}}
    round.save(update_fields=["figures"])
    payload: Json = {"round": round.code, "call": round.call.code, "number": number, "label": label, "reason": reason}
    record("excuse-wild", actor=by, at=at, payload=payload, rows=[round])
    return round


# -- the committee ------------------------------------------------------------------------------------
@whole()
def advise(
    code: str, number: int, *, supports: bool, reason: str, by: User, at: datetime, academician_present: bool = False
) -> Application:
    """Enter what the committee advised on a major project: on to the ranking, or not to be established, with the reason.

    Raises `NotSeen`, `Refused`.
    """
    round = round_for(by, code, to=RUN, lock=True)
    place = round.cases.filter(number=number).first()
    if place is None:
        raise NotSeen
    case, reason = lock_case(place.case_id), reason.strip()[:2000]
    problems = [] if stands_for(case, Purpose.ARGUMENTATION) else [wrong.NOT_AT_COMMITTEE.at()]
    if len(reason) < LEAST_REASON:
        problems.append(wrong.REASON_SHORT.at(least=LEAST_REASON))
    if problems:
        raise Refused(*problems)
    wanted = (ActionKind.PASS,) if supports else (ActionKind.REJECT,)
    step(
        case, _only(case, wanted), by=by, at=at, is_committee_heard=True, is_academician_present=academician_present,
        reason="" if supports else reason,  # of a project that goes on, its applicant does not read what was said
    )  # fmt: skip
    if not supports:
        tell_not_established(case, Text(reason, reason), at=at)
    place.note = reason[:1000]
    place.save(update_fields=["note"])
    payload: Json = {"round": round.code, "call": round.call.code, "number": number, "supports": supports, "reason": reason}
    record("enter-advice", actor=by, at=at, payload=payload, rows=[place])
    return case


def _only(case: Application, kinds: Collection[ActionKind]) -> Action:
    procedure = procedure_of(case)
    actions = procedure.stages[case.stage].actions
    return next(action for action in actions if kind_of(procedure, case.stage, action.id) in kinds)


def tell_not_established(case: Application, reason: Text, *, at: datetime) -> None:
    """Tell the applicants of a case that was refused why, in words that give no score."""
    tell(
        applicants_of(case), kind="not-established", link=f"/cases/{case.code}/", case=case, at=at,
        subject=Text(f"未立项：{case.title}", f"Not established: {case.title}"),
        body=Text(
            f"{case.code} 未列入立项：{reason.zh}。专家意见可在办件页面查看。",
            f"{case.code} was not established: {reason.en}. What the experts wrote can be read on its page.",
        ),
    )  # fmt: skip


# -- the ranking --------------------------------------------------------------------------------------
@whole()
def rank(code: str, *, by: User, at: datetime, stated: Mapping[int, Mapping[str, bool]] | None = None) -> Round:
    """Fix the ranking: by official score, equal scores by the round's rules; cases go on to the proposal.

    `stated` is what an officer says of the preferences that the machine cannot judge: number of the case → preference → holds.
    Raises `NotSeen`, `Refused` with everything that stands in the way.
    """
    round = round_for(by, code, to=RUN, lock=True)
    if round.status != RoundStatus.CLOSED:
        raise Refused(wrong.NOT_CLOSED.at())
    panels = [panel for panel in panels_of(round) if stands_for(panel.place.case, Purpose.REVIEW, Purpose.RANKING)]
    preferred = preferences_of(panel.place.case for panel in panels)
    said = stated or {}
    if problems := list(_unready(round, panels, preferred, said)):
        raise Refused(*problems)
    counts = {place.number: _number_met(preferred[place.case_id], said.get(place.number, {})) for place in _places(panels)}
    rule = ScoreRule.from_json(round.scoring)
    listed = ranked_list(standings_of(round, panels, counts), rule.ties, seed=_seed(round))
    places = _place(round, panels, listed)
    told = {str(number): dict(given) for number, given in said.items()}
    round.figures = {**round.figures, "tie_rule": {"zh": tie_words(rule).zh, "en": tie_words(rule).en}, "preferences": told}
    round.status, round.ranked_at = RoundStatus.RANKED, at
    round.save()
    for panel in panels:
        _rank_case(panel, rule, by=by, at=at)
    payload: Json = {"round": round.code, "call": round.call.code, "order": [each.case for each in listed], "preferences": told}
    record("fix-ranking", actor=by, at=at, payload=payload, rows=[round, *places])
    return round


def _unready(
    round: Round, panels: Sequence[Panel], preferred: Mapping[int, Sequence[Preferred]], said: Mapping[int, Mapping[str, bool]]
) -> Iterator[Problem]:  # fmt: skip
    waiting = round.cases.select_related("case__call").order_by("number")
    at_committee = [place for place in waiting if stands_for(place.case, Purpose.ARGUMENTATION)]
    yield from (wrong.AT_COMMITTEE.at(number=place.number) for place in at_committee)
    if not panels and not at_committee:
        yield wrong.NOTHING_TO_RANK.at()
    if is_stale(round, panels):
        yield wrong.STALE.at()
    if Scoring.objects.filter(seat__in=_seats(panels), pass_number__gt=1, handed_in_at=None).exists():
        yield wrong.PASS_OPEN.at()
    for sheet in unexplained(round):
        yield wrong.UNEXPLAINED.at(number=sheet.seat.round_case.number, label=sheet.seat.label)
    for panel in panels:
        given = said.get(panel.place.number, {})
        for each in preferred[panel.place.case_id]:
            if each.is_met is None and each.key not in given:
                yield wrong.UNSTATED.at(number=panel.place.number, says=each.says, clause=each.clause)


def is_stale(round: Round, panels: Sequence[Panel]) -> bool:
    """Whether sheets were handed in since the scores were worked out."""
    moments = [sheet.handed_in_at for panel in panels for sheet in panel.sheets if sheet.handed_in_at]
    return round.closed_at is not None and any(moment > round.closed_at for moment in moments)


def _seats(panels: Sequence[Panel]) -> list[Seat]:
    return [seat for panel in panels for seat in panel.seats]


def _places(panels: Sequence[Panel]) -> list[RoundCase]:
    return [panel.place for panel in panels]


def _number_met(preferred: Sequence[Preferred], given: Mapping[str, bool]) -> int:
    return sum(each.is_met if each.is_met is not None else given.get(each.key, False) for each in preferred)


def _seed(round: Round) -> str:
    """What a lot among equals is drawn from: the published seed of the round's draw."""
    draw = Draw.objects.filter(round=round, void_at=None).exclude(seed="").order_by("-number").first()
    return draw.seed if draw else ""


def _place(round: Round, panels: Sequence[Panel], listed: Sequence[Ranked]) -> list[RoundCase]:
    """Write the places; why equals stand as they do is kept with the figures."""
    by_code = {panel.place.case.code: panel.place for panel in panels}
    decided = {}
    for each in listed:
        place = by_code[each.case]
        place.place = each.place
        place.save(update_fields=["place"])
        decided[str(place.number)] = {"zh": each.decided_by.zh, "en": each.decided_by.en}
    round.figures = {**round.figures, "decided_by": decided}
    return list(by_code.values())


def _rank_case(panel: Panel, rule: ScoreRule, *, by: User, at: datetime) -> None:
    case = lock_case(panel.place.case_id)
    action = way(case) if stands_for(case, Purpose.RANKING) else None
    if action is None or not goes_on_before_decision(case, action.to):
        return
    step(case, action, by=by, at=at, sheets_wanted=rule.least_sheets, sheets_in=len(panel.sheets))
