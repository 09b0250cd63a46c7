"""The ranked list by official score, equals by stated rules, a shared place where none decides; and the grey band around a line.

Calibrated scores never move a case. They only show, in `grey_band`, where the list is too close to call.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise
from statistics import median
from types import MappingProxyType

from zhinan.policy.nearest import brief
from zhinan.review import mistakes
from zhinan.values.problem import BadInput, Problem
from zhinan.values.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a case when it is ranked.

    official: its official score, 0 to 100 (`None`: too few sheets)
    calibrated, standard_error: those of `calibrate`, where they could be worked out
    preferences: the priority factors that it meets, as one number (how many, or their weight)
    criteria: its mean points by criterion; totals: those of its sheets, for the median and the spread
    """

    case: str
    official: Decimal | None
    calibrated: float | None = None
    standard_error: float | None = None
    preferences: int = 0
    field: str = ""
    criteria: Mapping[str, Decimal] = dataclasses.field(default_factory=dict)
    totals: tuple[Decimal, ...] = ()

    @property
    def median(self) -> Decimal:
        """The median of the totals; 0 without any."""
        return median(self.totals) if self.totals else Decimal(0)

    @property
    def spread(self) -> Fraction:
        """The variance of the totals, exactly; 0 without any."""
        values = [Fraction(each) for each in self.totals]
        mean = sum(values, Fraction(0)) / (len(values) or 1)
        return sum(((each - mean) ** 2 for each in values), Fraction(0)) / (len(values) or 1)


#: What a rule sorts by, the smaller first.
Order = Callable[[Standing, str], Decimal | Fraction | int | str]


@dataclass(frozen=True, slots=True)
class TieRule:
    """A way to tell equal scores apart: what comes first, and the number (or draw) by which."""

    name: Text
    order: Order


def _lot(standing: Standing, seed: str) -> str:
    return hashlib.sha256(f"{seed}|{standing.case}".encode()).hexdigest()


#: Rules for equal official scores. `criterion:KEY` is one more for every criterion of the sheet.
TIE_RULES: Mapping[str, TieRule] = MappingProxyType(
    {
        "preferences": TieRule(Text("优先支持因素多的在前", "more priority factors first"), lambda each, _: -each.preferences),
        "median": TieRule(Text("中位分高的在前", "the higher median first"), lambda each, _: -each.median),
        "smaller-spread": TieRule(Text("专家分歧小的在前", "the smaller spread first"), lambda each, _: each.spread),
        "lot": TieRule(Text("按公布的种子抽签", "by lot from the published seed"), _lot),
    }
)
_CRITERION = "criterion:"


def tie_rule(name: str) -> TieRule | None:
    """The rule of that name; `None` if there is none."""
    key = name.removeprefix(_CRITERION)
    if key == name or not key:
        return TIE_RULES.get(name)
    return TieRule(
        Text(f"“{key}”一项得分高的在前", f"more points on “{key}” first"),
        lambda each, _: -each.criteria.get(key, Decimal(0)),
    )


def problems_of_ties(ties: Sequence[str], criteria: Sequence[str] | None = None) -> list[Problem]:
    """What is wrong with a list of rules; with `criteria`, `criterion:KEY` must be one of them."""
    problems = []
    choices = ", ".join([*TIE_RULES, *(f"{_CRITERION}{key}" for key in criteria or ["KEY"])])
    for at, name in enumerate(ties):
        is_foreign = criteria is not None and name.startswith(_CRITERION) and name.removeprefix(_CRITERION) not in criteria
        if tie_rule(name) is None or is_foreign:
            problems.append(mistakes.TIE_RULE_UNKNOWN.at(word=brief(name), choices=choices))
        elif name in ties[:at]:
            problems.append(mistakes.TIE_RULE_TWICE.at(word=name))
    if "lot" in ties[:-1]:
        problems.append(mistakes.LOT_NOT_LAST.at())
    return problems


# ─── the list ───


@dataclass(frozen=True, slots=True)
class Ranked:
    """A case with its place. `place` is `None` without an official score; cases of a `shared_with` have the same place."""

    standing: Standing
    place: int | None
    shared_with: tuple[str, ...]
    decided_by: Text

    @property
    def case(self) -> str:
        """The case's name."""
        return self.standing.case


def rank(standings: Sequence[Standing], ties: Sequence[str] = (), *, seed: str = "") -> tuple[Ranked, ...]:
    """The ranked list, the best first, the same whatever order the standings come in; cases without a score come last.

    Cases that no rule tells apart share a place, and the place after theirs is left out (1, 2, 2, 4). `seed` is what a lot
    is drawn from. Raises `BadInput` for a case that is there twice, an unknown rule, a lot without a seed.
    """
    _must_be_sound(standings, ties, seed)
    rules = [rule for name in ties if (rule := tie_rule(name))]
    keys = {each.case: (_falling(each.official), *(rule.order(each, seed) for rule in rules)) for each in standings}
    scored = sorted((each for each in standings if each.official is not None), key=lambda each: (keys[each.case], each.case))
    depths = _depths([keys[each.case] for each in scored])
    ranked: list[Ranked] = []
    for _, group in groupby(enumerate(scored), key=lambda each: keys[each[1].case]):
        members = list(group)
        names, place = [each.case for _, each in members], members[0][0] + 1
        equals = sum(each.official == members[0][1].official for each in scored)
        for at, each in members:
            others = tuple(name for name in names if name != each.case)
            ranked.append(Ranked(each, place, others, _decided_by(depths[at], equals, rules, is_shared=bool(others))))
    unscored = sorted((each for each in standings if each.official is None), key=lambda each: each.case)
    return (*ranked, *(Ranked(each, None, (), _NO_SCORE) for each in unscored))


_NO_SCORE = Text("没有官方分数，不参加排序", "no official score, so it is not ranked")


def _must_be_sound(standings: Sequence[Standing], ties: Sequence[str], seed: str) -> None:
    problems = problems_of_ties(ties)
    if "lot" in ties and not seed:
        problems.append(mistakes.LOT_WITHOUT_SEED.at())
    cases = sorted(each.case for each in standings)
    problems += [mistakes.RANKED_TWICE.at(case=case) for case, after in pairwise(cases) if case == after]
    if problems:
        raise BadInput(problems)


def _falling(score: Decimal | None) -> Decimal:
    return -score if score is not None else Decimal(0)


def _depths(keys: Sequence[tuple[object, ...]]) -> list[int]:
    """For each, how many rules it takes to part it from a neighbour with an equal score: 0 for the score alone."""
    parted = [next((at for at, (one, other) in enumerate(zip(a, b, strict=True)) if one != other), 0) for a, b in pairwise(keys)]
    return [max(pair) for pair in zip([0, *parted], [*parted, 0], strict=True)] if keys else []


def _decided_by(depth: int, equals: int, rules: Sequence[TieRule], *, is_shared: bool) -> Text:
    if is_shared:
        return Text(
            f"{equals} 项同分，各项规则仍分不出，并列", f"{equals} have this score; no rule parts them all, so a place is shared"
        )
    if depth == 0:
        return Text("得分", "the score")
    return Text(f"{equals} 项同分：{{rule}}", f"{equals} have this score: {{rule}}").filled(rule=rules[depth - 1].name)


# ─── the grey band ───


@dataclass(frozen=True, slots=True)
class Grey:
    """A case too close to the line to be called, with the reasons (`codes` say the same for a program)."""

    case: str
    place: int
    codes: tuple[str, ...]
    whys: tuple[Text, ...]


def grey_band(ranked: Sequence[Ranked], line: int, *, z: float = 1.0) -> tuple[Grey, ...]:
    """The cases that a meeting should look at again when the first `line` places are to be funded, by rank.

    By calibrated score the line lies half way between the last within and the first beyond. A case is grey when

    * `straddles`: its calibrated score ± `z` standard errors holds the line (`z` is a default that the authority may set),
    * `moves-in`, `moves-out`: it stands on one side by official score and on the other by calibrated score,
    * `shared-line`: a place shared by several lies across the line.
    """
    placed = [each for each in ranked if each.place is not None]
    if not 0 < line < len(placed):
        return ()
    scores = sorted((each.standing.calibrated for each in placed if each.standing.calibrated is not None), reverse=True)
    cut = (scores[line - 1] + scores[line]) / 2 if len(scores) == len(placed) else None
    found = []
    for each in placed:
        told = [*_shared(each, line), *(_beside(each, line, cut, z) if cut is not None else ())]
        if told and each.place is not None:
            found.append(Grey(each.case, each.place, tuple(code for code, _ in told), tuple(why for _, why in told)))
    return tuple(found)


def _shared(each: Ranked, line: int) -> Iterator[tuple[str, Text]]:
    if each.place is not None and each.place <= line < each.place + len(each.shared_with):
        others = len(each.shared_with)
        yield (
            "shared-line",
            Text(f"与另外 {others} 项并列，并列跨过第 {line} 名", f"shares its place with {others} more, across place {line}"),
        )


def _beside(each: Ranked, line: int, cut: float, z: float) -> Iterator[tuple[str, Text]]:
    score, error = each.standing.calibrated, each.standing.standard_error
    if score is None or each.place is None:
        return
    if error is not None and abs(score - cut) <= z * error:
        yield (
            "straddles",
            Text(
                f"校准分 {score:.2f} ± {z * error:.2f}，跨过分界 {cut:.2f}",
                f"its calibrated score {score:.2f} ± {z * error:.2f} holds the line {cut:.2f}",
            ),
        )
    if each.place <= line and score < cut:
        yield (
            "moves-out",
            Text(
                f"排第 {each.place}，在第 {line} 名以内；按校准分在线外",
                f"place {each.place}, within {line}; by calibrated score beyond it",
            ),
        )
    elif each.place > line and score > cut:
        yield (
            "moves-in",
            Text(
                f"排第 {each.place}，在第 {line} 名以外；按校准分在线内",
                f"place {each.place}, beyond {line}; by calibrated score within it",
            ),
        )
