"""`manage.py find_overlaps`: what keeps two sessions from being told apart by room and time."""

import sys

from django.core.management.base import BaseCommand
from django.utils.translation import gettext, ngettext

from scheduling import conflicts


class Command(BaseCommand):
    help = (
        "Lists every pair of sessions that share a room at one time, and every session that does "
        "not end after it starts, each with a statement that would mend it. Exit status 1 when "
        "there are any."
    )

    def handle(self, *args, **options):
        found = conflicts.overlaps()
        if not found:
            self.stdout.write(gettext("No two sessions overlap in one room."))
            return
        for overlap in found:
            self.stdout.write(str(overlap))
            self.stdout.write(f"    {overlap.mending}")
        self.stdout.write(
            ngettext(
                "%(count)s overlap. Nothing was changed.",
                "%(count)s overlaps. Nothing was changed.",
                len(found),
            )
            % {"count": len(found)}
        )
        sys.exit(1)
