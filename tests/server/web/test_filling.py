"""The pages of the generated form: shown, saved as a whole and field by field, refused without losing a word."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.server.making import GOOD, NOON, Xinjiang, Yinchuan, person, post
from tests.server.web.browsing import sent
from tests.server.web.drafting import JSON, open_yinchuan, page, ready_draft, seen_by, text
from zhinan.server import clock
from zhinan.server.actions import applications
from zhinan.server.models import Application, Role
from zhinan.server.queries.applications import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def y() -> Yinchuan:
    return open_yinchuan()


@pytest.fixture
def case(y: Yinchuan) -> Application:
    return ready_draft(y)


# ─── the form ───


def test_the_form_opens_at_the_first_page_with_something_to_do(client: Client, y: Yinchuan, case: Application) -> None:
    seen_by(y.leader, client)
    assert client.get(f"/cases/{case.code}/form/")["location"] == f"/cases/{case.code}/form/about/"
    applications.save(case.code, {"applicant.staff": ""}, by=y.leader, at=NOON)
    assert client.get(f"/cases/{case.code}/form/")["location"] == f"/cases/{case.code}/form/applicant/"
    assert client.get(f"/cases/{case.code}/form/no-such-page/")["location"] == f"/cases/{case.code}/form/"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_shows_and_sent_as_it_stands_changes_nothing(
    client: Client, y: Yinchuan, case: Application, lang: str
) -> None:
    seen_by(y.leader, client)
    before = {row.key: (row.text, row.version, row.source) for row in case.answers.all()}
    for each in filled(case, on=NOON.date()).form.pages:
        path = f"/cases/{case.code}/form/{each.id}/"
        html = page(client, path, lang=lang)
        assert escape(each.title.in_lang(lang))[1:] in html  # type: ignore[arg-type]  # both are languages
        if each.fields:
            assert client.post(path, sent(_form(html))).status_code == 302
    assert {row.key: (row.text, row.version, row.source) for row in case.answers.all()} == before


def _form(html: str) -> str:
    """The form of the fields alone."""
    return html[html.index('<form class="panel" method="post" data-form') :].partition("</form>")[0]


def test_a_page_says_where_an_answer_is_from_why_it_is_asked_and_what_is_wrong(
    client: Client, y: Yinchuan, case: Application
) -> None:
    applications.save(case.code, {"applicant.revenue_last_year": "1500"}, by=y.leader, at=NOON)
    html = page(seen_by(y.leader, client), f"/cases/{case.code}/form/applicant/")
    for words in (
        "来自单位登记信息，截至 2026-01-01", "#clause-九(一)2", "“上年营业收入”应是金额，却写成“1500”", "还不能判断，信息不全",
        f'href="/cases/{case.code}/form/applicant/#field-applicant.revenue_last_year"', "1 处问题",
    ):  # fmt: skip
        assert words in html


def test_saving_goes_on_stays_or_goes_back(client: Client, y: Yinchuan, case: Application) -> None:
    seen_by(y.leader, client)
    for page_id, then, onward in (
        ("leader", "next", "form/project/"), ("leader", "stay", "form/leader/"), ("leader", "back", "form/applicant/"), ("leader", "\0", "form/leader/"),
        ("applicant", "back", "form/applicant/"), ("about", "next", "submit/"),
    ):  # fmt: skip
        answer = client.post(f"/cases/{case.code}/form/{page_id}/", {"then": then})
        assert answer["location"] == f"/cases/{case.code}/{onward}"


def test_what_was_changed_elsewhere_is_shown_beside_what_was_typed(client: Client, y: Yinchuan, case: Application) -> None:
    path = f"/cases/{case.code}/form/project/"
    form = sent(_form(page(seen_by(y.leader, client), path)))
    applications.save(case.code, {"project.title": "他们的题目"}, by=y.admin, at=clock.now())
    form["project.title"] = "我的题目"
    refused = client.post(path, form)
    html = refused.content.decode()
    assert refused.status_code == 409
    for words in ("没有保存：这里有内容刚在别处改过", "他们的题目", "人员admin", 'value="我的题目"'):
        assert words in html
    assert text(case, "project.title") == "他们的题目"
    assert client.post(path, sent(_form(html))).status_code == 302
    assert text(case, "project.title") == "我的题目"


def test_what_is_too_long_is_refused_and_shown_again(client: Client, y: Yinchuan, case: Application) -> None:
    long = "长" * 500_001
    refused = seen_by(y.leader, client).post(f"/cases/{case.code}/form/about/", {"project.summary": long})
    assert (refused.status_code, long in refused.content.decode()) == (422, True)
    assert text(case, "project.summary") == GOOD["project.summary"]


def test_rows_are_added_and_taken_out_by_buttons(client: Client, y: Yinchuan, case: Application) -> None:
    path = f"/cases/{case.code}/form/money/"
    form = sent(_form(page(seen_by(y.leader, client), path)))
    form["project.budget_lines.1.class"] = "operating"
    form["project.budget_lines.1.own"] = "1万元"
    form["add"] = "project.budget_lines"
    answer = client.post(path, form)
    assert answer["location"] == f"{path}?more=project.budget_lines#field-project.budget_lines"
    html = page(client, path, more="project.budget_lines")
    assert "合计：财政经费 30万元，自筹经费 71万元，共 101万元" in html
    assert '<tr data-index="2">' in html
    form = sent(_form(html))
    form["remove"] = "project.budget_lines.0"
    assert client.post(path, form)["location"] == f"{path}#field-project.budget_lines"
    assert [row["own"] for row in json.loads(text(case, "project.budget_lines"))] == ["1万元"]
    for odd in ("\0", "no.such", "project.title.0", "."):
        assert client.post(path, {"add": odd, "remove": odd}).status_code == 302


ODD_TEXTS = ["\0", "\ud800", "9" * 400, "2026-99-99", "𠮷📎", "<script>", "'; drop table", "null", "[" * 2000]


@pytest.mark.parametrize("value", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_any_text_in_any_field_gives_a_page(client: Client, y: Yinchuan, case: Application, value: str) -> None:
    seen_by(y.leader, client)
    for each in filled(case, on=NOON.date()).form.pages:
        path = f"/cases/{case.code}/form/{each.id}/"
        typed = (
            {name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for name in sent(_form(page(client, path)))}
            if each.fields
            else {}
        )
        assert client.post(path, typed).status_code < 500
        assert client.get(path).status_code == 200
    assert client.get(f"/cases/{case.code}/submit/").status_code == 200
    assert client.get(f"/cases/{case.code}/application.pdf").status_code == 200


def test_a_page_asks_as_often_however_much_is_filled_in(
    client: Client, y: Yinchuan, case: Application, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = person("other")
    post(other, Role.MEMBER, organisation=y.unit)
    empty = applications.start(by=other, call=y.call, scheme="sme-innovation", organisation=y.unit, at=NOON)
    seen_by(y.admin, client).get(f"/cases/{case.code}/form/applicant/")
    for each in (case, empty):
        with django_assert_num_queries(13):
            client.get(f"/cases/{each.code}/form/applicant/")


def test_choosing_a_line_makes_the_form_anew(client: Client) -> None:
    xinjiang = Xinjiang()
    draft = xinjiang.draft("results-transfer")
    form = filled(draft, on=NOON.date()).form
    line = form.field("application.line")
    assert line is not None
    seen_by(xinjiang.leader, client)
    answer = client.post(
        f"/cases/{draft.code}/form/{form.pages[0].id}/", {"application.line": line.options[0].key, "then": "next"}
    )
    assert answer["location"] == f"/cases/{draft.code}/form/"
    assert text(draft, "application.line") == line.options[0].name.zh
    assert len(filled(draft, on=NOON.date()).form.fields) < len(form.fields)
    saved = client.post(f"/cases/{draft.code}/save/", {"application.line": line.options[-1].key}, headers=JSON)
    assert saved.json()["reload"] is True


# ─── saving while typing ───


def test_a_script_saves_one_field_and_hears_how_it_stands(client: Client, y: Yinchuan, case: Application) -> None:
    seen_by(y.leader, client)
    answer = client.post(
        f"/cases/{case.code}/save/",
        {"page": "applicant", "applicant.staff": "很多", "version:applicant.staff": "1"},
        headers=JSON,
    ).json()
    assert (answer["versions"], answer["reload"]) == ({"applicant.staff": 2}, False)
    assert [each["message"] for each in answer["problems"]["applicant.staff"]] == ["“从业人数”应是数量（人），却写成“很多”"]
    assert "还不能判断，信息不全" in answer["panel"]
    assert "1 处问题" in answer["tabs"]
    assert answer["saved_at"].count(":") == 2
    sums = client.post(
        f"/cases/{case.code}/save/", {"page": "money", "project.budget_lines.0.fiscal": "1万元"}, headers=JSON
    ).json()["sums"]
    assert sums == {"project.budget_lines": "合计：财政经费 1万元，自筹经费 0元，共 1万元"}


def test_a_script_may_send_json(client: Client, y: Yinchuan, case: Application) -> None:
    path = f"/cases/{case.code}/save/"
    seen_by(y.leader, client)
    body = {"texts": {"project.title": "甲\0乙"}, "versions": {"project.title": 1}}
    assert client.post(path, body, content_type="application/json", headers=JSON).json()["versions"] == {"project.title": 2}
    assert text(case, "project.title") == "甲乙"
    stale = client.post(path, body, content_type="application/json", headers=JSON)
    assert stale.status_code == 200  # the same text once more is no conflict
    other = {"texts": {"project.title": "丙"}, "versions": {"project.title": 1}}
    conflict = client.post(path, other, content_type="application/json", headers=JSON)
    assert (conflict.status_code, conflict.json()["theirs"]) == (
        409,
        {"project.title": {"text": "甲乙", "version": 2, "by": "人员leader"}},
    )


ODD = [
    b" ",
    b"\xff",
    b"[]",
    b"{}",
    b'{"texts": 1}',
    b'{"texts": {"a": 1}}',
    b'{"texts": {}, "versions": {"a": "1"}}',
    b"[" * 99999,
]


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_what_a_script_sends_wrongly_is_refused(client: Client, y: Yinchuan, case: Application, body: bytes) -> None:
    answer = seen_by(y.leader, client).post(f"/cases/{case.code}/save/", body, content_type="application/json", headers=JSON)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (400, "cannot-be-read")


def test_a_script_hears_of_the_session_of_the_length_and_of_the_end(client: Client, y: Yinchuan, case: Application) -> None:
    path = f"/cases/{case.code}/save/"
    over = client.post(path, {"project.title": "x"}, headers=JSON)
    assert (over.status_code, over.json()["problems"][0]["code"]) == (401, "sign-in-first")
    seen_by(y.leader, client)
    long = client.post(
        path, {"texts": {"project.title": "长" * 500_001, "no.such": ""}}, content_type="application/json", headers=JSON
    )
    assert (long.status_code, [each["code"] for each in long.json()["problems"]]) == (422, ["answer-too-long", "no-such-field"])
    applications.submit(case.code, by=y.admin, at=NOON, begun_at=NOON)
    ended = client.post(path, {"project.title": "x"}, headers=JSON)
    assert (ended.status_code, ended.json()["problems"][0]["code"]) == (403, "not-your-part")
    unseen = seen_by(person("stranger"), client).post(path, {"project.title": "x"}, headers=JSON)
    assert (unseen.status_code, unseen.json()["problems"][0]["code"]) == (404, "not-found")
