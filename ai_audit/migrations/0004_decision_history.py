"""The decision history: append-only, chained, written by trigger."""

import os

from django.core.management.base import CommandError
from django.db import connection, migrations

from eventflow.sql import FrozenSQL


def refuse_to_lose_history(apps, schema_editor):
    """The history is never dropped by a mere step backwards.

    Takes ACCESS EXCLUSIVE on it first, so that no entry comes in between.
    """
    if _history_stands():
        with connection.cursor() as cursor:
            cursor.execute("lock table backoffice.decision_history in access exclusive mode")
        _refuse_rows()


def _history_stands() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('backoffice.decision_history') is not null")
        return cursor.fetchone() == (True,)


def _refuse_rows():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from backoffice.decision_history")
        (rows,) = cursor.fetchone()
    if rows and os.environ.get("EVENTFLOW_DROP_HISTORY") != "yes":
        raise CommandError(
            f"decision_history holds {rows:,} rows of history. Nothing was changed. To go back all "
            "the same, set EVENTFLOW_DROP_HISTORY=yes: they are dropped."
        )


class Migration(migrations.Migration):
    dependencies = [
        ("ai_audit", "0003_lifecycle_guard"),
        ("scheduling", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [
        FrozenSQL("ai_audit", "0004_decision_history", tables=["public.ai_insights_log"]),
        migrations.RunPython(migrations.RunPython.noop, refuse_to_lose_history),
    ]

    def refuse_going_back(self):
        """Asked before the later steps are undone."""
        if _history_stands():
            _refuse_rows()
