"""A primary key for every table of ours, for which a publication for all tables asks."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0020_acts_of_the_owner")]

    operations = [FrozenSQL("ai_audit", "0021_primary_keys", tables=["backoffice.stale_days"])]
