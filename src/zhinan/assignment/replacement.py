"""A seat that falls empty: the next alternate who still fits; when none does, the panels that change least."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed_to

from zhinan.assignment.audit import violations
from zhinan.assignment.plan import Place, Short, in_order
from zhinan.assignment.problem import Expert, Instance
from zhinan.assignment.shortage import shortages
from zhinan.values.text import Text

Panels = Mapping[str, Sequence[Place]]
Alternates = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Change:
    """One panel's change: who leaves, who comes, into what kind of seat."""

    case: str
    out: str
    into: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Who takes the seat, how that was found, and every panel as it stands afterwards.

    `alternate` is the number in the order of alternates, 0 when there was none and seats were filled anew; `passed` are the
    alternates before, each with the reason why they could not come.
    """

    incoming: str
    kind: str
    alternate: int
    changed: tuple[Change, ...]
    panels: Mapping[str, tuple[Place, ...]]
    passed: tuple[tuple[str, Text], ...]
    why: Text


_NEXT = Text(
    "{leaving} 退出，按抽取时的次序由第 {number} 候补 {incoming} 递补",
    "{leaving} leaves; alternate {number}, {incoming}, is next in the order drawn",
)
_ANEW = Text(
    "{leaving} 退出，候补名单中无人符合，按改动最少的办法由 {incoming} 补入，共变动 {changes} 席",
    "{leaving} leaves and no alternate fits; {incoming} comes in with the fewest changes: {changes} seat(s)",
)


def replace(
    instance: Instance, panels: Panels, alternates: Alternates, case: str, leaving: str, also_barred: Collection[str] = ()
) -> Replacement:
    """Fill the seat that `leaving` leaves in `case`; the experts in `also_barred` cannot come there either.

    Raises:
        Short: nobody can, whatever other seats change; it carries the shortages.
        KeyError: `leaving` has no seat in `case`.
    """
    seats = {place.expert: place for place in panels[case]}
    kind = seats[leaving].kind
    passed: list[tuple[str, Text]] = []
    for number, id in enumerate(alternates.get(case, {}).get(kind, ()), 1):
        obstacle = _obstacle(instance, panels, case, leaving, id, also_barred)
        if obstacle is None:
            place = Place(id, kind, instance.match[case, id])
            after = {**_whole(panels), case: in_order([*(seat for seat in panels[case] if seat.expert != leaving), place])}
            why = _NEXT.filled(leaving=leaving, number=number, incoming=id)
            change = (Change(case, leaving, id, kind),)
            return Replacement(
                incoming=id, kind=kind, alternate=number, changed=change, panels=after, passed=tuple(passed), why=why
            )
        passed.append((id, obstacle))
    return _anew(instance, panels, case, leaving, also_barred, tuple(passed))


def _whole(panels: Panels) -> dict[str, tuple[Place, ...]]:
    return {case: tuple(panel) for case, panel in panels.items()}


def _obstacle(
    instance: Instance, panels: Panels, case: str, leaving: str, incoming: str, also_barred: Collection[str]
) -> Text | None:
    """Why an alternate cannot take the seat now; None if they can."""
    experts = {expert.id: expert for expert in instance.experts}
    if incoming not in experts or instance.match.get((case, incoming), -1) < instance.rules.threshold:
        return Text("已不在可选之列", "no longer among those who may be chosen")
    expert, rules = experts[incoming], instance.rules
    others = [experts[place.expert] for place in panels[case] if place.expert != leaving]
    load = Counter(place.expert for panel in panels.values() for place in panel)[incoming]
    if incoming == leaving or expert in others:
        return Text("已在组内", "already on the panel")
    if incoming in also_barred or instance.barred.get((case, incoming)):
        return Text("应回避或已谢绝", "barred, or has declined")
    if load >= expert.most:
        return Text(f"件数已满（{load}）", f"their load is full ({load})")
    if sum(other.root == expert.root for other in others) >= rules.per_unit:
        return Text("组内已有同一单位的专家", "their employer has its seats already")
    if sum(other.is_outside for other in others) + expert.is_outside < rules.outside:
        return Text("外地专家人数会不足", "too few would be from outside")
    return None


def _anew(
    instance: Instance,
    panels: Panels,
    case: str,
    leaving: str,
    also_barred: Collection[str],
    passed: tuple[tuple[str, Text], ...],
) -> Replacement:
    """As many seats as possible stay as they are; among those ways, the largest total."""
    without = _without(instance, panels, case, {leaving, *also_barred}, leaving)
    after = _fewest_changes(without, panels)
    if after is None:
        raise Short(shortages(without))
    changed = _changes(panels, after)
    here = next(change for change in changed if change.case == case and change.out == leaving)
    assert not violations(without, after), "a replacement breaks a rule"
    why = _ANEW.filled(leaving=leaving, incoming=here.into, changes=len(changed))
    return Replacement(incoming=here.into, kind=here.kind, alternate=0, changed=changed, panels=after, passed=passed, why=why)


def _without(instance: Instance, panels: Panels, case: str, gone: Collection[str], leaving: str) -> Instance:
    """The problem without these experts for the case; the one who leaves takes on no more elsewhere."""
    load = sum(place.expert == leaving for panel in panels.values() for place in panel) - 1

    def left(expert: Expert) -> Expert:
        return changed_to(expert, most=min(expert.most, load), least=min(expert.least, load)) if expert.id == leaving else expert

    return changed_to(
        instance, experts=tuple(left(expert) for expert in instance.experts),
        match={pair: match for pair, match in instance.match.items() if pair[0] != case or pair[1] not in gone},
    )  # fmt: skip


def _fewest_changes(instance: Instance, panels: Panels) -> dict[str, tuple[Place, ...]] | None:
    from zhinan.assignment.pool import pool_of
    from zhinan.assignment.solve import Programme

    pool = pool_of(instance)
    cases, experts = sorted(instance.cases), sorted(expert.id for expert in instance.experts)
    held = {(case, place.expert, place.kind) for case, panel in panels.items() for place in panel}
    edges = [
        (cases[case], experts[expert], "finance" if in_finance else "technical")
        for case, expert, in_finance in zip(pool.case, pool.expert, pool.in_finance, strict=True)
    ]
    gain = pool.match / pool.scale / (pool.size.sum() + 1) + [float(edge in held) for edge in edges]
    programme = Programme(gain, pool.rows(), whole=True)
    if programme.solve() == "infeasible" or not programme.has_point():
        return None
    after: dict[str, list[Place]] = {case: [] for case in cases}
    for number in (programme.point() > 0.5).nonzero()[0]:
        case, expert, kind = edges[number]
        after[case].append(Place(expert, kind, instance.match[case, expert]))
    return {case: in_order(panel) for case, panel in after.items()}


def _changes(before: Panels, after: Panels) -> tuple[Change, ...]:
    """Seat by seat what changed; in each panel and kind of seat the leaving and the coming are paired in order."""
    changes = []
    for case in sorted(after):
        old, new = set(before[case]), set(after[case])
        out = sorted(old - new, key=lambda place: (place.kind, place.expert))
        into = sorted(new - old, key=lambda place: (place.kind, place.expert))
        changes += [Change(case, left.expert, came.expert, came.kind) for left, came in zip(out, into, strict=True)]
    return tuple(changes)
