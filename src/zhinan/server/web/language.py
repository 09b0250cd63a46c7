"""The language of a page: what the person chose, and Chinese until then."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from zhinan.values.text import Lang

COOKIE = "lang"
_CODES: dict[Lang, str] = {"zh": "zh-hans", "en": "en"}
_HTML: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}


class ChooseLanguage:
    """`?lang=en` for one page, the cookie for this browser, the person's own setting; otherwise Chinese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lang = language_of(request)
        with translation.override(_CODES[lang]):
            request.META["zhinan.lang"] = lang
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", _HTML[lang])
            return response


def language_of(request: HttpRequest) -> Lang:
    """The language for this request."""
    for wanted in (request.GET.get("lang"), request.COOKIES.get(COOKIE), getattr(request.user, "lang", "")):
        if wanted in ("zh", "en"):
            return "en" if wanted == "en" else "zh"
    return "zh"


def html_language(lang: Lang) -> str:
    """What `<html lang>` says."""
    return _HTML[lang]
