"""A unit registers, is confirmed by its place, and looks after its people."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.server.making import Yinchuan, authority, code_of, person, post, unit
from zhinan.server.models import Event, Invitation, Message, Organisation, Post, RegisterFact, Role, User

pytestmark = pytest.mark.django_db

GOOD = {
    "uscc": code_of(900), "name": "新单位", "kind": "enterprise", "region": "银川市兴庆区", "login": "new.admin", "person": "新管理员",
    "email": "new@example.org", "password": "枸杞红了又一年 2026",
}  # fmt: skip


def actions() -> list[str]:
    return list(Event.objects.order_by("sequence").values_list("action", flat=True))


def test_a_unit_registers_and_its_administrator_is_signed_in(client: Client) -> None:
    y = Yinchuan()
    before = client.session.session_key
    answer = client.post("/register/", GOOD)
    assert (answer.status_code, answer["Location"]) == (302, "/organisation/")
    made = Organisation.objects.get(uscc=code_of(900))
    assert (made.name, made.kind, made.region, made.status, made.park) == ("新单位", "enterprise", "640104", "registered", None)
    held = Post.objects.get(organisation=made)
    assert (held.user.username, held.role, held.user.check_password(GOOD["password"])) == ("new.admin", "unit-admin", True)
    assert actions()[-1] == "register-unit"
    assert client.session.session_key not in (None, before)
    page = client.get("/organisation/").content.decode()
    assert "新单位" in page
    assert "待确认" in page
    told = Message.objects.get(kind="unit-registered")
    assert (told.to, told.link) == (y.recommender, f"/units/{made.uscc}/")


def test_everything_wrong_is_told_at_once_beside_its_field(client: Client) -> None:
    sent = {
        "uscc": code_of(900)[:-1] + "?",
        "name": "",
        "kind": "castle",
        "region": "银州市",
        "login": "a@b",
        "person": "",
        "email": "nobody",
        "password": "123",
    }
    answer = client.post("/register/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    for name in sent:
        assert f'href="#field-{name}"' in page
    assert {name for name in sent if f'id="field-{name}-error"' in page} == set(sent)
    assert 'value="银州市"' in page
    assert "123" not in page.split('id="field-password"')[1][:200]
    assert Organisation.objects.count() == User.objects.count() == Event.objects.count() == 0


def test_a_unit_registers_once(client: Client) -> None:
    unit(900)
    page = client.post("/register/", GOOD).content.decode()
    assert "这个单位已经注册" in page
    assert User.objects.count() == 0


def test_a_code_is_checked_while_it_is_typed(client: Client) -> None:
    unit(900)
    assert json.loads(client.get("/register/code/", {"uscc": code_of(901)}).content) == {"code": code_of(901), "problems": []}
    taken = json.loads(client.get("/register/code/", {"uscc": f" {code_of(900).lower()}"}).content)
    assert taken == {
        "code": code_of(900),
        "problems": [{"code": "unit-registered", "message": "这个单位已经注册", "mend": "请本单位管理员为您开户"}],
    }
    assert [each["code"] for each in json.loads(client.get("/register/code/", {"uscc": "1"}).content)["problems"]] == [
        "credit-code-length"
    ]


def test_a_unit_in_a_park_is_told_to_the_park(client: Client) -> None:
    y = Yinchuan()
    park = authority("ych-park", "park", "640104", y.city)
    officer = person("parker")
    post(officer, Role.OFFICER, authority=park)
    client.post("/register/", {**GOOD, "park": "ych-park"})
    assert Organisation.objects.get(uscc=code_of(900)).park == park
    assert Message.objects.get(kind="unit-registered").to == officer
    client.force_login(officer)
    assert "新单位" in client.get("/units/").content.decode()


def test_an_officer_of_the_place_confirms_and_the_unit_is_told(client: Client) -> None:
    y = Yinchuan()
    waiting = unit(5, status="registered")
    admin = person("admin5")
    post(admin, Role.UNIT_ADMIN, organisation=waiting)
    client.force_login(y.recommender)
    answer = client.post(f"/units/{waiting.uscc}/", {"decision": "confirm"})
    assert (answer.status_code, answer["Location"]) == (302, "/units/")
    waiting.refresh_from_db()
    assert waiting.status == "confirmed"
    assert Message.objects.get(kind="unit-confirmed").to == admin
    assert actions()[-1] == "confirm-unit"


def test_a_refusal_needs_its_reason_and_keeps_what_was_typed(client: Client) -> None:
    y = Yinchuan()
    waiting = unit(5, status="registered")
    client.force_login(y.recommender)
    answer = client.post(f"/units/{waiting.uscc}/", {"decision": "refuse", "note": " "})
    assert answer.status_code == 422
    assert "“理由”还没有填" in answer.content.decode()
    client.post(f"/units/{waiting.uscc}/", {"decision": "refuse", "note": "名称与证照不符"})
    waiting.refresh_from_db()
    assert (waiting.status, waiting.note) == ("refused", "名称与证照不符")


def test_nobody_confirms_the_unit_they_belong_to(client: Client) -> None:
    y = Yinchuan()
    waiting = unit(5, status="registered")
    post(y.recommender, Role.MEMBER, organisation=waiting)
    client.force_login(y.recommender)
    answer = client.post(f"/units/{waiting.uscc}/", {"decision": "confirm"})
    assert answer.status_code == 422
    assert "本人所在单位须由他人确认" in answer.content.decode()


@pytest.mark.parametrize("who", ["leader", "elsewhere", "sector"])
def test_for_others_a_registration_is_not_there(client: Client, who: str) -> None:
    y = Yinchuan()
    waiting = unit(5, status="registered")
    people = {"leader": y.leader, "elsewhere": person("elsewhere"), "sector": person("sector")}
    post(people["elsewhere"], Role.OFFICER, authority=authority("lingwu", "county", "640181", y.city))
    post(people["sector"], Role.OFFICER, authority=authority("bureau", "sector", "640100", y.city))
    client.force_login(people[who])
    seen, missing = client.get(f"/units/{waiting.uscc}/"), client.get(f"/units/{code_of(77)}/")
    assert (
        seen.status_code
        == missing.status_code
        == client.post(f"/units/{waiting.uscc}/", {"decision": "confirm"}).status_code
        == 404
    )
    assert bodies(seen) == bodies(missing)


def bodies(answer: object) -> str:
    """A page without what changes from request to request, and without its own address."""
    import re

    page = answer.content.decode()  # type: ignore[attr-defined]  # the client's response
    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", page)


def test_the_list_is_narrowed_sorted_and_exported(client: Client) -> None:
    y = Yinchuan()
    unit(5, status="registered", name="枸杞酒业")
    unit(6, name="沙漠光伏", kind="university")
    unit(7, region="640302", name="别处单位")
    client.force_login(y.recommender)
    assert "枸杞酒业" in client.get("/units/?status=registered").content.decode()
    assert "沙漠光伏" not in client.get("/units/?status=registered").content.decode()
    assert "别处单位" not in client.get("/units/").content.decode()
    assert "枸杞酒业" not in client.get("/units/?words=光伏").content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/units/units.xlsx?sort=name").content)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == sorted(["枸杞酒业", "沙漠光伏", y.unit.name])


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_database_the_same_however_long_it_is(
    client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    y = Yinchuan()
    for each in range(number):
        unit(20 + each)
    client.force_login(y.recommender)
    with django_assert_num_queries(8):
        client.get("/units/")


def test_the_unit_shows_what_is_on_record_in_both_languages(client: Client) -> None:
    y = Yinchuan()
    y.facts()
    RegisterFact.objects.create(
        organisation=y.unit, key="applicant.staff", value="not a number", source="register", observed_on=date(2026, 1, 1)
    )
    client.force_login(y.leader)
    zh, en = client.get("/organisation/").content.decode(), client.get("/organisation/?lang=en").content.decode()
    for said in ("科技型中小企业", "工业", "登记信息", "2026-01-01", "not a number", "银川市"):
        assert said in zh
    for said in ("industry", "a register", "confirmed", "enterprise"):
        assert said in en
    assert "邀请人员" not in zh


def test_an_administrator_invites_and_takes_back(client: Client) -> None:
    y = Yinchuan()
    client.force_login(y.admin)
    sent = {"unit": y.unit.uscc, "invitee": "新人", "email": "new@example.org", "role": "member"}
    assert client.post("/organisation/invite/", sent).status_code == 302
    row = Invitation.objects.get()
    assert (row.name, row.role, row.organisation, row.invited_by) == ("新人", "member", y.unit, y.admin)
    assert Message.objects.get(kind="invitation").link.startswith("/join/")
    assert "new@example.org" in client.get("/organisation/").content.decode()
    assert client.post(f"/organisation/invitations/{row.id}/withdraw/").status_code == 302
    assert "new@example.org" not in client.get("/organisation/").content.decode()
    assert actions()[-2:] == ["invite", "withdraw-invitation"]


def test_a_bad_invitation_is_shown_again(client: Client) -> None:
    y = Yinchuan()
    client.force_login(y.admin)
    answer = client.post("/organisation/invite/", {"unit": y.unit.uscc, "invitee": "新人", "email": "x", "role": "keeper"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert {name for name in ("invitee", "email", "role") if f'id="field-{name}-error"' in page} == {"email", "role"}
    assert 'value="新人"' in page
    assert Invitation.objects.count() == 0


def test_a_member_does_not_appoint(client: Client) -> None:
    y = Yinchuan()
    client.force_login(y.leader)
    answer = client.post(
        "/organisation/invite/", {"unit": y.unit.uscc, "invitee": "x", "email": "x@example.org", "role": "member"}
    )
    assert answer.status_code == 403
    assert "您不能在这里任命人员" in answer.content.decode()
    held = Post.objects.get(user=y.admin)
    assert client.post(f"/organisation/posts/{held.id}/end/", {"unit": y.unit.uscc}).status_code == 404


def test_a_post_ends_but_not_the_last_administrator_s(client: Client) -> None:
    y = Yinchuan()
    client.force_login(y.admin)
    last = client.post(f"/organisation/posts/{Post.objects.get(user=y.admin).id}/end/", {"unit": y.unit.uscc})
    assert last.status_code == 403
    assert "单位至少要有一位管理员" in last.content.decode()
    assert client.post(f"/organisation/posts/{Post.objects.get(user=y.leader).id}/end/", {"unit": y.unit.uscc}).status_code == 302
    client.force_login(y.leader)
    assert client.get("/organisation/").status_code == 404


def test_an_administrator_of_another_unit_acts_nowhere_else(client: Client) -> None:
    y = Yinchuan()
    other, stranger = unit(2), person("stranger")
    post(stranger, Role.UNIT_ADMIN, organisation=other)
    client.force_login(stranger)
    sent = {"unit": y.unit.uscc, "invitee": "x", "email": "x@example.org", "role": "member"}
    assert client.post("/organisation/invite/", sent).status_code == 404
    assert client.post(f"/organisation/posts/{Post.objects.get(user=y.leader).id}/end/", {"unit": other.uscc}).status_code == 404
    assert client.get(f"/organisation/?unit={y.unit.uscc}").status_code == 404


HOSTILE = [
    "\x00",
    "𠮷😀\u202e",
    "=1+1",
    "x" * 3000,
    "9" * 500,
    "<script>alert(1)</script>",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "{secret}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_in_any_field_gives_a_page(client: Client, text: str) -> None:
    y = Yinchuan()
    assert client.post("/register/", dict.fromkeys(GOOD, text)).status_code == 422
    assert client.get("/register/code/", {"uscc": text}).status_code == 200
    client.force_login(y.recommender)
    query = dict.fromkeys(("words", "status", "kind", "sort", "page"), text)
    answer = client.get("/units/", query)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert client.post(f"/units/{y.unit.uscc}/", {"decision": text, "note": text}).status_code == 302
    client.force_login(y.admin)
    assert client.get("/organisation/", {"unit": text}).status_code == (200 if text == "\x00" else 404)
    assert (
        client.post("/organisation/invite/", {"unit": y.unit.uscc, "invitee": text, "email": text, "role": text}).status_code
        == 422
    )
    assert client.post(f"/organisation/posts/{10**30}/end/", {"unit": y.unit.uscc}).status_code == 404
