"""Conflicts of interest as hard rules: which expert never reviews which case, why, and from which record that follows.

What is said here names people and units; it is for officers and auditors, never for applicants or other experts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
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
#: By key: who is found by it, in which role, in which case.
_Standing = Mapping[str, Sequence[tuple[_Who, str, str]]]


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
    """Who applies in a round: its people and its applying units, each with role and case. Made by `entrants_of`."""

    people: _Standing[Person] = field(default_factory=dict)
    units: _Standing[Unit] = field(default_factory=dict)


#: Where the round is not looked at, its two rules (`applies-in-round`, `competing-unit`) find nothing.
NO_ENTRANTS = Entrants()


def entrants_of(cases: Iterable[CaseTies]) -> Entrants:
    """Who applies in the round these cases make up: everyone of their teams, and the applying units."""
    cases = tuple(cases)
    applicants = ((unit, APPLICANT, case.id) for case in cases for unit in case.units.get(APPLICANT, ()))
    return Entrants(_by_key(_people(cases)), _by_key(applicants))


def conflicts(
    expert: ExpertTies,
    case: CaseTies,
    rules: ConflictRules,
    groups: Groups,
    on: date,
    entrants: Entrants = NO_ENTRANTS,
) -> tuple[Conflict, ...]:
    """Every reason why `expert` never reviews `case`, in the order of `RULES`; empty when there is none.

    `on` is the day look-backs count from; its anniversary still counts, and so does what has no known end. `groups`
    come from `groups_of`, `entrants` from `entrants_of`. Records in another order give the same answer.

    Raises `BadInput` when the applicant named more experts to be avoided than the rules allow.
    """
    bench = _bench((case,), rules, groups, on)
    return _in_order((*(found for _, found in bench.judge(expert)), *_of_round(expert, rules, on, entrants)))


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
    """The conflicts of every pair that has any, by (case id, expert id): what `conflicts` says with `entrants_of` all cases.

    `others` are further applications of the same call that are not in the round: their applicants compete too.
    Units and people are looked up, not compared one by one: the work grows with what is barred.

    Raises `BadInput` with every case that names too many experts to be avoided.
    """
    cases = tuple(cases)
    bench, entrants = _bench(cases, rules, groups, on), entrants_of((*cases, *others))
    barred = {}
    for expert in experts:
        everywhere = round_conflicts(expert, rules, on, entrants)
        found: dict[str, set[Conflict]] = defaultdict(set)
        for case_id, conflict in bench.judge(expert):
            found[case_id].add(conflict)
        for case_id in (case.id for case in cases) if everywhere else sorted(found):
            here = found.get(case_id)
            barred[case_id, expert.id] = _in_order((*here, *everywhere)) if here else everywhere
    return barred


# ─── who stands where ───────────────────────────────────────────────────────────────────────────


def _by_key(standing: Iterable[tuple[_Who, str, str]]) -> _Standing[_Who]:
    """What is found by each key: who it is, their role, the case."""
    by_key: dict[str, list[tuple[_Who, str, str]]] = defaultdict(list)
    for who, role, case_id in standing:
        for key in who.found_by():
            by_key[key].append((who, role, case_id))
    return by_key


def _found(one: _Who, standing: _Standing[_Who]) -> Iterable[tuple[_Who, str, str]]:
    """Everything that may be `one`, each once."""
    return dict.fromkeys(entry for key in one.found_by() for entry in standing.get(key, ()))


def _people(cases: Iterable[CaseTies]) -> Iterator[tuple[Person, str, str]]:
    return ((one, role, case.id) for case in cases for role, people in case.people.items() for one in people)


def _units(cases: Iterable[CaseTies]) -> Iterator[tuple[Unit, str, str]]:
    return ((one, role, case.id) for case in cases for role, units in case.units.items() for one in units)


def _bench(cases: Sequence[CaseTies], rules: ConflictRules, groups: Groups, on: date) -> _Bench:
    """The cases made ready to be held against experts. Raises `BadInput` when one names too many to be avoided."""
    if rules.holds("avoided") and (problems := list(_too_many_avoided(cases, rules))):
        raise BadInput(problems)
    under: dict[str, list[tuple[Unit, str, str]]] = defaultdict(list)
    for unit, role, case_id in _units(cases):
        for root in roots_of(unit, groups):
            under[root].append((unit, role, case_id))
    calls: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        calls[case.authority].append(case.id)
    return _Bench(
        rules=rules,
        groups=groups,
        on=on,
        ids=frozenset(case.id for case in cases),
        calls=calls,
        units=_by_key(_units(cases)),
        under=under,
        recommenders=_by_key((case.recommender, "recommender", case.id) for case in cases),
        people=_by_key(_people(cases)),
        avoided=_by_key((person, "avoided", case.id) for case in cases for person in case.avoided),
    )


def _too_many_avoided(cases: Iterable[CaseTies], rules: ConflictRules) -> Iterator[Problem]:
    for case in cases:
        if len(case.avoided) > rules.named_most:
            yield _TOO_MANY_AVOIDED.at(case=case.id, have=len(case.avoided), most=rules.named_most)


# ─── the rules ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """Cases looked up by whatever may tie an expert to them, and the rules that judge what is found.

    `calls`: the cases of each authority; `under`: the units under each controlling root.
    """

    rules: ConflictRules
    groups: Groups
    on: date
    ids: frozenset[str]
    calls: Mapping[str, list[str]]
    units: _Standing[Unit]
    under: _Standing[Unit]
    recommenders: _Standing[Unit]
    people: _Standing[Person]
    avoided: _Standing[Person]

    def judge(self, expert: ExpertTies) -> Iterator[tuple[str, Conflict]]:
        """Each conflict with the case it bars the expert from, in no order, some told twice."""
        found = chain(self._in_person(expert), self._by_post(expert), self._by_tie(expert), self._by_office(expert))
        return ((case_id, conflict) for case_id, conflict in found if self.rules.holds(conflict.rule))

    def _in_person(self, expert: ExpertTies) -> Iterator[tuple[str, Conflict]]:
        for person, role, case_id in _found(expert.person, self.people):
            told = _SEEN_IN_TEAM.filled(person=person.called, role=_role(role))
            yield from self._meeting(case_id, "own-application", _best(person, expert), told)
        for person, _, case_id in _found(expert.person, self.avoided):
            told = _NAMED_BY_APPLICANT.filled(person=person.called)
            yield from self._meeting(case_id, "avoided", _best(person, expert), told)

    def _by_post(self, expert: ExpertTies) -> Iterator[tuple[str, Conflict]]:
        for post in expert.posts():
            is_present = _lasts(post, self.on)
            if not is_present and not self._is_recent("past-unit", post.until):
                continue
            for unit, role, case_id in _found(post.unit, self.units):
                if same_unit(post.unit, unit):
                    yield case_id, _bar("same-unit" if is_present else "past-unit", _same_unit(post, unit, role))
            yield from self._by_group(post, "same-group" if is_present else "past-unit")
            for body, role, case_id in _found(post.unit, self.recommenders) if is_present else ():
                if same_unit(post.unit, body):
                    yield case_id, _bar("recommender", _same_unit(post, body, role))

    def _by_group(self, post: Tenure, rule: str) -> Iterator[tuple[str, Conflict]]:
        """Other units under the same control, where they count as one."""
        roots = roots_of(post.unit, self.groups) if self.rules.holds("same-group") else frozenset()
        for unit, role, case_id in dict.fromkeys(entry for root in roots for entry in self.under.get(root, ())):
            if not same_unit(post.unit, unit):
                yield case_id, _bar(rule, _same_group(post, unit, role, roots & roots_of(unit, self.groups)))

    def _by_tie(self, expert: ExpertTies) -> Iterator[tuple[str, Conflict]]:
        for tie in expert.ties:
            rule = RULE_OF[tie.kind]
            if not self._is_recent(rule, tie.until):
                continue
            for person, role, case_id in _found(tie.person, self.people):
                match = same_person(tie.person, person)
                yield from self._meeting(case_id, rule, match, _tied(tie, person.called, role))
            # An expert may declare the recommending body too.
            for standing in (self.units, self.recommenders) if tie.kind is Kind.DECLARED else (self.units,):
                for unit, role, case_id in _found(tie.unit, standing):
                    if same_unit(tie.unit, unit):
                        yield case_id, _bar(rule, _tied(tie, same(str(unit)), role))
            if tie.case in self.ids:
                yield tie.case, _bar(rule, _tied(tie, same(tie.case), "case"))

    def _by_office(self, expert: ExpertTies) -> Iterator[tuple[str, Conflict]]:
        for authority in filter(None, expert.official_of):
            for case_id in self.calls.get(authority, ()):
                yield case_id, _bar("official", _IS_OFFICIAL.filled(authority=authority))

    def _is_recent(self, rule: str, until: date | None) -> bool:
        """Whether what ended on `until` lies within the rule's look-back; an unknown end does."""
        years = self.rules.looks_back(rule)
        return until is None or years is None or until >= shift_months(self.on, -12 * years)

    def _meeting(self, case_id: str, rule: str, match: Match, evidence: Text) -> Iterator[tuple[str, Conflict]]:
        return ((case_id, conflict) for conflict in _meeting(rule, match, self.rules, evidence))


def _of_round(expert: ExpertTies, rules: ConflictRules, on: date, entrants: Entrants) -> Iterator[Conflict]:
    applied: dict[Match, set[str]] = defaultdict(set)
    for person, _, case_id in _found(expert.person, entrants.people):
        applied[_best(person, expert)].add(case_id)
    for match, case_ids in applied.items():
        told = _APPLIES.filled(who=expert.person.name, cases=_some(case_ids))
        yield from _meeting("applies-in-round", match, rules, told)
    if rules.holds("competing-unit"):
        for unit in dict.fromkeys(post.unit for post in expert.posts() if _lasts(post, on)):
            if competing := {case_id for other, _, case_id in _found(unit, entrants.units) if same_unit(unit, other)}:
                yield _bar("competing-unit", _APPLIES.filled(who=unit, cases=_some(competing)))


def _lasts(post: Tenure, on: date) -> bool:
    return post.until is None or post.until >= on


def _best(person: Person, expert: ExpertTies) -> Match:
    """How surely `person` is the expert, as any of the units they are known by tells."""
    found = {same_person(person, each) for each in expert.selves()}
    return next((match for match in (Match.SAME, Match.SUSPECTED) if match in found), Match.OTHER)


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

    def place(conflict: Conflict) -> tuple[int, bool, str, str]:
        return _PLACE[conflict.rule], conflict.is_suspected, conflict.evidence.zh, conflict.evidence.en

    return tuple(sorted(set(found), key=place))


_PLACE = {rule: place for place, rule in enumerate(RULES)}
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


# ─── telling ────────────────────────────────────────────────────────────────────────────────────


def _same_unit(post: Tenure, unit: Unit, role: str) -> Text:
    by = _BY_CODE if plain_code(post.unit.code) and plain_code(unit.code) else _BY_NAME
    return _SAME_UNIT.filled(post=_post(post), role=_role(role), unit=unit, by=by, source=_source(post.source or "bank"))


def _same_group(post: Tenure, unit: Unit, role: str, roots: frozenset[str]) -> Text:
    return _SAME_GROUP.filled(
        post=_post(post),
        role=_role(role),
        unit=unit,
        roots=Text("、".join(sorted(roots)), ", ".join(sorted(roots))),
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
    "post": Text("平台岗位", "a post on the platform"),
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
