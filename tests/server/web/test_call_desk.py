"""The officer's pages of calls: from choosing a guide to the last step, by POST alone, in both languages."""

from __future__ import annotations

import html
import re

import pytest

from tests.server.making import NOON, Yinchuan, authority, person, post
from zhinan.server.actions import calls as acts
from zhinan.server.actions.account_fields import BLANK
from zhinan.server.models import Application, Call, Event, Role, StageLimit
from zhinan.server.queries.chain import verify
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db
WINDOW = {"opens_at": "", "closes_at": "2099-04-01T17:00"}
FIGURES = {
    "figure-results-transfer-pilot.growth_years": "2年", "figure-results-transfer-pilot.lowest_credit_grade": "A级",
    "figure-results-transfer-pilot.result_age_day": "2025-12-31",
}  # fmt: skip
HOSTILE = [
    "\x00",
    "\u202e𠮷😀",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "9" * 5000,
    "%s %d",
    "../../etc",
    "0001-01-01T00:00",
    "９９９",
    "-1",
    "1e9",
    "{x}",
]


@pytest.fixture(autouse=True)
def cheap_passwords(settings) -> None:
    """Nobody signs in here: a slow hash guards nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(client) -> Yinchuan:
    made = Yinchuan()
    client.force_login(made.officer)
    return made


@pytest.fixture
def draft(world) -> Call:
    return make(world)


def make(world: Yinchuan, code: str = "yc-more", schemes=("results-transfer-pilot",)) -> Call:
    return acts.create(
        by=world.officer,
        authority=world.city,
        code=code,
        pack="yinchuan-2026",
        schemes=schemes,
        title=Text("又一批", "One more"),
        at=NOON,
    )


@pytest.fixture
def published(world, client) -> Call:
    make(world, "yc-more")
    client.post("/desk/calls/yc-more/", {**WINDOW, **FIGURES})
    client.post("/desk/calls/yc-more/publish/")
    return Call.objects.get(code="yc-more", status="published")


def text_of(answer) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_an_officer_makes_a_call_settles_it_and_publishes_it(client, world):
    assert "银川市2026年度科技计划项目申报指南" in text_of(client.get("/desk/calls/new/"))
    form = client.get("/desk/calls/new/?pack=yinchuan-2026").content.decode()
    assert 'value="yinchuan-2026"' in form
    assert form.count('name="schemes"') == 10
    made = client.post(
        "/desk/calls/new/",
        {
            "pack": "yinchuan-2026",
            "code": "yc-more",
            "title_zh": "又一批",
            "title_en": "One more",
            "schemes": ["results-transfer-pilot"],
        },
    )
    assert (made.status_code, made.url) == (302, "/desk/calls/yc-more/")
    page = client.get("/desk/calls/yc-more/")
    assert "发布前还要设定 4 项" in text_of(page)
    assert 'href="#field-figure-results-transfer-pilot.growth_years"' in page.content.decode()
    saved = client.post("/desk/calls/yc-more/", {
        **WINDOW, **FIGURES, "reading-AMB-01": "city", "reading-AMB-02": "both", "budget": "3000万元", "due-recommendation": "2099-04-20T12:00", "due-intake": "",
        "notice_zh": "请按时申报。\r\n第二行", "notice_en": "In time, please.",
    })  # fmt: skip
    assert saved.status_code == 302
    assert "全部设定完毕，可以发布" in text_of(client.get("/desk/calls/yc-more/"))
    confirm = client.get("/desk/calls/yc-more/publish/")
    assert "/desk/calls/yc-more/preview/" in confirm.content.decode()
    assert client.post("/desk/calls/yc-more/publish/").url == "/desk/calls/yc-more/"
    call = Call.objects.get(code="yc-more")
    assert (call.status, call.closes_at.isoformat(), call.budget, call.readings, call.notice_zh) == (
        "published", "2099-04-01T09:00:00+00:00", 3_000_000_000, {"AMB-01": "city"}, "请按时申报。\n第二行",
    )  # fmt: skip
    assert StageLimit.objects.get(call=call, stage="recommendation").due_at.isoformat() == "2099-04-20T04:00:00+00:00"
    assert verify().faults == ()


@pytest.mark.parametrize(("lang", "said"), [("zh", "填 17:00 指 17:00:00 整"), ("en", "17:00 means 17:00:00")])
def test_the_page_says_what_a_closing_time_means_and_whose_clock_it_is(client, draft, lang, said):
    page = text_of(client.get(f"/desk/calls/yc-more/?lang={lang}"))
    assert said in page
    assert {"zh": "均为北京时间", "en": "All in Beijing time"}[lang] in page


def test_a_time_comes_back_as_it_was_typed_and_an_amount_can_be_read_again(client, draft):
    for lang in ("zh", "en"):
        client.post("/desk/calls/yc-more/", {"closes_at": "2099-04-01T17:00", "budget": "1234.56万元"})
        page = client.get(f"/desk/calls/yc-more/?lang={lang}").content.decode()
        assert 'value="2099-04-01T17:00"' in page
        shown = re.search(r'name="budget"[^>]*value="([^"]*)"', page)
        assert shown is not None
        client.post("/desk/calls/yc-more/", {"closes_at": "2099-04-01T17:00", "budget": html.unescape(shown[1])})
        assert Call.objects.get(code="yc-more").budget == 1_234_560_000


def test_what_cannot_be_read_is_refused_beside_its_field_and_nothing_typed_is_lost(client, draft):
    answer = client.post("/desk/calls/yc-more/", {
        "closes_at": "2099-13-01T17:00", "figure-results-transfer-pilot.growth_years": "很久", "budget": "很多", "reading-AMB-01": "neither",
        "due-intake": "明天", "notice_zh": "写了很久的通知",
    })  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    for name, value in (("budget", "很多"), ("figure-results-transfer-pilot.growth_years", "很久")):
        assert f'id="field-{name}-error"' in page
        assert f'value="{value}"' in page
    assert all(f'id="field-{name}-error"' in page for name in ("closes_at", "due-intake", "reading-AMB-01"))
    assert all(f'href="#field-{name}"' in page for name in ("closes_at", "budget", "reading-AMB-01"))
    assert "写了很久的通知" in page
    assert Call.objects.values_list("notice_zh", "parameters").get(code="yc-more") == ("", {})


@pytest.mark.parametrize("money", ["-5元", "0.001元", "99999999999亿元", "12人", "abc", "1" * 70])
def test_a_budget_is_an_amount_to_the_fen(client, draft, money):
    assert client.post("/desk/calls/yc-more/", {"budget": money}).status_code == 422
    assert Call.objects.get(code="yc-more").budget is None


def test_publishing_what_is_not_settled_lists_everything_again(client, draft):
    for answer in (client.get("/desk/calls/yc-more/publish/"), client.post("/desk/calls/yc-more/publish/")):
        assert "还不能发布：先设定下面 4 项" in text_of(answer)
        assert 'href="/desk/calls/yc-more/#field-closes_at"' in answer.content.decode()
    assert answer.status_code == 422
    assert Call.objects.get(code="yc-more").status == "draft"


def test_a_new_call_that_is_refused_keeps_what_was_typed(client, world):
    typed = {"pack": "yinchuan-2026", "code": "yc-2026", "title_zh": "我的批次", "title_en": "", "schemes": []}
    answer = client.post("/desk/calls/new/", typed)
    assert answer.status_code == 422
    page = text_of(answer)
    assert all(said in page for said in ("批次编号 yc-2026 已经有了", "中英文名称都要写", "至少选一个事项"))
    assert 'value="我的批次"' in answer.content.decode()
    assert answer.content.decode().count(" checked") == 0


def test_an_officer_of_two_authorities_says_in_whose_name(client, world):
    post(world.officer, Role.OFFICER, authority=world.county)
    assert 'href="?authority=xingqing"' in client.get("/desk/calls/new/").content.decode()
    assert "科技型中小企业" in text_of(client.get("/desk/calls/new/?authority=xingqing&pack=national-tech-sme-2017"))
    client.post(
        "/desk/calls/new/",
        {
            "pack": "yinchuan-2026",
            "authority": "xingqing",
            "code": "xq",
            "title_zh": "区",
            "title_en": "x",
            "schemes": ["soft-science"],
        },
    )
    assert Call.objects.get(code="xq").authority == world.county


def test_quotas_are_set_for_every_body_or_one(client, draft, world):
    for body, quota in (("", "20"), ("xingqing", "5")):
        answer = client.post("/desk/calls/yc-more/quota/", {"stage": "recommendation", "body": body, "quota": quota})
        assert (answer.status_code, answer.url) == (302, "/desk/calls/yc-more/#quotas")
    page = text_of(client.get("/desk/calls/yc-more/"))
    assert "推荐 每个单位 20 推荐 xingqing 5" in page
    refused = client.post("/desk/calls/yc-more/quota/", {"stage": "recommendation", "body": "", "quota": "很多"})
    assert (refused.status_code, "名额“很多”不是0到9999的整数" in text_of(refused)) == (422, True)
    assert (
        client.post("/desk/calls/yc-more/quota/", {"stage": "recommendation", "body": "nobody", "quota": "1"}).status_code == 404
    )
    assert client.post("/desk/calls/yc-more/quota/", {"stage": "nowhere", "quota": "1"}).status_code == 422


def test_a_revision_is_shown_before_it_is_made(client, world, published):
    typed = {
        "edition": "1",
        "reason": "更正年数",
        "figure-results-transfer-pilot.growth_years": "3年",
        "reading-AMB-01": "stricter",
        "notice_zh": "",
        "notice_en": "",
    }
    assert "现在是第 1 版" in text_of(client.get("/desk/calls/yc-more/revise/"))
    first = client.post("/desk/calls/yc-more/revise/", typed)
    page = text_of(first)
    assert first.status_code == 200
    assert "研发投入须连续未下降的年数 原 2年 现 3年" in page
    assert "还没有修订。确认后表单变为第 2 版" in page
    assert Call.objects.get(code="yc-more").edition == 1
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', first.content.decode()))
    assert {name: hidden[name] for name in typed} == typed
    assert client.post("/desk/calls/yc-more/revise/", hidden).url == "/desk/calls/yc-more/"
    call = Call.objects.get(code="yc-more")
    assert (call.edition, call.parameters["results-transfer-pilot.growth_years"], call.readings) == (2, "3年", {})
    again = client.post("/desk/calls/yc-more/revise/", {**hidden, "figure-results-transfer-pilot.growth_years": "4年"})
    assert (again.status_code, "这个批次刚有人修订过" in text_of(again)) == (422, True)
    assert 'value="4年"' in again.content.decode()
    assert verify().faults == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": ""}, BLANK.at(label=Text("原因", "Reason")).message.zh),
        ({"reason": "x"}, "没有改动任何内容，不需要修订"),
        ({"reason": "x", "figure-results-transfer-pilot.growth_years": "很久"}, "很久"),
        ({"reason": "x", "figure-results-transfer-pilot.growth_years": "", "confirm": "yes"}, "还没有设定"),
    ],
)
def test_a_revision_without_reason_or_change_is_refused(client, published, typed, said):
    answer = client.post("/desk/calls/yc-more/revise/", typed)
    assert (answer.status_code, said in text_of(answer)) == (422, True)
    assert Call.objects.get(code="yc-more").edition == 1


def test_a_call_is_extended_with_a_reason(client, published):
    assert client.get("/desk/calls/yc-more/extend/").status_code == 200
    for typed, said in [
        ({"closes_at": "", "reason": "停电"}, "新的截止时间"), ({"closes_at": "2099-04-01T17:00", "reason": "停电"}, "延期只能往后"),
        ({"closes_at": "2099-05-01T17:00", "reason": " "}, "原因"), ({"closes_at": "x", "reason": "停电"}, "读不懂时间“x”"),
    ]:  # fmt: skip
        answer = client.post("/desk/calls/yc-more/extend/", typed)
        assert (answer.status_code, said in text_of(answer)) == (422, True)
    assert client.post("/desk/calls/yc-more/extend/", {"closes_at": "2099-05-01T17:00", "reason": "停电"}).status_code == 302
    assert Call.objects.get(code="yc-more").closes_at.isoformat() == "2099-05-01T09:00:00+00:00"
    page = text_of(client.get("/desk/calls/yc-more/"))
    assert "延期 " in page
    assert "截止 原 2099-04-01 17:00 现 2099-05-01 17:00" in page


@pytest.mark.parametrize(("step", "status"), [("close", "closed"), ("cancel", "cancelled")])
def test_a_call_is_closed_or_cancelled_with_a_reason(client, published, step, status):
    assert client.post(f"/desk/calls/yc-more/{step}/", {"reason": " "}).status_code == 422
    assert client.post(f"/desk/calls/yc-more/{step}/", {"reason": "原因"}).status_code == 302
    assert Call.objects.get(code="yc-more").status == status
    assert client.get(f"/desk/calls/yc-more/{step}/").url == "/desk/calls/yc-more/"
    assert client.post(f"/desk/calls/yc-more/{step}/", {"reason": "原因"}).status_code == 422
    assert "批次已经结束" in text_of(client.get("/desk/calls/yc-more/"))


def test_a_call_with_something_handed_in_cannot_be_cancelled(client, world):
    case = world.draft()
    Application.objects.filter(id=case.id).update(submitted_at=NOON)
    answer = client.post("/desk/calls/yc-2026/cancel/", {"reason": "x"})
    assert (answer.status_code, "已有单位提交，只能截止" in text_of(answer)) == (422, True)


@pytest.mark.parametrize("page", ["", "publish/", "revise/", "extend/", "close/", "cancel/", "preview/"])
def test_a_call_of_another_authority_is_not_there(client, world, page):
    other = authority("lanzhou", "city", "620100")
    officer = person("lanzhou")
    post(officer, Role.OFFICER, authority=other)
    client.force_login(officer)
    theirs, nothing = (client.get(f"/desk/calls/{code}/{page}") for code in ("yc-2026", "no-such"))
    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert text_of(theirs) == text_of(nothing)
    if page != "preview/":
        assert client.post(f"/desk/calls/yc-2026/{page}", {"reason": "x", "closes_at": "2099-05-01T17:00"}).status_code == 404
    assert Event.objects.filter(actor=officer).count() == 0


@pytest.mark.parametrize("address", ["/desk/calls/", "/desk/calls/new/", "/desk/calls/yc-2026/", "/desk/calls/yc-2026/quota/"])
def test_whoever_is_no_officer_finds_nothing_and_whoever_is_nobody_signs_in(client, world, address):
    send = client.post if address.endswith("quota/") else client.get
    client.force_login(world.leader)
    assert send(address).status_code == 404
    client.logout()
    assert send(address).status_code == 302


def test_the_list_takes_the_same_queries_for_one_call_and_for_three(client, world, django_assert_num_queries):
    client.get("/desk/calls/")
    with django_assert_num_queries(COUNTED):
        one = client.get("/desk/calls/")
    make(world, "yc-a")
    make(world, "yc-b")
    with django_assert_num_queries(COUNTED):
        three = client.get("/desk/calls/")
    assert [answer.content.decode().count('<th scope="row">') for answer in (one, three)] == [1, 3]


#: The session, the person, the posts for the page and the frame, the unread messages, the calls, the posts once more for the calls.
COUNTED = 7


def test_the_list_tells_drafts_and_what_was_handed_in(client, world):
    world.draft()
    assert "已过截止时间 1 0 2026-04-01 12:00" in text_of(client.get("/desk/calls/"))
    assert "past its closing time 1 0" in text_of(client.get("/desk/calls/?lang=en"))


@pytest.mark.parametrize("bad", HOSTILE)
def test_nothing_a_browser_sends_breaks_a_page(client, draft, bad):
    names = [
        "pack",
        "authority",
        "code",
        "title_zh",
        "title_en",
        "schemes",
        "stage",
        "body",
        "quota",
        "reason",
        "closes_at",
        "opens_at",
        "budget",
        "edition",
        "confirm",
        "notice_zh",
        "notice_en",
        "due-intake",
        "reading-AMB-01",
        *FIGURES,
    ]
    sent = dict.fromkeys(names, bad)
    for address in (
        "new/",
        "yc-more/",
        "yc-more/quota/",
        "yc-2026/revise/",
        "yc-2026/extend/",
        "yc-2026/close/",
        "yc-more/publish/",
        "yc-2026/cancel/",
    ):
        for typed in (sent, {**sent, "pack": "yinchuan-2026", "schemes": ["soft-science"]}, {}):
            answer = client.post(f"/desk/calls/{address}", typed)
            assert answer.status_code < 500
            assert "<script>alert" not in answer.content.decode()
        assert client.get(f"/desk/calls/{address}", sent).status_code < 500
    for address in ("", "new/", "yc-more/", "yc-2026/"):
        page = client.get(f"/desk/calls/{address}").content.decode()
        assert "<script>alert" not in page
    assert verify().faults == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_has_one_heading_and_every_box_a_label(client, world, published, lang):
    make(world, "yc-draft", schemes=("results-transfer-pilot", "regional-collaboration"))
    for address in (
        "",
        "new/",
        "new/?pack=yinchuan-2026",
        "yc-draft/",
        "yc-more/",
        "yc-draft/publish/",
        "yc-more/revise/",
        "yc-more/extend/",
        "yc-draft/preview/",
    ):
        page = client.get(
            f"/desk/calls/{address}", headers={"cookie": f"lang={lang}; sessionid={client.cookies['sessionid'].value}"}
        ).content.decode()
        assert page.count("<h1") == 1, address
        boxes = re.findall(r'<(?:input|select|textarea)(?![^>]*type="(?:hidden|radio|checkbox)")[^>]* id="([^"]+)"', page)
        assert [box for box in boxes if f'for="{box}"' not in page] == [], address
        if lang == "en":
            main = page[page.index("<main") : page.index("</main>")]
            words = re.sub(r"<[^>]+>", " ", main)
            assert "设定" not in words, address
