"""Calls around this moment, for tests of pages that ask the clock."""

from __future__ import annotations

from datetime import timedelta

from tests.server.making import Yinchuan
from zhinan.server import clock
from zhinan.server.actions import calls
from zhinan.server.models import Call
from zhinan.server.queries.calls import asked_of
from zhinan.values.text import Text

#: What the authority must settle for the schemes of these tests, as it writes it.
FIGURES = {"growth_years": "2年", "lowest_credit_grade": "A级", "result_age_day": "2025-12-31"}


def publish(
    y: Yinchuan,
    code: str,
    *,
    schemes: tuple[str, ...] = ("sme-innovation",),
    opens: int = 0,
    closes: int = 10,
    title: str = "批次",
) -> Call:
    """A published call of Yinchuan that opens and closes so many days from now."""
    now = clock.now()
    made = now - timedelta(days=100)
    known = Text(f"{title}{code}", f"Call {code}")
    draft = calls.create(by=y.officer, authority=y.city, code=code, pack="yinchuan-2026", schemes=schemes, title=known, at=made)
    figures = {asked.name: FIGURES[asked.name.rpartition(".")[2]] for asked in asked_of(draft)}
    ends = now + timedelta(days=closes, minutes=5)
    calls.settle(
        code, by=y.officer, at=made, parameters=figures, opens_at=now + timedelta(days=opens, minutes=-5), closes_at=ends
    )
    return calls.publish(code, by=y.officer, at=made)
