"""The one key by which the names of rooms, speakers and sessions are compared."""

from django.db import migrations

from eventflow.sql import FrozenSQL, WebLoginMay


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("scheduling", "0006_speaker_conflicts_path")]

    operations = [
        FrozenSQL("scheduling", "0007_name_key", functions=["name_key"]),
        WebLoginMay("execute on function public.name_key(text)"),
    ]
