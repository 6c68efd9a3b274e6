"""`manage.py migrate`, made safe for a live database.

Runs alone, waits for locks only briefly, and begins only when everything it needs holds. What
was adopted and differs is reported at the end, as `check --database default` does.
"""

import time
from contextlib import contextmanager

from django.core.checks import Tags
from django.core.management.base import CommandError, no_translations
from django.core.management.commands import migrate
from django.db import DatabaseError, connection

from eventflow import database, preflight, sql

LOCK_TIMEOUT = "3s"
STATEMENT_TIMEOUT = "30min"
POLL_SECONDS = 0.5
PATIENCE_SECONDS = 3600

_SENTENCES = {
    "55P03": (
        "A table was locked by someone else for more than {lock_timeout}. The step that was "
        "running was undone whole; steps before it stand. Run migrate again when it is quieter "
        "(who holds it: select pid, query from pg_stat_activity where state <> 'idle')."
    ),
    "57014": (
        "A step took longer than {statement_timeout} and was ended. It was undone whole; steps "
        "before it stand. Run migrate again at a quieter time."
    ),
    "23P01": (
        "Two sessions came to overlap in one room while the constraint was being built. The step "
        "was undone whole. `manage.py find_overlaps` lists them; mend them and run migrate again."
    ),
}


class Command(migrate.Command):
    help = "Creates or completes everything the back office needs, and nothing twice."

    def get_check_kwargs(self, options):
        # The database is checked when the migrations have run, not before.
        return super().get_check_kwargs(options) | {"databases": None}

    @no_translations
    def handle(self, *args, **options):
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        self.verbosity = options["verbosity"]
        with self._alone(), self._limits(), self._notices():
            try:
                preflight.require()
            except preflight.Refused as refusal:
                raise CommandError(
                    "Nothing was changed. Migrate cannot begin:\n"
                    + "\n".join(f"- {reason}" for reason in refusal.reasons)
                ) from refusal
            for line in preflight.announcements():
                self._say(line)
            try:
                sql.create_backoffice_schema()
                super().handle(*args, **options)
            except DatabaseError as error:
                sentence = _SENTENCES.get(database.sqlstate(error))
                if sentence is None:
                    raise
                raise CommandError(
                    sentence.format(lock_timeout=LOCK_TIMEOUT, statement_timeout=STATEMENT_TIMEOUT)
                ) from error
        if self.verbosity:
            self.check(tags=[Tags.database], databases=[options["database"]])

    def _say(self, line: str) -> None:
        if self.verbosity:
            self.stdout.write(line)

    @contextmanager
    def _alone(self):
        """Hold the lock of the one migrate that may run, polling for it.

        A blocking wait would keep a snapshot that a concurrent index build waits for.
        """
        key = database.advisory_key("migrate")
        deadline = time.monotonic() + PATIENCE_SECONDS
        told = False
        while not self._one("select pg_catalog.pg_try_advisory_lock(%s)", key):
            if time.monotonic() > deadline:
                raise CommandError(
                    "Another migrate has been running on this database for an hour. Nothing was "
                    "changed. See pg_stat_activity for what it waits for."
                )
            if not told:
                self._say("Another migrate is running on this database; waiting for it to end.")
                told = True
            time.sleep(POLL_SECONDS)
        try:
            yield
        finally:
            if connection.is_usable():
                self._one("select pg_catalog.pg_advisory_unlock(%s)", key)

    @contextmanager
    def _limits(self):
        """Wait briefly for locks, and for no statement endlessly, while the block runs."""
        limits = {"lock_timeout": LOCK_TIMEOUT, "statement_timeout": STATEMENT_TIMEOUT}
        for name, value in limits.items():
            self._one("select pg_catalog.set_config(%s, %s, false)", name, value)
        try:
            yield
        finally:
            if connection.is_usable():
                for name in limits:
                    with connection.cursor() as cursor:
                        cursor.execute(f"reset {name}")

    @contextmanager
    def _notices(self):
        """Print what the SQL says while it runs: above all the function it replaces."""

        def show(diagnostic):
            if diagnostic.severity_nonlocalized == "NOTICE" and diagnostic.sqlstate == "00000":
                self._say(diagnostic.message_primary)

        raw = connection.connection
        raw.add_notice_handler(show)
        try:
            yield
        finally:
            raw.remove_notice_handler(show)

    @staticmethod
    def _one(statement: str, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchone()[0]
