import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("start_date", models.DateTimeField(verbose_name="starts")),
                ("end_date", models.DateTimeField(null=True, verbose_name="ends")),
                (
                    "timezone",
                    models.TextField(default="Asia/Jerusalem", null=True, verbose_name="time zone"),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "db_table": "events",
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Organization",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
            ],
            options={
                "verbose_name": "organization",
                "verbose_name_plural": "organizations",
                "db_table": "organizations",
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("first_name", models.TextField(verbose_name="first name")),
                ("last_name", models.TextField(verbose_name="last name")),
                ("phone", models.TextField(verbose_name="phone")),
                ("is_vip", models.BooleanField(default=False, null=True, verbose_name="VIP")),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
                "db_table": "participants",
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "is_companion",
                    models.BooleanField(default=False, null=True, verbose_name="companion"),
                ),
            ],
            options={
                "verbose_name": "registration",
                "verbose_name_plural": "registrations",
                "db_table": "participant_schedules",
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.TextField(verbose_name="title")),
                (
                    "description",
                    models.TextField(blank=True, null=True, verbose_name="description"),
                ),
                ("start_time", models.DateTimeField(verbose_name="starts")),
                ("end_time", models.DateTimeField(verbose_name="ends")),
                ("location", models.TextField(blank=True, null=True, verbose_name="location")),
                ("room", models.TextField(blank=True, null=True, verbose_name="room")),
                (
                    "max_capacity",
                    models.IntegerField(blank=True, null=True, verbose_name="capacity"),
                ),
                (
                    "current_count",
                    models.IntegerField(
                        default=0, editable=False, null=True, verbose_name="registered"
                    ),
                ),
                (
                    "is_mandatory",
                    models.BooleanField(default=False, null=True, verbose_name="mandatory"),
                ),
                ("is_break", models.BooleanField(default=False, null=True, verbose_name="break")),
                ("track", models.TextField(blank=True, null=True, verbose_name="track")),
                (
                    "track_color",
                    models.TextField(blank=True, null=True, verbose_name="track colour"),
                ),
                ("speaker_name", models.TextField(blank=True, null=True, verbose_name="speaker")),
                (
                    "speaker_title",
                    models.TextField(blank=True, null=True, verbose_name="speaker's title"),
                ),
                (
                    "speaker_bio",
                    models.TextField(blank=True, null=True, verbose_name="about the speaker"),
                ),
                (
                    "materials_url",
                    models.TextField(blank=True, null=True, verbose_name="materials"),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "db_table": "schedules",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="UserProfile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("full_name", models.TextField(verbose_name="full name")),
                ("email", models.TextField(null=True, verbose_name="email")),
            ],
            options={
                "verbose_name": "profile",
                "verbose_name_plural": "profiles",
                "db_table": "user_profiles",
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="StaffMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "profile",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="staff_member",
                        to="scheduling.userprofile",
                        verbose_name="profile",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staff_member",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "staff member",
                "verbose_name_plural": "staff members",
            },
        ),
    ]
