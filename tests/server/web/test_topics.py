"""A park settles its topics before its units apply."""

from __future__ import annotations

import html
import re

import pytest

from tests.server.making import NOON, Yinchuan, authority, person, post
from zhinan.server.actions import calls
from zhinan.server.models import Application, Event, Role, Topic
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db
GOOD = {"call": "lq-2026", "park": "park", "title": "番茄深加工", "direction": "D-XJ.5"}


@pytest.fixture(autouse=True)
def cheap_passwords(settings) -> None:
    """Nobody signs in here: a slow hash guards nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Urumqi:
    """A region with a call in which parks settle topics, a park in it and one elsewhere."""

    def __init__(self) -> None:
        self.region = authority("xinjiang", "region", "650000")
        self.park = authority("park", "park", "650100", self.region)
        self.elsewhere = authority("far-park", "park", "640100")
        self.officer, self.of_park, self.far = person("xj"), person("of-park"), person("far")
        for who, where in ((self.officer, self.region), (self.of_park, self.park), (self.far, self.elsewhere)):
            post(who, Role.OFFICER, authority=where)
        self.call = self.make("lq-2026")

    def make(self, code: str):
        return calls.create(
            by=self.officer, authority=self.region, code=code, pack="xinjiang-liangqu-2025", schemes=["results-transfer"],
            title=Text("两区专项", "Two zones"), at=NOON,
        )  # fmt: skip


@pytest.fixture
def place(client) -> Urumqi:
    made = Urumqi()
    client.force_login(made.of_park)
    return made


def text_of(answer) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_a_park_settles_a_topic_and_takes_it_back(client, place):
    page = text_of(client.get("/topics/"))
    assert all(said in page for said in ("两区专项", "尚未发布", "还没有选题", "D-XJ.5 两区支持方向 › 十大产业集群"))
    assert client.post("/topics/settle/", GOOD).url == "/topics/"
    topic = Topic.objects.get()
    assert (topic.title, topic.direction, topic.park, topic.call) == ("番茄深加工", "D-XJ.5", place.park, place.call)
    assert "番茄深加工 D-XJ.5 两区支持方向 › 十大产业集群 撤下 番茄深加工" in text_of(client.get("/topics/"))
    assert client.post(f"/topics/{topic.id}/withdraw/").url == "/topics/"
    assert [each.action for each in Event.objects.order_by("-sequence")[:2]] == ["withdraw-topic", "settle-topic"]
    assert client.post(f"/topics/{topic.id}/withdraw/").status_code == 404


def test_the_page_speaks_english_too(client, place):
    page = text_of(client.get("/topics/?lang=en"))
    assert all(said in page for said in ("Two zones", "not published yet", "No topics yet", "Settle it"))


@pytest.mark.parametrize("wrong", [{"title": " "}, {"direction": ""}, {"direction": "D-XX"}])
def test_a_topic_without_title_or_direction_is_refused_and_what_was_typed_stays(client, place, wrong):
    answer = client.post("/topics/settle/", {**GOOD, **wrong})
    assert (answer.status_code, "选题要有名称和支持方向" in text_of(answer)) == (422, True)
    typed = {**GOOD, **wrong}
    assert f'name="title" type="text" maxlength="200" value="{typed["title"]}"' in answer.content.decode()
    assert Topic.objects.count() == 0


def test_a_topic_that_was_chosen_stays(client, place):
    client.post("/topics/settle/", GOOD)
    case = Yinchuan().draft()
    Application.objects.filter(id=case.id).update(topic=Topic.objects.get())
    page = text_of(client.get("/topics/"))
    assert "已有 1 份申报书" in page
    assert "撤下" not in page
    answer = client.post(f"/topics/{Topic.objects.get().id}/withdraw/")
    assert (answer.status_code, "已有申报书选了这个题目，不能撤下" in text_of(answer)) == (422, True)


def test_parks_elsewhere_and_people_of_no_park_have_nothing_to_settle(client, place):
    client.post("/topics/settle/", GOOD)
    topic = Topic.objects.get()
    client.force_login(place.far)
    assert "现在没有需要园区选题的批次" in text_of(client.get("/topics/"))
    assert client.post("/topics/settle/", {**GOOD, "park": "far-park"}).status_code == 404
    assert client.post("/topics/settle/", GOOD).status_code == 404
    assert client.post(f"/topics/{topic.id}/withdraw/").status_code == 404
    client.force_login(place.officer)
    assert client.get("/topics/").status_code == 404
    client.logout()
    assert client.get("/topics/").status_code == 302
    assert Topic.objects.count() == 1


def test_a_call_in_which_no_park_chooses_is_not_shown(client, place):
    calls.create(
        by=place.officer, authority=place.region, code="other", pack="lanzhou-2022", schemes=["major-special"],
        title=Text("别的", "Other"), at=NOON,
    )  # fmt: skip
    calls.cancel("lq-2026", by=place.officer, at=NOON, reason="x")
    assert "现在没有需要园区选题的批次" in text_of(client.get("/topics/"))


@pytest.mark.parametrize("bad", ["\x00", "<script>alert(1)</script>", "9" * 5000, "{x}", "𠮷"])
def test_nothing_a_browser_sends_breaks_the_page(client, place, bad):
    for typed in (dict.fromkeys(GOOD, bad), {**GOOD, "title": bad}, {**GOOD, "direction": bad}, {}):
        answer = client.post("/topics/settle/", typed)
        assert answer.status_code < 500
    assert "<script>alert" not in client.get("/topics/").content.decode()
    assert client.post(f"/topics/{2**70}/withdraw/").status_code == 404


def test_three_calls_take_no_more_queries_than_one(client, place, django_assert_num_queries):
    client.post("/topics/settle/", GOOD)
    client.get("/topics/")
    with django_assert_num_queries(7):
        client.get("/topics/")
    for code in ("b", "c"):
        place.make(code)
        client.post("/topics/settle/", {**GOOD, "call": code})
    client.get("/topics/")
    with django_assert_num_queries(7):
        assert client.get("/topics/").content.decode().count("<h2>") == 3
