"""Conflicts of interest as hard rules: which expert never reviews which case, why, and from which record that follows.

What is said here names people and units; it is for officers and auditors, never for applicants or other experts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from zhinan.assignment.conflict_rules import RULES, ConflictRules
from zhinan.assignment.control import Groups, roots_of
from zhinan.assignment.ties import (
    APPLICANT,
    KINDS,
    ROLES,
    CaseTies,
    ExpertTies,
    Kind,
    Match,
    Person,
    Tenure,
    Tie,
    Unit,
    plain_code,
    same_person,
    same_unit,
)
from zhinan.values.dates import shift_months
from zhinan.values.problem import BadInput, Mistake, Problem
from zhinan.values.text import Text, same

_Who = TypeVar("_Who", Person, Unit)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One reason why an expert never reviews a case: the rule's id, the reason, the record it follows from.

    `is_suspected`: it rests on a name alone, and bars because it could not be ruled out.
    """

    rule: str
    reason: Text
    evidence: Text
    is_suspected: bool = False


@dataclass(frozen=True, slots=True)
class Entrants:
    """Who applies in a round: its people and applicants by what they are found by, each with its case. See `entrants_of`."""

    people: Mapping[str, frozenset[tuple[Person, str]]] = field(default_factory=dict)
    units: Mapping[str, frozenset[tuple[Unit, str]]] = field(default_factory=dict)


#: Where the round is not looked at, its two rules (`applies-in-round`, `competing-unit`) find nothing.
NO_ENTRANTS = Entrants()


def entrants_of(cases: Iterable[CaseTies]) -> Entrants:
    """Who applies in the round these cases make up: everyone of their teams, and the applying units."""
    people: dict[str, set[tuple[Person, str]]] = defaultdict(set)
    units: dict[str, set[tuple[Unit, str]]] = defaultdict(set)
    for case in cases:
        for _, person in _everyone(case.people):
            for key in person.found_by():
                people[key].add((person, case.id))
        for unit in case.units.get(APPLICANT, ()):
            for key in unit.found_by():
                units[key].add((unit, case.id))
    return Entrants(
        {key: frozenset(found) for key, found in people.items()},
        {key: frozenset(found) for key, found in units.items()},
    )


def conflicts(
    expert: ExpertTies,
    case: CaseTies,
    rules: ConflictRules,
    groups: Groups,
    on: date,
    entrants: Entrants = NO_ENTRANTS,
) -> tuple[Conflict, ...]:
    """Every reason why `expert` never reviews `case`, in the order of `RULES`; empty when there is none.

    `on` is the day look-backs count from; both its anniversary and a tie whose end is unknown still count. `groups`
    come from `groups_of`, `entrants` from `entrants_of`. Records in another order give the same answer.

    Raises `BadInput` when the applicant named more experts to be avoided than the rules allow.
    """
    if problems := list(_too_many_avoided(case, rules)):
        raise BadInput(problems)
    return _in_order({*_of_pair(_Pair(expert, case, rules, groups, on)), *_of_round(expert, rules, on, entrants)})


def round_conflicts(expert: ExpertTies, rules: ConflictRules, on: date, entrants: Entrants) -> tuple[Conflict, ...]:
    """Why `expert` reviews nothing in the whole round: they apply in it, or their unit does. Usually empty.

    They are among the `conflicts` of every pair as well; an expert for whom there are any may be left out beforehand.
    """
    return _in_order(_of_round(expert, rules, on, entrants))


def barred_pairs(
    experts: Iterable[ExpertTies],
    cases: Iterable[CaseTies],
    rules: ConflictRules,
    groups: Groups,
    on: date,
    others: Iterable[CaseTies] = (),
) -> dict[tuple[str, str], tuple[Conflict, ...]]:
    """The conflicts of every pair that has any, by (case id, expert id), in the order given.

    `others` are further applications of the same call, in no round of their own: their applicants compete too. The
    answer is that of `conflicts` for each pair, with `entrants_of` all cases; only pairs that share a unit, a person,
    a group or an authority are looked at, so the work grows with what is barred.

    Raises `BadInput` with every case that names too many experts to be avoided.
    """
    cases = tuple(cases)
    if problems := [problem for case in cases for problem in _too_many_avoided(case, rules)]:
        raise BadInput(problems)
    entrants, index = entrants_of((*cases, *others)), _index(cases, groups)
    barred = {}
    for expert in experts:
        everywhere = round_conflicts(expert, rules, on, entrants)
        near = _near(expert, index, groups)
        for place in range(len(cases)) if everywhere else sorted(near):
            found = everywhere
            if place in near:
                found = _in_order({*_of_pair(_Pair(expert, cases[place], rules, groups, on)), *everywhere})
            if found:
                barred[cases[place].id, expert.id] = found
    return barred


# ─── one pair ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Pair:
    """What is looked at together: one expert, one case, the rules, the groups, the day."""

    expert: ExpertTies
    case: CaseTies
    rules: ConflictRules
    groups: Groups
    on: date

    def is_recent(self, rule: str, until: date | None) -> bool:
        """Whether what ended on `until` lies within the rule's look-back; an unknown end does."""
        years = self.rules.looks_back(rule)
        return until is None or years is None or until >= shift_months(self.on, -12 * years)


def _of_pair(pair: _Pair) -> Iterator[Conflict]:
    """The conflicts of the pair itself, in no order, perhaps told twice."""
    for judge in (_own_application, _employment, _recommender, _ties, _avoided, _official):
        yield from (found for found in judge(pair) if pair.rules.holds(found.rule))


def _own_application(pair: _Pair) -> Iterator[Conflict]:
    for role, person in _everyone(pair.case.people):
        match = _best(person, pair.expert.selves())
        yield from _meeting("own-application", match, pair.rules, _SEEN_IN_TEAM.filled(person=person.called, role=_role(role)))


def _employment(pair: _Pair) -> Iterator[Conflict]:
    """Present posts, then former ones, against every unit of the case; a unit of the same group counts where that rule holds."""
    for post in pair.expert.posts():
        is_present = post.until is None or post.until >= pair.on
        if not is_present and not pair.is_recent("past-unit", post.until):
            continue
        for role, unit in _everyone(pair.case.units):
            if same_unit(post.unit, unit):
                yield _bar("same-unit" if is_present else "past-unit", _same_unit(post, unit, role))
            elif pair.rules.holds("same-group") and (roots := _shared_roots(post.unit, unit, pair.groups)):
                yield _bar("same-group" if is_present else "past-unit", _same_group(post, unit, role, roots))


def _recommender(pair: _Pair) -> Iterator[Conflict]:
    body = pair.case.recommender
    for post in pair.expert.posts():
        if (post.until is None or post.until >= pair.on) and same_unit(post.unit, body):
            yield _bar("recommender", _same_unit(post, body, "recommender"))


def _ties(pair: _Pair) -> Iterator[Conflict]:
    for tie in pair.expert.ties:
        rule = RULE_OF[tie.kind]
        if not pair.is_recent(rule, tie.until):
            continue
        for role, person in _everyone(pair.case.people):
            yield from _meeting(rule, same_person(tie.person, person), pair.rules, _tied(tie, person.called, role))
        for role, unit in _tied_units(pair.case, tie.kind):
            if same_unit(tie.unit, unit):
                yield _bar(rule, _tied(tie, same(str(unit)), role))
        if tie.case and tie.case == pair.case.id:
            yield _bar(rule, _tied(tie, same(tie.case), "case"))


def _tied_units(case: CaseTies, kind: Kind) -> Iterator[tuple[str, Unit]]:
    """The units a tie of this kind may be to: an expert may declare the recommending body too."""
    yield from _everyone(case.units)
    if kind is Kind.DECLARED:
        yield "recommender", case.recommender


def _avoided(pair: _Pair) -> Iterator[Conflict]:
    for person in pair.case.avoided:
        match = _best(person, pair.expert.selves())
        yield from _meeting("avoided", match, pair.rules, _NAMED_BY_APPLICANT.filled(person=person.called))


def _official(pair: _Pair) -> Iterator[Conflict]:
    if pair.case.authority and pair.case.authority in pair.expert.official_of:
        yield _bar("official", _IS_OFFICIAL.filled(authority=pair.case.authority))


def _too_many_avoided(case: CaseTies, rules: ConflictRules) -> Iterator[Problem]:
    if rules.holds("avoided") and len(case.avoided) > rules.named_most:
        yield _TOO_MANY_AVOIDED.at(case=case.id, have=len(case.avoided), most=rules.named_most)


#: The rule each kind of tie falls under.
RULE_OF: Mapping[Kind, str] = {
    Kind.JOINT_PROJECT: "recent-work",
    Kind.JOINT_PAPER: "recent-work",
    Kind.JOINT_PATENT: "recent-work",
    Kind.JOINT_EMPLOYMENT: "recent-work",
    Kind.KIN: "kin",
    Kind.SUPERVISOR: "supervision",
    Kind.STUDENT: "supervision",
    Kind.CONSULTING: "interest",
    Kind.FINANCIAL: "interest",
    Kind.DISPUTE: "dispute",
    Kind.DECLARED: "declared",
    Kind.ACTED: "acted-before",
}


# ─── the round ──────────────────────────────────────────────────────────────────────────────────


def _of_round(expert: ExpertTies, rules: ConflictRules, on: date, entrants: Entrants) -> Iterator[Conflict]:
    applied: dict[Match, set[str]] = defaultdict(set)
    for person, case in _found(expert.person, entrants.people):
        applied[_best(person, expert.selves())].add(case)
    for match, cases in applied.items():
        yield from _meeting("applies-in-round", match, rules, _APPLIES.filled(who=expert.person.name, cases=_some(cases)))
    for post in expert.posts() if rules.holds("competing-unit") else ():
        if post.until is None or post.until >= on:
            competing = {case for unit, case in _found(post.unit, entrants.units) if same_unit(unit, post.unit)}
            if competing:
                yield _bar("competing-unit", _APPLIES.filled(who=post.unit, cases=_some(competing)))


def _found(one: Person | Unit, entrants: Mapping[str, frozenset[tuple[_Who, str]]]) -> set[tuple[_Who, str]]:
    """The entrants that `one` may be, each with its case."""
    return {entrant for key in one.found_by() for entrant in entrants.get(key, ())}


# ─── many pairs ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Index:
    """Where in the list of cases something stands: units, group roots, people, ids, authorities."""

    units: Mapping[str, set[int]]
    roots: Mapping[str, set[int]]
    people: Mapping[str, set[int]]
    ids: Mapping[str, set[int]]
    authorities: Mapping[str, set[int]]


def _index(cases: Sequence[CaseTies], groups: Groups) -> _Index:
    index = _Index(*(defaultdict(set) for _ in range(5)))
    for place, case in enumerate(cases):
        units = [unit for _, unit in _everyone(case.units)]
        people = [person for _, person in _everyone(case.people)]
        for keys, among in (
            ((key for unit in (*units, case.recommender) for key in unit.found_by()), index.units),
            ((root for unit in units for root in roots_of(unit, groups)), index.roots),
            ((key for person in (*people, *case.avoided) for key in person.found_by()), index.people),
            ((case.id,), index.ids),
            ((case.authority,), index.authorities),
        ):
            for key in keys:
                among[key].add(place)
    return index


def _near(expert: ExpertTies, index: _Index, groups: Groups) -> set[int]:
    """Where the cases stand that `expert` may have anything to do with: every conflict is among them."""
    posts = [post.unit for post in expert.posts()]
    looked_up = (
        (index.units, (key for unit in (*posts, *(tie.unit for tie in expert.ties)) for key in unit.found_by())),
        (index.roots, (root for unit in posts for root in roots_of(unit, groups))),
        (index.people, (key for one in (expert.person, *(tie.person for tie in expert.ties)) for key in one.found_by())),
        (index.ids, (tie.case for tie in expert.ties if tie.case)),
        (index.authorities, filter(None, expert.official_of)),
    )
    return {place for among, keys in looked_up for key in keys for place in among.get(key, ())}


# ─── telling ────────────────────────────────────────────────────────────────────────────────────


def _everyone(by_role: Mapping[str, tuple[_Who, ...]]) -> Iterator[tuple[str, _Who]]:
    return ((role, one) for role, several in by_role.items() for one in several)


def _best(person: Person, selves: Iterable[Person]) -> Match:
    """How surely `person` is the expert, as any of the units they are known by tells."""
    found = {same_person(person, each) for each in selves}
    return next((match for match in (Match.SAME, Match.SUSPECTED) if match in found), Match.OTHER)


def _shared_roots(one: Unit, other: Unit, groups: Groups) -> list[str]:
    return sorted(roots_of(one, groups) & roots_of(other, groups))


def _meeting(rule: str, match: Match, rules: ConflictRules, evidence: Text) -> Iterator[Conflict]:
    """The conflict that follows when two records mean one person, or may where suspicion bars."""
    if match is Match.SAME:
        yield _bar(rule, evidence)
    elif match is Match.SUSPECTED and rules.suspect_bars:
        yield Conflict(rule, _SUSPECTED.filled(reason=RULES[rule].reason), evidence, is_suspected=True)


def _bar(rule: str, evidence: Text) -> Conflict:
    return Conflict(rule, RULES[rule].reason, evidence)


def _in_order(found: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """Each conflict once, by rule, the certain before the suspected, then by evidence."""
    return tuple(sorted(set(found), key=lambda each: (_PLACE[each.rule], each.is_suspected, each.evidence.zh)))


_PLACE = {rule: place for place, rule in enumerate(RULES)}


def _same_unit(post: Tenure, unit: Unit, role: str) -> Text:
    by = _BY_CODE if plain_code(post.unit.code) and plain_code(unit.code) else _BY_NAME
    return _SAME_UNIT.filled(post=_post(post), role=_role(role), unit=unit, by=by, source=_source(post.source or "bank"))


def _same_group(post: Tenure, unit: Unit, role: str, roots: list[str]) -> Text:
    return _SAME_GROUP.filled(
        post=_post(post),
        role=_role(role),
        unit=unit,
        roots=Text("、".join(roots), ", ".join(roots)),
        source=_source(post.source or "bank"),
    )


def _tied(tie: Tie, whom: Text, role: str) -> Text:
    words = {"kind": KINDS[tie.kind], "whom": whom, "role": _role(role), "days": _days(tie.since, tie.until)}
    told = _TIED.filled(**words, source=_source(tie.source))
    return _NOTED.filled(told=told, note=tie.note) if tie.note else told


def _post(post: Tenure) -> Text:
    return _POST.filled(unit=post.unit, days=_days(post.since, post.until)) if post.since or post.until else same(str(post.unit))


def _days(since: date | None, until: date | None) -> Text:
    """The time a record covers, as precisely as it is known."""
    if since and since == until:
        return same(str(since))
    if since and until:
        return Text(f"{since} 至 {until}", f"{since} to {until}")
    if since:
        return Text(f"{since} 起，未登记结束", f"since {since}, no end on record")
    return Text(f"至 {until}", f"until {until}") if until else Text("日期未登记", "no dates on record")


def _role(role: str) -> Text:
    return _OTHER_ROLES.get(role) or ROLES.get(role) or same(role)


def _source(source: str) -> Text:
    return SOURCES.get(source) or (same(source) if source else _NO_SOURCE)


def _some(cases: Iterable[str]) -> Text:
    """The first few case numbers, and how many there are."""
    shown = sorted(cases)
    first = "、".join(shown[:_SHOWN]), ", ".join(shown[:_SHOWN])
    return (
        Text(*first)
        if len(shown) <= _SHOWN
        else Text(f"{first[0]} 等 {len(shown)} 项", f"{first[1]} and {len(shown) - _SHOWN} more")
    )


_SHOWN = 3
_OTHER_ROLES = {"recommender": Text("推荐单位", "the recommending body"), "case": Text("本项目", "this project")}
#: What the usual sources of a record are called; another one is shown as it is written.
SOURCES: Mapping[str, Text] = {
    "bank": Text("专家库登记", "the expert bank"),
    "declared": Text("专家本人申报", "declared by the expert"),
    "officer": Text("管理人员登记", "entered by an officer"),
    "import": Text("批量导入", "imported"),
    "record": Text("平台记录", "the platform's record"),
}
_NO_SOURCE = Text("来源未登记", "no source on record")
_BY_CODE, _BY_NAME = Text("统一社会信用代码", "credit code"), Text("单位名称", "name")

_SUSPECTED = Text(
    "{reason}（疑似：仅姓名一致，不能排除，按回避处理）",
    "{reason} (suspected: the name alone agrees; it cannot be ruled out, so it bars)",
)
_SEEN_IN_TEAM = Text("申报书中的{role}：{person}", "in the application, {role}: {person}")
_NAMED_BY_APPLICANT = Text("申报书提出回避：{person}", "the application asks to avoid {person}")
_IS_OFFICIAL = Text("专家登记为主管部门人员：{authority}", "on record as an official of {authority}")
_APPLIES = Text("{who}在本轮的申报：{cases}", "applications of {who} in this round: {cases}")
_POST = Text("{unit}（{days}）", "{unit} ({days})")
_SAME_UNIT = Text(
    "专家任职：{post}；{role}：{unit}（{by}一致）；依据：{source}",
    "the expert's post: {post}; {role}: {unit} (same {by}); source: {source}",
)
_SAME_GROUP = Text(
    "专家任职：{post}；{role}：{unit}；共同的控制方：{roots}；依据：股权登记、{source}",
    "the expert's post: {post}; {role}: {unit}; controlled in common by {roots}; source: shareholdings, {source}",
)
_TIED = Text("{kind}：{whom}（{role}），{days}；依据：{source}", "{kind}: {whom} ({role}), {days}; source: {source}")
_NOTED = Text("{told}；说明：{note}", "{told}; note: {note}")

_TOO_MANY_AVOIDED = Mistake(
    "too-many-avoided",
    Text("项目 {case} 提出回避 {have} 人，最多 {most} 人", "case {case} asks to avoid {have} experts; {most} is the most"),
    Text("请申请人确定其中最多 {most} 人", "let the applicant choose at most {most} of them"),
)
