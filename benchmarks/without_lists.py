"""A screening whose truths about lists are columns of the register, to be compared with engines that have no lists."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.rules import DAY, Workload, list_truths, screened_on_the_day
from zhinan.language import tree
from zhinan.language.check import APPLICATION_DAY
from zhinan.language.compile.fold import fold
from zhinan.language.tree import Typed
from zhinan.language.types import BOOL
from zhinan.policy.resolve import Resolved, ResolvedScheme
from zhinan.screening.outcomes import SchemeColumns
from zhinan.screening.screen import Screening


def without_lists(screening: Screening, workload: Workload) -> Screening:
    """The same screening, asking for the columns that `translate_openfisca.list_truths` names."""
    known = {APPLICATION_DAY.key: DAY}
    names = {node: name for name, node in list_truths(screened_on_the_day(workload)).items()}

    def given(node: Typed | None) -> Typed | None:
        return None if node is None else _swapped(fold(node, known=known, present=workload.facts.keys()), names)

    def resolved(each: Resolved) -> Resolved:
        return replace(each, applies=given(each.applies), require=given(each.require))

    def scheme(each: ResolvedScheme) -> ResolvedScheme:
        return replace(
            each,
            conditions=tuple(map(resolved, each.conditions)),
            amounts={line: given(amount) for line, amount in each.amounts.items()},
        )

    screening.schemes = tuple(SchemeColumns(scheme(each.resolved), each.name) for each in screening.schemes)
    return screening


def _swapped(node: Typed, names: dict[Typed, str]) -> Typed:
    if node in names:
        return tree.Fact(BOOL, names[node])
    if tree.opposite(node) in names and node.type == BOOL:
        return tree.Not(tree.Fact(BOOL, names[tree.opposite(node)]))
    match node:
        case tree.All(terms):
            return tree.All(tuple(_swapped(term, names) for term in terms))
        case tree.Any(terms):
            return tree.Any(tuple(_swapped(term, names) for term in terms))
    return node
