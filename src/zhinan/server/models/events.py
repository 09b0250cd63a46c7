"""Events: the append-only record of everything that was done, chained by hashes as a whole and case by case."""

from __future__ import annotations

from django.db import models

from zhinan.server.models.applications import Application
from zhinan.server.models.people import User


class Event(models.Model):
    """One thing that was done. Rows are only ever added; the database itself refuses to change or delete one.

    `sequence` counts all events; `case_sequence` those of the case. `body` is the canonical JSON that was hashed together with
    `previous` (the hash of the event before) and `case_previous` (of the event before in the same case) into `hash`.
    """

    sequence = models.BigIntegerField(unique=True)
    case = models.ForeignKey(Application, models.PROTECT, null=True, blank=True, related_name="events")
    case_sequence = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=60, db_index=True)
    body = models.TextField()
    previous = models.CharField(max_length=64)
    case_previous = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("sequence",)
        constraints = [models.UniqueConstraint(fields=("case", "case_sequence"), name="an_event_once")]


class ChainHead(models.Model):
    """The last event of the chain; locked while one is added. One row, `id` 1."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")
