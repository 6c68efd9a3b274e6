"""Which group somebody's role gave, in a table of our own."""

import django.db.models.deletion
from django.db import migrations, models

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("scheduling", "0014_listed_speakers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[FrozenSQL("scheduling", "0016_role_groups")],
            state_operations=[
                migrations.AddField(
                    model_name="staffmember",
                    name="role_gives",
                    field=models.TextField(
                        editable=False, null=True, verbose_name="group that the role gives"
                    ),
                ),
                migrations.AddField(
                    model_name="staffmember",
                    name="role_group",
                    field=models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="auth.group",
                        verbose_name="group that the role gave",
                    ),
                ),
            ],
        )
    ]
