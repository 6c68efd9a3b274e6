"""Who is listed for a session speaks in it, and what was deleted softly is no session: also in SQL."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("scheduling", "0012_what_hangs_on_a_session")]

    operations = [
        FrozenSQL(
            "scheduling",
            "0014_listed_speakers",
            tables=["public.schedules"],
            functions=["check_speaker_conflicts"],
        ),
    ]
