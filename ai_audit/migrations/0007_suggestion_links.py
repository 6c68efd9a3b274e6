"""Which suggestion replaces or undoes which: append-only, in the private schema."""

import os

import django.db.models.deletion
from django.core.management.base import CommandError
from django.db import connection, migrations, models

from eventflow.sql import FrozenSQL


def refuse_to_lose_history(apps, schema_editor):
    """What was undone or replaced is never dropped by a mere step backwards.

    Takes ACCESS EXCLUSIVE on it first, so that no link comes in between.
    """
    if _links_stand():
        with connection.cursor() as cursor:
            cursor.execute("lock table backoffice.suggestion_links in access exclusive mode")
        _refuse_rows()


def _links_stand() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('backoffice.suggestion_links') is not null")
        return cursor.fetchone() == (True,)


def _refuse_rows():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from backoffice.suggestion_links")
        (rows,) = cursor.fetchone()
    if rows and os.environ.get("EVENTFLOW_DROP_HISTORY") != "yes":
        raise CommandError(
            f"suggestion_links holds {rows:,} rows of history. Nothing was changed. To go back all "
            "the same, set EVENTFLOW_DROP_HISTORY=yes: they are dropped."
        )


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
        FrozenSQL("ai_audit", "0007_suggestion_links", tables=["backoffice.suggestion_links"]),
        migrations.RunPython(migrations.RunPython.noop, refuse_to_lose_history),
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

    def refuse_going_back(self):
        """Asked before the later steps are undone."""
        if _links_stand():
            _refuse_rows()
