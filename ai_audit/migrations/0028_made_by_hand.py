"""Which suggestions a person made by hand: append-only, and apart from the AI's figures."""

import django.db.models.deletion
from django.db import migrations, models

from eventflow.sql import FrozenSQL, HoldsHistory, WebLoginMay

MARKS = "backoffice.made_by_hand"


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0024_undoing_and_bases")]

    operations = [
        FrozenSQL(
            "ai_audit",
            "0028_made_by_hand",
            tables=[MARKS],
            functions=["backoffice.mark_with_its_suggestion"],
        ),
        HoldsHistory(MARKS),
        WebLoginMay(f"select, insert on {MARKS}"),
        migrations.CreateModel(
            name="MadeByHand",
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
            ],
            options={
                "db_table": "made_by_hand",
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
