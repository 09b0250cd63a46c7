"""The pages from the scores to the decision: who sees what, what buttons do, papers, nothing executed, nothing leaked."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.server.review import Review
from zhinan.server.actions import results
from zhinan.server.models import Scoring, Seat, User

pytestmark = pytest.mark.django_db
GRANT = 30_000_000


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's


@pytest.fixture
def review() -> Review:
    return Review(cases=3, experts=9)


def come(user: User | None) -> Client:
    client = Client(headers={"accept-language": "zh"})
    if user:
        client.force_login(user)
    return client


def page(client: Client, name: str, *args: object) -> tuple[int, str]:
    answer = client.get(reverse(name, args=args))
    return answer.status_code, answer.content.decode() if answer.status_code == 200 else ""


def send(client: Client, name: str, *args: object, **typed: str) -> tuple[int, str]:
    answer = client.post(reverse(name, args=args), typed)
    return answer.status_code, answer.content.decode()


def test_the_officer_closes_the_scoring_from_its_page(review: Review) -> None:
    round, officer = review.scored(), come(review.officer)
    status, before = page(officer, "results", round.code)
    assert (status, "结束评分" in before, "校准分" in before) == (200, True, False)

    assert send(officer, "results", round.code, do="close", line="1")[0] == 302

    _, after = page(officer, "results", round.code)
    assert all(words in after for words in ("仅供参考", "不足以估计", "<svg", "确定排序", "80"))
    assert send(officer, "results", round.code, do="close")[0] == 422


def test_what_is_missing_is_told_on_the_page_with_what_was_typed(review: Review) -> None:
    round = review.taken()

    status, html = send(come(review.officer), "results", round.code, do="close", line="2")

    assert (status, html.count("只有 0 份评分表"), 'value="2"' in html) == (422, 3, True)


def test_the_sheets_of_a_case_go_by_label_on_its_page_and_on_paper(review: Review) -> None:
    round = review.closed()
    Scoring.objects.filter(seat__label="A").update(
        answers={"comment": "=HYPERLINK(1)<script>alert(1)</script>", "verdict": "recommend"}
    )
    officer = come(review.officer)

    _, html = page(officer, "case-results", round.code, 1)
    assert "<script>alert" not in html
    assert not [expert.name for expert in review.experts if expert.name in html]
    for kind in ("pdf", "docx", "xlsx"):
        answer = officer.get(reverse("score-sheets", args=[round.code, 1, kind]))
        assert (answer.status_code, len(answer.content) > 1000) == (200, True)
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert officer.get(reverse("score-sheets", args=[round.code, 1, "exe"])).status_code == 404
    assert officer.get(reverse("case-results", args=[round.code, 99])).status_code == 404


def test_an_expert_explains_on_a_page_that_names_no_applicant(review: Review) -> None:
    round = review.closed()
    seat = Seat.objects.filter(round_case__round=round, status="taken").select_related("expert__user", "round_case__case")[0]
    Scoring.objects.filter(seat=seat).update(is_wild=True)
    expert = come(seat.expert.user)

    status, html = page(expert, "explain-wild", seat.id)
    assert status == 200
    assert not [word for word in (seat.round_case.case.title, seat.round_case.case.organisation.name) if word in html]
    assert send(expert, "explain-wild", seat.id, reason="短")[0] == 422
    assert send(expert, "explain-wild", seat.id, reason="创新点与已有成果重复，技术指标没有依据。")[0] == 302
    assert Scoring.objects.get(seat=seat).wild_reason.startswith("创新点")
    for user in (review.officer, review.leaders[0]):
        assert come(user).get(reverse("explain-wild", args=[seat.id])).status_code == 404


def test_the_leadership_finds_the_rankings_from_its_own_place(review: Review) -> None:
    round = review.closed()
    leadership = come(review.leadership)
    assert "还没有确定的排序" in page(leadership, "rankings")[1]
    assert page(leadership, "ranking", round.code)[0] == 404

    results.rank(round.code, by=review.officer, at=review.later(days=12))

    assert reverse("ranking", args=[round.code]) in page(leadership, "rankings")[1]
    assert reverse("rankings") in page(leadership, "desk")[1]
    assert page(come(review.officer), "rankings")[0] == 404
