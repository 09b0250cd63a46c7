"""What ties the experts of a bank to the cases of a round: declared, on record, and found in earlier applications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain as joined

from zhinan.assignment.control import Groups, Holding, groups_of
from zhinan.assignment.ties import CaseTies, ExpertTies, Kind, Person, Tenure, Tie, Unit
from zhinan.server.models import (
    SITTING,
    Application,
    Expert,
    Organisation,
    Post,
    Role,
    RoundStatus,
    Seat,
    Shareholding,
)
from zhinan.server.models import Tenure as TenureRow
from zhinan.server.models import Tie as TieRow
from zhinan.server.queries.case_ties import body_as_unit, case_ties, person_of, unit_named
from zhinan.server.queries.joint_work import joint_work

#: Who holds one of these posts at an authority is one of its officials.
OFFICIALS = (Role.OFFICER, Role.AUDITOR, Role.FINANCE, Role.LEADERSHIP)
_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class AllTies:
    """What `assignment.conflicts` asks for: experts by their code in the bank, cases by the id they go by."""

    experts: Mapping[str, ExpertTies]
    cases: Mapping[str, CaseTies]


def all_ties(
    experts: Collection[Expert], cases: Collection[Application], *, on: date, but_round: str = "",
    called: Callable[[Application], str] = lambda case: case.code,
) -> AllTies:  # fmt: skip
    """Everything that may bar one of these experts from one of these cases; a fixed number of queries.

    `called` gives the id a case goes by (its code). `on` is the day whose posts count. Seats in the round of the code `but_round`
    do not make an expert one who “acted before”.
    """
    standing = case_ties(cases, called)
    known = _known(experts, on=on)
    found: dict[int, list[Tie]] = defaultdict(list)
    ids = {row: case.id for row, case in standing.items()}
    for row, tie in joined(_acted(experts, ids, but_round), joint_work(experts, known, standing.values())):
        found[row].append(tie)
    return AllTies(
        {each.code: replace(known[each.id], ties=(*known[each.id].ties, *found[each.id])) for each in experts},
        {case.id: case for case in standing.values()},
    )


def ties_of(expert: Expert, *, on: date) -> ExpertTies:
    """One expert's ties apart from any case: what was declared, tenures, posts, funded projects."""
    return all_ties((expert,), (), on=on).experts[expert.code]


def ties_of_case(case: Application) -> CaseTies:
    """Everyone and every unit that stands in a case."""
    return case_ties((case,), lambda each: each.code)[case.id]


def groups(threshold: int) -> Groups:
    """The units under one control, from the shareholdings on record; `threshold` is `ConflictRules.group_threshold`."""
    rows = list(Shareholding.objects.values_list("owner", "owned", "per_mille"))
    codes = {code for owner, owned, _ in rows for code in (owner, owned)}
    names: dict[str, str] = dict(Organisation.objects.filter(uscc__in=codes).values_list("uscc", "name"))
    return groups_of(
        [Holding(Unit(names.get(owner, ""), owner), Unit(names.get(owned, ""), owned), share) for owner, owned, share in rows],
        threshold,
    )


def _known(experts: Collection[Expert], *, on: date) -> dict[int, ExpertTies]:
    """What is known of each expert by themselves, by their row; three queries."""
    tenures: dict[int, list[Tenure]] = defaultdict(list)
    for row in TenureRow.objects.filter(expert__in=experts):
        unit = unit_named(row.unit_name, row.unit)
        tenures[row.expert_id].append(Tenure(unit=unit, since=row.since, until=row.until, source="bank"))
    ties: dict[int, list[Tie]] = defaultdict(list)
    for each in TieRow.objects.filter(expert__in=experts, withdrawn_at=None):
        ties[each.expert_id].append(_tie(each))
    posts = _posts_of(experts, on=on)
    return {
        each.id: ExpertTies(
            id=each.code, person=person_of(each), unit=unit_named(each.unit_name, each.unit), ties=tuple(ties[each.id]),
            past=(*tenures[each.id], *posts[each.id].tenures), official_of=frozenset(posts[each.id].authorities),
        )
        for each in experts
    }  # fmt: skip


def _tie(row: TieRow) -> Tie:
    """A unit beside a person tells namesakes apart; on its own it is whom the tie is to."""
    unit = unit_named(row.unit_name, row.unit)
    person, alone = (Person(row.person, "", unit), Unit()) if row.person else (Person(), unit)
    return Tie(
        kind=_KINDS.get(row.kind, Kind.DECLARED), person=person, unit=alone, since=row.since, until=row.until, source=row.source,
        note=row.note,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Posts:
    """Posts on the platform: where somebody works by them, and the authorities whose official they are."""

    tenures: list[Tenure]
    authorities: set[str]


def _posts_of(experts: Collection[Expert], *, on: date) -> Mapping[int, _Posts]:
    """By the expert's row: a post at a unit or an authority is a tenure there, whatever the bank says."""
    whose = {each.user_id: each.id for each in experts if each.user_id}
    held: dict[int, _Posts] = defaultdict(lambda: _Posts([], set()))
    rows = Post.objects.filter(user__in=whose).exclude(role__in=(Role.EXPERT, Role.KEEPER))
    for post in rows.select_related("authority__organisation", "organisation"):
        mine, until = held[whose[post.user_id]], max(post.until, post.since) if post.until else None
        if post.organisation:
            unit = Unit(post.organisation.name, post.organisation.uscc)
            mine.tenures.append(Tenure(unit=unit, since=post.since, until=until, source="post"))
        elif post.authority:
            mine.tenures.append(Tenure(unit=body_as_unit(post.authority), since=post.since, until=until, source="post"))
            if post.role in OFFICIALS and post.since <= on and (post.until is None or post.until >= on):
                mine.authorities.add(post.authority.code)
    return held


def _acted(experts: Collection[Expert], ids: Mapping[int, str], but_round: str) -> Iterator[tuple[int, Tie]]:
    """Seats that experts took on these cases in other rounds."""
    seats = Seat.objects.filter(expert__in=experts, round_case__case__in=ids, status__in=SITTING)
    seats = seats.exclude(round_case__round__code=but_round).exclude(round_case__round__status=RoundStatus.CANCELLED)
    for seat in seats.select_related("round_case__round"):
        place = seat.round_case
        yield seat.expert_id, Tie(kind=Kind.ACTED, case=ids[place.case_id], source=place.round.code)
