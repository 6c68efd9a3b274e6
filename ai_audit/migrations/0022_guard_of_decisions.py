"""Who has left decides nothing, moments are the database's, and only the owner inserts decided rows."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0021_primary_keys")]

    operations = [
        FrozenSQL("ai_audit", "0022_guard_of_decisions", functions=["backoffice.guard_suggestion"])
    ]
