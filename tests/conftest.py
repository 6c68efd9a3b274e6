"""The test database: a copy of a database that holds the stand-in for Supabase, migrated.

Everything runs on a real PostgreSQL, as a login that is no superuser: the one that migrates, or
with TEST_LOGIN=web the web process's own, wherever a page is asked for or something is decided.
"""

import hashlib
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.utils import translation
from psycopg import sql

from ai_audit import workflow
from eventflow import database, supabase
from eventflow.embedded import EmbeddedError
from eventflow.management.commands import supabase_baseline
from tests import web_login
from tests.databases import connected_to, copy_of

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
        if settings.EMBEDDED_FOLDER:
            # The tests' own server holds nothing that has to outlive a crash of the machine.
            raw.execute("alter system set fsync = off")
            raw.execute("select pg_reload_conf()")
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
        web_login.make_role()
        if settings.TEST_LOGIN == "web":
            web_login.let_tests_change_login()
    except (CommandError, EmbeddedError, psycopg.Error) as refusal:
        pytest.exit(f"The tests cannot begin: {refusal}", returncode=3)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The login of the tests is what production's is: no superuser, and past the policies."""
    with django_db_blocker.unblock():
        assert database.login_facts() == {"superuser": False, "bypassrls": True}
        if settings.TEST_LOGIN == "web":
            web_login.install()


@pytest.fixture(autouse=True)
def _decisions_as_the_web_login(monkeypatch):
    """With TEST_LOGIN=web, decisions are that login's; what a test makes is the owner's."""
    if settings.TEST_LOGIN == "web":
        for name in web_login.DECISIONS:
            monkeypatch.setattr(workflow, name, web_login.entering(getattr(workflow, name)))


@pytest.fixture(autouse=True)
def tests_own_language():
    """A page leaves its reader's language in force for whatever the thread does next."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def statements_take_their_time():
    """The limit of pages is a page's, and not that of the next test's connection."""
    yield
    connection.statement_limit = None


@pytest.fixture(scope="session")
def new_database(django_db_setup, django_db_blocker):
    """A context manager: the default connection leads to a new database while it lasts.

    The new database is a copy of `template`, by default of the stand-in. It is dropped at the end.
    """

    @contextmanager
    def make(*, template: str = STAND_IN):
        with django_db_blocker.unblock(), copy_of(template) as name, connected_to(name):
            yield name

    return make
