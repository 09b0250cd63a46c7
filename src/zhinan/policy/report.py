"""The machine's view: assessments and proofs as the JSON that the command line and the API promise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

import orjson

from zhinan.language.explain import Gap, show_need, show_value
from zhinan.language.format import format_typed
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind, Type, Word
from zhinan.policy.assess import Grant, Result
from zhinan.policy.finding import Finding, Outcome, Ready
from zhinan.policy.model import Condition, Document, Preference
from zhinan.policy.proof import Proof
from zhinan.policy.score import INDEX
from zhinan.policy.subject import Subject
from zhinan.policy.workflow import LoadedWorkflow
from zhinan.values.problem import Problem
from zhinan.values.quantity import FEN, format_quantity
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
        self.whole: dict[int, tuple[Finding, bytes]] = {}  # a finding made beforehand says the same of every subject
        self.openings: dict[str, bytes] = {}
        self.needs: dict[tuple[object, ...], tuple[bytes, bytes]] = {}
        self.showers: dict[str, Callable[[Value], bytes]] = {}

    def assessment(self, results: Iterable[Result], subject: Subject, *, on: date, problems: Iterable[Problem] = ()) -> bytes:
        """The whole assessment as one JSON object, in UTF-8."""
        results = list(results)
        facts = _Facts(self, subject, results[0].facts if results else {})
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
        """Conditions, preferences or documents, as a list.

        What is the same for every subject is kept in frames; the reasons are put in between. One loop: it runs a hundred and
        sixty times for the ten specials of a guide.
        """
        frames, lists, shown = self.frames, facts.lists, []
        whole = self.whole if facts.are_declared else {}
        for finding in findings:
            if made := whole.get(id(finding)):
                shown.append(made[1])
                continue
            ready, outcome, because, _, gap = finding
            frame = frames.get(id(ready)) or self.frame(finding)
            if not because:
                shown.append(frame.bare[outcome])
                continue
            reasons = lists.get(because) or facts.listed(because)
            end = _NO_GAP if gap is None else b'],"gap":' + self.gap(gap, ready, facts) + b"}"
            shown.append(frame.heads[outcome] + reasons + end)
            if ready.is_closed and facts.are_declared:
                whole[id(finding)] = (finding, shown[-1])
        return orjson.Fragment(b"[" + b",".join(shown) + b"]")

    def frame(self, finding: Finding) -> _Frame:
        """The unchanging parts of an item's JSON."""
        item = finding.item
        opening = orjson.dumps({"id": item.id, "clause": item.clause})[:-1] + b',"outcome":'
        middle: Json = {"kind": item.kind.value} if isinstance(item, Condition) else {}
        middle["says"] = self.said(item)
        closing = b"," + orjson.dumps(middle)[1:-1] + b',"because":['
        heads = {outcome: opening + orjson.dumps(outcome.value) + closing for outcome in Outcome}
        bare = {outcome: head + _NO_GAP for outcome, head in heads.items()}
        frame = self.frames[id(finding.ready)] = _Frame(finding.ready, heads, bare)
        return frame

    def said(self, item: Condition | Preference | Document) -> str:
        """The sentence of an item, in the reader's language."""
        text = item.name if isinstance(item, Document) else item.says
        return text.in_lang(self.lang)

    def gap(self, gap: Gap, ready: Ready, facts: _Facts) -> bytes:
        """How far off, as texts: `{"fact", "have", "need", "by"}`."""
        key = (id(ready), gap.fact, gap.operator, gap.need)
        opening, middle = self.needs.get(key) or self.need(key, gap)
        have = facts.value(gap.fact) if gap.measured is None else orjson.dumps(show_value(gap.have, gap.type, self.lang))
        by = orjson.dumps(_quantity(gap.by, gap.by_type, self.lang)) if gap.by is not None and gap.by_type else b"null"
        return b"".join((opening, have, middle, by, b"}"))

    def need(self, key: tuple[object, ...], gap: Gap) -> tuple[bytes, bytes]:
        """What of a gap's JSON is the same for every subject that misses the same need."""
        if len(self.needs) > _MANY:  # needs computed from facts differ from subject to subject
            self.needs.clear()
        opening = orjson.dumps({"fact": self.name(gap.fact)})[:-1] + b',"have":'
        parts = opening, b"," + orjson.dumps({"need": show_need(gap, self.lang)})[1:-1] + b',"by":'
        self.needs[key] = parts
        return parts

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
        """A value in words, as JSON."""
        show = self.showers.get(key)
        if show is None:
            show = self.showers[key] = _shower(self.words[key].type, self.lang)
        return show(value)

    def name(self, key: str) -> str:
        """A fact by the name the reader's language has for it."""
        word = self.words[key]
        return word.zh if self.lang == "zh" else word.en


class _Frame(NamedTuple):
    """The parts of an item's JSON that are the same for every subject: up to its reasons, and whole where it has none."""

    ready: Ready  # kept, so that its id stays its own
    heads: dict[Outcome, bytes]
    bare: dict[Outcome, bytes]


def _shower(of: Type, lang: Lang) -> Callable[[Value], bytes]:
    """How values of a type are put into words, as JSON; those of short lists (yes and no, choices) are made beforehand."""
    closed: list[Value] = [True, False] if of.kind is Kind.BOOL else []
    if of.kind is Kind.CHOICE and of.choice is not None:
        closed += [member.key for member in of.choice.members]
    if closed:
        words = {value: orjson.dumps(show_value(value, of, lang)) for value in closed}
        return lambda value: words[value] if value in words else orjson.dumps(show_value(value, of, lang))
    if of.kind in (Kind.SET, Kind.REGION, Kind.TREE):
        return _remembering(lambda value: orjson.dumps(show_value(value, of, lang)))
    if of.kind in (Kind.MONEY, Kind.COUNT, Kind.DURATION):
        return lambda value: orjson.dumps(_quantity(value, of, lang))
    return lambda value: orjson.dumps(show_value(value, of, lang))


def _remembering(show: Callable[[Value], bytes]) -> Callable[[Value], bytes]:
    """`show`, remembering what it said of the last values: many subjects share the same few."""
    said: dict[Value, bytes] = {}

    def remembered(value: Value) -> bytes:
        known = said.get(value)
        if known is None:
            if len(said) > _MANY:
                said.clear()
            known = said[value] = show(value)
        return known

    return remembered


def _quantity(value: Value, of: Type, lang: Lang) -> str:
    """A known whole number in its unit, by the shortest way there is."""
    if type(value) is int:
        return format_quantity(value, of.unit, lang)
    return show_value(value, of, lang)


_MANY = 10_000
_DECLARED = b',"source":"declared"}'
_NO_GAP = b'],"gap":null}'


class _Facts:
    """The facts of one subject, each put into words once, and each list of them joined once."""

    def __init__(self, reporter: Reporter, subject: Subject, known: Mapping[str, Value]) -> None:
        self.reporter = reporter
        self.subject = subject
        self.known = known
        self.are_declared = all(source == "declared" for source in subject.sources.values())
        self.cache: dict[str, bytes] = {}
        self.texts: dict[str, bytes] = {}
        self.lists: dict[tuple[str, ...], bytes] = {}

    def listed(self, keys: tuple[str, ...]) -> bytes:
        """Facts as the inside of a JSON list, kept in `lists`."""
        found = self.lists[keys] = b",".join([self.shown(key) for key in keys])
        return found

    def shown(self, key: str) -> bytes:
        """`{"fact", "value", "source"}` as JSON."""
        known = self.cache.get(key)
        if known is None:
            source = self.subject.sources.get(key) or _source(key, self.subject)
            closing = _DECLARED if source == "declared" else b',"source":' + orjson.dumps(source) + b"}"
            known = self.cache[key] = self.reporter.opening(key) + self.value(key) + closing
        return known

    def value(self, key: str) -> bytes:
        """The value of a fact in words, as JSON."""
        known = self.texts.get(key)
        if known is None:
            known = self.texts[key] = self.reporter.value(key, self.known.get(key))
        return known


def _source(key: str, subject: Subject) -> str:
    """Where a fact is from that the subject says nothing more of."""
    if key in subject.facts:
        return "declared"
    return "computed" if key.startswith(INDEX) else "given"


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals: `"500000.00"`."""
    sign, fen = "-" if fen < 0 else "", abs(fen)
    return f"{sign}{fen // FEN}.{fen % FEN:02d}"


def proof_json(proofs: Iterable[Proof], lang: Lang = "zh", library: LoadedWorkflow | None = None) -> bytes:
    """The proofs of packs (and of the workflow library, where it was checked) as one JSON object, in UTF-8."""
    shown: Json = {"packs": [_pack(proof, lang) for proof in proofs]}
    if library is not None:
        shown["workflow"] = {
            "entries": len(library.workflow.numbers),
            "procedures": len(library.workflow.procedures),
            "problems": [problem_json(problem, lang) for problem in library.problems],
        }
    return orjson.dumps(shown)


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
