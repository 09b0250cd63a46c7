"""The diary: steps noted with their moment, in any order, and done in the order of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

#: What is done at a moment; it is told the moment.
Step = Callable[[datetime], object]


class Diary:
    """Moments are so many days before `now` at an hour of the day, and never later than now."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._random = Random(20_261_120)
        self._steps: list[tuple[datetime, int, Step]] = []

    def moment(self, days_ago: int, hour: int) -> datetime:
        """That day, some minutes into the hour."""
        at = (self.now - timedelta(days=days_ago)).replace(hour=hour, minute=0, second=0, microsecond=0)
        at += timedelta(minutes=self._random.randrange(55), seconds=self._random.randrange(60))
        return min(at, self.now - timedelta(minutes=1))

    def note(self, days_ago: int, hour: int, step: Step) -> None:
        """Have a step done at that moment."""
        self._steps.append((self.moment(days_ago, hour), len(self._steps), step))

    def live(self) -> None:
        """Do everything noted; what falls on the same moment in the order it was noted."""
        for at, _, step in sorted(self._steps, key=lambda noted: noted[:2]):
            step(at)
