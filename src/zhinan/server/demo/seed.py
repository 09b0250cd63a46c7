"""The seed: the town and half a year of its life, in one transaction; done once, or not at all."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from zhinan.server.actions import messages, people, setting_up
from zhinan.server.actions.account_fields import Account
from zhinan.server.demo import calls, entering, rounds
from zhinan.server.demo.diary import Diary
from zhinan.server.demo.town import Town, build
from zhinan.server.refused import Refused
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

_NOT_EMPTY = Mistake(
    "not-a-demo",
    Text(
        "这个数据库里是一个真实的平台，不会往里放演示数据", "this database holds a real platform; the demo puts nothing into it"
    ),
    Text(
        "给演示另一个数据库，或另一个目录：ZHINAN_HOME=演示目录",
        "give the demo another database, or another folder: ZHINAN_HOME=folder",
    ),
)
#: The town was set up so long ago, before its first call.
_SETTLED = timedelta(days=260)


def seed(*, now: datetime) -> bool:
    """Fill an empty platform. Returns whether anything was done; `False` for one that is filled. Raises `Refused`."""
    with transaction.atomic():  # killed half-way, nothing is left, and the next start begins anew
        if setting_up.is_demo():
            return False
        if setting_up.holds_people():
            raise Refused(_NOT_EMPTY.at())
        diary = Diary(now)
        town = build(now - _SETTLED)
        for tell in (calls.yinchuan, calls.closed, calls.draft, calls.xinjiang, entering.bank, rounds.rounds, _everyday):
            tell(town, diary)
        diary.live()
        setting_up.mark_as_demo(at=now)
    return True


def _everyday(town: Town, diary: Diary) -> None:
    """People read their messages; mail goes out; a unit registers; a colleague is invited."""
    for days_ago in (110, 75, 45, 22, 10, 3):
        diary.note(days_ago, 8, _deliver)
        diary.note(days_ago, 8, lambda at: _read(town, at))
    diary.note(2, 11, _register)
    diary.note(1, 9, lambda at: _invite(town, at))
    diary.note(0, 8, _deliver)


def _deliver(at: datetime) -> None:
    messages.deliver(at=at, limit=10_000)


def _read(town: Town, at: datetime) -> None:
    for person in town.people.values():
        messages.mark_read(person, None, at=at)


def _register(at: datetime) -> None:
    """A unit that waits to be confirmed; its administrator's password is known to nobody."""
    account = Account("qingtong-admin", "卢青桐", "qingtong-admin@example.org", secrets.token_urlsafe(16))
    people.register_unit(
        uscc="91640104MA0000099K", name="银川青桐木艺有限公司", kind="enterprise", region="640104", account=account, at=at
    )


def _invite(town: Town, at: datetime) -> None:
    people.invite(
        by=town.people["keeper"], email="newcomer@example.org", name="段知夏", role="officer", at=at, link="/join/{secret}/",
        authority=town.bodies["yinchuan"], section=town.sections["高新技术科"],
    )  # fmt: skip
