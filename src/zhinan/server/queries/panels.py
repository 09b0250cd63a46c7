"""The panels of a round, read: who sits where and why, who gave a seat up, the weakest panel, why somebody was not drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from zhinan.assignment.lottery import Commitment, Drawn
from zhinan.assignment.plan import Plan, panels_from_json
from zhinan.assignment.problem import UNIT, Bar, Instance, Json
from zhinan.assignment.reasons import Explanation, why
from zhinan.server.models import SITTING, Draw, Round, RoundCase, Seat, SeatStatus
from zhinan.server.queries.draws import current_draw
from zhinan.server.queries.fitting import case_id
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat with what the draw says of it: the match, the chance in thousandths, why this expert; `follows` is a label."""

    seat: Seat
    match: int
    chance: int | None
    why: Text
    follows: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A case with its panel: those who sit, those who gave their seat up; the mean match of a seat, the empty seats."""

    place: RoundCase
    number: str
    seats: tuple[Sitting, ...]
    given_up: tuple[Sitting, ...]
    mean: int
    empty: int


@dataclass(frozen=True, slots=True)
class Panels:
    """The panels of a round: some of them (`shown`), and what holds for all."""

    draw: Draw
    shown: tuple[Panel, ...]
    cases: int
    mean: int
    worst: int
    worst_number: str
    empty: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Told:
    """A draw with all that may be known of it, for those in charge: its reasons name experts by their bank codes."""

    draw: Draw
    instance: Instance
    source: Commitment | Plan
    drawn: Drawn | None
    names: Mapping[str, str]

    def why(self, case: str, code: str) -> Explanation:
        """Why an expert has a seat in a case, or has not. Raises `KeyError` for someone who was not drawn from."""
        found = why(self.instance, self.source, self.drawn, case, self.names[code])
        said = [self._plainly(each, found.facts) for each in (found.text.zh, found.text.en)]
        return Explanation(found.kind, Text(*said), found.facts)

    def chance(self, case: str, code: str) -> int | None:
        """The chance in thousandths; `None` where there was no lottery."""
        return self.source.marginals.get((case, self.names[code]), 0) if isinstance(self.source, Commitment) else None

    def _plainly(self, text: str, facts: Json) -> str:
        """With the bank's codes for the names of the draw, and matches in per cent."""
        codes: dict[str, str] = self.draw.private["experts"]
        for match in (facts.get("match"), facts.get("threshold")):
            if match and match > UNIT:  # below, it could be taken for a chance; and it is next to nothing
                text = re.sub(rf"\b{match}\b", f"{match / 10_000:.0f}%", text)
        return re.sub(r"e-[0-9a-f]{10}", lambda found: codes.get(found[0], found[0]), text)


def told(draw: Draw) -> Told:
    """A draw, read from what was kept of it."""
    instance = replace(Instance.from_json(draw.instance), barred=_bars_kept(draw))
    names = {code: name for name, code in draw.private["experts"].items()}
    if draw.mode == "plan":
        return Told(draw, instance, _plan(draw.commitment["plan"]), None, names)
    drawn = Drawn.from_json(draw.result) if draw.result else None
    return Told(draw, instance, Commitment.from_json(draw.commitment), drawn, names)


def _bars_kept(draw: Draw) -> dict[tuple[str, str], tuple[Bar, ...]]:
    return {
        (case, expert): tuple(Bar(rule=bar["rule"], reason=Text(bar["zh"], bar["en"]), evidence=bar["evidence"]) for bar in bars)
        for case, row in draw.private["bars"].items() for expert, bars in row.items()
    }  # fmt: skip


def _plan(kept: Json) -> Plan:
    return Plan(**{**kept, "panels": panels_from_json(kept["panels"])})


def drawn_draw(round: Round) -> Draw:
    """The draw whose panels sit. Raises `NotSeen` before there is one."""
    draw = current_draw(round)
    if draw is None or draw.drawn_at is None:
        raise NotSeen
    return draw


def panels_of(round: Round, *, first: int = 0, most: int | None = None) -> Panels:
    """The panels of a round, `most` of them from `first` on. Raises `NotSeen` before the draw."""
    draw = drawn_draw(round)
    story = told(draw)
    places = list(round.cases.select_related("case__organisation").order_by("number"))
    seats: dict[int, list[Seat]] = {place.id: [] for place in places}
    for seat in Seat.objects.filter(draw=draw).select_related("expert", "round_case", "follows").order_by("label", "id"):
        seats[seat.round_case_id].append(seat)
    sums = {place.id: sum(_match(story, seat) for seat in seats[place.id] if seat.status in SITTING) for place in places}
    size = story.instance.rules.size
    shown = places[first : None if most is None else first + most]
    weakest = min(places, key=lambda place: (sums[place.id], place.number), default=None)
    every = [seat for row in seats.values() for seat in row]
    return Panels(
        draw, tuple(_panel(story, place, seats[place.id], sums[place.id], size) for place in shown), len(places),
        sum(sums.values()) // max(size * len(places), 1), sums[weakest.id] // size if weakest else 0,
        case_id(weakest.number) if weakest else "",
        size * len(places) - sum(seat.status in SITTING for seat in every),
        sum(seat.status == SeatStatus.ASKED for seat in every),
    )  # fmt: skip


def _match(story: Told, seat: Seat) -> int:
    return story.instance.match[case_id(seat.round_case.number), story.names[seat.expert.code]]


def _panel(story: Told, place: RoundCase, seats: Sequence[Seat], total: int, size: int) -> Panel:
    number = case_id(place.number)
    rows = [
        Sitting(
            seat, _match(story, seat), story.chance(number, seat.expert.code), story.why(number, seat.expert.code).text,
            seat.follows.label if seat.follows else "",
        )
        for seat in seats
    ]  # fmt: skip
    sitting = tuple(row for row in rows if row.seat.status in SITTING)
    return Panel(place, number, sitting, tuple(row for row in rows if row not in sitting), total // size, size - len(sitting))
