"""The demo: a region lived by actions alone, the same at any time of any year, whole or not there; and its two pages."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from tests.server.making import NOON, Yinchuan, person
from zhinan.server.actions import draws, people, setting_up
from zhinan.server.actions.account_fields import Account
from zhinan.server.actions.notify import tell
from zhinan.server.clock import BEIJING
from zhinan.server.demo.bank import AWAY, BONDS
from zhinan.server.demo.diary import Diary
from zhinan.server.demo.marks import WILD_CASE
from zhinan.server.demo.personas import PERSONAS
from zhinan.server.demo.places import HOLIDAYS
from zhinan.server.demo.seed import seed
from zhinan.server.demo.units import UNITS, code_of
from zhinan.server.models import (
    Application,
    Award,
    Call,
    Clearance,
    Event,
    Expert,
    Holiday,
    Invitee,
    Message,
    Objection,
    Organisation,
    Outcome,
    Post,
    Round,
    Scoring,
    Seat,
    Tie,
    User,
)
from zhinan.server.queries.chain import verify
from zhinan.server.queries.people import places_of
from zhinan.server.refused import Refused
from zhinan.values.codes import check_credit_code
from zhinan.values.problem import BadInput
from zhinan.values.text import same

pytestmark = pytest.mark.django_db
AUTUMN = datetime(2026, 11, 20, 15, 30, tzinfo=BEIJING)
#: Before dawn, on the last day of a February, in another year.
SPRING = datetime(2028, 2, 29, 3, 5, tzinfo=BEIJING)
STANDS = {
    ("xj-liangqu", "city-audit"): 1, ("xj-liangqu", "draft"): 2, ("xj-liangqu", "intake"): 1, ("xj-liangqu", "listed"): 1,
    ("xj-liangqu", "park-check"): 1, ("xj-liangqu", "park-review"): 1, ("xj-liangqu", "region-review"): 1,
    ("yc-2026-1", "not-accepted"): 1, ("yc-2026-1", "review"): 22,
    ("yc-2026-2", "correction"): 1, ("yc-2026-2", "draft"): 6, ("yc-2026-2", "intake"): 8, ("yc-2026-2", "not-accepted"): 1,
    ("yc-2026-2", "not-recommended"): 1, ("yc-2026-2", "recommendation"): 11, ("yc-2026-2", "review"): 5, ("yc-2026-2", "withdrawn"): 1,
}  # fmt: skip
#: Where the eighteen of the round lived through came to; how many came where follows from the draw, which is by lot.
DECIDED = {"establishment", "not-established", "proposal", "public-notice", "signing", "warning-talk"}


@pytest.fixture(autouse=True)
def _demo(settings: Settings, tmp_path: object) -> None:
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path


def refused(act: object, *args: object, **given: object) -> list[str]:
    """What was said, word by word."""
    with pytest.raises(BadInput) as caught:
        act(*args, **given)  # type: ignore[operator]  # any function
    return [f"{problem.message.zh} / {problem.mend.zh}" for problem in caught.value.problems]


@pytest.fixture
def _clock(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhinan.server.clock.now", lambda: now)


@pytest.mark.urls("tests.server.demo_addresses")
@pytest.mark.usefixtures("_clock")
@pytest.mark.parametrize("now", [AUTUMN, SPRING], ids=["an afternoon in 2026", "a leap day in 2028, before dawn"])
def test_the_demo_is_lived_by_actions_and_its_record_is_sound(now: datetime, client: Client) -> None:
    assert seed(now=now) is True

    at = list(Event.objects.order_by("sequence").values_list("at", flat=True))
    stands = Counter(Application.objects.exclude(stage__in=DECIDED).values_list("call__code", "stage"))
    assert stands == STANDS
    assert (verify().faults, at == sorted(at), at[-1]) == ((), True, now)
    assert {call.code: call.status for call in Call.objects.all()} == {
        "yc-2026-1": "closed", "yc-2026-2": "published", "yc-2026-3": "draft", "xj-liangqu": "published",
    }  # fmt: skip
    assert not Message.objects.filter(delivery="waiting", made_at__lt=now.replace(hour=0, minute=0)).exists()
    assert [each.login for each in PERSONAS if not Post.objects.filter(user__username=each.login).exists()] == []
    assert [user.username for user in User.objects.all() if user.has_usable_password()] == ["qingtong-admin"]
    assert [user.email for user in User.objects.all() if not user.email.endswith("@example.org") or user.mobile] == []
    assert list(Holiday.objects.filter(is_workday=True).values_list("day", flat=True)) == [
        date(2026, *day) for day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
    ]
    known = (User.objects.count(), Event.objects.count())
    assert (seed(now=now), User.objects.count(), Event.objects.count()) == (False, *known)
    _the_bank_is_as_it_was_entered()
    _a_round_was_lived_through()
    _a_visitor_finds_something_to_review()
    _a_visitor_can_commit_a_draw(now)
    _every_page_of_every_persona_opens(client)


def _the_bank_is_as_it_was_entered() -> None:
    experts = list(Expert.objects.all())
    assert Counter(each.status for each in experts) == {"active": 58, "paused": 1, "candidate": 1}
    assert (len(experts), sum(not each.region.startswith("64") for each in experts)) == (60, 27)
    assert Counter(kind for each in experts for kind in each.kinds) == {
        "technical": 36, "industry": 9, "finance": 10, "management": 5,
    }  # fmt: skip
    assert [each.name for each in experts if each.away_until] == [AWAY]
    assert {(tie.expert.name, tie.kind) for tie in Tie.objects.filter(source="officer").select_related("expert")} == {
        (bond.name, bond.kind) for bond in BONDS
    }


def _a_round_was_lived_through() -> None:
    lived = Round.objects.get(code="yc-2026-1-r1")
    cases, seats = lived.cases.all(), Seat.objects.filter(round_case__round=lived)
    assert (lived.status, len(cases), sorted(each.place for each in cases)) == ("decided", 18, list(range(1, 19)))
    assert (seats.filter(status="taken").count(), seats.filter(status="declined").count()) == (90, 1)
    wild = Scoring.objects.filter(seat__round_case__round=lived, is_wild=True)
    assert wild.filter(seat__round_case__case__title=WILD_CASE).exists()
    assert [each for each in wild if not each.wild_reason] == []
    meeting = lived.meetings.get()
    assert (bool(meeting.minutes), len(meeting.results)) == (True, len(meeting.agenda))
    outcomes = Counter(Outcome.objects.filter(round=lived).values_list("outcome", flat=True))
    spent = sum(Outcome.objects.filter(round=lived, outcome="award").values_list("amount", flat=True))
    assert (outcomes["reserve"], outcomes.total(), spent <= lived.quotas["rules"]["budget"] + 2_000_000_00) == (3, 18, True)
    assert Outcome.objects.filter(round=lived, is_departure=True).count() == 1
    assert Counter(Objection.objects.values_list("status", flat=True)) == {"upheld": 1, "dismissed": 1}
    first, second = lived.notices.order_by("id")
    assert (first.ended_at is not None, second.ended_at, second.lines.count()) == (True, None, 1)
    assert Award.objects.filter(case__organisation__name="银川枸韵食品有限公司").exists()
    assert Award.objects.count() == first.lines.count() - 3
    overridden = [row.case.title for row in Clearance.objects.all() if any(each["check"] == "override" for each in row.checks)]
    assert overridden == ["风机主轴承微裂纹在线监测"]


def _a_visitor_finds_something_to_review() -> None:
    mine = Seat.objects.filter(round_case__round__code="yc-2026-1-r2", expert__user__username="expert")
    sheets = Scoring.objects.filter(seat__in=mine)
    assert mine.count() in (4, 5)
    assert (mine.filter(status="asked").count(), mine.filter(status="taken").count()) == (1, mine.count() - 1)
    assert (sheets.filter(handed_in_at=None).count(), sheets.exclude(handed_in_at=None).count()) == (1, 1)
    asked = Invitee.objects.get(expert__user__username="expert-asked", round__status="asking")
    assert (asked.declared_at, asked.declined_at) == (None, None)


def _a_visitor_can_commit_a_draw(now: datetime) -> None:
    with transaction.atomic():
        draw = draws.commit("yc-2026-2-r1", by=User.objects.get(username="reviews"), at=now)
        assert len(draw.instance["cases"]) == 5
        transaction.set_rollback(True)


def _every_page_of_every_persona_opens(client: Client) -> None:
    for each in PERSONAS:
        user = User.objects.get(username=each.login)
        client.force_login(user)
        places = [reverse(place.url) for place in places_of(user)]
        opened = {path: client.get(path).status_code for path in (*places, *each.pages)}
        assert opened == dict.fromkeys(opened, 200), each.login


def test_the_demo_puts_nothing_into_a_real_platform() -> None:
    person("someone")

    assert refused(seed, now=AUTUMN) == [
        "这个数据库里是一个真实的平台，不会往里放演示数据 / 给演示另一个数据库，或另一个目录：ZHINAN_HOME=演示目录"
    ]
    assert (User.objects.count(), Event.objects.count()) == (1, 0)


def test_a_seed_that_fails_half_way_leaves_nothing() -> None:
    taken = code_of(UNITS[-1])
    Organisation.objects.create(uscc=taken, name="已在", kind="enterprise", region="640104", registered_at=NOON)

    with pytest.raises(IntegrityError):
        seed(now=AUTUMN)

    assert (User.objects.count(), Event.objects.count(), Organisation.objects.count()) == (0, 0, 1)


def test_the_units_have_codes_that_check_and_names_of_their_own() -> None:
    codes = [code_of(unit) for unit in UNITS]

    assert [check_credit_code(code) for code in codes] == codes
    assert (len(set(codes)), len({unit.name for unit in UNITS})) == (len(UNITS), len(UNITS))


def test_the_holidays_are_those_announced_and_ask_to_be_checked() -> None:
    lines = HOLIDAYS.splitlines()

    assert (len(lines), len(set(lines)), [line for line in lines if "请核对" not in line]) == (39, 39, [])
    assert ("2026-02-23 春节（请核对）" in lines, "2026-10-10 （请核对）国庆节调休上班" in lines) == (True, True)


def test_a_diary_is_lived_in_the_order_of_time_and_never_ahead_of_now() -> None:
    lived: list[tuple[str, datetime]] = []
    diary = Diary(datetime(2026, 5, 1, 8, 0, tzinfo=BEIJING))
    for name, days_ago, hour in (("today", 0, 17), ("long ago", 9, 10), ("also today", 0, 9), ("yesterday", 1, 23)):
        diary.note(days_ago, hour, lambda at, name=name: lived.append((name, at)))

    diary.live()

    assert [name for name, _ in lived] == ["long ago", "yesterday", "today", "also today"]
    assert (lived[2][1], lived[3][1]) == (
        datetime(2026, 5, 1, 7, 59, tzinfo=BEIJING),
        datetime(2026, 5, 1, 7, 59, tzinfo=BEIJING),
    )


# -- its pages ------------------------------------------------------------------------------------


def demo_person(login: str = "leader") -> User:
    return setting_up.enrol(login, name="周晓枸", email=f"{login}@example.org", by=None, at=NOON)


@pytest.mark.urls("tests.server.demo_addresses")
def test_one_click_makes_a_visitor_somebody_and_another_click_somebody_else(client: Client) -> None:
    first, second = demo_person("leader"), demo_person("county")
    page = unescape(client.get("/demo/").content.decode())
    assert (page.count("<button>当"), "看发出的消息" in page, "您现在是这个人" in page) == (len(PERSONAS), True, False)

    answer = client.post("/demo/become/", {"login": "leader"})
    assert (answer.status_code, answer.headers["Location"], client.session["_auth_user_id"]) == (302, "/desk/", str(first.id))
    assert "您现在是项目负责人周晓枸（银川枸韵食品有限公司）。" in client.get("/desk/").content.decode()
    assert client.get("/demo/").content.decode().count("您现在是这个人") == 1
    client.post("/demo/become/", {"login": "county"})
    assert client.session["_auth_user_id"] == str(second.id)
    client.post("/demo/nobody/")
    assert "_auth_user_id" not in client.session


@pytest.mark.urls("tests.server.demo_addresses")
def test_only_a_persona_can_be_become_and_only_by_a_form_of_ours(client: Client) -> None:
    demo_person("leader")
    person("outsider")
    for login in ("outsider", "", "\x00", "leader\x00x", "x" * 5000):
        assert client.post("/demo/become/", {"login": login}).status_code == 404, login
    assert client.get("/demo/become/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert (strict.post("/demo/become/", {"login": "leader"}).status_code, "_auth_user_id" in strict.session) == (403, False)


@pytest.mark.urls("tests.server.demo_addresses")
def test_the_pages_of_the_demo_speak_english_too(client: Client) -> None:
    demo_person()
    page = unescape(client.get("/demo/?lang=en").content.decode())
    assert ("Who would you like to be?" in page, "Gouyun Foods, Yinchuan" in page, "您想当谁" in page) == (True, True, False)
    assert "What was sent" in client.get("/demo/outbox/?lang=en").content.decode()


@pytest.mark.urls("tests.server.demo_addresses")
def test_without_the_demo_nobody_becomes_anybody_even_if_the_pages_were_there(client: Client, settings: Settings) -> None:
    demo_person()
    settings.DEMO = False
    assert (client.post("/demo/become/", {"login": "leader"}).status_code, client.get("/demo/outbox/").status_code) == (404, 404)
    assert "_auth_user_id" not in client.session


@pytest.mark.urls("tests.server.demo_addresses")
def test_the_outbox_shows_each_message_with_its_link_and_finds_them(client: Client) -> None:
    leader = demo_person()
    tell([leader], kind="x", subject=same("已提交：<b>甲</b>"), body=same("回执编号 yc-1"), link="/cases/yc-1/", at=NOON)
    tell([demo_person("county")], kind="x", subject=same("新到办件"), body=same("乙"), link="", at=NOON)
    page = client.get("/demo/outbox/").content.decode()
    assert ("&lt;b&gt;甲" in page, 'href="/cases/yc-1/"' in page, page.count(">待发<"), "共 2 条" in page) == (
        True,
        True,
        2,
        True,
    )
    assert "共 1 条" in client.get("/demo/outbox/", {"words": "yc-1"}).content.decode()
    assert "共 1 条" in client.get("/demo/outbox/", {"to": "county"}).content.decode()
    assert "没有这样的消息" in client.get("/demo/outbox/", {"words": "没有的词"}).content.decode()


@pytest.mark.urls("tests.server.demo_addresses")
@pytest.mark.parametrize("number", [1, 3])
def test_the_outbox_asks_the_same_number_of_questions_however_much_was_sent(
    client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    leader = demo_person()
    for _ in range(number):
        tell([leader], kind="x", subject=same("题"), body=same("文"), link="/", at=NOON)
    with django_assert_num_queries(2):
        client.get("/demo/outbox/")


@pytest.mark.urls("tests.server.demo_addresses")
@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=99999999999999999999",
        "page=x",
        "words=%00",
        "to=%00",
        "words=%ed%a0%80",
        "page=1&page=2",
        "words=" + "长" * 3000,
    ],
)
def test_the_outbox_bears_any_address(client: Client, query: str) -> None:
    assert client.get(f"/demo/outbox/?{query}").status_code == 200


def test_outside_the_demo_its_addresses_do_not_exist(tmp_path: object) -> None:
    asked = (
        "import django; django.setup()\nfrom django.urls import resolve, Resolver404\n"
        "def there(path):\n    try: return bool(resolve(path))\n    except Resolver404: return False\n"
        "print([there(path) for path in ('/demo/', '/demo/become/', '/demo/nobody/', '/demo/outbox/', '/style/')])"
    )

    def answered(demo: str) -> str:
        environment = {**os.environ, "ZHINAN_DEMO": demo, "ZHINAN_HOME": str(tmp_path)}
        return subprocess.run(
            [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert (answered(""), answered("0"), answered("1")) == (str([False] * 5), str([False] * 5), str([True] * 5))


# -- setting up -----------------------------------------------------------------------------------


def test_the_first_keeper_is_made_once() -> None:
    account = Account("keeper", "顾守渡", "keeper@example.org", "一句别人猜不到的话语")
    made = setting_up.create_keeper(account, at=NOON)

    assert (made.check_password("一句别人猜不到的话语"), setting_up.has_keeper()) == (True, True)
    assert [(event.action, event.actor) for event in Event.objects.order_by("sequence")] == [("enrol", None), ("appoint", None)]
    assert refused(setting_up.create_keeper, Account("other", "另一人", "o@example.org", "一句别人猜不到的话语"), at=NOON) == [
        "平台已经有管理员：顾守渡 / 请他在“机构与人员”里任命新的管理员"
    ]


def test_a_keeper_with_a_weak_password_is_not_made() -> None:
    assert refused(setting_up.create_keeper, Account("keeper", "", "x", "123"), at=NOON)[0].startswith("“姓名”还没有填")
    assert (User.objects.count(), Event.objects.count()) == (0, 0)


def test_a_person_enrolled_cannot_sign_in_before_they_were_given_a_way_to(client: Client) -> None:
    demo_person()
    for password in ("", "!", "None"):
        client.post("/accounts/login/", {"login": "leader", "password": password})
        assert "_auth_user_id" not in client.session


def test_a_unit_taken_over_is_confirmed_and_its_officers_need_not_act() -> None:
    y = Yinchuan()
    unit = setting_up.enter_unit(code_of(UNITS[0]), name="甲", kind="enterprise", region="640104", by=y.officer, at=NOON)
    assert (unit.status, Message.objects.count()) == ("confirmed", 0)
    with pytest.raises(Refused):
        people.invite(
            by=y.leader, email="x@example.org", name="丙", role="officer", at=NOON, link="/join/{secret}/", authority=y.city
        )
