"""`manage.py export_foundation_sql`: write the foundation's SQL as one file."""

from django.core.management.base import BaseCommand

from eventflow.db import foundation


class Command(BaseCommand):
    help = "Writes the foundation's SQL as one file that a SQL editor can send in one go."
    requires_system_checks = []

    def handle(self, *args, **options):
        foundation.FILE.parent.mkdir(exist_ok=True)
        foundation.FILE.write_text(foundation.text(), encoding="utf-8")
        self.stdout.write(f"Written: {foundation.FILE}")
