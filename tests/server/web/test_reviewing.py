"""The pages of a review as people use them: the expert's queue and sheet, papers, progress, the meeting from both sides."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from tests.server.review import Review
from tests.server.web.browsing import sent
from zhinan.server.actions import meetings
from zhinan.server.models import Ballot, Meeting, Release, Round, Scoring, Seat, User
from zhinan.server.queries.chain import verify

pytestmark = pytest.mark.django_db
WRONG, STALE = 422, 409


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def review() -> Review:
    return Review(cases=2, experts=8)


def of(seat: Seat) -> User:
    assert seat.expert.user is not None
    return seat.expert.user


def client(user: User, lang: str = "") -> Client:
    made = Client()
    made.force_login(user)
    made.cookies["lang"] = lang
    return made


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def filled(round: Round, points: str = "1") -> dict[str, str]:
    return {
        **{each["key"]: points for each in round.sheet["criteria"]},
        "comment": "思路清楚，指标可以考核。" * 20,
        "verdict": "recommend",
    }


# -- the expert ----------------------------------------------------------------------------------------


def test_an_expert_accepts_scores_and_hands_in_without_a_script(review: Review) -> None:
    round = review.drawn()
    seat = review.seats(round)[0]
    browser, page = client(of(seat)), reverse("seat", args=[seat.id])

    assert "等您答复" in text(browser.get(reverse("reviewing")))
    assert "data-scoring" not in text(browser.get(page))
    assert browser.post(reverse("seat-answer", args=[seat.id]), {"do": "accept"})["Location"] == page
    form = text(browser.get(page))
    assert "data-scoring" in form
    first = browser.post(page, {"version": "0", "do": "save", "comment": "先写\r\n一半"})
    assert first["Location"] == page
    assert "先写\n一半" in text(browser.get(page))
    refused = browser.post(page, {**filled(round), "version": "1", "do": "hand-in", round.sheet["criteria"][0]["key"]: "一百"})
    assert refused.status_code == WRONG
    assert f'href="#field-{round.sheet["criteria"][0]["key"]}"' in text(refused)
    assert "一百" in text(refused)
    assert Scoring.objects.get().answers[round.sheet["criteria"][0]["key"]] == "一百"  # refused, and not lost
    assert browser.post(page, {**filled(round), "version": "2", "do": "hand-in"})["Location"] == page
    shown = text(browser.get(page))
    assert "已提交" in shown
    assert "data-scoring" not in shown
    assert verify().faults == ()


@pytest.mark.parametrize(("do", "status"), [("decline", "declined"), ("conflict", "conflicted")])
def test_an_expert_gives_a_seat_up_with_a_reason(review: Review, do: str, status: str) -> None:
    round = review.drawn()
    seat = review.seats(round)[0]
    browser, address = client(of(seat)), reverse("seat-answer", args=[seat.id])

    assert browser.post(address, {"do": do, "reason": ""}).status_code == WRONG
    assert browser.post(address, {"do": "gift"}).status_code == WRONG
    assert browser.post(address, {"do": do, "reason": "与申报人同事"})["Location"] == reverse("reviewing")
    seat.refresh_from_db()
    assert seat.status == status
    assert browser.get(reverse("seat", args=[seat.id])).status_code == 404


def test_a_script_saves_and_is_told_the_version_the_total_and_what_is_wrong(review: Review) -> None:
    round = review.taken()
    seat, key = review.seats(round)[0], round.sheet["criteria"][0]["key"]
    browser, address = client(of(seat)), reverse("seat-save", args=[seat.id])

    kept = browser.post(address, {"version": "0", key: "1", "comment": ""}).json()
    wrong = browser.post(address, {"version": "1", key: "9999"}).json()
    stale = browser.post(address, {"version": "1", key: "2"})

    assert (kept["version"], kept["problems"]) == (1, {})
    assert float(kept["total"]) > 0
    assert list(wrong["problems"]) == [key]
    assert (stale.status_code, stale.json()["version"]) == (STALE, 2)
    assert Client().post(address, {}, headers={"accept": "application/json"}).status_code == 401
    for body in ({"version": "x" * 99}, {"version": "0", "comment": "x" * 50_000}, {"version": "0", "gift": "1"}):
        assert browser.post(address, body).status_code in (200, WRONG, STALE)


def test_the_page_stays_as_it_is_when_another_window_was_faster(review: Review) -> None:
    round = review.taken()
    seat, key = review.seats(round)[0], round.sheet["criteria"][0]["key"]
    browser, page = client(of(seat)), reverse("seat", args=[seat.id])
    browser.post(page, {"version": "0", "do": "save", key: "3"})

    answer = browser.post(page, {"version": "0", "do": "save", key: "4"})

    assert answer.status_code == STALE
    assert 'value="4"' in text(answer)
    assert Scoring.objects.get().answers[key] == "3"


def test_the_seat_s_page_takes_as_many_queries_for_many_cases_as_for_few(
    review: Review, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    round = review.taken()
    seat = review.seats(round)[0]
    browser = client(of(seat))
    browser.get(reverse("seat", args=[seat.id]))

    with django_assert_max_num_queries(40):
        browser.get(reverse("seat", args=[seat.id]))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_languages_are_whole(review: Review, lang: str) -> None:
    round = review.taken()
    seat = review.seats(round)[0]
    shown = text(client(of(seat), lang).get(reverse("seat", args=[seat.id])))

    assert ("提交评分" in shown, "Hand in" in shown) == (lang == "zh", lang == "en")


# -- the officer before and during the scoring ---------------------------------------------------------


def test_an_officer_masks_a_word_and_sees_it_gone(review: Review) -> None:
    round = review.made()
    browser, page = client(review.officer), reverse("release-case", args=[round.code, 1])

    assert "立足本地产业" in text(browser.get(page))
    assert browser.post(page, {"do": "hide", "words": "立足本地\r\n\r\n"})["Location"] == page
    shown = text(browser.get(page))
    assert "〔隐去〕产业" in shown
    refused = browser.post(page, {"do": "hide", "words": "立"})
    assert refused.status_code == WRONG
    assert ">\n立</textarea>" in text(refused)
    assert verify().faults == ()


def test_a_paper_that_cannot_be_made_neutral_is_told_by_its_name_and_nothing_is_released(review: Review) -> None:
    round = review.made()
    browser, page = client(review.officer), reverse("release-case", args=[round.code, 1])
    paper = review.cases[0].attachments.order_by("id")[0]

    answer = browser.post(page, {"do": "release", "paper": [str(paper.id), "x", "9" * 30]})

    assert answer.status_code == WRONG
    assert paper.name in text(answer)
    assert not Release.objects.exists()
    assert browser.get(reverse("release-preview", args=[round.code, 1, paper.id])).status_code == 400
    assert "放行材料" in text(browser.get(reverse("round-release", args=[round.code])))


def test_progress_names_who_is_late_and_gives_a_sheet_back(review: Review) -> None:
    round = review.taken()
    seat = review.seats(round)[0]
    review.hand_in(seat, 80)
    browser, page = client(review.officer), reverse("round-progress", args=[round.code])

    shown = text(browser.get(page))
    assert (seat.expert.code in shown, "1 / 6" in shown) == (True, True)
    assert browser.post(page)["Location"] == page
    reopen = reverse("sheet-reopen", args=[round.code, seat.id])
    assert browser.post(reopen, {"reason": ""}).status_code == WRONG
    assert browser.post(reopen, {"reason": "漏打一项"})["Location"] == page
    assert Scoring.objects.get(seat=seat).handed_in_at is None
    assert "提醒没有提交的专家" not in text(client(review.auditor).get(page))


# -- the meeting ---------------------------------------------------------------------------------------


def test_a_meeting_by_the_buttons_of_its_pages(review: Review) -> None:
    round = review.closed()
    panel = [seat for seat in review.seats(round) if seat.round_case.number == 1]
    officer, page = client(review.officer), reverse("round-meeting", args=[round.code])
    expert, seat_page = client(of(panel[0])), reverse("panel-meeting", args=[round.code])

    assert expert.get(seat_page).status_code == 404
    refused = officer.post(page, {"do": "call", "held_at": "下周", "place": "一楼", "agenda": "1"})
    assert refused.status_code == WRONG
    assert "下周" in text(refused)
    for body in (
        {"do": "call", "held_at": "2026-05-20 09:00", "place": "一楼", "agenda": ["1"]},
        {"do": "attend", "present": [seat.expert.code for seat in panel]}, {"do": "open"}, {"do": "ballot:1"},
    ):  # fmt: skip
        assert officer.post(page, body)["Location"] == page
    shown = text(expert.get(seat_page))
    assert [f"专家 {seat.label}" in shown or f">{seat.label}<" in shown for seat in panel] == [True] * 3
    assert expert.post(seat_page, {"do": "say:1", "text": "指标偏低"})["Location"] == f"{seat_page}#case-1"
    assert expert.post(seat_page, {"do": "vote:1"}).status_code == WRONG
    assert expert.post(seat_page, {"do": "vote:1", "choice": "support"}).status_code == 302
    assert expert.post(seat_page, {"do": "say:1", "text": " "}).status_code == WRONG
    assert "已投 1 票" in text(officer.get(page))
    assert Ballot.objects.get().choice == "support"
    for body in ({"do": "count:1"}, {"do": "again", "again": ["1"], "reason": "分差较大"}):
        assert officer.post(page, body)["Location"] == page
    draft = sent(text(officer.get(page)).rpartition("<form")[2].join(("<form", ""))).get("minutes", "")
    assert "应到专家" in draft
    assert officer.post(page, {"do": "close", "minutes": draft})["Location"] == page
    assert Meeting.objects.get().closed_at is not None
    assert officer.post(page, {"do": "dance"}).status_code == WRONG
    for kind in ("pdf", "docx"):
        answer = officer.get(reverse("meeting-minutes", args=[round.code, 1, kind]))
        assert answer.content[:2] == {"pdf": b"%P", "docx": b"PK"}[kind]
    assert officer.get(reverse("meeting-minutes", args=[round.code, 1, "exe"])).status_code == 404
    assert verify().faults == ()


def test_what_was_written_is_not_lost_when_the_minutes_are_refused(review: Review) -> None:
    round = review.closed()
    meetings.call_meeting(round.code, [1], held_at=review.at, place="", by=review.officer, at=review.at)
    page = reverse("round-meeting", args=[round.code])
    meetings.attend(round.code, [review.seats(round)[0].expert.code], by=review.officer, at=review.at)
    meetings.open_discussion(round.code, by=review.officer, at=review.at)
    meetings.open_ballot(round.code, 1, by=review.officer, at=review.at)

    answer = client(review.officer).post(page, {"do": "close", "minutes": "写了很久的纪要"})

    assert answer.status_code == WRONG
    assert "写了很久的纪要" in text(answer)
