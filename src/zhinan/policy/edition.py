"""The reader's edition of a pack: clause by clause, what the document asks and what the engine does with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from zhinan.language.format import format_typed
from zhinan.language.tree import Typed
from zhinan.language.types import Word
from zhinan.policy.aspects import EVERY_LINE, aspects_of, expressions_of, name_of, names_in, names_within
from zhinan.policy.item import Item
from zhinan.policy.model import (
    Condition,
    Direction,
    Document,
    Duty,
    Funding,
    Line,
    Pack,
    Parameter,
    Payment,
    Preference,
    Purpose,
    Reading,
    Recommendation,
    Route,
    Scheme,
    Selection,
    Title,
)
from zhinan.policy.plan import History, Indicator, Instrument, Provision, RegisterKind, Task
from zhinan.policy.procedure import Action, Procedure, Role, Stage
from zhinan.policy.score import Criterion, Index
from zhinan.policy.wording import KINDS
from zhinan.values.text import Text, same

#: What the kinds of items are called.
KINDS_OF_ITEM: Mapping[type[Item], Text] = {
    Scheme: Text("事项", "scheme"),
    Line: Text("子项", "line"),
    Purpose: Text("由人判断", "judged by a person"),
    Direction: Text("支持方向", "direction"),
    Parameter: Text("参数", "parameter"),
    Condition: Text("条件", "condition"),
    Preference: Text("优先", "preferred"),
    Document: Text("材料", "document"),
    Funding: Text("金额", "amount"),
    Payment: Text("拨款", "payment"),
    Selection: Text("遴选", "selection"),
    Route: Text("受理科室", "section"),
    Recommendation: Text("推荐单位", "recommender"),
    Duty: Text("义务", "duty"),
    Title: Text("资质", "title"),
    Indicator: Text("目标", "target"),
    History: Text("已达到", "reached"),
    Task: Text("任务", "task"),
    Instrument: Text("支持措施", "instrument"),
    Provision: Text("管理规定", "provision"),
    RegisterKind: Text("登记事项", "register"),
    Procedure: Text("办理流程", "procedure"),
    Role: Text("角色", "role"),
    Stage: Text("阶段", "stage"),
    Action: Text("动作", "action"),
    Index: Text("评价指标", "index"),
    Criterion: Text("评分项", "criterion"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one item does: its kind, its sentence, what else is said of it, and its expressions as they are run."""

    kind: Text
    id: str
    says: Text
    notes: tuple[Text, ...] = ()
    runs: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause with everything that carries it; `depth` counts the clauses it stands under."""

    path: str
    depth: int
    gist: Text
    rules: tuple[str, ...]
    informational: Text | None
    entries: tuple[Entry, ...]
    readings: tuple[Reading, ...]


def passages(pack: Pack, words: Mapping[str, Word]) -> list[Passage]:
    """The pack in the order of its document. `words` maps the keys of facts and parameters to their words."""
    describe = _Describer(pack, words)
    carried: dict[str, list[Entry]] = defaultdict(list)
    by_rule: dict[str, list[Entry]] = defaultdict(list)
    for item in pack.items():
        entry = describe.entry(item)
        for path in item.clauses:
            carried[path].append(entry)
        for rule in item.rules:
            by_rule[rule].append(entry)
    depths = depths_of([clause.path for clause in pack.clauses])
    return [
        Passage(
            path=clause.path, depth=depths[clause.path], gist=clause.gist, rules=tuple(clause.rules),
            informational=clause.informational,
            # a clause may be carried by its rules alone
            entries=tuple(carried[clause.path] or dict.fromkeys(chain.from_iterable(by_rule[rule] for rule in clause.rules))),
            readings=tuple(reading for reading in pack.readings.values() if clause.path in reading.clauses),
        )
        for clause in pack.clauses
    ]  # fmt: skip


def entries_of(pack: Pack, words: Mapping[str, Word], items: Iterable[Item]) -> tuple[Entry, ...]:
    """What each of these items of the pack does, in the order given."""
    describe = _Describer(pack, words)
    return tuple(describe.entry(item) for item in items)


def depths_of(paths: list[str]) -> dict[str, int]:
    """How deep each clause stands: 九(一)2 is beneath 九(一), which is beneath 九; 专栏11 is not beneath 专栏1.

    >>> depths_of(["九", "九(一)", "九(一)2", "专栏1", "专栏1-1", "专栏11"])
    {'九': 0, '九(一)': 1, '九(一)2': 2, '专栏1': 0, '专栏1-1': 1, '专栏11': 0}
    """
    known, depths = set(paths), dict.fromkeys(paths, 0)
    for path in paths:
        heads = (path[:end] for end in range(1, len(path)) if not (path[end - 1].isdigit() and path[end].isdigit()))
        depths[path] = sum(1 for head in heads if head in known)
    return depths


class _Describer:
    def __init__(self, pack: Pack, words: Mapping[str, Word]) -> None:
        self.words = words
        self.readings = pack.readings
        self.everywhere = names_in(pack)
        owners: tuple[Scheme | Procedure, ...] = (*pack.rulesets, *pack.schemes, *pack.procedures)
        self.within = {id(item): names_within(owner) for owner in owners for item in owner.items()}

    def entry(self, item: Item) -> Entry:
        kind = KINDS_OF_ITEM[type(item)]
        if isinstance(item, Condition):
            how = KINDS[item.kind.value]
            kind = Text(f"{kind.zh}·{how.zh}", f"{kind.en}, {how.en}")
        plans = (Direction, Indicator, History, Task, RegisterKind)
        return Entry(kind, item.id if isinstance(item, plans) else "", name_of(item), self.notes(item), self.runs(item))

    def notes(self, item: Item) -> tuple[Text, ...]:
        """What else is said of an item: lines, papers, units, days …"""
        if isinstance(item, Payment):  # its name says all but the lines
            aspects = [(label, value) for label, value in aspects_of(item, self.named(item))[-1:] if value != EVERY_LINE]
        else:
            aspects = [(label, value) for label, value in aspects_of(item, self.named(item)) if value.zh and value != EVERY_LINE]
        return tuple(Text(f"{label.zh}：{value.zh}", f"{_bare(label.en)}: {value.en}") for label, value in aspects if label.zh)

    def named(self, item: Item) -> Mapping[str, Text]:
        return {**self.everywhere, **self.within.get(id(item), {})}

    def runs(self, item: Item) -> tuple[Text, ...]:
        """The expressions in both languages: where they apply, and in which reading they are what."""
        shown = []
        for label, variants in reversed(expressions_of(item)):
            where = Text("适用于：", "where: ") if label.zh else Text("", "")
            shown += [self.text(where, self.reading(item, name), typed) for name, typed in variants.items()]
        return tuple(shown)

    def reading(self, item: Item, alternative: str) -> Text:
        """In which reading an expression holds: nothing where there is but one."""
        if not alternative:
            return Text("", "")
        reading = self.readings.get(getattr(item, "reading", ""))
        name = reading.alternatives.get(alternative, same(alternative)) if reading else same(alternative)
        return Text(f"{name.zh}：", f"{name.en}: ")

    def text(self, where: Text, reading: Text, typed: Typed) -> Text:
        zh, en = format_typed(typed, self.words), format_typed(typed, self.words, "en")
        return Text(f"{where.zh}{reading.zh}{zh}", f"{where.en}{reading.en}{en}")


def _bare(label: str) -> str:
    return label.removeprefix("the ")
