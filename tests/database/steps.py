"""What the tests of the database foundation do again and again; nothing is asserted here."""

import io
import os
import secrets
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import connection

from eventflow.db import database
from eventflow.db.postgresql.base import SEARCH_PATH
from tests.shapes import IN_PRODUCTION

CHECKOUT = Path(__file__).parents[2]


def migrate(*args, **options) -> str:
    """Migrate the default connection's database, in this process; what was printed."""
    printed = io.StringIO()
    call_command("migrate", *args, stdout=printed, stderr=printed, **options)
    return printed.getvalue()


def refusal(*args, **options) -> str:
    """The sentences with which migrate refuses."""
    with pytest.raises(CommandError) as caught:
        migrate(*args, **options)
    return str(caught.value)


def command(*args) -> subprocess.Popen:
    """`manage.py …` as a process of its own, on the default connection's database."""
    params = connection.get_connection_params()
    login = f"{params['user']}:{params.get('password', '')}@{params['host']}:{params['port']}"
    return subprocess.Popen(
        [sys.executable, "manage.py", *args],
        cwd=CHECKOUT,
        env=os.environ
        | {
            "DATABASE_URL": f"postgres://{login}/{connection.settings_dict['NAME']}",
            "DJANGO_SETTINGS_MODULE": "eventflow.settings",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "PYTHONUNBUFFERED": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


# What policies of the product's ask, and which routine of ours who is signed in may run.
PRODUCTS_HELPER = "public.user_organization_id()" if IN_PRODUCTION else "auth.user_org_id()"
OPEN_ROUTINES = [("user_org_id",)] if IN_PRODUCTION else []
# What the stand-in has that `check` tells of, in the shape of production; see `test_helper`.
OF_THE_STAND_IN = [
    (
        "scheduling.W005",
        "Always true: policy participant_schedules_everybody on public.participant_schedules.",
    ),
    ("scheduling.W005", "Always true: policy schedules_everybody on public.schedules."),
]


def warnings() -> list[tuple[str, str]]:
    """Number and message of everything `check --database default` finds, sorted.

    Without what the stand-in is made with.
    """
    return sorted((warning.id, warning.msg) for warning in told())


def told() -> list:
    """The same, as it is told."""
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [w for w in found if (w.id, w.msg) not in OF_THE_STAND_IN]


def eventually(question, *, patience: float = 60):
    """The first true answer; an assertion error after so many seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.05)
    raise AssertionError("it never came to that")


def by_hand(script: str) -> None:
    """Run a script as in the product's SQL editor, which knows nothing of our private schema."""
    with connection.cursor() as cursor:
        cursor.execute(f"set local search_path = public, extensions; {script}")
        cursor.execute(f"set local search_path = {SEARCH_PATH}")


def as_superuser(*statements: str) -> None:
    """Run statements in the default connection's database as the server's superuser."""
    with closing(database.connect_as_superuser(connection.settings_dict["NAME"])) as raw:
        for statement in statements:
            raw.execute(statement, prepare=False)


def another_connection():
    """A psycopg connection to the same database with the same login, in autocommit."""
    params = connection.get_connection_params()
    wanted = ("host", "port", "user", "password", "dbname")
    return connection.Database.connect(
        **{name: params[name] for name in wanted if name in params}, autocommit=True
    )


@contextmanager
def signed_in_as(user: str, password: str):
    """The default connection logs in as that role while the block runs."""
    params = connection.get_connection_params()
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {
        "HOST": params["host"],
        "PORT": str(params["port"]),
        "USER": user,
        "PASSWORD": password,
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= {
            key: usual[key] for key in ("HOST", "PORT", "USER", "PASSWORD")
        }


# Kind, name, identity and rights, version of the row.
_CATALOGUE = """
select 'schema', nspname::text, coalesce(nspacl::text, ''), xmin::text
from pg_namespace
where nspname !~ '^pg_' and nspname <> 'information_schema'
union all
select 'extension', extname, extnamespace::regnamespace::text, xmin::text
from pg_extension
union all
select 'relation', c.oid::regclass::text, concat_ws(' ', c.oid, c.relacl), c.xmin::text
from pg_class as c
where c.relnamespace in ('public'::regnamespace, to_regnamespace('backoffice'))
union all
select 'function', p.oid::regprocedure::text, concat_ws(' ', p.oid, p.proacl), p.xmin::text
from pg_proc as p
where p.pronamespace in ('public'::regnamespace, to_regnamespace('backoffice'))
union all
select 'constraint', conname::text || ' ' || conrelid::regclass, oid::text, xmin::text
from pg_constraint
where connamespace in ('public'::regnamespace, to_regnamespace('backoffice'))
union all
select 'policy', polname::text || ' ' || polrelid::regclass, oid::text, xmin::text
from pg_policy
union all
select 'column', attrelid::regclass || '.' || attname, coalesce(attacl::text, ''), a.xmin::text
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid
where c.relnamespace = 'public'::regnamespace and attnum > 0
union all
select 'comment', pg_describe_object(classoid, objoid, objsubid), description, xmin::text
from pg_description
where classoid in ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass)
and objoid >= 16384
"""


def whole_catalogue(*, versions: bool = True) -> dict[tuple[str, str], tuple]:
    """Everything that stands in the database, with its identity and rights.

    With `versions`, also which version of its row in the catalogue stands.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CATALOGUE)
        return {
            (kind, name): (words, version) if versions else (words,)
            for kind, name, words, version in cursor.fetchall()
        }
