"""A case that has come a long way, and SQL as someone with the keys of the database would write it."""

from __future__ import annotations

from django.db import connection

from tests.server.making import GOOD, NOON, Yinchuan
from zhinan.server.actions import applications, chain, papers
from zhinan.server.models import Application, Event, User
from zhinan.server.queries.applications import filled
from zhinan.server.queries.chain import verify
from zhinan.server.queries.sheets import sheet

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
#: Nobody signs in with these: a slow hash would guard nothing.
CHEAP = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Travelled(Yinchuan):
    """A case that went up to the city: handed in with a paper, checked, listed, sent with a letter."""

    def __init__(self) -> None:
        super().__init__()
        self.facts()
        self.case = self.draft()
        code = self.case.code
        applications.save(code, GOOD, by=self.leader, at=NOON)
        papers.add(
            code, "evidence-below-threshold", name="报表.pdf", content=PDF, declared_type="application/pdf", by=self.leader, at=NOON
        )  # fmt: skip
        applications.submit(code, by=self.admin, at=NOON, begun_at=NOON)
        self.case.refresh_from_db()
        answer_all(self.case, self.recommender)
        chain.put_on_list(code, by=self.recommender, at=NOON)
        sent = {"letter": "兴科函1号", "letter_date": NOON.date(), "by": self.recommender, "at": NOON}
        chain.send_list("yc-2026", self.case.stage, "xingqing", **sent)
        self.case.refresh_from_db()

    def send_back(self) -> None:
        """The city returns it: the summary is to be corrected."""
        marked = {"project.summary": {"kind": "incomplete", "note": "再写"}}
        chain.move(self.case.code, "ask-correction", by=self.officer, at=NOON, reason="数据不符", marked=marked)
        self.case.refresh_from_db()


def answer_all(case: Application, by: User) -> None:
    """Yes to everything a person is asked."""
    lines = sheet(filled(case, on=NOON.date()), case.stage).lines
    chain.answer(case.code, {line.item: ("yes", "") for line in lines if line.is_asked}, by=by, at=NOON)


def tamper(sql: str, *values: object) -> None:
    """Past the guard, without the platform."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked would keep the table as it is
            cursor.execute("DROP TRIGGER IF EXISTS zhinan_event_no_change ON zhinan_event")
        else:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(f"DROP TRIGGER IF EXISTS zhinan_event_no_{verb}")
        cursor.execute(sql, values)


def found() -> list[tuple[str, str]]:
    """Where every fault is, and what is wrong there, in Chinese."""
    return [(fault.where, fault.what.zh) for fault in verify().faults]


def last_of(action: str) -> Event:
    """The last event of an action."""
    return Event.objects.filter(action=action).order_by("-sequence")[0]
