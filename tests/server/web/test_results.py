"""The pages from the scores to the decision: who sees what, what buttons do, papers, nothing executed, nothing leaked."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.server.review import Review
from zhinan.server.actions import results
from zhinan.server.models import Clearance, Outcome, Round, RoundStatus, Scoring, Seat, User

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


@pytest.mark.parametrize("name", ["results", "allocation", "fix-ranking"])
def test_results_and_money_are_for_officers_and_auditors(review: Review, name: str) -> None:
    round = review.ranked()

    found = {
        who: come(user).get(reverse(name, args=[round.code])).status_code
        for who, user in {
            "officer": review.officer, "auditor": review.auditor, "leadership": review.leadership, "leader": review.leaders[0],
            "expert": review.experts[0].user, "county": review.y.recommender, "nobody": None,
        }.items()
    }  # fmt: skip

    fixed = 302 if name == "fix-ranking" else 200  # it is fixed: one is led to the ranking
    assert found == {
        "officer": fixed, "auditor": fixed, "leadership": 404, "leader": 404, "expert": 404, "county": 404, "nobody": 302,
    }  # fmt: skip


def test_the_leadership_reads_the_ranking_without_sheets_or_experts(review: Review) -> None:
    round = review.ranked()

    status, html = page(come(review.leadership), "ranking", round.code)

    assert status == 200
    assert all(case.title in html for case in review.cases)
    assert not [expert.name for expert in review.experts if expert.name in html]
    assert "/results/" not in html
    assert "/allocation/" not in html


def test_an_auditor_reads_and_is_offered_no_button(review: Review) -> None:
    round, auditor = review.ranked(), come(review.auditor)

    for name in ("results", "allocation"):
        _, html = page(auditor, name, round.code)
        assert 'name="do"' not in html
    assert send(auditor, "allocation", round.code, do="decide")[0] == 422
    assert not Outcome.objects.exists()


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


def test_the_ranking_can_be_taken_away_in_three_kinds(review: Review) -> None:
    round, leadership = review.ranked(), come(review.leadership)

    for kind in ("pdf", "docx", "xlsx"):
        answer = leadership.get(reverse("ranking-file", args=[round.code, kind]))
        assert (answer.status_code, answer["Content-Disposition"]) == (200, f'attachment; filename="{round.code}.{kind}"')
    assert come(review.leaders[0]).get(reverse("ranking-file", args=[round.code, "pdf"])).status_code == 404


def test_the_money_is_shared_out_from_its_page(review: Review) -> None:
    round, officer = review.ranked(), come(review.officer)
    _, empty = page(officer, "allocation", round.code)
    assert "可用资金" in empty
    tried = officer.get(reverse("allocation", args=[round.code]), {"budget": "60", "most_reserves": "0"})
    assert ("采用这套规则" in tried.content.decode(), Round.objects.get().quotas) == (True, {})
    assert send(officer, "allocation", round.code, do="rules", budget="60", most_reserves="0")[0] == 302
    compared = officer.get(reverse("allocation", args=[round.code]), {"budget": "90"}).content.decode()
    assert all(words in compared for words in ("没有保存", "60万元", "90万元"))

    assert send(officer, "allocation", round.code, do="check")[0] == 302
    assert Clearance.objects.count() == 2
    status, html = send(officer, "allocation", round.code, do="decide")
    assert (status, "还没有选依据的条款" in html) == (422, True)
    clause = html.split('name="clause"')[1].split('<option value="')[2].split('"')[0]
    assert send(officer, "allocation", round.code, do="decide", clause=clause)[0] == 302

    assert list(Outcome.objects.order_by("place").values_list("outcome", "amount")) == [
        ("award", GRANT), ("award", GRANT), ("refuse", 0)
    ]  # fmt: skip
    assert Round.objects.get().status == RoundStatus.DECIDED
    assert "不予立项" in page(come(review.leadership), "ranking", round.code)[1]


def test_a_departure_is_put_on_record_with_its_reason(review: Review) -> None:
    round, officer = review.ranked(), come(review.officer)
    send(officer, "allocation", round.code, do="rules", budget="60")
    code = round.cases.get(place=3).case.code

    status, html = send(
        officer, "allocation", round.code, **{"do": f"depart:{code}", f"to:{code}": "award", f"reason:{code}": "好"}
    )
    assert (status, "理由太短" in html) == (422, True)
    typed = {
        "do": f"depart:{code}",
        f"to:{code}": "award",
        f"reason:{code}": "会议纪要第三号确定的任务 <b>",
        f"amount:{code}": "12.5",
    }
    assert send(officer, "allocation", round.code, **typed)[0] == 302

    _, after = page(officer, "allocation", round.code)
    assert "会议纪要第三号确定的任务 &lt;b&gt;" in after
    assert "12.5万元" in after
    assert send(officer, "allocation", round.code, do=f"keep:{code}")[0] == 302


@pytest.mark.parametrize("typed", [
    {"do": "rules", "budget": "abc"}, {"do": "rules", "budget": "-1"}, {"do": "nothing"},
    {"do": "rules", "budget": "1", "least_score": "x" * 500}, {"do": "rules", "budget": "9" * 30}, {"do": "depart:nobody", "to:nobody": "award"},
    {"do": "check:yc-2026-9999"}, {"do": "take-up:yc-2026-9999"}, {},
])  # fmt: skip
def test_nonsense_changes_nothing(review: Review, typed: dict[str, str]) -> None:
    round = review.ranked()

    status, _ = send(come(review.officer), "allocation", round.code, **typed)

    assert status in (404, 422)
    assert Round.objects.get().quotas == {}


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


def test_the_allocation_asks_the_database_no_more_for_more_cases(review: Review, django_assert_max_num_queries: object) -> None:
    round, officer = review.ranked(), come(review.officer)
    send(officer, "allocation", round.code, do="rules", budget="60")

    with django_assert_max_num_queries(45):  # type: ignore[operator]  # pytest-django's
        assert page(officer, "allocation", round.code)[0] == 200
    with django_assert_max_num_queries(35):  # type: ignore[operator]
        assert page(officer, "results", round.code)[0] == 200


def test_the_applicant_reads_what_the_experts_wrote_once_it_is_refused(review: Review) -> None:
    round = review.decided(awards=1)
    refused, waiting = (Outcome.objects.get(round=round, outcome=outcome).case for outcome in ("refuse", "reserve"))

    html = come(refused.leader).get(reverse("case", args=[refused.code])).content.decode()
    assert "专家意见" in html
    assert "号项目的意见" in html
    assert not [expert.name for expert in review.experts if expert.name in html]
    assert "专家意见" not in come(waiting.leader).get(reverse("case", args=[waiting.code])).content.decode()
    assert 'id="comments"' not in come(review.officer).get(reverse("case", args=[refused.code])).content.decode()


def test_the_leadership_finds_the_rankings_from_its_own_place(review: Review) -> None:
    round = review.closed()
    leadership = come(review.leadership)
    assert "还没有确定的排序" in page(leadership, "rankings")[1]
    assert page(leadership, "ranking", round.code)[0] == 404

    results.rank(round.code, by=review.officer, at=review.later(days=12))

    assert reverse("ranking", args=[round.code]) in page(leadership, "rankings")[1]
    assert reverse("rankings") in page(leadership, "desk")[1]
    assert page(come(review.officer), "rankings")[0] == 404
