"""Calls on the public site: what is listed, what one call tells, and what it does not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.server.making import NOON, Yinchuan, authority, person, post
from tests.server.web.calling import publish
from zhinan.server import clock, packs
from zhinan.server.actions import calls
from zhinan.server.models import Role
from zhinan.server.queries.calls import public_call
from zhinan.server.queries.public_calls import editions_of, state_of, time_left
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db


def codes(client: Client, address: str) -> list[str]:
    return [row.call.code for row in client.get(address).context["sheet"].rows]


def crowd() -> Yinchuan:
    y = Yinchuan()
    publish(y, "later", closes=20)
    publish(y, "sooner", closes=3, title="软科学")
    publish(y, "to-come", opens=5, closes=9)
    now = clock.now()
    calls.create(
        by=y.officer,
        authority=y.city,
        code="draft",
        pack="yinchuan-2026",
        schemes=["sme-innovation"],
        title=Text("草稿", "Draft"),
        at=now,
    )
    return y


def test_calls_are_listed_open_first_then_to_come_then_closed_and_never_a_draft(client: Client) -> None:
    crowd()
    assert codes(client, "/calls/") == ["sooner", "later", "to-come", "yc-2026"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=open", ["sooner", "later"]),
        ("state=soon", ["to-come"]),
        ("state=closed", ["yc-2026"]),
        ("words=软科学", ["sooner"]),
        ("words=call+LATER", ["later"]),
        ("authority=yinchuan&year=2026&state=soon", ["to-come"]),
        ("words=无此批次", []),
        ("state=nonsense&authority=nobody&year=1&page=0", ["sooner", "later", "to-come", "yc-2026"]),
    ],
)
def test_the_list_is_narrowed_by_what_stands_in_the_address(client: Client, asked: str, found: list[str]) -> None:
    crowd()
    assert codes(client, f"/calls/?{asked}") == found


def test_what_the_list_calls_open_is_what_the_page_of_the_call_calls_open(client: Client) -> None:
    crowd()
    at = clock.now()
    for row in client.get("/calls/").context["sheet"].rows:
        assert row.state == state_of(row.call, at=at)


def test_a_long_list_has_pages_and_a_page_beyond_the_last_is_the_last(client: Client) -> None:
    y = Yinchuan()
    for number in range(26):
        publish(y, f"c{number:02}", closes=number + 1)
    first, beyond = (client.get(f"/calls/?page={n}").context["sheet"] for n in (1, 99))
    assert ([len(first.rows), first.number, first.last, first.total], [beyond.number, len(beyond.rows)]) == (
        [25, 1, 2, 27],
        [2, 2],
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_four_questions_however_many_calls_there_are(
    client: Client, count: int, django_assert_num_queries: object
) -> None:
    y = Yinchuan()
    for number in range(count):
        publish(y, f"open-{number}")
    with django_assert_num_queries(4):  # type: ignore[operator]  # pytest-django's fixture has no public type
        client.get("/calls/")


def test_a_call_tells_what_it_is_for_until_when_and_what_the_authority_has_set(client: Client) -> None:
    y = Yinchuan()
    publish(y, "key", schemes=("results-transfer-pilot", "sme-innovation"))
    answer = client.get("/calls/key/")
    page, shown = answer.content.decode(), answer.context
    pilot, small = shown["offers"]
    assert [text.zh for text in small.brings] == ["总研发投入的30%，最高50万元"]
    assert (small.who.zh, small.is_open, pilot.planned.zh) == ("单位申报", True, "拟立项 5–10 项")
    assert [(asked.name, asked.text) for asked in shown["set"]] == [
        ("results-transfer-pilot.growth_years", "2年"), ("results-transfer-pilot.lowest_credit_grade", "A级"),
        ("results-transfer-pilot.result_age_day", "2025-12-31"),
    ]  # fmt: skip
    for link in (
        "/guides/yinchuan-2026/", "/applications/start/key/sme-innovation/", "/check/yinchuan-2026/sme-innovation/?call=key",
        "/guides/yinchuan-2026/sme-innovation/",
    ):  # fmt: skip
        assert f'href="{link}"' in page, link


def test_a_call_that_is_not_open_offers_no_beginning(client: Client) -> None:
    y = Yinchuan()
    publish(y, "to-come", opens=5, closes=9)
    for code, says in (("to-come", "尚未开始"), ("yc-2026", "已截止")):
        page = client.get(f"/calls/{code}/").content.decode()
        assert says in page
        assert "/applications/start/" not in page
        assert f"/check/yinchuan-2026/sme-innovation/?call={code}" in page


def test_levels_tell_their_deadlines_the_first_being_the_closing_time(client: Client) -> None:
    y = Yinchuan()
    now = clock.now()
    calls.create(
        by=y.officer,
        authority=y.city,
        code="levels",
        pack="yinchuan-2026",
        schemes=["sme-innovation"],
        title=Text("级", "l"),
        at=now,
    )
    closes, due = now + timedelta(days=5), now + timedelta(days=9)
    calls.settle("levels", by=y.officer, at=now, closes_at=closes, due={"recommendation": due})
    calls.publish("levels", by=y.officer, at=now)
    levels = client.get("/calls/levels/").context["levels"]
    assert [level.due_at for level in levels] == [closes, due, None]


def test_a_revision_tells_what_changed_and_why_and_not_who_did_it(client: Client) -> None:
    y = Yinchuan()
    made = publish(y, "key", schemes=("results-transfer-pilot",))
    at = clock.now()
    calls.revise(
        "key",
        by=y.officer,
        at=at,
        reason="与财政部门商定",
        parameters={"results-transfer-pilot.growth_years": "3年"},
        readings={"AMB-01": "city"},
    )
    assert made.closes_at is not None
    calls.extend("key", by=y.officer, at=at, closes_at=made.closes_at + timedelta(days=1), reason="系统维护")
    extended, revised, published = editions_of(public_call("key"))
    reading = packs.pack("yinchuan-2026").readings["AMB-01"]
    assert (extended.what.zh, extended.note, [change.label.zh for change in extended.changes]) == (
        "延期",
        "系统维护",
        ["截止"],
    )
    assert (revised.what.zh, revised.note) == ("修订", "与财政部门商定")
    assert [(change.before.zh, change.after.zh) for change in revised.changes] == [
        ("1", "2"),
        ("2年", "3年"), (reading.alternatives["stricter"].zh, reading.alternatives["city"].zh),
    ]  # fmt: skip
    assert (published.what.zh, published.note, published.changes) == ("发布", "", ())
    page = client.get("/calls/key/").content.decode()
    assert "与财政部门商定" in page
    assert y.officer.name not in page


def test_a_draft_and_a_cancelled_call_are_as_little_there_as_one_that_never_was(client: Client) -> None:
    y = crowd()
    publish(y, "taken-back")
    calls.cancel("taken-back", by=y.officer, at=clock.now(), reason="暂缓")
    answers = [client.get(f"/calls/{code}/") for code in ("draft", "taken-back", "never-was")]
    assert {answer.status_code for answer in answers} == {404}
    main = {answer.content.decode().partition("<main")[2].partition("</main>")[0] for answer in answers}
    assert len(main) == 1


@pytest.mark.parametrize(
    ("left", "zh", "en"),
    [
        (timedelta(days=12, hours=5), "还剩 12 天", "12 days left"),
        (timedelta(hours=47), "还剩 47 小时", "47 hours left"),
        (timedelta(minutes=61), "还剩 1 小时", "1 hour left"),
        (timedelta(minutes=59), "还剩 59 分钟", "59 minutes left"),
        (timedelta(seconds=-1), "还剩 0 分钟", "0 minutes left"),
    ],
)
def test_time_left_is_told_in_the_unit_that_still_helps(left: timedelta, zh: str, en: str) -> None:
    assert time_left(NOON + left, at=NOON) == Text(zh, en)


def test_no_closing_time_leaves_nothing_to_count() -> None:
    assert time_left(None, at=NOON) == Text("", "")
    assert time_left(NOON + timedelta(days=3), at=NOON, opens=True) == Text("3 天后开始", "opens in 3 days")


def test_a_call_page_is_complete_in_english(client: Client) -> None:
    publish(Yinchuan(), "key", schemes=("sme-innovation",))
    page = client.get("/calls/key/?lang=en").content.decode()
    for words in (
        "Call key",
        "What one can apply for",
        "SME innovation",
        "Who applies",
        "Begin an application",
        "Levels and their deadlines",
    ):
        assert words in page, words
    assert "可以申报的事项" not in page


@pytest.mark.parametrize(
    "asked",
    ["page=" + "9" * 400, "page=-1", "page=²", "words=%00", "words=" + "词" * 9000, "year=20%2E", "state=open&state=closed"],
)
def test_no_address_makes_the_list_fail(client: Client, asked: str) -> None:
    Yinchuan()
    assert client.get(f"/calls/?{asked}").status_code == 200


def test_another_authoritys_calls_are_told_apart(client: Client) -> None:
    y = Yinchuan()
    other = authority("shizuishan", "city", "640200", y.region)
    officer = person("other-officer")
    post(officer, Role.OFFICER, authority=other)
    at: datetime = clock.now()
    calls.create(
        by=officer,
        authority=other,
        code="sz",
        pack="shizuishan-2025",
        schemes=["new-rnd-institution"],
        title=Text("石", "S"),
        at=at,
    )
    calls.settle(
        "sz", by=officer, at=at, closes_at=at + timedelta(days=3), parameters={"new-rnd-institution.new_since": "2020-01-01"}
    )
    calls.publish("sz", by=officer, at=at)
    assert codes(client, "/calls/?authority=shizuishan") == ["sz"]
