"""Draws."""

from __future__ import annotations

import pytest

from tests.server.review import Review
from zhinan.server.models import Seat
from zhinan.server.queries.chain import verify

pytestmark = pytest.mark.django_db


def test_a_round_is_drawn() -> None:
    world = Review()
    round = world.drawn()
    assert round.status == "scoring"
    assert Seat.objects.filter(round_case__round=round, status="asked").count() == len(world.cases) * world.size
    assert verify().faults == ()
