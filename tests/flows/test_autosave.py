"""Nothing typed is ever lost: not when the window goes, not without a network or a server, not in two windows, not signed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.flows.region import PASSWORD
from tests.flows.visitors import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_FIELD = "project.content"


def _open(page: Page, visitors: Visitors) -> Locator:
    page.goto(f"/cases/{visitors.office.rows['draft']}/form/about/")
    return _box(page)


def _box(page: Page) -> Locator:
    return page.locator(f'[data-field="{_FIELD}"] textarea')


def _state(page: Page) -> Locator:
    return page.locator("[data-state]")


def test_what_was_saved_is_there_when_the_window_is_opened_again(visitors: Visitors) -> None:
    page = visitors.arrive("leader-draft")
    _open(page, visitors).fill("多糖提取工艺一。")
    expect(_state(page)).to_contain_text("已保存")
    context = page.context
    page.close(run_before_unload=False)
    expect(_open(context.new_page(), visitors)).to_have_value("多糖提取工艺一。")


def test_the_last_keystrokes_survive_a_window_that_is_killed_at_once(visitors: Visitors) -> None:
    page = visitors.arrive("leader-draft")
    visitors.may_be_offline = True
    box = _open(page, visitors)
    page.context.set_offline(True)
    box.fill("多糖提取工艺二。")
    page.close(run_before_unload=False)
    later = visitors.again(page)
    later.context.set_offline(False)
    _open(later, visitors)
    later.get_by_role("button", name="恢复").click()
    expect(_box(later)).to_have_value("多糖提取工艺二。")
    expect(_state(later)).to_contain_text("已保存")
    expect(_open(later, visitors)).to_have_value("多糖提取工艺二。")


def test_what_is_typed_without_a_network_is_saved_when_it_is_back(visitors: Visitors) -> None:
    page = visitors.arrive("leader-draft")
    visitors.may_be_offline = True
    box = _open(page, visitors)
    page.context.set_offline(True)
    box.fill("多糖提取工艺三。")
    expect(_state(page)).to_contain_text("未保存")
    visitors.look(page, "as-01-offline")
    page.context.set_offline(False)
    expect(_state(page)).to_contain_text("已保存")
    expect(_open(page, visitors)).to_have_value("多糖提取工艺三。")


def test_what_is_typed_while_the_server_is_down_is_saved_when_it_is_up_again(visitors: Visitors) -> None:
    page = visitors.arrive("leader-draft")
    visitors.may_be_offline = True
    box = _open(page, visitors)
    visitors.office.close()
    box.fill("多糖提取工艺四。")
    expect(_state(page)).to_contain_text("未保存")
    visitors.office.open()
    expect(_state(page)).to_contain_text("已保存", timeout=90_000)
    expect(_open(page, visitors)).to_have_value("多糖提取工艺四。")


def test_the_second_of_two_windows_is_told_and_sees_both_texts(visitors: Visitors) -> None:
    first = visitors.arrive("leader-draft")
    second = first.context.new_page()
    _open(first, visitors)
    _open(second, visitors)
    _box(first).fill("第一个窗口写的。")
    expect(_state(first)).to_contain_text("已保存")
    _box(second).fill("第二个窗口写的。")
    expect(_state(second)).to_contain_text("刚在别处改过")
    second.get_by_role("button", name="保存", exact=True).last.click()
    expect(second.get_by_text("第一个窗口写的。")).to_be_visible()
    expect(_box(second)).to_have_value("第二个窗口写的。")
    visitors.look(second, "as-02-two-windows")
    second.get_by_role("button", name="保存", exact=True).last.click()
    expect(_open(first, visitors)).to_have_value("第二个窗口写的。")


def test_what_is_typed_after_the_session_is_over_comes_through_signing_in(visitors: Visitors) -> None:
    page = visitors.arrive("leader-draft")
    box = _open(page, visitors)
    page.context.clear_cookies(name="sessionid")
    box.fill("登录过期时写的。")
    expect(_state(page)).to_contain_text("登录已过期")
    page.get_by_role("button", name="保存", exact=True).last.click()
    _sign_in(page)
    visitors.look(page, "as-03-resume")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(_open(page, visitors)).to_have_value("登录过期时写的。")


def test_signing_in_in_another_window_is_enough_to_go_on(visitors: Visitors) -> None:
    page = visitors.arrive("leader-draft")
    box = _open(page, visitors)
    page.context.clear_cookies(name="sessionid")
    box.fill("另一个窗口登录前写的。")
    expect(_state(page)).to_contain_text("登录已过期")
    other = page.context.new_page()
    other.goto("/accounts/login/")
    _sign_in(other)
    box.fill("另一个窗口登录后写的。")
    expect(_state(page)).to_contain_text("已保存")
    expect(_open(page, visitors)).to_have_value("另一个窗口登录后写的。")


def _sign_in(page: Page) -> None:
    page.get_by_label("账号或电子邮箱").fill("leader-draft")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
