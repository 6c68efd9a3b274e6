"""`manage.py migrate`, made safe for a live database.

Runs alone, waits for locks only briefly, and begins only when everything it needs holds. What
was adopted and differs is reported at the end, as `check --database default` does. What must
hold is registered with `preflight` by the apps. While it waits it says for whom, and at the end
what `doctor` finds.
"""

import math
import time
from contextlib import contextmanager

from django.core.checks import Tags
from django.core.management.base import CommandError, no_translations
from django.core.management.commands import migrate
from django.db import DatabaseError, connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import AmbiguityError

from eventflow import sql
from eventflow.db import completing, database, fetching, preflight, watching, web_login
from eventflow.fitness import doctor

# For the session, while the run lasts. The notices tell what is replaced and what is locked.
# A process that is killed, or whose line goes silent, does not keep the product's tables locked.
LIMITS = {
    "lock_timeout": "3s",
    "statement_timeout": "30min",
    "client_min_messages": "notice",
    "client_connection_check_interval": f"{database.CLIENT_CHECK_MS}ms",
    "idle_in_transaction_session_timeout": "1min",
    "tcp_user_timeout": "1min",
}
POLL_SECONDS = 0.5
# How often it says whom it waits for.
TELL_SECONDS = 10
PATIENCE_SECONDS = 3600

_BEFORE = "Nothing was changed."
_AMIDST = "The step that was running was undone whole; the steps before it stand."
# Of a step that is not atomic.
_PARTLY = (
    "What the step that was running had made stands, and so do the steps before it; the next run "
    "completes it."
)
# Of what is missing although its migration is recorded.
_COMPLETING = (
    "The migrations stand. Of what was missing besides them nothing was made, but for indexes that "
    "are named above; the next run completes it."
)

_SENTENCES = {
    "55P03": (
        "Someone else held a lock for more than {lock_timeout}. {state} Run migrate again when it "
        "is quieter. Who is busy: select pid, usename, query from pg_stat_activity where state <> "
        "'idle';"
    ),
    "57014": (
        "A statement was ended, for it took longer than {statement_timeout} or someone cancelled "
        "it. {state} Run migrate again at a quieter time."
    ),
    "23P01": (
        "Sessions came to overlap in one room while the constraint was being built. {state} "
        "`manage.py find_overlaps` lists them; mend them, then run migrate again."
    ),
    # Building an index also reads what was mended while an older transaction was open.
    "22000": (
        "A session ends before it starts, or did so until a moment ago. {state} `manage.py "
        "find_overlaps` lists what there is to mend; if it lists nothing, run migrate again once "
        "older transactions have ended: select pid, usename, query from pg_stat_activity where "
        "backend_xmin is not null or backend_xid is not null;"
    ),
    "2BP01": (
        "Something else depends on what would be dropped: {message}. {state} Drop that first, "
        "then run migrate again."
    ),
    "42501": "The login lacks a right: {message}. {state} Grant it, then run migrate again.",
}
_ANY_OTHER = "The database refused: {message}. {state}"


class Command(migrate.Command):
    help = "Creates or completes everything the back office needs, and nothing twice."

    def get_check_kwargs(self, options):
        # The database is checked when the migrations have run, not before.
        return super().get_check_kwargs(options) | {"databases": None}

    @no_translations
    def handle(self, *args, **options):
        with database.as_migrating_login():
            self._handle(*args, **options)

    def _handle(self, *args, **options) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        self.verbosity = options["verbosity"]
        with self._in_words():
            preflight.require(until=preflight.Stage.CONNECTION)
            with (
                self._alone(),
                database.session_settings(**LIMITS),
                self._notices(),
                self._watched(),
            ):
                self._migrate(*args, **options)
        if self.verbosity and not options["app_label"]:
            self.check(tags=[Tags.database], databases=[options["database"]])
            self._say(doctor.text(doctor.examine(with_checks=False), short=True))

    def _migrate(self, *args, **options) -> None:
        goes_forth = not self._only_goes_back(options["app_label"], options["migration_name"])
        if goes_forth:
            preflight.require()
        else:
            self._require_going_back(options["app_label"], options["migration_name"])
        self._state = _AMIDST
        if goes_forth:
            sql.keep_backoffice_private()
        super().handle(*args, **options)
        if goes_forth:
            sql.keep_backoffice_private()
        if not (options["app_label"] or options["fake"]):
            self._complete()

    def _complete(self) -> None:
        """Make what is missing although its migration is recorded, as after a partial restore."""
        self._state = _COMPLETING
        made_again = completing.complete()
        for made in made_again:
            self._say(f"Missing, and made again: {made.identity}.")
        kinds = {made.kind for made in made_again}
        if kinds & {"table", "function"} and web_login.is_installed():
            self._say(
                f"The login {web_login.ROLE} has no right yet to what was made again: run "
                "docs/web-login.sql once more."
            )

    def migration_progress_callback(self, action, migration=None, fake=False):
        if action in ("apply_start", "unapply_start"):
            self._state = _AMIDST if migration.atomic else _PARTLY
        super().migration_progress_callback(action, migration, fake)

    def _say(self, line: str) -> None:
        if self.verbosity:
            self.stdout.write(line)

    def _only_goes_back(self, app_label: str | None, name: str | None) -> bool:
        """Whether nothing will be made, so that nothing is needed that only making needs."""
        if app_label is None or name is None:
            return False
        if name == "zero":
            return True
        return all(backwards for _, backwards in self._plan(app_label, name))

    def _require_going_back(self, app_label: str, name: str) -> None:
        """Let what holds history refuse, before the first migration is undone."""
        for migration, _ in self._plan(app_label, name):
            for operation in migration.operations:
                if isinstance(operation, sql.HoldsHistory):
                    operation.refuse_going_back()

    @staticmethod
    def _plan(app_label: str, name: str) -> list[tuple[Migration, bool]]:
        """The plan, and whether it goes backwards; nothing where Django will refuse the name."""
        executor = MigrationExecutor(connection)
        try:
            if name == "zero":
                return executor.migration_plan([(app_label, None)])
            found = executor.loader.get_migration_by_prefix(app_label, name)
            return executor.migration_plan([(found.app_label, found.name)])
        except (AmbiguityError, KeyError):
            return []

    @contextmanager
    def _in_words(self):
        """Tell what the database or the preflight refuses in sentences for the operator."""
        self._state = _BEFORE
        try:
            yield
        except preflight.Refused as refusal:
            raise CommandError(f"{_BEFORE} Migrate cannot begin:\n{refusal}") from refusal
        except DatabaseError as error:
            sentence = _SENTENCES.get(database.sqlstate(error), _ANY_OTHER)
            message = str(error).strip().replace("\n", "\n  ")
            raise CommandError(
                sentence.format(state=self._state, message=message, **LIMITS)
            ) from error

    @contextmanager
    def _alone(self):
        """Hold the lock of the one migrate that may run, polling for it.

        A blocking wait would keep a snapshot that a concurrent index build waits for.
        """
        key = database.advisory_key("migrate")
        deadline = time.monotonic() + PATIENCE_SECONDS
        told = -math.inf
        while not fetching.value("select pg_catalog.pg_try_advisory_lock(%s)", [key]):
            if time.monotonic() > deadline:
                raise CommandError(
                    "Another migrate has been running on this database for an hour. Nothing was "
                    "changed. See pg_stat_activity for what it waits for."
                )
            if time.monotonic() > told + TELL_SECONDS:
                self._say("Another migrate is running on this database; waiting for it to end.")
                for line in watching.holding(key):
                    self._say(line)
                told = time.monotonic()
            time.sleep(POLL_SECONDS)
        try:
            yield
        finally:
            if connection.is_usable():
                fetching.value("select pg_catalog.pg_advisory_unlock(%s)", [key])

    @contextmanager
    def _notices(self):
        """Print what the SQL says while it runs: above all the function it replaces."""

        def show(diagnostic):
            if diagnostic.severity_nonlocalized == "NOTICE" and diagnostic.sqlstate == "00000":
                # Django has begun a line with the migration's name.
                self._say("\n    " + diagnostic.message_primary.rstrip().replace("\n", "\n    "))

        raw = connection.connection
        raw.add_notice_handler(show)
        try:
            yield
        finally:
            raw.remove_notice_handler(show)

    @contextmanager
    def _watched(self):
        """Say whom a step waits for and how far it is, where somebody reads it."""
        if not self.verbosity:
            yield
            return
        # Django has begun a line with the migration's name.
        with watching.watched(lambda line: self._say(f"\n    {line}")):
            yield
