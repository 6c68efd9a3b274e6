"""Which of the product’s newer tables and columns a database has, as the catalogue tells.

A part of it is read where every column it needs is there, of the type that is needed, in a table,
and leads where it should; else it is left out whole, and `left_out` says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from django.db import connection

ROOM, TRACK, DAY = "room_id", "track_id", "program_day_id"
# The columns of a session that point, in the order in which they are told.
COLUMNS = (DAY, ROOM, TRACK)
KEPT_IN = {ROOM: "rooms", TRACK: "tracks", DAY: "program_days"}
MARKS = ("is_deleted", "deleted_at")

_ID, _TEXT, _NUMBER = ("uuid",), ("text", "varchar"), ("int4", "int2", "int8")
_MOMENT = ("timestamptz", "timestamp", "date")
# Where they stand, with the columns that are read of them and the types that each may be of.
_READ: dict[str, dict[str, tuple[str, ...]]] = {
    "schedules": dict.fromkeys(COLUMNS, _ID) | {"is_deleted": ("bool",), "deleted_at": _MOMENT},
    "rooms": {"id": _ID, "event_id": _ID, "name": _TEXT, "capacity": _NUMBER},
    "tracks": {"id": _ID, "event_id": _ID, "name": _TEXT},
    "program_days": {"id": _ID, "event_id": _ID, "date": ("date",)},
    "session_speakers": {"schedule_id": _ID, "speaker_id": _ID},
    "speakers": {"id": _ID, "full_name": _TEXT},
}
# The table to whose id such a column leads, by its foreign key, if it has one.
_LEADS_TO = KEPT_IN | {"event_id": "events", "schedule_id": "schedules", "speaker_id": "speakers"}
_SPELLED = {"int4": "integer", "bool": "boolean"}
_NO_TABLE = {
    "v": "a view",
    "m": "a materialized view",
    "f": "a foreign table",
    "S": "a sequence",
    "c": "a type",
    "i": "an index",
    "I": "an index",
}


@dataclass(frozen=True)
class Kept:
    """The pointer columns a database has: which pointers, whether speakers, which marks of
    deletion.

    `withheld` are the tables that would be read if the login had the right to.
    """

    columns: frozenset[str] = frozenset()
    speakers: bool = False
    deletion: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    def __bool__(self):
        return bool(self.columns or self.speakers or self.deletion)

    @property
    def tables(self) -> list[str]:
        """The tables that are to be read, by name."""
        listed = [KEPT_IN[column] for column in COLUMNS if column in self.columns]
        listed += ["session_speakers", "speakers"] if self.speakers else []
        return [*listed, *(table for table in self.withheld if table not in listed)]


@dataclass(frozen=True)
class LeftOut:
    """Why a part is not read, in words for whoever looks after the database.

    `leads` says that something of sessions leads there; else a table stands that none leads to.
    """

    part: str
    why: str
    leads: bool


@dataclass(frozen=True)
class _Column:
    """A column that is asked for: what stands of it. `kind` is None without the relation."""

    kind: str | None
    type: str | None
    readable: bool
    computed: bool
    is_key: bool
    leads_to: str | None

    @property
    def stands(self) -> bool:
        return self.type is not None


# A domain is what it is made of. Of the foreign keys, where one leads that leads elsewhere.
# One of several columns may keep rows to their event besides.
_COLUMNS = """
select
  w.relation,
  w.name,
  c.relkind::text,
  coalesce(b.typname, t.typname)::text,
  coalesce(has_column_privilege(session_user, c.oid, a.attnum, 'select'), false),
  coalesce(a.attgenerated <> '', false),
  exists (
    select
    from pg_catalog.pg_index as i
    where i.indrelid = c.oid
    and i.indkey[0] = a.attnum
    and i.indnkeyatts = 1
    and i.indisunique
    and i.indisvalid
    and i.indpred is null
  ),
  (
    select min(k.confrelid::regclass::text)
    from pg_catalog.pg_constraint as k
    join pg_catalog.pg_attribute as f
      on f.attrelid = k.confrelid
      and f.attnum = k.confkey[array_position(k.conkey, a.attnum)]
    where k.conrelid = c.oid
    and k.contype = 'f'
    and k.conparentid = 0
    and a.attnum = any (k.conkey)
    and (cardinality(k.conkey) = 1 or w.name <> 'event_id')
    and (k.confrelid is distinct from to_regclass('public.' || w.leads_to) or f.attname <> 'id')
  )
from unnest(%s::text[], %s::text[], %s::text[]) as w (relation, name, leads_to)
left join pg_catalog.pg_class as c
  on c.oid = to_regclass('public.' || w.relation)
left join pg_catalog.pg_attribute as a
  on a.attrelid = c.oid
  and a.attname = w.name
  and a.attnum > 0
  and not a.attisdropped
left join pg_catalog.pg_type as t
  on t.oid = a.atttypid
left join pg_catalog.pg_type as b
  on b.oid = nullif(t.typbasetype, 0)
"""

_There = dict[tuple[str, str], _Column]
# The columns that are needed of tables, by name.
_Needs = Mapping[str, Iterable[str]]

# By the connection that was asked, so that another database, or a later look after the product or
# `migrate` has changed it, is another answer: connections are closed after a minute.
_found: WeakKeyDictionary = WeakKeyDictionary()


def kept() -> Kept:
    """The pointer columns of this database; looked up once for each connection."""
    connection.ensure_connection()
    raw = connection.connection
    if raw not in _found:
        _found[raw] = _kept(_look())
    return _found[raw]


def forget() -> None:
    """Let it be looked up anew: the database may have changed under the connection."""
    if connection.connection is not None:
        _found.pop(connection.connection, None)


def changed() -> bool:
    """Whether the database has something else by now than was looked up; looks it up anew."""
    if connection.connection not in _found:
        return False
    was = kept()
    forget()
    return kept() != was


def left_out() -> list[LeftOut]:
    """What stands in part and is not read, each with why; looked up anew."""
    there = _look()
    found = []
    for column in COLUMNS:
        table = KEPT_IN[column]
        why = _hindrance(there, _needed(column))
        leads = there["schedules", column].stands
        if why and (leads or there[table, "id"].kind is not None):
            found.append(LeftOut(column, why, leads))
    if why := _hindrance(there, _SPEAKERS):
        leads = there["session_speakers", "schedule_id"].kind is not None
        if leads or there["speakers", "id"].kind is not None:
            found.append(LeftOut("session_speakers", why, leads))
    found += [
        LeftOut(mark, why, leads=True)
        for mark in MARKS
        if there["schedules", mark].stands
        and (why := _hindrance(there, {"schedules": [mark]}, may_be_computed=True))
    ]
    return found


_SPEAKERS: _Needs = {table: _READ[table] for table in ("session_speakers", "speakers")}


def _look() -> _There:
    asked = [(table, column) for table, columns in _READ.items() for column in columns]
    leads_to = [_LEADS_TO.get(column) for _table, column in asked]
    connection.ensure_connection()
    # Past Django's cursors: a look at the catalogue is no statement of a page's.
    told = [[table for table, _ in asked], [column for _, column in asked], leads_to]
    found = connection.connection.execute(_COLUMNS, told).fetchall()
    return {(table, column): _Column(*row) for table, column, *row in found}


def _needed(column: str) -> _Needs:
    """What is needed for a pointer of sessions."""
    return {"schedules": [column], KEPT_IN[column]: _READ[KEPT_IN[column]]}


def _kept(there: _There) -> Kept:
    parts = {column: _needed(column) for column in COLUMNS} | {"speakers": _SPEAKERS}
    whole = [part for part, needs in parts.items() if _hindrance(there, needs) is None]
    withheld = {part: _withheld(there, parts[part]) for part in whole}
    readable = {part for part in whole if not withheld[part]}
    return Kept(
        columns=frozenset(readable & set(COLUMNS)),
        speakers="speakers" in readable,
        deletion=tuple(
            mark
            for mark in MARKS
            if _hindrance(there, {"schedules": [mark]}, may_be_computed=True) is None
            and not _withheld(there, {"schedules": [mark]})
        ),
        withheld=tuple(dict.fromkeys(table for part in whole for table in withheld[part])),
    )


def _withheld(there: _There, needs: _Needs) -> list[str]:
    return [
        table
        for table, columns in needs.items()
        if not all(there[table, column].readable for column in columns)
    ]


def _hindrance(there: _There, needs: _Needs, *, may_be_computed: bool = False) -> str | None:
    """Why a part that needs these columns of these tables cannot be read; None where it can."""
    for table, columns in needs.items():
        for name in columns:
            why = _what_is_wrong(table, name, there[table, name], may_be_computed)
            if why is not None:
                return why
    return None


def _what_is_wrong(table: str, name: str, column: _Column, may_be_computed: bool) -> str | None:
    called, types = f"public.{table}.{name}", _READ[table][name]
    if column.kind is None:
        return f"there is no table public.{table}"
    if column.kind not in ("r", "p"):
        return f"public.{table} is {_NO_TABLE.get(column.kind, 'something else')}, and no table"
    if column.type is None:
        return f"public.{table} has no column {name}"
    if column.type not in types:
        return (
            f"public.{table}.{name} is of the type {_SPELLED.get(column.type, column.type)}, where "
            f"{_SPELLED.get(types[0], types[0])} is needed"
        )
    if column.leads_to is not None:
        return f"{called} refers to {column.leads_to}"
    # What is pointed to is one row, and a session's pointer is written.
    if name == "id" and not column.is_key:
        return f"{called} is no key"
    if table == "schedules" and column.computed and not may_be_computed:
        return f"{called} is computed by the database"
    return None
