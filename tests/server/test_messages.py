"""Messages on their way: sent once, tried again, given up; digests; a library's mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from tests.server.making import NOON, person
from zhinan.server.actions.messages import TRIES, choose, deliver, keep_mail, mark_read, send_digests
from zhinan.server.actions.notify import tell
from zhinan.server.models import Delivery, Message, User
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db


class NoRoute(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise OSError("no route")


def told(user: User, subject: str = "已提交\n第二行") -> Message:
    tell([user, user], kind="submitted", subject=Text(subject, "Handed in"), body=Text("内容", "body"), link="/cases/x/", at=NOON)
    return Message.objects.order_by("-id")[0]


def test_a_message_goes_once_to_each_person_in_their_language() -> None:
    zh, en = person("zh"), person("en", lang="en")
    tell([zh, en, zh], kind="k", subject=Text("题", "subject"), body=Text("文", "body"), link="/desk/", at=NOON)
    assert list(Message.objects.order_by("id").values_list("to", "subject", "body")) == [
        (zh.id, "题", "文"),
        (en.id, "subject", "body"),
    ]


def test_a_mail_is_sent_once_with_its_link(settings: Settings) -> None:
    message = told(person("one"))
    assert (deliver(at=NOON), deliver(at=NOON + timedelta(days=1))) == (1, 0)
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.to) == ("已提交 第二行", f"内容\n\n{settings.BASE_URL}/cases/x/", ["one@example.org"])
    message.refresh_from_db()
    assert (message.delivery, message.sent_at) == (Delivery.SENT, NOON)


def test_what_fails_is_tried_again_ever_later_and_then_given_up(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.server.test_messages.NoRoute"
    message = told(person("one"))
    at, waits = NOON, []
    for _ in range(TRIES):
        assert deliver(at=at) == 0
        message.refresh_from_db()
        if message.delivery == Delivery.WAITING:
            assert message.sent_at is not None
            waits.append(int((message.sent_at - at).total_seconds()) // 60)
            assert deliver(at=message.sent_at - timedelta(seconds=1)) == 0
            at = message.sent_at
    assert (message.delivery, message.tries, message.failure) == (Delivery.FAILED, TRIES, "no route")
    assert waits == [1, 2, 4, 8, 16]


def test_a_text_goes_by_the_gateway_and_a_person_without_address_is_told_here_only() -> None:
    Message.objects.create(address="0", channel="sms", kind="k", subject="短信", body="", made_at=NOON)
    Message.objects.create(kind="k", subject="无地址", body="", made_at=NOON)
    assert (deliver(at=NOON), mail.outbox) == (2, [])
    nobody = person("none", email="")
    assert told(nobody).delivery == Delivery.NONE


def test_a_digest_tells_what_is_unread_once(settings: Settings) -> None:
    user, other = person("one", wants_digest=True), person("two", wants_digest=True, lang="en")
    first, second, third = told(user, "甲"), told(user, "乙"), told(user, "丙")
    told(other)
    mark_read(user, [second.id], at=NOON)
    assert (send_digests(at=NOON), send_digests(at=NOON + timedelta(days=1))) == (2, 0)
    made = Message.objects.filter(kind="digest").order_by("id")
    assert [(each.to, each.subject, each.delivery) for each in made] == [
        (user, "2 条新消息", "waiting"),
        (other, "1 new messages", "waiting"),
    ]
    assert made[0].body == f"· 甲 {settings.BASE_URL}/cases/x/\n· 丙 {settings.BASE_URL}/cases/x/"
    assert (first.id < third.id, made[0].read_at) == (True, NOON)


def test_a_library_s_mail_is_kept_for_whoever_has_the_address() -> None:
    user = person("one")
    keep_mail(addresses=["ONE@example.org", "nobody@example.org"], subject=" 重设 ", body="链接")
    kept = Message.objects.order_by("id")
    assert [(each.to, each.address, each.subject, each.delivery) for each in kept] == [
        (user, "ONE@example.org", "重设", "sent"), (None, "nobody@example.org", "重设", "sent"),
    ]  # fmt: skip


def test_who_chooses_a_digest_gets_no_single_mails() -> None:
    user = person("one")
    choose(user, wants_digest=True, lang="zh", at=NOON)
    assert told(user).delivery == Delivery.NONE
