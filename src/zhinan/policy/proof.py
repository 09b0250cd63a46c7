"""The proof of a pack: every clause accounted for, every rule carried, every worked case true, every condition tried."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from zhinan.policy import mistakes
from zhinan.policy.assess import Assessor, Result
from zhinan.policy.finding import Finding
from zhinan.policy.load import Loaded
from zhinan.policy.model import Clause, Condition, Expectation, Pack, Scheme, WorkedCase
from zhinan.policy.reader import Reader
from zhinan.policy.workflow import dangling, shipped_workflow
from zhinan.values.problem import Problem
from zhinan.values.quantity import format_money
from zhinan.values.text import Text, same

#: The check classes of rules that data can decide.
MACHINE_CHECKABLE = ("M", "MD")


@dataclass(frozen=True, slots=True)
class Left:
    """A machine-checkable rule that nothing executes, and why."""

    rule: str
    why: Text


@dataclass(frozen=True, slots=True)
class Proof:
    """What was counted and what was found wrong. `conditions` counts by kind."""

    pack: Pack
    clauses: int
    carried: int
    informational: int
    conditions: Mapping[str, int]
    machine_checkable: int
    executable: int
    left: tuple[Left, ...]
    cases: int
    failed: int
    problems: tuple[Problem, ...]


def prove(loaded: Loaded) -> Proof:
    """Count what the pack carries, run its worked cases, and gather every problem."""
    pack, problems = loaded.pack, list(loaded.problems)
    outline = Reader(str(loaded.folder / "outline.yaml"), problems)
    cited = {path for item in pack.items() for path in item.clauses}
    carrying = {rule for item in pack.items() for rule in item.rules}
    executable = {rule for item in pack.items() if item.is_executable for rule in item.rules}
    carried = [clause for clause in pack.clauses if clause.path in cited or carrying & set(clause.rules)]
    _check_clauses(outline, pack.clauses, {clause.path for clause in carried}, carrying)
    checkable = {rule: clause for clause in pack.clauses for rule, check in clause.rules.items() if check in MACHINE_CHECKABLE}
    broken = {problem.file for problem in loaded.problems}  # a scheme that does not load proves nothing, and fails its cases
    sound = [scheme for scheme in pack.schemes if broken.isdisjoint(item.file for item in scheme.items())]
    failures = _failures(pack, {scheme.id for scheme in sound})
    problems += chain.from_iterable(failures.values())
    problems += dangling(pack, shipped_workflow().workflow)
    problems += _untried(pack, sound)
    return Proof(
        pack=pack, clauses=len(pack.clauses), carried=len(carried),
        informational=sum(1 for clause in pack.clauses if clause.informational is not None),
        conditions=_kinds(pack), machine_checkable=len(checkable), executable=len(executable & checkable.keys()),
        left=tuple(Left(rule, clause.left.get(rule, _NO_REASON)) for rule, clause in checkable.items() if rule not in executable),
        cases=len(pack.cases), failed=len(failures), problems=tuple(problems),
    )  # fmt: skip


_NO_REASON = Text("没有写明原因", "no reason is given")


def _kinds(pack: Pack) -> dict[str, int]:
    counted = Counter(item.kind.value for item in pack.items() if isinstance(item, Condition))
    return {kind: counted[kind] for kind in ("auto", "evidence", "register", "judgement", "soft")}


def _check_clauses(outline: Reader, clauses: Iterable[Clause], carried: set[str], carrying: set[str]) -> None:
    for clause in clauses:
        if clause.path in carried and clause.informational is not None:
            outline.note(mistakes.CLAUSE_BOTH, clause.line, clause=clause.path)
        if clause.path not in carried and clause.informational is None:
            outline.note(mistakes.CLAUSE_NOT_CARRIED, clause.line, clause=clause.path)
        for rule in clause.rules:
            if rule not in carrying and rule not in clause.left:
                outline.note(mistakes.RULE_NOT_CARRIED, clause.line, rule=rule)


def _failures(pack: Pack, sound: set[str]) -> dict[str, list[Problem]]:
    """The worked cases that fail, by id, with every expectation that does not come true."""
    failures: dict[str, list[Problem]] = defaultdict(list)
    assessors: dict[object, Assessor] = {}
    for case in pack.cases:
        chosen = (tuple(sorted(case.readings.items())), tuple(case.parameters.items()))
        if chosen not in assessors:
            assessors[chosen] = Assessor([pack], readings=case.readings, parameters=case.parameters)
        results = {result.scheme.id: result for result in assessors[chosen].assess(case.facts, on=case.on)}
        for name, expected in case.expect.items():
            if name in sound and (found := list(_differences(case, results[name], expected))):
                failures[case.id] += found
    return failures


def _differences(case: WorkedCase, result: Result, expected: Expectation) -> Iterable[Problem]:
    name = result.scheme.name
    if expected.verdict and expected.verdict != result.verdict.value:
        yield _failed(case, expected, name, same(expected.verdict), same(result.verdict.value))
    if expected.grant is not None:
        amount = result.grant.amount if result.grant else None
        if (amount if amount is not None else "none") != expected.grant:
            yield _failed(case, expected, name, _money(expected.grant), _money(amount))
    got = {
        "conditions": _outcomes(result.findings), "preferences": _outcomes(result.preferences),
        "documents": _outcomes(result.documents),
    }  # fmt: skip
    for section, outcomes in got.items():
        for id, outcome in getattr(expected, section).items():
            if outcomes.get(id) != outcome:
                what = Text(f"{name.zh} {id}", f"{name.en} {id}")
                yield _failed(case, expected, what, same(outcome), same(outcomes.get(id, "—")))


def _outcomes(findings: Iterable[Finding]) -> dict[str, str]:
    return {finding.item.id: finding.outcome.value for finding in findings}


def _money(amount: int | str | None) -> Text:
    if isinstance(amount, int):
        return Text(format_money(amount), format_money(amount, "en"))
    return Text("无金额", "no amount")


def _failed(case: WorkedCase, expected: Expectation, what: Text, wanted: Text, got: Text) -> Problem:
    found = mistakes.CASE_FAILED.at(case=case.id, what=what, expected=wanted, got=got)
    return found.placed(file=case.file, line=expected.line)


def _untried(pack: Pack, sound: Iterable[Scheme]) -> list[Problem]:
    """The conditions that no worked case asserts met (or left to a person), unmet and unknown."""
    tried: dict[int, set[str]] = defaultdict(set)  # by the identity of a condition: a rule set's counts once
    for name, expected in chain.from_iterable(case.expect.items() for case in pack.cases):
        scheme = pack.scheme(name)
        for condition in scheme.conditions if scheme else ():
            if outcome := expected.conditions.get(condition.id):
                tried[id(condition)].add(outcome)
    found: dict[tuple[int, str], Problem] = {}
    for scheme in sound:
        for condition in scheme.conditions:
            for outcome in _to_try(condition):
                if outcome not in tried[id(condition)]:
                    problem = mistakes.NO_CASE.at(scheme=scheme.name, id=condition.id, outcome=_OUTCOMES[outcome])
                    found[id(condition), outcome] = problem.placed(file=condition.file, line=condition.line)
    return list(found.values())


def _to_try(condition: Condition) -> tuple[str, ...]:
    if not condition.requires:
        return ()
    return ("judgement" if condition.judge else "met", "unmet", "unknown")


_OUTCOMES = {
    "met": Text("符合", "met"),
    "unmet": Text("不符合", "unmet"),
    "unknown": Text("未知", "unknown"),
    "judgement": Text("待人判断", "left to a person"),
}
