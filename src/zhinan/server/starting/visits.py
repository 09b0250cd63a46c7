"""A round of visits: every persona's pages fetched over HTTP, as a browser would, to see that each one opens."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import CookieJar

from zhinan.server.demo.personas import PERSONAS, Persona
from zhinan.values.text import Lang, Text

VISITOR = Text("访客", "visitor")
#: What everyone may read.
_PUBLIC = (
    "/", "/calls/", "/guides/", "/check/", "/verify/", "/draws/", "/draws/yc-2026-1-r1/1/", "/notices/",
    "/notices/yc-2026-1-r1-n2/", "/notices/yc-2026-1-r1-n2/1/object/", "/awards/", "/demo/", "/demo/outbox/",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """One page as one person met it: its status (0 for no answer), the time it took, its heading or what went wrong."""

    who: Text
    path: str
    status: int
    milliseconds: int
    title: str

    @property
    def is_good(self) -> bool:
        """Whether a page with a heading came."""
        return self.status == 200 and bool(self.title)


class _Page(HTMLParser):
    """What a visitor takes from a page: its heading, the places in its navigation, its first row, the token of its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.heading, self.places, self.token, self.first = "", list[str](), "", ""
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("h1", "tbody") or (tag == "nav" and "places" in given.get("class", "").split()):
            self._inside.append(tag)
        if tag == "a" and "nav" in self._inside:
            self.places.append(given.get("href", ""))
        if tag == "a" and "tbody" in self._inside and given.get("href", "").startswith("/"):
            self.first = self.first or given["href"]
        if given.get("name") == "csrfmiddlewaretoken":
            self.token = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if "h1" in self._inside:
            self.heading = f"{self.heading}{data}".strip()


class _Browser:
    """Cookies and redirects, and no proxy: the platform is on this machine."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies).open

    def speak(self, lang: Lang) -> None:
        """Choose the language of the pages."""
        token = self.visit(VISITOR, "/")[1].token
        self.visit(VISITOR, "/language/", {"lang": lang, "next": "/verify/", "csrfmiddlewaretoken": token})

    def visit(self, who: Text, path: str, form: dict[str, str] | None = None) -> tuple[Visit, _Page]:
        """Fetch a page, or send a form to it; the page one is led to is the one that counts."""
        body = urllib.parse.urlencode(form).encode() if form else None
        began = time.monotonic()
        try:
            with self._open(urllib.request.Request(self.address + path, data=body), timeout=60) as answer:
                status, text = answer.status, answer.read().decode("utf-8", "replace")
                came_to = urllib.parse.urlsplit(answer.url).path
        except urllib.error.HTTPError as refused:
            with refused:
                status, text = refused.code, refused.read().decode("utf-8", "replace")
                came_to = urllib.parse.urlsplit(refused.url or path).path
        except OSError as failure:
            return Visit(who, path, 0, _since(began), str(failure)), _Page("")
        page = _Page(text)
        return Visit(who, came_to, status, _since(began), page.heading), page


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def round_of_visits(address: str, lang: Lang) -> Iterator[Visit]:
    """What everyone may read; then each persona's desk, every place in their navigation with the first row of its list, and the
    pages that show what they do."""
    visitor = _Browser(address)
    visitor.speak(lang)
    for path in _PUBLIC:
        yield visitor.visit(VISITOR, path)[0]
    for persona in PERSONAS:
        yield from _as(persona, address, lang)


def _as(persona: Persona, address: str, lang: Lang) -> Iterator[Visit]:
    browser = _Browser(address)
    browser.speak(lang)
    token = browser.visit(persona.role, "/demo/")[1].token
    desk, page = browser.visit(persona.role, "/demo/become/", {"login": persona.login, "csrfmiddlewaretoken": token})
    yield desk
    for path in dict.fromkeys(page.places):
        visit, place = browser.visit(persona.role, path)
        if path != desk.path:
            yield visit
        if place.first:
            yield browser.visit(persona.role, place.first)[0]
    for path in persona.pages:
        yield browser.visit(persona.role, path)[0]
