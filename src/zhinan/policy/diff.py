"""What changed between two editions of a pack, in sentences: figures by how much, the rest by what it was and what it is.

Whatever a reader of the pack would notice is told. Not told, because no reader sees them: numbers of clauses and of rules,
lines of files, worked cases, digests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from zhinan.language import tree
from zhinan.language.format import format_typed
from zhinan.language.tree import Typed
from zhinan.language.types import Word
from zhinan.policy.aspects import aspects_of, expressions_of, name_of, names_in, names_within
from zhinan.policy.changes import Change, added, changed, constants_changed, dropped, figure, quoted, sayings, uncited
from zhinan.policy.item import Item, Variants
from zhinan.policy.model import Clause, Condition, Direction, Funding, Pack, Parameter, Payment, Reading, Scheme, Selection, Title
from zhinan.policy.procedure import Procedure
from zhinan.policy.score import Criterion, Index
from zhinan.policy.wording import listed
from zhinan.values.text import Text, same

__all__ = ["Change", "diff_packs"]

Thing = TypeVar("Thing")
AnItem = TypeVar("AnItem", bound=Item)
#: A change before it is known to which scheme or section it belongs: its clause and its sentence.
Told = tuple[str, Text]


def diff_packs(old: Pack, new: Pack, words: Mapping[str, Word]) -> list[Change]:
    """What changed from `old` to `new`, in the order of the newer pack.

    `words` maps the keys of facts and of both packs' parameters to their words.
    """
    return list(_Differ(old, new, words).changes())


class _Differ:
    def __init__(self, old: Pack, new: Pack, words: Mapping[str, Word]) -> None:
        self.old = old
        self.new = new
        self.words = words
        self.renamed = _renamed(old, new)
        self.shared = {id(item) for pack in (old, new) for ruleset in pack.rulesets for item in ruleset.items()}
        self.called = self.everywhere = names_in(old, new)

    def changes(self) -> Iterator[Change]:
        old, new = self.old, self.new
        for clause, says in self.heading():
            yield Change(_WHOLE, clause, says)
        yield from self.schemes()
        yield from self.procedures()
        yield from self.indexes()
        for clause, says in chain.from_iterable(self.reading(id) for id in dict.fromkeys((*new.readings, *old.readings))):
            yield Change(Text("解读", "readings"), clause, says)
        for about, kind, listing in _SECTIONS:
            for clause, says in self.section(kind, listing(old), listing(new), lambda each: str(getattr(each, "id", ""))):
                yield Change(about, clause, says)
        for clause, says in self.outline():
            yield Change(Text("条款", "clauses"), clause, says)

    # -- the pack ----------------------------------------------------------------------------------

    def heading(self) -> Iterator[Told]:
        old, new = self.old, self.new
        for name, of in _HEADING:
            if of(old) != of(new):
                yield "", changed(name, of(old), of(new))
        yield from self.parameters(old.parameters, new.parameters)

    def outline(self) -> Iterator[Told]:
        """Only what the clauses themselves are about: a clause that was merely renumbered is no change."""
        for before, after in _pairs(self.old.clauses, self.new.clauses, lambda clause: clause.gist.zh):
            if before is not None and after is not None:
                yield from ((after.path, says) for says in _informational(before, after))
        kept = Counter(clause.gist.zh for clause in self.old.clauses) & Counter(clause.gist.zh for clause in self.new.clauses)
        olds, news = (list(_beyond(kept, pack.clauses)) for pack in (self.old, self.new))
        for before, after in _pairs(olds, news, lambda clause: clause.path):
            if before is not None and after is not None:
                yield after.path, changed(Text("内容", "what it is about"), before.gist, after.gist)
            elif after is not None:
                yield after.path, added(Text("条款", "clause"), after.gist)
            elif before is not None:
                yield before.path, dropped(Text("条款", "clause"), before.gist)

    def reading(self, id: str) -> Iterator[Told]:
        old, new = self.old.readings.get(id), self.new.readings.get(id)
        kind = Text("解读", "reading")
        if old is None or new is None:
            found = new or old
            if found is not None:
                yield _first(found), (added if old is None else dropped)(kind, found.question)
            return
        if old.question != new.question:
            yield _first(new), changed(Text(f"解读 {id}", f"reading {id}"), old.question, new.question)
        if old.default != new.default:
            yield _first(new), changed(quoted(new.question), _chosen(old), _chosen(new))
        if (others := listed(new.alternatives.values())) != (past := listed(old.alternatives.values())):
            yield (
                _first(new),
                changed(Text(f"“{new.question.zh}”的各种理解", f"the ways to read “{new.question.en}”"), past, others),
            )

    # -- schemes, rule sets, procedures, indexes ---------------------------------------------------

    def schemes(self) -> Iterator[Change]:
        groups = (
            (Text("共用规则", "shared rules"), self.old.rulesets, self.new.rulesets),
            (Text("事项", "scheme"), self.old.schemes, self.new.schemes),
        )
        for kind, olds, news in groups:
            for before, after in _pairs(olds, news, lambda scheme: scheme.id):
                if before is not None and after is not None:
                    yield from (Change(after.name, clause, says) for clause, says in self.scheme(before, after))
                elif (found := after or before) is not None:
                    says = (added if before is None else dropped)(kind, found.name)
                    yield Change(found.name, found.clause, says)

    def scheme(self, old: Scheme, new: Scheme) -> Iterator[Told]:
        self.called = {**self.everywhere, **names_within(old), **names_within(new)}
        yield from self.item(old, new)
        if (before := self.included(old, self.old)) != (after := self.included(new, self.new)):
            yield new.clause, changed(Text("采用的共用规则", "the shared rules it takes over"), before, after)
        yield from self.parameters(*self.own(old, new, "parameters"))
        for section, kind, key in _OF_SCHEME:
            yield from self.section(kind, *self.own(old, new, section), key)
        yield from self.fundings(*self.own(old, new, "fundings"))
        titles = ([scheme.title] if scheme.title else [] for scheme in (old, new))
        yield from self.section(Text("资质", "title"), next(titles), next(titles), lambda _: "")

    def own(self, old: Scheme, new: Scheme, section: str) -> tuple[list[Item], list[Item]]:
        """A section of both, without what a rule set brings (it is told there once)."""
        if old in self.old.rulesets:
            return list(getattr(old, section)), list(getattr(new, section))
        before, after = ([item for item in getattr(scheme, section) if id(item) not in self.shared] for scheme in (old, new))
        return before, after

    def included(self, scheme: Scheme, pack: Pack) -> Text:
        """The rule sets whose items are among those of the scheme."""
        ids = {id(item) for item in scheme.items()}
        found = [r for r in pack.rulesets if r is not scheme and any(id(item) in ids for item in r.items() if item is not r)]
        return listed(ruleset.name for ruleset in found) if found else Text("无", "none")

    def procedures(self) -> Iterator[Change]:
        for before, after in _pairs(self.old.procedures, self.new.procedures, lambda each: each.id):
            found = after or before
            assert found is not None  # one of a pair is there
            kind, sections = Text("办理流程", "procedure"), _OF_PROCEDURE
            if before is None or after is None:
                yield Change(found.name, found.clause, (added if before is None else dropped)(kind, found.name))
                continue
            self.called = {**self.everywhere, **names_within(before), **names_within(after)}
            told = [*self.item(before, after)]
            for section, listing, key in sections:
                told += self.section(section, listing(before), listing(after), key)
            yield from (Change(after.name, clause, says) for clause, says in told)

    def indexes(self) -> Iterator[Change]:
        for before, after in _pairs(self.old.indexes, self.new.indexes, lambda each: each.id):
            found = after or before
            assert found is not None  # one of a pair is there
            if before is None or after is None:
                kind = Text("评价指标", "index")
                yield Change(found.name, found.clause, (added if before is None else dropped)(kind, found.name))
                continue
            told = [*self.item(before, after)]
            told += self.section(Text("评分项", "criterion"), _criteria(before), _criteria(after), lambda each: each.id)
            yield from (Change(after.name, clause, says) for clause, says in told)

    def parameters(self, old: Iterable[Item], new: Iterable[Item]) -> Iterator[Told]:
        kind = Text("参数", "parameter")
        for before, after in _pairs(old, new, _short_key):
            if isinstance(before, Parameter) and isinstance(after, Parameter):
                if before.value != after.value:
                    yield after.clause, figure(after.label, before.value, after.value, after.word.type)
                else:
                    yield from self.item(before, after)
            elif isinstance(after, Parameter):
                yield after.clause, added(kind, name_of(after))
            elif isinstance(before, Parameter):
                yield before.clause, dropped(kind, name_of(before))

    def fundings(self, old: list[Item], new: list[Item]) -> Iterator[Told]:
        """Formulas have no ids: those that say the same belong together, and otherwise those in the same place."""
        kind = Text("金额公式", "formula of the amount")
        says = [{name_of(item) for item in items} for items in (old, new)]
        places = [(each, str(place)) for items in (old, new) for place, each in enumerate(items)]
        place_of = {id(item): place for item, place in places}
        by_place = len(old) == len(new) and says[0] != says[1]
        yield from self.section(kind, old, new, lambda item: place_of[id(item)] if by_place else name_of(item).zh)

    # -- items -------------------------------------------------------------------------------------

    def section(
        self, kind: Text, old: Iterable[AnItem], new: Iterable[AnItem], key: Callable[[AnItem], str]
    ) -> Iterator[Told]:  # fmt: skip
        """What came, what changed, what went."""
        for before, after in _pairs(old, new, key):
            if before is None and after is not None:
                yield after.clause, added(kind, name_of(after))
            elif after is None and before is not None:
                yield before.clause, dropped(kind, name_of(before))
            elif before is not None and after is not None:
                yield from self.item(before, after)

    def item(self, old: Item, new: Item) -> Iterator[Told]:
        """What changed in one item: its closed words, its expressions; and its sentence, when nothing else tells it."""
        told = False
        for (label, before), (_, after) in zip(aspects_of(old, self.called), aspects_of(new, self.called), strict=True):
            if before != after:
                told = True
                yield new.clause, changed(_about(new, label), _or_none(before), _or_none(after))
        for (label, past), (_, present) in zip(expressions_of(old), expressions_of(new), strict=True):
            for each in dict.fromkeys(self.trees(new, label, past, present)):  # readings may differ in the same figure
                told = True
                yield each
        if not told and name_of(old) != name_of(new):
            yield new.clause, changed(_calling(new), name_of(old), name_of(new))

    def trees(self, item: Item, label: Text, old: Variants, new: Variants) -> Iterator[Told]:
        """What changed in expressions, alternative by alternative of a reading."""
        name = quoted(name_of(item))
        where = Text(f"{name.zh}{label.zh}", f"{label.en} {name.en}".strip()) if label.zh else name
        for alternative in dict.fromkeys((*old, *new)):
            past, present = old.get(alternative), new.get(alternative)
            before = uncited(tree.substitute(past, self.renamed)) if past is not None else None
            after = uncited(present) if present is not None else None
            if before == after:
                if past is not None and present is not None:
                    yield from self.parts(item, where, sayings(past), sayings(present))
                continue
            figures = constants_changed(before, after) if before is not None and after is not None else None
            if not figures:
                yield item.clause, changed(where, self.shown(before), self.shown(after))
                continue
            for about, first, second in figures:
                yield item.clause, figure(self.label(about, where), first.value, second.value, second.type)

    def parts(self, item: Item, where: Text, old: list[Text], new: list[Text]) -> Iterator[Told]:
        """What the leaves of a tree say, where the tree itself is the same."""
        for before, after in zip(old, new, strict=False):
            if before != after:
                yield item.clause, changed(where, before, after)
        if len(old) != len(new):
            yield item.clause, changed(where, _or_none(listed(old)), _or_none(listed(new)))

    def label(self, about: Typed | None, where: Text) -> Text:
        """What a figure is compared with, as a person calls it; otherwise whose figure it is."""
        if isinstance(about, tree.Fact) and about.key in self.words:
            word = self.words[about.key]
            zh, en = word.zh.rpartition(".")[2], word.en.rpartition(".")[2].replace("_", " ")
            return Text(f"{where.zh}对{zh}的要求", f"the limit on {en} in {where.en}")
        return Text(f"{where.zh}中的数值", f"a figure in {where.en}")

    def shown(self, typed: Typed | None) -> Text:
        if typed is None:
            return Text("没有限定", "no condition")
        return Text(format_typed(typed, self.words), format_typed(typed, self.words, "en"))


# -- tables ----------------------------------------------------------------------------------------


def _period(pack: Pack) -> Text:
    begin, end = (day.isoformat() for day in pack.in_force)
    return Text(f"{begin} 至 {end}", f"{begin} to {end}")


_WHOLE = Text("整个政策包", "the whole pack")
_HEADING: tuple[tuple[Text, Callable[[Pack], Text]], ...] = (
    (Text("名称", "the title"), lambda pack: pack.title),
    (Text("发布机关", "the issuer"), lambda pack: pack.issuer),
    (Text("适用地区", "the region"), lambda pack: same(pack.region or "—")),
    (Text("有效期", "the period in force"), _period),
)
_OF_SCHEME: tuple[tuple[str, Text, Callable[[Item], str]], ...] = (
    ("branches", Text("子项", "line"), lambda each: str(getattr(each, "id", ""))),
    ("purposes", Text("由人判断的要点", "point a person judges"), lambda each: name_of(each).zh),
    ("conditions", Text("条件", "condition"), lambda each: str(getattr(each, "id", ""))),
    ("preferences", Text("优先条件", "preference"), lambda each: str(getattr(each, "id", ""))),
    ("documents", Text("材料", "document"), lambda each: str(getattr(each, "id", ""))),
    ("payments", Text("拨款办法", "way of payment"), lambda each: str(getattr(each, "id", ""))),
    ("selections", Text("遴选办法", "way of choosing"), lambda _: ""),
    ("routes", Text("受理科室", "section"), lambda each: name_of(each).zh),
    ("recommendations", Text("推荐单位", "recommender"), lambda each: name_of(each).zh),
    ("duties", Text("义务", "duty"), lambda each: str(getattr(each, "id", ""))),
)
_OF_PROCEDURE: tuple[tuple[Text, Callable[[Procedure], list[Item]], Callable[[Item], str]], ...] = (
    (Text("角色", "role"), lambda procedure: list(procedure.roles.values()), lambda each: str(getattr(each, "key", ""))),
    (Text("阶段", "stage"), lambda procedure: list(procedure.stages.values()), lambda each: str(getattr(each, "id", ""))),
)
_SECTIONS: tuple[tuple[Text, Text, Callable[[Pack], list[Item]]], ...] = (
    (
        Text("支持方向", "directions"),
        Text("支持方向", "direction"),
        lambda pack: [node for root in pack.directions for node in root.walk()],
    ),
    (Text("指标", "indicators"), Text("指标", "indicator"), lambda pack: list(pack.indicators)),
    (Text("已达到的数值", "figures reached"), Text("已达到的数值", "figure reached"), lambda pack: list(pack.history)),
    (Text("任务", "tasks"), Text("任务", "task"), lambda pack: [task for root in pack.tasks for task in root.walk()]),
    (Text("支持措施", "instruments"), Text("支持措施", "instrument"), lambda pack: list(pack.instruments)),
    (Text("管理规定", "provisions"), Text("管理规定", "provision"), lambda pack: list(pack.provisions)),
    (Text("登记事项", "registers"), Text("登记事项", "register"), lambda pack: list(pack.registers)),
)


def _criteria(index: Index) -> list[Criterion]:
    return [each for child in index.root.children for each in child.walk()]


def _first(reading: Reading) -> str:
    return reading.clauses[0] if reading.clauses else ""


def _chosen(reading: Reading) -> Text:
    return reading.alternatives.get(reading.default, same(reading.default))


def _informational(old: Clause, new: Clause) -> Iterator[Text]:
    if (old.informational is None) != (new.informational is None):
        says = (Text("有内容承载", "it carries something"), Text("只作说明", "it is informational"))
        yield changed(quoted(new.gist), says[old.informational is not None], says[new.informational is not None])


def _beyond(kept: Counter[str], clauses: Iterable[Clause]) -> Iterator[Clause]:
    """The clauses that are left when those kept are taken away."""
    left = Counter(kept)
    for clause in clauses:
        if left[clause.gist.zh] > 0:
            left[clause.gist.zh] -= 1
        else:
            yield clause


def _or_none(text: Text) -> Text:
    return text if text.zh else Text("无", "none")


def _about(item: Item, label: Text) -> Text:
    """An aspect of an item, which is named unless there is but one of its kind."""
    name = quoted(name_of(item))
    if not label.zh:
        return name
    return label if isinstance(item, Payment) else Text(f"{name.zh}的{label.zh}", f"{label.en} of {name.en}")


def _calling(item: Item) -> Text:
    match item:
        case Selection():
            return Text("遴选办法", "the way of choosing")
        case Title():
            return Text("资质", "the title")
        case Condition() | Funding():
            return Text("说明", "what is said")
        case Direction():
            return Text(f"方向 {item.id}", f"direction {item.id}")
        case _:
            return Text("名称", "the name")


def _short_key(item: Item) -> str:
    return item.word.key.rpartition(".")[2] if isinstance(item, Parameter) else ""


def _renamed(old: Pack, new: Pack) -> dict[str, Typed]:
    """The words of the older pack that the newer one keeps under another key: a changed figure is then told once."""
    owners: list[tuple[Iterable[Item], Iterable[Item]]] = [(old.parameters, new.parameters)]
    owners += [
        (before.parameters, after.parameters)
        for group in ((old.rulesets, new.rulesets), (old.schemes, new.schemes))
        for before, after in _pairs(*group, lambda scheme: scheme.id)
        if before is not None and after is not None
    ]
    words = [
        (first.word, second.word)
        for before, after in owners
        for first, second in _pairs(before, after, _short_key)
        if isinstance(first, Parameter) and isinstance(second, Parameter)
    ]
    indexes = _pairs(old.indexes, new.indexes, lambda index: index.id)
    words += [(first.word, second.word) for first, second in indexes if first is not None and second is not None]
    return {first.key: tree.Fact(second.type, second.key) for first, second in words if first.key != second.key}


def _pairs(
    old: Iterable[Thing], new: Iterable[Thing], key: Callable[[Thing], str]
) -> Iterator[tuple[Thing | None, Thing | None]]:  # fmt: skip
    """Things of both editions matched by key, in the order of the newer; those that are gone come last.

    A key that comes twice counts as another one the second time.
    """
    before, after = _numbered(old, key), _numbered(new, key)
    for name, thing in after.items():
        yield before.get(name), thing
    for name, thing in before.items():
        if name not in after:
            yield thing, None


def _numbered(things: Iterable[Thing], key: Callable[[Thing], str]) -> dict[tuple[str, int], Thing]:
    seen: Counter[str] = Counter()
    found = {}
    for thing in things:
        name = key(thing)
        found[name, seen[name]] = thing
        seen[name] += 1
    return found
