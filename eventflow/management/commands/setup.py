"""`manage.py setup`: everything between an empty checkout and a web process that can start.

The steps are the commands that there are, in their order; each completes what an earlier run left.
What settings need was asked for by `asking`, before they were read.
"""

import os
import secrets
import shlex

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import DatabaseError, connection
from psycopg import sql

from eventflow.db import database, fetching, preflight, web_login
from eventflow.environment import addresses, asking, variables
from eventflow.fitness import doctor

WEB_LOGIN_FILE = settings.BASE_DIR / "docs" / "web-login.sql"
# As for `createsuperuser --no-input`.
SUPERUSER = ("DJANGO_SUPERUSER_USERNAME", "DJANGO_SUPERUSER_EMAIL", "DJANGO_SUPERUSER_PASSWORD")

_BEFORE = "Nothing was changed."


class Command(BaseCommand):
    help = (
        "Prepares a database in one go: looks for overlaps, migrates, makes the web process's own "
        "login with a password, the first superuser, and checks; then says what to put where. "
        "Run again, it completes. What it needs it asks for, or takes from the environment: "
        f"DATABASE_URL, ALLOWED_HOSTS, SECRET_KEY, {', '.join(SUPERUSER)}."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--one-login",
            action="store_true",
            help="make no login for the web process, which then works as the one that migrates",
        )
        parser.add_argument(
            "--new-password",
            action="store_true",
            help="give the web process's login another password, also where it stands already",
        )

    @no_translations
    def handle(self, *, one_login, new_password, verbosity, **options):
        if settings.EMBEDDED_FOLDER:
            raise CommandError(
                f"DATABASE_URL is not set. {_BEFORE} The embedded database needs no setting up: "
                "manage.py demo."
            )
        self._web_url = None
        with database.as_migrating_login():
            self._require()
            self._find_overlaps()
            call_command("migrate", verbosity=verbosity)
            try:
                if not one_login:
                    self._make_web_login(new_password)
                if not _has_superuser():
                    self._say("The first superuser:")
                    call_command("createsuperuser", interactive=not _superuser_is_said())
                self._say("What differs from what is meant:")
                call_command("check", databases=["default"])
                self._say(doctor.text(doctor.examine(with_checks=False), short=True))
            except DatabaseError as error:
                raise CommandError(
                    f"The database refused, or has gone: {database.message(error)} What was done "
                    "stands. Run setup again: it completes."
                ) from error
            finally:
                # Whatever happens after, a password that was made is shown.
                self._tell(one_login)

    def _say(self, *lines: str) -> None:
        self.stdout.write("\n".join(["", *lines]))

    def _require(self) -> None:
        """All that can be known before anything is changed."""
        try:
            preflight.require(until=preflight.Stage.OBJECTS)
            has_superuser = _has_superuser()
        except preflight.Refused as refusal:
            raise CommandError(f"{_BEFORE} Setting up cannot begin:\n{refusal}") from refusal
        except DatabaseError as error:
            raise CommandError(
                f"The database cannot be asked: {str(error).strip()}\n{_BEFORE} See whether "
                "MIGRATE_DATABASE_URL, or DATABASE_URL without it, names it and a login that may "
                "sign in; then run setup again."
            ) from error
        if has_superuser:
            return
        if _superuser_is_said():
            name, email, password = (os.environ[variable] for variable in SUPERUSER)
            try:
                validate_password(password, User(username=name, email=email))
            except ValidationError as refusal:
                raise CommandError(
                    f"{_BEFORE} {SUPERUSER[-1]} is no password to sign in with: "
                    f"{' '.join(refusal.messages)}"
                ) from refusal
        elif not asking.somebody_is_there():
            missing = [variable for variable in SUPERUSER if not os.environ.get(variable)]
            raise CommandError(
                f"There is nobody to ask, no superuser yet, and not set: {', '.join(missing)}. "
                f"{_BEFORE} Set them for this command, and run setup again."
            )

    def _find_overlaps(self) -> None:
        try:
            call_command("find_overlaps", stdout=self.stdout)
        except SystemExit as found:
            raise CommandError(
                f"The sessions above cannot stand beside the constraint. {_BEFORE} Mend them, as "
                "by the statements there, and run setup again."
            ) from found

    def _make_web_login(self, new_password: bool) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select to_regrole(%s) is not null", [web_login.ROLE])
            (stood,) = cursor.fetchone()
            try:
                cursor.execute(WEB_LOGIN_FILE.read_text(encoding="utf-8"))
            except DatabaseError as error:
                connection.rollback()
                raise CommandError(
                    f"{database.message(error)} What migrate made stands. Where the web process "
                    "is to work as the login that migrates: manage.py setup --one-login."
                ) from error
            if stood and not new_password:
                self._say(
                    f"The login {web_login.ROLE} stands, and keeps its password. Where that is "
                    "lost, or was never given: manage.py setup --new-password."
                )
                return
            password = secrets.token_urlsafe(32)
            # As psql does it, so that it is in no log of the server's.
            kept = connection.connection.pgconn.encrypt_password(
                password.encode(), web_login.ROLE.encode(), b"scram-sha-256"
            )
            cursor.execute(
                sql.SQL("alter role {} password {}").format(
                    sql.Identifier(web_login.ROLE), sql.Literal(kept.decode())
                )
            )
            cursor.execute("select session_user::text")
            (known,) = cursor.fetchone()
            user = web_login.user(beside=connection.settings_dict["USER"], known_as=known)
            self._web_url = addresses.with_login(_owners_url(), user=user, password=password)

    def _tell(self, one_login: bool) -> None:
        """The lines that are to be kept, of those that were made or asked for."""
        lines = dict(asking.answered)
        if "DATABASE_URL" in lines and not one_login:
            lines["MIGRATE_DATABASE_URL"] = lines.pop("DATABASE_URL")
        if self._web_url:
            lines["DATABASE_URL"] = self._web_url
            if not variables.text("MIGRATE_DATABASE_URL"):
                lines["MIGRATE_DATABASE_URL"] = _owners_url()
        if lines:
            self._say(
                "Put into .env, or into the environment of the web process and of commands"
                + (" (the password is shown this once):" if self._web_url else ":"),
                *(f"{name}={_quoted(value)}" for name, value in lines.items()),
            )
        if "MIGRATE_DATABASE_URL" in lines:
            self._say("The web process itself is best started without MIGRATE_DATABASE_URL.")
        if not variables.text("ALLOWED_HOSTS"):
            self._say("Still to be set: ALLOWED_HOSTS, the names under which people will come.")
        self._say(
            "Behind a proxy that ends HTTPS, set PROXY_COUNT=1 as well. Next: manage.py "
            "collectstatic --noinput, and the web process: docs/operations.md, “As a service”."
        )


def _owners_url() -> str:
    """The address with the login that migrates, as it was said."""
    return variables.text("MIGRATE_DATABASE_URL") or variables.text("DATABASE_URL")


def _has_superuser() -> bool:
    stands = fetching.value("select to_regclass('backoffice.auth_user') is not null")
    return stands and User.objects.filter(is_superuser=True, is_active=True).exists()


def _superuser_is_said() -> bool:
    return all(os.environ.get(variable) for variable in SUPERUSER)


def _quoted(value: str) -> str:
    """As a shell, a `.env` file and systemd read it alike; in an address, ' may be encoded."""
    return shlex.quote(value.replace("'", "%27"))
