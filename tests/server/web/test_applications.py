"""The applicant's list, beginning an application, taking one back."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.server.making import NOON, Xinjiang, Yinchuan, person, post, unit
from tests.server.web.drafting import LATER, START, open_yinchuan, page, ready_draft, seen_by, text
from zhinan.server.actions import applications, calls, chain
from zhinan.server.models import Application, Organisation, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def y() -> Yinchuan:
    return open_yinchuan()


@pytest.fixture
def case(y: Yinchuan) -> Application:
    return ready_draft(y)


# ─── the list ───


def test_the_list_tells_how_each_stands_and_what_is_next(client: Client, y: Yinchuan, case: Application) -> None:
    html = page(seen_by(y.leader, client), "/applications/")
    for words in ("枸杞精深加工关键技术研究", "中小企业创新发展专项", "银川批次", "草稿", "符合", "2099-12-31 17:00", "继续填写"):
        assert words in html
    assert "Go on filling in" in page(client, "/applications/", lang="en")
    applications.hand_over(case.code, by=y.leader, at=NOON)
    assert f"/cases/{case.code}/submit/" in page(seen_by(y.admin, client), "/applications/")
    applications.submit(case.code, by=y.admin, at=NOON, begun_at=NOON)
    html = page(client, "/applications/")
    assert "推荐" in html
    assert "看办理进度" in html
    chain.move(
        case.code,
        "return-to-draft",
        by=y.recommender,
        at=NOON,
        reason="改",
        marked={"project.summary": {"kind": "incomplete", "note": ""}},
    )
    assert "去补正" in page(client, "/applications/", state="returned")
    assert "没有符合的申报书" in page(client, "/applications/", state="draft")
    applications.withdraw(case.code, by=y.admin, at=NOON, reason="不做了")
    assert case.code in page(client, "/applications/", state="ended")
    assert case.code not in page(client, "/applications/", state="under-way")


def test_a_member_sees_what_they_lead_and_no_more(client: Client, y: Yinchuan, case: Application) -> None:
    member = person("member")
    post(member, Role.MEMBER, organisation=y.unit)
    assert "还没有申报书" in page(seen_by(member, client), "/applications/")
    assert case.code not in page(seen_by(y.officer, client), "/applications/")


@pytest.mark.parametrize(
    "given", [{"page": "0"}, {"page": "9" * 30}, {"page": "x"}, {"page": "٣"}, {"state": "\0"}, {"words": "\0枸杞" * 60}, {"words": "%_'\""}]
)  # fmt: skip
def test_the_list_takes_any_address(client: Client, y: Yinchuan, case: Application, given: dict[str, str]) -> None:
    assert seen_by(y.leader, client).get("/applications/", given).status_code == 200


def test_the_list_asks_as_often_for_three_as_for_one(
    client: Client, y: Yinchuan, case: Application, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    seen_by(y.admin, client).get("/applications/")
    with django_assert_num_queries(10):
        assert page(client, "/applications/").count('data-label="下一步"') == 1
    for number in range(2):
        leader = person(f"leader{number}")
        post(leader, Role.MEMBER, organisation=y.unit)
        applications.start(by=leader, call=y.call, scheme="sme-innovation", organisation=y.unit, at=NOON)
    with django_assert_num_queries(10):
        assert page(client, "/applications/").count('data-label="下一步"') == 3


# ─── beginning ───


def test_whoever_has_not_signed_in_is_asked_to_and_comes_back(client: Client, y: Yinchuan) -> None:
    assert client.get(START).url == f"/accounts/login/?next={START}"  # type: ignore[attr-defined]  # a redirect has it


def test_what_was_answered_in_the_check_comes_along(client: Client, y: Yinchuan) -> None:
    seen_by(y.leader, client)
    session = client.session
    session["check"] = {"applicant.staff": "88人", "applicant.sector": "农业", "no.fact": "x", "odd": 3}
    session.save()
    html = page(client, START)
    assert "这些答案会带过来（2 项）" in html
    assert "88人" in html
    answer = client.post(START, {"unit": y.unit.id})
    made = Application.objects.get()
    assert answer["location"] == f"/cases/{made.code}/form/"
    assert (text(made, "applicant.staff"), text(made, "applicant.sector")) == ("88人", "工业")


def test_a_second_draft_is_refused_with_a_link_to_the_first(client: Client, y: Yinchuan, case: Application) -> None:
    answer = seen_by(y.leader, client).post(START, {"unit": y.unit.id})
    assert answer.status_code == 422
    assert f'<a href="/cases/{case.code}/form/">打开 {case.code} 继续填写</a>' in answer.content.decode()


def test_an_administrator_chooses_who_leads(client: Client, y: Yinchuan) -> None:
    assert 'name="leader"' not in page(seen_by(y.leader, client), START)
    assert 'name="leader"' in page(seen_by(y.admin, client), START)
    client.post(START, {"unit": y.unit.id, "leader": y.leader.id})
    assert Application.objects.get().leader == y.leader


def test_somebody_of_two_units_chooses_one_and_somebody_of_none_is_told(client: Client, y: Yinchuan) -> None:
    other = unit(2)
    post(y.leader, Role.MEMBER, organisation=other)
    html = page(seen_by(y.leader, client), START)
    assert "选这个单位" in html
    assert "开始填写" not in html
    assert "第2号企业" in page(client, START, unit=str(other.id))
    assert "您还不属于任何单位" in page(seen_by(y.officer, client), START)


def test_a_topic_is_chosen_where_parks_settle_them(client: Client) -> None:
    xinjiang = Xinjiang()
    calls.extend(xinjiang.call.code, by=xinjiang.officer, at=NOON, closes_at=LATER, reason="长期受理")
    start = f"/applications/start/{xinjiang.call.code}/enterprise-leadership/"
    assert "钠电储能模组" in page(seen_by(xinjiang.leader, client), start)
    refused = client.post(start, {"unit": xinjiang.unit.id, "topic": "999"})
    assert (refused.status_code, "您的园区还没有可选的题目" in refused.content.decode()) == (422, True)
    client.post(start, {"unit": xinjiang.unit.id, "topic": xinjiang.topic.id})
    assert Application.objects.get().topic == xinjiang.topic


def test_a_call_that_is_over_or_unknown_begins_nothing(client: Client, y: Yinchuan) -> None:
    seen_by(y.leader, client)
    for path in ("/applications/start/yc-2026/young-talent/", "/applications/start/nothing/sme-innovation/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"unit": y.unit.id}).status_code == 404
    calls.close(y.call.code, by=y.officer, at=NOON, reason="满额")
    assert "现在不能新建" in page(client, START)
    assert client.post(START, {"unit": y.unit.id}).status_code == 422
    assert client.post(START, {"unit": "\0"}).status_code == 422
    assert not Application.objects.exists()


# ─── taking back ───


def test_taking_back_asks_once_more_and_for_the_reason(client: Client, y: Yinchuan, case: Application) -> None:
    path = f"/cases/{case.code}/withdraw/"
    assert "确认撤回" in page(seen_by(y.admin, client), path)
    applications.submit(case.code, by=y.admin, at=NOON, begun_at=NOON)
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    chain.move(case.code, "return-to-draft", by=y.recommender, at=NOON, reason="改", marked=marked)
    refused = client.post(path, {"reason": "\0"})
    assert (refused.status_code, "请写明撤回的原因" in refused.content.decode()) == (422, True)
    assert client.post(path, {"reason": "不做了"})["location"] == "/applications/"
    case.refresh_from_db()
    assert case.stage == "withdrawn"
    assert client.post(path, {"reason": "再撤"}).status_code == 422


def test_a_unit_not_confirmed_is_told_when_it_begins(client: Client, y: Yinchuan) -> None:
    Organisation.objects.update(status="registered")
    assert "注册尚待确认，可以先填写" in page(seen_by(y.leader, client), START)
