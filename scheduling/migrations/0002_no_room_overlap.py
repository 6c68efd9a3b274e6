"""The constraint that makes double-booking a room impossible, and the extension it needs."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("scheduling", "0001_initial")]

    operations = [
        FrozenSQL(
            "scheduling",
            "0002_no_room_overlap",
            tables=["public.schedules"],
            extensions=["btree_gist"],
        )
    ]
