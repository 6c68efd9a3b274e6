"""Lists read local times and zones as pages do; what that moves in them is indexed anew, in batches."""

from django.db import migrations

from eventflow.sql import FrozenSQL, InBatches, WebLoginMay


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0028_made_by_hand")]

    operations = [
        FrozenSQL("ai_audit", "0030_zones_and_folds", functions=["backoffice.zone_name"]),
        # What the web process's own login asks moments with.
        WebLoginMay("execute on function backoffice.zone_name(text)"),
        InBatches("ai_audit", "0030_index_again"),
    ]
