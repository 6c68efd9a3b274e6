"""The log of suggestions: table, row-level security, rights and indexes."""

from django.db import migrations

from eventflow.sql import FrozenSQL, HoldsHistory

LOG = "public.ai_insights_log"


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("ai_audit", "0001_initial"), ("scheduling", "0003_speaker_conflicts")]

    operations = [
        FrozenSQL("ai_audit", "0002_ai_insights_log", tables=[LOG]),
        HoldsHistory(LOG),
    ]
