"""The pages of the ranking and of the decision on the money: who sees what, what buttons do, nothing executed, nothing leaked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.server.review import Review, lasting, put_back
from zhinan.server.models import Clearance, Outcome, Round, RoundStatus, User

GRANT = 30_000_000


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Review]:
    with lasting(3, 9, tmp_path_factory.mktemp("files"), django_db_blocker) as made:
        yield made


@pytest.fixture
def review(world: Review) -> Iterator[Review]:
    with put_back():
        yield world


@pytest.fixture
def round(review: Review) -> Round:
    return Round.objects.get()


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


@pytest.mark.parametrize("name", ["results", "allocation", "fix-ranking"])
def test_results_and_money_are_for_officers_and_auditors(review: Review, round: Round, name: str) -> None:
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


def test_the_leadership_reads_the_ranking_without_sheets_or_experts(review: Review, round: Round) -> None:

    status, html = page(come(review.leadership), "ranking", round.code)

    assert status == 200
    assert all(case.title in html for case in review.cases)
    assert not [expert.name for expert in review.experts if expert.name in html]
    assert "/results/" not in html
    assert "/allocation/" not in html


def test_an_auditor_reads_and_is_offered_no_button(review: Review, round: Round) -> None:
    auditor = come(review.auditor)

    for name in ("results", "allocation"):
        _, html = page(auditor, name, round.code)
        assert 'name="do"' not in html
    assert send(auditor, "allocation", round.code, do="decide")[0] == 422
    assert not Outcome.objects.exists()


def test_the_ranking_can_be_taken_away_in_three_kinds(review: Review, round: Round) -> None:
    leadership = come(review.leadership)

    for kind in ("pdf", "docx", "xlsx"):
        answer = leadership.get(reverse("ranking-file", args=[round.code, kind]))
        assert (answer.status_code, answer["Content-Disposition"]) == (200, f'attachment; filename="{round.code}.{kind}"')
    assert come(review.leaders[0]).get(reverse("ranking-file", args=[round.code, "pdf"])).status_code == 404


def test_the_money_is_shared_out_from_its_page(review: Review, round: Round) -> None:
    officer = come(review.officer)
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


def test_a_departure_is_put_on_record_with_its_reason(review: Review, round: Round) -> None:
    officer = come(review.officer)
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
def test_nonsense_changes_nothing(review: Review, round: Round, typed: dict[str, str]) -> None:

    status, _ = send(come(review.officer), "allocation", round.code, **typed)

    assert status in (404, 422)
    assert Round.objects.get().quotas == {}


def test_the_allocation_asks_the_database_no_more_for_more_cases(
    review: Review, round: Round, django_assert_max_num_queries: object
) -> None:
    officer = come(review.officer)
    send(officer, "allocation", round.code, do="rules", budget="60")

    with django_assert_max_num_queries(45):  # type: ignore[operator]  # pytest-django's
        assert page(officer, "allocation", round.code)[0] == 200
    with django_assert_max_num_queries(35):  # type: ignore[operator]  # as above
        assert page(officer, "results", round.code)[0] == 200


def test_the_applicant_reads_what_the_experts_wrote_once_it_is_refused(review: Review, round: Round) -> None:
    review.decide(round, awards=1)
    refused, waiting = (Outcome.objects.get(round=round, outcome=outcome).case for outcome in ("refuse", "reserve"))

    html = come(refused.leader).get(reverse("case", args=[refused.code])).content.decode()
    assert "专家意见" in html
    assert "号项目的意见" in html
    assert not [expert.name for expert in review.experts if expert.name in html]
    assert "专家意见" not in come(waiting.leader).get(reverse("case", args=[waiting.code])).content.decode()
    assert 'id="comments"' not in come(review.officer).get(reverse("case", args=[refused.code])).content.decode()
