"""Fitness: how well an expert fits a case, from 0 to 1,000,000, in parts that explain themselves.

Whole numbers throughout: shares are counted in millionths and rounded down, logarithms are taken once in decimal
arithmetic (correctly rounded on every machine), roots are whole roots. So a match is the same wherever it is computed.
How much each agreement counts is a default that the authority confirms; no Chinese gold standard has been measured.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Context
from functools import cache, lru_cache
from math import isqrt
from typing import cast

from zhinan.values.disciplines import Discipline, first_levels, shared_level
from zhinan.values.problem import BadInput, Mistake
from zhinan.values.text import Text

#: Everything counts in millionths.
WHOLE = 1_000_000
#: What agreement at each level of GB/T 13745 counts: none, first, second, third.
BY_LEVEL = (0, 400_000, 800_000, WHOLE)
#: What one pack direction within another counts, and two with one parent.
WITHIN, SIBLINGS = 700_000, 400_000
#: Keywords that are not the same count at most so much, and nothing below half of their characters in common.
ALIKE, HALF = 800_000, 500_000
#: The cosine from which two texts agree entirely: short texts on one subject seldom share more of their words.
FULL_COSINE = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an expert knows: disciplines, pack directions by id, keywords, a summary."""

    id: str
    disciplines: tuple[Discipline, ...] = ()
    directions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    summary: str = ""

    @property
    def text(self) -> str:
        """What is compared with a case's text."""
        return self.summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a case is about: disciplines, pack directions by id, keywords, title and summary."""

    id: str
    disciplines: tuple[Discipline, ...] = ()
    directions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    title: str = ""
    summary: str = ""

    @property
    def text(self) -> str:
        """What is compared with an expert's text."""
        return f"{self.title}\n{self.summary}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FitWeights:
    """How much each part counts, against the sum of all four. The figures are defaults that the authority confirms.

    Raises `BadInput` when one is negative or all are nothing.
    """

    discipline: int = 400
    direction: int = 200
    keyword: int = 200
    text: int = 200

    def __post_init__(self) -> None:
        given = [getattr(self, each.name) for each in fields(self)]
        if any(type(weight) is not int or not 0 <= weight <= WHOLE for weight in given) or not any(given):
            raise BadInput([_BAD_WEIGHTS.at()])

    @property
    def total(self) -> int:
        """The sum of the four."""
        return self.discipline + self.direction + self.keyword + self.text

    def to_json(self) -> dict[str, int]:
        """The four weights as plain JSON values."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def from_json(cls, data: object) -> FitWeights:
        """The weights from what `to_json` wrote; one that is not said stays at its default.

        Raises `BadInput` when that is not what is given.
        """
        if not isinstance(data, dict) or data.keys() - {each.name for each in fields(cls)}:
            raise BadInput([_BAD_WEIGHTS.at()])
        return cls(**cast("dict[str, int]", data))


@dataclass(frozen=True, slots=True)
class Part:
    """What one part adds: its name (`PARTS`), its points out of `most`, and why."""

    name: str
    points: int
    most: int
    why: Text


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an expert fits a case: 0 to 1,000,000, the sum of its parts."""

    score: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Rarity:
    """In how many of so many texts each term is found: rare terms tell more. See `rarity_of`."""

    texts: int = 0
    found: Mapping[str, int] = field(default_factory=dict)


#: Where no texts were counted every term tells the same.
NO_RARITY = Rarity()


def rarity_of(experts: Iterable[Profile], cases: Iterable[Subject]) -> Rarity:
    """How rare each term is among the texts of all experts and cases."""
    found: Counter[str] = Counter()
    texts = 0
    for text in (*(expert.text for expert in experts), *(case.text for case in cases)):
        found.update(set(_terms(text)))
        texts += 1
    return Rarity(texts, found)


def fitness(expert: Profile, case: Subject, weights: FitWeights, rarity: Rarity = NO_RARITY) -> Fit:
    """How well `expert` fits `case`, with the parts that explain it. The same `rarity` gives the score of `fit_all`.

    Discipline, direction and keyword: for each of the case's the best of the expert's, averaged over the case's.
    Text: the cosine of both texts' terms, weighed by frequency and rarity.
    """
    judged = [(aspect.name, *_agreement(aspect, expert, case)) for aspect in _ASPECTS]
    judged.append(("text", *_text_agreement(expert, case, rarity)))
    parts = tuple(
        Part(name, _points(agreement, name, weights), _points(WHOLE, name, weights), why) for name, agreement, why in judged
    )
    return Fit(sum(part.points for part in parts), parts)


def fit_all(
    experts: Sequence[Profile], cases: Sequence[Subject], weights: FitWeights, rarity: Rarity | None = None
) -> dict[tuple[str, str], int]:
    """The score of every pair by (case id, expert id), in the order given: what `fitness` says, found by indexes.

    `rarity` is counted over these experts and cases unless it is given.
    """
    rarity = rarity_of(experts, cases) if rarity is None else rarity
    finders = {aspect.name: _finder(aspect, experts) for aspect in _ASPECTS}
    texts = _Texts(experts, rarity)
    scores: dict[tuple[str, str], int] = {}
    for case in cases:
        row = [0] * len(experts)
        for aspect in _ASPECTS:
            wanted = aspect.of(case)
            total: Counter[int] = Counter()
            for one in wanted:
                total.update(finders[aspect.name](one))
            for place, bests in total.items():
                row[place] += _points(bests // len(wanted), aspect.name, weights)
        for place, agreement in texts.agreements(case):
            row[place] += _points(agreement, "text", weights)
        scores |= {(case.id, expert.id): score for expert, score in zip(experts, row, strict=True)}
    return scores


def _points(agreement: int, name: str, weights: FitWeights) -> int:
    return agreement * cast("int", getattr(weights, name)) // weights.total


# ─── disciplines, directions, keywords ──────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Aspect:
    """What both sides list: how to read the list, how far two entries agree, and how to say so.

    `handles`: two entries that agree at all have one of these in common.
    """

    name: str
    of: Callable[[Profile | Subject], tuple[str, ...]]
    agree: Callable[[str, str], int]
    handles: Callable[[str], Collection[str]]
    tell: Callable[[Sequence[tuple[str, str]]], Text]


def _agreement(aspect: _Aspect, expert: Profile, case: Subject) -> tuple[int, Text]:
    """How far the lists agree, in millionths, and why."""
    wanted, owned = aspect.of(case), aspect.of(expert)
    if not (wanted and owned):
        return 0, (_NONE_OF_EXPERT if wanted else _NONE_OF_CASE).filled(what=PARTS[aspect.name])
    bests = [(max(aspect.agree(one, own) for own in owned), one) for one in wanted]
    if not any(best for best, _ in bests):
        return 0, _NOTHING_COMMON.filled(what=PARTS[aspect.name])
    pairs = [(one, next(own for own in owned if aspect.agree(one, own) == best)) for best, one in bests if best]
    return sum(best for best, _ in bests) // len(wanted), aspect.tell(pairs)


def _finder(aspect: _Aspect, experts: Sequence[Profile]) -> Callable[[str], Mapping[int, int]]:
    """For an entry of a case, the experts it agrees with at all, by place, and how far at best."""
    owners: dict[str, list[int]] = defaultdict(list)
    by_handle: dict[str, set[str]] = defaultdict(set)
    for place, expert in enumerate(experts):
        for own in aspect.of(expert):
            owners[own].append(place)
    for own in owners:
        for handle in aspect.handles(own):
            by_handle[handle].add(own)

    @cache
    def find(wanted: str) -> Mapping[int, int]:
        bests: dict[int, int] = {}
        for own in {own for handle in aspect.handles(wanted) for own in by_handle.get(handle, ())}:
            if agreement := aspect.agree(wanted, own):
                bests |= {place: max(agreement, bests.get(place, 0)) for place in owners[own]}
        return bests

    return find


def _codes(one: Profile | Subject) -> tuple[str, ...]:
    return tuple(sorted({each.code for each in one.disciplines}))


def _level(wanted: str, own: str) -> int:
    return BY_LEVEL[shared_level(Discipline(wanted), Discipline(own))]


def _tell_disciplines(pairs: Sequence[tuple[str, str]]) -> Text:
    """同属二级学科 460.40, once for each that is shared."""
    shared = {Discipline(one).above(shared_level(Discipline(one), Discipline(own))) for one, own in pairs}
    return _listed(
        [_SAME_DISCIPLINE[each.level].filled(code=each.dotted, name=first_levels().get(each.code, "")) for each in sorted(shared)]
    )


def _directions(one: Profile | Subject) -> tuple[str, ...]:
    return tuple(sorted({each.strip() for each in one.directions if each.strip()}))


def _kinship(wanted: str, own: str) -> int:
    """How near two directions stand in their pack's tree, which their ids tell: D-YC01.2.1 lies within D-YC01.2."""
    if wanted == own:
        return WHOLE
    if wanted.startswith(f"{own}.") or own.startswith(f"{wanted}."):
        return WITHIN
    parents = wanted.rpartition(".")[0], own.rpartition(".")[0]
    return SIBLINGS if parents[0] and parents[0] == parents[1] else 0


def _tell_directions(pairs: Sequence[tuple[str, str]]) -> Text:
    says = {WHOLE: _SAME_DIRECTION, WITHIN: _WITHIN_DIRECTION, SIBLINGS: _SIBLING_DIRECTION}
    return _listed([says[_kinship(one, own)].filled(one=one, own=own, parent=one.rpartition(".")[0]) for one, own in pairs])


def _keywords(one: Profile | Subject) -> tuple[str, ...]:
    plain = (" ".join(unicodedata.normalize("NFKC", each).casefold().split()) for each in one.keywords)
    return tuple(sorted({each for each in plain if each}))


@lru_cache(maxsize=1 << 16)
def _pairs_of(keyword: str) -> frozenset[str]:
    """The pairs of neighbouring characters; of a single character, itself."""
    return frozenset(keyword[at : at + 2] for at in range(max(len(keyword) - 1, 1)))


def _alike(wanted: str, own: str) -> int:
    """The same keyword, or the share of pairs of characters two have in common (Dice), when that is half or more."""
    if wanted == own:
        return WHOLE
    one, other = _pairs_of(wanted), _pairs_of(own)
    dice = 2 * len(one & other) * WHOLE // (len(one) + len(other))
    return dice * ALIKE // WHOLE if dice >= HALF else 0


def _tell_keywords(pairs: Sequence[tuple[str, str]]) -> Text:
    said = []
    if equal := [one for one, own in pairs if one == own]:
        said.append(_SAME_KEYWORDS.filled(words=_words(equal)))
    if alike := [f"{one}≈{own}" for one, own in pairs if one != own]:
        said.append(_LIKE_KEYWORDS.filled(words=_words(alike)))
    return _listed(said)


# ─── text ───────────────────────────────────────────────────────────────────────────────────────


def _terms(text: str) -> Iterator[str]:
    """Two and three Chinese characters in a row, and whole words of other letters and digits."""
    for run in _runs(text):
        if _is_chinese(run):
            yield from (run[at : at + size] for size in (2, 3) for at in range(len(run) - size + 1))
        else:
            yield run


def _runs(text: str) -> list[str]:
    """Chinese characters up to the next sign, words of other letters and digits; half-width and small."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"[\u3400-\u9fff]{2,}|[^\W_\u3400-\u9fff]{2,}", plain)


def _is_chinese(run: str) -> bool:
    return "\u3400" <= run[0] <= "\u9fff"


@lru_cache(maxsize=1 << 16)
def _log(number: int) -> int:
    """The natural logarithm in thousandths, rounded down; of 0, as of 1."""
    exact = Context(prec=30)
    return int(exact.scaleb(exact.ln(max(number, 1)), 3))


def _vector(text: str, rarity: Rarity) -> dict[str, int]:
    """How much each term of the text tells: (1 + ln of its frequency) x (1 + ln of its rarity), in thousandths."""
    return {
        term: (1000 + _log(times)) * max(1000 + _log(rarity.texts + 1) - _log(rarity.found.get(term, 0) + 1), 0) // 1000
        for term, times in Counter(_terms(text)).items()
    }


def _length(vector: Mapping[str, int]) -> int:
    return sum(weight * weight for weight in vector.values())


def _cosine(dot: int, one: int, other: int) -> int:
    """The cosine in millionths, rounded down, from the product and the two squared lengths."""
    return isqrt(dot * dot * WHOLE * WHOLE // (one * other)) if dot else 0


def _text_share(cosine: int) -> int:
    return min(WHOLE, cosine * WHOLE // FULL_COSINE)


def _text_agreement(expert: Profile, case: Subject, rarity: Rarity) -> tuple[int, Text]:
    mine, its = _vector(expert.text, rarity), _vector(case.text, rarity)
    if not (mine and its):
        return 0, (_NONE_OF_EXPERT if its else _NONE_OF_CASE).filled(what=PARTS["text"])
    products = {term: weight * mine[term] for term, weight in its.items() if term in mine}
    if not any(products.values()):
        return 0, _NOTHING_COMMON.filled(what=PARTS["text"])
    cosine = _cosine(sum(products.values()), _length(mine), _length(its))
    return _text_share(cosine), _SAME_TERMS.filled(words=_words(_telling(case, expert, products)), cosine=f"{cosine / WHOLE:.2f}")


def _telling(case: Subject, expert: Profile, products: Mapping[str, int]) -> list[str]:
    """The few stretches of the case's text that the expert's has too and that tell most, as long as they go."""
    theirs = "\n".join(_runs(expert.text))
    tells = {
        word: sum(products.get(term, 0) for term in set(_terms(word)))
        for run in _runs(case.text)
        for word in (_stretches(run, theirs) if _is_chinese(run) else [run])
    }
    chosen: list[str] = []
    for word in sorted((word for word in tells if tells[word]), key=lambda word: (-tells[word], word)):
        if not any(word in other for other in chosen):
            chosen.append(word)
    return chosen[:_SHOWN]


def _stretches(run: str, text: str) -> Iterator[str]:
    """From left to right, the longest pieces of `run` that stand in `text` too."""
    start = 0
    while start < len(run):
        end = start + 1
        while end < len(run) and run[start : end + 1] in text:
            end += 1
        if end - start > 1:
            yield run[start:end]
        start = end


class _Texts:
    """The experts' texts by their terms, so that a case meets only those it shares a term with."""

    def __init__(self, experts: Sequence[Profile], rarity: Rarity) -> None:
        self._rarity = rarity
        self._lengths: list[int] = []
        self._uses: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, expert in enumerate(experts):
            vector = _vector(expert.text, rarity)
            self._lengths.append(_length(vector))
            for term, weight in vector.items():
                self._uses[term].append((place, weight))

    def agreements(self, case: Subject) -> Iterator[tuple[int, int]]:
        """Each expert by place with whom the case shares terms, and how far the texts agree."""
        its = _vector(case.text, self._rarity)
        dots = [0] * len(self._lengths)
        for term, weight in its.items():
            for place, other in self._uses.get(term, ()):
                dots[place] += weight * other
        length = _length(its)
        return ((at, _text_share(_cosine(dot, length, self._lengths[at]))) for at, dot in enumerate(dots) if dot)


# ─── telling ────────────────────────────────────────────────────────────────────────────────────


def _words(words: Sequence[str]) -> Text:
    return Text("、".join(words), ", ".join(words))


def _listed(said: Sequence[Text]) -> Text:
    return Text("；".join(each.zh for each in said), "; ".join(each.en for each in said))


_SHOWN = 5
#: What each part is called.
PARTS: Mapping[str, Text] = {
    "discipline": Text("学科", "discipline"),
    "direction": Text("支持方向", "direction"),
    "keyword": Text("关键词", "keyword"),
    "text": Text("简介", "summary"),
}
_SAME_DISCIPLINE = {
    1: Text("同属一级学科 {code} {name}", "same first-level discipline {code} {name}"),
    2: Text("同属二级学科 {code}", "same second-level discipline {code}"),
    3: Text("同属三级学科 {code}", "same third-level discipline {code}"),
}
_SAME_DIRECTION = Text("支持方向相同：{one}", "same direction: {one}")
_WITHIN_DIRECTION = Text("支持方向 {one} 与 {own} 为上下级", "of the directions {one} and {own} one lies within the other")
_SIBLING_DIRECTION = Text("支持方向 {one} 与 {own} 同属 {parent}", "the directions {one} and {own} both belong to {parent}")
_SAME_KEYWORDS = Text("关键词相同：{words}", "same keywords: {words}")
_LIKE_KEYWORDS = Text("关键词相近：{words}", "similar keywords: {words}")
_SAME_TERMS = Text("用词相同：{words}（余弦 {cosine}）", "terms in common: {words} (cosine {cosine})")
_NONE_OF_EXPERT = Text("专家未登记{what}", "the expert has no {what} on record")
_NONE_OF_CASE = Text("申报书未填{what}", "the application gives no {what}")
_NOTHING_COMMON = Text("{what}没有相同之处", "no {what} in common")

_ASPECTS = (
    _Aspect("discipline", _codes, _level, lambda code: (code[:3],), _tell_disciplines),
    _Aspect("direction", _directions, _kinship, lambda direction: (direction.partition(".")[0],), _tell_directions),
    _Aspect("keyword", _keywords, _alike, _pairs_of, _tell_keywords),
)

_BAD_WEIGHTS = Mistake(
    "bad-fit-weights",
    Text("匹配权重无法使用", "the weights of the match cannot be used"),
    Text(
        "学科（discipline）、方向（direction）、关键词（keyword）、文本（text）各写一个非负整数，至少一项大于零",
        "give discipline, direction, keyword and text each a whole number, none negative, one at least above zero",
    ),
)
