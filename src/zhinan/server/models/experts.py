"""The expert bank: who may be asked to review, in which fields, where they have worked, to whom they are tied."""

from __future__ import annotations

from django.db import models

from zhinan.server.models.authorities import Authority
from zhinan.server.models.people import Invitation, User


class ExpertStatus(models.TextChoices):
    """A candidate has put themselves forward or was imported and waits to be confirmed; only the active are drawn."""

    CANDIDATE = "candidate"
    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"


class Expert(models.Model):
    """An expert in the bank of an authority. `code` is what records and published draws call them by.

    `unit` is the employer's code, where it has one; `identity` a keyed hash of the person's number, never the number itself.
    `kinds` are the seats they may fill (technical, industry, finance, management); `disciplines` codes of GB/T 13745;
    `directions` ids of the packs' directions. `most` cases a round; away from `away_from` until `away_until`, both days included.
    `invitation` is the last one sent: whoever takes it up becomes their `user`.
    """

    code = models.SlugField(max_length=20, unique=True)
    bank = models.ForeignKey(Authority, models.PROTECT, related_name="experts")
    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="expert")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=60, db_index=True)
    title = models.CharField(max_length=60, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    identity = models.CharField(max_length=64, blank=True, default="", db_index=True)
    unit = models.CharField(max_length=18, blank=True, default="", db_index=True)
    unit_name = models.CharField(max_length=120)
    region = models.CharField(max_length=6, db_index=True)
    kinds = models.JSONField(default=list)
    disciplines = models.JSONField(default=list)
    directions = models.JSONField(default=list)
    keywords = models.JSONField(default=list)
    summary = models.TextField(blank=True, default="")
    most = models.PositiveSmallIntegerField(default=10)
    away_from = models.DateField(null=True, blank=True)
    away_until = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=ExpertStatus, default=ExpertStatus.CANDIDATE, db_index=True)
    source = models.CharField(max_length=80, blank=True, default="")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.code


class Tenure(models.Model):
    """Where an expert works or has worked; without `until`, to this day."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="tenures")
    unit = models.CharField(max_length=18, blank=True, default="")
    unit_name = models.CharField(max_length=120)
    post = models.CharField(max_length=60, blank=True, default="")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("expert", "-since", "id")


class Tie(models.Model):
    """What ties an expert to a person or a unit; `kind` is one of the conflict rules'. A withdrawn tie stays for the record."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="ties")
    kind = models.CharField(max_length=30)
    person = models.CharField(max_length=60, blank=True, default="")
    unit = models.CharField(max_length=18, blank=True, default="")
    unit_name = models.CharField(max_length=120, blank=True, default="")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True, default="")
    source = models.CharField(max_length=20, default="declared")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("expert", "id")


class Conduct(models.Model):
    """How an expert has conducted themselves: late, declined, a wild score explained, a breach; or an officer's note."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="conduct")
    kind = models.CharField(max_length=20)
    note = models.CharField(max_length=400, blank=True, default="")
    round_code = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("expert", "-at", "-id")


class BankImport(models.Model):
    """A workbook of experts that an officer uploaded and has not confirmed yet: its rows as read, with no person's number.

    `content` holds the `rows`, and the names of columns `unread`. An officer has one for a bank; it goes when it is imported, and
    is worth nothing after a day.
    """

    bank = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    name = models.CharField(max_length=160)
    content = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=("bank", "by"), name="an_import_once")]
