"""The outbox: who is told of what, once; and how each person wants to be told."""

from django.db import migrations, models

from eventflow.sql import FrozenSQL, WebLoginMay

TABLES = [
    "backoffice.notification_mails",
    "backoffice.notifications",
    "backoffice.notification_choices",
    "backoffice.notification_watermark",
]


def _options(table):
    return {"db_table": table, "managed": False, "default_permissions": ()}


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0048_unused_index")]

    operations = [
        FrozenSQL("ai_audit", "0049_outbox", tables=TABLES),
        WebLoginMay(*(f"select, insert, update, delete on {table}" for table in TABLES)),
        migrations.CreateModel(
            name="NotificationMail",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "profile",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=models.deletion.DO_NOTHING,
                        related_name="+",
                        to="scheduling.userprofile",
                    ),
                ),
                ("kind", models.TextField()),
                ("message", models.UUIDField()),
                ("state", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("tries", models.IntegerField()),
                ("next_try", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("error", models.TextField(null=True)),
            ],
            options=_options("notification_mails")
            | {"verbose_name": "mail", "verbose_name_plural": "mails"},
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("profile_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("suggestion_id", models.UUIDField()),
                ("entry", models.BigIntegerField(null=True)),
                ("deadline", models.DateTimeField(null=True)),
                ("state", models.TextField()),
                (
                    "mail",
                    models.ForeignKey(
                        null=True,
                        on_delete=models.deletion.DO_NOTHING,
                        related_name="notifications",
                        to="ai_audit.notificationmail",
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options=_options("notifications"),
        ),
        migrations.CreateModel(
            name="NotificationChoice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("profile_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("choice", models.TextField()),
            ],
            options=_options("notification_choices"),
        ),
    ]
