"""The same system with missing values: every fact has a companion `k_…` that says whether it is known.

OpenFisca has no such thing; this is the rewriting its users do by hand, mechanically. Each truth is one small integer:
0 no, 1 yes, 2 unknown. Its answers are then those of everybody else, unknown conditions included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_

import numpy as np
import polars as pl
from openfisca_core.simulations import Simulation

from benchmarks.rails import NUMERIC, fact_name
from benchmarks.rules import VERDICTS, Special, Workload
from benchmarks.translate_openfisca import NO_AMOUNT, PERIOD, Array, Get, OpenFisca
from zhinan.language import tree
from zhinan.language.tree import Typed
from zhinan.language.types import Kind

Pair = tuple[Array, Array]
UNKNOWN = np.uint8(2)


class OpenFiscaThree(OpenFisca):
    """As `OpenFisca`; `simulation` also takes which facts are known, and list truths as pairs."""

    def add_plain(self, name: str, value_type: type, dtype: object, formula: object = None, **more: object) -> None:
        super().add_plain(name, value_type, dtype, formula, **more)
        if formula is None and not name.startswith("k_"):
            super().add_plain(f"k_{name}", bool, np.bool_)

    def simulation(self, table: pl.DataFrame, lists: Mapping[str, Array]) -> Simulation:
        simulation = super().simulation(table, {})
        for name, truths in lists.items():
            simulation.set_input(name, PERIOD, truths)
        return simulation

    def set_known(self, simulation: Simulation, table: pl.DataFrame) -> None:
        """Tell which cells of the table were there before it was filled."""
        for key, of in self.workload.facts.items():
            if of.kind not in (Kind.RECORDS, Kind.TEXT):
                simulation.set_input(f"k_{fact_name(key)}", PERIOD, table[key].is_not_null().to_numpy().copy())

    # -- a special -----------------------------------------------------------------------------------

    def truth_name(self, node: Typed) -> str:
        if node not in self.names:
            pair = self.pair(node)

            def compute(get: Get) -> Array:
                yes, no = pair(get)
                return np.where(no, np.uint8(0), np.where(yes, np.uint8(1), UNKNOWN))

            self.names[node] = self.formula(f"truth_{len(self.names)}", int, np.uint8, compute)
        return self.names[node]

    def add_special(self, special: Special) -> None:
        name, rules = fact_name(special.id), [rule for rule in special.rules if rule.bars]
        truths = [self.truth_name(rule.node) for rule in rules]
        width = np.uint8 if len(rules) <= 8 else np.uint16 if len(rules) <= 16 else np.uint32
        masks = [width(special.mask(line)) for line in special.lines]
        unmet = self.formula(f"{name}_all_unmet", int, width, _mask(truths, np.uint8(0), width))
        unknown = self.formula(f"{name}_all_unknown", int, width, _mask(truths, UNKNOWN, width))
        best = self.formula(f"{name}_best", int, np.uint8, _best(unmet, unknown, masks))
        outputs = {"verdict": (np.uint8, lambda get: get(best) // np.uint8(64))}
        if special.has_lines:
            outputs["line"] = (np.uint8, lambda get: get(best) % np.uint8(64))
        outputs["unmet"] = (width, _of_line(unmet, best, masks))
        outputs["unknown"] = (width, _of_line(unknown, best, masks))
        outputs["amount"] = (np.int64, _paid(best, [self.amount_name(special, line) for line in special.lines]))
        self.outputs += [self.formula(f"{name}_{of}", int, dtype, compute) for of, (dtype, compute) in outputs.items()]

    def amount_name(self, special: Special, line: str) -> str | None:
        node = special.amounts.get(line)
        if node is None:
            return None
        if node not in self.names:
            (number, under), known = self.number(node), self.known(node)

            def compute(get: Get) -> Array:
                return np.where(known(get), number(get) // under, NO_AMOUNT)

            self.names[node] = self.formula(f"amount_{len(self.names)}", int, np.int64, compute)
        return self.names[node]

    # -- pairs ---------------------------------------------------------------------------------------

    def pair(self, node: Typed) -> Callable[[Get], Pair]:
        """Surely true and surely false."""
        match node:
            case tree.Exists() | tree.Every() | tree.CountIs():
                name = self.list_names[node]
                return lambda get: (get(name), get(f"k_{name}") & ~get(name))
            case tree.Not(term):
                inner = self.pair(term)
                return lambda get: inner(get)[::-1]
            case tree.All(terms) | tree.Any(terms):
                parts = [self.pair(term) for term in terms]
                yes, no = (and_, or_) if isinstance(node, tree.All) else (or_, and_)

                def joined(get: Get) -> Pair:
                    pairs = [part(get) for part in parts]
                    return reduce(yes, (t for t, _ in pairs)), reduce(no, (f for _, f in pairs))

                return joined
            case tree.Constant(_, value):
                return lambda get: (np.bool_(value is True), np.bool_(value is False))
        plain, known = super().truth(node), self.known(node)

        def leaf(get: Get) -> Pair:
            there = known(get)
            yes = plain(get) & there
            return yes, there & ~yes

        return leaf

    def truth(self, node: Typed) -> Callable[[Get], Array]:
        """Inside an amount: whether the first branch is taken."""
        if isinstance(node, tree.Compare | tree.Within | tree.Has | tree.Fact) or node.type.kind in NUMERIC:
            return super().truth(node)
        pair = self.pair(node)
        return lambda get: pair(get)[0]

    def known(self, node: Typed) -> Callable[[Get], Array]:
        if isinstance(node, tree.If):
            return self.known_if(node)
        if isinstance(node, tree.Constant):
            return lambda get: np.bool_(node.value is not None)
        if isinstance(node, tree.Fact):
            name = f"k_{fact_name(node.key)}"
            return lambda get: get(name)
        parts = [self.known(part) for part in tree.children(node) if not isinstance(part, tree.Constant)]
        return lambda get: reduce(and_, (part(get) for part in parts))

    def known_if(self, node: tree.If) -> Callable[[Get], Array]:
        pair, first, second = self.pair(node.condition), self.known(node.then), self.known(node.otherwise)
        same = self.compared("=", node.then, node.otherwise)

        def compute(get: Get) -> Array:
            (yes, no), a, b = pair(get), first(get), second(get)
            return (yes & a) | (no & b) | (a & b & same(get))

        return compute


def _mask(truths: list[str], code: np.uint8, width: type) -> Callable[[Get], Array]:
    def compute(get: Get) -> Array:
        bits = np.zeros(get(truths[0]).shape, dtype=width)
        for bit, truth in enumerate(truths):
            bits |= np.where(get(truth) == code, width(1 << bit), width(0))
        return bits

    return compute


def _best(unmet: str, unknown: str, masks: list[np.integer]) -> Callable[[Get], Array]:
    """How good the best line is, times 64, and its place."""

    def compute(get: Get) -> Array:
        ranks = [
            np.where((get(unmet) & mask) != 0, np.uint8(128), np.where((get(unknown) & mask) != 0, np.uint8(64), np.uint8(0)))
            + np.uint8(place)
            for place, mask in enumerate(masks)
        ]
        return reduce(np.minimum, ranks)

    return compute


def _of_line(bits: str, best: str, masks: list[np.integer]) -> Callable[[Get], Array]:
    if len(set(masks)) == 1:
        return lambda get: get(bits).copy()
    table = np.array(masks)
    return lambda get: get(bits) & table[get(best) % 64]


def _paid(best: str, amounts: list[str | None]) -> Callable[[Get], Array]:
    def compute(get: Get) -> Array:
        kinds = list(dict.fromkeys(amounts))
        paid = get(kinds[0]) if kinds[0] else np.int64(NO_AMOUNT)
        if len(kinds) > 1:
            line = get(best) % np.uint8(64)
            paid = np.select([line == at for at in range(len(amounts))], [get(each) for each in amounts if each])
        return np.where(get(best) < 128, paid, NO_AMOUNT)

    return compute


def as_table(outputs: Mapping[str, Array], workload: Workload) -> pl.DataFrame:
    """The outputs as the columns of a screening; after the clock has stopped."""
    columns = []
    for special in workload.specials:
        name = fact_name(special.id)
        columns += [pl.Series(f"{special.id}.line", outputs[f"{name}_line"])] if special.has_lines else []
        columns.append(pl.Series(f"{special.id}.verdict", np.array(VERDICTS)[outputs[f"{name}_verdict"]]))
        amount = pl.Series(f"{special.id}.amount", outputs[f"{name}_amount"])
        columns.append(amount.set(amount == NO_AMOUNT, None))
        columns += [pl.Series(f"{special.id}.{of}", outputs[f"{name}_{of}"]) for of in ("unmet", "unknown")]
    return pl.DataFrame(columns)
