"""People before a browser: signed in as somebody, in a language, at a width, in the dark; what their browser complains about."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.flows.office import Office

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

#: A refusal is an answer: a page that comes with 4xx is logged by the browser, and is not a complaint.
_REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Visitors:
    """Opens a window for a person; keeps every window's complaints."""

    def __init__(self, browser: Browser, office: Office) -> None:
        self.browser, self.office = browser, office
        self.complaints: list[str] = []
        #: A walk that takes the network away says so: then failing to reach the server is no complaint.
        self.may_be_offline = False
        self._contexts: list[BrowserContext] = []

    def arrive(
        self, login: str = "", *, lang: str = "zh", width: int = 1280, dark: bool = False, script: bool = True
    ) -> Page:  # fmt: skip
        """A new window of a browser of its own, signed in as `login` (nobody, when blank)."""
        context = self.browser.new_context(
            base_url=self.office.url, viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light",
            java_script_enabled=script, reduced_motion="reduce", locale="zh-CN" if lang == "zh" else "en-GB", timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )  # fmt: skip
        context.set_default_timeout(30_000)
        cookies = {"lang": lang} | ({"sessionid": self.office.sessions[login]} if login else {})
        context.add_cookies([{"name": name, "value": value, "url": self.office.url} for name, value in cookies.items()])
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("response", self._answered)
        self._contexts.append(context)
        return context.new_page()

    def again(self, page: Page) -> Page:
        """Another window of the same browser, after a window was killed."""
        return page.context.new_page()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error" or _REFUSAL.match(message.text):
            return
        if not (self.may_be_offline and "net::ERR_" in message.text):
            self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.request.method} {response.url}")

    def look(self, page: Page, name: str) -> None:
        """A picture for people to judge by, where `ZHINAN_SHOTS` names a folder; otherwise nothing."""
        if folder := os.environ.get("ZHINAN_SHOTS"):
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    def leave(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()
