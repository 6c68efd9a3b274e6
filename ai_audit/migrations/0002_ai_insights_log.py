"""The log of suggestions: table, row-level security, rights and indexes."""

import os

from django.core.management.base import CommandError
from django.db import connection, migrations

from eventflow.sql import FrozenSQL

_MADE_HERE = """
select exists (
  select from backoffice.foundation_objects where object = 'table public.ai_insights_log'
)
"""


def refuse_to_lose_history(apps, schema_editor):
    """History is never dropped, or left without its policies, by a mere step backwards.

    Takes ACCESS EXCLUSIVE on the log first, so that no row comes in between.
    """
    if _log_stands():
        with connection.cursor() as cursor:
            cursor.execute("lock table public.ai_insights_log in access exclusive mode")
        _refuse_rows()


def _log_stands() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('public.ai_insights_log') is not null")
        return cursor.fetchone() == (True,)


def _refuse_rows():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from public.ai_insights_log")
        (rows,) = cursor.fetchone()
        cursor.execute(_MADE_HERE)
        (made_here,) = cursor.fetchone()
    if rows and os.environ.get("EVENTFLOW_DROP_HISTORY") != "yes":
        fate = "they are dropped" if made_here else "they stay, without the policies made here"
        raise CommandError(
            f"ai_insights_log holds {rows:,} rows of history. Nothing was changed. To go back all "
            f"the same, set EVENTFLOW_DROP_HISTORY=yes: {fate}."
        )


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("ai_audit", "0001_initial"), ("scheduling", "0003_speaker_conflicts")]

    operations = [
        FrozenSQL("ai_audit", "0002_ai_insights_log", tables=["public.ai_insights_log"]),
        migrations.RunPython(migrations.RunPython.noop, refuse_to_lose_history),
    ]

    def refuse_going_back(self):
        """Asked before the later steps are undone, among them the guard."""
        if _log_stands():
            _refuse_rows()
