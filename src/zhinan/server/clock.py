"""The platform's clock: the one place of the server that asks what time it is."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

#: Every deadline is told and kept in Beijing time.
BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment, in Beijing time."""
    return datetime.now(BEIJING)


def today() -> date:
    """This day in Beijing."""
    return now().date()
