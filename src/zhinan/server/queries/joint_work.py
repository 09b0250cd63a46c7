"""Joint work that is on record, though nobody declared it: earlier applications and funded projects of experts with others."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain as joined

from zhinan.assignment.ties import CaseTies, ExpertTies, Kind, Match, Person, Tie, Unit, plain_name, same_person
from zhinan.server.clock import BEIJING
from zhinan.server.models import Answer, Application, Expert, FundedProject, User
from zhinan.server.queries.case_ties import people_in, with_answers

_TEAM = ("leader.name", "project.members")
_ENDS = "project.ends_on"


def joint_work(
    experts: Collection[Expert], known: Mapping[int, ExpertTies], cases: Iterable[CaseTies]
) -> Iterator[tuple[int, Tie]]:  # fmt: skip
    """The joint projects of experts (`known` by row) with people of these cases, each with the expert's row; six queries."""
    wanted = {plain_name(person.name) for case in cases for people in case.people.values() for person in people}
    crew = _Crew(experts, known)
    for filed in _filed_together(crew, wanted):
        for row in crew.among(filed):
            me = plain_name(known[row].person.name)
            for person in filed.people:
                if (name := plain_name(person.name)) in wanted and name != me:
                    yield (
                        row,
                        Tie(kind=Kind.JOINT_PROJECT, person=person, since=filed.since, until=filed.until, source=filed.code),
                    )
    yield from _funded(experts)


@dataclass(frozen=True, slots=True)
class _Filed:
    """An application that was handed in: who led it by account, everyone in it, and how long the work lasts."""

    code: str
    leader: int
    people: tuple[Person, ...]
    since: date
    until: date | None


class _Crew:
    """The experts by what applications know people by: account, and name with unit."""

    def __init__(self, experts: Collection[Expert], known: Mapping[int, ExpertTies]) -> None:
        self.by_user = {each.user_id: each.id for each in experts if each.user_id}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self._known = known
        for each in experts:
            self.by_name[plain_name(each.name)].append(each.id)

    def among(self, filed: _Filed) -> list[int]:
        """The rows of the experts who led the application or were in its team; a name alone is not enough."""
        found = {self.by_user[filed.leader]} if filed.leader in self.by_user else set()
        for person in filed.people:
            for row in self.by_name.get(plain_name(person.name), ()):
                if any(same_person(me, person) is Match.SAME for me in self._known[row].selves()):
                    found.add(row)
        return sorted(found)


def _filed_together(crew: _Crew, wanted: Collection[str]) -> Iterator[_Filed]:
    """The applications with an expert and somebody else who is wanted. Only those that seem so are read whole."""
    leaders: dict[int, int] = {}
    names: dict[int, set[str]] = defaultdict(set)
    handed_in = Application.objects.filter(submitted_at__isnull=False)
    for id, leader, name in handed_in.order_by("id").values_list("id", "leader", "leader__name"):
        leaders[id] = leader
        names[id].add(plain_name(name))
    answers = Answer.objects.filter(application__submitted_at__isnull=False, key__in=_TEAM)
    for id, text in answers.order_by("id").values_list("application", "text").iterator(chunk_size=2000):
        names[id].update(map(plain_name, _words(text)))
    near = [
        id for id, leader in leaders.items()
        if (leader in crew.by_user or not names[id].isdisjoint(crew.by_name)) and not names[id].isdisjoint(wanted)
    ]  # fmt: skip
    yield from _read(near)


def _words(text: str) -> Iterator[str]:
    """What is written in an answer: the text itself, or every cell of its list."""
    yield text
    if text.startswith("["):
        try:
            rows = json.loads(text)
        except (ValueError, RecursionError):
            return
        for row in rows if isinstance(rows, list) else ():
            yield from (cell for cell in row.values() if isinstance(cell, str)) if isinstance(row, dict) else ()


def _read(ids: Collection[int]) -> Iterator[_Filed]:
    rows = list(Application.objects.filter(id__in=ids).select_related("call", "organisation", "leader", "award").order_by("id"))
    ends = dict(Answer.objects.filter(application__in=rows, key=_ENDS).values_list("application", "text"))
    for row, said in with_answers(rows):
        assert row.submitted_at is not None  # only those handed in are read
        since = row.submitted_at.astimezone(BEIJING).date()
        until = _last_day(ends.get(row.id, ""), since) if hasattr(row, "award") else since
        people = tuple(dict.fromkeys(joined(*people_in(row, said).values())))
        yield _Filed(row.code, row.leader_id, people, since, until)


def _last_day(text: str, since: date) -> date | None:
    """The last day of a project that was awarded; none that is known where it cannot be read."""
    try:
        return max(date.fromisoformat(text.strip()), since)
    except ValueError:
        return None


def _funded(experts: Collection[Expert]) -> Iterator[tuple[int, Tie]]:
    """Funded projects that experts led: a tie to the unit and to the joint enterprise."""
    by_user = {each.user_id: each.id for each in experts if each.user_id}
    whose = {name: by_user[id] for id, name in User.objects.filter(id__in=by_user).values_list("id", "username")}
    for project in FundedProject.objects.filter(leader__in=whose):
        until = max(project.concluded_on, project.established_on) if project.concluded_on else None
        for code in filter(None, (project.unit, project.enterprise)):
            yield (
                whose[project.leader],
                Tie(
                    kind=Kind.JOINT_PROJECT, unit=Unit("", code), since=project.established_on, until=until, source=project.title
                ),
            )
