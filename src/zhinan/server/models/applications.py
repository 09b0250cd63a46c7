"""Applications as they are filled in: answers, papers, what was handed in, what was sent back for correction."""

from __future__ import annotations

from django.db import models

from zhinan.server.models.authorities import Authority, Section
from zhinan.server.models.calls import Call, Topic
from zhinan.server.models.organisations import Organisation
from zhinan.server.models.people import User


class Application(models.Model):
    """One unit's application under one scheme of a call; the case it makes is told by its events.

    `stage` is a cache of the fold of the events; `body` the authority it waits for, `section` the section that takes it in;
    `reached` are the authorities it has come to, which may see it from then on.
    `edition` is the edition of the call's form its answers were given to. `verdict` and `grant` (fen) are as of the last save.
    """

    code = models.SlugField(max_length=60, unique=True)
    call = models.ForeignKey(Call, models.PROTECT, related_name="applications")
    scheme = models.CharField(max_length=80)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    leader = models.ForeignKey(User, models.PROTECT, related_name="led")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="applications")
    title = models.CharField(max_length=200, blank=True, default="")
    stage = models.CharField(max_length=60, db_index=True)
    body = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="waiting")
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="waiting")
    reached = models.ManyToManyField(Authority, related_name="reached", db_table="zhinan_reached")
    edition = models.PositiveIntegerField(default=1)
    verdict = models.CharField(max_length=14, blank=True, default="")
    grant = models.BigIntegerField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True, db_index=True)
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("body", "stage", "-submitted_at", "-id"), name="queue_of_a_body"),
            models.Index(fields=("call", "stage", "-submitted_at", "-id"), name="queue_of_a_call"),
        ]

    def __str__(self) -> str:
        return self.code


class Answer(models.Model):
    """What was answered to one field: `text` as it was written, even if it cannot be read. `version` grows with each save."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=80)
    text = models.TextField(blank=True, default="")
    source = models.CharField(max_length=80, default="declared")
    observed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("application", "key")
        constraints = [models.UniqueConstraint(fields=("application", "key"), name="an_answer_once")]


class Attachment(models.Model):
    """A paper handed in under one of the form's uploads. The file is kept under its hash; a removed one stays for the record."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="attachments")
    upload = models.CharField(max_length=120)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("application", "upload", "id")


class Submission(models.Model):
    """What was handed in, frozen. `content_hash` is the SHA-256 of the canonical JSON of `content`."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    receipt = models.CharField(max_length=40, unique=True)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64, db_index=True)
    verdict = models.CharField(max_length=14)
    grant = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("application", "number")
        constraints = [models.UniqueConstraint(fields=("application", "number"), name="a_submission_once")]


class Correction(models.Model):
    """A return for correction: `marked` maps a field or upload to `{kind, note}`; only these may change until it is answered."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="corrections")
    from_stage = models.CharField(max_length=60)
    reason = models.TextField()
    marked = models.JSONField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("application", "id")
