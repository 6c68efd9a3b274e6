"""The days there are, added up: by the indexes, some days in each transaction."""

from django.db import connection, migrations

from ai_audit import suggestion_index


def add_up(apps, schema_editor):
    """Add up all days; again, it completes."""
    suggestion_index.refresh_all_figures()
    with connection.cursor() as cursor:
        cursor.execute("analyze backoffice.daily_figures, backoffice.stale_days")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0011_page_indexes")]

    operations = [migrations.RunPython(add_up, migrations.RunPython.noop)]
