"""The queue: what stands in it for whom, how it is narrowed, and that it costs the same however long it is."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.server.making import GOOD as ANSWERS
from tests.server.making import NOON, Yinchuan, authority, check_all, hand_in, person, post
from zhinan.server.actions import applications, chain
from zhinan.server.models import Application, Role
from zhinan.server.queries.queue import ALL, ENDED, Wanted, shelf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settled(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT, settings.REQUIRE_SECOND_FACTOR = tmp_path, False  # type: ignore[attr-defined]  # pytest-django's


@pytest.fixture
def made() -> Yinchuan:
    found = Yinchuan()
    found.facts()
    return found


def handed_in(made: Yinchuan, number: int, title: str) -> Application:
    leader = person(f"leader{number}")
    post(leader, Role.MEMBER, organisation=made.unit)
    case = applications.start(by=leader, call=made.call, scheme="sme-innovation", organisation=made.unit, at=NOON)
    hand_in(case, {**ANSWERS, "project.title": title}, leader=leader, admin=made.admin, at=NOON + timedelta(minutes=number))
    case.refresh_from_db()
    return case


def titles(user: object, **wanted: object) -> list[str]:
    found = shelf(user, Wanted(**wanted), at=NOON)  # type: ignore[arg-type]  # a person of the tests
    return [row.case.title for row in found.rows]


def test_a_case_stands_in_the_queue_of_the_body_it_waits_for(made: Yinchuan) -> None:
    handed_in(made, 1, "枸杞")
    made.draft()  # not handed in: nobody's business
    assert (titles(made.recommender), titles(made.officer), titles(made.officer, whose=ALL)) == (["枸杞"], [], ["枸杞"])


def test_an_officer_of_another_section_has_nothing_to_do_with_it(made: Yinchuan) -> None:
    case = handed_in(made, 1, "枸杞")
    other = made.city.sections.create(name_zh="农村科技科", name_en="rural section")
    rural, everyone = person("rural"), person("everyone")
    post(rural, Role.OFFICER, authority=made.city, section=other)
    post(everyone, Role.OFFICER, authority=made.city)
    check_all(case, by=made.recommender)
    chain.put_on_list(case.code, by=made.recommender, at=NOON)
    chain.send_list(
        "yc-2026", "recommendation", "xingqing", letter="函1号", letter_date=NOON.date(), by=made.recommender, at=NOON
    )
    assert [titles(user) for user in (made.officer, rural, everyone)] == [["枸杞"], [], ["枸杞"]]


def test_nobody_finds_a_case_of_their_own_unit_in_the_queue(made: Yinchuan) -> None:
    handed_in(made, 1, "枸杞")
    post(made.recommender, Role.MEMBER, organisation=made.unit)
    assert (titles(made.recommender), titles(made.recommender, whose=ALL)) == ([], [])


def test_an_ended_case_leaves_what_waits(made: Yinchuan) -> None:
    case = handed_in(made, 1, "枸杞")
    chain.move(case.code, "not-recommend", by=made.recommender, at=NOON, reason="不属于支持范围", clause="九(一)1")
    assert [titles(made.recommender, whose=whose) for whose in ("mine", ALL, ENDED)] == [[], ["枸杞"], ["枸杞"]]


def test_an_auditor_sees_what_was_handed_in_to_their_authority_and_nobody_elses(made: Yinchuan) -> None:
    handed_in(made, 1, "枸杞")
    here, elsewhere = person("auditor"), person("auditor-elsewhere")
    post(here, Role.AUDITOR, authority=made.city)
    post(elsewhere, Role.AUDITOR, authority=authority("shizuishan", "city", "640200", made.region))
    assert (titles(here), titles(elsewhere)) == (["枸杞"], [])


def test_the_queue_is_narrowed_sorted_and_searched(made: Yinchuan) -> None:
    first, second, _ = (handed_in(made, number, title) for number, title in enumerate(("枸杞", "葡萄", "土壤"), start=1))
    Application.objects.filter(id=second.id).update(due_at=NOON - timedelta(days=1))
    Application.objects.filter(id=first.id).update(due_at=NOON + timedelta(days=1))
    user = made.recommender
    assert [
        titles(user, sort="code"), titles(user, sort="-code"), titles(user, sort="submitted"), titles(user), titles(user, overdue=True),
        titles(user, words="葡"), titles(user, words="企业 土"), titles(user, words="0001"), titles(user, stage="intake"),
        titles(user, scheme="sme-innovation", call="yc-2026", words="枸"), titles(user, call="none"),
    ] == [
        ["枸杞", "葡萄", "土壤"], ["土壤", "葡萄", "枸杞"], ["土壤", "葡萄", "枸杞"], ["葡萄", "枸杞", "土壤"], ["葡萄"],
        ["葡萄"], ["土壤"], ["枸杞"], [], ["枸杞"], [],
    ]  # fmt: skip


def test_a_page_that_is_not_there_is_the_last_one(made: Yinchuan) -> None:
    for number in range(1, 3):
        handed_in(made, number, f"项目{number}")
    Application.objects.filter(code="yc-2026-0002").update(title="")
    rows = Application.objects.filter(code="yc-2026-0001")
    copies = [rows.get() for _ in range(26)]
    for number, copy in enumerate(copies):
        copy.pk, copy.code = None, f"copy-{number:02d}"
    Application.objects.bulk_create(copies)
    found = shelf(made.recommender, Wanted(sort="code", page=99), at=NOON)
    assert (found.total, found.last, found.wanted.page, [row.case.code for row in found.rows]) == (
        28, 2, 2, ["copy-25", "yc-2026-0001", "yc-2026-0002"],
    )  # fmt: skip


@pytest.mark.parametrize("cases", [1, 3])
def test_the_queue_asks_the_same_number_of_questions_however_long_it_is(
    made: Yinchuan, client: Client, cases: int, django_assert_num_queries: object
) -> None:
    for number in range(cases):
        check_all(handed_in(made, number, f"项目{number}"), by=made.recommender)
    client.force_login(made.recommender)
    client.get("/queue/")
    with django_assert_num_queries(12):  # type: ignore[operator]  # pytest-django's
        page = client.get("/queue/").content.decode()
    assert page.count("已核对 6 条") == cases


def test_the_page_speaks_both_languages(made: Yinchuan, client: Client) -> None:
    handed_in(made, 1, "枸杞")
    client.force_login(made.recommender)
    zh, en = (client.get("/queue/", {"lang": lang}).content.decode() for lang in ("zh", "en"))
    assert ("待我办理：1 件" in zh, "To act on: 1" in en, "未核对" in zh, "not checked" in en) == (True, True, True, True)


def test_the_list_is_taken_away_as_a_workbook(made: Yinchuan, client: Client) -> None:
    handed_in(made, 1, "=1+1")
    handed_in(made, 2, "葡萄")
    client.force_login(made.recommender)
    answer = client.get("/queue/export.xlsx", {"words": "1+1"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[:3] for row in rows] == [("编号", "项目名称", "申报单位"), ("yc-2026-0001", "=1+1", "第1号企业")]


def test_people_without_a_queue_are_told_there_is_no_such_page(made: Yinchuan, client: Client) -> None:
    client.force_login(made.leader)
    assert [client.get(page).status_code for page in ("/queue/", "/queue/export.xlsx", "/no-such-page/")] == [404, 404, 404]


@pytest.mark.parametrize(
    "value", [b"\x00", b"99999999999999999999", b"-1", b"' OR 1=1 --", "𠮷".encode() * 500, b"%", b"\xed\xa0\x80"], ids=repr
)
def test_no_parameter_breaks_the_page(made: Yinchuan, client: Client, value: bytes) -> None:
    client.force_login(made.recommender)
    names = ("whose", "call", "scheme", "stage", "late", "words", "sort", "page")
    assert [client.get("/queue/", {name: value}).status_code for name in names] == [200] * 8
