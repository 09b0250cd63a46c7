"""Authorities: the tree from region over city to county, parks and other recommending bodies beside it, and their sections."""

from __future__ import annotations

from django.db import models


class AuthorityKind(models.TextChoices):
    """What an authority is; only the first three are levels of government."""

    REGION = "region"
    CITY = "city"
    COUNTY = "county"
    PARK = "park"
    SECTOR = "sector"
    SYSTEM = "system"
    INSTITUTION = "institution"


class Authority(models.Model):
    """A body that opens calls, checks or recommends. `park_key` is the member of the vocabulary's list of parks it stands for."""

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=AuthorityKind)
    region = models.CharField(max_length=6, db_index=True)
    park_key = models.CharField(max_length=60, blank=True, default="")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ("region", "code")

    def __str__(self) -> str:
        return self.name_zh


class Section(models.Model):
    """A section (科室) of an authority; packs name it in their routing."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="sections")
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)

    class Meta:
        ordering = ("authority", "id")
        constraints = [models.UniqueConstraint(fields=("authority", "name_zh"), name="a_section_once")]

    def __str__(self) -> str:
        return self.name_zh
