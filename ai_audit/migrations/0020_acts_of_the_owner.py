"""What the back office writes in nobody's name: functions that do one act each."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [
        ("ai_audit", "0012_daily_figures"),
        ("scheduling", "0004_what_goes_with_a_session"),
    ]

    operations = [
        FrozenSQL(
            "ai_audit",
            "0020_acts_of_the_owner",
            functions=[
                "backoffice.kept_of_removal",
                "backoffice.put_back",
                "backoffice.count_again",
                "backoffice.give_up",
            ],
        )
    ]
