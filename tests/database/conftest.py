"""Databases for tests that migrate.

Migrations can be rolled back, so most tests share a database and leave it as it was; those that
need a second connection or a superuser's help get one of their own.
"""

from contextlib import ExitStack, contextmanager

import pytest
from django.db import transaction

from eventflow import embedded
from eventflow.management.commands import supabase_baseline
from tests import factories as f
from tests import templates
from tests.databases import connected_to, copy_of

# A new database, one that may not be touched, the one SQL file, the way back and the other login.
ONE_IS_TRIED_SOON = (
    "test_fresh",
    "test_preflight",
    "test_foundation_file",
    "test_reversing",
    "test_web_login",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Of what migrates databases, few tests are tried soon, and all on every server."""
    begun = set()
    for item in items:
        if item.get_closest_marker("migrates") and not item.get_closest_marker("long"):
            if item.parent in begun or item.path.stem not in ONE_IS_TRIED_SOON:
                item.add_marker("long")
                item.add_marker("every_server")
            begun.add(item.parent)


@pytest.fixture(scope="session")
def copies(django_db_setup, django_db_blocker):
    """Copies of the templates that last as long as the session, by what is migrated in them."""
    extents = {
        "nothing": templates.STAND_IN,
        "django": templates.DJANGO,
        "everything": templates.EVERYTHING,
    }
    with ExitStack() as kept:
        with django_db_blocker.unblock():
            names = {
                extent: kept.enter_context(copy_of(template))
                for extent, template in extents.items()
            }
        yield names
        with django_db_blocker.unblock():
            kept.close()


@contextmanager
def leaving_as_it_was(name: str):
    with connected_to(name), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def stand_in(copies, django_db_blocker):
    """The default connection leads to the stand-in, in a transaction."""
    with django_db_blocker.unblock(), leaving_as_it_was(copies["nothing"]):
        yield


@pytest.fixture
def django_stands(copies, django_db_blocker):
    """As `stand_in`, with Django's own tables, to save migrating them in each test."""
    with django_db_blocker.unblock(), leaving_as_it_was(copies["django"]):
        yield


@pytest.fixture
def migrated(copies, django_db_blocker):
    """The default connection leads to a database in which everything stands, in a transaction."""
    with django_db_blocker.unblock(), leaving_as_it_was(copies["everything"]):
        yield


@pytest.fixture
def own_stand_in(new_database):
    """The default connection leads to a new database that holds the stand-in; its name."""
    with new_database() as name:
        yield name


@pytest.fixture
def own_migrated(new_database, copies):
    """The default connection leads to a new database in which everything stands; its name."""
    with new_database(template=copies["everything"]) as name:
        yield name


@pytest.fixture(scope="session")
def quiet_server(tmp_path_factory):
    """A server where nobody else has a transaction: what one sees is kept in all its databases."""
    server = embedded.server(tmp_path_factory.mktemp("server") / "quiet").start()
    yield server
    server.destroy()


@pytest.fixture
def quiet_stand_in(request, settings):
    """As `own_stand_in`, on a server of its own; on one that we were given, beside the others."""
    if not settings.EMBEDDED_FOLDER:
        request.getfixturevalue("own_stand_in")
        yield
        return
    settings.EMBEDDED_FOLDER = request.getfixturevalue("quiet_server").folder
    unblocked = request.getfixturevalue("django_db_blocker").unblock()
    with unblocked, connected_to("postgres"), copy_of("template0") as name, connected_to(name):
        supabase_baseline.load(dbname=name, shape=settings.TEST_SHAPE)
        yield


@pytest.fixture
def noa():
    """Somebody who decides, of an organization of their own."""
    return f.staff(profile=f.profile(organization=f.organization()))


@pytest.fixture
def event(noa):
    return f.event(organization=noa.profile.organization)
