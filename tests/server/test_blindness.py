"""Who may not see something cannot find it anywhere: a canary in every hidden field, every answer to every role searched for it.

What is expected is written here from docs/decisions/0003 (“Who sees what”), not taken from the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.server.crawling import addresses, all_that_comes_back
from tests.server.making import authority, person, post, unit
from tests.server.review import Review
from zhinan.server.actions import scoring, seats
from zhinan.server.models import Expert, Message, Role, Round, Seat, User

pytestmark = pytest.mark.django_db

HANDED_IN, DRAFT = "评语金丝雀已交", "评语金丝雀草稿"
#: Whoever could come to the door while experts score.
ROLES = (
    "anonymous", "applicant", "unit-admin", "other-applicant", "county", "city", "auditor", "auditor-elsewhere", "leadership", "finance",
    "keeper", "expert", "colleague", "expert-outside",
)  # fmt: skip


class Scored:
    """A double-blind round in the middle of scoring: one sheet handed in, one half-filled, the rest not begun.

    `expert` holds the seat with the sheet handed in, `colleague` one on the same panel with the draft; `expert-outside` was never asked.
    """

    def __init__(self) -> None:
        self.r = r = Review(cases=3, experts=10)
        self._name_everyone()
        outside = self._bystander()
        self.round: Round = r.drawn(blindness="double")
        self.panel = list(
            Seat.objects.filter(round_case__round=self.round, status="asked").select_related("expert__user", "round_case")
        )
        first = self.panel[0]
        second = next(seat for seat in self.panel if seat.round_case_id == first.round_case_id and seat.id != first.id)
        self.first, self.second = first, second
        for seat, word in ((first, HANDED_IN), (second, DRAFT)):
            seats.accept_seat(seat.id, by=user_of(seat), at=r.later(hours=1))
            self._score(seat, word)
        self.people: dict[str, User | None] = {
            "anonymous": None, "applicant": r.leaders[0], "unit-admin": User.objects.get(username="r-admin-1"),
            "other-applicant": r.leaders[1], "county": r.y.recommender, "city": r.officer, "auditor": r.auditor,
            "leadership": r.leadership, "expert": user_of(first), "colleague": user_of(second), "expert-outside": outside,
        }  # fmt: skip
        elsewhere = authority("guyuan", "city", "640400", r.y.region)
        for name, role, place in (
            ("auditor-elsewhere", Role.AUDITOR, {"authority": elsewhere}), ("finance", Role.FINANCE, {"authority": r.y.city}),
            ("keeper", Role.KEEPER, {}),
        ):  # fmt: skip
            user = self.people[name] = person(f"b-{name}")
            post(user, role, **place)

    def _name_everyone(self) -> None:
        """Names that stand nowhere else."""
        for number, expert in enumerate(self.r.experts, start=1):
            assert expert.user is not None
            expert.name, expert.unit_name = f"甄金雀{number}号", f"金雀第{number}研究院"
            expert.email, expert.summary = f"canary-{number}@expert.example.org", expert.summary
            expert.save()
            expert.user.name, expert.user.email = expert.name, expert.email
            expert.user.save()
        for number, leader in enumerate(self.r.leaders, start=1):
            leader.name = f"甄负责{number}号"
            leader.save()

    def _bystander(self) -> User:
        user = person("b-expert-outside")
        post(user, Role.EXPERT, authority=self.r.y.city)
        self.r.experts[-1].user, former = user, self.r.experts[-1].user
        self.r.experts[-1].save()
        assert former is not None
        self.r.experts = self.r.experts[:-1]
        unit(299, name="无关单位")
        return user

    def _score(self, seat: Seat, word: str) -> None:
        criteria = [each["key"] for each in self.round.sheet["criteria"]]
        answers = {
            **dict.fromkeys(criteria, "1"),
            "comment": f"{word}，方案总体可行，指标可以考核，预算编制较为合理，建议补充对照试验。",
        }
        by, at = user_of(seat), self.r.later(hours=2)
        if self.round.sheet.get("asks_verdict"):
            answers["verdict"] = "recommend"
        if word == DRAFT:
            scoring.save(seat.id, answers, version=0, by=by, at=at)
        else:
            scoring.hand_in(seat.id, answers, version=0, by=by, at=at)

    def client(self, who: str) -> Client:
        client, user = Client(), self.people[who]
        if user is not None:
            client.force_login(user)
        return client

    def guesses(self) -> dict[str, list[object]]:
        """What a visitor might try where an address wants a name."""
        codes = [
            self.round.code,
            self.r.cases[0].code,
            self.first.expert.code,
            self.r.y.call.code,
            *(case.code for case in self.r.cases[1:]),
        ]
        numbers = [1, 2, self.first.id, self.second.id]
        return {
            "code": codes, "seat": [self.first.id, self.second.id], "number": [1, 2], "call": [self.r.y.call.code],
            "scheme": ["sme-innovation"], "pack": ["yinchuan-2026"], "uscc": [self.r.cases[0].organisation.uscc],
            "stage": ["review", "intake"], "body": ["xingqing", "yinchuan"], "page": ["basics"], "action": ["accept"],
            "kind": ["pdf", "docx", "xlsx"], "*": [*numbers, *codes],
        }  # fmt: skip

    # -- what is hidden, and from whom --------------------------------------------------------------

    @property
    def applicants(self) -> set[str]:
        """Who applies: the units, their codes, the leaders; what the experts of a double-blind round must not know."""
        names = {case.organisation.name for case in self.r.cases} | {case.organisation.uscc for case in self.r.cases}
        return names | {leader.name for leader in self.r.leaders} | {leader.username for leader in self.r.leaders}

    def experts(self, but: User | None = None) -> set[str]:
        """Who reviews: names, employers, addresses, codes of the bank; of everyone but the one who looks."""
        rows = [
            row
            for row in Expert.objects.filter(seats__round_case__round=self.round).distinct()
            if row.user_id != (but.id if but else 0)
        ]
        return {word for row in rows for word in (row.name, row.unit_name, row.email)} | {f">{row.code}<" for row in rows}

    def hidden_from(self, who: str) -> set[str]:
        user = self.people[who]
        if who in ("city", "auditor"):
            return {DRAFT}
        if who in ("expert", "colleague"):
            other = DRAFT if who == "expert" else HANDED_IN
            return self.applicants | self.experts(but=user) | {other}
        if who == "keeper":  # keeps the accounts, experts' among them, but no part of a review
            return {HANDED_IN, DRAFT, *(row.unit_name for row in self.r.experts)}
        hidden = self.experts() | {HANDED_IN, DRAFT}
        return hidden | self.applicants if who in ("anonymous", "expert-outside", "auditor-elsewhere") else hidden


def user_of(seat: Seat) -> User:
    assert seat.expert.user is not None
    return seat.expert.user


@pytest.fixture(scope="module")
def scored(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scored]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Scored()
        transaction.set_rollback(True)


def leaks(pages: Mapping[str, str], hidden: set[str]) -> list[tuple[str, str]]:
    """Where a hidden word comes back; an address that was asked with it only says again what the visitor said."""
    return [
        (address, word)
        for address, text in pages.items()
        for word in sorted(hidden)
        if word in text and word.strip("<>") not in address
    ]


@pytest.mark.parametrize("who", ROLES)
def test_nothing_hidden_comes_back_while_experts_score(scored: Scored, who: str) -> None:
    pages = all_that_comes_back(scored.client(who), addresses(scored.guesses()))
    assert leaks(pages, scored.hidden_from(who)) == []
    assert not [address for address, text in pages.items() if text.startswith("500")]


@pytest.mark.parametrize("who", ROLES)
def test_no_message_tells_what_is_hidden(scored: Scored, who: str) -> None:
    mail = {str(each.id): f"{each.subject}\n{each.body}\n{each.link}" for each in Message.objects.filter(to=scored.people[who])}
    assert leaks(mail, scored.hidden_from(who)) == []


def test_the_search_finds_what_those_in_charge_may_see(scored: Scored) -> None:
    """Without this, an empty answer would prove nothing."""
    pages = "".join(all_that_comes_back(scored.client("city"), addresses(scored.guesses())).values())
    assert {word for word in (*scored.applicants, HANDED_IN) if word not in pages} == set()
    assert scored.first.expert.name in pages
    mine = "".join(all_that_comes_back(scored.client("expert"), addresses(scored.guesses())).values())
    assert scored.first.expert.name in mine
    assert HANDED_IN in mine
