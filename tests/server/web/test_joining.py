"""An invitation is taken up once, by a new account or on the one a person has."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from tests.server.making import Yinchuan, person
from zhinan.server import clock
from zhinan.server.actions import people
from zhinan.server.models import Event, Invitation, Post, User

pytestmark = pytest.mark.django_db
ACCOUNT = {"login": "new.one", "person": "新人", "email": "new@example.org", "password": "枸杞红了又一年 2026"}


def invited(y: Yinchuan, role: str = "member") -> str:
    return people.invite(
        by=y.admin, email="new@example.org", name="新人", role=role, at=clock.now(), link="/join/{secret}/", organisation=y.unit
    )


def test_a_person_opens_an_account_with_the_post(client: Client) -> None:
    y = Yinchuan()
    secret = invited(y)
    page = client.get(f"/join/{secret}/")
    assert "第1号企业" in page.content.decode()
    assert 'value="new@example.org"' in page.content.decode()
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store")
    answer = client.post(f"/join/{secret}/", ACCOUNT)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    made = User.objects.get(username="new.one")
    assert list(made.posts.values_list("role", "organisation")) == [("member", y.unit.id)]
    assert EmailAddress.objects.get(user=made).verified
    assert client.session["_auth_user_id"] == str(made.id)
    assert Event.objects.order_by("-sequence")[0].action == "accept-invitation"


def test_another_address_than_the_invited_one_is_not_proven(client: Client) -> None:
    y = Yinchuan()
    client.post(f"/join/{invited(y)}/", {**ACCOUNT, "email": "other@example.org"})
    assert EmailAddress.objects.get(user__username="new.one").verified is False


@pytest.mark.parametrize("why", ["used", "expired", "unknown", "withdrawn"])
def test_a_link_that_is_over_is_told_calmly(client: Client, why: str) -> None:
    y = Yinchuan()
    secret = invited(y)
    if why == "used":
        client.post(f"/join/{secret}/", ACCOUNT)
        client.logout()
    elif why == "expired":
        Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    elif why == "withdrawn":
        people.withdraw_invitation(Invitation.objects.get().id, by=y.admin, at=clock.now())
    else:
        secret = "nothing🦊"
    for answer in (client.get(f"/join/{secret}/"), client.post(f"/join/{secret}/", ACCOUNT)):
        assert answer.status_code == 410
        assert "这个邀请链接已经用过或者过期" in answer.content.decode()


def test_a_person_takes_the_post_on_the_account_they_have(client: Client) -> None:
    y = Yinchuan()
    secret, known = invited(y), person("known")
    client.force_login(known)
    assert "用现有账号" in client.get(f"/join/{secret}/").content.decode()
    assert client.post(f"/join/{secret}/", {"as": "me"})["Location"] == "/desk/"
    assert list(known.posts.values_list("role", "organisation")) == [("member", y.unit.id)]
    assert Invitation.objects.get().used_by == known


def test_a_post_that_was_left_is_held_again(client: Client) -> None:
    y = Yinchuan()
    held = Post.objects.get(user=y.leader)
    people.end_post(held.id, by=y.admin, at=clock.now())
    client.force_login(y.leader)
    client.post(f"/join/{invited(y)}/", {"as": "me"})
    held.refresh_from_db()
    assert (held.until, held.since) == (None, clock.today())


def test_without_an_account_nobody_takes_it_as_themselves(client: Client) -> None:
    y = Yinchuan()
    secret = invited(y)
    assert client.post(f"/join/{secret}/", {"as": "me"}).status_code == 422
    assert Invitation.objects.get().used_at is None


def test_what_is_wrong_is_told_beside_the_fields_and_the_link_stays_good(client: Client) -> None:
    y = Yinchuan()
    secret = invited(y)
    answer = client.post(f"/join/{secret}/", {"login": "leader", "person": "人" * 61, "email": "no", "password": "password"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert {name for name in ACCOUNT if f'id="field-{name}-error"' in page} == set(ACCOUNT)
    assert client.post(f"/join/{secret}/", ACCOUNT).status_code == 302


def test_the_page_speaks_both_languages(client: Client) -> None:
    y = Yinchuan()
    page = client.get(f"/join/{invited(y, 'unit-admin')}/?lang=en").content.decode()
    assert "invites you as unit administrator" in page
    assert "Open the account and accept" in page
