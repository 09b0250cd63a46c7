"""What the actions on people and units do at their edges; their pages are tried in tests/server/web."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.account.models import EmailAddress

from tests.server.making import NOON, Yinchuan, authority, code_of, person, post, unit
from zhinan.server import clock
from zhinan.server.actions import people
from zhinan.server.actions.account_fields import Account, BadFields
from zhinan.server.actions.authorities import add_authority, load_holidays, remove_holiday
from zhinan.server.models import Event, Holiday, Organisation, RegisterFact, Role
from zhinan.server.queries import people as reads
from zhinan.server.queries.units import my_unit, units_of_place
from zhinan.server.refused import NotSeen, Refused
from zhinan.values.text import Text

pytestmark = pytest.mark.django_db
ACCOUNT = Account("new.admin", "新人", "new@example.org", "枸杞红了又一年 2026")


def codes(caught: pytest.ExceptionInfo[BadFields]) -> dict[str, list[str]]:
    return {name: [each.code for each in found] for name, found in caught.value.by_field.items()}


def register(**changed: object) -> Organisation:
    given = {
        "uscc": code_of(900),
        "name": "新单位",
        "kind": "enterprise",
        "region": "640104",
        "account": ACCOUNT,
        "at": NOON,
        **changed,
    }
    return people.register_unit(**given)  # type: ignore[arg-type]  # whatever a test changes


def test_a_unit_nobody_is_there_to_confirm_still_registers() -> None:
    assert register().status == "registered"


@pytest.mark.parametrize(
    ("region", "code"),
    [
        ("", "field-blank"),
        ("宁夏", "ambiguous-region"),
        ("市辖区", "ambiguous-region"),
        ("火星", "unknown-county"),
        ("999999", "unknown-county"),
    ],
)
def test_a_unit_lies_in_a_county_or_a_city(region: str, code: str) -> None:
    with pytest.raises(BadFields) as caught:
        register(region=region)
    assert codes(caught) == {"region": [code]}


def test_only_a_park_is_taken_for_a_park() -> None:
    with pytest.raises(BadFields) as caught:
        register(park=authority("county", "county", "640104"))
    assert codes(caught) == {"park": ["choose-one"]}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"login": "a b"}, {"login": ["bad-login"]}), ({"login": "TAKEN"}, {"login": ["login-taken"]}), ({"login": "x" * 41}, {"login": ["field-too-long"]}),
        ({"email": "x" * 250 + "@a.cn"}, {"email": ["field-too-long"]}), ({"password": "枸杞" * 101}, {"password": ["field-too-long"]}),
        ({"password": "new.admin1"}, {"password": ["weak-password"]}), ({"name": " "}, {"person": ["field-blank"]}),
    ],
)  # fmt: skip
def test_what_an_account_must_be_like(changed: dict[str, str], found: dict[str, list[str]]) -> None:
    person("taken")
    given = {"login": ACCOUNT.login, "name": ACCOUNT.name, "email": ACCOUNT.email, "password": ACCOUNT.password, **changed}
    with pytest.raises(BadFields) as caught:
        register(account=Account(**given))
    assert codes(caught) == found


@pytest.mark.parametrize(
    ("kind", "region", "sees"),
    [("county", "640104", True), ("county", "640181", False), ("city", "640100", True), ("city", "640200", False), ("region", "640000", True), ("region", "650000", False), ("system", "640104", False)],
)  # fmt: skip
def test_an_officer_sees_the_units_of_the_place(kind: str, region: str, sees: bool) -> None:
    waiting, officer = unit(5), person("officer")
    post(officer, Role.OFFICER, authority=authority("here", kind, region))
    assert list(units_of_place(officer)) == ([waiting] if sees else [])
    assert people.may_confirm(officer, waiting) is sees


def test_a_decision_on_a_unit_that_is_not_there() -> None:
    with pytest.raises(NotSeen):
        people.confirm_unit(code_of(1), by=person("nobody"), at=NOON, is_confirmed=True)


def test_a_fact_known_already_is_replaced() -> None:
    place = unit(1)
    for value in ("10人", "12人"):
        people.put_facts(place, {"applicant.staff": value}, source="register", observed_on=date(2026, 1, 1), by=None, at=NOON)
    assert RegisterFact.objects.get().value == "12人"
    assert Event.objects.filter(action="put-facts").count() == 2


@pytest.mark.parametrize(
    ("role", "place", "fits"),
    [
        ("member", "unit", True), ("officer", "unit", False), ("keeper", "unit", False), ("officer", "body", True), ("unit-admin", "body", False),
        ("keeper", "body", True), ("expert", "none", True), ("officer", "none", False), ("king", "body", False),
    ],
)  # fmt: skip
def test_a_role_belongs_to_a_kind_of_place(role: str, place: str, fits: bool) -> None:
    where = {"unit": {"organisation": unit(1)}, "body": {"authority": authority("a", "city", "640100")}, "none": {}}[place]
    given = {"by": None, "email": "a@example.org", "name": "人", "role": role, "at": NOON, "link": "/join/{secret}/", **where}
    if fits:
        assert people.invite(**given)  # type: ignore[arg-type]  # made above
        return
    with pytest.raises(BadFields) as caught:
        people.invite(**given)  # type: ignore[arg-type]  # made above
    assert codes(caught) == {"role": ["choose-one"]}


def test_a_proven_address_is_proven_once() -> None:
    y = Yinchuan()
    EmailAddress.objects.create(user=y.leader, email="new@example.org", verified=True)
    secret = people.invite(
        by=y.admin, email="new@example.org", name="人", role="member", at=clock.now(), link="/join/{secret}/", organisation=y.unit
    )
    people.accept(secret, ACCOUNT, at=clock.now())
    assert EmailAddress.objects.get(user__username="new.admin").verified is False


def test_a_used_invitation_is_not_taken_back() -> None:
    y = Yinchuan()
    secret = people.invite(
        by=y.admin, email="new@example.org", name="人", role="member", at=clock.now(), link="/join/{secret}/", organisation=y.unit
    )
    people.accept(secret, ACCOUNT, at=clock.now())
    row = next(iter(y.unit.invitations.all()))
    with pytest.raises(NotSeen):
        people.withdraw_invitation(row.id, by=y.admin, at=NOON)


def test_one_of_two_keepers_may_go() -> None:
    first, second = person("first"), person("second")
    held = [post(each, Role.KEEPER) for each in (first, second)]
    people.end_post(held[0].id, by=first, at=clock.now())
    with pytest.raises(Refused, match="last-keeper"):
        people.end_post(held[1].id, by=second, at=clock.now())
    assert (reads.is_keeper(first), reads.is_keeper(second)) == (False, True)


def test_two_posts_of_one_person_are_not_two_administrators() -> None:
    admin, place = person("admin"), unit(1)
    held = post(admin, Role.UNIT_ADMIN, organisation=place)
    inactive = person("gone", is_active=False)
    post(inactive, Role.UNIT_ADMIN, organisation=place)
    with pytest.raises(Refused, match="last-administrator"):
        people.end_post(held.id, by=admin, at=NOON)


def test_a_post_is_held_from_its_first_to_its_last_day() -> None:
    user = person("one")
    held = post(user, Role.EXPERT)
    held.since, held.until = date(2026, 1, 1), date(2026, 1, 31)
    held.save()
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    assert [reads.posts_of(user, on=day).exists() for day in days] == [False, True, True, False]


def test_someone_else_closes_no_account() -> None:
    one, other = person("one"), person("other")
    for act in (people.deactivate, people.reactivate):
        with pytest.raises(NotSeen):
            act(other.id, by=one, at=NOON)
    keeper = person("keeper")
    post(keeper, Role.KEEPER)
    for id in (0, 10**30):
        with pytest.raises(NotSeen):
            people.deactivate(id, by=keeper, at=NOON)


def test_whose_login_it_is() -> None:
    person("known")
    assert [reads.login_of(typed) for typed in ("Known", "KNOWN@example.org", "Nobody", "")] == ["known", "known", "nobody", ""]


def test_a_person_without_a_unit_has_none() -> None:
    with pytest.raises(NotSeen):
        my_unit(person("one"))


def test_a_park_has_its_key_and_a_body_its_place() -> None:
    keeper = person("keeper")
    post(keeper, Role.KEEPER)
    made = add_authority(
        by=keeper,
        code="park-1",
        name=Text("园区", "Park"),
        kind="park",
        region="银川市",
        parent=None,
        park_key="some_park",
        at=NOON,
    )
    assert (made.park_key, made.region, made.parent) == ("some_park", "640100", None)


def test_a_day_that_is_not_there_is_removed_without_a_word() -> None:
    keeper = person("keeper")
    post(keeper, Role.KEEPER)
    remove_holiday(date(2026, 1, 1), by=keeper, at=NOON)
    with pytest.raises(Exception, match="field-blank"):
        load_holidays(" \n", by=keeper, at=NOON)
    load_holidays("2026-01-01", by=keeper, at=NOON)
    load_holidays("2026-01-01 上班", by=keeper, at=NOON)
    assert list(Holiday.objects.values_list("day", "is_workday", "name")) == [(date(2026, 1, 1), True, "上班")]
    assert list(Event.objects.values_list("action", flat=True)) == ["load-holidays", "load-holidays"]
