"""The record as an auditor and a keeper read it, and the proof they can ask for."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection

from tests.server.making import GOOD, NOON, Yinchuan, authority, person, post
from zhinan.server.actions import applications, calls, papers
from zhinan.server.models import Event, Role
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def cheap_passwords(settings) -> None:
    """Nobody signs in here: a slow hash guards nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(client, settings, tmp_path) -> Yinchuan:
    """A case handed in to Yinchuan, and a draft call of Lanzhou with an auditor of each, and a keeper."""
    settings.MEDIA_ROOT = tmp_path
    made = Yinchuan()
    made.facts()
    made.case = made.draft()
    applications.save(made.case.code, GOOD, by=made.leader, at=NOON)
    papers.add(
        made.case.code,
        "evidence-below-threshold",
        name="报表.pdf",
        content=PDF,
        declared_type="application/pdf",
        by=made.leader,
        at=NOON,
    )
    applications.submit(made.case.code, by=made.admin, at=NOON, begun_at=NOON)
    lanzhou = authority("lanzhou", "city", "620100")
    of_lanzhou = person("lanzhou")
    post(of_lanzhou, Role.OFFICER, authority=lanzhou)
    calls.create(
        by=of_lanzhou,
        authority=lanzhou,
        code="lz-2026",
        pack="lanzhou-2022",
        schemes=["major-special"],
        title=Text("兰州", "Lanzhou"),
        at=NOON,
    )
    made.auditor, made.other, made.keeper = person("auditor"), person("other"), person("keeper")
    post(made.auditor, Role.AUDITOR, authority=made.city)
    post(made.other, Role.AUDITOR, authority=lanzhou)
    post(made.keeper, Role.KEEPER)
    client.force_login(made.auditor)
    return made


def text_of(answer) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def shown(answer) -> list[tuple[int, str]]:
    """The events of a list: number and case."""
    rows = re.findall(
        r'href="/events/(\d+)/">.*?<td data-label="(?:申报编号|Case)">([^<]*)</td>', answer.content.decode(), re.DOTALL
    )
    return [(int(number), case) for number, case in rows]


def test_an_auditor_reads_what_concerns_their_authority_and_nothing_else(client, world):
    code = world.case.code
    assert shown(client.get("/events/")) == [(6, code), (5, code), (4, code), (3, "—"), (2, "—"), (1, "—")]
    client.force_login(world.other)
    assert shown(client.get("/events/")) == [(7, "—")]
    assert [client.get(f"/events/{number}/").status_code for number in (1, 4, 7, 99, 2**70)] == [404, 404, 200, 404, 404]
    assert text_of(client.get("/events/4/")) == text_of(client.get("/events/99/"))


def test_a_draft_that_was_not_handed_in_is_nothing_for_an_auditor(client, world):
    draft = applications.start(
        by=world.admin, leader=world.admin, call=world.call, scheme="sme-innovation", organisation=world.unit, at=NOON
    )
    assert draft.code not in [case for _, case in shown(client.get("/events/"))]
    assert client.post("/events/verify/", {"case": draft.code}).status_code == 404


def test_a_keeper_reads_every_event_but_not_what_cases_hold(client, world):
    client.force_login(world.keeper)
    assert [number for number, _ in shown(client.get("/events/"))] == [7, 6, 5, 4, 3, 2, 1]
    of_case, of_call = client.get("/events/6/").content.decode(), client.get("/events/7/").content.decode()
    assert "payload" not in of_case
    assert "办件的内容只对有权查看该件的人公开" in of_case
    assert "payload" in of_call


def test_whoever_is_neither_finds_nothing(client, world):
    for who in (world.officer, world.leader):
        client.force_login(who)
        answers = [client.get("/events/"), client.get("/events/1/"), client.post("/events/verify/")]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
    client.logout()
    assert client.get("/events/").status_code == 302


def test_an_event_opens_to_all_that_was_hashed(client, world):
    event = Event.objects.get(sequence=6)
    page = text_of(client.get("/events/6/"))
    for said in (
        "事件 6：提交",
        "人员admin",
        event.hash,
        event.previous,
        event.case_previous,
        '"content_hash": "',
        "该件第 3 个事件",
    ):
        assert said in page
    assert "Event 6: submit" in text_of(client.get("/events/6/?lang=en"))


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("action=submit", [6]), ("actor=admin", [6]), ("actor=人员leader", [5, 4]), ("call=yc-2026", [6, 5, 4, 3, 2, 1]), ("call=yc", []),
        ("case=yc-2026-0001", [6, 5, 4]), ("day=2026-03-02", [6, 5, 4, 3, 2, 1]), ("day=2026-03-03", []), ("before=4", [3, 2, 1]),
        ("action=submit&actor=leader", []), ("day=gestern", [6, 5, 4, 3, 2, 1]), ("before=x", [6, 5, 4, 3, 2, 1]),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(client, world, query, numbers):
    assert [number for number, _ in shown(client.get(f"/events/?{query}"))] == numbers


def test_the_list_goes_page_by_page_by_number(client, world):
    for number in range(60):
        calls.settle(make(world, number), by=world.officer, at=NOON, budget=number)
    first = client.get("/events/?actor=officer")
    numbers = [number for number, _ in shown(first)]
    assert (len(numbers), numbers[0]) == (50, Event.objects.count())
    onward = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert onward is not None
    second = client.get(f"/events/{html.unescape(onward[1])}")
    below = Event.objects.filter(actor=world.officer, sequence__lt=numbers[-1]).order_by("-sequence")
    assert [number for number, _ in shown(second)] == list(below.values_list("sequence", flat=True)[:50])
    assert "最新" in text_of(second)


def make(world, number: int) -> str:
    return calls.create(
        by=world.officer, authority=world.city, code=f"many-{number}", pack="yinchuan-2026", schemes=["soft-science"],
        title=Text("许多", "many"), at=NOON,
    ).code  # fmt: skip


def test_verifying_now_says_that_all_is_as_recorded(client, world):
    page = text_of(client.post("/events/verify/"))
    assert "全部相符" in page
    assert "事件 7 办件 1 提交 1" in page
    assert Event.objects.order_by("-sequence")[0].hash in page
    assert "All is as recorded" in text_of(client.post("/events/verify/?lang=en"))
    of_case = text_of(client.post("/events/verify/", {"case": world.case.code}))
    assert "核验结果：yc-2026-0001" in of_case
    assert "事件 3 办件 1 提交 1" in of_case


def test_a_fault_is_shown_to_those_who_may_know_of_it_and_counted_for_the_others(client, world):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE zhinan_application SET stage = 'accepted' WHERE id = %s", [world.case.id])
        cursor.execute("UPDATE zhinan_call SET budget = 7 WHERE code = 'lz-2026'")
    said = {}
    for name in ("auditor", "other", "keeper"):
        client.force_login(getattr(world, name))
        page = text_of(client.post("/events/verify/"))
        assert "发现 2 处不符" in page
        said[name] = ("环节记为“accepted”" in page, "批次的“budget”" in page, "另有 1 处不在您的查看范围内" in page)
    assert said == {"auditor": (True, False, True), "other": (False, True, True), "keeper": (True, True, False)}


def test_one_case_is_verified_for_those_who_may_see_it(client, world):
    for who, status in (("auditor", 200), ("keeper", 200), ("other", 404)):
        client.force_login(getattr(world, who))
        assert client.post("/events/verify/", {"case": world.case.code}).status_code == status
        assert client.post("/events/verify/", {"case": "no-such"}).status_code == 404


@pytest.mark.parametrize(
    "bad", ["\x00", "<script>alert(1)</script>", "9" * 5000, "%", "{x}", "²", "-1", "𠮷", "0001-01-01", "9999-12-31"]
)
def test_nothing_a_browser_sends_breaks_the_pages(client, world, bad):
    for name in ("action", "actor", "call", "case", "day", "before"):
        answer = client.get("/events/", {name: bad})
        assert answer.status_code < 500
        assert "<script>alert" not in answer.content.decode()
    assert client.post("/events/verify/", {"case": bad}).status_code in (200, 404)


def test_three_events_take_no_more_queries_than_one(client, world, django_assert_num_queries):
    client.get("/events/")
    for query, count in (("case=yc-2026-0001&action=submit", 1), ("case=yc-2026-0001", 3)):
        with django_assert_num_queries(11):
            assert len(shown(client.get(f"/events/?{query}"))) == count
