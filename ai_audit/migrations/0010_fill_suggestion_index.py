"""Every suggestion there is enters the index, in batches, each of its own; again, it completes.

First the marked days get their primary key: later, there would be as many rows as suggestions.
"""

from django.db import migrations

from eventflow.sql import FrozenSQL, InBatches


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0009_suggestion_index")]

    operations = [
        FrozenSQL("ai_audit", "0021_primary_keys", tables=["backoffice.stale_days"]),
        InBatches("ai_audit", "0010_fill_suggestion_index"),
    ]
