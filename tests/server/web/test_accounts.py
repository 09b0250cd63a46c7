"""Signing in: by name or address, throttled, with a second factor where the post asks for it, and by an identity provider."""

from __future__ import annotations

import json
import re
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.server.making import Yinchuan, person, post
from zhinan.server.models import Event, Message, Role, User

pytestmark = pytest.mark.django_db
PASSWORD = "枸杞红了又一年 2026"


@pytest.fixture(autouse=True)
def no_tries_before() -> None:
    cache.clear()


def someone(login: str = "known") -> User:
    user = person(login)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, login: str = "known", password: str = PASSWORD, address: str = "10.0.0.1") -> int:
    return client.post("/accounts/login/", {"login": login, "password": password}, REMOTE_ADDR=address).status_code


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# ── by password ──


@pytest.mark.parametrize("login", ["known", "known@example.org", "KNOWN@example.org"])
def test_one_signs_in_by_name_or_address_and_the_session_is_a_new_one(client: Client, login: str) -> None:
    someone()
    client.post("/organisation/invite/", {"typed": "before"})  # a session begins, to keep what was typed
    before = client.session.session_key
    assert sign_in(client, login) == 302
    assert is_in(client)
    assert client.session.session_key not in (None, before)


def test_wrong_passwords_lock_that_login_from_that_address_and_nothing_else(client: Client) -> None:
    someone()
    someone("other")
    assert [sign_in(client, password="wrong") for _ in range(4)] == [200] * 4
    assert sign_in(client, password="wrong") == 429
    locked = client.post("/accounts/login/", {"login": "known", "password": PASSWORD}, REMOTE_ADDR="10.0.0.1")
    assert locked.status_code == 429
    assert "登录失败次数过多，这个账号暂时不能登录" in locked.content.decode()
    assert sign_in(Client(), "known@example.org") == 429
    assert sign_in(Client(), "other") == 302
    assert sign_in(Client(), address="10.0.0.2") == 302


def test_the_lock_speaks_english_too(client: Client) -> None:
    someone()
    for _ in range(5):
        sign_in(client, password="wrong")
    page = client.post(
        "/accounts/login/?lang=en", {"login": "known", "password": PASSWORD}, REMOTE_ADDR="10.0.0.1"
    ).content.decode()
    assert "Too many failed attempts" in page


def test_a_success_forgets_the_failures_before_it(client: Client) -> None:
    someone()
    for _ in range(2):
        assert [sign_in(Client(), password="wrong") for _ in range(4)] == [200] * 4
        assert sign_in(Client()) == 302


def reset_link(client: Client, address: str) -> str:
    client.post("/accounts/password/reset/", {"email": address})
    body = Message.objects.filter(kind="account").order_by("-id")[0].body
    found = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", body)
    assert found, body
    return found[1]


def test_a_reset_mail_lands_in_the_outbox_its_link_works_and_unlocks(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "zhinan.server.outbox.KeepInOutbox"
    user = someone()
    user.must_change_password = True
    user.save()
    for _ in range(6):
        sign_in(client, password="wrong")
    page = client.get(reset_link(client, "known@example.org"), follow=True)
    assert page.status_code == 200
    done = client.post(page.request["PATH_INFO"], {"password1": "沙湖的鸟飞走了 77", "password2": "沙湖的鸟飞走了 77"})
    assert done.status_code == 302
    assert sign_in(client, password="沙湖的鸟飞走了 77") == 302
    user.refresh_from_db()
    assert user.must_change_password is False
    assert Event.objects.get(action="choose-password").actor == user


def test_the_answers_do_not_tell_whether_an_address_is_known(client: Client) -> None:
    someone()
    answers = [client.post("/accounts/password/reset/", {"email": each}) for each in ("known@example.org", "nobody@example.org")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/accounts/password/reset/done/")}
    for pair in (("known", "nobody"), ("known@example.org", "nobody@example.org")):
        pages = [Client().post("/accounts/login/", {"login": each, "password": "wrong"}).content.decode() for each in pair]
        assert len({re.sub(r'name="(csrfmiddlewaretoken|login)"[^>]*value="[^"]*"', "", page) for page in pages}) == 1


def test_nobody_signs_up(client: Client) -> None:
    client.post("/accounts/signup/", {"username": "x", "email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.count() == 0


def test_a_password_given_by_someone_else_is_changed_first(client: Client) -> None:
    user = someone()
    user.must_change_password = True
    user.save()
    sign_in(client)
    for address in ("/desk/", "/organisation/", "/inbox/", "/", "/accounts/email/", "/accounts/2fa/"):
        assert client.get(address)["Location"] == "/accounts/password/change/"
    assert client.get("/inbox/", headers={"accept": "application/json"}).status_code == 403
    assert client.post("/language/", {"lang": "en", "next": "/"})["Location"] == "/"
    new = {"oldpassword": PASSWORD, "password1": "沙湖的鸟飞走了 77", "password2": "沙湖的鸟飞走了 77"}
    assert client.post("/accounts/password/change/", new).status_code == 302
    assert client.get("/inbox/").status_code == 200


@pytest.mark.parametrize("text", ["\x00", "𠮷😀\u202e", "x" * 3000, "' OR 1=1 --"])
def test_any_text_gives_a_page(client: Client, text: str) -> None:
    for address in ("/accounts/login/", "/accounts/password/reset/"):
        assert client.post(address, {"login": text, "password": text, "email": text}).status_code in (200, 302)


# ── a second factor ──


@pytest.fixture
def required(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.FINANCE, Role.KEEPER])
def test_who_guards_others_sets_up_a_second_factor_first(client: Client, required: None, role: Role) -> None:
    post(someone(), role)
    sign_in(client)
    for address in ("/desk/", "/inbox/", "/", "/accounts/email/"):
        assert client.get(address)["Location"] == "/accounts/2fa/totp/activate/"
    assert client.post("/inbox/read/", headers={"accept": "application/json"}).status_code == 403
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.post("/language/", {"lang": "en", "next": "/"})["Location"] == "/"
    assert client.post("/accounts/logout/")["Location"] == "/"


@pytest.mark.parametrize("role", [Role.UNIT_ADMIN, Role.MEMBER, Role.LEADERSHIP, Role.EXPERT])
def test_others_may_but_need_not(client: Client, required: None, role: Role) -> None:
    post(someone(), role)
    sign_in(client)
    assert client.get("/inbox/").status_code == 200
    assert client.get("/accounts/2fa/").status_code == 200


def test_a_post_that_ended_asks_for_nothing(client: Client, required: None) -> None:
    held = post(someone(), Role.OFFICER)
    held.until = held.since
    held.save()
    sign_in(client)
    assert client.get("/inbox/").status_code == 200


def test_a_second_factor_is_set_up_and_asked_for_from_then_on(client: Client, required: None) -> None:
    y = Yinchuan()
    y.officer.set_password(PASSWORD)
    y.officer.save()
    assert sign_in(client, "officer") == 302
    assert is_in(client)
    once_more = client.get("/accounts/2fa/totp/activate/")["Location"]
    assert client.post(once_more, {"password": PASSWORD})["Location"] == "/accounts/2fa/totp/activate/"
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    assert Authenticator.objects.filter(user=y.officer, type="totp").count() == 1
    assert client.get("/inbox/").status_code == 200
    again = Client()
    assert sign_in(again, "officer") == 302
    assert not is_in(again)
    assert again.get("/inbox/").status_code == 302
    cache.clear()  # a code is good once; this is the next half minute's
    assert again.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/desk/"
    assert is_in(again)


def test_a_wrong_code_lets_nobody_in(client: Client) -> None:
    user = someone()
    TOTP.activate(user, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    sign_in(client)
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_in(client)


def code_of(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return f"{hotp_value(secret, counters[len(counters) // 2]):06d}"


# ── by an identity provider ──


class Provider:
    """A small identity provider on loopback: what it says of the person is what the test gave it."""

    def __init__(self) -> None:
        self.claims: dict[str, object] = {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        provider = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(provider.answer(self.path))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self._say(provider.answer(self.path))

            def _say(self, said: object) -> None:
                body = json.dumps(said).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> object:
        if path.startswith("/.well-known/"):
            return {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo", "jwks_uri": f"{self.url}/keys", "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }  # fmt: skip
        if path.startswith("/token"):
            body = {**self.claims, "iss": self.url, "aud": "zhinan", "iat": 1, "exp": 4_000_000_000}
            return {
                "access_token": "token",
                "token_type": "Bearer",
                "id_token": jwt.encode(body, self.key, "RS256", headers={"kid": "one"}),
            }
        if path.startswith("/keys"):
            numbers = self.key.public_key().public_numbers()
            return {
                "keys": [
                    {"kid": "one", "kty": "RSA", "alg": "RS256", "use": "sig", "n": _base64(numbers.n), "e": _base64(numbers.e)}
                ]
            }
        return self.claims


def _base64(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode().rstrip("=")


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    made = Provider()
    app = {
        "provider_id": "government",
        "name": "统一身份认证",
        "client_id": "zhinan",
        "secret": "s",
        "settings": {"server_url": made.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield made
    made.server.shutdown()
    made.server.server_close()


def come_from(provider: Provider, client: Client, **claims: object) -> object:
    """Go to the provider and come back from it as the person it says."""
    provider.claims = {"sub": "id-1", "name": "某人", **claims}
    away = client.post("/accounts/oidc/government/login/")
    assert away["Location"].startswith(f"{provider.url}/authorize?")
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get("/accounts/oidc/government/login/callback/", {"code": "c", "state": asked["state"][0]})


def test_a_known_person_comes_in_by_the_verified_address_and_by_the_link_from_then_on(client: Client, provider: Provider) -> None:
    user = someone()
    answer = come_from(provider, client, email="Known@example.org", email_verified=True)
    assert answer["Location"] == "/desk/"  # type: ignore[index]  # the client's response
    assert client.session["_auth_user_id"] == str(user.id)
    assert SocialAccount.objects.get().user == user
    assert Event.objects.get(action="link-identity").actor == user
    again = Client()
    come_from(provider, again, email="changed@example.org", email_verified=False)
    assert again.session["_auth_user_id"] == str(user.id)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@example.org", "email_verified": True}, {"email": "known@example.org", "email_verified": False},
        {"email": "known@example.org"}, {"email": "known@example.org", "email_verified": "false"}, {},
    ],
)  # fmt: skip
def test_a_stranger_is_told_calmly_and_nothing_is_kept(client: Client, provider: Provider, claims: dict[str, object]) -> None:
    someone()
    answer = come_from(provider, client, **claims)
    assert answer.status_code == 403  # type: ignore[attr-defined]  # the client's response
    assert "平台上没有与这个身份对应的账号" in answer.content.decode()  # type: ignore[attr-defined]  # as above
    assert not is_in(client)
    assert (SocialAccount.objects.count(), User.objects.count(), Event.objects.count()) == (0, 1, 0)


def test_an_address_someone_gave_without_proving_it_is_not_theirs(client: Client, provider: Provider) -> None:
    squatter = someone("squatter")
    squatter.email = "known@example.org"
    squatter.save()
    EmailAddress.objects.create(user=squatter, email="known@example.org", verified=False, primary=True)
    assert come_from(provider, client, email="known@example.org", email_verified=True).status_code == 403  # type: ignore[attr-defined]  # the client's response
    user = someone()
    come_from(provider, client, email="known@example.org", email_verified=True)
    assert client.session["_auth_user_id"] == str(user.id)


def test_two_people_with_one_address_are_not_guessed_between(client: Client, provider: Provider) -> None:
    someone()
    other = someone("other")
    other.email = "known@example.org"
    other.save()
    assert come_from(provider, client, email="known@example.org", email_verified=True).status_code == 403  # type: ignore[attr-defined]  # the client's response


def test_a_closed_account_stays_closed(client: Client, provider: Provider) -> None:
    user = someone()
    come_from(provider, client, email="known@example.org", email_verified=True)
    client.logout()
    user.is_active = False
    user.save()
    come_from(provider, client, email="known@example.org", email_verified=True)
    assert not is_in(client)


def test_a_provider_that_denies_is_told_calmly(client: Client, provider: Provider) -> None:
    away = client.post("/accounts/oidc/government/login/")
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    for sent in ({"error": "access_denied", "state": state}, {"code": "c", "state": "forged"}, {}):
        answer = client.get("/accounts/oidc/government/login/callback/", sent)
        assert answer.status_code in (200, 302, 401)
        assert not is_in(client)


def test_the_provider_is_off_unless_it_is_set(client: Client) -> None:
    assert "统一身份认证" not in client.get("/accounts/login/").content.decode()
    assert client.post("/accounts/oidc/government/login/").status_code == 404
