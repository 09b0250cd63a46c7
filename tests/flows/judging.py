"""What an officer does with a case, before a browser: answer the check sheet, put it on the list, send the list with its letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page


def answer_sheet(page: Page, code: str) -> None:
    """Answer every item with yes, in whichever language the page is."""
    page.goto(f"/cases/{code}/check/")
    for item in page.locator("main form fieldset").all():
        item.locator('input[value="yes"]').check()
    page.locator("main form .actions button").first.click()
    expect(page.locator("progress")).to_have_js_property("position", 1)


def put_on_list(page: Page, address: str, code: str) -> None:
    """Put a checked case at the end of the list."""
    page.goto(address)
    page.locator(f'button[value="put:{code}"]').click()
    expect(page.locator(f'[name="rank:{code}"]')).to_be_visible()


def send_list(page: Page, address: str, *, letter: str) -> None:
    """Send the list up with its letter."""
    page.goto(f"{address}send/")
    page.locator('[name="letter"]').fill(letter)
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(letter)


def confirm(page: Page, code: str, action: str) -> None:
    """Take a step from the page of the case, by the name it has there, with nothing to add."""
    page.goto(f"/cases/{code}/")
    page.get_by_role("main").get_by_role("link", name=action, exact=True).click()
    page.locator("main form .actions button").click()
    page.wait_for_url(f"**/cases/{code}/")
