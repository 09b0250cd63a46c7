"""No page is forgotten: every address of the platform is looked at by the walks, or stands here with the reason why not."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.flows.pages import PAGES

#: Addresses that are no pages of their own, and why.
NOT_LOOKED_AT: dict[str, str] = {
    **dict.fromkeys((
        "language", "become", "nobody", "inbox-read", "take-note", "autosave", "hand-over", "paper-remove", "papers", "call-quota",
        "settle-topic", "withdraw-topic", "organisation-invite", "organisation-end-post", "organisation-withdraw", "remove-holiday",
        "deactivate", "reactivate", "end-post", "withdraw-invitation", "add-section", "authority-invite", "verify-events",
        "confirm-import", "expert-status", "expert-add-tie", "expert-withdraw-tie", "expert-conduct", "invite-expert", "declare-tie",
        "withdraw-declared-tie", "seat-answer", "seat-save", "sheet-reopen",
    ), "is only sent to"),
    **dict.fromkeys((
        "receipt-pdf", "application-pdf", "paper", "queue-export", "sent-letter", "sent-sheet", "units-export",
        "mfa_download_recovery_codes", "experts-export", "experts-template", "import-problems", "score-sheets", "ranking-file", "panels-sheet", "draw-bundle",
        "awards-csv", "awards-json", "evidence", "meeting-minutes", "notice-paper", "release-preview", "seat-paper",
    ), "is a file"),
    **dict.fromkeys(("fill", "message", "resume"), "goes on to another page"),
    "check-code": "answers a script",
    **dict.fromkeys((
        "account_inactive", "account_reauthenticate", "account_email_verification_sent", "account_set_password", "account_confirm_login_code",
        "account_confirm_email", "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate",
        "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_list_webauthn",
        "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "socialaccount_login_cancelled",
        "socialaccount_login_error", "socialaccount_signup", "openid_connect_login", "openid_connect_callback",
    ), "is a step of signing in that needs a mail, a second factor or an identity provider; same frame as account_login"),
}  # fmt: skip


def test_every_address_is_looked_at_or_says_why_not() -> None:
    named = {name for name in _names(get_resolver()) if name}
    seen = {page for page, _, _ in PAGES}
    assert sorted(named - seen - NOT_LOOKED_AT.keys()) == []
    assert sorted(NOT_LOOKED_AT.keys() & seen) == []


def _names(resolver: URLResolver) -> Iterator[str | None]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield each.name
        else:
            yield from _names(each)
