"""One subject against many schemes: verdict, reasons, gaps, missing facts and the grant, for each scheme.

    assessor = Assessor([load_pack("yinchuan-2026")])
    assessor.assess(subject.facts, on=date(2026, 3, 1))

An `Assessor` compiles its packs once; assessing is then a matter of a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from zhinan.language import tree
from zhinan.language.check import APPLICATION_DAY
from zhinan.language.explain import Step, prepare, trace
from zhinan.language.tree import Typed, Value
from zhinan.policy.finding import UNKNOWN, UNMET, Facts, Find, Finding, finder
from zhinan.policy.model import Instalment, Pack, Payment, Route, Scheme
from zhinan.policy.resolve import NO_LINE, Resolved, ResolvedScheme, resolve_packs
from zhinan.values.quantity import round_to_fen

#: The fact by which a subject says which line of a scheme it applies under.
LINE_FACT = "application.line"
PARAMETER = "parameter."


class Verdict(Enum):
    """May the subject apply."""

    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"
    INELIGIBLE = "ineligible"


_BEST_FIRST = {Verdict.ELIGIBLE: 0, Verdict.UNDETERMINED: 1, Verdict.INELIGIBLE: 2}


class Grant(NamedTuple):
    """The amount in fen, the formula that gave it, the facts it used; or the facts it still needs."""

    amount: int | None
    formula: Typed
    because: tuple[str, ...]
    missing: tuple[str, ...]


class Due(NamedTuple):
    """An instalment: when it is paid, and how much, in fen."""

    at: str
    amount: int


class Result(NamedTuple):
    """One scheme for one subject. `line` is the best line (or the one applied for); `lines` are all, with their verdicts.

    `facts` are those the verdict was reached with: the subject's, the day of application and the scores computed from them.
    """

    pack: Pack
    scheme: Scheme
    verdict: Verdict
    line: str
    lines: Mapping[str, Verdict]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    grant: Grant | None
    preferences: tuple[Finding, ...]
    documents: tuple[Finding, ...]
    instalments: tuple[Due, ...]
    sections: tuple[str, ...]
    facts: Mapping[str, Value]


class Assessor:
    """Packs compiled for assessment, in the chosen readings and with parameters set."""

    def __init__(
        self, packs: Iterable[Pack], *, readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, Value] | None = None, schemes: Iterable[str] = (),
    ) -> None:  # fmt: skip
        resolved = resolve_packs(
            list(packs), readings=readings, parameters=parameters, schemes=schemes, inline_indexes=False
        )  # fmt: skip
        self.schemes = [_SchemeReady(each) for each in resolved]
        scores = {key: score for each in resolved for key, score in each.indexes.items()}
        self.indexes = {key: prepare(score) for key, score in scores.items()}

    def assess(self, facts: Mapping[str, Value], *, on: date) -> tuple[Result, ...]:
        """The results for a subject applying on a day, best first: eligible, then undetermined, then ineligible."""
        known = {**facts, APPLICATION_DAY.key: on}
        behind = self.score(known)
        decided = [scheme.decide(known, behind) for scheme in self.schemes]
        useful = _usefulness(lines[0] for lines in decided)
        results = [scheme.result(known, each, useful, behind) for scheme, each in zip(self.schemes, decided, strict=True)]
        return tuple(sorted(results, key=lambda result: _BEST_FIRST[result.verdict]))

    def score(self, known: dict[str, Value]) -> Behind:
        """Add the indexes to the known facts; return the facts behind those that cannot be computed yet."""
        behind: dict[str, tuple[str, ...]] = {}
        for key, step in self.indexes.items():
            known[key], _, behind[key] = trace(step, known)
        return behind


#: The missing facts behind each index that is not known.
Behind = Mapping[str, tuple[str, ...]]


class _Decided(NamedTuple):
    """What is known of a line once its conditions have been looked at; `waiting` are the facts each open one waits for."""

    line: str
    verdict: Verdict
    findings: list[Finding]
    waiting: list[tuple[str, ...]]


class _SchemeReady:
    """One scheme with everything compiled."""

    def __init__(self, resolved: ResolvedScheme) -> None:
        self.resolved = resolved
        self.conditions = [finder(each) for each in resolved.conditions]
        self.of_line = {line: _belonging(resolved.conditions, line) for line in resolved.lines}
        self.preferences = {line: _picked(resolved.preferences, line) for line in resolved.lines}
        self.documents = {line: _picked(resolved.documents, line) for line in resolved.lines}
        self.payments = {line: _payments(resolved, line) for line in resolved.lines}
        self.routes = {line: _routes(resolved, line) for line in resolved.lines}
        self.amounts = {line: prepare(amount) for line, amount in resolved.amounts.items() if amount is not None}
        self.names = {name: line.id for line in resolved.scheme.branches for name in (line.id, line.name.zh, line.name.en)}

    def decide(self, facts: Facts, behind: Behind) -> list[_Decided]:
        """The verdict of each line in question, the best first: every condition is looked at once."""
        findings = [find(facts) for find in self.conditions]
        lines = self.chosen(facts)
        if lines == (NO_LINE,):
            return [_decide(NO_LINE, findings, behind)]
        decided = [_decide(line, [findings[number] for number in self.of_line[line]], behind) for line in lines]
        return sorted(decided, key=lambda each: _BEST_FIRST[each.verdict])

    def result(self, facts: Facts, decided: list[_Decided], useful: Mapping[str, float], behind: Behind) -> Result:
        """The whole answer for the best line."""
        best = decided[0]
        line, verdict = best.line, best.verdict
        barred = verdict is Verdict.INELIGIBLE
        grant = None if barred else self.grant(line, facts)
        order = {each.line: each.verdict for each in decided}
        return Result(
            self.resolved.pack, self.resolved.scheme, verdict, line,
            {each: order[each] for each in self.resolved.lines if each in order} if line != NO_LINE else {},
            tuple(best.findings), missing=() if barred else _missing(best, grant, useful, behind), grant=grant,
            preferences=tuple([find(facts) for find in self.preferences[line]]),
            documents=tuple([find(facts) for find in self.documents[line]]),
            instalments=self.instalments(line, facts, grant), sections=self.sections(line, facts), facts=facts,
        )  # fmt: skip

    def chosen(self, facts: Mapping[str, Value]) -> tuple[str, ...]:
        """The lines to decide: the one the subject names, or all."""
        named = facts.get(LINE_FACT)
        wanted = self.names.get(str(named).removeprefix(f"{self.resolved.scheme.id}/")) if named else None
        return (wanted,) if wanted else self.resolved.lines

    def grant(self, line: str, facts: Mapping[str, Value]) -> Grant | None:
        step = self.amounts.get(line)
        if step is None:
            return None
        value, because, missing = trace(step, facts)
        amount = round_to_fen(value) if isinstance(value, int | Fraction) else None
        return Grant(amount, _formula(step, facts), because, missing)

    def instalments(self, line: str, facts: Mapping[str, Value], grant: Grant | None) -> tuple[Due, ...]:
        if grant is None or grant.amount is None:
            return ()
        for instalments, applies in self.payments[line]:
            if applies is None or applies.value(facts) is True:
                return _dues(instalments, grant.amount)
        return ()

    def sections(self, line: str, facts: Mapping[str, Value]) -> tuple[str, ...]:
        """The sections that take the application: where it is certain, that one; otherwise all it may be."""
        open_routes = self.routes[line]
        return tuple(
            dict.fromkeys([name for name, applies in open_routes if applies is None or applies.value(facts) is not False])
        )


def _payments(resolved: ResolvedScheme, line: str) -> list[tuple[tuple[Instalment, ...], Step | None]]:
    """The instalments of a line, each with where they apply."""
    return [
        (each.item.instalments, prepare(each.applies) if each.applies is not None else None)
        for each in resolved.payments
        if isinstance(each.item, Payment) and each.item.instalments and each.holds_for(line)
    ]


def _routes(resolved: ResolvedScheme, line: str) -> list[tuple[str, Step | None]]:
    """The sections of a line, each with where it is the one."""
    return [
        (each.item.section, prepare(each.applies) if each.applies is not None else None)
        for each in resolved.routes
        if isinstance(each.item, Route) and each.holds_for(line)
    ]


def _belonging(items: Iterable[Resolved], line: str) -> list[int]:
    return [number for number, each in enumerate(items) if each.holds_for(line)]


def _picked(items: Iterable[Resolved], line: str) -> list[Find]:
    return [finder(each) for each in items if each.holds_for(line)]


def _decide(line: str, findings: list[Finding], behind: Behind) -> _Decided:
    """The verdict of a line, and the facts that each of the conditions that keep it open waits for."""
    verdict, waiting = Verdict.ELIGIBLE, []
    if behind:
        findings = [each._replace(missing=_facts_behind(each.missing, behind)) if each.missing else each for each in findings]
    for ready, outcome, _, missing, _ in findings:
        if outcome is UNKNOWN and ready.bars:
            waiting.append(missing)
        elif outcome is UNMET and ready.bars:
            verdict = Verdict.INELIGIBLE
    if waiting and verdict is Verdict.ELIGIBLE:
        verdict = Verdict.UNDETERMINED
    return _Decided(line, verdict, findings, waiting)


def _facts_behind(keys: tuple[str, ...], behind: Behind) -> tuple[str, ...]:
    return tuple(fact for key in keys for fact in behind.get(key, (key,)))


def _usefulness(decided: Iterable[_Decided]) -> dict[str, float]:
    """How much each missing fact may settle: a condition that waits for it alone counts 1, for it and another 1/2 …

    A parameter counts less than any fact, since only the authority can set it.
    """
    weights: dict[str, float] = {}
    for each in decided:
        weight_of = _ONE if each.verdict is Verdict.UNDETERMINED else _NONE
        for keys in each.waiting:
            for key in keys:
                weights[key] = weights.get(key, 0 if not key.startswith(PARAMETER) else -_LAST) + weight_of / len(keys)
    return weights


_ONE, _NONE, _LAST = 1.0, 0.0, 1_000_000


def _missing(decided: _Decided, grant: Grant | None, useful: Mapping[str, float], behind: Behind) -> tuple[str, ...]:
    """The facts that would settle a scheme: those of the verdict first, the most useful of them first; then the grant's."""
    ordered = dict.fromkeys(key for keys in decided.waiting for key in keys)
    if len(ordered) > 1:
        ordered = dict.fromkeys(sorted(ordered, key=useful.__getitem__, reverse=True))
    if grant and grant.missing:
        ordered |= dict.fromkeys(_facts_behind(grant.missing, behind))
    return tuple(ordered)


def _formula(step: Step, facts: Mapping[str, Value]) -> Typed:
    """The formula that applies, of a choice of formulas; the whole choice where that is not known."""
    while isinstance(step.node, tree.If):
        holds = step.parts[0].value(facts)
        if holds is None:
            break
        step = step.parts[1] if holds else step.parts[2]
    return step.node


def _dues(instalments: tuple[Instalment, ...], amount: int) -> tuple[Due, ...]:
    """The instalments of `amount`: shares cut to the fen, the rest in the last one, so that they add up."""
    shares = [int(amount * each.share) if each.share is not None else 0 for each in instalments]
    rest = amount - sum(shares)
    open_parts = [number for number, each in enumerate(instalments) if each.share is None]
    shares[open_parts[-1] if open_parts else -1] += rest
    return tuple(Due(each.at, share) for each, share in zip(instalments, shares, strict=True))
