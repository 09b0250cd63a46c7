"""Guides, read: the library of packs, each clause with what carries it, and each scheme with all that it asks and gives.

A pack does not change while the server runs, so everything here is made once a process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from zhinan.language.types import Word
from zhinan.policy.aspects import names_in
from zhinan.policy.edition import Entry, Passage, entries_of, passages
from zhinan.policy.item import Item
from zhinan.policy.load import Loaded, shipped_packs
from zhinan.policy.model import Pack, Reading, Scheme
from zhinan.policy.procedure import Procedure, Stage
from zhinan.policy.proof import prove
from zhinan.policy.wording import APPLICANTS, SCHEME_KINDS, deadline, listed
from zhinan.server import packs
from zhinan.server.refused import NotSeen
from zhinan.values.regions import find_region
from zhinan.values.text import Text, same

KINDS = {
    "guide": Text("申报指南", "Guide"),
    "plan": Text("规划和方案", "Plan"),
    "recognition": Text("认定和补助办法", "Recognition"),
}
_COUNTRY = Text("全国", "the whole country")
#: The last year of a pack whose end is not stated.
_FOREVER = 9999


@dataclass(frozen=True, slots=True)
class Guide:
    """A pack in the library: how many clauses its document has, how many of them it carries, how many only inform."""

    pack: Pack
    clauses: int
    carried: int
    informational: int

    @property
    def id(self) -> str:
        """The id of its pack."""
        return self.pack.id

    @property
    def kind(self) -> Text:
        """What kind of document it is."""
        return KINDS[self.pack.kind]

    @property
    def region(self) -> Text:
        """Where it holds."""
        found = find_region(self.pack.region) if self.pack.region else None
        return same(found.full_path.replace("/", "")) if found else _COUNTRY

    @property
    def in_force(self) -> Text:
        """From when until when it holds."""
        begin, end = self.pack.in_force
        if end.year == _FOREVER:
            return Text(f"{begin} 起", f"from {begin}")
        return Text(f"{begin} 至 {end}", f"{begin} to {end}")

    def is_in_force(self, on: date) -> bool:
        """Whether it holds on that day."""
        begin, end = self.pack.in_force
        return begin <= on <= end


@cache
def library() -> tuple[Guide, ...]:
    """Every shipped guide, the newest first."""
    return tuple(_counted(pack) for pack in packs.every_pack())


def _counted(pack: Pack) -> Guide:
    """The counts alone: the packs of the server come without their worked cases, so nothing else of the proof holds."""
    proof = prove(Loaded(pack, (), shipped_packs()[pack.id]))
    return Guide(pack, proof.clauses, proof.carried, proof.informational)


def guide(id: str) -> Guide:
    """A guide of the library. Raises `NotSeen`."""
    found = next((each for each in library() if each.id == id), None)
    if found is None:
        raise NotSeen
    return found


def guides_listed(*, words: str = "", kind: str = "", region: str = "") -> tuple[Guide, ...]:
    """The guides that fit; an empty word narrows nothing."""
    return tuple(
        each for each in library()
        if (not kind or each.pack.kind == kind) and (not region or each.pack.region == region)
        and (not words or _holds(words, _texts_of_guide(each.pack)))
    )  # fmt: skip


def regions_of_guides() -> dict[str, Text]:
    """The regions that have a guide, by code."""
    return {each.pack.region: each.region for each in library() if each.pack.region}


def _texts_of_guide(pack: Pack) -> Iterator[Text]:
    yield from (pack.title, pack.issuer, same(pack.id))
    yield from (scheme.name for scheme in pack.schemes)


def _holds(words: str, texts: Iterable[Text]) -> bool:
    """Whether every word stands somewhere in the texts, in either language."""
    told = "\n".join(f"{text.zh}\n{text.en}" for text in texts).casefold()
    return all(word in told for word in words.casefold().split())


# ─── the clauses ───


@cache
def clauses_of(id: str) -> tuple[Passage, ...]:
    """The clauses of a guide in their order, each with what carries it."""
    pack = guide(id).pack
    return tuple(passages(pack, _words(id)))


@cache
def _words(id: str) -> Mapping[str, Word]:
    return packs.wording(id, "en").words


def clauses_found(id: str, words: str) -> tuple[Passage, ...]:
    """The clauses that speak of something."""
    return tuple(each for each in clauses_of(id) if _holds(words, _texts_of(each)))


def _texts_of(passage: Passage) -> Iterator[Text]:
    yield from (same(passage.path), passage.gist, same(" ".join(passage.rules)))
    for entry in passage.entries:
        yield from (entry.kind, same(entry.id), entry.says, *entry.notes)
    for reading in passage.readings:
        yield from (same(reading.id), reading.question, *reading.alternatives.values())


@dataclass(frozen=True, slots=True)
class Branch:
    """A clause in the outline, with those directly under it."""

    passage: Passage
    under: tuple[Branch, ...]


@cache
def outline(id: str) -> tuple[Branch, ...]:
    """The clauses as a tree, two levels deep; what stands before the document proper is left out."""
    main = [each for each in clauses_of(id) if not each.path.startswith("front") and each.depth < 2]
    tops: list[tuple[Passage, list[Branch]]] = []
    for passage in main:
        if passage.depth == 0:
            tops.append((passage, []))
        elif tops:
            tops[-1][1].append(Branch(passage, ()))
    return tuple(Branch(top, tuple(under)) for top, under in tops)


# ─── one scheme ───


@dataclass(frozen=True, slots=True)
class Sentence:
    """An item in words, with its clauses: a condition, an amount, a duty …"""

    entry: Entry
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the procedure: who acts, within what time, on which papers, and what may come of it."""

    name: Text
    who: Text
    limit: Text
    papers: Text
    onward: tuple[tuple[Text, Text], ...]
    is_final: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Sentences that are about one thing."""

    id: str
    title: Text
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class SchemeRead:
    """A scheme with all that it asks and gives. `papers` are name, whether everybody needs it, and the clauses."""

    guide: Guide
    scheme: Scheme
    kind: Text
    who: Text
    parts: tuple[Part, ...]
    papers: tuple[tuple[Text, bool, tuple[str, ...]], ...]
    procedure: Text
    steps: tuple[Step, ...]
    readings: tuple[Reading, ...]


@cache
def scheme_read(pack_id: str, scheme_id: str) -> SchemeRead:
    """A scheme of a guide. Raises `NotSeen`."""
    found = guide(pack_id)
    scheme = found.pack.scheme(scheme_id)
    if scheme is None:
        raise NotSeen
    uploads = packs.form(pack_id, scheme_id, readings={}, parameters={}).uploads
    procedure = packs.procedure(pack_id, scheme_id)
    return SchemeRead(
        found, scheme, SCHEME_KINDS[scheme.kind], APPLICANTS[scheme.applicant], tuple(_parts(found.pack, scheme)),
        tuple((each.name, each.is_required, each.clauses) for each in uploads), procedure.name,
        tuple(_step(found.pack, procedure, stage) for stage in procedure.stages.values()), _readings(found.pack, scheme),
    )  # fmt: skip


def _parts(pack: Pack, scheme: Scheme) -> Iterator[Part]:
    titles = () if scheme.title is None else (scheme.title,)
    sections: tuple[tuple[str, Text, tuple[Item, ...]], ...] = (
        ("amounts", Text("能得多少", "What it brings"), (*scheme.fundings, *titles)),
        ("lines", Text("子项", "Lines"), scheme.branches),
        ("purposes", Text("看重什么", "What it is for"), scheme.purposes),
        ("conditions", Text("申报条件", "Conditions"), scheme.conditions),
        ("preferences", Text("优先情形", "What is preferred"), scheme.preferences),
        ("parameters", Text("数值", "Figures"), scheme.parameters),
        ("payment", Text("拨款方式", "How it is paid"), scheme.payments),
        ("selection", Text("遴选", "Selection"), scheme.selections),
        ("channel", Text("推荐和受理", "Through whom"), (*scheme.recommendations, *scheme.routes)),
        ("duties", Text("要求和义务", "Duties"), scheme.duties),
    )
    for id, title, items in sections:
        if items:
            entries = entries_of(pack, _words(pack.id), items)
            yield Part(id, title, tuple(Sentence(*each) for each in zip(entries, (item.clauses for item in items), strict=True)))


def _step(pack: Pack, procedure: Procedure, stage: Stage) -> Step:
    called = names_in(pack)
    return Step(
        stage.name, listed(procedure.roles[key].name for key in stage.who if key in procedure.roles), deadline(stage.deadline),
        listed(called.get(f"paper:{number}", same(number)) for number in stage.documents),
        tuple((action.name, procedure.stages[action.to].name) for action in stage.actions if action.to in procedure.stages),
        stage.is_final,
    )  # fmt: skip


def _readings(pack: Pack, scheme: Scheme) -> tuple[Reading, ...]:
    used = {getattr(item, "reading", "") for item in scheme.items()}
    return tuple(reading for id, reading in pack.readings.items() if id in used)
