"""Access to the review: rounds, seats, the bank, objections. The other half of `access.py`, by the same law.

A round is run by the officers of the call's authority (of its section, where it has one), read by its auditors; leadership sees
its ranking once that is fixed. A seat is its expert's alone. Who reviews a case is known to no one on the applicant's side, to no
other expert, and to no body of the chain.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from zhinan.server.clock import today
from zhinan.server.models import (
    SITTING,
    Authority,
    Expert,
    ExpertStatus,
    Invitee,
    Notice,
    Objection,
    Post,
    Role,
    Round,
    RoundStatus,
    Seat,
    User,
)
from zhinan.server.queries.people import posts_of
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

#: What a person asks a round for: `see` it as those in charge and the auditors do, `run` it, read its fixed `ranking`.
SEE, RUN, RANKING = "see", "run", "ranking"
_NOT_IN_CHARGE = Mistake(
    "not-in-charge", Text("您可以查看这一轮评审，但不能办理", "you may see this round of review but not run it"),
    Text("由主管部门的经办人员办理", "it is run by the officers of the authority in charge"),
)  # fmt: skip
_OWN_ROUND = Mistake(
    "own-round", Text("本人或本单位的申报在这一轮评审中，须回避", "you or your unit apply in this round: you stand aside"),
    Text("请其他经办人员办理", "another officer must run it"),
)  # fmt: skip
_FIXED = (RoundStatus.RANKED, RoundStatus.DECIDED)


def visible_rounds(user: User) -> QuerySet[Round]:
    """The rounds a person runs or audits."""
    rounds = Round.objects.select_related("call__authority", "section", "made_by")
    wanted = Q(pk__in=())
    for post in posts_of(user):
        if post.authority_id and post.role == Role.AUDITOR:
            wanted |= Q(call__authority=post.authority_id)
        elif post.authority_id and post.role == Role.OFFICER:
            wanted |= _of_officer(post)
    return rounds.filter(wanted)


def _of_officer(post: Post) -> Q:
    ours = Q(call__authority=post.authority_id)
    return ours & (Q(section=None) | Q(section=post.section_id)) if post.section_id else ours


def round_for(user: User, code: str, *, to: str = SEE, lock: bool = False) -> Round:
    """A round, for a person who means `to` do something with it. Raises `NotSeen`, or `Refused` with the reason.

    Whoever applies in a round, or belongs to a unit that does, neither runs nor audits it.
    """
    rounds = visible_rounds(user)
    if to == RANKING:
        led = [post.authority_id for post in posts_of(user) if post.role == Role.LEADERSHIP and post.authority_id]
        rounds = rounds | Round.objects.filter(call__authority__in=led, status__in=_FIXED)
    found = Round.objects.filter(code=code, id__in=rounds.values("id"))
    found = found.select_for_update(of=("self",)) if lock else found
    row = found.select_related("call__authority", "section", "made_by").first()
    if row is None:
        raise NotSeen
    if _applies_in(user, row):
        raise Refused(_OWN_ROUND.at()) if to == RUN else NotSeen
    if to == RUN and not runs(user, row):
        raise Refused(_NOT_IN_CHARGE.at())
    return row


def runs(user: User, round: Round) -> bool:
    """Whether a person is an officer in charge of the round."""
    held = [post for post in posts_of(user) if post.role == Role.OFFICER and post.authority_id == round.call.authority_id]
    return any(post.section_id is None or round.section_id in (None, post.section_id) for post in held)


def _applies_in(user: User, round: Round) -> bool:
    units = [post.organisation_id for post in posts_of(user) if post.organisation_id]
    return round.cases.filter(Q(case__leader=user) | Q(case__organisation__in=units)).exists()


# -- experts in their own right ----------------------------------------------------------------------
def expert_of(user: User) -> Expert:
    """The person's own place in the bank. Raises `NotSeen`."""
    found = Expert.objects.select_related("bank").filter(user=user).exclude(status=ExpertStatus.REMOVED).first()
    if found is None:
        raise NotSeen
    return found


def invitee_for(user: User, round_code: str, *, lock: bool = False) -> Invitee:
    """The asking of this person to a round that was not cancelled. Raises `NotSeen`."""
    rows = Invitee.objects.filter(round__code=round_code, expert__user=user).exclude(round__status=RoundStatus.CANCELLED)
    row = (rows.select_for_update(of=("self",)) if lock else rows).select_related("round__call__authority", "expert").first()
    if row is None:
        raise NotSeen
    return row


def seats_of(user: User) -> QuerySet[Seat]:
    """The seats a person sits in now; those given up are no longer theirs to see."""
    rows = Seat.objects.filter(expert__user=user, status__in=SITTING).exclude(round_case__round__status=RoundStatus.CANCELLED)
    return rows.select_related("round_case__round__call__authority", "round_case__case__call", "expert")


def seat_for(user: User, seat: int, *, lock: bool = False) -> Seat:
    """A seat, for the expert who sits in it. Raises `NotSeen` for anyone else's, and for one that was given up."""
    rows = seats_of(user).filter(id=seat) if 0 < seat < 2**63 else seats_of(user).none()
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise NotSeen
    return row


# -- the bank ----------------------------------------------------------------------------------------
def banks_of(user: User) -> QuerySet[Authority]:
    """The authorities whose bank a person keeps: where they are an officer without a section, or of any section."""
    kept = [post.authority_id for post in posts_of(user) if post.role == Role.OFFICER and post.authority_id]
    return Authority.objects.filter(id__in=kept)


def experts_for(user: User) -> QuerySet[Expert]:
    """The experts in the banks a person keeps or audits."""
    audited = [post.authority_id for post in posts_of(user) if post.role == Role.AUDITOR and post.authority_id]
    return Expert.objects.filter(Q(bank__in=banks_of(user)) | Q(bank__in=audited)).select_related("bank", "user")


def expert_for(user: User, code: str, *, to: str = SEE, lock: bool = False) -> Expert:
    """An expert of a bank the person keeps (to `run`) or may read. Raises `NotSeen`, `Refused`."""
    rows = experts_for(user).filter(code=code)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise NotSeen
    if to == RUN and not banks_of(user).filter(id=row.bank_id).exists():
        raise Refused(_NOT_IN_CHARGE.at())
    return row


def bank_for(round: Round) -> QuerySet[Expert]:
    """The experts a round may draw from: the active ones of its authority's bank and of the banks above it, who are not away."""
    banks: list[int] = []
    place: Authority | None = round.call.authority
    while place is not None:
        banks.append(place.id)
        place = place.parent
    here = Q(away_from=None) | Q(away_from__gt=today()) | Q(away_until__lt=today())
    return Expert.objects.filter(here, bank__in=banks, status=ExpertStatus.ACTIVE)


# -- notices and objections --------------------------------------------------------------------------
def published_notices() -> QuerySet[Notice]:
    """Every notice that was published; they stay to be read."""
    return Notice.objects.select_related("call__authority", "round").order_by("-opens_at", "-id")


def objections_for(user: User) -> QuerySet[Objection]:
    """The objections of rounds a person runs or audits; the objector's name is for nobody else."""
    rounds = visible_rounds(user).values("id")
    return Objection.objects.filter(line__notice__round__in=rounds).select_related("line__notice__round__call", "line__case")


def objection_for(user: User, receipt: str, *, to: str = SEE, lock: bool = False) -> Objection:
    """One objection. Raises `NotSeen`, `Refused`."""
    rows = objections_for(user).filter(receipt=receipt)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise NotSeen
    round_for(user, row.line.notice.round.code, to=to)
    return row
