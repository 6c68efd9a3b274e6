"""Notes, and questions to whoever asked: further kinds of what people say of suggestions."""

from django.db import migrations

from eventflow.sql import FrozenSQL, WebLoginMay

ACTS = "backoffice.suggestion_acts"


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0049_outbox")]

    operations = [
        FrozenSQL(
            "ai_audit", "0052_notes_and_questions", tables=[ACTS], functions=["backoffice.act_on"]
        ),
        WebLoginMay(
            f"select on {ACTS}",
            "execute on function backoffice.act_on(uuid, text, bigint, text)",
        ),
    ]
