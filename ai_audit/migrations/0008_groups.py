"""Three groups to give people: who looks, who decides, and who asks months later.

A group that stands already keeps the permissions it has.
"""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

LOOKING = (
    "view_suggestion",
    "view_pendingsuggestion",
    "view_historyentry",
    "view_schedule",
    "view_event",
)
GROUPS = {
    "Viewer": LOOKING,
    "Approver": (
        *LOOKING,
        "approve_suggestion",
        "reject_suggestion",
        "execute_suggestion",
        "amend_suggestion",
        "undo_suggestion",
    ),
    "Auditor": (*LOOKING, "export_suggestion"),
}

_RECORD = """
insert into backoffice.foundation_objects (object, migration)
values (%s, 'ai_audit.0008_groups')
on conflict (object) do nothing
"""
_FORGET = """
delete from backoffice.foundation_objects
where migration = 'ai_audit.0008_groups'
returning object
"""


def make_groups(apps, schema_editor):
    """Make the groups, and before them their permissions, which Django makes only afterwards."""
    for app_label in ("scheduling", "ai_audit"):
        create_permissions(
            installed.get_app_config(app_label),
            verbosity=0,
            using=schema_editor.connection.alias,
            apps=apps,
        )
    group_model, permission_model = (
        apps.get_model("auth", name) for name in ("Group", "Permission")
    )
    for name, codenames in GROUPS.items():
        group, made = group_model.objects.get_or_create(name=name)
        if not made:
            continue
        group.permissions.set(
            permission_model.objects.filter(
                content_type__app_label__in=("scheduling", "ai_audit"), codename__in=codenames
            )
        )
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(_RECORD, [f"group {name}"])


def drop_groups(apps, schema_editor):
    """Drop the groups that were made here and that nobody is in."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_FORGET)
        made = [recorded.removeprefix("group ") for (recorded,) in cursor.fetchall()]
    apps.get_model("auth", "Group").objects.filter(name__in=made, user=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("ai_audit", "0007_suggestion_links"),
        ("scheduling", "0003_speaker_conflicts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, drop_groups)]
