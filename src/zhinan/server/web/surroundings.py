"""What every page has around it: its language, who is signed in, the places they may go, unread messages."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from zhinan.server.queries import people
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.language import html_language


def surroundings(request: HttpRequest) -> dict[str, object]:
    """For the frame of the page."""
    user = getattr(request, "user", None)
    known = user if user is not None and user.is_authenticated else None
    return {
        "lang": lang(), "html_lang": html_language(lang()), "demo": settings.DEMO,
        "places": people.places_of(known) if known else (), "unread": people.unread(known) if known else 0,
    }  # fmt: skip
