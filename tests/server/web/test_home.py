"""The first page tells what is open, closing soonest first, and where to begin."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.server.making import Yinchuan
from tests.server.web.calling import publish

pytestmark = pytest.mark.django_db


def test_the_home_shows_what_is_open_closing_soonest_first_and_what_closed_lately(client: Client) -> None:
    y = Yinchuan()  # its own call closed in the spring of 2026
    publish(y, "later", closes=20)
    publish(y, "sooner", closes=3)
    publish(y, "to-come", opens=5, closes=9)
    shown = client.get("/").context
    assert [(row.call.code, row.left.zh, row.left.en) for row in shown["open"]] == [
        ("sooner", "还剩 3 天", "3 days left"),
        ("later", "还剩 20 天", "20 days left"),
    ]
    assert [row.call.code for row in shown["closed"]] == ["yc-2026"]


def test_with_no_call_open_the_home_leads_to_the_check(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "现在没有正在受理的批次" in page
    assert page.count('href="/check/"') >= 3


def test_the_home_is_complete_in_english(client: Client) -> None:
    publish(Yinchuan(), "now")
    page = client.get("/?lang=en").content.decode()
    assert '<html lang="en">' in page
    for words in ("Open now", "Call now", "10 days left", "Begin here", "How it works", "Closed lately", "Verify a receipt"):
        assert words in page, words
    assert "正在受理" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_home_asks_the_database_two_questions_however_many_calls_there_are(
    client: Client, count: int, django_assert_num_queries: object
) -> None:
    y = Yinchuan()
    for number in range(count):
        publish(y, f"open-{number}")
    client.get("/")
    with django_assert_num_queries(2):  # type: ignore[operator]  # pytest-django's fixture has no public type
        client.get("/")
