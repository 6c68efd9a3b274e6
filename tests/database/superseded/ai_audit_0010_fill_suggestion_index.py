"""Every suggestion there is enters the index, in batches, each of its own; again, it completes."""

from django.db import connection, migrations

from ai_audit import suggestion_index


def fill(apps, schema_editor):
    """Index what stands; what comes meanwhile the trigger has indexed already."""
    suggestion_index.index_all()
    with connection.cursor() as cursor:
        cursor.execute("analyze backoffice.suggestion_index")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0009_suggestion_index")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
