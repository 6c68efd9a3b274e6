"""Which of the product’s newer tables and columns a database has."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from django.db import connection

ROOM, TRACK, DAY = "room_id", "track_id", "program_day_id"
# The columns of a session that point, in the order in which they are told.
COLUMNS = (DAY, ROOM, TRACK)
KEPT_IN = {ROOM: "rooms", TRACK: "tracks", DAY: "program_days"}
# Where they stand, with the columns that are read of them.
_READ = {
    "schedules": (*COLUMNS, "is_deleted", "deleted_at"),
    "rooms": ("id", "event_id", "name", "capacity"),
    "tracks": ("id", "event_id", "name"),
    "program_days": ("id", "event_id", "date"),
    "session_speakers": ("schedule_id", "speaker_id"),
    "speakers": ("id", "full_name"),
}


@dataclass(frozen=True)
class Kept:
    """What of it a database has: which pointers, whether speakers, which marks of deletion."""

    columns: frozenset[str] = frozenset()
    speakers: bool = False
    deletion: tuple[str, ...] = ()

    def __bool__(self):
        return bool(self.columns or self.speakers or self.deletion)

    @property
    def tables(self) -> list[str]:
        """The tables that are read, by name."""
        listed = [KEPT_IN[column] for column in COLUMNS if column in self.columns]
        return [*listed, *(["session_speakers", "speakers"] if self.speakers else [])]


_COLUMNS = """
select c.relname, a.attname
from pg_catalog.pg_class as c
join pg_catalog.pg_attribute as a
  on a.attrelid = c.oid
  and a.attnum > 0
  and not a.attisdropped
where c.relnamespace = to_regnamespace('public')
and c.relkind in ('r', 'p')
and c.relname = any (%s)
"""

# By the connection that was asked, so that another database, or a later look after the product or
# `migrate` has changed it, is another answer: connections are closed after a minute.
_found: WeakKeyDictionary = WeakKeyDictionary()


def kept() -> Kept:
    """What of it the database has; looked up once for each connection."""
    connection.ensure_connection()
    raw = connection.connection
    if raw not in _found:
        _found[raw] = _look(raw)
    return _found[raw]


def forget() -> None:
    """Let it be looked up anew: the database may have changed under the connection."""
    if connection.connection is not None:
        _found.pop(connection.connection, None)


def _look(raw) -> Kept:
    there: dict[str, set[str]] = {}
    for table, column in raw.execute(_COLUMNS, [list(_READ)]).fetchall():
        there.setdefault(table, set()).add(column)
    whole = {table for table, read in _READ.items() if there.get(table, set()).issuperset(read)}
    of_sessions = there.get("schedules", set())
    return Kept(
        columns=frozenset(c for c in COLUMNS if c in of_sessions and KEPT_IN[c] in whole),
        speakers={"session_speakers", "speakers"} <= whole,
        deletion=tuple(mark for mark in ("is_deleted", "deleted_at") if mark in of_sessions),
    )


def half_there() -> list[str]:
    """What leads nowhere: pointers of sessions without the table, or the columns, they lead to."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [["schedules"]])
        of_sessions = {column for _table, column in cursor.fetchall()}
    return [
        f"public.schedules.{column} leads to no public.{KEPT_IN[column]} with the columns "
        f"{', '.join(_READ[KEPT_IN[column]])}"
        for column in COLUMNS
        if column in of_sessions and column not in kept().columns
    ]
