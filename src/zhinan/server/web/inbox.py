"""Messages to a person: what was told, what is unread, and how they want to be told."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhinan.server.actions import messages as acts
from zhinan.server.clock import now
from zhinan.server.queries.messages import inbox, message_for
from zhinan.server.queries.people import unread
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person, signed_in
from zhinan.server.web.language import COOKIE
from zhinan.server.web.typed import Box, Option, posted
from zhinan.values.text import Text

_PER_PAGE = 25
_LANGUAGES = (Option("zh", Text("中文", "Chinese")), Option("en", Text("英文", "English")))


@require_GET
@signed_in
def listing(request: HttpRequest) -> HttpResponse:
    """The inbox, a page of it."""
    is_unread_only = request.GET.get("show") == "unread"
    page = Paginator(inbox(person(request), only_unread=is_unread_only), _PER_PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"label": Text("全部", "All"), "href": "?", "is_current": not is_unread_only},
        {"label": Text("未读", "Unread"), "href": "?show=unread", "is_current": is_unread_only, "count": unread(person(request))},
    ]
    return render(request, "inbox/list.html", {"page": page, "tabs": tabs, "is_unread_only": is_unread_only})


@require_GET
@signed_in
def message(request: HttpRequest, id: int) -> HttpResponse:
    """One message. Showing it is reading it."""
    found = message_for(person(request), id)
    acts.mark_read(person(request), [found.id], at=now())
    return render(request, "inbox/message.html", {"message_shown": found})


@require_POST
@signed_in
def read(request: HttpRequest) -> HttpResponse:
    """Mark the chosen messages, or all, as read."""
    ids = [int(id) for id in request.POST.getlist("id") if id.isascii() and id.isdigit() and len(id) < 19]
    acts.mark_read(person(request), None if "all" in request.POST else ids, at=now())
    return HttpResponseRedirect(f"{reverse('inbox')}{'?show=unread' if request.POST.get('show') == 'unread' else ''}")


@require_http_methods(["GET", "POST"])
@signed_in
def choices(request: HttpRequest) -> HttpResponse:
    """One mail for each message or one a day, and in which language."""
    user = person(request)
    if request.method == "POST":
        chosen = posted(request, "lang")
        acts.choose(user, wants_digest=posted(request, "digest") == "daily", lang=chosen, at=now())
        messages.success(request, Text("已保存。", "Saved.").in_lang(lang()))
        answer = HttpResponseRedirect(reverse("inbox-settings"))
        answer.delete_cookie(COOKIE)  # the browser's own choice would stand before the person's
        return answer
    often = (
        Option("each", Text("每条消息一封邮件", "a mail for each message")),
        Option("daily", Text("每天汇总成一封", "one mail a day")),
    )
    boxes = [
        Box("digest", Text("邮件", "E-mail"), kind="choice", options=often, value="daily" if user.wants_digest else "each"),
        Box("lang", Text("语言", "Language"), kind="choice", options=_LANGUAGES, value=user.lang or "zh",
            help=Text("页面和邮件都用它。", "For pages and mails.")),
    ]  # fmt: skip
    return render(request, "inbox/settings.html", {"boxes": boxes})


addresses = [
    path("inbox/", listing, name="inbox"),
    path("inbox/<int:id>/", message, name="message"),
    path("inbox/read/", read, name="inbox-read"),
    path("inbox/settings/", choices, name="inbox-settings"),
]
