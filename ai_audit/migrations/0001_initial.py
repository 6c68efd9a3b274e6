import ai_audit.models
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("action_type", models.TextField(verbose_name="action type")),
                ("action_data", ai_audit.models.UntrustedJSONField(verbose_name="content")),
                ("suggested_at", models.DateTimeField(verbose_name="suggested")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approved")),
                ("executed_at", models.DateTimeField(null=True, verbose_name="executed")),
                (
                    "execution_status",
                    models.TextField(
                        choices=[
                            ("suggested", "Suggested"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("executed", "Executed"),
                            ("failed", "Failed"),
                        ],
                        default="suggested",
                        verbose_name="status",
                    ),
                ),
                ("execution_error", models.TextField(null=True, verbose_name="error")),
                ("created_at", models.DateTimeField(null=True, verbose_name="created")),
            ],
            options={
                "verbose_name": "suggestion",
                "verbose_name_plural": "audit history",
                "db_table": "ai_insights_log",
                "permissions": [
                    ("approve_suggestion", "Can approve a suggestion"),
                    ("reject_suggestion", "Can reject a suggestion"),
                ],
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="PendingSuggestion",
            fields=[],
            options={
                "verbose_name": "pending suggestion",
                "verbose_name_plural": "approval queue",
                "proxy": True,
                "default_permissions": ("view",),
                "indexes": [],
                "constraints": [],
            },
            bases=("ai_audit.suggestion",),
        ),
    ]
