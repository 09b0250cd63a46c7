"""The case page, the check sheet and the steps, as each role meets them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.server.making import GOOD, NOON, Xinjiang, Yinchuan, authority, check_all, hand_in, person, post, send_on
from zhinan.server.actions import applications, calls, chain
from zhinan.server.clock import now
from zhinan.server.models import Application, Check, Correction, Role, User
from zhinan.server.queries.applications import filled
from zhinan.server.queries.cases import steps_of
from zhinan.server.queries.sheets import sheet

pytestmark = pytest.mark.django_db
TABS = ("", "content/", "checks/", "history/")


@pytest.fixture(autouse=True)
def _settled(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT, settings.REQUIRE_SECOND_FACTOR = tmp_path, False  # type: ignore[attr-defined]  # pytest-django's


@pytest.fixture
def made() -> Yinchuan:
    """Yinchuan, with a call that is open on the day of the test."""
    found = Yinchuan()
    found.facts()
    closes = now() + timedelta(days=30)
    if found.call.closes_at is not None and closes > found.call.closes_at:
        calls.extend(found.call.code, by=found.officer, at=NOON, closes_at=closes, reason="测试")
        found.call.refresh_from_db()
    return found


@pytest.fixture
def case(made: Yinchuan) -> Application:
    """A case that waits for its county."""
    draft = made.draft()
    hand_in(draft, GOOD, leader=made.leader, admin=made.admin)
    draft.refresh_from_db()
    return draft


def page(client: Client, user: User, path: str, lang: str = "zh") -> str:
    client.force_login(user)
    answer = client.get(path, {"lang": lang})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def answers_of(case: Application, mark: str = "yes", note: str = "") -> dict[str, str]:
    """What a browser sends for the whole sheet."""
    lines = [line for line in sheet(filled(case, on=NOON.date()), case.stage).lines if line.is_asked]
    return {f"mark:{line.item}": mark for line in lines} | {f"note:{line.item}": note for line in lines}


# -- who sees it ---------------------------------------------------------------------------------------


def test_those_it_concerns_see_it_and_for_others_it_does_not_exist(made: Yinchuan, case: Application, client: Client) -> None:
    stranger = person("stranger")
    post(stranger, Role.OFFICER, authority=authority("jinfeng", "county", "640106", made.city))
    for tab in TABS:
        for user in (made.leader, made.admin, made.recommender, made.officer):
            client.force_login(user)
            assert client.get(f"/cases/{case.code}/{tab}").status_code == 200
        client.force_login(stranger)
        seen, missing = (client.get(f"/cases/{code}/{tab}") for code in (case.code, "yc-2026-9999"))
        assert (seen.status_code, missing.status_code) == (404, 404)
        assert text_of(seen.content.decode()).replace(case.code, "") == text_of(missing.content.decode()).replace(
            "yc-2026-9999", ""
        )


def test_an_officer_does_not_see_a_draft(made: Yinchuan, client: Client) -> None:
    draft = made.draft()
    client.force_login(made.officer)
    assert [client.get(f"/cases/{draft.code}/{tab}").status_code for tab in TABS] == [404] * 4
    client.force_login(made.leader)
    assert [client.get(f"/cases/{draft.code}/{tab}").status_code for tab in TABS] == [200] * 4


def test_whoever_has_not_signed_in_is_asked_to(case: Application, client: Client) -> None:
    addresses = [f"/cases/{case.code}/", f"/cases/{case.code}/check/", f"/cases/{case.code}/move/recommend/"]
    assert [client.get(each).status_code for each in addresses] == [302] * 3


def test_the_applicant_does_not_see_a_bodys_work_before_it_has_decided(made: Yinchuan, case: Application, client: Client) -> None:
    chain.answer(case.code, {"purpose:九¶": ("no", "只是内部意见")}, by=made.recommender, at=NOON)
    pages = [page(client, made.leader, f"/cases/{case.code}/{tab}") for tab in TABS]
    assert [("只是内部意见" in each, "核对人" in each) for each in pages] == [(False, False)] * 4
    assert "只是内部意见" in page(client, made.recommender, f"/cases/{case.code}/checks/")
    chain.move(case.code, "not-recommend", by=made.recommender, at=NOON, reason="不属于支持范围", clause="九(一)1")
    assert "只是内部意见" in page(client, made.leader, f"/cases/{case.code}/checks/")


def test_officers_do_not_read_along_while_a_correction_is_written(made: Yinchuan, case: Application, client: Client) -> None:
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    chain.move(case.code, "return-to-draft", by=made.recommender, at=NOON, reason="补充", marked=marked)
    applications.save(case.code, {"project.summary": "还没写完的话"}, by=made.leader, at=NOON)
    assert ["还没写完的话" in page(client, made.officer, f"/cases/{case.code}/{tab}") for tab in TABS] == [False] * 4
    assert "还没写完的话" in page(client, made.leader, f"/cases/{case.code}/content/")


# -- what it says --------------------------------------------------------------------------------------


def test_the_overview_says_where_it_stands_and_what_comes_next(made: Yinchuan, case: Application, client: Client) -> None:
    told = text_of(page(client, made.recommender, f"/cases/{case.code}/"))
    assert [
        each in told for each in ("核对（0/6）", "退回修改", "不予推荐", "推荐清单", "审查表还有 6 条没有回答", "30万元")
    ] == [True] * 6
    told = text_of(page(client, made.leader, f"/cases/{case.code}/"))
    assert ("现在由 xingqing 办理，有结果会发消息告诉您。" in told, "不予推荐" in told) == (True, False)


def test_the_steps_follow_the_case(made: Yinchuan, case: Application) -> None:
    def told() -> list[tuple[str, str, str]]:
        case.refresh_from_db()
        return [(step.name.zh, step.state, step.note.zh) for step in steps_of(case)]

    day = "2026-03-02"
    assert told() == [("填报", "done", day), ("推荐", "now", ""), ("受理", "next", "")]
    send_on(case, by=made.recommender, letter="函1号")
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    chain.move(case.code, "ask-correction", by=made.officer, at=NOON, reason="补充", marked=marked)
    assert told() == [("填报", "done", day), ("推荐", "done", day), ("受理", "now", "补正")]
    applications.submit(case.code, by=made.admin, at=NOON, begun_at=NOON)
    check_all(case, by=made.officer)
    chain.move(case.code, "accept", by=made.officer, at=NOON)
    ahead = [(name, "next", "") for name in ("排序", "拟立项", "公示", "立项预警谈话", "立项")]
    assert told() == [("填报", "done", day), ("推荐", "done", day), ("受理", "done", day), ("网上评审", "now", ""), *ahead]
    Application.objects.filter(code=case.code).update(stage="signing")
    assert told()[-2:] == [("立项", "done", ""), ("签约", "now", "在线下办理")]
    Application.objects.filter(code=case.code).update(stage="not-established")
    assert [state for _, state, _ in told()] == ["done", "done", "now"]


def test_a_refused_case_shows_where_it_ended(made: Yinchuan, case: Application) -> None:
    chain.move(case.code, "not-recommend", by=made.recommender, at=NOON, reason="不属于支持范围", clause="九(一)1")
    case.refresh_from_db()
    steps = [(step.name.zh, step.state, step.note.zh) for step in steps_of(case)]
    assert steps == [("填报", "done", "2026-03-02"), ("推荐", "now", "未获推荐"), ("受理", "next", "")]


def test_the_content_shows_what_a_correction_changed(made: Yinchuan, case: Application, client: Client) -> None:
    marked = {"project.summary": {"kind": "incomplete", "note": "写明指标"}}
    chain.move(case.code, "return-to-draft", by=made.recommender, at=NOON, reason="概述不完整", marked=marked)
    applications.save(case.code, {"project.summary": "提取率达到35%。"}, by=made.leader, at=NOON)
    applications.submit(case.code, by=made.admin, at=NOON, begun_at=NOON)
    told = text_of(page(client, made.recommender, f"/cases/{case.code}/content/"))
    assert "补正改了什么 1 项目简介 原 研究枸杞多糖的提取。 现 提取率达到35%。" in told
    told = text_of(page(client, made.leader, f"/cases/{case.code}/history/"))
    assert ("退回补正（推荐）" in told, "写明指标" in told, "回执 yc-2026-0001-R2" in told) == (True, True, True)


def test_every_tab_speaks_both_languages(made: Yinchuan, case: Application, client: Client) -> None:
    send_on(case, by=made.recommender, letter="函1号")
    english = {
        "": "What you can do now",
        "content/": "Uploaded papers",
        "checks/": "Check sheet: recommendation",
        "history/": "Lists and letters",
    }
    chinese = {"": "现在可以办理", "content/": "上传的材料", "checks/": "推荐的核对表", "history/": "推荐清单与函"}
    for tab in TABS:
        zh, en = (page(client, made.officer, f"/cases/{case.code}/{tab}", lang) for lang in ("zh", "en"))
        assert (chinese[tab] in zh, english[tab] in en, chinese[tab] in en) == (True, True, False)


# -- the check sheet -----------------------------------------------------------------------------------


def test_the_sheet_is_answered_and_saved(made: Yinchuan, case: Application, client: Client) -> None:
    told = text_of(page(client, made.recommender, f"/cases/{case.code}/check/"))
    assert (
        "0/6 条已核对" in told,
        "建议答“是”" in told,
        "上年营业收入 1500万元（自报）" in told,
        "平台已判定的 6 条" in told,
    ) == (True,) * 4
    answer = client.post(f"/cases/{case.code}/check/", answers_of(case) | {"back": "yes"}, follow=True)
    assert answer.redirect_chain == [(f"/cases/{case.code}/", 302)]
    assert "已保存：6/6" in answer.content.decode()


def test_an_answer_keeps_the_officer_who_gave_it(made: Yinchuan, case: Application, client: Client) -> None:
    colleague = person("colleague")
    post(colleague, Role.OFFICER, authority=made.county)
    for user, typed in ((made.recommender, answers_of(case)), (colleague, answers_of(case) | {"note:purpose:九¶": "再核对"})):
        client.force_login(user)
        assert client.post(f"/cases/{case.code}/check/", typed).status_code == 302
    kept = {check.item: check.by for check in Check.objects.filter(application=case)}
    assert {item for item, by in kept.items() if by == colleague} == {"purpose:九¶"}


def test_a_no_without_a_note_is_shown_again_with_all_that_was_typed(made: Yinchuan, case: Application, client: Client) -> None:
    typed = answers_of(case) | {"mark:purpose:九¶": "no", "note:condition:worth": "很好"}
    client.force_login(made.recommender)
    answer = client.post(f"/cases/{case.code}/check/", typed)
    html = answer.content.decode()
    assert (answer.status_code, Check.objects.count(), 'value="很好"' in html) == (422, 0, True)
    assert "“中小企业攻克关键技术，向科技型企业成长”答了“否”，还没有写理由" in html
    assert re.search(r'name="mark:purpose:九¶" value="no" checked', html)


def test_only_the_body_whose_turn_it_is_checks(made: Yinchuan, case: Application, client: Client) -> None:
    for user in (made.officer, made.leader):
        client.force_login(user)
        statuses = [
            client.get(f"/cases/{case.code}/check/").status_code,
            client.post(f"/cases/{case.code}/check/", answers_of(case)).status_code,
        ]
        assert statuses == [403, 403]
    assert Check.objects.count() == 0


def test_a_browser_that_sends_half_a_sheet_changes_half_a_sheet(made: Yinchuan, case: Application, client: Client) -> None:
    check_all(case, by=made.recommender)
    client.force_login(made.recommender)
    client.post(
        f"/cases/{case.code}/check/", {"mark:purpose:九¶": "not-asked", "note:purpose:九¶": "", "mark:condition:worth": "no"}
    )
    assert dict(Check.objects.values_list("item", "mark"))["purpose:九¶"] == "not-asked"
    assert Check.objects.filter(mark="yes").count() == 5


# -- the steps -----------------------------------------------------------------------------------------


def test_a_return_is_prefilled_from_what_failed(made: Yinchuan, case: Application, client: Client) -> None:
    check_all(case, by=made.recommender)
    chain.answer(case.code, {"condition:below-threshold": ("no", "与报表不符")}, by=made.recommender, at=NOON)
    html = page(client, made.recommender, f"/cases/{case.code}/move/return-to-draft/")
    marked = re.findall(r'name="mark:([^"]+)" value="yes" checked', html)
    assert marked == ["applicant.sector", "applicant.revenue_last_year", "applicant.staff", "evidence-below-threshold"]
    assert ">\n与报表不符</textarea>" in html


def test_a_case_is_returned_with_marks_and_a_time(made: Yinchuan, case: Application, client: Client) -> None:
    client.force_login(made.recommender)
    until = now() + timedelta(days=9)
    typed = {
        "stage": "recommendation", "reason": "概述不完整", "mark:project.summary": "yes", "kind:project.summary": "incomplete",
        "note:project.summary": "写明指标", "note:project.title": "没有勾选", "correct_by": f"{until:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    answer = client.post(f"/cases/{case.code}/move/return-to-draft/", typed, follow=True)
    assert answer.redirect_chain == [(f"/cases/{case.code}/", 302)]
    kept = Correction.objects.get()
    assert kept.marked == {"project.summary": {"kind": "incomplete", "note": "写明指标"}}
    assert kept.due_at == until.replace(second=59, microsecond=0)
    assert "退回补正：概述不完整" in page(client, made.leader, f"/cases/{case.code}/").replace("：", "：")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"reason": ""}, "没有写理由"),
        ({"reason": "补充"}, "没有标出要改的内容"),
        ({"reason": "补充", "mark:project.summary": "yes", "correct_by": "明天下午"}, "看不懂补正期限"),
        ({"reason": "补充", "mark:project.summary": "yes", "correct_by": "2020-01-01T10:00"}, "已经过去"),
        ({"reason": "补充", "mark:project.summary": "yes", "correct_by": "0001-01-01T00:00"}, "看不懂补正期限"),
    ],
)
def test_what_is_missing_in_a_return_is_told_and_nothing_typed_is_lost(
    made: Yinchuan, case: Application, client: Client, typed: dict[str, str], told: str
) -> None:
    client.force_login(made.recommender)
    answer = client.post(
        f"/cases/{case.code}/move/return-to-draft/", {"stage": "recommendation", "note:project.title": "保留", **typed}
    )
    html = answer.content.decode()
    assert (answer.status_code, told in html, typed["reason"] in html) == (422, True, True)
    case.refresh_from_db()
    assert case.stage == "recommendation"


def test_a_refusal_offers_the_failed_clauses_first(made: Yinchuan, case: Application, client: Client) -> None:
    check_all(case, by=made.recommender)
    chain.answer(case.code, {"condition:worth": ("no", "与已有平台重复")}, by=made.recommender, at=NOON)
    html = page(client, made.recommender, f"/cases/{case.code}/move/not-recommend/")
    assert re.search(r'<optgroup label="最可能的依据"><option value="九\(二\)2" selected>', html)
    answer = client.post(
        f"/cases/{case.code}/move/not-recommend/", {"stage": "recommendation", "reason": "重复", "clause": "九(二)2"}, follow=True
    )
    assert "未获推荐" in answer.content.decode()


def test_a_second_click_is_told_that_it_is_done(made: Yinchuan, case: Application, client: Client) -> None:
    client.force_login(made.recommender)
    typed = {"stage": "recommendation", "reason": "重复", "clause": "九(二)2"}
    for _ in range(2):
        answer = client.post(f"/cases/{case.code}/move/not-recommend/", typed, follow=True)
    assert "这一步已经办过：办件现在在“未获推荐”" in answer.content.decode()


def test_what_goes_by_list_leads_to_the_list(made: Yinchuan, case: Application, client: Client) -> None:
    client.force_login(made.recommender)
    answer = client.get(f"/cases/{case.code}/move/recommend/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/lists/yc-2026/recommendation/xingqing/")


def test_a_step_that_must_wait_says_why_and_where_to_go(made: Yinchuan, case: Application, client: Client) -> None:
    send_on(case, by=made.recommender, letter="函1号")
    told = text_of(page(client, made.officer, f"/cases/{case.code}/move/accept/"))
    assert ("审查表还有" in told, "去核对" in told, "确认：" in told) == (True, True, False)
    check_all(case, by=made.officer)
    assert "确认：受理" in text_of(page(client, made.officer, f"/cases/{case.code}/move/accept/"))
    answer = client.post(f"/cases/{case.code}/move/accept/", {"stage": "intake"}, follow=True)
    told = text_of(answer.content.decode())
    assert ("网上评审" in told, "目前在线下办理" in told) == (True, False)
    Application.objects.filter(code=case.code).update(stage="signing")
    assert "立项（认定）之后的环节目前在线下办理" in text_of(page(client, made.officer, f"/cases/{case.code}/"))


def test_the_authority_closes_what_was_never_corrected(made: Yinchuan, case: Application, client: Client) -> None:
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    chain.move(case.code, "return-to-draft", by=made.recommender, at=NOON, reason="补充", marked=marked)
    address = f"/cases/{case.code}/move/miss-the-deadline/"
    assert "还没有过" in text_of(page(client, made.officer, address))
    Correction.objects.update(due_at=NOON)
    assert "确认：逾期关闭" in text_of(page(client, made.officer, address))
    assert client.post(address, {"stage": "draft"}).status_code == 302
    case.refresh_from_db()
    assert case.stage == "not-accepted"
    assert client.get(f"/cases/{case.code}/check/").status_code == 403


@pytest.mark.parametrize("action", ["close-review", "no-such-step", "submit"])
def test_there_is_no_page_for_a_step_that_is_not_offered(made: Yinchuan, case: Application, client: Client, action: str) -> None:
    client.force_login(made.recommender)
    statuses = [client.get(f"/cases/{case.code}/move/{action}/").status_code]
    statuses.append(client.post(f"/cases/{case.code}/move/{action}/", {"stage": "recommendation"}).status_code)
    assert statuses == [404, 404]


def test_the_whole_way_of_the_two_zones_is_walked_by_pages(client: Client) -> None:
    x = Xinjiang()
    closes = now() + timedelta(days=30)
    if x.call.closes_at is not None and closes > x.call.closes_at:
        calls.extend(x.call.code, by=x.officer, at=NOON, closes_at=closes, reason="测试")
    case = x.handed_in()

    def check(user: User) -> None:
        case.refresh_from_db()
        client.force_login(user)
        assert client.post(f"/cases/{case.code}/check/", answers_of(case)).status_code == 302

    def send(user: User, stage: str, body: str) -> None:
        check(user)
        board = f"/lists/xj-2025/{stage}/{body}/"
        assert client.post(board, {"do": f"put:{case.code}"}).status_code == 302
        answer = client.post(f"{board}send/", {"letter": f"{body}〔2026〕1号", "letter_date": "2026-03-20"})
        assert answer.status_code == 302

    def move(user: User, action: str) -> None:
        case.refresh_from_db()
        client.force_login(user)
        assert client.post(f"/cases/{case.code}/move/{action}/", {"stage": case.stage}).status_code == 302

    check(x.park_officer)
    move(x.park_officer, "pass")
    send(x.park_officer, "park-review", "urumqi-park")
    send(x.city_officer, "city-audit", "urumqi")
    move(x.recommender, "submit-listed")
    check(x.officer)
    move(x.officer, "accept")
    case.refresh_from_db()
    assert case.stage == "region-review"


# -- what is hostile -----------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["\x00", "\x00" * 3000, "𠮷" * 3000, "9" * 400, "<script>", "\u202e"], ids=len)
def test_no_field_breaks_a_page(made: Yinchuan, case: Application, client: Client, value: str) -> None:
    client.force_login(made.recommender)
    fields = ("reason", "clause", "correct_by", "mark:project.summary", "kind:project.summary", "note:project.summary")
    typed = {"stage": "recommendation", **dict.fromkeys(fields, value)}
    sheet_typed = dict.fromkeys(answers_of(case), value)
    assert client.post(f"/cases/{case.code}/check/", sheet_typed).status_code in (302, 422)
    for action in ("return-to-draft", "not-recommend", "recommend"):
        assert client.post(f"/cases/{case.code}/move/{action}/", typed).status_code < 500
        assert client.post(f"/cases/{case.code}/move/{action}/", {"stage": value}).status_code == 302
