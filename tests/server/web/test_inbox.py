"""Messages to a person: read one by one, or all; told as they choose."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.server.making import NOON, Yinchuan, person
from zhinan.server.actions.messages import keep_mail
from zhinan.server.actions.notify import tell
from zhinan.server.models import Event, Message, User
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db


def told(user: User, number: int = 1, **more: object) -> list[Message]:
    for each in range(number):
        tell(
            [user],
            kind="submitted",
            subject=Text(f"消息{each}", f"Message {each}"),
            body=Text("内容", "body"),
            link="/desk/",
            at=NOON,
            **more,
        )  # type: ignore[arg-type]  # a case or nothing
    return list(Message.objects.filter(to=user).order_by("id"))


def test_the_inbox_shows_what_is_unread_and_the_case(client: Client) -> None:
    y = Yinchuan()
    case = y.draft()
    first, second = told(y.leader, 2, case=case)
    client.force_login(y.leader)
    page = client.get("/inbox/").content.decode()
    assert (page.count(">未读</span>"), page.count(f'href="/cases/{case.code}/"')) == (2, 2)
    shown = client.get(f"/inbox/{first.id}/").content.decode()
    assert 'href="/desk/"' in shown
    first.refresh_from_db()
    assert first.read_at is not None
    unread = client.get("/inbox/?show=unread").content.decode()
    assert (f"/inbox/{first.id}/" in unread, f"/inbox/{second.id}/" in unread) == (False, True)


def test_messages_are_marked_as_read_one_by_one_and_all_at_once(client: Client) -> None:
    user = person("one")
    first, _, _ = told(user, 3)
    client.force_login(user)
    client.post("/inbox/read/", {"id": [first.id, "x", "9" * 30, "-1"]})
    assert Message.objects.filter(read_at=None).count() == 2
    client.post("/inbox/read/", {"all": "1"})
    assert Message.objects.filter(read_at=None).count() == 0


def test_another_s_message_is_not_there_and_stays_unread(client: Client) -> None:
    one, other = person("one"), person("other")
    (theirs,) = told(other)
    client.force_login(one)
    assert client.get(f"/inbox/{theirs.id}/").status_code == client.get(f"/inbox/{10**30}/").status_code == 404
    client.post("/inbox/read/", {"id": [theirs.id]})
    client.post("/inbox/read/", {"all": "1"})
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_a_link_that_sets_a_password_is_not_shown_to_whoever_holds_the_session(client: Client) -> None:
    user = person("one")
    keep_mail(addresses=[user.email], subject="重设密码", body="http://127.0.0.1/accounts/password/reset/key/1-secret/")
    client.force_login(user)
    page = client.get("/inbox/").content.decode()
    assert "secret" not in page
    assert client.get(f"/inbox/{Message.objects.get().id}/").status_code == 404
    assert "条未读" not in page


@pytest.mark.parametrize(("number", "shown"), [(1, 1), (3, 3), (30, 25)])
def test_a_page_asks_the_database_the_same_however_many_there_are(
    client: Client, number: int, shown: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = person("one")
    told(user, number)
    client.force_login(user)
    with django_assert_num_queries(7):
        page = client.get("/inbox/").content.decode()
    assert page.count('name="id"') == shown


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 5000, "\x00", "２"])
def test_any_page_number_gives_a_page(client: Client, page: str) -> None:
    user = person("one")
    told(user, 30)
    client.force_login(user)
    assert client.get("/inbox/", {"page": page}).status_code == 200


def test_a_person_chooses_how_to_be_told(client: Client) -> None:
    user = person("one")
    client.force_login(user)
    assert client.post("/inbox/settings/", {"digest": "daily", "lang": "en"}).status_code == 302
    user.refresh_from_db()
    assert (user.wants_digest, user.lang) == (True, "en")
    assert (
        "One mail a day" in client.get("/inbox/settings/").content.decode()
        or "one mail a day" in client.get("/inbox/settings/").content.decode()
    )
    client.post("/inbox/settings/", {"digest": "\x00", "lang": "klingon"})
    user.refresh_from_db()
    assert (user.wants_digest, user.lang) == (False, "")
    assert set(Event.objects.values_list("action", flat=True)) == {"choose-messages"}


def test_an_empty_inbox_says_so_in_both_languages(client: Client) -> None:
    client.force_login(person("one"))
    assert "还没有消息" in client.get("/inbox/").content.decode()
    assert "Nothing unread" in client.get("/inbox/?show=unread&lang=en").content.decode()
