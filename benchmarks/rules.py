"""The shared workload: the ten specials of the real pack, as the trees every engine translates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from zhinan.language import tree
from zhinan.language.check import APPLICATION_DAY
from zhinan.language.compile.fold import fold
from zhinan.language.evaluate import Run, compile_closure
from zhinan.language.tree import Typed, Value
from zhinan.language.types import Type, Word
from zhinan.policy.load import heading_of, load_pack, shipped_packs
from zhinan.policy.model import Condition, Pack
from zhinan.policy.resolve import NO_LINE, Resolved, ResolvedScheme, resolve_packs
from zhinan.policy.vocabulary import base_vocabulary, words_of
from zhinan.values.quantity import round_to_fen

PACK = "yinchuan-2026"
#: Truths about a list of records.
LIST_TRUTHS = (tree.Exists, tree.Every, tree.CountIs)
VERDICTS = ("eligible", "undetermined", "ineligible")
#: The day on which every row of a screened table applies.
DAY = date(2026, 3, 1)
#: What the document leaves to the authority, set as it would be before a call opens; unset, one special is never decided.
PARAMETERS: dict[str, Value] = {
    "results-transfer-pilot.growth_years": 2,
    "results-transfer-pilot.lowest_credit_grade": "aa",
    "results-transfer-pilot.result_age_day": date(2026, 12, 31),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition, preference or document as one three-valued tree: it does not apply, or what it requires holds."""

    scheme: str
    id: str
    section: str
    lines: tuple[str, ...]
    node: Typed
    bars: bool

    @property
    def name(self) -> str:
        """A name no other rule of the pack has."""
        return f"{self.scheme}/{self.section}/{self.id}"

    def holds_for(self, line: str) -> bool:
        """Whether it belongs to that line of its scheme."""
        return not self.lines or line in self.lines


@dataclass(frozen=True, slots=True)
class Special:
    """A scheme: its lines, its rules, and the amount (fen, not yet cut) by line."""

    id: str
    lines: tuple[str, ...]
    rules: tuple[Rule, ...]
    amounts: Mapping[str, Typed | None]

    def barring(self, line: str) -> list[Rule]:
        """The rules that decide the verdict on a line."""
        return [rule for rule in self.rules if rule.bars and rule.holds_for(line)]

    @property
    def has_lines(self) -> bool:
        """Whether an applicant chooses one of several lines."""
        return self.lines != (NO_LINE,)

    def mask(self, line: str) -> int:
        """The bits of the rules of a line, when bit n stands for the n-th rule that can bar."""
        barring = [rule for rule in self.rules if rule.bars]
        return sum(1 << bit for bit, rule in enumerate(barring) if rule.holds_for(line))


@dataclass(frozen=True, slots=True)
class Workload:
    """The packs with their words, their specials, and the types of the facts they read."""

    packs: tuple[Pack, ...]
    words: dict[str, Word]
    specials: tuple[Special, ...]
    facts: dict[str, Type]

    def rules(self) -> Iterator[Rule]:
        """Every rule of every special."""
        for special in self.specials:
            yield from special.rules

    def amounts(self) -> Iterator[tuple[str, str, Typed]]:
        """Every amount there is, with its special and line."""
        for special in self.specials:
            for line, amount in special.amounts.items():
                if amount is not None:
                    yield special.id, line, amount


def packs_of_a_region(region: str, *, on: date) -> list[str]:
    """The shipped packs that concern a unit registered in a region, on a day."""
    headings = {id: heading_of(folder, base_vocabulary()) for id, folder in shipped_packs().items()}
    return [id for id, heading in headings.items() if heading is not None and heading.concerns(on=on, region=region)]


def load_workload(names: Sequence[str] = (PACK,)) -> Workload:
    """The packs as they ship, in their default readings, with `PARAMETERS` set."""
    packs = tuple(load_pack(name) for name in names)
    words = words_of(base_vocabulary(), (word for pack in packs for word in pack.parameter_words()))
    specials = tuple(_special(resolved) for resolved in resolve_packs(packs, parameters=PARAMETERS))
    read = {key for special in specials for node in _trees(special) for key in tree.facts_of(node)}
    types = {key: word.type for key, word in words.items() if key in read and not _is_given(key)}
    return Workload(packs, words, specials, dict(sorted(types.items())))


def folded(workload: Workload, *, known: Mapping[str, Value] | None = None) -> Workload:
    """The workload with every tree as small as it gets; parameters nobody has set are unknown.

    `known` may give the application day. Peers are translated from these trees, which is in their favour.
    """
    known = known or {}
    present = {*workload.facts} | ({APPLICATION_DAY.key} - known.keys())

    def small(node: Typed) -> Typed:
        return fold(node, known=known, present=present)

    specials = tuple(
        replace(
            special,
            rules=tuple(replace(rule, node=small(rule.node)) for rule in special.rules),
            amounts={line: small(node) if node else None for line, node in special.amounts.items()},
        )
        for special in workload.specials
    )
    return replace(workload, specials=specials)


def screened(workload: Workload) -> Workload:
    """Only what a screening computes: the conditions that can bar, the amounts, and the facts these read."""
    specials = tuple(replace(special, rules=tuple(rule for rule in special.rules if rule.bars)) for special in workload.specials)
    read = {key for special in specials for node in _trees(special) for key in tree.facts_of(node)}
    facts = {key: of for key, of in workload.facts.items() if key in read}
    return replace(workload, specials=specials, facts=facts)


def screened_on_the_day(workload: Workload) -> Workload:
    """That, with every tree as small as it gets on `DAY`: what peers are translated from."""
    return screened(folded(workload, known={APPLICATION_DAY.key: DAY}))


def _special(resolved: ResolvedScheme) -> Special:
    sections = {"conditions": resolved.conditions, "preferences": resolved.preferences, "documents": resolved.documents}
    rules = [rule for name, items in sections.items() for item in items if (rule := _rule(resolved.scheme.id, name, item))]
    return Special(resolved.scheme.id, resolved.lines, tuple(rules), resolved.amounts)


def _rule(scheme: str, section: str, resolved: Resolved) -> Rule | None:
    if resolved.require is None:
        return None  # a person's judgement alone; there is nothing to compute
    item, node = resolved.item, resolved.require
    if resolved.applies is not None:
        node = tree.Any((tree.opposite(resolved.applies), node))
    bars = isinstance(item, Condition) and item.bars
    return Rule(scheme, getattr(item, "id", ""), section, resolved.lines, node, bars)


def _trees(special: Special) -> Iterable[Typed]:
    yield from (rule.node for rule in special.rules)
    yield from (amount for amount in special.amounts.values() if amount is not None)


def _is_given(key: str) -> bool:
    return key == APPLICATION_DAY.key or key.startswith("parameter.")


def list_truths(workload: Workload) -> dict[str, Typed]:
    """The truths about lists, by the name of the variable that takes each."""
    found: dict[Typed, None] = {}
    for root in [*(rule.node for rule in workload.rules()), *(node for _, _, node in workload.amounts())]:
        found.update((node, None) for node in tree.walk(root) if isinstance(node, LIST_TRUTHS))
    return {f"list_{number}": node for number, node in enumerate(found)}


# -- the reference ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What one subject gets: truths by rule name, verdicts and amounts (fen, `None` while unknown) by special and line."""

    truths: dict[str, bool | None]
    verdicts: dict[tuple[str, str], str]
    amounts: dict[tuple[str, str], int | None]


class Interpreter:
    """The reference: the closures of `language.evaluate`, and the verdict spelt out once more."""

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.truths: dict[str, Run] = {rule.name: compile_closure(rule.node) for rule in workload.rules()}
        self.amounts: dict[tuple[str, str], Run] = {
            (scheme, line): compile_closure(node) for scheme, line, node in workload.amounts()
        }

    def answer(self, facts: Mapping[str, Value], on: date) -> Answer:
        """Every truth, verdict and amount of one subject."""
        known = {**facts, APPLICATION_DAY.key: on}
        truths = {name: run(known, {}) for name, run in self.truths.items()}
        verdicts = {
            (special.id, line): verdict_of([truths[rule.name] for rule in special.barring(line)])
            for special in self.workload.specials
            for line in special.lines
        }
        amounts = {place: _cut(run(known, {})) for place, run in self.amounts.items()}
        return Answer(truths, verdicts, amounts)  # type: ignore[arg-type]  # a rule's tree is a truth


def verdict_of(truths: Iterable[Value]) -> str:
    """One false bars; otherwise one unknown leaves it open."""
    seen = set(truths)
    return "ineligible" if False in seen else "undetermined" if None in seen else "eligible"


def _cut(value: Value) -> int | None:
    return None if value is None else round_to_fen(value)  # type: ignore[arg-type]  # an amount is a number


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a screening says of one row and one special; `line` is the place of the best line, the first of equally good."""

    line: int
    verdict: str
    amount: int | None
    unmet: int
    unknown: int


def outcome_of(special: Special, answer: Answer) -> Outcome:
    """The outcome for a special, from an answer."""
    verdicts = [answer.verdicts[special.id, line] for line in special.lines]
    place = min(range(len(verdicts)), key=lambda at: VERDICTS.index(verdicts[at]))
    line, verdict = special.lines[place], verdicts[place]
    truths = [answer.truths[rule.name] for rule in special.rules if rule.bars]
    mask = special.mask(line)
    return Outcome(
        place, verdict,
        amount=None if verdict == "ineligible" else answer.amounts.get((special.id, line)),
        unmet=mask & sum(1 << bit for bit, truth in enumerate(truths) if truth is False),
        unknown=mask & sum(1 << bit for bit, truth in enumerate(truths) if truth is None),
    )  # fmt: skip
