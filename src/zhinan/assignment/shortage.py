"""When there are no panels: which seats stay empty, why, and the cheapest relaxation that would fill them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from zhinan.assignment.problem import SEAT_NAMES, SEATS, Expert, Instance, Json
from zhinan.values.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """One rule that gives way, from `old` to `new`, and how reluctantly (`cost`: smaller is easier).

    `left` is how many seats would still be missing.
    """

    rule: str  # load, least, threshold, outside, per_unit, finance, size, cap
    subject: str = ""  # the expert whose load it is
    old: int
    new: int
    cost: int
    left: int = 0
    text: Text

    def to_json(self) -> Json:
        """The relaxation as JSON."""
        return {
            "rule": self.rule, "subject": self.subject, "from": self.old, "to": self.new, "cost": self.cost, "left": self.left,
            "text": {"zh": self.text.zh, "en": self.text.en},
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """What cannot be had: in which case ("" = over all), of which kind, how many, why, and what would help."""

    case: str
    kind: str  # technical, finance, outside, least, cap
    missing: int
    why: Text
    relaxation: Relaxation | None


def shortages(instance: Instance) -> tuple[Shortage, ...]:
    """What is missing when as many seats as possible are filled, each with the cheapest relaxation; () when nothing is.

    Raises:
        BadInput: the problem is not written as it should be.
    """
    instance.refuse_if_wrong()
    missing = _missing(instance)
    if not missing:
        return ()
    helps = relaxations(instance, missing)
    return tuple(
        Shortage(case=case, kind=kind, missing=number, why=_why(instance, case, kind, number), relaxation=next(iter(helps), None))
        for (case, kind), number in sorted(missing.items())
    )


def relaxations(instance: Instance, missing: Mapping[tuple[str, str], int] | None = None) -> tuple[Relaxation, ...]:
    """Single rules that would help if they gave way, the best first: what fills most seats, and of those the cheapest.

    Bars never give way.
    """
    missing = _missing(instance) if missing is None else missing
    short, found = sum(missing.values()), []
    for relaxation, relaxed in _tries(instance, missing):
        left = sum(_missing(relaxed).values())
        if left < short:
            found.append(replace(relaxation, left=left))
    return tuple(sorted(found, key=lambda relaxation: (relaxation.left, relaxation.cost, relaxation.subject)))


# -- what is missing -----------------------------------------------------------------------------------


def _missing(instance: Instance) -> dict[tuple[str, str], int]:
    """By (case, kind) what is missing at the least: seats, outside experts among the filled ones, least loads ("" as case)."""
    import numpy as np

    from zhinan.assignment.pool import pool_of
    from zhinan.assignment.solve import Programme

    pool = pool_of(instance)
    cases, rules = sorted(instance.cases), instance.rules
    outside_row = 2 * len(cases) + pool.experts
    programme = Programme(pool.match / pool.scale / (pool.size.sum() + 1), pool.rows(), whole=True)
    slack: dict[int, tuple[str, str]] = {}
    for number, case in enumerate(cases):
        outside = [outside_row + number] if rules.outside else []  # an empty seat may yet be filled from outside
        for kind, row in (("technical", number), ("finance", len(cases) + number)):
            slack[programme.add_column(-1.0, [row, *outside])] = (case, kind)
        if outside:
            slack[programme.add_column(-0.999, outside)] = (case, "outside")
    for number, least in enumerate(pool.least):
        if least:
            slack[programme.add_column(-1.0, [2 * len(cases) + number])] = ("", "least")
    programme.solve()
    point = programme.point()
    missing: Counter[tuple[str, str]] = Counter()
    for column, what in slack.items():
        missing[what] += int(np.ceil(point[column] - 1e-6))
    return {what: number for what, number in missing.items() if number > 0}


# -- why -----------------------------------------------------------------------------------------------

_NAMES = {**SEAT_NAMES, "outside": Text("外地", "outside")}
_FEW = Text(
    "{case}：缺 {missing} 名{kind}专家。名册 {all} 名，应回避 {barred} 名，不够匹配 {unfit} 名，可选 {fit} 名，需 {wanted} 名",
    "{case}: {missing} {kind} expert(s) missing. Of {all} in the roster {barred} are barred and {unfit} fit too little; "
    "{fit} are left for {wanted} seats",
)
_SAME_UNITS = Text(
    "{case}：缺 {missing} 名{kind}专家。可选 {fit} 名只来自 {roots} 个单位，同一单位至多 {per_unit} 名",
    "{case}: {missing} {kind} expert(s) missing. The {fit} who fit come from {roots} employers, at most {per_unit} of each",
)
_LOADS = Text(
    "{case}：缺 {missing} 名{kind}专家。可选 {fit} 名，但件数已被其他项目用满，或与其他规则相抵",
    "{case}: {missing} {kind} expert(s) missing. {fit} would fit, but their loads are used or other rules forbid it",
)
_LEAST = Text(
    "专家件数下限合计有 {missing} 件排不进去", "{missing} of the loads that experts must have at least cannot be placed"
)


def _why(instance: Instance, case: str, kind: str, missing: int) -> Text:
    if kind == "least":
        return _LEAST.filled(missing=missing)
    rules = instance.rules
    members = [expert for expert in instance.experts if _is_of(expert, kind)]
    barred = [expert for expert in members if instance.barred.get((case, expert.id))]
    seats = rules.seats() if kind == "outside" else (kind,)
    fit = {
        expert.id: expert for other, expert, seat, _ in instance.candidates()
        if other == case and seat in seats and _is_of(expert, kind)
    }  # fmt: skip
    wanted = rules.outside if kind == "outside" else rules.seats()[kind]
    roots = Counter(expert.root for expert in fit.values())
    words = {"case": case, "missing": missing, "kind": _NAMES[kind], "fit": len(fit), "wanted": wanted}
    if len(fit) < wanted:
        return _FEW.filled(**words, all=len(members), barred=len(barred), unfit=len(members) - len(barred) - len(fit))
    if sum(min(number, rules.per_unit) for number in roots.values()) < wanted:
        return _SAME_UNITS.filled(**words, roots=len(roots), per_unit=rules.per_unit)
    return _LOADS.filled(**words)


def _is_of(expert: Expert, kind: str) -> bool:
    return expert.is_outside if kind == "outside" else bool(expert.kinds & SEATS[kind])


# -- what would help -----------------------------------------------------------------------------------

_LOAD = Text("请专家 {subject} 多评 1 件（{old} → {new}）", "let expert {subject} take one more case ({old} → {new})")
_ALL_LOADS = Text(
    "每位专家多评 1 件（上限最高 {old} → {new}）", "let every expert take one more case (highest limit {old} → {new})"
)
_GIVES_WAY = {
    "least": Text("不再要求专家的件数下限", "ask no least load of anyone"),
    "threshold": Text("最低匹配度从 {old} 降到 {new}", "lower the least match from {old} to {new}"),
    "outside": Text("外地专家从至少 {old} 名减为 {new} 名", "ask for {new} instead of {old} from outside"),
    "per_unit": Text("同一单位上限从 {old} 名放宽到 {new} 名", "allow {new} instead of {old} of one employer"),
    "finance": Text("财务管理席从 {old} 个减为 {new} 个", "have {new} instead of {old} finance seats"),
    "size": Text("每组从 {old} 人减为 {new} 人", "have panels of {new} instead of {old}"),
}
#: How reluctantly each gives way; these are this programme's own order, which the authority may read otherwise.
_RELUCTANCE = {"load": 1, "least": 3, "all-loads": 5, "threshold": 10, "outside": 20, "per_unit": 30, "finance": 40, "size": 50}
#: So many experts are asked for one more case.
_ASKED = 8


def _tries(instance: Instance, missing: Mapping[tuple[str, str], int]) -> Iterator[tuple[Relaxation, Instance]]:
    """Each relaxation worth trying, and the problem with it."""
    yield from _more_load(instance, missing)
    if any(kind == "least" for _, kind in missing):
        most = max(expert.least for expert in instance.experts)
        yield _given("least", most, 0), replace(instance, experts=tuple(replace(expert, least=0) for expert in instance.experts))
    rules = instance.rules
    tries = [("threshold", value) for value in _lower_thresholds(instance, missing)]
    tries += [
        ("outside", rules.outside - 1),
        ("per_unit", rules.per_unit + 1),
        ("finance", rules.finance - 1),
        ("size", rules.size - 2),
    ]
    for rule, value in tries:
        relaxed = replace(rules, **{rule: value})
        if not relaxed.problems():
            yield _given(rule, getattr(rules, rule), value), replace(instance, rules=relaxed)


def _given(rule: str, old: int, new: int) -> Relaxation:
    return Relaxation(rule=rule, old=old, new=new, cost=_RELUCTANCE[rule], text=_GIVES_WAY[rule].filled(old=old, new=new))


def _more_load(instance: Instance, missing: Mapping[tuple[str, str], int]) -> Iterator[tuple[Relaxation, Instance]]:
    """One more case for those who would fit most of the empty seats; then one more for everyone."""
    cases = {case for case, _ in missing}
    able = replace(instance, experts=tuple(replace(expert, most=max(expert.most, 1)) for expert in instance.experts))
    fits = Counter(
        expert.id for case, expert, seat, _ in able.candidates()
        if case in cases and ((case, seat) in missing or (expert.is_outside and (case, "outside") in missing))
    )  # fmt: skip
    for id, _ in sorted(fits.items(), key=lambda item: (-item[1], item[0]))[:_ASKED]:
        expert = next(expert for expert in instance.experts if expert.id == id)
        old, new = expert.most, expert.most + 1
        text = _LOAD.filled(subject=id, old=old, new=new)
        more = tuple(replace(one, most=new) if one.id == id else one for one in instance.experts)
        yield (
            Relaxation(rule="load", subject=id, old=old, new=new, cost=_RELUCTANCE["load"], text=text),
            replace(instance, experts=more),
        )
    most = max((expert.most for expert in instance.experts), default=0)
    more = tuple(replace(expert, most=expert.most + 1) for expert in instance.experts)
    text = _ALL_LOADS.filled(old=most, new=most + 1)
    yield (
        Relaxation(rule="load", old=most, new=most + 1, cost=_RELUCTANCE["all-loads"], text=text),
        replace(instance, experts=more),
    )


def _lower_thresholds(instance: Instance, missing: Mapping[tuple[str, str], int]) -> list[int]:
    """The thresholds at which the short cases would win as many experts as they miss, and twice as many; then none at all."""
    found = set()
    for (case, _), number in missing.items():
        below = sorted(
            (match for pair, match in instance.match.items()
             if pair[0] == case and match < instance.rules.threshold and not instance.barred.get(pair)), reverse=True,
        )  # fmt: skip
        found |= {below[at] for at in (number - 1, 2 * number - 1) if 0 <= at < len(below)}
        found |= {below[-1]} if below else set()
    return sorted(found, reverse=True)[:4] if len(found) <= 4 else [*sorted(found, reverse=True)[:3], min(found)]
