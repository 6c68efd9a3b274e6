"""The index of the latest questions, built without stopping writes."""

from django.db import migrations

from eventflow.sql import ConcurrentIndexes


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0049_outbox")]

    operations = [ConcurrentIndexes("ai_audit", "0050_asked_lately")]
