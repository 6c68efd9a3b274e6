"""A second approver: each organization's rule, and the first of two approvals."""

import django.db.models.deletion
from django.db import migrations, models

from eventflow.sql import FrozenSQL, WebLoginMay


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0052_notes_and_questions")]

    operations = [
        FrozenSQL(
            "ai_audit",
            "0053_second_approver",
            tables=["backoffice.approval_rules", "backoffice.suggestion_acts"],
            functions=["backoffice.approve_first"],
        ),
        WebLoginMay(
            "select, insert, update, delete on backoffice.approval_rules",
            "execute on function backoffice.approve_first(bigint, jsonb)",
        ),
        migrations.CreateModel(
            name="ApprovalRule",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="scheduling.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "second_for",
                    models.TextField(
                        choices=[
                            ("critical", "What is of critical risk"),
                            ("own", "What who approves has asked for"),
                            (
                                "critical_or_own",
                                "What is of critical risk, and what who approves has asked for",
                            ),
                            ("all", "Everything"),
                        ],
                        verbose_name="asks for a second approver for",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule for two approvers",
                "verbose_name_plural": "rules for two approvers",
                "db_table": "approval_rules",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="suggestionact",
            name="basis",
            field=models.JSONField(null=True),
        ),
    ]
