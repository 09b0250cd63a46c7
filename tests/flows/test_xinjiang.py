"""The whole way in Xinjiang: a park settles a topic, and an application goes up from the park over the city to the region."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.flows.filling import choose, fill, hand_in
from tests.flows.judging import answer_sheet, confirm, put_on_list, send_list
from tests.flows.rows import PDF
from tests.flows.visitors import Visitors
from tests.server.making import LEADS

if TYPE_CHECKING:
    from playwright.sync_api import Page

_TOPIC = "风电叶片回收"
_SCHEME = "enterprise-leadership"


def test_from_the_topic_of_a_park_to_the_region(visitors: Visitors) -> None:
    park = visitors.arrive("park-officer")
    _settle_topic(visitors, park)
    code = _apply(visitors, visitors.arrive("xj-leader"))
    hand_in(visitors.arrive("xj-admin"), code)
    answer_sheet(park, code)
    visitors.look(park, "xj-04-park-check")
    confirm(park, code, "通过")
    for person, stage, body in ((park, "park-review", "urumqi-park"), (visitors.arrive("city-officer"), "city-audit", "urumqi")):
        answer_sheet(person, code)
        board = f"/lists/xj-2025/{stage}/{body}/"
        put_on_list(person, board, code)
        visitors.look(person, f"xj-05-{stage}")
        send_list(person, board, letter=f"{body}〔2026〕1号")
    system = visitors.arrive("xj-recommender")
    answer_sheet(system, code)
    confirm(system, code, "照清单提交科技厅")
    region = visitors.arrive("xj-officer")
    answer_sheet(region, code)
    confirm(region, code, "受理")
    visitors.look(region, "xj-06-accepted")
    region.goto(f"/cases/{code}/history/")
    visitors.look(region, "xj-07-history")
    expect(region.get_by_role("main")).to_contain_text("urumqi-park〔2026〕1号")
    expect(region.get_by_role("main")).to_contain_text("urumqi〔2026〕1号")


def _settle_topic(visitors: Visitors, page: Page) -> None:
    page.goto("/desk/")
    visitors.look(page, "xj-01-desk-of-the-park")
    page.get_by_role("link", name="选题").first.click()
    page.get_by_label("题目").fill(_TOPIC)
    choose(page.get_by_label("支持方向"), "D-XJ.3")
    page.get_by_role("button", name="确定选题").click()
    expect(page.get_by_text("选题已确定。")).to_be_visible()
    visitors.look(page, "xj-02-topics")


def _apply(visitors: Visitors, page: Page) -> str:
    page.goto(f"/applications/start/xj-2025/{_SCHEME}/")
    page.get_by_label(_TOPIC).check()
    page.get_by_role("button", name="开始填写").click()
    page.wait_for_url("**/form/**")
    code = re.findall(r"/cases/([^/]+)/", page.url)[0]
    page.goto(f"/cases/{code}/form/applicant/")
    while "/form/" in page.url:
        fill(page, LEADS)
        while (missing := page.locator("section.panel:has(.tag.bad)")).count():
            missing.first.locator("input[type=file]").set_input_files(
                {"name": "材料.pdf", "mimeType": "application/pdf", "buffer": PDF}
            )
            missing.first.get_by_role("button", name="上传").click()
            expect(page.get_by_role("status").first).to_be_visible()
        with page.expect_navigation():
            page.get_by_text(re.compile("^(保存，下一页|保存，去核对提交|下一页)$")).click()
    visitors.look(page, "xj-03-submit")
    return code
