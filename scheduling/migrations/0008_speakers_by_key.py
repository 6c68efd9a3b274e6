"""Speakers are compared by the key of names, and each of several in one text is found."""

from django.db import migrations

from eventflow.sql import FrozenSQL, WebLoginMay


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("scheduling", "0007_name_key")]

    operations = [
        FrozenSQL(
            "scheduling",
            "0008_speakers_by_key",
            tables=["public.schedules"],
            functions=["check_speaker_conflicts", "speaker_names"],
        ),
        WebLoginMay("execute on function public.speaker_names(text)"),
    ]
