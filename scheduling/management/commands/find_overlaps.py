"""`manage.py find_overlaps`: what in the programmes the constraint `no_room_overlap` refuses.

Its whole output is a SQL script: sentences in comments, each with a statement that would mend
what it says. Nothing is changed here.
"""

import sys

from django.core.management.base import BaseCommand, no_translations
from django.utils.translation import gettext, ngettext

from scheduling import conflicts


class Command(BaseCommand):
    help = (
        "Lists every pair of sessions that share a room at one time, and every session that does "
        "not end after it starts, each with a statement that would mend it. Exit status 1 when "
        "there are any."
    )

    @no_translations
    def handle(self, *args, **options):
        found = conflicts.overlaps()
        if not found:
            self.stdout.write("-- " + gettext("No two sessions overlap in one room."))
            return
        for overlap in found:
            self.stdout.write(f"-- {overlap}")
            self.stdout.write(overlap.mending)
        self.stdout.write(
            "-- "
            + ngettext(
                "%(count)s place to mend. Nothing was changed.",
                "%(count)s places to mend. Nothing was changed.",
                len(found),
            )
            % {"count": len(found)}
        )
        sys.exit(1)
