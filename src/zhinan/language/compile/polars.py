"""Typed trees as Polars expressions that give the interpreter's answer in every row.

What several trees have in common is computed once (`Program.stages`), by our own reckoning: equal parts are found by
value, whatever the engine's optimiser makes of them. A part without an exact columnar form is computed row by row by
the interpreter itself, over no more columns than it reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from operator import and_, or_

import polars as pl

from zhinan.language import tree
from zhinan.language.compile import dates, lists, numbers
from zhinan.language.compile.columns import (
    BOUNDS,
    bits_of,
    denominator,
    dtype_of,
    encoder,
    is_bitmask,
    member_keys,
)
from zhinan.language.compile.fold import fold
from zhinan.language.compile.numbers import CannotCompile, Number
from zhinan.language.compile.row_by_row import interpreted, interpreted_fraction, interpreted_whole
from zhinan.language.evaluate import Facts, region_stem
from zhinan.language.tree import Typed
from zhinan.language.types import Kind, Type

NUMERIC = frozenset(BOUNDS)
#: The columns of a number that is a result of its own: a struct of numerator and denominator, both Int128.
TOP, UNDER = "top", "under"


@dataclass(frozen=True, slots=True)
class Program:
    """Expressions for a table whose columns are called by the keys of facts and hold what `columns` says.

    `stages` are shared parts, each stage resting on the ones before; `results` rest on all of them, by name. A result
    is null where unknown; a number is a struct of numerator and denominator, or Int64 (Int128) if it was to be `whole`.
    `reads` are the columns needed; `by_row` the parts left to the interpreter.
    """

    stages: tuple[tuple[pl.Expr, ...], ...]
    results: Mapping[str, pl.Expr]
    reads: tuple[str, ...]
    by_row: tuple[Typed, ...]

    def prepare(self, table: pl.LazyFrame) -> pl.LazyFrame:
        """The table with the shared parts beside its columns; `results` may then be selected from it."""
        return reduce(lambda frame, stage: frame.with_columns(stage), self.stages, table)

    def run(self, table: pl.DataFrame, *, engine_shares: bool = False) -> pl.DataFrame:
        """One column per result, in the order of the rows. `engine_shares` lets Polars look for common parts as well."""
        ready = self.prepare(table.lazy()).with_columns(result.alias(name) for name, result in self.results.items())
        ready = ready.select(list(self.results))
        return ready.collect(optimizations=pl.QueryOptFlags(comm_subexpr_elim=engine_shares))


def compile_columns(
    roots: Mapping[str, Typed],
    *,
    present: Container[str],
    known: Facts | None = None,
    whole: Container[str] = (),
    share: bool = True,
) -> Program:
    """The program that computes `roots` by name.

    `present` are the facts the table has a column for, `known` the facts with one value for every row (parameters, the
    application day; never lists). Numbers named in `whole` are cut down to whole ones. Without `share`
    what roots have in common is computed anew for each.
    """
    folded = {name: fold(root, known=known or {}, present=present) for name, root in roots.items()}
    compiler = _Compiler(_in_common(folded.values()) if share else frozenset())
    results = {name: compiler.result(root, whole=name in whole) for name, root in folded.items()}
    reads = dict.fromkeys(key for root in folded.values() for key in tree.facts_of(root))
    return Program(tuple(map(tuple, compiler.stages)), results, tuple(reads), tuple(compiler.by_row))


def _in_common(roots: Iterable[Typed]) -> frozenset[Typed]:
    """The parts, larger than one word, that stand in more than one place."""
    places: Counter[Typed] = Counter()

    def visit(node: Typed) -> None:
        places[node] += 1
        if places[node] == 1:
            for part in _parts(node):
                visit(part)

    for root in roots:
        visit(root)
    return frozenset(node for node, times in places.items() if times > 1 and _parts(node))


def _parts(node: Typed) -> tuple[Typed, ...]:
    """What is computed from the row beneath `node`; the condition inside a list function is not."""
    match node:
        case tree.Not(tree.Fact()):
            return ()
        case tree.Exists(records) | tree.Every(records) | tree.Count(_, records) | tree.Sum(_, records):
            return (records,)
        case tree.CountIs(_, count, bound):
            return (count.records, bound)
        case _:
            return tree.children(node)


@dataclass(slots=True)
class _Compiler:
    in_common: frozenset[Typed]
    stages: list[list[pl.Expr]] = field(default_factory=list)
    by_row: list[Typed] = field(default_factory=list)
    made: dict[Typed, pl.Expr | Number] = field(default_factory=dict)
    stage_of: dict[Typed, int] = field(default_factory=dict)
    #: The last stage the part being compiled rests on; -1 is the table itself.
    rests_on: int = -1
    #: Inside a list function: whose fields are read. There nothing can be shared or left to the interpreter.
    elements: lists.Elements | None = None

    def result(self, root: Typed, *, whole: bool) -> pl.Expr:
        if root.type.kind not in NUMERIC:
            return self.column(root)
        try:
            number = self.number(root)
            return numbers.whole(number) if whole else numbers.as_fraction(number, TOP, UNDER)
        except CannotCompile:
            self.by_row.append(root)
            return interpreted_whole(root) if whole else interpreted_fraction(root, top=TOP, under=UNDER)

    # -- sharing -----------------------------------------------------------------------------------

    def column(self, node: Typed, *, reused: bool = False) -> pl.Expr:
        """A node of any kind but the numeric ones; a column of its own if it is `reused` and not simply one."""
        made = self.once(node, reused=reused)
        assert isinstance(made, pl.Expr)
        return made

    def number(self, node: Typed, *, reused: bool = False) -> Number:
        """The same of a numeric node. Raises `CannotCompile`."""
        made = self.once(node, reused=reused)
        assert isinstance(made, Number)
        return made

    def once(self, node: Typed, *, reused: bool) -> pl.Expr | Number:
        """What a node is made into, in a column of its own where that is used more than once.

        Without that, parts within parts that each use theirs twice would be computed 2 × 2 × 2 … times.
        """
        if self.elements or not (reused or node in self.in_common) or isinstance(node, _SIMPLE):
            return self.made_of(node)
        if node not in self.made:
            before, self.rests_on = self.rests_on, -1
            try:
                self.made[node] = self.kept(self.made_of(node))
                self.stage_of[node] = self.rests_on
            finally:
                self.rests_on = before
        self.rests_on = max(self.rests_on, self.stage_of[node])
        return self.made[node]

    def kept(self, made: pl.Expr | Number) -> pl.Expr | Number:
        """The same as a column of the stage after those it rests on."""
        if isinstance(made, pl.Expr):
            return self.stored(made, self.rests_on + 1)
        stage = self.rests_on + 1
        over = None if made.over is None else self.stored(made.over, stage)
        return Number(self.stored(made.top, stage), made.low, made.high, made.under, over, made.over_high)

    def stored(self, made: pl.Expr, stage: int) -> pl.Expr:
        while len(self.stages) <= stage:
            self.stages.append([])
        name = f"·{sum(map(len, self.stages))}"
        self.stages[stage].append(made.alias(name))
        self.rests_on = max(self.rests_on, stage)
        return pl.col(name)

    def aside(self, made: pl.Expr) -> pl.Expr:
        """What is made from the columns of the table alone and used several times, as a column of the first stage."""
        return self.stored(made, 0)

    def made_of(self, node: Typed) -> pl.Expr | Number:
        if node.type.kind in NUMERIC:
            return self.arithmetic(node)
        try:
            return self.expression(node)
        except CannotCompile:
            if self.elements:
                raise
            self.by_row.append(node)
            return interpreted(node)

    # -- truths, dates, words ----------------------------------------------------------------------

    def expression(self, node: Typed) -> pl.Expr:
        match node:
            case tree.Constant(type, value):
                return _literal(type, value)
            case tree.Fact(_, key):
                return pl.col(key)
            case tree.Field(_, key) if self.elements:
                return self.elements.field(key)
            case tree.All(terms):
                return balanced(and_, [self.column(term) for term in terms])
            case tree.Any(terms):
                return balanced(or_, [self.column(term) for term in terms])
            case tree.Not(term):
                return self.column(term).not_()
            case tree.Compare(sign, left, right):
                return self.compared(sign, left, right)
            case tree.Within(item, codes):
                return _within(self.column(item, reused=len(codes) > 1), item.type, codes)
            case tree.Has(item, mode, members):
                return _has(self.column(item), item.type, mode, members)
            case tree.Shift(_, day, duration, sign):
                length = self.number(duration, reused=True)
                return dates.shifted(self.column(day, reused=True), length, sign, duration.type.unit)
            case tree.Pick(_, mode, terms):
                first, second = (self.column(term, reused=True) for term in terms)
                return numbers.either(numbers.compared(_FIRST_IF[mode], first, second), first, second)
            case tree.If(_, condition, then, otherwise):
                return self.chosen(condition, then, otherwise)
            case tree.Exists(records, where):
                elements = self.elements_of(records, where)
                return lists.exists(elements, self.where(where, elements))
            case tree.Every(records, where):
                elements = self.elements_of(records, where)
                return lists.exists(elements, lists.negated(self.where(where, elements))).not_()
            case tree.CountIs(sign, count, bound):
                limit = self.number(bound, reused=True)
                elements = self.elements_of(count.records, count.where)
                return lists.count_is(sign, elements, self.where(count.where, elements), limit)
        raise CannotCompile  # pragma: no cover  # `fold` leaves no other node

    def compared(self, sign: str, left: Typed, right: Typed) -> pl.Expr:
        kind = left.type.kind
        if kind in NUMERIC:
            return numbers.compare(sign, self.number(left), self.number(right))
        if kind in (Kind.SET, Kind.RECORDS):
            raise CannotCompile
        return numbers.compared(sign, self.column(left), self.column(right))

    def chosen(self, condition: Typed, then: Typed, otherwise: Typed) -> pl.Expr:
        if then.type.kind is Kind.RECORDS or (then.type.kind is Kind.SET and not is_bitmask(then.type)):
            raise CannotCompile
        first, second = (self.column(each, reused=True) for each in (then, otherwise))
        holds = self.column(condition, reused=True)
        if not _never_agree(then, otherwise):
            holds = numbers.or_where(holds, first == second)
        return numbers.either(holds, first, second)

    def elements_of(self, records: Typed, *conditions: Typed) -> lists.Elements:
        """The elements of a list, with the facts that conditions on them read besides. Lists in lists are left alone."""
        if self.elements or any(_doublings(condition) > _MOST_DOUBLINGS for condition in conditions):
            raise CannotCompile
        facts = dict.fromkeys(key for condition in conditions for key in tree.facts_of(condition))
        return lists.Elements(self.column(records), tuple(facts), self.aside)

    def where(self, node: Typed, elements: lists.Elements) -> lists.Where:
        """The condition of a list function, over its elements."""
        if isinstance(node, tree.Constant):
            return None if node.value is None else bool(node.value)
        return _Compiler(frozenset(), elements=elements).column(node)

    def amount_of_each(self, node: Typed, elements: lists.Elements) -> Number:
        if isinstance(node, tree.Constant) and node.value is None:
            raise CannotCompile
        return _Compiler(frozenset(), elements=elements).number(node)

    # -- numbers -----------------------------------------------------------------------------------

    def arithmetic(self, node: Typed) -> Number:
        match node:
            case tree.Constant(_, value):
                return numbers.constant(value) if isinstance(value, int | Fraction) else numbers.unknown()
            case tree.Fact(type) | tree.Field(type):
                limit = BOUNDS[type.kind]
                return Number(self.expression(node), -limit, limit, denominator(type.kind))
            case tree.Arithmetic(_, _, left, right) if left.type.kind is Kind.DATE:
                return dates.days_between(self.column(right), self.column(left))
            case tree.Arithmetic(_, sign, left, right):
                return _OPERATIONS[sign](self.number(left), self.number(right, reused=sign == "÷"))
            case tree.Scale(_, term, factor):
                return numbers.multiply(self.number(term), numbers.constant(factor))
            case tree.Years(_, start, end):
                return dates.whole_years(self.column(start, reused=True), self.column(end, reused=True))
            case tree.Pick(_, mode, terms):
                first, second = (self.number(term, reused=True) for term in terms)
                return numbers.choose(numbers.compare(_FIRST_IF[mode], first, second), first, second)
            case tree.If(_, condition, then, otherwise):
                first, second = (self.number(each, reused=True) for each in (then, otherwise))
                holds = self.column(condition, reused=True)
                if not _never_agree(then, otherwise):
                    holds = numbers.or_where(holds, numbers.compare("=", first, second))
                return numbers.choose(holds, first, second)
            case tree.Count(_, records, where):
                elements = self.elements_of(records, where)
                return lists.count(elements, self.where(where, elements))
            case tree.Sum(_, records, value, where):
                elements = self.elements_of(records, where, value)
                return lists.total(elements, self.where(where, elements), self.amount_of_each(value, elements))
        raise CannotCompile  # pragma: no cover  # `fold` leaves no other node


#: Used again as they are: nothing is computed for them.
_SIMPLE = (tree.Constant, tree.Fact, tree.Field)


#: The first of two is picked if it compares so with the second.
_FIRST_IF = {"min": "≤", "max": "≥"}
#: Inside a list nothing can be put aside, so what uses its parts twice may not stand too deep.
_MOST_DOUBLINGS = 4


def _doublings(node: Typed) -> int:
    """How many parts that use theirs more than once stand within one another."""
    own = isinstance(node, tree.If | tree.Pick | tree.Shift | tree.Years) or (
        isinstance(node, tree.Arithmetic) and node.operator == "÷"
    )
    return own + max(map(_doublings, tree.children(node)), default=0)


def _never_agree(then: Typed, otherwise: Typed) -> bool:
    """Whether one of two answers is never known, so that they cannot be the same."""
    return any(isinstance(each, tree.Constant) and each.value is None for each in (then, otherwise))


_OPERATIONS = {
    "+": numbers.add,
    "-": lambda left, right: numbers.add(left, right, sign=-1),
    "×": numbers.multiply,
    "÷": numbers.divide,
}


def _literal(of: Type, value: tree.Value) -> pl.Expr:
    if value is None:
        return pl.lit(None, dtype=dtype_of(of))
    return pl.lit(encoder(of)(value), dtype=dtype_of(of))


def balanced(combine: Callable[[pl.Expr, pl.Expr], pl.Expr], terms: list[pl.Expr]) -> pl.Expr:
    """The terms combined in a tree as low as it gets: long chains are slow to plan, and deep ones dangerous."""
    if len(terms) == 1:
        return terms[0]
    middle = len(terms) // 2
    return combine(balanced(combine, terms[:middle]), balanced(combine, terms[middle:]))


def _within(item: pl.Expr, of: Type, codes: tuple[str, ...]) -> pl.Expr:
    match of.kind:
        case Kind.REGION:
            return balanced(or_, [item.is_between(*_region_range(code)) for code in codes])
        case Kind.TREE:
            return balanced(or_, [(item == code) | item.cat.starts_with(code + ".") for code in codes])
        case Kind.CHOICE:
            return item.is_in(pl.lit(list(codes), dtype=pl.List(dtype_of(of))))
        case _:
            return balanced(or_, [item == pl.lit(code) for code in codes])


def _region_range(code: str) -> tuple[int, int]:
    """The first and last code that begins with the stem of `code`: 640100 → 640100 to 640199."""
    stem = region_stem(code)
    return int(stem.ljust(6, "0")), int(stem.ljust(6, "9"))


def _has(item: pl.Expr, of: Type, mode: str, members: tuple[str, ...]) -> pl.Expr:
    if not is_bitmask(of):
        each = [item.list.contains(pl.lit(member, dtype=pl.Enum(member_keys(of)))) for member in members]
        return balanced(and_ if mode == "all" else or_, each)
    bits = pl.lit(bits_of(of, members), dtype=pl.UInt64)
    return (item & bits) == bits if mode == "all" else (item & bits) != 0
