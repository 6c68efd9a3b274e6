"""What the application tells the history of many is split, so that each finds its own soon."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0053_second_approver")]

    # Nothing is made here that goes when this goes back: what is replaced, another has made.
    operations = [FrozenSQL("ai_audit", "0057_told_by_id")]
