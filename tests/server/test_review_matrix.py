"""Access to the pages of a review, page by page and person by person: a line here for every address below a round or a seat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.server.making import authority, person, post
from tests.server.review import Review
from zhinan.server.actions import meetings
from zhinan.server.models import Ballot, Event, Message, Remark, Role, Round, Scoring, Seat, User

pytestmark = pytest.mark.django_db


class World:
    """A round whose scoring is closed, experts seeing who applies; the discussion of its first case is open.

    `expert` and `colleague` sit on the panel of case 1, `other-expert` does not; `expert-outside` is in no bank.
    """

    def __init__(self) -> None:
        self.r = r = Review(cases=2, experts=8)
        self.round: Round = r.closed(blindness="single")
        panel = [seat for seat in r.seats(self.round) if seat.round_case.number == 1]
        seated = {seat.expert_id for seat in panel}
        self.seat: Seat = panel[0]
        meetings.call_meeting(self.round.code, [1], held_at=r.at, place="", by=r.officer, at=r.at)
        meetings.attend(self.round.code, [seat.expert.code for seat in panel], by=r.officer, at=r.at)
        meetings.open_discussion(self.round.code, by=r.officer, at=r.at)
        elsewhere = authority("guyuan", "city", "640400", r.y.region)
        self.people: dict[str, User | None] = {
            "anonymous": None, "applicant": r.leaders[0], "unit-admin": User.objects.get(username="r-admin-1"), "county": r.y.recommender,
            "city": r.officer, "auditor": r.auditor, "leadership": r.leadership, "expert": panel[0].expert.user,
            "colleague": panel[1].expert.user, "other-expert": next(each.user for each in r.experts if each.id not in seated),
        }  # fmt: skip
        for name, role, place in (
            ("auditor-elsewhere", Role.AUDITOR, {"authority": elsewhere}), ("officer-elsewhere", Role.OFFICER, {"authority": elsewhere}),
            ("finance", Role.FINANCE, {"authority": r.y.city}), ("keeper", Role.KEEPER, {}),
            ("expert-outside", Role.EXPERT, {"authority": r.y.city}),
        ):  # fmt: skip
            user = self.people[name] = person(f"m-{name}")
            post(user, role, **place)

    def client(self, who: str) -> Client:
        client, user = Client(), self.people[who]
        if user is not None:
            client.force_login(user)
        return client


Where = Callable[[World], dict[str, object]]
NOBODY: frozenset[str] = frozenset()
RUN, SEE = frozenset({"city"}), frozenset({"city", "auditor"})
EXPERT, PANEL = frozenset({"expert"}), frozenset({"expert", "colleague"})
EXPERTS = frozenset({"expert", "colleague", "other-expert", "expert-outside"})
ASKED = EXPERTS - {"expert-outside"}
OFFICES = frozenset({"city", "county", "officer-elsewhere"})
#: Everyone who could come to the door.
PEOPLE = (
    "anonymous", "applicant", "unit-admin", "county", "city", "auditor", "auditor-elsewhere", "officer-elsewhere", "leadership",
    "finance", "keeper", "expert", "colleague", "other-expert", "expert-outside",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Who gets in; where it is."""

    who: frozenset[str]
    where: Where = field(default=lambda w: {})


def of_round(who: frozenset[str], **more: object) -> Page:
    return Page(who, lambda w: {"code": w.round.code, **more})


def of_seat(who: frozenset[str], **more: object) -> Page:
    return Page(who, lambda w: {"seat": w.seat.id, **more})


def _preview(w: World) -> dict[str, object]:
    return {"code": w.round.code, "number": 1, "paper": w.r.cases[0].attachments.order_by("id")[0].id}


OPEN: Mapping[str, Page] = {
    "reviewing": Page(EXPERTS), "seat": of_seat(EXPERT), "seat-paper": of_seat(EXPERT, number=1), "panel-meeting": of_round(PANEL),
    **{name: of_round(SEE) for name in ("round-progress", "round-release", "round-meeting")},
    "release-case": of_round(SEE, number=1), "release-preview": Page(SEE, _preview),
    "meeting-minutes": of_round(SEE, number=1, kind="pdf"),
    # the round until its panels are drawn; a draw is for everyone
    "rounds": Page(OFFICES | {"auditor", "auditor-elsewhere"}), "new-round": Page(OFFICES),
    **{name: of_round(SEE) for name in ("round", "round-cases", "round-rules", "asking", "draw", "panels", "panels-sheet")},
    "declare": of_round(ASKED), "draws": Page(frozenset(PEOPLE)),
    **{name: of_round(frozenset(PEOPLE), number=1) for name in ("public-draw", "draw-bundle")},
}  # fmt: skip
#: Forms: who may send them; nobody else changes anything.
SENT: Mapping[str, Page] = {
    **{name: of_seat(EXPERT) for name in ("seat", "seat-save", "seat-answer")}, "panel-meeting": of_round(PANEL),
    **{name: of_round(RUN) for name in ("round-progress", "round-meeting")}, "release-case": of_round(RUN, number=1),
    **{name: of_round(RUN) for name in ("round", "round-cases", "round-rules", "asking", "draw", "panels")},
    "new-round": Page(RUN), "declare": of_round(ASKED),
    "sheet-reopen": Page(RUN, lambda w: {"code": w.round.code, "seat": w.seat.id}),
}  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = before


def outcome(answer: HttpResponse) -> str:
    if answer.status_code in (301, 302, 303):
        return "sign-in" if "/accounts/login/" in answer["Location"] else "open"
    words = {200: "open", 401: "sign-in", 403: "refused", 404: "not there", 422: "refused"}
    return words.get(answer.status_code, str(answer.status_code))


@pytest.mark.parametrize("name", sorted(OPEN))
def test_the_door_opens_to_those_it_is_for_and_to_nobody_else(world: World, name: str) -> None:
    page = OPEN[name]
    address = reverse(name, kwargs=page.where(world))
    found = {who: outcome(world.client(who).get(address)) for who in PEOPLE}

    expected = {who: "open" if who in page.who else "sign-in" if who == "anonymous" else "not there" for who in PEOPLE}
    assert found == expected


@pytest.mark.parametrize("name", sorted(OPEN.keys() | SENT.keys()))
def test_a_round_or_a_seat_that_is_not_there_answers_as_one_that_is_not_for_one_s_eyes(world: World, name: str) -> None:
    page = OPEN.get(name) or SENT[name]
    kwargs = {key: "no-such" if key == "code" else 10**9 if key == "seat" else value for key, value in page.where(world).items()}
    if not kwargs:
        return
    for who in ("city", "expert", "applicant"):
        client = world.client(who)
        answer = client.get(reverse(name, kwargs=kwargs)) if name in OPEN else client.post(reverse(name, kwargs=kwargs))
        assert answer.status_code == 404


def fingerprint() -> tuple[object, ...]:
    sheets = tuple(Scoring.objects.order_by("id").values_list("id", "version", "handed_in_at"))
    return Event.objects.count(), Message.objects.count(), Remark.objects.count(), Ballot.objects.count(), sheets


@pytest.mark.parametrize("name", sorted(SENT))
def test_nobody_else_changes_anything(world: World, name: str) -> None:
    page = SENT[name]
    address, before, wrong = reverse(name, kwargs=page.where(world)), fingerprint(), []
    sent = {
        "do": "say:1",
        "text": "越权",
        "reason": "越权",
        "version": "0",
        "comment": "越权",
        "minutes": "越权",
        "words": "越权",
    }
    for who in PEOPLE:
        if who in page.who:
            continue
        for do in ("say:1", "accept", "close", "hide", "hand-in"):
            found = outcome(world.client(who).post(address, {**sent, "do": do}))
            # An auditor may see a round and is told why they may not run it.
            may = {"sign-in"} if who == "anonymous" else {"refused", "not there"} if who == "auditor" else {"not there"}
            if found not in may:
                wrong.append((who, do, found))
    assert (wrong, fingerprint()) == ([], before)
