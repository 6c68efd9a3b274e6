"""`manage.py rebuild_index`: the suggestion index and the daily figures made anew, or verified."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from tqdm import tqdm

from ai_audit.models import Suggestion
from ai_audit.reports import index
from eventflow.db import database

_NO_RIGHT = "42501"


class Command(BaseCommand):
    help = (
        "Makes what the audit history's lists read, and its daily figures, anew from the log, in "
        "batches, while everything goes on. With --verify it only compares, and exits with 1 "
        "where something differs."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--verify", action="store_true", help="compare only; nothing is changed"
        )

    def handle(self, *, verify, verbosity, **options):
        # The web process's own login only reads the index.
        with database.as_migrating_login():
            try:
                self._handle(verify, verbosity)
            except DatabaseError as error:
                if database.sqlstate(error) != _NO_RIGHT:
                    raise
                login = connection.get_connection_params().get("user")
                raise CommandError(
                    f"The login {login} may not do that: {database.message(error)}. Nothing was "
                    "changed. Set MIGRATE_DATABASE_URL to the login that migrates, and run "
                    "rebuild_index again."
                ) from error

    def _handle(self, verify: bool, verbosity: int) -> None:
        total = Suggestion.objects.count()
        with tqdm(total=total, unit=" rows", disable=None if verbosity else True) as bar:

            def progress(done):
                bar.update(done - bar.n)

            if verify:
                self._verify(progress)
                return
            changed = index.rebuild(progress)
        self.stdout.write(f"{total:,} suggestions are indexed; {changed:,} rows were not in step.")

    def _verify(self, progress):
        drift = index.verify(progress)
        if not drift:
            self.stdout.write("The index and the daily figures are what they should be.")
            return
        self.stdout.write(
            f"The index has drifted: {drift.missing:,} rows are missing, {drift.surplus:,} belong "
            f"to no suggestion, {drift.different:,} differ; the figures of {drift.days:,} days "
            "differ. Nothing was changed. `manage.py rebuild_index` mends it."
        )
        for pk, how in drift.shown:
            self.stdout.write(f"  {pk} {how}")
        sys.exit(1)
