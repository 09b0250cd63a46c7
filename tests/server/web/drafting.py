"""A call that stays open whatever the clock says, a draft in it, and short ways to look at pages."""

from __future__ import annotations

from datetime import datetime

from django.test import Client

from tests.server.making import GOOD, NOON, PDF, Yinchuan
from zhinan.server import clock
from zhinan.server.actions import applications, calls, papers
from zhinan.server.clock import BEIJING
from zhinan.server.models import Application, User

LATER = datetime(2099, 12, 31, 17, 0, tzinfo=BEIJING)
START = "/applications/start/yc-2026/sme-innovation/"
#: What a script says that it takes.
JSON = {"accept": "application/json"}


def open_yinchuan() -> Yinchuan:
    """A call that stays open, whatever the clock says."""
    made = Yinchuan()
    made.facts()
    calls.extend(made.call.code, by=made.officer, at=NOON, closes_at=LATER, reason="长期受理")
    made.call.refresh_from_db()
    return made


def ready_draft(y: Yinchuan) -> Application:
    """A draft in which nothing is lacking."""
    draft = y.draft()
    applications.save(draft.code, GOOD, by=y.leader, at=clock.now())
    papers.add(
        draft.code,
        "evidence-below-threshold",
        name="报表.pdf",
        content=PDF,
        declared_type="application/pdf",
        by=y.leader,
        at=NOON,
    )
    return draft


def seen_by(user: User, client: Client) -> Client:
    """The browser of somebody who has signed in."""
    client.force_login(user)
    return client


def page(client: Client, path: str, status: int = 200, **given: str) -> str:
    """A page as it was sent."""
    answer = client.get(path, given)
    assert answer.status_code == status
    return answer.content.decode()


def text(case: Application, key: str) -> str:
    """What stands in a field."""
    return case.answers.get(key=key).text
