"""Rivals are found by an index of those that wait in an event, built without stopping writes."""

from django.db import migrations

from eventflow.sql import ConcurrentIndexes, WebLoginMay


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ai_audit", "0040_set_based")]

    operations = [
        ConcurrentIndexes("ai_audit", "0041_waiting_by_event"),
        # What the web process's own login asks moments with, where it was made before there were
        # any in what it reads.
        WebLoginMay("execute on function backoffice.moment(text, text)"),
    ]
