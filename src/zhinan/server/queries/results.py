"""The results of a round, read: the sheets that count, scores and how they came, the ranking, what applicants may read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from zhinan.lifecycle.purposes import Purpose, purposes
from zhinan.policy.finding import Outcome as Found
from zhinan.policy.model import Preference
from zhinan.review.sheet import COMMENT, VERDICT, VERDICTS, SheetForm, sheet_from_json
from zhinan.server import packs
from zhinan.server.clock import BEIJING
from zhinan.server.models import (
    SITTING,
    Application,
    Meeting,
    NoticeLine,
    Outcome,
    Role,
    Round,
    RoundCase,
    RoundStatus,
    Scoring,
    Seat,
    User,
)
from zhinan.server.queries.access import is_applicant
from zhinan.server.queries.bodies import procedure_of
from zhinan.server.queries.clearance import is_alive
from zhinan.server.queries.people import posts_of
from zhinan.server.queries.review_access import RANKING, SEE, round_for, runs, seat_for, visible_rounds
from zhinan.server.queries.together import filled_together
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text, same

#: What may be said of a case beside its score: the flag, its name, how it is toned.
MAJOR, WILD, GREY, MOVES, FEW = "major", "wild", "grey-band", "moves-across", "few-sheets"
FLAGS: Mapping[str, tuple[Text, str]] = {
    MAJOR: (Text("重大项目", "major"), "info"), WILD: (Text("有离散评分", "an outlying sheet"), "warn"),
    GREY: (Text("灰区", "grey band"), "warn"), MOVES: (Text("校准后跨线", "crosses the line when calibrated"), "warn"),
    FEW: (Text("评分表不足", "too few sheets"), "bad"),
}  # fmt: skip
#: Statuses in which the results of a round can be read, and in which its ranking is fixed.
SCORED = (RoundStatus.CLOSED, RoundStatus.RANKED, RoundStatus.DECIDED)
FIXED = (RoundStatus.RANKED, RoundStatus.DECIDED)


# -- the sheets that count ----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Panel:
    """A case of a round with those who sit on its panel, and of each the sheet that counts: the latest that was handed in."""

    place: RoundCase
    seats: tuple[Seat, ...]
    sheets: tuple[Scoring, ...]

    @property
    def missing(self) -> tuple[Seat, ...]:
        """The seats that have handed nothing in."""
        given = {sheet.seat_id for sheet in self.sheets}
        return tuple(seat for seat in self.seats if seat.id not in given)


def panels_of(round: Round) -> tuple[Panel, ...]:
    """The panels of a round by the numbers of its cases; three queries."""
    places = list(round.cases.select_related("case__call__authority", "case__organisation", "case__leader").order_by("number"))
    seats: dict[int, list[Seat]] = defaultdict(list)
    for seat in Seat.objects.filter(round_case__round=round, status__in=SITTING).select_related("expert").order_by("label", "id"):
        seats[seat.round_case_id].append(seat)
    latest: dict[int, Scoring] = {}
    handed = Scoring.objects.filter(seat__round_case__round=round, seat__status__in=SITTING, handed_in_at__isnull=False)
    for sheet in handed.select_related("seat__expert").order_by("pass_number"):
        latest[sheet.seat_id] = sheet
    return tuple(
        Panel(place, tuple(seats[place.id]), tuple(latest[seat.id] for seat in seats[place.id] if seat.id in latest))
        for place in places
    )


# -- the results --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as those in charge read it: by its label."""

    label: str
    kind: str
    expert: str
    total: Decimal | None
    pass_number: int
    points: tuple[str, ...]
    verdict: Text
    comment: str
    is_wild: bool
    wild_reason: str
    excused: str


@dataclass(frozen=True, slots=True)
class Line:
    """A case with everything that is known of its scores; `vote` is what the last ballot of a meeting came to."""

    place: RoundCase
    case: Application
    sheets: tuple[Sheet, ...]
    seats: int
    how: Text
    flags: tuple[tuple[Text, str], ...]
    vote: Text
    stage: Text

    @property
    def is_wild(self) -> bool:
        """Whether one of its sheets is far from what the others led one to expect."""
        return any(sheet.is_wild for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class Severity:
    """How much higher (or lower) an expert scores than others would; for officers and auditors alone."""

    expert: str
    name: str
    shift: Decimal
    standard_error: Decimal
    sheets: int


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a round. `figures` are those of the whole (name, value, note)."""

    round: Round
    form: SheetForm
    lines: tuple[Line, ...]
    figures: tuple[tuple[Text, Text, Text], ...]
    severity: tuple[Severity, ...]
    may_run: bool


def results(user: User, code: str) -> Results:
    """The results for those who run or audit the round. Raises `NotSeen`."""
    round = round_for(user, code, to=SEE)
    form, votes = sheet_from_json(round.sheet), votes_of(round)
    panels = panels_of(round)
    lines = tuple(_line(round, form, panel, votes) for panel in panels)
    names = {seat.expert.code: seat.expert.name for panel in panels for seat in panel.seats}
    return Results(round, form, lines, figures_of(round), _severity(round, names), runs(user, round))


def _line(round: Round, form: SheetForm, panel: Panel, votes: Mapping[int, Text]) -> Line:
    place, figures = panel.place, round.figures
    how = figures.get("how", {}).get(str(place.number), {})
    excused = figures.get("excused", {})
    flags = tuple(FLAGS[flag] for flag in place.flags if flag in FLAGS)
    sheets = tuple(_sheet(form, each, excused.get(f"{place.number}{each.seat.label}", "")) for each in panel.sheets)
    stage = procedure_of(place.case).stages[place.case.stage].name
    said = Text(how.get("zh", ""), how.get("en", ""))
    return Line(place, place.case, sheets, len(panel.seats), said, flags, votes.get(place.number, Text("", "")), stage)


def _sheet(form: SheetForm, sheet: Scoring, excused: str) -> Sheet:
    answers: Mapping[str, Any] = sheet.answers  # Any: as it was typed
    points = tuple(str(answers.get(each.key, "")) for each in form.criteria)
    verdict = VERDICTS.get(str(answers.get(VERDICT, "")), Text("", ""))
    return Sheet(
        sheet.seat.label, sheet.seat.kind, sheet.seat.expert.name, sheet.total, sheet.pass_number, points, verdict,
        str(answers.get(COMMENT, "")), sheet.is_wild, sheet.wild_reason, excused,
    )  # fmt: skip


def figures_of(round: Round) -> tuple[tuple[Text, Text, Text], ...]:
    """What was worked out of the whole round when its scoring was closed."""
    told = round.figures.get("told", ())
    return tuple((_both(each["name"]), _both(each["value"]), _both(each["note"])) for each in told)


def _severity(round: Round, names: Mapping[str, str]) -> tuple[Severity, ...]:
    rows = round.figures.get("severity", ())
    found = [Severity(code, names.get(code, ""), Decimal(shift), Decimal(error), count) for code, shift, error, count in rows]
    return tuple(sorted(found, key=lambda each: (-abs(each.shift), each.expert)))


def votes_of(round: Round) -> dict[int, Text]:
    """What the last closed ballot on each case came to, by its number."""
    found: dict[int, Text] = {}
    for meeting in Meeting.objects.filter(round=round).order_by("number"):
        for number, held in meeting.results.items():
            told = held.get("told") or ()
            if told and str(number).isdigit():
                found[int(number)] = _vote(told[-1])
    return found


def _vote(told: Mapping[str, Any]) -> Text:
    """The words of a result as the meeting kept them."""
    says = told.get("says") or told.get("result") or ""
    return _both(says) if isinstance(says, Mapping) else same(str(says))


def _both(words: Mapping[str, Any]) -> Text:
    return Text(str(words.get("zh", "")), str(words.get("en", "")))


def case_line(user: User, code: str, number: int) -> tuple[Results, Line]:
    """One case of the results. Raises `NotSeen`."""
    found = results(user, code)
    line = next((each for each in found.lines if each.place.number == number), None)
    if line is None:
        raise NotSeen
    return found, line


# -- what an expert is asked --------------------------------------------------------------------------
def unexplained(round: Round) -> tuple[Scoring, ...]:
    """The outlying sheets that count and have no reason yet, neither their expert's nor an officer's why there is none."""
    excused = round.figures.get("excused", {})
    wild = [sheet for panel in panels_of(round) for sheet in panel.sheets if sheet.is_wild and not sheet.wild_reason]
    places = {place.id: place.number for place in round.cases.all()}
    return tuple(each for each in wild if f"{places[each.seat.round_case_id]}{each.seat.label}" not in excused)


@dataclass(frozen=True, slots=True)
class ReasonAsked:
    """What an expert is asked about their own sheet: the case by its number alone, what they gave, what they have said."""

    round: Round
    number: int
    total: Decimal | None
    reason: str
    is_open: bool


def reason_asked(user: User, seat: int) -> ReasonAsked:
    """What is asked about the sheet of a seat, for its expert. Raises `NotSeen` where nothing is asked."""
    row = seat_for(user, seat)
    sheet = row.scorings.filter(handed_in_at__isnull=False).order_by("-pass_number").first()
    if sheet is None or not sheet.is_wild:
        raise NotSeen
    round = row.round_case.round
    return ReasonAsked(round, row.round_case.number, sheet.total, sheet.wild_reason, round.status == RoundStatus.CLOSED)


# -- preferences --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Preferred:
    """A preference of the guide for a case: `is_met` as the machine found or an officer has to state (`None`)."""

    key: str
    clause: str
    says: Text
    is_met: bool | None


def preferences_of(cases: Iterable[Application]) -> dict[int, tuple[Preferred, ...]]:
    """What the guide prefers, case by case, on what was handed in; by the id of the case."""
    rows = list(cases)
    read = filled_together(rows, on=lambda case: (case.submitted_at or case.made_at).astimezone(BEIJING).date())
    found = {}
    for case in rows:
        kept = []
        for finding in read[case.id].result.preferences:
            item = finding.item
            assert isinstance(item, Preference)
            is_met = {Found.MET: True, Found.UNMET: False}.get(finding.outcome)
            says = item.judge if item.judge is not None and is_met is None else item.says
            kept.append(Preferred(item.id, item.clause, says, is_met))
        found[case.id] = tuple(kept)
    return found


# -- the ranking --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Ranked:
    """A case in its place, with what was decided on it, if anything was."""

    place: RoundCase
    case: Application
    scheme: Text
    grant: int | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The fixed ranking: `rule` says how equal scores were told apart; `sees_results` whether the reader may see more."""

    round: Round
    lines: tuple[Ranked, ...]
    rule: Text
    sees_results: bool
    may_run: bool


def rankings(user: User) -> list[Round]:
    """The rounds whose fixed ranking a person of the leadership may read, the latest first. Raises `NotSeen` for anyone else."""
    led = [post.authority_id for post in posts_of(user) if post.role == Role.LEADERSHIP and post.authority_id]
    if not led:
        raise NotSeen
    rounds = Round.objects.filter(call__authority__in=led, status__in=FIXED).select_related("call")
    return list(rounds.order_by("-ranked_at", "-id"))


def ranking(user: User, code: str) -> Ranking:
    """The ranking, once it is fixed, for those who run or audit the round and for the leadership. Raises `NotSeen`."""
    round = round_for(user, code, to=RANKING)
    if round.status not in FIXED:
        raise NotSeen
    places = round.cases.filter(place__isnull=False).select_related("case__organisation", "case__leader", "case__call")
    outcomes = {row.case_id: row for row in Outcome.objects.filter(round=round)}
    lines = tuple(
        Ranked(
            place,
            place.case,
            packs.scheme(round.call.pack, place.case.scheme).name,
            place.case.grant,
            outcomes.get(place.case_id),
        )
        for place in places.order_by("place", "number")
    )
    sees = visible_rounds(user).filter(id=round.id).exists()
    return Ranking(round, lines, _both(round.figures.get("tie_rule", {})), sees, runs(user, round))


# -- what becomes known -------------------------------------------------------------------------------
def is_told(case: Application, *, at: datetime) -> bool:
    """Whether what became of a case may be known to its applicant: it was refused, or a notice that names it is public."""
    outcome = Outcome.objects.filter(case=case).order_by("-id").first()
    if outcome is None or outcome.outcome == "refuse":  # before any decision, a committee may have ended it
        return not is_alive(case)
    return NoticeLine.objects.filter(case=case, notice__opens_at__lte=at).exists()


def comments_for(case: Application, user: User, *, at: datetime) -> tuple[str, ...]:
    """What experts wrote of a case, without names or labels: for its applicant, once they may know what became of it.

    The order says nothing of who wrote what: it is that of the words themselves.
    """
    if not is_applicant(user, case) or not is_told(case, at=at):
        return ()
    latest: dict[int, Scoring] = {}
    handed = Scoring.objects.filter(seat__round_case__case=case, seat__status__in=SITTING, handed_in_at__isnull=False)
    for sheet in handed.exclude(seat__round_case__round__status=RoundStatus.CANCELLED).order_by("pass_number"):
        latest[sheet.seat_id] = sheet
    comments = {str(sheet.answers.get(COMMENT, "")).strip() for sheet in latest.values()}
    return tuple(sorted(comment for comment in comments if comment))


# -- which way a case goes ----------------------------------------------------------------------------
#: What is decided between the closing of a review and the decision on the money.
_BEFORE_DECISION = frozenset((Purpose.REVIEW, Purpose.ARGUMENTATION, Purpose.RANKING, Purpose.PROPOSAL))


def goes_on_before_decision(case: Application, to: str) -> bool:
    """Whether a stage still lies before the decision on the money, so that a case may come to it earlier."""
    return bool(purposes(procedure_of(case)).get(to, frozenset()) & _BEFORE_DECISION)


def is_at_committee(case: Application) -> bool:
    """Whether the committee's advice on a case is awaited."""
    return stands_for(case, Purpose.ARGUMENTATION)


def stands_for(case: Application, *wanted: Purpose) -> bool:
    """Whether the stage a case stands at is for one of these."""
    return not purposes(procedure_of(case)).get(case.stage, frozenset()).isdisjoint(wanted)
