"""Handing in, its receipt and papers; corrections and revisions; and who may see any of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.server.making import GOOD, NOON, Xinjiang, Yinchuan, person, post, unit
from tests.server.web.drafting import LATER, open_yinchuan, page, ready_draft, seen_by, text
from zhinan.server import clock
from zhinan.server.actions import applications, calls, chain, papers
from zhinan.server.models import Application, Event, Role, Submission
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db


@pytest.fixture
def y() -> Yinchuan:
    return open_yinchuan()


@pytest.fixture
def case(y: Yinchuan) -> Application:
    return ready_draft(y)


# ─── who may ───


@pytest.mark.parametrize(
    "path", ["form/", "form/project/", "submit/", "withdraw/", "receipt/1/", "receipt/1.pdf", "application.pdf"]
)
def test_for_others_a_draft_is_a_case_that_is_not_there(client: Client, y: Yinchuan, case: Application, path: str) -> None:
    stranger = person("stranger")
    post(stranger, Role.UNIT_ADMIN, organisation=unit(2))
    for user in (stranger, y.officer, y.recommender):
        there = seen_by(user, client).get(f"/cases/{case.code}/{path}")
        nowhere = client.get(f"/cases/yc-2026-9999/{path}")
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert _plain(there.content, case.code) == _plain(nowhere.content, "yc-2026-9999")


def _plain(html: bytes, code: str) -> str:

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html.decode()).replace(code, "")


def test_an_officer_reads_the_receipt_and_the_paper_as_handed_in_and_writes_nothing(
    client: Client, y: Yinchuan, case: Application
) -> None:
    applications.submit(case.code, by=y.admin, at=NOON, begun_at=NOON)
    seen_by(y.recommender, client)
    assert "yc-2026-0001-R1" in page(client, f"/cases/{case.code}/receipt/1/")
    assert client.get(f"/cases/{case.code}/application.pdf")["content-type"] == "application/pdf"
    assert client.get(f"/cases/{case.code}/form/project/").status_code == 403
    for path in ("submit/", "withdraw/"):
        assert client.get(f"/cases/{case.code}/{path}").status_code == 404
        assert client.post(f"/cases/{case.code}/{path}", {"agree": "yes"}).status_code == 404


# ─── handing in ───


def test_all_that_is_lacking_is_listed_with_its_field(client: Client, y: Yinchuan) -> None:
    draft = y.draft()
    applications.save(draft.code, {**GOOD, "applicant.staff": ""}, by=y.leader, at=clock.now())
    html = page(seen_by(y.admin, client), f"/cases/{draft.code}/submit/")
    assert "提交前还差 2 项" in html
    assert f'<a href="/cases/{draft.code}/form/applicant/#field-applicant.staff">“从业人数”还没有填</a>' in html
    assert f'<a href="/cases/{draft.code}/form/papers/#upload-evidence-below-threshold">缺少材料：上年度财务报表</a>' in html
    assert 'name="agree"' not in html
    refused = client.post(f"/cases/{draft.code}/submit/", {"agree": "yes", "number": "1"})
    assert (refused.status_code, Submission.objects.count()) == (422, 0)


def test_the_leader_passes_it_on_and_the_administrator_hands_it_in(client: Client, y: Yinchuan, case: Application) -> None:
    path = f"/cases/{case.code}/submit/"
    assert "交单位审核" in page(seen_by(y.leader, client), path)
    assert client.post(f"/cases/{case.code}/hand-over/")["location"] == path
    assert "已于" in page(client, path)
    html = page(seen_by(y.admin, client), path)
    assert 'name="agree"' in html
    untick = client.post(path, {"number": "1"})
    assert (untick.status_code, "还没有勾选承诺" in untick.content.decode()) == (422, True)
    first = client.post(path, {"number": "1", "agree": "yes"})
    again = client.post(path, {"number": "1", "agree": "yes"})
    assert (first["location"], again["location"], Submission.objects.count()) == (
        f"/cases/{case.code}/receipt/1/", f"/cases/{case.code}/receipt/1/", 1,
    )  # fmt: skip
    assert client.get(path)["location"] == f"/cases/{case.code}/receipt/1/"
    receipt = page(client, f"/cases/{case.code}/receipt/1/")
    submission = Submission.objects.get()
    for words in (submission.receipt, submission.content_hash, "报表.pdf", f"/verify/{submission.receipt}/"):
        assert words in receipt
    pdf = client.get(f"/cases/{case.code}/receipt/1.pdf")
    assert (pdf["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "9" * 30, "٣", "7"])
def test_a_number_that_means_nothing_hands_in_the_next(client: Client, y: Yinchuan, case: Application, number: str) -> None:
    answer = seen_by(y.admin, client).post(f"/cases/{case.code}/submit/", {"number": number, "agree": "yes"})
    assert answer["location"] == f"/cases/{case.code}/receipt/1/"


@pytest.mark.parametrize("number", ["2", "0", "9" * 30])
def test_a_receipt_that_is_not_there_is_not_found(client: Client, y: Yinchuan, case: Application, number: str) -> None:
    assert seen_by(y.leader, client).get(f"/cases/{case.code}/receipt/{number}/").status_code == 404


def test_too_late_is_told_with_the_deadline_and_nothing_is_lost(client: Client, y: Yinchuan, case: Application) -> None:
    past = clock.now() - timedelta(days=1)
    Application.objects.filter(id=case.id).update(due_at=past)
    refused = seen_by(y.admin, client).post(f"/cases/{case.code}/submit/", {"number": "1", "agree": "yes"})
    html = refused.content.decode()
    assert refused.status_code == 422
    assert f"已过截止时间 {past:%Y-%m-%d %H:%M:%S}" in html
    assert "填写的内容都还在" in html
    assert text(case, "project.title") == GOOD["project.title"]


def test_a_draft_that_has_ended_cannot_be_handed_in(client: Client, y: Yinchuan, case: Application) -> None:
    applications.withdraw(case.code, by=y.admin, at=NOON)
    assert seen_by(y.admin, client).get(f"/cases/{case.code}/submit/").status_code == 403
    assert client.post(f"/cases/{case.code}/submit/", {"agree": "yes"}).status_code == 422


# ─── correcting, revising, taking back ───


def test_a_correction_opens_what_was_marked_and_shows_what_changed(client: Client, y: Yinchuan, case: Application) -> None:
    applications.submit(case.code, by=y.admin, at=NOON, begun_at=NOON)
    marked = {"project.summary": {"kind": "incomplete", "note": "写明创新点"}}
    chain.move(case.code, "return-to-draft", by=y.recommender, at=NOON, reason="简介太短", marked=marked)
    seen_by(y.leader, client)
    assert client.get(f"/cases/{case.code}/form/")["location"] == f"/cases/{case.code}/form/about/"
    html = page(client, f"/cases/{case.code}/form/about/")
    for words in ("已退回补正", "简介太短", "写明创新点", "不完整", 'name="project.summary"', "不在补正范围内，只能看"):
        assert words in html
    assert 'name="project.content"' not in html
    assert "form method" not in page(client, f"/cases/{case.code}/form/papers/").partition("<main")[2].partition("</main>")[0]
    client.post(f"/cases/{case.code}/form/about/", {"project.summary": "写得更细。", "project.content": "偷改"})
    assert (text(case, "project.summary"), text(case, "project.content")) == ("写得更细。", GOOD["project.content"])
    html = page(seen_by(y.admin, client), f"/cases/{case.code}/submit/")
    for words in ("和上次提交相比", GOOD["project.summary"], "写得更细。", "重新提交", 'name="number" value="2"'):
        assert words in html
    assert (
        client.post(f"/cases/{case.code}/submit/", {"number": "2", "agree": "yes"})["location"]
        == f"/cases/{case.code}/receipt/2/"
    )


def test_while_a_correction_is_written_officers_read_what_was_handed_in(client: Client, y: Yinchuan, case: Application) -> None:
    applications.submit(case.code, by=y.admin, at=NOON, begun_at=NOON)
    before = seen_by(y.recommender, client).get(f"/cases/{case.code}/application.pdf").content
    marked = {"project.summary": {"kind": "incomplete", "note": ""}}
    chain.move(case.code, "return-to-draft", by=y.recommender, at=NOON, reason="改", marked=marked)
    applications.save(case.code, {"project.summary": "还没有提交的新内容" * 40}, by=y.leader, at=NOON)
    after = client.get(f"/cases/{case.code}/application.pdf").content
    mine = seen_by(y.leader, client).get(f"/cases/{case.code}/application.pdf").content
    assert abs(len(after) - len(before)) < 2000 < abs(len(mine) - len(before)) or len(mine) != len(after)


def test_a_revision_is_shown_until_it_is_noted(client: Client, y: Yinchuan, case: Application) -> None:
    calls.revise(y.call.code, by=y.officer, at=NOON, reason="补充说明", notice=Text("新的通知", "new notice"))
    html = page(seen_by(y.leader, client), f"/cases/{case.code}/form/project/")
    for words in ("批次已修订", "补充说明", "新的通知", "知道了"):
        assert words in html
    assert client.post(f"/cases/{case.code}/note/")["location"] == f"/cases/{case.code}/form/"
    assert "批次已修订" not in page(client, f"/cases/{case.code}/form/project/")
    assert Event.objects.filter(action="rebase").count() == 1


def test_a_revision_names_the_questions_that_came_and_went(client: Client) -> None:
    xinjiang = Xinjiang()
    calls.extend(xinjiang.call.code, by=xinjiang.officer, at=NOON, closes_at=LATER, reason="长期受理")
    draft = xinjiang.draft()
    calls.revise(xinjiang.call.code, by=xinjiang.officer, at=NOON, reason="按园区计算", readings={"AMB-22": "in_parks"})
    html = page(seen_by(xinjiang.leader, client), f"/cases/{draft.code}/form/team/")
    notice = html[html.index("批次已修订") : html.index("知道了")]
    for words in ("按园区计算", "新增：", "不再需要：", "区内参与企业数"):
        assert words in notice
    assert "Added: " in page(client, f"/cases/{draft.code}/form/team/", lang="en")


def test_a_condition_that_bars_is_in_the_way_with_how_far_off(client: Client, y: Yinchuan, case: Application) -> None:
    applications.save(
        case.code, {"applicant.staff": "90000人", "applicant.revenue_last_year": "9亿元"}, by=y.leader, at=clock.now()
    )
    html = page(seen_by(y.admin, client), f"/cases/{case.code}/submit/")
    assert "不符合：营业收入和从业人数低于专项的上限（九(一)2）" in html
    assert "按现有填写，不符合条件" in html
    assert client.post(f"/cases/{case.code}/submit/", {"agree": "yes", "number": "1"}).status_code == 422


def test_papers_that_were_exchanged_are_among_the_changes(client: Client, y: Yinchuan, case: Application) -> None:
    applications.submit(case.code, by=y.admin, at=NOON, begun_at=NOON)
    marked = {"evidence-below-threshold": {"kind": "outdated", "note": "换新的"}}
    chain.move(case.code, "return-to-draft", by=y.recommender, at=NOON, reason="改", marked=marked)
    assert "还没有改动" in page(seen_by(y.admin, client), f"/cases/{case.code}/submit/")
    papers.add(
        case.code, "evidence-below-threshold", name="说明.txt", content="新".encode(), declared_type="", by=y.leader, at=NOON
    )
    html = page(client, f"/cases/{case.code}/submit/")
    for words in ("上年度财务报表", "报表.pdf、说明.txt"):
        assert words in html


def test_where_a_person_applies_the_leader_finds_the_button(client: Client, y: Yinchuan) -> None:
    call = y.open_call("yt-2026", ("young-talent",))
    calls.extend(call.code, by=y.officer, at=NOON, closes_at=LATER, reason="长期受理")
    draft = applications.start(by=y.leader, call=call, scheme="young-talent", organisation=y.unit, at=NOON)
    html = page(seen_by(y.leader, client), f"/cases/{draft.code}/submit/")
    assert "补齐上面列出的内容后就可以提交" in html
    assert "交单位审核" not in html
