"""What becomes of a sheet: saved as it is typed, handed in whole, opened again by an officer, asked for a second time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from zhinan.review.sheet import SheetForm, read_filled, sheet_from_json, total
from zhinan.server.actions.applications import storable
from zhinan.server.actions.notify import tell
from zhinan.server.actions.record import record, whole
from zhinan.server.hashing import Json
from zhinan.server.models import SITTING, Conduct, Round, RoundCase, RoundStatus, Scoring, Seat, SeatStatus, User
from zhinan.server.queries.blind import WITH_CASE, handed_in
from zhinan.server.queries.review_access import RUN, round_for, seat_for
from zhinan.server.queries.reviewing import latest, may_write, progress_of
from zhinan.server.queries.rows_told import key_of
from zhinan.server.refused import NotSeen, Refused, Stale
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

#: How a sheet that came too late is entered with its expert's conduct.
LATE = "late"
#: No answer of a sheet is longer, whatever it is; what the sheet asks is told when it is handed in.
_MOST = 20_000
_FIXED = Mistake(
    "sheet-fixed", Text("这份评分表现在不能改：{why}", "this sheet cannot be changed now: {why}"),
    Text("确需修改时，请主管部门在评分结束前退回", "if it must be, ask the authority to open it again before scoring closes"),
)  # fmt: skip
_NOT_A_FIELD = Mistake(
    "sheet-no-such-field", Text("评分表里没有这一项", "the sheet has no such field"), Text("刷新页面后再填", "reload the page")
)
_TOO_LONG = Mistake(
    "sheet-answer-too-long", Text("内容太长，最多 {most} 个字符", "too long: {most} characters at most"),
    Text("写得短一些", "write less"),
)  # fmt: skip
_CHANGED = Mistake(
    "sheet-changed-elsewhere", Text("这份评分表刚在别处改过", "this sheet was just changed elsewhere"),
    Text("刷新页面，核对后再填", "reload the page and compare"),
)  # fmt: skip
_NO_REASON = Mistake(
    "sheet-reason-missing", Text("请写明理由", "give the reason"),
    Text("一句话即可，会留痕", "a sentence is enough; it stays on record"),
)  # fmt: skip
_NOT_GIVEN = Mistake(
    "sheet-not-handed-in", Text("这份评分表还没有提交，不用退回", "this sheet was not handed in: there is nothing to open"),
    Text("刷新页面看看", "reload the page"),
)  # fmt: skip
_NOT_SCORING = Mistake(
    "scoring-not-open", Text("这一轮现在不在评分", "the round is not being scored now"),
    Text("评分结束后，可以在会评中请专家再评", "when scoring is closed, ask for a second pass at the meeting"),
)  # fmt: skip
_NOT_CLOSED = Mistake(
    "second-pass-not-now",
    Text("评分结束之后、排序之前才能请专家再评", "a second pass comes after the scoring and before the ranking"),
    Text("先结束评分", "close the scoring first"),
)  # fmt: skip
_NO_CASES = Mistake(
    "second-pass-no-cases", Text("没有选中可以再评的项目", "no case was chosen that can be scored again"),
    Text("选评分表齐全、没有正在再评的项目", "choose cases whose sheets are in and that are not being scored again"),
)  # fmt: skip

_WHY_GIVEN, _WHY_OVER = Text("已经提交", "it was handed in"), Text("评分没有开放", "scoring is not open")


# -- the expert ----------------------------------------------------------------------------------------


@whole()
def save(seat: int, answers: Mapping[str, str], *, version: int, by: User, at: datetime) -> Scoring:
    """Keep what was typed, whether or not it can be read. `version` is the one that was shown; a draft is in no record.

    Raises `NotSeen`, `Refused`, `Stale` when the sheet was changed elsewhere; then nothing is kept.
    """
    row = seat_for(by, seat, lock=True)
    return _saved(row, answers, version=version, at=at)


def _saved(seat: Seat, answers: Mapping[str, str], *, version: int, at: datetime) -> Scoring:
    form = sheet_from_json(seat.round_case.round.sheet)
    scoring = latest([seat]).get(seat.id)
    _refuse_answers(form, answers)
    kept = {**(scoring.answers if scoring else {}), **{key: storable(text) for key, text in answers.items()}}
    if scoring is not None and kept == scoring.answers:
        return scoring  # sent twice
    if not may_write(seat, scoring):
        raise Refused(_FIXED.at(why=_WHY_GIVEN if scoring and scoring.handed_in_at else _WHY_OVER))
    if version != (scoring.version if scoring else 0):
        raise Stale(_CHANGED.at())
    if scoring is None:
        return Scoring.objects.create(seat=seat, answers=kept, version=1, saved_at=at)
    scoring.answers, scoring.version, scoring.saved_at = kept, scoring.version + 1, at
    scoring.save(update_fields=["answers", "version", "saved_at"])
    return scoring


def _refuse_answers(form: SheetForm, answers: Mapping[str, str]) -> None:
    problems = [_NOT_A_FIELD.at() for key in answers if key not in form.fields]
    problems += [_TOO_LONG.at(most=_MOST) for text in answers.values() if len(text) > _MOST]
    if problems:
        raise Refused(*problems)


@whole()
def hand_in(seat: int, answers: Mapping[str, str], *, version: int, by: User, at: datetime) -> Scoring:
    """Hand a sheet in: from now on it is fixed. Sent twice, it is still the same.

    Raises `NotSeen`, `Stale`, `Refused`; `BadInput` with everything that is wrong, each problem's `file` naming its field.
    """
    round = Round.objects.select_for_update().get(id=seat_for(by, seat).round_case.round_id)
    row = seat_for(by, seat, lock=True)
    before = latest([row]).get(row.id)
    if before is not None and before.handed_in_at is not None:
        return before
    scoring = _saved(row, answers, version=version, at=at)
    if not may_write(row, scoring):
        raise Refused(_FIXED.at(why=_WHY_OVER))
    form = sheet_from_json(round.sheet)
    filled = read_filled(form, {key: str(text) for key, text in scoring.answers.items()})
    scoring.total, scoring.handed_in_at = total(form, filled.points), at
    scoring.version += 1
    scoring.save(update_fields=["total", "handed_in_at", "version"])
    conduct = _late(row, round, at=at) if scoring.pass_number == 1 else []
    told: Json = {"number": row.round_case.number, "label": row.label, "pass": scoring.pass_number, "late": bool(conduct)}
    _record("hand-in-sheet", round, told, by=by, at=at, rows=(scoring, *conduct))
    return scoring


def _late(seat: Seat, round: Round, *, at: datetime) -> list[Conduct]:
    """A sheet that came after its day is entered with the conduct of its expert, once a round."""
    if round.score_by is None or at <= round.score_by:
        return []
    known = Conduct.objects.filter(expert=seat.expert, kind=LATE, round_code=round.code)
    return [] if known.exists() else [Conduct.objects.create(expert=seat.expert, kind=LATE, round_code=round.code, at=at)]


# -- the officer ---------------------------------------------------------------------------------------


@whole()
def reopen(code: str, seat: int, reason: str, *, by: User, at: datetime) -> Scoring:
    """Give a sheet back to its expert, with a reason, while the round is being scored. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    row = Seat.objects.select_for_update(of=("self",)).filter(id=seat, round_case__round=round, status__in=SITTING).first()
    if row is None:
        raise NotSeen
    if not reason.strip():
        raise Refused(_NO_REASON.at())
    scoring = latest([row]).get(row.id)
    if scoring is None or scoring.handed_in_at is None:
        raise Refused(_NOT_GIVEN.at())
    if round.status != (RoundStatus.SCORING if scoring.pass_number == 1 else RoundStatus.CLOSED):
        raise Refused(_NOT_SCORING.at())
    scoring.total, scoring.handed_in_at, scoring.is_wild, scoring.wild_reason = None, None, False, ""
    scoring.version += 1
    scoring.save()
    number = row.round_case.number
    told: Json = {"number": number, "label": row.label, "pass": scoring.pass_number, "reason": reason.strip()[:400]}
    _record("reopen-sheet", round, told, by=by, at=at, gone=(key_of(scoring),))
    why = _masked(reason, [row.round_case_id])
    _tell(
        [row], Text(f"{number} 号项目的评分表已退回给您", f"The sheet of case {number} is open again"),
        Text(f"理由：{why}。请修改后再提交。", f"Reason: {why}. Please hand it in again."), at=at,
    )  # fmt: skip
    return scoring


@whole()
def ask_again(code: str, numbers: Sequence[int], reason: str, *, by: User, at: datetime) -> list[Scoring]:
    """Ask the panels of some cases for a second pass, which counts from when it is handed in; it begins with what the first said.

    Raises `NotSeen`, `Refused`.
    """
    round = round_for(by, code, to=RUN, lock=True)
    problems = [_NOT_CLOSED.at()] if round.status != RoundStatus.CLOSED else []
    problems += [_NO_REASON.at()] if not reason.strip() else []
    wanted = list(dict.fromkeys(numbers))
    seats = list(
        Seat.objects.filter(round_case__round=round, round_case__number__in=wanted, status=SeatStatus.TAKEN)
        .select_related("round_case__round", "expert__user").order_by("round_case__number", "label", "id")
    )  # fmt: skip
    sheets = latest(seats)
    ready = [seat for seat in seats if seat.id in sheets and sheets[seat.id].handed_in_at is not None]
    open_ones = {seat.round_case.number for seat in seats if seat.id in sheets and sheets[seat.id].handed_in_at is None}
    if not wanted or open_ones or {seat.round_case.number for seat in ready} != set(wanted):
        problems.append(_NO_CASES.at())
    if problems:
        raise Refused(*problems)
    rows = [
        Scoring.objects.create(
            seat=seat, pass_number=sheets[seat.id].pass_number + 1, answers=sheets[seat.id].answers, saved_at=at
        )
        for seat in ready
    ]
    round.passes = max(round.passes, *(row.pass_number for row in rows))
    round.save(update_fields=["passes"])
    _record("ask-scores-again", round, {"numbers": wanted, "reason": reason.strip()[:400]}, by=by, at=at, rows=(round,))
    why = _masked(reason, [seat.round_case_id for seat in ready])
    _tell(
        ready, Text("请对部分项目再评一次", "Please score some cases again"),
        Text(f"理由：{why}。原来的评分已填好，可以修改，也可以照原样提交。",
             f"Reason: {why}. Your first scores are filled in; change them or hand them in as they are."), at=at,
    )  # fmt: skip
    return rows


@whole()
def remind(code: str, *, by: User, at: datetime) -> int:
    """Remind everyone whose sheets are not in. Returns how many people. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    if round.status not in (RoundStatus.SCORING, RoundStatus.CLOSED):
        raise Refused(_NOT_SCORING.at())
    lines = [line for case in progress_of(round, at=at).cases for line in case.seats]
    late = [
        line.seat for line in lines
        if (line.scoring is None or line.scoring.handed_in_at is None)
        and (line.seat.status == SeatStatus.ASKED or may_write(line.seat, line.scoring))
    ]  # fmt: skip
    told = _tell(
        late, Text("请完成评分", "Please finish your scoring"),
        Text("您还有评分没有提交，请尽快完成；不能完成的，请尽快说明。",
             "You have sheets that are not handed in. Please finish them soon, or say that you cannot."), at=at,
    )  # fmt: skip
    _record("remind-reviewers", round, {"number": told}, by=by, at=at)
    return told


def _masked(reason: str, places: Sequence[int]) -> str:
    """An officer's reason as the experts of these cases may read it."""
    told = reason.strip()[:400]
    for known in handed_in(list(RoundCase.objects.filter(id__in=places).select_related(*WITH_CASE))).values():
        told = known.mask.over(told)
    return told


def _tell(seats: Sequence[Seat], subject: Text, body: Text, *, at: datetime) -> int:
    """Tell the experts of these seats, each once; neither a title nor a name stands in a message. Returns how many were told."""
    people = {seat.expert.user.id: seat.expert.user for seat in seats if seat.expert.user is not None}
    link = f"/reviewing/seat/{seats[0].id}/" if len(seats) == 1 else "/reviewing/"
    tell(people.values(), kind="scoring", subject=subject, body=body, link=link, at=at)
    return len(people)


def _record(  # an event of a round with what it tells, its moment and its rows
    action: str, round: Round, told: Json, *, by: User, at: datetime, rows: Sequence[Scoring | Conduct | Round] = (),
    gone: Sequence[str] = (),
) -> None:  # fmt: skip
    payload: Json = {"round": round.code, "call": round.call.code, **told}
    record(action, actor=by, at=at, payload=payload, rows=rows, gone=gone)
