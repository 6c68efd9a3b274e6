"""The language that a staff member switched to, in a table of our own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0004_what_goes_with_a_session"),
    ]

    operations = [
        migrations.AddField(
            model_name="staffmember",
            name="language",
            # The database fills it in, for who still runs the version before this one.
            field=models.CharField(
                db_default="", editable=False, max_length=10, verbose_name="language"
            ),
        ),
    ]
