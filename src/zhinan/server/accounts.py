"""Accounts: nobody signs up by themselves; an identity provider signs in people whom the platform already knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from axes.utils import reset
from django.http import HttpRequest

from zhinan.values.problem import Mistake
from zhinan.values.text import Text

_STRANGER = Mistake(
    "identity-unknown", Text("平台上没有与这个身份对应的账号", "no account here belongs to this identity"),
    Text("请用账号密码登录后在“统一身份认证”里关联；没有账号的，请联系本单位管理员或主管部门",
         "sign in with your account and link it there; if you have none, ask your unit's administrator or the authority"),
)  # fmt: skip


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Units register on their own page, and people come by invitation: allauth's sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:  # Any: as allauth has it
        """A person has chosen a password: it is theirs alone, on record, and failed tries before it count no more."""
        from zhinan.server import clock  # noqa: PLC0415  # Django loads this before its rows are ready
        from zhinan.server.actions import people  # noqa: PLC0415  # as above

        people.choose_password(user, password, at=clock.now())
        reset(username=user.username)


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]  # as above
    """An identity from outside must belong to someone here: by a link made before, or by the verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # Any: allauth has no types
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Link the identity to the one person with its verified address; a stranger is told calmly."""
        from zhinan.server import clock  # noqa: PLC0415  # Django loads this before its rows are ready
        from zhinan.server.actions import people  # noqa: PLC0415  # as above
        from zhinan.server.queries.people import known_by_address  # noqa: PLC0415  # as above
        from zhinan.server.web.refusals import refusal  # noqa: PLC0415  # as above

        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        verified = [each.email for each in sociallogin.email_addresses if str(each.verified).lower() == "true"]
        known = known_by_address(verified)
        if known is None:
            raise ImmediateHttpResponse(refusal(request, [_STRANGER.at()], status=403))
        sociallogin.connect(request, known)
        people.note_identity(known, provider=sociallogin.account.provider, at=clock.now())


def login_tried(
    request: HttpRequest, credentials: Mapping[str, Any] | None
) -> str:  # Any: credentials are what a caller makes them
    """Whose sign-in was tried: the login name, also when the address was typed; what was typed, if it is nobody's."""
    from zhinan.server.queries.people import login_of  # noqa: PLC0415  # Django loads this before its rows are ready

    given = credentials or {}
    typed = str(given.get("username") or given.get("email") or request.POST.get("login", ""))
    return login_of(typed.replace("\x00", "").strip()[:200])
