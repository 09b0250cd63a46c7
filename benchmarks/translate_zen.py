"""The workload as a decision graph of ZEN (GoRules): one row a rule, one a verdict, one an amount."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import orjson
import zen

from benchmarks.rails import Dialect, Rails, day_number, fact_name
from benchmarks.rules import Answer, Rule, Special, Workload
from zhinan.language.check import APPLICATION_DAY
from zhinan.language.evaluate import compile_closure
from zhinan.language.tree import Value

Facts = Mapping[str, Value]


class Zen:
    """An engine with the decision loaded once. `context` is made before the clock starts, `explain` is timed.

    `layout`: `one` puts every special into one expression node, `each` gives every special a node of its own.
    """

    def __init__(self, workload: Workload, *, layout: str = "one") -> None:
        self.workload = workload
        self.rails = Rails(Dialect())
        nodes = [self.rows(special) for special in workload.specials]
        if layout == "one":
            nodes = [[row for rows in nodes for row in rows]]
        self.decision = zen.ZenEngine().create_decision(json.dumps(_graph(nodes)))
        self.derived = {name: compile_closure(node) for name, node in self.rails.dialect.derived.items()}

    def rows(self, special: Special) -> list[tuple[str, str]]:
        rules = [(_key(rule), self.rails.three_valued(rule.node)) for rule in special.rules]
        verdicts = [(f"verdict_{_id(special.id, line)}", self.verdict(special, line)) for line in special.lines]
        amounts = [
            (f"amount_{_id(special.id, line)}", self.amount(special.id, line, self.rails.amount(node)))
            for line, node in special.amounts.items()
            if node is not None
        ]
        return rules + verdicts + amounts

    def verdict(self, special: Special, line: str) -> str:
        keys = [f"$.{_key(rule)}" for rule in special.barring(line)]
        some_false = " or ".join(f"{key} == false" for key in keys)
        some_null = " or ".join(f"{key} == null" for key in keys)
        return f"{some_false} ? 'ineligible' : {some_null} ? 'undetermined' : 'eligible'"

    def amount(self, scheme: str, line: str, amount: str) -> str:
        return f"$.verdict_{_id(scheme, line)} == 'ineligible' ? null : ({amount})"

    def context(self, facts: Facts, on: date) -> dict[str, object]:
        """The subject as JSON values: days as whole numbers, sets as lists, and what can be computed beforehand."""
        known = {**facts, APPLICATION_DAY.key: on}
        context = {fact_name(key): _plain(known.get(key)) for key in (*self.workload.facts, APPLICATION_DAY.key)}
        context |= {name: _plain(run(known, {})) for name, run in self.derived.items()}
        return {name: value for name, value in context.items() if value is not None}

    def explain(self, context: object) -> bytes:
        """One assessment with its trace, as JSON bytes."""
        return orjson.dumps(self.decision.evaluate(context, {"trace": True}))  # type: ignore[arg-type]  # the peer has no types

    def decide(self, context: object) -> bytes:
        """The same without the trace."""
        return orjson.dumps(self.decision.evaluate(context))  # type: ignore[arg-type]  # the peer has no types

    def answer(self, reply: bytes) -> Answer:
        """What a reply says, in the terms of the reference; amounts only where the peer was asked for them."""
        said = orjson.loads(reply)["result"]
        if "trace" in (whole := orjson.loads(reply)):
            assert whole["trace"]
        places = [(special.id, line) for special in self.workload.specials for line in special.lines]
        return Answer(
            {rule.name: said.get(_key(rule)) for rule in self.workload.rules()},
            {place: said[f"verdict_{_id(*place)}"] for place in places},
            {(scheme, line): _whole(said.get(f"amount_{_id(scheme, line)}")) for scheme, line, _ in self.workload.amounts()},
        )


def _graph(nodes: list[list[tuple[str, str]]]) -> dict[str, object]:
    shown: list[dict[str, object]] = [{"id": "in", "type": "inputNode", "name": "in", "content": {}}]
    edges: list[dict[str, str]] = []
    for number, rows in enumerate(nodes):
        name = f"x{number}"
        expressions = [{"id": key, "key": key, "value": value} for key, value in rows]
        content = {"expressions": expressions, "passThrough": False, "executionMode": "single"}
        shown.append({"id": name, "type": "expressionNode", "name": name, "content": content})
        edges.append({"id": f"a{number}", "sourceId": "in", "targetId": name, "type": "edge"})
        edges.append({"id": f"b{number}", "sourceId": name, "targetId": "out", "type": "edge"})
    shown.append({"id": "out", "type": "outputNode", "name": "out", "content": {}})
    return {"nodes": shown, "edges": edges}


def _id(scheme: str, line: str) -> str:
    return fact_name(f"{scheme}_{line}" if line else scheme)


def _key(rule: Rule) -> str:
    return fact_name(f"{rule.scheme}_{rule.section[0]}_{rule.id}")


def _plain(value: Value) -> object:
    if isinstance(value, date):
        return day_number(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, tuple):
        return [{key: _plain(each) for key, each in record.items() if each is not None} for record in value]
    return value


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
