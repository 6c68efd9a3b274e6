"""What a session's removal takes along, read with the rights that a cascade has."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0003_speaker_conflicts")]

    operations = [
        FrozenSQL(
            "scheduling",
            "0004_what_goes_with_a_session",
            functions=["backoffice.tables_below_sessions", "backoffice.taken_along"],
        )
    ]
