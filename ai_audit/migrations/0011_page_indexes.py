"""The indexes that the pages of the audit history need, built without stopping writes."""

from django.db import migrations

from eventflow.sql import ConcurrentIndexes


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0010_fill_suggestion_index")]

    operations = [ConcurrentIndexes("ai_audit", "0011_page_indexes")]
