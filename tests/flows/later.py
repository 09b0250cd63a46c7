"""The platform three weeks on: `granian --interface wsgi tests.flows.later:application`, since no walk can wait for a notice to end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from zhinan.server import clock

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

_now = clock.now


def _three_weeks_on() -> datetime:
    return _now() + timedelta(weeks=3)


def _put_forward() -> WSGIHandler:
    """The platform, everything of which reads the clock that was put forward before it was awake."""
    clock.now = _three_weeks_on
    from zhinan.server.wsgi import application  # it takes the clock's `now` when it is read

    return application


def __getattr__(name: str) -> object:
    """`application`, made only when a server asks for it: whoever else reads this module keeps the clock as it is."""
    if name == "application":
        return _put_forward()
    raise AttributeError(name)
