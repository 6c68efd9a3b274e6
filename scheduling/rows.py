"""Rows as they stand, whole, as the JSON text the database writes for them.

For the decision history: what a session was before and after, and what its deletion takes along,
which cascading foreign keys decide and the catalogue tells; and putting such rows back as they
were. With the rights in force, but for what goes along: under policies, rows are hidden that the
database deletes all the same. What is put back, and in whose name, the callers settle.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.db import DatabaseError, OperationalError, connection
from django.utils.translation import gettext as _
from psycopg import sql

from eventflow.db import database
from eventflow.text.bidi import isolate, ltr


def whole(table: str, pk: UUID) -> str | None:
    """The row `pk` of a qualified table with every column it has; None where it is not there."""
    return whole_of_each(table, [pk]).get(pk)


def whole_of_each(table: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """As `whole`, of many rows, by id; those that are not there are left out. One statement."""
    wanted = list(ids)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("select r.id, to_jsonb(r)::text from {} as r where r.id = any (%s)").format(
                sql.Identifier(*table.split("."))
            ),
            [wanted],
        )
        return dict(cursor.fetchall())


def taken_along(session_id: UUID) -> dict[str, list[str]]:
    """The rows that go when a session is deleted, by qualified table name.

    Each is what the database writes for it, so that no number loses a digit; the session itself is
    not among them. They are locked until the transaction ends: what is told of them is what goes.
    Found with the rights of the tables' owner, as a cascade does. One statement.
    """
    return taken_along_of_each([session_id])[session_id]


def taken_along_of_each(sessions: Iterable[UUID]) -> dict[UUID, dict[str, list[str]]]:
    """As `taken_along`, of each of many sessions, as if it were deleted first. One statement."""
    found: dict[UUID, dict[str, list[str]]] = {pk: {} for pk in sessions}
    if not found:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "select s.id, t.relation, t.entry::text from unnest(%s::uuid[]) as s (id)"
            " cross join lateral backoffice.taken_along(s.id) as t",
            [list(found)],
        )
        for session_id, table, text in cursor.fetchall():
            found[session_id].setdefault(table, []).append(text)
    return found


@dataclass(frozen=True)
class Hanging:
    """So many rows of a qualified table that refer to sessions; None where they are not counted."""

    table: str
    rows: int | None


def hanging_on(sessions: Iterable[UUID]) -> dict[UUID, list[Hanging]]:
    """The rows that refer to each session, registrations aside, by table; as the catalogue knows
    it.

    One statement. Of what is not counted, each session is told.
    """
    wanted = list(sessions)
    found: dict[UUID, list[Hanging]] = {pk: [] for pk in wanted}
    if not wanted:
        return found
    with connection.cursor() as cursor:
        cursor.execute("select * from backoffice.what_hangs_on(%s)", [wanted])
        for session_id, table, entries in cursor.fetchall():
            for pk in wanted if session_id is None else [session_id]:
                found[pk].append(Hanging(table, entries))
    return found


# What the database computes itself is not put back: it computes the same again.
_COLUMNS = """
select
  n.nspname,
  t.relname,
  array_agg(a.attname::text order by a.attnum)
from pg_catalog.pg_class as t
join pg_catalog.pg_namespace as n
  on n.oid = t.relnamespace
join pg_catalog.pg_attribute as a
  on a.attrelid = t.oid
where t.oid = to_regclass(%s)
and a.attnum > 0
and not a.attisdropped
and a.attgenerated = ''
and %s::jsonb ? a.attname
group by 1, 2
"""

# A constraint, or a value that cannot be had any more; anything else is about more than one row.
_ABOUT_THE_ROW = ("22", "23")


@dataclass(frozen=True)
class LeftOut:
    """A row of `table` that could not be put back: the JSON text of it, and why, in words."""

    table: str
    row: str
    reason: str


# Inserts rows of a qualified table from their JSON texts; how many the database kept.
Put = Callable[[str, list[str]], int]


class _NotKept(Exception):
    """The database took fewer rows than it was given, without an error."""


def put_back(table: str, texts: Iterable[str]) -> int:
    """Insert rows of a qualified table from their JSON texts; how many the database kept.

    Identity columns take their old values too. A column that came since has its default, one that
    went since is passed over. `texts` were read at one time: they hold the same columns. Raises
    the database's errors, and LookupError where there is no such table any more.
    """
    texts = list(texts)
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [table, texts[0]])
        found = cursor.fetchone()
        if found is None:
            raise LookupError(table)
        schema, name, standing = found
        columns = sql.SQL(", ").join(map(sql.Identifier, standing))
        cursor.execute(
            sql.SQL(
                "insert into {table} ({columns}) overriding system value select {columns}"
                " from jsonb_populate_recordset(null::{table}, %s::jsonb)"
            ).format(table=sql.Identifier(schema, name), columns=columns),
            [f"[{', '.join(texts)}]"],
        )
        return cursor.rowcount


def put_all_back(
    removed: Mapping[str, Iterable[str]], put: Put
) -> tuple[dict[str, int], list[LeftOut]]:
    """Insert what `taken_along` gave, parents before children; rows that cannot be are left out.

    Gives how many rows of each table stand again, and those that do not. The order is found by
    trying, table by table, and row by row where one holds its table up: a row whose parent
    is still to come is tried again for as long as anything succeeds. Each attempt is a savepoint
    of the caller's transaction. Raises the database's errors that are not about the row: with a
    trigger that fails, or a policy, every row would be left out.
    """
    waiting = {table: list(texts) for table, texts in removed.items() if texts}
    wanted = {table: len(texts) for table, texts in waiting.items()}
    reasons: dict[str, list[str]] = {}
    advancing = True
    while waiting and advancing:
        advancing = False
        for table, texts in list(waiting.items()):
            if _why_not(table, texts, put) is None:
                del waiting[table]
                advancing = True
        if advancing:
            continue
        for table, texts in list(waiting.items()):
            refused = _one_by_one(table, texts, put)
            advancing = advancing or len(refused) < len(texts)
            waiting[table] = [text for text, _why in refused]
            reasons[table] = [why for _text, why in refused]
            if not refused:
                del waiting[table]
    restored = {table: n - len(waiting.get(table, ())) for table, n in wanted.items()}
    left_out = [
        LeftOut(table, text, reason)
        for table, texts in waiting.items()
        for text, reason in zip(texts, reasons[table], strict=True)
    ]
    return {table: n for table, n in restored.items() if n}, left_out


def _one_by_one(table: str, texts: list[str], put: Put) -> list[tuple[str, str]]:
    """Put back what can be; the others, each with why not. What goes in whole is not split."""
    why = _why_not(table, texts, put)
    if why is None:
        return []
    if len(texts) == 1:
        return [(texts[0], why)]
    half = len(texts) // 2
    return [
        *_one_by_one(table, texts[:half], put),
        *_one_by_one(table, texts[half:], put),
    ]


def with_field(row: str, name: str, value: int | None) -> str:
    """A row's JSON text with another value in one field."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (%s::jsonb || jsonb_build_object(%s::text, %s::int))::text", [row, name, value]
        )
        return cursor.fetchone()[0]


def _why_not(table: str, texts: list[str], put: Put) -> str | None:
    """Put rows back in a savepoint; why that could not be, in words, or None where it was."""
    try:
        with database.checking_deferred():
            if put(table, texts) != len(texts):
                raise _NotKept
    except OperationalError:
        # About the connection or a lock, and not about what was written.
        raise
    except LookupError:
        return _(
            "The table it was in is no longer there. Whoever looks after the database can bring "
            "that back before you undo."
        )
    except _NotKept:
        return _(
            "The database did not keep it, and did not say why. Ask whoever looks after the "
            "database before you undo, if it should come back too."
        )
    except DatabaseError as error:
        if not (database.sqlstate(error) or "").startswith(_ABOUT_THE_ROW):
            raise
        return _refused(error)
    return None


# Where an index has an expression, its columns do not tell what is there already.
_UNIQUE = """
select string_agg(a.attname, ', ' order by a.attnum)
from pg_catalog.pg_class as c
join pg_catalog.pg_index as i
  on i.indexrelid = c.oid
join pg_catalog.pg_attribute as a
  on a.attrelid = i.indrelid
  and a.attnum = any (i.indkey)
where c.relname = %s
and c.relnamespace = to_regnamespace(%s)
and 0 <> all (i.indkey)
"""


def _refused(error: DatabaseError) -> str:
    """Why the database does not take a row any more, and what to do; one statement at most.

    In our words: what PostgreSQL adds is in its language, and of its values.
    """
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        raise error
    code, said = cause.sqlstate, cause.diag
    if said.source_function == "exec_stmt_raise":
        # A trigger of the product's, in its own words.
        return _("A rule of EventFlow’s does not accept it: %(message)s") % {
            "message": isolate(database.message(error))
        }
    if code == "23503":
        reference = database.broken_reference(error)
        return _belonged_to(reference.to if reference else None)
    if code == "23505":
        with connection.cursor() as cursor:
            cursor.execute(_UNIQUE, [said.constraint_name, said.schema_name])
            found = cursor.fetchone()
        if found and found[0]:
            return _(
                "A row with the same %(columns)s is there by now, and stays. If this one should "
                "come back instead, remove that one in EventFlow before you undo."
            ) % {"columns": ltr(found[0])}
    if code in ("23505", "23P01"):
        return _(
            "Something is in its place by now, and stays. If this one should come back instead, "
            "remove that in EventFlow before you undo."
        )
    if code == "23502" and said.column_name:
        return _(
            "The table asks for a value in %(columns)s by now, and it has none. Whoever looks "
            "after the database can settle that before you undo."
        ) % {"columns": ltr(said.column_name)}
    return _(
        "It does not fit the table any more, as that is by now. Whoever looks after the database "
        "can settle that before you undo."
    )


def _belonged_to(table: str | None) -> str:
    if table == "participants":
        return _(
            "Whoever it belongs to is no longer among the participants. If they should come again, "
            "add and register them in EventFlow."
        )
    if table == "speakers":
        return _(
            "Whoever it belongs to is no longer among the speakers. If they should speak again, "
            "add and list them in EventFlow."
        )
    if table is None:
        return _(
            "What it belongs to is no longer there. If it should come back too, bring that back in "
            "EventFlow before you undo."
        )
    return _(
        "The row of %(table)s it belongs to is no longer there. If it should come back too, bring "
        "that back in EventFlow before you undo."
    ) % {"table": ltr(table)}
