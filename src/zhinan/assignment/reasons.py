"""Why this expert, why not that one: from the stored problem, chances and draw alone, never from a new computation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from zhinan.assignment.lottery import Commitment, Drawn
from zhinan.assignment.plan import Plan
from zhinan.assignment.problem import SEAT_NAMES, UNIT, Expert, Instance, Json
from zhinan.values.text import Text

KINDS = ("forbidden", "below-threshold", "not-in-pool", "outcompeted", "not-drawn", "drawn", "alternate")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of one pair: its kind (one of `KINDS`), in words, and the facts the words rest on."""

    kind: str
    text: Text
    facts: Json


_FORBIDDEN = Text("应回避：{reasons}", "barred: {reasons}")
_BELOW = Text(
    "匹配度 {match} 低于最低匹配度 {threshold}（在本项目可比专家中列第 {rank}）",
    "the match {match} is below the least match {threshold} (rank {rank} among those compared for this case)",
)
_NO_MATCH = Text("没有与本项目的匹配度，未列入备选", "has no match with this case, so was not considered")
_NO_LOAD = Text("本轮已没有可承担的件数", "may take no more cases in this round")
_NO_SEAT = Text("本轮每组没有其类别的席位", "panels have no seat of their kind in this round")
_DRAWN = Text(
    "抽中{seat}席：概率 {chance}‰，匹配度 {match}，列第 {rank}",
    "drawn for a {seat} seat: chance {chance} per mille, match {match}, rank {rank}",
)
_PLANNED = Text(
    "按最优方案入选{seat}席：匹配度 {match}，列第 {rank}", "in the best plan, in a {seat} seat: match {match}, rank {rank}"
)
_NOT_DRAWN = Text(
    "概率 {chance}‰，未抽中：由第 {step} 步决定，该步在 {of} 个数中抽到第 {number} 个（从 0 数起）",
    "chance {chance} per mille, not drawn: decided by step {step}, which drew number {number} of {of} (from 0)",
)
_ALTERNATE = Text(
    "列{seat}席第 {place} 候补（概率 {chance}‰，未抽中）",
    "alternate {place} for {seat} seats (chance {chance} per mille, not drawn)",
)
_ELSEWHERE = Text(
    "匹配度 {match}，列第 {rank}；其件数用于更需要的项目：{cases}",
    "match {match}, rank {rank}; their load went where it adds more: {cases}",
)
_COLLEAGUE = Text(
    "匹配度 {match}，列第 {rank}；同一单位至多 {per_unit} 名，席位在同单位专家 {colleagues}",
    "match {match}, rank {rank}; at most {per_unit} of one employer, and the place is with {colleagues}",
)
_OTHERS = Text(
    "匹配度 {match}，列第 {rank}；席位给了匹配度更高或规则要求的专家，其中 {better} 名匹配度更高",
    "match {match}, rank {rank}; the seats went to experts who fit better or whom a rule asks for; {better} of them fit better",
)


def why(instance: Instance, source: Commitment | Plan, drawn: Drawn | None, case: str, expert: str) -> Explanation:
    """Why the expert has, or has not, a seat in the case. `drawn` is None before the draw, or when `source` is a plan.

    Raises:
        KeyError: the case or the expert is not of this problem.
    """
    who = {one.id: one for one in instance.experts}[expert]
    if case not in instance.cases:
        raise KeyError(case)
    if bars := instance.barred.get((case, expert)):
        reasons = Text("；".join(bar.reason.zh for bar in bars), "; ".join(bar.reason.en for bar in bars))
        told = [{"rule": bar.rule, "zh": bar.reason.zh, "en": bar.reason.en, "evidence": bar.evidence} for bar in bars]
        return Explanation("forbidden", _FORBIDDEN.filled(reasons=reasons), {"bars": told})
    facts = _standing(instance, case, expert)
    if outside := _outside_the_pool(instance, who, facts):
        return outside
    if isinstance(source, Plan):
        return _of_plan(instance, source, case, who, facts)
    return _of_draw(instance, source, drawn, case, who, facts)


def _standing(instance: Instance, case: str, expert: str) -> Json:
    """The pair's match, and its rank among all of the case that are not barred."""
    match = instance.match.get((case, expert))
    rivals = [value for (other, id), value in instance.match.items() if other == case and not instance.barred.get((case, id))]
    rank = None if match is None else 1 + sum(value > match for value in rivals)
    return {"match": match, "threshold": instance.rules.threshold, "rank": rank, "of": len(rivals)}


def _outside_the_pool(instance: Instance, expert: Expert, facts: Json) -> Explanation | None:
    if facts["match"] is None:
        return Explanation("not-in-pool", _NO_MATCH, facts)
    if facts["match"] < instance.rules.threshold:
        return Explanation("below-threshold", _BELOW.filled(**facts), facts)
    if not expert.most:
        return Explanation("not-in-pool", _NO_LOAD, facts)
    if not set(expert.seats) & set(instance.rules.seats()):
        return Explanation("not-in-pool", _NO_SEAT, {**facts, "kinds": sorted(expert.kinds)})
    return None


def _of_plan(instance: Instance, plan: Plan, case: str, expert: Expert, facts: Json) -> Explanation:
    for place in plan.panels[case]:
        if place.expert == expert.id:
            facts = {**facts, "seat": place.kind}
            return Explanation("drawn", _PLANNED.filled(**_named(facts)), facts)
    seats = {(other, place.expert): UNIT for other, panel in plan.panels.items() for place in panel}
    return _outcompeted(instance, seats, case, expert, facts)


def _of_draw(
    instance: Instance, commitment: Commitment, drawn: Drawn | None, case: str, expert: Expert, facts: Json
) -> Explanation:
    pair = (case, expert.id)
    facts = {**facts, "chance": commitment.marginals.get(pair, 0)}
    if drawn is not None:
        for place in drawn.panels[case]:
            if place.expert == expert.id:
                facts |= {"seat": place.kind, **_step(drawn, case, expert)}
                return Explanation("drawn", _DRAWN.filled(**_named(facts)), facts)
        for seat, row in drawn.alternates[case].items():
            if expert.id in row:
                facts |= {"seat": seat, "place": row.index(expert.id) + 1, **_step(drawn, case, expert)}
                return Explanation("alternate", _ALTERNATE.filled(**_named(facts)), facts)
    if pair not in commitment.marginals:
        return _outcompeted(instance, commitment.marginals, case, expert, facts)
    if drawn is None:
        text = Text("概率 {chance}‰，尚未抽取", "chance {chance} per mille, not drawn yet").filled(**facts)
        return Explanation("not-drawn", text, facts)
    facts |= _step(drawn, case, expert)
    return Explanation("not-drawn", _NOT_DRAWN.filled(**facts), facts)


def _named(facts: Json) -> Json:
    """The facts with the seat's name in both languages, for a sentence."""
    return {**facts, "seat": SEAT_NAMES[facts["seat"]]}


def _step(drawn: Drawn, case: str, expert: Expert) -> Json:
    """The step that settled the pair, and its number; nothing for a pair that was certain."""
    number = drawn.decided.get((case, expert.id))
    if number is None:
        return {}
    step = drawn.steps[number]
    return {"step": number + 1, "number": step.number, "of": step.up + step.down, "down": step.down}


def _outcompeted(
    instance: Instance, chances: Mapping[tuple[str, str], int], case: str, expert: Expert, facts: Json
) -> Explanation:
    """In the pool, and yet without a chance: where the load went, or who had the seats."""
    own = {other: chance for (other, id), chance in chances.items() if id == expert.id}
    if sum(own.values()) >= expert.most * UNIT:
        tightest = sorted(own, key=lambda other: (-own[other], other))[:3]
        cases = [{"case": other, "chance": own[other], "match": instance.match[other, expert.id]} for other in tightest]
        told = Text("、".join(tightest), ", ".join(tightest))
        facts |= {"why": "load", "cases": cases}
        return Explanation("outcompeted", _ELSEWHERE.filled(**{**facts, "cases": told}), facts)
    roots = {one.id: one.root for one in instance.experts}
    here = Counter({id: chance for (other, id), chance in chances.items() if other == case})
    colleagues = sorted(id for id in here if roots[id] == expert.root)
    if sum(here[id] for id in colleagues) >= instance.rules.per_unit * UNIT:
        facts |= {"why": "unit", "colleagues": colleagues, "per_unit": instance.rules.per_unit}
        told = Text("、".join(colleagues), ", ".join(colleagues))
        return Explanation("outcompeted", _COLLEAGUE.filled(**{**facts, "colleagues": told}), facts)
    facts |= {"why": "others", "better": sum(instance.match[case, id] > facts["match"] for id in here)}
    return Explanation("outcompeted", _OTHERS.filled(**facts), facts)
