"""What can I get: a few questions at a time settle every scheme, nothing typed is lost, and nothing is kept of it."""

from __future__ import annotations

import json
import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.server.making import Yinchuan
from tests.server.web.calling import publish
from zhinan.policy.assess import Verdict
from zhinan.server.models import Application
from zhinan.server.queries.checking import MOST, checked, fields_of, next_keys, scope_of
from zhinan.server.refused import NotSeen

pytestmark = pytest.mark.django_db

SMALL = "/check/?pack=yinchuan-2026&scheme=sme-innovation"
#: Answers under which a small enterprise of Yinchuan may apply for 300,000 yuan.
GOOD = {
    "applicant.sector": "industry", "project.expected_ip": "2项", "project.payment_mode": "upfront", "applicant.kind": "enterprise",
    "applicant.legal_person": "是", "applicant.sme": "是", "applicant.revenue_last_year": "1500万元", "applicant.staff": "120人",
    "applicant.incidents": "无", "project.total_rnd_investment": "100万元", "project.funded_levels": "无", "project.duration": "24个月",
}  # fmt: skip


def questions(client: Client, address: str) -> list[str]:
    return [box["name"] for box in client.get(address).context["boxes"]]


def sent(client: Client, keys: list[str], answers: dict[str, str]) -> dict[str, object]:
    """What a browser sends for these questions; none of a list is a ticked box."""
    fields = fields_of(scope_of({"pack": "yinchuan-2026"}, on=date(2026, 3, 1)))  # type: ignore[arg-type]  # a pack is a scope
    typed: dict[str, object] = {"asked": keys}
    for key in keys:
        is_none = fields[key].kind == "records" and answers.get(key) == "无"
        typed |= {f"{key}.none": "1"} if is_none else {key: answers[key]} if key in answers else {}
    return typed


def talk(client: Client, address: str, answers: dict[str, str]) -> list[list[str]]:
    """Answer until nothing more is asked; the questions, page by page."""
    pages = []
    while keys := questions(client, address):
        pages.append(keys)
        answer = client.post(address, sent(client, keys, answers))
        assert (answer.status_code, answer["Location"]) == (302, address)
        assert len(pages) < 60, "the conversation does not end"
    return pages


def test_a_conversation_ends_with_the_verdict_and_the_amount_and_never_asks_twice(client: Client) -> None:
    pages = talk(client, SMALL, GOOD)
    asked = [key for page in pages for key in page]
    assert len(asked) == len(set(asked))
    assert all(len(page) <= 5 for page in pages)
    page = client.get("/check/yinchuan-2026/sme-innovation/?pack=yinchuan-2026").content.decode()
    assert re.findall(r'<p class="says" role="status">([^<]+)</p>', page) == ["可以申报"]
    assert re.findall(r'<p class="amount">([^<]+)</p>', page) == ["30万元"]


def test_the_same_answers_come_out_as_the_assessor_says() -> None:
    scope = scope_of({"pack": "yinchuan-2026", "scheme": "sme-innovation"}, on=date(2026, 3, 1))
    assert scope is not None
    (result,) = checked(scope, GOOD, on=date(2026, 3, 1)).results
    assert (result.verdict, result.grant and result.grant.amount) == (Verdict.ELIGIBLE, 30_000_000)


def test_an_unmet_condition_is_told_with_its_gap_and_its_clause(client: Client) -> None:
    talk(client, SMALL, {**GOOD, "applicant.revenue_last_year": "2600万元"})
    page = client.get("/check/yinchuan-2026/sme-innovation/").content.decode()
    assert "不能申报" in page
    assert "上年营业收入 2600万元，应低于 2000万元，超出 600万元" in page
    assert 'href="/guides/yinchuan-2026/#clause-%E4%B9%9D%28%E4%B8%80%292"' in page


def test_what_is_left_blank_is_skipped_and_can_be_answered_later(client: Client) -> None:
    first = questions(client, SMALL)
    client.post(SMALL, sent(client, first, {}))
    then = questions(client, SMALL)
    assert not set(first) & set(then)
    shown = client.get(SMALL).context["skipped"]
    assert len(shown) == len(first)
    assert parse_qs(urlsplit(shown[0]["href"]).query)["ask"] == [first[0]]
    client.post(SMALL, sent(client, [first[0]], GOOD))
    assert len(client.get(SMALL).context["skipped"]) == len(first) - 1


def test_an_answer_that_cannot_be_read_is_refused_beside_its_field_and_nothing_typed_is_lost(client: Client) -> None:
    ask = f"{SMALL}&ask=applicant.revenue_last_year&ask=applicant.staff"
    answer = client.post(
        ask,
        {
            "asked": ["applicant.revenue_last_year", "applicant.staff"],
            "applicant.revenue_last_year": "很多",
            "applicant.staff": "120人",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("“上年营业收入”应是金额，却写成“很多”", "写出单位，例如：1500万元", 'value="很多"', 'value="120人"'):
        assert words in page, words
    assert "checking" not in client.session


def test_answers_are_shown_changed_removed_and_cleared(client: Client) -> None:
    keys = ["applicant.staff", "applicant.sme"]
    client.post(SMALL, sent(client, keys, GOOD))
    known = client.get(SMALL).context["known"]
    assert [(fact["label"], fact["value"]) for fact in known] == [("从业人数", "120人"), ("中小企业", "是")]
    assert 'value="120人"' in client.get(known[0]["href"]).content.decode()
    client.post(SMALL, {"forget": "applicant.sme"})
    assert [fact["key"] for fact in client.get(SMALL).context["known"]] == ["applicant.staff"]
    client.post(SMALL, {"reset": "1"})
    assert "checking" not in client.session


def test_one_can_go_back_page_by_page_with_the_answers_still_there(client: Client) -> None:
    first = questions(client, SMALL)
    assert client.get(SMALL).context["back"] == ""
    client.post(SMALL, sent(client, first, GOOD))
    second = questions(client, SMALL)
    back = client.get(SMALL).context["back"]
    assert questions(client, f"/check/{back}") == first
    client.post(SMALL, sent(client, second, GOOD))
    again = client.get(SMALL).context["back"]
    assert questions(client, f"/check/{again}") == second
    assert questions(client, f"/check/{client.get(f'/check/{again}').context['back']}") == first


def test_a_list_is_filled_in_row_by_row_and_a_row_can_be_added(client: Client) -> None:
    address = "/check/?pack=yinchuan-2026&ask=project.partners"
    row = {"asked": "project.partners", "project.partners.0.name": "甲研究院"}
    longer = client.post(address, {**row, "project.partners.1.name": "", "add": "project.partners"}).context["boxes"][0]
    assert (len(longer["rows"]), longer["rows"][0]["cells"][0]["value"]) == (3, "甲研究院")
    client.post(address, row)
    assert json.loads(client.session["checking"]["answers"]["project.partners"]) == [{"name": "甲研究院"}]
    client.post(address, {"asked": "project.partners", "project.partners.none": "1"})
    assert client.session["checking"]["answers"]["project.partners"] == "无"


def test_several_may_be_ticked_or_none_at_all(client: Client) -> None:
    key = "project.industry_classes"
    options = [option.key for option in fields_of(scope_of({"every": "1"}, on=date(2026, 3, 1)))[key].options]  # type: ignore[arg-type]  # it is a scope here
    client.post(SMALL.replace("&scheme=sme-innovation", ""), {"asked": key, key: options[:2]})
    assert client.session["checking"]["answers"][key] == "、".join(options[:2])
    client.post(SMALL.replace("&scheme=sme-innovation", ""), {"asked": key, key: "无"})
    assert client.session["checking"]["answers"][key] == "无"


def test_scopes_are_a_guide_a_region_with_what_stands_above_it_a_call_or_everything() -> None:
    on = date(2026, 3, 1)
    here = scope_of({"region": "640100"}, on=on)
    assert here is not None
    assert here.packs == (
        "yinchuan-2026",
        "ningxia-recognitions-2025",
        "ningxia-rnd-subsidy-2023",
        "national-tech-sme-2017",
        "national-hte-2016",
    )
    old = scope_of({"pack": "lanzhou-2022"}, on=on)
    assert old is not None
    assert (old.packs, old.is_old) == (("lanzhou-2022",), True)
    assert scope_of({}, on=on) is None
    for wrong in ({"pack": "../etc"}, {"region": "000000"}, {"call": "none"}, {"pack": "yinchuan-2026", "scheme": "none"}):
        with pytest.raises(NotSeen):
            scope_of(wrong, on=on)


def test_every_fact_a_scheme_may_wait_for_can_be_asked_but_what_the_authority_sets() -> None:
    scope = scope_of({"every": "1"}, on=date(2022, 6, 1))
    assert scope is not None
    check = checked(scope, {}, on=date(2022, 6, 1))
    missing = {key for result in check.results for key in result.missing}
    assert {key for key in missing - check.fields.keys() if not key.startswith("parameter.")} == set()


def test_what_others_decide_is_asked_last() -> None:
    scope = scope_of({"every": "1"}, on=date(2026, 3, 1))
    assert scope is not None
    check = checked(scope, {}, on=date(2026, 3, 1))
    sources = [check.fields[key].source in ("register", "authority") for key in next_keys(check, (), most=1000)]
    assert sources == sorted(sources)
    assert any(sources)


def test_from_an_open_call_an_application_begins_with_these_answers(client: Client) -> None:
    publish(Yinchuan(), "now")
    address = "/check/?call=now&scheme=sme-innovation"
    talk(client, address, GOOD)
    page = client.get("/check/yinchuan-2026/sme-innovation/?call=now").content.decode()
    assert "带着这些回答开始申报" in page
    answer = client.post("/check/yinchuan-2026/sme-innovation/", {"call": "now"})
    assert (answer.status_code, answer["Location"]) == (302, "/applications/start/now/sme-innovation/")
    assert client.session["check"] == {key: text for key, text in GOOD.items() if key in client.session["check"]}
    assert {"applicant.staff", "applicant.incidents", "project.payment_mode"} <= client.session["check"].keys()
    assert Application.objects.count() == 0


def test_no_application_begins_where_none_may(client: Client) -> None:
    Yinchuan()  # its call has closed
    closed = client.post("/check/yinchuan-2026/sme-innovation/", {"call": "yc-2026"})
    assert closed.status_code == 403
    assert "这个批次已于 2026-04-01 12:00 截止" in closed.content.decode()
    assert client.post("/check/yinchuan-2026/sme-innovation/", {"call": "none"}).status_code == 404
    assert client.post("/check/yinchuan-2026/sme-innovation/", {}).status_code == 404
    assert "check" not in client.session


def test_looking_around_leaves_nothing_behind(client: Client) -> None:
    for address in ("/check/", SMALL, "/check/?every=1", "/check/yinchuan-2026/sme-innovation/"):
        client.get(address)
    assert client.session.session_key is None or "checking" not in client.session


def test_answers_are_limited_in_all(client: Client) -> None:
    key = "project.partners"
    rows = {f"{key}.{number}.name": "甲" * 900 for number in range(30)}
    address = "/check/?pack=yinchuan-2026"
    assert client.post(address, {"asked": key, **rows}).status_code == 302
    session = client.session
    session["checking"] = {"answers": {"project.title": "长" * MOST}, "skipped": [], "trail": []}
    session.save()
    answer = client.post(address, {"asked": key, **rows})
    assert answer.status_code == 422
    assert "回答的内容太多，保存不下" in answer.content.decode()


def test_the_check_is_complete_in_english(client: Client) -> None:
    talk(client, SMALL, {**GOOD, "applicant.revenue_last_year": "2600万元"})
    page = client.get(f"{SMALL}&lang=en").content.decode()
    for words in (
        "What can I get?",
        "Nothing more to ask",
        "How it stands",
        "You may not apply",
        "Your answers",
        "Clear everything",
    ):
        assert words in page, words
    detail = client.get("/check/yinchuan-2026/sme-innovation/?lang=en").content.decode()
    for words in ("The conditions, one by one", "You may not apply", "For a person to judge", "Papers to prepare"):
        assert words in detail, words
    assert "核对结果" not in detail


@pytest.mark.parametrize(
    "typed",
    [
        {"asked": "applicant.staff", "applicant.staff": "\x00"},
        {"asked": "applicant.staff", "applicant.staff": "9" * 5000},
        {"asked": ["applicant.staff"] * 5000, "applicant.staff": ["1人", "2人"]},
        {"asked": "nothing.known", "nothing.known": "x"},
        {"asked": "__proto__"},
        {"asked": "project.duration", "project.duration": "1e9999个月"},
        {"asked": "project.direction", "project.direction": "D-NOWHERE"},
        {"asked": "project.partners", "project.partners.0.name": "\ud83d\ude00\u202e", "project.partners.99.name": "x"},
        {"asked": "applicant.established_on", "applicant.established_on": "2026-02-31"},
        {"forget": "nothing"},
        {"add": "nothing"},
        {},
    ],
)
def test_nothing_that_is_sent_makes_the_check_fail(client: Client, typed: dict[str, object]) -> None:
    kept = {
        name: text.encode("utf-16", "surrogatepass").decode("utf-16") if isinstance(text, str) else text
        for name, text in typed.items()
    }
    assert client.post("/check/?every=1", kept).status_code in (200, 302, 422)
    assert client.get("/check/?every=1").status_code == 200


@pytest.mark.parametrize(
    "asked",
    ["pack=%00", "call=%00", "region=" + "9" * 999, "every=1&ask=%00&ask=x", "pack=yinchuan-2026&scheme=%00x", "pack=a&pack=b"],
)
def test_no_address_makes_the_check_fail(client: Client, asked: str) -> None:
    assert client.get(f"/check/?{asked}").status_code in (200, 404)


@pytest.mark.parametrize("count", [1, 3])
def test_the_check_of_a_scheme_asks_the_database_one_question_however_many_calls_there_are(
    client: Client, count: int, django_assert_num_queries: object
) -> None:
    y = Yinchuan()
    for number in range(count):
        publish(y, f"open-{number}")
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture has no public type
        client.get("/check/yinchuan-2026/sme-innovation/?pack=yinchuan-2026")
    with django_assert_num_queries(0):  # type: ignore[operator]  # as above
        client.get(SMALL)
