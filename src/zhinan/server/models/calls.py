"""Calls: a pack opened for applications by an authority, with its windows, quotas and the figures the guide left open."""

from __future__ import annotations

from django.db import models

from zhinan.server.models.authorities import Authority


class CallStatus(models.TextChoices):
    """A cache of the call's events. Whether a published call is open follows from the clock."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Call(models.Model):
    """One round of applications under a pack.

    `schemes` are scheme ids; `parameters` maps a parameter's key to the value as written; `readings` the chosen alternatives;
    `pack_digest` is that of the pack when the call was published. `edition` counts the revisions of its form.
    """

    code = models.SlugField(max_length=40, unique=True)
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="calls")
    pack = models.CharField(max_length=80, db_index=True)
    pack_digest = models.CharField(max_length=64, blank=True, default="")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=240)
    year = models.PositiveIntegerField()
    schemes = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    readings = models.JSONField(default=dict)
    budget = models.BigIntegerField(null=True, blank=True)  # fen
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True, db_index=True)
    status = models.CharField(max_length=12, choices=CallStatus, default=CallStatus.DRAFT, db_index=True)
    edition = models.PositiveIntegerField(default=1)
    notice_zh = models.TextField(blank=True, default="")
    notice_en = models.TextField(blank=True, default="")
    next_number = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-year", "code")

    def __str__(self) -> str:
        return self.title_zh


class StageLimit(models.Model):
    """What a call sets for a stage of its procedure: the day it ends, and for each body how many it may send on."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="limits")
    stage = models.CharField(max_length=60)
    body = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    quota = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("call", "stage", "id")
        constraints = [
            models.UniqueConstraint(fields=("call", "stage", "body"), name="a_limit_once", nulls_distinct=False),
        ]


class Topic(models.Model):
    """A topic that a park has settled before applications begin, where the procedure has it choose."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="topics")
    park = models.ForeignKey(Authority, models.PROTECT, related_name="topics")
    title = models.CharField(max_length=200)
    direction = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("call", "park", "id")


class Holiday(models.Model):
    """A day that the calendar of working days needs to know: a holiday, or a weekend day worked instead."""

    day = models.DateField(unique=True)
    is_workday = models.BooleanField(default=False)
    name = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        ordering = ("day",)
