"""What we ask of the database connection itself: locks, limits, and what an error means.

Nothing here knows a table of the product. Whose role is in force is in `acting`, which is asked for
here as well.
"""

import hashlib
import ipaddress
import os
import re
import socket
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from eventflow import embedded
from eventflow.db import fetching
from eventflow.db.acting import (
    AAL1,
    AAL2,
    WRITER_ROLE,
    Person,
    acting_as,
    checking_deferred,
    settling,
)
from eventflow.db.postgresql.ahead import Ahead
from eventflow.environment import addresses

__all__ = [
    "AAL1",
    "AAL2",
    "WRITER_ROLE",
    "Person",
    "acting_as",
    "checking_deferred",
    "settling",
]

LOCK_WAIT_MS = 3000
CLIENT_CHECK_MS = 500
# So long may nothing come while locks are held, before the server gives them back. With the longest
# statement of a page that is less than half a minute.
IDLE_MS = 15_000
# A deadlock, and a serialization failure: over as soon as one of those that collided gives way.
_TRANSIENT = ("40P01", "40001")
# A lock that did not come in the time there was for it.
_NO_LOCK = "55P03"
# A statement that was ended, as by its time limit.
QUERY_CANCELED = "57014"
# A policy or a right that does not let it be written, and a policy that leads back to itself.
_BY_POLICY = ("42501", "42P17")
# The relation that a refusal is about, as PostgreSQL names it in its own language.
_RELATION = re.compile(r'\b(?:table|relation|view) "?([^"]+?)"?$')


# The beginnings of codes: no connection, a transaction that can write nothing, no room, an end.
_ABOUT_THE_SERVER = ("08", "25", "53", "57P")
_ABOUT_THE_CONNECTION = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)


def advisory_key(*parts: str) -> int:
    """A 64-bit key for an advisory lock, the same for the same parts in every process."""
    digest = hashlib.sha256("\0".join(("eventflow", *parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def lock_in_transaction(*parts: str) -> None:
    """Wait for the advisory lock named by `parts`; it is held until the transaction ends."""
    fetching.row("select pg_catalog.pg_advisory_xact_lock(%s)", [advisory_key(*parts)])


# As `advisory_key`, of a part that a column holds.
_KEY_OF = (
    "('x' || encode(substr(sha256(%s || convert_to({}::text, 'UTF8')), 1, 8), 'hex'))"
    "::bit(64)::bigint"
)


def lock_each_in_transaction(
    query: str, parameters: Sequence[Any], *parts: str, wait: bool = True
) -> bool:
    """Wait for the advisory locks named by `parts` and one more: each that `query` gives, in order.

    As `lock_in_transaction` does for one; `query` gives one column. Without `wait`, whether all of
    them were free now. One statement.
    """
    before = "\0".join(("eventflow", *parts, "")).encode()
    key = _KEY_OF.format("named.part")
    lock = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    return fetching.value(
        f"select coalesce(bool_and(pg_catalog.{lock}({key})::text <> 'false'), true)"  # noqa: S608
        f" from ({query} offset 0) as named (part)",
        [before, *parameters],
    )


def try_lock(*parts: str) -> bool:
    """Take the advisory lock named by `parts`, if it is free; whether it was.

    It is held until `unlock`, or the connection ends. Only another connection finds it taken.
    """
    return fetching.value("select pg_catalog.pg_try_advisory_lock(%s)", [advisory_key(*parts)])


def unlock(*parts: str) -> None:
    """Give back what `try_lock` took; what ended with its connection is given back already."""
    fetching.row(
        "select pg_catalog.pg_advisory_unlock(k) from (select %(key)s::bigint as k) as mine"
        " where exists (select from pg_catalog.pg_locks where locktype = 'advisory'"
        " and pid = pg_catalog.pg_backend_pid() and objsubid = 1"
        " and ((classid::bigint << 32) | objid::bigint) = k)",
        {"key": advisory_key(*parts)},
    )


def limit_lock_waits(milliseconds: int = LOCK_WAIT_MS) -> None:
    """Let no statement of this transaction wait longer for a lock; and as `limit_idle_clients`.

    While it waits for a lock, the server would not notice that the process it works for was
    killed, and keep what that holds locked.
    """
    _set_local(lock_timeout=milliseconds, **_IDLE_CLIENT_LIMITS)


def limit_idle_clients() -> None:
    """Let the server end this transaction where nothing comes from this process any more.

    Where it was killed, or the line to it went silent: between statements, while one waits, or
    while the server sends. For transactions that hold locks.
    """
    _set_local(**_IDLE_CLIENT_LIMITS)


_IDLE_CLIENT_LIMITS = {
    "client_connection_check_interval": CLIENT_CHECK_MS,
    "idle_in_transaction_session_timeout": IDLE_MS,
    "tcp_user_timeout": IDLE_MS,
}


def _set_local(**milliseconds: int) -> None:
    """Make settings for this transaction, along with the statement that follows."""
    made = ", ".join(["pg_catalog.set_config(%s, %s, true)"] * len(milliseconds))
    connection.send_ahead(
        Ahead(
            f"select {made}",
            [text for name, ms in milliseconds.items() for text in (name, f"{ms}ms")],
        )
    )


@contextmanager
def session_settings(**settings: str):
    """Let the session have these settings while the block runs, and then those from before."""
    setting = "select pg_catalog.set_config(%s, %s, false)"
    usual = {
        name: fetching.value("select pg_catalog.current_setting(%s)", [name]) for name in settings
    }
    for name, value in settings.items():
        fetching.value(setting, [name, value])
    try:
        yield
    finally:
        if connection.is_usable():
            for name, value in usual.items():
                fetching.value(setting, [name, value])


def now() -> datetime:
    """The moment by the database's clock, which everything that is written is told by."""
    return fetching.value("select pg_catalog.statement_timestamp()")


def violated_constraint(error: DatabaseError) -> str | None:
    """The name of the constraint a database error is about, or None."""
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None


# By names, not by `regclass`: who is refused need not have the right to look into the schema.
_REFERENCE = """
select holds.relname, led_to.relname, (
  select string_agg(a.attname, ', ' order by a.attnum)
  from pg_catalog.pg_attribute as a
  where a.attrelid = c.conrelid
  and a.attnum = any (c.conkey)
)
from pg_catalog.pg_constraint as c
join pg_catalog.pg_class as holds
  on holds.oid = c.conrelid
join pg_catalog.pg_class as led_to
  on led_to.oid = c.confrelid
where c.conname = %s
and holds.relname = %s
and holds.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %s)
and c.contype = 'f'
"""


@dataclass(frozen=True)
class Reference:
    """A foreign key: the columns of a table that lead to another, each by its name alone."""

    table: str
    columns: str
    to: str


def broken_reference(error: DatabaseError) -> Reference | None:
    """The foreign key that a database error is about, or None; one statement where it is."""
    if sqlstate(error) != "23503":
        return None
    diag = error.__cause__.diag
    names = [diag.constraint_name, diag.table_name, diag.schema_name]
    found = fetching.row(_REFERENCE, names)
    return found and Reference(table=found[0], to=found[1], columns=found[2])


def sqlstate(error: BaseException) -> str | None:
    """The five-character code of a database error, or None when it has none.

    The error is Django's, or the driver's own where that was asked past Django.
    """
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None


def message(error: DatabaseError) -> str:
    """The error's primary message, on one line."""
    cause = error.__cause__
    said = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    return said or str(error)


def refusing_policy(error: DatabaseError, table: str) -> str | None:
    """The table whose policies, or rights, refused what was written to `table`; None if none did.

    A policy on one table may ask another's, so it is the one that PostgreSQL names, if it does.
    """
    if sqlstate(error) not in _BY_POLICY:
        return None
    named = _RELATION.search(message(error))
    return named[1] if named else table


def is_outage(error: BaseException) -> bool:
    """Whether it is about the connection or the server, and not about what was asked of it.

    So it is where the server is full or takes no changes.
    """
    code = sqlstate(error)
    if code is None:
        return isinstance(error, _ABOUT_THE_CONNECTION)
    return code.startswith(_ABOUT_THE_SERVER)


def is_cancelled(error: BaseException) -> bool:
    """Whether the server ended the statement, by a limit or asked to; not what a trigger raised."""
    cause = error.__cause__
    return isinstance(cause, psycopg.errors.QueryCanceled) and (
        cause.diag.source_function == "ProcessInterrupts"
    )


def is_contention(error: DatabaseError) -> bool:
    """Whether a database error only says that someone else was at it: trying again may do."""
    return is_transient(error) or sqlstate(error) == _NO_LOCK


def is_transient(error: DatabaseError) -> bool:
    """Whether it was a collision that is over now: the same transaction may do at once."""
    return sqlstate(error) in _TRANSIENT


def login_facts() -> dict[str, bool]:
    """The attributes of the default connection's login: keys `superuser` and `bypassrls`."""
    superuser, bypassrls = fetching.row(
        "select rolsuper, rolbypassrls from pg_catalog.pg_roles where rolname = session_user"
    )
    return {"superuser": superuser, "bypassrls": bypassrls}


@contextmanager
def as_migrating_login():
    """The default connection is MIGRATE_DATABASE_URL's while the block runs, where that is set.

    For commands that alter the schema: the web process's own login may not. Begins and ends with
    the connection closed, where it was another's.
    """
    if not settings.MIGRATE_DATABASE:
        yield
        return
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {
        name: settings.MIGRATE_DATABASE[name]
        for name in ("HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= usual


def own_tables() -> set[str]:
    """The names of the tables that our migrations make of models."""
    options = [model._meta for model in apps.get_models(include_auto_created=True)]
    return {one.db_table for one in options if one.managed and not one.proxy}


def refuse_other_machines(parameters: Mapping) -> None:
    """Raise CommandError unless libpq's `parameters` lead to loopback or a local socket.

    Asks the resolver, not the server: nothing is sent to a database elsewhere.
    """
    named = parameters.get("hostaddr") or parameters.get("host") or os.environ.get("PGHOST", "")
    for host in named.split(","):
        if host.startswith(("/", "@")) or not host:
            continue
        try:
            addresses = {found[4][0] for found in socket.getaddrinfo(host, None)}
        except OSError:
            addresses = {host}
        if not all(map(_is_loopback, addresses)):
            raise CommandError(
                f"The database is at {host}, which is not this machine. This command fills a "
                "database for trying things out, and does so on this machine only. Nothing was "
                "changed. Point DATABASE_URL at a local PostgreSQL, or unset it."
            )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def connect_as_superuser(dbname: str | None = None) -> psycopg.Connection:
    """A new autocommit connection as a superuser of the server, for loading the stand-in only.

    `dbname` is the database to connect to; by default the one the back office uses. Raises
    CommandError when no superuser's login is known or the server is on another machine.
    """
    name = dbname or settings.DATABASES["default"]["NAME"]
    if settings.EMBEDDED_FOLDER:
        login = embedded.server(settings.EMBEDDED_FOLDER).start().superuser
        parameters = asdict(login)
    elif settings.SUPERUSER_DATABASE_URL:
        found, _ignored = addresses.database(
            "SUPERUSER_DATABASE_URL", settings.SUPERUSER_DATABASE_URL
        )
        parameters = found["OPTIONS"] | {
            name: found[name.upper()]
            for name in ("host", "port", "user", "password")
            if found[name.upper()]
        }
    else:
        raise CommandError(
            "Loading the stand-in for Supabase needs a superuser's login. Nothing was changed. "
            "Set SUPERUSER_DATABASE_URL to one (of a PostgreSQL on this machine), or unset "
            "DATABASE_URL to use the embedded server."
        )
    refuse_other_machines(parameters)
    return psycopg.connect(**(parameters | {"dbname": name}), autocommit=True)
