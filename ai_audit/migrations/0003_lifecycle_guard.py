"""The guard: what was suggested never changes, and a decision moves only along its ways."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0002_ai_insights_log")]

    operations = [
        FrozenSQL("ai_audit", "0003_lifecycle_guard", tables=["public.ai_insights_log"]),
    ]
