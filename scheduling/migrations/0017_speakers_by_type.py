"""Of the lists of speakers, and marks of deletion, SQL reads those of the types that are meant."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("scheduling", "0016_role_groups")]

    operations = [
        FrozenSQL(
            "scheduling",
            "0017_speakers_by_type",
            tables=["public.schedules"],
            functions=["check_speaker_conflicts"],
        ),
    ]
