"""The library and the clause reader: every clause stands where a link can find it, with what carries it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.server.making import Yinchuan
from tests.server.web.calling import publish
from zhinan.server import packs
from zhinan.server.queries import guides

pytestmark = pytest.mark.django_db
EVERY = [pack.id for pack in packs.every_pack()]


def test_the_library_lists_every_shipped_pack_the_newest_first(client: Client) -> None:
    assert [guide.id for guide, _ in client.get("/guides/").context["rows"]] == EVERY


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("kind=plan", ["shizuishan-2025", "ningxia-145"]),
        ("region=650000", ["xinjiang-liangqu-2025"]),
        ("words=瞪羚", ["ningxia-recognitions-2025"]),
        ("words=lanzhou", ["lanzhou-2022"]),
        ("words=没有这样的", []),
    ],
)
def test_the_library_is_narrowed_by_what_stands_in_the_address(client: Client, asked: str, found: list[str]) -> None:
    assert [guide.id for guide, _ in client.get(f"/guides/?{asked}").context["rows"]] == found


@pytest.mark.parametrize("id", EVERY)
def test_every_clause_is_carried_or_informational_and_the_counts_say_so(id: str) -> None:
    guide = guides.guide(id)
    assert (guide.carried + guide.informational, guide.clauses) == (guide.clauses, len(guide.pack.clauses))


@pytest.mark.parametrize("id", EVERY)
def test_every_clause_has_an_anchor_once_and_every_link_of_the_outline_reaches_one(client: Client, id: str) -> None:
    page = client.get(f"/guides/{id}/").content.decode()
    anchors = re.findall(r'id="clause-([^"]+)"', page)
    assert anchors == [clause.path for clause in packs.pack(id).clauses]
    outlined = [branch.passage.path for top in guides.outline(id) for branch in (top, *top.under)]
    assert outlined
    assert set(outlined) <= set(anchors)


def test_a_clause_tells_what_carries_it_how_it_is_run_and_how_it_may_be_read() -> None:
    clause = next(each for each in guides.clauses_of("yinchuan-2026") if each.path == "九(一)2")
    assert [entry.kind.zh for entry in clause.entries] == ["条件·须有佐证", "条件·自动判定"]
    assert all(entry.runs for entry in clause.entries)
    reading = packs.pack("yinchuan-2026").readings["AMB-10"]
    assert clause.readings == (reading,)


def test_the_reading_in_force_is_marked(client: Client) -> None:
    page = client.get("/guides/yinchuan-2026/?words=AMB-10").content.decode()
    default = packs.pack("yinchuan-2026").readings["AMB-10"].alternatives["manual"].zh
    assert re.search(rf"<li>{default}\s*<span class=\"tag info\">采用</span>", page)


def test_words_find_the_clauses_that_speak_of_them_in_either_language(client: Client) -> None:
    found = [guides.clauses_found("yinchuan-2026", words) for words in ("九(一)2", "medical", "绝没有的词")]
    assert [each.path for each in found[0]] == ["九(一)2"]
    assert found[1]
    assert found[2] == ()
    assert "没有一条提到“绝没有的词”" in client.get("/guides/yinchuan-2026/?words=绝没有的词").content.decode()


def test_a_scheme_tells_all_it_asks_and_gives(client: Client) -> None:
    publish(Yinchuan(), "now")
    answer = client.get("/guides/yinchuan-2026/sme-innovation/")
    read, page = answer.context["read"], answer.content.decode()
    assert [part.id for part in read.parts][:2] == ["amounts", "purposes"]
    scheme = packs.scheme("yinchuan-2026", "sme-innovation")
    conditions = next(part for part in read.parts if part.id == "conditions")
    assert [sentence.entry.says for sentence in conditions.sentences] == [condition.says for condition in scheme.conditions]
    assert [(name.zh, clauses) for name, _, clauses in read.papers] == [("上年度财务报表", ("九(一)2",))]
    assert [step.name for step in read.steps] == [
        stage.name for stage in packs.procedure("yinchuan-2026", "sme-innovation").stages.values()
    ]
    for link in (
        "/calls/now/",
        "/guides/yinchuan-2026/#clause-%E4%B9%9D%28%E4%B8%80%291",
        "/check/yinchuan-2026/sme-innovation/",
    ):
        assert f'href="{link}"' in page, link


@pytest.mark.parametrize(("pack", "scheme"), [(pack.id, scheme.id) for pack in packs.every_pack() for scheme in pack.schemes])
def test_every_scheme_of_every_guide_can_be_read_in_both_languages(client: Client, pack: str, scheme: str) -> None:
    for lang in ("zh", "en"):
        answer = client.get(f"/guides/{pack}/{scheme}/?lang={lang}")
        assert (answer.status_code, answer.headers["Content-Language"]) == (200, {"zh": "zh-CN", "en": "en"}[lang])


def test_a_guide_and_a_scheme_that_are_not_there_are_not_found(client: Client) -> None:
    for address in ("/guides/nowhere/", "/guides/yinchuan-2026/nothing/", "/guides/nowhere/nothing/"):
        assert client.get(address).status_code == 404


def test_the_reader_asks_the_database_nothing(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # pytest-django's fixture has no public type
        client.get("/guides/yinchuan-2026/")


def test_the_reader_is_complete_in_english(client: Client) -> None:
    page = client.get("/guides/yinchuan-2026/?lang=en").content.decode()
    for words in ("Contents", "Find in this guide", "How the platform decides", "informational", "in force"):
        assert words in page, words
    assert "平台怎样判定" not in page


@pytest.mark.parametrize("words", ["%00", "%F0%A0%AE%B7", "a" * 5000, "(", "%", "{}", "{n}", "<script>"])
def test_no_words_make_the_reader_fail(client: Client, words: str) -> None:
    answer = client.get(f"/guides/yinchuan-2026/?words={words}")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().partition("<main")[2]
