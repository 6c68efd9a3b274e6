"""The days there are, added up: by the indexes, some days in each transaction.

Marked days are deleted, which a publication for all tables refuses where there is no primary key:
a database that filled its index without one gets it here.
"""

from django.db import migrations

from eventflow.sql import FrozenSQL, InBatches


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0011_page_indexes")]

    operations = [
        FrozenSQL("ai_audit", "0021_primary_keys", tables=["backoffice.stale_days"]),
        InBatches("ai_audit", "0012_daily_figures"),
    ]
