"""The test database: a copy of a database that holds the stand-in for Supabase, migrated.

Everything runs on a real PostgreSQL, as a login that is no superuser.
"""

import hashlib
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError
from django.db import connection
from psycopg import sql

from eventflow import database, supabase
from eventflow.embedded import EmbeddedError
from eventflow.management.commands import supabase_baseline

STAND_IN = "eventflow_stand_in"


def _fingerprint() -> str:
    """Changes whenever the stand-in's SQL does, or whom it belongs to."""
    files = sorted(Path(supabase.__file__).parent.glob("*.sql"))
    owner = connection.get_connection_params().get("user", "")
    return hashlib.sha256(
        b"".join([owner.encode(), *(path.read_bytes() for path in files)])
    ).hexdigest()


def prepare_stand_in() -> None:
    """Make the database the test databases are copied from, once for all workers.

    Raises CommandError where either login leads to another machine.
    """
    with database.connect_as_superuser("postgres") as raw:
        raw.execute("select pg_advisory_lock(%s)", [database.advisory_key("tests")])
        row = raw.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %s",
            [STAND_IN],
        ).fetchone()
        if row == (_fingerprint(),):
            return
        name = sql.Identifier(STAND_IN)
        raw.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        raw.execute(sql.SQL("create database {}").format(name))
        supabase_baseline.load(dbname=STAND_IN)
        raw.execute(
            sql.SQL("comment on database {} is {}").format(name, sql.Literal(_fingerprint()))
        )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Before the test database is made, make what it is copied from."""
    try:
        database.refuse_other_machines(connection.get_connection_params())
        prepare_stand_in()
    except (CommandError, EmbeddedError, psycopg.Error) as refusal:
        pytest.exit(f"The tests cannot begin: {refusal}", returncode=3)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The login of the tests is what production's is: no superuser, and past the policies."""
    with django_db_blocker.unblock():
        assert database.login_facts() == {"superuser": False, "bypassrls": True}


@pytest.fixture
def new_database(django_db_setup, django_db_blocker):
    """A context manager: the default connection leads to a new database while it lasts.

    With `stand_in` false the new database is empty. It is dropped at the end.
    """

    @contextmanager
    def make(*, stand_in: bool = True):
        name = f"test_new_{uuid.uuid4().hex[:12]}"
        usual = connection.settings_dict["NAME"]
        with django_db_blocker.unblock(), database.connect_as_superuser("postgres") as raw:
            template = STAND_IN if stand_in else "template0"
            owner = _login_name()
            raw.execute(
                sql.SQL("create database {} template {} owner {}").format(
                    *map(sql.Identifier, (name, template, owner))
                )
            )
            connection.close()
            connection.settings_dict["NAME"] = name
            try:
                yield name
            finally:
                connection.close()
                connection.settings_dict["NAME"] = usual
                raw.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    return make


def _login_name() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select session_user")
        return cursor.fetchone()[0]
