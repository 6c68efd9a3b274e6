"""Undoing runs the product's triggers under a path they know; approvals keep what they rest on."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    dependencies = [("ai_audit", "0023_search_paths")]

    # Nothing is made here that goes when this goes back: what is replaced, others have made.
    operations = [FrozenSQL("ai_audit", "0024_undoing_and_bases")]
