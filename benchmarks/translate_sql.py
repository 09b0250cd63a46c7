"""The workload as one SQL query for DuckDB, with every null rule written out.

SQL's `AND OR NOT` and comparisons have the same three values; the rest is spelt out, since `LEAST` skips nulls and
`CASE` takes `ELSE` on unknown. Choices are ENUMs, sets bits, amounts whole fen over constant denominators. Equal truths
and amounts are computed once, in a query of their own beneath: DuckDB cannot find them across specials.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from math import lcm

from benchmarks.rails import NUMERIC, Amount
from benchmarks.rules import VERDICTS, Special, Workload
from benchmarks.tables import KEY
from zhinan.language import tree
from zhinan.language.compile.columns import SCALE, bits_of, member_keys
from zhinan.language.evaluate import region_stem
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind, Type

_SIGNS = {"=": "=", "≠": "<>", "<": "<", "≤": "<=", ">": ">", "≥": ">="}
NODE = "tree_node"


def sql_type(of: Type) -> str:
    """The DuckDB type of a column."""
    match of.kind:
        case Kind.BOOL:
            return "BOOLEAN"
        case Kind.DATE:
            return "DATE"
        case Kind.REGION:
            return "UINTEGER"
        case Kind.SET:
            return "UBIGINT"
        case Kind.TREE:
            return NODE
        case Kind.TEXT:
            return "VARCHAR"
        case Kind.CHOICE if of.choice:
            return f"choice_{of.choice.key}"
        case Kind.RECORDS if of.record:
            fields = ", ".join(f"{each.key} {sql_type(each.type)}" for each in of.record.fields)
            return f"STRUCT({fields})[]"
    return "BIGINT"


def create_types(workload: Workload, nodes: Iterable[str]) -> Iterator[str]:
    """The ENUMs of the table: choices, tree nodes, verdicts."""
    choices: dict[str, list[str]] = {}

    def visit(of: Type) -> None:
        if of.kind is Kind.CHOICE and of.choice:
            choices[sql_type(of)] = member_keys(of)
        for each in of.record.fields if of.record else ():
            visit(each.type)

    for of in workload.facts.values():
        visit(of)
    for name, members in {**choices, NODE: sorted(nodes), "verdict": list(VERDICTS)}.items():
        yield f"CREATE TYPE {name} AS ENUM ({', '.join(map(_quoted, members))})"


def create_table(workload: Workload, parquet: str) -> str:
    """The table, loaded once, before the clock starts."""
    columns = ", ".join(f'CAST("{key}" AS {sql_type(of)}) AS "{key}"' for key, of in workload.facts.items())
    return f"CREATE TABLE register AS SELECT {KEY}, {columns} FROM read_parquet('{parquet}')"


@dataclass(slots=True)
class Sql:
    """Makes the query; `nodes` are all nodes of the tree of directions there are."""

    workload: Workload
    nodes: list[str]
    lists: dict[str, str] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)

    def query(self) -> str:
        """One row out for each row in, with its key."""
        truths = {special.id: [self.once(self.truth(rule.node)) for rule in special.rules] for special in self.workload.specials}
        amounts = {(scheme, line): self.once(self.amount(node)) for scheme, line, node in self.workload.amounts()}
        holds, best, said = [], [], [KEY]
        for number, special in enumerate(self.workload.specials):
            rows = truths[special.id]
            for place, line in enumerate(special.lines):
                ours = [row for row, rule in zip(rows, special.rules, strict=True) if rule.holds_for(line)]
                holds.append(f"({' AND '.join(ours)}) AS h{number}_{place}")
            best.append(f"{self.best(number, special)} AS b{number}")
            said += self.outcome(number, special, rows, [amounts.get((special.id, line)) for line in special.lines])
        lists = [f"{text} AS {name}" for text, name in self.lists.items()]
        shared = [f"{text} AS {name}" for text, name in self.shared.items()]
        inner = f"SELECT *, {', '.join(lists)} FROM register" if lists else "SELECT * FROM register"
        inner = f"SELECT {KEY}, {', '.join(shared)} FROM ({inner})"
        inner = f"SELECT *, {', '.join(holds)} FROM ({inner})"
        inner = f"SELECT *, {', '.join(best)} FROM ({inner})"
        return f"SELECT {', '.join(said)} FROM ({inner})"

    def once(self, text: str) -> str:
        return self.shared.setdefault(text, f"s{len(self.shared)}")

    # -- what is said of a special -------------------------------------------------------------------

    def best(self, number: int, special: Special) -> str:
        """How good the best line is, times 64, and its place: the smaller the better."""
        ranks = [
            f"CASE WHEN h{number}_{place} THEN {place} WHEN NOT h{number}_{place} THEN {128 + place} ELSE {64 + place} END"
            for place in range(len(special.lines))
        ]
        return f"CAST(LEAST({', '.join(ranks)}) AS UTINYINT)" if len(ranks) > 1 else f"CAST({ranks[0]} AS UTINYINT)"

    def outcome(self, number: int, special: Special, truths: list[str], amounts: list[str | None]) -> Iterator[str]:
        best, name = f"b{number}", special.id
        if special.has_lines:
            yield f'CAST({best} % 64 AS UTINYINT) AS "{name}.line"'
        cases = f"CASE WHEN {best} < 64 THEN 'eligible' WHEN {best} < 128 THEN 'undetermined' ELSE 'ineligible' END"
        yield f'CAST({cases} AS verdict) AS "{name}.verdict"'
        yield f'CASE WHEN {best} < 128 THEN {self.by_line(best, [each or "NULL" for each in amounts])} END AS "{name}.amount"'
        masks = self.by_line(best, [f"{special.mask(line)}::UINTEGER" for line in special.lines])
        for of, test in (("unmet", "({} IS NOT DISTINCT FROM FALSE)"), ("unknown", "({} IS NULL)")):
            bits = " | ".join(f"({test.format(each)}::UINTEGER * {1 << bit}::UINTEGER)" for bit, each in enumerate(truths))
            yield f'(({bits}) & {masks})::UINTEGER AS "{name}.{of}"'

    def by_line(self, best: str, values: list[str]) -> str:
        if len(set(values)) == 1:
            return values[0]
        cases = " ".join(f"WHEN {best} % 64 = {place} THEN {value}" for place, value in enumerate(values))
        return f"CASE {cases} END"

    # -- truths --------------------------------------------------------------------------------------

    def truth(self, node: Typed) -> str:
        match node:
            case tree.Constant(_, value):
                return _literal(value, node.type)
            case tree.Fact() | tree.Field():
                return self.name(node)
            case tree.Not(term):
                return f"(NOT {self.truth(term)})"
            case tree.All(terms):
                return "(" + " AND ".join(map(self.truth, terms)) + ")"
            case tree.Any(terms):
                return "(" + " OR ".join(map(self.truth, terms)) + ")"
            case tree.Compare(sign, left, right):
                return self.compared(sign, left, right)
            case tree.Within(item, codes):
                return self.within(item, codes)
            case tree.Has(item, mode, members):
                bits = bits_of(item.type, members)
                test = f"= {bits}::UBIGINT" if mode == "all" else "<> 0::UBIGINT"
                return f"(({self.name(item)} & {bits}::UBIGINT) {test})"
            case tree.Exists(records, where):
                sure, most = self.tally(records, where)
                return f"(CASE WHEN {sure} > 0 THEN TRUE WHEN {most} = 0 THEN FALSE END)"
            case tree.Every(records, where):
                sure, most = self.tally(records, tree.opposite(where))
                return f"(CASE WHEN {sure} > 0 THEN FALSE WHEN {most} = 0 THEN TRUE END)"
            case tree.CountIs(sign, count, bound):
                return self.counted(sign, *self.tally(count.records, count.where), self.number(bound).text)
        raise TypeError(type(node).__name__)

    def compared(self, sign: str, left: Typed, right: Typed) -> str:
        if left.type.kind in NUMERIC:
            first, second = self.number(left), self.number(right)
            under = lcm(first.under, second.under)
            return f"({_times(first, under)} {_SIGNS[sign]} {_times(second, under)})"
        return f"({self.value(left)} {_SIGNS[sign]} {self.value(right)})"

    def within(self, item: Typed, codes: tuple[str, ...]) -> str:
        name = self.name(item)
        if item.type.kind is Kind.REGION:
            stems = [region_stem(code) for code in codes]
            ranges = [f"{name} BETWEEN {stem.ljust(6, '0')} AND {stem.ljust(6, '9')}" for stem in stems]
            return "(" + " OR ".join(ranges) + ")"
        members = codes
        if item.type.kind is Kind.TREE:
            members = tuple(n for n in self.nodes if any(n == code or n.startswith(code + ".") for code in codes))
        return f"({name} IN ({', '.join(_literal(member, item.type) for member in members)}))"

    # -- lists ---------------------------------------------------------------------------------------

    def tally(self, records: Typed, where: Typed) -> tuple[str, str]:
        """How many records surely meet `where`, and how many may; the truths of a list are computed once."""
        name = self.name(records)
        if isinstance(where, tree.Constant) and isinstance(where.value, bool):
            every = f"len({name})" if where.value else f"(len({name}) * 0)"
            return every, every
        text = f"list_transform({name}, lambda x: {self.truth(where)})"
        truths = self.lists.setdefault(text, f"l{len(self.lists)}")
        sure = f"len(list_filter({truths}, lambda t: t))"
        return sure, f"(len({truths}) - list_count({truths}) + {sure})"

    def counted(self, sign: str, sure: str, most: str, bound: str) -> str:
        if sign == "≠":
            return f"(NOT {self.counted('=', sure, most, bound)})"
        if sign == "=":
            out, same = f"{sure} > {bound} OR {most} < {bound}", f"{sure} = {most}"
            return f"(CASE WHEN {out} THEN FALSE WHEN {same} THEN TRUE END)"
        least, last = (f"{end} {_SIGNS[sign]} {bound}" for end in (sure, most))
        return f"(CASE WHEN {least} AND {last} THEN TRUE WHEN NOT ({least}) AND NOT ({last}) THEN FALSE END)"

    # -- values --------------------------------------------------------------------------------------

    def name(self, node: Typed) -> str:
        match node:
            case tree.Fact(_, key):
                return f'"{key}"'
            case tree.Field(_, key):
                return f"x.{key}"
        raise TypeError(type(node).__name__)

    def value(self, node: Typed) -> str:
        return _literal(node.value, node.type) if isinstance(node, tree.Constant) else self.name(node)

    def number(self, node: Typed) -> Amount:
        match node:
            case tree.Constant(_, None):
                return Amount("NULL::BIGINT")
            case tree.Constant(_, value):
                return Amount(f"{value.numerator}::BIGINT", value.denominator)  # type: ignore[union-attr]  # amounts are rational
            case tree.Fact(type) | tree.Field(type):
                return Amount(self.name(node), SCALE if type.kind in (Kind.NUMBER, Kind.DURATION) else 1)
            case tree.Arithmetic(_, "×", left, right):
                first, second = self.number(left), self.number(right)
                text = second.text if first.text == "1::BIGINT" else f"({first.text} * {second.text})"
                return Amount(text, first.under * second.under)
            case tree.Arithmetic(_, "+" | "-" as sign, left, right):
                first, second = self.number(left), self.number(right)
                under = lcm(first.under, second.under)
                return Amount(f"({_times(first, under)} {sign} {_times(second, under)})", under)
            case tree.Pick(_, mode, terms):
                return reduce(lambda a, b: _picked(a, b, "<=" if mode == "min" else ">="), map(self.number, terms))
            case tree.If(_, condition, then, otherwise):
                first, second = self.number(then), self.number(otherwise)
                under, holds = lcm(first.under, second.under), self.truth(condition)
                a, b = _times(first, under), _times(second, under)
                return Amount(f"(CASE WHEN {holds} THEN {a} WHEN NOT {holds} THEN {b} WHEN {a} = {b} THEN {a} END)", under)
        raise TypeError(type(node).__name__)

    def amount(self, node: Typed) -> str:
        """Whole fen; no amount of the pack is negative, so division cuts as it should."""
        number = self.number(node)
        return number.text if number.under == 1 else f"({number.text} // {number.under})"


def _picked(a: Amount, b: Amount, sign: str) -> Amount:
    under = lcm(a.under, b.under)
    first, second = _times(a, under), _times(b, under)
    opposite = {"<=": ">", ">=": "<"}[sign]
    return Amount(f"(CASE WHEN {first} {sign} {second} THEN {first} WHEN {first} {opposite} {second} THEN {second} END)", under)


def _times(amount: Amount, under: int) -> str:
    return amount.text if under == amount.under else f"({amount.text} * {under // amount.under})"


def _literal(value: Value, of: Type) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"DATE '{value}'"
    return _quoted(str(value)) if of.kind is Kind.TEXT else f"{_quoted(str(value))}::{sql_type(of)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
