"""Seats on panels: an expert accepts, declines, or finds a conflict; an officer replaces; what falls empty is filled at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Model

from zhinan.assignment.plan import Place, Short
from zhinan.assignment.problem import Instance
from zhinan.assignment.replacement import Replacement
from zhinan.assignment.replacement import replace as replacement_for
from zhinan.server.actions.notify import holders, tell
from zhinan.server.actions.record import record, whole
from zhinan.server.actions.rounds import need
from zhinan.server.clock import BEIJING
from zhinan.server.models import SITTING, Conduct, Expert, ExpertStatus, Role, Round, RoundStatus, Scoring, Seat, SeatStatus, User
from zhinan.server.queries import round_mistakes as wrong
from zhinan.server.queries.draws import barred_now, label, seated_places
from zhinan.server.queries.fitting import case_id
from zhinan.server.queries.review_access import RUN, round_for, seat_for
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import BadInput
from zhinan.values.text import Text

#: What an expert's conduct is noted as, by how they left a seat.
_CONDUCT = {SeatStatus.DECLINED: "declined", SeatStatus.CONFLICTED: "conflict", SeatStatus.REPLACED: "replaced"}


@whole()
def accept_seat(seat: int, *, by: User, at: datetime) -> Seat:
    """Take the seat one was given. Raises `NotSeen`, `Refused`."""
    row = _own(seat, by=by)
    if row.status != SeatStatus.ASKED:
        raise Refused(wrong.SEAT_NOT_NOW.at())
    row.status, row.answered_at = SeatStatus.TAKEN, at
    row.save()
    _record("accept-seat", row.round_case.round, by=by, at=at, rows=(row,))
    return row


@whole()
def decline_seat(seat: int, reason: str, *, by: User, at: datetime) -> Seat | None:
    """Give one's seat up, and say why; returns the seat that follows, if somebody could take it. Raises `NotSeen`, `Refused`."""
    return vacate(_own(seat, by=by), SeatStatus.DECLINED, reason, by=by, at=at)


@whole()
def conflict_seat(seat: int, reason: str, *, by: User, at: datetime) -> Seat | None:
    """Give one's seat up for a conflict found on reading; one is not drawn for this case again. Raises `NotSeen`, `Refused`."""
    return vacate(_own(seat, by=by), SeatStatus.CONFLICTED, reason, by=by, at=at)


def _own(seat: int, *, by: User) -> Seat:
    """The expert's seat while the round scores and its sheet is not handed in; the round is locked before it, as everywhere."""
    Round.objects.select_for_update().get(id=seat_for(by, seat).round_case.round_id)
    row = seat_for(by, seat, lock=True)
    need(row.round_case.round, RoundStatus.SCORING)
    if Scoring.objects.filter(seat=row, handed_in_at__isnull=False).exists():
        raise Refused(wrong.SEAT_HANDED_IN.at())
    return row


@whole()
def replace_expert(code: str, seat: int, reason: str, *, by: User, at: datetime) -> Seat | None:
    """Take an expert off a panel, with a reason; returns the seat that follows, if there is one. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    row = Seat.objects.select_related("round_case__round__call__authority", "expert__user", "draw").filter(
        id=seat if seat < 2**63 else 0, round_case__round=round
    ).first()  # fmt: skip
    if row is None:
        raise NotSeen
    return vacate(row, SeatStatus.REPLACED, reason, by=by, at=at)


@whole()
def vacate(seat: Seat, status: str, reason: str, *, by: User, at: datetime) -> Seat | None:
    """Give a seat up and fill it at once with the next who fits, disturbing as little as possible; who leaves has it noted.

    Returns the seat that follows, or `None` when nobody can take it: the officers are told what is lacking. The round must be
    locked. Raises `Refused`.
    """
    round = seat.round_case.round
    need(round, RoundStatus.SCORING)
    if seat.status not in SITTING or not reason.strip():
        raise Refused(wrong.REASON_MISSING.at() if seat.status in SITTING else wrong.SEAT_NOT_NOW.at())
    found = _successor(seat, at=at)
    seat.status, seat.reason, seat.answered_at = status, reason.strip()[:400], at
    seat.save()
    conduct = Conduct.objects.create(
        expert=seat.expert, kind=_CONDUCT[SeatStatus(status)], note=seat.reason, round_code=round.code, at=at, by=by
    )
    rows: list[Model] = [seat, conduct]
    new = _follow(seat, found, rows, at=at) if found else None
    if found is None:
        _tell_short(seat, at=at)
    if status == SeatStatus.REPLACED and seat.expert.user:
        _tell_off(seat.expert.user, at=at)
    told = {
        "case": case_id(seat.round_case.number),
        "label": seat.label,
        "status": str(status),
        "by_label": new.label if new else "",
    }
    _record("vacate-seat", round, by=by, at=at, rows=rows, **told)
    return new


# -- finding who follows ---------------------------------------------------------------------------------


def _successor(seat: Seat, *, at: datetime) -> Replacement | None:
    """Who takes the seat: someone for this panel alone; else with changes elsewhere that nobody has agreed to yet.

    Nobody comes who has left the bank or is barred by what has become known since the draw.
    """
    instance = Instance.from_json(seat.draw.instance)
    names = {code: name for name, code in seat.draw.private["experts"].items()}
    seats = Seat.objects.filter(draw=seat.draw).select_related("round_case", "expert")
    panels = seated_places(seats, instance, names)
    case, leaving = case_id(seat.round_case.number), names[seat.expert.code]
    before = [names[each.expert.code] for each in seats if each.round_case_id == seat.round_case_id and each.id != seat.id]
    experts = list(Expert.objects.filter(code__in=names))
    gone = {each.code for each in experts if each.status != ExpertStatus.ACTIVE}
    barred = {*before, *(names[code] for code in gone | barred_now(seat.round_case, experts, at=at))}
    barred -= {place.expert for place in panels[case]}
    alternates = seat.draw.result["alternates"]
    for problem, places in (_this_panel(instance, panels, case), (instance, panels)):
        try:
            found = replacement_for(problem, places, alternates, case, leaving, also_barred=barred)
        except (Short, BadInput):
            continue
        if len(found.changed) == 1:
            return found
        if not _is_settled(seat, found, names):
            return found
    return None


def _this_panel(instance: Instance, panels: dict[str, list[Place]], case: str) -> tuple[Instance, dict[str, list[Place]]]:
    """The problem of one panel alone: what experts do in the others is taken off their load; an empty seat stays empty."""
    busy: dict[str, int] = {}
    for other, places in panels.items():
        for place in places:
            busy[place.expert] = busy.get(place.expert, 0) + (other != case)
    experts = tuple(replace(each, most=max(each.most - busy.get(each.id, 0), 0), least=0) for each in instance.experts)
    finance = sum(place.kind == "finance" for place in panels[case])
    rules = replace(instance.rules, size=len(panels[case]), finance=finance)
    match = {pair: value for pair, value in instance.match.items() if pair[0] == case}
    barred = {pair: bars for pair, bars in instance.barred.items() if pair[0] == case}
    return replace(instance, cases=(case,), experts=experts, rules=rules, match=match, barred=barred), {case: panels[case]}


def _is_settled(seat: Seat, found: Replacement, names: dict[str, str]) -> bool:
    """Whether a change would move someone, elsewhere, who has taken their seat already."""
    codes = {name: code for code, name in names.items()}
    moved = {(change.case, codes[change.out]) for change in found.changed} - {(case_id(seat.round_case.number), seat.expert.code)}
    taken = Seat.objects.filter(draw=seat.draw, status=SeatStatus.TAKEN).select_related("round_case", "expert")
    return any((case_id(each.round_case.number), each.expert.code) in moved for each in taken)


def _follow(seat: Seat, found: Replacement, rows: list[Model], *, at: datetime) -> Seat:
    """Seat whoever comes; returns who follows on this very seat."""
    codes = seat.draw.private["experts"]
    experts = {each.code: each for each in Expert.objects.filter(code__in=codes.values()).select_related("user")}
    here = case_id(seat.round_case.number)
    follows: Seat = seat
    for change in found.changed:
        old = seat
        if (change.case, codes[change.out]) != (here, seat.expert.code):
            old = Seat.objects.select_related("round_case", "expert__user").get(
                draw=seat.draw, round_case__number=int(change.case), expert__code=codes[change.out], status__in=SITTING
            )
            old.status, old.reason, old.answered_at = SeatStatus.REPLACED, found.why.zh[:400], at
            old.save()
            rows.append(old)
            if old.expert.user:
                _tell_off(old.expert.user, at=at)
        used = Seat.objects.filter(round_case=old.round_case, draw=seat.draw).count()
        new = Seat.objects.create(
            round_case=old.round_case, expert=experts[codes[change.into]], draw=seat.draw, kind=change.kind, label=label(used),
            follows=old, made_at=at,
        )  # fmt: skip
        rows.append(new)
        _tell_on(new, at=at)
        follows = new if old is seat else follows
    return follows


# -- telling -----------------------------------------------------------------------------------------


def _tell_on(seat: Seat, *, at: datetime) -> None:
    by_when = seat.round_case.round.score_by
    until = f"{by_when.astimezone(BEIJING):%Y-%m-%d %H:%M}" if by_when else ""
    tell(
        [seat.expert.user] if seat.expert.user else [], kind="seat-given", link="/reviewing/", at=at,
        subject=Text("请您递补评审", "You are called to a panel"),
        body=Text(
            f"一个评审席位由您递补，请接受或说明原因，{until} 前完成评分。",
            f"A seat has come to you: accept it or say why not; scoring ends on {until}.",
        ),
    )  # fmt: skip


def _tell_off(user: User, *, at: datetime) -> None:
    tell(
        [user], kind="seat-gone", link="/reviewing/", at=at, subject=Text("一个评审席位已收回", "A seat of yours was taken back"),
        body=Text("这一席由他人评审，您不需要再办理。", "Somebody else reviews in your place; nothing more is needed."),
    )  # fmt: skip


def _tell_short(seat: Seat, *, at: datetime) -> None:
    round = seat.round_case.round
    what = {"number": case_id(seat.round_case.number), "kind": seat.kind}
    tell(
        holders(Role.OFFICER, authority=round.call.authority), kind="seat-empty", link=f"/rounds/{round.code}/panels/", at=at,
        subject=Text(f"{round.name_zh}：有席位无人递补", f"{round.name_en}: a seat stays empty"),
        body=Text(
            "{number} 号项目空出一个{seat}席，已抽取的专家中没有人可以递补：应回避、件数已满或同一单位已有席位。",
            "Case {number} lacks a {kind} seat: of those drawn from nobody can take it (barred, load full, or employer seated).",
        ).filled(**what, seat=Text("财务管理" if seat.kind == "finance" else "技术", seat.kind)),
    )  # fmt: skip


def _record(action: str, round: Round, *, by: User, at: datetime, rows: Iterable[Model], **told: object) -> None:
    record(action, actor=by, at=at, payload={"round": round.code, "call": round.call.code, **told}, rows=rows)
