"""What the bodies of a chain add to an application: answers to its check sheet, and ranked lists with their letters."""

from __future__ import annotations

from django.db import models

from zhinan.server.models.applications import Application, Submission
from zhinan.server.models.authorities import Authority
from zhinan.server.models.calls import Call
from zhinan.server.models.people import User


class Mark(models.TextChoices):
    """An officer's answer to one item of the check sheet."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not-asked"


class Check(models.Model):
    """What an officer answered to one item (a condition, a document, a purpose) of what was handed in, at one stage."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="checks")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="checks")
    stage = models.CharField(max_length=60)
    item = models.CharField(max_length=120)
    mark = models.CharField(max_length=10, choices=Mark)
    note = models.CharField(max_length=1000, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("application", "stage", "item")
        constraints = [models.UniqueConstraint(fields=("submission", "stage", "item"), name="a_check_once")]


class Listing(models.Model):
    """The ranked list that a body makes at a stage of a call, and the letter it goes up with. A sent list does not change."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="listings")
    stage = models.CharField(max_length=60)
    body = models.ForeignKey(Authority, models.PROTECT, related_name="listings")
    number = models.PositiveIntegerField(default=1)
    letter = models.CharField(max_length=80, blank=True, default="")
    letter_date = models.DateField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("call", "stage", "body", "number")
        constraints = [models.UniqueConstraint(fields=("call", "stage", "body", "number"), name="a_listing_once")]


class Entry(models.Model):
    """One application on a list, in its place."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="entries")
    application = models.ForeignKey(Application, models.PROTECT, related_name="entries")
    rank = models.PositiveIntegerField()
    remark = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ("listing", "rank")
        constraints = [models.UniqueConstraint(fields=("listing", "application"), name="an_entry_once")]
