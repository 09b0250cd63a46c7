"""By keyboard alone: past the navigation, in, through a page of the form, and handed in; one always sees where one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.flows.region import PASSWORD
from tests.flows.visitors import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

#: More than any page has to stop at: whoever needs more is in a trap.
_STOPS = 120
#: What has the focus, if anything has: the beginning of it, and whether it can be seen that it has.
_FOCUSED = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const style = getComputedStyle(it), box = it.getBoundingClientRect();
  const isMarked = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none" || style.boxShadow !== "none";
  return [it.outerHTML.slice(0, 200), box.width > 0 && box.height > 0 && isMarked];
}"""


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until it has the focus; at every stop the focus is seen."""
    expect(target).to_be_attached()
    for _ in range(_STOPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        assert focused is None or focused[1], focused
        if target.evaluate("it => it === document.activeElement"):
            return
    raise AssertionError(f"not reached by Tab: {target}")


def test_the_first_stop_leads_past_the_navigation(visitors: Visitors) -> None:
    page = visitors.arrive()
    page.goto("/calls/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_person_signs_in_fills_a_page_and_hands_in_without_a_mouse(visitors: Visitors) -> None:
    page = visitors.arrive()
    code = visitors.office.rows["ready"]
    page.goto(f"/cases/{code}/form/money/")
    _tab_to(page, page.get_by_label("账号或电子邮箱"))
    page.keyboard.type("admin-ready")
    _tab_to(page, page.get_by_label("密码"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/form/money/")
    _tab_to(page, page.locator('[name="project.self_raised"]'))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("70万元")
    radio = page.locator('[data-field="project.payment_mode"] input:checked')
    _tab_to(page, radio)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    _tab_to(page, page.get_by_role("button", name="增加一行"))
    page.keyboard.press("Enter")
    expect(page.locator('[name="project.budget_lines.1.class"]')).to_be_focused()
    _tab_to(page, page.get_by_role("button", name="删除第 2 行"))
    page.keyboard.press("Enter")
    expect(page.locator('[name="project.budget_lines.1.class"]')).to_have_count(0)
    _tab_to(page, page.get_by_role("button", name="保存，下一页"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/form/papers/")
    page.goto(f"/cases/{code}/submit/")
    _tab_to(page, page.locator("#agree"))
    page.keyboard.press("Space")
    _tab_to(page, page.get_by_role("button", name="提交", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt/**")


def test_a_whole_page_can_be_walked_through_and_left(visitors: Visitors) -> None:
    page = visitors.arrive("recommender")
    page.goto(f"/cases/{visitors.office.rows['handed-in']}/check/")
    _tab_to(page, page.locator("main form .actions button").first)
    _tab_to(page, page.get_by_role("contentinfo").get_by_role("link").first)
