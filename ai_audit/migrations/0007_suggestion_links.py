"""Which suggestion replaces or undoes which: append-only, in the private schema."""

import django.db.models.deletion
from django.db import migrations, models

from eventflow.sql import FrozenSQL, HoldsHistory


LINKS = "backoffice.suggestion_links"


def _to_suggestion(name):
    return models.ForeignKey(
        db_column=name,
        db_constraint=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to="ai_audit.suggestion",
    )


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0006_permissions")]

    operations = [
        FrozenSQL("ai_audit", "0007_suggestion_links", tables=[LINKS]),
        HoldsHistory(LINKS),
        migrations.CreateModel(
            name="SuggestionLink",
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
                ("replaces", _to_suggestion("replaces")),
                ("undoes", _to_suggestion("undoes")),
            ],
            options={
                "db_table": "suggestion_links",
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
