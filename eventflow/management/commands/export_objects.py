"""`manage.py export_objects`: write the snapshot of objects from a fresh database."""

from django.core.management.base import BaseCommand, no_translations

from eventflow.db import database, objects, objects_file


class Command(BaseCommand):
    help = "Writes the snapshot of objects, from a database in which nothing but migrations was."
    requires_system_checks = []

    @no_translations
    def handle(self, *args, **options):
        with database.as_migrating_login():
            objects.FILE.write_text(objects_file.text(), encoding="utf-8")
        self.stdout.write(f"Written: {objects.FILE}")
