"""Why a tree has its value: the facts that decided, the facts still missing, how far off, and the whole tree of reasons.

`prepare` compiles a tree once into steps; the questions are then asked of the steps, as often as wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from zhinan.language import tree
from zhinan.language.evaluate import Facts, Run, compile_closure, operation, tally
from zhinan.language.format import format_typed
from zhinan.language.scan import english
from zhinan.language.tree import Typed, Value
from zhinan.language.types import AGE_TYPE, DAYS_TYPE, POINTS, YEARS_TYPE, Kind, Type, Word, count_of
from zhinan.values.quantity import PERCENT, decimal, format_quantity
from zhinan.values.regions import find_region
from zhinan.values.text import Lang, Text

#: A compiled trace: the facts, to the value, the facts that decided it and the facts that are missing.
Follow = Callable[[Facts], "tuple[Value, tuple[str, ...], tuple[str, ...]]"]


#: A compiled measure: the facts, to the gap of a truth that is false for them.
Gauge = Callable[[Facts], "Gap | None"]


@dataclass(frozen=True, slots=True)
class Step:
    """A node made ready: how to compute it, the facts it reads, the steps beneath it.

    A leaf is explained as a whole: all its facts count. `cited` is the citation the node stood in, if any.
    """

    node: Typed
    run: Run
    follow: Follow
    gauge: Gauge
    keys: tuple[str, ...]
    parts: tuple[Step, ...]
    is_leaf: bool
    cited: tree.Cited | None = None

    def value(self, facts: Facts) -> Value:
        """The value for `facts`; `None` when they do not settle it."""
        return self.run(facts, _NO_RECORD)


class Trace(NamedTuple):
    """A value with the keys of the known facts that decided it and of the missing facts that still can change it."""

    value: Value
    because: tuple[str, ...]
    missing: tuple[str, ...]


class Gap(NamedTuple):
    """How far a subject is from meeting a comparison that it does not meet.

    `fact` is a key; `have` and `need` are values of `type`; `by` (of type `by_type`) is the distance, where there is one.
    `measured` is what `have` is the value of, when that is not simply the fact.
    """

    fact: str
    type: Type
    have: Value
    operator: str
    need: Value | tuple[str, ...]
    by: Value = None
    by_type: Type | None = None
    measured: Typed | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A node of the explanation: what is asked, its value, the facts it read and the reasons beneath."""

    asked: Typed
    value: Value
    facts: tuple[str, ...]
    clause: str
    says: Text | None
    parts: tuple[Reason, ...]


_NO_RECORD: Facts = {}
#: All but facts, constants and what is asked of a list: a field of a record is no fact that could be named.
_PARTED = (
    tree.All, tree.Any, tree.Not, tree.If, tree.Compare, tree.CountIs, tree.Within, tree.Has, tree.Pick, tree.Arithmetic,
    tree.Scale, tree.Shift, tree.Years,
)  # fmt: skip


def prepare(node: Typed) -> Step:
    """`node` compiled for evaluation and explanation."""
    if isinstance(node, tree.Cited):
        return replace(prepare(node.body), cited=node)
    parts = tuple(prepare(child) for child in tree.children(node)) if isinstance(node, _PARTED) else ()
    is_leaf = not isinstance(node, tree.All | tree.Any | tree.If) and all(part.is_leaf for part in parts)
    run, keys = compile_closure(node), tree.facts_of(node)
    follow = _follow_leaf(node, run, keys) if is_leaf else _follow_open(node, run, parts)
    return Step(node, run, follow, _gauge(node, parts), keys, parts, is_leaf)


def because(step: Step, facts: Facts) -> tuple[str, ...]:
    """The keys of the known facts that decided the value, each once."""
    return trace(step, facts).because


def missing(step: Step, facts: Facts) -> tuple[str, ...]:
    """The keys of the unknown facts that can still change the value, each once; none when it is settled."""
    return trace(step, facts).missing


def trace(step: Step, facts: Facts) -> Trace:
    """The value, what decided it and what is missing, in one walk."""
    value, because, missing = step.follow(facts)
    if step.is_leaf:
        return Trace(value, because, missing)
    return Trace(value, tuple(dict.fromkeys(because)), tuple(dict.fromkeys(missing)))


def _follow_leaf(node: Typed, run: Run, keys: tuple[str, ...]) -> Follow:
    if len(keys) != 1:
        return lambda facts: _follow_many(node, run(facts, _NO_RECORD), keys, facts)
    holds, fails, open_ = (True, keys, ()), (False, keys, ()), (None, (), keys)

    def follow(facts: Facts) -> tuple[Value, tuple[str, ...], tuple[str, ...]]:
        value = run(facts, _NO_RECORD)
        if value is None:
            return open_
        return holds if value is True else fails if value is False else (value, keys, ())

    return follow


def _follow_many(
    node: Typed, value: Value, keys: tuple[str, ...], facts: Facts
) -> tuple[Value, tuple[str, ...], tuple[str, ...]]:
    if value is not None and None not in [facts.get(key) for key in keys]:
        return value, keys, ()
    known = tuple([key for key in keys if facts.get(key) is not None])
    if value is not None:
        return value, known, ()
    return None, known, tuple([key for key in keys if _is_open(node, key, facts.get(key))]) or keys


def _is_open(node: Typed, key: str, value: Value) -> bool:
    """Whether a fact is unknown, or is a list whose records leave open a field that the node reads."""
    if not isinstance(value, tuple):
        return value is None
    fields = _fields_read(node, key)
    return any(record.get(field) is None for record in value for field in fields)


def _fields_read(node: Typed, key: str) -> frozenset[str]:
    """The fields that the list functions in `node` read of the list called `key`."""
    over = [part for part in tree.walk(node) if isinstance(part, tree.Exists | tree.Every | tree.Count | tree.Sum)]
    looking = [part for part in over if key in tree.facts_of(part.records)]
    return frozenset(part.key for each in looking for part in tree.walk(each) if isinstance(part, tree.Field))


def _follow_open(node: Typed, run: Run, parts: tuple[Step, ...]) -> Follow:
    follows = [part.follow for part in parts]
    if isinstance(node, tree.All | tree.Any):
        return _follow_logic(follows, stop=isinstance(node, tree.Any))
    if isinstance(node, tree.If):
        return _follow_choice(*follows)
    if isinstance(node, tree.Arithmetic):
        return _follow_arithmetic(operation(node), *follows)
    return lambda facts: _joined(run(facts, _NO_RECORD), [follow(facts) for follow in follows])


def _follow_choice(condition: Follow, then: Follow, otherwise: Follow) -> Follow:
    """The condition and the branch taken, or both branches while the condition is open; the value is theirs."""

    def follow(facts: Facts) -> tuple[Value, tuple[str, ...], tuple[str, ...]]:
        asked = condition(facts)
        if asked[0] is not None:
            taken = (then if asked[0] else otherwise)(facts)
            return _joined(taken[0], [asked, taken])
        first, second = then(facts), otherwise(facts)
        return _joined(first[0] if first[0] == second[0] else None, [asked, first, second])

    return follow


def _follow_arithmetic(combine: Callable[[Value, Value], Value], left: Follow, right: Follow) -> Follow:
    """Both operands; the value is made of theirs."""

    def follow(facts: Facts) -> tuple[Value, tuple[str, ...], tuple[str, ...]]:
        first, second = left(facts), right(facts)
        value = None if first[0] is None or second[0] is None else combine(first[0], second[0])
        return _joined(value, [first, second])

    return follow


def _follow_logic(follows: list[Follow], *, stop: bool) -> Follow:
    def follow(facts: Facts) -> tuple[Value, tuple[str, ...], tuple[str, ...]]:
        value: Value = not stop
        traces = [each(facts) for each in follows]
        for found in traces:
            if found[0] is stop:
                return _joined(stop, [each for each in traces if each[0] is stop])
            if found[0] is None:
                value = None
        return _joined(value, traces)

    return follow


def _joined(
    value: Value, traces: list[tuple[Value, tuple[str, ...], tuple[str, ...]]]
) -> tuple[Value, tuple[str, ...], tuple[str, ...]]:
    because: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    for found in traces:
        because += found[1]
        if found[0] is None:
            missing += found[2]
    return value, because, missing if value is None else ()


def gap(step: Step, facts: Facts) -> Gap | None:
    """How far off a truth that is false is; `None` when it is not false or cannot be measured."""
    return step.gauge(facts) if step.value(facts) is False else None


def _gauge(node: Typed, parts: tuple[Step, ...]) -> Gauge:
    """How to measure the gap of `node`, to be asked only where it is false."""
    match node:
        case tree.All():
            return lambda facts: _first_gap(parts, facts)
        case tree.Any():
            return lambda facts: _first_gap(sorted(parts, key=lambda part: _distance(part, facts)), facts)
        case tree.Compare(sign, left, right):
            if tree.facts_of(left):
                return _measured(sign, left, compile_closure(left), compile_closure(right))
            return _measured(tree.MIRRORED[sign], right, compile_closure(right), compile_closure(left))
        case tree.CountIs(sign, count, bound):
            return _counted(sign, count, bound)
        case tree.Exists(records, where):
            found = _count(records, where)
            return _counted("≥", found, tree.Constant(found.type, 1))
        case tree.Every(records, where):
            strays = _count(records, tree.opposite(where))
            return _counted("≤", strays, tree.Constant(strays.type, 0))
        case _:
            return _wanted(node)


def _first_gap(parts: Iterable[Step], facts: Facts) -> Gap | None:
    return next((found for part in parts if (found := gap(part, facts))), None)


def _distance(step: Step, facts: Facts) -> int:
    """How many leaves would have to change for the step to hold."""
    if step.value(facts) is True:
        return 0
    match step.node:
        case tree.All():
            return sum(_distance(part, facts) for part in step.parts)
        case tree.Any():
            return min((_distance(part, facts) for part in step.parts), default=1)
        case _:
            return 1


def _no_gap(facts: Facts) -> None:
    """Nothing can be measured."""


def _measured(sign: str, left: Typed, have_of: Run, need_of: Run) -> Gauge:
    """The gap of a comparison that fails: `left` has some value, and `sign` some other is wanted of it."""
    keys = tree.facts_of(left)
    if not keys:
        return _no_gap
    key, of, measured = keys[0], left.type, None if isinstance(left, tree.Fact) else left
    has_distance = sign not in "=≠"

    def gauge(facts: Facts) -> Gap | None:
        have, need = have_of(facts, _NO_RECORD), need_of(facts, _NO_RECORD)
        if has_distance and isinstance(have, date) and isinstance(need, date):
            return Gap(key, of, have, sign, need, abs((have - need).days), DAYS_TYPE, measured)
        if has_distance and isinstance(have, int | Fraction) and isinstance(need, int | Fraction):
            return Gap(key, of, have, sign, need, abs(have - need), of, measured)
        return Gap(key, of, have, sign, need, None, None, measured)

    return gauge


def _count(records: Typed, where: Typed) -> tree.Count:
    measure = records.type.record.measure if records.type.record else ""
    return tree.Count(count_of(measure), records, where)


def _counted(sign: str, count: tree.Count, bound: Typed) -> Gauge:
    """The gap of a count: while it is open, the number nearest to what is wanted."""
    tally_of, need_of = tally(count), compile_closure(bound)

    def nearest(facts: Facts, record: Facts) -> Value:
        least, most = tally_of(facts, record) or (0, 0)
        need = need_of(facts, record)
        return least if isinstance(need, int | Fraction) and least >= need else most

    return _measured(sign, count, nearest, need_of)


def _wanted(node: Typed) -> Gauge:
    """The gap of a truth that has no measure: what it should be instead."""
    term, wanted = (node.term, False) if isinstance(node, tree.Not) else (node, True)
    if not isinstance(term, tree.Fact | tree.Within | tree.Has) or not tree.facts_of(term):
        return _no_gap
    item = term if isinstance(term, tree.Fact) else term.item
    key, have_of, measured = tree.facts_of(item)[0], compile_closure(item), None if isinstance(item, tree.Fact) else item
    sign: str = "="
    need: Value | tuple[str, ...] = wanted
    if isinstance(term, tree.Within):
        sign, need = "属于" if wanted else "不属于", term.codes
    elif isinstance(term, tree.Has):
        sign, need = _HAS_SIGNS[term.mode, wanted], term.members
    return lambda facts: Gap(key, item.type, have_of(facts, _NO_RECORD), sign, need, None, None, measured)


_HAS_SIGNS = {
    ("any", True): "包含", ("all", True): "包含全部", ("any", False): "不包含", ("all", False): "不同时包含",
}  # fmt: skip


def reason(step: Step, facts: Facts) -> Reason:
    """The whole tree of reasons, down to the single comparisons."""
    parts = step.parts if isinstance(step.node, tree.All | tree.Any) else ()
    clause, says = (step.cited.clause, step.cited.says) if step.cited else ("", None)
    found = trace(step, facts)
    return Reason(step.node, found.value, found.because, clause, says, tuple(reason(part, facts) for part in parts))


_SIGN_WORDS = {
    "<": Text("低于", "be below"), "≤": Text("不超过", "be at most"),
    ">": Text("超过", "be above"), "≥": Text("不低于", "be at least"),
    "=": Text("为", "be"), "≠": Text("不为", "not be"),
    "属于": Text("属于", "be in"), "不属于": Text("不属于", "not be in"),
    "包含": Text("包含", "include"), "包含全部": Text("包含", "include"),
    "不包含": Text("不包含", "not include"), "不同时包含": Text("不同时包含", "not include all of"),
}  # fmt: skip
_DATE_WORDS = {
    "<": Text("早于", "be before"), "≤": Text("不晚于", "be no later than"),
    ">": Text("晚于", "be after"), "≥": Text("不早于", "be no earlier than"),
}  # fmt: skip
#: Between the members of a list, by what is wanted of them.
_OR, _AND = Text(" 或 ", " or "), Text("、", ", ")
_SIGNS_OF_ANY = frozenset({"属于", "包含"})


def show_value(value: Value | tuple[str, ...], of: Type, lang: Lang = "zh") -> str:
    """A value as people of `lang` read it."""
    if value is None:
        return "未知" if lang == "zh" else "unknown"
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Fraction):
        return _show_number(value, of, lang)
    if isinstance(value, str):
        return _show_key(value, of, lang)
    if of.record is not None:
        return format_quantity(len(value), of.record.measure, lang)
    keys = sorted(value, key=_place_in(of)) if isinstance(value, frozenset) else [str(key) for key in value]
    return _show_keys(keys, of, lang, between=_AND)


def _show_number(value: int | Fraction, of: Type, lang: Lang) -> str:
    if of == POINTS:
        return decimal(value, places=2) + ("分" if lang == "zh" else " points")
    if of.kind is Kind.NUMBER and value.denominator != 1:
        return decimal(Fraction(value) * 100, places=2) + PERCENT
    return format_quantity(value, of.unit, lang)


def _place_in(of: Type) -> Callable[[str], tuple[int, str]]:
    """Where a key stands in the list it is from."""
    places = {member.key: place for place, member in enumerate(of.choice.members if of.choice else ())}
    return lambda key: (places.get(key, len(places)), key)


def _show_keys(keys: Iterable[str], of: Type, lang: Lang, *, between: Text) -> str:
    shown = between.in_lang(lang).join(_show_key(key, of, lang) for key in keys)
    return shown or ("无" if lang == "zh" else "none")


def _show_key(key: str, of: Type, lang: Lang) -> str:
    if of.choice is not None:
        member = of.choice.find(key)
        return member.name.in_lang(lang) if member else key
    region = find_region(key) if of.kind is Kind.REGION else None
    return region.name if region else key


def show_need(gap: Gap, lang: Lang = "zh") -> str:
    """What is needed, with its sign: `< 2000万元`."""
    sign = gap.operator if lang == "zh" else _NEED_ENGLISH.get(gap.operator, english(gap.operator))
    return f"{sign} {_show_wanted(gap, lang)}"


_NEED_ENGLISH = {"不包含": "has none of", "不同时包含": "has not all of"}


def _show_wanted(gap: Gap, lang: Lang) -> str:
    if isinstance(gap.need, tuple):
        between = _OR if gap.operator in _SIGNS_OF_ANY else _AND
        return _show_keys([str(key) for key in gap.need], gap.type, lang, between=between)
    return show_value(gap.need, gap.type, lang)


def show_gap(gap: Gap, words: Mapping[str, Word], lang: Lang = "zh") -> str:
    """The gap as a sentence: 上年营业收入 2600万元，应低于 2000万元，超出 600万元."""
    signs = _DATE_WORDS if gap.type.kind is Kind.DATE and gap.operator in _DATE_WORDS else _SIGN_WORDS
    should, wanted = signs[gap.operator].in_lang(lang), _show_wanted(gap, lang)
    name, have = _show_measured(gap, words, lang), show_value(gap.have, gap.type, lang)
    if lang == "en":
        return f"{name} {have}, should {should} {wanted}{_show_by(gap, lang)}"
    return f"{name} {have}，应{should} {wanted}{_show_by(gap, lang)}"


def _show_measured(gap: Gap, words: Mapping[str, Word], lang: Lang) -> str:
    """What was measured: a fact by its last name, anything else as it would be written."""
    if gap.measured is not None:
        return format_typed(gap.measured, words, lang)
    word = words[gap.fact]
    return word.zh.rpartition(".")[2] if lang == "zh" else word.en.rpartition(".")[2].replace("_", " ")


def _show_by(gap: Gap, lang: Lang) -> str:
    if gap.by is None or gap.by_type is None:
        return ""
    if gap.by == 0:
        return "（不含本数）" if lang == "zh" else " (the limit itself is excluded)"
    by, is_over = _show_distance(gap, gap.by_type, lang), gap.operator in ("<", "≤")
    if gap.type.kind is Kind.DATE:
        words = Text(f"，晚了 {by}", f", {by} too late") if is_over else Text(f"，早了 {by}", f", {by} too early")
    else:
        words = Text(f"，超出 {by}", f", {by} over") if is_over else Text(f"，还差 {by}", f", {by} short")
    return words.in_lang(lang)


def _show_distance(gap: Gap, of: Type, lang: Lang) -> str:
    """The distance; that of two percentages is in points, lest 10% be taken for a tenth of the limit."""
    sides = [value for value in (gap.have, gap.need, gap.by) if isinstance(value, int | Fraction)]
    if of.kind is Kind.NUMBER and any(side.denominator != 1 for side in sides):
        points = decimal(Fraction(sides[-1]) * 100, places=2)
        return f"{points}个百分点" if lang == "zh" else f"{points} percentage points"
    return show_value(gap.by, YEARS_TYPE if of == AGE_TYPE and lang == "en" else of, lang)
