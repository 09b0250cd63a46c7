"""The ranked walk under a budget: who is funded, who is held in reserve, who is refused, and why, line by line.

First the least that each field is to get, then everyone in rank order. The walk never takes a cheaper project before a better
one without saying so, never spends more than the budget, never gives more than was computed. Money is in fen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import accumulate, groupby

from zhinan.policy.nearest import brief
from zhinan.review import mistakes
from zhinan.review.quotas import FieldQuota, Quotas, quotas_from_json
from zhinan.review.sheet import plain
from zhinan.values.problem import BadInput, Problem
from zhinan.values.quantity import format_money
from zhinan.values.text import Text

AWARD, RESERVE, REFUSE = "award", "reserve", "refuse"
OUTCOMES: Mapping[str, Text] = {
    AWARD: Text("立项", "award"),
    RESERVE: Text("备选", "reserve"),
    REFUSE: Text("不予立项", "refuse"),
}
#: Why a line is as it is, by `Line.code`.
REASONS: Mapping[str, Text] = {
    "in-order": Text("按名次立项", "awarded in rank order"),
    "field-minimum": Text("补足领域“{field}”的下限", "taken first, for the least that the field “{field}” is to get"),
    "departure": Text("调整：{why}（{by}）", "departure: {why} ({by})"),
    "not-ranked": Text("没有官方分数，未参加排序", "it has no official score and was not ranked"),
    "below-line": Text("得分 {score}，低于最低分数线 {least}", "its score {score} is below the line of {least}"),
    "field-number-full": Text("领域“{field}”的 {most} 个名额已满", "the {most} places of the field “{field}” are taken"),
    "field-money-full": Text(
        "需 {amount}，领域“{field}”的经费上限只余 {rest}",
        "it needs {amount} and {rest} of the limit of the field “{field}” is left",
    ),
    "projects-full": Text("立项总数 {most} 项已满", "all {most} projects have been awarded"),
    "unit-full": Text("该单位（集团）立项已达 {most} 项的上限", "its unit (or group) has {most} already, the most there may be"),
    "leader-full": Text("该负责人立项已达 {most} 项的上限", "its leader has {most} already, the most there may be"),
    "over-rest": Text("需 {amount}，预算只余 {rest}", "it needs {amount} and {rest} of the budget is left"),
    "after-stop": Text(
        "预算到第 {place} 名为止，不越过它立后面的项目", "the money ended at place {place}; none after it is taken before it"
    ),
    "tied-at-line": Text(
        "并列第 {place} 名的 {count} 项不能全部立项，由会议或抽签定",
        "{count} share place {place} and not all of them can be taken: a meeting or a lot decides",
    ),
    "beyond-reserve": Text("{why}；备选名额 {most} 项已满", "{why}; all {most} places of the reserve are taken"),
}
_MINIMUM_UNMET = Text(
    "领域“{field}”的下限没有达到：立 {number} 项（下限 {least_number}），{money}（下限 {least_money}）",
    "the field “{field}” is below its least: {number} projects (least {least_number}), {money} (least {least_money})",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A ranked case that asks for `amount` fen, as the form's formula computed it.

    place: of the ranking (shared by equals, `None` if it was not ranked); group: units of one group count as one
    """

    case: str
    place: int | None
    amount: int
    field: str = ""
    unit: str = ""
    group: str = ""
    leader: str = ""
    official: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A decision that departs from the walk: its reason and who decided are kept with the result.

    to: of `OUTCOMES`; amount: of an award, if less than was computed (fen)
    """

    case: str
    to: str
    reason: str
    by: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one case: `outcome`, `amount` (fen), `code` and `reason`; `budget_left` just after it was decided."""

    case: str
    place: int | None
    outcome: str
    amount: int
    code: str
    reason: Text
    budget_left: int

    @property
    def is_departure(self) -> bool:
        """Whether an officer departed from the walk here."""
        return self.code == "departure"


@dataclass(frozen=True, slots=True)
class Allocation:
    """Every case in rank order, the money spent and left (fen), the place where the money ended, and minimums not reached."""

    lines: tuple[Line, ...]
    spent: int
    left: int
    stopped_at: int | None
    unmet: tuple[Text, ...]

    @property
    def awarded(self) -> tuple[str, ...]:
        """The cases to be funded, in rank order."""
        return tuple(line.case for line in self.lines if line.outcome == AWARD)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Two allocations side by side: who comes in, who goes out, whose amount changes (fen before, after), and the money."""

    before: Allocation
    after: Allocation
    comes_in: tuple[str, ...]
    goes_out: tuple[str, ...]
    amounts: Mapping[str, tuple[int, int]]
    money: int


def allocate(candidates: Sequence[Candidate], quotas: Quotas, departures: Sequence[Departure] = ()) -> Allocation:
    """The allocation, the same in whatever order the candidates come: departures first, then field minimums, then the walk.

    A departure that awards may pass quotas and lines, never the budget. Cases of one place are taken together or, when not all
    can be, none of them. Raises `BadInput` for cases given twice, negative amounts, departures without reason or beyond reach.
    """
    if problems := _problems(candidates, quotas, departures):
        raise BadInput(problems)
    in_order = sorted(candidates, key=lambda each: (each.place is None, each.place or 0, each.case))
    decided = {each.case: each for each in departures}
    walk = _Walk(quotas, quotas.budget)
    for each in in_order:
        if each.case in decided:
            walk.depart(each, decided[each.case])
    walk.fill_minimums(in_order)
    walk.go(in_order)
    lines = _with_reserve([walk.lines[each.case] for each in in_order], quotas.most_reserves)
    return Allocation(lines, quotas.budget - walk.left, walk.left, walk.stopped_at, tuple(walk.unmet()))


def what_if(
    candidates: Sequence[Candidate], quotas: Quotas, changes: Mapping[str, object], departures: Sequence[Departure] = ()
) -> WhatIf:
    """What `changes` of the quotas (entries of their JSON) would do to the allocation. Raises `BadInput`."""
    before = allocate(candidates, quotas, departures)
    after = allocate(candidates, quotas_from_json({**quotas.to_json(), **changes}), departures)
    amounts = {line.case: line.amount for line in before.lines}
    return WhatIf(
        before,
        after,
        comes_in=tuple(case for case in after.awarded if case not in before.awarded),
        goes_out=tuple(case for case in before.awarded if case not in after.awarded),
        amounts={each.case: (amounts[each.case], each.amount) for each in after.lines if each.amount != amounts[each.case]},
        money=after.spent - before.spent,
    )


def _with_reserve(lines: Sequence[Line], most: int | None) -> tuple[Line, ...]:
    """The lines with those beyond the reserve refused; cases of one place are held together or not at all."""
    if most is None:
        return tuple(lines)
    waiting = Counter(line.place or 0 for line in lines if line.outcome == RESERVE and not line.is_departure)
    up_to = dict(zip(sorted(waiting), accumulate(waiting[place] for place in sorted(waiting)), strict=True))
    return tuple(
        _refused(line, most) if line.outcome == RESERVE and not line.is_departure and up_to[line.place or 0] > most else line
        for line in lines
    )


def _refused(line: Line, most: int) -> Line:
    reason = REASONS["beyond-reserve"].filled(why=line.reason, most=most)
    return replace(line, outcome=REFUSE, code="beyond-reserve", reason=reason)


# ─── what cannot be allocated ───


def _problems(candidates: Sequence[Candidate], quotas: Quotas, departures: Sequence[Departure]) -> list[Problem]:
    problems = quotas.problems()
    known: dict[str, Candidate] = {}
    for each in candidates:
        if each.case in known:
            problems.append(mistakes.RANKED_TWICE.at(case=each.case))
        if each.amount < 0:
            problems.append(mistakes.AMOUNT_NEGATIVE.at(case=each.case))
        known[each.case] = each
    told: set[str] = set()
    for departure in departures:
        if departure.case in told or departure.case not in known:
            problems.append(mistakes.DEPARTURE_UNKNOWN.at(case=departure.case))
        else:
            problems += _problems_of(departure, known[departure.case])
        told.add(departure.case)
    if not problems:
        given = sum(_given(known[each.case], each) for each in departures if each.to == AWARD)
        if given > quotas.budget:
            problems.append(mistakes.DEPARTURES_OVER_BUDGET.at(sum=_money(given), budget=_money(quotas.budget)))
    return problems


def _problems_of(departure: Departure, candidate: Candidate) -> Iterator[Problem]:
    if not (departure.reason.strip() and departure.by.strip()):
        yield mistakes.DEPARTURE_WITHOUT_REASON.at(case=departure.case)
    if departure.to not in OUTCOMES:
        yield mistakes.DEPARTURE_OUTCOME.at(case=departure.case, word=brief(departure.to), choices=", ".join(OUTCOMES))
    if departure.amount is not None and not (departure.to == AWARD and 0 < departure.amount <= candidate.amount):
        amount, most = _money(departure.amount), _money(candidate.amount)
        yield mistakes.DEPARTURE_AMOUNT.at(case=departure.case, amount=amount, most=most)


def _given(candidate: Candidate, departure: Departure) -> int:
    return candidate.amount if departure.amount is None else departure.amount


def _money(fen: int) -> Text:
    return Text(format_money(fen), format_money(fen, "en"))


# ─── the walk ───

#: Why a case cannot be taken now: a code of `REASONS` and its words.
_Against = tuple[str, dict[str, object]]


@dataclass(slots=True)
class _Walk:
    """What has been decided so far, and what is left of the budget."""

    quotas: Quotas
    left: int
    lines: dict[str, Line] = field(default_factory=dict)
    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    money: Counter[str] = field(default_factory=Counter)
    stopped_at: int | None = None

    def depart(self, candidate: Candidate, departure: Departure) -> None:
        """Decide a case as an officer did."""
        words: dict[str, object] = {"why": departure.reason.strip(), "by": departure.by.strip()}
        if departure.to == AWARD:
            self.award(candidate, _given(candidate, departure), ("departure", words))
        else:
            self.note(candidate, departure.to, 0, ("departure", words))

    def fill_minimums(self, in_order: Sequence[Candidate]) -> None:
        """Give each field the least it is to get, in rank order; what cannot be taken is left to the walk."""
        closed: set[str] = set()
        for group in self.places(in_order):
            wanted = [each for each in group if each.field not in closed and self.is_short(each.field)]
            able = [each for each in wanted if not self.barred(each)]
            if self.fits(able):
                for each in able:
                    self.award(each, each.amount, ("field-minimum", {"field": each.field}))
            elif self.is_over(able) and self.quotas.on_overflow == "stop":
                closed |= {each.field for each in able}

    def go(self, in_order: Sequence[Candidate]) -> None:
        """Walk everyone who is not decided yet, place by place."""
        for group in self.places(in_order):
            barred = {each.case: told for each in group if (told := self.barred(each))}
            able = [each for each in group if each.case not in barred]
            for each in group:
                if told := barred.get(each.case):
                    self.turn_down(each, told)
            if self.stopped_at is not None:
                for each in able:
                    self.turn_down(each, ("after-stop", {"place": self.stopped_at}))
            elif self.fits(able):
                for each in able:
                    self.award(each, each.amount, ("in-order", {}))
            else:
                self.leave(able)

    def leave(self, able: Sequence[Candidate]) -> None:
        """Leave a project that does not fit the money, or equals of whom not all fit; where it is the money, stop if so ruled."""
        for each in able:
            tied: _Against = ("tied-at-line", {"place": each.place, "count": len(able)})
            over: _Against = ("over-rest", {"amount": _money(each.amount), "rest": _money(self.left)})
            self.turn_down(each, tied if len(able) > 1 else over)
        if self.quotas.on_overflow == "stop" and self.is_over(able):
            self.stopped_at = able[0].place

    def places(self, in_order: Sequence[Candidate]) -> Iterator[list[Candidate]]:
        """Those who are not decided yet, place by place."""
        for _, group in groupby(in_order, key=lambda each: each.place):
            if undecided := [each for each in group if each.case not in self.lines]:
                yield undecided

    def fits(self, equals: Sequence[Candidate]) -> bool:
        """Whether all of them can be awarded together."""
        if self.is_over(equals):
            return False
        if len(equals) == 1:
            return not self.barred(equals[0])
        trial = _Walk(self.quotas, self.left, {}, Counter(self.numbers), Counter(self.money))
        for each in equals:
            if trial.barred(each):
                return False
            trial.award(each, each.amount, ("in-order", {}))
        return True

    def is_over(self, equals: Sequence[Candidate]) -> bool:
        """Whether they ask for more together than is left."""
        return sum(each.amount for each in equals) > self.left

    def barred(self, each: Candidate) -> _Against | None:
        """The first rule that stands against awarding it now, whatever is left of the budget."""
        quotas, quota = self.quotas, self.quotas.fields.get(each.field, FieldQuota())
        if each.place is None:
            return "not-ranked", {}
        if quotas.least_score is not None and (each.official is None or each.official < quotas.least_score):
            return "below-line", {"score": "—" if each.official is None else each.official, "least": plain(quotas.least_score)}
        if quota.most_number is not None and self.numbers["field", each.field] >= quota.most_number:
            return "field-number-full", {"field": each.field, "most": quota.most_number}
        if quota.most_money is not None and self.money[each.field] + each.amount > quota.most_money:
            rest = max(quota.most_money - self.money[each.field], 0)
            return "field-money-full", {"field": each.field, "amount": _money(each.amount), "rest": _money(rest)}
        limits = (
            ("projects-full", ("all", "all"), quotas.most_projects),
            ("unit-full", _unit(each), quotas.most_per_unit),
            ("leader-full", ("leader", each.leader), quotas.most_per_leader),
        )
        for code, counted, most in limits:
            if most is not None and counted[1] and self.numbers[counted] >= most:
                return code, {"most": most}
        return None

    def award(self, each: Candidate, amount: int, told: _Against) -> None:
        """Award `amount` and count it."""
        self.left -= amount
        self.money[each.field] += amount
        for counted in (("field", each.field), ("all", "all"), _unit(each), ("leader", each.leader)):
            self.numbers[counted] += 1
        self.note(each, AWARD, amount, told)

    def turn_down(self, each: Candidate, told: _Against) -> None:
        """Refuse it where its score is the reason; hold it in reserve where it is the money or a limit."""
        self.note(each, REFUSE if told[0] in ("not-ranked", "below-line") else RESERVE, 0, told)

    def note(self, each: Candidate, outcome: str, amount: int, told: _Against) -> None:
        """Write the line of a case."""
        code, words = told
        self.lines[each.case] = Line(each.case, each.place, outcome, amount, code, REASONS[code].filled(**words), self.left)

    def is_short(self, name: str) -> bool:
        """Whether the field has less than the least it is to get."""
        quota = self.quotas.fields.get(name, FieldQuota())
        return self.numbers["field", name] < quota.least_number or self.money[name] < quota.least_money

    def unmet(self) -> Iterator[Text]:
        """The fields that are still short when the walk is over."""
        for name, quota in sorted(self.quotas.fields.items()):
            if self.is_short(name):
                yield _MINIMUM_UNMET.filled(
                    field=name, number=self.numbers["field", name], least_number=quota.least_number,
                    money=_money(self.money[name]), least_money=_money(quota.least_money),
                )  # fmt: skip


def _unit(each: Candidate) -> tuple[str, str]:
    return ("group", each.group) if each.group else ("unit", each.unit)
