"""Whoever holds a receipt can verify it, and learns nothing that does not stand on it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.server.making import GOOD, Yinchuan, hand_in
from zhinan.server.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def given() -> Submission:
    y = Yinchuan()
    y.facts()
    return hand_in(y.draft(), GOOD, leader=y.leader, admin=y.admin)


def heading(page: str) -> str:
    return page.partition("<h1>")[2].partition("</h1>")[0]


def test_a_genuine_receipt_is_told_with_what_stands_on_it_and_nothing_else(client: Client, given: Submission) -> None:
    page = client.get(f"/verify/{given.receipt}/").content.decode()
    assert heading(page) == "回执属实"
    groups = " ".join(given.content_hash[start : start + 8] for start in range(0, 64, 8))
    for words in (given.receipt, "银川批次", "中小企业创新发展专项", "2026-03-02 12:00:00", groups):
        assert words in page, words
    case = given.application
    for secret in (case.title, case.organisation.name, case.organisation.uscc, case.leader.name, case.stage):
        assert secret not in page, secret


@pytest.mark.parametrize("write", [str, str.upper, lambda whole: " ".join(whole[start : start + 8] for start in range(0, 64, 8))])
def test_the_fingerprint_may_be_copied_in_groups_and_capitals(client: Client, given: Submission, write: object) -> None:
    asked = {"receipt": f" {given.receipt.upper()} ", "hash": write(given.content_hash)}  # type: ignore[operator]  # three ways to write it
    answer = client.get("/verify/", asked, follow=True)
    assert heading(answer.content.decode()) == "回执属实"
    assert "内容指纹一致" in answer.content.decode()


def test_another_fingerprint_is_told_clearly(client: Client, given: Submission) -> None:
    page = client.get("/verify/", {"receipt": given.receipt, "hash": "0" * 64}, follow=True).content.decode()
    assert heading(page) == "内容指纹不一致"
    assert "00000000 00000000" in page


def test_content_that_was_changed_behind_the_platforms_back_is_not_confirmed(client: Client, given: Submission) -> None:
    Submission.objects.filter(id=given.id).update(content={**given.content, "title": "别的题目"})
    assert heading(client.get(f"/verify/{given.receipt}/").content.decode()) == "不能确认这份回执"


@pytest.mark.parametrize("number", ["yc-2026-9999-R1", "x", "收据", "a" * 4000, "..", "%F0%9F%98%80"])
def test_an_unknown_number_gets_one_calm_answer_whatever_it_is(client: Client, number: str) -> None:
    answer = client.get(f"/verify/{number}/")
    assert (answer.status_code, heading(answer.content.decode())) == (200, "不能确认这份回执")


def test_what_cannot_be_a_number_or_a_fingerprint_is_said_beside_its_field_and_kept(client: Client) -> None:
    answer = client.get("/verify/", {"receipt": "收据 一号", "hash": "123"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("这不是回执编号的样子", "内容指纹应当是 64 位的数字和字母 a–f", 'value="收据 一号"', 'value="123"'):
        assert words in page, words


def test_the_empty_form_asks_for_a_number(client: Client) -> None:
    page = client.get("/verify/").content.decode()
    assert heading(page) == "核验回执"
    assert "应当是" not in page


def test_the_answer_is_complete_in_english(client: Client, given: Submission) -> None:
    page = client.get(f"/verify/{given.receipt}/?lang=en").content.decode()
    assert heading(page) == "The receipt is genuine"
    for words in ("Yinchuan call", "SME innovation", "Handed in at", "Content fingerprint"):
        assert words in page, words
    assert "回执属实" not in page
