"""Search paths that no temporary object gets into, for every function of the private schema."""

from django.db import migrations

from eventflow.sql import FrozenSQL, WebLoginMay


class Migration(migrations.Migration):
    dependencies = [
        ("ai_audit", "0022_guard_of_decisions"),
        ("scheduling", "0006_speaker_conflicts_path"),
    ]

    operations = [
        FrozenSQL(
            "ai_audit",
            "0023_search_paths",
            functions=["backoffice.signed_in", "backoffice.refuse_temporary_triggers"],
        ),
        WebLoginMay(
            "execute on function backoffice.signed_in()",
            "execute on function backoffice.refuse_temporary_triggers()",
        ),
    ]
