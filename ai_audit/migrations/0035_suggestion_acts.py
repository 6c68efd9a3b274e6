"""What people say of suggestions beside moves of status: one append-only table, one function."""

import django.db.models.deletion
from django.db import migrations, models

from eventflow.sql import FrozenSQL, HoldsHistory, WebLoginMay

ACTS = "backoffice.suggestion_acts"


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0030_zones_and_folds")]

    operations = [
        FrozenSQL(
            "ai_audit", "0035_suggestion_acts", tables=[ACTS], functions=["backoffice.act_on"]
        ),
        HoldsHistory(ACTS),
        WebLoginMay(
            f"select on {ACTS}",
            "execute on function backoffice.act_on(uuid, text, bigint, text)",
        ),
        migrations.CreateModel(
            name="SuggestionAct",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "suggestion",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ai_audit.suggestion",
                    ),
                ),
                ("kind", models.TextField()),
                (
                    "staff_member",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="scheduling.staffmember",
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="scheduling.userprofile",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("said", models.TextField(null=True)),
            ],
            options={
                "db_table": "suggestion_acts",
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
