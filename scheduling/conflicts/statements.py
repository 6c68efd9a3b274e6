"""The statement that finds what is in the way, for any number of placements: the parts asked for.

Whom placements meet, how rooms are spelled, and who is registered are parts of it: what each finds
comes in rows of the same columns, which begin with the number of what is asked and the part's.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db import connection

from scheduling import names, pointers

# That a session `t` is in the way of what is asked for, by time.
_MEETS = """t.event_id = a.event_id
    and t.coming = a.coming
    and t.id is distinct from a.session_id
    and t.start_time < a.end_time
    and t.end_time > a.start_time"""

# Of titles and rooms that are only told, 500 characters are read; what is longer is told cut. A
# room by which another may be spelled is read whole.
_TOLD_ROOM = "case when octet_length(room) <= 2000 then room else left(room, 500) end"

# What begins it: those that come along with the placements, with the number of the
# placement where they are one's own. `asks_…` says that it is this that is asked for of it.
_COMING = """
with coming as (
  select *
  from unnest(%(coming_n)s::int[], %(coming_event)s::uuid[], %(coming_session)s::uuid[],
    %(coming_title)s::text[], %(coming_start)s::timestamptz[], %(coming_end)s::timestamptz[],
    %(coming_room)s::text[], %(coming_speaker)s::text[], %(asks_room)s::bool[],
    %(asks_speaker)s::bool[], %(coming_new)s::bool[])
    as c (n, event_id, id, title, start_time, end_time, room, speaker, asks_room, asks_speaker,
      adds)
)
"""


# The parts, as rows name them.
MET, NAMED, ATTENDING = 1, 2, 3
# What of a row each part tells, by its name here; the rest is null.
_COLUMNS = {
    "n": "int",
    "what": "text",
    "name": "text",
    "id": "uuid",
    "title": "text",
    "start_time": "timestamptz",
    "end_time": "timestamptz",
    "room": "text",
    "event_id": "uuid",
    "number": "bigint",
    "staying": "bigint",
    "kept": "bool",
    "vips": "text[]",
}


def select_part(part: int, source: str, *alike: str, **others: str) -> str:
    """SQL that selects a part's rows from a source: columns of these names, and those by others."""
    told = {name: name for name in alike} | others
    columns = [f"({told.get(name, 'null')})::{kind}" for name, kind in _COLUMNS.items()]
    return f"select {part}, {', '.join(columns)} from {source}"  # noqa: S608


Part = Callable[[], tuple[str, str]]
# A row of `_COLUMNS`.
Row = tuple[Any, ...]


def find(columns: Mapping[str, list[Any]], *parts: Part) -> dict[int, list[Row]]:
    """What those parts find, by their numbers: rows of `_COLUMNS`; one statement, or none."""
    (found,) = find_each([(columns, parts)])
    return found


def find_each(
    asked: Sequence[tuple[Mapping[str, list[Any]], Collection[Part]]],
) -> list[dict[int, list[Row]]]:
    """As `find`, for each that is asked; one statement for all, or none."""
    found: list[dict[int, list[Row]]] = [{MET: [], NAMED: [], ATTENDING: []} for _one in asked]
    arms: list[str] = []
    parameters: dict[str, list[Any]] = {}
    for number, (columns, parts) in enumerate(asked):
        if parts:
            # Each has parameters of its own.
            arms.append(re.sub(r"%\((\w+)\)s", rf"%(\1_{number})s", _selected(number, *parts)))
            parameters |= {f"{name}_{number}": values for name, values in columns.items()}
    if arms:
        with connection.cursor() as cursor:
            cursor.execute(_statement(arms), parameters)
            for number, part, *row in cursor.fetchall():
                found[number][part].append(tuple(row))
    return found


def _selected(number: int, *parts: Part) -> str:
    found = [part() for part in parts]
    begun = ",".join([_COMING, *(read for read, _rows in found)])
    return f"""({begun}
select {number}, found.*
from (
  {" union all ".join(rows for _read, rows in found)}
) as found)"""  # noqa: S608


def _statement(arms: Collection[str]) -> str:
    numbered = ", ".join(["asked", "part", *_COLUMNS])
    return f"""select *
from (
  {" union all ".join(arms)}
) as found ({numbered})
order by asked, part, n nulls first, start_time, id, name
"""  # noqa: S608


def met() -> tuple[str, str]:
    """Whom placements meet at their time."""
    # The sessions of the events are read once, and those kept that something meets in time: only
    # for their names, and for each spelling once, the key is asked. Placements meet what stands,
    # and those that come along each other. A speaker is looked for in the whole programme only
    # where nobody in it is spelled as asked for.
    there = f"public.schedules as s where {_MET_IN_TIME}"
    if pointers.kept():
        there = f"{pointers.programme(rooms=True, speakers=True, of='near')} as s"
    read = f"""
asked as (
  select n, event_id, title, room, speaker, start_time, end_time, session_id, adds,
    names_speaker, standing_speaker, false as coming, true as asks_room, true as asks_speaker
  from unnest(%(n)s::int[], %(event)s::uuid[], %(title)s::text[], %(room)s::text[],
    %(speaker)s::text[], %(start)s::timestamptz[], %(end)s::timestamptz[], %(session)s::uuid[],
    %(new)s::bool[], %(names_speaker)s::bool[], %(standing_speaker)s::text[])
    as w (n, event_id, title, room, speaker, start_time, end_time, session_id, adds,
      names_speaker, standing_speaker)
  union all
  select n, event_id, title, room, speaker, start_time, end_time, id, adds,
    false, null, true, asks_room, asks_speaker
  from coming
),
{_near()}there as materialized (
  select s.id, s.event_id, s.title, s.start_time, s.end_time, s.room, s.speaker_name as speaker,
    false as coming, false as asks_room, false as asks_speaker
  from {there}
  union all
  select id, event_id, title, start_time, end_time, room, speaker, true, asks_room, asks_speaker
  from coming
),
spelled as materialized (
  select spelling.name, {names.key("spelling.name")} as key
  from (
    select room as name from asked
    union
    select room from there where exists (select from asked where asked.room is not null)
    union
    select title from asked where adds
    union
    select title from there where octet_length(title) <= 2000
      and exists (select from asked where adds)
  ) as spelling
  where spelling.name is not null
),
spoken as materialized (
  select spelling.name, people.person, people.key
  from (
    select speaker as name from asked
    union
    select speaker from there where exists (select from asked where asked.speaker is not null)
  ) as spelling
  cross join lateral {names.people("spelling.name")} as people
  where spelling.name is not null
  and people.key <> ''
),
in_room as materialized (
  select asked.*, theirs.name as its_name, asked.room as person
  from asked
  join spelled as mine
    on mine.name = asked.room
  join spelled as theirs
    on theirs.key = mine.key
),
speaking as materialized (
  select asked.*, theirs.name as its_name, mine.person
  from asked
  join spoken as mine
    on mine.name = asked.speaker
  join spoken as theirs
    on theirs.key = mine.key
),
added as materialized (
  select asked.*, theirs.name as its_name, room.key as room_key
  from asked
  join spelled as mine
    on mine.name = asked.title
  join spelled as theirs
    on theirs.key = mine.key
  left join spelled as room
    on room.name = asked.room
  where asked.adds
),
named as materialized (
  select asked.n, asked.event_id, asked.speaker, {names.key("asked.speaker")} as key,
    {names.key("asked.speaker")} = {names.key("asked.standing_speaker")} as respelled,
    exists (
      select
      from public.schedules as s
      where s.event_id = asked.event_id
      -- Where many are asked about, those of these events are read, and of no others
      and s.event_id = any (%(events)s::uuid[])
      and s.speaker_name = asked.speaker
      {pointers.and_stands("s")}
    ) as in_use
  from asked
  where asked.names_speaker
),
written as materialized (
  select spelling.*, {names.key("spelling.speaker_name")} as key
  from (
    select distinct s.event_id, s.speaker_name
    from public.schedules as s
    where s.event_id = any (array(select distinct event_id from named where not in_use))
    and octet_length(s.speaker_name) <= 2000
    and {names.may_be("s.speaker_name", "select key from named where not in_use")}
  ) as spelling
),
heard as (
  select named.n, written.speaker_name, its.sessions, its.since
  from named
  join written
    on written.event_id = named.event_id
    and written.key = named.key
  cross join lateral (
    select count(*) as sessions, min(s.created_at) as since
    from public.schedules as s
    where s.event_id = written.event_id
    and s.speaker_name = written.speaker_name
    {pointers.and_stands("s")}
  ) as its
  where not named.in_use
  and its.sessions > 0
),
met as (
  select a.n, 'room' as what, a.person, t.id, t.title, t.start_time, t.end_time, t.room
  from in_room as a
  join there as t
    on t.room = a.its_name
    and {_MEETS}
  where a.asks_room
  or t.asks_room
  union all
  select a.n, 'speaker', a.person, t.id, t.title, t.start_time, t.end_time, t.room
  from speaking as a
  join there as t
    on t.speaker = a.its_name
    and {_MEETS}
  where a.asks_speaker
  or t.asks_speaker
  union all
  select a.n, 'duplicate', null, t.id, t.title, t.start_time, t.end_time, t.room
  from added as a
  join there as t
    on t.title = a.its_name
    and {_MEETS}
  left join spelled as its
    on its.name = t.room
  where a.room_key is null
  or its.key is null
  or its.key = a.room_key
  union all
  (
    select distinct on (named.n) named.n,
      case when named.respelled then 'respelled' else 'spelled' end,
      coalesce(heard.speaker_name, named.speaker), null, null, null, null, null
    from named
    left join heard
      on heard.n = named.n
    where named.respelled
    or heard.speaker_name is not null
    order by named.n, heard.sessions desc, heard.since, heard.speaker_name
  )
  {_held()}
)
"""  # noqa: S608
    same = ("n", "what", "id", "start_time", "end_time")
    return read, select_part(
        MET, "met", *same, name="person", title="left(title, 500)", room=_TOLD_ROOM
    )


_MET_IN_TIME = """s.event_id = any (%(events)s::uuid[])
  and s.start_time < s.end_time
  and s.id <> all (%(leaving)s::uuid[])
  and exists (
    select
    from unnest(%(span_event)s::uuid[], %(span_start)s::timestamptz[], %(span_end)s::timestamptz[])
      as span (event_id, start_time, end_time)
    where span.event_id = s.event_id
    and span.start_time < s.end_time
    and span.end_time > s.start_time
  )"""


def _near() -> str:
    """Only of those that are met in time it is asked which rooms they have and who is listed."""
    if not pointers.kept():
        return ""
    return f"""near as materialized (
  {pointers.sessions_where(_MET_IN_TIME)}
),
"""


def _held() -> str:
    """Soft-deleted sessions whose text still keeps others out of their room."""
    if not pointers.kept().deletion:
        return ""
    return f"""union all
  select a.n, 'held', a.room, s.id, s.title, s.start_time, s.end_time, s.room
  from asked as a
  join near as s
    on s.event_id = a.event_id
    and s.id is distinct from a.session_id
    and s.start_time < a.end_time
    and s.end_time > a.start_time
    and s.deleted
    and s.room is not null
  where a.room is not null
  and not a.coming
  and {names.key("s.room")} = {names.key("a.room")}"""  # noqa: S608
