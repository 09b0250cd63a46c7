"""Messages, read: a person's inbox."""

from __future__ import annotations

from django.db.models import QuerySet

from zhinan.server.models import Message, User
from zhinan.server.refused import NotSeen

#: Not told on the platform: a digest repeats what is there, and a link that sets a password goes by mail alone.
_ONLY_BY_MAIL = ("digest", "account")


def inbox(user: User, *, only_unread: bool = False) -> QuerySet[Message]:
    """What was told to a person, the latest first."""
    mine = Message.objects.filter(to=user).exclude(kind__in=_ONLY_BY_MAIL).select_related("case")
    return mine.filter(read_at=None) if only_unread else mine


def message_for(user: User, id: int) -> Message:
    """One message to a person. Raises `NotSeen`."""
    found = inbox(user).filter(id=id).first() if id < 2**63 else None
    if found is None:
        raise NotSeen
    return found
