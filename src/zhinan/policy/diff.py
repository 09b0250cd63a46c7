"""What changed between two editions of a pack, in sentences: figures by how much, conditions by what they now say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import TypeVar, get_args

from zhinan.language import tree
from zhinan.language.explain import show_value
from zhinan.language.format import format_typed
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Type, Word
from zhinan.policy.item import Item, Variants
from zhinan.policy.model import Condition, Document, Funding, Pack, Parameter, Payment, Preference, Scheme
from zhinan.policy.wording import KINDS, MOMENTS, figure_in_words
from zhinan.values.quantity import decimal
from zhinan.values.text import Lang, Text, same

Thing = TypeVar("Thing", bound=Item)


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `about` is the scheme or section it belongs to; `clause` is that of the newer edition."""

    about: Text
    clause: str
    says: Text


def diff_packs(old: Pack, new: Pack, words: Mapping[str, Word]) -> list[Change]:
    """What changed from `old` to `new`, in the order of the newer pack.

    `words` maps the keys of facts and of both packs' parameters to their words.
    """
    return list(_Differ(words).packs(old, new))


class _Differ:
    def __init__(self, words: Mapping[str, Word]) -> None:
        self.words = words

    def packs(self, old: Pack, new: Pack) -> Iterator[Change]:
        about = Text("整个政策包", "the whole pack")
        if old.in_force != new.in_force:
            yield Change(about, "", _changed(Text("有效期", "the period in force"), _period(old), _period(new)))
        if old.title != new.title:
            yield Change(about, "", _changed(Text("名称", "the title"), old.title, new.title))
        yield from self.schemes(old, new)
        yield from self.readings(old, new)
        yield from self.directions(old, new)
        yield from self.plan(old, new)

    def schemes(self, old: Pack, new: Pack) -> Iterator[Change]:
        for before, after in _pairs(old.schemes, new.schemes, lambda scheme: scheme.id):
            if before is None and after is not None:
                yield Change(after.name, after.clause, Text(f"新增事项“{after.name.zh}”", f"new scheme: {after.name.en}"))
            elif after is None and before is not None:
                yield Change(before.name, before.clause, Text(f"取消事项“{before.name.zh}”", f"scheme dropped: {before.name.en}"))
            elif before is not None and after is not None:
                yield from self.scheme(before, after)

    def scheme(self, old: Scheme, new: Scheme) -> Iterator[Change]:
        if old.name != new.name:
            yield Change(new.name, new.clause, _changed(Text("事项名称", "the name"), old.name, new.name))
        sections: tuple[Iterable[tuple[str, Text]], ...] = (
            self.parameters(old, new), self.lines(old, new), self.conditions(old, new), self.preferences(old, new),
            self.documents(old, new), self.fundings(old, new), self.payments(old, new), self.rest(old, new),
        )  # fmt: skip
        for section in sections:
            for clause, says in section:
                yield Change(new.name, clause, says)

    # -- sections of a scheme ----------------------------------------------------------------------

    def parameters(self, old: Scheme, new: Scheme) -> Iterator[tuple[str, Text]]:
        for before, after in _pairs(old.parameters, new.parameters, lambda each: each.word.key.rpartition(".")[2]):
            if before is None and after is not None:
                yield after.clause, _added(Text("参数", "parameter"), _with_value(after))
            elif after is None and before is not None:
                yield before.clause, _dropped(Text("参数", "parameter"), before.label)
            elif before is not None and after is not None and before.value != after.value:
                yield after.clause, _figure(after.label, before.value, after.value, after.word.type)

    def lines(self, old: Scheme, new: Scheme) -> Iterator[tuple[str, Text]]:
        return _come_and_gone(Text("子项", "line"), old.branches, new.branches, lambda line: line.id, lambda line: line.name)

    def conditions(self, old: Scheme, new: Scheme) -> Iterator[tuple[str, Text]]:
        kind = Text("条件", "condition")
        yield from _come_and_gone(kind, old.conditions, new.conditions, lambda each: each.id, lambda each: each.says)
        for before, after in _both(old.conditions, new.conditions, lambda each: each.id):
            if before.kind is not after.kind:
                says = _changed(_quoted(after.says), KINDS[before.kind.value], KINDS[after.kind.value])
                yield after.clause, says
            yield from self.trees(after, after.says, before.requires, after.requires)
            if before.applies != after.applies:
                yield after.clause, self.rewritten(_where(after.says), before.applies, after.applies)
            if before.lines != after.lines:
                says = _changed(_quoted(after.says), _lines(before), _lines(after))
                yield after.clause, says
            if before.judge != after.judge and before.judge and after.judge:
                yield after.clause, _changed(Text("由人判断的内容", "what a person judges"), before.judge, after.judge)

    def preferences(self, old: Scheme, new: Scheme) -> Iterator[tuple[str, Text]]:
        kind = Text("优先条件", "preference")
        yield from _come_and_gone(kind, old.preferences, new.preferences, lambda each: each.id, lambda each: each.says)
        for before, after in _both(old.preferences, new.preferences, lambda each: each.id):
            yield from self.trees(after, after.says, before.whens, after.whens)

    def documents(self, old: Scheme, new: Scheme) -> Iterator[tuple[str, Text]]:
        kind = Text("材料", "document")
        yield from _come_and_gone(kind, old.documents, new.documents, lambda each: each.id, lambda each: each.name)
        for before, after in _both(old.documents, new.documents, lambda each: each.id):
            yield from self.trees(after, after.name, before.requires, after.requires)

    def fundings(self, old: Scheme, new: Scheme) -> Iterator[tuple[str, Text]]:
        name = Text("金额公式", "the formula of the amount")
        if len(old.fundings) != len(new.fundings):
            clause = new.fundings[0].clause if new.fundings else new.clause
            counts = (
                Text(f"{len(old.fundings)} 条", f"{len(old.fundings)}"),
                Text(f"{len(new.fundings)} 条", f"{len(new.fundings)}"),
            )
            yield clause, _changed(Text("金额公式的条数", "the number of formulas"), *counts)
        for before, after in zip(old.fundings, new.fundings, strict=False):
            yield from self.trees(after, name, self.own(old, new, before.grants), after.grants)

    def own(self, old: Scheme, new: Scheme, variants: Variants) -> Variants:
        """The old formula with the new edition's parameters, so that a changed figure is told once, as a parameter."""
        renamed = {
            before.word.key: tree.Fact(after.word.type, after.word.key)
            for before, after in _both(old.parameters, new.parameters, lambda each: each.word.key.rpartition(".")[2])
        }
        return {name: tree.substitute(typed, renamed) for name, typed in variants.items()}

    def payments(self, old: Scheme, new: Scheme) -> Iterator[tuple[str, Text]]:
        for before, after in _both(old.payments, new.payments, lambda each: each.id):
            if before.instalments != after.instalments:
                yield after.clause, _changed(Text("拨款批次", "the instalments"), _instalments(before), _instalments(after))
            if before.lump_sum != after.lump_sum:
                says = (Text("不实行包干制", "no lump sum"), Text("实行包干制", "lump sum"))
                yield after.clause, _changed(Text("经费管理", "the budget"), says[before.lump_sum], says[after.lump_sum])

    def rest(self, old: Scheme, new: Scheme) -> Iterator[tuple[str, Text]]:
        for before, after in zip(old.selections, new.selections, strict=False):
            if before.planned != after.planned:
                yield (
                    after.clause,
                    _changed(Text("拟立项数", "the planned number"), _range(before.planned), _range(after.planned)),
                )
        yield from _come_and_gone(
            Text("受理科室", "section"), old.routes, new.routes, lambda route: route.section, lambda route: same(route.section)
        )
        yield from _come_and_gone(Text("义务", "duty"), old.duties, new.duties, lambda duty: duty.id, lambda duty: duty.says)

    # -- expressions -------------------------------------------------------------------------------

    def trees(self, item: Item, name: Text, old: Variants, new: Variants) -> Iterator[tuple[str, Text]]:
        """What changed in an item's expressions, alternative by alternative of its reading."""
        for alternative in dict.fromkeys((*old, *new)):
            before, after = old.get(alternative), new.get(alternative)
            if before == after:
                continue
            figures = constants_changed(before, after) if before is not None and after is not None else None
            if not figures:
                yield item.clause, self.rewritten(_quoted(name), before, after)
                continue
            for about, first, second in figures:
                label = self.label(about) if about is not None else _quoted(name)
                yield item.clause, _figure(label, first.value, second.value, second.type)

    def label(self, about: Typed) -> Text:
        """What a constant is compared with, as a person calls it."""
        facts = tree.facts_of(about)
        if isinstance(about, tree.Fact) and facts[0] in self.words:
            word = self.words[facts[0]]
            return Text(f"{word.zh.rpartition('.')[2]}的要求", f"the limit on {word.en.rpartition('.')[2].replace('_', ' ')}")
        return Text(f"{format_typed(about, self.words)}的要求", f"the limit on {format_typed(about, self.words, 'en')}")

    def rewritten(self, name: Text, old: Typed | None, new: Typed | None) -> Text:
        return _changed(name, self.shown(old), self.shown(new))

    def shown(self, typed: Typed | None) -> Text:
        if typed is None:
            return Text("没有限定", "no condition")
        return Text(format_typed(typed, self.words), format_typed(typed, self.words, "en"))

    # -- the rest of a pack ------------------------------------------------------------------------

    def readings(self, old: Pack, new: Pack) -> Iterator[Change]:
        for id, after in new.readings.items():
            before = old.readings.get(id)
            if before is not None and before.default != after.default:
                chosen = (before.alternatives.get(before.default, same(before.default)), after.alternatives[after.default])
                yield Change(
                    Text("解读", "readings"), after.clauses[0] if after.clauses else "", _changed(after.question, *chosen)
                )

    def directions(self, old: Pack, new: Pack) -> Iterator[Change]:
        before, after = ([node for root in pack.directions for node in root.walk()] for pack in (old, new))
        kind = Text("支持方向", "direction")
        for clause, says in _come_and_gone(kind, before, after, lambda node: node.id, lambda node: node.name):
            yield Change(Text("支持方向", "directions"), clause, says)

    def plan(self, old: Pack, new: Pack) -> Iterator[Change]:
        about = Text("指标", "indicators")
        for clause, says in _come_and_gone(about, old.indicators, new.indicators, lambda each: each.id, lambda each: each.name):
            yield Change(about, clause, says)
        for before, after in _both(old.indicators, new.indicators, lambda each: each.id):
            if before.target != after.target:
                targets = (figure_in_words(each.target, each.unit) for each in (before, after))
                yield Change(about, after.clause, _changed(after.name, *targets))
        yield from self.tasks(old, new)

    def tasks(self, old: Pack, new: Pack) -> Iterator[Change]:
        before, after = ([task for root in pack.tasks for task in root.walk()] for pack in (old, new))
        for clause, says in _come_and_gone(Text("任务", "task"), before, after, lambda task: task.id, lambda task: task.title):
            yield Change(Text("任务", "tasks"), clause, says)


Figures = list[tuple[Typed | None, tree.Constant, tree.Constant]]


def constants_changed(old: Typed, new: Typed, about: Typed | None = None) -> Figures | None:
    """The constants in which two trees differ, each with what it is compared with; `None` when they differ in more."""
    if isinstance(old, tree.Constant) and isinstance(new, tree.Constant) and old.type == new.type:
        return [] if old.value == new.value else [(about, old, new)]
    if type(old) is not type(new):
        return None
    if isinstance(old, tree.Compare) and isinstance(new, tree.Compare) and old.left == new.left:
        about = old.left
    found: Figures = []
    for each in fields(old):
        before, after = getattr(old, each.name), getattr(new, each.name)
        if isinstance(before, _NODES) and isinstance(after, _NODES):
            parts = [(before, after)]
        elif _are_nodes(before) and _are_nodes(after) and len(before) == len(after):
            parts = list(zip(before, after, strict=True))
        elif before == after:
            continue
        else:
            return None
        for first, second in parts:
            deeper = constants_changed(first, second, about)
            if deeper is None:
                return None
            found += deeper
    return found


_NODES = get_args(tree.Typed)


def _are_nodes(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], _NODES)


# -- sentences -------------------------------------------------------------------------------------


def _quoted(name: Text) -> Text:
    return Text(f"“{name.zh}”", f"“{name.en}”")


def _where(name: Text) -> Text:
    return Text(f"“{name.zh}”的适用范围", f"where “{name.en}” applies")


def _changed(name: Text, old: Text, new: Text) -> Text:
    return Text(f"{name.zh}由“{old.zh}”改为“{new.zh}”", f"{name.en}: was “{old.en}”, is now “{new.en}”")


def _added(kind: Text, name: Text) -> Text:
    return Text(f"新增{kind.zh}：{name.zh}", f"new {kind.en}: {name.en}")


def _dropped(kind: Text, name: Text) -> Text:
    return Text(f"取消{kind.zh}：{name.zh}", f"{kind.en} dropped: {name.en}")


def _figure(name: Text, old: Value, new: Value, of: Type) -> Text:
    """A figure that rose or fell, or was set."""
    shown = [Text(show_value(value, of), show_value(value, of, "en")) for value in (old, new)]
    if old is None or new is None:
        return _changed(
            name, *(Text("未定", "open") if value is None else text for value, text in zip((old, new), shown, strict=True))
        )
    zh, en = _moved(old, new)
    return Text(f"{name.zh}由 {shown[0].zh} {zh} {shown[1].zh}", f"{name.en} {en} from {shown[0].en} to {shown[1].en}")


def _moved(old: Value, new: Value) -> tuple[str, str]:
    if isinstance(old, date) and isinstance(new, date):
        return ("推迟到", "moves back") if new > old else ("提前到", "moves forward")
    if isinstance(old, int | Fraction) and isinstance(new, int | Fraction):
        return ("提高到", "rises") if new > old else ("降低到", "falls")
    return "改为", "changes"


def _with_value(parameter: Parameter) -> Text:
    if parameter.value is None:
        return Text(f"{parameter.label.zh}（待主管部门设定）", f"{parameter.label.en} (to be set by the authority)")
    of = parameter.word.type
    return Text(
        f"{parameter.label.zh} {show_value(parameter.value, of)}", f"{parameter.label.en} {show_value(parameter.value, of, 'en')}"
    )


def _lines(item: Condition | Preference | Document | Funding) -> Text:
    if not item.lines:
        return Text("适用于全部子项", "for every line")
    return Text(f"只适用于 {'、'.join(item.lines)}", f"only for {', '.join(item.lines)}")


def _instalments(payment: Payment) -> Text:
    def shown(lang: Lang) -> str:
        rest = "其余" if lang == "zh" else "the rest"
        parts = [
            f"{MOMENTS[each.at].in_lang(lang)} {rest if each.share is None else decimal(each.share * 100) + '%'}"
            for each in payment.instalments
        ]
        return ("，" if lang == "zh" else ", ").join(parts) or ("未规定" if lang == "zh" else "not stated")

    return Text(shown("zh"), shown("en"))


def _range(planned: tuple[int, int] | None) -> Text:
    if planned is None:
        return Text("未规定", "not stated")
    return same(f"{planned[0]}–{planned[1]}" if planned[0] != planned[1] else str(planned[0]))


def _period(pack: Pack) -> Text:
    begin, end = (day.isoformat() for day in pack.in_force)
    return Text(f"{begin} 至 {end}", f"{begin} to {end}")


# -- matching --------------------------------------------------------------------------------------


def _pairs(
    old: Iterable[Thing], new: Iterable[Thing], key: Callable[[Thing], str]
) -> Iterator[tuple[Thing | None, Thing | None]]:
    """Things of both editions matched by key, in the order of the newer; those that are gone come last."""
    before = {key(thing): thing for thing in old}
    after = {key(thing): thing for thing in new}
    for name, thing in after.items():
        yield before.get(name), thing
    for name, thing in before.items():
        if name not in after:
            yield thing, None


def _both(old: Iterable[Thing], new: Iterable[Thing], key: Callable[[Thing], str]) -> Iterator[tuple[Thing, Thing]]:
    for before, after in _pairs(old, new, key):
        if before is not None and after is not None:
            yield before, after


def _come_and_gone(
    kind: Text, old: Iterable[Thing], new: Iterable[Thing], key: Callable[[Thing], str], name: Callable[[Thing], Text]
) -> Iterator[tuple[str, Text]]:
    for before, after in _pairs(old, new, key):
        if before is None and after is not None:
            yield after.clause, _added(kind, name(after))
        elif after is None and before is not None:
            yield before.clause, _dropped(kind, name(before))
