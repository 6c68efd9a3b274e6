"""The group that a role gave is found by an index, as every foreign key is."""

import django.db.models.deletion
from django.db import migrations, models

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("scheduling", "0017_speakers_by_type"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[FrozenSQL("scheduling", "0018_role_group_index")],
            state_operations=[
                migrations.AlterField(
                    model_name="staffmember",
                    name="role_group",
                    field=models.ForeignKey(
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
