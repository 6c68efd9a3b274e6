"""What a person made of a suggestion keeps what the AI said, and right is said only where it looked.

What counts as the AI's is counted anew, in batches: the index first, then the days' figures.
"""

from django.db import migrations

from eventflow.sql import FrozenSQL, InBatches


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0044_told_of_many")]

    operations = [
        # What is replaced, others have made; the statistics that are made go when this goes back.
        FrozenSQL("ai_audit", "0046_what_the_ai_did"),
        InBatches("ai_audit", "0046_index_again"),
        InBatches("ai_audit", "0012_daily_figures"),
    ]
