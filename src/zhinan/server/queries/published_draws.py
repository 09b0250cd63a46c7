"""Draws as everyone may read them, and the file from which anyone can repeat one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from zhinan.assignment.lottery import sealed
from zhinan.assignment.problem import Json
from zhinan.server.models import Draw, Round
from zhinan.server.refused import NotSeen
from zhinan.values.text import Text


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a party sealed: as what it takes part, the hash (or the name of the beacon), and what was opened, once drawn."""

    party: str
    hash: str
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Published:
    """What everyone may know of a draw: nothing in it names an expert, a unit or a project."""

    draw: Draw
    round: Round
    cases: int
    experts: int
    sealed: tuple[Sealed, ...]

    @property
    def state(self) -> tuple[Text, str]:
        """How far it has come, in a word, with its tone."""
        if self.draw.void_at:
            return Text("已作废", "void"), "bad"
        return (Text("已抽取", "drawn"), "good") if self.draw.drawn_at else (Text("已提交，待抽取", "committed"), "info")


def published_draws() -> QuerySet[Draw]:
    """Every draw that was committed, the latest first; they stay to be read."""
    return Draw.objects.select_related("round__call__authority").order_by("-committed_at", "-id")


def published(draw: Draw) -> Published:
    """What is public of a draw."""
    opened = {each["place"]: each["said"] for each in draw.openings} if draw.drawn_at else {}
    parties = tuple(
        Sealed(each["party"], each["hash"], each.get("name", ""), opened.get(place, "")) for place, each in enumerate(draw.sealed)
    )
    return Published(draw, draw.round, len(draw.instance["cases"]), len(draw.instance["experts"]), parties)


def published_draw(code: str, number: int) -> Published:
    """The published draw of a round by its number. Raises `NotSeen`."""
    row = published_draws().filter(round__code=code, number=number if number < 2**15 else 0).first()
    if row is None:
        raise NotSeen
    return published(row)


def bundle_of(draw: Draw) -> Json:
    """A draw as a file from which anyone can repeat it; before it is drawn, what was committed to."""
    committed: Json = {"instance": draw.instance, "commitment": draw.commitment}
    if not draw.drawn_at:
        return committed
    if draw.mode == "plan":
        return {**committed, "drawn": draw.result}
    openings = [each["said"] for each in draw.openings]
    return {
        **committed,
        "sealed": [sealed(each) for each in openings],
        "openings": openings,
        "seed": draw.seed,
        "drawn": draw.result,
    }
