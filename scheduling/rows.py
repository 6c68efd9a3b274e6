"""Rows as they stand, whole, as the JSON text the database writes for them.

For the decision history: what a session was before and after, and what its deletion takes along,
which cascading foreign keys decide and the catalogue tells; and putting such rows back as they
were. All with the rights in force; under policies, rows are hidden that the database deletes all
the same. What is put back, and in which order of acts, is settled in `actions`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection
from django.utils.translation import gettext as _
from psycopg import sql

from eventflow import database
from eventflow.bidi import isolate, ltr

# Keys of a partition are those of the table it belongs to.
_REFERRING = """
select
  format('%%I.%%I', n.nspname, t.relname),
  array_agg(a.attname::text order by k.n),
  array_agg(f.attname::text order by k.n)
from pg_catalog.pg_constraint as c
join pg_catalog.pg_class as t
  on t.oid = c.conrelid
join pg_catalog.pg_namespace as n
  on n.oid = t.relnamespace
cross join lateral unnest(c.conkey, c.confkey) with ordinality as k (own, referred, n)
join pg_catalog.pg_attribute as a
  on a.attrelid = c.conrelid and a.attnum = k.own
join pg_catalog.pg_attribute as f
  on f.attrelid = c.confrelid and f.attnum = k.referred
where c.contype = 'f'
and c.confdeltype = 'c'
and c.conparentid = 0
and c.confrelid = %s::regclass
group by c.oid, 1
order by 1, c.oid
"""


def whole(table: str, pk: UUID) -> str | None:
    """The row `pk` of a qualified table with every column it has; None where it is not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("select to_jsonb(r)::text from {} as r where r.id = %s").format(
                sql.Identifier(*table.split("."))
            ),
            [pk],
        )
        row = cursor.fetchone()
    return row and row[0]


def taken_along(table: str, row: str) -> dict[str, list[str]]:
    """The rows that go when a row of `table` is deleted, by qualified table name.

    `row` is the JSON text of all of it, and each that is found is what the database writes for
    it, so that no number loses a digit; `row` itself is not among them. They are locked until the
    transaction ends: what is told of them is what goes. One statement to the catalogue and one
    for each key that refers, and the same again for each table that holds it.
    """
    taken: dict[str, dict[str, str]] = {}
    with connection.cursor() as cursor:
        _collect(cursor, table, [row], taken)
    found = {
        name: [text for text in texts.values() if (name, text) != (table, row)]
        for name, texts in taken.items()
    }
    return {name: texts for name, texts in found.items() if texts}


def _collect(cursor, table: str, texts: list[str], taken: dict[str, dict[str, str]]) -> None:
    """Add what refers to the rows `texts` of `table`, by where in its table each row lies."""
    cursor.execute(_REFERRING, [table])
    for referring, columns, referred in cursor.fetchall():
        cursor.execute(
            sql.SQL(
                "select r.tableoid || ' ' || r.ctid, to_jsonb(r)::text from {referring} as r"
                " where ({columns}) in (select {referred}"
                " from jsonb_populate_recordset(null::{table}, %s::jsonb) as p)"
                " order by 1 for update of r"
            ).format(
                referring=sql.SQL(referring),
                columns=_listed("r", columns),
                referred=_listed("p", referred),
                table=sql.SQL(table),
            ),
            [f"[{', '.join(texts)}]"],
        )
        known = taken.setdefault(referring, {})
        new = {place: text for place, text in cursor.fetchall() if place not in known}
        known.update(new)
        if new:
            _collect(cursor, referring, list(new.values()), taken)


def _listed(alias: str, columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, column) for column in columns)


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

_FOREIGN_KEY = "23503"


@dataclass(frozen=True)
class LeftOut:
    """A row of `table` that could not be put back: the JSON text of it, and why, in words."""

    table: str
    row: str
    reason: str


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
    removed: Mapping[str, Iterable[str]],
) -> tuple[dict[str, int], list[LeftOut]]:
    """Insert what `taken_along` gave, parents before children; rows that cannot be are left out.

    Gives how many rows of each table stand again, and those that do not. The order is found by
    trying, table by table, and row by row where one holds its table up: a row whose parent
    is still to come is tried again for as long as anything succeeds. Each attempt is a savepoint
    of the caller's transaction. Raises OperationalError only.
    """
    waiting = {table: list(texts) for table, texts in removed.items() if texts}
    wanted = {table: len(texts) for table, texts in waiting.items()}
    reasons: dict[str, list[str]] = {}
    advancing = True
    while waiting and advancing:
        advancing = False
        for table, texts in list(waiting.items()):
            if _why_not(table, texts) is None:
                del waiting[table]
                advancing = True
        if advancing:
            continue
        for table, texts in list(waiting.items()):
            refused = _one_by_one(table, texts)
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


def _one_by_one(table: str, texts: list[str]) -> list[tuple[str, str]]:
    """Put back what can be; the others, each with why not. What goes in whole is not split."""
    why = _why_not(table, texts)
    if why is None:
        return []
    if len(texts) == 1:
        return [(texts[0], why)]
    half = len(texts) // 2
    return [*_one_by_one(table, texts[:half]), *_one_by_one(table, texts[half:])]


def with_field(row: str, name: str, value: int) -> str:
    """A row's JSON text with another value in one field."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (%s::jsonb || jsonb_build_object(%s::text, %s::int))::text", [row, name, value]
        )
        return cursor.fetchone()[0]


# A count that was not kept stays unknown.
_COUNT_AGAIN = """
update {table} as t
set {counter} = greatest(stood.n - (
  select count(*)
  from unnest(%s::jsonb[]) as gone (row)
  where gone.row ->> %s = t.id::text
), 0)
from (
  select (r.row ->> 'id')::uuid as id, (r.row ->> %s)::int as n
  from unnest(%s::jsonb[]) as r (row)
) as stood
where t.id = stood.id
"""


def count_again(
    table: str, texts: Iterable[str], counter: str, gone: Iterable[str], key: str
) -> None:
    """Set a counter in rows that stand again: as it was, less the `gone` whose `key` names one."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(_COUNT_AGAIN).format(
                table=sql.Identifier(*table.split(".")), counter=sql.Identifier(counter)
            ),
            [list(gone), key, counter, list(texts)],
        )


def _why_not(table: str, texts: list[str]) -> str | None:
    """Put rows back in a savepoint; why that could not be, in words, or None where it was."""
    try:
        with database.settled():
            if put_back(table, texts) != len(texts):
                raise _NotKept
    except OperationalError:
        # About the connection or a lock, and not about what was written.
        raise
    except LookupError:
        return _("The table is no longer there.")
    except _NotKept:
        return _("The database did not keep it.")
    except DatabaseError as error:
        if database.sqlstate(error) == _FOREIGN_KEY:
            return _("What it belongs to is gone: %(what)s") % {"what": ltr(database.detail(error))}
        return _("The database did not accept it: %(message)s") % {
            "message": isolate(database.message(error))
        }
    return None
