"""Whatever is sent to whatever address by whomever, no page fails: it shows, it refuses, or it says there is nothing.

`ZHINAN_FUZZ=200` sends so many requests to every address, other ones each time.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import path
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

import zhinan.server
from tests.server.fuzzing import Pair, Sent, World, forms_of, hostile_texts, parameters, path_of, requests, route_of, routes, send
from zhinan.server import urls
from zhinan.server.models import Attachment, Call, Message, Organisation, Post, Submission, Topic, User
from zhinan.server.web import home, outbox, personas

pytestmark = pytest.mark.django_db
_LONG = int(os.environ.get("ZHINAN_FUZZ", "0"))
fuzzed = settings(
    max_examples=_LONG or 4,
    derandomize=not _LONG,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink] if _LONG else [Phase.explicit, Phase.generate],
)

#: With the demo's pages too, which an office does not have.
urlpatterns = [*urls.urlpatterns]
for _demo in (*outbox.addresses, *personas.addresses, path("style/", home.style, name="style")):
    if str(_demo.pattern) not in {str(each.pattern) for each in urlpatterns}:
        urlpatterns.append(_demo)
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500
ROUTES = sorted(set(routes(urlpatterns)))
#: The names that the pages ask requests for, as they are written in their modules.
_ASKED = re.compile(r"""(?:POST|GET|FILES|posted\(request|asked\(request)[^"\n]{0,20}"([^"\n]{1,40})\"""")
NAMES = sorted(
    {
        name
        for file in (Path(zhinan.server.__file__).parent / "web").glob("*.py")
        for name in _ASKED.findall(file.read_text("utf-8"))
    }
)


class Crowd:
    """The world, who is in it by session, good values for parameters, the forms its pages show and who gets to see them."""

    def __init__(self) -> None:
        self.world = World()
        self.sessions = {name: _session(user) for name, user in self.world.people.items()}
        self.good = _good(self.world)
        self.forms: dict[str, list[list[Pair]]] = defaultdict(list)
        self.insiders: dict[str, set[str]] = defaultdict(set)
        self.broken: list[tuple[str, str]] = []
        for route in ROUTES:
            for name in ("admin", "recommender", "officer", "keeper", "anonymous"):
                self._read(route, name)

    def _read(self, route: str, name: str) -> None:
        """Note the forms of a page, where this person can open it, or that it is broken."""
        address = path_of(route, {each: (self.good.get(each) or ["1"])[0] for each, _ in parameters(route)})
        client = Client(raise_request_exception=False)
        client.cookies[django_settings.SESSION_COOKIE_NAME] = self.sessions[name]
        with transaction.atomic():
            page = client.get(address)
            transaction.set_rollback(True)
        if page.status_code >= 500:
            self.broken.append((name, address))
        if page.status_code == 200:
            self.insiders[route].add(name)
        if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
            for action, pairs in forms_of(address, page.content.decode()):
                self.forms[route_of(action)].append(pairs)
                self.insiders[route_of(action)].add(name)


def _session(user: User | None) -> str:
    if user is None:
        return ""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value


def _good(world: World) -> dict[str, list[str]]:
    """Values that lead somewhere, by the name of the parameter."""

    def ids(model: type) -> list[str]:
        return [str(id) for id in model.objects.values_list("id", flat=True)[:20]]  # type: ignore[attr-defined]  # any row

    receipts = list(Submission.objects.values_list("receipt", flat=True))
    return {
        "code": [*world.cases, *Call.objects.values_list("code", flat=True), "yinchuan", "xingqing"], "case": world.cases, "call": [world.call.code],
        "scheme": ["sme-innovation"], "pack": ["yinchuan-2026", "xinjiang-liangqu-2025"], "body": ["xingqing", "yinchuan"],
        "page": ["project", "papers", "money"], "stage": sorted(set(Submission.objects.values_list("application__stage", flat=True))),
        "number": ["1"], "paper": ids(Attachment), "post": ids(Post), "id": [*ids(Message), *ids(User)], "user": ids(User), "topic": ids(Topic),
        "receipt": receipts, "uscc": list(Organisation.objects.values_list("uscc", flat=True)), "sequence": ["1", "2"], "upload": ["evidence-below-threshold"],
    }  # fmt: skip


@pytest.fixture(scope="module")
def crowd(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crowd]:
    """Made once for all addresses; nothing of it is kept."""
    elsewhere = override_settings(ROOT_URLCONF=__name__, DEMO=True, MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), elsewhere, transaction.atomic():  # type: ignore[attr-defined]  # pytest-django's own
        yield Crowd()
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper() -> None:
    """In place of pytest-django's: a transaction a test would close the connection, and with it the crowd that serves them all."""


@st.composite
def _paths(draw: st.DrawFn, route: str, good: dict[str, list[str]]) -> str:
    values = {}
    for name, kind in parameters(route):
        bad = st.sampled_from(["0", "1", "7", str(2**31), str(2**63), "9" * 400]) if kind == "int" else hostile_texts.filter(bool)
        known = st.sampled_from(good[name]) if good.get(name) else bad
        values[name] = draw(bad if draw(st.integers(0, 9)) == 0 else known)
    return path_of(route, values)


def test_no_page_is_broken(crowd: Crowd) -> None:
    assert crowd.broken == []


@pytest.mark.parametrize("route", ROUTES)
@fuzzed
@given(data=st.data())
def test_no_address_fails_whatever_is_sent_to_it(crowd: Crowd, route: str, data: st.DataObject) -> None:
    insiders = sorted(crowd.insiders.get(route, ())) or sorted(crowd.sessions)
    who = data.draw(st.sampled_from([*sorted(crowd.sessions), *insiders * 5]), label="who")
    address = data.draw(_paths(route, crowd.good), label="address")
    forms = crowd.forms.get(route) or [[]]
    sent: Sent = data.draw(requests(data.draw(st.sampled_from(forms)), NAMES), label="sent")
    with transaction.atomic():
        status = send(crowd.sessions[who], address, sent)
        transaction.set_rollback(True)
    note(f"{status}")
    assert status < 500
