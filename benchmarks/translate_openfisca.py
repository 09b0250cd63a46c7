"""The workload as a tax and benefit system of OpenFisca-Core: one variable a fact, a truth, a verdict, an amount.

OpenFisca has no missing values: what is not given is 0, false, or the first of a choice. It is therefore asked about
the table filled in that way (`tables.filled`), and says nothing of unknown conditions. In its favour: no variable for
them, list conditions handed over as yes or no (its way would be records as members of a group entity, summed up for each
condition), every truth once, nothing dated.
Against its habit: amounts are int64 and not float32, which could not tell a fen; that costs it hardly any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import reduce
from math import lcm
from operator import and_, or_

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.rails import NUMERIC, fact_name
from benchmarks.rules import Special, Workload, list_truths
from zhinan.language import tree
from zhinan.language.compile.columns import SCALE, bits_of, member_keys
from zhinan.language.evaluate import region_stem
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind, Type

PERIOD = "2026"
#: An amount nobody can tell (no formula applies); OpenFisca has no null.
NO_AMOUNT = -1
_COMPARE: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "=": np.equal, "≠": np.not_equal, "<": np.less, "≤": np.less_equal, ">": np.greater, "≥": np.greater_equal,
}  # fmt: skip
Array = np.ndarray
Get = Callable[[str], Array]
Run = Callable[[Get], Array]


class OpenFisca:
    """The system built once; `simulation` takes a table, before the clock starts; `run` computes everything."""

    def __init__(self, workload: Workload, nodes: list[str]) -> None:
        self.workload = workload
        self.lists = list_truths(workload)
        self.list_names = {node: name for name, node in self.lists.items()}
        self.nodes = nodes
        self.entity = build_entity(key="organisation", plural="organisations", label="organisation", is_person=True)
        self.system = TaxBenefitSystem([self.entity])
        self.enums: dict[str, type[Enum]] = {}
        self.names: dict[Typed, str] = {}
        self.outputs: list[str] = []
        for key, of in workload.facts.items():
            if of.kind is not Kind.RECORDS:
                self.add(fact_name(key), of)
        for name in self.lists:
            self.add_plain(name, bool, np.bool_)
        for special in workload.specials:
            self.add_special(special)

    # -- variables -----------------------------------------------------------------------------------

    def add(self, name: str, of: Type) -> None:
        match of.kind:
            case Kind.BOOL:
                self.add_plain(name, bool, np.bool_)
            case Kind.CHOICE | Kind.TREE:
                members = member_keys(of) if of.kind is Kind.CHOICE else self.nodes
                self.enums[name] = Enum(f"{name}_members", [(f"m{at}", member) for at, member in enumerate(members)])  # type: ignore[assignment, call-overload]  # the functional form
                self.add_plain(name, Enum, None, possible_values=self.enums[name], default_value=next(iter(self.enums[name])))
            case Kind.SET:
                self.add_plain(name, int, np.uint64)
            case Kind.DATE:
                self.add_plain(name, date, np.dtype("datetime64[D]"))
            case Kind.REGION:
                self.add_plain(name, int, np.uint32)
            case Kind.TEXT:
                self.add_plain(name, str, None)
            case _:
                self.add_plain(name, int, np.int64)

    def add_plain(self, name: str, value_type: type, dtype: object, formula: object = None, **more: object) -> None:
        described = {
            "value_type": value_type, "entity": self.entity, "definition_period": DateUnit.YEAR, "label": name, **more,
        }  # fmt: skip
        if formula is not None:
            described["formula"] = formula
        self.system.add_variable(type(name, (Variable,), described))
        if dtype is not None:
            self.system.get_variable(name).dtype = dtype

    def formula(self, name: str, value_type: type, dtype: object, compute: Callable[[Get], Array]) -> str:
        def formula(population: object, period: object) -> Array:
            values = compute(lambda key: population(key, period))  # type: ignore[operator]  # a population is called
            return values if np.ndim(values) else np.full(population.count, values)  # type: ignore[attr-defined]  # as above

        self.add_plain(name, value_type, dtype, formula)
        return name

    def truth_name(self, node: Typed) -> str:
        """The variable of a rule's truth; equal ones share it."""
        if node not in self.names:
            compute = self.truth(node)
            self.names[node] = self.formula(f"truth_{len(self.names)}", bool, np.bool_, compute)
        return self.names[node]

    def add_special(self, special: Special) -> None:
        name, rules = fact_name(special.id), [rule for rule in special.rules if rule.bars]
        truths = [self.truth_name(rule.node) for rule in rules]
        width = np.uint8 if len(rules) <= 8 else np.uint16 if len(rules) <= 16 else np.uint32
        barred = self.formula(f"{name}_barred", int, width, _mask(truths, width))
        masks = [width(special.mask(line)) for line in special.lines]
        amounts = [self.amount_name(special, line) for line in special.lines]
        line = self.formula(f"{name}_line", int, np.uint8, _best_line(barred, masks)) if special.has_lines else None
        self.outputs += [line] if line else []
        self.outputs.append(self.formula(f"{name}_unmet", int, width, _of_line(barred, line, masks)))
        eligible = self.formula(f"{name}_eligible", bool, np.bool_, _is_zero(f"{name}_unmet"))
        self.outputs += [eligible, self.formula(f"{name}_amount", int, np.int64, _paid(eligible, line, amounts))]

    def amount_name(self, special: Special, line: str) -> str | None:
        node = special.amounts.get(line)
        if node is None:
            return None
        if node not in self.names:
            number, under = self.number(node)
            self.names[node] = self.formula(
                f"amount_{len(self.names)}", int, np.int64, number if under == 1 else lambda get: number(get) // under
            )
        return self.names[node]

    # -- a run ---------------------------------------------------------------------------------------

    def simulation(self, table: pl.DataFrame, lists: Mapping[str, Array]) -> Simulation:
        """The table set as input; `lists` are the truths about lists."""
        simulation = SimulationBuilder().build_default_simulation(self.system, count=table.height)
        for key, of in self.workload.facts.items():
            if of.kind not in (Kind.RECORDS, Kind.TEXT):
                name = fact_name(key)
                simulation.set_input(name, PERIOD, self.encoded(name, table[key], of))
        for name, truths in lists.items():
            simulation.set_input(name, PERIOD, truths)
        return simulation

    def encoded(self, name: str, column: pl.Series, of: Type) -> Array:
        if name in self.enums:
            members = member_keys(of) if of.kind is Kind.CHOICE else self.nodes
            codes = column.cast(pl.String).replace_strict(members, list(range(len(members))), return_dtype=pl.UInt8)
            return EnumArray(codes.to_numpy().copy(), self.enums[name])
        return column.to_numpy().copy()

    def run(self, simulation: Simulation) -> dict[str, Array]:
        """Every output, by the name of its variable."""
        return {name: simulation.calculate(name, PERIOD) for name in self.outputs}

    # -- truths as formulas --------------------------------------------------------------------------

    def truth(self, node: Typed) -> Callable[[Get], Array]:
        match node:
            case tree.Constant(_, value):
                return lambda get: np.bool_(value)
            case tree.Fact(_, key):
                return _got(fact_name(key))
            case tree.Exists() | tree.Every() | tree.CountIs():
                return _got(self.list_names[node])
            case tree.Not(term):
                inner = self.truth(term)
                return lambda get: ~inner(get)
            case tree.All(terms) | tree.Any(terms):
                join, parts = (and_ if isinstance(node, tree.All) else or_), [self.truth(term) for term in terms]
                return lambda get: reduce(join, (part(get) for part in parts))
            case tree.Compare(sign, left, right):
                return self.compared(sign, left, right)
            case tree.Within(item, codes):
                return self.within(item, codes)
            case tree.Has(item, mode, members):
                bits, name = np.uint64(bits_of(item.type, members)), self.key(item)
                if mode == "all":
                    return lambda get: (get(name) & bits) == bits
                return lambda get: (get(name) & bits) != 0
        raise TypeError(type(node).__name__)

    def compared(self, sign: str, left: Typed, right: Typed) -> Callable[[Get], Array]:
        compare = _COMPARE[sign]
        if left.type.kind in NUMERIC:
            (first, a), (second, b) = self.number(left), self.number(right)
            under = lcm(a, b)
            return lambda get: compare(_times(first(get), under // a), _times(second(get), under // b))
        if left.type.kind is Kind.CHOICE and isinstance(right, tree.Constant):
            name, code = self.key(left), member_keys(left.type).index(str(right.value))
            return lambda get: compare(get(name).view(np.ndarray), code)
        value_a, value_b = self.value(left), self.value(right)
        return lambda get: compare(value_a(get), value_b(get))

    def within(self, item: Typed, codes: tuple[str, ...]) -> Callable[[Get], Array]:
        name = self.key(item)
        if item.type.kind is Kind.REGION:
            stems = [region_stem(code) for code in codes]
            ranges = [(int(stem.ljust(6, "0")), int(stem.ljust(6, "9"))) for stem in stems]
            return lambda get: reduce(or_, ((get(name) >= low) & (get(name) <= high) for low, high in ranges))
        members = member_keys(item.type) if item.type.kind is Kind.CHOICE else self.nodes
        is_in = [any(m == code or (item.type.kind is Kind.TREE and m.startswith(code + ".")) for code in codes) for m in members]
        chosen = np.array(is_in)
        return lambda get: chosen[get(name).view(np.ndarray)]

    # -- values --------------------------------------------------------------------------------------

    def key(self, node: Typed) -> str:
        assert isinstance(node, tree.Fact)
        return fact_name(node.key)

    def value(self, node: Typed) -> Callable[[Get], Array]:
        if isinstance(node, tree.Constant):
            fixed = np.datetime64(str(node.value)) if node.type.kind is Kind.DATE else node.value
            return lambda get: fixed  # type: ignore[return-value]  # numpy broadcasts it
        return _got(self.key(node))

    def number(self, node: Typed) -> tuple[Callable[[Get], Array], int]:
        """A number over a constant denominator."""
        match node:
            case tree.Constant(_, None):
                return (lambda get: np.int64(NO_AMOUNT)), 1
            case tree.Constant(_, value):
                return _fixed(value)
            case tree.Fact(type, key):
                return _got(fact_name(key)), SCALE if type.kind in (Kind.NUMBER, Kind.DURATION) else 1
            case tree.Arithmetic(_, "×", left, right):
                (first, a), (second, b) = self.number(left), self.number(right)
                return (lambda get: first(get) * second(get)), a * b
            case tree.Arithmetic(_, "+" | "-" as sign, left, right):
                (first, a), (second, b) = self.number(left), self.number(right)
                under, join = lcm(a, b), (np.add if sign == "+" else np.subtract)
                return (lambda get: join(_times(first(get), under // a), _times(second(get), under // b))), under
            case tree.Pick(_, mode, terms):
                numbers = [self.number(term) for term in terms]
                under, pick = lcm(*(each for _, each in numbers)), (np.minimum if mode == "min" else np.maximum)
                return (lambda get: reduce(pick, (_times(run(get), under // each) for run, each in numbers))), under
            case tree.If(_, condition, then, otherwise):
                holds, (first, a), (second, b) = self.truth(condition), self.number(then), self.number(otherwise)
                under = lcm(a, b)
                return _either(holds, first, second, (under // a, under // b)), under
        raise TypeError(type(node).__name__)


def _got(name: str) -> Callable[[Get], Array]:
    return lambda get: get(name)


def _fixed(value: Value) -> tuple[Callable[[Get], Array], int]:
    exact = Fraction(value)  # type: ignore[arg-type]  # a numeric constant
    top = np.int64(exact.numerator)
    return (lambda get: top), exact.denominator  # type: ignore[return-value]  # numpy broadcasts it


def _either(holds: Run, first: Run, second: Run, factors: tuple[int, int]) -> Run:
    return lambda get: np.where(holds(get), _times(first(get), factors[0]), _times(second(get), factors[1]))


def _times(values: Array, factor: int) -> Array:
    return values if factor == 1 else values * np.int64(factor)


def _mask(truths: list[str], width: type) -> Callable[[Get], Array]:
    """The bits of the truths that do not hold."""

    def compute(get: Get) -> Array:
        bits = np.zeros(get(truths[0]).shape, dtype=width)
        for bit, truth in enumerate(truths):
            bits |= np.where(get(truth), width(0), width(1 << bit))
        return bits

    return compute


def _best_line(barred: str, masks: list[np.integer]) -> Callable[[Get], Array]:
    def compute(get: Get) -> Array:
        bits = get(barred)
        best = np.zeros(bits.shape, dtype=np.uint8)  # none holds: the first
        for place in range(len(masks) - 1, -1, -1):
            best[(bits & masks[place]) == 0] = place
        return best

    return compute


def _of_line(barred: str, line: str | None, masks: list[np.integer]) -> Callable[[Get], Array]:
    if line is None:
        return lambda get: get(barred).copy()
    table = np.array(masks)
    return lambda get: get(barred) & table[get(line)]


def _is_zero(name: str) -> Callable[[Get], Array]:
    return lambda get: get(name) == 0


def _paid(eligible: str, line: str | None, amounts: list[str | None]) -> Callable[[Get], Array]:
    def compute(get: Get) -> Array:
        kinds = list(dict.fromkeys(amounts))
        paid = get(kinds[0]) if kinds[0] else np.int64(NO_AMOUNT)
        if line and len(kinds) > 1:
            paid = np.select([get(line) == at for at in range(len(amounts))], [get(each) for each in amounts if each])
        return np.where(get(eligible), paid, NO_AMOUNT)

    return compute


def as_table(outputs: Mapping[str, Array], workload: Workload) -> pl.DataFrame:
    """The outputs as the columns of a screening; after the clock has stopped."""
    return pl.DataFrame(list(_columns(outputs, workload)))


def _columns(outputs: Mapping[str, Array], workload: Workload) -> Iterator[pl.Series]:
    for special in workload.specials:
        name = fact_name(special.id)
        if special.has_lines:
            yield pl.Series(f"{special.id}.line", outputs[f"{name}_line"])
        verdict = pl.Series(np.where(outputs[f"{name}_eligible"], "eligible", "ineligible"))
        yield verdict.alias(f"{special.id}.verdict")
        amount = pl.Series(f"{special.id}.amount", outputs[f"{name}_amount"])
        yield amount.set(amount == NO_AMOUNT, None)
        yield pl.Series(f"{special.id}.unmet", outputs[f"{name}_unmet"])
        yield pl.Series(f"{special.id}.unknown", np.zeros(len(amount), dtype=np.uint8))
