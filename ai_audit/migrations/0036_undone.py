"""Whether what a suggestion did is undone: told in its page, lists, the filter and exports."""

from django.db import migrations

from eventflow.sql import FrozenSQL, WebLoginMay


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0035_suggestion_acts")]

    operations = [
        FrozenSQL("ai_audit", "0036_undone", functions=["backoffice.is_undone"]),
        WebLoginMay("execute on function backoffice.is_undone(uuid)"),
    ]
