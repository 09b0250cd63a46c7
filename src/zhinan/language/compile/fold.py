"""Before the columns: what is already known is put in, what then has one value is computed, dates are brought to one side.

Typed tree in, typed tree out, with the same answer for every row; nothing here knows an engine. Known are the
application day, the parameters, and every fact the table has no column for (which is unknown in every row).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial, reduce

from zhinan.language import tree
from zhinan.language.evaluate import Facts, compile_closure, evaluate
from zhinan.language.tree import Typed, Value
from zhinan.language.types import BOOL, DATE

_TRUE, _FALSE = tree.Constant(BOOL, True), tree.Constant(BOOL, False)


def fold(node: Typed, *, known: Facts, present: Container[str]) -> Typed:
    """`node` as small as it gets when the facts in `known` have their values and those not in `present` have none.

    No `Cited` is left, every `Pick` is of two, and no part without a fact or field in it is anything but a constant.
    """
    return _Folder(known, present).folded(node)


@dataclass(frozen=True, slots=True)
class _Folder:
    known: Facts
    present: Container[str]

    def folded(self, node: Typed) -> Typed:
        match node:
            case tree.Constant() | tree.Field():
                return node
            case tree.Fact(type, key):
                if key in self.known:
                    return tree.Constant(type, self.known[key])
                return node if key in self.present else tree.Constant(type, None)
            case tree.Cited(body):
                return self.folded(body)
            case tree.All(terms):
                return _logic(tree.All, map(self.folded, terms), stop=_FALSE, go=_TRUE)
            case tree.Any(terms):
                return _logic(tree.Any, map(self.folded, terms), stop=_TRUE, go=_FALSE)
            case tree.Exists() | tree.Every() | tree.Count() | tree.Sum():
                return self.over_list(node)
            case tree.CountIs(sign, count, bound):
                records, limit = self.folded(count.records), self.folded(bound)
                if _is_unknown(records) or _is_unknown(limit):
                    return _unknown(node)
                counted = replace(count, records=records, where=self.folded(count.where))
                return _computed(_as_existence(tree.CountIs(sign, counted, limit)))
            case tree.If(type, condition, then, otherwise):
                return _settle(tree.If(type, *map(self.folded, (condition, then, otherwise))))
            case _:
                return self.strict(node)

    def strict(self, node: Typed) -> Typed:
        """A node that is unknown as soon as one of its parts is."""
        parts = [self.folded(part) for part in tree.children(node)]
        if any(map(_is_unknown, parts)) or _divides_by_zero(node, parts):
            return _unknown(node)
        rebuilt = _rebuilt(node, parts)
        if all(isinstance(part, tree.Constant) for part in parts):
            return tree.Constant(node.type, evaluate(rebuilt, {}))
        return _bring_over(rebuilt) if isinstance(rebuilt, tree.Compare) else rebuilt

    def over_list(self, node: tree.Exists | tree.Every | tree.Count | tree.Sum) -> Typed:
        records, where = self.folded(node.records), self.folded(node.where)
        if _is_unknown(records):
            return _unknown(node)
        if isinstance(node, tree.Sum):
            return _computed(replace(node, records=records, where=where, value=self.folded(node.value)))
        return _computed(replace(node, records=records, where=where))


def _is_unknown(node: Typed) -> bool:
    return isinstance(node, tree.Constant) and node.value is None


def _divides_by_zero(node: Typed, parts: list[Typed]) -> bool:
    if not isinstance(node, tree.Arithmetic) or node.operator != "÷":
        return False
    return isinstance(parts[1], tree.Constant) and parts[1].value == 0


def _unknown(node: Typed) -> Typed:
    return tree.Constant(node.type, None)


#: Comparisons of a count that ask whether there is any, and those that ask whether there is none.
_SOME, _NONE = {("≠", 0), (">", 0), ("≥", 1)}, {("=", 0), ("≤", 0), ("<", 1)}


def _as_existence(node: tree.CountIs) -> Typed:
    """`计数(…) = 0` as what it asks: that there is none."""
    asked = (node.operator, node.bound.value) if isinstance(node.bound, tree.Constant) else None
    exists = tree.Exists(node.count.records, node.count.where)
    return exists if asked in _SOME else tree.Not(exists) if asked in _NONE else node


def _computed(node: Typed) -> Typed:
    """A list function as its value, when it reads no fact."""
    return node if tree.facts_of(node) else tree.Constant(node.type, evaluate(node, {}))


def _logic(make: Callable[[tuple[Typed, ...]], Typed], terms: Iterable[Typed], *, stop: Typed, go: Typed) -> Typed:
    """The terms of an `All` or `Any`, each once, without those that settle nothing."""
    kept: dict[Typed, None] = {}
    for term in terms:
        within = term.terms if isinstance(term, tree.All | tree.Any) and type(term) is make else (term,)
        kept.update((each, None) for each in within if each != go)
    if stop in kept:
        return stop
    return make(tuple(kept)) if len(kept) > 1 else next(iter(kept), go)


def _settle(node: tree.If) -> Typed:
    if isinstance(node.condition, tree.Constant):
        if node.condition.value is not None:
            return node.then if node.condition.value else node.otherwise
        if _is_unknown(node.then) or _is_unknown(node.otherwise):
            return _unknown(node)
    return node.then if node.then == node.otherwise else node


def _rebuilt(node: Typed, parts: list[Typed]) -> Typed:
    match node:
        case tree.Not():
            return tree.opposite(parts[0])
        case tree.Within() | tree.Has():
            return replace(node, item=parts[0])
        case tree.Scale():
            return replace(node, term=parts[0])
        case tree.Compare() | tree.Arithmetic():
            return replace(node, left=parts[0], right=parts[1])
        case tree.Shift():
            return replace(node, day=parts[0], duration=parts[1])
        case tree.Years():
            return replace(node, start=parts[0], end=parts[1])
        case _:
            assert isinstance(node, tree.Pick)  # every other node is folded in its own way
            pair = partial(replace, node)
            return reduce(lambda first, second: pair(terms=(first, second)), parts)


# -- dates on one side --------------------------------------------------------------------------------
#
# `年龄(出生日期, 2026-12-31) ≤ 40岁` asks no more than `出生日期 ≥ 1985-12-31`, which needs no calendar row by row. The day
# at which the answer turns is found by asking the interpreter itself, so it cannot differ from it.

_MIRRORED = {"=": "=", "≠": "≠", "<": ">", ">": "<", "≤": "≥", "≥": "≤"}
_DAY = "day"


def _bring_over(node: tree.Compare) -> Typed:
    """A comparison of a moved day, or of the years to or from a fixed day, as one of the day itself."""
    if isinstance(node.left, tree.Constant):
        node = tree.Compare(_MIRRORED[node.operator], node.right, node.left)
    if not isinstance(node.right, tree.Constant):
        return node
    moved: Typed
    match node.left:
        case tree.Shift(_, day, tree.Constant()):
            moved, rising = replace(node.left, day=tree.Fact(DATE, _DAY)), True
        case tree.Years(_, day, tree.Constant()):
            moved, rising = replace(node.left, start=tree.Fact(DATE, _DAY)), False
        case tree.Years(_, tree.Constant(), day):
            moved, rising = replace(node.left, end=tree.Fact(DATE, _DAY)), True
        case _:
            return node
    return _without_move(node.operator, day, moved, node.right.value, rising=rising)


def _without_move(sign: str, day: Typed, moved: Typed, limit: Value, *, rising: bool) -> Typed:
    """`moved sign limit` as comparisons of `day`; `moved` rises or falls with it."""
    if sign == "=":
        ends = (_without_move(each, day, moved, limit, rising=rising) for each in "≤≥")
        return tree.All(tuple(ends))
    if sign == "≠":
        return tree.opposite(_without_move("=", day, moved, limit, rising=rising))
    from_here = (sign in ">≥") == rising  # true from some day on, or up to it
    ask = compile_closure(tree.Compare(sign, moved, tree.Constant(moved.type, limit)))
    first = _first_day(lambda each: ask({_DAY: each}, {}) is from_here)
    if first is None:
        return tree.Compare(">" if from_here else "≤", day, tree.Constant(DATE, date.max))
    return _bring_over(tree.Compare("≥" if from_here else "<", day, tree.Constant(DATE, first)))


def _first_day(turned: Callable[[date], bool]) -> date | None:
    """The first day of the calendar that has `turned`; once one has, all later ones have. `None`: no day has."""
    low, high = date.min.toordinal(), date.max.toordinal() + 1
    while low < high:
        middle = (low + high) // 2
        if turned(date.fromordinal(middle)):
            high = middle
        else:
            low = middle + 1
    return date.fromordinal(low) if low <= date.max.toordinal() else None
