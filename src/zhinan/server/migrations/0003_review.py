"""The rows of the expert bank, of rounds of review and of awards."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zhinan", "0002_events_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60, unique=True)),
                ("amount", models.BigIntegerField()),
                ("batch", models.PositiveIntegerField()),
                ("letter", models.CharField(max_length=80)),
                ("issued_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="award", to="zhinan.application"
                    ),
                ),
            ],
            options={
                "ordering": ("-issued_at", "number"),
            },
        ),
        migrations.CreateModel(
            name="Clearance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checks", models.JSONField(default=list)),
                ("is_clear", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clearances", to="zhinan.application"
                    ),
                ),
            ],
            options={
                "ordering": ("case", "id"),
            },
        ),
        migrations.CreateModel(
            name="Expert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True)),
                ("name", models.CharField(db_index=True, max_length=60)),
                ("title", models.CharField(blank=True, default="", max_length=60)),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("identity", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("unit", models.CharField(blank=True, db_index=True, default="", max_length=18)),
                ("unit_name", models.CharField(max_length=120)),
                ("region", models.CharField(db_index=True, max_length=6)),
                ("kinds", models.JSONField(default=list)),
                ("disciplines", models.JSONField(default=list)),
                ("directions", models.JSONField(default=list)),
                ("keywords", models.JSONField(default=list)),
                ("summary", models.TextField(blank=True, default="")),
                ("most", models.PositiveSmallIntegerField(default=10)),
                ("away_from", models.DateField(blank=True, null=True)),
                ("away_until", models.DateField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("candidate", "Candidate"), ("active", "Active"), ("paused", "Paused"), ("removed", "Removed")],
                        db_index=True,
                        default="candidate",
                        max_length=10,
                    ),
                ),
                ("source", models.CharField(blank=True, default="", max_length=80)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "bank",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="experts", to="zhinan.authority"),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="zhinan.invitation",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expert",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("name", "id"),
            },
        ),
        migrations.CreateModel(
            name="Conduct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("note", models.CharField(blank=True, default="", max_length=400)),
                ("round_code", models.CharField(blank=True, default="", max_length=60)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="conduct", to="zhinan.expert"),
                ),
            ],
            options={
                "ordering": ("expert", "-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("title_zh", models.CharField(max_length=200)),
                ("title_en", models.CharField(max_length=240)),
                ("contact_zh", models.CharField(blank=True, default="", max_length=400)),
                ("contact_en", models.CharField(blank=True, default="", max_length=400)),
                ("working_days", models.PositiveSmallIntegerField()),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField(db_index=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "call",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="zhinan.call"),
                ),
            ],
            options={
                "ordering": ("-opens_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="NoticeLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("unit", models.CharField(max_length=120)),
                ("leader", models.CharField(max_length=60)),
                ("scheme_zh", models.CharField(max_length=120)),
                ("scheme_en", models.CharField(max_length=160)),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notice_lines", to="zhinan.application"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="zhinan.notice"),
                ),
            ],
            options={
                "ordering": ("notice", "number"),
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("receipt", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("contact", models.CharField(max_length=120)),
                ("is_unit", models.BooleanField(default=False)),
                ("ground", models.TextField()),
                ("files", models.JSONField(default=list)),
                ("secret_hash", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("accepted", "Accepted"),
                            ("not-admitted", "Not Admitted"),
                            ("upheld", "Upheld"),
                            ("dismissed", "Dismissed"),
                        ],
                        db_index=True,
                        default="received",
                        max_length=12,
                    ),
                ),
                ("findings", models.TextField(blank=True, default="")),
                ("answer", models.TextField(blank=True, default="")),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="zhinan.noticeline"
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=160)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("asking", "Asking"),
                            ("drawing", "Drawing"),
                            ("scoring", "Scoring"),
                            ("closed", "Closed"),
                            ("ranked", "Ranked"),
                            ("decided", "Decided"),
                            ("cancelled", "Cancelled"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "blindness",
                    models.CharField(choices=[("double", "Double"), ("single", "Single")], default="double", max_length=6),
                ),
                ("mode", models.CharField(default="lottery", max_length=8)),
                ("plan_reason", models.CharField(blank=True, default="", max_length=400)),
                ("sheet", models.JSONField(default=dict)),
                ("panel", models.JSONField(default=dict)),
                ("conflicts", models.JSONField(default=dict)),
                ("scoring", models.JSONField(default=dict)),
                ("voting", models.JSONField(default=dict)),
                ("quotas", models.JSONField(default=dict)),
                ("figures", models.JSONField(default=dict)),
                ("cap", models.PositiveSmallIntegerField(default=500)),
                ("passes", models.PositiveSmallIntegerField(default=1)),
                ("declare_by", models.DateTimeField(blank=True, null=True)),
                ("score_by", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("ranked_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("call", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="zhinan.call")),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "section",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="zhinan.section",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                ("outcome", models.CharField(max_length=8)),
                ("amount", models.BigIntegerField(default=0)),
                ("code", models.CharField(max_length=40)),
                ("reason_zh", models.CharField(max_length=1000)),
                ("reason_en", models.CharField(max_length=1000)),
                ("is_departure", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="zhinan.application"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="zhinan.round"),
                ),
            ],
            options={
                "ordering": ("round", "place", "id"),
            },
        ),
        migrations.AddField(
            model_name="notice",
            name="round",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="zhinan.round"),
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("held_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("place", models.CharField(blank=True, default="", max_length=120)),
                ("agenda", models.JSONField(default=list)),
                ("present", models.JSONField(default=list)),
                ("rule", models.JSONField(default=dict)),
                ("ballot", models.PositiveSmallIntegerField(default=1)),
                ("minutes", models.TextField(blank=True, default="")),
                ("results", models.JSONField(default=dict)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "round",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="meetings", to="zhinan.round"),
                ),
            ],
            options={
                "ordering": ("round", "number"),
            },
        ),
        migrations.CreateModel(
            name="Invitee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("declared_at", models.DateTimeField(blank=True, null=True)),
                ("units", models.JSONField(default=list)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                (
                    "expert",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="invited", to="zhinan.expert"),
                ),
                (
                    "round",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="invitees", to="zhinan.round"),
                ),
            ],
            options={
                "ordering": ("round", "expert"),
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                ("mode", models.CharField(default="lottery", max_length=8)),
                ("instance", models.JSONField(default=dict)),
                ("input_hash", models.CharField(max_length=64)),
                ("commitment", models.JSONField(default=dict)),
                ("commit_hash", models.CharField(max_length=64)),
                ("sealed", models.JSONField(default=list)),
                ("openings", models.JSONField(default=list)),
                ("seed", models.CharField(blank=True, default="", max_length=64)),
                ("result", models.JSONField(default=dict)),
                ("result_hash", models.CharField(blank=True, default="", max_length=64)),
                ("private", models.JSONField(default=dict)),
                ("committed_at", models.DateTimeField()),
                ("drawn_at", models.DateTimeField(blank=True, null=True)),
                ("void_at", models.DateTimeField(blank=True, null=True)),
                ("void_reason", models.CharField(blank=True, default="", max_length=400)),
                (
                    "committed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="draws", to="zhinan.round"),
                ),
            ],
            options={
                "ordering": ("round", "number"),
            },
        ),
        migrations.CreateModel(
            name="RoundCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("stage", models.CharField(max_length=60)),
                ("field", models.CharField(blank=True, default="", max_length=60)),
                ("official", models.DecimalField(blank=True, decimal_places=3, max_digits=7, null=True)),
                ("calibrated", models.DecimalField(blank=True, decimal_places=3, max_digits=7, null=True)),
                ("standard_error", models.DecimalField(blank=True, decimal_places=3, max_digits=7, null=True)),
                ("place", models.PositiveIntegerField(blank=True, null=True)),
                ("flags", models.JSONField(default=list)),
                ("hidden", models.JSONField(default=list)),
                ("note", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="zhinan.application"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="zhinan.round"),
                ),
            ],
            options={
                "ordering": ("round", "number"),
            },
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "attachment",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="zhinan.attachment"),
                ),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "round_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="zhinan.roundcase"
                    ),
                ),
            ],
            options={
                "ordering": ("round_case", "number"),
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ballot", models.PositiveSmallIntegerField(default=1)),
                ("choice", models.CharField(max_length=8)),
                ("remark", models.CharField(blank=True, default="", max_length=400)),
                ("at", models.DateTimeField()),
                (
                    "expert",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="ballots", to="zhinan.expert"),
                ),
                (
                    "meeting",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="ballots", to="zhinan.meeting"),
                ),
                (
                    "round_case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="ballots", to="zhinan.roundcase"),
                ),
            ],
            options={
                "ordering": ("meeting", "round_case", "ballot", "id"),
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("label", models.CharField(max_length=4)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("taken", "Taken"),
                            ("declined", "Declined"),
                            ("conflicted", "Conflicted"),
                            ("replaced", "Replaced"),
                        ],
                        db_index=True,
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=400)),
                ("made_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("draw", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="zhinan.draw")),
                (
                    "expert",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="zhinan.expert"),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="zhinan.seat",
                    ),
                ),
                (
                    "round_case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="zhinan.roundcase"),
                ),
            ],
            options={
                "ordering": ("round_case", "label", "id"),
            },
        ),
        migrations.CreateModel(
            name="Scoring",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pass_number", models.PositiveSmallIntegerField(default=1)),
                ("answers", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                ("total", models.DecimalField(blank=True, decimal_places=3, max_digits=7, null=True)),
                ("saved_at", models.DateTimeField()),
                ("handed_in_at", models.DateTimeField(blank=True, null=True)),
                ("is_wild", models.BooleanField(default=False)),
                ("wild_reason", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="scorings", to="zhinan.seat"),
                ),
            ],
            options={
                "ordering": ("seat", "pass_number"),
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="zhinan.seat"),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_at", models.DateTimeField()),
                ("place", models.CharField(blank=True, default="", max_length=120)),
                ("is_unit_present", models.BooleanField(default=False)),
                ("is_leader_present", models.BooleanField(default=False)),
                ("present", models.CharField(blank=True, default="", max_length=400)),
                ("matters", models.TextField()),
                ("promises", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="talks", to="zhinan.application"),
                ),
            ],
            options={
                "ordering": ("case", "id"),
            },
        ),
        migrations.CreateModel(
            name="Tenure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(blank=True, default="", max_length=18)),
                ("unit_name", models.CharField(max_length=120)),
                ("post", models.CharField(blank=True, default="", max_length=60)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "expert",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="tenures", to="zhinan.expert"),
                ),
            ],
            options={
                "ordering": ("expert", "-since", "id"),
            },
        ),
        migrations.CreateModel(
            name="Tie",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30)),
                ("person", models.CharField(blank=True, default="", max_length=60)),
                ("unit", models.CharField(blank=True, default="", max_length=18)),
                ("unit_name", models.CharField(blank=True, default="", max_length=120)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=400)),
                ("source", models.CharField(default="declared", max_length=20)),
                ("made_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "expert",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="ties", to="zhinan.expert"),
                ),
            ],
            options={
                "ordering": ("expert", "id"),
            },
        ),
        migrations.CreateModel(
            name="BankImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("name", models.CharField(max_length=160)),
                ("content", models.JSONField(default=dict)),
                ("bank", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="zhinan.authority")),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [models.UniqueConstraint(fields=("bank", "by"), name="an_import_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="noticeline",
            constraint=models.UniqueConstraint(fields=("notice", "case"), name="a_notice_line_once"),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.UniqueConstraint(fields=("round", "case"), name="an_outcome_once"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(fields=("round", "number"), name="a_meeting_once"),
        ),
        migrations.AddConstraint(
            model_name="invitee",
            constraint=models.UniqueConstraint(fields=("round", "expert"), name="an_invitee_once"),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.UniqueConstraint(fields=("round", "number"), name="a_draw_once"),
        ),
        migrations.AddConstraint(
            model_name="roundcase",
            constraint=models.UniqueConstraint(fields=("round", "case"), name="a_case_once_in_a_round"),
        ),
        migrations.AddConstraint(
            model_name="roundcase",
            constraint=models.UniqueConstraint(fields=("round", "number"), name="a_number_once_in_a_round"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(fields=("round_case", "attachment"), name="a_release_once"),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.UniqueConstraint(fields=("meeting", "round_case", "expert", "ballot"), name="a_vote_once"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("round_case", "expert", "draw"), name="an_expert_once_on_a_panel"),
        ),
        migrations.AddConstraint(
            model_name="scoring",
            constraint=models.UniqueConstraint(fields=("seat", "pass_number"), name="a_sheet_once_a_pass"),
        ),
    ]
