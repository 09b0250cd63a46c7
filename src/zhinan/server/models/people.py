"""People, and the posts in which they act."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from zhinan.server.models.authorities import Authority, Section
from zhinan.server.models.organisations import Organisation


class User(AbstractUser):
    """A person who can sign in. What they may do follows from their posts alone."""

    first_name = None  # type: ignore[assignment]  # Django's two name fields do not fit Chinese names
    last_name = None  # type: ignore[assignment]  # as above
    name = models.CharField(max_length=60)
    lang = models.CharField(max_length=2, default="", blank=True, choices=[("zh", "中文"), ("en", "English")])
    mobile = models.CharField(max_length=20, blank=True, default="")
    wants_digest = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)

    REQUIRED_FIELDS = ["email", "name"]

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a post lets its holder be."""

    UNIT_ADMIN = "unit-admin"
    MEMBER = "member"
    OFFICER = "officer"
    FINANCE = "finance"
    AUDITOR = "auditor"
    LEADERSHIP = "leadership"
    EXPERT = "expert"
    KEEPER = "keeper"


class Post(models.Model):
    """A person in a role at a place: an organisation (unit-admin, member) or an authority (officer, finance …).

    A `keeper` keeps the platform itself: authorities, people, settings; never a case.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=12, choices=Role)
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="posts")
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="posts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="posts")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("user", "role", "authority", "section", "organisation"), name="a_post_once", nulls_distinct=False
            ),
        ]


class Invitation(models.Model):
    """A person invited into a post: the link in the mail holds a secret of which only the hash is kept."""

    email = models.EmailField()
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=12, choices=Role)
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="+")
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="invitations")
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ("-id",)
