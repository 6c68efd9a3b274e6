"""Whose role is in force: acting as a person of the platform's, and savepoints within that.

A connection's own search path is set in `postgresql.base`; here it becomes the platform's while the
product's tables are written.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from django import db
from django.db import Error
from psycopg.pq import TransactionStatus

from eventflow.db import fetching
from eventflow.db.postgresql.ahead import Ahead
from eventflow.db.postgresql.base import DatabaseWrapper

WRITER_ROLE = "authenticated"
# The search path of the platform's own connections, which the product's triggers count on. Ours
# begins with a schema of our own, where no trigger of theirs is to find a table.
PLATFORM_PATH = "public, extensions"
# How surely the platform knows a person: by a password, or by a second factor as well.
AAL1, AAL2 = "aal1", "aal2"

connection = cast(DatabaseWrapper, db.connection)

# Of savepoints, so that each has a name of its own.
_numbers = count(1)


class RoleNotInForce(AssertionError):
    """The role switch was asked for outside a transaction, or did not hold."""


@dataclass(frozen=True)
class Person:
    """In whose name the product's tables are written, as the platform would know them.

    `profile_id` is who they sign in as there, `email` their address, empty where it is not known;
    `aal` is `AAL2` for who has given a second factor, else `AAL1`.
    """

    profile_id: UUID
    email: str = ""
    aal: str = AAL1

    def claims(self) -> str:
        """The JWT claims the policies could ask for, as JSON."""
        return json.dumps(
            {
                "sub": str(self.profile_id),
                "role": WRITER_ROLE,
                "email": self.email,
                "aal": self.aal,
            }
        )


@dataclass(frozen=True)
class Around:
    """A setting that holds what a statement finds in the moment it is made, as the login itself.

    `sql` with its `parameters` gives one text, or none, which is put as `null` between `before`
    and `after`; `seen` is told that text.
    """

    before: str
    sql: str
    parameters: Sequence[Any]
    after: str
    seen: Callable[[str | None], None]


@contextmanager
def acting_as(
    who: Person | UUID, settings: Mapping[str, str | Around] = MappingProxyType({})
) -> Iterator[None]:
    """Run the block as `authenticated`, signed in as `who`, so that policies judge it.

    A profile's id stands for a person of whom no more is known. The search path is the platform's
    meanwhile. Must be entered inside a transaction, outside any savepoint the block may roll back:
    rolling back a savepoint in which the role was set would drop it. On the way out the login's own
    role and path are back, also after an error. `settings` are made along with it, and stay until
    the transaction ends; at most one is put `Around` what is found. Both ways go along with the
    statement that follows. Raises RoleNotInForce when there is no transaction, and when the role
    was not in force until the end: there, or with the statement that follows.
    """
    if not connection.in_atomic_block:
        raise RoleNotInForce("SET LOCAL ROLE outside a transaction does nothing")
    person = who if isinstance(who, Person) else Person(who)
    found: dict[str, str] = {}

    def entered(row: tuple[Any, ...]) -> None:
        found["path"], _was, became, read = row
        _require_writer(became)
        for setting in settings.values():
            if isinstance(setting, Around):
                setting.seen(read)

    entering = _becoming(WRITER_ROLE, person.claims(), PLATFORM_PATH, settings, entered)
    connection.send_ahead(entering)
    rolled_back = connection.savepoints_rolled_back
    done = False
    try:
        yield
        done = True
    finally:
        kept = done and connection.savepoints_rolled_back == rolled_back
        if connection.is_ahead(entering):
            # Nothing was done in their name.
            connection.take_back(entering)
        # In a failed transaction nothing can be run, and its rollback ends the role anyway.
        elif connection.connection.info.transaction_status == TransactionStatus.INTRANS:
            leaving = _becoming("none", "", found.get("path", ""), {}, _left_as_writer)
            if kept:
                connection.send_ahead(leaving)
            elif found:
                left = fetching.row(leaving.sql, leaving.parameters)
                # What the block itself raised goes before.
                if done:
                    _left_as_writer(left)
            elif done:
                _require_writer(None)


def _left_as_writer(row: tuple[Any, ...]) -> None:
    _require_writer(row[1])


def _becoming(
    role: str,
    claims: str,
    path: str,
    settings: Mapping[str, str | Around],
    seen: Callable[[tuple[Any, ...]], None],
) -> Ahead:
    """`set local role`, the claims and more.

    `seen` is told the path and the role before, the role now, and what was found for a setting.
    """
    wanted = {"role": role, "request.jwt.claims": claims, "search_path": path, **settings}
    read, looked_for, made, parameters = "null::text", [], [], []
    for name, setting in wanted.items():
        if isinstance(setting, Around):
            read, looked_for = f"({setting.sql})::text", list(setting.parameters)
            made.append("pg_catalog.set_config(%s, %s || coalesce(found.text, 'null') || %s, true)")
            parameters += [name, setting.before, setting.after]
        else:
            made.append("pg_catalog.set_config(%s, %s, true)")
            parameters += [name, setting]
    # What is inside is done first, and in its order, for it has effects.
    statement = (
        "select made.path, made.was, current_user, made.found from ("  # noqa: S608
        "select pg_catalog.current_setting('search_path') as path, current_user as was,"
        f" found.text as found, {', '.join(made)}"
        f" from (select {read} as text offset 0) as found) as made"
    )
    return Ahead(statement, [*parameters, *looked_for], seen)


@contextmanager
def savepoint() -> Iterator[None]:
    """As `transaction.atomic` inside a transaction; made along with the first statement.

    So it costs no trip of its own, and is ended along with what follows.
    """
    # What is seen of those before would be lost with a statement that fails.
    connection.send_what_is_seen()
    name = f"ahead_{next(_numbers)}"
    begun = Ahead(f"savepoint {name}")
    connection.send_ahead(begun)
    try:
        yield
    except BaseException:
        if connection.is_ahead(begun):
            connection.take_back_from(begun)
        elif connection.connection is not None:
            # As Django's.
            connection.needs_rollback = False
            try:
                connection.savepoint_rollback(name)
            except Error:
                # What is around it is not to go on.
                connection.needs_rollback = True
        raise
    if connection.is_ahead(begun):
        connection.take_back(begun)
    else:
        connection.send_ahead(Ahead(f"release savepoint {name}"))


@contextmanager
def checking_deferred() -> Iterator[None]:
    """A savepoint that ends with what the database would put off until the transaction does.

    So that this, too, is part of its answer to what the block wrote.
    """
    with savepoint():
        yield
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")


@contextmanager
def settling() -> Iterator[None]:
    """As `checking_deferred`, with what would be put off part of the answer to each statement."""
    with savepoint():
        connection.send_ahead(Ahead("set constraints all immediate"))
        yield


def _require_writer(user: str | None) -> None:
    if user != WRITER_ROLE:
        raise RoleNotInForce(f"expected to write as {WRITER_ROLE}")
