"""Messages on their way: read, kept, sent by mail or text, tried again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils.module_loading import import_string

from zhinan.server.actions.record import record, whole
from zhinan.server.clock import now
from zhinan.server.models import Delivery, Message, User

#: A message is tried so often, each time after twice the wait.
TRIES = 6
_FIRST_WAIT = timedelta(minutes=1)


def keep_mail(*, addresses: Sequence[str], subject: str, body: str) -> None:
    """Keep a library's mail (a password reset, say) in the platform's own table."""
    for address in addresses:
        Message.objects.create(
            address=address, to=User.objects.filter(email__iexact=address).first(), kind="account", subject=subject.strip()[:200],
            body=body, made_at=now(), read_at=now(), delivery=Delivery.SENT, sent_at=now(),
        )  # fmt: skip


def mark_read(user: User, ids: Sequence[int] | None, *, at: datetime) -> int:
    """Mark messages (all, for none named) as read."""
    mine = Message.objects.filter(to=user, read_at=None)
    return (mine if ids is None else mine.filter(id__in=[id for id in ids if id < 2**63])).update(read_at=at)


@whole()
def choose(user: User, *, wants_digest: bool, lang: str, at: datetime) -> None:
    """How a person wants to be told: one mail a day or one for each message, and in which language (blank: as the page)."""
    user.wants_digest, user.lang = wants_digest, lang if lang in ("zh", "en") else ""
    user.save(update_fields=["wants_digest", "lang"])
    record("choose-messages", actor=user, at=at, payload={"digest": wants_digest, "lang": user.lang})


def deliver(*, at: datetime, limit: int = 100) -> int:
    """Send what waits. A message is taken by one worker only; what fails is tried again later. Returns how many were sent."""
    due = Message.objects.filter(delivery=Delivery.WAITING).filter(Q(sent_at=None) | Q(sent_at__lte=at)).order_by("id")
    return sum(_send(message, at=at) for message in due[:limit] if _take(message, at=at))


def _take(message: Message, *, at: datetime) -> bool:
    """Whether this worker got it: `sent_at` holds when it may be tried again until it is sent."""
    wait = _FIRST_WAIT * 2**message.tries
    free = Message.objects.filter(id=message.id, delivery=Delivery.WAITING, tries=message.tries)
    return free.update(tries=F("tries") + 1, sent_at=at + wait) == 1


def _send(message: Message, *, at: datetime) -> bool:
    try:
        if message.channel == "sms":
            import_string(settings.SMS_GATEWAY)().send(mobile=message.address, text=message.subject)
        elif message.address:
            link = f"\n\n{settings.BASE_URL}{message.link}" if message.link else ""
            EmailMessage(
                message.subject.replace("\n", " "),
                message.body + link,
                to=[message.address],
                headers={"X-Zhinan-Message": str(message.id)},
            ).send()
    except OSError as failure:
        given_up = message.tries + 1 >= TRIES
        Message.objects.filter(id=message.id).update(
            delivery=Delivery.FAILED if given_up else Delivery.WAITING, failure=str(failure)[:300]
        )
        return False
    Message.objects.filter(id=message.id).update(delivery=Delivery.SENT, sent_at=at, failure="")
    return True


def send_digests(*, at: datetime) -> int:
    """One mail a day to those who want it so: everything unread since the last. Returns how many were made."""
    made = 0
    for person in User.objects.filter(wants_digest=True, is_active=True).exclude(email=""):
        fresh = list(
            Message.objects.filter(to=person, delivery=Delivery.NONE, sent_at=None, read_at=None)
            .exclude(kind="digest")
            .order_by("id")
        )
        if not fresh:
            continue
        lines = "\n".join(f"· {message.subject} {settings.BASE_URL}{message.link}" for message in fresh)
        zh = person.lang != "en"
        Message.objects.create(
            to=person, address=person.email, kind="digest", made_at=at, read_at=at, body=lines,
            subject=f"{len(fresh)} 条新消息" if zh else f"{len(fresh)} new messages",
        )  # fmt: skip
        Message.objects.filter(id__in=[message.id for message in fresh]).update(sent_at=at)
        made += 1
    return made
