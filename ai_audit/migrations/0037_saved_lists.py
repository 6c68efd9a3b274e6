"""Lists of the queue that users save under names."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from eventflow.sql import FrozenSQL, WebLoginMay


class Migration(migrations.Migration):
    dependencies = [
        ("ai_audit", "0036_undone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[FrozenSQL("ai_audit", "0037_saved_lists")],
            state_operations=[
                migrations.CreateModel(
                    name="SavedList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("asked", models.CharField(max_length=1000)),
                        ("words", models.CharField(blank=True, max_length=200)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "name"), name="one_list_of_a_name"
                            )
                        ],
                    },
                ),
            ],
        ),
        WebLoginMay("select, insert, update, delete on backoffice.ai_audit_savedlist"),
    ]
