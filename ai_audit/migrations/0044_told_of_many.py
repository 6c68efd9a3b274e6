"""What the application tells the history of a decision, it can tell of many in one statement."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0041_waiting_by_event")]

    # Nothing is made here that goes when this goes back: what is replaced, another has made.
    operations = [FrozenSQL("ai_audit", "0044_told_of_many")]
