"""Hypothesis strategies for subjects of a shipped pack: random facts out of its vocabulary, near its own figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from zhinan.language import tree
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Kind, Record, Type
from zhinan.policy.load import load_pack
from zhinan.policy.model import Pack
from zhinan.policy.resolve import resolve_pack
from zhinan.policy.vocabulary import base_vocabulary

Facts: TypeAlias = Mapping[str, Value]
VOCABULARY = base_vocabulary()
#: By it a subject chooses its line; it is a choice, not something one may not know.
LINE = "application.line"


@cache
def pack_named(name: str) -> Pack:
    return load_pack(name)


@cache
def expressions(name: str) -> tuple[Typed, ...]:
    """Every tree of a pack as it is decided by default."""
    found: list[Typed | None] = []
    for scheme in resolve_pack(pack_named(name)):
        items = (*scheme.conditions, *scheme.preferences, *scheme.documents, *scheme.payments, *scheme.routes)
        found += [each for item in items for each in (item.applies, item.require)]
        found += scheme.amounts.values()
    return tuple(each for each in found if each is not None)


@cache
def read_by(name: str) -> tuple[str, ...]:
    """The facts that a pack reads, in the order of the vocabulary."""
    keys = {node.key for each in expressions(name) for node in tree.walk(each) if isinstance(node, tree.Fact)}
    return tuple(key for key in VOCABULARY.facts if key in keys)


@cache
def figures(name: str) -> Mapping[Type, tuple[Value, ...]]:
    """The constants a pack compares with, by type: there the verdict turns."""
    found: dict[Type, dict[Value, None]] = {}
    for each in expressions(name):
        for node in tree.walk(each):
            if isinstance(node, tree.Constant) and not isinstance(node.value, dict | list):
                found.setdefault(node.type, {})[node.value] = None
    return {type: tuple(values) for type, values in found.items()}


@cache
def value_of(name: str, type: Type) -> SearchStrategy[Value]:
    """A value of a type, often one at which a pack's verdict turns, or next to it."""
    known = [value for value in figures(name).get(type, ()) if value is not None]
    match type.kind:
        case Kind.BOOL:
            return st.booleans()
        case Kind.DATE:
            days = [date(2026, 3, 1), date(1986, 3, 1), date(1985, 12, 31), *(day for day in known if isinstance(day, date))]
            return st.builds(lambda day, off: day + timedelta(days=off), st.sampled_from(days), st.integers(-400, 400))
        case Kind.CHOICE | Kind.SET:
            assert type.choice
            keys = st.sampled_from([member.key for member in type.choice.members])
            return keys if type.kind is Kind.CHOICE else st.frozensets(keys, max_size=4)
        case Kind.REGION:
            return st.sampled_from(["640100", "640104", "640000", "110000", "640181"])
        case Kind.TREE:
            return st.sampled_from([node.id for root in pack_named(name).directions for node in root.walk()] + ["D-X"])
        case Kind.TEXT:
            return st.sampled_from(["", "甲", "无"])
        case Kind.RECORDS:
            assert type.record
            return st.lists(_record(name, type.record), max_size=3).map(tuple)
        case _:
            numbers = [number for number in known if isinstance(number, int | Fraction)] or [10]
            near = st.builds(lambda number, off: number + off, st.sampled_from(numbers), st.integers(-1, 1))
            return near | st.integers(0, 100) | (st.integers(0, 10**12) if type.kind is Kind.MONEY else st.integers(0, 3))


def _record(name: str, record: Record) -> SearchStrategy[dict[str, Value]]:
    fields = {field.key: value_of(name, field.type) for field in record.fields}
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def facts(draw: st.DrawFn, name: str = "yinchuan-2026") -> Facts:
    """A subject: one of a worked case with some facts changed, removed and added; or wholly random."""
    keys = read_by(name)
    base = draw(st.sampled_from([{}, *(case.facts for case in pack_named(name).cases)]))
    found = {key: value for key, value in base.items() if key != LINE}
    for key in draw(st.lists(st.sampled_from(sorted(found)), max_size=4, unique=True)) if found else []:
        del found[key]
    for key in draw(st.lists(st.sampled_from(keys), max_size=6 if base else 40, unique=True)):
        found[key] = draw(value_of(name, VOCABULARY.facts[key].word.type))
    return found
