"""Registers across units: funded projects and who holds whom; limits across applications are counted from them."""

from __future__ import annotations

from django.db import models


class FundedProject(models.Model):
    """A funded project, on the platform or before it. Units and persons go by their codes; open until `concluded_on`."""

    special = models.CharField(max_length=60)
    level = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=18, db_index=True)
    leader = models.CharField(max_length=60, blank=True, default="", db_index=True)
    enterprise = models.CharField(max_length=18, blank=True, default="", db_index=True)
    established_on = models.DateField()
    concluded_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-established_on", "id")


class Shareholding(models.Model):
    """`owner` holds `per_mille` thousandths of `owned`; units go by their codes."""

    owner = models.CharField(max_length=18, db_index=True)
    owned = models.CharField(max_length=18, db_index=True)
    per_mille = models.PositiveIntegerField()

    class Meta:
        ordering = ("owner", "owned")
        constraints = [models.UniqueConstraint(fields=("owner", "owned"), name="a_shareholding_once")]
