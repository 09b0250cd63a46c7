"""Filling in a page of a form as a person does: each answer in the box it is asked in, row by row where it is a list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def fill(page: Page, answers: Mapping[str, str]) -> list[str]:
    """Fill in what this page asks of `answers` (by fact); what it does not ask is left. Returns the facts filled in."""
    asked = [key for key in answers if page.locator(f'[data-field="{key}"]').count()]
    for key in asked:
        if answers[key].startswith("["):
            _fill_rows(page, key, json.loads(answers[key]))
        elif (none := page.locator(f'[name="{key}.none"]')).count():
            none.check()
        else:
            put(page.locator(f'[data-field="{key}"]'), answers[key])
    return asked


def put(box: Locator, text: str) -> None:
    """Put one answer into its box: choose it where there is a choice, write it otherwise."""
    if box.locator("input[type=radio], input[type=checkbox]").count():
        for word in text.split("、"):
            named = box.get_by_label(word, exact=True)
            (named if named.count() else box.locator(f'input[value="{word}"]')).check()
    elif (choice := box.locator("select")).count():
        choose(choice, text)
    else:
        box.locator("input:not([type=hidden]), textarea").fill(text)


def choose(choice: Locator, text: str) -> None:
    """Choose from a list by what is shown, or by its key."""
    keys = choice.locator("option").evaluate_all("all => all.map((one) => one.value)")
    choice.select_option(value=text) if text in keys else choice.select_option(label=text)


def _fill_rows(page: Page, key: str, rows: list[dict[str, str]]) -> None:
    box = page.locator(f'[data-field="{key}"]')
    for number, row in enumerate(rows):
        if not box.locator(f'[name^="{key}.{number}."]').count():
            box.locator('button[name="add"]').click()
        for column, text in row.items():
            cell = box.locator(f'[name="{key}.{number}.{column}"], [aria-label="{column} {number + 1}"]')
            if cell.evaluate("it => it.tagName") == "SELECT":
                choose(cell, text)
            else:
                cell.fill(text)


def hand_in(page: Page, code: str) -> None:
    """Undertake that it is true, and hand it in."""
    page.goto(f"/cases/{code}/submit/")
    page.locator("#agree").check()
    page.locator("form:has(#agree)").get_by_role("button").click()
    page.wait_for_url("**/receipt/**")
