"""The pages of the bank, as an officer and an expert use them: list, one expert, import, the expert's own desk."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.server.banking import TYPED, book, expert, identity
from tests.server.making import NOON, Yinchuan, authority, person, post
from tests.server.web.browsing import sent
from zhinan.server import clock
from zhinan.server.actions import experts, people
from zhinan.server.models import BankImport, Event, Expert, Role, Tie, User
from zhinan.server.queries.chain import verify

pytestmark = pytest.mark.django_db
ROW = {"name": "赵一", "unit_name": "沙湖大学", "region": "银川市", "kinds": "技术"}


@pytest.fixture
def y(client) -> Yinchuan:
    made = Yinchuan()
    client.force_login(made.officer)
    return made


def as_(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def account_of(y: Yinchuan, made: Expert, login: str = "zhang") -> User:
    experts.change(made.code, {"email": "zhang@example.org"}, by=y.officer, at=clock.now())
    secret = experts.invite(made.code, by=y.officer, at=clock.now(), link="/join/{secret}/")
    return people.accept_as(secret, person(login), at=clock.now())


# -- the list ----------------------------------------------------------------------------------------


def test_the_list_shows_filters_and_exports(y: Yinchuan, client: Client, django_assert_max_num_queries) -> None:
    for number in range(30):
        expert(
            y.officer,
            name=f"专家{number:02d}",
            keywords="=1+1" if number == 3 else "膜",
            kinds="finance" if number == 7 else "technical",
        )
    with django_assert_max_num_queries(25):
        page = client.get("/experts/").content.decode()
    assert ("专家00" in page, "专家29" in page, "共 30 条" in page) == (True, False, True)
    assert "专家29" in client.get("/experts/?page=2").content.decode()
    assert "专家29" in client.get("/experts/?sort=-name").content.decode()
    one = client.get("/experts/?kind=finance").content.decode()
    assert ("专家07" in one, "专家08" in one) == (True, False)
    assert "没有符合条件的专家" in client.get("/experts/?words=无此人%00&sort=rubbish&page=zz&discipline='").content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/experts/export.xlsx?words=专家03").content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert "身份证号" not in rows[0]
    cell = sheet.cell(2, rows[0].index("关键词") + 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_an_empty_bank_says_what_to_do(y: Yinchuan, client: Client) -> None:
    assert "专家库还是空的" in client.get("/experts/").content.decode()


def test_an_export_can_be_changed_and_imported(y: Yinchuan, client: Client) -> None:
    made = expert(y.officer, identity=identity(1), title="讲师", directions="D-YC09", disciplines="46040", away_from="2026-07-01")
    exported = openpyxl.load_workbook(io.BytesIO(client.get("/experts/export.xlsx").content))
    sheet = exported.active
    assert sheet is not None
    header = [cell.value for cell in sheet[1]]
    sheet.cell(2, header.index("职称") + 1).value = "教授"
    file = io.BytesIO()
    exported.save(file)
    upload(client, file.getvalue())
    page = client.get("/experts/import/").content.decode()
    assert "讲师" in page
    assert "状态、现有席位、可登录" in page
    confirm(client, page)
    made.refresh_from_db()
    assert (made.title, made.directions, Expert.objects.count()) == ("教授", ["D-YC09"], 1)
    assert verify().faults == ()


# -- one expert --------------------------------------------------------------------------------------


def test_an_expert_is_entered_confirmed_and_changed(y: Yinchuan, client: Client) -> None:
    refused = client.post("/experts/new/", {**TYPED, "region": "火星", "directions": ["D-YC09", "D-YC10"]})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'href="#field-region"' in page
    assert page.count(" checked") == 3, "what was ticked is ticked still"
    answer = client.post("/experts/new/", {**TYPED, "directions": ["D-YC09", "D-YC10"], "identity": identity(5)})
    made = Expert.objects.get()
    assert answer["Location"] == f"/experts/{made.code}/"
    assert made.directions == ["D-YC09", "D-YC10"]
    page = client.get(f"/experts/{made.code}/").content.decode()
    assert identity(5) not in page
    assert made.identity not in page
    client.post(f"/experts/{made.code}/status/", {"status": "active"})
    unreasoned = client.post(f"/experts/{made.code}/status/", {"status": "paused", "reason": " "})
    assert unreasoned.status_code == 422
    form = client.get(f"/experts/{made.code}/edit/").content.decode()
    typed = sent(form[form.index("<main") :])
    assert typed["identity"] == ""
    typed["title"] = "教授"
    client.post(f"/experts/{made.code}/edit/", dict(typed.lists()))
    made.refresh_from_db()
    assert (made.status, made.title, made.kinds, made.directions, len(made.identity)) == (
        "active", "教授", ["technical"], ["D-YC09", "D-YC10"], 64,
    )  # fmt: skip
    before = Event.objects.count()
    form = client.get(f"/experts/{made.code}/edit/").content.decode()
    client.post(f"/experts/{made.code}/edit/", dict(sent(form[form.index("<main") :]).lists()))
    assert Event.objects.count() == before, "a form sent as it stands changes nothing"


def test_ties_and_conduct_are_noted_on_the_page(y: Yinchuan, client: Client) -> None:
    made = expert(y.officer)
    address = f"/experts/{made.code}"
    bad = client.post(f"{address}/ties/", {"kind": "kin", "person": "", "note": "写过的说明"})
    assert bad.status_code == 422
    assert "写过的说明" in bad.content.decode()
    client.post(f"{address}/ties/", {"kind": "kin", "person": "王小二"})
    client.post(f"{address}/ties/", {"kind": "kin", "person": "王小二"})
    tie = Tie.objects.get()
    assert client.post(f"{address}/conduct/", {"conduct": "late", "remark": ""}).status_code == 422
    client.post(f"{address}/conduct/", {"conduct": "late", "remark": "三次催办"})
    page = client.get(f"{address}/").content.decode()
    assert ("王小二" in page, "三次催办" in page) == (True, True)
    client.post(f"{address}/ties/{tie.id}/withdraw/")
    assert client.post(f"{address}/ties/{tie.id}/withdraw/").status_code == 404
    assert client.post(f"{address}/invite/").status_code == 422, "there is no address to invite them at"


def test_an_auditor_reads_and_is_offered_nothing(y: Yinchuan) -> None:
    made = expert(y.officer)
    auditor = person("auditor")
    post(auditor, Role.AUDITOR, authority=y.city)
    browser = as_(auditor)
    page = browser.get(f"/experts/{made.code}/").content.decode()
    main = page[page.index("<main") : page.index("<footer")]
    assert "<form" not in main
    assert "<form" not in browser.get("/experts/").content.decode().split("<main")[1].replace('<form class="filters', "")
    assert browser.get(f"/experts/{made.code}/edit/").status_code == 404
    assert browser.get("/experts/import/").status_code == 404


def test_whoever_keeps_no_bank_sees_none(y: Yinchuan) -> None:
    made = expert(y.officer)
    for who in (y.leader, y.admin, y.recommender):
        assert as_(who).get(f"/experts/{made.code}/").status_code == 404
    assert as_(y.leader).get("/experts/").status_code == 404
    assert made.name not in as_(y.recommender).get("/experts/").content.decode()


def test_two_banks_are_kept_apart(y: Yinchuan, client: Client) -> None:
    other = authority("wuzhong", "city", "640300", y.region)
    post(y.officer, Role.OFFICER, authority=other)
    assert client.post("/experts/new/", {**TYPED, "bank": "wuzhong"}).status_code == 302
    expert(y.officer)
    assert sorted(Expert.objects.values_list("bank__code", "name")) == [("wuzhong", "张枸杞"), ("yinchuan", "张枸杞")]
    page = client.get("/experts/?bank=wuzhong").content.decode()
    assert "共 1 条" in page
    upload(client, book(ROW), bank="wuzhong")
    assert BankImport.objects.get().bank == other
    assert "上传并预览" in client.get("/experts/import/?bank=yinchuan").content.decode()


# -- importing ---------------------------------------------------------------------------------------


def upload(client: Client, content: bytes, *, name: str = "专家.xlsx", bank: str = "yinchuan"):
    return client.post("/experts/import/", {"bank": bank, "file": SimpleUploadedFile(name, content)})


def confirm(client: Client, page: str, **changed: str):
    form = page[page.index('action="/experts/import/confirm/"') :]
    typed = sent(form[: form.index("</form>")])
    return client.post("/experts/import/confirm/", {**typed.dict(), "do": "import", **changed})


def test_a_workbook_is_looked_at_then_imported(y: Yinchuan, client: Client) -> None:
    template = client.get("/experts/import/template.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(template.content)).sheetnames == ["专家", "填写说明", "方向"]
    assert upload(client, book(ROW, {**ROW, "name": "<b>李二</b>", "kinds": "厨师"})).status_code == 302
    page = client.get("/experts/import/").content.decode()
    assert ("&lt;b&gt;李二" in page, "没有“厨师”这一类专家" in page, "可选：技术、产业、财务、管理" in page) == (True, True, True)
    problems = openpyxl.load_workbook(io.BytesIO(client.get("/experts/import/problems.xlsx").content)).active
    assert problems is not None
    assert [cell.value for cell in problems[2]][:4] == [3, "<b>李二</b>", "沙湖大学", "专家类型"]
    assert "赵一" in client.get("/experts/import/?show=new").content.decode()
    assert confirm(client, page, which="all").status_code == 422
    assert not Expert.objects.exists()
    assert confirm(client, page, which="good", vetted="yes").status_code == 302
    assert [(each.name, each.status) for each in Expert.objects.all()] == [("赵一", "active")]
    assert confirm(client, page).status_code == 422, "a second click finds nothing to import"
    assert Expert.objects.count() == 1


def test_what_was_uploaded_can_be_thrown_away(y: Yinchuan, client: Client) -> None:
    upload(client, book(ROW))
    client.post("/experts/import/confirm/", {"bank": "yinchuan", "do": "discard"})
    assert not BankImport.objects.exists()
    assert client.get("/experts/import/problems.xlsx").status_code == 404


def test_files_that_cannot_be_imported_are_told_calmly(y: Yinchuan, client: Client) -> None:
    assert client.post("/experts/import/", {"bank": "yinchuan"}).status_code == 422
    for name, content in (
        ("a.pdf", b"%PDF-1.4\n%%EOF\n"),
        ("a.xlsx", b"PK\x03\x04"),
        ("a.xlsx", b"\x00" * (10 * 1024 * 1024 + 5)),
    ):
        answer = upload(client, content, name=name)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()


# -- the expert --------------------------------------------------------------------------------------


def test_experts_keep_up_their_own_entry(y: Yinchuan) -> None:
    made = expert(y.officer, kinds="finance", since="2010-01-01")
    browser = as_(account_of(y, made))
    page = browser.get("/expert/").content.decode()
    assert ("专家资料" in page, made.code in page) == (True, True)
    form = browser.get("/expert/profile/").content.decode()
    typed = sent(form[form.index("<main") :])
    assert {"name", "kinds", "identity"}.isdisjoint(typed)
    typed["most"] = "3"
    assert browser.post("/expert/profile/", {**typed.dict(), "kinds": "technical", "name": "别名"}).status_code == 302
    assert browser.post("/expert/profile/", {**typed.dict(), "most": "x"}).status_code == 422
    assert (
        browser.post("/expert/employer/", {"unit_name": "贺兰山研究院", "unit": "", "region": "640104", "since": ""}).status_code
        == 302
    )
    made.refresh_from_db()
    assert (made.most, made.kinds, made.name, made.unit_name, made.tenures.count()) == (
        3,
        ["finance"],
        "张枸杞",
        "贺兰山研究院",
        2,
    )
    assert verify().faults == ()


def test_experts_declare_before_they_see_a_title(y: Yinchuan, client: Client) -> None:
    made = expert(y.officer)
    browser = as_(account_of(y, made))
    assert browser.post("/expert/ties/", {"kind": "", "person": "王小二"}).status_code == 422
    assert browser.post("/expert/ties/", {"kind": "student", "person": "王小二", "unit_name": "沙湖公司"}).status_code == 302
    tie = Tie.objects.get()
    assert tie.source == "declared"
    assert client.post(f"/experts/{made.code}/ties/{tie.id}/withdraw/").status_code == 422, "an officer does not take it back"
    assert browser.post(f"/expert/ties/{tie.id}/withdraw/").status_code == 302
    assert browser.post(f"/expert/ties/{tie.id}/withdraw/").status_code == 404


def test_what_officers_note_is_not_on_the_expert_s_pages(y: Yinchuan) -> None:
    made = expert(y.officer)
    experts.note_conduct(made.code, "breach", "秘密记录", by=y.officer, at=NOON)
    browser = as_(account_of(y, made))
    for address in ("/expert/", "/expert/profile/", "/expert/employer/"):
        assert "秘密记录" not in browser.get(address).content.decode()


def test_nobody_else_has_an_expert_s_desk(y: Yinchuan, client: Client) -> None:
    for address in ("/expert/", "/expert/profile/", "/expert/employer/"):
        assert client.get(address).status_code == 404
    made = expert(y.officer)
    user = account_of(y, made)
    experts.set_status(made.code, "removed", by=y.officer, at=NOON, reason="退出")
    assert as_(user).get("/expert/").status_code == 404
    assert "专家资料" not in as_(user).get("/desk/").content.decode()
