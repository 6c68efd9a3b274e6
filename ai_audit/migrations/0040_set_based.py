"""What triggers write of a row costs the same, however many rows one statement writes."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0037_saved_lists")]

    # Nothing is made here that goes when this goes back: what is replaced, others have made.
    operations = [FrozenSQL("ai_audit", "0040_set_based")]
