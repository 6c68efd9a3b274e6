"""`manage.py doctor`: one page of what a person looks at, each line with what to type."""

import json
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, no_translations

from eventflow.db import database
from eventflow.fitness import doctor


class Command(BaseCommand):
    help = (
        "Looks at everything that a person would after installing or restoring, or before a night, "
        "and says of each line whether it is ok and what to type where it is not. Writes nothing "
        "but what it found of roles. Exit status 1 where anything is wrong."
    )
    # It tells what they say.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="the same for programs")

    @no_translations
    def handle(self, **options):
        found = list(self._found())
        if options["json"]:
            self.stdout.write(json.dumps(doctor.plain(found), indent=2, ensure_ascii=False))
        else:
            self.stdout.write(doctor.text(found))
        if not doctor.is_well(found):
            sys.exit(1)

    @staticmethod
    def _found():
        """As the web process's login whether it can work; all else as the one that migrates."""
        if not settings.MIGRATE_DATABASE:
            yield from doctor.examine()
            return
        yield from doctor.fitness()
        with database.as_migrating_login():
            yield from doctor.examine()
