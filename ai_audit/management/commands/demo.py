"""`manage.py demo`: prepare a database for trying the back office out, and serve it on loopback.

What the demo holds is in `ai_audit.demo`, its database server in `eventflow.embedded`. Without
DATABASE_URL the embedded server is used; with it that database, and nothing is ever started.
"""

import errno
import os
import signal
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers import basehttp
from django.db import OperationalError, connection, connections
from django.utils import timezone

from ai_audit import demo
from ai_audit.demo import accounts, people, telling
from eventflow import embedded
from eventflow.db import database
from eventflow.management.commands import supabase_baseline
from eventflow.supabase import auth

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Command(BaseCommand):
    help = "Prepares the demo and serves it on this machine, until it is ended with Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--no-server", action="store_true", help="prepare the demo, and do not serve it"
        )
        parser.add_argument(
            "--reset", action="store_true", help="start over: delete the embedded server's data"
        )
        parser.add_argument(
            "--port", help=f"where to serve; otherwise PORT, otherwise {DEFAULT_PORT}; 0 for any"
        )

    def handle(self, *, no_server, reset, port, **options):
        folder = settings.EMBEDDED_FOLDER
        if reset and not folder:
            raise CommandError(
                "--reset deletes the data of the embedded server and no others, and with "
                "DATABASE_URL set it is not used. Nothing was changed."
            )
        with _Ending() as ending, _released(ending):
            if reset and folder:
                self._reset(ending, folder)
            if no_server:
                self._prepare(ending)
                self._say("The demo is ready; `make demo` serves it.")
            else:
                with _held(_number(port)) as server, accounts.serving():
                    self._prepare(ending)
                    self._serve(server)
        if ending.told:
            with suppress(OSError):  # the terminal may be gone
                self._say("The demo has ended.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _reset(self, ending: "_Ending", folder: Path) -> None:
        self._say(f"Deleting {folder} ...")
        try:
            with _sentences(), ending.put_off():
                embedded.server(folder).destroy()
        except embedded.InUse as error:
            raise CommandError(
                "A demo is running; end it with Ctrl-C first. Nothing was deleted."
            ) from error

    @database.as_migrating_login()
    def _prepare(self, ending: "_Ending") -> None:
        """Bring the database to where it can be served; each step only where it is needed."""
        if settings.EMBEDDED_FOLDER:
            self._say(f"Starting PostgreSQL in {settings.EMBEDDED_FOLDER} ...")
            # A server that is only half started would be left behind.
            with _sentences(), ending.put_off():
                embedded.server(settings.EMBEDDED_FOLDER).start()
        self._load_stand_in()
        if database.login_facts()["superuser"]:
            raise CommandError(
                "The login of DATABASE_URL is a superuser, who passes every policy, so the demo "
                "would show what is not so. Nothing was changed. Name another login, which need "
                "not exist yet."
            )
        with _sentences():
            demo.refuse_other_data()
            self._say("Migrating ...")
            call_command("migrate", verbosity=0, interactive=False)
            if not demo.is_loaded():
                self._say("Loading the demo's data ...")
                demo.load(today=timezone.localdate())

    def _load_stand_in(self) -> None:
        """Load the stand-in for Supabase where it is missing; the default connection is open."""
        unreachable = _connect()
        if unreachable is None and _stand_in_stands():
            return
        if unreachable and (settings.EMBEDDED_FOLDER or not settings.SUPERUSER_DATABASE_URL):
            raise CommandError(f"The database cannot be reached: {unreachable}")
        self._say("Loading the stand-in for Supabase ...")
        connection.close()
        try:
            supabase_baseline.load(shape="production")
        except (CommandError, psycopg.OperationalError) as error:
            if unreachable:
                raise CommandError(
                    f"{error}\nThe login of DATABASE_URL was refused before that: {unreachable}"
                ) from error
            # Another demo may have loaded it in between.
            if _connect() or not _stand_in_stands():
                raise CommandError(str(error)) from error
        if unreachable := _connect():
            raise CommandError(f"The database cannot be reached: {unreachable}")

    def _serve(self, server: basehttp.WSGIServer) -> None:
        # On loopback there is no HTTPS, also where DATABASE_URL makes the settings production's.
        for name in settings.HTTPS_ONLY:
            setattr(settings, name, False)
        settings.MAIL_LEADS_TO = f"{HOST}:{server.server_port}"
        server.set_app(basehttp.get_internal_wsgi_application())
        with _port_sentences(server.server_port):
            server.server_activate()
        width = max(len(staff.username) for staff in people.STAFF)
        self._say(f"\nServing on http://{HOST}:{server.server_port}/")
        self._say("Sign in as:\n\n")
        for staff in people.STAFF:
            self._say(f"    {staff.username:{width}}   {people.PASSWORD}   {staff.duty}")
        self._tell_accounts()
        self._say("\nMails are not sent but shown: sign in as admin, “Mails”.")
        self._say("\nCtrl-C ends it; what was decided is kept. `make demo-reset` starts over.\n\n")
        with telling.every_few_seconds():
            server.serve_forever()

    def _tell_accounts(self) -> None:
        """Print the demo's accounts of EventFlow, where the stand-in holds them."""
        if settings.SUPABASE_KEY != auth.KEY:
            return
        self._say(
            "\nOr with an EventFlow account, by its e-mail address and the same password:\n\n"
        )
        for key in people.PROFILES:
            self._say(f"    {people.email(key)}")
        self._say(
            f"\n{people.email(accounts.WITH_AN_APP)} is asked for a code as well, by an "
            f"authenticator app with the secret {accounts.APP_SECRET}."
        )


class _Ending:
    """The block ends at the first SIGINT, SIGTERM or SIGHUP; `told` says whether one came."""

    def __init__(self):
        self.told = False
        self._deaf = False

    def __enter__(self):
        self._before = {number: signal.signal(number, self._end) for number in ENDING}
        return self

    def __exit__(self, kind, error, traceback):
        # Once told, the process ends: another signal would only spoil its exit status.
        if not self.told:
            for number, handler in self._before.items():
                signal.signal(number, handler)
        return kind is KeyboardInterrupt

    def _end(self, number, frame):
        if self.told:
            return
        self.told = True
        if not self._deaf:
            # What psycopg and Django know to clean up after.
            raise KeyboardInterrupt

    @contextmanager
    def put_off(self):
        """Let a signal end the block outside only after this one."""
        self._deaf = True
        yield
        self._deaf = False
        if self.told:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """Let nothing interrupt what is left to do."""
        self._deaf = True


@contextmanager
def _released(ending: _Ending):
    """Stop the embedded server after the block, unless someone else uses it as well."""
    try:
        yield
    finally:
        ending.ignore()
        connections.close_all()
        if settings.EMBEDDED_FOLDER:
            with _sentences():
                embedded.server(settings.EMBEDDED_FOLDER).release()


@contextmanager
def _sentences():
    """Turn what has a sentence for people into the error that prints it; InUse passes."""
    try:
        yield
    except embedded.InUse:
        raise
    except (embedded.EmbeddedError, demo.NotOurs) as error:
        raise CommandError(str(error)) from error


def _connect() -> OperationalError | None:
    """Connect to the database, but never another machine's; gives why it cannot be reached."""
    database.refuse_other_machines(connection.get_connection_params())
    try:
        connection.ensure_connection()
    except OperationalError as error:
        return error
    return None


def _stand_in_stands() -> bool:
    """Whether `auth.users` exists, be it Supabase's or the stand-in's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_catalog.pg_class as c"
            " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
            " where n.nspname = 'auth' and c.relname = 'users')"
        )
        return cursor.fetchone()[0]


def _number(port: str | None) -> int:
    text = port or os.environ.get("PORT") or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) < 2**16):
        raise CommandError(f"{text!r} is no port: it must be a whole number from 0 to 65535.")
    return int(text)


@contextmanager
def _held(port: int):
    """A web server that has the port, so that nobody else takes it, but does not answer yet."""
    with basehttp.ThreadedWSGIServer(
        (HOST, port), basehttp.WSGIRequestHandler, bind_and_activate=False
    ) as server:
        with _port_sentences(port):
            server.server_bind()
        yield server


@contextmanager
def _port_sentences(port: int):
    try:
        yield
    except OSError as error:
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"is refused: {error.strerror}"
        raise CommandError(
            f"Port {port} of {HOST} {reason}. If a demo runs there, end it with Ctrl-C; or choose "
            f"another port: `make demo PORT={min(port + 1, 2**16 - 1)}`."
        ) from error
