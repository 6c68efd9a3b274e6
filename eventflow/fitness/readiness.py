"""Whether the back office is fit for decisions, from the login of the process that asks.

Applications register what must hold; each gives its reasons why it is not. Nothing here writes, and
nothing is tried that could: whether something can be written is asked.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import DatabaseError, InterfaceError
from django.db.migrations.loader import MigrationLoader

from eventflow.db import database, fetching
from eventflow.db.database import WRITER_ROLE
from eventflow.db.postgresql.base import BACKOFFICE_SCHEMA

_NO_RIGHT = "42501"
# Seconds by which clocks may differ.
CLOCK_TOLERANCE = 30


@dataclass(frozen=True)
class Reason:
    """Why it is not fit: a code for programs, and for an operator a sentence and what to do."""

    code: str
    words: str
    remedy: str = ""


Requirement = Callable[[], Iterable[Reason]]
_requirements: list[Requirement] = []

NO_DATABASE = Reason(
    "no_database",
    "The database does not answer.",
    "See that it runs and that DATABASE_URL leads to it.",
)


def requirement(function: Requirement) -> Requirement:
    """Register a function that gives a reason for each thing that does not hold."""
    _requirements.append(function)
    return function


def reasons() -> list[Reason]:
    """Every reason why nobody can decide now; none where it is fit. A statement or two for each."""
    found: list[Reason] = []
    for ask in _requirements:
        try:
            found += ask()
        except (DatabaseError, InterfaceError) as error:
            if isinstance(error, InterfaceError) or database.is_outage(error):
                # Also what comes after would wait for it.
                return [*found, NO_DATABASE]
            found.append(_refused(error))
    return found


def _refused(error: DatabaseError) -> Reason:
    if database.sqlstate(error) == _NO_RIGHT:
        return lacking(database.message(error))
    return Reason("database", f"The database refused to be asked: {database.message(error)}.")


def lacking(what: str) -> Reason:
    """The reason that the login of this process lacks a right."""
    return Reason(
        "rights",
        f"The login lacks a right: {what}.",
        "Run manage.py migrate, then docs/web-login.sql where the web process has a login of its "
        "own.",
    )


_WRITING = """
select
  pg_catalog.pg_is_in_recovery(),
  pg_catalog.current_setting('transaction_read_only')::boolean
  or pg_catalog.current_setting('default_transaction_read_only')::boolean
"""


@requirement
def can_be_written():
    """The server takes what is written: it is no standby, and nothing says read-only."""
    standby, read_only = fetching.row(_WRITING)
    if standby:
        yield Reason(
            "read_only",
            "The server is a standby, which takes nothing that is written.",
            "Let DATABASE_URL lead to the primary server.",
        )
    elif read_only:
        yield Reason(
            "read_only",
            "The database is read-only (default_transaction_read_only), as when its disk is full.",
            "See why; then: alter database … reset default_transaction_read_only;",
        )


@requirement
def clocks_agree():
    """This machine's clock and the server's are at most half a minute apart."""
    before = time.time()
    there = fetching.value("select extract(epoch from pg_catalog.clock_timestamp())::float8")
    apart = _beyond(there, before, time.time())
    if apart > CLOCK_TOLERANCE:
        yield Reason(
            "clocks",
            f"This machine's clock and the database server's are {apart:.0f} seconds apart.",
            "Let both be set by NTP (timedatectl).",
        )


def _beyond(there: float, before: float, after: float) -> float:
    """How far a moment lies outside of the time in which it was asked for, in seconds."""
    return max(before - there, there - after, 0)


@requirement
def migrations_have_run():
    """Every migration of this version has; those of a later one are no matter."""
    if missing := known() - applied():
        app, name = min(missing)
        yield Reason(
            "migrations",
            f"Migrations are pending: {len(missing)}, the first {app}.{name}.",
            "manage.py migrate",
        )


@cache
def known() -> frozenset[tuple[str, str]]:
    """Every migration of this version; it cannot change while the process runs."""
    return frozenset(MigrationLoader(None).graph.nodes)


def applied() -> set[tuple[str, str]]:
    """Every migration that the database says has run."""
    if fetching.value("select to_regclass('backoffice.django_migrations') is null"):
        return set()
    return set(fetching.rows("select app, name from backoffice.django_migrations"))


# Since PostgreSQL 16 a member may be without the right to act as the role.
_MAY_BECOME = """
select to_regrole(%(role)s) is not null and pg_has_role(session_user, to_regrole(%(role)s),
  case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end)
"""

_LACKING = r"""
select w.privilege || ' on ' || w.name
from unnest(%(names)s::text[], %(privileges)s::text[]) as w (name, privilege)
cross join lateral regexp_match(w.privilege, '^(\w+)(?: \((\w+)\))?$') as said
cross join coalesce(%(role)s::name, session_user) as r (role)
cross join lateral (select to_regclass(w.name)::oid) as t (oid)
where t.oid is not null
and not (
  has_schema_privilege(r.role, split_part(w.name, '.', 1), 'usage')
  and case
    when said[2] is not null then has_column_privilege(r.role, t.oid, said[2], said[1])
    when said[1] = 'delete' then has_table_privilege(r.role, t.oid, said[1])
    else has_any_column_privilege(r.role, t.oid, said[1])
  end
)
"""


@requirement
def login_may_decide():
    """The login may become whom decisions are written as, and keep what the back office keeps."""
    if not fetching.value(_MAY_BECOME, {"role": WRITER_ROLE}):
        yield lacking(f"to become {WRITER_ROLE}")
    own = {f"{BACKOFFICE_SCHEMA}.{table}": ["select"] for table in database.own_tables()}
    own[f"{BACKOFFICE_SCHEMA}.{Session._meta.db_table}"] += ["insert", "update", "delete"]
    own[f"{BACKOFFICE_SCHEMA}.{LogEntry._meta.db_table}"] += ["insert"]
    yield from rights(own)


def rights(needed: Mapping[str, Iterable[str]], role: str | None = None) -> Iterator[Reason]:
    """A reason for each right that a role, or the login, lacks; one statement.

    `needed` are rights, as "update" (to any column) or "update (approved_at)", by the qualified
    name of a table. What does not stand is no matter here.
    """
    pairs = [(name, privilege) for name, listed in needed.items() for privilege in listed]
    asked = {
        "role": role,
        "names": [name for name, _ in pairs],
        "privileges": [privilege for _, privilege in pairs],
    }
    for (words,) in fetching.rows(_LACKING, asked):
        yield lacking(f"{words} for {role}" if role else words)
