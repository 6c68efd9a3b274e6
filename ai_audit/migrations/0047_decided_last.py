"""The indexes of the audit history's list by what was decided last, built without stopping writes."""

from django.db import migrations

from eventflow.sql import ConcurrentIndexes


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0046_what_the_ai_did")]

    operations = [ConcurrentIndexes("ai_audit", "0047_decided_last")]
