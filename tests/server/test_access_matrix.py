"""Every role at every page with a case at every point of its life; and nothing leaks through lists, searches or files.

What is expected is written here from docs/decisions/0002 (“Who may see”), not taken from the code. A new page fails the first test
until it has its line in the table.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import openpyxl
import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from tests.server import test_review_matrix
from tests.server.making import GOOD, NOON, hand_in, person, post, unit
from tests.server.region import ROWS, World
from zhinan.server.actions import applications
from zhinan.server.models import Application, Event, Message, Role

pytestmark = pytest.mark.django_db

#: Everyone who could come to the door.
PEOPLE = (
    "anonymous", "other-admin", "admin", "leader", "member", "county", "county-elsewhere", "park", "sector", "region", "city",
    "city-other-section", "auditor", "auditor-elsewhere", "finance", "leadership", "keeper", "expert",
)  # fmt: skip
ANYONE = frozenset(PEOPLE)
SIGNED_IN = ANYONE - {"anonymous"}
OFFICERS = frozenset({"county", "county-elsewhere", "park", "sector", "region", "city", "city-other-section"})
CITY = frozenset({"city", "city-other-section"})
AUDITORS = frozenset({"auditor", "auditor-elsewhere"})
NOBODY: frozenset[str] = frozenset()


# ── who may see a case: its unit's side, the bodies it has reached, once handed in the call's authority and its auditors ──


def unit_side(row: str) -> frozenset[str]:
    return frozenset({"leader", "other-admin" if row == "foreign" else "admin"})


def bodies(row: str) -> frozenset[str]:
    if row in ("draft", "withdrawn"):  # neither was ever handed in
        return NOBODY
    return CITY | {"auditor", "county-elsewhere" if row == "foreign" else "county"}


def seen_by(row: str) -> frozenset[str]:
    return unit_side(row) | bodies(row)


def handed_in(row: str) -> frozenset[str]:
    """What was handed in can be seen by whoever sees the case; before, there is nothing to see."""
    return seen_by(row) if bodies(row) else NOBODY


def filled_by(row: str) -> frozenset[str]:
    return unit_side(row) if row in ("draft", "returned") else NOBODY


def asks_to_submit(row: str) -> frozenset[str]:
    """The last look before handing in; once it is in, the same address leads on."""
    return unit_side(row) - (seen_by(row) if row == "withdrawn" else NOBODY)


def checked_by(row: str) -> frozenset[str]:
    """Whoever has the case now; at intake the section whose case it is."""
    return {
        "waiting": frozenset({"county"}),
        "foreign": frozenset({"county-elsewhere"}),
        "intake": frozenset({"city"}),
        "accepted": frozenset({"city"}),
    }.get(row, NOBODY)


def moved_by(row: str) -> frozenset[str]:
    """Accepting is for the section, at intake."""
    return frozenset({"city"}) if row == "intake" else NOBODY


# ── the table: for every address name, where it is and who gets in ──


@dataclass(frozen=True)
class Page:
    """Who gets in; `where` gives the arguments of the address; a page of a case is tried with every row."""

    who: Callable[[str], frozenset[str]]
    where: Callable[[World, str], dict[str, object]] = lambda w, row: {}
    is_of_case: bool = False


def for_all(who: frozenset[str], **where: object) -> Page:
    return Page(lambda row: who, lambda w, row: where)


def of_case(who: Callable[[str], frozenset[str]], **more: object) -> Page:
    return Page(who, lambda w, row: {"code": w.cases[row].code, **more}, is_of_case=True)


def _paper(w: World, row: str) -> dict[str, object]:
    paper = w.cases[row].attachments.first()
    return {"code": w.cases[row].code, "paper": paper.id if paper else 1}


def _listing(w: World, row: str) -> dict[str, object]:
    return {"call": "yc-2026", "stage": w.cases["waiting"].stage, "body": "xingqing"}


def _seat(w: World, row: str) -> dict[str, object]:
    return {"seat": w.seat.id}


def of_expert(who: frozenset[str], **more: object) -> Page:
    """A page of the expert who sits on the panel, in the bank of the city."""
    return Page(lambda row: who, lambda w, row: {"code": w.seat.expert.code, **more})


CALL = {"code": "yc-2026"}
#: A round of one case, its ranking fixed; `expert` sits on its panel.
ROUND = {"code": "yc-2026-r1"}
#: Its one case stands on a notice, and someone objects.
NOTICE, OBJECTION = {"code": "yc-2026-r1-n1"}, {"receipt": "yc-2026-r1-n1-0a1b"}
OPEN = {
    **{name: for_all(ANYONE) for name in ("home", "calls", "guides", "check", "verify", "register-unit", "check-code")},
    "call": for_all(ANYONE, **CALL), "guide": for_all(ANYONE, pack="yinchuan-2026"),
    "guide-scheme": for_all(ANYONE, pack="yinchuan-2026", scheme="sme-innovation"),
    "check-scheme": for_all(ANYONE, pack="yinchuan-2026", scheme="sme-innovation"), "verify-receipt": for_all(ANYONE, receipt="unknown"),
    **{name: for_all(SIGNED_IN) for name in ("desk", "resume", "inbox", "inbox-settings", "applications")},
    "start": for_all(SIGNED_IN, call="yc-2026", scheme="sme-innovation"),
    "message": Page(lambda row: frozenset({"leader"}), lambda w, row: {"id": w.message().id}),
    "organisation": for_all(frozenset({"leader", "admin", "member", "other-admin"})),
    "fill": of_case(filled_by), "form": of_case(filled_by, page="basics"), "submit": of_case(asks_to_submit), "withdraw": of_case(unit_side),
    **{name: of_case(seen_by) for name in ("case", "case-content", "case-checks", "case-history", "application-pdf")},
    **{name: of_case(handed_in, number=1) for name in ("receipt", "receipt-pdf")},
    "paper": Page(handed_in, _paper, is_of_case=True),
    "check-sheet": of_case(checked_by), "move": of_case(moved_by, action="accept"),
    **{name: for_all(OFFICERS | AUDITORS) for name in ("queue", "queue-export", "listings")},
    **{name: Page(lambda row: CITY | {"county", "auditor"}, lambda w, row: {"listing": w.listing().id}) for name in ("sent-list", "sent-letter", "sent-sheet")},
    **{name: Page(lambda row: frozenset({"county"}), _listing) for name in ("listing", "send-list")},
    **{name: for_all(OFFICERS) for name in ("calls-desk", "new-call", "units", "units-export")},
    **{name: for_all(CITY, **CALL) for name in ("call-desk", "call-preview", "publish-call", "revise-call", "extend-call", "close-call", "cancel-call")},
    "topics": for_all(frozenset({"park"})),
    "unit": Page(lambda row: CITY | {"county", "region"}, lambda w, row: {"uscc": w.y.unit.uscc}),
    **{name: for_all(frozenset({"keeper"})) for name in ("authorities", "add-authority", "holidays", "people")},
    "authority": for_all(frozenset({"keeper"}), code="yinchuan"),
    "person": Page(lambda row: frozenset({"keeper"}), lambda w, row: {"id": w.people["admin"].id}),
    "events": for_all(AUDITORS | {"keeper"}),
    **{name: for_all(CITY | {"auditor"}, **ROUND) for name in ("results", "fix-ranking", "allocation")},
    "case-results": for_all(CITY | {"auditor"}, **ROUND, number=1), "score-sheets": for_all(CITY | {"auditor"}, **ROUND, number=1, kind="pdf"),
    "ranking": for_all(CITY | {"auditor", "leadership"}, **ROUND),
    "ranking-file": for_all(CITY | {"auditor", "leadership"}, **ROUND, kind="xlsx"), "rankings": for_all(frozenset({"leadership"})),
    "explain-wild": Page(lambda row: frozenset({"expert"}), _seat),
    **{name: for_all(ANYONE) for name in ("notices", "awards", "awards-csv", "awards-json", "objection-answer")},
    "notice": for_all(ANYONE, **NOTICE), "notice-paper": for_all(ANYONE, **NOTICE, kind="xlsx"), "object": for_all(ANYONE, **NOTICE, number=1),
    "objections": for_all(OFFICERS | AUDITORS), "objection": for_all(CITY | {"auditor"}, **OBJECTION),
    "evidence": for_all(CITY | {"auditor"}, **OBJECTION, number=1),
    **{name: for_all(CITY | {"auditor"}, **ROUND) for name in ("round-notices", "round-awards")},
    **{name: for_all(OFFICERS | AUDITORS) for name in ("experts", "experts-export")},
    **{name: for_all(OFFICERS) for name in ("new-expert", "import-experts", "experts-template")}, "import-problems": for_all(NOBODY),
    "expert": of_expert(CITY | {"auditor"}), "edit-expert": of_expert(CITY),
    **{name: for_all(frozenset({"expert"})) for name in ("expert-desk", "expert-profile", "expert-employer")},
    "event": Page(lambda row: frozenset({"auditor", "keeper"}), lambda w, row: {"sequence": Event.objects.filter(case=w.cases["waiting"])[0].sequence}),
}  # fmt: skip
#: An invitation opens to whoever holds its secret: tests/server/web/test_joining.py.
BY_SECRET = {"join"}
#: Pages below a round or a seat have their own table: tests/server/test_review_matrix.py.
OF_REVIEWS = test_review_matrix.OPEN.keys() | test_review_matrix.SENT.keys()
#: Pages of the demo alone, which is off here; they are tried in their own tests.
DEMO_ONLY = {"style", "outbox", "personas", "become", "nobody"}

#: Forms: who may send them for a case that waits at the county; nobody else changes anything. `None`: everyone who has signed in.
SENT: dict[str, Page | None] = {
    "language": None, "inbox-read": None, "inbox-settings": None, "register-unit": None, "desk": None, "check": None, "check-scheme": None,
    "autosave": of_case(unit_side), "take-note": of_case(unit_side), "hand-over": of_case(unit_side), "papers": of_case(unit_side),
    "form": of_case(unit_side, page="basics"), "submit": of_case(unit_side), "withdraw": of_case(unit_side),
    "paper-remove": Page(unit_side, _paper, is_of_case=True),
    "check-sheet": of_case(checked_by), "move": of_case(checked_by, action="recommend"),
    **{name: Page(lambda row: frozenset({"county"}), _listing) for name in ("listing", "send-list")},
    **{name: for_all(CITY, **CALL) for name in ("call-desk", "call-quota", "publish-call", "revise-call", "extend-call", "close-call", "cancel-call")},
    "settle-topic": for_all(frozenset({"park"})), "withdraw-topic": for_all(frozenset({"park"}), topic=1),
    "new-call": for_all(OFFICERS), "start": for_all(frozenset({"admin", "leader", "member", "other-admin"}), call="yc-2026", scheme="sme-innovation"),
    "organisation-invite": for_all(frozenset({"admin", "other-admin"})),
    "organisation-end-post": Page(lambda row: frozenset({"admin", "keeper"}), lambda w, row: {"post": w.y.leader.posts.get().id}),
    "organisation-withdraw": for_all(frozenset({"keeper"}), invitation=1),
    "unit": Page(lambda row: CITY | {"county", "region"}, lambda w, row: {"uscc": w.y.unit.uscc}),
    **{name: for_all(frozenset({"keeper"})) for name in ("add-authority", "holidays", "remove-holiday")},
    **{name: Page(lambda row: frozenset({"keeper"}), lambda w, row: {"id": w.people["admin"].id}) for name in ("deactivate", "reactivate")},
    "end-post": Page(lambda row: frozenset({"keeper"}), lambda w, row: {"post": w.y.leader.posts.get().id}),
    "withdraw-invitation": for_all(frozenset({"keeper"}), invitation=1),
    "add-section": for_all(frozenset({"keeper"}), code="yinchuan"), "authority-invite": for_all(frozenset({"keeper"}), code="yinchuan"),
    "verify-events": for_all(AUDITORS | {"keeper"}),
    # from the scores to the decision: to read is for those in charge and the auditor, to change for those in charge alone
    **{name: for_all(CITY, **ROUND) for name in ("results", "fix-ranking", "allocation")},
    **{name: for_all(CITY, **ROUND) for name in ("round-notices", "round-awards")}, "objection": for_all(CITY, **OBJECTION),
    "object": None, "objection-answer": None,
    "case-results": for_all(CITY, **ROUND, number=1), "explain-wild": Page(lambda row: frozenset({"expert"}), _seat),
}  # fmt: skip

_OF_EXPERTS = ("expert-status", "expert-add-tie", "expert-conduct", "invite-expert")
SENT |= {
    **{name: for_all(OFFICERS) for name in ("new-expert", "import-experts", "confirm-import")},
    "edit-expert": of_expert(CITY),
    **{name: of_expert(CITY) for name in _OF_EXPERTS},
    "expert-withdraw-tie": of_expert(CITY, tie=1),
    **{name: for_all(frozenset({"expert"})) for name in ("expert-profile", "expert-employer", "declare-tie")},
    "withdraw-declared-tie": for_all(frozenset({"expert"}), tie=1),
}

#: Those whom a page lets in to read and tells why they may not do it.
TOLD_WHY = {
    **dict.fromkeys((*_OF_EXPERTS, "expert-withdraw-tie"), frozenset({"auditor"})),
    **{
        name: frozenset({"auditor"})
        for name in ("results", "allocation", "case-results", "fix-ranking", "round-notices", "round-awards", "objection")
    },
    "start": SIGNED_IN,
    "organisation-invite": frozenset({"leader", "member"}),
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once, with everyone signed in; every test puts back what it changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        for user in {*made.people.values(), *made.leaders.values()}:
            client = Client()
            client.force_login(user)
            made.sessions[user.id] = client.cookies[settings.SESSION_COOKIE_NAME].value
        yield made
        transaction.set_rollback(True)


def every_name() -> set[str]:
    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for each in patterns:
            if isinstance(each, URLPattern):
                yield str(each.name)
            elif str(each.pattern) != "accounts/":  # allauth's own, tried in test_accounts.py
                yield from walk(each.url_patterns)

    return set(walk(get_resolver().url_patterns))


def test_every_page_has_its_line_in_the_table() -> None:
    assert every_name() - DEMO_ONLY == OPEN.keys() | SENT.keys() | BY_SECRET | OF_REVIEWS


def come(world: World, who: str, row: str) -> Client:
    """A browser at the door that knows nothing but who has signed in."""
    client = Client()
    if user := world.user(who, row):
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[user.id]
    return client


def outcome(answer: HttpResponse) -> str:
    if answer.status_code in (301, 302, 303):
        return "sign-in" if "/accounts/login/" in answer["Location"] else "open"
    return {200: "open", 401: "sign-in", 403: "refused", 404: "not there", 422: "refused"}.get(
        answer.status_code, str(answer.status_code)
    )


def expected(page: Page, who: str, row: str) -> set[str]:
    if who in page.who(row):
        return {"open"}
    if who == "anonymous":
        return {"sign-in"}
    # Whoever sees the case may be told why not; for everyone else it is not there.
    return {"refused", "not there"} if page.is_of_case and who in seen_by(row) else {"not there"}


@pytest.mark.parametrize("name", sorted(OPEN))
def test_the_door_opens_to_those_it_is_for_and_to_nobody_else(world: World, name: str) -> None:
    page = OPEN[name]
    wrong = []
    for row in ROWS if page.is_of_case else ("accepted",):
        address = reverse(name, kwargs=page.where(world, row))
        for who in PEOPLE:
            found = outcome(come(world, who, row).get(address))
            if found not in expected(page, who, row):
                wrong.append((row, who, found))
    assert wrong == []


@pytest.mark.parametrize("name", sorted(name for name, page in OPEN.items() if page.is_of_case))
def test_a_case_that_is_not_for_one_s_eyes_answers_as_one_that_does_not_exist(world: World, name: str) -> None:
    page = OPEN[name]
    address = reverse(name, kwargs=page.where(world, "waiting"))
    for who in ("other-admin", "member", "county-elsewhere", "region", "keeper"):
        client = come(world, who, "waiting")
        seen, missing = client.get(address), client.get(address.replace(world.cases["waiting"].code, "yc-2026-9999"))
        assert (seen.status_code, missing.status_code) == (404, 404)
        assert plain(seen) == plain(missing)


def fingerprint() -> tuple[object, ...]:
    return (
        Event.objects.count(), Message.objects.count(), sorted(Application.objects.values_list("code", "stage", "title", "ready_at")),
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(name for name, page in SENT.items() if page))
def test_nobody_else_changes_anything(world: World, name: str) -> None:
    page = SENT[name]
    assert page is not None
    row = "waiting"
    address = reverse(name, kwargs=page.where(world, row))
    before, wrong = fingerprint(), []
    for who in PEOPLE:
        if who in page.who(row):
            continue
        found = outcome(
            come(world, who, row).post(
                address, {"unit": world.cases["waiting"].organisation.uscc, "decision": "confirm", "reason": "x"}
            )
        )
        # Whoever sees the case may be led back to it with the reason; who may open a public form is told why not.
        is_told = (page.is_of_case and who in seen_by(row)) or who in TOLD_WHY.get(name, NOBODY)
        if found not in ({"sign-in"} if who == "anonymous" else {"refused", "not there", "open"} if is_told else {"not there"}):
            wrong.append((who, found))
    assert (wrong, fingerprint()) == ([], before)


# ── nothing leaks ──


def plain(answer: HttpResponse) -> str:
    """What a page says, without what changes from request to request and without its own address."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if "spreadsheet" in answer["Content-Type"]:
        sheet = openpyxl.load_workbook(io.BytesIO(body)).active
        return json.dumps([[str(cell.value) for cell in row] for row in sheet.iter_rows()])
    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", body.decode())


LISTS = (
    "/", "/desk/", "/applications/", "/queue/", "/queue/?whose=all&words=秘密", "/queue/export.xlsx?whose=all", "/lists/", "/inbox/", "/units/?words=单位", "/units/units.xlsx",
    "/events/", "/events/?case=yc-2026-0008", "/desk/calls/", "/desk/calls/yc-2026/", "/organisation/", "/authorities/", "/authorities/people/?words=w-",
    "/calls/", "/calls/yc-2026/", "/verify/?receipt=yc-2026-0008-R1", "/topics/",
)  # fmt: skip


def pages_of(world: World, who: str) -> dict[str, str]:
    client = come(world, who, "accepted")
    return {address: f"{(answer := client.get(address)).status_code} {plain(answer)}" for address in LISTS}


@pytest.fixture
def secret(world: World) -> Callable[[], Application]:
    """A new case of the unit in the other county, once handed in; whoever takes part in it exists before."""
    place = unit(77, region="640181", name="单位另外")
    leader, admin = person("s-leader"), person("s-admin")
    post(leader, Role.MEMBER, organisation=place)
    post(admin, Role.UNIT_ADMIN, organisation=place)

    def make() -> Application:
        case = applications.start(by=leader, call=world.y.call, scheme="sme-innovation", organisation=place, at=NOON)
        known = {"applicant.titles": "科技型中小企业"}
        hand_in(case, {**GOOD, **known, "project.title": "秘密题目之外"}, leader=leader, admin=admin)
        return case

    return make


OUTSIDERS = tuple(who for who in PEOPLE if who not in bodies("foreign"))
#: Auditors and keepers keep the record of the whole platform: they see how long it is, and keepers that something happened in a case.
RECORD = {("auditor-elsewhere", "/desk/"), ("keeper", "/desk/"), ("keeper", "/events/"), ("keeper", "/events/?case=yc-2026-0008")}


def test_a_case_one_may_not_see_changes_nothing_one_sees(world: World, secret: Callable[[], Application]) -> None:
    before = {who: pages_of(world, who) for who in OUTSIDERS}
    secret()
    after = {who: pages_of(world, who) for who in OUTSIDERS}
    changed = {(who, address) for who in OUTSIDERS for address in LISTS if after[who][address] != before[who][address]}
    assert changed == RECORD
    told = [
        (who, address) for who, address in RECORD if any(word in after[who][address] for word in ("秘密题目之外", "单位另外"))
    ]
    assert told == []


def test_the_test_can_fail_whoever_may_see_the_case_sees_it(world: World, secret: Callable[[], Application]) -> None:
    before = {who: pages_of(world, who) for who in ("county-elsewhere", "city", "auditor")}
    case = secret()
    for who, pages in before.items():
        after = pages_of(world, who)
        assert case.code in after["/queue/?whose=all&words=秘密"]
        assert after["/queue/export.xlsx?whose=all"] != pages["/queue/export.xlsx?whose=all"]
