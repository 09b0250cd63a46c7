"""The pages of ranked lists: in the making, sent, taken away."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.server.making import GOOD, NOON, Yinchuan, authority, check_all, hand_in, person, post
from zhinan.server.actions import applications, calls, chain
from zhinan.server.clock import now
from zhinan.server.models import Application, Listing, Role

pytestmark = pytest.mark.django_db
BOARD = "/lists/yc-2026/recommendation/xingqing/"


@pytest.fixture(autouse=True)
def _settled(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT, settings.REQUIRE_SECOND_FACTOR = tmp_path, False  # type: ignore[attr-defined]  # pytest-django's


@pytest.fixture
def made(client: Client) -> Yinchuan:
    """Yinchuan; the recommender has signed in."""
    found = Yinchuan()
    found.facts()
    client.force_login(found.recommender)
    return found


def waiting(made: Yinchuan, number: int, *, checked: bool = True) -> str:
    leader = person(f"leader{number}")
    post(leader, Role.MEMBER, organisation=made.unit)
    case = applications.start(by=leader, call=made.call, scheme="sme-innovation", organisation=made.unit, at=NOON)
    hand_in(
        case, {**GOOD, "project.title": f"项目{number}"}, leader=leader, admin=made.admin, at=NOON + timedelta(minutes=number)
    )
    if checked:
        check_all(case, by=made.recommender)
    return case.code


def on_the_list() -> list[str]:
    return list(
        Application.objects.filter(entries__listing__sent_at=None, entries__isnull=False)
        .order_by("entries__rank")
        .values_list("code", flat=True)
    )


def do(client: Client, step: str, **more: str) -> int:
    return int(client.post(BOARD, {"do": step, **more}).status_code)


def test_the_boards_of_a_body_are_those_where_something_waits(made: Yinchuan, client: Client) -> None:
    assert "现在没有要上报的清单" in client.get("/lists/").content.decode()
    waiting(made, 1)
    assert re.findall(r'href="(/lists/[^"]+)"', client.get("/lists/").content.decode()) == [BOARD]


def test_each_waiting_case_says_how_far_its_sheet_has_come(made: Yinchuan, client: Client) -> None:
    ready, begun, failed = waiting(made, 1), waiting(made, 2, checked=False), waiting(made, 3)
    chain.answer(failed, {"condition:worth": ("no", "重复")}, by=made.recommender, at=NOON)
    html = client.get(BOARD).content.decode()
    assert re.findall(r'<span class="tag (?:good|warn|bad)">([^<]+)</span>', html) == [
        "核对完成",
        "还有 6 条未核对",
        "不通过：九(二)2",
    ]
    assert (f'value="put:{ready}"' in html, f'value="put:{begun}"' in html, f'value="put:{failed}"' in html) == (
        True,
        False,
        False,
    )


def test_a_list_is_made_ranked_and_sent(made: Yinchuan, client: Client) -> None:
    one, two, three = (waiting(made, number) for number in (1, 2, 3))
    for code in (one, two, three):
        assert do(client, f"put:{code}") == 302
    assert do(client, f"up:{three}") == 302
    assert on_the_list() == [one, three, two]
    assert do(client, f"down:{one}") == 302
    assert on_the_list() == [three, one, two]
    assert do(client, "order", **{f"rank:{one}": "2", f"rank:{two}": "1", f"rank:{three}": "x"}) == 302
    assert on_the_list() == [two, one, three]
    assert do(client, f"off:{one}") == 302
    assert on_the_list() == [two, three]
    answer = client.post(f"{BOARD}send/", {"letter": "兴科函〔2026〕1号", "letter_date": "2026-03-20"}, follow=True)
    listing = Listing.objects.get()
    assert answer.redirect_chain == [(f"/lists/sent/{listing.id}/", 302)]
    assert "清单已发出：2 件，兴科函〔2026〕1号" in answer.content.decode()
    stages = dict(Application.objects.values_list("code", "stage"))
    assert stages == {one: "recommendation", two: "intake", three: "intake"}


def test_what_cannot_be_done_is_told_on_the_page(made: Yinchuan, client: Client) -> None:
    code = waiting(made, 1, checked=False)
    for step, told in (
        (f"put:{code}", f"还有 6 条没有核对，{code} 不能列入清单"),
        ("", "没有看懂要做什么"),
        ("up:none", "没有看懂要做什么"),
    ):
        answer = client.post(BOARD, {"do": step})
        assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert [client.post(BOARD, {"do": step}).status_code for step in ("put:yc-2026-9999", f"off:{code}")] == [404, 404]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"letter": "", "letter_date": "2026-03-20"}, "没有推荐函的文号"), ({"letter": "函1号", "letter_date": "昨天"}, "看不懂日期“昨天”"),
        ({"letter": "函1号"}, "看不懂日期“”"), ({}, "看不懂日期“”"),
    ],
)  # fmt: skip
def test_a_list_goes_with_a_letter_and_its_date(made: Yinchuan, client: Client, typed: dict[str, str], told: str) -> None:
    do(client, f"put:{waiting(made, 1)}")
    answer = client.post(f"{BOARD}send/", typed)
    html = answer.content.decode()
    assert (answer.status_code, told in html, f'value="{typed.get("letter", "")}"' in html) == (422, True, True)
    assert Listing.objects.get().sent_at is None


def test_a_full_quota_is_told_before_and_when_it_is_sent(made: Yinchuan, client: Client) -> None:
    calls.set_quota("yc-2026", "recommendation", made.county, 1, by=made.officer, at=NOON)
    for number in (1, 2):
        do(client, f"put:{waiting(made, number)}")
    html = client.get(BOARD).content.decode()
    assert ("名额 1 个，已上报 0 个，清单上 2 个，还剩 -1 个。" in html, "清单上的办件超过名额" in html) == (True, True)
    answer = client.post(f"{BOARD}send/", {"letter": "函1号", "letter_date": "2026-03-20"})
    assert (answer.status_code, "推荐名额只有 1 个" in answer.content.decode()) == (422, True)


def test_a_second_click_on_send_goes_back_to_the_list(made: Yinchuan, client: Client) -> None:
    do(client, f"put:{waiting(made, 1)}")
    typed = {"letter": "函1号", "letter_date": "2026-03-20"}
    places = [client.post(f"{BOARD}send/", typed).headers["Location"] for _ in range(2)]
    assert places == [f"/lists/sent/{Listing.objects.get().id}/", BOARD]


def test_a_sent_list_is_kept_as_it_was_with_letter_and_workbook(made: Yinchuan, client: Client) -> None:
    code = waiting(made, 1)
    do(client, f"put:{code}")
    client.post(f"{BOARD}send/", {"letter": "兴科函〔2026〕1号", "letter_date": "2026-03-20"})
    sent = f"/lists/sent/{Listing.objects.get().id}/"
    later = now() + timedelta(minutes=1)
    marked = {"project.title": {"kind": "incorrect", "note": ""}}
    chain.move(code, "ask-correction", by=made.officer, at=later, reason="改题目", marked=marked)
    applications.save(code, {"project.title": "改过的题目"}, by=made.admin, at=later)
    applications.submit(code, by=made.admin, at=later, begun_at=later)
    html = client.get(sent).content.decode()
    assert ("项目1" in html, "改过的题目" in html) == (True, False)
    letter = client.get(f"{sent}letter.pdf")
    assert (letter.status_code, letter.content[:5], letter.headers["Content-Type"]) == (200, b"%PDF-", "application/pdf")
    rows = list(load_workbook(io.BytesIO(client.get(f"{sent}list.xlsx").content)).active.iter_rows(values_only=True))
    assert rows[1][:7] == (1, code, "项目1", "第1号企业", "中小企业创新发展专项", "人员leader1", 30)


def test_a_list_is_for_its_body_and_the_authority_alone(made: Yinchuan, client: Client) -> None:
    do(client, f"put:{waiting(made, 1)}")
    client.post(f"{BOARD}send/", {"letter": "函1号", "letter_date": "2026-03-20"})
    sent = f"/lists/sent/{Listing.objects.get().id}/"
    neighbour, auditor = person("neighbour"), person("auditor")
    post(neighbour, Role.OFFICER, authority=authority("jinfeng", "county", "640106", made.city))
    post(auditor, Role.AUDITOR, authority=made.city)
    seen = {}
    for user in (made.recommender, made.officer, auditor, neighbour, made.leader):
        client.force_login(user)
        seen[user.username] = [
            client.get(path).status_code for path in (BOARD, f"{BOARD}send/", sent, f"{sent}letter.pdf", "/lists/")
        ]
    assert seen == {
        "recommender": [200, 200, 200, 200, 200], "officer": [404, 404, 200, 200, 200], "auditor": [404, 404, 200, 200, 200],
        "neighbour": [404, 404, 404, 404, 200], "leader": [404, 404, 404, 404, 404],
    }  # fmt: skip


@pytest.mark.parametrize("cases", [1, 3])
def test_a_board_asks_the_same_number_of_questions_however_many_wait(
    made: Yinchuan, client: Client, cases: int, django_assert_num_queries: object
) -> None:
    for number in range(cases):
        waiting(made, number)
    client.get(BOARD)
    with django_assert_num_queries(19):  # type: ignore[operator]  # pytest-django's
        assert client.get(BOARD).content.decode().count(">核对完成</span>") == cases


def test_the_pages_speak_both_languages(made: Yinchuan, client: Client) -> None:
    do(client, f"put:{waiting(made, 1)}")
    told = {}
    for lang in ("zh", "en"):
        pages = (client.get(path, {"lang": lang}).content.decode() for path in ("/lists/", BOARD, f"{BOARD}send/"))
        told[lang] = [re.findall(r"<h1>([^<]+)</h1>", each)[0] for each in pages]
    assert told == {
        "zh": ["推荐清单", "银川批次：推荐清单", "发出推荐清单"], "en": ["Lists", "Yinchuan call: the list", "Send the list"],
    }  # fmt: skip


@pytest.mark.parametrize("value", ["\x00", "put:\x00", "order", "up:", "𠮷" * 500, "put:" + "9" * 50], ids=len)
def test_no_field_breaks_a_page(made: Yinchuan, client: Client, value: str) -> None:
    do(client, f"put:{waiting(made, 1)}")
    statuses = [
        client.post(BOARD, {"do": value}).status_code,
        client.post(f"{BOARD}send/", {"letter": value, "letter_date": value}).status_code,
    ]
    statuses += [client.get(BOARD, {"page": value}).status_code, client.get("/lists/sent/99999999999999999999/").status_code]
    assert max(statuses) < 500
