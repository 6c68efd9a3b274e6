"""`manage.py find_overlaps`: what in the programmes the constraint `no_room_overlap` refuses.

Its whole output is a SQL script: sentences in comments, each with a statement that would mend
what it says. Rooms that are held twice though the constraint lets it pass, because they are spelled
otherwise, are told apart, and are no hindrance. Nothing is changed here.
"""

import sys

from django.core.management.base import BaseCommand, no_translations
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling import conflicts


class Command(BaseCommand):
    help = (
        "Lists every pair of sessions that share a room at one time, and every session that ends "
        "before it starts, each with a statement that would mend it. Exit status 1 when there are "
        "any that the constraint refuses; pairs that it lets pass, because the room is spelled "
        "otherwise, follow apart. With --speakers, pairs that share a speaker follow as comments: "
        "they are no error, and have no statement that would mend them."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--speakers",
            action="store_true",
            help="also list every pair of sessions that share a speaker at one time",
        )

    @no_translations
    def handle(self, *args, speakers=False, **options):
        found = conflicts.room_overlaps()
        refused = [overlap for overlap in found if not overlap.passes]
        passing = [overlap for overlap in found if overlap.passes]
        self._list(refused)
        if refused:
            self._comment(
                ngettext(
                    "%(count)s place to mend. Nothing was changed.",
                    "%(count)s places to mend. Nothing was changed.",
                    len(refused),
                )
                % {"count": len(refused)}
            )
        else:
            self._comment(_("No two sessions overlap in one room."))
        self._list(passing)
        if passing:
            self._comment(
                ngettext(
                    "%(count)s time a room is held twice though the constraint lets it pass, for "
                    "it is spelled in two ways.",
                    "%(count)s times a room is held twice though the constraint lets it pass, for "
                    "it is spelled in two ways.",
                    len(passing),
                )
                % {"count": len(passing)}
            )
        if speakers:
            self._list_speakers()
        if refused:
            sys.exit(1)

    def _list(self, overlaps):
        for overlap in overlaps:
            self._comment(str(overlap))
            self.stdout.write(overlap.mending)

    def _list_speakers(self):
        found = conflicts.speaker_overlaps()
        for overlap in found:
            self._comment(str(overlap))
        if found:
            self._comment(
                ngettext(
                    "%(count)s time a speaker is in two sessions at once; a person decides which.",
                    "%(count)s times a speaker is in two sessions at once; a person decides which.",
                    len(found),
                )
                % {"count": len(found)}
            )
        else:
            self._comment(_("No speaker is in two sessions at once."))

    def _comment(self, text: str):
        self.stdout.write(f"-- {text}")
