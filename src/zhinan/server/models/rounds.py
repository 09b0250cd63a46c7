"""Rounds of review: cases, those asked, draws, seats, sheets, the meeting."""

from __future__ import annotations

from django.db import models

from zhinan.server.models.applications import Application, Attachment
from zhinan.server.models.authorities import Section
from zhinan.server.models.calls import Call
from zhinan.server.models.experts import Expert
from zhinan.server.models.people import User


class RoundStatus(models.TextChoices):
    """How far a round has come. A cache of its events."""

    DRAFT = "draft"  # cases and rules are chosen
    ASKING = "asking"  # experts are asked and declare
    DRAWING = "drawing"  # the draw is committed
    SCORING = "scoring"  # panels are drawn; experts accept, decline, score
    CLOSED = "closed"  # scoring is over; scores are worked out; a meeting may be held
    RANKED = "ranked"  # the ranking is fixed
    DECIDED = "decided"  # allocation is decided
    CANCELLED = "cancelled"


class Blindness(models.TextChoices):
    """Whether experts see who applies. Applicants never see experts."""

    DOUBLE = "double"
    SINGLE = "single"


class Round(models.Model):
    """One round of review of cases of a call.

    `sheet`, `panel`, `conflicts`, `scoring`, `voting` are the rules as JSON of `review` and `assignment`; `cap` is the most a
    pair may be drawn with, per mille; `mode` `lottery` or `plan` (then with `plan_reason`). `passes` counts the passes of
    scoring begun.
    `quotas` are those of the allocation (JSON of `review.allocation`); `figures` what was worked out when scoring closed.
    """

    code = models.SlugField(max_length=60, unique=True)
    call = models.ForeignKey(Call, models.PROTECT, related_name="rounds")
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="rounds")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    status = models.CharField(max_length=10, choices=RoundStatus, default=RoundStatus.DRAFT, db_index=True)
    blindness = models.CharField(max_length=6, choices=Blindness, default=Blindness.DOUBLE)
    mode = models.CharField(max_length=8, default="lottery")
    plan_reason = models.CharField(max_length=400, blank=True, default="")
    sheet = models.JSONField(default=dict)
    panel = models.JSONField(default=dict)
    conflicts = models.JSONField(default=dict)
    scoring = models.JSONField(default=dict)
    voting = models.JSONField(default=dict)
    quotas = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    cap = models.PositiveSmallIntegerField(default=500)
    passes = models.PositiveSmallIntegerField(default=1)
    declare_by = models.DateTimeField(null=True, blank=True)
    score_by = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    ranked_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.code


class RoundCase(models.Model):
    """A case in a round. `number` is all that a double-blind expert knows it by; `stage` the one it stood at when it was put in.

    When scoring is closed: the official score, the calibrated one with its standard error, the place in the ranking, `flags`.
    `hidden` are words an officer has masked for blind reading beside those the platform masks by itself.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="cases")
    case = models.ForeignKey(Application, models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=60)
    field = models.CharField(max_length=60, blank=True, default="")
    official = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    calibrated = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    standard_error = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    place = models.PositiveIntegerField(null=True, blank=True)
    flags = models.JSONField(default=list)
    hidden = models.JSONField(default=list)
    note = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        ordering = ("round", "number")
        constraints = [
            models.UniqueConstraint(fields=("round", "case"), name="a_case_once_in_a_round"),
            models.UniqueConstraint(fields=("round", "number"), name="a_number_once_in_a_round"),
        ]


class Release(models.Model):
    """A paper that an officer lets the experts of a round read; under double-blindness only these are seen.

    What they read is a copy without metadata, kept under `sha256`, `size` bytes long.
    """

    round_case = models.ForeignKey(RoundCase, models.PROTECT, related_name="releases")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("round_case", "number")
        constraints = [models.UniqueConstraint(fields=("round_case", "attachment"), name="a_release_once")]


class Invitee(models.Model):
    """An expert asked to a round: what they declared (`units`: names ticked, each with a reason), or that they cannot come."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="invitees")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="invited")
    asked_at = models.DateTimeField()
    declared_at = models.DateTimeField(null=True, blank=True)
    units = models.JSONField(default=list)
    declined_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ("round", "expert")
        constraints = [models.UniqueConstraint(fields=("round", "expert"), name="an_invitee_once")]


class Draw(models.Model):
    """A draw of panels: committed, then opened and drawn. A redraw is a new one with a reason; the old one stays (`void_at`).

    `instance` and `commitment` are published and name no one; `private` holds whose codes stand behind the names in them, and why
    pairs are barred.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="draws")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=400, blank=True, default="")
    mode = models.CharField(max_length=8, default="lottery")
    instance = models.JSONField(default=dict)
    input_hash = models.CharField(max_length=64)
    commitment = models.JSONField(default=dict)
    commit_hash = models.CharField(max_length=64)
    sealed = models.JSONField(default=list)
    openings = models.JSONField(default=list)
    seed = models.CharField(max_length=64, blank=True, default="")
    result = models.JSONField(default=dict)
    result_hash = models.CharField(max_length=64, blank=True, default="")
    private = models.JSONField(default=dict)
    committed_at = models.DateTimeField()
    committed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    void_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ("round", "number")
        constraints = [models.UniqueConstraint(fields=("round", "number"), name="a_draw_once")]


class SeatStatus(models.TextChoices):
    """What became of a seat: it waits for its expert's answer, is taken, or was given up."""

    ASKED = "asked"
    TAKEN = "taken"
    DECLINED = "declined"
    CONFLICTED = "conflicted"
    REPLACED = "replaced"


#: Seats that count: those given up stay for the record only.
SITTING = (SeatStatus.ASKED, SeatStatus.TAKEN)


class Seat(models.Model):
    """An expert's seat on the panel of a case. `label` (A, B …) is all that others on the panel know of them."""

    round_case = models.ForeignKey(RoundCase, models.PROTECT, related_name="seats")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="seats")
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="seats")
    kind = models.CharField(max_length=12)
    label = models.CharField(max_length=4)
    status = models.CharField(max_length=10, choices=SeatStatus, default=SeatStatus.ASKED, db_index=True)
    reason = models.CharField(max_length=400, blank=True, default="")
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("round_case", "label", "id")
        constraints = [models.UniqueConstraint(fields=("round_case", "expert", "draw"), name="an_expert_once_on_a_panel")]


class Scoring(models.Model):
    """One expert's sheet in one pass of scoring: `answers` as typed (criterion → points, `comment`, `verdict`)."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="scorings")
    pass_number = models.PositiveSmallIntegerField(default=1)
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    saved_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)
    is_wild = models.BooleanField(default=False)
    wild_reason = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        ordering = ("seat", "pass_number")
        constraints = [models.UniqueConstraint(fields=("seat", "pass_number"), name="a_sheet_once_a_pass")]


class Meeting(models.Model):
    """A panel meeting of a round: which cases it takes up (`agenda`: numbers), who is present (expert codes), minutes.

    The discussion begins at `opened_at`: from then on experts read the sheets of others. `results` holds for the number of
    each case its ballots: `{"ballot": 2, "is_open": true, "told": [what each closed ballot came to]}`; `ballot` is the
    highest number of a ballot held.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField(default=1)
    held_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True, default="")
    agenda = models.JSONField(default=list)
    present = models.JSONField(default=list)
    rule = models.JSONField(default=dict)
    ballot = models.PositiveSmallIntegerField(default=1)
    minutes = models.TextField(blank=True, default="")
    results = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("round", "number")
        constraints = [models.UniqueConstraint(fields=("round", "number"), name="a_meeting_once")]


class Ballot(models.Model):
    """One vote of one expert on one case in one ballot of a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="ballots")
    round_case = models.ForeignKey(RoundCase, models.PROTECT, related_name="ballots")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="ballots")
    ballot = models.PositiveSmallIntegerField(default=1)
    choice = models.CharField(max_length=8)
    remark = models.CharField(max_length=400, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ("meeting", "round_case", "ballot", "id")
        constraints = [models.UniqueConstraint(fields=("meeting", "round_case", "expert", "ballot"), name="a_vote_once")]


class Remark(models.Model):
    """What an expert says of a case while it is discussed; others of the panel see it by the label."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="remarks")
    text = models.CharField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
