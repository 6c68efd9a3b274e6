"""What lists read: one row per suggestion, kept by trigger, and what adds it up by day."""

import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0008_groups")]

    operations = [
        FrozenSQL(
            "ai_audit",
            "0009_suggestion_index",
            tables=[
                "public.ai_insights_log",
                "backoffice.suggestion_index",
                "backoffice.daily_figures",
                "backoffice.stale_days",
            ],
        ),
        migrations.CreateModel(
            name="IndexedSuggestion",
            fields=[
                (
                    "suggestion",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="ai_audit.suggestion",
                    ),
                ),
                ("organization_id", models.UUIDField()),
                ("event_id", models.UUIDField(null=True)),
                ("requester_id", models.UUIDField()),
                ("approver_id", models.UUIDField(null=True)),
                ("action", models.TextField()),
                ("status", models.TextField()),
                ("suggested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decider_id", models.UUIDField(null=True)),
                ("executed_at", models.DateTimeField(null=True)),
                ("waited", models.BigIntegerField(null=True)),
                ("requested_start", models.DateTimeField(null=True)),
                ("vip", models.BooleanField()),
                (
                    "claimed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "found",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                ("claim", models.TextField(null=True)),
                ("reason", models.TextField(null=True)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "db_table": "suggestion_index",
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
