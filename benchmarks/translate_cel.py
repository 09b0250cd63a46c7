"""The workload in CEL (the Rust `common-expression-language`): one map of truths and amounts a special, no reasons.

For information: CEL tells the status of each condition and nothing more. Numbers are whole, cross-multiplied, since
CEL has no decimals; the map of every special is one program, which is quicker than one program a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import cel
import orjson

from benchmarks.rails import Amount, Dialect, Rails, day_number, fact_name
from benchmarks.rules import Answer, Workload, verdict_of
from zhinan.language.check import APPLICATION_DAY
from zhinan.language.compile.columns import SCALE
from zhinan.language.evaluate import compile_closure
from zhinan.language.tree import Value
from zhinan.language.types import Kind, Type


@dataclass(slots=True)
class CelDialect(Dialect):
    """CEL: C-like signs, macros with a named element, no minimum of numbers."""

    both: str = " && "
    either: str = " || "
    negation: str = "!({})"
    element: str = "x"
    decimals: bool = False
    scale: int = SCALE

    def some(self, records: str, where: str) -> str:
        return f"{records}.exists(x, {where})"

    def every(self, records: str, where: str) -> str:
        return f"{records}.all(x, {where})"

    def count(self, records: str, where: str) -> str:
        return f"{records}.filter(x, {where}).size()"

    def length(self, records: str) -> str:
        return f"{records}.size()"

    def starts_with(self, text: str, stem: str) -> str:
        return f"{text}.startsWith('{stem}')"

    def least(self, terms: list[str], most: bool) -> str:
        first = terms[0]
        for second in terms[1:]:
            first = f"({first} {'>' if most else '<'} {second} ? {first} : {second})"
        return first

    def floor(self, amount: Amount) -> str:
        return amount.text if amount.under == 1 else f"({amount.text}) / {amount.under}"

    def tri(self, true: str, false: str) -> str:
        return f"{true} ? true : ({false} ? false : null)"


class Cel:
    """The programs compiled once. `context` is made before the clock starts, `decide` is timed."""

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.rails = Rails(CelDialect())
        self.programs = [cel.compile(self.program(special.id)) for special in workload.specials]
        self.derived = {name: compile_closure(node) for name, node in self.rails.dialect.derived.items()}

    def program(self, scheme: str) -> str:
        rows = [(rule.name, self.rails.three_valued(rule.node)) for rule in self.workload.rules() if rule.scheme == scheme]
        rows += [(f"{s}/{line}", self.rails.amount(node)) for s, line, node in self.workload.amounts() if s == scheme]
        return "{" + ", ".join(f"'{name}': ({text})" for name, text in rows) + "}"

    def context(self, facts: Mapping[str, Value], on: date) -> dict[str, object]:
        """The subject as CEL values; every fact and field is there, null where it is unknown."""
        known = {**facts, APPLICATION_DAY.key: on}
        context = {fact_name(key): _plain(known.get(key), of) for key, of in self.workload.facts.items()}
        context[fact_name(APPLICATION_DAY.key)] = day_number(on)
        return context | {name: day_number(run(known, {})) for name, run in self.derived.items()}  # type: ignore[arg-type]  # derived facts are days

    def decide(self, context: dict[str, object]) -> bytes:
        """Status of every rule and the amounts, as JSON bytes."""
        ready = cel.Context(variables=context)
        return orjson.dumps([program.execute(ready) for program in self.programs])

    def answer(self, reply: bytes) -> Answer:
        """What a reply says, in the terms of the reference; the verdict is left to the caller of CEL."""
        said: dict[str, object] = {}
        for each in orjson.loads(reply):
            said |= each
        truths = {rule.name: said[rule.name] for rule in self.workload.rules()}
        verdicts = {
            (special.id, line): verdict_of([truths[rule.name] for rule in special.barring(line)])  # type: ignore[misc]  # truths are three-valued
            for special in self.workload.specials
            for line in special.lines
        }
        amounts = {(scheme, line): said[f"{scheme}/{line}"] for scheme, line, _ in self.workload.amounts()}
        return Answer(truths, verdicts, amounts)  # type: ignore[arg-type]  # the peer's own values


def _plain(value: Value, of: Type) -> object:
    if isinstance(value, date):
        return day_number(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple) and of.record:
        return [{field.key: _plain(record.get(field.key), field.type) for field in of.record.fields} for record in value]
    if of.kind in (Kind.NUMBER, Kind.DURATION) and isinstance(value, int | Fraction):
        return int(value * SCALE)
    return value
