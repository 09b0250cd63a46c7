"""The diary: steps noted with their moment, in any order, and done in the order of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random

#: What is done at a moment; it is told the moment.
Step = Callable[[datetime], object]


class Diary:
    """Moments are so many days before `now` at an hour of the day, and never later than now.

    A step may note further ones while the diary is lived: they come after it, whatever their moment.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._random = Random(20_261_120)
        self._steps: list[tuple[datetime, int, Step]] = []
        self._noted, self._here = 0, datetime.min.replace(tzinfo=now.tzinfo)

    def moment(self, days_ago: int, hour: int) -> datetime:
        """That day, some minutes into the hour."""
        at = (self.now - timedelta(days=days_ago)).replace(hour=hour, minute=0, second=0, microsecond=0)
        at += timedelta(minutes=self._random.randrange(55), seconds=self._random.randrange(60))
        return min(at, self.now - timedelta(minutes=1))

    def evening(self, days_ago: int) -> datetime:
        """Six in the evening, so many days before now; of days that lie ahead below nought."""
        return self.now.replace(hour=18, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)

    def note(self, days_ago: int, hour: int, step: Step) -> None:
        """Have a step done at that moment."""
        self._noted += 1
        heappush(self._steps, (max(self.moment(days_ago, hour), self._here), self._noted, step))

    def live(self) -> None:
        """Do everything noted; what falls on the same moment in the order it was noted."""
        while self._steps:
            self._here, _, step = heappop(self._steps)
            step(self._here)
