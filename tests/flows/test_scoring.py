"""A sheet in a browser: saved as it is typed, kept without a network, added up at once, filled in by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.flows.visitors import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def _open(page: Page, visitors: Visitors) -> None:
    page.goto(f"/reviewing/seat/{visitors.office.rows['open-seat']}/")


def _box(page: Page, number: int) -> Locator:
    return page.locator(f'[data-criterion="{number}"] input')


def _state(page: Page) -> Locator:
    return page.locator("[data-state]")


def test_by_keyboard_alone_points_are_given_and_saved(visitors: Visitors) -> None:
    page = visitors.arrive("expert")
    _open(page, visitors)
    page.keyboard.press("1")
    expect(_box(page, 1)).to_be_focused()
    page.keyboard.type("10")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(_box(page, 1)).to_have_value("10.5")
    page.keyboard.press("Enter")
    expect(_box(page, 2)).to_be_focused()
    page.keyboard.type("一百")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator("#field-comment")).to_be_focused()
    expect(_state(page)).to_contain_text("已保存")
    expect(page.locator("[data-criterion='2'] .errors")).to_contain_text("读不出分数")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator("#document")).to_be_focused()
    _open(page, visitors)
    expect(_box(page, 1)).to_have_value("10.5")
    expect(_box(page, 2)).to_have_value("一百")


def test_the_total_follows_what_is_typed(visitors: Visitors) -> None:
    page = visitors.arrive("expert")
    _open(page, visitors)
    boxes = page.locator("[data-criterion]")
    for number in range(1, boxes.count() + 1):
        box = boxes.nth(number - 1)
        _box(page, number).fill(box.get_attribute("data-most") or "")
    expect(page.locator("[data-total]")).to_have_text("100")
    expect(page.locator("[data-left]")).to_be_hidden()
    _box(page, 1).fill("0")
    weight = float(boxes.first.get_attribute("data-weight") or "0")
    expect(page.locator("[data-total]")).to_have_text(f"{100 - weight:g}")
    _box(page, 1).fill("")
    expect(page.locator("[data-left]")).to_be_visible()
    expect(_state(page)).to_contain_text("已保存")


def test_what_is_typed_without_a_network_is_kept_and_offered_again(visitors: Visitors) -> None:
    page = visitors.arrive("expert")
    visitors.may_be_offline = True
    _open(page, visitors)
    page.context.set_offline(True)
    page.locator("#field-comment").fill("没有网络时写的评语。")
    expect(_state(page)).to_contain_text("未保存")
    page.close(run_before_unload=False)
    later = visitors.again(page)
    later.context.set_offline(False)
    _open(later, visitors)
    later.get_by_role("button", name="恢复").click()
    expect(later.locator("#field-comment")).to_have_value("没有网络时写的评语。")
    expect(_state(later)).to_contain_text("已保存")


def test_two_windows_are_told_of_one_another(visitors: Visitors) -> None:
    page = visitors.arrive("expert")
    _open(page, visitors)
    other = visitors.again(page)
    _open(other, visitors)
    page.locator("#field-comment").fill("第一个窗口。")
    expect(_state(page)).to_contain_text("已保存")
    other.locator("#field-comment").fill("第二个窗口。")
    expect(_state(other)).to_contain_text("刚在别处改过")


def test_case_and_sheet_stand_side_by_side_and_on_a_telephone_one_below_the_other(visitors: Visitors) -> None:
    for width, is_beside in ((1280, True), (1024, True), (360, False)):
        page = visitors.arrive("expert", width=width)
        _open(page, visitors)
        left, right = (page.locator(where).bounding_box() for where in ("#document", "#sheet"))
        assert left is not None
        assert right is not None
        assert (right["x"] >= left["x"] + left["width"], right["y"] >= left["y"] + left["height"]) == (is_beside, not is_beside)
        visitors.look(page, f"seat-{width}")
