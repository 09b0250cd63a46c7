"""One subject against many schemes: verdict, reasons, gaps, missing facts and the grant, for each scheme.

    assessor = Assessor([load_pack("yinchuan-2026")])
    assessor.assess(subject.facts, on=date(2026, 3, 1))

An `Assessor` compiles its packs once; assessing is then a matter of a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from zhinan.language import tree
from zhinan.language.check import APPLICATION_DAY
from zhinan.language.explain import Gap, Step, because, missing, prepare, trace
from zhinan.language.tree import Typed, Value
from zhinan.policy.model import Condition, Document, Instalment, Pack, Payment, Preference, Route, Scheme
from zhinan.policy.resolve import NO_LINE, Resolved, ResolvedScheme, resolve_pack
from zhinan.values.quantity import round_to_fen

#: The fact by which a subject says which line of a scheme it applies under.
LINE_FACT = "application.line"
PARAMETER = "parameter."


class Verdict(Enum):
    """May the subject apply."""

    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"
    INELIGIBLE = "ineligible"


class Outcome(Enum):
    """How one condition came out. `JUDGEMENT`: only a person can say."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    JUDGEMENT = "judgement"

    __hash__ = object.__hash__  # members are single; Enum's own hash is a call into Python for every look-up


MET, UNMET, UNKNOWN, JUDGEMENT = Outcome
_BEST_FIRST = {Verdict.ELIGIBLE: 0, Verdict.UNDETERMINED: 1, Verdict.INELIGIBLE: 2}


class Ready(NamedTuple):
    """A condition, document or preference compiled for assessment."""

    resolved: Resolved
    applies: Step | None
    require: Step | None
    bars: bool
    #: How it comes out when it is met: met, or left to a person whom the machine has only helped.
    passed: Outcome
    #: How it comes out where it does not apply.
    otherwise: Outcome


class Finding(NamedTuple):
    """How one item came out for a subject, and why. `because` and `missing` are keys of facts."""

    ready: Ready
    outcome: Outcome
    because: tuple[str, ...]
    missing: tuple[str, ...] = ()
    gap: Gap | None = None

    @property
    def item(self) -> Condition | Document | Preference:
        """The condition, document or preference."""
        item = self.ready.resolved.item
        assert isinstance(item, Condition | Document | Preference)
        return item


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


@dataclass(frozen=True, slots=True)
class Result:
    """One scheme for one subject. `line` is the best line (or the one applied for); `lines` are all, with their verdicts."""

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


class Assessor:
    """Packs compiled for assessment, in the chosen readings and with parameters set."""

    def __init__(
        self, packs: Iterable[Pack], *, readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, Value] | None = None, schemes: Iterable[str] = (),
    ) -> None:  # fmt: skip
        wanted = set(schemes)
        self.schemes: list[_SchemeReady] = []
        self.indexes: dict[str, Step] = {}
        for pack in packs:
            for resolved in resolve_pack(pack, readings=readings, parameters=parameters, inline_indexes=False):
                if not wanted or resolved.scheme.id in wanted:
                    self.schemes.append(_SchemeReady(resolved))
                    self.indexes |= {key: prepare(score) for key, score in resolved.indexes.items() if key not in self.indexes}

    def assess(self, facts: Mapping[str, Value], *, on: date) -> tuple[Result, ...]:
        """The results for a subject applying on a day, best first: eligible, then undetermined, then ineligible."""
        known = {**facts, APPLICATION_DAY.key: on}
        behind = self.score(known)
        decided = [scheme.decide(known) for scheme in self.schemes]
        useful = _usefulness(decided, behind)
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
    """What is known of a scheme once its conditions have been looked at: the best line, all verdicts, its findings."""

    line: str
    verdicts: Mapping[str, Verdict]
    findings: list[Finding]


class _SchemeReady:
    """One scheme with everything compiled."""

    def __init__(self, resolved: ResolvedScheme) -> None:
        self.resolved = resolved
        self.conditions = [_ready(each) for each in resolved.conditions]
        self.of_line = {line: _belonging(self.conditions, line) for line in resolved.lines}
        self.preferences = {line: _picked(resolved.preferences, line) for line in resolved.lines}
        self.documents = {line: _picked(resolved.documents, line) for line in resolved.lines}
        self.applying = [
            (each, prepare(each.applies) if each.applies else None) for each in (*resolved.payments, *resolved.routes)
        ]
        self.amounts = {line: prepare(amount) for line, amount in resolved.amounts.items() if amount is not None}
        self.names = {name: line.id for line in resolved.scheme.branches for name in (line.id, line.name.zh, line.name.en)}

    def decide(self, facts: Mapping[str, Value]) -> _Decided:
        """The verdict: every condition looked at once, and the best line found."""
        findings = [_find(ready, facts) for ready in self.conditions]
        lines = {line: [findings[number] for number in self.of_line[line]] for line in self.chosen(facts)}
        verdicts = {line: _verdict(found) for line, found in lines.items()}
        best = min(verdicts, key=lambda line: _BEST_FIRST[verdicts[line]])
        return _Decided(best, verdicts, lines[best])

    def result(self, facts: Mapping[str, Value], decided: _Decided, useful: Mapping[str, float], behind: Behind) -> Result:
        """The whole answer for the best line."""
        line, verdicts, findings = decided
        verdict = verdicts[line]
        grant = self.grant(line, facts) if verdict is not Verdict.INELIGIBLE else None
        return Result(
            self.resolved.pack, self.resolved.scheme, verdict, line, verdicts if line != NO_LINE else {}, tuple(findings),
            missing=_missing(findings, grant, useful, behind) if verdict is not Verdict.INELIGIBLE else (), grant=grant,
            preferences=tuple([_find(ready, facts) for ready in self.preferences[line]]),
            documents=tuple([_find(ready, facts) for ready in self.documents[line]]),
            instalments=self.instalments(line, facts, grant), sections=self.sections(line, facts),
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
        value = step.value(facts)
        amount = round_to_fen(value) if isinstance(value, int | Fraction) else None
        return Grant(amount, _formula(step, facts), because(step, facts), missing(step, facts) if amount is None else ())

    def instalments(self, line: str, facts: Mapping[str, Value], grant: Grant | None) -> tuple[Due, ...]:
        if grant is None or grant.amount is None:
            return ()
        for resolved, applies in self.applying:
            item = resolved.item
            if not isinstance(item, Payment) or not item.instalments or not resolved.holds_for(line):
                continue
            if applies is None or applies.value(facts) is True:
                return _dues(item.instalments, grant.amount)
        return ()

    def sections(self, line: str, facts: Mapping[str, Value]) -> tuple[str, ...]:
        """The sections that take the application: where it is certain, that one; otherwise all it may be."""
        return tuple(
            dict.fromkeys(
                resolved.item.section
                for resolved, applies in self.applying
                if isinstance(resolved.item, Route) and resolved.holds_for(line)
                and (applies is None or applies.value(facts) is not False)
            )
        )  # fmt: skip


def _belonging(conditions: list[Ready], line: str) -> list[int]:
    return [number for number, ready in enumerate(conditions) if ready.resolved.holds_for(line)]


def _picked(items: Iterable[Resolved], line: str) -> list[Ready]:
    return [_ready(each) for each in items if each.holds_for(line)]


def _ready(resolved: Resolved) -> Ready:
    require = prepare(resolved.require) if resolved.require is not None else None
    applies = prepare(resolved.applies) if resolved.applies is not None else None
    item = resolved.item
    return Ready(
        resolved, applies, require,
        bars=isinstance(item, Condition) and item.bars,
        passed=JUDGEMENT if isinstance(item, Condition | Preference) and item.judge else MET,
        otherwise=JUDGEMENT if isinstance(item, Condition) and item.otherwise_judge else MET,
    )  # fmt: skip


def _find(ready: Ready, facts: Mapping[str, Value]) -> Finding:
    require, applies = ready.require, ready.applies
    if require is None:
        return Finding(ready, JUDGEMENT, ())
    if applies is not None:
        holds = applies.run(facts, _NO_RECORD)
        if holds is False:
            return Finding(ready, ready.otherwise, because(applies, facts))
        if holds is None:
            return _find_unsure(ready, applies, require, facts)
    value, keys, absent = require.follow(facts)
    if not require.is_leaf:
        keys, absent = _once(keys), _once(absent)
    if value is None:
        return Finding(ready, UNKNOWN, keys, absent)
    if value:
        return Finding(ready, ready.passed, keys)
    return Finding(ready, UNMET, keys, (), require.gauge(facts))


def _once(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys)) if len(keys) > 1 else keys


def _find_unsure(ready: Ready, applies: Step, require: Step, facts: Mapping[str, Value]) -> Finding:
    """A condition of which it is not known whether it applies: met if it is met anyway, otherwise unknown."""
    if require.run(facts, _NO_RECORD) is True:
        return Finding(ready, ready.passed, because(require, facts))
    keys = dict.fromkeys((*missing(applies, facts), *missing(require, facts)))
    return Finding(ready, UNKNOWN, because(applies, facts), tuple(keys))


_NO_RECORD: Mapping[str, Value] = {}


def _verdict(findings: Iterable[Finding]) -> Verdict:
    verdict = Verdict.ELIGIBLE
    for finding in findings:
        if finding.outcome is UNMET and finding.ready.bars:
            return Verdict.INELIGIBLE
        if finding.outcome is UNKNOWN and finding.ready.bars:
            verdict = Verdict.UNDETERMINED
    return verdict


def _waiting(findings: Iterable[Finding], behind: Behind) -> Iterator[tuple[str, ...]]:
    """The missing facts of each condition that keeps the verdict open; for an index, the facts behind it."""
    for each in findings:
        if each.outcome is UNKNOWN and each.ready.bars:
            yield _facts_behind(each.missing, behind) if behind else each.missing


def _facts_behind(keys: tuple[str, ...], behind: Behind) -> tuple[str, ...]:
    return tuple(fact for key in keys for fact in behind.get(key, (key,)))


def _usefulness(decided: Iterable[_Decided], behind: Behind) -> dict[str, float]:
    """How much each missing fact may settle: a condition that waits for it alone counts 1, for it and another 1/2 …"""
    weights: dict[str, float] = {}
    for each in decided:
        if each.verdicts[each.line] is Verdict.UNDETERMINED:
            for keys in _waiting(each.findings, behind):
                for key in keys:
                    weights[key] = weights.get(key, 0) + 1 / len(keys)
    return weights


def _missing(findings: Iterable[Finding], grant: Grant | None, useful: Mapping[str, float], behind: Behind) -> tuple[str, ...]:
    """The facts that would settle a scheme: those of the verdict first, the most useful of them first; then the grant's."""
    waiting = dict.fromkeys(key for keys in _waiting(findings, behind) for key in keys)
    ordered = sorted(waiting, key=lambda key: (key.startswith(PARAMETER), -useful.get(key, 0)))
    return tuple(dict.fromkeys((*ordered, *_facts_behind(grant.missing if grant else (), behind))))


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
