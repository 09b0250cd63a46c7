"""Every page is open to everyone: axe finds nothing, nothing runs off a telephone, one heading says what the page is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flows.pages import PAGES
from tests.flows.visitors import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: How a page is seen: the language, the width, light or dark; both stand for all of them.
_DESK = {"lang": "zh", "width": 1280, "dark": False}
_TELEPHONE = {"lang": "en", "width": 360, "dark": True}
_LANG = {"zh": "zh-CN", "en": "en"}
_WIDER_THAN_THE_WINDOW = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
  [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("look", [_DESK, _TELEPHONE], ids=["desk", "telephone"])
@pytest.mark.parametrize(
    ("login", "address"), [page[1:] for page in PAGES], ids=[f"{page[0]}-{page[1]}-{page[2]}" for page in PAGES]
)
def test_a_page_can_be_read_by_everyone(visitors: Visitors, login: str, address: str, look: dict[str, object]) -> None:
    page = visitors.arrive(login, **look)  # type: ignore[arg-type]  # the arguments of `arrive` by name
    answer = page.goto(address.format(**visitors.office.rows))
    assert answer is not None
    seen = {
        "status": answer.status, "lang": page.get_attribute("html", "lang"), "h1": page.locator("h1").count(),
        "main": page.locator("main").count(), "has a title": bool(page.title().strip()), "axe": _violations(page), "too wide": _too_wide(page),
    }  # fmt: skip
    assert seen == {
        "status": 200, "lang": _LANG[str(look["lang"])], "h1": 1, "main": 1, "has a title": True, "axe": [], "too wide": [],
    }  # fmt: skip


def _violations(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})" for each in found for node in each["nodes"]]


def _too_wide(page: Page) -> list[str]:
    """What runs off the page as it is, and at twice the size (which is a window of half the width)."""
    found = [*page.evaluate(_WIDER_THAN_THE_WINDOW)]
    size = page.viewport_size
    if size and size["width"] > 640:
        page.set_viewport_size({"width": 640, "height": 450})
        found += page.evaluate(_WIDER_THAN_THE_WINDOW)
        page.set_viewport_size(size)
    return found
