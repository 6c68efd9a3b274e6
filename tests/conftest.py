"""The test database: a copy of a database that holds the stand-in for Supabase, migrated.

Everything runs on a real PostgreSQL, as a login that is no superuser: the one that migrates, or
with TEST_LOGIN=web the web process's own, wherever a page is asked for or something is decided.
"""

import gc
import subprocess
from collections import defaultdict
from contextlib import contextmanager
from functools import partial

import hypothesis
import psycopg
import pytest
import segno
from django.conf import settings
from django.core.management import CommandError
from django.db import connection, transaction
from django.test import client as django_client
from django.utils import translation
from hypothesis import HealthCheck

from ai_audit import workflow
from eventflow import supabase
from eventflow.db import database
from eventflow.embedded import EmbeddedError
from scheduling import pointers
from tests import templates, web_login
from tests.databases import connected_to, copy_of
from tests.templates import STAND_IN

# How hard property tests look, in one place: `make test` looks a little at a time, and `make
# test-all` asks for the other profile. The database makes examples slow at times, and the test's
# transaction is one for all of them.
_ANY_PROPERTY = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
hypothesis.settings.register_profile("quick", max_examples=25, **_ANY_PROPERTY)
hypothesis.settings.register_profile("thorough", max_examples=400, **_ANY_PROPERTY)
hypothesis.settings.load_profile("quick")
# And no more than so many where each example is some statements to the database, or hundreds.
MOST_WITH_A_DATABASE = {"quick": 5, "thorough": 50}

# What a test asks for that fetches pages or makes a database for each of its variants, for a tenth
# of a second each, or seconds. Others take little.
PAGES = {"browser", "root", "client"}
DATABASES = {"new_database", "stand_in", "django_stands"}
# Of the variants of such a test the first is tried soon, and all of them in the long tier.


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Fewer examples of what asks the database; what does not tells the same of any server."""
    for item in items:
        asks = item.get_closest_marker("django_db") or "django_db_setup" in item.fixturenames
        if asks and getattr(item.obj, "is_hypothesis_test", False):
            most = MOST_WITH_A_DATABASE[hypothesis.settings.get_current_profile_name()]
            hypothesis.settings(max_examples=most)(item.obj)
        if not asks and not item.get_closest_marker("long"):
            item.add_marker("once")
    _leave_variants_for_later(items)


def _leave_variants_for_later(items) -> None:
    """Mark as `long` all of a costly test's variants but the first.

    A test that needs each of its variants soon is marked `every_variant`.
    """
    variants = defaultdict(list)
    for item in items:
        if (
            hasattr(item, "callspec")
            and (PAGES | DATABASES).intersection(item.fixturenames)
            and not item.get_closest_marker("long")
            and not item.get_closest_marker("every_variant")
        ):
            variants[item.parent, item.originalname].append(item)
    for _first, *others in variants.values():
        for item in others:
            item.add_marker("long")
            if DATABASES.intersection(item.fixturenames):
                item.add_marker("every_server")


def pytest_collection_finish():
    """What stands now stands to the end: the collector of garbage need not go through it again.

    Nor through what a page has just made, time and again while it is made.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _context_of_the_page_alone():
    """Of what templates are given, answers keep the page's, not that of each piece it includes.

    Django's client copies them all, which takes longer than many a page does otherwise.
    """
    keep = django_client.store_rendered_templates

    def keep_first(store, *args, **kwargs):
        if "context" not in store:
            keep(store, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_client, "store_rendered_templates", keep_first)
        yield


@pytest.fixture(scope="session", autouse=True)
def _picture_of_any_mask():
    """Nobody scans the pictures of keys that pages draw here, and finding the mask that is read
    best takes most of the page's time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segno, "make", partial(segno.make, mask=0))
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Before the test database is made, make what it is copied from."""
    try:
        database.refuse_other_machines(connection.get_connection_params())
        templates.prepare_stand_in()
        web_login.make_role()
        with django_db_blocker.unblock():
            templates.prepare_migrated()
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
def _no_second_process(request, monkeypatch):
    """What needs another process, or a browser, takes seconds: `make test` leaves it out."""
    if not request.node.get_closest_marker("long"):
        monkeypatch.setattr(subprocess, "Popen", _refuse_process)


def _refuse_process(arguments, *_args, **_options):
    pytest.fail(f"This test starts a process ({arguments!r:.80}): mark it `long`.")


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


def _make_newer_tables() -> None:
    """The product's newer tables, as in production, where they do not stand."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('public.rooms') is not null")
        if cursor.fetchone() == (True,):
            return
        cursor.execute("select set_config('eventflow.owner', session_user, true)")
        for path in supabase.files("production")[len(supabase.files("first")) :]:
            cursor.execute(path.read_text(encoding="utf-8"))
    pointers.forget()
    web_login.let_read(*pointers.kept().tables)


@pytest.fixture(scope="module")
def newer_tables_for_all(lasting):
    """The product's newer tables stand for all tests of a module, none of which may commit."""
    with lasting():
        _make_newer_tables()
        yield
    pointers.forget()


@pytest.fixture
def newer_tables(db):
    """The product's newer tables stand for a test, which may change them."""
    _make_newer_tables()
    yield
    pointers.forget()


@pytest.fixture(scope="session")
def lasting(django_db_setup, django_db_blocker):
    """A context manager for fixtures of a module: what is made inside lasts for all its tests.

    It is one transaction, taken back at the end. Each test takes back what it does itself, as
    usual; none of the module's may commit, or close the connection.
    """

    @contextmanager
    def stand():
        standing = transaction.atomic()
        # As of Django's own test cases: what is durable may stand inside.
        standing._from_testcase = True
        with django_db_blocker.unblock(), standing:
            yield
            transaction.set_rollback(True)

    return stand


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
