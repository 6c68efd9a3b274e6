"""The index and the function that find a speaker in two places at once."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("scheduling", "0002_no_room_overlap")]

    operations = [
        FrozenSQL(
            "scheduling",
            "0003_speaker_conflicts",
            tables=["public.schedules"],
            functions=["check_speaker_conflicts"],
        )
    ]
