"""Why a tree has its value: the facts that decided, the facts still missing, how far off, and the whole tree of reasons.

`prepare` compiles a tree once into steps; the questions are then asked of the steps, as often as wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from zhinan.language import tree
from zhinan.language.evaluate import Facts, Run, compile_closure
from zhinan.language.format import format_typed
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind, Type, Word, duration_in
from zhinan.values.quantity import DAYS, PERCENT, decimal, format_quantity
from zhinan.values.regions import find_region
from zhinan.values.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Step:
    """A node made ready: how to compute it, the facts it reads, the steps beneath it."""

    node: Typed
    run: Run
    keys: tuple[str, ...]
    parts: tuple[Step, ...]

    def value(self, facts: Facts) -> Value:
        """The value for `facts`; `None` when they do not settle it."""
        return self.run(facts, {})


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


#: Nodes whose parts are explained one by one; all others are leaves of an explanation.
_OPEN = (tree.All, tree.Any, tree.Cited, tree.If, tree.Pick, tree.Arithmetic, tree.Compare)


def prepare(node: Typed) -> Step:
    """`node` compiled for evaluation and explanation."""
    beneath = tree.children(node) if isinstance(node, _OPEN) else ()
    return Step(node, compile_closure(node), tree.facts_of(node), tuple(prepare(child) for child in beneath))


def because(step: Step, facts: Facts) -> tuple[str, ...]:
    """The keys of the known facts that decided the value, each once."""
    if len(step.keys) == 1 or not step.parts:
        return tuple(key for key in step.keys if facts.get(key) is not None)
    found: dict[str, None] = {}
    _collect_because(step, facts, found)
    return tuple(found)


def _collect_because(step: Step, facts: Facts, found: dict[str, None]) -> None:
    match step.node:
        case tree.All() | tree.Any():
            stop = isinstance(step.node, tree.Any)
            values = [part.value(facts) for part in step.parts]
            decisive = stop in values
            for part, value in zip(step.parts, values, strict=True):
                if not decisive or value is stop:
                    _collect_because(part, facts, found)
        case tree.Cited():
            _collect_because(step.parts[0], facts, found)
        case tree.If():
            for part in _live_branches(step, facts):
                _collect_because(part, facts, found)
        case _:
            found.update((key, None) for key in step.keys if facts.get(key) is not None)


def missing(step: Step, facts: Facts) -> tuple[str, ...]:
    """The keys of the unknown facts that can still change the value, each once; none when it is settled."""
    found: dict[str, None] = {}
    _collect_missing(step, facts, found)
    return tuple(found)


def _collect_missing(step: Step, facts: Facts, found: dict[str, None]) -> None:
    if step.value(facts) is not None:
        return
    if isinstance(step.node, tree.If):
        for part in _live_branches(step, facts):
            _collect_missing(part, facts, found)
    elif step.parts:
        for part in step.parts:
            _collect_missing(part, facts, found)
    else:
        absent = [key for key in step.keys if facts.get(key) is None]
        found.update((key, None) for key in absent or step.keys)


def _live_branches(step: Step, facts: Facts) -> tuple[Step, ...]:
    condition, then, otherwise = step.parts
    holds = condition.value(facts)
    if holds is None:
        return step.parts
    return (condition, then) if holds else (condition, otherwise)


def gap(step: Step, facts: Facts) -> Gap | None:
    """How far off a truth that is false is; `None` when it is not false or cannot be measured."""
    if step.value(facts) is not False:
        return None
    match step.node:
        case tree.Cited():
            return gap(step.parts[0], facts)
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
        case tree.Cited():
            return _distance(step.parts[0], facts)
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
    body, clause, says = step, "", None
    if isinstance(step.node, tree.Cited):
        body, clause, says = step.parts[0], step.node.clause, step.node.says
    parts = body.parts if isinstance(body.node, tree.All | tree.Any) else ()
    return Reason(
        body.node, body.value(facts), because(body, facts), clause, says, tuple(reason(part, facts) for part in parts)
    )


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
        sentence = f"{name} {have}, should be {sign} {need}" if sign not in ("be", "not be") else f"{name} {have}, should {sign} {need}"
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
        return f", {by} {'too late' if over else 'too early'}" if gap.type.kind is Kind.DATE else f", {by} {'over' if over else 'short'}"
    if gap.type.kind is Kind.DATE:
        return f"，{'晚了' if over else '早了'} {by}"
    return f"，{'超出' if over else '还差'} {by}"


def show_question(node: Typed, words: Mapping[str, Word], lang: Lang = "zh") -> str:
    """What a node asks, as canonical text in the reader's language."""
    return format_typed(node, words, lang)
