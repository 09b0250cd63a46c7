"""The whole way in Yinchuan: from "what can I get?" to an accepted application, by everyone whose turn it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.flows.filling import fill, hand_in, put
from tests.flows.judging import answer_sheet, put_on_list, send_list
from tests.flows.region import PASSWORD
from tests.flows.rows import PDF
from tests.flows.visitors import Visitors
from tests.server.making import GOOD

if TYPE_CHECKING:
    from playwright.sync_api import Page

_BOARD = "/lists/yc-2026/recommendation/xingqing/"
#: What the public check asks beside what the form does not know by itself.
_CHECKED = GOOD | {"applicant.kind": "企业"}
_STATEMENTS = {"name": "上年度财务报表.pdf", "mimeType": "application/pdf", "buffer": PDF}


def test_from_the_first_question_to_intake(visitors: Visitors) -> None:
    applicant = visitors.arrive()
    _ask_what_fits(visitors, applicant)
    _sign_in(visitors, applicant)
    code = _fill_in(visitors, applicant)
    admin = visitors.arrive("admin")
    _hand_in(visitors, admin, code)
    county = visitors.arrive("recommender")
    _return_with_marks(visitors, county, code)
    _correct(visitors, applicant, code)
    hand_in(admin, code)
    _recommend(visitors, county, code)
    _accept(visitors, visitors.arrive("officer"), code)


def _ask_what_fits(visitors: Visitors, page: Page) -> None:
    """The public check, without an account: a few questions, the verdict, and on to an application with the answers."""
    page.goto("/")
    visitors.look(page, "yc-01-home")
    page.get_by_role("main").get_by_role("link", name="我能报什么", exact=True).first.click()
    page.get_by_label("指南", exact=True).select_option(label="银川市2026年度科技计划项目申报指南")
    page.get_by_role("button", name=re.compile("按指南")).click()
    visitors.look(page, "yc-02-check")
    page.get_by_role("table").get_by_role("link", name="中小企业创新发展专项").click()
    page.get_by_role("link", name="回答还缺的问题").click()
    while page.get_by_role("button", name="继续").is_visible() and fill(page, _CHECKED):
        page.get_by_role("button", name="继续").click()
    visitors.look(page, "yc-03-answered")
    page.get_by_role("table").get_by_role("link", name="中小企业创新发展专项").click()
    expect(page.get_by_text("30万元").first).to_be_visible()
    visitors.look(page, "yc-04-scheme")
    page.get_by_role("button", name="带着这些回答开始申报").click()


def _sign_in(visitors: Visitors, page: Page) -> None:
    page.get_by_label("账号或电子邮箱").fill("leader")
    page.get_by_label("密码").fill(PASSWORD)
    visitors.look(page, "yc-05-login")
    page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()


def _fill_in(visitors: Visitors, page: Page) -> str:
    """Begin, fill in every page, bring the papers, pass it on to the unit."""
    visitors.look(page, "yc-06-start")
    page.get_by_role("button", name="开始填写").click()
    page.wait_for_url("**/form/**")
    code = re.findall(r"/cases/([^/]+)/", page.url)[0]
    page.goto(f"/cases/{code}/form/applicant/")
    while "/form/" in page.url:
        fill(page, GOOD)
        name = page.url.rstrip("/").rpartition("/")[2]
        if name == "papers":
            page.locator("input[type=file]").set_input_files(_STATEMENTS)  # type: ignore[arg-type]  # a file as Playwright has it
            visitors.look(page, "yc-07-papers-before")
            page.get_by_role("button", name="上传").click()
            expect(page.get_by_role("link", name="上年度财务报表.pdf")).to_be_visible()
        visitors.look(page, f"yc-07-form-{name}")
        with page.expect_navigation():
            page.get_by_text(re.compile("^(保存，下一页|保存，去核对提交|下一页)$")).click()
    visitors.look(page, "yc-08-submit")
    page.get_by_role("button", name="交单位审核").click()
    expect(page.get_by_text("已交单位管理员核对提交")).to_be_visible()
    return code


def _hand_in(visitors: Visitors, page: Page, code: str) -> None:
    page.goto("/inbox/")
    visitors.look(page, "yc-09-inbox")
    hand_in(page, code)
    expect(page.get_by_text(f"{code}-R1").first).to_be_visible()
    visitors.look(page, "yc-10-receipt")
    address = page.get_by_role("link", name="下载回执（PDF）").get_attribute("href")
    assert page.request.get(str(address)).body().startswith(b"%PDF")
    page.get_by_role("main").locator(f'a[href="/verify/{code}-R1/"]').click()
    expect(page.get_by_role("main")).to_contain_text(f"{code}-R1")
    expect(page.get_by_role("main")).to_contain_text("回执属实")
    visitors.look(page, "yc-11-verified")


def _return_with_marks(visitors: Visitors, page: Page, code: str) -> None:
    """The county checks clause by clause, finds the summary too short, and returns it with that field marked."""
    page.goto("/desk/")
    visitors.look(page, "yc-12-desk-of-the-county")
    page.goto("/queue/")
    visitors.look(page, "yc-13-queue")
    page.get_by_role("main").locator(f'a[href="/cases/{code}/"]').first.click()
    visitors.look(page, "yc-14-case")
    answer_sheet(page, code)
    visitors.look(page, "yc-15-check-sheet")
    page.goto(f"/cases/{code}/")
    page.get_by_role("link", name="退回修改").click()
    page.get_by_label("理由（申请人会看到）").fill("项目摘要过短，请写明关键指标")
    summary = page.locator('[name="mark:project.summary"]')
    if not summary.is_visible():
        page.locator("details", has=summary).locator("summary").click()
    summary.check()
    page.locator('[name="note:project.summary"]').fill("写明多糖提取率")
    visitors.look(page, "yc-16-return")
    page.get_by_role("button", name="确认：退回修改").click()
    page.wait_for_url(f"**/cases/{code}/")
    visitors.look(page, "yc-17-returned")


def _correct(visitors: Visitors, page: Page, code: str) -> None:
    """The applicant changes what is marked, and sees before and after."""
    page.goto("/desk/")
    visitors.look(page, "yc-18-desk-of-the-applicant")
    page.get_by_role("main").locator(f'a[href="/cases/{code}/form/"]').first.click()
    expect(page.get_by_text("写明多糖提取率")).to_be_visible()
    assert page.locator("main form textarea").count() == 1
    put(page.locator('[data-field="project.summary"]'), "研究枸杞多糖的提取，提取率达到35%。")
    visitors.look(page, "yc-19-correcting")
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.goto(f"/cases/{code}/submit/")
    for text in ("研究枸杞多糖的提取。", "提取率达到35%"):
        expect(page.get_by_role("main")).to_contain_text(text)
    visitors.look(page, "yc-20-compared")
    page.get_by_role("button", name="交单位审核").click()


def _recommend(visitors: Visitors, page: Page, code: str) -> None:
    """The county answers the sheet of what came back, puts it first on its list, and sends it with a letter."""
    page.goto(f"/cases/{code}/content/")
    visitors.look(page, "yc-21-content")
    answer_sheet(page, code)
    put_on_list(page, _BOARD, code)
    page.get_by_role("button", name=f"{code} 上移").click()
    expect(page.locator('form:has(button[value="order"]) tbody tr').first).to_contain_text(code)
    visitors.look(page, "yc-22-list")
    send_list(page, _BOARD, letter="兴科函〔2026〕9号")
    visitors.look(page, "yc-23-sent")
    for name in ("推荐函 PDF", "清单 Excel"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.path().stat().st_size > 1000


def _accept(visitors: Visitors, page: Page, code: str) -> None:
    answer_sheet(page, code)
    page.goto(f"/cases/{code}/")
    page.get_by_role("link", name="受理", exact=True).click()
    visitors.look(page, "yc-24-accept")
    page.get_by_role("button", name="确认：受理").click()
    expect(page.get_by_role("main")).to_contain_text("网上评审")
    visitors.look(page, "yc-25-accepted")
    page.goto(f"/cases/{code}/history/")
    visitors.look(page, "yc-26-history")


def test_an_officer_makes_a_call_and_publishes_it(visitors: Visitors) -> None:
    page = visitors.arrive("officer")
    page.goto("/desk/calls/")
    visitors.look(page, "yc-30-calls")
    page.get_by_role("link", name="新建批次").click()
    page.get_by_role("link", name="银川市2026年度科技计划项目申报指南").click()
    page.locator('[data-field="code"] input').fill("yc-2026-3")
    for scheme in page.locator('[name="schemes"]').all():
        scheme.set_checked(scheme.get_attribute("value") in ("sme-innovation", "regional-collaboration"))
    visitors.look(page, "yc-31-new-call")
    page.get_by_role("button", name="建立草稿").click()
    visitors.look(page, "yc-32-to-settle")
    for figure in page.locator("#figures input").all():  # what the guide leaves open: a day, here
        figure.fill("2026-06-30")
    page.locator('[name="closes_at"]').fill("2099-06-30T17:00")
    page.get_by_role("button", name="保存", exact=True).click()
    visitors.look(page, "yc-32-settled")
    expect(page.get_by_text("全部设定完毕，可以发布。")).to_be_visible()
    page.get_by_role("link", name="发布…").click()
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("link", name="公开页面").click()
    expect(page.get_by_role("main")).to_contain_text("2099-06-30 17:00")
    visitors.look(page, "yc-33-public")


def test_the_shorter_way_on_a_telephone_in_english(visitors: Visitors) -> None:
    """An application begun, a page of it filled in, what is lacking listed; then a ready one handed in and recommended."""
    leader = visitors.arrive("phone-leader", lang="en", width=360)
    leader.goto("/calls/yc-2026/")
    visitors.look(leader, "en-01-call")
    leader.get_by_role("link", name="Begin", exact=False).first.click()
    visitors.look(leader, "en-02-start")
    leader.get_by_role("button", name="Begin", exact=True).click()
    leader.wait_for_url("**/form/**")
    code = re.findall(r"/cases/([^/]+)/", leader.url)[0]
    leader.goto(f"/cases/{code}/form/project/")
    put(leader.locator('[data-field="project.title"]'), "Goji polysaccharides")
    put(leader.locator('[data-field="project.starts_on"]'), "2026-05-01")
    visitors.look(leader, "en-03-form")
    leader.get_by_role("button", name="Save and go on").click()
    leader.goto(f"/cases/{code}/submit/")
    expect(leader.get_by_text(re.compile(r"\d+ things to do before it can be handed in"))).to_be_visible()
    visitors.look(leader, "en-04-lacking")
    ready = visitors.office.rows["ready"]
    admin = visitors.arrive("admin-ready", lang="en", width=360)
    hand_in(admin, ready)
    visitors.look(admin, "en-05-receipt")
    county = visitors.arrive("recommender", lang="en", width=360)
    county.goto(f"/cases/{ready}/")
    visitors.look(county, "en-06-case")
    county.get_by_role("link", name=re.compile(r"Check \(")).click()
    visitors.look(county, "en-07-check")
    answer_sheet(county, ready)
    put_on_list(county, _BOARD, ready)
    visitors.look(county, "en-08-list")
    send_list(county, _BOARD, letter="XK 2026-10")
    visitors.look(county, "en-09-sent")
