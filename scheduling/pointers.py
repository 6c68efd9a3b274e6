"""Rooms, tracks, days and speakers that the product keeps in tables of their own, where it does.

Its newer pages write a session's pointers to these *instead of* its text, and mark a session as
deleted instead of deleting it. Which of that a database has, its catalogue tells; what it has not,
no statement mentions. Whatever else reads sessions asks here for SQL. Reads only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import BooleanField, JSONField, QuerySet
from django.db.models.expressions import RawSQL

from scheduling import names

ROOM, TRACK, DAY = "room_id", "track_id", "program_day_id"
# The columns of a session that point, in the order in which they are told.
COLUMNS = (DAY, ROOM, TRACK)
_KEPT_IN = {ROOM: "rooms", TRACK: "tracks", DAY: "program_days"}
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
        listed = [_KEPT_IN[column] for column in COLUMNS if column in self.columns]
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
    _found.pop(connection.connection, None)


def _look(raw) -> Kept:
    there: dict[str, set[str]] = {}
    for table, column in raw.execute(_COLUMNS, [list(_READ)]).fetchall():
        there.setdefault(table, set()).add(column)
    whole = {table for table, read in _READ.items() if there.get(table, set()).issuperset(read)}
    of_sessions = there.get("schedules", set())
    return Kept(
        columns=frozenset(c for c in COLUMNS if c in of_sessions and _KEPT_IN[c] in whole),
        speakers={"session_speakers", "speakers"} <= whole,
        deletion=tuple(mark for mark in ("is_deleted", "deleted_at") if mark in of_sessions),
    )


def half_there() -> list[str]:
    """What leads nowhere: pointers of sessions without the table, or the columns, they lead to."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [["schedules"]])
        of_sessions = {column for _table, column in cursor.fetchall()}
    return [
        f"public.schedules.{column} leads to no public.{_KEPT_IN[column]} with the columns "
        f"{', '.join(_READ[_KEPT_IN[column]])}"
        for column in COLUMNS
        if column in of_sessions and column not in kept().columns
    ]


# SQL over the sessions


def deleted(alias: str) -> str:
    """SQL that says whether a session is deleted softly; empty where none can be."""
    said = {"is_deleted": f"coalesce({alias}.is_deleted, false)", "deleted_at": ""}
    said["deleted_at"] = f"{alias}.deleted_at is not null"
    marks = [said[mark] for mark in kept().deletion]
    return f"({' or '.join(marks)})" if marks else ""


# A text of nothing but blanks is no room, where a pointer says which one it is.
_ROOM_OF = "coalesce(case when btrim(s.room) <> '' then s.room end, r.name, s.room)"
_AS_TOLD = "s.id, s.event_id, s.title, s.start_time, s.end_time"
_AND_MORE = "s.max_capacity, s.is_break, s.created_at"


def columns(alias: str) -> str:
    """What `programme` reads of a session, to be selected for it from elsewhere."""
    room = f", {alias}.{ROOM}" if ROOM in kept().columns else ""
    plain = f"{_AS_TOLD}, s.room, s.speaker_name, {_AND_MORE}".replace("s.", f"{alias}.")
    return f"{plain}{room}, {deleted(alias) or 'false'} as deleted"


def programme(
    *,
    rooms: bool = False,
    speakers: bool = False,
    held: bool = False,
    of: str = "public.schedules",
) -> str:
    """What to select sessions from, as `from {programme()} as s`: those that stand, each once.

    The room is the one of the text, or else of the pointer. With `rooms`, a session whose text and
    pointer differ is there once more, in the room it points to; with `speakers`, once more by each
    name that is listed for it. With `held`, those too that are deleted softly and whose text keeps
    others out of a room. They are those `of` the table, or of others that hold its columns.
    """
    has = kept()
    if not has:
        return of
    room, joined = "s.room", f"{of} as s"
    if ROOM in has.columns:
        room = _ROOM_OF
        joined = f"{of} as s left join public.rooms as r on r.id = s.room_id"
    is_deleted = deleted("s") if of == "public.schedules" else "s.deleted"
    stands = f"not {is_deleted}" if has.deletion else "true"
    told = f"select {_AS_TOLD}, {room} as room, s.speaker_name, {_AND_MORE}"
    arms = [f"{told} from {joined} where {stands}"]
    if rooms and ROOM in has.columns:
        arms.append(
            f"select {_AS_TOLD}, r.name, s.speaker_name, {_AND_MORE} from {of} as s"
            " join public.rooms as r on r.id = s.room_id"
            f" where {stands} and btrim(s.room) <> '' and s.room <> r.name"
        )
    if speakers and has.speakers:
        arms.append(
            f"select {_AS_TOLD}, {room}, p.full_name, {_AND_MORE} from {joined}"
            " join public.session_speakers as l on l.schedule_id = s.id"
            f" join public.speakers as p on p.id = l.speaker_id where {stands}"
        )
    if held and has.deletion:
        arms.append(
            f"select {_AS_TOLD}, s.room, null, {_AND_MORE} from {of} as s"
            f" where s.room is not null and {deleted('s')}"
        )
    return f"({' union all '.join(arms)})"


def and_stands(alias: str) -> str:
    """SQL for one more condition: that a session is not deleted softly; empty where none can be."""
    return f"and not {deleted(alias)}" if kept().deletion else ""


def standing(sessions: QuerySet) -> QuerySet:
    """Those of the sessions that are not deleted softly."""
    if not kept().deletion:
        return sessions
    return sessions.filter(RawSQL(f"not {deleted('schedules')}", [], BooleanField()))


# What a session points to


@dataclass(frozen=True)
class Row:
    """A row that is pointed to; a day is named by its date, and `capacity` is a room's."""

    id: UUID
    name: str
    capacity: int | None = None


@dataclass(frozen=True)
class Pointing:
    """What one session points to, by column; its listed `speakers`; whether it is deleted softly.

    `apart` says that the room of its text is another than the one it points to.
    """

    rows: Mapping[str, Row] = field(default_factory=dict)
    apart: bool = False
    speakers: tuple[str, ...] = ()
    deleted: bool = False


_NOTHING = Pointing()


def _row_of(column: str, session: str) -> str:
    name = "t.date::text" if column == DAY else "left(t.name, 500)"
    capacity = "t.capacity" if column == ROOM else "null::int"
    return (
        f"(select jsonb_build_array(t.id, {name}, {capacity}) from public.{_KEPT_IN[column]} as t"
        f" where t.id = {session}.{column})"
    )


def _pointing(session: str) -> str:
    """SQL for what a session points to, as `from_json` reads it; empty where nothing can."""
    has = kept()
    parts = [
        f"'{column}', {_row_of(column, session)}" for column in COLUMNS if column in has.columns
    ]
    if ROOM in has.columns:
        parts.append(
            f"'apart', (select {names.key(f'{session}.room')} <> {names.key('t.name')}"
            f" from public.rooms as t where t.id = {session}.room_id)"
        )
    if has.speakers:
        parts.append(
            "'speakers', (select jsonb_agg(left(p.full_name, 500) order by p.full_name, p.id)"
            " from public.session_speakers as l join public.speakers as p on p.id = l.speaker_id"
            f" where l.schedule_id = {session}.id)"
        )
    if has.deletion:
        parts.append(f"'deleted', {deleted(session)}")
    return f"jsonb_build_object({', '.join(parts)})" if parts else ""


def along(sessions: QuerySet) -> QuerySet:
    """The sessions, each read with what it points to; in the same statement."""
    pointing = _pointing("schedules")
    if not pointing:
        return sessions
    return sessions.annotate(pointing=RawSQL(pointing, [], JSONField()))


def pointing_sessions() -> str:
    """What to select sessions from that stand, each once as it is, with its `pointing`."""
    pointing = _pointing("s")
    if not pointing:
        return "public.schedules"
    stands = f" where not {deleted('s')}" if kept().deletion else ""
    return f"(select s.*, {pointing} as pointing from public.schedules as s{stands})"


def of(session: Any) -> Pointing:
    """What a session points to, as it was read by `along`; nothing where it was not."""
    read = getattr(session, "pointing", None)
    if isinstance(read, Pointing):
        return read
    return from_json(read) if read else _NOTHING


def from_json(read: Mapping[str, Any]) -> Pointing:
    """What was read of a session, with its values typed."""
    rows = {column: read[column] for column in COLUMNS if read.get(column)}
    return Pointing(
        rows={column: Row(UUID(pk), *row) for column, (pk, *row) in rows.items()},
        apart=bool(read.get("apart")),
        speakers=tuple(read.get("speakers") or ()),
        deleted=bool(read.get("deleted")),
    )


def rooms_of(session: Any) -> tuple[str | None, str | None]:
    """The room a session has, and another that it has as well: its text's and its pointer's."""
    pointing, text = of(session), session.room
    row = pointing.rows.get(ROOM)
    if row is None:
        return text, None
    if text is None or not text.strip():
        return row.name, None
    return text, row.name if pointing.apart else None


# Where pointers would lead


@dataclass(frozen=True)
class Asked:
    """What pointers of a session are to lead to, by column: a name, a date, a row's id, or None.

    What is not there stays as it is.
    """

    event_id: UUID
    wanted: Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """A pointer that turns: from what row to what row; None is none.

    `keeps` says that the event keeps rows there, so that none is worth a word.
    """

    column: str
    before: Row | None
    after: Row | None
    keeps: bool = True


@dataclass(frozen=True)
class Leading:
    """Where the pointers that were asked about lead, and of which events there are any rows."""

    rows: Mapping[tuple[int, str], Row]
    events: frozenset[tuple[str, UUID]]

    def keeps(self, column: str, event_id: UUID) -> bool:
        return (column, event_id) in self.events


def _kept_rows(column: str) -> str:
    name = "t.date::text" if column == DAY else "t.name"
    capacity = "nullif(greatest(t.capacity, 0), 0)" if column == ROOM else "null::int"
    return f"""
  select t.event_id, '{column}' as pointer, t.id, {name} as name, {capacity} as capacity
  from public.{_KEPT_IN[column]} as t
  where t.event_id = any (%(events)s::uuid[])"""


# The key is asked for once for each spelling; of a date it is the same again.
_LEADING = f"""
with wanted as materialized (
  select *
  from unnest(%(n)s::int[], %(event)s::uuid[], %(pointer)s::text[], %(name)s::text[])
    as w (n, event_id, pointer, name)
),
kept as materialized ({{kept}}
),
spelled as materialized (
  select spelling.name, {names.key("spelling.name")} as key
  from (
    select name from wanted
    union
    select name from kept
  ) as spelling
)
select w.n, w.event_id, w.pointer, k.id, k.name, k.capacity
from wanted as w
join spelled as mine
  on mine.name = w.name
join spelled as theirs
  on theirs.key = mine.key
join kept as k
  on k.name = theirs.name
  and k.event_id = w.event_id
  and k.pointer = w.pointer
union all
select w.n, w.event_id, w.pointer, k.id, k.name, k.capacity
from wanted as w
join kept as k
  on k.id::text = w.name
  and k.event_id = w.event_id
  and k.pointer = w.pointer
union all
select distinct null::int, k.event_id, k.pointer, null::uuid, null, null::int
from kept as k
"""


def lead(asked: Mapping[int, Asked]) -> Leading:
    """Where pointers would lead, by the callers' keys and the column; one statement, or none.

    Of rows whose names have one key, the one that is spelled like that, or else the first by name.
    """
    has = kept()
    wanted = [
        (n, ask.event_id, column, value.isoformat() if isinstance(value, date) else str(value))
        for n, ask in asked.items()
        for column, value in ask.wanted.items()
        if column in has.columns and value is not None
    ]
    if not wanted:
        return Leading({}, frozenset())
    columns = {column for _n, _event, column, _value in wanted}
    arms = " union all".join(_kept_rows(column) for column in COLUMNS if column in columns)
    told = dict(zip(("n", "event", "pointer", "name"), zip(*wanted, strict=True), strict=True))
    parameters = {name: list(part) for name, part in told.items()}
    parameters["events"] = list({event_id for _n, event_id, _column, _value in wanted})
    spelled = {(n, column): value for n, _event, column, value in wanted}
    rows: dict[tuple[int, str], Row] = {}
    events = set()
    with connection.cursor() as cursor:
        cursor.execute(_LEADING.format(kept=arms), parameters)
        for n, event_id, column, *row in sorted(cursor.fetchall(), key=_by_name):
            if n is None:
                events.add((column, event_id))
            elif (n, column) not in rows or row[1] == spelled[n, column]:
                rows[n, column] = Row(*row)
    return Leading(rows, frozenset(events))


def _by_name(row: tuple) -> tuple:
    _n, _event, _column, pk, name, _capacity = row
    return name or "", str(pk)


def turns(n: int, asked: Asked, session: Any, leading: Leading) -> dict[str, Turn]:
    """The pointers of a session that turn, by column; `session` is None for a new one."""
    stands = of(session).rows if session is not None else {}
    found = {}
    for column in COLUMNS:
        if column not in asked.wanted or column not in kept().columns:
            continue
        before, after = stands.get(column), leading.rows.get((n, column))
        wants = asked.wanted[column] is not None
        keeps = wants and after is None and leading.keeps(column, asked.event_id)
        if (before and before.id) != (after and after.id) or (keeps and session is None):
            found[column] = Turn(column, before, after, keeps)
    return found


def names_of(ids: Mapping[str, Iterable[UUID]]) -> dict[UUID, str]:
    """What rows are called that were pointed to, by id, as far as they stand; one statement."""
    has = kept()
    arms = [
        (
            f"select id, {'date::text' if column == DAY else 'left(name, 500)'}"
            f" from public.{_KEPT_IN[column]} where id = any (%s)",
            list(wanted),
        )
        for column, wanted in ids.items()
        if column in has.columns and wanted
    ]
    if not arms:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(arm for arm, _ in arms), [ids for _, ids in arms])
        return dict(cursor.fetchall())
