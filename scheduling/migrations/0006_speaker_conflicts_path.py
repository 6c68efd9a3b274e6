"""The function that finds a speaker in two places, under a path on which policies' helpers work."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("scheduling", "0005_staff_language")]

    operations = [
        FrozenSQL(
            "scheduling",
            "0006_speaker_conflicts_path",
            functions=["check_speaker_conflicts"],
        )
    ]
