"""One subject against many schemes: verdict, reasons, gaps, missing facts and the grant, for each scheme.

    assessor = Assessor([load_pack("yinchuan-2026")])
    assessor.assess(subject.facts, on=date(2026, 3, 1))

An `Assessor` compiles its packs once; assessing is then a matter of a fraction of a millisecond.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from zhinan.language import tree
from zhinan.language.check import APPLICATION_DAY
from zhinan.language.explain import Gap, Step, because, gap, missing, prepare, trace
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


MET, UNMET, UNKNOWN, JUDGEMENT = Outcome
_BEST_FIRST = {Verdict.ELIGIBLE: 0, Verdict.UNDETERMINED: 1, Verdict.INELIGIBLE: 2}


class Ready(NamedTuple):
    """A condition, document or preference compiled for assessment."""

    resolved: Resolved
    applies: Step | None
    require: Step | None
    #: The one fact it reads, where it reads one.
    key: str | None
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
        self.schemes = [
            _SchemeReady(resolved)
            for pack in packs
            for resolved in resolve_pack(pack, readings=readings, parameters=parameters)
            if not wanted or resolved.scheme.id in wanted
        ]

    def assess(self, facts: Mapping[str, Value], *, on: date) -> tuple[Result, ...]:
        """The results for a subject applying on a day, best first: eligible, then undetermined, then ineligible."""
        known = {**facts, APPLICATION_DAY.key: on}
        results = [scheme.decide(known) for scheme in self.schemes]
        useful = _usefulness(results)
        ordered = [_with_missing(result, useful) for result in results]
        return tuple(sorted(ordered, key=lambda result: _BEST_FIRST[result.verdict]))


class _SchemeReady:
    """One scheme with everything compiled."""

    def __init__(self, resolved: ResolvedScheme) -> None:
        self.resolved = resolved
        self.conditions = [_ready(each) for each in resolved.conditions]
        self.preferences = [_ready(each) for each in resolved.preferences]
        self.documents = [_ready(each) for each in resolved.documents]
        self.applying = [
            (each, prepare(each.applies) if each.applies else None) for each in (*resolved.payments, *resolved.routes)
        ]
        self.amounts = {line: prepare(amount) for line, amount in resolved.amounts.items() if amount is not None}
        self.names = {name: line.id for line in resolved.scheme.branches for name in (line.id, line.name.zh, line.name.en)}

    def decide(self, facts: Mapping[str, Value]) -> Result:
        findings = [_find(ready, facts) for ready in self.conditions]
        chosen = self.chosen(facts)
        verdicts = {line: _verdict(findings, line) for line in chosen}
        line = min(chosen, key=lambda each: _BEST_FIRST[verdicts[each]])
        verdict, scheme = verdicts[line], self.resolved.scheme
        grant = self.grant(line, facts) if verdict is not Verdict.INELIGIBLE else None
        return Result(
            self.resolved.pack, scheme, verdict, line, verdicts if line != NO_LINE else {},
            findings=tuple(finding for finding in findings if finding.ready.resolved.holds_for(line)),
            missing=(), grant=grant,
            preferences=tuple(_find(each, facts) for each in self.preferences if each.resolved.holds_for(line)),
            documents=tuple(_find(each, facts) for each in self.documents if each.resolved.holds_for(line)),
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


def _ready(resolved: Resolved) -> Ready:
    require = prepare(resolved.require) if resolved.require is not None else None
    applies = prepare(resolved.applies) if resolved.applies is not None else None
    item = resolved.item
    return Ready(
        resolved, applies, require, require.keys[0] if require and len(require.keys) == 1 else None,
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
    if ready.key is not None:
        value = require.run(facts, _NO_RECORD)
        if value is None:
            return Finding(ready, UNKNOWN, (), require.keys)
        keys = require.keys
    else:
        value, keys, absent = trace(require, facts)
        if value is None:
            return Finding(ready, UNKNOWN, keys, absent)
    if value:
        return Finding(ready, ready.passed, keys)
    return Finding(ready, UNMET, keys, (), gap(require, facts))


def _find_unsure(ready: Ready, applies: Step, require: Step, facts: Mapping[str, Value]) -> Finding:
    """A condition of which it is not known whether it applies: met if it is met anyway, otherwise unknown."""
    if require.run(facts, _NO_RECORD) is True:
        return Finding(ready, ready.passed, because(require, facts))
    keys = dict.fromkeys((*missing(applies, facts), *missing(require, facts)))
    return Finding(ready, UNKNOWN, because(applies, facts), tuple(keys))


_NO_RECORD: Mapping[str, Value] = {}


def _verdict(findings: list[Finding], line: str) -> Verdict:
    unknown = False
    for finding in findings:
        if finding.ready.bars and finding.ready.resolved.holds_for(line):
            if finding.outcome is UNMET:
                return Verdict.INELIGIBLE
            unknown = unknown or finding.outcome is UNKNOWN
    return Verdict.UNDETERMINED if unknown else Verdict.ELIGIBLE


def _usefulness(results: Iterable[Result]) -> dict[str, float]:
    """How much each missing fact may settle: a condition that waits for it alone counts 1, for it and another 1/2 …"""
    weights: Counter[str] = Counter()
    for result in results:
        if result.verdict is Verdict.UNDETERMINED:
            for finding in result.findings:
                if finding.outcome is UNKNOWN and finding.ready.bars:
                    for key in finding.missing:
                        weights[key] += 1 / len(finding.missing)  # type: ignore[assignment]  # a Counter adds up floats as well
    return dict(weights)


def _with_missing(result: Result, useful: Mapping[str, float]) -> Result:
    """The result with the facts that would settle it: those of the verdict first, the most useful of them first."""
    if result.verdict is Verdict.INELIGIBLE:
        return result
    waiting = dict.fromkeys(
        key for finding in result.findings if finding.ready.bars and finding.outcome is UNKNOWN for key in finding.missing
    )
    ordered = sorted(waiting, key=lambda key: (key.startswith(PARAMETER), -useful.get(key, 0)))
    grant = result.grant.missing if result.grant else ()
    return replace(result, missing=tuple(dict.fromkeys((*ordered, *grant))))


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
