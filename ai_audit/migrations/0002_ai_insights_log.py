"""The log of suggestions: table, row-level security, rights and indexes."""

import os

from django.core.management.base import CommandError
from django.db import migrations

from eventflow.sql import FrozenSQL


def refuse_to_lose_history(apps, schema_editor):
    """Rows of history are never dropped by a mere step backwards."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("select count(*) from public.ai_insights_log")
        (rows,) = cursor.fetchone()
    if rows and os.environ.get("EVENTFLOW_DROP_HISTORY") != "yes":
        raise CommandError(
            f"ai_insights_log holds {rows:,} rows of history. Nothing was changed. To go back "
            "all the same, and lose them, set EVENTFLOW_DROP_HISTORY=yes."
        )


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("ai_audit", "0001_initial"), ("scheduling", "0003_speaker_conflicts")]

    operations = [
        FrozenSQL("ai_audit", "0002_ai_insights_log", tables=["public.ai_insights_log"]),
        migrations.RunPython(migrations.RunPython.noop, refuse_to_lose_history),
    ]
