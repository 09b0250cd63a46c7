"""An independent check of panels against the rules: written apart from whatever made them, from the problem alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhinan.assignment.plan import Place
from zhinan.assignment.problem import SEAT_NAMES, SEATS, UNIT, Expert, Instance, Pair
from zhinan.values.text import Text, same

Panels = Mapping[str, Sequence[Place]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule that the panels break: its name, where, and in words."""

    rule: str  # case, size, unknown, twice, barred, no-match, match, kind, finance, outside, unit, most, least
    case: str = ""
    expert: str = ""
    text: Text


def violations(instance: Instance, panels: Panels) -> list[Violation]:
    """Every rule that the panels break, case by case, then the loads; [] when they may stand."""
    experts = {expert.id: expert for expert in instance.experts}
    found = [
        _of_case("case", case, Text("不在本次项目之内", "is no case of this problem"))
        for case in panels
        if case not in instance.cases
    ]
    for case in instance.cases:
        panel = panels.get(case, ())
        found += _wrong_seats(instance, case, panel, experts)
        found += _wrong_make_up(instance, case, panel, experts)
    return found + _wrong_loads(panels, instance.experts)


def _wrong_seats(instance: Instance, case: str, panel: Sequence[Place], experts: Mapping[str, Expert]) -> list[Violation]:
    """Seat by seat: is this expert allowed here at all?"""
    found = []

    def wrong(rule: str, place: Place, zh: str, en: str) -> None:
        text = Text(f"{case}：专家 {place.expert} {zh}", f"{case}: expert {place.expert} {en}")
        found.append(Violation(rule=rule, case=case, expert=place.expert, text=text))

    for place in panel:
        pair = (case, place.expert)
        expert = experts.get(place.expert)
        if expert is None:
            wrong("unknown", place, "不在名册内", "is not in the roster")
            continue
        for bar in instance.barred.get(pair, ()):
            wrong("barred", place, f"应回避（{bar.reason.zh}）", f"is barred ({bar.reason.en})")
        if pair not in instance.match or instance.match[pair] < instance.rules.threshold:
            wrong("no-match", place, "低于最低匹配度", "is below the least match")
        elif instance.match[pair] != place.match:
            wrong("match", place, f"匹配度写成 {place.match}", f"is said to match {place.match}")
        if not expert.kinds & SEATS.get(place.kind, frozenset()):
            seat = SEAT_NAMES.get(place.kind, same(place.kind))
            wrong("kind", place, f"不能任{seat.zh}席", f"cannot take a {seat.en} seat")
    return found


def _wrong_make_up(instance: Instance, case: str, panel: Sequence[Place], experts: Mapping[str, Expert]) -> list[Violation]:
    """The panel as a whole: how many, of which kinds, from where, of which employers."""
    rules, found = instance.rules, []
    members = [experts[place.expert] for place in panel if place.expert in experts]
    finance = sum(place.kind == "finance" for place in panel)
    outside = sum(member.is_outside for member in members)
    if len(panel) != rules.size:
        found.append(
            _of_case(
                "size", case, Text(f"有 {len(panel)} 人，应有 {rules.size} 人", f"has {len(panel)} experts, not {rules.size}")
            )
        )
    if finance != rules.finance:
        text = Text(f"财务管理席 {finance} 个，应为 {rules.finance} 个", f"has {finance} finance seats, not {rules.finance}")
        found.append(_of_case("finance", case, text))
    if outside < rules.outside:
        text = Text(
            f"外地专家 {outside} 人，至少应有 {rules.outside} 人", f"has {outside} from outside, fewer than {rules.outside}"
        )
        found.append(_of_case("outside", case, text))
    for id, times in Counter(place.expert for place in panel).items():
        if times > 1:
            text = Text(f"专家 {id} 占了 {times} 席", f"seats expert {id} {times} times")
            found.append(Violation(rule="twice", case=case, expert=id, text=Text(f"{case}：{text.zh}", f"{case}: {text.en}")))
    for root, number in Counter(member.root for member in members).items():
        if number > rules.per_unit:
            text = Text(f"{root} 有 {number} 人，至多 {rules.per_unit} 人", f"has {number} of {root}, at most {rules.per_unit}")
            found.append(_of_case("unit", case, text))
    return found


def _wrong_loads(panels: Panels, experts: Sequence[Expert]) -> list[Violation]:
    loads = Counter(place.expert for panel in panels.values() for place in panel)
    found = []
    for expert in experts:
        load = loads[expert.id]
        if load > expert.most:
            text = Text(
                f"专家 {expert.id} 分到 {load} 件，至多 {expert.most} 件",
                f"expert {expert.id} has {load} cases, at most {expert.most}",
            )
            found.append(Violation(rule="most", expert=expert.id, text=text))
        if load < expert.least:
            text = Text(
                f"专家 {expert.id} 分到 {load} 件，至少 {expert.least} 件",
                f"expert {expert.id} has {load} cases, at least {expert.least}",
            )
            found.append(Violation(rule="least", expert=expert.id, text=text))
    return found


def _of_case(rule: str, case: str, says: Text) -> Violation:
    return Violation(rule=rule, case=case, text=Text(f"{case}：{says.zh}", f"{case}: {says.en}"))


def unfair_chances(instance: Instance, chances: Mapping[Pair, int], kinds: Mapping[Pair, str], cap: int) -> list[Violation]:
    """Every rule that chances (in thousandths) break: of each pair, each case, each employer's group, each load; [] if none."""
    candidates = {(case, expert.id, seat) for case, expert, seat, _ in instance.candidates()}
    found = []
    for (case, id), chance in sorted(chances.items()):
        if (case, id, kinds[case, id]) not in candidates or not 0 < chance <= cap <= UNIT:
            text = Text(
                f"{case}：专家 {id} 不应有 {chance}‰ 的概率", f"{case}: expert {id} cannot have a chance of {chance} per mille"
            )
            found.append(Violation(rule="chance", case=case, expert=id, text=text))
    if found:
        return found
    experts = {expert.id: expert for expert in instance.experts}
    seats, outside, groups, loads = Counter[Pair](), Counter[str](), Counter[Pair](), Counter[str]()
    for (case, id), chance in chances.items():
        seats[case, kinds[case, id]] += chance
        outside[case] += chance * experts[id].is_outside
        groups[case, experts[id].root] += chance
        loads[id] += chance
    rules = instance.rules
    for case in instance.cases:
        for seat, number in rules.seats().items():
            if seats[case, seat] != number * UNIT:
                zh, en = (
                    f"“{seat}”席概率合计 {seats[case, seat]}‰",
                    f"the chances of {seat} seats add up to {seats[case, seat]} per mille",
                )
                found.append(_of_case("chances", case, Text(zh, en)))
        if outside[case] < rules.outside * UNIT:
            found.append(_of_case("outside", case, Text("外地专家概率合计不足", "too little chance for experts from outside")))
    for (case, root), chance in sorted(groups.items()):
        if chance > rules.per_unit * UNIT:
            found.append(_of_case("unit", case, Text(f"{root} 概率合计 {chance}‰", f"{root} has {chance} per mille")))
    for expert in instance.experts:
        if not expert.least * UNIT <= loads[expert.id] <= expert.most * UNIT:
            text = Text(
                f"专家 {expert.id} 概率合计 {loads[expert.id]}‰", f"expert {expert.id} has {loads[expert.id]} per mille in all"
            )
            found.append(Violation(rule="most", expert=expert.id, text=text))
    return found
