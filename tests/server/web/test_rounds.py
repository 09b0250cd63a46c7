"""The pages of a round: made, ruled, asked, drawn and looked at through the browser's own forms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.server.review import Review
from zhinan.server.clock import now
from zhinan.server.models import Round, Seat, User

pytestmark = pytest.mark.django_db


def as_(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def test_pages_of_a_drawn_round() -> None:
    world = Review()
    world.at = now()
    round = world.drawn()
    officer = as_(world.officer)
    for name in ("rounds", "new-round"):
        assert officer.get(reverse(name)).status_code == 200, name
    for name in ("round", "round-cases", "round-rules", "asking", "draw", "panels", "panels-sheet"):
        assert officer.get(reverse(name, args=[round.code])).status_code == 200, name
    anyone = as_(None)
    assert anyone.get(reverse("draws")).status_code == 200
    for name in ("public-draw", "draw-bundle"):
        assert anyone.get(reverse(name, args=[round.code, 1])).status_code == 200, name
    expert = as_(world.experts[0].user)
    assert expert.get(reverse("declare", args=[round.code])).status_code == 200
