"""Two parts of the statement that finds conflicts: how rooms are spelled, who is registered."""

from scheduling import names, pointers
from scheduling.conflicts.statements import ATTENDING, NAMED, select_part


def rooms_named() -> tuple[str, str]:
    """How the rooms of the events are spelled."""
    # By room of the event, as it is spelled: how many sessions stand in it and how many of them
    # stay, and since when. What leaves has told how its room is spelled, and has it no more.
    read = f"""
used as materialized (
  select s.event_id, s.room, count(*) as standing,
    count(*) filter (where s.id <> all (%(leaving)s::uuid[])) as staying,
    min(s.created_at) as since
  from public.schedules as s
  where s.event_id = any (%(choosing_events)s::uuid[])
  and s.room is not null
  and octet_length(s.room) <= 2000
  {pointers.and_stands("s")}
  group by s.event_id, s.room
),
{_kept_rooms()}rooms_spelled as materialized (
  select spelling.room, {names.key("spelling.room")} as key
  from (
    select room from used
    {"union select room from kept" if _kept_rooms() else ""}
    union
    select room from unnest(%(chosen)s::text[]) as room
    union
    select room from coming where room is not null
  ) as spelling
),
named_rooms as (
  select null as n, event_id, room, standing, staying, since, false as kept
  from used
  union all
  select n, event_id, room, 0, 1, null, false
  from coming
  union all
  select null, null, chosen.room, 0, 0, null, false
  from unnest(%(chosen)s::text[]) as chosen (room)
  {_told_kept_rooms()}
)
"""  # noqa: S608
    source = "named_rooms join rooms_spelled using (room)"
    same = ("n", "room", "event_id", "staying", "kept")
    return read, select_part(
        NAMED, source, *same, name="key", start_time="since", number="standing"
    )


def _kept_rooms() -> str:
    if pointers.ROOM not in pointers.kept().columns:
        return ""
    return """kept as materialized (
  select r.event_id, r.name as room
  from public.rooms as r
  where r.event_id = any (%(choosing_events)s::uuid[])
),
"""


def _told_kept_rooms() -> str:
    """The rooms that the product keeps in a table of their own, whoever is in them."""
    if not _kept_rooms():
        return ""
    return """union all
  select null, event_id, room, 0, 1, null, true
  from kept"""


def attending() -> tuple[str, str]:
    """The registered of sessions, and where else those are registered whose session moves."""
    # There is no index on a registration's session, but there are on an event's participants and on
    # a participant's registrations. What is told of a session comes first, in rows without a
    # number; rows without a session count the people of all of them.
    read = f"""
registered as materialized (
  select mine.schedule_id as session_id, p.event_id, p.id as participant_id, p.is_vip,
    case when p.is_vip then left(p.first_name || ' ' || p.last_name, 500) end as name
  from public.participants as p
  join public.participant_schedules as mine
    on mine.participant_id = p.id
  join unnest(%(sessions)s::uuid[]) as wanted (session_id)
    on wanted.session_id = mine.schedule_id
  where p.event_id = any (%(session_events)s::uuid[])
),
elsewhere as (
  select moving.n, moving.event_id, moving.start_time, moving.end_time, mine.participant_id,
    theirs.schedule_id
  from unnest(%(moving)s::int[], %(moving_event)s::uuid[], %(moving_start)s::timestamptz[],
    %(moving_end)s::timestamptz[], %(moving_session)s::uuid[])
    as moving (n, event_id, start_time, end_time, session_id)
  join registered as mine
    on mine.session_id = moving.session_id
    and mine.event_id = moving.event_id
  join public.participant_schedules as theirs
    on theirs.participant_id = mine.participant_id
    and theirs.schedule_id <> moving.session_id
),
attending as (
select null::int as n, count(*) as people, r.session_id as id, null as title,
  null::timestamptz as start_time, null::timestamptz as end_time, null as room, r.event_id,
  array_agg(distinct array[r.participant_id::text, r.name]) filter (where r.is_vip) as vips
from registered as r
group by r.session_id, r.event_id
union all
select away.n, count(distinct away.participant_id), away.id, away.title, away.start_time,
  away.end_time, away.room, null, null
from (
  select e.n, e.participant_id, o.id, left(o.title, 500) as title, o.start_time, o.end_time,
    left(o.room, 500) as room
  from elsewhere as e
  join public.schedules as o
    on o.id = e.schedule_id
    and o.event_id = e.event_id
    and o.start_time < e.end_time
    and o.end_time > e.start_time
    and o.start_time < o.end_time
  where o.id <> all (%(leaving)s::uuid[])
  {pointers.and_stands("o")}
  union all
  select e.n, e.participant_id, o.id, o.title, o.start_time, o.end_time, o.room
  from elsewhere as e
  join coming as o
    on o.id = e.schedule_id
    and o.event_id = e.event_id
    and o.start_time < e.end_time
    and o.end_time > e.start_time
) as away
group by grouping sets (
  (away.n),
  (away.n, away.id, away.title, away.start_time, away.end_time, away.room)
)
)
"""  # noqa: S608
    same = ("n", "id", "title", "start_time", "end_time", "room", "event_id", "vips")
    return read, select_part(ATTENDING, "attending", *same, number="people")
