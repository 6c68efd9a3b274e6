"""`manage.py verify_history`: is the decision history what was written?"""

import sys
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.dateparse import parse_date

from ai_audit.history import chain
from eventflow.db import database
from scheduling import times


class Command(BaseCommand):
    help = (
        "Names the first entry of the decision history that was altered, removed or reordered "
        "(exit status 1), and prints a closing digest for a period, to be kept elsewhere."
    )

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="first", help="the period's first day, YYYY-MM-DD")
        parser.add_argument("--to", dest="last", help="its last day, which belongs to it")
        parser.add_argument("--expect", help="the closing digest that was kept, to compare with")

    def handle(self, *, first, last, expect, **options):
        found = chain.first_break()
        self._note(held=found is None)
        if found:
            self.stdout.write(
                f"The history does not hold: suggestion {found.suggestion_id}, entry "
                f"{found.number}. {found.what} Nothing was changed."
            )
            sys.exit(1)
        begins, ends = _midnight(first), _midnight(last, after=True)
        digest, count = chain.closing_digest(begins, ends)
        self.stdout.write("The history holds: every entry is as it was written.")
        self.stdout.write(f"Entries in the period: {count}. Closing digest: {digest}")
        if expect and expect != digest:
            self.stdout.write(
                f"The digest that was kept is another: {expect}. Entries of this period were "
                "removed, added or computed anew since."
            )
            sys.exit(1)

    def _note(self, *, held: bool) -> None:
        """Let `doctor` know of it, where this can be written."""
        try:
            with database.as_migrating_login():
                chain.note_verified(held=held)
        except DatabaseError as error:
            self.stderr.write(
                "That the history was verified could not be noted, so `manage.py doctor` does not "
                f"know of it: {database.message(error)}. Where DATABASE_URL is the web process's "
                "own login, set MIGRATE_DATABASE_URL as well."
            )


def _midnight(text: str | None, *, after: bool = False) -> datetime | None:
    """The beginning of a day in the current time zone, or of the one after it; None of none."""
    if text is None:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"{text!r} is no day: write it as YYYY-MM-DD.")
    return times.midnight(day, zone=timezone.get_current_timezone(), after=after)
