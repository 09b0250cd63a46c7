"""Organisations that apply, and what is on record about them."""

from __future__ import annotations

from django.db import models

from zhinan.server.models.authorities import Authority


class OrganisationStatus(models.TextChoices):
    """A unit registers itself; a body of its place confirms it."""

    REGISTERED = "registered"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    CLOSED = "closed"


class Organisation(models.Model):
    """A unit. `park` is the park it is registered in; `sector` its authority by line; `body` it itself as a self-recommender."""

    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=40)
    region = models.CharField(max_length=6, db_index=True)
    park = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="tenants")
    sector = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="units")
    body = models.OneToOneField(Authority, models.PROTECT, null=True, blank=True, related_name="organisation")
    status = models.CharField(max_length=12, choices=OrganisationStatus, default=OrganisationStatus.REGISTERED)
    registered_at = models.DateTimeField()
    note = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class RegisterFact(models.Model):
    """A fact on record about an organisation: a key of the vocabulary, its value as written, where it is from and as of when."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="facts")
    key = models.CharField(max_length=80)
    value = models.TextField()
    source = models.CharField(max_length=80)
    observed_on = models.DateField()

    class Meta:
        ordering = ("organisation", "key")
        constraints = [models.UniqueConstraint(fields=("organisation", "key"), name="a_fact_once")]
