"""Functions that may not read along are never compiled for it either."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0057_told_by_id")]

    # Nothing is made here that goes when this goes back: what is set, another has made.
    operations = [FrozenSQL("ai_audit", "0058_never_compiled")]
