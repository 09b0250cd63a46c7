"""After signing in: a password given by someone else is changed, and a second factor set up, before any other page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from zhinan.server.identity import has_second_factor
from zhinan.server.queries.people import guards_others
from zhinan.server.templatetags.zhinan import lang
from zhinan.server.web.doors import person
from zhinan.server.web.refusals import refusal, wants_json
from zhinan.values.problem import Mistake
from zhinan.values.text import Text

_CHANGE_PASSWORD = Mistake(
    "change-password-first", Text("请先换一个只有您知道的密码", "first choose a password that only you know"),
    Text("换好后继续", "then go on"),
)  # fmt: skip
_SECOND_FACTOR = Mistake(
    "second-factor-first", Text("您的岗位要求两步验证，请先启用", "your post asks for two-step sign-in: turn it on first"),
    Text("启用验证器应用后继续", "turn on an authenticator app, then go on"),
)  # fmt: skip
#: Pages a person needs to get in, or out again.
_ALWAYS = ("account_logout", "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "language")
_PASSWORD = ("account_change_password", "account_set_password")
_FACTOR = ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_signup_webauthn", "mfa_login_webauthn")


class SettleAccount:
    """Sends a person to what their account still lacks. Two look-ups at most, none for those who have not signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *page: object) -> HttpResponse | None:
        """The way to what is lacking; `None` lets the person in."""
        if isinstance(request.user, AnonymousUser):
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        lacking = _lacking(request, str(name))
        if lacking is None:
            return None
        mistake, address = lacking
        if wants_json(request):
            return refusal(request, [mistake.at()], status=403)
        messages.warning(request, mistake.says.in_lang(lang()))
        return HttpResponseRedirect(reverse(address))


def _lacking(request: HttpRequest, name: str) -> tuple[Mistake, str] | None:
    user = person(request)
    if name in _ALWAYS:
        return None
    if user.must_change_password and name not in _PASSWORD:
        return _CHANGE_PASSWORD, "account_change_password"
    if not settings.REQUIRE_SECOND_FACTOR or name in (*_PASSWORD, *_FACTOR):
        return None
    if has_second_factor(user) or not guards_others(user):
        return None
    return _SECOND_FACTOR, "mfa_activate_totp"
