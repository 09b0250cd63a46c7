"""What allauth keeps of a person, at its one door: which addresses are proven, and whether there is a second factor."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled

from zhinan.server.models import User


def note_address(person: User, *, is_proven: bool) -> None:
    """Keep a new person's address. One that is proven already for somebody else is not proven again."""
    is_proven = is_proven and not EmailAddress.objects.filter(email__iexact=person.email, verified=True).exists()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=is_proven)


def without_proof(people: Iterable[User]) -> frozenset[int]:
    """Those who have given their address without proving it; someone entered by the keeper is taken at their word."""
    known = {person.id: person.email.lower() for person in people}
    rows = EmailAddress.objects.filter(user__in=known, verified=False)
    return frozenset(row.user_id for row in rows if row.email.lower() == known[row.user_id])


def has_second_factor(person: User) -> bool:
    """Whether signing in asks for more than the password."""
    return bool(is_mfa_enabled(person))
