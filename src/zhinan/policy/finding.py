"""How one condition, document or preference comes out for a subject, and why; compiled once, asked for each subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

from zhinan.language import tree
from zhinan.language.check import APPLICATION_DAY
from zhinan.language.explain import Gap, Step, because, missing, prepare
from zhinan.language.tree import Value
from zhinan.language.types import Kind
from zhinan.policy.model import Condition, Document, Preference
from zhinan.policy.resolve import Resolved

Facts = Mapping[str, Value]


class Outcome(Enum):
    """How one condition came out. `JUDGEMENT`: only a person can say."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    JUDGEMENT = "judgement"

    __hash__ = object.__hash__  # members are single; Enum's own hash is a call into Python for every look-up


MET, UNMET, UNKNOWN, JUDGEMENT = Outcome


class Ready(NamedTuple):
    """An item compiled. Two findings of the same item share one `Ready`."""

    resolved: Resolved
    applies: Step | None
    require: Step | None
    bars: bool
    #: How it comes out when it is met: met, or left to a person whom the machine has only helped.
    passed: Outcome
    #: How it comes out where it does not apply.
    otherwise: Outcome
    #: Whether it reads one fact with few values, so that every finding it can come to is made beforehand.
    is_closed: bool


class Finding(NamedTuple):
    """How one item came out for a subject, and why. `because` and `missing` are keys of facts."""

    ready: Ready
    outcome: Outcome
    because: tuple[str, ...]
    missing: tuple[str, ...] = ()
    gap: Gap | None = None

    @property
    def item(self) -> Condition | Document | Preference:
        """The condition, document or preference."""
        item = self.ready.resolved.item
        assert isinstance(item, Condition | Document | Preference)
        return item


#: An item compiled to a question that is put for each subject.
Find = Callable[[Facts], Finding]


def finder(resolved: Resolved) -> Find:
    """The item as a function of the facts. Most items read one fact: their findings but one are made beforehand."""
    ready = _ready(resolved)
    if ready.require is None and ready.applies is None:
        judged = Finding(ready, JUDGEMENT, ())
        return lambda facts: judged
    if ready.require is None:
        return lambda facts: _find_judged(ready, facts)
    if ready.is_closed:
        return _find_by_value(ready, ready.require)
    if ready.applies is None and ready.require.is_leaf and len(ready.require.keys) == 1:
        return _find_by_one_fact(ready, ready.require)
    return _find_unless_blank(ready)


def _ready(resolved: Resolved) -> Ready:
    item = resolved.item
    applies = prepare(resolved.applies) if resolved.applies is not None else None
    require = prepare(resolved.require) if resolved.require is not None else None
    return Ready(
        resolved, applies, require, bars=isinstance(item, Condition) and item.bars,
        passed=JUDGEMENT if isinstance(item, Condition | Preference) and item.judge else MET,
        otherwise=JUDGEMENT if isinstance(item, Condition) and item.otherwise_judge else MET,
        is_closed=applies is None and require is not None and len(require.keys) == 1 and bool(_values(require)),
    )  # fmt: skip


def _values(require: Step) -> list[Value]:
    """Every value of the one fact a step reads, where that is yes or no or a choice; none otherwise."""
    of = next(node.type for node in tree.walk(require.node) if isinstance(node, tree.Fact))
    if of.kind is Kind.BOOL:
        return [True, False]
    return [member.key for member in of.choice.members] if of.kind is Kind.CHOICE and of.choice else []


def _find_by_value(ready: Ready, require: Step) -> Find:
    key = require.keys[0]
    known = {value: _find(ready, {key: value}) for value in (None, *_values(require))}

    def find(facts: Facts) -> Finding:
        found = known.get(facts.get(key))
        return found if found is not None else _find(ready, facts)

    return find


def _find_unless_blank(ready: Ready) -> Find:
    """Most facts of a form just begun are unknown: while all of an item's are, its finding is always the same."""
    steps = [step for step in (ready.applies, ready.require) if step is not None]
    keys = tuple(dict.fromkeys(key for step in steps for key in step.keys if key != APPLICATION_DAY.key))
    if not all(set(leaf.keys) & set(keys) for step in steps for leaf in _leaves(step)):
        return lambda facts: _find(ready, facts)  # a part of it is decided by the day alone
    blank = _find(ready, {APPLICATION_DAY.key: date.min})

    def find(facts: Facts) -> Finding:
        for key in keys:
            if facts.get(key) is not None:
                return _find(ready, facts)
        return blank

    return find


def _leaves(step: Step) -> Iterator[Step]:
    if step.is_leaf:
        yield step
    for part in () if step.is_leaf else step.parts:
        yield from _leaves(part)


def _find_by_one_fact(ready: Ready, require: Step) -> Find:
    run, gauge, keys = require.run, require.gauge, require.keys
    met, unknown = Finding(ready, ready.passed, keys), Finding(ready, UNKNOWN, (), keys)

    def find(facts: Facts) -> Finding:
        value = run(facts, _NO_RECORD)
        if value is True:
            return met
        return unknown if value is None else Finding(ready, UNMET, keys, (), gauge(facts))

    return find


def _find_judged(ready: Ready, facts: Facts) -> Finding:
    """A pure judgement that is asked only where it applies."""
    assert ready.applies is not None  # one that always applies is found beforehand
    holds, keys, _ = ready.applies.follow(facts)
    return Finding(ready, ready.otherwise if holds is False else JUDGEMENT, _once(keys))


def _find(ready: Ready, facts: Facts) -> Finding:
    require, applies = ready.require, ready.applies
    assert require is not None  # a pure judgement has a finder of its own
    if applies is not None:
        holds = applies.run(facts, _NO_RECORD)
        if holds is False:
            return Finding(ready, ready.otherwise, because(applies, facts))
        if holds is None:
            return _find_unsure(ready, applies, require, facts)
    value, keys, absent = require.follow(facts)
    if value is None:
        return Finding(ready, UNKNOWN, _once(keys), _once(absent))
    if value:
        return Finding(ready, ready.passed, _once(keys))
    return Finding(ready, UNMET, _once(keys), (), require.gauge(facts))


def _once(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys)) if len(keys) > 1 else keys


def _find_unsure(ready: Ready, applies: Step, require: Step, facts: Facts) -> Finding:
    """A condition of which it is not known whether it applies: met if it is met anyway, otherwise unknown."""
    if require.run(facts, _NO_RECORD) is True:
        return Finding(ready, ready.passed, because(require, facts))
    keys = dict.fromkeys((*missing(applies, facts), *missing(require, facts)))
    return Finding(ready, UNKNOWN, because(applies, facts), tuple(keys))


_NO_RECORD: Facts = {}
