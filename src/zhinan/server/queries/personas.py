"""The demo's people and everything that was told to anyone: for the pages that exist in the demo alone."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet

from zhinan.server.models import Message, User
from zhinan.server.refused import NotSeen


def persona_user(login: str) -> User:
    """The person a visitor of the demo wants to be; nobody outside the demo. Raises `NotSeen`."""
    found = User.objects.filter(username=login, is_active=True).first() if settings.DEMO else None
    if found is None:
        raise NotSeen
    return found


def outbox(*, words: str = "", login: str = "") -> QuerySet[Message]:
    """Every message as it was told, the latest first. Raises `NotSeen` outside the demo."""
    if not settings.DEMO:
        raise NotSeen
    rows = Message.objects.select_related("to").order_by("-made_at", "-id")
    if words:
        rows = rows.filter(Q(subject__icontains=words) | Q(body__icontains=words) | Q(address__icontains=words))
    return rows.filter(to__username=login) if login else rows
