"""The first tables."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField(default=0)),
                ("hash", models.CharField(default="", max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="FundedProject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("special", models.CharField(max_length=60)),
                ("level", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=200)),
                ("unit", models.CharField(db_index=True, max_length=18)),
                ("leader", models.CharField(blank=True, db_index=True, default="", max_length=60)),
                ("enterprise", models.CharField(blank=True, db_index=True, default="", max_length=18)),
                ("established_on", models.DateField()),
                ("concluded_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("-established_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("is_workday", models.BooleanField(default=False)),
                ("name", models.CharField(blank=True, default="", max_length=60)),
            ],
            options={
                "ordering": ("day",),
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task", models.CharField(max_length=60, unique=True)),
                ("every_seconds", models.PositiveIntegerField()),
                ("next_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("name", models.CharField(max_length=60)),
                ("lang", models.CharField(blank=True, choices=[("zh", "中文"), ("en", "English")], default="", max_length=2)),
                ("mobile", models.CharField(blank=True, default="", max_length=20)),
                ("wants_digest", models.BooleanField(default=False)),
                ("must_change_password", models.BooleanField(default=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "ordering": ("username",),
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("scheme", models.CharField(max_length=80)),
                ("title", models.CharField(blank=True, default="", max_length=200)),
                ("stage", models.CharField(db_index=True, max_length=60)),
                ("edition", models.PositiveIntegerField(default=1)),
                ("verdict", models.CharField(blank=True, default="", max_length=14)),
                ("grant", models.BigIntegerField(blank=True, null=True)),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("entered_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                (
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="led", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("upload", models.CharField(max_length=120)),
                ("name", models.CharField(max_length=160)),
                ("kind", models.CharField(max_length=12)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="zhinan.application"
                    ),
                ),
            ],
            options={
                "ordering": ("application", "upload", "id"),
            },
        ),
        migrations.CreateModel(
            name="Authority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("region", "Region"),
                            ("city", "City"),
                            ("county", "County"),
                            ("park", "Park"),
                            ("sector", "Sector"),
                            ("system", "System"),
                            ("institution", "Institution"),
                        ],
                        max_length=12,
                    ),
                ),
                ("region", models.CharField(db_index=True, max_length=6)),
                ("park_key", models.CharField(blank=True, default="", max_length=60)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="zhinan.authority",
                    ),
                ),
            ],
            options={
                "ordering": ("region", "code"),
            },
        ),
        migrations.AddField(
            model_name="application",
            name="body",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="waiting", to="zhinan.authority"
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="reached",
            field=models.ManyToManyField(db_table="zhinan_reached", related_name="reached", to="zhinan.authority"),
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("pack", models.CharField(db_index=True, max_length=80)),
                ("pack_digest", models.CharField(blank=True, default="", max_length=64)),
                ("title_zh", models.CharField(max_length=200)),
                ("title_en", models.CharField(max_length=240)),
                ("year", models.PositiveIntegerField()),
                ("schemes", models.JSONField(default=list)),
                ("parameters", models.JSONField(default=dict)),
                ("readings", models.JSONField(default=dict)),
                ("budget", models.BigIntegerField(blank=True, null=True)),
                ("opens_at", models.DateTimeField(blank=True, null=True)),
                ("closes_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("edition", models.PositiveIntegerField(default=1)),
                ("notice_zh", models.TextField(blank=True, default="")),
                ("notice_en", models.TextField(blank=True, default="")),
                ("next_number", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="zhinan.authority"),
                ),
            ],
            options={
                "ordering": ("-year", "code"),
            },
        ),
        migrations.AddField(
            model_name="application",
            name="call",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="zhinan.call"),
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_stage", models.CharField(max_length=60)),
                ("reason", models.TextField()),
                ("marked", models.JSONField()),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="zhinan.application"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ("application", "id"),
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.CharField(max_length=60)),
                ("number", models.PositiveIntegerField(default=1)),
                ("letter", models.CharField(blank=True, default="", max_length=80)),
                ("letter_date", models.DateField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="listings", to="zhinan.authority"
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="listings", to="zhinan.call"),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("call", "stage", "body", "number"),
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveIntegerField()),
                ("remark", models.CharField(blank=True, default="", max_length=400)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="zhinan.application"
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="zhinan.listing"),
                ),
            ],
            options={
                "ordering": ("listing", "rank"),
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(blank=True, default="", max_length=254)),
                ("channel", models.CharField(default="email", max_length=8)),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("link", models.CharField(blank=True, default="", max_length=300)),
                ("made_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "delivery",
                    models.CharField(
                        choices=[("none", "None"), ("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
                        db_index=True,
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=300)),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="told",
                        to="zhinan.application",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inbox",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uscc", models.CharField(max_length=18, unique=True)),
                ("name", models.CharField(db_index=True, max_length=120)),
                ("kind", models.CharField(max_length=40)),
                ("region", models.CharField(db_index=True, max_length=6)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("closed", "Closed"),
                        ],
                        default="registered",
                        max_length=12,
                    ),
                ),
                ("registered_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, default="", max_length=400)),
                (
                    "body",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisation",
                        to="zhinan.authority",
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tenants",
                        to="zhinan.authority",
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="zhinan.authority",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "id"),
            },
        ),
        migrations.AddField(
            model_name="application",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="zhinan.organisation"
            ),
        ),
        migrations.CreateModel(
            name="RegisterFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                ("value", models.TextField()),
                ("source", models.CharField(max_length=80)),
                ("observed_on", models.DateField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="zhinan.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ("organisation", "key"),
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=120)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sections", to="zhinan.authority"
                    ),
                ),
            ],
            options={
                "ordering": ("authority", "id"),
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("unit-admin", "Unit Admin"),
                            ("member", "Member"),
                            ("officer", "Officer"),
                            ("finance", "Finance"),
                            ("auditor", "Auditor"),
                            ("leadership", "Leadership"),
                            ("expert", "Expert"),
                            ("keeper", "Keeper"),
                        ],
                        max_length=12,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="zhinan.authority",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="zhinan.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="zhinan.section",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=60)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("unit-admin", "Unit Admin"),
                            ("member", "Member"),
                            ("officer", "Officer"),
                            ("finance", "Finance"),
                            ("auditor", "Auditor"),
                            ("leadership", "Leadership"),
                            ("expert", "Expert"),
                            ("keeper", "Keeper"),
                        ],
                        max_length=12,
                    ),
                ),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="zhinan.authority",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="zhinan.organisation",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="zhinan.section"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.AddField(
            model_name="application",
            name="section",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="waiting", to="zhinan.section"
            ),
        ),
        migrations.CreateModel(
            name="Shareholding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(db_index=True, max_length=18)),
                ("owned", models.CharField(db_index=True, max_length=18)),
                ("per_mille", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ("owner", "owned"),
                "constraints": [models.UniqueConstraint(fields=("owner", "owned"), name="a_shareholding_once")],
            },
        ),
        migrations.CreateModel(
            name="StageLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.CharField(max_length=60)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("quota", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="zhinan.authority",
                    ),
                ),
                ("call", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="limits", to="zhinan.call")),
            ],
            options={
                "ordering": ("call", "stage", "id"),
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("receipt", models.CharField(max_length=40, unique=True)),
                ("content", models.JSONField()),
                ("content_hash", models.CharField(db_index=True, max_length=64)),
                ("verdict", models.CharField(max_length=14)),
                ("grant", models.BigIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="submissions", to="zhinan.application"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ("application", "number"),
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.CharField(max_length=60)),
                ("item", models.CharField(max_length=120)),
                ("mark", models.CharField(choices=[("yes", "Yes"), ("no", "No"), ("not-asked", "Not Asked")], max_length=10)),
                ("note", models.CharField(blank=True, default="", max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="zhinan.application"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "submission",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="zhinan.submission"),
                ),
            ],
            options={
                "ordering": ("application", "stage", "item"),
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("direction", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                ("call", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="topics", to="zhinan.call")),
                (
                    "park",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="topics", to="zhinan.authority"),
                ),
            ],
            options={
                "ordering": ("call", "park", "id"),
            },
        ),
        migrations.AddField(
            model_name="application",
            name="topic",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="zhinan.topic"
            ),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                ("text", models.TextField(blank=True, default="")),
                ("source", models.CharField(default="declared", max_length=80)),
                ("observed_on", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField()),
                (
                    "saved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="zhinan.application"
                    ),
                ),
            ],
            options={
                "ordering": ("application", "key"),
                "constraints": [models.UniqueConstraint(fields=("application", "key"), name="an_answer_once")],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField(unique=True)),
                ("case_sequence", models.PositiveIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                ("action", models.CharField(db_index=True, max_length=60)),
                ("body", models.TextField()),
                ("previous", models.CharField(max_length=64)),
                ("case_previous", models.CharField(blank=True, default="", max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
                (
                    "actor",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="zhinan.application",
                    ),
                ),
            ],
            options={
                "ordering": ("sequence",),
                "constraints": [models.UniqueConstraint(fields=("case", "case_sequence"), name="an_event_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.UniqueConstraint(fields=("call", "stage", "body", "number"), name="a_listing_once"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("listing", "application"), name="an_entry_once"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["to", "read_at", "-id"], name="inbox_of_a_person"),
        ),
        migrations.AddConstraint(
            model_name="registerfact",
            constraint=models.UniqueConstraint(fields=("organisation", "key"), name="a_fact_once"),
        ),
        migrations.AddConstraint(
            model_name="section",
            constraint=models.UniqueConstraint(fields=("authority", "name_zh"), name="a_section_once"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(
                fields=("user", "role", "authority", "section", "organisation"), name="a_post_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="stagelimit",
            constraint=models.UniqueConstraint(fields=("call", "stage", "body"), name="a_limit_once", nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(fields=("application", "number"), name="a_submission_once"),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.UniqueConstraint(fields=("submission", "stage", "item"), name="a_check_once"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["body", "stage", "-submitted_at", "-id"], name="queue_of_a_body"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["call", "stage", "-submitted_at", "-id"], name="queue_of_a_call"),
        ),
    ]
