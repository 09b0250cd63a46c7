"""The keeper's pages: bodies, sections, people, posts, accounts and the calendar of working days."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.server.making import Yinchuan, person, post
from zhinan.server.calendar import calendar
from zhinan.server.models import Authority, Event, Holiday, Invitation, Message, Post, Role, Section, User

pytestmark = pytest.mark.django_db
NEW = {
    "code": "lingwu",
    "name_zh": "灵武市科技局",
    "name_en": "Lingwu",
    "kind": "county",
    "region": "灵武市",
    "parent": "yinchuan",
}


@pytest.fixture
def y() -> Yinchuan:
    return Yinchuan()


@pytest.fixture
def keeper(client: Client) -> User:
    user = person("keeper")
    post(user, Role.KEEPER)
    client.force_login(user)
    return user


def last() -> str:
    return Event.objects.order_by("-sequence")[0].action


def test_the_tree_shows_every_body_with_its_sections_and_people(client: Client, y: Yinchuan, keeper: User) -> None:
    page = client.get("/authorities/").content.decode()
    for said in ("ningxia", "yinchuan", "xingqing", "高新技术科", "县（市、区）"):
        assert said in page
    assert "high-tech section" in client.get("/authorities/?lang=en").content.decode()


def test_a_body_is_added_and_is_on_record(client: Client, y: Yinchuan, keeper: User) -> None:
    answer = client.post("/authorities/new/", NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/authorities/body/lingwu/")
    made = Authority.objects.get(code="lingwu")
    assert (made.name_zh, made.kind, made.region, made.parent) == ("灵武市科技局", "county", "640181", y.city)
    assert last() == "add-authority"


def test_everything_wrong_with_a_body_is_told_at_once(client: Client, y: Yinchuan, keeper: User) -> None:
    answer = client.post(
        "/authorities/new/", {**NEW, "code": "Yin chuan", "name_zh": "x" * 121, "name_en": "", "kind": "castle", "region": "火星"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert {name for name in NEW if f'id="field-{name}-error"' in page} == {"code", "name_zh", "name_en", "kind", "region"}
    assert "代码 yinchuan 已经有了" in client.post("/authorities/new/", {**NEW, "code": "yinchuan"}).content.decode()


def test_a_section_is_added_once(client: Client, y: Yinchuan, keeper: User) -> None:
    sent = {"section_zh": "农村科技科", "section_en": "rural section"}
    assert client.post("/authorities/body/yinchuan/sections/", sent).status_code == 302
    assert last() == "add-section"
    again = client.post("/authorities/body/yinchuan/sections/", sent)
    assert again.status_code == 422
    assert "已有“农村科技科”" in again.content.decode()
    assert Section.objects.filter(name_zh="农村科技科").count() == 1


def test_an_officer_is_invited_into_a_section(client: Client, y: Yinchuan, keeper: User) -> None:
    sent = {"invitee": "新人", "email": "new@example.org", "role": "officer", "section": str(y.section.id)}
    assert client.post("/authorities/body/yinchuan/invite/", sent).status_code == 302
    row = Invitation.objects.get()
    assert (row.role, row.authority, row.section) == ("officer", y.city, y.section)
    page = client.get("/authorities/body/yinchuan/").content.decode()
    assert "new@example.org" in page
    assert (
        client.post(f"/authorities/invitations/{row.id}/withdraw/", {"authority": "yinchuan"})["Location"]
        == "/authorities/body/yinchuan/"
    )
    assert "new@example.org" not in client.get("/authorities/body/yinchuan/").content.decode()


def test_a_section_of_another_body_and_a_role_of_units_are_refused(client: Client, y: Yinchuan, keeper: User) -> None:
    answer = client.post(
        "/authorities/body/xingqing/invite/",
        {"invitee": "新人", "email": "n@example.org", "role": "unit-admin", "section": str(y.section.id)},
    )
    assert answer.status_code == 422
    assert "请选择“岗位”" in answer.content.decode()
    client.post(
        "/authorities/body/xingqing/invite/",
        {"invitee": "新人", "email": "n@example.org", "role": "officer", "section": str(y.section.id)},
    )
    assert Invitation.objects.get().section is None


def test_posts_end_and_stay_on_the_person_s_page(client: Client, y: Yinchuan, keeper: User) -> None:
    held = Post.objects.get(user=y.officer)
    assert (
        client.post(f"/authorities/posts/{held.id}/end/", {"person": str(y.officer.id)})["Location"]
        == f"/authorities/people/{y.officer.id}/"
    )
    page = client.get(f"/authorities/people/{y.officer.id}/").content.decode()
    assert "经办人员" in page
    assert "结束任职" not in page
    client.force_login(y.officer)
    assert client.get("/units/").status_code == 404


def test_the_platform_keeps_a_keeper(client: Client, keeper: User) -> None:
    answer = client.post(f"/authorities/posts/{Post.objects.get(user=keeper).id}/end/")
    assert answer.status_code == 403
    assert "平台至少要有一位管理员" in answer.content.decode()
    own = client.post(f"/authorities/people/{keeper.id}/deactivate/")
    assert own.status_code == 403
    assert "不能停用自己的账号" in own.content.decode()


def test_a_closed_account_loses_its_sessions_at_once_and_for_good(client: Client, y: Yinchuan, keeper: User) -> None:
    theirs = Client()
    theirs.force_login(y.officer)
    assert theirs.get("/units/").status_code == 200
    client.post(f"/authorities/people/{y.officer.id}/deactivate/")
    assert last() == "deactivate-account"
    assert theirs.get("/units/").status_code == 302
    client.post(f"/authorities/people/{y.officer.id}/reactivate/")
    y.officer.refresh_from_db()
    assert (y.officer.is_active, y.officer.has_usable_password(), last()) == (True, False, "reactivate-account")
    assert theirs.get("/units/").status_code == 302


def test_people_are_found_by_name_login_and_address(client: Client, y: Yinchuan, keeper: User) -> None:
    for words in ("人员admin", "ADMIN", "admin@exam"):
        page = client.get("/authorities/people/", {"words": words}).content.decode()
        assert (f"/people/{y.admin.id}/" in page, f"/people/{y.officer.id}/" in page) == (True, False)


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_the_database_the_same_however_long_they_are(
    client: Client, keeper: User, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for each in range(number):
        post(person(f"p{each}"), Role.EXPERT)
    with django_assert_num_queries(8):
        client.get("/authorities/people/")


def test_days_are_loaded_from_lines_and_read_by_the_deadlines(client: Client, keeper: User) -> None:
    lines = "2026-10-01 国庆节\n2026年10月2日，国庆节\n\n2026-10-10\t国庆调休上班\n2026/10/11 work"
    assert client.post("/authorities/holidays/", {"lines": lines}).status_code == 302
    now = calendar()
    assert now.holidays == {date(2026, 10, 1), date(2026, 10, 2)}
    assert now.makeup_workdays == {date(2026, 10, 10), date(2026, 10, 11)}
    page = client.get("/authorities/holidays/?year=2026").content.decode()
    assert "日历录入到 2026-10-11" in page
    assert last() == "load-holidays"
    assert client.post("/authorities/holidays/remove/", {"day": "2026-10-01"})["Location"] == "/authorities/holidays/?year=2026"
    assert (Holiday.objects.filter(day="2026-10-01").exists(), last()) == (False, "remove-holiday")


def test_one_bad_line_and_no_day_is_entered(client: Client, keeper: User) -> None:
    answer = client.post("/authorities/holidays/", {"lines": "2026-10-01 国庆节\n下周一\n1026-01-01\n2026-02-30"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for said in ("第 2 行读不懂：下周一", "1026-01-01 不在 2000 到 2100 年之间", "第 4 行读不懂", "2026-10-01 国庆节"):
        assert said in page
    assert Holiday.objects.count() == 0


PAGES = [
    "/authorities/",
    "/authorities/new/",
    "/authorities/body/yinchuan/",
    "/authorities/people/",
    "/authorities/people/1/",
    "/authorities/holidays/",
]


@pytest.mark.parametrize("address", PAGES)
def test_for_everyone_else_the_keeper_s_pages_are_not_there(client: Client, y: Yinchuan, address: str) -> None:
    assert client.get(address).status_code == 302
    client.force_login(y.officer)
    assert client.get(address).status_code == 404


POSTS = [
    ("/authorities/new/", NEW), ("/authorities/body/yinchuan/sections/", {"section_zh": "x", "section_en": "x"}),
    ("/authorities/body/yinchuan/invite/", {"invitee": "x", "email": "x@example.org", "role": "officer"}),
    ("/authorities/people/1/deactivate/", {}), ("/authorities/people/1/reactivate/", {}), ("/authorities/posts/1/end/", {}),
    ("/authorities/invitations/1/withdraw/", {}), ("/authorities/holidays/", {"lines": "2026-10-01"}), ("/authorities/holidays/remove/", {"day": "2026-10-01"}),
]  # fmt: skip


@pytest.mark.parametrize(("address", "sent"), POSTS)
def test_nobody_else_changes_anything_there(client: Client, y: Yinchuan, address: str, sent: dict[str, str]) -> None:
    before = (
        Authority.objects.count(),
        Section.objects.count(),
        Event.objects.count(),
        Message.objects.count(),
        Holiday.objects.count(),
    )
    client.force_login(y.officer)
    assert client.post(address, sent).status_code == 404
    assert (
        Authority.objects.count(),
        Section.objects.count(),
        Event.objects.count(),
        Message.objects.count(),
        Holiday.objects.count(),
    ) == before


@pytest.mark.parametrize("text", ["\x00", "𠮷😀\u202e", "x" * 3000, "9" * 500, "-1"])
def test_any_text_in_any_field_gives_a_page(client: Client, y: Yinchuan, keeper: User, text: str) -> None:
    for address in PAGES:
        assert client.get(address, dict.fromkeys(("year", "words", "page"), text)).status_code in (200, 404)
    for address, sent in POSTS:
        assert client.post(
            address, dict.fromkeys((*sent, "section", "authority", "person", "parent", "park_key"), text)
        ).status_code in (302, 404, 422, 403)
