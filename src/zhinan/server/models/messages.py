"""Messages: everything that is told to someone; the inbox shows them, a job sends them on."""

from __future__ import annotations

from django.db import models

from zhinan.server.models.applications import Application
from zhinan.server.models.people import User


class Delivery(models.TextChoices):
    """How far a message has come on its way out of the platform."""

    NONE = "none"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Message(models.Model):
    """One message to one person (or to an address not yet a person's). The sentences are kept as they were sent."""

    to = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="inbox")
    address = models.CharField(max_length=254, blank=True, default="")
    channel = models.CharField(max_length=8, default="email")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=300, blank=True, default="")
    case = models.ForeignKey(Application, models.CASCADE, null=True, blank=True, related_name="told")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    delivery = models.CharField(max_length=8, choices=Delivery, default=Delivery.WAITING, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("to", "read_at", "-id"), name="inbox_of_a_person")]
