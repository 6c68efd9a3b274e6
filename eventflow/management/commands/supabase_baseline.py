"""`manage.py supabase_baseline`: load the stand-in for Supabase into an empty local database."""

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import connection

from eventflow import embedded, supabase
from eventflow.db import database


def load(*, dbname: str | None = None, shape: str = "first") -> None:
    """Load the stand-in, in one of its shapes, into `dbname`, by default our own database.

    Done as a superuser; the tables come to belong to the default connection's login, which is
    created where it is missing. All or nothing. Raises CommandError with a sentence where it
    cannot be, above all where either login leads to another machine.
    """
    if settings.EMBEDDED_FOLDER:
        owner, password = embedded.OWNER, None
    else:
        configured = connection.settings_dict
        owner, password = configured["USER"], configured["PASSWORD"]
        database.refuse_other_machines(connection.get_connection_params())
    if not owner:
        raise CommandError(
            "DATABASE_URL names no login to own the tables. Nothing was changed. Write it as "
            "postgres://login:password@host/database; the login need not exist yet."
        )
    try:
        with database.connect_as_superuser(dbname) as raw:
            if owner == raw.info.user:
                raise CommandError(
                    f"DATABASE_URL and SUPERUSER_DATABASE_URL both sign in as {owner}. Nothing was "
                    "changed. Let DATABASE_URL name another login, which need not exist yet."
                )
            with raw.transaction():
                embedded.make_owner(raw, owner, password)
                supabase.load(raw, owner=owner, shape=shape)
    except supabase.BaselineError as error:
        raise CommandError(str(error)) from error
    except psycopg.Error as error:
        raise CommandError(f"The server refused: {error}. Nothing was changed.") from error


class Command(BaseCommand):
    help = "Loads a stand-in for Supabase into an empty database on this machine."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--shape",
            choices=supabase.SHAPES,
            default="first",
            help="as the product's first schema made it, or as production is since 2026",
        )

    @no_translations
    def handle(self, *args, shape="first", **options):
        with database.as_migrating_login():
            load(shape=shape)
        self.stdout.write("The stand-in for Supabase is loaded. Next: manage.py migrate")
