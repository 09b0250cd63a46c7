"""The machine's view: assessments and proofs as the JSON that the command line and the API promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import orjson

from zhinan.language.explain import Gap, show_need, show_value
from zhinan.language.format import format_typed
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind, Word
from zhinan.policy.assess import Finding, Grant, Outcome, Ready, Result
from zhinan.policy.model import Condition, Document, Preference
from zhinan.policy.proof import Proof
from zhinan.policy.subject import Subject
from zhinan.values.problem import Problem
from zhinan.values.quantity import FEN
from zhinan.values.text import Lang

Json = dict[str, object]


class Reporter:
    """Turns results into JSON in one language. Keep one: it remembers what it has already put into words.

    `words` maps the key of a fact to its word (see `policy.vocabulary.words_of`).
    """

    def __init__(self, words: Mapping[str, Word], lang: Lang = "zh") -> None:
        self.words = words
        self.lang = lang
        self.formulas: dict[Typed, str] = {}
        self.frames: dict[int, _Frame] = {}
        self.openings: dict[str, bytes] = {}
        self.values: dict[tuple[str, Value], bytes] = {}

    def assessment(self, results: Iterable[Result], subject: Subject, *, on: date, problems: Iterable[Problem] = ()) -> bytes:
        """The whole assessment as one JSON object, in UTF-8."""
        facts = _Facts(self, subject, on)
        shown = {
            "on": on.isoformat(),
            "results": [self.result(result, facts) for result in results],
            "problems": [problem_json(problem, self.lang) for problem in problems],
        }
        return orjson.dumps(shown)

    def result(self, result: Result, facts: _Facts) -> Json:
        """One scheme."""
        scheme = result.scheme
        return {
            "pack": result.pack.id,
            "scheme": scheme.id,
            "name": scheme.name.in_lang(self.lang),
            "verdict": result.verdict.value,
            "line": result.line or None,
            "lines": {line: verdict.value for line, verdict in result.lines.items()},
            "conditions": self.findings(result.findings, facts),
            "missing": [self.name(key) for key in result.missing],
            "grant": self.grant(result.grant, facts),
            "instalments": [{"at": due.at, "amount": yuan(due.amount)} for due in result.instalments],
            "preferences": self.findings(result.preferences, facts),
            "documents": self.findings(result.documents, facts),
            "sections": list(result.sections),
        }

    def findings(self, findings: Iterable[Finding], facts: _Facts) -> orjson.Fragment:
        """Conditions, preferences or documents, as a list."""
        return orjson.Fragment(b"[" + b",".join([self.finding(finding, facts) for finding in findings]) + b"]")

    def finding(self, finding: Finding, facts: _Facts) -> bytes:
        """One condition, preference or document: what never changes of it is kept, the rest put in between."""
        frame = self.frames.get(id(finding.ready)) or self.frame(finding)
        because = facts.listed(finding.because)
        gap = orjson.dumps(self.gap(finding.gap)) if finding.gap else b"null"
        return b"".join((frame.opening, _OUTCOMES[finding.outcome], frame.middle, because, b'],"gap":', gap, b"}"))

    def frame(self, finding: Finding) -> _Frame:
        """The unchanging parts of an item's JSON."""
        item = finding.item
        opening = orjson.dumps({"id": item.id, "clause": item.clause})[:-1] + b',"outcome":'
        middle: Json = {"kind": item.kind.value} if isinstance(item, Condition) else {}
        middle["says"] = self.said(item)
        frame = _Frame(finding.ready, opening, b"," + orjson.dumps(middle)[1:-1] + b',"because":[')
        self.frames[id(finding.ready)] = frame
        return frame

    def said(self, item: Condition | Preference | Document) -> str:
        """The sentence of an item, in the reader's language."""
        text = item.name if isinstance(item, Document) else item.says
        return text.in_lang(self.lang)

    def gap(self, gap: Gap) -> Json:
        """How far off, as texts: `{"fact", "have", "need", "by"}`."""
        by = show_value(gap.by, gap.by_type, self.lang) if gap.by is not None and gap.by_type else None
        return {
            "fact": self.name(gap.fact), "have": show_value(gap.have, gap.type, self.lang),
            "need": show_need(gap, self.lang), "by": by,
        }  # fmt: skip

    def grant(self, grant: Grant | None, facts: _Facts) -> Json | None:
        """The amount in yuan with two decimals, its formula and the facts behind it; `None` while it is not known."""
        if grant is None or grant.amount is None:
            return None
        formula = self.formulas.get(grant.formula)
        if formula is None:
            formula = self.formulas[grant.formula] = format_typed(grant.formula, self.words, self.lang)
        return {
            "amount": yuan(grant.amount), "currency": "CNY", "formula": formula,
            "because": [orjson.Fragment(facts.shown(key)) for key in grant.because],
        }  # fmt: skip

    def opening(self, key: str) -> bytes:
        """The beginning of a fact's JSON, up to its value."""
        known = self.openings.get(key)
        if known is None:
            known = self.openings[key] = orjson.dumps({"fact": self.name(key)})[:-1] + b',"value":'
        return known

    def value(self, key: str, value: Value) -> bytes:
        """A value in words, as JSON; those of short lists (yes and no, choices) are remembered."""
        of = self.words[key].type
        if of.kind not in _CLOSED:
            return orjson.dumps(show_value(value, of, self.lang))
        known = self.values.get((key, value))
        if known is None:
            known = self.values[key, value] = orjson.dumps(show_value(value, of, self.lang))
        return known

    def name(self, key: str) -> str:
        """A fact by the name the reader's language has for it."""
        word = self.words[key]
        return word.zh if self.lang == "zh" else word.en


class _Frame(NamedTuple):
    """The parts of an item's JSON that are the same for every subject, around its outcome and its reasons."""

    ready: Ready  # kept, so that its id stays its own
    opening: bytes
    middle: bytes


_CLOSED = frozenset({Kind.BOOL, Kind.CHOICE})
_OUTCOMES = {outcome: orjson.dumps(outcome.value) for outcome in Outcome}


class _Facts:
    """The facts of one subject, each put into words once, and each list of them joined once."""

    def __init__(self, reporter: Reporter, subject: Subject, on: date) -> None:
        self.reporter = reporter
        self.subject = subject
        self.on = on
        self.cache: dict[str, bytes] = {}
        self.lists: dict[tuple[str, ...], bytes] = {(): b""}

    def listed(self, keys: tuple[str, ...]) -> bytes:
        """Facts as the inside of a JSON list."""
        known = self.lists.get(keys)
        if known is None:
            known = self.lists[keys] = b",".join([self.shown(key) for key in keys])
        return known

    def shown(self, key: str) -> bytes:
        """`{"fact", "value", "source"}` as JSON."""
        known = self.cache.get(key)
        if known is None:
            value = self.subject.facts.get(key, self.on)
            source = self.subject.sources.get(key, "declared" if key in self.subject.facts else "given")
            known = self.cache[key] = b"".join(
                (self.reporter.opening(key), self.reporter.value(key, value), b',"source":', orjson.dumps(source), b"}")
            )
        return known


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals: `"500000.00"`."""
    return f"{fen // FEN}.{fen % FEN:02d}"


def proof_json(proofs: Iterable[Proof], lang: Lang = "zh") -> bytes:
    """The proofs of packs as one JSON object, in UTF-8."""
    return orjson.dumps({"packs": [_pack(proof, lang) for proof in proofs]})


def _pack(proof: Proof, lang: Lang) -> Json:
    pack = proof.pack
    return {
        "id": pack.id,
        "clauses": {"total": proof.clauses, "carried": proof.carried, "informational": proof.informational},
        "schemes": len(pack.schemes),
        "conditions": dict(proof.conditions),
        "rules": {
            "machine_checkable": proof.machine_checkable,
            "executable": proof.executable,
            "left": [{"rule": left.rule, "why": left.why.in_lang(lang)} for left in proof.left],
        },
        "targets": len(pack.indicators),
        "tasks": sum(1 for root in pack.tasks for _ in root.walk()),
        "directions": sum(1 for root in pack.directions for _ in root.walk()),
        "cases": {"total": proof.cases, "failed": proof.failed},
        "readings": len(pack.readings),
        "problems": [problem_json(problem, lang) for problem in proof.problems],
    }


def problem_json(problem: Problem, lang: Lang = "zh") -> Json:
    """A problem as `{"file", "line", "code", "message"}`; the mend is part of the message."""
    message, mend = problem.message.in_lang(lang), problem.mend.in_lang(lang)
    return {
        "file": problem.file, "line": problem.line, "code": problem.code,
        "message": f"{message}{'。' if lang == 'zh' else '. '}{mend}" if mend else message,
    }  # fmt: skip
