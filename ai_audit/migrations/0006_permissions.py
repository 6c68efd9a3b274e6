"""Each act its own permission."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0005_history_entry")]

    operations = [
        migrations.AlterModelOptions(
            name="suggestion",
            options={
                "default_permissions": ("view",),
                "managed": False,
                "permissions": [
                    ("approve_suggestion", "Can approve a suggestion"),
                    ("reject_suggestion", "Can reject a suggestion"),
                    ("execute_suggestion", "Can carry out an approved suggestion"),
                    ("amend_suggestion", "Can change a suggestion and approve it"),
                    ("undo_suggestion", "Can undo a suggestion that was carried out"),
                    ("export_suggestion", "Can export suggestions"),
                ],
                "verbose_name": "suggestion",
                "verbose_name_plural": "audit history",
            },
        ),
    ]
