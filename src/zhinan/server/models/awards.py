"""From the ranking to the award: what was decided on each case, clearance, notice and objections, talk, award."""

from __future__ import annotations

from django.db import models

from zhinan.server.models.applications import Application
from zhinan.server.models.calls import Call
from zhinan.server.models.people import User
from zhinan.server.models.rounds import Round


class Outcome(models.Model):
    """What the allocation of a round decided on a case: `award`, `reserve` or `refuse`, the amount (fen), and why.

    `code` names the reason as `review.allocation` does; `is_departure` when an officer departed from the ranked walk.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="outcomes")
    case = models.ForeignKey(Application, models.PROTECT, related_name="outcomes")
    place = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8)
    amount = models.BigIntegerField(default=0)
    code = models.CharField(max_length=40)
    reason_zh = models.CharField(max_length=1000)
    reason_en = models.CharField(max_length=1000)
    is_departure = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("round", "place", "id")
        constraints = [models.UniqueConstraint(fields=("round", "case"), name="an_outcome_once")]


class Clearance(models.Model):
    """The check before an award: `checks` is a list of `{check, is_met, zh, en}` as found at that moment."""

    case = models.ForeignKey(Application, models.PROTECT, related_name="clearances")
    checks = models.JSONField(default=list)
    is_clear = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("case", "id")


class Notice(models.Model):
    """A public notice (公示) of a proposed list: open from its publication for so many working days."""

    code = models.SlugField(max_length=60, unique=True)
    call = models.ForeignKey(Call, models.PROTECT, related_name="notices")
    round = models.ForeignKey(Round, models.PROTECT, related_name="notices")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=240)
    contact_zh = models.CharField(max_length=400, blank=True, default="")
    contact_en = models.CharField(max_length=400, blank=True, default="")
    working_days = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-opens_at", "-id")

    def __str__(self) -> str:
        return self.code


class NoticeLine(models.Model):
    """A project on a notice, as it was published; `withdrawn` when an objection to it was upheld."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="lines")
    case = models.ForeignKey(Application, models.PROTECT, related_name="notice_lines")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=120)
    leader = models.CharField(max_length=60)
    scheme_zh = models.CharField(max_length=120)
    scheme_en = models.CharField(max_length=160)
    amount = models.BigIntegerField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ("notice", "number")
        constraints = [models.UniqueConstraint(fields=("notice", "case"), name="a_notice_line_once")]


class ObjectionStatus(models.TextChoices):
    """What became of an objection."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    NOT_ADMITTED = "not-admitted"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class Objection(models.Model):
    """A real-name objection to a project on a notice, with its evidence (`files`: name, sha256, size), handling and result.

    Who objects is known only to the officers in charge and the auditors; `secret_hash` lets the objector read the answer.
    """

    receipt = models.SlugField(max_length=40, unique=True)
    line = models.ForeignKey(NoticeLine, models.PROTECT, related_name="objections")
    name = models.CharField(max_length=60)
    contact = models.CharField(max_length=120)
    is_unit = models.BooleanField(default=False)
    ground = models.TextField()
    files = models.JSONField(default=list)
    secret_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=ObjectionStatus, default=ObjectionStatus.RECEIVED, db_index=True)
    findings = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-made_at", "-id")


class Talk(models.Model):
    """A talk before the award (立项预警谈话): who was present, what was told, what was promised."""

    case = models.ForeignKey(Application, models.PROTECT, related_name="talks")
    held_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True, default="")
    is_unit_present = models.BooleanField(default=False)
    is_leader_present = models.BooleanField(default=False)
    present = models.CharField(max_length=400, blank=True, default="")
    matters = models.TextField()
    promises = models.TextField(blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("case", "id")


class Award(models.Model):
    """An award: the case, its number, the amount (fen), the letter and batch it was issued with."""

    case = models.OneToOneField(Application, models.PROTECT, related_name="award")
    number = models.CharField(max_length=60, unique=True)
    amount = models.BigIntegerField()
    batch = models.PositiveIntegerField()
    letter = models.CharField(max_length=80)
    issued_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-issued_at", "number")
