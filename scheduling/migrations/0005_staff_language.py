"""The language that a staff member switched to, in a table of our own."""

from django.db import migrations, models

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0004_what_goes_with_a_session"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[FrozenSQL("scheduling", "0005_staff_language")],
            state_operations=[
                migrations.AddField(
                    model_name="staffmember",
                    name="language",
                    field=models.TextField(db_default="", editable=False, verbose_name="language"),
                ),
            ],
        )
    ]
