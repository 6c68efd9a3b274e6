"""The decision history: append-only, chained, written by trigger."""

from django.db import migrations

from eventflow.sql import FrozenSQL, HoldsHistory

LOG = "public.ai_insights_log"
HISTORY = "backoffice.decision_history"


class Migration(migrations.Migration):
    dependencies = [
        ("ai_audit", "0003_lifecycle_guard"),
        ("scheduling", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [
        FrozenSQL("ai_audit", "0004_decision_history", tables=[LOG, HISTORY]),
        HoldsHistory(HISTORY),
    ]
