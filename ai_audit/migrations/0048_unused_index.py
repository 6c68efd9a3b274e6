"""An index of the audit history's list goes that no page of it asks any more."""

from django.db import migrations

from eventflow.sql import ConcurrentIndexes


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0047_decided_last")]

    operations = [ConcurrentIndexes("ai_audit", "0048_unused_index")]
