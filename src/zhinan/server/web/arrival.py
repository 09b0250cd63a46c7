"""When a request arrived: deadlines are judged by the moment it reached the server, not by when its turn came."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from zhinan.server.clock import now

Next = Callable[[HttpRequest], HttpResponse]

#: So many requests are worked on at a time in one process; more would only wait for one another, for its one
#: interpreter and, on SQLite, for the one writer, who is not found in the order of asking.
SEATS = 4
_seats = threading.BoundedSemaphore(SEATS)


class NoteArrival:
    """Notes the moment, before anything else is done; every request has a thread for that, however many wait for a seat."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["zhinan.arrived_at"] = now()
        return self.get_response(request)


class TakeTurn:
    """Waits for a seat, in the order of arrival."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with _seats:
            return self.get_response(request)


def arrived_at(request: HttpRequest) -> datetime:
    """The moment the request reached the server, in Beijing time."""
    at = request.META["zhinan.arrived_at"]
    assert isinstance(at, datetime)
    return at
