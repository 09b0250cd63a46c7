"""The desk of each role: the numbers, what is most pressing, and the way to it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.server.making import GOOD, NOON, Yinchuan, check_all, hand_in, person, post
from zhinan.server.actions import applications, calls, chain
from zhinan.server.clock import now
from zhinan.server.models import Application, Call, OrganisationStatus, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settled(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT, settings.REQUIRE_SECOND_FACTOR = tmp_path, False  # type: ignore[attr-defined]  # pytest-django's


@pytest.fixture
def made() -> Yinchuan:
    found = Yinchuan()
    found.facts()
    return found


def tiles(client: Client, user: User) -> dict[str, int]:
    client.force_login(user)
    html = client.get("/desk/").content.decode()
    return {label: int(value) for value, label in re.findall(r"<strong>(\d+)</strong>(?:<a[^>]*>)?([^<]+)", html)}


def handed_in(made: Yinchuan, number: int = 1) -> Application:
    leader = person(f"leader{number}")
    post(leader, Role.MEMBER, organisation=made.unit)
    case = applications.start(by=leader, call=made.call, scheme="sme-innovation", organisation=made.unit, at=NOON)
    hand_in(case, {**GOOD, "project.title": f"项目{number}"}, leader=leader, admin=made.admin)
    case.refresh_from_db()
    return case


def test_an_officer_sees_what_waits_what_is_late_and_what_is_on_a_list(made: Yinchuan, client: Client) -> None:
    late, soon, listed = (handed_in(made, number) for number in (1, 2, 3))
    Application.objects.filter(id=late.id).update(due_at=now() - timedelta(hours=1))
    Application.objects.filter(id=soon.id).update(due_at=now() + timedelta(days=2))
    check_all(listed, by=made.recommender)
    chain.put_on_list(listed.code, by=made.recommender, at=NOON)
    assert tiles(client, made.recommender) == {"待我办理": 3, "三天内到期": 1, "已逾期": 1, "在编清单里的办件": 1}
    html = client.get("/desk/").content.decode()
    assert re.findall(r'href="(/(?:cases|lists)/[^"]+)"', html) == [
        "/cases/yc-2026-0001/", "/cases/yc-2026-0002/", "/cases/yc-2026-0003/", "/lists/yc-2026/recommendation/xingqing/",
    ]  # fmt: skip


def test_an_officer_sees_which_of_their_calls_close(made: Yinchuan, client: Client) -> None:
    handed_in(made)
    Call.objects.update(closes_at=now() + timedelta(days=3))
    client.force_login(made.officer)
    assert "已提交 1 件" in client.get("/desk/").content.decode()
    client.force_login(made.recommender)
    assert "即将截止的批次" not in client.get("/desk/").content.decode()


def test_an_applicant_sees_drafts_returns_and_what_is_under_way(made: Yinchuan, client: Client) -> None:
    made.draft()
    handed_in(made, 1)
    returned = handed_in(made, 2)
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    chain.move(returned.code, "return-to-draft", by=made.recommender, at=NOON, reason="概述太短", marked=marked)
    assert tiles(client, made.admin) == {"退回待补正": 1, "草稿": 1, "办理中": 1}
    assert tiles(client, made.leader) == {"退回待补正": 0, "草稿": 1, "办理中": 0}
    client.force_login(made.admin)
    assert "概述太短" in client.get("/desk/").content.decode()


def test_an_administrator_sees_what_is_ready_and_that_the_unit_is_not_confirmed(made: Yinchuan, client: Client) -> None:
    calls.extend("yc-2026", by=made.officer, at=NOON, closes_at=now() + timedelta(days=20), reason="测试")
    draft = made.draft()
    applications.hand_over(draft.code, by=made.leader, at=NOON)
    made.unit.status = OrganisationStatus.REGISTERED
    made.unit.save()
    client.force_login(made.admin)
    html = client.get("/desk/").content.decode()
    assert (f"/cases/{draft.code}/submit/" in html, "的注册还没有确认" in html) == (True, True)


def test_an_auditor_and_a_keeper_see_the_record_and_no_case(made: Yinchuan, client: Client) -> None:
    handed_in(made)
    auditor, keeper = person("auditor"), person("keeper")
    post(auditor, Role.AUDITOR, authority=made.city)
    post(keeper, Role.KEEPER)
    assert [list(tiles(client, user)) for user in (auditor, keeper)] == [
        ["事件链上的事件"],
        ["在用账号", "机构", "注册单位", "事件链上的事件"],
    ]
    assert "项目1" not in client.get("/desk/").content.decode()


def test_someone_without_a_post_is_shown_where_to_begin(client: Client) -> None:
    client.force_login(person("newcomer"))
    assert "您还没有岗位" in client.get("/desk/").content.decode()
    assert "You hold no post yet" in client.get("/desk/", {"lang": "en"}).content.decode()


@pytest.mark.parametrize("cases", [1, 3])
def test_a_desk_asks_the_same_number_of_questions_however_much_waits(
    made: Yinchuan, client: Client, cases: int, django_assert_num_queries: object
) -> None:
    for number in range(cases):
        handed_in(made, number)
    for user, queries in ((made.recommender, 13), (made.admin, 18)):
        client.force_login(user)
        client.get("/desk/")
        with django_assert_num_queries(queries):  # type: ignore[operator]  # pytest-django's
            assert client.get("/desk/").content.decode().count(">项目") == cases
