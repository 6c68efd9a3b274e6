"""What refers to a session, told before it is moved or removed; and what the product keeps apart.

Where the product has tables of its own for rooms, tracks, days and speakers, the web process reads
them: with its login, through a policy, as all it reads.
"""

from django.db import migrations

from eventflow.db.web_login import WebLoginReads
from eventflow.sql import FrozenSQL, WebLoginMay


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0008_speakers_by_key")]

    operations = [
        FrozenSQL(
            "scheduling",
            "0012_what_hangs_on_a_session",
            functions=["backoffice.what_hangs_on"],
        ),
        WebLoginMay("execute on function backoffice.what_hangs_on(uuid[])"),
        WebLoginReads("rooms", "tracks", "program_days", "speakers", "session_speakers"),
    ]
