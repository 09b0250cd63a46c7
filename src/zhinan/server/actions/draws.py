"""The draw of a round's panels: commit, seal, open, draw; void and draw again; give a rule way; fill a seat that falls empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.db.models import Model

from zhinan.assignment.audit import violations
from zhinan.assignment.lottery import Commitment, sealed, seed_of
from zhinan.assignment.lottery import commit as chances_of
from zhinan.assignment.lottery import draw as drawn_from
from zhinan.assignment.plan import Place, Short, propose
from zhinan.assignment.problem import Instance, Json, content_hash
from zhinan.server.actions.notify import holders, tell
from zhinan.server.actions.record import record, whole
from zhinan.server.actions.rounds import need, panel_json
from zhinan.server.actions.seats import vacate
from zhinan.server.clock import BEIJING
from zhinan.server.models import (
    SITTING,
    Draw,
    Expert,
    Role,
    Round,
    RoundStatus,
    Scoring,
    Seat,
    SeatStatus,
    User,
)
from zhinan.server.queries import round_mistakes as wrong
from zhinan.server.queries.draws import current_draw, declared_experts, inputs_of, label
from zhinan.server.queries.fitting import case_id
from zhinan.server.queries.people import posts_of
from zhinan.server.queries.review_access import RUN, SEE, round_for, runs
from zhinan.server.queries.rounds import left_review, rules_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import Problem
from zhinan.values.text import Text

__all__ = ["commit", "draw", "open_beacon", "open_seal", "relax", "seal", "vacate", "void"]
#: A phrase that is sealed has at least so many characters; fewer could be tried out.
NONCE_LEAST = 12
#: So many people seal at least.
PARTIES = 2
#: The best plan is sought so long, in seconds, for each search (only where a round has no lottery).
PLAN_SECONDS = 20.0
OFFICER, SUPERVISION, BEACON = "officer", "supervision", "beacon"
PARTY_NAMES = {
    OFFICER: Text("经办人员", "officer"), SUPERVISION: Text("监督人员", "supervision"), BEACON: Text("公开信标", "public beacon"),
}  # fmt: skip
#: What may give way before a draw: bars never do, and an expert's load is for the expert to say.
GIVES_WAY = ("threshold", "outside", "per_unit", "finance", "size", "cap")


# -- committing ----------------------------------------------------------------------------------------


def commit(code: str, *, by: User, at: datetime, reason: str = "", beacon: str = "") -> Draw:
    """Freeze the inputs of a round and commit to the chances; `beacon` names a public number of a future time, if one counts.

    What takes long is worked out before anything is locked. Raises `NotSeen`; `Refused` with what holds it up, with every
    shortage, or because the inputs changed meanwhile.
    """
    round = round_for(by, code, to=RUN)
    _refuse_commit(round, reason, at=at)
    experts = declared_experts(round)
    if not experts:
        raise Refused(wrong.TOO_FEW_DECLARED.at())
    inputs = inputs_of(round, experts, at=at)
    number = round.draws.count() + 1
    commitment = _commitment(round, inputs.instance, number)
    with whole():
        locked = round_for(by, code, to=RUN, lock=True)
        _refuse_commit(locked, reason, at=at)
        now = inputs_of(locked, declared_experts(locked), at=at)
        is_same = now.instance.input_hash() == inputs.instance.input_hash() and number == locked.draws.count() + 1
        if not is_same or (locked.cap, locked.mode) != (round.cap, round.mode):
            raise Refused(wrong.INPUTS_CHANGED.at())
        row = Draw.objects.create(
            round=locked, number=number, reason=_reason_of(locked, reason), mode=locked.mode, instance=inputs.instance.to_json(),
            input_hash=inputs.instance.input_hash(), commitment=commitment, commit_hash=content_hash(commitment),
            sealed=[{"party": BEACON, "name": beacon.strip()[:200], "hash": ""}] if beacon.strip() else [], private=now.private(),
            committed_at=at, committed_by=by,
        )  # fmt: skip
        locked.status = RoundStatus.DRAWING
        locked.save()
        _tell_sealing(locked, at=at)
        _record("commit-draw", locked, by=by, at=at, rows=(locked, row), draw=number, commit=row.commit_hash)
    return row


def _refuse_commit(round: Round, reason: str, *, at: datetime) -> None:
    if (now := current_draw(round)) is not None:
        raise Refused(wrong.IS_COMMITTED.at(number=now.number))
    need(round, RoundStatus.ASKING)
    problems = left_review(round)
    if round.score_by is None or round.score_by <= at:
        problems.append(wrong.NO_SCORE_DAY.at())
    if not _reason_of(round, reason) and round.draws.exists():
        problems.append(wrong.REDRAW_REASON.at())
    if problems:
        raise Refused(*problems)


def _reason_of(round: Round, reason: str) -> str:
    """Why the panels are drawn again: what was said now, or when the draw before was voided."""
    before = round.draws.order_by("number").last()
    return reason.strip()[:400] or (before.void_reason if before else "")


def _commitment(round: Round, instance: Instance, number: int) -> Json:
    rules = rules_of(round)
    version = content_hash({"panel": panel_json(rules.panel), "conflicts": rules.conflicts.to_json(), "mode": round.mode})[:16]
    try:
        if round.mode == "plan":
            plan = propose(instance, seconds=PLAN_SECONDS)
            return {
                "mode": "plan", "input_hash": instance.input_hash(), "rule_version": version, "salt": f"{round.code}|{number}",
                "plan": plan.to_json(),
            }  # fmt: skip
        return chances_of(instance, cap=round.cap, rule_version=version, salt=f"{round.code}|{number}").to_json()
    except Short as short:
        raise Refused(
            *(_short(each.why, each.relaxation.text if each.relaxation else _ASK_MORE) for each in short.shortages)
        ) from None


_ASK_MORE = Text("再邀请一些专家", "ask more experts")


def _short(why: Text, mend: Text) -> Problem:
    return wrong.SHORT.at(why=why, mend=mend)


def _tell_sealing(round: Round, *, at: datetime) -> None:
    tell(
        holders(Role.AUDITOR, authority=round.call.authority), kind="draw-committed", link=f"/rounds/{round.code}/draw/", at=at,
        subject=Text(f"请监督抽取：{round.name_zh}", f"Please supervise the draw: {round.name_en}"),
        body=Text("抽取已提交，请封存您的随机短语。", "The draw is committed: please seal a random phrase of yours."),
    )  # fmt: skip


# -- sealing and opening ---------------------------------------------------------------------------------


@whole()
def seal(code: str, phrase: str = "", *, by: User, at: datetime, hashed: str = "") -> Draw:
    """Seal a phrase that one keeps to oneself: only its hash is kept. Whoever trusts no server gives the hash alone (`hashed`).

    Raises `NotSeen`, `Refused`.
    """
    round, row, party = _party(code, by)
    if row.openings:
        raise Refused(wrong.SEALING_OVER.at())
    if any(each.get("by") == by.username for each in row.sealed):
        raise Refused(wrong.SEALED_ALREADY.at(party=PARTY_NAMES[party]))
    is_hash = len(hashed.strip()) == 64 and set(hashed.strip().lower()) <= set("0123456789abcdef")
    if not is_hash and len(phrase.strip()) < NONCE_LEAST:
        raise Refused(wrong.TOO_SHORT_NONCE.at(least=NONCE_LEAST))
    said = hashed.strip().lower() if is_hash else sealed(phrase.strip())
    beacons = [each for each in row.sealed if each["party"] == BEACON]
    others = [each for each in row.sealed if each["party"] != BEACON]
    row.sealed = [*others, {"party": party, "by": by.username, "hash": said, "at": _stamp(at)}, *beacons]
    row.save()
    _record("seal-draw", round, by=by, at=at, rows=(row,), draw=row.number, party=party, hash=said)
    return row


@whole()
def open_seal(code: str, phrase: str, *, by: User, at: datetime) -> Draw:
    """Open what one sealed, by saying it again. Raises `NotSeen`, `Refused`."""
    round, row, _ = _party(code, by)
    _refuse_opening(row)
    place = next((number for number, each in enumerate(row.sealed) if each.get("by") == by.username), None)
    if place is None:
        raise Refused(wrong.NOT_SEALED.at())
    if sealed(phrase.strip()) != row.sealed[place]["hash"]:
        raise Refused(wrong.WRONG_NONCE.at())
    return _opened(round, row, place, phrase.strip(), by=by, at=at)


@whole()
def open_beacon(code: str, said: str, *, by: User, at: datetime) -> Draw:
    """Enter the public number that was named beforehand, once it is out. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    row = _committed(round)
    _refuse_opening(row)
    place = next((number for number, each in enumerate(row.sealed) if each["party"] == BEACON), None)
    if place is None or not said.strip():
        raise Refused(wrong.NOT_SEALED.at())
    return _opened(round, row, place, said.strip()[:400], by=by, at=at)


def _party(code: str, by: User) -> tuple[Round, Draw, str]:
    """The round with the draw that waits, and as whom a person takes part in it: officer in charge, or supervision."""
    round = round_for(by, code, to=SEE, lock=True)
    is_auditor = any(post.role == Role.AUDITOR and post.authority_id == round.call.authority_id for post in posts_of(by))
    if not is_auditor and not runs(by, round):
        raise NotSeen
    return round, _committed(round), SUPERVISION if is_auditor else OFFICER


def _committed(round: Round) -> Draw:
    row = current_draw(round)
    if row is None or row.drawn_at or round.status != RoundStatus.DRAWING:
        raise Refused(wrong.NOTHING_COMMITTED.at())
    return row


def _refuse_opening(row: Draw) -> None:
    have = sum(each["party"] != BEACON for each in row.sealed)
    if have < PARTIES:
        raise Refused(wrong.TOO_FEW_SEALED.at(have=have))


def _opened(round: Round, row: Draw, place: int, said: str, *, by: User, at: datetime) -> Draw:
    others = [each for each in row.openings if each["place"] != place]
    if len(others) != len(row.openings):
        raise Refused(wrong.SEALED_ALREADY.at(party=PARTY_NAMES[row.sealed[place]["party"]]))
    row.openings = sorted([*others, {"place": place, "said": said, "at": _stamp(at)}], key=lambda each: each["place"])
    row.save()
    _record("open-draw", round, by=by, at=at, rows=(row,), draw=row.number, party=row.sealed[place]["party"])
    return row


def _stamp(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat()


# -- drawing -------------------------------------------------------------------------------------------


def draw(code: str, *, by: User, at: datetime) -> Draw:
    """Draw the panels from what was opened, seat them, and begin the scoring. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN)
    waiting = _committed(round)
    _refuse_draw(round, waiting, at=at)
    instance = Instance.from_json(waiting.instance)
    seed, result = _result(waiting, instance)
    panels = {case: [Place(**place) for place in row] for case, row in result["panels"].items()}
    if found := violations(instance, panels):
        raise Refused(*(wrong.VIOLATIONS.at(what=each.text) for each in found))
    with whole():
        locked = round_for(by, code, to=RUN, lock=True)
        row = _committed(locked)
        _refuse_draw(locked, row, at=at)
        if (row.id, row.openings) != (waiting.id, waiting.openings):
            raise Refused(wrong.INPUTS_CHANGED.at())
        row.seed, row.result, row.result_hash = seed, result, str(result["result_hash"])
        row.drawn_at, row.drawn_by = at, by
        row.save()
        seats = _seat(locked, row, panels, at=at)
        locked.status = RoundStatus.SCORING
        locked.save()
        _tell_seated(seats, locked, at=at)
        _record("draw-panels", locked, by=by, at=at, rows=(locked, row, *seats), draw=row.number, result=row.result_hash)
    return row


def _refuse_draw(round: Round, row: Draw, *, at: datetime) -> None:
    problems = left_review(round)
    if round.score_by is None or round.score_by <= at:
        problems.append(wrong.NO_SCORE_DAY.at())
    if row.mode == "lottery":
        _refuse_opening(row)
        opened = {each["place"] for each in row.openings}
        left = [PARTY_NAMES[each["party"]] for number, each in enumerate(row.sealed) if number not in opened]
        if left:
            who = Text("、".join(each.zh for each in left), ", ".join(each.en for each in left))
            problems.append(wrong.NOT_ALL_OPEN.at(who=who))
    if problems:
        raise Refused(*problems)


def _result(row: Draw, instance: Instance) -> tuple[str, Json]:
    """The seed and the outcome: of the lottery, or of the plan that was committed to."""
    if row.mode == "lottery":
        seed = seed_of(row.commit_hash, [each["said"] for each in row.openings])
        return seed, drawn_from(instance, Commitment.from_json(row.commitment), seed).to_json()
    result: Json = {
        "mode": "plan", "commit_hash": row.commit_hash, "panels": row.commitment["plan"]["panels"],
        "alternates": _next_best(instance, row.commitment["plan"]["panels"]),
    }  # fmt: skip
    return "", {**result, "result_hash": content_hash(result)}


def _next_best(instance: Instance, panels: Json) -> Json:
    """Without a lottery those come next who fit best."""
    rows: dict[str, dict[str, list[tuple[int, str]]]] = {
        case: {seat: [] for seat in instance.rules.seats()} for case in instance.cases
    }
    seated = {(case, place["expert"]) for case, panel in panels.items() for place in panel}
    for case, expert, seat, match in instance.candidates():
        if (case, expert.id) not in seated:
            rows[case][seat].append((-match, expert.id))
    return {case: {seat: [id for _, id in sorted(row)] for seat, row in seats.items()} for case, seats in rows.items()}


def _seat(round: Round, row: Draw, panels: Mapping[str, Sequence[Place]], *, at: datetime) -> list[Seat]:
    codes = row.private["experts"]
    experts = {expert.code: expert for expert in Expert.objects.filter(code__in=codes.values()).select_related("user")}
    made = []
    for place in round.cases.order_by("number"):
        panel = sorted(panels[case_id(place.number)], key=lambda each: _shuffled(row, place.number, each.expert))
        made += [
            Seat.objects.create(
                round_case=place, expert=experts[codes[each.expert]], draw=row, kind=each.kind, label=label(number), made_at=at
            )
            for number, each in enumerate(panel)
        ]  # fmt: skip
    return made


def _shuffled(row: Draw, number: int, expert: str) -> str:
    """Labels follow from the seed, so that A is not the one who fits best."""
    return sha256(f"{row.seed or row.commit_hash}|label|{number}|{expert}".encode()).hexdigest()


def _tell_seated(seats: Sequence[Seat], round: Round, *, at: datetime) -> None:
    until = f"{round.score_by.astimezone(BEIJING):%Y-%m-%d %H:%M}" if round.score_by else ""
    tell(
        [seat.expert.user for seat in seats if seat.expert.user], kind="seat-given", link="/reviewing/", at=at,
        subject=Text("您有项目待评审", "Projects wait for your review"),
        body=Text(
            f"请逐项接受或说明不能评审的原因，{until} 前完成评分。", f"Please accept each or say why not, and finish by {until}."
        ),
    )  # fmt: skip


# -- drawing again ---------------------------------------------------------------------------------------


@whole()
def void(code: str, reason: str, *, by: User, at: datetime) -> Draw:
    """Void the draw: its seats are given up, experts may be asked again, a new one must be committed. All stays on record.

    Raises `NotSeen`, `Refused`.
    """
    round = round_for(by, code, to=RUN, lock=True)
    row = current_draw(round)
    if row is None or round.status not in (RoundStatus.DRAWING, RoundStatus.SCORING):
        raise Refused(wrong.NOTHING_COMMITTED.at())
    if not reason.strip():
        raise Refused(wrong.REDRAW_REASON.at())
    if Scoring.objects.filter(seat__draw=row, handed_in_at__isnull=False).exists():
        raise Refused(wrong.WORK_BEGUN.at())
    row.void_at, row.void_reason = at, reason.strip()[:400]
    row.save()
    seats = list(row.seats.filter(status__in=SITTING).select_related("expert__user"))
    for seat in seats:
        seat.status, seat.reason, seat.answered_at = SeatStatus.REPLACED, row.void_reason, at
        seat.save()
    round.status = RoundStatus.ASKING
    round.save()
    _tell_voided(seats, at=at)
    _record("void-draw", round, by=by, at=at, rows=(round, row, *seats), draw=row.number, reason=row.void_reason)
    return row


def _tell_voided(seats: Sequence[Seat], *, at: datetime) -> None:
    tell(
        [seat.expert.user for seat in seats if seat.expert.user], kind="seat-gone", link="/reviewing/", at=at,
        subject=Text("评审席位已收回", "Your seats were taken back"),
        body=Text("专家组将重新抽取，之前的席位不再有效。", "The panels are drawn again; your seats no longer hold."),
    )  # fmt: skip


@whole()
def relax(code: str, rule: str, value: int, reason: str, *, by: User, at: datetime) -> Round:
    """Let a panel rule or the cap give way before the draw is committed, with a reason. Raises `NotSeen`, `Refused`."""
    round = round_for(by, code, to=RUN, lock=True)
    need(round, RoundStatus.ASKING)
    if not reason.strip():
        raise Refused(wrong.REASON_MISSING.at())
    panel = rules_of(round).panel
    before = round.cap if rule == "cap" else getattr(panel, rule, None)
    if rule == "cap" and 1 <= value <= 1000:
        round.cap = value
    elif rule in GIVES_WAY and rule != "cap":
        changed = replace(panel, **{rule: value})
        if problems := changed.problems():
            raise Refused(*problems)
        round.panel = panel_json(changed)
    else:
        raise Refused(wrong.NO_SUCH_RULE.at())
    round.save()
    told = {"rule": rule, "from": before, "to": value, "reason": reason.strip()[:400]}
    _record("relax-rule", round, by=by, at=at, rows=(round,), **told)
    return round


def _record(action: str, round: Round, *, by: User | None, at: datetime, rows: Iterable[Model], **told: object) -> None:
    record(action, actor=by, at=at, payload={"round": round.code, "call": round.call.code, **told}, rows=rows)
