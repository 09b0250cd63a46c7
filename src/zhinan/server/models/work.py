"""Work in the background: what recurs, and when it is next due."""

from __future__ import annotations

from django.db import models


class Schedule(models.Model):
    """A task that recurs: its name, how often, when it is next due. Whoever moves `next_at` forward runs it."""

    task = models.CharField(max_length=60, unique=True)
    every_seconds = models.PositiveIntegerField()
    next_at = models.DateTimeField()
