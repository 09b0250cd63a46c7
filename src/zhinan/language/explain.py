"""Why a tree has its value: the facts that decided, the facts still missing, how far off, and the whole tree of reasons.

`prepare` compiles a tree once into steps; the questions are then asked of the steps, as often as wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from zhinan.language import tree
from zhinan.language.evaluate import Facts, Run, compile_closure
from zhinan.language.format import format_typed
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind, Type, Word, duration_in
from zhinan.values.quantity import DAYS, PERCENT, decimal, format_quantity
from zhinan.values.regions import find_region
from zhinan.values.text import Lang, Text

#: A compiled trace: the facts, to the value, the facts that decided it and the facts that are missing.
Follow = Callable[[Facts], "tuple[Value, tuple[str, ...], tuple[str, ...]]"]


@dataclass(frozen=True, slots=True)
class Step:
    """A node made ready: how to compute it, the facts it reads, the steps beneath it.

    A leaf is explained as a whole: all its facts count. `cited` is the citation the node stood in, if any.
    """

    node: Typed
    run: Run
    follow: Follow
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


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a subject is from meeting a comparison that it does not meet.

    `fact` is a key; `have` and `need` are values of `type`; `by` (of type `by_type`) is the distance, where there is one.
    """

    fact: str
    type: Type
    have: Value
    operator: str
    need: Value | tuple[str, ...]
    by: Value = None
    by_type: Type | None = None


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
_PARTED = (tree.All, tree.Any, tree.If, tree.Pick, tree.Arithmetic, tree.Compare)


def prepare(node: Typed) -> Step:
    """`node` compiled for evaluation and explanation."""
    if isinstance(node, tree.Cited):
        return replace(prepare(node.body), cited=node)
    parts = tuple(prepare(child) for child in tree.children(node)) if isinstance(node, _PARTED) else ()
    is_leaf = not isinstance(node, tree.All | tree.Any | tree.If) and all(part.is_leaf for part in parts)
    run, keys = compile_closure(node), tree.facts_of(node)
    return Step(node, run, _follow_leaf(run, keys) if is_leaf else _follow_open(node, run, parts), keys, parts, is_leaf)


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


def _follow_leaf(run: Run, keys: tuple[str, ...]) -> Follow:
    if len(keys) != 1:
        return lambda facts: _follow_many(run(facts, _NO_RECORD), keys, facts)
    holds, fails, open_ = (True, keys, ()), (False, keys, ()), (None, (), keys)

    def follow(facts: Facts) -> tuple[Value, tuple[str, ...], tuple[str, ...]]:
        value = run(facts, _NO_RECORD)
        if value is None:
            return open_
        return holds if value is True else fails if value is False else (value, keys, ())

    return follow


def _follow_many(value: Value, keys: tuple[str, ...], facts: Facts) -> tuple[Value, tuple[str, ...], tuple[str, ...]]:
    known = tuple([key for key in keys if facts.get(key) is not None])
    if value is not None:
        return value, known, ()
    return None, known, tuple([key for key in keys if key not in known]) or keys


def _follow_open(node: Typed, run: Run, parts: tuple[Step, ...]) -> Follow:
    follows = [part.follow for part in parts]
    if isinstance(node, tree.All | tree.Any):
        return _follow_logic(follows, stop=isinstance(node, tree.Any))
    if isinstance(node, tree.If):
        return lambda facts: _joined(run(facts, _NO_RECORD), _live(parts, facts))
    return lambda facts: _joined(run(facts, _NO_RECORD), [follow(facts) for follow in follows])


def _live(parts: tuple[Step, ...], facts: Facts) -> list[tuple[Value, tuple[str, ...], tuple[str, ...]]]:
    """The traces of a choice: its condition and the branch taken, or both branches while that is open."""
    condition, then, otherwise = parts
    holds = condition.value(facts)
    live = parts if holds is None else (condition, then if holds else otherwise)
    return [part.follow(facts) for part in live]


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
    if step.value(facts) is not False:
        return None
    match step.node:
        case tree.All():
            return next((found for part in step.parts if (found := gap(part, facts))), None)
        case tree.Any():
            nearest = min(step.parts, key=lambda part: _distance(part, facts), default=None)
            return gap(nearest, facts) if nearest else None
        case tree.Compare(operator, left, right):
            first, second = (part.value(facts) for part in step.parts)
            return _measured(operator, left, first, second, right)
        case _:
            return _wanted(step, facts)


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


def _measured(operator: str, left: Typed, have: Value, need: Value, right: Typed) -> Gap | None:
    keys = tree.facts_of(left) or tree.facts_of(right)
    if not keys:
        return None
    if operator in ("=", "≠"):
        return Gap(keys[0], left.type, have, operator, need)
    if isinstance(have, date) and isinstance(need, date):
        return Gap(keys[0], left.type, have, operator, need, abs((have - need).days), duration_in(DAYS))
    if isinstance(have, int | Fraction) and isinstance(need, int | Fraction):
        return Gap(keys[0], left.type, have, operator, need, abs(have - need), left.type)
    return None


def _wanted(step: Step, facts: Facts) -> Gap | None:
    node, wanted = step.node, True
    if isinstance(node, tree.Not):
        node, wanted = node.term, False
    if not step.keys:
        return None
    key = step.keys[0]
    match node:
        case tree.Fact(type, key):
            return Gap(key, type, facts.get(key), "=", wanted)
        case tree.Within(item, codes):
            return Gap(key, item.type, compile_closure(item)(facts, {}), "属于" if wanted else "不属于", codes)
        case tree.Has(item, mode, members):
            sign = ("包含" if mode == "any" else "包含全部") if wanted else "不包含"
            return Gap(key, item.type, facts.get(key), sign, members)
        case tree.CountIs(operator, count, bound):
            have = compile_closure(count)(facts, {})
            return _measured(operator, count, have, compile_closure(bound)(facts, {}), bound)
        case _:
            return None


def reason(step: Step, facts: Facts) -> Reason:
    """The whole tree of reasons, down to the single comparisons."""
    parts = step.parts if isinstance(step.node, tree.All | tree.Any) else ()
    clause, says = (step.cited.clause, step.cited.says) if step.cited else ("", None)
    found = trace(step, facts)
    return Reason(step.node, found.value, found.because, clause, says, tuple(reason(part, facts) for part in parts))


_SIGN_WORDS = {
    "<": Text("低于", "below"), "≤": Text("不超过", "at most"), ">": Text("超过", "above"), "≥": Text("不低于", "at least"),
    "=": Text("是", "be"), "≠": Text("不是", "not be"), "属于": Text("属于", "one of"), "不属于": Text("不属于", "none of"),
    "包含": Text("包含", "include"), "包含全部": Text("包含全部", "include all of"), "不包含": Text("不包含", "not include"),
}  # fmt: skip
_DATE_WORDS = {
    "<": Text("早于", "before"), "≤": Text("不晚于", "no later than"), ">": Text("晚于", "after"), "≥": Text("不早于", "no earlier than"),
}  # fmt: skip


def show_value(value: Value | tuple[str, ...], type: Type, lang: Lang = "zh") -> str:
    """A value as people of `lang` read it."""
    if value is None:
        return "未知" if lang == "zh" else "unknown"
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Fraction):
        if type.kind is Kind.NUMBER:
            return decimal(Fraction(value) * 100, places=2) + PERCENT if value != int(value) else decimal(value)
        return format_quantity(value, type.unit, lang)
    if isinstance(value, frozenset):
        value = tuple(sorted(value))
    if isinstance(value, tuple):
        return _show_many(value, type, lang)
    return _show_key(value, type, lang)


def _show_many(values: tuple[Value, ...] | tuple[str, ...] | tuple[dict[str, Value], ...], type: Type, lang: Lang) -> str:
    if type.record is not None:
        return format_quantity(len(values), type.record.measure, lang)
    if not values:
        return "无" if lang == "zh" else "none"
    return ("、" if lang == "zh" else ", ").join(_show_key(str(value), type, lang) for value in values)


def _show_key(key: str, type: Type, lang: Lang) -> str:
    if type.choice is not None:
        return type.choice.by_key(key).name.in_lang(lang)
    if type.kind is Kind.REGION:
        region = find_region(key)
        return region.name if region else key
    return key


def show_need(gap: Gap, lang: Lang = "zh") -> str:
    """What is needed, with its sign: `< 2000万元`."""
    return f"{gap.operator} {show_value(gap.need, gap.type, lang)}"


def show_gap(gap: Gap, words: Mapping[str, Word], lang: Lang = "zh") -> str:
    """The gap as a sentence: 上年营业收入 2600万元，应低于 2000万元，超出 600万元."""
    word = words[gap.fact]
    have, need = show_value(gap.have, gap.type, lang), show_value(gap.need, gap.type, lang)
    signs = _DATE_WORDS if gap.type.kind is Kind.DATE and gap.operator in _DATE_WORDS else _SIGN_WORDS
    sign = signs[gap.operator].in_lang(lang)
    if lang == "en":
        name = word.en.rpartition(".")[2].replace("_", " ")
        sentence = (
            f"{name} {have}, should be {sign} {need}" if sign not in ("be", "not be") else f"{name} {have}, should {sign} {need}"
        )
        return sentence + _show_by(gap, lang)
    return f"{word.zh.rpartition('.')[2]} {have}，应{sign} {need}" + _show_by(gap, lang)


def _show_by(gap: Gap, lang: Lang) -> str:
    if gap.by is None or gap.by_type is None:
        return ""
    if gap.by == 0:
        return "（不含本数）" if lang == "zh" else " (the limit itself is excluded)"
    by = show_value(gap.by, gap.by_type, lang)
    over = gap.operator in ("<", "≤")
    if lang == "en":
        return (
            f", {by} {'too late' if over else 'too early'}"
            if gap.type.kind is Kind.DATE
            else f", {by} {'over' if over else 'short'}"
        )
    if gap.type.kind is Kind.DATE:
        return f"，{'晚了' if over else '早了'} {by}"
    return f"，{'超出' if over else '还差'} {by}"


def show_question(node: Typed, words: Mapping[str, Word], lang: Lang = "zh") -> str:
    """What a node asks, as canonical text in the reader's language."""
    return format_typed(node, words, lang)
