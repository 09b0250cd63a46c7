"""Telling people: a message into the inbox, and out by mail when the transaction is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from zhinan.server.models import Application, Authority, Delivery, Message, Organisation, Post, Role, User
from zhinan.values.text import Lang, Text


def tell(
    people: Iterable[User], *, kind: str, subject: Text, body: Text, link: str, at: datetime, case: Application | None = None
) -> None:  # fmt: skip
    """One message to each person, in their language; a job sends them on."""
    rows = []
    for person in {person.id: person for person in people}.values():
        lang: Lang = "en" if person.lang == "en" else "zh"
        waits = Delivery.NONE if person.wants_digest or not person.email else Delivery.WAITING
        rows.append(Message(
            to=person, address=person.email, kind=kind, subject=subject.in_lang(lang)[:200], body=body.in_lang(lang),
            link=link, case=case, made_at=at, delivery=waits,
        ))  # fmt: skip
    Message.objects.bulk_create(rows)


def applicants_of(case: Application) -> list[User]:
    """The leader, and the administrators of the unit."""
    return [case.leader, *holders(Role.UNIT_ADMIN, organisation=case.organisation)]


def holders(role: Role, *, authority: Authority | None = None, organisation: Organisation | None = None) -> list[User]:
    """The people who hold a role at a place now."""
    posts = Post.objects.filter(role=role, until=None, user__is_active=True).select_related("user")
    posts = posts.filter(authority=authority) if authority else posts.filter(organisation=organisation)
    return [post.user for post in posts]
