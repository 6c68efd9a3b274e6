"""The web process's own login, on the tests' server: made, given its rights, and become.

The role belongs to the whole server and outlives the tests; what it may do is given by
`docs/web-login.sql`, in each database where a test needs it.

With TEST_LOGIN=web, tests become it also where they share one transaction: each connection is a
superuser's that goes on as the owner at once, and may change to the web login and back. The
database then judges by `session_user` and its rights, as if that login had connected.
"""

from contextlib import closing, contextmanager
from functools import wraps
from inspect import isfunction

from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from psycopg import sql
from psycopg.pq import TransactionStatus

from ai_audit import workflow
from eventflow import embedded
from eventflow.db import database
from eventflow.db.web_login import ROLE, WebLoginReads
from tests.database import steps

FILE = settings.BASE_DIR / "docs" / "web-login.sql"
PASSWORD = "the web process"

# All that decides, or tells of a decision.
DECISIONS = [name for name in workflow.__all__ if isfunction(getattr(workflow, name))]

# What only a superuser of the tests' server does: the owner of the stand-in may become
# `authenticated`, and since PostgreSQL 16 not let others.
_PREPARE = f"""
do $$
begin
  if to_regrole('{ROLE}') is null then
    create role {ROLE} login noinherit;
  end if;
  if (select rolpassword is null from pg_authid where rolname = '{ROLE}') then
    alter role {ROLE} password '{PASSWORD}';
  end if;
  if not pg_has_role('{ROLE}', 'authenticated', 'member') then
    grant authenticated to {ROLE};
  end if;
end
$$
"""


def make_role() -> None:
    """The role with a password, and a member of `authenticated`; once for all workers."""
    with closing(database.connect_as_superuser("postgres")) as raw:
        raw.execute("select pg_advisory_lock(%s)", [database.advisory_key("tests", "web login")])
        raw.execute(_PREPARE, prepare=False)


def install() -> None:
    """Run the file on the default connection's database, as its login, outside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(FILE.read_text(encoding="utf-8"))


def let_read(*tables: str) -> None:
    """Where it is installed, let the login read tables of the product that a test has made."""
    with connection.schema_editor() as editor:
        WebLoginReads(*tables).database_forwards("scheduling", editor, None, None)


def signed_in():
    """The default connection is the web process's login's while the block runs."""
    return steps.signed_in_as(ROLE, PASSWORD)


def let_tests_change_login() -> None:
    """From now on, connect as a superuser and be the owner at once; see the module's docstring."""
    owner = connection.get_connection_params()["user"]
    if settings.EMBEDDED_FOLDER:
        login = embedded.server(settings.EMBEDDED_FOLDER).start().superuser
        parameters = {"host": login.host, "port": login.port}
        parameters |= {"user": login.user, "password": login.password}
    else:
        with closing(database.connect_as_superuser()) as raw:
            parameters = raw.info.get_parameters() | {"password": raw.info.password}
    connection.close()
    connection.settings_dict |= {
        name.upper(): str(parameters.get(name) or "")
        for name in ("host", "port", "user", "password")
    }
    global _owner
    _owner = owner
    connection_created.connect(_become_owner, dispatch_uid=__name__)


_owner = None


def _become_owner(*, connection, **kwargs) -> None:
    _authorize(connection.connection, _owner)


def _authorize(raw, role: str) -> None:
    raw.execute(sql.SQL("set session authorization {}").format(sql.Identifier(role)))


@contextmanager
def entered():
    """The default connection is the web login's while the block runs, in whatever transaction."""
    connection.ensure_connection()
    raw = connection.connection
    if raw.execute("select session_user").fetchone() == (ROLE,):
        yield
        return
    _authorize(raw, ROLE)
    try:
        yield
    finally:
        # In a failed transaction nothing can be run, and its rollback brings the owner back.
        if raw.info.transaction_status in (TransactionStatus.IDLE, TransactionStatus.INTRANS):
            _authorize(raw, _owner)


def entering(decide):
    """The same act, as the web login."""

    @wraps(decide)
    def as_the_web_login(*args, **kwargs):
        with entered():
            return decide(*args, **kwargs)

    return as_the_web_login


class AsTheWebLogin:
    """Middleware: every page is answered as the web login."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with entered():
            return self.get_response(request)
