"""Everything that counts works without JavaScript: filling in, rows, papers, handing in, the check sheet, the list and its letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.flows.filling import fill, hand_in
from tests.flows.judging import answer_sheet, put_on_list, send_list
from tests.flows.rows import PDF
from tests.flows.visitors import Visitors
from tests.server.making import GOOD

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_BOARD = "/lists/yc-2026/recommendation/xingqing/"
_TWO_LINES = '[{"class": "设备费", "fiscal": "30万元", "own": "60万元", "basis": "提取设备"}, {"class": "业务费", "fiscal": "0元", "own": "10万元", "basis": "试剂"}]'


def test_an_application_goes_from_the_first_page_to_the_letter(visitors: Visitors) -> None:
    page = visitors.arrive("phone-leader", script=False)
    page.goto("/applications/start/yc-2026/sme-innovation/")
    page.get_by_role("button", name="开始填写").click()
    page.wait_for_url("**/form/**")
    code = re.findall(r"/cases/([^/]+)/", page.url)[0]
    page.goto(f"/cases/{code}/form/applicant/")
    while "/form/" in page.url:
        fill(page, GOOD | {"applicant.kind": "企业", "project.budget_lines": _TWO_LINES})
        if "/papers/" in page.url:
            page.locator("input[type=file]").set_input_files({"name": "报表.pdf", "mimeType": "application/pdf", "buffer": PDF})
            page.get_by_role("button", name="上传").click()
            expect(page.get_by_role("link", name="报表.pdf")).to_be_visible()
        with page.expect_navigation():
            page.get_by_text(re.compile("^(保存，下一页|保存，去核对提交|下一页)$")).click()
    visitors.look(page, "js-01-submit")
    page.get_by_role("button", name="交单位审核").click()
    hand_in(visitors.arrive("phone-admin", script=False), code)
    county = visitors.arrive("recommender", script=False)
    answer_sheet(county, code)
    put_on_list(county, _BOARD, code)
    county.locator(f'button[value="up:{code}"]').click()
    expect(_ranked(county).first).to_contain_text(code)
    county.locator(f'[name="rank:{code}"]').fill("9")
    county.get_by_role("button", name="按填写的次序排").click()
    expect(_ranked(county).last).to_contain_text(code)
    send_list(county, _BOARD, letter="兴科函〔2026〕11号")
    expect(county.get_by_role("main")).to_contain_text(code)


def _ranked(page: Page) -> Locator:
    return page.locator('form:has(button[value="order"]) tbody tr')


def test_what_cannot_be_read_is_shown_again_with_what_to_write_instead(visitors: Visitors) -> None:
    page = visitors.arrive("leader-draft", script=False)
    page.goto(f"/cases/{visitors.office.rows['draft']}/form/money/")
    page.locator('[name="project.self_raised"]').fill("很多钱")
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.locator('[name="project.self_raised"]')).to_have_value("很多钱")
    expect(page.locator('[data-field="project.self_raised"] .errors')).to_be_visible()
    visitors.look(page, "js-02-cannot-be-read")
