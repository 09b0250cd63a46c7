"""A page as a browser without scripts uses it: what a form sends when it is sent as it stands."""

from __future__ import annotations

from html.parser import HTMLParser

from django.http import QueryDict


class _Form(HTMLParser):
    """Collects the successful controls; what stands in a `template` is not there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sent: list[tuple[str, str]] = []
        self.select: str | None = None
        self.options: list[tuple[str, bool]] = []
        self.textarea: str | None = None
        self.text = ""
        self.inert = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inert += tag == "template"
        if self.inert:
            return
        name = given.get("name") or ""
        if tag == "input" and name and "disabled" not in given and given.get("type") != "file":
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.sent.append((name, given.get("value") or ""))
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option" and self.select is not None:
            self.options.append((given.get("value") or "", "selected" in given))
        elif tag == "textarea":
            self.textarea, self.text = name, ""

    def handle_endtag(self, tag: str) -> None:
        self.inert -= tag == "template"
        if tag == "select" and self.select is not None and self.options:
            chosen = [value for value, is_chosen in self.options if is_chosen] or [self.options[0][0]]
            self.sent.append((self.select, chosen[-1]))
            self.select = None
        elif tag == "textarea" and self.textarea is not None:
            self.sent.append((self.textarea, self.text.removeprefix("\n").replace("\n", "\r\n")))
            self.textarea = None

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.text += data


def sent(html: str) -> QueryDict:
    """What the one form in the HTML sends, without any of its buttons."""
    form = _Form()
    form.feed(html)
    post = QueryDict(mutable=True)
    for name, value in form.sent:
        post.appendlist(name, value)
    return post
