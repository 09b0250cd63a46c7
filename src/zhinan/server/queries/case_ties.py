"""Who stands in a case: its units and its people by role, as they are on record and as the answers name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain as joined

from django.db.models import Prefetch

from zhinan.assignment.ties import APPLICANT, LEADER, MEMBER, PARTNER, TECHNICAL_SUPPORT, CaseTies, Person, Unit
from zhinan.language.tree import Value
from zhinan.policy.assess import LINE_FACT
from zhinan.policy.form_answers import read_answer
from zhinan.server.models import Answer, Application, Authority, Expert
from zhinan.server.queries.applications import form_for
from zhinan.values.problem import BadInput

#: The answers that name people and units.
NAMING = (
    LINE_FACT, "leader.name", "leader.employer", "enterprise.name", "enterprise.uscc", "project.partners", "project.members",
)  # fmt: skip
_SUPPORT = "technology_support_unit"


def case_ties(cases: Collection[Application], called: Callable[[Application], str]) -> dict[int, CaseTies]:
    """Who stands in each case, by the case's row; `called` gives the id it goes by. Four queries."""
    rows = _loaded(cases)
    standing = {row.id: _case(row, called(row), said) for row, said in with_answers(rows)}
    banked: dict[int, list[Person]] = defaultdict(list)
    for expert in Expert.objects.filter(user__in={row.leader_id for row in rows}):
        banked[expert.user_id or 0].append(person_of(expert))
    return {row.id: _with_leaders(standing[row.id], banked[row.leader_id]) for row in rows}


def person_of(expert: Expert) -> Person:
    """An expert as the bank knows them: by name, by the hash of their number where it has one, by their unit."""
    return Person(expert.name, expert.identity, unit_named(expert.unit_name, expert.unit))


def unit_named(name: str, code: str = "") -> Unit:
    """A unit as someone wrote it."""
    return Unit(name.strip(), code.strip())


def body_as_unit(authority: Authority) -> Unit:
    """An authority as a unit where people work."""
    unit = getattr(authority, "organisation", None)
    return Unit(authority.name_zh, unit.uscc if unit else "")


def _loaded(cases: Collection[Application]) -> list[Application]:
    bodies = Prefetch("reached", Authority.objects.select_related("organisation"))
    rows = Application.objects.filter(id__in=[case.id for case in cases]).prefetch_related(bodies)
    return list(rows.select_related("call__authority", "organisation", "leader"))


def with_answers(rows: Collection[Application]) -> Iterator[tuple[Application, Mapping[str, Value]]]:
    """Each case with what its answers say about people and units."""
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    for id, key, text in Answer.objects.filter(application__in=rows, key__in=NAMING).values_list("application", "key", "text"):
        texts[id][key] = text
    for row in rows:
        yield row, said_in(row, texts[row.id])


def said_in(case: Application, texts: Mapping[str, str]) -> dict[str, Value]:
    """The answers of a case that name people and units, as values; what cannot be read says nothing."""
    form = form_for(case.call, case.scheme, texts.get(LINE_FACT, ""))
    said: dict[str, Value] = {}
    for field in form.fields:
        if field.key in NAMING and field.key in texts:
            try:
                said[field.key] = read_answer(field, texts[field.key])
            except BadInput:
                continue
    return said


def _case(row: Application, id: str, said: Mapping[str, Value]) -> CaseTies:
    applicant = Unit(row.organisation.name, row.organisation.uscc)
    people = people_in(row, said)
    units: dict[str, list[Unit]] = {APPLICANT: [applicant], PARTNER: [], TECHNICAL_SUPPORT: []}
    for partner in _records(said, "project.partners"):
        role = TECHNICAL_SUPPORT if partner.get("role") == _SUPPORT else PARTNER
        units[role].append(unit_named(_word(partner, "name"), _word(partner, "code")))
    units[PARTNER].append(unit_named(_word(said, "enterprise.name"), _word(said, "enterprise.uscc")))
    # Whoever sends someone into the team takes part as well.
    units[PARTNER] += [person.unit for person in joined(*people.values()) if not person.unit.code]
    return CaseTies(
        id=id, units={role: _each_once(found) for role, found in units.items()},
        people={role: tuple(dict.fromkeys(found)) for role, found in people.items()}, recommender=_recommender(row),
        authority=row.call.authority.code,
    )  # fmt: skip


def people_in(case: Application, said: Mapping[str, Value]) -> dict[str, list[Person]]:
    """The people of a case by role. The leader stands there by account and by what was written: the two may differ."""
    applicant = Unit(case.organisation.name, case.organisation.uscc)
    leaders = [Person(case.leader.name, "", applicant)]
    if written := _word(said, "leader.name"):
        employer = _word(said, "leader.employer")
        leaders.append(Person(written, "", applicant if employer in ("", applicant.name) else unit_named(employer)))
    members = [
        Person(name, "", applicant if employer == applicant.name else unit_named(employer))
        for row in _records(said, "project.members") if (name := _word(row, "name")) for employer in (_word(row, "employer"),)
    ]  # fmt: skip
    return {LEADER: leaders, MEMBER: members}


def _with_leaders(case: CaseTies, banked: Sequence[Person]) -> CaseTies:
    """A leader who is in a bank stands in the case as the bank knows them too."""
    return replace(case, people={**case.people, LEADER: (*case.people[LEADER], *banked)})


def _recommender(case: Application) -> Unit:
    """The body of the chain that recommended the case: of those it has come to, the one nearest to the unit."""
    unit = case.organisation
    nearest = (unit.body_id, unit.sector_id, unit.park_id)
    came_to = [body for body in case.reached.all() if body.id != case.call.authority_id]
    came_to.sort(
        key=lambda body: (nearest.index(body.id) if body.id in nearest else len(nearest), body.region[4:] == "00", body.code)
    )
    return body_as_unit(came_to[0]) if came_to else Unit()


def _records(said: Mapping[str, Value], key: str) -> Iterator[Mapping[str, Value]]:
    rows = said.get(key)
    for row in rows if isinstance(rows, tuple) else ():
        if isinstance(row, Mapping):
            yield row


def _word(row: Mapping[str, Value], key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def _each_once(units: Iterable[Unit]) -> tuple[Unit, ...]:
    return tuple(dict.fromkeys(unit for unit in units if unit.found_by()))
